"""What coordinators see of a case: the card with its buttons, and messages about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from bot.channels.channel import Order
from bot.speech import Speech, encode
from bot.staff.rights import desks_of, is_group, mails_of
from dialogs import wording
from dialogs.edition import Edition
from dialogs.messages import Drawn
from dialogs.programme.card import CaseFacts, card, group_line, story_rest
from dialogs.programme.sentences import Sheet, short_places
from dialogs.programme.workdays import office_is_open
from dialogs.sheet import judge, sheet
from storage.staff import Person
from storage.write import Case, Owed

REASONS = ("returned", "helped", "not_coming", "unreachable")
"""Why a case is done."""
SPOKEN = ("answered", "asked", "quiet")
"""States of a case whose family has heard from a coordinator: the coordinator wrote last, the
family did, or the talk was ended."""
CALL = "☎"
"""What a talk adds to its case when the family asks for a call."""
LABEL = 32
"""Characters of a button alone in its row (conversation-style 7)."""

Row = tuple[tuple[str, str], ...]


def talk_is_open(case: Case) -> bool:
    """Whether coordinator and family talk, so that the talk can be ended."""
    return case.closed_at is None and case.state in ("answered", "asked")


def owner(number: int) -> str:
    """The owner of a case's buttons."""
    return f"c{number}"


def card_ref(number: int) -> str:
    """The name under which a case's card is amended."""
    return f"card:{number}"


