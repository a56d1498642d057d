"""Children told of in a text: how many, how old, who is the elder, how much Latvian.

One pass over the words keeps the child that is being spoken of; ages, birth years, a first school
year, Latvian and the present school or kindergarten go to that child. Children who stay behind,
grown-up children and expected ones are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import compress, count

from dialogs.recognise.child_age_words import AGE_ENDINGS, may_be_age
from dialogs.recognise.child_ages import ONE_YEAR, read_value
from dialogs.recognise.child_remarks import FIRST_GRADERS, NEWBORN, read_remark
from dialogs.recognise.child_scan import (
    OLDEST,
    Child,
    Latvian,
    Rank,
    Scan,
    Words,
    child_named,
    expected,
    look_up,
)
from dialogs.recognise.clauses import Cuts, cut
from dialogs.recognise.fold import FORMS, LOWER, Remembered, Token
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.reading import ChildFound
from dialogs.recognise.when_marks import TimeSpan
from dialogs.recognise.when_spans import time_spans

__all__ = ["OLDEST", "children_in"]

_MOST_CHILDREN = 12
_MOST_TELLING = 250
"""Words that are asked for children; it bounds the work on a text made of figures."""


_LONE_COUNT = 6
"""A lone figure up to this is how many children there are; a larger one is an age."""


_RANKS: dict[str, Rank] = {
    "eldest": "eldest",
    "middle": "middle",
    "youngest": "youngest",
}


def children_in(
    tokens: Sequence[Token],
    today: date,
    *,
    spans: Sequence[TimeSpan] | None = None,
    cuts: Cuts | None = None,
    seen: Glance | None = None,
    answering: bool = False,
) -> tuple[ChildFound, ...] | None:
    """The children told of, or None where none are, or () where the text says there are none.

    ``spans``, ``cuts`` and ``seen`` may be handed in if they were read already. ``answering`` says
    that the text answers "children?": bare figures are years, ages or a count then.
    """
    if not tokens:
        return None
    seen = glance(tokens) if seen is None else seen
    words = look_up(
        tokens,
        today,
        time_spans(tokens, today, seen=seen) if spans is None else spans,
        cut(tokens) if cuts is None else cuts,
        seen,
    )
    scan = _scan(words, answering, _telling(tokens, seen)[:_MOST_TELLING])
    if answering and not scan.children and not scan.count and _first_to_come(words):
        return ()
    found = _finish(scan, answering)
    if found is None or (seen.childless and not any(child.years for child in found)):
        return () if seen.childless else found
    return found


def _first_to_come(words: Words) -> bool:
    """Whether a child is expected, and not a second one: "gaidām pirmo", "I'm pregnant"."""
    if "expect" not in words.hint:
        return False
    return not any(number is not None and number[0] > 1 for number in words.number)


def _tells(lower: str) -> bool:
    """Whether a word may tell something of children by its form alone."""
    folded = FORMS[lower][0]
    return folded.startswith(_TELLING_STEMS) or any(one in folded for one in AGE_ENDINGS)


_TELLING_STEMS = (
    *FIRST_GRADERS, *NEWBORN,
    *ONE_YEAR, "pusotr", "poltor", "pusgad", "polgod", "paliek", "paliks", "coming", "edet",
    "poedet",
)  # fmt: skip
_TELLING_HINTS = frozenset(("school", "kinder", "grade", "grown", "stay", "born"))
_TELLS: Remembered[bool] = Remembered(_tells)


def _telling(tokens: Sequence[Token], seen: Glance) -> list[int]:
    """The words that may change what is known of the children, in order."""
    return sorted({
        *seen.person,
        *seen.number,
        *(place for place, hint in seen.hint.items() if hint in _TELLING_HINTS),
        *(place for place, meant in seen.language.items() if meant == "latvian"),
        *compress(count(), map(_TELLS.__getitem__, map(LOWER, tokens))),
    })  # fmt: skip


def _scan(words: Words, answering: bool, telling: Sequence[int]) -> Scan:
    """Read the words at the positions ``telling``; the others change nothing."""
    scan = Scan()
    index = 0
    for place in telling:
        if place < index:
            continue  # it was read together with the one before
        if len(scan.children) > 2 * _MOST_CHILDREN:
            break  # no family tells of so many
        if place and words.sentence[place] != words.sentence[max(index - 1, 0)]:
            _new_sentence(scan, words, place, answering)
        index = _person(scan, words, place, answering)
        if index != place and scan.current is not None and scan.current.years is None:
            read_remark(scan, words, place)  # a word may tell of the age as well: "newborn"
        if index == place:
            index = read_value(scan, words, place, answering)
        if index == place:
            read_remark(scan, words, place)
            index = place + 1
    return scan


def _new_sentence(scan: Scan, words: Words, index: int, answering: bool) -> None:
    # "Divi: ... . Mazajam ..." goes on about the children; figures alone do not, in a story.
    if not answering and scan.subject != "adult":
        scan.subject = ""


def _person(scan: Scan, words: Words, index: int, answering: bool) -> int:
    counted = _counted_children(scan, words, index, answering)
    if counted != index:
        return counted
    person = words.person[index]
    if person is None:
        return index
    what, which = person
    if what in ("partner", "kin", "writer", "we"):
        if what != "we" and not (what == "kin" and scan.subject == "child"):
            scan.subject = "adult"
        return index
    if what == "twins":
        for _ in range(int(which)):
            scan.children.append(Child("twin"))
        scan.current, scan.subject, scan.several = None, "children", True
        return index + 1
    if what == "children":
        scan.subject, scan.several, scan.current = "children", True, None
        return index + 1
    if what == "rank":
        return _ranked(scan, words, index, which)
    if what == "child":
        if expected(words, index):
            return index + 1
        scan.current = child_named(scan, which)
        scan.subject = "child"
        return index + 1
    if what == "they" and scan.subject in ("children",) and scan.children:
        return index
    return index


def _ranked(scan: Scan, words: Words, index: int, which: str) -> int:
    """ "vecākais", "the older boy": a child by rank, unless the word means something else."""
    tokens = words.tokens
    after = index + 1
    following = words.person[after] if after < len(tokens) else None
    noun = following is not None and following[0] in ("child", "children")
    if not noun and not _rank_alone(words, index):
        return index + 1
    if following is not None and following[0] == "children":
        return index + 1
    rank = _RANKS[which]
    known = next((c for c in scan.children if c.rank == rank and c.kind != "twin"), None)
    if known is None:
        known = Child(following[1] if following and noun else "any", rank)
        scan.children.append(known)
    scan.current, scan.subject = known, "child"
    return after + 1 if noun else after


def _rank_alone(words: Words, index: int) -> bool:
    """Whether "lielais", "mazais", "older" stands for a child without the word."""
    token = words.tokens[index]
    folded = token.folded
    if index + 1 >= len(words.tokens) or not words.same_clause(index, index + 1):
        return True
    following = words.tokens[index + 1]
    if folded.startswith(("vecak", "jaunak", "vecuok", "stars", "mladsh", "mlads", "star")):
        return True
    if folded.startswith("sredn") and following.folded.startswith(("skol", "skol", "obrazov")):
        return False
    if folded in ("older", "elder", "younger", "eldest", "oldest", "youngest"):
        return not following.folded.startswith(("people", "person", "parent", "sister", "brother"))
    if folded.endswith(("jam", "jai")):  # "lielajam", "mazajai"
        return True
    return following.script == "digit" or words.hint[index + 1] in (
        "is", "goes", "willbe", "start", "born",
    ) or words.language.get(index + 1) in (
        "understand", "speak", "nospeak", "nounderstand",
    )  # fmt: skip


def _counted_children(scan: Scan, words: Words, index: int, answering: bool) -> int:
    """ "trīs bērni", "двое детей", "two small boys", "family with 3 kids"."""
    number = words.number[index]
    if number is None:
        return index
    value, kind, after = number
    if kind == "rank" or not 0 <= value <= _MOST_CHILDREN:
        return index
    for skipped in range(2):
        at = after + skipped
        if at >= len(words.tokens) or not words.same_clause(index, at):
            break
        if words.hint[at] in ("age", "months", "grade", "weeks", "and", "notcond"):
            break
        person = words.person[at]
        if person is None and words.number[index + 1] is None and may_be_age(words.tokens[at]):
            break
        if person is None or person[0] not in ("child", "children"):
            continue
        if person[0] == "child" and value > 1 and index and words.person[index - 1] is not None:
            break  # "puika 9, meita 5" without the comma
        if person[0] == "child" and value > 1:
            # "pa 2 bērnu", "2 kid": written loosely, still a count.
            person = ("children", person[1])
        if kind == "group" and "abi" in words.tokens[index].folded and scan.children:
            scan.subject, scan.several = "children", True
            return at + 1
        if person[0] == "child":
            scan.current = child_named(scan, person[1])
            if person[1] == "any":
                scan.count = max(scan.count or 0, 1)
            scan.subject = "child"
            return at + 1
        if person[1] in ("son", "daughter"):
            known = sum(1 for child in scan.children if child.kind == person[1])
            for _ in range(value - known):
                scan.children.append(Child(person[1]))
        else:
            scan.count = max(scan.count or 0, value)
        scan.subject, scan.several, scan.current = "children", True, None
        return at + 1
    if answering and _comes_first(words, index) and 0 < value <= _MOST_CHILDREN:
        alone = after >= len(words.tokens) and value <= _LONE_COUNT
        mark = words.tokens[after].before if after < len(words.tokens) else ""
        more = after < len(words.tokens) and (
            any(sign in mark for sign in (":", " -", "–", "("))
            or (mark == ". " and words.tokens[after].capital)
            or (mark == ", " and words.person[after] is not None)
        )
        spelled = words.tokens[index].script != "digit" and words.hint[min(
            after, len(words.tokens) - 1)] not in ("age", "months", "grade")  # fmt: skip
        if alone or more or spelled:
            scan.count, scan.subject, scan.several = value, "children", True
            return after
    return index


def _comes_first(words: Words, index: int) -> bool:
    """Whether nothing but "yes", "we have" stands before an answer's number."""
    return index <= 2 and not any(
        words.number[at] is not None or words.hint[at] not in (None, "is") for at in range(index)
    ) and all(words.person[at] in (None, ("we", "")) for at in range(index))  # fmt: skip


