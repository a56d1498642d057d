"""The family's story: kept as told, understood as far as it goes, confirmed in one message."""

from __future__ import annotations

import msgspec

from dialogs.answers import age_band, place_settled, place_value, time_value, whole_number
from dialogs.conversation import Answer, Button, Conversation, Part, State, Told
from dialogs.engine import agenda, asking
from dialogs.engine.questions import text_part
from dialogs.engine.work import CUT_KINDS, Work
from dialogs.sheet import understood
from dialogs.recognise.people import answer_children
from dialogs.recognise.reading import ChildFound, Understanding
from dialogs.recognise.story import understand

BURST_SECONDS = 3.0
"""How long the note of what was understood waits for more messages (conversation-style 12)."""
NOTE = "note"
FIX_LINE = "fix"
CUT = "[…]"
"""What stands where something was left out before storage."""

ASK_ME = Button("ask_me", "product:ask_me", alone=True)
THATS_ALL = Button("done", "product:thats_all", alone=True)
RIGHT = Button("done", "product:right_thats_all", alone=True)
FIX = Button("fix", "product:fix", alone=True)


def ask(work: Work) -> None:
    """Invite the story (or more of it)."""
    work.stand(State.TELLING)
    if work.c.story:
        work.open("story", (("product:tell_more", {}),), (THATS_ALL,))
    else:
        work.open("story", (text_part(work, "story", "text"),), (ASK_ME,))


def resume(work: Work) -> None:
    """Show again what was understood."""
    work.stand(State.TELLING)
    note(work, delay=0.0)


def text(work: Work, said: str) -> None:
    """One more message of the story, or the number of a line to mend."""
    if work.c.prompt is not None and work.c.prompt.path == FIX_LINE:
        number = whole_number(said)
        if number is not None and len(said) < 12:
            fix_line(work, number)
            return
    add(work, said)
    note(work, delay=BURST_SECONDS)


def add(work: Work, said: str) -> None:
    """Keep a message of the story, with the needs and questions it holds.

    Needs are read from the message as it came; only their ids and cleaned words are kept.
    """
    told = Told(work.turn.message, said, work.turn.at, said.count(CUT))
    work.change(story=(*work.c.story, told))
    read_needs_of(work, work.raw)


def read_needs_of(work: Work, raw: str) -> None:
    """Take the needs and the family's own questions out of a message."""
    found = understand(raw, work.today, work.edition.programme.recogniser)
    known = dict(work.c.needs)
    for need in found.needs:
        words = work.clean(need.words) if need.stated else ""
        if need.id not in known or (words and not known[need.id]):
            known[need.id] = words or known.get(need.id, "")
    questions = [work.clean(question) for question in found.questions]
    work.change(
        needs=tuple(known.items()),
        questions=tuple(dict.fromkeys((*work.c.questions, *questions))),
    )


def add_late(work: Work, said: str) -> None:
    """A story-like message that came while something else was asked."""
    add(work, said)
    work.note("product:added_to_story")


def note(work: Work, *, delay: float) -> None:
    """The one note of what was understood, at the bottom of the chat."""
    of = with_proposals(work)
    lines = len(understood(work.edition, of, work.turn.at))
    kept_out: tuple[Part, ...] = tuple((f"product:not_kept_{kind}", {}) for kind in work.c.told if kind in CUT_KINDS.values())
    lead, check = "product:understood", "product:is_it_right"
    if not lines:
        lead, check = "product:heard", "product:write_more"
    elif lines < 3:
        lead, check = "product:so_far", "product:write_more"
    body: tuple[Part, ...] = (("@understood", {"of": of}),) if lines else ()
    work.open(
        "story",
        ((lead, {}), *body, *kept_out, (check, {})),
        (RIGHT, FIX) if lines >= 3 else (THATS_ALL,),
        slot=NOTE,
        delay=delay,
    )


def with_proposals(work: Work) -> Conversation:
    """The conversation as it would be if everything understood were right."""
    merged = dict(work.c.answers)
    for path, answer in proposals(work).items():
        merged.setdefault(path, answer)
    return msgspec.structs.replace(work.c, answers=merged)


def proposals(work: Work) -> dict[str, Answer]:
    """What the whole story says, as answers to be confirmed."""
    story = "\n".join(told.text for told in work.c.story)
    found = understand(story, work.today, work.edition.programme.recogniser)
    known = work.edition.questions
    geography = work.edition.programme.geography
    out: dict[str, Answer] = {}

    def propose(path: str, value: object, raw: str = "", sure: bool = True) -> None:
        if agenda.split(path)[0] in known and path not in out:
            out[path] = work.answer(value, raw, "story", sure=sure)

    status = _status(found)
    if status:
        propose("status", status)
    if found.country is not None and found.country.sure and found.country.code != "LV":
        if status in ("", "abroad"):
            propose("status", "abroad")
            propose("country", found.country.code)
    home = place_value(found.home, 1, geography)
    if status == "domestic" and home:
        propose("home", home, sure=place_settled(home))
    place = place_value(found.place, 3, geography)
    if not place and status == "back" and home:
        place = home
    if place:
        propose("place", place, sure=place_settled(place))
    if found.when is not None:
        words = story[found.when.span.start : found.when.span.end]
        path = "back_since" if found.when.status == "already_back" else "time"
        if path == "back_since" or status != "back":
            propose(path, time_value(found.when), words)
    household = found.household
    if household.children is not None:
        for path, answer in child_answers(work, household.children).items():
            out.setdefault(path, answer)
    adults = household.adults
    if adults:
        propose("adults", [str(n + 1) for n in range(adults)])
        for person in household.people:
            number = 1 if person.who == "writer" else 2
            if number <= adults and person.trade:
                propose(f"work@{number}", person.trade, person.trade)
    ages = [person.age for person in household.people if person.who == "writer" and person.age]
    if ages and household.children in (None, ()) and (adults or 1) == 1:
        propose("age_band", age_band(ages[0] or 0))
    return out


