"""Text as it is compared: small letters without diacritics, in the Latin alphabet.

People leave out diacritics, write Russian in Latin letters and Latvian with doubled vowels.
Comparing takes place on *folded* words; offsets always point into the text as it was typed.

Three steps, each looser than the one before:

* ``Token.lower``: small letters, as typed ("smiltenē", "смилтене").
* ``Token.folded``: no diacritics, Cyrillic in Latin letters ("smiltene").
* ``squash(folded)``: the many ways to write one sound made one ("salacgriiva" and
  "salacgriva", "yelgava" and "elgava"); only for second attempts, since it merges words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from operator import attrgetter
from typing import Literal, TypeAlias, TypeVar, cast

from msgspec import Struct

Script = Literal["latin", "cyrillic", "digit"]

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "z", "з": "z",
    "и": "i", "й": "j", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "sc",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "ju", "я": "ja",
    "і": "i", "ї": "i", "є": "e", "ґ": "g", "ў": "u",
}  # fmt: skip
_LATIN = {
    "a": "āàáâãäåăą", "c": "čçćĉċ", "d": "ďđð", "e": "ēèéêëėęě", "g": "ģğĝġ", "h": "ĥħ",
    "i": "īìíîïįı", "j": "ĵ", "k": "ķ", "l": "ļłĺľ", "n": "ņñńň", "o": "ōòóôõöøő",
    "r": "ŗřŕ", "s": "šşśŝș", "t": "ţťŧț", "u": "ūùúûüůűų", "y": "ýÿŷ", "z": "žźż",
    "ss": "ß", "ae": "æ", "oe": "œ", "th": "þ",
}  # fmt: skip
_FOLD: dict[int, str] = {ord(letter): latin for letter, latin in _CYRILLIC.items()}
_FOLD.update({ord(mark): plain for plain, marks in _LATIN.items() for mark in marks})
# Combining marks (text typed on a Mac) and apostrophes inside a word are left out.
_FOLD.update(dict.fromkeys(range(0x300, 0x370), ""))
_FOLD.update({ord(mark): "" for mark in "'’ʼ`´"})

_LETTERS = "A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u0400-\u052f"
# One class repeated, so the pattern cannot backtrack; an apostrophe counts between letters.
_WORDS = re.compile(f"([{_LETTERS}]+(?:['’ʼ`´][{_LETTERS}]+)*|[0-9]+)")
_IS_CYRILLIC = re.compile("[\u0400-\u052f]")

_SQUASH = (
    ("shch", "sc"), ("sch", "s"), ("sh", "s"), ("zh", "z"), ("ch", "c"), ("kh", "h"),
    ("ts", "c"), ("w", "v"), ("x", "ks"), ("y", "i"), ("j", "i"),
)  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")


MOST_KEPT = 20_000
"""Different words that are remembered between texts; the memory is emptied when it is full."""
LONGEST_KEPT = 40
LONGEST_FIGURE_KEPT = 4
"""Letters of the longest word, and digits of the longest figure, that are remembered."""

_Columns: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], tuple[Script, ...], tuple[bool, ...]]


class Token(Struct, frozen=True, gc=False):
    """A word or a number of a text: ``text[start:end]``.

    ``before`` is what stands between this token and the one before it (spaces, punctuation),
    so that a reader sees where a sentence or clause ends; words joined by a hyphen are two
    tokens with ``before == "-"``. ``capital``: the word begins with a capital letter.
    """

    folded: str
    lower: str
    start: int
    end: int
    before: str
    script: Script
    capital: bool = False


FOLDED, LOWER, BEFORE = attrgetter("folded"), attrgetter("lower"), attrgetter("before")
"""Columns of tokens, for ``map``: a step in C for each word."""


def fold(text: str) -> str:
    """Small letters, no diacritics, Cyrillic in Latin letters; other characters stay.

    The length may change ("я" becomes "ja"); use :func:`tokens` where offsets count.
    """
    lower = text.lower()
    return lower if lower.isascii() and "'" not in lower else lower.translate(_FOLD)


def squash(folded: str) -> str:
    """A looser form of a folded word, equal for the usual ways of writing the same sounds.

    "sh" and "s", "ya" and "ja", "ts" and "c", doubled and single letters become one. It is
    meant for second attempts only and for both sides of a comparison.
    """
    for written, sound in _SQUASH:
        if written in folded:
            folded = folded.replace(written, sound)
    folded = _DOUBLED.sub(r"\1", folded)
    return folded[1:] if folded.startswith("ie") else folded


def has_cyrillic(text: str) -> bool:
    """Whether any letter of the text is Cyrillic."""
    return _IS_CYRILLIC.search(text) is not None


Value = TypeVar("Value")


class Remembered(dict[str, Value]):
    """What was worked out for a word, kept for the next time: people use few different words.

    ``self[word]`` always gives a value. Long words and long figures, such as codes, are worked
    out anew each time; when :data:`MOST_KEPT` words are remembered, it begins anew.
    """

    def __init__(self, work_out: Callable[[str], Value]) -> None:
        """``work_out`` gives the value of a word; it must not depend on anything else."""
        super().__init__()
        self._work_out = work_out

    def __missing__(self, word: str) -> Value:
        value = self._work_out(word)
        if len(word) <= (LONGEST_FIGURE_KEPT if word[:1] <= "9" else LONGEST_KEPT):
            if len(self) >= MOST_KEPT:
                self.clear()
            self[word] = value
        return value


def _form(word: str) -> tuple[str, str, Script, bool]:
    lower = word.lower()
    script: Script = "latin"
    if lower.isascii():
        folded = lower.replace("'", "") if "'" in lower else lower
        if lower.isdigit():
            script = "digit"
    else:
        folded = lower.translate(_FOLD)
        if "\u0400" <= lower[0] <= "\u052f":
            script = "cyrillic"
    return folded, lower, script, word[0] != lower[0]


FORMS: Remembered[tuple[str, str, Script, bool]] = Remembered(_form)
"""Words as typed: the folded form, the small letters, the script, whether it begins large."""


class Reading(Struct, frozen=True):
    """A text in words: its tokens, and what readers ask of all of them, token by token."""

    tokens: tuple[Token, ...] = ()
    folded: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


def read(text: str) -> Reading:
    """The words and numbers of a text, in order, with offsets into the text as given."""
    # Everything that is done for each word is a step in C: this runs on every message.
    parts = _WORDS.split(text)
    if len(parts) == 1:
        return Reading()
    offsets = list(accumulate(map(len, parts)))
    before = tuple(parts[:-1:2])
    forms = zip(*map(FORMS.__getitem__, parts[1::2]), strict=True)
    folded, lower, script, capital = cast(_Columns, tuple(forms))
    made = map(Token, folded, lower, offsets[::2], offsets[1::2], before, script, capital)
    return Reading(tuple(made), folded, lower, before)


def tokens(text: str) -> tuple[Token, ...]:
    """As :func:`read`, the tokens alone."""
    return read(text).tokens


def plain_words(text: str) -> str:
    """The folded words of a text with single spaces between them."""
    return " ".join([token.folded for token in tokens(text)])
