"""A whole story read at once: everything it already says, so that less has to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from dialogs.programme.rules import RuleBook, load_rules
from dialogs.recognise.atlas import Atlas, load_atlas
from dialogs.recognise.circumstances import circumstances
from dialogs.recognise.clauses import cut
from dialogs.recognise.countries import read_country
from dialogs.recognise.fold import Token
from dialogs.recognise.gazetteer import Gazetteer, load_gazetteer
from dialogs.recognise.language import read_language
from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.marks import mark
from dialogs.recognise.needs import infer_needs, read_needs
from dialogs.recognise.people import household_in
from dialogs.recognise.places import read_home, read_places
from dialogs.recognise.questions import read_questions
from dialogs.recognise.reading import (
    CountryFound,
    NeedFound,
    PlaceReading,
    Understanding,
    WhenReading,
)
from dialogs.recognise.vocabulary import Phrases, Vocabulary
from dialogs.recognise.when import when_in
from dialogs.recognise.when_spans import time_spans

INFERRED_WEIGHT = 0.0
"""Weight of needs that only follow from circumstances: behind every stated one."""
_NEAR = 4


class RecogniserData(Struct, frozen=True):
    """What recognition looks things up in."""

    gazetteer: Gazetteer
    countries: Atlas
    lexicon: Lexicon
    rules: RuleBook


def load_recogniser() -> RecogniserData:
    """Read the shipped data; costs about a second, so the caller keeps it."""
    return RecogniserData(load_gazetteer(), load_atlas(), load_lexicon(), load_rules())


def understand(text: str, today: date, data: RecogniserData) -> Understanding:
    """Everything a story says, read in one go. Never raises, whatever the text.

    ``text`` is the whole story, its messages joined by line ends; ``today`` the day in Latvia.
    All of it is a proposal: the family confirms it.
    """
    marks = mark(text, data.lexicon)
    words = marks.tokens
    place = read_places(text, data.gazetteer, words)
    home = read_home(text, data.gazetteer, words)
    country = read_country(text, data.countries, words)
    spans = time_spans(words, today)
    cuts = cut(words)
    latvian = [found.span for reading in (place, home) for found in reading.places]
    when = when_in(words, today, latvian=latvian, spans=spans, cuts=cuts)
    status = _status(words, country, home, when)
    read = Understanding(
        status=status,
        country=country,
        home=home,
        place=place,
        when=when,
        household=household_in(words, text, today, spans, cuts),
        needs=read_needs(marks, data.lexicon),
        questions=read_questions(marks, data.lexicon),
        language=read_language(text),
    )
    return _with_inferred(read, today, data)


def _with_inferred(read: Understanding, today: date, data: RecogniserData) -> Understanding:
    stated = {need.id for need in read.needs}
    facts = circumstances(read, today, data.rules.on(today).eu)
    inferred = tuple(
        NeedFound(need, "", False, INFERRED_WEIGHT)
        for need in infer_needs(facts, data.lexicon)
        if need not in stated
    )
    return Understanding(
        read.status, read.country, read.home, read.place, read.when, read.household,
        read.needs + inferred, read.questions, read.language,
    )  # fmt: skip


_NOT_ABROAD: Phrases[bool] = Phrases(
    [
        (
            True,
            (
                "nedzīvojam ārzemēs, nedzīvoju ārzemēs, neesam ārzemēs, neesmu ārzemēs, nav"
                " ārzemēs,"
                "dzīvojam latvijā, dzīvoju latvijā, esam latvijā bet, tepat latvijā, citā reģionā,"
                "не за границей, живем в латвии, живём в латвии, живу в латвии, живем в другом"
                " регионе,"
                "not abroad, live in latvia, living in latvia, zivem v latvii, zhivem v latvii,"
                "dzeivojam latvejā"
            ),
        )
    ]
)
_LIVING: Vocabulary[bool] = Vocabulary(
    [
        (
            True,
            (
                "dzīvojam dzīvoju dzeivojam dzeivoju mītam živem zhivem zhivu живем живём живу"
                " проживаем проживаю live living based"
            ),
        )
    ]
)
_PAST_LIFE = frozenset(("agrak", "ranse", "kadreiz", "used", "before", "byusu"))


def _status(
    words: Sequence[Token],
    country: CountryFound | None,
    home: PlaceReading,
    when: WhenReading | None,
) -> Literal["abroad", "domestic", "back", ""]:
    """Where the family is now, as far as it says so."""
    if when is not None and when.status == "already_back":
        return "back"
    if _NOT_ABROAD.find(words):
        return "domestic"
    if country is not None and country.code != "LV":
        return "abroad"
    if country is not None or _lives_at(words, home):
        return "domestic"
    return ""


def _lives_at(words: Sequence[Token], home: PlaceReading) -> bool:
    """ "dzīvojam Rīgā", "живём в Риге": a living verb a few words before the place."""
    for found in home.places:
        for at, token in enumerate(words):
            if token.start != found.span.start:
                continue
            before = words[max(0, at - _NEAR) : at]
            if any(_LIVING.get(word) for word in before) and not any(
                word.folded in _PAST_LIFE for word in before
            ):
                return True
    return False


__all__ = ["INFERRED_WEIGHT", "RecogniserData", "load_recogniser", "understand"]
