"""Choices typed in other words than the label's: by meaning, and by the number that fits.

``synonyms.yaml`` of the programme lists words that mean the same; a text means the option whose
label has a word of its line. Labels with figures ("2 to 3", "Up to 20 km", "17–20") are ranges,
and a number or an hour means the range it falls into.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from math import inf
from typing import NamedTuple

from dialogs.programme.lists import read_programme_yaml
from dialogs.recognise.contact import read_hours
from dialogs.recognise.fold import Token, tokens
from dialogs.recognise.numbers import read_numbers
from dialogs.recognise.vocabulary import Phrases, Shelf, Vocabulary

_MOST_WORDS = 8
_DENIED = frozenset(("ne", "nav", "net", "not", "nevis", "bez", "without"))
_DASHES = "-–—"

Option = tuple[str, Sequence[str]]
"""An option's id and the labels it goes by (in any languages)."""


@cache
def _meanings() -> tuple[tuple[Phrases[bool], ...], Shelf]:
    """The lines of the list; the further up, the more telling. A word may stand in several."""
    lines = read_programme_yaml("synonyms.yaml")
    found = tuple(
        Phrases([(True, ", ".join(words.values()))]) for line in lines for words in line.values()
    )
    return found, Shelf([one.first for one in found], found)


def _said(words: Sequence[Token]) -> list[int]:
    """The lines of which a text has words that are not denied, the most telling first."""
    meanings, shelf = _meanings()
    begun, parts = shelf.look_up(words)
    return [
        place for place, (meaning, first_words) in enumerate(zip(meanings, begun, strict=True))
        if first_words and any(
            not first or words[first - 1].folded not in _DENIED
            for first, _, _ in meaning.find_in(first_words, parts)
        )
    ]  # fmt: skip


def by_meaning(words: Sequence[Token], options: Sequence[Option]) -> str | None:
    """The only option whose label means what a short text says, or None."""
    if len(words) > _MOST_WORDS:
        return None
    for meaning in _said(words):
        meant = [option for option, labels in options if meaning in _of_labels(tuple(labels))]
        if len(meant) == 1:
            return meant[0]
    return None


@lru_cache(maxsize=2048)
def _of_labels(labels: tuple[str, ...]) -> frozenset[int]:
    """The most telling meaning of each label: "Already back from abroad" says back."""
    return frozenset(said[0] for label in labels if (said := _said(tokens(label))))


class _Range(NamedTuple):
    """Numbers from ``least`` to ``most``, both inclusive where they are whole."""

    least: float
    most: float


_EDGE: Vocabulary[str] = Vocabulary(
    [
        ("less", "mazāk mazak меньше менее less under zem jaunāk* младше below"),
        ("more", "vairāk vairak больше более more over virs vecāk* старше за above plus pāri"),
        ("upto", "līdz до up ne не within"),
    ]
)
_YEAR: Vocabulary[bool] = Vocabulary([(True, "gads gadu год года годик year")])
_HALF = re.compile(r"\b(?:1[.,]5|pusotr\w*|полтор\w*)\b", re.IGNORECASE)
_AND_HALF = re.compile(r"с половиной|ar pusi|and a half|[.,]5\b|½", re.IGNORECASE)
_HALF_YEAR = re.compile(r"\b(?:pusgad\w*|полгода|half a year)", re.IGNORECASE)
_DECADES: Vocabulary[int] = Vocabulary(
    [(25, "twenties"), (35, "thirties"), (45, "forties"), (55, "fifties"), (65, "sixties")]
)
_HOURS = re.compile(rf"\d{{1,2}}[{_DASHES}]\d{{1,2}}")


@lru_cache(maxsize=2048)
def _range_of(label: str) -> _Range | None:
    """The range a label names, or None."""
    figures = [int(one) for one in re.findall(r"\d+", label)][:3]
    edges = [edge for word in tokens(label) if (edge := _EDGE.get(word))]
    if len(figures) == 2:
        return _Range(figures[0], figures[1])
    if len(figures) != 1:
        return None
    if "less" in edges:
        return _Range(-inf, figures[0] - 0.1)
    if "more" in edges:
        plain = tokens(label)[0].script == "digit"  # "60 or more" has 60 in it
        return _Range(figures[0] if plain else figures[0] + 0.1, inf)
    return _Range(-inf, figures[0]) if "upto" in edges else None


def by_range(text: str, words: Sequence[Token], options: Sequence[Option]) -> str | None:
    """The option whose range holds the number a text names, or whose hours it names."""
    ranges = [(option, _range_of(labels[0])) for option, labels in options if labels]
    known = [(option, held) for option, held in ranges if held is not None]
    if len(known) < 2 or len(words) > _MOST_WORDS:
        return None
    if all(_HOURS.fullmatch(labels[0]) for _, labels in options if labels):
        return _by_hours(text, known)
    value = _value(text, words)
    if value is None:
        return None
    alone = len(words) == 1 and words[0].script == "digit" and value <= len(options)
    if alone or (value == 1 and any(word.folded in _ONES for word in words)):
        return None  # the number of an answer; "just this one"
    holding = [(held.most, option) for option, held in known if held.least <= value <= held.most]
    return min(holding)[1] if holding else None


_ONES = frozenset(("one", "ones"))


def _by_hours(text: str, known: Sequence[tuple[str, _Range]]) -> str | None:
    hours = read_hours(text)
    if hours is None:
        return None
    first, last = hours
    shared = [
        ((min(last, held.most) - max(first, held.least)) / (held.most - held.least), option)
        for option, held in known
    ]  # how much of each option's hours would suit
    most = max(shared)
    return most[1] if most[0] > 0 and [one[0] for one in shared].count(most[0]) == 1 else None


def _value(text: str, words: Sequence[Token]) -> float | None:
    """The one number of a text, halves and "more than" counted in."""
    if _HALF_YEAR.search(text):
        return 0.5
    if _HALF.search(text):
        return 1.5
    decades = [decade for word in words if (decade := _DECADES.get(word))]
    if decades:
        return float(decades[0])
    found = [number.value for number in read_numbers(_AND_HALF.sub(" ", text))]
    if len(found) > 1:
        return None
    if not found:
        return 1.0 if len(words) <= 2 and any(_YEAR.get(word) for word in words) else None
    value = float(found[0]) + (0.5 if _AND_HALF.search(text) else 0.0)
    edges = {_EDGE.get(word) for word in words}
    return value + 0.2 * (("more" in edges) - ("less" in edges))
