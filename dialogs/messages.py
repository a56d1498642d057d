"""Effects into texts and buttons, in the reader's language. Texts are rendered here only.

Texts may carry <b> and <i>; everything inserted is escaped, so no value can become markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from msgspec import Struct

from dialogs import wording
from dialogs.conversation import Amend, Button, Conversation, Part, Ref, Say
from dialogs.edition import Edition
from dialogs.programme.card import review, review_html
from dialogs.programme.facts import place_of, when_of
from dialogs.programme.workdays import in_latvia, office_opens
from dialogs.sheet import sheet_of, understood

WIDE, PAIR, SMALL = 32, 15, 6
"""Characters of a label alone in a row, in a pair, in a row of three (conversation-style 7)."""


class Drawn(Struct, frozen=True):
    """A message ready for a channel: HTML and rows of (label, value)."""

    html: str
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


class Speaker:
    """Puts effects of one conversation into words at one moment."""

    def __init__(
        self, edition: Edition, c: Conversation, now: datetime, number: int = 0, language: str = ""
    ) -> None:
        self.edition = edition
        self.c = c
        self.now = now
        self.number = number or (c.case.number if c.case else 0)
        self.language = language or c.language or "lv"

    def draw(self, effect: Say | Amend) -> Drawn:
        """The message of an effect."""
        paragraphs = [self.part(part) for part in effect.parts]
        if isinstance(effect, Amend) and effect.mark is not None:
            paragraphs.append(self.part(effect.mark))
        html = "\n".join(paragraph for paragraph in paragraphs if paragraph)
        return Drawn(html, self.rows(effect.buttons, effect.last))

    def part(self, part: Part) -> str:
        """One paragraph as HTML."""
        name, args = part
        if name.startswith("@"):
            return self._block(name, args)
        filled = {key: self._html(value) for key, value in args.items()}
        said = self.edition.texts.say(self.language, name, **filled)
        return said[:1].upper() + said[1:] if "item" in args else said

    def _html(self, value: Any) -> Any:
        if isinstance(value, int):
            return value
        return escape(self.text(value), quote=False)

    def _block(self, name: str, args: dict[str, Any]) -> str:
        of = args.get("of", self.c)
        sheet = sheet_of(self.edition, of, self.language, self.now)
        if name == "@review":
            return review_html(review(sheet), sheet)
        if name == "@my_data":
            return self._my_data(of)
        lines = (
            understood(self.edition, of, self.now) if name == "@understood" else review(sheet).lines
        )
        rows = [f"{n}. {escape(line.title)}: {escape(line.text)}" for n, line in enumerate(lines, 1)]
        if name == "@understood" and of.questions:
            quoted = " · ".join(f"«{escape(question)}»" for question in of.questions)
            rows.append(self.part(("product:your_questions", {})) + " " + quoted)
        return "\n".join(rows)

    def _my_data(self, of: Conversation) -> str:
        say = self.edition.texts.say
        rows = [say(self.language, "product:my_data")]
        for path, answer in of.answers.items():
            if path.partition("@")[0] not in self.edition.questions:
                continue
            title = say(self.language, self.edition.name(path.partition("@")[0], "title"))
            rows.append(f"• {escape(title)}: {escape(self._value(path, answer.value))}")
        rows += [f"• «{escape(told.text)}»" for told in of.story]
        if of.notice is not None:
            read = wording.day(self.language, in_latvia(of.notice.at).date())
            rows.append(say(self.language, "product:my_data_notice", day=read, version=of.notice.version))
        if of.case is not None:
            rows.append(say(self.language, "product:my_data_case", number=of.case.number))
        if len(rows) == 1:
            rows.append(say(self.language, "product:my_data_empty"))
        return "\n".join(rows)

    # -- values ---------------------------------------------------------------------------------

    def text(self, value: Any) -> str:
        """A value in words, not escaped."""
        if not isinstance(value, Ref):
            return str(value)
        return str(getattr(self, f"_ref_{value.kind}")(value.value))

    def _ref_message(self, name: str) -> str:
        return self.edition.texts.say(self.language, name)

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
        from dialogs.answers import time_of_option

        return wording.when(self.language, when_of(time_of_option(option)), self.edition.texts)

    def _ref_emergency(self, country: str) -> str:
        return ", ".join(self.edition.programme.emergency.of(country).first())

    def _ref_opens(self, _: None) -> str:
        rules = self.edition.programme.rules.on(in_latvia(self.now).date())
        opens = in_latvia(office_opens(self.now, rules.office_hours))
        return f"{wording.day(self.language, opens.date())}, {wording.hour(opens.time())}"

    def _ref_plural(self, value: tuple[str, int]) -> str:
        return self.edition.texts.say(self.language, f"product:{value[0]}", n=value[1])

    def _ref_count(self, value: tuple[str, int]) -> str:
        return self.edition.texts.say(self.language, f"product:count_{value[0]}", n=value[1])

    def _ref_value(self, value: tuple[str, Any]) -> str:
        return self._value(*value)

    def _value(self, path: str, value: Any) -> str:
        return value_text(self.edition, self.c, path, value, self.language)

    def _ref_item(self, value: tuple[str, str]) -> str:
        return item_text(self.edition, self.c, value[0], value[1], self.language)

    def _ref_item_short(self, value: tuple[str, str]) -> str:
        year = self.c.answers.get(f"child_year@{value[1]}")
        if year is not None and isinstance(year.value, int) and "adult" not in value[0]:
            return str(year.value)
        return self._ref_item(value)

    def _ref_item_suffix(self, value: tuple[str, str]) -> str:
        return f" ({self._ref_item_short(value)})" if value[1] else ""

    def _ref_item_frozen(self, value: tuple[str, int | None]) -> str:
        group, year = value
        if year is not None:
            return self.edition.texts.say(self.language, "product:child_of", year=str(year))
        return self.edition.texts.say(self.language, f"product:one_{group}")

    # -- buttons --------------------------------------------------------------------------------

    def label(self, button: Button) -> str:
        """A button's text."""
        args = {k: v if isinstance(v, int) else self.text(v) for k, v in button.args.items()}
        text = self.edition.texts.say(self.language, button.label, **args)
        text = wording.cut(text, WIDE if not button.tick else WIDE - 2)
        return f"✓ {text}" if button.tick else text

    def rows(
        self, buttons: Sequence[Button], last: Sequence[Button]
    ) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Buttons in rows by the length of their labels; the last row at the end."""
        rows: list[list[tuple[str, str]]] = []
        labels = [self.label(button) for button in buttons]
        small = sum(
            len(label) <= SMALL and not button.alone
            for button, label in zip(buttons, labels, strict=True)
        )
        most = 3 if small in (3, 5, 6, 9) else 4
        widest = 0
        for button, label in zip(buttons, labels, strict=True):
            count = len(rows[-1]) + 1 if rows and widest else 1
            if button.alone or count == 1 or not _fits(count, max(widest, len(label)), most):
                rows.append([])
                widest = 0
            rows[-1].append((label, button.value))
            widest = 0 if button.alone else max(widest, len(label))
        end = [(self.label(button), button.value) for button in last]
        if end and _fits(len(end), max(len(label) for label, _ in end), most):
            rows.append(end)
        else:
            rows += [[each] for each in end]
        return tuple(tuple(row) for row in rows)


def _fits(count: int, widest: int, most: int) -> bool:
    """Whether so many labels may share a row."""
    return count == 1 or (count <= most and widest <= (SMALL if count > 2 else PAIR))


def label_text(edition: Edition, button: Button, language: str) -> str:
    """A button's text in a language, without its tick; for matching what is typed."""
    empty = Conversation("", "", "", "language", language)  # type: ignore[arg-type]
    speaker = Speaker(edition, empty, datetime.now().astimezone(), language=language)
    return speaker.label(button)


