"""Effects into texts and buttons, in the reader's language. Texts are rendered here only.

Texts may carry <b> and <i>; everything inserted is escaped, so no value can become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from msgspec import Struct, structs

from dialogs import wording
from dialogs.answers import time_of_option
from dialogs.conversation import Amend, Answer, Button, Conversation, Part, Ref, Say
from dialogs.edition import Edition
from dialogs.programme.card import Line, review, review_html
from dialogs.programme.facts import place_of, when_of
from dialogs.programme.room import shown_length
from dialogs.programme.workdays import in_latvia
from dialogs.sheet import sheet_of, understood
from dialogs.values import count_text, item_text, value_text

GAP = "\x1f"
"""Stands for an empty line until the message is put together."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTE_LIMIT = 600
"""Characters of the note's lines and questions where nothing else is said."""
SHORTER = (60, 40, 20, 8)
MORE_ROOM = 12
"""How far a note's lines are cut where there are many; room for "and 3 more"."""
LONGEST_QUESTION = 90
WIDE, PAIR, SMALL = 32, 15, 6
"""Characters of a label alone in a row, in a pair, in a row of three (conversation-style 7)."""


class Drawn(Struct, frozen=True):
    """A message ready for a channel: HTML and rows of (label, value)."""

    html: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


class Speaker:
    """Puts effects of one conversation into words at one moment, for one ``channel``."""

    def __init__(
        self,
        edition: Edition,
        c: Conversation,
        now: datetime,
        number: int = 0,
        language: str = "",
        channel: str = "telegram",
    ) -> None:
        self.c = c
        self.now = now
        self.number = number or (c.case.number if c.case else 0)
        self.language = language or c.language or "lv"
        self.channel = channel
        second = c.second if self.language == c.language else ""
        self.edition = edition.speaking(self.language, second)

    def draw(self, effect: Say | Amend) -> Drawn:
        """The message of an effect."""
        paragraphs = [self.part(part) for part in effect.parts]
        if isinstance(effect, Amend) and effect.mark is not None:
            paragraphs.append(self.part(effect.mark))
        html = "\n".join(paragraph for paragraph in paragraphs if paragraph).replace(
            f"{GAP}\n", "\n"
        )
        return Drawn(html, self.rows(effect.buttons, effect.last))

    def part(self, part: Part) -> str:
        """One paragraph as HTML."""
        name, args = part
        if name == "@gap":
            return GAP
        if name.startswith("@"):
            return self._block(name, args)
        said = self.edition.texts.whole(self.language, name)
        if said is None:
            filled = {key: self._html(value) for key, value in args.items()}
            if "item" in filled:
                filled["Item"] = filled["item"][:1].upper() + filled["item"][1:]
            said = self.edition.texts.say(self.language, name, **filled)
        return said[:1].upper() + said[1:] if "item" in args else said

    def _html(self, value: Any) -> Any:
        if isinstance(value, int):
            return value
        return escape(self.text(value), quote=False)

    def _block(self, name: str, args: dict[str, Any]) -> str:
        if name == "@emergency":
            own = (
                Speaker(self.edition, self.c, self.now, language=each)
                for each in self.edition.languages.offered
            )
            return "\n".join(speaker.part(("product:emergency", args)) for speaker in own)
        of = args.get("of", self.c)
        sheet = sheet_of(self.edition, of, self.language, self.now)
        if name == "@review":
            return review_html(review(sheet), sheet)
        if name == "@my_data":
            return self._my_data(of)
        if name == "@understood":
            return self._note(of, int(args.get("room", NOTE_LIMIT)))
        return self._numbered(review(sheet).lines)

    @staticmethod
    def _numbered(lines: Sequence[Line]) -> str:
        return "\n".join(
            f"{n}. {escape(line.title, quote=False)}: {escape(line.text, quote=False)}"
            for n, line in enumerate(lines, 1)
        )

    def _note(self, of: Conversation, most: int) -> str:
        """What was understood, then the family's own questions as far as there is room."""
        lines = understood(self.edition, of, self.now)
        note = self._numbered(lines)
        for longest in SHORTER:
            if shown_length(note) <= most:
                break
            short = (structs.replace(each, text=wording.cut(each.text, longest)) for each in lines)
            note = self._numbered(tuple(short))
        if not of.questions:
            return note
        head = self.part(("product:your_questions", {}))
        shown: list[str] = []
        room = most - MORE_ROOM - shown_length(note) - len(head)
        for question in of.questions:
            quoted = f"«{wording.cut(question, LONGEST_QUESTION)}»"
            room -= len(quoted) + len(wording.DOT)
            if room < 0:
                left = len(of.questions) - len(shown)
                shown.append(self.edition.texts.say(self.language, "card:more_needs", n=left))
                break
            shown.append(quoted)
        quoted = escape(wording.dots(shown), quote=False)
        return "\n".join(filter(None, (note, f"{head} {quoted}")))

    def _my_data(self, of: Conversation) -> str:
        say = self.edition.texts.say
        rows = [say(self.language, "product:my_data")]
        rows += [f"• {escape(line)}" for path in of.answers if (line := self._kept(path))]
        for each in of.earlier:
            # One of another revision may be a choice that has no name any more.
            own = each.answer.revision == self.edition.id
            if own and (line := self._kept(each.path, each.answer)):
                rows.append(say(self.language, "product:my_data_earlier", line=escape(line)))
        if of.needs:
            needs = (say(self.language, f"needs:{need}.family") for need, _ in of.needs)
            said = escape(wording.dots(needs))
            rows.append(say(self.language, "product:my_data_needs", needs=said))
        rows += [f"• «{escape(told.text)}»" for told in of.story]
        if of.source:
            rows.append(say(self.language, "product:my_data_source", source=escape(of.source)))
        if of.notice is not None:
            read = wording.day(self.language, in_latvia(of.notice.at).date())
            rows.append(
                say(self.language, "product:my_data_notice", day=read, version=of.notice.version)
            )
        if of.case is not None:
            rows.append(say(self.language, "product:my_data_case", number=of.case.number))
        if len(rows) == 1:
            rows.append(say(self.language, "product:my_data_empty"))
        return "\n".join(rows)

    def _kept(self, path: str, answer: Answer | None = None) -> str:
        """An answer that is kept as a line; "" for what is no answer of its own.

        The story is told by its messages. ``answer`` is an earlier one instead of what counts.
        """
        question_id, _, item = path.partition("@")
        known = self.edition.questions.get(question_id)
        if known is None or known.question.kind in ("note", "story"):
            return ""
        title = self.edition.texts.say(self.language, self.edition.name(question_id, "title"))
        of = self._ref_item_suffix((question_id, item)) if question_id != "child_year" else ""
        told = self.c.answers[path] if answer is None else answer
        return f"{title}{of}: {self._value(path, told.value, told.raw)}"

    # -- values ---------------------------------------------------------------------------------

    def text(self, value: Any) -> str:
        """A value in words, not escaped."""
        if not isinstance(value, Ref):
            return str(value)
        return str(getattr(self, f"_ref_{value.kind}")(value.value))

    def _ref_message(self, name: str) -> str:
        return self.edition.texts.say(self.language, name)

    def _ref_channel(self, what: str) -> str:
        """What is true of this channel: who can "read" it, what is left to "forget"."""
        name = f"product:{what}_{self.channel}"
        known = name in self.edition.texts.entries
        return self.edition.texts.say(self.language, name if known else f"product:{what}_other")

    def _ref_country(self, code: str) -> str:
        return wording.country(self.language, code)

    def _ref_municipality(self, code: str) -> str:
        programme = self.edition.programme
        return wording.municipality(self.language, code, programme.geography, self.edition.texts)

    def _ref_region(self, region: str) -> str:
        return self.edition.programme.geography.place_names(region).of(self.language)

    def _ref_day(self, value: str) -> str:
        return wording.day(self.language, date.fromisoformat(value)) if value else ""

    def _ref_number(self, _: None) -> str:
        return str(self.number)

    def _ref_time_option(self, option: str) -> str:
        return wording.when(self.language, when_of(time_of_option(option)), self.edition.texts)

    def _ref_month(self, month: str) -> str:
        return wording.month(self.language, month, self.edition.texts)

    def _ref_place(self, place: dict[str, Any]) -> str:
        geography = self.edition.programme.geography
        return wording.short_place(self.language, place_of(place), geography, self.edition.texts)

    def _ref_emergency(self, country: str) -> str:
        numbers = self.edition.programme.emergency.of(country)
        return wording.emergency(self.language, numbers, self.edition.texts)

    def _ref_opens(self, _: None) -> str:
        hours = self.edition.programme.rules.on(in_latvia(self.now).date()).office_hours
        return wording.next_reading(self.language, self.now, hours, self.edition.texts)

    def _ref_plural(self, value: tuple[str, int]) -> str:
        return self.edition.texts.say(self.language, f"product:{value[0]}", n=value[1])

    def _ref_count(self, value: tuple[str, int]) -> str:
        return count_text(self.edition, value[0], value[1], self.language)

    def _ref_value(self, value: tuple[str, Any]) -> str:
        return self._value(*value)

    def _ref_answer(self, path: str) -> str:
        answer = self.c.answers.get(path)
        return "" if answer is None else self._value(path, answer.value, answer.raw)

    def _value(self, path: str, value: Any, words: str = "") -> str:
        return value_text(self.edition, path, value, self.language, words)

    def _ref_item(self, value: tuple[str, str]) -> str:
        return item_text(self.edition, self.c, value[0], value[1], self.language)

    def _ref_item_short(self, value: tuple[str, str]) -> str:
        path = f"child_year@{value[1]}"
        gone = [e.answer for e in self.c.earlier if e.path == path and e.reason == "removed"]
        year = self.c.answers.get(path) or (gone[-1] if gone else None)
        if year is not None and isinstance(year.value, int) and "adult" not in value[0]:
            return str(year.value)
        return self._ref_item(value)

    def _ref_item_suffix(self, value: tuple[str, str]) -> str:
        return f" ({self._ref_item_short(value)})" if value[1] else ""

    def _ref_item_frozen(self, value: tuple[str, int | None]) -> str:
        group, year = value
        if year is not None:
            return self.edition.texts.say(self.language, "product:child_of", year=str(year))
        name = f"product:one_{group}"
        known = name in self.edition.texts.entries
        return self.edition.texts.say(self.language, name if known else "product:one_item")

    # -- buttons --------------------------------------------------------------------------------

    def label(self, button: Button) -> str:
        """A button's text."""
        if not button.args:
            key = (self.language, button.label, button.tick)
            known = self.edition.labels.get(key)
            if known is None:
                known = self.edition.labels[key] = self._label(button, {})
            return known
        args = {k: v if isinstance(v, int) else self.text(v) for k, v in button.args.items()}
        return self._label(button, args)

    def _label(self, button: Button, args: dict[str, Any]) -> str:
        text = self.edition.texts.say(self.language, button.label, **args)
        text = wording.cut(text, WIDE if not button.tick else WIDE - 2)
        return f"✓ {text}" if button.tick else text

    def rows(
        self, buttons: Sequence[Button], last: Sequence[Button]
    ) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Buttons in rows by the length of their labels; the last row at the end."""
        return _laid_out(
            tuple([(self.label(each), each.value, each.alone) for each in buttons]),
            tuple([(self.label(each), each.value) for each in last]),
        )


def _laid_out(
    buttons: tuple[tuple[str, str, bool], ...], last: tuple[tuple[str, str], ...]
) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Labels and values in rows; ``buttons`` also say whether they stand alone."""
    rows: list[list[tuple[str, str]]] = []
    small = sum([len(label) <= SMALL and not alone for label, _, alone in buttons])
    most = 3 if small in (3, 5, 6, 9) else 4
    widest = 0
    for label, value, alone in buttons:
        count = len(rows[-1]) + 1 if widest else 1
        if alone or count == 1 or not _fits(count, max(widest, len(label)), most):
            rows.append([])
            widest = 0
        rows[-1].append((label, value))
        widest = 0 if alone else max(widest, len(label))
    if last and _fits(len(last), max([len(label) for label, _ in last]), most):
        rows.append(list(last))
    else:
        rows += [[each] for each in last]
    return tuple([tuple(row) for row in rows])


def _fits(count: int, widest: int, most: int) -> bool:
    """Whether so many labels may share a row."""
    return count == 1 or (count <= most and widest <= (SMALL if count > 2 else PAIR))


def labels(edition: Edition, button: Button, c: Conversation) -> tuple[str, ...]:
    """A button's label in every language, the talk's first; for matching what is typed."""
    spoken = c.language or "lv"
    key = (spoken, c.second, button.label)
    if not button.args and key in edition.known_as:
        return edition.known_as[key]
    order = (spoken, *(each for each in edition.languages.offered if each != spoken))
    now = c.last or EPOCH  # no label says what time it is
    known = tuple(
        dict.fromkeys(
            Speaker(edition, c, now, language=each).label(structs.replace(button, tick=False))
            for each in order
        )
    )
    if not button.args:
        edition.known_as[key] = known
    return known
