"""The family's story: kept as told, understood as far as it goes, confirmed in one message."""

from __future__ import annotations

import msgspec

from dialogs.answers import age_band, place_settled, place_value, time_value, whole_number
from dialogs.conversation import Answer, Button, Conversation, Part, State, Told
from dialogs.engine import agenda, asking, picking, reviewing
from dialogs.engine.questions import text_part
from dialogs.engine.work import CUT_KINDS, Work
from dialogs.recognise.command_words import read_command
from dialogs.recognise.needs import read_needs
from dialogs.recognise.people import answer_children
from dialogs.recognise.questions import read_questions
from dialogs.recognise.reading import ChildFound, HouseholdReading, Understanding
from dialogs.recognise.yes_no import read_yes_no
from dialogs.sheet import understood

BURST_SECONDS = 3.0
"""How long the note of what was understood waits for more messages (conversation-style 12)."""
NOTE = "note"
FIX_LINE = "fix"
NOTE_ROOM = 600
LEFT_OUT_LENGTH = 85
"""Characters of the note's lines and questions, so that with its opening and its question the
whole keeps to 700 (conversation-style 1); and of one sentence on what was left out."""
ENOUGH = 3
"""Lines understood from which the note asks whether all is right."""
SHORT = 12
"""Characters below which a text may be a number or a plain yes."""
CUT = "[…]"
"""What stands where something was left out before storage."""

ASK_ME = Button("ask_me", "product:ask_me", alone=True)
THATS_ALL = Button("done", "product:thats_all", alone=True)
RIGHT = Button("done", "product:right_thats_all", alone=True)
FIX = Button("fix", "product:fix", alone=True)


def ask(work: Work) -> None:
    """Invite the story (or more of it); a script without one asks its first question."""
    if "story" not in work.edition.questions:
        skip(work)
        return
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
    prompt = work.c.prompt
    if prompt is not None and len(said) < SHORT:
        number = whole_number(said)
        # Under the note itself "2 children" is a word more of the story; "2" alone is no story.
        of_note = prompt.slot == NOTE and said.strip(" .)#").isdecimal()
        if number is not None and (
            prompt.path == FIX_LINE or (of_note and 1 <= number <= _lines(work))
        ):
            fix_line(work, number)
            return
    if work.c.story and _ends(said):
        confirm(work)
        return
    add(work, said)
    note(work, delay=BURST_SECONDS)


def _ends(said: str) -> bool:
    """Whether a short text says that everything is told, or that all of it is right."""
    return read_command(said) in ("done", "send") or (
        len(said) < SHORT and read_yes_no(said) == "yes"
    )


def add(work: Work, said: str) -> None:
    """Keep a message of the story, with the needs and questions it holds.

    Needs are read from the message as it came; only their ids and cleaned words are kept.
    """
    told = Told(work.turn.message, said, work.turn.at, said.count(CUT))
    work.change(story=(*work.c.story, told))
    read_needs_of(work, work.raw)


def read_needs_of(work: Work, raw: str) -> None:
    """Take the needs and the family's own questions out of a message."""
    lexicon, found = work.edition.programme.recogniser.lexicon, work.sensitive(raw)
    marks = work.marks(raw)
    known = dict(work.c.needs)
    for need in read_needs(marks, lexicon):
        known[need.id] = known.get(need.id) or work.without(need.words, raw, found)
    questions = (work.without(each, raw, found) for each in read_questions(marks, lexicon))
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
    kinds = _left_out_now(work)
    left_out: tuple[Part, ...] = tuple((f"product:not_kept_{kind}", {}) for kind in kinds)
    lead, check = "product:understood", "product:is_it_right"
    if not lines:
        lead, check = "product:heard", "product:write_more"
    elif lines < ENOUGH:
        lead, check = "product:so_far", "product:write_more"
    room = NOTE_ROOM - LEFT_OUT_LENGTH * len(kinds)
    said = lines or of.questions
    body: tuple[Part, ...] = (("@understood", {"of": of, "room": room}),) if said else ()
    work.open(
        "story",
        ((lead, {}), *body, *left_out, (check, {})),
        (RIGHT, FIX) if lines >= ENOUGH else (THATS_ALL,),
        slot=NOTE,
        delay=delay,
        candidates=kinds,
    )


