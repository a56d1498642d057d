"""The review: what the family reads before it sends, in the words of the coordinator's card.

Its numbered lines are plain text; a line's number opens the question behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from dialogs import wording
from dialogs.programme.room import ROOMS, Room, escape, shown_length
from dialogs.programme.sentences import (
    Sheet,
    adult_words,
    areas,
    child_title,
    child_words,
    headline,
    labels,
    now_living,
    other_needs,
    short_places,
    top_needs,
    yes_or_no,
)

REVIEW_LIMIT = 1100
"""Characters of the whole review message, without buttons."""

_NOBODY = re.compile(
    r"\W*(v[eē]l\s+)?(neviens|nevienam|nekam|ne|nē|nav|"
    r"(пока\s+)?(никто|никому|никого|ни\s+к\s+кому|нет)|"
    r"nobody|no\s+one|none|no)(\s+(yet|v[eē]l|пока))?\W*",
    re.IGNORECASE,
)


class Line(Struct, frozen=True, omit_defaults=True):
    """A numbered line of the review; its number opens the first of ``paths``, then the others.

    Paths are question ids, with the item in a group: ``child_year@1``. A path whose question is
    not asked of this family is to be passed over.
    """

    title: str
    text: str
    paths: tuple[str, ...] = ()


class Review(Struct, frozen=True):
    """What the coordinator will see, as the family reads it."""

    headline: str
    lines: tuple[Line, ...]


def review(sheet: Sheet) -> Review:
    """The review of an intake, shortened so that the whole message keeps its 1,100 characters."""
    first = headline(sheet)
    result = Review(first, ())
    for room in ROOMS:
        result = Review(first, tuple(_lines(sheet, room)))
        if shown_length(review_html(result, sheet)) <= REVIEW_LIMIT:
            break
    return result


def review_html(told: Review, sheet: Sheet) -> str:
    """The whole message: title, headline, numbered lines, who else sees it, how to correct."""
    rows = [
        f"<b>{escape(sheet.say('review_title'))}</b>",
        escape(told.headline),
        "",
        *(
            f"{number}. {escape(line.title)}: {escape(line.text)}"
            for number, line in enumerate(told.lines, 1)
        ),
        "",
        escape(sheet.say("review_sharing")),
        escape(sheet.say("review_fix")),
    ]
    return "\n".join(rows)


def _lines(sheet: Sheet, room: Room) -> Iterable[Line]:
    yield from _needs_lines(sheet, room)
    yield from _people_lines(sheet, room)
    yield from _place_lines(sheet, room)
    later = list(_later_lines(sheet, room))
    if later and not room.later:
        paths = tuple(path for line in later for path in line.paths)
        yield Line(sheet.say("title_later"), sheet.say("later_answers", n=len(later)), paths)
    else:
        yield from later
    yield Line(sheet.say("title_answer"), _answer(sheet, room), ("contact",))
    yield Line(sheet.say("title_story"), _story(sheet), ("story",))


def _needs_lines(sheet: Sheet, room: Room) -> Iterable[Line]:
    top = labels(sheet, top_needs(sheet), 3) or sheet.say("needs_unknown")
    yield Line(sheet.say("title_top"), top, ("needs",))
    others = other_needs(sheet)
    if others:
        yield Line(sheet.say("title_also"), labels(sheet, others, room.needs), ("needs",))


def _people_lines(sheet: Sheet, room: Room) -> Iterable[Line]:
    intake = sheet.intake
    if not intake.children:
        told = "not_known" if intake.children is None else "children_none"
        yield Line(sheet.say("title_children"), sheet.say(told), ("children",))
    for index, each in enumerate(sheet.assessment.children):
        ids = ("child_year", "child_latvian", "child_stage")
        yield Line(
            child_title(sheet, index),
            child_words(sheet, each, stage=room.details, latvian=room.details or room.adults),
            (*(f"{part}@{each.child.item}" for part in ids), "children"),
        )
    told = "; ".join(filter(None, (adult_words(sheet, each, room) for each in intake.people)))
    count = str(intake.adults) if intake.adults else sheet.say("not_known")
    paths = ["adults"]
    for person in intake.people:
        paths += [f"{part}@{person.item}" for part in ("work", "work_plan", "adult_latvian")]
    yield Line(sheet.say("title_adults"), told if told and room.adults else count, tuple(paths))
    if intake.age_band:
        yield Line(sheet.say("title_age"), _age(intake.age_band), ("age_band",))


def _age(band: str) -> str:
    low, _, high = band.partition("_")
    return f"{low}–{high}" if high else f"{low}+"


def _place_lines(sheet: Sheet, room: Room) -> Iterable[Line]:
    intake = sheet.intake
    near = bool(intake.radius) or any(each.near for each in intake.places)
    place = areas(sheet) if room.family else short_places(sheet)
    yield Line(sheet.say("title_place"), place, ("place", "radius") if near else ("place",))
    if copied(sheet):
        yield Line(sheet.say("title_copy"), copied(sheet), ("copy",))
    if intake.last_home in sheet.geography.municipalities:
        home = wording.municipality(sheet.language, intake.last_home, sheet.geography, sheet.texts)
        yield Line(sheet.say("title_last_home"), home, ("last_home",))
    back = "already_returned" in sheet.assessment.flags
    yield Line(sheet.say("title_time"), time_words(sheet), ("back_since",) if back else ("time",))
    if now_living(sheet) and not back:
        where = "home" if intake.status == "domestic" else "country"
        yield Line(sheet.say("title_now"), now_living(sheet), ("status", where))


def copied(sheet: Sheet) -> str:
    """Whether the other regions get a copy; "" where there is no other or nothing was said."""
    others = sheet.route.named[1:]
    if sheet.intake.copy_allowed is None or not others:
        return ""
    regions = wording.dots(wording.region(sheet.language, each, sheet.texts) for each in others)
    return sheet.say("copy_yes" if sheet.intake.copy_allowed else "copy_no", regions=regions)


def time_words(sheet: Sheet) -> str:
    """When they move or moved, as exactly as it was said."""
    if "already_returned" in sheet.assessment.flags and sheet.intake.when is None:
        return sheet.say("when_back")
    return wording.when_exactly(sheet.language, sheet.intake.when, sheet.texts)


def _later_lines(sheet: Sheet, room: Room) -> Iterable[Line]:
    """What was answered after the case number, and the answers of questions of the script."""
    intake = sheet.intake
    for path, value in (
        ("local_tie", intake.local_tie),
        ("permits", intake.permits),
        ("child_papers", intake.child_papers),
        ("learning_call", "yes" if intake.call_asked and intake.alarm != "call" else ""),
    ):
        if value:
            yield Line(sheet.say(f"title_{path}"), yes_or_no(sheet, value), (path,))
    if intake.already_asked:
        yield Line(sheet.say("title_asked"), already_asked(sheet, room), ("already_asked",))
    for title, text, path in intake.extra:
        yield Line(title, wording.cut(text, room.answer), (path,))


def already_asked(sheet: Sheet, room: Room) -> str:
    """Whom the family asked, in its words; "nobody yet" in ours; "" where nothing was said."""
    told = sheet.intake.already_asked
    if _NOBODY.fullmatch(told):
        return sheet.say("nobody_asked")
    shown = wording.cut(told, room.answer)
    return f"«{shown}»" if shown else ""


def _answer(sheet: Sheet, room: Room) -> str:
    contact, language = sheet.intake.contact, sheet.intake.language
    if contact is None:
        return sheet.say("not_known")
    adverb = wording.in_language(sheet.language, language, sheet.texts)
    name = {"chat": "by_chat", "email": "by_email"}.get(contact.way, "by_phone")
    told = sheet.say(name, language=adverb, value=contact.value).rstrip(": ")
    if contact.hours is None or not room.family:
        return told
    hours = wording.hours(contact.hours)
    return wording.dots([told, sheet.say("call_at_yours", hours=hours)])


def _story(sheet: Sheet) -> str:
    intake = sheet.intake
    if not intake.story:
        return sheet.say("story_none")
    told = sheet.say("story_messages", n=len(intake.story))
    if not intake.questions:
        return told
    return f"{told}; {sheet.say('story_questions', n=len(intake.questions))}"
