"""Where sentences and clauses end, for readers that look at what stands together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import repeat

from msgspec import Struct

from dialogs.recognise.fold import Remembered, Token
from dialogs.recognise.when_words import MARKS

_STOP = re.compile("[!?\n;…]")
_COMMA = re.compile("[,():–—]| -")
_ENDS, _MAY_END, _PARTS, _GOES_ON = "ends", "may end", "parts", ""


def _between(before: str) -> str:
    """What stands between two words does: it ends a sentence, may end one, parts clauses."""
    if _STOP.search(before):
        return _ENDS
    if "." in before:
        return _MAY_END
    return _PARTS if _COMMA.search(before) else _GOES_ON


_BETWEEN: Remembered[str] = Remembered(_between)


class Cuts(Struct, frozen=True):
    """For each token the running number of its sentence and of its clause, from 0."""

    sentence: list[int]
    clause: list[int]


def ends_sentence(before: str, earlier: Token, token: Token) -> bool:
    """Whether a sentence ends between two neighbouring tokens; "2027. gads" goes on.

    ``before`` is what stands between them.
    """
    if not before:
        return False
    kind = _BETWEEN[before]
    if kind != _MAY_END:
        return kind == _ENDS
    figure = earlier.script == "digit" and before in (".", ". ")
    if figure and before == ". " and token.capital and len(earlier.folded) == 4:
        return True  # "2017 un 2021. Nākamajā vasarā ..."
    return not (figure and (MARKS.get(token) is not None or _goes_on(token)))


def _goes_on(token: Token) -> bool:
    """Whether a word goes on after a figure with a dot: "1. klase", "5.6.", "2016. dzimis"."""
    return token.script == "digit" or token.folded.startswith(("klas", "dzim"))


def cut(tokens: Sequence[Token]) -> Cuts:
    """The sentences and clauses of a text; every sentence end also ends a clause."""
    sentence: list[int] = []
    clause: list[int] = []
    at_sentence = at_clause = 0
    for index, before in [
        (place, token.before) for place, token in enumerate(tokens) if token.before not in _BLANK
    ]:
        ends = index and ends_sentence(before, tokens[index - 1], tokens[index])
        if not index or not (ends or _COMMA.search(before)):
            continue
        sentence.extend(repeat(at_sentence, index - len(sentence)))
        clause.extend(repeat(at_clause, index - len(clause)))
        at_clause += 1
        at_sentence += ends
    sentence.extend(repeat(at_sentence, len(tokens) - len(sentence)))
    clause.extend(repeat(at_clause, len(tokens) - len(clause)))
    return Cuts(sentence, clause)


_BLANK = frozenset(("", " "))
