"""Single habits of the engine that a whole talk would show only by chance."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

import dialogs.engine.work as work_module
from dialogs.conversation import AddToCase, Say, State, Turn
from dialogs.edition import SCRIPTS, Edition, load_edition
from dialogs.engine import step
from dialogs.messages import Speaker
from dialogs.recognise.story import understand
from dialogs.transcript import Line, read
from tests.talk import Talk

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STORY = "Dzīvojam Zviedrijā, gribam uz Kuldīgu nākamvasar, bērni 2016 un 2021, vajag dzīvokli īrei"


def talk(*rows: str, at: datetime = AT) -> Talk:
    """A talk played from transcript lines, after the notice was read in Latvian."""
    beginning = (">> /start", ">> [Latviešu]", ">> [Izlasīju, sākam]")
    return begun(*beginning, *rows, at=at)


def begun(*rows: str, at: datetime = AT) -> Talk:
    """A talk from its very first line."""
    made = Talk(at)
    for line in lines(rows):
        made.act(line)
    return made


def lines(rows: Iterable[str]) -> tuple[Line, ...]:
    return read("\n".join(("# at: 2026-11-23T09:00:00+00:00", *rows))).lines


def last(made: Talk) -> str:
    """What was shown last."""
    return "\n".join(made.out[-1:])


@pytest.mark.parametrize("said", ["mēs esam no Cēsīm un gribam mājās", "/change", "(photo) skat"])
def test_nothing_is_kept_before_the_notice_is_read(said: str) -> None:
    made = begun(">> /start", f">> {said}", ">> [Latviešu]", f">> {said}")
    assert made.c is not None
    assert made.c.state is State.NOTICE
    assert not made.c.story and not made.c.answers and not made.c.needs and not made.c.questions


def test_what_a_button_says_can_be_typed() -> None:
    made = talk(f">> {STORY}", ">> pareizi, tas ir viss", ">> visas sis", ">> 2")
    assert made.c is not None and made.c.prompt is not None
    assert made.c.answers["adults"].value == ["1", "2"]
    assert made.c.prompt.path == "contact"
    made.act(lines([">> šeit šajā sarunā"])[0])
    made.act(lines([">> nosūtīt koordinatoram"])[0])
    assert made.c.case is not None


def test_a_note_that_has_grown_is_shown_before_it_is_called_right() -> None:
    made = talk(">> Dzīvojam Somijā, gribam uz Talsiem", ">> mums ir divi bērni",
                "+> [Tas ir viss]")  # fmt: skip
    assert made.c is not None
    assert made.c.state is State.TELLING
    assert not made.c.answers
    assert "Vecākais bērns" in last(made)


@pytest.mark.parametrize(("said", "asked"), [("2", "place"), ("#3.", "time"), ("2 bērni", "story"),
                                             ("40", "story")])  # fmt: skip
def test_the_number_of_a_line_typed_under_the_note_mends_it(said: str, asked: str) -> None:
    made = talk(f">> {STORY}", f">> {said}")
    assert made.c is not None and made.c.prompt is not None
    assert made.c.prompt.path == asked
    assert (made.c.state is State.TELLING) is (asked == "story")


@pytest.mark.parametrize(("said", "asked"), [("2031", "part"), ("nezinu kuru", "part"), ("2", "")])
def test_a_part_of_a_line_that_was_not_named_is_asked_for_again(said: str, asked: str) -> None:
    story = f"{STORY}. Mēs esam divi: es grāmatvede, vīrs metinātājs"
    made = talk(f">> {story}", ">> 5")
    assert made.c is not None and made.c.prompt is not None
    assert made.c.prompt.path == "part", made.c.prompt
    parts = made.c.prompt.candidates
    made.act(lines([f">> {said}"])[0])
    assert made.c.prompt.path == (asked or parts[1])
    assert made.c.prompt.candidates == (parts if asked else ())


def test_the_same_tap_twice_changes_nothing() -> None:
    made = talk(f">> {STORY}", ">> [Pareizi, tas ir viss]", ">> [Mājoklis īrei]", ">> [2]")
    before = made.c
    assert before is not None
    shown = len(made.out)
    made.act(lines([">> [2] (old)"])[0])
    assert made.c is not None
    assert made.c.answers == before.answers
    assert made.c.prompt == before.prompt
    assert len(made.out) == shown + 2  # an empty line and the tap itself


def test_an_alarm_goes_out_at_once_and_then_only_asks_how_to_answer() -> None:
    made = talk(f">> {STORY}", ">> [Pareizi, tas ir viss]", ">> vīrs mani sit, draud nogalināt")
    assert made.c is not None and made.c.prompt is not None
    assert made.c.case is not None
    assert made.c.alarm == "danger"
    assert made.c.prompt.path == "contact"
    assert last(made).splitlines()[0] == "<< **Ja kāds ir briesmās, zvaniet tūlīt: 112**"
    assert "Atpakaļ" not in last(made)


def test_worry_is_no_alarm() -> None:
    made = talk(">> bail, ka bērnu nepaņems skolā vai izsmies, man ir bail no tā visa")
    assert made.c is not None
    assert made.c.case is None and not made.c.alarm


def test_third_misunderstanding_offers_a_person() -> None:
    made = talk(">> [Labāk jautājiet man]", ">> hm", ">> nu", ">> ko")
    shown = [row for row in made.out if row.startswith("<<")]
    assert shown[-3] != shown[-2]
    assert "[Piezvaniet man]" in shown[-1]
    assert "[Piezvaniet man]" not in shown[-2]


def test_an_edited_message_corrects_the_answer_it_gave() -> None:
    made = talk(">> [Labāk jautājiet man]", ">> ārzemēs", ">> Īrija", ">> (edit 2) Dānija")
    assert made.c is not None
    assert made.c.answers["country"].value == "DK"
    assert [e.answer.value for e in made.c.earlier if e.path == "country"] == ["IE"]


def test_another_language_is_offered_once_and_never_chosen_for_the_family() -> None:
    made = talk(">> Мы живём в Германии и хотим домой в Огре", ">> Ещё у нас двое детей, им 3 и 9")
    shown = "\n".join(made.out)
    assert made.c is not None and made.c.language == "lv"
    assert shown.count("Var turpināt krieviski.") == 1


def test_written_after_the_sending_joins_the_case() -> None:
    effects: list[AddToCase] = []
    made = talk(f">> {STORY}", ">> [Pareizi, tas ir viss]", ">> [Mājoklis īrei]", ">> 2",
                ">> [Šeit, šajā sarunā]", ">> [Nosūtīt koordinatoram]",
                ">> [Ne tagad]")  # fmt: skip
    made.watch = lambda _before, step, _turn: effects.extend(
        effect for effect in step.effects if isinstance(effect, AddToCase)
    )
    made.act(lines([">> mainījās: brauksim jau maijā"])[0])
    made.act(lines(["+> un tikai divatā"])[0])
    assert [(e.kind, e.text) for e in effects] == [
        ("message", "mainījās: brauksim jau maijā"),
        ("message", "un tikai divatā"),
    ]
    assert sum("Nodevu." in row for row in (*made.out, *made.chat.due(None))) == 1


def test_two_reminders_by_day_and_then_the_talk_is_gone() -> None:
    made = talk(f">> {STORY}", "-- wait 15d")
    due = [row for row in made.out if row.startswith("== ") and "UTC" in row]
    assert len(due) == 3  # next day, three days before, the end
    assert any(row == "== erased" for row in made.out)
    for row in due[:2]:
        assert 9 <= int(row[-9:-7]) <= 18  # Swedish day: one hour behind UTC + 2
    topics = ("Kuldīg", "Zviedrij", "dzīvok")
    reminders = [row for row in made.out if "nepabeigt" in row.lower() and row.startswith("<<")]
    assert not any(topic in row for row in reminders[1:] for topic in topics)


@pytest.fixture(scope="module")
def other_script(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The shipped script with what only other scripts use."""
    text = (SCRIPTS / "return.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "        text: Where are you now?\n",
        "        text: Where are you now?\n        urgent: value == \"back\"\n",
    )
    text = text.replace(
        "        title: Second region\n", "        title: Second region\n        sensitive: true\n"
    )
    text = text.replace(
        "{id: km40, text: Up to 40 km}",
        "{id: km40, text: Up to 40 km, when: status != \"abroad\"}",
    )
    path = tmp_path_factory.mktemp("script") / "return.yaml"
    path.write_text(text, encoding="utf-8")
    return load_edition(str(path))


