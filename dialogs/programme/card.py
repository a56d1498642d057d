"""The coordinator's card: one case in one message, readable in a minute.

It is made of the same sentences as the review the family read. The result is Telegram HTML in
which everything a family wrote is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct

from dialogs import wording
from dialogs.programme.flag_lines import flag_lines, none_know_latvian
from dialogs.programme.needs import NeedGroup
from dialogs.programme.review import (
    Line,
    Review,
    already_asked,
    copied,
    review,
    review_html,
    time_words,
)
from dialogs.programme.room import ROOMS, Room, escape, shown_length, split
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
    top_needs,
    yes_or_no,
)
from dialogs.programme.unknown import unknown
from dialogs.recognise.language import read_language

__all__ = [
    "CaseFacts",
    "Line",
    "Review",
    "Sheet",
    "card",
    "group_line",
    "headline",
    "review",
    "review_html",
    "story_rest",
]

CARD_LIMIT = 1400
"""Characters of the card before its folded part."""
MESSAGE_LIMIT = 4000
"""Characters of a whole message; Telegram takes 4,096 after parsing, the sender may add some."""


class CaseFacts(Struct, frozen=True, omit_defaults=True):
    """The office's own facts of a case.

    ``received`` and ``taken`` are aware moments; ``yours`` says the reader has taken the case,
    else ``who`` names the office that has; ``shared_with`` are offices the family allowed.
    """

    number: int
    received: datetime
    due: date
    taken: datetime | None = None
    yours: bool = True
    who: str = ""
    shared_with: tuple[str, ...] = ()


class _Draft(Struct, frozen=True):
    """The card in one room: the part above the fold, and lines that go into the fold."""

    top: str
    folded: tuple[str, ...]


def card(sheet: Sheet, case: CaseFacts) -> str:
    """The coordinator's message as HTML: at most 1,400 characters, then the folded story.

    What finds no room above is shortened or folded: the list of needs first, then quotes and
    long answers; never the flags. A story longer than one message goes on in
    :func:`story_rest`.
    """
    draft = _fitting(sheet, case)
    story = _folded(sheet, draft)
    return f"{draft.top}\n\n{story[0]}" if story else draft.top


def story_rest(sheet: Sheet, case: CaseFacts) -> tuple[str, ...]:
    """Further messages with the parts of the story that did not fit below the card."""
    return tuple(_folded(sheet, _fitting(sheet, case))[1:])


def _fitting(sheet: Sheet, case: CaseFacts) -> _Draft:
    """The card in the widest room in which it keeps its limit, else in the narrowest."""
    drafts = (_draft(sheet, case, room) for room in ROOMS)
    draft = next(drafts)
    while shown_length(draft.top) > CARD_LIMIT:
        narrower = next(drafts, None)
        if narrower is None:
            break
        draft = narrower
    return draft


def _draft(sheet: Sheet, case: CaseFacts, room: Room) -> _Draft:
    folded: list[str] = []
    blocks = [
        [f"<b>{escape(headline(sheet))}</b>", escape(_case_line(sheet, case))],
        _headed(sheet, "heading_flags", [f"• {line}" for line in flag_lines(sheet)]),
        _needs_block(sheet, room, folded),
        _headed(sheet, "heading_family", [f"• {line}" for line in _people(sheet, room, folded)]),
        _facts_block(sheet, case, room, folded),
    ]
    top = "\n\n".join("\n".join(block) for block in blocks if block)
    return _Draft(top, tuple(folded))


def _headed(sheet: Sheet, heading: str, lines: list[str]) -> list[str]:
    """A block under a bold heading, its lines escaped; nothing without lines."""
    return [f"<b>{escape(sheet.say(heading))}</b>", *map(escape, lines)] if lines else []


def _case_line(sheet: Sheet, case: CaseFacts) -> str:
    due = wording.short_day(sheet.language, case.due)
    if case.taken is None:
        received = wording.stamp(sheet.language, case.received, sheet.texts)
        return sheet.say("case_received", number=case.number, received=received, due=due)
    taken = wording.stamp(sheet.language, case.taken, sheet.texts)
    name = "case_yours" if case.yours else "case_taken"
    return sheet.say(name, number=case.number, taken=taken, due=due, who=case.who)


def _needs_block(sheet: Sheet, room: Room, folded: list[str]) -> list[str]:
    lines = []
    top = top_needs(sheet)
    for number, need in enumerate(top, 1):
        quote = wording.cut(need.words, room.quote)
        lines.append(f"{number}. {sheet.need(need.id)}" + (f": «{quote}»" if quote else ""))
    block = _headed(sheet, "heading_top", lines)
    others = other_needs(sheet)
    if others:
        also = labels(sheet, others, room.needs)
        block.append(escape(f"{sheet.say('heading_also')}: {also}"))
        if len(others) > room.needs:
            folded.append(labels(sheet, others[room.needs :], len(others)))
    own = [
        each
        for each in sheet.intake.questions
        if not any(each in wording.cut(need.words, room.quote) for need in top)
    ]
    # All questions stand in the story below the fold as well, so none is lost here.
    if own[: room.questions]:
        quoted = [f"«{wording.cut(each, room.quote)}»" for each in own[: room.questions]]
        left = len(own) - len(quoted)
        told = wording.dots([*quoted, sheet.say("more_needs", n=left) if left else ""])
        block.append(escape(f"{sheet.say('heading_questions')}: {told}"))
    return block


def _people(sheet: Sheet, room: Room, folded: list[str]) -> list[str]:
    """The lines of the family; those without room go to ``folded``."""
    lines: list[str] = []
    children = lines if room.family else folded
    told_above = none_know_latvian(sheet)
    for index, each in enumerate(sheet.assessment.children):
        told = told_above and each.now is not None and each.now.kind == "grade"
        words = child_words(
            sheet, each, stage=room.details, latvian=not told and (room.details or room.adults)
        )
        children.append(f"{child_title(sheet, index)}: {words}")
    adults = lines if room.adults else folded
    for number, adult in enumerate(sheet.intake.people, 1):
        words = adult_words(sheet, adult, room if room.adults else ROOMS[0])
        if words:
            title = sheet.say("adult_other" if adult.partner else "adult_writer", n=number)
            adults.append(f"{title}: {words}")
    for title, text, _ in sheet.intake.extra:
        if room.later:
            lines.append(f"{title}: {wording.cut(text, room.answer)}")
        else:
            folded.append(f"{title}: {wording.cut(text, ROOMS[0].answer)}")
    return lines


def _facts_block(sheet: Sheet, case: CaseFacts, room: Room, folded: list[str]) -> list[str]:
    asked = already_asked(sheet, room)
    if sheet.intake.already_asked and not asked:
        folded.append(f"{sheet.say('heading_asked')}: {already_asked(sheet, ROOMS[0])}")
    open_points = unknown(sheet)
    shown = open_points[: room.unknown]
    if len(open_points) > len(shown):
        more = "; ".join(open_points[room.unknown :])
        folded.append(f"{sheet.say('heading_unknown')}: {more}")
        shown = (*shown, sheet.say("more_needs", n=len(open_points) - len(shown)))
    rows = [
        ("heading_place", _place_and_time(sheet) if room.family else ""),
        ("title_copy", copied(sheet)),
        ("heading_asked", asked),
        ("heading_reach", wording.dots([_reach(sheet), _call_hours(sheet)])),
        ("heading_unknown", "; ".join(shown) if room.unknown else ""),
        ("heading_sharing", wording.dots(case.shared_with) or sheet.say("sharing_none")),
    ]
    if not room.family:
        folded.append(_place_and_time(sheet))
    return [f"<b>{escape(sheet.say(name))}:</b> {escape(text)}" for name, text in rows if text]


def _place_and_time(sheet: Sheet) -> str:
    intake = sheet.intake
    place = areas(sheet)
    if [each.iso in wording.TWINS and each.sure for each in intake.places] == [True]:
        place = sheet.say("place_confirmed", place=place)
    where = "" if "already_returned" in sheet.assessment.flags else now_living(sheet)
    now = sheet.say("place_now", where=where) if where else ""
    tied = ""
    if intake.local_tie:
        tied = f"{sheet.say('title_local_tie')}: {yes_or_no(sheet, intake.local_tie)}"
    return wording.dots([place, time_words(sheet), now, tied])


def _reach(sheet: Sheet) -> str:
    contact = sheet.intake.contact
    adverb = wording.in_language(sheet.language, sheet.intake.language, sheet.texts)
    if contact is None or contact.way == "chat":
        return sheet.say("reach_chat", language=adverb)
    name = {"email": "reach_email", "phone": "reach_phone"}.get(contact.way, "reach_call")
    return sheet.say(name, language=adverb, value=contact.value).rstrip(": ")


def _call_hours(sheet: Sheet) -> str:
    """When to call, by the family's clock and the Latvian one."""
    contact, intake = sheet.intake.contact, sheet.intake
    if contact is None or contact.hours is None:
        return ""
    abroad = intake.country if intake.status not in ("domestic", "back") else ""
    today = sheet.assessment.today
    hours = wording.call_hours(sheet.language, contact.hours, abroad, today, sheet.texts)
    return sheet.say("call_at", hours=hours)