def _status(found: Understanding) -> str:
    if found.status:
        return found.status
    if found.when is not None and found.when.status == "already_back":
        return "back"
    return ""


def child_answers(work: Work, children: tuple[ChildFound, ...]) -> dict[str, Answer]:
    """Children as read, as answers: the group, and what is known of each."""
    out = {"children": work.answer([str(n + 1) for n in range(len(children))], "", "story")}
    for number, child in enumerate(children, 1):
        if child.years is not None:
            low, high = child.years
            if low == high:
                out[f"child_year@{number}"] = work.answer(
                    low, "" if child.certain else "?", "story"
                )
            else:
                out[f"child_year@{number}"] = work.answer(
                    list(range(low, high + 1)), "", "story", sure=False
                )
        if child.latvian:
            out[f"child_latvian@{number}"] = work.answer(child.latvian, "", "story")
        if child.stage:
            out[f"child_stage@{number}"] = work.answer(child.stage, "", "story")
    return out


def children_from_text(work: Work, group: str, said: str) -> bool:
    """Read birth years or ages typed where the number of children is asked."""
    if group != "children":
        return False
    found = answer_children(said, work.today)
    if found is None or (found and all(child.years is None for child in found)):
        return False
    for path, answer in child_answers(work, found).items():
        agenda.record(work, path, msgspec.structs.replace(answer, raw=said, how="typed"))
    return True


def tap(work: Work, value: str) -> None:
    """A button under the story prompt or the note."""
    if value == "ask_me":
        skip(work)
    elif value == "done":
        confirm(work)
    elif value == "fix":
        pick_line(work)
    elif value.startswith("line:"):
        fix_line(work, int(value.removeprefix("line:")))
    else:
        resume(work)


def confirm(work: Work) -> None:
    """Everything understood is right: it counts, and only the rest is asked."""
    work.close()
    if not work.c.agenda:
        agenda.build(work, later=False)
    order = work.edition.questions
    found = proposals(work)
    for path in sorted(found, key=lambda p: (order[agenda.split(p)[0]].question.kind != "group",
                                             order[agenda.split(p)[0]].position)):  # fmt: skip
        if path not in work.c.answers:
            agenda.record(work, path, found[path])
    told = work.answer(len(work.c.story) or None, "", "typed")
    agenda.record(work, "story", told)
    work.change(needs=(*work.c.needs, *_inferred(work)), resume="")
    asking.ask_next(work)


def _inferred(work: Work) -> tuple[tuple[str, str], ...]:
    """Needs that follow from the circumstances, to be offered apart."""
    known = {need for need, _ in work.c.needs}
    story = "\n".join(told.text for told in work.c.story)
    found = understand(story, work.today, work.edition.programme.recogniser)
    return tuple((need.id, "") for need in found.needs if need.id not in known)


def skip(work: Work) -> None:
    """Rather be asked: the story is passed over."""
    if not work.c.agenda:
        agenda.build(work, later=False)
    agenda.record(work, "story", work.answer(None, "", "tapped"))
    work.close()
    asking.ask_next(work)


def pick_line(work: Work) -> None:
    """Ask which line of the note is wrong."""
    lines = len(understood(work.edition, with_proposals(work), work.turn.at))
    buttons = tuple(
        Button(f"line:{n}", "product:plain", {"text": str(n)}) for n in range(1, lines + 1)
    )
    work.open(FIX_LINE, (("product:which_line", {}),), buttons, (Button("note", "product:back"),))


def fix_line(work: Work, number: int) -> None:
    """Open the question behind a line of the note; then the note again."""
    lines = understood(work.edition, with_proposals(work), work.turn.at)
    if not 1 <= number <= len(lines):
        resume(work)
        return
    found = proposals(work)
    if not work.c.agenda:
        agenda.build(work, later=False)
    for path in lines[number - 1].paths:
        group = work.edition.questions[agenda.split(path)[0]].group
        for needed in (*((group,) if group else ()), path):
            if needed not in work.c.answers and needed in found:
                agenda.record(work, needed, found[needed])
    work.change(resume="story")
    work.stand(State.AMENDING)
    asking.ask(work, lines[number - 1].paths[0])
