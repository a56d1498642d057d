"""What is known of the children while a text is read word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeVar

from dialogs.recognise.clauses import Cuts
from dialogs.recognise.fold import Token
from dialogs.recognise.glance import Glance
from dialogs.recognise.numbers import NumberKind
from dialogs.recognise.when_marks import TimeSpan

Found = TypeVar("Found")

OLDEST = 18
"""Children are up to this age on the day of reading; older ones are counted as adults."""


WINDOW = 15


Rank = Literal["eldest", "middle", "youngest", ""]


Latvian = Literal["none", "understands", "speaks", "writes", ""]


Stage = Literal["home", "kindergarten", "school", ""]


@dataclass(slots=True)
class Child:
    """One child while the text is being read."""

    kind: str = "any"
    rank: Rank = ""
    years: tuple[int, int] | None = None
    certain: bool = True
    latvian: Latvian = ""
    stage: Stage = ""
    gone: bool = False


@dataclass(slots=True)
class Scan:
    """What was read so far. ``count`` is how many children the text says there are; ``grown`` says
    that they all are grown up or stay behind."""

    children: list[Child] = field(default_factory=list)
    count: int | None = None
    current: Child | None = None
    plural: bool = False
    subject: Literal["child", "children", "adult", ""] = ""
    several: bool = False
    grown: bool = False
    tongues: int = 0


@dataclass(slots=True)
class Words:
    """The words with what is looked up about them once."""

    tokens: Sequence[Token]
    today: date
    spans: Sequence[TimeSpan]
    person: list[tuple[str, str] | None]
    hint: list[str | None]
    number: Sequence[tuple[int, NumberKind, int] | None]
    language: Mapping[int, str]
    clause: list[int]
    sentence: list[int]

    def same_clause(self, index: int, other: int) -> bool:
        """Whether two words stand in one clause; false where there is no such word."""
        return 0 <= other < len(self.tokens) and self.clause[index] == self.clause[other]

    def around(self, index: int) -> range:
        """The clause a word stands in, at most fifteen words to each side."""
        clause, low, high = self.clause[index], index, index + 1
        while low > max(0, index - WINDOW) and self.clause[low - 1] == clause:
            low -= 1
        last = min(len(self.tokens), index + WINDOW)
        while high < last and self.clause[high] == clause:
            high += 1
        return range(low, high)

    def hints_in_clause(self, index: int) -> set[str]:
        """The hints around a word."""
        return {hint for at in self.around(index) if (hint := self.hint[at])}

    def spans_in_clause(self, index: int) -> list[TimeSpan]:
        """The times named in the clause of a word."""
        return [span for span in self.spans if self.clause[span.first] == self.clause[index]]


def look_up(
    tokens: Sequence[Token], today: date, spans: Sequence[TimeSpan], cuts: Cuts, seen: Glance
) -> Words:
    """What is known of every word of a text, as lists."""
    person = _listed(seen.person, len(tokens))
    for index in seen.person:
        token = tokens[index]
        if token.folded == "i":
            beside = tokens[max(0, index - 1) : index + 2]
            # "и", and the Latgalian "i" between figures, is "and", not the English "I".
            if token.script == "cyrillic" or any(other.script == "digit" for other in beside):
                person[index] = None
    hint = _listed(seen.hint, len(tokens))
    number = _listed(seen.number, len(tokens))
    return Words(
        tokens, today, spans, person, hint, number, seen.language, cuts.clause, cuts.sentence
    )


def _listed(table: Mapping[int, Found], count: int) -> list[Found | None]:
    found: list[Found | None] = [None] * count
    for place, meaning in table.items():
        found[place] = meaning
    return found


def expected(words: Words, index: int) -> bool:
    """Whether a child who is not born yet is spoken of right here ("gaidām otro bērnu")."""
    near = range(max(0, index - 3), min(len(words.tokens), index + 2))
    return any(words.hint[at] == "expect" and words.same_clause(index, at) for at in near)


def child_named(scan: Scan, kind: str) -> Child:
    """The child a word such as "dēlam" speaks of: one known already, or a new one."""
    alive = [child for child in scan.children if not child.gone]
    if kind == "any":
        if scan.current is not None and scan.current.kind in ("any", "son", "daughter"):
            return scan.current
        if len(alive) == 1:
            return alive[0]
    else:
        for child in reversed(alive):
            if child.kind == kind:
                return child
        if scan.current is not None and scan.current.kind == "any" and not scan.current.years:
            scan.current.kind = kind
            return scan.current
    made = Child(kind)
    if not (kind == "any" and scan.several):
        scan.children.append(made)
    return made
