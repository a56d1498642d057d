"""The family's own questions, word for word, with or without a question mark."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.marks import Marks, has, mark

__all__ = ["load_lexicon", "read_questions"]

_LONGEST = 200
_SHORT = 4
_BRIEF = 6
# A question often opens with a joining word that says nothing by itself.
_OPENERS = {
    "un", "i", "и", "а", "но", "bet", "and", "but", "also", "tad", "nu", "so", "ещё", "еще",
    "labdien", "sveiki",
}  # fmt: skip


_TAKES_UP = {"tas", "to", "это", "it", "that"}


_AND = {"un", "и", "and"}
_OR = {"или", "либо", "or"}
"""Opens the other half of a question: "стоит ли везти мебель или проще купить"."""
_IDLE = _OPENERS - {"а", "но", "bet", "but", "also", "ещё", "еще"}
"""Openers left out of what is kept; "but" and "also" belong to the question."""


def _pieces(numbers: Sequence[int], first: int, last: int) -> list[tuple[int, int]]:
    """First and last token of every sentence or clause, by the numbers of the tokens."""
    found: list[tuple[int, int]] = []
    while first <= last:
        after = bisect_right(numbers, numbers[first], first, last + 1)
        found.append((first, after - 1))
        first = after
    return found


def _telling(marks: Marks, lexicon: Lexicon) -> set[int]:
    """The sentences in which something may be asked."""
    telling = set(marks.asked)
    for name in ("ASKOPEN", "ASKWHEN", "ASKTELL", "ASKINSIDE", "TELLME"):
        telling.update(marks.sentence[place] for place in marks.at.get(lexicon.groups[name], ()))
    return telling


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
    if marks.words[first] == "ka" and not all(map(str.isascii, marks.words)):
        return True
    groups = lexicon.groups
    if any(has(marks, groups[one], max(first - 4, 0), first - 1) for one in ("TELLME", "ASKTELL")):
        return False
    for place in range(max(first - 4, 0), first):
        if has(marks, groups["UNKNOWING"], place, place):
            return False
    if has(marks, groups["SAYING"], max(first - 4, 0), first - 1):
        # "Domājam, vai ir vērts" asks; "domājam, ka ..." tells, and so does "baidos, vai ...".
        whether = marks.words[first] == "vai" or "ли" in marks.words[first : first + 3]
        return not whether or has(marks, groups["FEAR"], max(first - 4, 0), first - 1)
    if opening < first and _opens(marks, lexicon, *_clause_before(marks, opening)):
        return False  # "Какой порядок и кто отвечает": one question joined to another
    # "skolā, kur māca latviski": a word of place that only adds to the noun before it.
    return has(marks, groups["ASKLOOSE"], first, first) and not has(
        marks, groups["MODAL"], first + 1, last
    )


def _clause_before(marks: Marks, place: int) -> tuple[int, int]:
    """First and last token of the clause that ends before a token."""
    return bisect_left(marks.clause, marks.clause[place - 1]), place - 1


def _opens(marks: Marks, lexicon: Lexicon, first: int, last: int) -> bool:
    """Whether a clause without a question mark asks: it opens so, or asks inside."""
    groups = lexicon.groups
    while first < last and marks.tokens[first].lower in _OPENERS:
        first += 1
    if last - first < 1:
        return False
    if has(marks, groups["ASKNEVER"], first, first):
        return False
    if has(marks, groups["ASKOPEN"], first, first):
        # "Где мы живём сейчас, там шумно": names a place, asks nothing.
        told = has(marks, groups["ASKLOOSE"], first, first) and has(
            marks, groups["THERE"], last + 1, last + 1
        )
        return not told and not _joins(marks, lexicon, first, last)
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


def _from_what_it_takes_up(marks: Marks, first: int, start: int) -> int:
    """Where a question begins that says "it" of the clause before: "..., is it a problem"."""
    end = min(bisect_right(marks.clause, marks.clause[start]), start + _BRIEF)
    takes_up = any(word in _TAKES_UP for word in marks.words[start + 1 : end])
    if not takes_up or start <= first:
        return start
    return max(bisect_left(marks.clause, marks.clause[start - 1]), first)


def _conditional(marks: Marks, lexicon: Lexicon, first: int) -> bool:
    """Whether a sentence begins with "if ...", joining words left aside."""
    while first + 1 < len(marks.tokens) and marks.tokens[first].lower in _OPENERS:
        first += 1
    return has(marks, lexicon.groups["CONDITION"], first, first)


def _with_conditions(
    marks: Marks, lexicon: Lexicon, first: int, last: int
) -> list[tuple[int, int]]:
    """The clauses of a sentence; "if ..." behind a question is one with it."""
    joined: list[tuple[int, int]] = []
    for start, end in _pieces(marks.clause, first, last):
        condition = has(marks, lexicon.groups["CONDITION"], start, start) or (
            # "Why does it take so long": no clause of its own.
            marks.words[start] == "so" and end - start < _SHORT - 1
        )
        condition = condition or marks.words[start] in _OR
        # "Cik liels ir pabalsts un kad to maksā": a second question without an opening of its own
        condition = condition or (
            marks.words[start] in _AND
            and has(marks, lexicon.groups["ASKWHEN"], start + 1, start + 1)
        )
        if joined and condition and _opens(marks, lexicon, *joined[-1]):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _asks_on(marks: Marks, lexicon: Lexicon, place: int, last: int) -> bool:
    """Whether a question word follows close behind "not sure", "понять", "gribas zināt"."""
    groups = lexicon.groups
    end = min(marks.ends.get(groups["TELLME"], {}).get(place, place) + 2, last)
    if "if" in marks.words[place + 1 : end + 1]:
        return True  # "need to know if dogs are allowed"
    return any(has(marks, groups[name], place + 1, end) for name in ("ASKOPEN", "ASKLOOSE"))


def read_questions(text: str | Marks, lexicon: Lexicon) -> tuple[str, ...]:
    """The questions a text asks, verbatim and in order; each is one trimmed sentence or clause."""
    marks = mark(text, lexicon) if isinstance(text, str) else text
    found: list[str] = []
    telling = _telling(marks, lexicon)
    for first, last in _pieces(marks.sentence, 0, len(marks.tokens) - 1):
        if marks.sentence[first] not in telling:
            continue
        if marks.sentence[first] in marks.asked:
            clauses = _pieces(marks.clause, first, last)
            start = first
            if marks.tokens[last].end - marks.tokens[first].start > _LONGEST:
                start = clauses[-1][0]
            else:
                for begin, _ in clauses[1:]:
                    if has(marks, lexicon.groups["ASKOPEN"], begin, begin) and not (
                        _opens(marks, lexicon, first, begin - 1)
                        or _conditional(marks, lexicon, first)
                    ):
                        start = _from_what_it_takes_up(marks, first, begin)
                        break
            found.append(_trim(marks, start, last))
            continue
        begun: int | None = None
        kept: tuple[int, int] | None = None
        for start, end in _with_conditions(marks, lexicon, first, last):
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
            elif kept is not None and kept[1] + 1 == start and marks.tokens[start].lower in _IDLE:
                # "cik maksā dārziņš un kas jāņem līdzi": one question in two parts.
                kept = kept[0], end
                found[-1] = _trim(marks, *kept)
            else:
                kept = _from_what_it_takes_up(marks, first, start), end
                found.append(_trim(marks, *kept))
    return tuple(dict.fromkeys(one for one in found if one))
