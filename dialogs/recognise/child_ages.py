"""Ages and birth years of children: "5 un 7", "2016 dzimis", "janvārī būs 5"."""

from __future__ import annotations

from dialogs.recognise.child_age_words import AGES, age_in_one_word, half_age, may_be_age
from dialogs.recognise.child_scan import (
    OLDEST,
    Child,
    Scan,
    Words,
    child_named,
    expected,
)
from dialogs.recognise.when_marks import written_date
from dialogs.recognise.when_words import MARKS


def read_value(scan: Scan, words: Words, index: int, answering: bool) -> int:
    """An age or a birth year that begins here, given to the child spoken of."""
    one = words.tokens[index].folded in ONE_YEAR
    if words.number[index] is None and not one and not may_be_age(words.tokens[index]):
        return index
    if not scan.subject and not answering and not _may_tell(words, index):
        return index
    if (answering and _enumerates(words, index)) or _ends_of_range(words, index):
        return index + 1
    if words.hint[index] == "age" and words.number[index] is None:
        return _one_year(scan, words, index)
    dated = _birth_date(scan, words, index, answering)
    if dated != index:
        return dated
    after_noun = _age_before_noun(scan, words, index)
    if after_noun != index:
        return after_noun
    compound = age_in_one_word(words, index)
    if compound is not None:
        named = words.tokens[index].folded
        if scan.current is not None and not scan.current.certain and "gadni" in named:
            scan.current = None  # "pirmklasnieks un trīsgadnieks"
        born = words.today.year - compound
        _give(scan, words, index, (born - 1, born))
        return index + 1
    half = half_age(words, index, scan.subject)
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
    meant = MARKS.get(words.tokens[after]) if after < len(words.tokens) else None
    if meant is not None and meant[0][0] == "month":
        return after  # "2012. gada 3. maijā"
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


ONE_YEAR = ("gads", "gadins", "godik")


def _one_year(scan: Scan, words: Words, index: int) -> int:
    """ "mazajam gads", "bērniņam tikko gadiņš": one year, without a number."""
    child = scan.current
    at = index - 1
    while (at >= 0 and words.hint[at] in ("is", "almost")) or (
        at >= 0 and words.tokens[at].folded in _ONE_AGO
    ):
        at -= 1
    person = words.person[at] if at >= 0 and words.same_clause(at, index) else None
    if child is None or child.years is not None or person is None or person[0] == "adult":
        return index
    child.years, child.certain = _born(words, 1), True
    return index + 1


_ONE_AGO = frozenset(("tikko", "jau", "uze", "tolko", "cto", "nesen", "ir", "apals", "vesels"))
_FROM, _TO = frozenset(("no", "from", "ot", "nu")), frozenset(("lidz", "do", "to", "leidz"))


def _ends_of_range(words: Words, index: int) -> bool:
    """Whether a figure is an end of "vecumā no 3 līdz 12", which is no child's age."""
    tokens = words.tokens
    folded = [token.folded for token in tokens[max(0, index - 3) : index + 2]]
    at = min(index, 3)
    if words.number[index] is None or tokens[index].script != "digit":
        return False
    if at and folded[at - 1] in _FROM:
        return at + 1 < len(folded) and folded[at + 1] in _TO
    return at > 2 and folded[at - 1] in _TO and folded[at - 3] in _FROM


def _enumerates(words: Words, index: int) -> bool:
    """Whether a figure only numbers a list that begins with one: "1) 2011 2) 2014"."""
    tokens = words.tokens
    if len(tokens) < 3 or tokens[0].folded != "1" or index + 1 >= len(tokens):
        return False
    sign = tokens[1].before[:1]
    year = len(tokens[1].folded) == _YEAR_DIGITS or tokens[1].script != "digit"
    if sign not in (")", ".") or "(" in tokens[0].before or not year or words.hint[1] == "grade":
        return False
    following = tokens[index + 1]
    return tokens[index].script == "digit" and following.before in (sign, sign + " ")


def _may_tell(words: Words, index: int) -> bool:
    """Whether a figure tells of a child that was not named yet: a year of birth, a date, or an
    age before its noun ("a 6 year old daughter", "5-летний сын")."""
    token = words.tokens[index]
    if token.script != "digit" or len(token.folded) == _YEAR_DIGITS:
        return True
    after = index + 1
    return after < len(words.tokens) and (
        words.hint[after] == "age" or AGES[words.tokens[after].folded] != 0
    )


_YEAR_DIGITS = 4