def _finish(scan: Scan, answering: bool) -> tuple[ChildFound, ...] | None:
    if answering and scan.count == 0 and not scan.children:
        return ()
    gone = sum(1 for child in scan.children if child.gone)
    children = _merged([child for child in scan.children if not child.gone])
    for ranked in scan.children:
        named = ranked.kind != "any"  # "the elder son stays" may speak of a further child
        if ranked.gone and ranked.rank and ranked.years is None and not named and len(children) > 1:
            _leave(children, ranked.rank)  # "2010, 2013, 2020; the eldest stays here"
    expected = (scan.count or 0) - gone
    level: Latvian = ""
    levels = {child.latvian for child in children if child.latvian}
    if scan.plural and len(levels) == 1:
        level = levels.pop()
    while len(children) < min(expected, _MOST_CHILDREN):
        children.append(Child(latvian=level))
    if not children:
        return () if scan.grown else None
    if len(children) == 2:
        _other_rank(children)
    return tuple(
        ChildFound(
            child.years,
            child.certain,
            child.rank if child.years is None or not child.certain else "",
            child.latvian,
            child.stage,
        )
        for child in children
    )


def _leave(children: list[Child], rank: Rank) -> None:
    """Take out the child of a rank that stays behind, where all ages are known."""
    if any(child.years is None for child in children):
        return
    by_age = sorted(children, key=lambda child: child.years or (0, 0))
    left = {"eldest": by_age[0], "youngest": by_age[-1]}.get(rank, by_age[len(by_age) // 2])
    children.remove(left)


def _other_rank(children: list[Child]) -> None:
    one, other = children
    for known, unknown in ((one, other), (other, one)):
        if known.rank in ("eldest", "youngest") and not unknown.rank and unknown.years is None:
            unknown.rank = "youngest" if known.rank == "eldest" else "eldest"


def _alike(one: Child, other: Child) -> bool:
    """Whether the birth years of two children overlap."""
    if one.years is None or other.years is None:
        return False
    return one.years[0] <= other.years[1] and other.years[0] <= one.years[1]


def _merged(children: list[Child]) -> list[Child]:
    """Ranked children without a year are those of the group with one ("mazajam" is 2022)."""
    twins = [child for child in children if child.kind == "twin" and child.years is None]
    others = [child for child in children if child.kind != "twin"]
    if twins and len(others) == 1 and others[0].kind == "any" and others[0].years is not None:
        for twin in twins:  # "born in 2017, twins"
            twin.years = others[0].years
        return twins
    if twins and len(others) == len(twins) and not any(child.rank for child in others):
        told = {child.years for child in others if child.years is not None}
        if len(told) == 1:  # "twins, a boy and a girl, age 5"
            for twin in twins:
                twin.years = next(iter(told))
            return twins
    dated = [child for child in children if child.years is not None and not child.rank]
    certain = [child for child in dated + children if child.certain and child.years is not None]
    kept: list[Child] = []
    for child in children:
        if not child.certain and not child.rank and any(_alike(child, one) for one in certain):
            continue  # "младшей 6 ... дочка пойдёт в первый класс"
        if child.rank and len(dated) > 1:
            by_age = sorted(dated, key=lambda other: other.years or (0, 0))
            same = {"eldest": by_age[0], "youngest": by_age[-1]}.get(
                child.rank, by_age[len(by_age) // 2]
            )
            if child.years is not None and (child.certain or not _alike(child, same)):
                kept.append(child)
                continue
            same.latvian = child.latvian or same.latvian
            same.stage = child.stage or same.stage
            continue
        kept.append(child)
    ranked = [child for child in kept if child.rank]
    if len(kept) == len(ranked) + 1 and ranked:
        # "dēlam 7 ... vecākais": a son without rank next to his own rank is kept apart.
        return kept
    return kept
