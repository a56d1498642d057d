"""What the word lists know of one word: the items it stands for, and the phrases it may begin.

A word costs a few dictionary lookups the first time it is met and one from then on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from dialogs.recognise.fold import FORMS, Remembered, squash

GAP = 4
"""Words further that the next word of a phrase with "~" may stand."""
_LOOSE = ("aa", "ee", "ii", "uu", "oo", "sh", "ch", "zh", "kj", "lj", "nj", "w", "x", "yo")


class Phrase(Struct, frozen=True):
    """Words in order: item ids with the furthest step allowed to each following one."""

    item: int
    first: int
    then: tuple[tuple[int, int], ...]


class Line(Struct, frozen=True):
    """One compiled line: what it stands for and which items must, or must not, be there.

    ``begins``, ``beside`` and ``unless`` give for ``first``, and for each item of ``rest`` and
    ``barred``, the items of which one is enough: the members of alternatives, or the item itself.
    ``key`` are those of the item that the line is looked for by, ``second`` those of one that must
    be there too (of the key itself, where there is none), ``others`` those of all further items.
    ``family`` is "need", "alarm" or "sensitive", ``number`` the place of the line in the lexicon.
    """

    owner: str
    first: int
    rest: tuple[int, ...]
    barred: tuple[int, ...]
    window: int
    weight: float
    source: str
    family: str = ""
    number: int = 0
    begins: frozenset[int] = frozenset()
    key: frozenset[int] = frozenset()
    second: frozenset[int] = frozenset()
    others: tuple[frozenset[int], ...] = ()
    beside: tuple[frozenset[int], ...] = ()
    unless: tuple[frozenset[int], ...] = ()


class Begun(NamedTuple):
    """The lines that are looked for by a word or phrase, by one item that must be there too.

    ``seconds`` are those items, to see at once that a sentence has none of them. A line is given
    as its number times :data:`SENTENCES`."""

    seconds: frozenset[int]
    lines: dict[int, tuple[int, ...]]


SENTENCES = 1 << 20
"""More than a text has, so that a line and a sentence make one number."""


Pairs: TypeAlias = dict[int, dict[int, tuple[Phrase, ...]]]


class Words(Struct, frozen=True):
    """Item ids by whole word and by stem; ``lengths`` says which stem lengths to try."""

    whole: dict[str, tuple[int, ...]]
    stems: dict[str, tuple[int, ...]]
    lengths: dict[str, tuple[int, ...]]


class Tables(Struct, frozen=True):
    """The compiled lists: words by spelling, phrases by their first and second item.

    ``close`` phrases have their first two words side by side, ``wide`` ones others between;
    ``joins`` are the items that stand in phrases, ``asked`` those that lines or readers ask for;
    ``lines`` are the lines by an item of their key and one of their second.
    """

    latin: Words
    cyrillic: Words
    loose_latin: Words
    translit: Words
    close: Pairs
    wide: Pairs
    joins: frozenset[int]
    asked: frozenset[int]
    lines: dict[int, dict[int, list[int]]]


After: TypeAlias = dict[int, tuple[Phrase, ...]]


class Entry(NamedTuple):
    """What a word stands for: the items that lines or readers ask for, the items that phrases are
    made of, and the phrases it may begin by their second item, with the second word right behind
    or further.

    ``joined``, ``behind`` and ``further`` are the keys of ``joins``, ``close`` and ``wide``, to
    see at once that two words make no phrase. ``seconds`` and ``lines`` are a
    :class:`Begun`."""

    items: tuple[int, ...]
    joins: tuple[int, ...]
    close: After
    wide: After
    joined: frozenset[int]
    behind: frozenset[int]
    further: frozenset[int]
    seconds: frozenset[int]
    lines: dict[int, tuple[int, ...]]


_NO_ITEMS: frozenset[int] = frozenset()
NOTHING = Entry((), (), {}, {}, _NO_ITEMS, _NO_ITEMS, _NO_ITEMS, _NO_ITEMS, {})


def _look(words: Words, word: str) -> list[int]:
    found = list(words.whole.get(word, ()))
    for length in words.lengths.get(word[:2], ()):
        if length > len(word):
            break
        found.extend(words.stems.get(word[:length], ()))
    return found


def _items(tables: Tables, lower: str, transliterated: bool) -> list[int]:
    folded, _, script, _ = FORMS[lower]
    if script == "cyrillic":
        return _look(tables.cyrillic, folded)
    found = _look(tables.latin, folded)
    if script == "digit":
        return found
    if len(folded) > 5 and folded.startswith("ja"):
        # The Latvian "must": "jādeklarē" is read as "deklarē".
        found.extend(_look(tables.latin, folded[2:]))
    if transliterated:
        loose = squash(folded)
        found.extend(_look(tables.translit, loose))
        if "io" in loose or "ie" in loose:
            soft = loose.replace("io", "e").replace("ie", "e")
            found.extend(_look(tables.translit, soft))
    elif not found and len(folded) > 4 and any(one in folded for one in _LOOSE):
        found = _look(tables.loose_latin, squash(folded))
    return found


def _entry(tables: Tables, items: tuple[int, ...]) -> Entry:
    joins = tuple(item for item in items if item in tables.joins)
    close, wide = _after(tables.close, items), _after(tables.wide, items)
    asked = tuple(item for item in items if item in tables.asked)
    return Entry(
        asked, joins, close, wide, frozenset(joins), frozenset(close), frozenset(wide),
        *make_begun(tables, asked),
    )  # fmt: skip


def make_begun(tables: Tables, items: Iterable[int]) -> Begun:
    """The lines that are looked for by any of the items."""
    found: dict[int, dict[int, None]] = {}
    for item in items:
        for second, lines_of_both in tables.lines.get(item, {}).items():
            found.setdefault(second, {}).update(dict.fromkeys(lines_of_both))
    lines = {second: tuple(some) for second, some in found.items()}
    return Begun(frozenset(lines), lines) if lines else _NONE_BEGUN


_NONE_BEGUN = Begun(_NO_ITEMS, {})


def _after(pairs: Pairs, items: Iterable[int]) -> After:
    """The phrases that any of the items begins, by their second item."""
    found: After = {}
    for item in items:
        for second, phrases in pairs.get(item, {}).items():
            found[second] = found.get(second, ()) + phrases
    return found


def entries(tables: Tables, transliterated: bool) -> Remembered[Entry]:
    """The entries of all words, worked out as they are met.

    Words that stand for the same items ("darbs", "darbu", "darbam") have one entry, which is
    then at hand more often.
    """
    known: dict[tuple[int, ...], Entry] = {(): NOTHING}

    def entry(lower: str) -> Entry:
        items = tuple(dict.fromkeys(_items(tables, lower, transliterated)))
        if items not in known:
            known[items] = _entry(tables, items)
        return known[items]

    return Remembered(entry)
