"""Five hundred families in mid-talk while the script changes under them, and back again.

What the rehearsal counted comes true; no answer stands under a wrong question; nothing anybody
wrote is swallowed; every talk ends.
"""

from __future__ import annotations

from collections import Counter

import pytest

from dialogs.conversation import Conversation, Say, State, Turn
from dialogs.edition import Edition
from dialogs.engine.agenda import split
from dialogs.migrate import migrate, take
from dialogs.rehearsal import Rehearsal, rehearse
from tests import drafts
from tests.under_way import AT, FAMILIES, families, finished

DRAFTS = ("ADDED", "DELETED", "RENAMED", "RETYPED", "NO_CHOICE")
GO_ON = Turn("t", AT, "command", value="continue")


def counted(source: str) -> Rehearsal:
    old = drafts.draft()
    talks = [c for _, c in families()]
    half = rehearse(talks[:200], drafts.draft(source), {old.id: old}.get, AT)
    return rehearse(talks[200:], drafts.draft(source), {old.id: old}.get, AT, half)


def test_five_hundred_are_under_way_everywhere() -> None:
    states = Counter(c.state for _, c in families())
    open_ = {c.prompt.path.partition("@")[0] for _, c in families() if c.prompt}
    assert {State.LANGUAGE, State.NOTICE, State.TELLING, State.ASKING, State.REVIEWING,
            State.SENT} <= states.keys()  # fmt: skip
    assert {"status", "place", "children", "age_band", "radius", "child_year", "contact"} <= open_
    assert min(states.values()) >= 10


@pytest.mark.parametrize("name", DRAFTS)
def test_what_the_rehearsal_says_comes_true(name: str) -> None:
    new, old = drafts.draft(getattr(drafts, name)), drafts.draft()
    said = counted(getattr(drafts, name))
    sent = sum(c.case is not None for _, c in families())
    assert said.sent == sent > 0
    assert said.under_way == FAMILIES - sent
    again, unused, closed, fresh = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    unnoticed = 0
    turn = Turn("t", AT, "command", value="continue")
    called = {"local_tie": "tie", "age_band": "age_group"} if name == "RENAMED" else {}
    for _, c in families():
        if c.case is not None:
            assert take(new, c, turn, old).conversation.revision == old.id
            continue
        after = take(new, c, turn, old).conversation
        if c.state is State.NOTICE:
            assert after.revision == old.id
            after = migrate(new, c, turn, old).conversation
        gone = {e.path for e in after.earlier if e.reason == "revised"}
        asked = {split(called.get(p, p))[0] for p in gone} & {split(p)[0] for p in after.agenda}
        again.update(asked)
        unused.update({split(p)[0] for p in gone} - asked)
        came = {split(p)[0] for p in after.agenda} - old.questions.keys() - set(called.values())
        fresh.update(came - asked)
        path = c.prompt.path if c.prompt else ""
        lost = path in old.questions and path not in new.questions and path not in called
        retyped = path == "radius" and name == "RETYPED"
        closed.update([path] if lost or retyped else [])
        unnoticed += not (gone or came or lost or retyped)
    assert said.closed == closed
    assert said.again == again
    assert said.unused == unused
    if name != "NO_CHOICE":  # there, what hangs on the removed choice comes and goes with it
        assert said.fresh == fresh
        assert said.unnoticed == unnoticed
    expected = {
        "ADDED": said.fresh.keys() == {"pets"} and not said.again and not said.lost,
        "DELETED": said.unused.keys() == {"age_band"} and said.closed.keys() == {"age_band"},
        "RENAMED": said.unnoticed == said.under_way,
        "RETYPED": said.again.keys() == {"radius"} and said.closed.keys() == {"radius"},
        "NO_CHOICE": said.again.keys() >= {"status"},
    }
    assert expected[name]


@pytest.mark.parametrize("name", DRAFTS)
def test_every_family_ends_and_no_answer_stands_wrong(name: str) -> None:
    new, old = drafts.draft(getattr(drafts, name)), drafts.draft()
    for number, c in families():
        end = finished(c, new, old, number)
        assert end.state is State.SENT, (number, end.state, end.prompt)
        own = new if end.revision == new.id else old
        right(end, own)
        if c.case is not None:
            assert end.revision == old.id
            kept = {path: answer for path, answer in c.answers.items() if path in end.answers}
            assert kept == {path: end.answers[path] for path in kept}


