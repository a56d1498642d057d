"""What coordinators see of a case: the card with its buttons, and messages about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape

from bot.channels.channel import Order
from bot.speech import Speech, encode
from dialogs import wording
from dialogs.edition import Edition
from dialogs.messages import Drawn
from dialogs.programme.card import CaseFacts, card, group_line, story_rest
from dialogs.programme.sentences import Sheet
from dialogs.programme.workdays import office_is_open
from dialogs.sheet import judge, sheet
from storage.staff import Person
from storage.write import Case, Owed

REASONS = ("returned", "helped", "not_coming", "unreachable")
"""Why a case is done."""

Row = tuple[tuple[str, str], ...]


def owner(number: int) -> str:
    """The owner of a case's buttons."""
    return f"c{number}"


class Cards:
    """Draws cases for staff, each in the reader's language (Latvian unless said otherwise)."""

    def __init__(self, edition: Edition, speech: Speech) -> None:
        self.edition = edition
        self.speech = speech

    def say(self, language: str, name: str, /, **args: object) -> str:
        """A text of the staff's chat as HTML; everything inserted is escaped."""
        filled = {k: v if isinstance(v, int) else escape(str(v), quote=False) for k, v in args.items()}
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

    # -- the card -------------------------------------------------------------------------------

    def drawn(self, case: Case, person: Person) -> Drawn:
        """The card with its buttons for this reader."""
        language = person.staff.language
        if case.intake is None:
            return Drawn(self.say(language, "withdrawn", number=case.number))
        assert case.due_on is not None
        facts = CaseFacts(
            case.number,
            case.received_at,
            case.due_on,
            taken=case.taken_at,
            yours=case.taken_by == person.staff.id,
        )
        return Drawn(card(self.sheet(case, language), facts), self.buttons(case, language))

    def buttons(self, case: Case, language: str) -> tuple[Row, ...]:
        """Take, ask, other region; done appears once the case is taken."""

        def key(name: str, value: str) -> tuple[str, str]:
            return self.say(language, name), value

        if case.closed_at is not None:
            return ()
        if not case.taken_by:
            return (key("take", "take"),), (key("ask", "ask"), key("move", "move"))
        return (
            (key("ask", "ask"), key("answer", "answer")),
            (key("hand_on", "move"), key("finish", "finish")),
        )

    def _send(self, person: Person, drawn: Drawn, case: Case, *, ref: str = "", silent: bool = False,
              kind: str = "send", priority: int = 0) -> tuple[Owed, ...]:  # fmt: skip
        return tuple(
            Owed(
                to=address,
                order=self.speech.order(kind, drawn, owner(case.number), 0, address, silent=silent),
                ref=ref,
                priority=priority,
            )
            for address in person.addresses
        )

    def new_case(self, case: Case, people: Iterable[Person], now: datetime) -> tuple[Owed, ...]:
        """The card for the coordinators of the region; without sound outside office hours.

        Only an urgent case sounds at night.
        """
        rules = self.edition.programme.rules.on(now.date())
        silent = not case.urgent and not office_is_open(now, rules.office_hours)
        return tuple(
            owed for person in people for owed in self.whole(case, person, silent=silent)
        )

    def whole(self, case: Case, person: Person, *, silent: bool = False) -> tuple[Owed, ...]:
        """The card and, before it, what of a long story does not fit."""
        rest: tuple[Owed, ...] = ()
        if case.intake is not None and case.due_on is not None:
            pieces = story_rest(
                self.sheet(case, person.staff.language),
                CaseFacts(case.number, case.received_at, case.due_on),
            )
            rest = tuple(
                Owed(to=address, order=encode(Order(kind="send", html=piece, silent=True)))
                for piece in pieces
                for address in person.addresses
            )
        return rest + self._send(
            person, self.drawn(case, person), case, ref=f"card:{case.number}", silent=silent
        )

    def redrawn(self, case: Case, people: Iterable[Person], now: datetime) -> tuple[Owed, ...]:
        """The card amended in place."""
        return tuple(
            owed
            for person in people
            for owed in self._send(
                person, self.drawn(case, person), case, ref=f"card:{case.number}", kind="edit"
            )
        )

    def copies(self, case: Case, people: Iterable[Person], now: datetime) -> tuple[Owed, ...]:
        """The card without buttons, for the region that only gets a copy."""
        found: tuple[Owed, ...] = ()
        for person in people:
            language = person.staff.language
            lead = self.say(language, "copy", region=self.region(language, case.region))
            shown = Drawn(f"{lead}\n\n{self.drawn(case, person).html}")
            found += self._send(person, shown, case, silent=True)
        return found

    def nobody(self, case: Case, operators: Iterable[Person], now: datetime) -> tuple[Owed, ...]:
        """A case without a coordinator: the operator is told, without its content."""
        found: tuple[Owed, ...] = ()
        for person in operators:
            language = person.staff.language
            html = self.say(language, "nobody_yet", number=case.number,
                            region=self.region(language, case.region))  # fmt: skip
            found += self._send(person, Drawn(html), case)
        return found

    def group(self, case: Case, language: str) -> str:
        """The line for a group chat."""
        line = group_line(self.sheet(case, language), case.number, self.edition.programme.groups)
        return escape(line, quote=False)

    # -- messages about a case ------------------------------------------------------------------

    def family_wrote(
        self, case: Case, people: Iterable[Person], text: str, spoken: str
    ) -> tuple[Owed, ...]:
        """The family's words, in its own language, with a button to answer."""
        found: tuple[Owed, ...] = ()
        for person in people:
            language = person.staff.language
            adverb = wording.in_language(language, spoken, self.edition.texts)
            if text == "☎":
                html = self.say(language, "wants_call", number=case.number)
            else:
                html = self.say(language, "wrote", number=case.number, language=adverb, text=text)
            rows = (((self.say(language, "answer"), "answer"),),)
            found += self._send(person, Drawn(html, rows), case)
        return found

    def withdrawn(self, case: Case, people: Iterable[Person]) -> tuple[Owed, ...]:
        """The family took its case back; the card is emptied."""
        found: tuple[Owed, ...] = ()
        for person in people:
            html = self.say(person.staff.language, "withdrawn", number=case.number)
            found += self._send(person, Drawn(html), case, ref=f"card:{case.number}", kind="edit")
            found += self._send(person, Drawn(html), case)
        return found

    def alarm(self, case: Case, people: Iterable[Person], now: datetime) -> tuple[Owed, ...]:
        """A case became urgent after it was sent."""
        found: tuple[Owed, ...] = ()
        for person in people:
            html = self.say(person.staff.language, "became_urgent", number=case.number)
            found += self._send(person, Drawn(html), case)
        return found
