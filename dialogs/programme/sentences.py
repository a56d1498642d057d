"""The sentences about one family that the review and the coordinator's card have in common.

All are plain text, not yet escaped, in the language of the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from dialogs import wording
from dialogs.programme.assessment import Assessment, ChildPosition, kind_of_flag
from dialogs.programme.geography import Geography
from dialogs.programme.intake import Adult, Intake
from dialogs.programme.intake import Need as NeedSaid
from dialogs.programme.needs import Need
from dialogs.programme.room import Room
from dialogs.programme.routing import Route
from dialogs.texts import Texts


class Sheet(Struct, frozen=True):
    """One family's intake with everything needed to put it into words.

    ``language`` is the reader's (review: the family's; card: Latvian); ``needs`` the programme's
    needs by id.
    """

    intake: Intake
    assessment: Assessment
    route: Route
    language: str
    texts: Texts
    geography: Geography
    needs: Mapping[str, Need]

    def say(self, name: str, **args: object) -> str:
        """The text ``card:name`` in the reader's language."""
        return self.texts.say(self.language, f"card:{name}", **args)

    def value(self, kind: str, value: str) -> str:
        """The text of a choice ("plan", "job"); the choice itself where a script has its own."""
        name = f"{kind}_{value}"
        return self.say(name) if f"card:{name}" in self.texts.entries else value

    def need(self, need_id: str) -> str:
        """The family's label of a need; the id itself if the programme does not know it."""
        known = self.needs.get(need_id)
        if known is None:
            return need_id
        return self.texts.get(self.language, f"needs:{need_id}.family", known.family)


def headline(sheet: Sheet) -> str:
    """The first line in five parts: who, school dates, place, when, what presses most.

    An urgent case opens with "STEIDZAMI:" and its cause.
    """
    parts = [who(sheet), school_dates(sheet), short_places(sheet), moving(sheet), pressing(sheet)]
    if sheet.assessment.urgent:
        cause = sheet.say(f"cause_{sheet.assessment.urgent}")
        parts.insert(0, sheet.say("urgent", cause=cause))
    return wording.dots(parts)


def who(sheet: Sheet) -> str:
    """How many adults and children: "2 pieaugušie, 2 bērni"."""
    parts = []
    if sheet.intake.adults:
        parts.append(sheet.say("adults", n=sheet.intake.adults))
    if sheet.intake.children:
        parts.append(sheet.say("children", n=len(sheet.intake.children)))
    return ", ".join(parts) or sheet.say("who_unknown")


def school_dates(sheet: Sheet) -> str:
    """What the school calendar asks for on the first 1 September on or after the return.

    Where pupils are in Latvia already it is the grade of the school year that runs.
    """
    if sheet.intake.children is None:
        return sheet.say("children_unknown")
    if not sheet.intake.children:
        return sheet.say("no_children")
    known = [each for each in sheet.assessment.children if each.then is not None]
    if not known:
        return sheet.say("years_unknown")
    year = sheet.assessment.september
    pupils = [each for each in known if each.pupil and each.now is not None]
    if pupils:
        guess = "" if all(each.child.sure for each in pupils) else "?"
        numbers = sorted({each.now.grade for each in pupils if each.now}, reverse=True)
        return sheet.say("school_grades_now", grades=_list_of_grades(sheet, numbers)) + guess
    grades = [each for each in known if each.then and each.then.kind == "grade"]
    guess = "" if all(each.child.sure for each in grades or known) else "?"
    if grades:
        numbers = sorted({each.then.grade for each in grades if each.then}, reverse=True)
        if numbers == [1]:
            return sheet.say("school_grade1", year=year) + guess
        return sheet.say("school_grades", grades=_list_of_grades(sheet, numbers), year=year) + guess
    if any(each.then and each.then.kind == "preschool" for each in known):
        return sheet.say("school_preschool", year=year) + guess
    coming = [each.preschool_year for each in known if each.then and each.then.kind == "below"]
    return (
        sheet.say("school_below", year=min(coming)) + guess if coming else sheet.say("school_past")
    )


