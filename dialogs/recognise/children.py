"""Children told of in a text: how many, how old, who is the elder, how much Latvian.

One pass over the words keeps the child that is being spoken of; ages, birth years, a first school
year, Latvian and the present school or kindergarten go to that child. Children who stay behind,
grown-up children and expected ones are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dialogs.recognise.clauses import Cuts, cut
from dialogs.recognise.fold import Token
from dialogs.recognise.numbers import NumberKind, number_at
from dialogs.recognise.people_words import HINT, LANGUAGE, NO_CHILDREN, PERSON, stays_behind
from dialogs.recognise.reading import ChildFound
from dialogs.recognise.when_marks import TimeSpan
from dialogs.recognise.when_spans import time_spans

OLDEST = 18
"""Children are up to this age on the day of reading; older ones are counted as adults."""
_MOST_CHILDREN = 12
_WINDOW = 15
_LANGUAGE_WINDOW = 10
_MOST_TONGUES = 20
_LONE_COUNT = 6
"""A lone figure up to this is how many children there are; a larger one is an age."""
_SCHOOL_AGE = 7
"""Grade 1 begins on 1 September of the year a child turns seven (Education Law, Latvia)."""

Rank = Literal["eldest", "middle", "youngest", ""]
Latvian = Literal["none", "understands", "speaks", "writes", ""]
Stage = Literal["home", "kindergarten", "school", ""]
_RANKS: dict[str, Rank] = {
    "eldest": "eldest",
    "middle": "middle",
    "youngest": "youngest",
}


@dataclass(slots=True)
class _Child:
    """One child while the text is being read."""

    kind: str = "any"
    rank: Rank = ""
    years: tuple[int, int] | None = None
    certain: bool = True
    latvian: Latvian = ""
    stage: Stage = ""
    gone: bool = False


@dataclass(slots=True)
class _Scan:
    """What was read so far. ``count`` is how many children the text says there are."""

    children: list[_Child] = field(default_factory=list)
    count: int | None = None
    current: _Child | None = None
    plural: bool = False
    subject: Literal["child", "children", "adult", ""] = ""
    several: bool = False
    tongues: int = 0


@dataclass(slots=True)
class _Words:
    """The words with what is looked up about them once."""

    tokens: Sequence[Token]
    today: date
    spans: Sequence[TimeSpan]
    person: list[tuple[str, str] | None]
    hint: list[str | None]
    number: Sequence[tuple[int, NumberKind, int] | None]
    clause: list[int]
    sentence: list[int]

    def same_clause(self, index: int, other: int) -> bool:
        return 0 <= other < len(self.tokens) and self.clause[index] == self.clause[other]

    def around(self, index: int) -> range:
        """The clause a word stands in, at most fifteen words to each side."""
        clause, low, high = self.clause[index], index, index + 1
        while low > max(0, index - _WINDOW) and self.clause[low - 1] == clause:
            low -= 1
        last = min(len(self.tokens), index + _WINDOW)
        while high < last and self.clause[high] == clause:
            high += 1
        return range(low, high)

    def hints_in_clause(self, index: int) -> set[str]:
        return {hint for at in self.around(index) if (hint := self.hint[at])}

    def spans_in_clause(self, index: int) -> list[TimeSpan]:
        return [span for span in self.spans if self.clause[span.first] == self.clause[index]]


def children_in(
    tokens: Sequence[Token],
    today: date,
    *,
    spans: Sequence[TimeSpan] | None = None,
    cuts: Cuts | None = None,
    answering: bool = False,
) -> tuple[ChildFound, ...] | None:
    """The children told of, or None where none are, or () where the text says there are none.

    ``spans`` and ``cuts`` may be handed in if they were read already. ``answering`` says that
    the text answers "children?": bare figures are years, ages or a count then.
    """
    if not tokens:
        return None
    words = _look_up(
        tokens,
        today,
        time_spans(tokens, today) if spans is None else spans,
        cut(tokens) if cuts is None else cuts,
    )
    none_said = bool(NO_CHILDREN.find(tokens))
    scan = _scan(words, answering)
    found = _finish(scan, answering)
    if found is None or (none_said and not any(child.years for child in found)):
        return () if none_said else found
    return found


def _look_up(tokens: Sequence[Token], today: date, spans: Sequence[TimeSpan], cuts: Cuts) -> _Words:
    person = [PERSON.get(token) for token in tokens]
    for index, token in enumerate(tokens):
        if token.folded == "i" and person[index] is not None:
            beside = tokens[max(0, index - 1) : index + 2]
            # "и", and the Latgalian "i" between figures, is "and", not the English "I".
            if token.script == "cyrillic" or any(other.script == "digit" for other in beside):
                person[index] = None
    hint = [HINT.get(token) for token in tokens]
    number = [number_at(tokens, index) for index in range(len(tokens))]
    return _Words(tokens, today, spans, person, hint, number, cuts.clause, cuts.sentence)


def _scan(words: _Words, answering: bool) -> _Scan:
    scan = _Scan()
    index = 0
    while index < len(words.tokens):
        if index and words.sentence[index] != words.sentence[index - 1]:
            _new_sentence(scan, words, index, answering)
        after = _person(scan, words, index, answering)
        if after == index:
            after = _value(scan, words, index, answering)
        if after == index:
            _remark(scan, words, index)
            after = index + 1
        index = after
    return scan


def _new_sentence(scan: _Scan, words: _Words, index: int, answering: bool) -> None:
    # "Divi: ... . Mazajam ..." goes on about the children; figures alone do not, in a story.
    if not answering and scan.subject != "adult":
        scan.subject = ""


# -- who is spoken of --------------------------------------------------------------------


def _person(scan: _Scan, words: _Words, index: int, answering: bool) -> int:
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
            scan.children.append(_Child("twin"))
        scan.current, scan.subject, scan.several = None, "children", True
        return index + 1
    if what == "children":
        scan.subject, scan.several, scan.current = "children", True, None
        return index + 1
    if what == "rank":
        return _ranked(scan, words, index, which)
    if what == "child":
        if _expected(words, index):
            return index + 1
        scan.current = _child_named(scan, which)
        scan.subject = "child"
        return index + 1
    if what == "they" and scan.subject in ("children",) and scan.children:
        return index
    return index


def _expected(words: _Words, index: int) -> bool:
    """Whether a child who is not born yet is spoken of right here ("gaidām otro bērnu")."""
    near = range(max(0, index - 3), min(len(words.tokens), index + 2))
    return any(words.hint[at] == "expect" and words.same_clause(index, at) for at in near)


def _child_named(scan: _Scan, kind: str) -> _Child:
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
    made = _Child(kind)
    if not (kind == "any" and scan.several):
        scan.children.append(made)
    return made


def _ranked(scan: _Scan, words: _Words, index: int, which: str) -> int:
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
        known = _Child(following[1] if following and noun else "any", rank)
        scan.children.append(known)
    scan.current, scan.subject = known, "child"
    return after + 1 if noun else after


def _rank_alone(words: _Words, index: int) -> bool:
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
    ) or LANGUAGE.get(following) in ("understand", "speak", "nospeak", "nounderstand")  # fmt: skip


def _counted_children(scan: _Scan, words: _Words, index: int, answering: bool) -> int:
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
        if words.hint[at] in ("age", "months", "grade", "weeks", "and"):
            break
        person = words.person[at]
        if person is None and words.number[index + 1] is None and _may_be_age(words.tokens[at]):
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
            scan.current = _child_named(scan, person[1])
            if person[1] == "any":
                scan.count = max(scan.count or 0, 1)
            scan.subject = "child"
            return at + 1
        if person[1] in ("son", "daughter"):
            known = sum(1 for child in scan.children if child.kind == person[1])
            for _ in range(value - known):
                scan.children.append(_Child(person[1]))
        else:
            scan.count = max(scan.count or 0, value)
        scan.subject, scan.several, scan.current = "children", True, None
        return at + 1
    if answering and _comes_first(words, index) and 0 < value <= _MOST_CHILDREN:
        alone = after >= len(words.tokens) and value <= _LONE_COUNT
        mark = words.tokens[after].before if after < len(words.tokens) else ""
        more = after < len(words.tokens) and any(sign in mark for sign in (":", " -", "–", "("))
        spelled = words.tokens[index].script != "digit" and words.hint[min(
            after, len(words.tokens) - 1)] not in ("age", "months", "grade")  # fmt: skip
        if alone or more or spelled:
            scan.count, scan.subject, scan.several = value, "children", True
            return after
    return index


def _comes_first(words: _Words, index: int) -> bool:
    """Whether nothing but "yes", "we have" stands before an answer's number."""
    return index <= 2 and not any(
        words.number[at] is not None or words.hint[at] not in (None, "is") for at in range(index)
    ) and all(words.person[at] in (None, ("we", "")) for at in range(index))  # fmt: skip


