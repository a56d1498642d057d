"""Each kind of question and each of its fields, in the engine, the messages and on the case."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache

import pytest

from dialogs.check import check_script
from dialogs.conversation import HandOff, Turn
from dialogs.edition import Edition, compile_edition
from dialogs.engine import private, step
from dialogs.engine.counting import questions_left
from dialogs.engine.work import Work
from dialogs.guide.page import EXAMPLE
from dialogs.loader import Loaded, load_script
from dialogs.play import Talk
from dialogs.preview import preview
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.prove import prove
from dialogs.recognise.dates import read_day, read_month
from dialogs.script import Kind
from dialogs.sheet import extra_of, seen_by, told
from dialogs.texts import Texts
from dialogs.transcript import Line
from dialogs.values import value_text
from tests.drafts import programme, texts
from tests.talk import reread

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = AT.date()


@cache
def everything() -> Loaded:
    return load_script(EXAMPLE)


@cache
def edition() -> Edition:
    return compile_edition(everything(), texts(), programme())


def at(question: str, language: str = "en", **given: str) -> Talk:
    """A talk that stands at a question."""
    return preview(edition(), AT, language, question, given)


def said(question: str, *acts: str | Line, language: str = "en", **given: str) -> Talk:
    """A talk that stands at a question, and what the family does then: a text or "[a tap]"."""
    talk = at(question, language, **given)
    for act in acts:
        if isinstance(act, Line):
            talk.act(act)
        else:
            talk.act(Line("tap", act[1:-1]) if act.startswith("[") else Line("text", act))
    assert talk.c is not None
    reread(talk.c)
    return talk


def value(talk: Talk, path: str) -> object:
    assert talk.c is not None
    return talk.c.answers[path].value if path in talk.c.answers else None


def shown(talk: Talk) -> str:
    return "\n".join(talk.out)


def test_the_script_has_every_kind_and_is_sound() -> None:
    loaded = everything()
    assert loaded.script is not None
    kinds = {q.kind for section in loaded.script.sections for q in section.questions}
    assert kinds == set(Kind.__args__)  # type: ignore[attr-defined]
    values = PROGRAMME_VALUES
    assert check_script(loaded.script, loaded.positions, Texts([], []), values) == []


def test_it_is_played_through_and_proved() -> None:
    proof = prove(edition(), ["ru"])
    assert proof.holds, [(t.code, t.about) for t in proof.troubles]
    assert not proof.open
    assert "health" in proof.private


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("beds", "trīs", 3),
        ("left_in", "2008", 2008),
        ("visit_month", "June 2027", "2027-06"),
        ("visit_day", "15.06.2027", "2027-06-15"),
        ("status", "abroad", "abroad"),
        ("school", "jā", "yes"),
        ("school", "не знаю", "unsure"),
        ("languages", "1 3", ["lv", "en"]),
        ("country", "Īrijā", "IE"),
        ("call_me", "+371 26 123 456", "+37126123456"),
        ("email", "majas@example.org", "majas@example.org"),
        ("wishes_long", "A garden, please.", "A garden, please."),
        ("pet_name", "Terrier", "Terrier"),
    ],
)
def test_an_answer_is_read_by_its_kind(question: str, text: str, expected: object) -> None:
    path = f"{question}@1" if question == "pet_name" else question
    assert value(said(question, text), path) == expected


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("2027-06-15", "2027-06", "2027-06-15"),
        ("15. 06. 2027", "2027-06", "2027-06-15"),
        ("2027. gada 15. jūnijā", "2027-06", "2027-06-15"),
        ("15 июня 2027 года", "2027-06", "2027-06-15"),
        ("June 15, 2027", "2027-06", "2027-06-15"),
        ("maijā 2019", "2019-05", None),
        ("06.2027", "2027-06", None),
        ("3 мая", "2027-05", "2027-05-03"),
        ("15.6.", None, "2027-06-15"),
        ("tomorrow", "2026-11", "2026-11-24"),
        ("31.02.2027", "2027-02", None),
        ("May or June 2027", None, None),
        ("hello", None, None),
        ("9" * 5000, None, None),
    ],
)
def test_months_and_days_are_read(text: str, month: str | None, day: str | None) -> None:
    assert read_day(text, TODAY) == day
    if text != "May or June 2027":
        assert read_month(text, TODAY) == month


def test_months_and_days_are_said_in_each_language() -> None:
    words = [value_text(edition(), "visit_day", "2027-06-15", each) for each in ("lv", "ru", "en")]
    assert words == ["2027. gada 15. jūnijs", "15 июня 2027\u202fг.", "15 June 2027"]
    assert value_text(edition(), "visit_month", "2027-06", "lv") == "2027. gada jūnijs"


def test_conditions_compare_months() -> None:
    for month, asked in (("May 2027", True), ("June 2027", False)):
        talk = said("visit_month", month)
        assert talk.c is not None
        assert ("visit_day" in talk.c.agenda) is asked


def test_several_choices_are_ticked_and_then_done() -> None:
    talk = said("languages", "[English]", "[Latvian]")
    assert value(talk, "languages") is None
    assert "[✓ English]" in shown(talk)
    assert "Done" in shown(talk)
    talk = said("languages", "[English]", "[Latvian]", "[✓ English]", "[Done]")
    assert value(talk, "languages") == ["lv"]


def test_the_last_tick_that_may_be_set_ends_the_question() -> None:
    talk = said("languages", "[German]", "[English]", "[Latvian]")
    assert value(talk, "languages") == ["lv", "en", "de"]


def test_the_same_tick_twice_sets_it_once() -> None:
    talk = said("languages", "[English]")
    assert talk.c is not None and talk.c.prompt is not None
    again = Turn("again", AT, "choice", visit=talk.c.prompt.visit, value="+en")
    assert step(edition(), talk.c, again).conversation.prompt == talk.c.prompt


def test_done_can_be_typed() -> None:
    assert value(said("languages", "[English]", "gatavs", language="lv"), "languages") == ["en"]


def test_a_choice_with_a_condition_is_offered_when_it_holds() -> None:
    assert "Latgalian" in shown(at("languages", status="domestic"))
    assert "Latgalian" not in shown(at("languages", status="abroad"))


def test_a_note_is_said_and_asks_nothing() -> None:
    talk = preview(edition(), AT, "en")
    for act in (Line("tap", "Rather ask me"), Line("command", name="skip")):
        talk.act(act)
    assert talk.c is not None and talk.c.prompt is not None
    assert "Now a few questions about the visit." in shown(talk)
    assert talk.c.prompt.path == "status"
    assert shown(talk).count("Now a few questions") == 1
    assert not [path for _, _, path in extra_of(edition(), talk.c, "en") if path == "intro"]


def test_an_earlier_answer_is_suggested() -> None:
    talk = said("other_phone", "[+37126123456]", call_me="+371 26123456")
    assert value(talk, "other_phone") == "+37126123456"
    assert value(said("other_phone", "+371 29999999", call_me="+371 26123456"), "other_phone") == (
        "+37129999999"
    )


def test_a_file_is_an_answer_only_where_it_is_asked_for() -> None:
    talk = said("paper", Line("attachment", "the draft", "document"))
    assert talk.c is not None
    answer = talk.c.answers["paper"]
    assert answer.value == {"file": "document", "message": "m1"}
    assert "a document, sent in the chat · the draft" in {
        path: text for _, text, path in extra_of(edition(), talk.c, "en")
    }["paper"]  # fmt: skip
    refused = said("beds", Line("attachment", "", "photo"))
    assert value(refused, "beds") is None
    assert "Send a photo or a document here, or skip." in shown(said("paper", "here it is"))


def test_bounds_and_rules() -> None:
    assert value(said("beds", "21"), "beds") is None
    talk = said("beds", "13")
    assert value(talk, "beds") is None
    assert "Thirteen beds are not possible." in shown(talk)
    assert value(said("left_in", "1949"), "left_in") is None


def test_an_urgent_answer_is_handed_over_at_once() -> None:
    handed: list[str] = []
    talk = at("unsafe")
    talk.watch = lambda _, made, __: handed.extend(
        effect.urgent for effect in made.effects if isinstance(effect, HandOff)
    )
    talk.act(Line("tap", "Yes"))
    assert len(handed) == 1
    assert talk.c is not None and talk.c.alarm


def test_a_group_of_the_scripts_own_is_asked_per_item() -> None:
    assert "Noted: 2" in shown(said("pets", "2"))
    talk = at("pet_kind", pets="2", status="abroad")
    assert "Number 1: what is it?" in shown(talk)
    talk.act(Line("tap", "All: Dog"))
    assert value(talk, "pet_kind@2") == "dog"


def test_who_may_see_an_answer() -> None:
    talk = said("wishes_long", "A garden, please.", wording="friends")
    assert talk.c is not None
    for reader, path, sees in (
        ("coordinator", "wishes_long", False), ("municipality", "wishes_long", True),
        ("coordinator", "wording", False), ("municipality", "wording", False),
    ):  # fmt: skip
        assert (path in seen_by(edition(), talk.c, reader).answers) is sees  # type: ignore[arg-type]
    own = {path for _, _, path in told(edition(), talk.c, "en").extra}
    assert not own & {"wishes_long", "wording"}


def test_a_delicate_question_is_never_asked_in_the_talk() -> None:
    talk = said("wishes_long", "[Skip]")
    assert talk.c is not None
    assert "barrier-free" not in shown(talk)
    assert "health" in private.paths(Work(edition(), talk.c, Turn("x", AT, "command")))


def test_purpose_basis_and_retention_come_from_the_section_or_the_question() -> None:
    own = edition().questions["wording"]
    assert own.question.purpose and own.question.retention == "talk"
    assert own.question.basis is None and own.section.basis == "GDPR Art. 6(1)(e)"


def test_dates_have_boundaries_in_the_proof() -> None:
    from dialogs.goals import wanted

    goals, untried = wanted(edition())
    seen = {(goal.name, goal.value, goal.holds) for goal in goals if goal.question == "visit_day"}
    assert {("soon", True, True), ("soon", False, False)} <= seen
    assert not untried
    assert date.fromisoformat("2027-06-15") > TODAY


def test_the_programme_counts_on_the_kinds_the_shipped_script_has() -> None:
    from dialogs.programme.facts import KNOWN
    from tests.drafts import draft

    asked = draft().questions
    assert {name: asked[name].question.kind for name in KNOWN} == KNOWN


def test_no_question_is_called_like_a_prompt_of_the_engines_own() -> None:
    from dialogs.conditions import RESERVED
    from dialogs.migrate import OWN

    assert OWN <= RESERVED


def test_a_note_is_not_counted_among_the_questions_left() -> None:
    counted = preview(edition(), AT, "en", "status")
    assert counted.c is not None
    assert "intro" in counted.c.agenda
    rows = [row for row in counted.out if "more questions" in row]
    left = Work(edition(), counted.c, Turn("x", AT, "command"))
    without = Work(edition(), counted.c, Turn("x", AT, "command"))
    without.change(agenda=tuple(path for path in counted.c.agenda if path != "intro"))
    assert questions_left(left) == questions_left(without)
    assert f"{questions_left(left)} more questions" in rows[-1]