def _left_out_now(work: Work) -> tuple[str, ...]:
    """Kinds of over-sharing to be spoken of in this note: once a talk each.

    A note that this one replaces before it was sent hands on what it would have said.
    """
    before = work.before
    unsent: tuple[str, ...] = ()
    passed = (work.turn.at - (before.last or work.turn.at)).total_seconds()
    if before.prompt is not None and before.prompt.slot == NOTE and passed < BURST_SECONDS:
        unsent = before.prompt.candidates
    fresh = [k for k in work.c.told if k in CUT_KINDS.values() and k not in before.told]
    return tuple(dict.fromkeys((*unsent, *fresh)))


def with_proposals(work: Work) -> Conversation:
    """The conversation as it would be if everything understood were right."""
    merged = dict(work.c.answers)
    for path, answer in proposals(work).items():
        merged.setdefault(path, answer)
    return msgspec.structs.replace(work.c, answers=merged)


def proposals(work: Work) -> dict[str, Answer]:
    """What the whole story says, as answers to be confirmed."""
    found = work.story()
    story = "\n".join(told.text for told in work.c.story)
    known = work.edition.questions
    geography = work.edition.programme.geography
    out: dict[str, Answer] = {}

    def propose(path: str, value: object, raw: str = "", sure: bool = True) -> None:
        if agenda.split(path)[0] in known and path not in out:
            out[path] = work.answer(value, raw, "story", sure=sure)

    status = _status(found)
    if status:
        propose("status", status)
    country = found.country.code if found.country is not None and found.country.sure else ""
    if country not in ("", "LV") and status in ("", "abroad"):
        propose("status", "abroad")
        propose("country", country)
    home = place_value(found.home, 1, geography)
    if status == "domestic" and home:
        propose("home", home, sure=place_settled(home))
    place = place_value(found.place, 3, geography)
    if not place and status == "back" and home:
        place = home
    if place or (found.place.undecided and not home):
        propose("place", place, sure=place_settled(place))
    if found.when is not None:
        words = story[found.when.span.start : found.when.span.end]
        path = "back_since" if found.when.status == "already_back" else "time"
        if path == "back_since" or status != "back":
            propose(path, time_value(found.when), words)
    for path, answer in _household(work, found.household).items():
        propose(path, answer.value, answer.raw, answer.sure)
    return out


def _household(work: Work, household: HouseholdReading) -> dict[str, Answer]:
    """Who moves, as the story tells."""
    out: dict[str, Answer] = {}
    children, adults = household.children, household.adults
    if children is not None:
        out |= child_answers(work, children)
    if adults:
        out["adults"] = work.answer([str(n + 1) for n in range(adults)], "", "story")
        for person in household.people:
            number = 1 if person.who == "writer" else 2
            if number > adults:
                continue
            if person.trade:
                out[f"work@{number}"] = work.answer(person.trade, person.trade, "story")
            if person.plan:
                out[f"work_plan@{number}"] = work.answer(person.plan, "", "story")
    ages = [person.age for person in household.people if person.who == "writer" and person.age]
    if ages and not children and (adults or 1) == 1:
        out["age_band"] = work.answer(age_band(ages[0]), "", "story")
        # "I am 23" tells of one person: who writes moves alone unless others are named.
        out.setdefault("adults", work.answer(["1"], "", "story"))
    return out


def _status(found: Understanding) -> str:
    if found.status:
        return found.status
    if found.when is not None and found.when.status == "already_back":
        return "back"
    return ""


def child_answers(work: Work, children: tuple[ChildFound, ...]) -> dict[str, Answer]:
    """Children as read, the eldest first: the group, and what is known of each.

    Years that are not certain stay unsure: "2020?" until the family says it is right.
    """
    children = tuple(sorted(children, key=_seniority))
    out = {"children": work.answer([str(n + 1) for n in range(len(children))], "", "story")}
    for number, child in enumerate(children, 1):
        if child.years is not None:
            low, high = child.years
            value = low if low == high else list(range(low, high + 1))
            certain = low == high and child.certain
            out[f"child_year@{number}"] = work.answer(value, "", "story", sure=certain)
        if child.latvian:
            out[f"child_latvian@{number}"] = work.answer(child.latvian, "", "story")
        if child.stage:
            out[f"child_stage@{number}"] = work.answer(child.stage, "", "story")
    return out


def _seniority(child: ChildFound) -> tuple[int, int]:
    """Eldest first by what the family called them, then by year; others stay as told."""
    rank = {"eldest": 0, "middle": 1, "youngest": 2}.get(child.rank, 1)
    return rank, child.years[1] if child.years is not None else 0


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
        fix_line(work, number_of(value))
    else:
        resume(work)


