"""Which items of the word lists a text contains, and which lines they complete.

:func:`mark` looks at every word once; :func:`completed` then asks only for lines whose first
item was seen. Cost grows with the text, never with its square: positions are bounded by the
window of a line, and nothing backtracks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Literal

from msgspec import Struct

from dialogs.recognise.fold import Remembered, Token, tokens
from dialogs.recognise.language import evidence_of, is_transliterated, language_of
from dialogs.recognise.lexicon import Lexicon, Line
from dialogs.recognise.lookup import GAP, NOTHING, Entry, Phrase

# What must not be there counts at least this many words around, however narrow the line.
_BAR = 5
# A line is tried at this many places of its first word; more repeats add nothing.
_MOST = 60
_STOPS = ".!?…;\n"
_SHORTENED = {
    "g", "gs", "nr", "utt", "u", "c", "t", "sk", "r", "tel", "talr", "ul", "d", "kv", "str", "st",
    "no", "dr", "mrs", "mr", "ms", "kl", "kat", "p", "s", "ok",
}  # fmt: skip
# Short for a longer word where the sentence goes on in small letters or figures.
_CUT_SHORT = {
    "angl", "lat", "rus", "norv", "latv", "prof", "spec", "apm", "apt", "piem", "pers", "nov",
    "pag", "eng", "approx", "incl", "eg", "ie", "e", "i", "a", "m", "v", "l", "b", "n", "z", "o",
    "utml", "utm", "napr", "obl", "sr", "vsk", "psk", "dep", "min", "maks", "max", "tuks", "tys",
    "evr", "eir", "gimn", "univ", "med", "telef", "whatsap", "adr", "dok", "kr",
}  # fmt: skip
_JOINS = {
    "un", "bet", "jo", "tāpēc", "tapec", "taču", "tacu", "и", "но", "а", "или", "либо", "and",
    "but", "so", "because",
}  # fmt: skip


class Marks(Struct, frozen=True):
    """A text, its tokens, and where each item was seen.

    ``words`` are the tokens in small letters, ``figures`` the positions of those in digits, and
    ``language`` is what the text is written in. ``at`` maps an item to token positions in
    ascending order, ``ends`` a phrase and its first position to the position of its last word;
    ``sentence`` and ``clause`` number the sentence and clause each token stands in; ``asked`` are
    the sentences that end in "?", and ``sentences`` the sentences an item was seen in, one bit for
    each. Alternatives are added to these tables when a reader first asks for them.
    """

    text: str
    tokens: tuple[Token, ...]
    words: list[str]
    figures: list[int]
    language: Literal["lv", "ru", "en", ""]
    at: dict[int, list[int]]
    ends: dict[int, dict[int, int]]
    sentence: list[int]
    clause: list[int]
    asked: frozenset[int]
    sentences: dict[int, int]


class Hit(Struct, frozen=True, gc=False):
    """A completed line: the positions of its first and last word, and of its first item;
    ``order`` is its place among the lines that the text could complete."""

    line: Line
    first: int
    last: int
    main: int
    order: int


_STOP, _DOT, _CLAUSE, _NONE = "stop", "dot", "clause", ""


def _break(before: str) -> str:
    """What stands between two words ends: a sentence, perhaps a sentence, a clause, nothing."""
    if any(one in before for one in _STOPS):
        return _DOT if before in (".", ". ") else _STOP
    clause = any(one in before for one in ",–—:()") or " -" in before or "- " in before
    return _CLAUSE if clause else _NONE


_BREAKS: Remembered[str] = Remembered(_break)


def _bounds(text: str, found: tuple[Token, ...]) -> tuple[list[int], list[int], frozenset[int]]:
    """Sentence and clause numbers of every token, and the sentences that end in "?"."""
    sentence = clause = begun = 0
    sentences: list[int] = []
    clauses: list[int] = []
    asked: set[int] = set()
    telling = [
        place for place, token in enumerate(found)
        if token.before != " " or token.lower in _JOINS
    ]  # fmt: skip
    for place in telling:
        token = found[place]
        before = token.before
        if before == " ":
            kind = _CLAUSE
        else:
            kind = _BREAKS[before] if before else _NONE
            if kind == _DOT and place:
                last = found[place - 1]
                if (
                    before == "."
                    or last.folded in _SHORTENED
                    or (last.folded in _CUT_SHORT and not text[token.start].isupper())
                    or (last.script == "digit" and text[token.start].islower())
                ):
                    kind = _NONE
        if not kind or not place:
            continue
        sentences.extend(repeat(sentence, place - begun))
        clauses.extend(repeat(clause, place - begun))
        begun = place
        clause += 1
        if kind != _CLAUSE:
            if "?" in before:
                asked.add(sentence)
            sentence += 1
    sentences.extend(repeat(sentence, len(found) - begun))
    clauses.extend(repeat(clause, len(found) - begun))
    if found and "?" in text[found[-1].end :]:
        asked.add(sentence)
    return sentences, clauses, frozenset(asked)


def mark(text: str, lexicon: Lexicon) -> Marks:
    """Look up every word of a text; each reader takes the result instead of the text."""
    found = tokens(text)
    sentence, clause, asked = _bounds(text, found)
    words = [token.lower for token in found]
    told = evidence_of(words)
    russian = is_transliterated(told, len(words))
    known = lexicon.russian_entries if russian else lexicon.entries
    entries = list(map(known.__getitem__, words))
    by_word: dict[str, list[int]] = {}
    for position, word in enumerate(words):
        if word in by_word:
            by_word[word].append(position)
        else:
            by_word[word] = [position]
    at: dict[int, list[int]] = {}
    for word, positions in by_word.items():
        for item in known[word].items:
            at[item] = sorted(at[item] + positions) if item in at else positions
    ends = _phrases(lexicon, at, entries, sentence)
    return Marks(
        text, found, words, [place for place, token in enumerate(found) if token.script == "digit"],
        language_of(told), at, ends, sentence, clause, asked, {},
    )  # fmt: skip


def _phrases(
    lexicon: Lexicon, at: dict[int, list[int]], entries: Sequence[Entry], sentence: list[int]
) -> dict[int, dict[int, int]]:
    """Find phrases, add them to ``at``, and give the position of each one's last word."""
    seen: dict[int, dict[int, int]] = {}
    count = len(entries)
    for start, entry in enumerate(entries):
        if entry is NOTHING or not (entry.close or entry.wide):
            continue
        for follow, reach in ((entry.close, 1), (entry.wide, GAP)):
            if not follow:
                continue
            for place in range(start + 1, min(start + reach + 1, count)):
                joins = entries[place].joins
                if not joins:
                    continue
                if sentence[place] != sentence[start]:
                    break
                for second in joins:
                    if second in follow:
                        for phrase in follow[second]:
                            last = place
                            if len(phrase.then) > 1:
                                last = _last(phrase, entries, sentence, place)
                            if last:
                                lasts = seen.setdefault(phrase.item, {})
                                lasts[start] = max(last, lasts.get(start, 0))
    ends: dict[int, dict[int, int]] = {}
    for phrase_item, lasts in seen.items():
        for item in lexicon.parents[phrase_item]:
            ends[item] = _merged(ends[item], lasts) if item in ends else lasts
    for item, lasts in ends.items():
        at[item] = sorted({*at.get(item, ()), *lasts})
    return ends


