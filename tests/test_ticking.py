"""Questions of which several choices count; scripts that begin without a story."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.editions import script_path
from dialogs.conversation import Amend, Conversation, Say, State, Step, Turn
from dialogs.edition import SCRIPTS, Edition
from dialogs.engine import start, step
from dialogs.messages import Speaker
from tests.drafts import draft

BENCHMARKS = Path(__file__).parent / "benchmarks"
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class Talk:
    """Turns against a script, buttons tapped by their labels."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.made: Step = start(edition, "c1", Turn("0", AT, "command", value="start"))
        self.tap("English")
        self.tap("I have read it, let us start")

    @property
    def c(self) -> Conversation:
        return self.made.conversation

    def labels(self) -> dict[str, tuple[int, str]]:
        speaker = Speaker(self.edition, self.c, AT)
        return {
            speaker.label(button): (effect.visit, button.value)
            for effect in self.made.effects
            if isinstance(effect, Say | Amend)
            for button in (*effect.buttons, *effect.last)
        }

    def tap(self, label: str) -> None:
        visit, value = self.labels()[label]
        self._turn("choice", visit=visit, value=value)

    def type(self, text: str) -> None:
        self._turn("text", text=text)

    def _turn(self, kind: str, text: str = "", visit: int = 0, value: str = "") -> None:
        turn = Turn("n", AT, kind, text, visit, value)  # type: ignore[arg-type]
        self.made = step(self.edition, self.c, turn)


@pytest.fixture
def talk() -> Talk:
    """At the question with several choices."""
    talk = Talk(draft((BENCHMARKS / "intake12.yaml").read_text("utf-8")))
    assert talk.c.state is State.ASKING, "no story is asked for where the script has none"
    for answer in ("Anna", "34", "Kenya", "Nairobi", "+254700111222"):
        talk.type(answer)
    talk.tap("English")  # typed, it would be the talk's own language
    for answer in ("2", "Shelter", "Looking"):
        talk.type(answer)
    assert talk.c.prompt is not None
    assert talk.c.prompt.path == "barriers"
    return talk


def test_choices_are_ticked_until_done(talk: Talk) -> None:
    assert "Done" not in talk.labels()
    talk.tap("Papers")
    talk.tap("Transport")
    assert {"✓ Papers", "✓ Transport", "Health", "Done"} <= talk.labels().keys()
    talk.tap("✓ Papers")
    assert "Papers" in talk.labels()
    talk.tap("Childcare")
    talk.tap("Done")
    assert talk.c.answers["barriers"].value == ["transport", "childcare"], "in their own order"


def test_a_tick_sent_twice_stays(talk: Talk) -> None:
    visit, value = talk.labels()["Papers"]
    for _ in range(2):
        talk.made = step(talk.edition, talk.c, Turn("n", AT, "choice", visit=visit, value=value))
    assert talk.c.prompt is not None
    assert talk.c.prompt.picked == ("papers",)


def test_ticked_and_typed_choices_count_together(talk: Talk) -> None:
    talk.tap("Papers")
    talk.type("health")
    assert talk.c.answers["barriers"].value == ["health", "papers"]


def test_done_can_be_typed(talk: Talk) -> None:
    talk.tap("Papers")
    talk.type("done")
    assert talk.c.answers["barriers"].value == ["papers"]


def test_all_ticked_goes_on(talk: Talk) -> None:
    for label in ("Transport", "Childcare", "Language", "Health", "Papers", "Money"):
        talk.tap(label)
    assert len(talk.c.answers["barriers"].value) == 6
    assert talk.c.prompt is not None
    assert talk.c.prompt.path == "call_time"


def test_a_folder_with_one_script_brings_it(tmp_path: Path) -> None:
    assert script_path(programme=BENCHMARKS) == BENCHMARKS / "intake12.yaml"
    assert script_path(programme=tmp_path) == SCRIPTS / "return.yaml"
    (tmp_path / "own.yaml").write_text("script: own\n", "utf-8")
    (tmp_path / "return.yaml").write_text("script: return\n", "utf-8")
    assert script_path(programme=tmp_path) == tmp_path / "return.yaml"
