"""Who will move: adults and children in a story or in a direct answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dialogs.recognise.adults import adults_in
from dialogs.recognise.children import OLDEST, children_in
from dialogs.recognise.clauses import Cuts, cut
from dialogs.recognise.fold import Token, tokens
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.numbers import number_at, read_numbers
from dialogs.recognise.reading import ChildFound, HouseholdReading
from dialogs.recognise.vocabulary import Phrases, Vocabulary
from dialogs.recognise.when_marks import TimeSpan

__all__ = ["answer_adults", "answer_children", "answer_year", "read_household"]

_NONE_ANSWERS: Vocabulary[bool] = Vocabulary(
    [(True, ("nav nē nekādu neviena neviens nulle bez"
      " без нет нету ноль никого не no none nope zero nobody"
      " net ništo 0"))]
)  # fmt: skip
_ANSWER_WORDS = 60
_MOST_ADULTS = 12
_FEW = 4


def read_household(text: str, today: date) -> HouseholdReading:
    """Adults and children who will move, as a story tells them."""
    return household_in(tokens(text), text, today)


def household_in(
    words: Sequence[Token],
    text: str,
    today: date,
    *,
    spans: Sequence[TimeSpan] | None = None,
    cuts: Cuts | None = None,
    seen: Glance | None = None,
) -> HouseholdReading:
    """As :func:`read_household`, for a text cut into words of which much may be known already."""
    cuts = cut(words) if cuts is None else cuts
    seen = glance(words) if seen is None else seen
    children = children_in(words, today, spans=spans, cuts=cuts, seen=seen)
    count = None if children is None else len(children)
    adults, people = adults_in(words, text, cuts, count, seen)
    return HouseholdReading(adults, children, people)


def answer_children(text: str, today: date) -> tuple[ChildFound, ...] | None:
    """The children in a direct answer: () for none, None where nothing is understood.

    Takes birth years ("2012 2015 2020"), ages ("5 un 7", "9 mēneši"), a bare count ("2", "divi")
    and words ("meitai 15"). A single figure up to 6 without a word is a count.
    """
    words = tokens(text)[:_ANSWER_WORDS]
    if not words:
        return None
    figures = any(word.script == "digit" and word.folded != "0" for word in words)
    unsure = any(word.folded.startswith(_UNSURE) for word in words)
    if len(words) <= _FEW and _NONE_ANSWERS.get(words[0]) and not figures and not unsure:
        return ()
    found = children_in(words, today, answering=True)
    if found is not None:
        return found
    # "no, just my husband and me"
    if figures or len(words) < 2 or not _NONE_ANSWERS.get(words[0]):
        return None
    parted = "," in words[1].before or words[1].folded in ("un", "i", "and")
    return () if _NO_MORE.get(words[1]) or (parted and not unsure) else None


_UNSURE = ("zin", "znaj", "znae", "know", "sure", "skaidr", "idea", "pon")
"""Words of one who does not know, rather than has none."""
_NO_MORE: Vocabulary[bool] = Vocabulary(
    [(True, "tikai mēs esam just only we me us только мы я вдвоём вдвоем едем divatā bērnu детей")]
)


def answer_year(text: str, today: date) -> tuple[int, int] | None:
    """One child's possible birth years, inclusive, from a year or an age; None if neither.

    "2019", "19. gads", "dzimis 2019", "7", "7 gadi", "7 лет", "8 mēneši".
    """
    words = tokens(text)[:_ANSWER_WORDS]
    if not words:
        return None
    for token in words:
        if token.script == "digit" and len(token.folded) == 4:
            year = int(token.folded)
            return (year, year) if today.year - OLDEST - 1 <= year <= today.year else None
    short = _short_year(text, words, today)
    if short is not None:
        return short, short
    found = children_in(words, today, answering=True)
    if found is not None and len(found) == 1 and found[0].years is not None:
        return found[0].years
    numbers = [number for number in read_numbers(text) if number.kind != "group"]
    if len(numbers) != 1:
        return None
    value = numbers[0].value
    if value <= OLDEST:
        return today.year - value - 1, today.year - value
    return None


def _short_year(text: str, words: Sequence[Token], today: date) -> int | None:
    """ "'19" and "19. gadā" as 2019."""
    for at, token in enumerate(words):
        if token.script != "digit" or len(token.folded) != 2:
            continue
        apostrophe = token.start > 0 and text[token.start - 1] in "'’"
        following = words[at + 1] if at + 1 < len(words) else None
        ranked = (
            following is not None
            and following.before.startswith(".")
            and (following.folded in ("gads", "gada", "god", "goda", "dzimis", "dzimusi"))
        )
        if apostrophe or ranked:
            year = 2000 + int(token.folded)
            return year if today.year - OLDEST - 1 <= year <= today.year else None
    return None


_SINGLE: Phrases[bool] = Phrases(
    [(True, ("одинокая, одинокий, мать одиночка, single, on my own, by myself, viena pati,"
      " vientuļā māte, viena māte, vientuļais tēvs, одна воспитываю, audzinu viena"))]
)  # fmt: skip
_PARTNERS: Vocabulary[bool] = Vocabulary(
    [(True, ("vīrs vīru vīram sieva sievu sievai partneris partneri partnere draugs"
      " draugu draudzene"
      " draudzeni dzīvesbiedr* laulāt* муж мужем мужа жена женой жену супруг* партнер*"
      " парень парнем"
      " девушка девушкой husband wife partner spouse boyfriend girlfriend fiance fiancee"))]
)  # fmt: skip
_OTHER_ADULTS: Vocabulary[bool] = Vocabulary(
    [(True, ("mamma mammu mammai māte tētis tētim tēti tēvs vecmāmiņa vecmamma ome opis"
      " vecaistēvs vīramāte"
      " sievasmāte brālis māsa"
      " мама мамой маму мать папа папой отец бабушка бабушкой дедушка теща тёща"
      " свекровь брат сестра"
      " mum mom mother dad father grandma grandmother grandad brother sister"))]
)  # fmt: skip
"""Relatives named behind the couple: "мы с мужем и мама"."""
_ALONE: Phrases[int] = Phrases(
    [
        (1, ("viens, viena, es viens, es viena, tikai es, один, одна, только я, just me, only me,"
         "me,"
         "alone, myself, es pats, es pati, es")),
        (2, ("divatā, abi, вдвоем, вдвоём, both, both of us, mēs abi, mēs divi, ar vīru, ar sievu,"
         "с мужем, с женой, me and my, es un vīrs, es un sieva, я и муж, я и жена, couple, pāris,"
         "муж и я, жена и я, vīrs un es, sieva un es, husband and i, husband and me, wife and i,"
         "wife and me, partner and i, partner and me, i and my, with my husband, with my wife,"
         "with my partner, ar partneri, ar draugu, ar draudzeni, с партнером, с парнем, с супругом,"
         "с супругой, я и супруг, ar dzīvesbiedru, a pair, пара, the two of us, я и партнер")),
    ]
)  # fmt: skip


def answer_adults(text: str) -> int | None:
    """How many adults a direct answer names (1 to 12), or None."""
    words = tokens(text)[:_ANSWER_WORDS]
    if not words:
        return None
    if len(words) > 1 and all(word.script == "digit" for word in words):
        return None  # "1 2 3": which one is not said
    for index in range(len(words)):
        number = number_at(words, index)
        if number is not None and 0 < number[0] <= _MOST_ADULTS:
            return number[0] + (_others(words[index + 1 :]) if number[1] == "group" else 0)
    alone = _ALONE.find(words)
    if _SINGLE.find(words):
        return 1
    named = _others(words)
    partner = any(_PARTNERS.get(word) is not None for word in words)
    if named or partner:
        return 1 + partner + named  # whoever writes, the partner, and others named
    return max(meaning for _, _, meaning in alone) if alone else None


def _others(words: Sequence[Token]) -> int:
    return sum(_OTHER_ADULTS.get(word) is not None for word in words)


def names_somebody(text: str) -> bool:
    """Whether a text of few words only names somebody of the family: "sievai", "for my husband"."""
    words = tokens(text)
    known = [_PARTNERS.get(word) or _OTHER_ADULTS.get(word) or _KIN.get(word) for word in words]
    return len(words) <= _FEW_NAMED and any(known) and not any(map(_NONE_ANSWERS.get, words))


_FEW_NAMED = 3
_KIN: Vocabulary[bool] = Vocabulary(
    [(True, ("vecāki vecākiem vecākajam vecākajai jaunākajam jaunākajai dēlam meitai bērnam bērniem"
      " abiem visiem man mums мне нам сыну дочке дочери детям мужу маме жене старшему старшей"
      " младшему младшей обоим всем родители parents son daughter kids eldest youngest"
      " me us both"))]
)  # fmt: skip
