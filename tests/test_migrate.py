"""One conversation from one revision to another: each kind of change by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from dialogs.conversation import Answer, Conversation, Prompt, Say, State, Turn
from dialogs.edition import revive
from dialogs.family import Family, Plan
from dialogs.kept import keep
from dialogs.migrate import fits, migrate, renames, stays, take
from dialogs.play import Talk
from dialogs.texts import Texts
from dialogs.transcript import Line
from tests.drafts import ADULTS, SHIPPED, changed, draft, without

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
GO_ON = Turn("t", AT, "command", value="continue")


def at(path: str, values: dict[str, Any]) -> Conversation:
    """A talk that stands at this prompt."""
    edition = draft()
    talk, family = Talk(edition, AT), Family(edition, "en", Plan(values), AT.year)
    line: Line | None = Line("command", name="start")
    while line is not None:
        talk.act(line)
        assert talk.c is not None
        if talk.c.prompt is not None and talk.c.prompt.path == path:
            return talk.c
        shown = talk.chat.messages[-1].rows
        line = family.answer(talk.c, shown)
    raise AssertionError(f"never at {path}")


def told(step: Any) -> list[str]:
    """The names of all paragraphs of a step."""
    return [part[0] for effect in step.effects if isinstance(effect, Say) for part in effect.parts]


ANSWERED: dict[str, Any] = {
    "status": "abroad", "country": "GB", "regions": 1, "near": True, "children": 1,
}  # fmt: skip


def test_what_is_alike_moves_without_a_trace() -> None:
    new = draft(changed("text: Where are you now?", "text: Where are you at present?"))
    c = at("contact", ANSWERED)
    moved = migrate(new, c, GO_ON, draft())
    assert not moved.noticed
    assert moved.noted == ()
    assert msgspec.structs.replace(moved.conversation, revision=c.revision) == c


def test_a_renamed_question_keeps_answer_prompt_and_buttons() -> None:
    new = draft(changed("      - id: radius\n", "      - id: how_far\n        was: [radius]\n"))
    c = at("radius", ANSWERED)
    assert c.prompt is not None
    made = take(new, c, Turn("t", AT, "choice", visit=c.prompt.visit, value="km20"), draft())
    assert made.conversation.answers["how_far"].value == "km20"
    back = take(draft(), made.conversation, GO_ON, new).conversation
    assert back.answers["radius"].value == "km20"
    assert "how_far" not in back.answers


def test_a_renamed_group_keeps_its_items() -> None:
    source = SHIPPED.replace("      - id: adults\n", "      - id: grown\n        was: [adults]\n")
    source = source.replace("    group: adults\n", "    group: grown\n")
    new, c = draft(source), at("work_plan@2", {**ANSWERED, "adults": 2})
    moved = migrate(new, c, GO_ON, draft())
    assert not moved.unused
    assert moved.conversation.answers["grown"].value == ["1", "2"]
    assert moved.conversation.answers["work@1"].value == c.answers["work@1"].value


@pytest.mark.parametrize("kind", ["text", "yes_no", "number", "country"])
def test_an_answer_of_another_kind_is_asked_again(kind: str) -> None:
    """Even where its value has the same shape: a choice's id is no text the family wrote."""
    source = without("age_band")
    source = changed(ADULTS, f"      - id: age_band\n        kind: {kind}\n        title: Age\n"
                     "        text: How old are you?\n" + ADULTS, source)  # fmt: skip
    c = at("contact", {**ANSWERED, "children": 0, "age_band": "26_39"})
    moved = migrate(draft(source), c, GO_ON, draft())
    assert moved.again == ("age_band",)
    assert "age_band" not in moved.conversation.answers
    assert moved.noted == (("script:revised.again", {}),)
    assert [e.path for e in moved.conversation.earlier if e.reason == "revised"] == ["age_band"]


def test_a_question_moved_into_a_group_does_not_take_answers_along() -> None:
    at_, end = SHIPPED.index("      - id: origin\n"), SHIPPED.index("  - id: child_more\n")
    block, stage = SHIPPED[at_:end], "      - id: child_stage\n"
    source = SHIPPED.replace(block, "\n").replace(stage, block.rstrip() + "\n" + stage)
    answer = Answer("yes", "Yes", "tapped", AT, "en", draft().id)
    assert not fits(draft(source), "origin", answer, draft(), "origin")
    assert not fits(draft(source), "origin@1", answer, draft(), "origin")


def test_a_question_that_no_longer_applies_lets_its_answer_go() -> None:
    new = draft(changed("        when: children == 0\n", "        when: children > 3\n"))
    c = at("contact", {**ANSWERED, "children": 0})
    moved = migrate(new, c, GO_ON, draft())
    assert moved.unused == ("age_band",)
    assert moved.noted == (("script:revised.unused", {}),)


def test_a_number_out_of_its_new_bounds_is_asked_again() -> None:
    value = {"children": 3}
    new = draft(changed("        kind: group\n        title: Children\n        most: 4\n",
                        "        kind: group\n        title: Children\n        most: 4\n"
                        "        maximum: 2\n"))  # fmt: skip
    moved = migrate(new, at("contact", {**ANSWERED, **value}), GO_ON, draft())
    assert "children" in moved.again
    assert not [path for path in moved.conversation.answers if path.startswith("child_year@")]