def _merged(some: dict[int, int], others: dict[int, int]) -> dict[int, int]:
    merged = {**some, **others}
    for start in some.keys() & others.keys():
        merged[start] = max(some[start], others[start])
    return merged


def _last(phrase: Phrase, entries: Sequence[Entry], sentence: list[int], place: int) -> int:
    """Where a phrase ends whose second word stands at ``place``; 0 if it does not go on."""
    for item, step in phrase.then[1:]:
        for further in range(place + 1, min(place + step + 1, len(entries))):
            if sentence[further] == sentence[place] and item in entries[further].joins:
                place = further
                break
        else:
            return 0
    return place


def _sentences(marks: Marks, lexicon: Lexicon, item: int) -> int:
    """The sentences an item was seen in, one bit for each."""
    known = marks.sentences.get(item)
    if known is None:
        known = 0
        if item in lexicon.sets:
            for one in lexicon.sets[item]:
                if one in marks.at:
                    known |= _sentences(marks, lexicon, one)
        else:
            sentence = marks.sentence
            for place in marks.at.get(item, ()):
                known |= 1 << sentence[place]
        marks.sentences[item] = known
    return known


def _places(marks: Marks, lexicon: Lexicon, item: int) -> list[int]:
    """Where an item was seen; alternatives are put together when first asked for."""
    places = marks.at.get(item)
    if places is None:
        at, ends = marks.at, marks.ends
        members = [one for one in lexicon.sets.get(item, ()) if one in at]
        if len(members) == 1:
            places = at[members[0]]
        else:
            places = sorted({place for one in members for place in at[one]})
        at[item] = places
        for one in members:
            if one in ends:
                ends[item] = _merged(ends[item], ends[one]) if item in ends else ends[one]
    return places