# -- how old -----------------------------------------------------------------------------


def _value(scan: _Scan, words: _Words, index: int, answering: bool) -> int:
    """An age or a birth year that begins here, given to the child spoken of."""
    if words.number[index] is None and not _may_be_age(words.tokens[index]):
        return index
    after_noun = _age_before_noun(scan, words, index)
    if after_noun != index:
        return after_noun
    compound = _age_in_one_word(words, index)
    if compound is not None:
        born = words.today.year - compound
        _give(scan, words, index, (born - 1, born))
        return index + 1
    half = _half_age(words, index, scan.subject == "child")
    if half is not None and (scan.subject in ("child", "children") or answering):
        _give(scan, words, index, half[0])
        return half[1]
    number = words.number[index]
    if number is None:
        return index
    value, kind, after = number
    digits = words.tokens[index].script == "digit"
    if digits and len(words.tokens[index].folded) == 4:
        if _is_birth_year(scan, words, index, value, answering):
            _give(scan, words, index, (value, value))
        return after
    if value > 25 or scan.subject == "adult" or not (scan.subject or answering):
        return index
    if kind != "count" and not digits:
        return index
    years, after = _age_years(scan, words, index, value, after, digits, answering)
    if years is None:
        return index
    if years[1] < words.today.year - OLDEST - 1:
        return after
    _give(scan, words, index, years)
    return after