def _list_of_grades(sheet: Sheet, numbers: list[int]) -> str:
    said = [sheet.say("grade_ordinal", grade=number) for number in numbers]
    if len(said) == 1:
        return said[0]
    return f"{', '.join(said[:-1])} {sheet.say('and')} {said[-1]}"


def short_places(sheet: Sheet) -> str:
    """The places as people call them: "Smiltene", "Liepāja vai Valmiera"."""
    names = (
        wording.short_place(sheet.language, place, sheet.geography, sheet.texts)
        for place in sheet.intake.places
    )
    return wording.either(sheet.language, names, sheet.texts) or sheet.say("place_unknown")


def moving(sheet: Sheet) -> str:
    """When they move, in the short form of the headline."""
    if "already_returned" in sheet.assessment.flags:
        return sheet.say("when_back")
    return wording.when(sheet.language, sheet.intake.when, sheet.texts)


def registration_is_over(year: int, sheet: Sheet) -> bool:
    """Whether the spring in which municipalities take applications for ``year`` has passed."""
    last = sheet.assessment.rules.registration_months[1]
    return (sheet.assessment.today.year, sheet.assessment.today.month) > (year, last)


def pressing(sheet: Sheet) -> str:
    """The one thing that presses most: a near move, a dated deadline, slow papers, a choice.

    Where nothing of the kind is known it is the family's first need.
    """
    flags, today = set(map(kind_of_flag, sheet.assessment.flags)), sheet.assessment.today
    if "urgent_move" in flags:
        soon = sheet.intake.when is not None and sheet.intake.when.at_once
        return sheet.say("press_asap" if soon else "press_move")
    for year in sheet.assessment.registrations[:1]:
        if registration_is_over(year, sheet):
            return sheet.say("press_grade1_now")
        if date(year, sheet.assessment.rules.registration_months[0], 1).toordinal() <= (
            today.toordinal() + 365
        ):
            in_window = today >= date(year, sheet.assessment.rules.registration_months[0], 1)
            return sheet.say("press_grade1_now" if in_window else "press_grade1")
    for flag, name in (
        ("long_lead_documents", "press_documents"),
        ("third_country_family_member", "press_permit"),
        ("undecided_region", "press_region"),
        ("family_child_compulsory_preschool_age", "press_preschool"),
    ):
        if flag in flags:
            return sheet.say(name)
    if sheet.intake.needs:
        return sheet.say("press_need", need=sheet.need(sheet.intake.needs[0].id))
    return sheet.say("press_unknown")


def top_needs(sheet: Sheet) -> list[NeedSaid]:
    """The most important needs, in the order the family gave them."""
    return sorted((need for need in sheet.intake.needs if need.top), key=lambda need: need.top)


def other_needs(sheet: Sheet) -> list[NeedSaid]:
    """The needs that are not among the most important."""
    return [need for need in sheet.intake.needs if not need.top]


def labels(sheet: Sheet, needs: list[NeedSaid], most: int) -> str:
    """The first ``most`` labels between dots, and how many more there are."""
    shown = [sheet.need(need.id) for need in needs[:most]]
    left = len(needs) - len(shown)
    return wording.dots([*shown, sheet.say("more_needs", n=left) if left else ""])


def child_title(sheet: Sheet, index: int) -> str:
    """What a child is called: by birth year, by order within one year, else by rank or number."""
    every = sheet.assessment.children
    child = every[index].child
    if child.birth_year is None:
        if len(every) == 1:
            return sheet.say("child_only")
        if child.rank in ("eldest", "middle", "youngest"):
            return sheet.say(f"child_{child.rank}")
        return sheet.say("child_number", n=index + 1)
    year = f"{child.birth_year}" if child.sure else f"{child.birth_year}?"
    same = [i for i, each in enumerate(every) if each.child.birth_year == child.birth_year]
    order = same.index(index)
    if len(same) == 1 or order > 2:
        return sheet.say("child", year=year)
    return sheet.say(("child_first", "child_second", "child_third")[order], year=year)