def with_script(other: Edition, *rows: str) -> Talk:
    """A talk by another script, after the notice was read."""
    made = Talk(AT)
    made.edition = other
    for line in lines((">> /start", ">> [Latviešu]", ">> [Izlasīju, sākam]", *rows)):
        made.act(line)
    return made


def test_an_answer_a_script_calls_urgent_goes_out_at_once(other_script: Edition) -> None:
    made = with_script(other_script, ">> [Labāk jautājiet man]", ">> [Jau esam atpakaļ]")
    assert made.c is not None and made.c.prompt is not None
    assert made.c.case is not None
    assert made.c.prompt.path == "contact"


def test_a_choice_with_a_condition_is_offered_only_if_it_holds(other_script: Edition) -> None:
    made = with_script(
        other_script, ">> Dzīvojam Somijā, gribam uz Talsiem vai kaut kur tuvumā, bērnu nav",
        ">> tas ir viss", ">> izlaist", ">> 1", ">> 30", ">> vasarā",
    )  # fmt: skip
    assert made.c is not None and made.c.prompt is not None
    assert made.c.prompt.path == "radius"
    assert "Līdz 20 km" in last(made)
    assert "Līdz 40 km" not in last(made)


def test_a_sensitive_question_waits_for_the_number(other_script: Edition) -> None:
    made = with_script(other_script, ">> Dzīvojam Somijā, gribam uz Talsiem vai Cēsīm, bērnu nav",
                       ">> tas ir viss")  # fmt: skip
    assert made.c is not None
    assert "copy" not in made.c.agenda


