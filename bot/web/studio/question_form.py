"""The form of one question: what it shows, and what is read from it when it comes back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from msgspec import Struct

from bot.web.pages import Ask
from bot.web.studio.names import Names, Pick, Told, tongue
from dialogs.condition_words import Op, Test, flat, joined, parsed
from dialogs.drafting import TEXT_FIELDS, Draft, free_id
from dialogs.limits import CHOICES, most
from dialogs.script import Question
from dialogs.texts import SOURCE, Texts

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
TESTS = 6
"""Tests of one condition that the pickers offer at most."""
RULES = 4
MANY = ("one_of", "none_of")
"""Comparisons with several values."""
OPS = frozenset(get_args(Op))
KINDS = ("choice", "choices", "yes_no", "text", "long_text", "number", "year", "month", "date",
         "time", "country", "place", "phone", "email", "contact", "attachment", "group", "note",
         "needs", "story")  # fmt: skip
"""Kinds of answers in the order in which staff need them."""
WITH_CHOICES = ("choice", "choices")
BOUNDED = ("number", "year", "group")
PICKED = ("choices", "needs", "place", "group")


class Wording(Struct, frozen=True):
    """One text in one language: ``state`` is ok, missing or stale."""

    name: str
    language: str
    tongue: str
    text: str
    state: str
    most: int
    old: str = ""


class Row(Struct, frozen=True):
    """One test of a condition as the pickers show it; ``values`` has one unless ``many``."""

    n: int
    name: str
    op: str
    values: tuple[str, ...]
    pick: Pick | None

    @property
    def value(self) -> str:
        """The value where there can be one only; "" for none."""
        return self.values[0] if self.values else ""

    @property
    def many(self) -> bool:
        """Whether several values can be picked."""
        return self.op in MANY


class ChoiceRow(Struct, frozen=True):
    """One answer that can be tapped."""

    n: int
    id: str
    when: str
    words: tuple[Wording, ...]


class RuleRow(Struct, frozen=True):
    """One rule an answer must keep."""

    n: int
    check: str
    words: tuple[Wording, ...]


class Condition(Struct, frozen=True):
    """Whom to ask: ``mode`` is all, if (the rows say whom) or raw (as it was written)."""

    mode: str
    joint: str
    rows: tuple[Row, ...]
    raw: str
    sentence: str
    picks: tuple[Pick, ...]
    room: bool
    source: str = ""


class Entered(Struct, frozen=True):
    """What a form came to: fields of the question and its texts by field and language.

    ``sure`` are old translations that were said to hold still ("text.lv").
    """

    fields: dict[str, Any]
    said: dict[str, dict[str, str]]
    sure: frozenset[str]


class Form:
    """The form of a question of a draft, as stored or as it was sent."""

    def __init__(
        self,
        names: Names,
        draft: Draft,
        texts: Texts,
        languages: Sequence[str],
        question: Question | None,
        group: str,
        sent: Ask | None = None,
    ) -> None:
        self.names = names
        self.draft = draft
        self.texts = texts
        self.languages = languages
        self.question = question
        self.group = group
        self.sent = sent
        self._sure: set[str] = set()
        self.prefix = f"{names.script.script}:{question.id}." if question is not None else ""

    # -- showing -----------------------------------------------------------------------------------

    def words(self, field: str, key: str, english: str) -> tuple[Wording, ...]:
        """A text side by side in all languages; ``key`` begins the names of its inputs."""
        found = []
        name = self.prefix + field
        for language in self.languages:
            text, state, old = self._word(name, language, english)
            if self.sent is not None and f"{key}.{language}" in self.sent.form:
                text = self.sent.field(f"{key}.{language}", 6000)
            found.append(
                Wording(f"{key}.{language}", language, tongue(language, self.names.language),
                        text, state, most(field), old)
            )  # fmt: skip
        return tuple(found)

    def _word(self, name: str, language: str, english: str) -> tuple[str, str, str]:
        """A stored text: itself, its state, and the text of older English where that is all."""
        if not english:
            return "", "ok", ""
        if language == SOURCE:
            waiting = name in self.draft.waiting
            return ("", "missing", "") if waiting else (english, "ok", "")
        found = self.texts.translation(language, name, english)
        if isinstance(found, str):
            return found, "ok", ""
        older = self.draft.texts.get(language, {}).get(name)
        if older is not None and isinstance(older.text, str):
            return older.text, "stale", older.english
        return "", "missing", ""

    def text_fields(self) -> dict[str, tuple[Wording, ...]]:
        """The question's own texts."""
        return {
            field: self.words(field, field, (getattr(self.question, field) or "")
                              if self.question is not None else "")
            for field in TEXT_FIELDS
        }  # fmt: skip

    def choices(self) -> tuple[ChoiceRow, ...]:
        """The answers, and empty rows for more."""
        rows = []
        if self.sent is not None:
            count = sum(f"c{n}.id" in self.sent.form for n in range(CHOICES + 3))
            given = [(self.sent.field(f"c{n}.id", 40), "", self.sent.field(f"c{n}.when", 500))
                     for n in range(count)]  # fmt: skip
        else:
            kept = self.question.choices if self.question is not None else ()
            given = [(choice.id, choice.text, choice.when or "") for choice in kept]
            given += [("", "", "")] * min(2, max(0, CHOICES - len(given)))
        for n, (name, english, when) in enumerate(given):
            field = f"{name or 'new'}.text"
            rows.append(ChoiceRow(n, name, when, self.words(field, f"c{n}", english)))
        return tuple(rows)

    def rules(self) -> tuple[RuleRow, ...]:
        """The rules an answer must keep, and an empty row."""
        kept = self.question.constraints if self.question is not None else ()
        rows = []
        for n in range(min(len(kept) + 1, RULES)):
            rule = kept[n] if n < len(kept) else None
            check = rule.check if rule is not None else ""
            if self.sent is not None:
                check = self.sent.field(f"r{n}.check", 500)
            message = rule.message if rule is not None else ""
            rows.append(RuleRow(n, check, self.words(f"rule{n + 1}.message", f"r{n}", message)))
        return tuple(rows)

    def condition(self) -> Condition:
        """Whom to ask."""
        own = self.question.id if self.question is not None else ""
        picks = tuple(self.names.picks(self.group, own))
        if self.sent is not None:
            return sent_condition(self.sent, self.names, picks)
        return shown_condition(
            self.question.when if self.question is not None else None, self.names, picks
        )

    # -- reading -----------------------------------------------------------------------------------

    def entered(self) -> Entered:
        """The form that was sent, as fields of the question."""
        assert self.sent is not None
        sent, said = self.sent, {}
        fields: dict[str, Any] = {}
        now = self.question.model_dump(exclude_defaults=True) if self.question else {}
        kind = sent.field("kind", 20) or str(now.get("kind", ""))
        fields["kind"] = kind
        for field in TEXT_FIELDS:
            english, texts = self._sent(field, field)
            fields[field] = english or ("" if field in ("text", "title") else None)
            if texts:
                said[field] = texts
        for flag in ("required", "sensitive"):
            fields[flag] = True if sent.field(flag) else None
        for bound in ("most", "minimum", "maximum"):
            written = sent.field(bound, 12).strip()
            number = whole(written)
            fields[bound] = (written or None) if number is None else number  # the check says no
        if "asked" in sent.form:
            fields["when"] = sent_source(sent) or None
        fields["urgent"] = sent.field("urgent", 500).strip() or None
        for field in ("purpose", "basis"):
            if field in sent.form:
                fields[field] = sent.field(field, 1200).strip() or None
        if "retention" in sent.form:
            fields["retention"] = sent.field("retention", 10) or None
        self._choices(fields, said, kind)
        self._rules(fields, said)
        return Entered(fields, said, frozenset(self._sure))

    def _sent(self, key: str, field: str = "") -> tuple[str, dict[str, str]]:
        """One text that was sent: the English or what stands in its place, and all languages."""
        assert self.sent is not None
        for language in self.languages:
            if self.sent.field(f"sure.{key}.{language}"):
                self._sure.add(f"{field}.{language}")
        texts = {
            language: tidy(self.sent.field(f"{key}.{language}", 6000))
            for language in self.languages
            if f"{key}.{language}" in self.sent.form  # else it was not on the page: it stays
        }
        return stand_in(texts, self.names.language), texts

    def _choices(
        self, fields: dict[str, Any], said: dict[str, dict[str, str]], kind: str
    ) -> None:
        assert self.sent is not None
        found: list[dict[str, Any]] = []
        taken: list[str] = []
        for n in range(CHOICES + 3):
            if f"c{n}.id" not in self.sent.form:
                continue
            name = self.sent.field(f"c{n}.id", 40)
            english, texts = self._sent(f"c{n}", f"{name}.text")
            if not english:
                continue
            name = name or free_choice(english, taken)
            taken.append(name)
            choice = {"id": name, "text": english}
            when = self.sent.field(f"c{n}.when", 500).strip()
            found.append({**choice, "when": when} if when else choice)
            said[f"{name}.text"] = texts
        if kind in WITH_CHOICES or found:
            fields["choices"] = found or None

    def _rules(self, fields: dict[str, Any], said: dict[str, dict[str, str]]) -> None:
        assert self.sent is not None
        if "r0.check" not in self.sent.form:
            return
        found: list[dict[str, str]] = []
        for n in range(RULES):
            check = self.sent.field(f"r{n}.check", 500).strip()
            english, texts = self._sent(f"r{n}", f"rule{n + 1}.message")
            if check or english:
                found.append({"check": check, "message": english})
                said[f"rule{len(found)}.message"] = texts
        fields["constraints"] = found or None