def child_position(sheet: Sheet, each: ChildPosition) -> str:
    """Where the child stands on the first 1 September on or after the return; a pupil, now."""
    then = each.then
    if then is None or each.child.birth_year is None:
        return sheet.say("child_unknown")
    if each.pupil and each.now is not None:
        return sheet.say("child_grade_now", grade=each.now.grade)
    if then.kind == "grade":
        name = "child_grade1" if then.grade == 1 else "child_grade"
        # The text for grade 1 has no {grade}; what a text does not name is not inserted.
        return sheet.say(name, year=then.year, grade=then.grade)
    if then.kind == "preschool":
        return sheet.say("child_preschool", year=each.grade1_year)
    if then.kind == "past":
        return sheet.say("child_past")
    name = "child_baby" if then.year - each.child.birth_year < 2 else "child_below"
    return sheet.say(name, year=each.preschool_year)


def child_words(sheet: Sheet, each: ChildPosition, *, stage: bool, latvian: bool) -> str:
    """School position, with ``stage`` where the child is now, with ``latvian`` its Latvian."""
    child = each.child
    parts = [child_position(sheet, each)]
    if stage and child.stage == "school" and child.grade:
        parts.append(sheet.say("stage_grade", grade=child.grade))
    elif stage and child.stage:
        parts.append(sheet.value("stage", child.stage))
    if latvian and child.latvian:
        parts.append(sheet.value("child_latvian", child.latvian))
    return "; ".join(parts)


def adult_words(sheet: Sheet, adult: Adult, room: Room) -> str:
    """Trade (in the family's words, as long as there is room), plan and Latvian of an adult."""
    parts = [wording.cut(adult.trade, room.answer)] if adult.trade else []
    if adult.plan:
        parts.append(sheet.value("plan", adult.plan))
    if adult.latvian:
        parts.append(sheet.value("adult_latvian", adult.latvian))
    return ", ".join(parts)


def areas(sheet: Sheet) -> str:
    """The places as areas, with how far around them: "Smiltenes novads un līdz 40 km apkārt".

    One that may be another municipality too carries a question mark.
    """
    intake = sheet.intake
    names = [
        wording.place(sheet.language, place, sheet.geography, sheet.texts)
        + ("" if place.sure else "?")
        for place in intake.places
    ]
    place = wording.either(sheet.language, names, sheet.texts)
    if not place:
        return sheet.say("place_unknown")
    digits = "".join(character for character in intake.radius if character.isdigit())
    if digits:
        return sheet.say("place_radius", place=place, km=digits)
    if intake.radius == "only":
        return sheet.say("place_only", place=place)
    if any(each.near for each in intake.places):
        return sheet.say("place_near", place=place)
    return place


def now_living(sheet: Sheet) -> str:
    """Where the family lives now: "Lielbritānija, ārpus ES"; a municipality inside Latvia."""
    intake = sheet.intake
    if "already_returned" in sheet.assessment.flags:
        return sheet.say("when_back")
    if intake.status == "domestic":
        known = intake.home in sheet.geography.municipalities
        return (
            wording.municipality(sheet.language, intake.home, sheet.geography, sheet.texts)
            if known
            else sheet.say("now_latvia")
        )
    if not intake.country:
        return sheet.say("now_abroad") if intake.status == "abroad" else ""
    name = wording.country(sheet.language, intake.country)
    outside = "outside_eu_host_country" in sheet.assessment.flags
    return sheet.say("outside_eu", country=name) if outside else name


def yes_or_no(sheet: Sheet, value: str) -> str:
    """An answer to yes, no, not sure."""
    return sheet.say({"yes": "yes", "no": "no"}.get(value, "not_sure"))
