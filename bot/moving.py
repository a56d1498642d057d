"""One talk in several places: links that carry a family from Telegram to the web and back.

A family has several addresses; what is said follows the address of its last turn. Commands
``/web`` and ``/private`` and the link of ``/start`` are answered here, before the conversation
sees them, because they need randomness of the edge and nothing of the script.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bot.buttons import Buttons
from bot.channels.channel import Incoming, Key, Order
from bot.editions import Editions
from bot.links import Links
from storage import conversations, web
from storage.commit import Committer
from storage.conversations import Known
from storage.store import Store, new_id
from storage.write import Address, Owed, Seen, Write

PREFIX = "link-"
"""What a ``/start`` payload begins with when it carries a talk from the web."""
_encode = msgspec.json.Encoder().encode


class Moving:
    """Takes what concerns a talk's place; everything else passes."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        editions: Editions,
        buttons: Buttons,
        links: Links,
        public_url: str,
    ) -> None:
        self.store = store
        self.committer = committer
        self.editions = editions
        self.buttons = buttons
        self.links = links
        self.public_url = public_url.rstrip("/")
        self.bot_name: Callable[[], str] = lambda: ""

    async def passed(self, incoming: Incoming) -> Incoming | None:
        """The update for the conversation; None if it was answered here."""
        turn = incoming.turn
        if turn is None or incoming.group:
            return incoming
        wanted = turn.value if turn.kind == "command" else ""
        if turn.kind == "choice":
            read = self.buttons.read(incoming.token, incoming.address)
            wanted = read[2].removeprefix("/") if read and read[2].startswith("/") else ""
        if wanted == "start" and turn.text.startswith(PREFIX):
            return await self._arrived(incoming, turn.text.removeprefix(PREFIX))
        if wanted in ("web", "private") and self.public_url:
            known = await conversations.find(self.store, incoming.channel, incoming.address)
            if known is None or known.staff is None:
                await self._give_link(incoming, known, wanted)
                return None
        return incoming

    async def _give_link(self, incoming: Incoming, known: Known | None, wanted: str) -> None:
        conversation = known.conversation if known else None
        if known is None or conversation is None or conversation.notice is None:
            url, name, label = f"{self.public_url}/chat", "web_plain", "web_link_button"
        elif wanted == "web":
            url = f"{self.public_url}/chat/go/{self.links.make('web', known.family)}"
            name, label = "web_link", "web_link_button"
        else:
            url = f"{self.public_url}/chat/private/{self.links.make('private', conversation.id)}"
            name, label = "private_link", "private_link_button"
        language = conversation.language if conversation and conversation.language else "lv"
        key = Key(self._text(language, label), url=url)
        await self._say(incoming, known, name, language, (key,))

    async def _arrived(self, incoming: Incoming, code: str) -> Incoming | None:
        """A link from the web was opened in another chat."""
        known = await conversations.find(self.store, incoming.channel, incoming.address)
        if known is not None and known.staff is not None:
            return incoming
        link = self.links.read("telegram", code)
        taken = "link_taken"
        if link is None:
            taken = "link_not_good"
        elif known is None or known.family == link.subject or await self._cleared(known):
            who = self.store.keys.find(incoming.channel, incoming.address).hex()[:12]
            if not await web.use_link(self.store, code, who, link.until):
                taken = "link_not_good"
            elif await web.join_family(
                self.store, link.subject, incoming.channel, incoming.address
            ):
                assert incoming.turn is not None
                turn = msgspec.structs.replace(incoming.turn, text="")
                return msgspec.structs.replace(incoming, turn=turn)
        language = known.conversation.language if known and known.conversation else ""
        await self._say(incoming, known, taken, language or "lv")
        return None

    async def _cleared(self, known: Known) -> bool:
        """A chat that only looked at the first screen is made free for the talk that comes."""
        conversation = known.conversation
        if conversation is not None and conversation.notice is not None:
            return False
        await self.committer.commit(Write(family=known.family, erase=True))
        return True

    async def arrive_on_web(self, code: str, chat: str) -> bool:
        """Use a link to the web up for this web chat; True if the chat is the family's now."""
        link = self.links.read("web", code)
        if link is None or not await web.use_link(self.store, code, chat, link.until):
            return False
        return await web.join_family(self.store, link.subject, "web", chat)

    async def to_telegram(self, chat: str) -> str:
        """A ``t.me`` link that carries the talk of this web chat; "" if there is none to carry."""
        name = self.bot_name()
        known = await conversations.find(self.store, "web", chat)
        if not name or known is None or not known.family:
            return ""
        return f"https://t.me/{name}?start={PREFIX}{self.links.make('telegram', known.family)}"

    # -- saying ---------------------------------------------------------------------------------

    def _text(self, language: str, name: str) -> str:
        return self.editions.current.texts.say(language, f"web:{name}")

    async def _say(
        self,
        incoming: Incoming,
        known: Known | None,
        name: str,
        language: str,
        keys: tuple[Key, ...] = (),
    ) -> None:
        to = known.address if known else Address(new_id(), incoming.channel, incoming.address)
        order = Order("send", self._text(language, name), (keys,) if keys else ())
        write = Write(
            update=(incoming.channel, incoming.id),
            family=known.family if known else "",
            owed=(Owed(to=to, order=_encode(order)),),
        )
        try:
            await self.committer.commit(write)
        except Seen:
            return
