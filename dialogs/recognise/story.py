"""A whole story read at once: everything it already says, so that less has to be asked."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

from dialogs.programme.rules import RuleBook, load_rules
from dialogs.recognise.atlas import Atlas, load_atlas
from dialogs.recognise.circumstances import circumstances
from dialogs.recognise.clauses import cut
from dialogs.recognise.countries import read_country
from dialogs.recognise.fold import Token
from dialogs.recognise.gazetteer import Gazetteer, load_gazetteer
from dialogs.recognise.glance import Glance, glance
from dialogs.recognise.lexicon import Lexicon, load_lexicon
from dialogs.recognise.marks import Marks, mark
from dialogs.recognise.needs import infer_needs, read_needs
from dialogs.recognise.people import household_in
from dialogs.recognise.places import read_both_places
from dialogs.recognise.questions import read_questions
from dialogs.recognise.reading import (
    CountryFound,
    NeedFound,
    PlaceReading,
    Understanding,
    WhenReading,
)
from dialogs.recognise.when_spans import time_spans
from dialogs.recognise.when_story import when_in

INFERRED_WEIGHT = 0.0
"""Weight of needs that only follow from circumstances: behind every stated one."""
_NEAR = 4


Built = TypeVar("Built")


class RecogniserData:
    """What recognition looks things up in, each part built when it is first asked for."""

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places of Latvia."""
        return _built(load_gazetteer)

    @cached_property
    def countries(self) -> Atlas:
        """Countries, and cities abroad."""
        return _built(load_atlas)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The word lists of needs, danger and sensitive things."""
        return _built(load_lexicon)

    @cached_property
    def rules(self) -> RuleBook:
        """The programme's rules."""
        return load_rules()

    def build(self) -> RecogniserData:
        """Build all parts now, as before the first message is answered; about half a second."""
        for part in ("gazetteer", "countries", "lexicon", "rules"):
            getattr(self, part)
        return self


def _built(load: Callable[[], Built]) -> Built:
    # All of it stays: looking for garbage meanwhile would take a third of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return load()
    finally:
        if collecting:
            gc.enable()


def load_recogniser() -> RecogniserData:
    """Read all of the shipped data; costs about half a second, so the caller keeps it."""
    return RecogniserData().build()


def understand(text: str | Marks, today: date, data: RecogniserData) -> Understanding:
    """Everything a story says, read in one go. Never raises, whatever the text.

    ``text`` is the whole story, its messages joined by line ends, or its marks where they were
    made already; ``today`` the day in Latvia. All of it is a proposal: the family confirms it.
    """
    marks = mark(text, data.lexicon) if isinstance(text, str) else text
    words = marks.tokens
    seen = glance(words)
    place, home = read_both_places(words, data.gazetteer)
    country = read_country(marks.text, data.countries, words)
    place, home = _apart_from(place, country), _apart_from(home, country)
    spans = time_spans(words, today, seen=seen)
    cuts = cut(words)
    latvian = [found.span for reading in (place, home) for found in reading.places]
    when = when_in(words, today, latvian=latvian, spans=spans, cuts=cuts, seen=seen)
    status = _status(words, seen, country, home, when)
    read = Understanding(
        status=status,
        country=country,
        home=home,
        place=place,
        when=when,
        household=household_in(words, marks.text, today, spans=spans, cuts=cuts, seen=seen),
        needs=read_needs(marks, data.lexicon),
        questions=read_questions(marks, data.lexicon),
        language=marks.language,
    )
    return _with_inferred(read, today, data)


def _apart_from(reading: PlaceReading, country: CountryFound | None) -> PlaceReading:
    """Without the place whose name was read as that of a country: "in Malta for 4 years"."""
    if country is None or not country.sure or not reading.places:
        return reading
    low, high = country.span.start, country.span.end
    left = tuple(one for one in reading.places if not low <= one.span.start < high)
    return reading if len(left) == len(reading.places) else PlaceReading(left, reading.undecided)


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


_PAST_LIFE = frozenset(("agrak", "ranse", "kadreiz", "used", "before", "byusu"))


def _status(
    words: Sequence[Token],
    seen: Glance,
    country: CountryFound | None,
    home: PlaceReading,
    when: WhenReading | None,
) -> Literal["abroad", "domestic", "back", ""]:
    """Where the family is now, as far as it says so."""
    if when is not None and when.status == "already_back":
        return "back"
    if seen.at_home:
        return "domestic"
    if country is not None and country.code != "LV":
        return "abroad"
    if country is not None or _lives_at(words, seen, home):
        return "domestic"
    return ""


def _lives_at(words: Sequence[Token], seen: Glance, home: PlaceReading) -> bool:
    """ "dzīvojam Rīgā", "живём в Риге": a living verb a few words before the place."""
    if not seen.living:
        return False
    at_start = {token.start: at for at, token in enumerate(words)}
    for found in home.places:
        at = at_start[found.span.start]
        before = range(max(0, at - _NEAR), at)
        if any(place in seen.living for place in before) and not any(
            words[place].folded in _PAST_LIFE for place in before
        ):
            return True
    return False


__all__ = ["INFERRED_WEIGHT", "RecogniserData", "load_recogniser", "understand"]
