"""Numbers in words and figures: Latvian, Russian, English, Latgalian.

Counting words ("divi", "двух"), groups ("двое", "divatā", "both") and ranks ("otrais",
"второй", "2nd", "2.", "#2") are told apart, since "the second" is a choice and not a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from dialogs.recognise.fold import Token, tokens
from dialogs.recognise.reading import Span
from dialogs.recognise.vocabulary import Vocabulary

NumberKind = Literal["count", "group", "rank"]

_LARGEST_DIGITS = 9

_COUNT: dict[int, str] = {
    0: "nulle nulles ноль нуль нуля zero",
    1: "viens viena vienu vienam vienai vieni vienas vīns vīna vīnam один одна одно одного одной"
    " одну одному одним one odin odna odnogo odnoj",
    2: "divi divas divu diviem divām divus div divejis два две двух двум двумя two dva dve dvuh",
    3: "trīs triju trim trijiem trijām trijus treis три трех трем тремя three tri treh trjoh",
    4: "četri četras četru četriem četrām četrus четыре четырех четырем четырьмя four cetyre"
    " chetyre",
    5: "pieci piecas piecu pieciem piecām piecus pīci пять пяти пятью five pjat pyat",
    6: "seši sešas sešu sešiem sešām sešus шесть шести шестью six shest",
    7: "septiņi septiņas septiņu septiņiem septiņām septiņus septeni семь семи семью seven",
    8: "astoņi astoņas astoņu astoņiem astoņām astoņus ostoni восемь восьми восемью eight",
    9: "deviņi deviņas deviņu deviņiem deviņām deviņus deveni девять девяти девятью nine",
    10: "desmit desmitiem десять десяти десятью ten",
    11: "vienpadsmit vīnpadsmit одиннадцать одиннадцати eleven",
    12: "divpadsmit двенадцать двенадцати twelve",
    13: "trīspadsmit тринадцать тринадцати thirteen",
    14: "četrpadsmit четырнадцать четырнадцати fourteen",
    15: "piecpadsmit пятнадцать пятнадцати fifteen",
    16: "sešpadsmit шестнадцать шестнадцати sixteen",
    17: "septiņpadsmit семнадцать семнадцати seventeen",
    18: "astoņpadsmit восемнадцать восемнадцати eighteen",
    19: "deviņpadsmit девятнадцать девятнадцати nineteen",
    20: "divdesmit двадцать двадцати twenty",
    30: "trīsdesmit тридцать тридцати thirty",
    40: "četrdesmit сорок сорока forty",
    50: "piecdesmit пятьдесят пятидесяти fifty",
    60: "sešdesmit шестьдесят шестидесяти sixty",
    70: "septiņdesmit семьдесят семидесяти seventy",
    80: "astoņdesmit восемьдесят восьмидесяти eighty",
    90: "deviņdesmit девяносто ninety",
}
_GROUP: dict[int, str] = {
    2: "abi abas abiem abām abu оба обе обоим обоих обеим обеих двое двоих двоим вдвоем divatā both"
    " dvoe vdvoem",
    3: "trijatā трое троих троим втроем troe",
    4: "četratā четверо четверых четверым вчетвером",
    5: "piecatā пятеро пятерых пятерым впятером",
    6: "sešatā шестеро шестерых вшестером",
    7: "семеро семерых",
}
_RANK: dict[int, str] = {
    1: "pirmais pirmā pirmo pirmajam pirmajai pirmajā первый первая первое первого первому первой"
    " первую первом first 1st",
    2: "otrais otrā otro otram otrai otrajam otrajai otrajā второй вторая второе второго второму"
    " вторую втором second 2nd vtoroj vtoraja",
    3: "trešais trešā trešo trešajam trešajai trešajā третий третья третье третьего третьему третью"
    " третьем"
    " third tretij",
    4: "ceturtais ceturtā ceturto ceturtajam ceturtajai ceturtajā четвертый четвертая четвертое"
    " четвертого четвертому четвертую четвертом fourth",
    5: "piektais piektā piekto piektajam piektajai piektajā пятый пятая пятое пятого пятому пятую"
    " fifth",
    6: "sestais sestā sesto sestajam sestajai sestajā шестой шестая шестое шестого шестому шестую"
    " sixth",
    7: "septītais septītā septīto septītajam septītajai седьмой седьмая седьмое седьмого седьмому"
    " седьмую seventh",
    8: "astotais astotā astoto astotajam astotajai восьмой восьмая восьмое восьмого восьмому"
    " восьмую eighth",
    9: "devītais devītā devīto devītajam devītajai девятый девятая девятое девятого девятому"
    " девятую ninth",
    10: "desmitais desmitā desmito desmitajam десятый десятая десятое десятого десятую tenth",
    11: "vienpadsmitais vienpadsmitā одиннадцатый одиннадцатая eleventh",
    12: "divpadsmitais divpadsmitā divpadsmito двенадцатый двенадцатая двенадцатого twelfth",
}

NUMBERS: Vocabulary[tuple[int, NumberKind]] = Vocabulary(
    [((value, "count"), words) for value, words in _COUNT.items()]
    + [((value, "group"), words) for value, words in _GROUP.items()]
    + [((value, "rank"), words) for value, words in _RANK.items()]
)
# What follows a figure and makes it a rank: "2-й", "2nd", "2ой".
_RANK_ENDINGS = frozenset(
    [
        "j",
        "i",
        "oj",
        "aja",
        "uju",
        "go",
        "mu",
        "st",
        "nd",
        "rd",
        "th",
        "ais",
        "ajs",
        "ro",
    ]
)


class NumberFound(Struct, frozen=True):
    """A whole number from 0 up. ``kind`` tells a count, a group of people and a rank apart."""

    value: int
    kind: NumberKind
    span: Span


def number_at(words: Sequence[Token], index: int) -> tuple[int, NumberKind, int] | None:
    """The number that begins at ``words[index]``: value, kind, index after it; or None.

    Reads figures of up to nine digits, number words, tens with units ("divdesmit pieci").
    A dot after a figure is not seen here, for only the text shows it.
    """
    token = words[index]
    if token.script == "digit":
        if len(token.folded) > _LARGEST_DIGITS:
            return None
        after = index + 1
        ending = words[after] if after < len(words) else None
        if ending and ending.folded in _RANK_ENDINGS and ending.before in ("", "-", "‑", "–"):
            return int(token.folded), "rank", after + 1
        return int(token.folded), "count", after
    found = NUMBERS.get(token)
    if found is None:
        return None
    value, kind = found
    if kind == "count" and value >= 20 and index + 1 < len(words):
        unit = NUMBERS.get(words[index + 1])
        if unit is not None and 0 < unit[0] < 10 and words[index + 1].before in (" ", "-"):
            return value + unit[0], unit[1], index + 2
    return value, kind, index + 1


def numbers_in(words: Sequence[Token], text: str) -> tuple[NumberFound, ...]:
    """Every number of an already tokenised text, in order."""
    found: list[NumberFound] = []
    index = 0
    while index < len(words):
        number = number_at(words, index)
        if number is None:
            index += 1
            continue
        value, kind, after = number
        start, end = words[index].start, words[after - 1].end
        if kind == "count" and words[index].script == "digit":
            after_dot = text[end : end + 1] == "." and not text[end + 1 : end + 2].isdigit()
            # "2." is a rank where it stands alone or a word follows in small letters.
            rest = text[end + 1 :].lstrip()
            if after_dot and (not rest or rest[0].islower()):
                kind, end = "rank", end + 1
            if start > 0 and text[start - 1] in "#№":
                kind, start = "rank", start - 1
        found.append(NumberFound(value, kind, Span(start, end)))
        index = after
    return tuple(found)


def read_number(text: str) -> int | None:
    """The one number of a text, or None where there is none or more than one."""
    found = read_numbers(text)
    return found[0].value if len(found) == 1 else None


def read_numbers(text: str) -> tuple[NumberFound, ...]:
    """Every number of a text, in order, in words or figures.

    "divi bērni" gives 2 (count), "нас двое" 2 (group), "otrais", "2.", "#2" and "2nd" 2 (rank).
    Figures of more than nine digits are left out: they are codes, not numbers.
    """
    return numbers_in(tokens(text), text)


_THOUSAND = ("tukstos", "divtukstos", "tysac", "tysja", "thousand")


def read_spoken_year(text: str) -> int | None:
    """A year of this century said in words: "divtūkstoš piecpadsmitajā", "две тысячи пятом"."""
    words = tokens(text)
    at = next((i for i, word in enumerate(words) if word.folded.startswith(_THOUSAND)), None)
    if at is None:
        return None
    year, behind = 2000, words[at + 1 : at + 4]
    for word in behind:
        value = _spoken_part(word)
        if value is not None:
            year += value
    return year if 2000 < year < 2100 else None


def _spoken_part(word: Token) -> int | None:
    known = NUMBERS.get(word)
    if known is not None:
        return known[0]
    stems = [
        (len(stem), value)
        for value, forms in _COUNT.items() if value >= 10
        for stem in [_stem(form) for form in forms.split()] if word.folded.startswith(stem)
    ]  # fmt: skip
    return max(stems)[1] if stems else None


def _stem(form: str) -> str:
    folded = tokens(form)[0].folded
    return folded if folded.endswith("desmit") or folded.endswith("padsmit") else folded[:-1]
