"""What the programme concludes from an intake: flags, urgency, school positions, dates.

The flags are those of the programme's priority groups and of what coordinators must know before
they answer; each has its rule here and its sentence in ``card.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from dialogs.programme import school
from dialogs.programme.intake import Child, Intake, When
from dialogs.programme.needs import Need
from dialogs.programme.routing import Route
from dialogs.programme.rules import Rules
from dialogs.programme.workdays import due_after

Urgent = Literal["", "danger", "homeless", "out_of_school", "unclear"]

FLAGS = (
    "urgent_child_out_of_school",
    "urgent_move",
    "already_returned",
    "call_preferred_sensitive",
    "call_preferred",
    "family_with_school_children",
    "family_child_compulsory_preschool_age",
    "family_child_near_school_start",
    "deadline_grade1_registration",
    "long_lead_documents",
    "third_country_family_member",
    "foreign_partner",
    "outside_eu_host_country",
    "undecided_region",
    "domestic_reemigrant",
    "youth",
    "pieriga_area_info",
)
"""Every flag in the order of the card; the deadline carries its year, see ``kind_of_flag``."""

_DEADLINE = re.compile(r"deadline_grade1_registration_(\d{4})_spring")


class ChildPosition(Struct, frozen=True, omit_defaults=True):
    """A child of the intake with its school facts; all but ``child`` are None without birth year.

    ``now`` is the position in the school year that runs today, ``then`` on the first 1 September
    on or after the return; ``near`` says grade 1 begins on one of the next two 1 Septembers.
    ``pupil`` says the child is in Latvia and of school age already, so that ``now`` counts.
    """

    child: Child
    now: school.Position | None = None
    then: school.Position | None = None
    preschool_year: int = 0
    grade1_year: int = 0
    near: bool = False
    pupil: bool = False


class Assessment(Struct, frozen=True, omit_defaults=True):
    """The programme's conclusions.

    ``flags`` are in the order of ``FLAGS``; ``urgent`` is the alarm that opens the headline;
    ``september`` the year of the first 1 September on or after the return; ``due`` the day by
    which an answer is promised, if the case is received today; ``long_lead`` ids of needs whose
    papers take months; ``registrations`` years whose spring has a grade 1 registration that
    concerns the family; ``today`` and ``rules`` are what it was reckoned with.
    """

    flags: tuple[str, ...]
    urgent: Urgent
    children: tuple[ChildPosition, ...]
    september: int
    due: date
    long_lead: tuple[str, ...]
    registrations: tuple[int, ...]
    today: date
    rules: Rules


def kind_of_flag(flag: str) -> str:
    """The flag without its year: an entry of ``FLAGS``."""
    return "deadline_grade1_registration" if _DEADLINE.fullmatch(flag) else flag


def first_day(month: str) -> date:
    """The first day of "YYYY-MM"."""
    return date(int(month[:4]), int(month[5:7]), 1)


def returning_on(when: When | None, today: date) -> date:
    """The earliest day of the return as far as it was said, today where nothing was said.

    A family that is back, or wants to move at once, returns today.
    """
    if when is None or when.status != "planned" or not when.start:
        return today
    return max(first_day(when.start), today)


def moves_within(when: When | None, days: int, today: date) -> bool:
    """Whether the move is to happen within ``days`` days, or as soon as possible.

    The last month that was said counts, from its first day: "this winter" is urgent in
    November, "some time next year" is not.
    """
    if when is None or when.status not in ("asap", "planned"):
        return False
    if when.status == "asap":
        return True
    month = when.end or when.start
    return bool(month) and first_day(month) <= today + timedelta(days=days)


def _child(
    child: Child, september: int, today: date, rules: Rules, *, back: bool
) -> ChildPosition:
    born = child.birth_year
    if born is None:
        return ChildPosition(child)
    now = school.position(born, school.last_september(today), rules)
    return ChildPosition(
        child,
        now,
        school.position(born, september, rules),
        school.preschool_year(born, rules),
        school.grade1_year(born, rules),
        school.near_school_start(born, today, rules),
        back and now.kind == "grade",
    )


def _out_of_school(intake: Intake, children: tuple[ChildPosition, ...], rules: Rules) -> bool:
    if intake.alarm == "out_of_school":
        return True
    return _is_back(intake) and any(
        each.child.stage == "home"
        and each.now is not None
        and each.now.kind == "grade"
        and each.now.grade <= rules.compulsory_grades
        for each in children
    )


def _is_back(intake: Intake) -> bool:
    said = intake.when is not None and intake.when.status == "already_back"
    return intake.status == "back" or (said and intake.status != "domestic")


def _in_preparation_on_arrival(
    each: ChildPosition, arrival: date, today: date, rules: Rules
) -> bool:
    """Five or six this year, and not yet in grade 1 when the family arrives.

    School is over in June, so from then on the coming school year counts.
    """
    born = each.child.birth_year
    if born is None or not rules.preschool_age <= today.year - born < rules.grade1_age:
        return False
    coming = 6 <= arrival.month <= 8
    year = arrival.year if coming else school.last_september(arrival)
    return school.position(born, year, rules).kind == "preschool"


def assess(
    intake: Intake, route: Route, rules: Rules, today: date, needs: Mapping[str, Need]
) -> Assessment:
    """The programme's conclusions on ``today`` (Latvian calendar).

    ``needs`` are the programme's needs by id; a need of the intake that is not among them counts
    as an ordinary one.
    """
    arrival = returning_on(intake.when, today)
    september = school.first_september(arrival)
    back = _is_back(intake)
    children = tuple(
        _child(child, september, today, rules, back=back) for child in intake.children or ()
    )
    ids = tuple(need.id for need in intake.needs)
    long_lead = tuple(each for each in ids if each in needs and needs[each].long_lead)
    # A call that was asked for inside the talk is the one about learning support.
    sensitive = intake.removed > 0 or (intake.call_asked and intake.alarm != "call")
    sensitive = sensitive or any(
        each in needs and needs[each].sensitivity == "special_adjacent" for each in ids
    )
    call = intake.call_asked or (
        intake.contact is not None and intake.contact.way in ("phone", "call")
    )
    registrations = tuple(
        sorted(
            {each.grade1_year for each in children if each.near and each.grade1_year >= september}
        )
    )
    youngest, oldest = rules.youth_ages
    abroad = intake.status not in ("domestic", "back") and bool(intake.country)
    no_latvian = any(person.partner and person.latvian == "none" for person in intake.people)
    holds = {
        "urgent_child_out_of_school": _out_of_school(intake, children, rules),
        "urgent_move": not back and moves_within(intake.when, rules.urgent_days, today),
        "already_returned": back,
        "call_preferred_sensitive": call and sensitive,
        "call_preferred": call,
        "family_with_school_children": any(
            each.now is not None and each.now.kind == "grade" for each in children
        ),
        "family_child_compulsory_preschool_age": any(
            _in_preparation_on_arrival(each, arrival, today, rules) for each in children
        ),
        "family_child_near_school_start": any(each.near for each in children),
        "long_lead_documents": bool(long_lead),
        "third_country_family_member": intake.permits == "yes"
        or not rules.permit_needs.isdisjoint(ids),
        "foreign_partner": no_latvian or not rules.partner_needs.isdisjoint(ids),
        "outside_eu_host_country": abroad and intake.country not in rules.eu,
        "undecided_region": len(route.named) > 1,
        "domestic_reemigrant": intake.status == "domestic"
        and (not route.home or route.home != route.region or route.why == "home"),
        "youth": intake.age_band == f"{youngest}_{oldest}" and not intake.children,
        "pieriga_area_info": route.municipality in rules.pieriga,
    }
    flags: list[str] = []
    for flag in FLAGS:
        if flag == "deadline_grade1_registration":
            flags += [f"{flag}_{year}_spring" for year in registrations]
        elif holds[flag]:
            flags.append(flag)
    return Assessment(
        tuple(flags),
        _urgent(intake, holds["urgent_child_out_of_school"]),
        children,
        september,
        due_after(today, rules.answer_working_days),
        long_lead,
        registrations,
        today,
        rules,
    )


def _urgent(intake: Intake, out_of_school: bool) -> Urgent:
    """The alarm of the talk; else a child of compulsory age found to be without a place."""
    if intake.alarm == "danger":
        return "danger"
    if intake.alarm == "homeless":
        return "homeless"
    if out_of_school:
        return "out_of_school"
    return "unclear" if intake.alarm == "unclear" else ""
