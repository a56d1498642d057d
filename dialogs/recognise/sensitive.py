"""What must not be stored, found before storage and cut out of the text.

Words (health, pregnancy, origin, status, service) come from ``sensitive`` in ``words.yaml``; what
is found by its shape stands in ``sensitive_numbers`` and ``sensitive_names``. What is useful and
harmless stays: school years, birth years, ages, distances, prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, cast

from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.lines import Hit, completed
from dialogs.recognise.marks import Marks, has, mark, within
from dialogs.recognise.reading import SensitiveFound, Span
from dialogs.recognise.sensitive_names import addresses, mails, names
from dialogs.recognise.sensitive_numbers import (
    Piece,
    amounts,
    birth_dates,
    codes,
    numbers,
    spoken_codes,
)

__all__ = ["CUT", "find_sensitive", "load_lexicon", "redact"]

CUT = "[…]"
Kind = Literal[
    "personal_code", "document_number", "health", "pregnancy", "debt_amount", "income",
    "child_name", "phone", "email", "address", "origin", "status", "military",
]  # fmt: skip

_MONTHS_ON = 40


def _lists(marks: Marks, lexicon: Lexicon) -> Iterator[Piece]:
    """What the word lists name; a pregnancy takes the month beside it along."""
    month_item = lexicon.groups["MONTH"]
    for hit in completed(marks, lexicon, "sensitive"):
        first, last = hit.first, hit.last
        if hit.line.owner == "health":
            if _is_trade(marks, lexicon, hit):
                continue
            first, last = _whole(marks, lexicon, first, last)
        if hit.line.owner == "pregnancy":
            for month in within(marks, month_item, first - 3, last + _MONTHS_ON):
                if marks.sentence[month] == marks.sentence[hit.main]:
                    if last < month <= last + 4:
                        last = month
                    elif first - 3 <= month < first:
                        first = month
            last = _with_weeks(marks, lexicon, last)
            if (
                first > 0
                and marks.tokens[first - 1].folded in ("v", "in")
                and has(marks, month_item, first, first)
            ):
                first -= 1
        yield hit.line.owner, marks.tokens[first].start, marks.tokens[last].end


def _with_weeks(marks: Marks, lexicon: Lexicon, last: int) -> int:
    """Where "esmu stāvoklī, 23. nedēļa" ends: how far along goes with it."""
    spans = within(marks, lexicon.groups["SPAN"], last + 1, last + 4)
    return spans[0] if spans and marks.sentence[spans[0]] == marks.sentence[last] else last


def _is_trade(marks: Marks, lexicon: Lexicon, hit: Hit) -> bool:
    """Whether an illness only names where somebody works: "medmāsa onkoloģijas nodaļā"."""
    groups = lexicon.groups
    if not has(marks, groups["HEALTHFIELD"], hit.first, hit.last):
        return False
    near = max(hit.first - 4, 0), hit.last + 4
    return has(marks, groups["HEALTHJOB"], *near) and not has(marks, groups["PATIENT"], *near)


def _whole(marks: Marks, lexicon: Lexicon, first: int, last: int) -> tuple[int, int]:
    """The words around an illness that belong to its name: "B hepatīts", "рак груди"."""
    part = lexicon.groups["HEALTHPART"]
    while (
        first
        and marks.clause[first - 1] == marks.clause[first]
        and has(marks, part, first - 1, first - 1)
    ):
        first -= 1
    while (
        last + 1 < len(marks.tokens)
        and marks.clause[last + 1] == marks.clause[last]
        and has(marks, part, last + 1, last + 1)
    ):
        last += 1
    joins = last + 1 < len(marks.tokens) and marks.clause[last + 1] == marks.clause[last]
    if joins and last > first and marks.words[last] == "с":
        last -= 1  # "гепатит С" ends in a letter, "инвалидность с детства" does not
    return first, last


def find_sensitive(text: str | Marks, lexicon: Lexicon) -> tuple[SensitiveFound, ...]:
    """What must not be stored, in the order of the text, overlapping finds merged."""
    marks = mark(text, lexicon) if isinstance(text, str) else text
    pieces: list[Piece] = []
    for reader in (numbers, codes, spoken_codes, birth_dates, amounts, names, addresses, _lists):
        pieces.extend(reader(marks, lexicon))
    pieces.extend(mails(marks.text))
    return tuple(_merged(sorted(pieces, key=lambda piece: (piece[1], -piece[2]))))


def _merged(pieces: Iterable[Piece]) -> Iterator[SensitiveFound]:
    current: Piece | None = None
    for kind, start, end in pieces:
        beside = current is not None and kind == current[0] == "health" and start == current[2] + 1
        if current is not None and (start < current[2] or beside):
            current = current[0], current[1], max(current[2], end)
            continue
        if current is not None:
            yield SensitiveFound(cast(Kind, current[0]), Span(current[1], current[2]))
        current = kind, start, end
    if current is not None:
        yield SensitiveFound(cast(Kind, current[0]), Span(current[1], current[2]))


def redact(text: str, found: Sequence[SensitiveFound]) -> str:
    """The text with every found span replaced by ``[…]``; finds side by side give one mark."""
    parts: list[str] = []
    at = 0
    for one in sorted(found, key=lambda one: one.span.start):
        if one.span.start < at:
            at = max(at, one.span.end)
            continue
        between = text[at : one.span.start]
        if not (parts and not between.strip()):
            parts.extend((between, CUT))
        at = one.span.end
    parts.append(text[at:])
    return "".join(parts)
