"""What the small vocabularies know of the words of a text, looked up once for all readers.

Readers then go only to the words that mean something to them. Tables are by position, ascending.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count

from msgspec import Struct

from dialogs.recognise import people_words
from dialogs.recognise.fold import LOWER, Token
from dialogs.recognise.numbers import NUMBERS, NumberKind, number_at
from dialogs.recognise.vocabulary import Shelf
from dialogs.recognise.when_words import CONTEXT, MARKS, SAYINGS, Mark

_SHELF = Shelf(
    [
        MARKS, CONTEXT, people_words.PERSON, people_words.HINT, people_words.TRADE,
        people_words.ALONE, people_words.LANGUAGE, people_words.LIVING, NUMBERS,
        SAYINGS.first, people_words.NO_CHILDREN.first, people_words.NOT_ABROAD.first,
    ],
    [SAYINGS, people_words.NO_CHILDREN, people_words.NOT_ABROAD],
)  # fmt: skip


class Glance(Struct, frozen=True):
    """The words of a text by what they mean.

    The tables are those of ``when_words`` and ``people_words``. ``number`` holds what
    :func:`number_at` reads at a position, ``sayings`` the sayings about time with the positions
    of their first word and behind their last; ``childless`` and ``at_home`` say that the family
    tells of no children, and of living in Latvia.
    """

    marks: dict[int, tuple[Mark, ...]]
    context: dict[int, str]
    person: dict[int, tuple[str, str]]
    hint: dict[int, str]
    trade: dict[int, str]
    alone: dict[int, int]
    language: dict[int, str]
    living: dict[int, bool]
    number: dict[int, tuple[int, NumberKind, int]]
    sayings: list[tuple[int, int, str]]
    childless: bool
    at_home: bool


def glance(words: Sequence[Token]) -> Glance:
    """Look up every word of a text."""
    found, parts = _SHELF.look_up(words)
    marks, context, person, hint, trade, alone, language, living, numbers, *first = found
    figures = compress(count(), map(str.isdigit, map(LOWER, words)))
    number = {
        place: read
        for place in sorted([*numbers, *figures])
        if (read := number_at(words, place)) is not None
    }
    return Glance(
        marks, context, person, hint, trade, alone, language, living, number,
        sayings=SAYINGS.find_in(first[0], parts),
        childless=bool(people_words.NO_CHILDREN.find_in(first[1], parts)),
        at_home=bool(people_words.NOT_ABROAD.find_in(first[2], parts)),
    )  # fmt: skip