def test_what_families_write_never_becomes_markup() -> None:
    said = "<b>Mēs</b> & <a href='x'>dzīvojam</a> Somijā. vai <i>var</i> <pre>pieteikt</pre>?"
    made = talk(f">> {said}")
    assert made.c is not None
    for language in ("lv", "ru", "en"):
        of = Speaker(made.edition, made.c, made.now, language=language)
        for name in ("@understood", "@my_data", "@review"):
            html = of.draw(Say(((name, {"of": made.c}),))).html
            assert "<a" not in html and "<pre" not in html and "<i>var" not in html


def test_a_flood_of_words_is_kept_but_read_only_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    read_lengths: list[int] = []

    def watched(told: str, *more: object) -> object:
        read_lengths.append(len(told))
        return understand(told, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(work_module, "understand", watched)
    made = talk(">> dzivojam irija, gribam uz Valmieru", *[f">> {'vardi ' * 400}"] * 5)
    assert made.c is not None and len(made.c.story) == 6
    assert max(read_lengths) == work_module.STORY_READ


def test_another_persons_forwarded_message_is_not_kept() -> None:
    made = talk()
    assert made.c is not None
    turn = Turn(
        id="f1", at=AT, kind="attachment", text="Mūsu kaimiņi grib uz Talsiem", extra="forward"
    )
    after = step(made.edition, made.c, turn).conversation
    assert after.story == ()
    assert after.answers == made.c.answers


def test_from_an_address_one_can_go_back_to_the_ways_to_answer() -> None:
    made = talk(">> viņš mani sit, draud nogalināt", ">> [E-pastā]")
    assert "[Atpakaļ]" in last(made)
    made.act(lines([">> [Atpakaļ]"])[0])
    assert made.c is not None and "contact" not in made.c.answers
    made.act(lines([">> [Šeit, šajā sarunā]"])[0])
    assert made.c.answers["contact"].value["way"] == "chat"
    assert made.c.state is State.SENT


@pytest.mark.parametrize("row", [">> /help", ">> (sticker)", ">> /back", ">> /my_data"])
def test_how_to_answer_an_urgent_case_is_asked_until_it_is_said(row: str) -> None:
    made = talk(">> viņš mani sit, draud nogalināt", row)
    assert made.c is not None and made.c.prompt is not None
    assert made.c.prompt.path == "contact"
    made.act(lines([">> šeit"])[0])
    assert made.c.answers["contact"].value["way"] == "chat"
    assert made.c.state is State.SENT


def test_before_a_language_is_chosen_danger_is_answered_in_each() -> None:
    made = begun(">> /start", ">> помогите, муж избил меня")
    shown = last(made)
    assert "zvaniet tūlīt: 112" in shown and "звоните сейчас: 112" in shown
    assert "call now: 112" in shown
    assert made.c is not None and not made.c.story