# -- conditions ------------------------------------------------------------------------------------


def shown_condition(source: str | None, names: Names, picks: tuple[Pick, ...]) -> Condition:
    """A stored condition as the pickers show it."""
    by_name = {pick.name: pick for pick in picks}
    tree = parsed(source) if source else None
    row = flat(tree) if tree is not None else None
    sentence = names.condition(source)
    if not source:
        return Condition("all", "and", (_empty(0),), "", sentence, picks, True)
    if row is None or len(row[1]) > TESTS or any(_awkward(t, by_name) for t in row[1]):
        return Condition("raw", "and", (_empty(0),), source, sentence, picks, True, source)
    rows = tuple(
        Row(n, test.name, test.op, test.values, by_name[test.name])
        for n, test in enumerate(row[1])
    )
    return Condition("if", row[0], rows, source, sentence, picks, len(rows) < TESTS, source)


def _awkward(test: Test, picks: Mapping[str, Pick]) -> bool:
    """Whether the pickers cannot show a test."""
    pick = picks.get(test.name)
    return pick is None or test.op not in pick.ops


def _empty(n: int) -> Row:
    return Row(n, "", "", (), None)


def sent_condition(sent: Ask, names: Names, picks: tuple[Pick, ...]) -> Condition:
    """A condition as it was sent, with one more row if that was asked for."""
    by_name = {pick.name: pick for pick in picks}
    rows: list[Row] = []
    for n in range(TESTS):
        name = sent.field(f"t{n}.name", 60)
        if f"t{n}.name" not in sent.form:
            continue
        pick = by_name.get(name)
        op, values = sent.field(f"t{n}.op", 12), sent.fields(f"t{n}.value", 60)
        if pick is not None and op not in pick.ops:
            op, values = pick.ops[0], ()
        rows.append(Row(len(rows), name, op, values, pick))
    if sent.field("do") == "more" and len(rows) < TESTS:
        rows.append(_empty(len(rows)))
    mode = _mode(sent)
    if mode == "all" and any(row.name for row in rows):
        rows = []
    joint = "or" if sent.field("joint") == "or" else "and"
    source = sent_source(sent)
    return Condition(mode, joint, tuple(rows) or (_empty(0),), sent.field("raw", 500),
                     names.condition(source), picks, len(rows) < TESTS, source)  # fmt: skip


