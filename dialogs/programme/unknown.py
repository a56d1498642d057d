"""What is not known about a family, so that the coordinator sees at once what to ask."""

from __future__ import annotations

from dialogs.programme.sentences import Sheet

# Questions whose being passed over the coordinator should know: the text that names them.
_SKIPPED = {
    "place": "place",
    "radius": "radius",
    "time": "time",
    "back_since": "time",
    "children": "children",
    "child_year": "child_year",
    "adults": "adults",
    "needs": "needs",
    "work": "work",
    "work_plan": "work",
    "housing": "housing",
    "rooms": "housing",
    "local_tie": "ties",
    "home": "home",
    "last_home": "last_home",
    "age_band": "age",
    "child_stage": "stage",
    "child_latvian": "child_latvian",
    "adult_latvian": "adult_latvian",
    "permits": "permits",
    "child_papers": "child_papers",
    "already_asked": "asked",
    "contact": "contact",
    "years_abroad": "grant",
    "foreign_address": "grant",
}


def unknown(sheet: Sheet) -> tuple[str, ...]:
    """What is not known, in words: first what was never said, then what was skipped, said so."""
    intake, flags = sheet.intake, sheet.assessment.flags
    back = "already_returned" in flags
    missing = {
        "time": not back and (intake.when is None or intake.when.status == "thinking"),
        "month": intake.when is not None
        and intake.when.status == "planned"
        and intake.when.precision not in ("day", "month"),
        "place": not intake.places,
        "which_place": any(not each.sure for each in intake.places),
        "radius": any(each.near for each in intake.places) and intake.radius in ("", "unsure"),
        "first_region": "undecided_region" in flags,
        "children": intake.children is None,
        "child_year": any(each.birth_year is None for each in intake.children or ()),
        "adults": not intake.adults,
        "work": bool(intake.adults) and not any(each.trade or each.plan for each in intake.people),
        "personal_code": bool(intake.children)
        and not intake.child_papers
        and any(need.id == "child_citizenship" for need in intake.needs),
    }
    bases = (path.partition("@")[0] for path in intake.skipped)
    skipped = dict.fromkeys(_SKIPPED[base] for base in bases if base in _SKIPPED)
    never = [
        sheet.say(f"unknown_{name}")
        for name, holds in missing.items()
        if holds and name not in skipped
    ]
    passed = [sheet.say("skipped", what=sheet.say(f"unknown_{name}")) for name in skipped]
    return (*never, *passed)
