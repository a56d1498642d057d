"""One sentence for each flag of an assessment: what the coordinator should bear in mind."""

from __future__ import annotations

from dialogs import wording
from dialogs.programme.assessment import kind_of_flag
from dialogs.programme.sentences import Sheet, registration_is_over

_SENTENCE = {
    "urgent_child_out_of_school": "flag_out_of_school",
    "already_returned": "flag_already_returned",
    "call_preferred_sensitive": "flag_call_sensitive",
    "call_preferred": "flag_call",
    "family_child_compulsory_preschool_age": "flag_preschool",
    "third_country_family_member": "flag_third_country",
    "foreign_partner": "flag_foreign_partner",
    "outside_eu_host_country": "flag_outside_eu",
    "domestic_reemigrant": "flag_domestic",
}
_ALARMS = {"danger": "flag_danger", "homeless": "flag_homeless", "unclear": "flag_unclear"}


def flag_lines(sheet: Sheet) -> tuple[str, ...]:
    """A sentence for every flag, in the order of the flags; first the alarm if there is one.

    Flags that say the same stand in one sentence: a call and its reason, a child near school
    start and its registration.
    """
    alarm = _ALARMS.get(sheet.assessment.urgent)
    lines = [sheet.say(alarm)] if alarm else []
    for flag in sheet.assessment.flags:
        lines += _lines_of(flag, sheet)
    return tuple(lines)


def _lines_of(flag: str, sheet: Sheet) -> list[str]:
    kind = kind_of_flag(flag)
    assessment = sheet.assessment
    if kind == "call_preferred" and "call_preferred_sensitive" in assessment.flags:
        return []
    if kind == "urgent_move":
        asap = sheet.intake.when is not None and sheet.intake.when.at_once
        return [sheet.say("flag_urgent_asap" if asap else "flag_urgent_move")]
    if kind == "family_with_school_children":
        return [_school_children(sheet)]
    if kind == "family_child_near_school_start":
        late = {each.grade1_year for each in assessment.children if each.near}
        late -= set(assessment.registrations)
        return [sheet.say("flag_near_start", year=year) for year in sorted(late)]
    if kind == "deadline_grade1_registration":
        year = int(flag.split("_")[-2])
        over = registration_is_over(year, sheet)
        return [sheet.say("flag_registration_over" if over else "flag_registration", year=year)]
    if kind == "long_lead_documents":
        needs = wording.dots(map(sheet.need, assessment.long_lead))
        return [sheet.say("flag_documents", needs=needs)]
    if kind == "outside_eu_host_country" and (
        sheet.intake.country in assessment.rules.benefits_as_in_eu
    ):
        return [sheet.say("flag_outside_eu_benefits")]
    if kind == "undecided_region":
        regions = (wording.region(sheet.language, each, sheet.texts) for each in sheet.route.named)
        return [sheet.say("flag_undecided", regions=wording.dots(regions))]
    if kind == "youth":
        youngest, oldest = assessment.rules.youth_ages
        return [sheet.say("flag_youth", ages=f"{youngest}–{oldest}")]
    if kind == "pieriga_area_info":
        excluded = assessment.rules.pieriga_exclusion
        return [sheet.say("flag_pieriga_excluded" if excluded else "flag_pieriga")]
    return [sheet.say(_SENTENCE[kind])]


def none_know_latvian(sheet: Sheet) -> bool:
    """Whether every school-age child is known to have no Latvian: the flag's line says so then."""
    pupils = [each for each in sheet.assessment.children if each.now and each.now.kind == "grade"]
    return bool(pupils) and all(each.child.latvian == "none" for each in pupils)


def _school_children(sheet: Sheet) -> str:
    every = sheet.assessment.children
    pupils = [each for each in every if each.now and each.now.kind == "grade"]
    ending = "_none" if none_know_latvian(sheet) else ""
    if len(pupils) < len(every):
        return sheet.say(f"flag_school_some{ending}", n=len(pupils), total=len(every))
    name = {1: "one", 2: "both"}.get(len(pupils), "all")
    return sheet.say(f"flag_school_{name}{ending}")