def _birth_date(scan: Scan, words: Words, index: int, answering: bool) -> int:
    """ "12.04.2015", "05.2017", "30.08.19": a birth year, if children are spoken of; else the
    date is passed over, for its day and month are no ages. The index after it."""
    if words.tokens[index].script != "digit":
        return index
    dated = written_date(words.tokens, index)
    if dated is None:
        return index
    kind, month, after = dated
    year = month // 12
    if kind == "daymonth":
        last = words.tokens[after] if after < len(words.tokens) else None
        if last is None or last.script != "digit" or last.before not in (".", "/", "-"):
            return after if answering or scan.subject else index
        year, after = _short(last.folded, words.today.year), after + 1
    if _is_birth_year(scan, words, index, year, answering):
        _give(scan, words, index, (year, year))
    return after


def _short(figures: str, this_year: int) -> int:
    """The year that two figures mean, not later than this year; 0 for other figures."""
    if len(figures) != 2:
        return 0
    year = this_year // 100 * 100 + int(figures)
    return year if year <= this_year else year - 100


def _age_before_noun(scan: Scan, words: Words, index: int) -> int:
    """ "sešgadīga meita", "a 6 year old daughter", "our 10 year old": index after it."""
    age = age_in_one_word(words, index)
    after = index + 1
    noun_needed = True
    number = words.number[index]
    if age is None and number is not None and number[1] == "count":
        after = number[2]
        old = after + 1
        if old >= len(words.tokens) or words.hint[after] != "age" or not _is_old(words, old):
            age = age_in_one_word(words, after) if after < len(words.tokens) else None
            after += 1
        else:
            age, after = number[0], old + 1
            before = words.tokens[index - 1].folded if index else ""
            noun_needed = before not in _OWN
            if before in ("a", "an") and (
                not words.same_clause(index, after) or _goes_on(words, index, after)
            ):
                noun_needed = False  # "an American wife and a 5 year old."
    if age is None or not 0 < age <= OLDEST:
        return index
    person = words.person[after] if after < len(words.tokens) else None
    if person is not None and person[0] == "child" and words.same_clause(index, after):
        scan.current, after = child_named(scan, person[1]), after + 1
    elif noun_needed:
        return index
    elif (
        known := next((one for one in scan.children if one.years == _born(words, age)), None)
    ) and words.tokens[index - 1].folded == "the":
        scan.current, scan.subject = known, "child"  # "4 and 9. The 9 year old ..."
        return after
    else:
        scan.current = Child()
        scan.children.append(scan.current)
    scan.subject = "child"
    _give(scan, words, index, _born(words, age))
    return after


def _goes_on(words: Words, index: int, after: int) -> bool:
    """ "with a 1 year old living near Leeds": no noun follows whose age it could be."""
    following = words.tokens[after].folded
    earlier = words.tokens[index - 2].folded if index > 1 else ""
    return earlier in _HAVING and (following.endswith("ing") or following in _NO_NOUN)


_HAVING = frozenset(("with", "and", "have", "got", "has", "ve"))
_NO_NOUN = frozenset(("in", "at", "who", "and", "so", "we", "but", "near", "from", "here", "now"))


def _born(words: Words, age: int) -> tuple[int, int]:
    """The years in which somebody of an age was born."""
    return words.today.year - age - 1, words.today.year - age


def _is_old(words: Words, at: int) -> bool:
    """Whether a word is "old" or "vecs", or the end of "y/o"."""
    token = words.tokens[at]
    return words.hint[at] == "old" or (token.folded == "o" and token.before == "/")


_OWN = frozenset(("our", "my", "with", "the"))