def _folded(sheet: Sheet, draft: _Draft) -> list[str]:
    """The original story as folded quotations, the first short enough to stand below the card."""
    intake = sheet.intake
    if not intake.story and not draft.folded:
        return []
    more = sheet.say("folded_more", text=wording.dots(draft.folded)) if draft.folded else ""
    spoken = read_language(" ".join(intake.story)) or intake.language
    adverb = wording.in_language(sheet.language, spoken, sheet.texts)
    head = sheet.say("story_head", language=adverb, n=len(intake.story)) if intake.story else ""
    if intake.removed:
        head += " " + sheet.say("story_removed", n=intake.removed)
    words = wording.DOT.join(f"«{message}»" for message in intake.story)
    left = "\n".join(filter(None, (more, head, words)))
    on = sheet.say("story_goes_on")
    frame = len(on) + 4
    room = MESSAGE_LIMIT - shown_length(draft.top) - frame
    pieces = []
    while left:
        part, left = split(left, room)
        rows = [part, on] if left else [part]
        quoted = escape("\n".join(rows))
        pieces.append(f"<blockquote expandable>{quoted}</blockquote>")
        room = MESSAGE_LIMIT - frame
    return pieces


def group_line(sheet: Sheet, number: int, groups: Iterable[NeedGroup]) -> str:
    """A line for a group chat: number, region, topic, and whether it is urgent; nothing else.

    The topic is the group of the family's first need.
    """
    first = sheet.intake.needs[0].id if sheet.intake.needs else ""
    topic = sheet.say("topic_unknown")
    for group in groups:
        if any(need.id == first for need in group.needs):
            topic = sheet.texts.get(sheet.language, f"needs:{group.id}.group", group.family)
    region = wording.region(sheet.language, sheet.route.region, sheet.texts)
    line = sheet.say("group", number=number, region=region or sheet.say("region_none"), topic=topic)
    return sheet.say("group_urgent", case=line) if sheet.assessment.urgent else line
