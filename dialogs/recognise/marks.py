"""Which items of the word lists a text contains, and which lines they complete.

:func:`mark` looks at every word once; :func:`completed` then asks only for lines whose first
item was seen. Cost grows with the text, never with its square: positions are bounded by the
window of a line, and nothing backtracks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, count, pairwise
from operator import itemgetter
from typing import Literal, NamedTuple

from msgspec import Struct

from dialogs.recognise.fold import Reading, Remembered, Token, read
from dialogs.recognise.language import evidence_of, is_transliterated, language_of
from dialogs.recognise.lexicon import Lexicon, Line
from dialogs.recognise.lookup import GAP, After, Entry, Phrase

# What must not be there counts at least this many words around, however narrow the line.
_BAR = 5
# A line is tried at this many places of its first word; more repeats add nothing.
_MOST = 60
_NO_ITEMS: frozenset[int] = frozenset()
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
    the sentences that end in "?", and ``said`` holds the items of each sentence; ``seen`` are all
    items of the text, ``begun`` the positions at which phrases begin.
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
    said: list[set[int]]
    seen: frozenset[int]
    begun: frozenset[int]


class Hit(Struct, frozen=True, gc=False):
    """A completed line: the positions of its first and last word, and of its first item."""

    line: Line
    first: int
    last: int
    main: int


_STOP, _DOT, _CLAUSE, _NONE = "stop", "dot", "clause", ""


def _break(before: str) -> str:
    """What stands between two words ends: a sentence, perhaps a sentence, a clause, nothing."""
    if any(one in before for one in _STOPS):
        return _DOT if before in (".", ". ") else _STOP
    clause = any(one in before for one in ",–—:()") or " -" in before or "- " in before
    return _CLAUSE if clause else _NONE


_BREAKS: Remembered[str] = Remembered(_break)


class _Bounds(NamedTuple):
    """Sentence and clause numbers of every token, where sentences begin (and the last one ends),
    and the sentences that end in "?"."""

    sentence: list[int]
    clause: list[int]
    begins: list[int]
    asked: frozenset[int]


def _bounds(text: str, read: Reading) -> _Bounds:
    found, befores = read.tokens, read.before
    sentence = clause = begun = 0
    sentences: list[int] = []
    clauses: list[int] = []
    begins = [0]
    asked: set[int] = set()
    telling = [
        place for place, (before, word) in enumerate(zip(befores, read.lower, strict=True))
        if before != " " or word in _JOINS
    ]  # fmt: skip
    for place in telling:
        before = befores[place]
        if before == " ":
            kind = _CLAUSE
        else:
            kind = _BREAKS[before] if before else _NONE
            if kind == _DOT and place:
                last = found[place - 1]
                if (
                    before == "."
                    or last.folded in _SHORTENED
                    or (last.folded in _CUT_SHORT and not text[found[place].start].isupper())
                    or (last.script == "digit" and text[found[place].start].islower())
                ):
                    kind = _NONE
        if not kind or not place:
            continue
        clauses += [clause] * (place - begun)
        begun = place
        clause += 1
        if kind != _CLAUSE:
            sentences += [sentence] * (place - begins[-1])
            begins.append(place)
            if "?" in before:
                asked.add(sentence)
            sentence += 1
    length = len(found)
    sentences += [sentence] * (length - begins[-1])
    clauses += [clause] * (length - begun)
    begins.append(length)
    if found and "?" in text[found[-1].end :]:
        asked.add(sentence)
    return _Bounds(sentences, clauses, begins, frozenset(asked))


def mark(text: str, lexicon: Lexicon) -> Marks:
    """Look up every word of a text; each reader takes the result instead of the text."""
    found = read(text)
    words = list(found.lower)
    sentence, clause, begins, asked = _bounds(text, found)
    told = evidence_of(words)
    russian = is_transliterated(told, len(words))
    known = lexicon.russian_entries if russian else lexicon.entries
    entries = list(map(known.__getitem__, words))
    items = list(map(itemgetter(0), entries))
    at: dict[int, list[int]] = {}
    for position, here in enumerate(items):
        for item in here:
            if item in at:
                at[item].append(position)
            else:
                at[item] = [position]
    said = [set().union(*items[first:after]) for first, after in pairwise(begins)]
    ends = _phrases(lexicon, at, entries, sentence, said)
    return Marks(
        text, found.tokens, words, list(compress(count(), map(str.isdigit, words))),
        language_of(told), at, ends, sentence, clause, asked, said,
        frozenset(at), frozenset().union(*ends.values()),
    )  # fmt: skip


def _phrases(
    lexicon: Lexicon,
    at: dict[int, list[int]],
    entries: Sequence[Entry],
    sentence: list[int],
    said: list[set[int]],
) -> dict[int, dict[int, int]]:
    """Find phrases, add them to ``at`` and ``said``, and give the position of each one's last
    word."""
    seen: dict[int, dict[int, int]] = {}
    joined = list(map(itemgetter(4), entries))
    joined += [_NO_ITEMS] * GAP
    for start, (_, _, close, wide, _, behind, further) in enumerate(entries):
        if behind and not behind.isdisjoint(joined[start + 1]):
            _seen_from(start, start + 1, close, entries, sentence, seen)
        if further:
            for place in range(start + 1, start + GAP + 1):
                if not further.isdisjoint(joined[place]):
                    _seen_from(start, place, wide, entries, sentence, seen)
    ends: dict[int, dict[int, int]] = {}
    for phrase_item, lasts in seen.items():
        closed = lexicon.parents[phrase_item]
        for start in lasts:
            said[sentence[start]].update(closed)
        for item in closed:
            ends[item] = _merged(ends[item], lasts) if item in ends else lasts
    for item, lasts in ends.items():
        at[item] = sorted({*at.get(item, ()), *lasts})
    return ends


def _seen_from(
    start: int,
    place: int,
    after: After,
    entries: Sequence[Entry],
    sentence: list[int],
    seen: dict[int, dict[int, int]],
) -> None:
    """Add the phrases that begin at ``start`` and whose second word stands at ``place``."""
    if sentence[place] != sentence[start]:
        return
    for second in entries[place].joins:
        for phrase in after.get(second, ()):
            last = place if len(phrase.then) == 1 else _last(phrase, entries, sentence, place)
            if last:
                lasts = seen.setdefault(phrase.item, {})
                lasts[start] = max(last, lasts.get(start, 0))


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


def _places(marks: Marks, enough: frozenset[int]) -> Sequence[int]:
    """Where any of some items was seen."""
    at = marks.at
    if len(enough) == 1:
        (one,) = enough
        return at.get(one, ())
    members = marks.seen & enough
    if len(members) == 1:
        (one,) = members
        return at[one]
    return sorted({place for one in members for place in at[one]})


def _nearest(marks: Marks, here: Iterable[int], main: int, window: int) -> int | None:
    """Where one of some items stands nearest to a word of the same sentence, the earlier where
    equal. ``here`` are those of the items that the sentence has."""
    at, sentence = marks.at, marks.sentence
    own_sentence = sentence[main]
    low, high, own = main - window - 1, main + window + 1, False
    for one in here:
        places = at[one]
        index = bisect_left(places, main)
        if index and places[index - 1] > low:
            low = places[index - 1]
        if index < len(places):
            place = places[index]
            if place == main:
                own = True
                index += 1
                if index == len(places):
                    continue
                place = places[index]
            high = min(high, place)
    before = main - low if low >= main - window and sentence[low] == own_sentence else 0
    behind = high - main
    if behind <= window and sentence[high] == own_sentence and (not before or behind < before):
        return high
    if before:
        return low
    # One word may be two things at once ("bernudarza vieta"), never the only evidence.
    return main if own else None


def completed(
    marks: Marks, lexicon: Lexicon, family: str, least: Mapping[str, float] | None = None
) -> Iterator[Hit]:
    """The lines of one family ("need", "alarm", "sensitive") that the text completes.

    With ``least``, which may grow meanwhile, the weightiest lines come first, and lines that weigh
    less than it holds for their owner are left out.
    """
    lines, seen = lexicon.lines.get(family, {}), marks.seen
    many = [lines[item] for item in filter(lines.__contains__, marks.at)]
    found: Iterable[Line] = {line.number: line for some in many for line in some}.values()
    if least is not None:
        found = sorted(found, key=_lightness)
    for line in found:
        for enough in line.others:
            if enough.isdisjoint(seen):
                break
        else:
            if not (least and line.owner in least and line.weight < least[line.owner]) and (
                shared := _shared(marks, line)
            ):
                yield from _hits(marks, line, shared)


def _lightness(line: Line) -> float:
    return -line.weight


def _shared(marks: Marks, line: Line) -> set[int]:
    """The sentences that all items of a line were seen in; the rarest says where to look."""
    said, sentence = marks.said, marks.sentence
    places = _places(marks, line.rarest)
    if len(places) == 1:
        shared = {sentence[places[0]]}
        here = said[sentence[places[0]]]
        for enough in line.others:
            if enough.isdisjoint(here):
                return set()
        return shared
    shared = {sentence[place] for place in places}
    for enough in line.others:
        shared = {one for one in shared if not enough.isdisjoint(said[one])}
    return shared


def _hits(marks: Marks, line: Line, shared: set[int]) -> Iterator[Hit]:
    sentence, said, begun, window = marks.sentence, marks.said, marks.begun, line.window
    for main in _places(marks, line.begins)[:_MOST]:
        if sentence[main] not in shared:
            continue
        here = said[sentence[main]]
        first = last = main
        if main in begun:
            last = _end(marks, line.begins, main)
        for enough in line.beside:
            place = _nearest(marks, here & enough, main, window)
            if place is None:
                break
            first = min(first, place)
            end = _end(marks, enough, place) if place in begun else place
            last = max(last, end)
        else:
            if not _barred(marks, line, main, here):
                yield Hit(line, first, last, main)


def _end(marks: Marks, enough: frozenset[int], place: int) -> int:
    """The last word of what was seen at a place where a phrase begins."""
    ends = marks.ends
    return max([place, *(ends[one].get(place, place) for one in ends.keys() & enough)])


def _barred(marks: Marks, line: Line, main: int, here: set[int]) -> bool:
    """Whether something stands by that must not; ``here`` are the items of the sentence."""
    for enough in line.unless:
        if not enough.isdisjoint(here):
            near = _nearest(marks, here & enough, main, max(line.window, _BAR))
            if near is not None:
                return True
    return False


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