def _age_before_noun(scan: _Scan, words: _Words, index: int) -> int:
    """ "sešgadīga meita", "a 6 year old daughter", "our 10 year old": index after it."""
    age = _age_in_one_word(words, index)
    after = index + 1
    noun_needed = True
    number = words.number[index]
    if age is None and number is not None and number[1] == "count":
        after = number[2]
        old = after + 1
        if old >= len(words.tokens) or words.hint[after] != "age" or words.hint[old] != "old":
            age = _age_in_one_word(words, after) if after < len(words.tokens) else None
            after += 1
        else:
            age, after = number[0], old + 1
            before = words.tokens[index - 1].folded if index else ""
            noun_needed = before not in _OWN
    if age is None or not 0 < age <= OLDEST:
        return index
    person = words.person[after] if after < len(words.tokens) else None
    if person is not None and person[0] == "child" and words.same_clause(index, after):
        scan.current, after = _child_named(scan, person[1]), after + 1
    elif noun_needed:
        return index
    else:
        scan.current = _Child()
        scan.children.append(scan.current)
    scan.subject = "child"
    _give(scan, words, index, (words.today.year - age - 1, words.today.year - age))
    return after


_OWN = frozenset(("our", "my", "with"))


def _may_be_age(token: Token) -> bool:
    """Whether a word without a number in it may tell an age ("piecgadīgs", "pusotrs")."""
    folded = token.folded
    return len(folded) > 5 and ("gadig" in folded or "letn" in folded or folded[0] == "p")