def _nearest(marks: Marks, lexicon: Lexicon, item: int, main: int, window: int) -> int | None:
    """Where an item stands nearest to a word of the same sentence, the earlier where equal."""
    sentence = marks.sentence
    mask = marks.sentences.get(item)
    if mask is None:
        mask = _sentences(marks, lexicon, item)
    if not mask >> sentence[main] & 1:
        return None
    places = _places(marks, lexicon, item)
    index = bisect_left(places, main)
    best: int | None = None
    if index:
        before = places[index - 1]
        if main - before <= window and sentence[before] == sentence[main]:
            best = before
            window = main - before - 1
    own = index < len(places) and places[index] == main
    index += own
    if index < len(places):
        behind = places[index]
        if behind - main <= window and sentence[behind] == sentence[main]:
            return behind
    # One word may be two things at once ("bernudarza vieta"), never the only evidence.
    return main if own and best is None else best


def completed(
    marks: Marks, lexicon: Lexicon, family: str, least: Mapping[str, float] | None = None
) -> Iterator[Hit]:
    """The lines of one family ("need", "alarm", "sensitive") that the text completes.

    With ``least``, which may grow meanwhile, the weightiest lines come first, and lines that weigh
    less than it holds for their owner are left out.
    """
    lines = lexicon.lines.get(family, {})
    at = marks.at
    candidates = {
        id(line): line for item in [*at] if item in lines and at[item] for line in lines[item]
    }
    ordered = list(enumerate(candidates.values()))
    if least is not None:
        ordered.sort(key=lambda pair: -pair[1].weight)
    masks = marks.sentences
    for order, line in ordered:
        if least and line.owner in least and line.weight < least[line.owner]:
            continue
        shared = -1
        for one in line.items:
            mask = masks.get(one)
            shared &= _sentences(marks, lexicon, one) if mask is None else mask
            if not shared:
                break
        else:
            yield from _hits(marks, lexicon, line, order, shared)


def _hits(marks: Marks, lexicon: Lexicon, line: Line, order: int, shared: int) -> Iterator[Hit]:
    ends = marks.ends
    for main in _places(marks, lexicon, line.first)[:_MOST]:
        if not shared >> marks.sentence[main] & 1:
            continue
        first = main
        last = ends[line.first].get(main, main) if line.first in ends else main
        for one in line.rest:
            place = _nearest(marks, lexicon, one, main, line.window)
            if place is None:
                break
            first = min(first, place)
            end = ends[one].get(place, place) if one in ends else place
            last = max(last, end)
        else:
            wide = max(line.window, _BAR)
            for one in line.barred:
                if _nearest(marks, lexicon, one, main, wide) is not None:
                    break
            else:
                yield Hit(line, first, last, main, order)


def has(marks: Marks, item: int, first: int, last: int) -> bool:
    """Whether an item was seen at a position from ``first`` to ``last``, both inclusive."""
    places = marks.at.get(item)
    if not places:
        return False
    index = bisect_left(places, first)
    return index < len(places) and places[index] <= last


def within(marks: Marks, item: int, first: int, last: int) -> Sequence[int]:
    """Where an item was seen from ``first`` to ``last``, both inclusive."""
    places = marks.at.get(item, ())
    return places[bisect_left(places, first) : bisect_right(places, last)]