class Cards:
    """Draws cases for staff, each in the reader's language (Latvian unless said otherwise)."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech

    @property
    def edition(self) -> Edition:
        """What holds now: the programme's data may change while the service runs."""
        return self.speech.editions.current

    def say(self, language: str, name: str, /, **args: object) -> str:
        """A text of the staff's chat as HTML; everything inserted is escaped."""
        filled = {
            k: v if isinstance(v, int) else escape(str(v), quote=False) for k, v in args.items()
        }
        return self.edition.texts.say(language, f"staff:{name}", **filled)

    def region(self, language: str, region: str) -> str:
        """A region's name, or what the shared queue is called."""
        if not region:
            return self.say(language, "shared_queue")
        return self.edition.programme.geography.place_names(region).of(language)

    def sheet(self, case: Case, language: str) -> Sheet:
        """The case's intake on a sheet, as it was judged when it was received."""
        assert case.intake is not None
        return sheet(self.edition, judge(self.edition, case.intake, case.received_at), language)

    def open_now(self, now: datetime) -> bool:
        """Whether it is office time."""
        rules = self.edition.programme.rules.on(now.date())
        return office_is_open(now, rules.office_hours)

    # -- the card -------------------------------------------------------------------------------

    def drawn(self, case: Case, person: Person) -> Drawn:
        """The card with its buttons for this reader."""
        language = person.staff.language
        if case.intake is None:
            return Drawn(self.say(language, "withdrawn", number=case.number))
        return Drawn(
            card(self.sheet(case, language), self._facts(case, person)),
            self.buttons(case, language),
        )

    def _facts(self, case: Case, person: Person) -> CaseFacts:
        assert case.due_on is not None
        yours = case.taken_by == person.staff.id
        who = self.region(person.staff.language, case.region)
        return CaseFacts(case.number, case.received_at, case.due_on, case.taken_at, yours, who)

    def buttons(self, case: Case, language: str) -> tuple[Row, ...]:
        """Take, ask, other region; done appears once it is taken, the talk's end while it runs."""

        def key(name: str, value: str) -> tuple[str, str]:
            return self.say(language, name), value

        if case.closed_at is not None:
            return ()
        if not case.taken_by:
            return (key("take", "take"),), (key("ask", "ask"), key("move", "move"))
        talk = ((key("end_talk", "end"),),) if talk_is_open(case) else ()
        return (
            (key("ask", "ask"), key("answer", "answer")),
            *talk,
            (key("hand_on", "move"), key("finish", "finish")),
        )

    def label(self, case: Case, language: str) -> str:
        """A case on a button of a list: number, place, children; whether it is urgent."""
        if case.intake is None:
            return self.say(language, "case_button", number=case.number)
        shown = self.sheet(case, language)
        place = short_places(shown) or self.say(language, "no_place")
        if case.urgent:
            found = self.say(language, "urgent_line", number=case.number, place=place)
        else:
            n = len(case.intake.children or ())
            name = "case_line" if n else "case_line_adults"
            found = self.say(language, name, number=case.number, place=place, n=n)
        return wording.cut(found, LABEL)

    # -- orders ---------------------------------------------------------------------------------

    def told(
        self,
        person: Person,
        case: Case,
        drawn: Drawn,
        *,
        ref: str = "",
        silent: bool = False,
        kind: str = "send",
    ) -> tuple[Owed, ...]:
        """A message to somebody's own chats, never to a group; a mail says only that it came."""
        mailed: tuple[Owed, ...] = ()
        if kind == "send" and not ref and self.speech.mails is not None:
            mailed = self.speech.mails.news(person, case.number)
        return mailed + tuple(
            Owed(
                to=address,
                order=self.speech.order(kind, drawn, owner(case.number), 0, address, silent=silent),
                ref=ref,
            )
            for address in desks_of(person)
        )

    def new_case(self, case: Case, people: Iterable[Person], now: datetime) -> tuple[Owed, ...]:
        """The card for those who may take it; groups get one line without content.

        Without sound outside office hours, unless it is urgent.
        """
        silent = not case.urgent and not self.open_now(now)
        return tuple(
            owed
            for person in people
            for owed in (
                *self.whole(case, person, silent=silent),
                *self._lines(case, person, silent=silent),
            )
        )

    def whole(self, case: Case, person: Person, *, silent: bool = False) -> tuple[Owed, ...]:
        """The card and, before it, what of a long story does not fit."""
        rest: tuple[Owed, ...] = ()
        if case.intake is not None and case.due_on is not None:
            pieces = story_rest(
                self.sheet(case, person.staff.language), self._facts(case, person)
            )
            rest = tuple(
                Owed(to=address, order=encode(Order(kind="send", html=piece, silent=True)))
                for piece in pieces
                for address in desks_of(person)
            )
        return rest + self.told(
            person, case, self.drawn(case, person), ref=card_ref(case.number), silent=silent
        )

    def redrawn(self, case: Case, people: Iterable[Person]) -> tuple[Owed, ...]:
        """The card amended in place."""
        return tuple(
            owed
            for person in people
            for owed in self.told(
                person, case, self.drawn(case, person), ref=card_ref(case.number), kind="edit"
            )
        )

    def gone(
        self, case: Case, people: Iterable[Person], name: str, **args: object
    ) -> tuple[Owed, ...]:
        """The card emptied: one line in place of everything, no buttons."""
        return tuple(
            owed
            for person in people
            for owed in self.told(
                person,
                case,
                Drawn(self.say(person.staff.language, name, number=case.number, **args)),
                ref=card_ref(case.number),
                kind="edit",
            )
        )

    def copies(self, case: Case, people: Iterable[Person]) -> tuple[Owed, ...]:
        """The card without buttons and sound, for the region that only gets a copy."""
        found: tuple[Owed, ...] = ()
        for person in people:
            language = person.staff.language
            lead = self.say(language, "copy", region=self.region(language, case.region))
            shown = Drawn(f"{lead}\n\n{self.drawn(case, person).html}")
            found += self.told(person, case, shown, ref=card_ref(case.number), silent=True)
        return found

    def nobody(self, case: Case, operators: Iterable[Person]) -> tuple[Owed, ...]:
        """A case without a coordinator: the operator is told, without its content."""
        found: tuple[Owed, ...] = ()
        for person in operators:
            language = person.staff.language
            html = self.say(language, "nobody_yet", number=case.number,
                            region=self.region(language, case.region))  # fmt: skip
            found += self.told(person, case, Drawn(html))
            if self.speech.mails is not None:
                found += self.speech.mails.notice(person, case.number, html)
        return found

    def _lines(self, case: Case, person: Person, *, silent: bool = False) -> tuple[Owed, ...]:
        """The line for groups and mails: number, region, topic, urgency."""
        groups = [place for place in person.addresses if is_group(place)]
        if not (groups or mails_of(person)) or case.intake is None:
            return ()
        line = group_line(
            self.sheet(case, person.staff.language), case.number, self.edition.programme.groups
        )
        order = encode(Order(kind="send", html=escape(line, quote=False), silent=silent))
        told = tuple(Owed(to=place, order=order) for place in groups)
        if self.speech.mails is not None:
            region = self.region(person.staff.language, case.region)
            told += self.speech.mails.new_case(person, case.number, region, line)
        return told

    # -- messages about a case ------------------------------------------------------------------

    def family_wrote(
        self, case: Case, people: Iterable[Person], text: str, spoken: str
    ) -> tuple[Owed, ...]:
        """The family's words, in its own language, with a button to answer."""
        found: tuple[Owed, ...] = ()
        for person in people:
            language = person.staff.language
            adverb = wording.in_language(language, spoken, self.edition.texts)
            if text == CALL:
                html = self.say(language, "wants_call", number=case.number)
            else:
                html = self.say(language, "wrote", number=case.number, language=adverb, text=text)
            row: Row = ((self.say(language, "answer"), "answer"),)
            if talk_is_open(case):
                row += ((self.say(language, "end_talk"), "end"),)
            found += self.told(person, case, Drawn(html, (row,)))
        return found

    def withdrawn(self, case: Case, people: Iterable[Person]) -> tuple[Owed, ...]:
        """The family took its case back; the card is emptied."""
        found: tuple[Owed, ...] = ()
        for person in people:
            found += self.gone(case, (person,), "withdrawn")
            html = self.say(person.staff.language, "withdrawn", number=case.number)
            found += self.told(person, case, Drawn(html))
        return found

    def alarm(self, case: Case, people: Iterable[Person]) -> tuple[Owed, ...]:
        """A case became urgent after it was sent: at once and with sound."""
        found: tuple[Owed, ...] = ()
        for person in people:
            html = self.say(person.staff.language, "became_urgent", number=case.number)
            found += self.told(person, case, Drawn(html)) + self._lines(case, person)
        return found