_NUMBER_STEMS = {
    "div": 2, "tris": 3, "cetr": 4, "piec": 5, "ses": 6, "septin": 7, "aston": 8, "devin": 9,
    "desmit": 10, "vien": 1, "vienpadsmit": 11, "divpadsmit": 12, "trispadsmit": 13,
    "cetrpadsmit": 14, "piecpadsmit": 15, "sespadsmit": 16, "septinpadsmit": 17,
    "dvuh": 2, "treh": 3, "cetyreh": 4, "pjati": 5, "sesti": 6, "semi": 7, "vosmi": 8,
    "devjati": 9, "desjati": 10, "odinnadcati": 11, "dvenadcati": 12, "trinadcati": 13,
    "cetyrnadcati": 14, "pjatnadcati": 15, "sestnadcati": 16, "semnadcati": 17, "godoval": 1,
}  # fmt: skip


def _age_in_one_word(words: _Words, index: int) -> int | None:
    """ "piecgadīgs", "пятилетний", "5-летний", "8-year-old"."""
    folded = words.tokens[index].folded
    for ending in ("gadig", "letn"):
        at = folded.find(ending)
        if at > 0:
            return _NUMBER_STEMS.get(folded[:at])
        if at == 0 and index and words.tokens[index - 1].script == "digit":
            value = int(words.tokens[index - 1].folded[:3])
            return value if value <= OLDEST else None
    return None


