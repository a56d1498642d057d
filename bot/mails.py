"""Mails: to coordinators, nothing personal and a one-use link; to families that asked for mail."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape

import msgspec

from bot.channels.channel import Key, Order
from bot.editions import Editions
from bot.links import Links
from bot.staff.rights import COORDINATOR, mails_of
from dialogs.conversation import Conversation, Say
from dialogs.messages import Speaker
from dialogs.texts import Texts
from storage.staff import Person
from storage.write import Address, Owed, Staff

_encode = msgspec.json.Encoder().encode
TOLD = frozenset(
    ("product:sent", "product:case_taken", "product:case_moved", "product:case_late",
     "product:case_closed")
)  # fmt: skip
"""Messages about a case's way, which a family that chose mail gets as mail too."""
_LEFT_OUT = frozenset(("product:offer", "product:offer_minutes", "product:sent_after"))
WORDS = "product:coordinator_words"


class Mails:
    """Writes mails as orders of the channel ``email``.

    ``find`` gives the keyed hash of an address, which names a family's in the outbox.
    """

    def __init__(
        self,
        editions: Editions,
        links: Links,
        public_url: str,
        find: Callable[[str, str], bytes],
    ) -> None:
        self.find = find
        self.editions = editions
        self.links = links
        self.public_url = public_url.rstrip("/")

    @property
    def texts(self) -> Texts:
        """The texts of the revision that holds."""
        return self.editions.current.texts

    def _say(self, language: str, name: str, /, **args: object) -> str:
        filled = {k: escape(str(v), quote=False) for k, v in args.items()}
        return self.texts.say(language, f"web:{name}", **filled)

    # -- to coordinators ------------------------------------------------------------------------

    def _to_desk(
        self, person: Staff, to: Address, subject: str, html: str, number: int = 0
    ) -> Owed:
        code = self.links.make("desk", f"{person.id}{number or ''}")
        label = self._say(person.language, "mail_case_open" if number else "desk_open")
        key = Key(label, url=f"{self.public_url}/desk/in/{code}")
        foot = self._say(person.language, "mail_case_once")
        order = Order("send", f"{html}\n\n{foot}", ((key,),), subject=subject)
        return Owed(to=to, order=_encode(order))

    def new_case(self, person: Person, number: int, region: str, line: str) -> tuple[Owed, ...]:
        """A new case: ``line`` has number, region, topic and urgency; nothing else is told."""
        who = person.staff
        subject = self.texts.say(
            who.language, "web:mail_case_subject", number=number, region=region
        )
        html = escape(line, quote=False)
        return tuple(self._to_desk(who, to, subject, html, number) for to in mails_of(person))

    def news(self, person: Person, number: int) -> tuple[Owed, ...]:
        """Something new in a case; what it is stands on its page alone."""
        who = person.staff
        if who.role != COORDINATOR:
            return ()
        subject = self.texts.say(who.language, "web:mail_case_news_subject", number=number)
        html = self._say(who.language, "mail_case_news", number=number)
        return tuple(self._to_desk(who, to, subject, html, number) for to in mails_of(person))

    def notice(self, person: Person, number: int, html: str) -> tuple[Owed, ...]:
        """Words for an operator, who has no case page: ``html`` names nobody."""
        subject = self.texts.say(
            person.staff.language, "web:mail_case_news_subject", number=number
        )
        order = _encode(Order("send", html, subject=subject))
        return tuple(Owed(to=to, order=order) for to in mails_of(person))

    def sign_in(self, who: Staff, to: Address) -> Owed:
        """A fresh link to sign in with."""
        subject = self._say(who.language, "desk_sign_in")
        return self._to_desk(who, to, subject, self._say(who.language, "desk_open_text"))

    # -- to families ----------------------------------------------------------------------------

    def copies(self, c: Conversation, effect: Say, speaker: Speaker) -> tuple[Owed, ...]:
        """The mail that goes with a message of the talk, if the family chose mail."""
        answer = c.answers.get("contact")
        value = answer.value if answer is not None else None
        if not isinstance(value, dict) or value.get("way") != "email" or not value.get("value"):
            return ()
        names = {name for name, _ in effect.parts}
        if WORDS in names:
            words = next(args["words"] for name, args in effect.parts if name == WORDS)
            html = self._say(speaker.language, "mail_answer", words=words)
            subject = self._say(speaker.language, "mail_answer_subject", number=speaker.number)
        elif names & TOLD:
            parts = [speaker.part(part) for part in effect.parts if part[0] not in _LEFT_OUT]
            html = "\n".join(part for part in parts if part)
            subject = self._say(speaker.language, "mail_sent_subject", number=speaker.number)
        else:
            return ()
        foot = self._say(speaker.language, "mail_foot")
        to = self._address(value["value"])
        return (Owed(to=to, order=_encode(Order("send", f"{html}\n\n{foot}", subject=subject))),)

    def _address(self, value: str) -> Address:
        """A family's mail address as an address of the outbox."""
        name = base64.urlsafe_b64encode(self.find("email", value)).decode()[:12]
        return Address(name, "email", value)