def number_of(value: str) -> int:
    """The number in a button's value ("line:3"); 0 for anything else."""
    number = value.partition(":")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0


GUESSED_YEARS = 2
"""An age leaves two years of birth open; the likelier one is shown and confirmed with the note."""


def confirm(work: Work) -> None:
    """Everything understood is right: it counts, and only the rest is asked."""
    work.close()
    if not work.c.agenda:
        agenda.build(work, later=False)
    order = work.edition.questions
    found = proposals(work)
    for path in sorted(found, key=lambda p: (order[agenda.split(p)[0]].question.kind != "group",
                                             order[agenda.split(p)[0]].position)):  # fmt: skip
        if agenda.unsettled(work.c, path) and _has_place(work, path):
            likely = _likeliest(work, path, found[path])
            year = work.edition.spec(agenda.split(path)[0]).kind == "year"
            if year and not isinstance(likely.value, list):  # read by the family and called right
                likely = msgspec.structs.replace(likely, sure=True)
            agenda.record(work, path, likely)
    told = work.answer(len(work.c.story) or None, "", "typed")
    agenda.record(work, "story", told)
    work.change(needs=_clearest_first(work), resume="")
    asking.ask_next(work)


def _has_place(work: Work, path: str) -> bool:
    """Whether a path's item exists: a child the family has taken out does not come back."""
    question_id, item = agenda.split(path)
    group = work.edition.questions[question_id].group
    return not group or item in agenda.items(work.c, group)


def count_understood(work: Work) -> None:
    """What the story says counts as it is, unconfirmed: there is no time to ask."""
    found = proposals(work)
    for path, answer in sorted(found.items(), key=lambda each: "@" in each[0]):
        if path not in work.c.answers and _has_place(work, path):
            likely = _likeliest(work, path, answer)
            work.change(answers={**work.c.answers, path: likely})
    if work.c.story:
        told = work.answer(len(work.c.story), "", "typed")
        work.change(answers={**work.c.answers, "story": told}, needs=_clearest_first(work))


def _likeliest(work: Work, path: str, answer: Answer) -> Answer:
    """The answer; of few years in which a child may be born, the one that is shown as a guess."""
    value = answer.value
    if work.edition.spec(agenda.split(path)[0]).kind != "year" or not isinstance(value, list):
        return answer
    if len(value) > GUESSED_YEARS:
        return answer
    return msgspec.structs.replace(answer, value=value[-1])


def _clearest_first(work: Work) -> tuple[tuple[str, str], ...]:
    """The needs in the order they are offered: said, the clearest first; then inferred ones."""
    known = dict(work.c.needs)
    found = [need.id for need in work.story().needs]
    said = [need for need in found if known.get(need)]
    said += [need for need in known if need not in said and known[need]]
    rest = [need for need in (*found, *known) if need not in said]
    return tuple((need, known.get(need, "")) for need in dict.fromkeys((*said, *rest)))


def skip(work: Work) -> None:
    """Rather be asked: the story is passed over; what was told already counts."""
    if work.c.story:
        confirm(work)
        return
    if not work.c.agenda:
        agenda.build(work, later=False)
    agenda.record(work, "story", work.answer(None, "", "tapped"))
    work.close()
    asking.ask_next(work)


def pick_line(work: Work) -> None:
    """Ask which line of the note is wrong."""
    work.open(FIX_LINE, (("product:which_line", {}),), reviewing.line_buttons(_lines(work)),
              (Button("note", "product:back"),))  # fmt: skip


def _lines(work: Work) -> int:
    """How many lines the note numbers."""
    return len(understood(work.edition, with_proposals(work), work.turn.at))


def fix_line(work: Work, number: int) -> None:
    """Open the question behind a line of the note; where there are several, ask which."""
    lines = understood(work.edition, with_proposals(work), work.turn.at)
    if not 1 <= number <= len(lines):
        resume(work)
        return
    found = proposals(work)
    if not work.c.agenda:
        agenda.build(work, later=False)
    paths = lines[number - 1].paths
    for path in paths:
        group = work.edition.questions[agenda.split(path)[0]].group
        for needed in (*((group,) if group else ()), path):
            if needed not in work.c.answers and needed in found:
                agenda.record(work, needed, found[needed])
    picking.pick(work, picking.to_mend(work, paths), "note")


def mend(work: Work, path: str) -> None:
    """Ask one understood thing anew; then the note again."""
    work.change(resume="story")
    work.stand(State.AMENDING)
    asking.ask(work, path)
