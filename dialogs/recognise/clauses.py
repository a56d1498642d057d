"""Where sentences and clauses end, for readers that look at what stands together."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from dialogs.recognise.fold import Token
from dialogs.recognise.when_words import MARKS

_STOP = re.compile("[!?\n;…]")
_COMMA = re.compile("[,():–—]| -")


class Cuts(Struct, frozen=True):
    """For each token the running number of its sentence and of its clause, from 0."""

    sentence: list[int]
    clause: list[int]


def ends_sentence(before: str, earlier: Token, token: Token) -> bool:
    """Whether a sentence ends between two neighbouring tokens; "2027. gads" goes on.

    ``before`` is what stands between them.
    """
    if before in ("", " ", ", "):
        return False
    if _STOP.search(before):
        return True
    if "." not in before:
        return False
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
    for index, token in enumerate(tokens):
        before = token.before
        if before != " " and index:
            if ends_sentence(before, tokens[index - 1], token):
                at_sentence += 1
                at_clause += 1
            elif _COMMA.search(before):
                at_clause += 1
        sentence.append(at_sentence)
        clause.append(at_clause)
    return Cuts(sentence, clause)
