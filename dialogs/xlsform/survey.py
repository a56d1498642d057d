"""The rows of a questionnaire as sections with questions, before their conditions are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from dialogs.xlsform.expressions import Name, NotCarried
from dialogs.xlsform.kinds import Type, type_of
from dialogs.xlsform.languages import language_of
from dialogs.xlsform.words import choice_id, pipes, plain, question_id, section_id
from dialogs.xlsform.workbook import Row, Workbook

MOST_QUESTIONS = 500
MOST_CHOICES = 8
"""Buttons under one question (``dialogs.limits.CHOICES``)."""
TYPES = {
    "number": "number", "year": "number", "group": "number", "choices": "list", "date": "date",
    "month": "date", "note": "note", "attachment": "text",
}  # fmt: skip
"""What conditions compare an answer with, by kind; the rest are texts."""
TEXT_COLUMNS = ("label", "hint", "constraint_message")
EXPECTED = frozenset({
    "type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message",
    "calculation", "choice_filter", "repeat_count", "appearance", "parameters", "list_name",
    "default", "disabled",
})  # fmt: skip
"""Columns that are carried, or need no word; another one with a value in it is told."""


class Remark(Struct, frozen=True):
    """What could not be carried as it stood: where, and a text of xlsform.yaml with its values.

    ``row`` is the row's number in the sheet, 0 where the whole sheet is meant.
    """

    sheet: str
    row: int
    code: str
    given: dict[str, str] = {}


class Option(Struct, frozen=True):
    """One choice of a list: its row, the id it gets, its labels by language, all its cells."""

    row: Row
    id: str
    labels: dict[str, str]


class Asked(Struct):
    """One question to be: its row, id, kind, texts by field and language, and what it chooses from.

    ``text`` is set where the wording is ours and not the form's (``how_many``, ``which_other``).
    ``when`` is a condition that is already a script's.
    """

    row: Row
    id: str
    type: Type
    labels: dict[str, str]
    hints: dict[str, str] = {}
    messages: dict[str, str] = {}
    options: tuple[Option, ...] = ()
    text: str = ""
    when: str = ""


class Block(Struct):
    """Questions that stay together: a section to be. ``conditions`` are of the groups around it."""

    id: str
    labels: dict[str, str]
    group: str = ""
    conditions: tuple[tuple[Row, str], ...] = ()
    questions: list[Asked] = []


class Survey:
    """Reads a workbook's rows; what it finds is in ``blocks``, ``calculated`` and ``remarks``."""

    def __init__(self, book: Workbook) -> None:
        self.remarks: list[Remark] = []
        self.settings = book.settings[0] if book.settings else Row(0, {})
        self.columns, self.languages = self._columns(book)
        self.names: dict[str, Name] = {}
        self.gone: set[str] = set()
        self.group_of: dict[str, str] = {}
        self.taken: set[str] = set()
        self.blocks: list[Block] = []
        self.calculated: list[tuple[Row, str, str]] = []
        self.lists = self._lists(book.choices)
        self._counts: dict[str, Asked] = {}
        self._survey(book.survey)

    def remark(self, row: Row, code: str, sheet: str = "survey", **given: str) -> None:
        """Note what could not be carried."""
        self.remarks.append(Remark(sheet, row.number, code, given))

    def look(self, name: str) -> Name:
        """What ``${name}`` stands for. Raises NotCarried."""
        found = self.names.get(name)
        if found is None:
            code = "uses_left_out" if name in self.gone else "uses_unknown"
            raise NotCarried(code, name=name[:40])
        return found

    # -- columns and lists ------------------------------------------------------------------------

    def _columns(self, book: Workbook) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
        """For each text column its columns by language, and all languages, the source first."""
        default = self.settings.get("default_language")
        texts = " ".join(row.get("label") for row in (*book.survey[:200], *book.choices[:200]))
        found: dict[str, dict[str, str]] = {column: {} for column in TEXT_COLUMNS}
        told: set[str] = set()
        languages: dict[str, None] = {}
        for sheet, rows in (("survey", book.survey), ("choices", book.choices)):
            for column in dict.fromkeys(name for row in rows for name in row.cells):
                base, _, named = column.partition("::")
                if base not in TEXT_COLUMNS:
                    continue
                language = language_of(named) if named else plain_language(default, texts)
                if language is None and named not in told:
                    told.add(named)
                    self.remarks.append(Remark(sheet, 1, "unknown_language", {"column": column}))
                if language is not None:
                    # An own column of a language counts before the one without a language.
                    if named or language not in found[base]:
                        found[base][language] = column
                    languages.setdefault(language)
        known = list(languages) or ["en"]
        named_default = language_of(default) if default else None
        source = "en" if "en" in known else named_default if named_default in known else known[0]
        return found, (source, *(each for each in known if each != source))

    def _texts(self, row: Row, base: str) -> dict[str, str]:
        """A text of a row by language."""
        return {
            language: text
            for language, column in self.columns[base].items()
            if (text := row.get(column))
        }

    def _lists(self, rows: Sequence[Row]) -> dict[str, list[Option]]:
        lists: dict[str, list[Option]] = {}
        for row in rows:
            name, own = row.get("list_name"), row.get("name")
            if not name or not own:
                if row.cells:
                    self.remark(row, "choice_without_name", "choices")
                continue
            listed = lists.setdefault(name, [])
            if any(option.row.get("name") == own for option in listed):
                self.remark(row, "choice_twice", "choices", name=own[:40])
                continue
            labels = self._texts(row, "label")
            if not any(map(plain, labels.values())):
                labels = {self.languages[0]: own}
                self.remark(row, "no_label", "choices", name=own[:40])
            listed.append(Option(row, choice_id(own, {each.id for each in listed}), labels))
        return lists

    # -- rows -------------------------------------------------------------------------------------

    def _survey(self, rows: Sequence[Row]) -> None:
        stack: list[_Open] = []
        count = 0
        for row in rows:
            if row.get("disabled").lower() in ("yes", "true", "1"):
                continue
            of = type_of(row)
            if not row.get("type"):
                self.remark(row, "no_type")
            elif of.act == "end":
                if stack:
                    stack.pop()
                self._fresh(stack)
            elif any(each.left for each in stack):
                self._leave(row, "inside_left_out")
                if of.act in ("group", "repeat", "loop"):
                    stack.append(_Open(row, "", left=True))
            elif of.act in ("group", "repeat", "loop"):
                stack.append(self._begin(row, of, stack))
                self._fresh(stack)
            else:
                count += 1
                if count > MOST_QUESTIONS:
                    self.remark(row, "too_many_questions", most=str(MOST_QUESTIONS))
                    return
                self._row(row, of, stack)

    def _leave(self, row: Row, code: str, **given: str) -> None:
        self.gone.add(row.get("name"))
        self.remark(row, code, type=row.get("type")[:40], **given)

    def _begin(self, row: Row, of: Type, stack: list[_Open]) -> _Open:
        if of.act == "loop":
            self._leave(row, "type_not_carried")
            return _Open(row, "", left=True)
        if of.act == "repeat" and any(each.group for each in stack):
            self._leave(row, "nested_repeat")
            return _Open(row, "", left=True)
        if of.act == "group":
            return _Open(row, "")
        return _Open(row, self._counted(row, stack))

    def _counted(self, row: Row, stack: list[_Open]) -> str:
        """The group question of a repeat: the number it counts by, or one of our own."""
        by = row.get("repeat_count").strip()
        name = by[2:-1].strip() if by.startswith("${") and by.endswith("}") else ""
        asked = self._counts.get(name)
        if asked is not None and not row.get("relevant"):
            asked.type = Type("ask", "group")
            return asked.id
        if by:
            self.remark(row, "cell_left_out", column="repeat_count", text=by[:60])
        own = self._named(row)
        labels = self._texts(row, "label") or {self.languages[0]: row.get("name") or own}
        question = Asked(row, own, Type("ask", "group"), labels, text="how_many")
        self._block(stack).questions.append(question)
        self.names[row.get("name")] = Name(own, "number")
        self.group_of[own] = ""
        return own

    def _fresh(self, stack: list[_Open]) -> None:
        """From here on questions stand in another section."""
        self.blocks.append(self._new_block(stack))

    def _new_block(self, stack: list[_Open]) -> Block:
        inner = stack[-1] if stack else None
        row = inner.row if inner is not None else None
        labels = self._texts(row, "label") if row is not None else {}
        named = row.get("name") if row is not None else self.settings.get("form_id") or "form"
        taken = {block.id for block in self.blocks}
        group = next((each.group for each in stack if each.group), "")
        conditions = tuple(
            (each.row, each.row.get("relevant"))
            for each in stack
            # The condition of a repeat is that of its own question "how many".
            if each.row.get("relevant") and not each.group
        )
        if not labels and row is not None:
            labels = {self.languages[0]: named.replace("_", " ")}
        return Block(section_id(named, taken), labels, group, conditions, [])

    def _block(self, stack: list[_Open]) -> Block:
        if not self.blocks:
            self._fresh(stack)
        return self.blocks[-1]

    def _named(self, row: Row) -> str:
        name = row.get("name") or row.get("type")
        own = question_id(name, self.taken)
        self.taken.add(own)
        if own != name:
            self.remark(row, "renamed", was=name[:60], id=own)
        return own

    def _row(self, row: Row, of: Type, stack: list[_Open]) -> None:
        group = next((each.group for each in stack if each.group), "")
        if of.act == "leave":
            self._leave(row, of.remark)
            return
        if of.act == "calculate":
            if group:
                self._leave(row, "calculated_inside")
            else:
                self.calculated.append((row, self._named(row), row.get("calculation")))
            return
        options = tuple(self.lists.get(of.choices, ())) if of.choices else ()
        if of.choices and len(options) < 2:
            self._leave(row, "list_too_short", name=of.choices[:40])
            return
        if row.get("calculation") and not row.get(next(iter(self.columns["label"].values()), "")):
            self._leave(row, "type_not_carried")
            return
        own = self._named(row)
        asked = Asked(row, own, of, self._texts(row, "label"), self._texts(row, "hint"),
                      self._texts(row, "constraint_message"), options)  # fmt: skip
        self._look_over(asked)
        self._block(stack).questions.append(asked)
        self.group_of[own] = group
        kind, type_ = asked.type.kind, TYPES.get(asked.type.kind, "text")
        if kind == "note" or (of.choices and not asked.options):
            self.gone.add(row.get("name"))
        else:
            ids = {each.row.get("name"): each.id for each in asked.options}
            if of.other:
                ids["other"] = "other"
            self.names[row.get("name")] = Name(own, type_, ids)
        if kind == "number" and not group:
            self._counts[row.get("name")] = asked
        if of.other and asked.options:
            self._other(asked, group, stack)

    def _other(self, asked: Asked, group: str, stack: list[_Open]) -> None:
        """The question behind "other" of ``or_other``."""
        own = question_id(f"{asked.id}_other", self.taken)
        self.taken.add(own)
        several = asked.type.kind == "choices"
        when = f'"other" in {asked.id}' if several else f'{asked.id} == "other"'
        question = Asked(Row(asked.row.number, {}), own, Type("ask", "text"), asked.labels,
                         text="which_other", when=when)  # fmt: skip
        self._block(stack).questions.append(question)
        self.group_of[own] = group

    def _look_over(self, asked: Asked) -> None:
        """Say what of a row is carried differently or not at all."""
        row, of = asked.row, asked.type
        if of.remark:
            self.remark(row, of.remark, type=row.get("type")[:40])
        if not any(map(plain, asked.labels.values())):
            asked.labels = {self.languages[0]: row.get("name").replace("_", " ") or asked.id}
            self.remark(row, "no_label", name=asked.id)
        if any(map(pipes, asked.labels.values())):
            self.remark(row, "piped")
        if len(asked.options) + of.other > MOST_CHOICES:
            self.remark(row, "too_many_choices", count=str(len(asked.options)),
                        most=str(MOST_CHOICES))  # fmt: skip
            asked.type, asked.options = Type("ask", "text"), ()
        for column, text in row.cells.items():
            base = column.partition("::")[0]
            if base not in EXPECTED or (base == "default" and not _refers(text)):
                self.remark(row, "cell_left_out", column=column[:40], text=text[:60])


class _Open(Struct):
    """A group or repeat that has begun: its row, the group question of a repeat, or left out."""

    row: Row
    group: str
    left: bool = False


def _refers(text: str) -> bool:
    return text.startswith("${") and text.endswith("}") and text.count("$") == 1


def plain_language(default: str, texts: str) -> str:
    """The language of columns that name none: the settings', else that of their words."""
    from dialogs.recognise.language import read_language

    named = language_of(default) if default else None
    return named or read_language(texts[:2000]) or "en"


def questions(blocks: Sequence[Block]) -> Iterator[tuple[Block, Asked]]:
    """Every question with its block."""
    for block in blocks:
        for asked in block.questions:
            yield block, asked