def _is_birth_year(scan: Scan, words: Words, index: int, value: int, answering: bool) -> bool:
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
    scan: Scan,
    words: Words,
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
    if same and value <= OLDEST and tokens[after].folded in ("g", "l") and not unit:
        unit = tokens[after].before in (" ", "")  # "15 g.", "8 л"
    beside = words.same_clause(index, index - 1)
    if beside and words.hint[index - 1] == "grade":
        return None, after
    if following in ("grade",) and same:
        return None, after
    if beside and tokens[index - 1].folded in (
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
    if _just_turned(words, index):
        return (year - value - (words.today.month <= _JUST), year - value), after
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


_JUST = 2
"""Months into a year in which a birthday "just" past may be of the year before."""
_TURNED = ("turned", "palika", "apritej", "paliko", "ispolnil", "stuknul")
_RECENTLY = (
    "just", "tikko", "nesen", "nedavn", "tolko", "recent", "dnjah", "dnah", "nupat", "vakar",
    "vcera", "yesterday", "nedela", "snedel",
)  # fmt: skip


def _just_turned(words: Words, index: int) -> bool:
    """ "tikko palika 10", "just turned 3", "недавно исполнилось 5"."""
    near = [
        words.tokens[at].folded for at in range(max(0, index - 3), index)
        if words.same_clause(index, at)
    ]  # fmt: skip
    return any(one.startswith(_TURNED) for one in near) and any(
        one.startswith(_RECENTLY) for one in near
    )


# Behind "8 years" these tell of a time away, not of an age.
_NO_AGE = frozenset(("ago", "atpakal", "nazad", "laika", "abroad", "arzemes", "za"))


def _person_before(words: Words, index: int) -> bool:
    """Whether somebody is named before a word in its clause."""
    return any(words.person[at] is not None for at in words.around(index) if at < index)


def _turning_year(words: Words, index: int) -> int | None:
    """The year in which a child will turn an age, from a month, season or year named."""
    for span in words.spans_in_clause(index):
        if span.ahead is not None and span.ahead[0] is not None:
            return span.ahead[0] // 12
    return None


def _bare_age(
    scan: Scan, words: Words, index: int, after: int, digits: bool, answering: bool
) -> bool:
    """Whether a figure without "years" is an age: right behind a child, or in a list of ages."""
    tokens = words.tokens
    value = words.number[index]
    if not digits and not answering:
        return False
    if not digits and (
        (value is not None and value[0] == 1)
        or (any(token.script == "digit" for token in tokens) and not _aged(words, index))
    ):
        return False
    if index and tokens[index - 1].folded in ("us", "we", "mes", "mums", "my", "nas", "nam"):
        return False  # "no children, just us two"
    if after < len(tokens) and words.same_clause(index, after):
        following = words.hint[after]
        word = tokens[after]
        glue = following in ("and", "is", "age", "old", "stay", "start", "goes") or (
            word.script == "digit" or words.person[after] is not None
        )
        glue = glue or word.before.startswith((",", ")", ".", ";", "/", " ("))
        turning = index > 0 and words.hint[index - 1] == "willbe"
        if (
            not glue
            and not turning
            and words.language.get(after) is None
            and not _ends_list(scan, words, index)
            and not (words.same_clause(index, index - 1) and _does(words, index, after))
        ):
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


def _ends_list(scan: Scan, words: Words, index: int) -> bool:
    """Whether a figure is the last of "kids 9 and 12 settle well"; "2 and 3 rooms" is no such."""
    tokens = words.tokens
    if scan.subject != "children" or index < 3 or tokens[index].script != "digit":
        return False
    if tokens[index - 1].folded not in _AND or tokens[index - 2].script != "digit":
        return False
    ages = [int(tokens[at].folded[:3]) for at in (index - 2, index)]
    named = words.person[index - 3]
    return max(ages) <= OLDEST and abs(ages[0] - ages[1]) > 1 and named is not None


_AND = frozenset(("and", "un", "i"))


def _does(words: Words, index: int, after: int) -> bool:
    """Whether one child stands before a figure and what it does or wants behind: "Son 17 wants"."""
    person = words.person[index - 1] if index else None
    one = person is not None and person[0] in ("child", "rank", "it")
    return one and words.tokens[after].folded.startswith(_DOING)


_DOING = (
    "want", "need", "goes", "will", "can", "speak", "love", "hope", "stud", "attend", "doesn", "is",
    "grib", "vajag", "vajadz", "iet", "ies", "mac", "runa", "saprot", "vel", "nerun", "negrib",
    "hoc", "hot", "nuz", "hod", "pojd", "uci", "govor", "ponim", "mect", "zakan", "konc",
)  # fmt: skip


def _aged(words: Words, index: int) -> bool:
    """Whether a list of ages stands behind "aged" or "в возрасте": "2 boys aged six and eleven"."""
    at = index - 1
    while at >= 0 and words.same_clause(at, index):
        if words.hint[at] == "old":
            return True
        if words.hint[at] not in ("and", "is") and words.number[at] is None:
            return False
        at -= 1
    return False


def _give(scan: Scan, words: Words, index: int, years: tuple[int, int]) -> None:
    """A child's birth years: to the child spoken of, or to another of the group."""
    if expected(words, index):
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
    scan.children.append(Child("any", "", years))
    scan.subject = scan.subject or "children"
