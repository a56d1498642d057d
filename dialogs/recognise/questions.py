"""The family's own questions, word for word, with or without a question mark."""

from __future__ import annotations

from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.marks import Marks, has, mark

__all__ = ["load_lexicon", "read_questions"]

_LONGEST = 200
_SHORT = 4
# A question often opens with a joining word that says nothing by itself.
_OPENERS = {
    "un", "i", "и", "а", "но", "bet", "and", "but", "also", "tad", "nu", "so", "ещё", "еще",
    "labdien", "sveiki",
}  # fmt: skip


_IDLE = _OPENERS - {"а", "но", "bet", "but", "also", "ещё", "еще"}
"""Openers left out of what is kept; "but" and "also" belong to the question."""


def _pieces(marks: Marks) -> list[tuple[int, int]]:
    """First and last token of every sentence."""
    pieces: list[tuple[int, int]] = []
    for place, number in enumerate(marks.sentence):
        if pieces and marks.sentence[pieces[-1][0]] == number:
            pieces[-1] = pieces[-1][0], place
        else:
            pieces.append((place, place))
    return pieces


def _clauses(marks: Marks, first: int, last: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for place in range(first, last + 1):
        if found and marks.clause[found[-1][0]] == marks.clause[place]:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found


def _trim(marks: Marks, first: int, last: int) -> str:
    while first < last and marks.tokens[first].lower in _IDLE:
        first += 1
    end = marks.tokens[last].end
    while end < len(marks.text) and marks.text[end] in "?!)":
        end += 1
    return marks.text[marks.tokens[first].start : end].strip()


def _joins(marks: Marks, lexicon: Lexicon, first: int, last: int) -> bool:
    """Whether the word that could ask merely joins: "baidos, ka apcels", "где-нибудь"."""
    if first + 1 < len(marks.tokens) and marks.tokens[first + 1].before == "-":
        return True
    opening = first
    while opening > 0 and marks.tokens[opening - 1].lower in _OPENERS:
        opening -= 1
    if opening == 0 or marks.sentence[opening - 1] != marks.sentence[first]:
        return False
    if marks.tokens[first].lower == "ka" and any(not t.lower.isascii() for t in marks.tokens):
        return True
    groups = lexicon.groups
    if has(marks, groups["TELLME"], max(first - 4, 0), first - 1):
        return False
    for place in range(max(first - 4, 0), first):
        if has(marks, groups["UNKNOWING"], place, place):
            return False
    if has(marks, groups["SAYING"], max(first - 4, 0), first - 1):
        return True
    # "skolā, kur māca latviski": a word of place that only adds to the noun before it.
    return has(marks, groups["ASKLOOSE"], first, first) and not has(
        marks, groups["MODAL"], first + 1, last
    )


def _opens(marks: Marks, lexicon: Lexicon, first: int, last: int) -> bool:
    """Whether a clause without a question mark asks: it opens so, or asks inside."""
    groups = lexicon.groups
    while first < last and marks.tokens[first].lower in _OPENERS:
        first += 1
    if last - first < 1:
        return False
    if has(marks, groups["ASKOPEN"], first, first):
        return not _joins(marks, lexicon, first, last)
    if has(marks, groups["ASKWHEN"], first, first):
        # "Kad sākas pieteikšanās" asks; "Kad beigsies skola, brauksim" tells.
        ends = last + 1 == len(marks.tokens) or marks.sentence[last + 1] != marks.sentence[last]
        starts = first == 0 or marks.sentence[first - 1] != marks.sentence[first]
        english = marks.tokens[first].folded == "when"
        return starts and ends and not english
    if has(marks, groups["ASKTELL"], first, min(first + 3, last)):
        return True
    if any(
        has(marks, groups["TELLME"], place, place) and _asks_on(marks, lexicon, place, last)
        for place in range(first, last)
    ):
        return True
    asked = has(marks, groups["ASKINSIDE"], first, last)
    return asked and not has(marks, groups["ASKNOT"], first, last)


def _asks_on(marks: Marks, lexicon: Lexicon, place: int, last: int) -> bool:
    """Whether a question word follows close behind "not sure", "понять", "gribas zināt"."""
    groups = lexicon.groups
    end = min(marks.ends.get((groups["TELLME"], place), place) + 2, last)
    return any(has(marks, groups[name], place + 1, end) for name in ("ASKOPEN", "ASKLOOSE"))


def read_questions(text: str | Marks, lexicon: Lexicon) -> tuple[str, ...]:
    """The questions a text asks, verbatim and in order; each is one trimmed sentence or clause."""
    marks = mark(text, lexicon) if isinstance(text, str) else text
    found: list[str] = []
    for first, last in _pieces(marks):
        if marks.sentence[first] in marks.asked:
            clauses = _clauses(marks, first, last)
            start = first
            if marks.tokens[last].end - marks.tokens[first].start > _LONGEST:
                start = clauses[-1][0]
            else:
                for begin, _ in clauses[1:]:
                    if has(marks, lexicon.groups["ASKOPEN"], begin, begin) and not _opens(
                        marks, lexicon, first, begin - 1
                    ):
                        start = begin
                        break
            found.append(_trim(marks, start, last))
            continue
        begun: int | None = None
        for start, end in _clauses(marks, first, last):
            if not _opens(marks, lexicon, start, end):
                begun = None
            elif end - start < _SHORT and end < last and begun is None:
                # "Gribētu zināt, cik ...": the opening belongs to the clause after it.
                begun = start
                found.append(_trim(marks, start, end))
            elif begun is not None:
                if has(marks, lexicon.groups["ASKTELL"], begun, begun + 2):
                    found.pop()
                    found.append(_trim(marks, begun, end))
                else:
                    found.append(_trim(marks, start, end))
                begun = None
            else:
                found.append(_trim(marks, start, end))
    return tuple(dict.fromkeys(one for one in found if one))
