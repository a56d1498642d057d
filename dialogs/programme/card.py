"""The review the family reads before sending, and the card the coordinator gets.

Both are made of the same sentences. The review's lines are plain text; the card is Telegram HTML
in which everything a family wrote is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from html import escape

from msgspec import Struct

from dialogs import wording
from dialogs.programme.flag_lines import flag_lines, none_know_latvian
from dialogs.programme.needs import NeedGroup
from dialogs.programme.sentences import (
    Sheet,
    adult_words,
    areas,
    child_title,
    child_words,
    headline,
    labels,
    moving,
    now_living,
    other_needs,
    top_needs,
    yes_or_no,
)

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

REVIEW_LIMIT = 1100
CARD_LIMIT = 1400
MESSAGE_LIMIT = 4000
"""Characters of a review, of a card before its folded part, of a whole message (Telegram takes
4,096 after parsing; the rest is left to the sender)."""

_NOBODY = re.compile(
    r"\W*(v[eē]l\s+)?(neviens|nevienam|nekam|ne|nē|nav|"
    r"(пока\s+)?(никто|никому|никого|ни\s+к\s+кому|нет)|"
    r"nobody|no\s+one|none|no)(\s+(yet|v[eē]l|пока))?\W*",
    re.IGNORECASE,
)


class Line(Struct, frozen=True, omit_defaults=True):
    """A numbered line of the review; its number opens the first of ``paths``, then the others."""

    title: str
    text: str
    paths: tuple[str, ...] = ()


class Review(Struct, frozen=True):
    """What the coordinator will see, as the family reads it."""

    headline: str
    lines: tuple[Line, ...]


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


class _Room(Struct, frozen=True):
    """How much is shown of what may be shortened: needs, and characters of quotes and answers."""

    needs: int
    quote: int
    answer: int


_ROOMS = (
    _Room(62, 300, 200),
    _Room(12, 160, 120),
    _Room(9, 120, 80),
    _Room(6, 90, 60),
    _Room(4, 60, 40),
    _Room(2, 40, 30),
    _Room(0, 24, 20),
)


def _fitting(make: Callable[[_Room], str], limit: int) -> str:
    """The text in the widest room in which it keeps the limit, else in the narrowest."""
    text = ""
    for room in _ROOMS:
        text = make(room)
        if _shown_length(text) <= limit:
            break
    return text


def _shown_length(html: str) -> int:
    """Characters as Telegram counts them after parsing: UTF-16 units without tags."""
    plain = re.sub(r"<[^>]*>", "", html)
    plain = re.sub(r"&(lt|gt|amp|quot|#x27);", "x", plain)
    return len(plain.encode("utf-16-le")) // 2


# -- the review ---------------------------------------------------------------------------------


def review(sheet: Sheet) -> Review:
    """The review of an intake: the headline and the numbered lines, at most 1,100 characters
    with their frame as far as shortening the list of needs and long answers allows."""
    first = headline(sheet)
    result = Review(first, ())
    for room in _ROOMS:
        result = Review(first, tuple(_review_lines(sheet, room)))
        if _shown_length(review_html(result, sheet)) <= REVIEW_LIMIT:
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


def _review_lines(sheet: Sheet, room: _Room) -> Iterable[Line]:
    intake = sheet.intake
    top = labels(sheet, top_needs(sheet), 3) or sheet.say("needs_unknown")
    yield Line(sheet.say("title_top"), top, ("needs",))
    if other_needs(sheet):
        yield Line(
            sheet.say("title_also"), labels(sheet, other_needs(sheet), room.needs), ("needs",)
        )
    if not intake.children:
        told = "not_known" if intake.children is None else "children_none"
        yield Line(sheet.say("title_children"), sheet.say(told), ("children",))
    for index, each in enumerate(sheet.assessment.children):
        item = each.child.item
        paths = tuple(f"{id}@{item}" for id in ("child_year", "child_latvian", "child_stage"))
        yield Line(child_title(sheet, index), child_words(sheet, each), paths)
    yield _adults_line(sheet, room)
    if intake.age_band:
        yield Line(sheet.say("title_age"), _age(intake.age_band), ("age_band",))
    yield Line(sheet.say("title_place"), areas(sheet), ("place", "radius"))
    if _copied(sheet):
        yield Line(sheet.say("title_copy"), _copied(sheet), ("copy",))
    if intake.last_home in sheet.geography.municipalities:
        home = wording.municipality(sheet.language, intake.last_home, sheet.geography, sheet.texts)
        yield Line(sheet.say("title_last_home"), home, ("last_home",))
    back = "already_returned" in sheet.assessment.flags
    time = wording.when_exactly(sheet.language, intake.when, sheet.texts)
    if back and intake.when is None:
        time = sheet.say("when_back")
    yield Line(sheet.say("title_time"), time, ("back_since",) if back else ("time",))
    if now_living(sheet) and not back:
        where = "home" if intake.status == "domestic" else "country"
        yield Line(sheet.say("title_now"), now_living(sheet), ("status", where))
    yield from _later_lines(sheet, room)
    if intake.contact is not None:
        yield Line(sheet.say("title_answer"), _answer_here(sheet), ("contact",))
    yield Line(sheet.say("title_story"), _story_counted(sheet), ("story",))


def _copied(sheet: Sheet) -> str:
    """Whether the other regions get a copy; "" where there is no other or nothing was said."""
    others = sheet.route.named[1:]
    if sheet.intake.copy_allowed is None or not others:
        return ""
    regions = wording.dots(wording.region(sheet.language, each, sheet.texts) for each in others)
    return sheet.say("copy_yes" if sheet.intake.copy_allowed else "copy_no", regions=regions)


def _age(band: str) -> str:
    return band.replace("_", "–") if "_" in band else f"{band}+"


def _adults_line(sheet: Sheet, room: _Room) -> Line:
    people = sheet.intake.people
    told = "; ".join(filter(None, (adult_words(sheet, each, room.answer) for each in people)))
    count = str(sheet.intake.adults) if sheet.intake.adults else sheet.say("who_unknown")
    paths = ["adults"]
    for each in people:
        paths += [f"{id}@{each.item}" for id in ("work", "work_plan", "adult_latvian")]
    return Line(sheet.say("title_adults"), told or count, tuple(paths))


def _later_lines(sheet: Sheet, room: _Room) -> Iterable[Line]:
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
        yield Line(sheet.say("title_asked"), _asked(sheet, room), ("already_asked",))
    for title, text in intake.extra:
        yield Line(title, wording.cut(text, room.answer))


def _asked(sheet: Sheet, room: _Room) -> str:
    told = sheet.intake.already_asked
    if _NOBODY.fullmatch(told):
        return sheet.say("nobody_asked")
    return f"«{wording.cut(told, room.answer)}»"


def _answer_here(sheet: Sheet) -> str:
    contact, language = sheet.intake.contact, sheet.intake.language
    if contact is None:
        return sheet.say("unknown_contact")
    adverb = wording.in_language(sheet.language, language, sheet.texts)
    if contact.way == "chat":
        text = sheet.say("by_chat", language=adverb)
    else:
        name = "by_email" if contact.way == "email" else "by_phone"
        text = sheet.say(name, language=adverb, value=contact.value).rstrip(": ")
    return wording.dots([text, _call_hours(sheet, sheet.assessment.today)])


def _call_hours(sheet: Sheet, today: date) -> str:
    contact = sheet.intake.contact
    if contact is None or contact.hours is None:
        return ""
    abroad = sheet.intake.country if sheet.intake.status not in ("domestic", "back") else ""
    hours = wording.call_hours(sheet.language, contact.hours, abroad, today, sheet.texts)
    return sheet.say("call_at", hours=hours)


def _story_counted(sheet: Sheet) -> str:
    intake = sheet.intake
    if not intake.story:
        return sheet.say("story_none")
    told = sheet.say("story_messages", n=len(intake.story))
    if not intake.questions:
        return told
    return f"{told}; {sheet.say('story_questions', n=len(intake.questions))}"


# -- the card -----------------------------------------------------------------------------------


def card(sheet: Sheet, case: CaseFacts) -> str:
    """The coordinator's message as HTML: at most 1,400 characters, then the folded story.

    What does not fit is shortened: the list of needs first, then quotes and long answers; never
    the flags. A story longer than one message goes on in :func:`story_rest`.
    """
    top = _fitting(lambda room: _top_part(sheet, case, room), CARD_LIMIT)
    story = _story_pieces(sheet, MESSAGE_LIMIT - _shown_length(top))
    return f"{top}\n\n{story[0]}" if story else top


def story_rest(sheet: Sheet, case: CaseFacts) -> tuple[str, ...]:
    """Further messages with the parts of the story that did not fit below the card."""
    top = _fitting(lambda room: _top_part(sheet, case, room), CARD_LIMIT)
    return tuple(_story_pieces(sheet, MESSAGE_LIMIT - _shown_length(top))[1:])


def _top_part(sheet: Sheet, case: CaseFacts, room: _Room) -> str:
    blocks = [
        [f"<b>{escape(headline(sheet))}</b>", escape(_case_line(sheet, case))],
        _headed(sheet, "heading_flags", [f"• {line}" for line in flag_lines(sheet)]),
        _needs_block(sheet, room),
        _headed(sheet, "heading_family", [f"• {line}" for line in _people(sheet, room)]),
        _facts_block(sheet, case, room),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


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


def _needs_block(sheet: Sheet, room: _Room) -> list[str]:
    quotes = []
    lines = []
    for number, need in enumerate(top_needs(sheet), 1):
        quote = wording.cut(need.words, room.quote)
        quotes.append(need.words)
        ending = f": «{quote}»" if quote else ""
        lines.append(f"{number}. {sheet.need(need.id)}{ending}")
    block = _headed(sheet, "heading_top", lines)
    others = other_needs(sheet)
    if others:
        also = labels(sheet, others, room.needs)
        block.append(escape(f"{sheet.say('heading_also')}: {also}"))
    own = [each for each in sheet.intake.questions if not any(each in quote for quote in quotes)]
    if own:
        told = wording.dots(f"«{wording.cut(each, room.quote)}»" for each in own)
        block.append(escape(f"{sheet.say('heading_questions')}: {told}"))
    return block


def _people(sheet: Sheet, room: _Room) -> Iterable[str]:
    latvian_told = none_know_latvian(sheet)
    for index, each in enumerate(sheet.assessment.children):
        told = latvian_told and each.now is not None and each.now.kind == "grade"
        yield f"{child_title(sheet, index)}: {child_words(sheet, each, latvian=not told)}"
    for number, adult in enumerate(sheet.intake.people, 1):
        words = adult_words(sheet, adult, room.answer)
        if words:
            title = sheet.say("adult_other" if adult.partner else "adult_writer", n=number)
            yield f"{title}: {words}"
    for title, text in sheet.intake.extra:
        yield f"{title}: {wording.cut(text, room.answer)}"


def _facts_block(sheet: Sheet, case: CaseFacts, room: _Room) -> list[str]:
    intake = sheet.intake
    place = areas(sheet)
    if len(intake.places) == 1 and intake.places[0].iso in wording.TWINS:
        place = sheet.say("place_confirmed", place=place)
    back = "already_returned" in sheet.assessment.flags
    time = wording.when_exactly(sheet.language, intake.when, sheet.texts)
    if back:
        time = time if intake.when else moving(sheet)
    where = "" if back else now_living(sheet)
    now = sheet.say("place_now", where=where) if where else ""
    ties = {"yes": "yes", "no": "no", "": ""}.get(intake.local_tie, "not_sure")
    tied = f"{sheet.say('title_local_tie')}: {sheet.say(ties)}" if ties else ""
    asked = _asked(sheet, room) if intake.already_asked else ""
    sharing = wording.dots(case.shared_with) or sheet.say("sharing_none")
    rows = [
        ("heading_place", wording.dots([place, time, now, tied])),
        ("title_copy", _copied(sheet)),
        ("heading_asked", asked),
        (
            "heading_reach",
            wording.dots([_reach(sheet), _call_hours(sheet, sheet.assessment.today)]),
        ),
        ("heading_unknown", "; ".join(unknown(sheet))),
        ("heading_sharing", sharing),
    ]
    return [f"<b>{escape(sheet.say(name))}:</b> {escape(text)}" for name, text in rows if text]


def _reach(sheet: Sheet) -> str:
    contact = sheet.intake.contact
    adverb = wording.in_language(sheet.language, sheet.intake.language, sheet.texts)
    if contact is None or contact.way == "chat":
        return sheet.say("reach_chat", language=adverb)
    name = {"email": "reach_email", "phone": "reach_phone"}.get(contact.way, "reach_call")
    return sheet.say(name, language=adverb, value=contact.value).rstrip(": ")


# Questions whose being passed over the coordinator should know, and how each is called.
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
    skipped = dict.fromkeys(
        _SKIPPED[path.split("@")[0]] for path in intake.skipped if path.split("@")[0] in _SKIPPED
    )
    never = [sheet.say(f"unknown_{id}") for id, yes in missing.items() if yes and id not in skipped]
    passed = [sheet.say("skipped", what=sheet.say(f"unknown_{id}")) for id in skipped]
    return (*never, *passed)


def _story_pieces(sheet: Sheet, first_room: int) -> list[str]:
    """The original story as folded quotations, the first of at most ``first_room`` characters."""
    intake = sheet.intake
    if not intake.story:
        return []
    adverb = wording.in_language(sheet.language, intake.language, sheet.texts)
    head = sheet.say("story_head", language=adverb, n=len(intake.story))
    if intake.removed:
        head += " " + sheet.say("story_removed", n=intake.removed)
    words = wording.DOT.join(f"«{message}»" for message in intake.story)
    on = sheet.say("story_goes_on")
    pieces = []
    room = first_room - len(head) - len(on) - 4
    while words:
        part, words = _split(words, room)
        rows = [head, part, on if words else ""]
        quoted = "\n".join(escape(row) for row in rows if row)
        pieces.append(f"<blockquote expandable>{quoted}</blockquote>")
        head, room = "", MESSAGE_LIMIT - len(on) - 4
    return pieces


def _split(text: str, room: int) -> tuple[str, str]:
    """The text up to ``room`` UTF-16 units, cut between words where possible, and the rest."""
    if len(text.encode("utf-16-le")) // 2 <= room:
        return text, ""
    head = text[:room]
    while len(head.encode("utf-16-le")) // 2 > room:
        head = head[:-1]
    space = head.rfind(" ")
    if space > room // 2:
        head = head[:space]
    return head, text[len(head) :].lstrip()


# -- group chats --------------------------------------------------------------------------------


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