def _half_age(words: _Words, index: int, single: bool) -> tuple[tuple[int, int], int] | None:
    """ "pusotrs gads", "полтора года", "2,5 gadi", "3 с половиной", "8 mēneši"."""
    tokens, year = words.tokens, words.today.year
    token = tokens[index]
    if token.folded.startswith(("pusotr", "poltor")):
        return _months_ago(words.today, 18, 6), min(index + 2, len(tokens))
    if token.folded in ("pusgads", "polgoda"):
        return _months_ago(words.today, 6, 1), index + 1
    number = words.number[index]
    if number is None:
        return None
    value, _, after = number
    of_age = index > 1 and words.hint[index - 1] == "age" and words.number[index - 2] is not None
    if of_age and after < len(tokens) and words.hint[after] == "months":
        return None  # "2 gadi 3 mēneši": the years say enough
    if after < len(tokens) and words.hint[after] == "months" and value <= 36:
        return _months_ago(words.today, value, 1), after + 1
    if after < len(tokens) and words.hint[after] == "weeks" and value <= 60:
        return _months_ago(words.today, max(1, value // 4), 1), after + 1
    if after < len(tokens) and tokens[after].folded == "5" and tokens[after].before in (",", "."):
        unit = after + 1 < len(tokens) and words.hint[after + 1] == "age"
        if (
            value < 10
            and token.script == "digit"
            and (unit or single or tokens[after].before == ".")
        ):
            return (year - value - 1, year - value), after + 1 + unit
    return None


def _months_ago(today: date, months: int, wide: int) -> tuple[int, int]:
    late = today.year * 12 + today.month - 1 - months
    return (late - wide) // 12, late // 12


def _is_birth_year(scan: _Scan, words: _Words, index: int, value: int, answering: bool) -> bool:
    if not words.today.year - OLDEST - 1 <= value <= words.today.year:
        return False
    before = words.tokens[index - 1].folded if index else ""
    if before in ("kops", "since", "s", "no", "from") and not answering:
        return False
    hints = words.hints_in_clause(index)
    if answering:
        return True
    if scan.subject == "adult":
        return False
    return scan.subject in ("child", "children") or (
        "born" in hints and bool(scan.children or scan.count)
    )


def _age_years(
    scan: _Scan,
    words: _Words,
    index: int,
    value: int,
    after: int,
    digits: bool,
    answering: bool,
) -> tuple[tuple[int, int] | None, int]:
    """The birth years an age means, and the index after it; None where it is no age."""
    tokens, year = words.tokens, words.today.year
    before = [words.hint[index - step] if index >= step else None for step in (1, 2, 3)]
    following = words.hint[after] if after < len(tokens) else None
    same = after < len(tokens) and words.same_clause(index, after)
    unit = following == "age" and same
    if index and words.hint[index - 1] == "grade":
        return None, after
    if following in ("grade",) and same:
        return None, after
    if index and tokens[index - 1].folded in (
        "year",
        "class",
        "klase",
        "nr",
        "ce",
        "type",
        "tipa",
    ):
        return None, after
    if unit:
        unit_word = tokens[after].folded
        beyond = words.hint[after + 1] if after + 1 < len(tokens) else None
        next_word = tokens[after + 1].folded if after + 1 < len(tokens) else ""
        if next_word in _NO_AGE:
            return None, after
        known = scan.current is not None and scan.current.years is not None
        if known and not answering and not _person_before(words, index):
            return None, after  # "my daughter is 6, 8 years abroad"
        accusative = unit_word in ("gadus", "godus")
        if accusative and beyond != "old" and not answering:
            return None, after
        earlier = tokens[index - 1].folded if index else ""
        if earlier in ("pec", "cerez", "in", "pirms", "for", "kops"):
            return None, after
        after += 1
        if beyond == "old":
            after += 1
    elif not _bare_age(scan, words, index, after, digits, answering):
        return None, after
    if "willbe" in before[:2] or ("willbe" in words.hints_in_clause(index) and "willbe" in before):
        turned = _turning_year(words, index)
        if turned is not None:
            return (turned - value, turned - value), after
        return (year - value, year + 1 - value), after
    if "soon" in before[:1]:
        return (year - value, year + 1 - value), after
    if "almost" in before[:1]:
        return (year - value, year - value + 1), after
    if index and any(
        words.hint[at] == "notcond" and words.same_clause(index, at)
        for at in range(max(0, index - 5), index)
    ):
        return None, after  # "when he is 18"
    return (year - value - 1, year - value), after


# Behind "8 years" these tell of a time away, not of an age.
_NO_AGE = frozenset(("ago", "atpakal", "nazad", "laika", "abroad", "arzemes", "za"))


def _person_before(words: _Words, index: int) -> bool:
    """Whether somebody is named before a word in its clause."""
    return any(words.person[at] is not None for at in words.around(index) if at < index)


def _turning_year(words: _Words, index: int) -> int | None:
    """The year in which a child will turn an age, from a month, season or year named."""
    for span in words.spans_in_clause(index):
        if span.ahead is not None and span.ahead[0] is not None:
            return span.ahead[0] // 12
    return None


def _bare_age(
    scan: _Scan, words: _Words, index: int, after: int, digits: bool, answering: bool
) -> bool:
    """Whether a figure without "years" is an age: right behind a child, or in a list of ages."""
    tokens = words.tokens
    value = words.number[index]
    figures = any(token.script == "digit" for token in tokens)
    if not digits and (not answering or figures or (value is not None and value[0] == 1)):
        return False
    if after < len(tokens) and words.same_clause(index, after):
        following = words.hint[after]
        word = tokens[after]
        glue = following in ("and", "is", "age", "old", "stay", "start", "goes") or (
            word.script == "digit" or words.person[after] is not None
        )
        glue = glue or word.before.startswith((",", ")", ".", ";", "/", " ("))
        turning = index > 0 and words.hint[index - 1] == "willbe"
        if not glue and not turning and LANGUAGE.get(word) is None:
            return False  # "3 istabas"
    if answering:
        return True
    at = index - 1
    for _ in range(4):
        if at < 0 or words.sentence[at] != words.sentence[index]:
            return False
        person = words.person[at]
        if person is not None:
            return person[0] in ("child", "children", "rank", "twins", "it", "they")
        token = tokens[at]
        if words.hint[at] in ("is", "and", "willbe", "almost", "soon", "age", "old"):
            at -= 1
            continue
        return bool(token.script == "digit" and len(token.folded) <= 2 and scan.children)
    return False


def _give(scan: _Scan, words: _Words, index: int, years: tuple[int, int]) -> None:
    """A child's birth years: to the child spoken of, or to another of the group."""
    if _expected(words, index):
        return
    current = scan.current
    if current is not None and current.years is None:
        current.years, current.certain = years, True
        return
    if current is not None and current.years is not None and scan.subject == "child":
        if current.years == years or current.years[0] <= years[0] <= current.years[1]:
            if current.certain and years[0] == years[1]:
                current.years = years
            return
        if not current.certain:
            current.years, current.certain = years, True
            return
    twins = [child for child in scan.children if child.kind == "twin" and child.years is None]
    if twins:
        for child in twins:
            child.years = years
        return
    empty = next(
        (c for c in scan.children if c.years is None and not c.rank and not c.gone),
        None,
    )
    if empty is not None and scan.subject == "children":
        empty.years = years
        return
    scan.children.append(_Child("any", "", years))
    scan.subject = scan.subject or "children"


# -- what else is said -------------------------------------------------------------------


_FIRST_GRADERS = ("pirmklasn", "pervoklas")


def _remark(scan: _Scan, words: _Words, index: int) -> None:
    hint = words.hint[index]
    token = words.tokens[index]
    if token.folded.startswith(_FIRST_GRADERS) and scan.current is not None:
        if scan.current.years is None:
            began = words.today.year - (words.today.month < 9)
            born = began - _SCHOOL_AGE
            scan.current.years, scan.current.certain = (born, born), False
        return
    if LANGUAGE.get(token) == "latvian":
        _read_latvian(scan, words, index)
        return
    current = scan.current
    if current is None or scan.subject != "child":
        if scan.subject == "children" and hint in ("school", "kinder"):
            _read_stage(scan, words, index, hint)
        return
    if hint == "grown" or stays_behind(words.tokens, index):
        current.gone = True
    elif hint in ("school", "grade"):
        _read_school(scan, words, index, current)
    elif hint == "kinder":
        _read_stage(scan, words, index, hint)


def _read_school(scan: _Scan, words: _Words, index: int, child: _Child) -> None:
    """ "nakamgad japiet skola 1 klase": grade 1 on a coming 1 September."""
    hints = words.hints_in_clause(index)
    first = words.hint[index] == "grade" and _says_first(words, index)
    begins = "start" in hints or "started" in hints
    if words.hint[index] == "grade" and not first:
        _read_stage(scan, words, index, "school")
        return
    if not (first or begins) or child.years is not None:
        _read_stage(scan, words, index, "school")
        return
    today = words.today
    coming = today.year if today.month < 9 else today.year + 1
    if "started" in hints and "start" not in hints:
        coming -= 1
    else:
        spans = [s for s in words.spans_in_clause(index) if s.ahead is not None]
        told = spans[0].ahead if spans else None
        if told is not None and told[0] is not None:
            coming = told[0] // 12 if told[0] % 12 < 11 else told[0] // 12 + 1
        elif not first and not spans and not _plainly_starts(words, index):
            return
    child.years, child.certain = (coming - _SCHOOL_AGE, coming - _SCHOOL_AGE), False


def _says_first(words: _Words, index: int) -> bool:
    for at in (index - 1, index + 1):
        if 0 <= at < len(words.tokens):
            number = words.number[at]
            if number is not None and number[0] == 1:
                return True
    return False


_STARTS = ("sak", "jasak", "jaiet", "japiet", "uzsak", "pojdet", "start", "begin", "pora", "jalaiz")


def _plainly_starts(words: _Words, index: int) -> bool:
    """Without a time, only "must start school" counts, not "goes to school"."""
    near = range(max(0, index - 6), min(len(words.tokens), index + 7))
    return any(
        words.same_clause(index, at) and words.tokens[at].folded.startswith(_STARTS) for at in near
    )


def _read_stage(scan: _Scan, words: _Words, index: int, what: str) -> None:
    """Where a child is now: only plain statements ("iet dārziņā", "учится в школе")."""
    hints = words.hints_in_clause(index)
    spoken = [words.tokens[at].folded for at in words.around(index)]
    if not ("goes" in hints or "iet" in spoken) or any(
        w.startswith(("neiet", "jaiet", "japiet")) for w in spoken
    ):
        return
    if {"ne", "not", "dont", "doesnt", "vajag", "vajadzes", "nado", "nuzen", "need", "kak", "ka",
        "how", "jasak"} & set(spoken):  # fmt: skip
        return
    stage: Stage = "kindergarten" if what == "kinder" else "school"
    if scan.subject == "child" and scan.current is not None:
        scan.current.stage = scan.current.stage or stage
    elif scan.subject == "children":
        for child in scan.children:
            child.stage = child.stage or stage


def _read_latvian(scan: _Scan, words: _Words, index: int) -> None:
    """How much Latvian: verbs of the sentence that stand nearest to "Latvian"."""
    scan.tongues += 1
    if scan.subject == "adult" or scan.tongues > _MOST_TONGUES:
        return
    sentence = words.sentence[index]
    low, high = index, index + 1
    while low > max(0, index - _WINDOW) and words.sentence[low - 1] == sentence:
        low -= 1
    while high < min(len(words.tokens), index + _WINDOW) and words.sentence[high] == sentence:
        high += 1
    kinds = {at: LANGUAGE.get(words.tokens[at]) for at in range(low, high)}
    tongues = [at for at, kind in kinds.items() if kind in ("latvian", "other")]
    said: set[str] = set()
    denied: set[str] = set()
    for at, kind in kinds.items():
        if kind is None or abs(at - index) > _LANGUAGE_WINDOW:
            continue
        nearest = min(tongues, key=lambda other: (abs(other - at), other))
        if kind in ("understand", "speak", "write"):
            if kinds[nearest] != "latvian":
                continue
            negative = any(kinds.get(at - step) == "not" for step in (1, 2))
            weak = any(kinds.get(at + step) == "weak" for step in (-2, -1, 1, 2))
            kind = "understand" if weak and kind == "speak" else kind
            (denied if negative else said).add(kind)
        elif kind in ("nounderstand", "nospeak", "nowrite") and kinds[nearest] == "latvian":
            denied.add(kind[2:])
        elif kind == "zero" and abs(at - index) <= 5 or kind == "not" and at in (index - 1,):
            denied.add("zero")
    level: Latvian = ""
    if "write" in said:
        level = "writes"
    elif "speak" in said:
        level = "speaks"
    elif "understand" in said:
        level = "understands"
    elif denied:
        level = "none"
    if not level:
        return
    everyone = scan.subject == "children" or any(
        words.person[at] is not None and words.person[at][0] in ("they", "children")  # type: ignore[index]
        for at in range(low, high)
    )
    if everyone or (scan.current is None and scan.children):
        for child in scan.children:
            child.latvian = child.latvian or level
        scan.plural = True
    elif scan.current is not None:
        scan.current.latvian = level


# -- what it comes to --------------------------------------------------------------------


def _finish(scan: _Scan, answering: bool) -> tuple[ChildFound, ...] | None:
    if answering and scan.count == 0 and not scan.children:
        return ()
    gone = sum(1 for child in scan.children if child.gone)
    children = _merged([child for child in scan.children if not child.gone])
    expected = (scan.count or 0) - gone
    level: Latvian = ""
    levels = {child.latvian for child in children if child.latvian}
    if scan.plural and len(levels) == 1:
        level = levels.pop()
    while len(children) < min(expected, _MOST_CHILDREN):
        children.append(_Child(latvian=level))
    if not children:
        return None
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


def _other_rank(children: list[_Child]) -> None:
    one, other = children
    for known, unknown in ((one, other), (other, one)):
        if known.rank in ("eldest", "youngest") and not unknown.rank and unknown.years is None:
            unknown.rank = "youngest" if known.rank == "eldest" else "eldest"


def _merged(children: list[_Child]) -> list[_Child]:
    """Ranked children without a year are those of the group with one ("mazajam" is 2022)."""
    dated = [child for child in children if child.years is not None and not child.rank]
    kept: list[_Child] = []
    for child in children:
        if child.rank and child.years is None and len(dated) > 1:
            by_age = sorted(dated, key=lambda other: other.years or (0, 0))
            same = {"eldest": by_age[0], "youngest": by_age[-1]}.get(
                child.rank, by_age[len(by_age) // 2]
            )
            same.latvian = child.latvian or same.latvian
            same.stage = child.stage or same.stage
            continue
        kept.append(child)
    ranked = [child for child in kept if child.rank]
    if len(kept) == len(ranked) + 1 and ranked:
        # "dēlam 7 ... vecākais": a son without rank next to his own rank is kept apart.
        return kept
    return kept
