"""What follows from what was read: facts from which needs are inferred, never told as said.

The names are those under ``follows_from`` in ``needs.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dialogs.recognise.fold import tokens
from dialogs.recognise.reading import ChildFound, Understanding
from dialogs.recognise.vocabulary import Vocabulary
from dialogs.recognise.when_marks import month_number

SOON_MONTHS = 3
"""A move within about 90 days is urgent (the programme's flag "urgent_move")."""
YOUNG = range(18, 26)
"""Ages the programme counts as youth; it names no limits, so this is a working figure."""

# Professions that may be followed only after recognition (Law on Regulated Professions):
# medicine, care, teaching, law, construction engineering.
_REGULATED: Vocabulary[bool] = Vocabulary(
    [
        (
            True,
            (
                "ārst* zobārst* medmās* māsa māsiņ* vecmāt* feldšer* fizioterapeit* farmaceit*"
                " skolotāj* pedagog* audzinātāj* logopēd* psiholog* veterinār* advokāt*"
                " būvinženier*"
                " врач* медсестр* медбрат* стоматолог* фельдшер* физиотерапевт* фармацевт* учител*"
                " воспитател* педагог* логопед* психолог* ветеринар* доктор* doctor nurse midwife"
                " dentist paramedic physiotherapist pharmacist teacher* psychologist vet medsestra"
                " uchitel*"
            ),
        )
    ]
)


def circumstances(read: Understanding, today: date, eu: frozenset[str]) -> frozenset[str]:
    """The facts that follow from a reading, by their names in ``needs.yaml``.

    ``eu`` holds the codes of the member states of the European Union.
    """
    facts: set[str] = set()
    country = read.country.code if read.country is not None and read.country.sure else ""
    abroad = bool(country) and country != "LV" and read.status in ("abroad", "")
    if abroad:
        facts.add("abroad")
        if country not in eu:
            facts.add("outside_eu_host")
    if read.status == "back":
        facts.add("already_back")
    when = read.when
    if when is not None and when.status in ("asap", "planned") and read.status != "back":
        limit = month_number(today) + SOON_MONTHS
        start = _month(when.start) or _month(when.end)
        if when.status == "asap" or (start is not None and start <= limit):
            facts.add("move_within_90_days")
    if len(read.place.places) > 1 or read.place.undecided:
        facts.add("undecided_region")
    facts.update(_of_adults(read))
    for child in read.household.children or ():
        facts.update(_of_child(child, today, abroad))
    return frozenset(facts)


def _month(text: str | None) -> int | None:
    return None if text is None else int(text[:4]) * 12 + int(text[5:7]) - 1


def _of_adults(read: Understanding) -> Iterator[str]:
    for person in read.household.people:
        if person.trade or person.plan == "job":
            yield "writer_works" if person.who == "writer" else "partner_works"
        if person.plan == "remote":
            yield "works_remotely"
        if person.plan == "business":
            yield "plans_business"
        if any(_REGULATED.get(token) for token in tokens(person.trade)):
            yield "regulated_trade"
        if person.age in YOUNG and not read.household.children:
            yield "young_adult"


def _of_child(child: ChildFound, today: date, abroad: bool) -> Iterator[str]:
    """School dates by Latvian law: preparation from the year a child turns five, grade 1 seven."""
    if child.years is None:
        return
    low, high = child.years
    coming = today.year + (today >= date(today.year, 9, 1))
    if low + 7 <= coming + 1 and high + 7 >= coming:
        yield "near_school_start"
    started = coming - 1
    if low + 7 <= started:
        yield "school_child"
        if abroad:
            yield "school_child_abroad"
    elif low + 5 <= started:
        yield "preschool_child"
    if high + 5 > started:
        yield "small_child"
    if low <= today.year - 14:
        yield "teenager"