def _mode(sent: Ask) -> str:
    """Whether everybody is asked ("all"), some ("if"), or as the condition is written ("raw").

    Somebody who picks an answer means it, though "everybody" is still marked; but who marks
    "everybody" where it was not means that.
    """
    mode = sent.field("asked", 5) or "all"
    picked = any(sent.field(f"t{n}.name", 60) for n in range(TESTS))
    return "if" if mode == "all" and picked and sent.field("was", 5) != "if" else mode


def unfinished(sent: Ask) -> bool:
    """Whether a condition was begun that says nothing yet, or one of its tests does not."""
    if _mode(sent) != "if":
        return False
    named = sum(bool(sent.field(f"t{n}.name", 60)) for n in range(TESTS))
    return named != len(_tests(sent)) or not named


def sent_source(sent: Ask) -> str:
    """The expression of a condition that was sent; "" for everybody."""
    mode = _mode(sent)
    if mode == "raw":
        return sent.field("raw", 500).strip()
    return "" if mode == "all" else joined(sent.field("joint", 3), _tests(sent))


def _tests(sent: Ask) -> list[Test]:
    """The tests that were picked and say something."""
    tests = []
    for n in range(TESTS):
        name, op = sent.field(f"t{n}.name", 60), sent.field(f"t{n}.op", 12)
        value = sent.field(f"t{n}.value", 60).strip()
        if not name.isidentifier() or op not in OPS:
            continue
        if op in ("yes", "no", "answered", "unanswered"):
            tests.append(Test(name, op))  # type: ignore[arg-type]
        elif op in MANY:
            several = tuple(filter(None, sent.fields(f"t{n}.value", 60)))
            if several:
                tests.append(Test(name, op, several))  # type: ignore[arg-type]
        elif value:
            number = whole(value) is not None and sent.field(f"t{n}.typed") == "number"
            tests.append(Test(name, op, (value,), number))  # type: ignore[arg-type]
    return tests


def tidy(text: str) -> str:
    """A text as it is kept: plain line breaks, no space around, no characters nobody sees.

    Texts pasted from word processors bring other line breaks and control characters along.
    """
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()


def whole(text: str) -> int | None:
    """A whole number; None for nothing or anything else."""
    text = text.strip()
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() else None


def stand_in(texts: Mapping[str, str], language: str) -> str:
    """The English text, or what stands in its place until somebody writes it."""
    order = (SOURCE, language, "lv", *texts)
    return next((texts[each] for each in order if texts.get(each)), "")


def free_choice(text: str, taken: Iterable[str]) -> str:
    """An id for a new answer."""
    return free_id(text, taken, "answer")


def at_fields(faults: Iterable[Told]) -> dict[str, list[Told]]:
    """Faults by the field they belong to; those of a language at that language's text."""
    found: dict[str, list[Told]] = {}
    for fault in faults:
        found.setdefault(fault.anchor, []).append(fault)
    return found
