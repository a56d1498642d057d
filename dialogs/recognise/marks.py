"""Which items of the word lists a text contains, and which lines they complete.

:func:`mark` looks at every word once; :func:`completed` then asks only for lines whose first
item was seen. Cost grows with the text, never with its square: positions are bounded by the
window of a line, and nothing backtracks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from msgspec import Struct

from dialogs.recognise.fold import Token, squash, tokens
from dialogs.recognise.language import is_transliterated
from dialogs.recognise.lexicon import Lexicon, Line, Words

_STOPS = ".!?…;\n"
_LOOSE = ("aa", "ee", "ii", "uu", "oo", "sh", "ch", "zh", "kj", "lj", "nj", "w", "x", "yo")
_SHORTENED = frozenset(
    "g gs nr utt u c t sk r tel talr ul d kv str st no dr mrs mr ms kl kat p s ok".split()
)
_JOINS = frozenset("un bet jo tāpēc tapec taču tacu и но а или либо and but so because".split())


class Marks(Struct, frozen=True):
    """A text, its tokens, and where each item was seen.

    ``at`` maps an item to token positions in ascending order, ``ends`` a (phrase item,
    position) to the position of its last word; ``sentence`` and ``clause`` number the
    sentence and clause each token stands in.
    """

    text: str
    tokens: tuple[Token, ...]
    at: dict[int, list[int]]
    ends: dict[tuple[int, int], int]
    sentence: list[int]
    clause: list[int]
    asked: frozenset[int]


class Hit(Struct, frozen=True):
    """A completed line: the positions of its first and last word."""

    line: Line
    first: int
    last: int
    main: int


def _look(words: Words, word: str) -> list[int]:
    found = list(words.whole.get(word, ()))
    for length in words.lengths.get(word[:2], ()):
        if length > len(word):
            break
        found.extend(words.stems.get(word[:length], ()))
    return found


def _items(lexicon: Lexicon, token: Token, transliterated: bool) -> list[int]:
    if token.script == "cyrillic":
        return _look(lexicon.cyrillic, token.folded)
    if token.script == "digit":
        return _look(lexicon.latin, token.folded)
    found = _look(lexicon.latin, token.folded)
    if transliterated:
        loose = squash(token.folded)
        found.extend(_look(lexicon.translit, loose))
        if "io" in loose:
            found.extend(_look(lexicon.translit, loose.replace("io", "e")))
    elif not found and len(token.folded) > 4 and any(one in token.folded for one in _LOOSE):
        found = _look(lexicon.loose_latin, squash(token.folded))
    return found


def _bounds(text: str, found: tuple[Token, ...]) -> tuple[list[int], list[int], frozenset[int]]:
    """Sentence and clause numbers of every token, and the sentences that end in "?"."""
    sentence, clause = 0, 0
    sentences: list[int] = []
    clauses: list[int] = []
    asked: set[int] = set()
    last: Token | None = None
    for token in found:
        before = token.before
        if last is not None and before != " ":
            stop = any(one in before for one in _STOPS)
            if stop and before in (".", ". ") and (
                last.folded in _SHORTENED
                or before == "."
                or (last.script == "digit" and text[token.start].islower())
            ):
                stop = False
            if stop:
                if "?" in before:
                    asked.add(sentence)
                sentence += 1
                clause += 1
            elif any(one in before for one in ",–—:()") or " -" in before or "- " in before:
                clause += 1
        elif token.lower in _JOINS and last is not None:
            clause += 1
        sentences.append(sentence)
        clauses.append(clause)
        last = token
    if last is not None and "?" in text[last.end :]:
        asked.add(sentence)
    return sentences, clauses, frozenset(asked)


def mark(text: str, lexicon: Lexicon) -> Marks:
    """Look up every word of a text; each reader takes the result instead of the text."""
    found = tokens(text)
    transliterated = is_transliterated(found)
    at: dict[int, list[int]] = {}
    known: dict[str, list[int]] = {}
    for position, token in enumerate(found):
        key = token.lower
        items = known.get(key)
        if items is None:
            items = known[key] = list(dict.fromkeys(_items(lexicon, token, transliterated)))
        for item in items:
            at.setdefault(item, []).append(position)
    sentence, clause, asked = _bounds(text, found)
    ends: dict[tuple[int, int], int] = {}
    for phrase in lexicon.phrases:
        starts = at.get(phrase.first)
        if not starts or any(item not in at for item, _ in phrase.then):
            continue
        for start in tuple(starts):
            here = ends.get((phrase.first, start), start)
            for item, step in phrase.then:
                places = at[item]
                index = bisect_left(places, here + 1)
                if (
                    index == len(places)
                    or places[index] > here + step
                    or sentence[places[index]] != sentence[start]
                ):
                    break
                here = ends.get((item, places[index]), places[index])
            else:
                for parent in lexicon.parents[phrase.item]:
                    places = at.setdefault(parent, [])
                    index = bisect_left(places, start)
                    if index == len(places) or places[index] != start:
                        places.insert(index, start)
                    ends[parent, start] = max(here, ends.get((parent, start), here))
    return Marks(text, found, at, ends, sentence, clause, asked)


def _nearest(marks: Marks, item: int, main: int, window: int) -> int | None:
    places = marks.at.get(item)
    if not places:
        return None
    index = bisect_left(places, main)
    best: int | None = None
    for place in places[max(index - 1, 0) : index + 2]:
        close = abs(place - main)
        if (
            place != main
            and close <= window
            and marks.sentence[place] == marks.sentence[main]
            and (best is None or close < abs(best - main))
        ):
            best = place
    if best is None and main in places[index : index + 1]:
        # One word may be two things at once ("bernudarza vieta"), never the only evidence.
        return main
    return best


def completed(marks: Marks, lexicon: Lexicon, family: str) -> Iterator[Hit]:
    """The lines of one family ("need", "alarm", "sensitive") that the text completes."""
    lines = lexicon.lines.get(family, {})
    at = marks.at
    for item in [item for item in at if item in lines]:
        for line in lines[item]:
            if any(one not in at for one in line.rest):
                continue
            for main in at[item]:
                last = marks.ends.get((item, main), main)
                first = main
                for one in line.rest:
                    place = _nearest(marks, one, main, line.window)
                    if place is None:
                        break
                    first = min(first, place)
                    last = max(last, marks.ends.get((one, place), place))
                else:
                    if not any(
                        _nearest(marks, one, main, line.window) is not None for one in line.barred
                    ):
                        yield Hit(line, first, last, main)


def has(marks: Marks, item: int, first: int, last: int) -> bool:
    """Whether an item was seen at a position from ``first`` to ``last``, both inclusive."""
    places = marks.at.get(item)
    if not places:
        return False
    index = bisect_left(places, first)
    return index < len(places) and places[index] <= last