def value_text(edition: Edition, c: Conversation, path: str, value: Any, language: str) -> str:
    """An answer's value in words."""
    say = edition.texts.say
    question_id = path.partition("@")[0]
    question = edition.spec(question_id)
    if value is None:
        return say(language, "product:skipped")
    if question.kind == "choice":
        return say(language, edition.name(question_id, f"{value}.text"))
    if question.kind == "choices":
        return wording.dots(say(language, edition.name(question_id, f"{v}.text")) for v in value)
    if question.kind == "yes_no":
        return say(language, f"product:{value}")
    if question.kind == "needs":
        return wording.dots(say(language, f"needs:{need}.family") for need in value)
    if question.kind == "country":
        return wording.country(language, value)
    if question.kind == "place":
        if not value:
            return say(language, "product:place_unsure")
        geography = edition.programme.geography
        return wording.dots(
            wording.short_place(language, place_of(each), geography, edition.texts)
            for each in value
        )
    if question.kind in ("time", "month"):
        return wording.when(language, when_of(value), edition.texts)
    if question.kind == "contact":
        way = say(language, f"product:contact_{value['way']}")
        return wording.dots([way, value.get("value", "")])
    if question.kind == "group":
        return say(language, f"product:count_{question_id}", n=len(value))
    if question.kind == "story":
        return say(language, "product:story_kept")
    if isinstance(value, list):
        return wording.either(language, [str(each) for each in value], edition.texts)
    return str(value)


def item_text(edition: Edition, c: Conversation, question_id: str, item: str, language: str) -> str:
    """What an item is called: a child by birth year, an adult by who writes.

    Two children of one year are told apart as first and second; before the year is known a
    child is the eldest, the youngest, or a number.
    """
    say = edition.texts.say
    compiled = edition.questions.get(question_id)
    group = compiled.group if compiled is not None and compiled.group else question_id
    if group == "adults":
        return say(language, "product:adult_writer" if item == "1" else "product:adult_other")
    found = c.answers.get(group)
    items = list(found.value) if found is not None and found.value else [item]
    if group != "children":
        return say(language, "product:item", n=str(items.index(item) + 1 if item in items else 1))
    years = {
        each: answer.value
        for each in items
        if (answer := c.answers.get(f"child_year@{each}")) is not None
        and isinstance(answer.value, int)
    }
    year = years.get(item)
    if year is not None and question_id != "child_year":
        twins = [each for each in items if years.get(each) == year]
        if len(twins) == 1:
            return say(language, "product:child_of", year=str(year))
        return say(language, "product:child_of_twins", year=str(year), n=str(twins.index(item) + 1))
    if len(items) == 1:
        return say(language, "product:one_child")
    if item == items[0]:
        return say(language, "product:eldest_child")
    if item == items[-1]:
        return say(language, "product:youngest_child")
    return say(language, "product:nth_child", n=str(items.index(item) + 1 if item in items else 1))