def test_a_question_now_required_is_asked_of_those_who_passed_it_over() -> None:
    new = draft(changed("        title: Age\n", "        title: Age\n        required: true\n"))
    c = at("contact", {**ANSWERED, "children": 0, "age_band": None})
    assert migrate(new, c, GO_ON, draft()).again == ("age_band",)


def test_the_review_is_not_sent_over_a_new_question() -> None:
    new = draft(changed(ADULTS, "      - id: pets\n        kind: yes_no\n        title: Pets\n"
                        "        text: A pet?\n" + ADULTS))  # fmt: skip
    c = at("review", ANSWERED)
    assert c.prompt is not None
    for turn in (
        Turn("t", AT, "choice", visit=c.prompt.visit, value="send"),
        Turn("t", AT, "text", "yes", message="m"),
        Turn("t", AT, "text", "3", message="m"),
    ):
        made = take(new, c, turn, draft())
        assert made.conversation.case is None
        assert made.conversation.prompt is not None
        assert made.conversation.prompt.path == "pets"
        assert told(made)[0] == "script:revised.fresh"
    words = "One more thing: we have a horse and a library of two thousand books."
    made = take(new, c, Turn("t", AT, "text", words, message="m"), draft())
    assert made.conversation.story[-1].text == words
    assert made.conversation.prompt is not None
    assert made.conversation.prompt.path == "pets"


def test_a_case_already_sent_never_changes() -> None:
    new, c = draft(without("age_band")), at("offer", {**ANSWERED, "children": 0})
    assert c.case is not None
    made = take(new, c, Turn("t", AT, "command", value="continue"), draft())
    assert made.conversation.revision == draft().id
    assert made.conversation.answers == c.answers


def test_a_notice_counts_as_it_was_read() -> None:
    new = draft(changed("    • You can skip questions.", "    • You may skip any question."))
    c = at("notice", {})
    assert c.prompt is not None
    made = take(new, c, Turn("t", AT, "choice", visit=c.prompt.visit, value="go"), draft())
    seen = take(draft(), c, Turn("t", AT, "choice", visit=c.prompt.visit, value="go"), draft())
    assert made.conversation.notice == seen.conversation.notice
    assert take(new, made.conversation, GO_ON, draft()).conversation.revision == new.id


@pytest.mark.parametrize("kind", ["due", "staff", "blocked"])
def test_reminders_and_the_office_are_no_occasion(kind: Any) -> None:
    assert stays(at("contact", ANSWERED), Turn("t", AT, kind))


def test_an_old_button_of_a_question_that_is_gone_answers_nothing() -> None:
    new = draft(without("age_band"))
    c = at("contact", {**ANSWERED, "children": 0})
    visit = next(visit for visit, path in c.seen if path == "age_band")
    made = take(new, c, Turn("t", AT, "choice", visit=visit, value="60"), draft())
    assert "age_band" not in made.conversation.answers
    assert "product:old_button" in told(made)
    assert made.conversation.prompt is not None
    assert made.conversation.prompt.path == "contact"


def test_an_old_value_that_no_longer_fits_is_not_offered_to_be_kept() -> None:
    """It has no label any more: offering it would fail."""
    new = draft(changed("          - {id: km20, text: Up to 20 km}\n", ""))
    c = at("contact", {**ANSWERED, "radius": "km20"})
    made = take(new, c, GO_ON, draft())
    assert made.conversation.prompt is not None
    assert made.conversation.prompt.path == "radius"
    says = [effect for effect in made.effects if isinstance(effect, Say)]
    assert "keep" not in [button.value for button in says[-1].buttons]


def test_without_the_old_revision_shapes_decide() -> None:
    new = draft(without("age_band"))
    c = at("age_band", {**ANSWERED, "children": 0})
    made = take(new, c, Turn("t", AT, "text", "34", message="m"), None)
    assert made.conversation.revision == new.id
    assert made.conversation.state is State.ASKING
    assert any("34" in each.text for each in made.conversation.story)


def test_renames_follow_what_either_revision_says() -> None:
    new = draft(changed("      - id: radius\n", "      - id: how_far\n        was: [radius]\n"))
    assert renames(new, draft()) == {"radius": "how_far"}
    assert renames(draft(), new) == {"how_far": "radius"}
    assert renames(draft(), draft()) == {}


def test_a_kept_revision_is_the_same_when_it_is_revived() -> None:
    edition = draft()
    content = keep(SHIPPED, edition, Texts.load())
    again = revive(content, Texts.load(), edition.programme)
    assert again.id == edition.id
    assert revive(content, Texts.load(), edition.programme, "another").id == "another"
    name = "return:status.text"
    assert again.texts.say("ru", name) == edition.texts.say("ru", name)


def test_a_prompt_that_is_gone_survives_being_stored() -> None:
    new = draft(without("age_band"))
    moved = migrate(new, at("age_band", {**ANSWERED, "children": 0}), GO_ON, draft())
    prompt = moved.conversation.prompt
    assert isinstance(prompt, Prompt)
    assert prompt.page == "Age"
    assert len(prompt.candidates) == len(prompt.picked) == 4
    encoded = msgspec.json.encode(moved.conversation)
    assert msgspec.json.decode(encoded, type=Conversation) == moved.conversation