@pytest.mark.parametrize("name", DRAFTS)
def test_and_after_it_is_taken_back(name: str) -> None:
    new, old = drafts.draft(getattr(drafts, name)), drafts.draft()
    turn = Turn("t", AT, "command", value="continue")
    for number, c in families():
        if number % 3 or c.case is not None:
            continue
        there = take(new, c, turn, old).conversation
        back = take(old, there, turn, new).conversation
        right(back, old)
        if name in ("RENAMED", "ADDED") and c.notice is not None:
            assert {p: a.value for p, a in back.answers.items()} == {
                p: a.value for p, a in c.answers.items()
            }
        assert finished(back, old, new, number).state is State.SENT


def right(c: Conversation, edition: Edition) -> None:
    """Every answer is one its question can have, given to a question of its kind."""
    for path, answer in c.answers.items():
        compiled = edition.questions[split(path)[0]]
        assert bool(compiled.group) == ("@" in path)
        kind, value = compiled.question.kind, answer.value
        if value is None:
            continue
        if kind == "choice":
            assert value in {choice.id for choice in compiled.question.choices}, path
        elif kind == "yes_no":
            assert value in ("yes", "no", "unsure"), path
        elif kind == "text":
            assert value not in ("only", "km20", "km40"), path
        else:
            shape = {"group": list, "place": list, "time": dict, "contact": dict}.get(kind, object)
            assert isinstance(value, shape), path
    for path in (*c.agenda, *c.trail):
        assert split(path)[0] in edition.questions


STORY = "Vēl gribu pateikt, ka mums ir zirgs un liela bibliotēka"


@pytest.mark.parametrize("name", ["DELETED", "RETYPED"])
def test_nothing_typed_is_swallowed(name: str) -> None:
    """Whatever stands open, a text that comes right after publishing is found again."""
    new, old = drafts.draft(getattr(drafts, name)), drafts.draft()
    gone = "age_band" if name == "DELETED" else "radius"
    met = 0
    for number, c in families():
        if c.prompt is None or c.prompt.path != gone:
            continue
        met += 1
        before = len(c.story)
        for turn in (
            Turn("t", AT, "text", "2", message="m"),
            Turn("t", AT, "choice", visit=c.prompt.visit, value=old.spec(gone).choices[1].id),
            Turn("t", AT, "text", STORY, message="m"),
        ):
            made = take(new, c, turn, old)
            told = [each.text for each in made.conversation.story[before:]]
            choice = old.spec(gone).choices[1].id
            label = old.texts.say(c.language, old.name(gone, f"{choice}.text"))
            assert len(told) == 1, (number, turn, told)
            assert told[0].endswith(STORY if turn.text == STORY else label)
            says = [part for e in made.effects if isinstance(e, Say) for part in e.parts]
            assert [p for p in says if p[0].startswith("script:revised")] == [says[0]]
    assert met >= 2


def test_a_typed_number_means_the_button_that_was_drawn() -> None:
    """The second of three choices stays what the family read, though it is first of two now."""
    new, old = drafts.draft(drafts.NO_CHOICE), drafts.draft()
    c = next(c for _, c in families() if c.prompt and c.prompt.path == "status")
    assert c.prompt is not None
    third = take(new, c, Turn("t", AT, "text", "3", message="m"), old).conversation
    assert third.answers["status"].value == "back"
    second = take(new, c, Turn("t", AT, "text", "2", message="m"), old).conversation
    assert "status" not in second.answers
    assert second.prompt is not None and second.prompt.path == "status"
    tapped = take(new, c, Turn("t", AT, "choice", visit=c.prompt.visit, value="domestic"), old)
    assert "status" not in tapped.conversation.answers
    assert tapped.conversation.prompt is not None
    assert tapped.conversation.prompt.path == "status"


@pytest.mark.parametrize("name", DRAFTS)
def test_each_family_hears_of_it_at_most_once(name: str) -> None:
    new, old = drafts.draft(getattr(drafts, name)), drafts.draft()
    for _, c in families():
        turn = Turn("t", AT, "command", value="continue")
        first = take(new, c, turn, old)
        there = first.conversation
        again = take(new, there, turn, old if there.revision == old.id else new)
        told = [part[0] for e in first.effects if isinstance(e, Say) for part in e.parts
                if part[0].startswith("script:revised")]  # fmt: skip
        assert len(told) <= 1
        if c.case is not None:
            assert not told
        if first.conversation.revision == new.id:
            later = [part[0] for e in again.effects if isinstance(e, Say) for part in e.parts]
            assert not [part for part in later if part.startswith("script:revised")]


def test_danger_is_heard_at_a_question_that_is_gone() -> None:
    new, old = drafts.draft(drafts.DELETED), drafts.draft()
    c = next(c for _, c in families() if c.prompt and c.prompt.path == "age_band")
    made = take(new, c, Turn("t", AT, "text", "Vīrs mani sit, man ir bail", message="m"), old)
    assert made.conversation.alarm == "danger"
