"""What the pure engine costs a turn: ``python -m tests.benchmarks.engine``.

Processor time in microseconds, the median over all turns of a play; of each turn the best of many
runs. "step" is the engine alone, "speech" the drawing of what it says with signed buttons, "value"
writing the conversation as JSON and sealing it. Plays: the golden transcripts against the shipped
script, the benchmark's twelve questions, and a script of a thousand questions.
"""

from __future__ import annotations

import gc
import re
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from bot.buttons import Buttons
from bot.editions import Editions
from bot.speech import Speech
from dialogs.conversation import Conversation, Say, Step, Turn
from dialogs.edition import Edition, compile_edition, load_edition
from dialogs.engine import start
from dialogs.loader import load_script
from dialogs.messages import Speaker
from dialogs.migrate import take
from dialogs.programme.programme import Programme
from dialogs.texts import Texts
from dialogs.transcript import read
from storage.sealing import Box
from storage.write import Address
from tests.benchmarks.rig.people import Scenario
from tests.talk import Talk

HERE = Path(__file__).parent
TRANSCRIPTS = sorted((HERE.parent / "transcripts").glob("*.txt"))
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
RUNS = 15
STEP_LIMIT, LONG_LIMIT = 50.0, 1.2
"""Microseconds of a step; a thousand questions against twelve."""

Act = tuple[Conversation, Turn]


class Play(msgspec.Struct):
    """The turns of a play on one edition."""

    edition: Edition
    acts: list[Act]


def shipped() -> Play:
    """Every turn of the golden transcripts."""
    acts: list[Act] = []
    last: Conversation | None = None

    def watch(before: Conversation | None, made: Step, turn: Turn) -> None:
        nonlocal last
        if before is not None:
            # As the service has it: in memory with what was counted, not read anew.
            acts.append((last if last == before else before, turn))
        last = made.conversation

    for file in TRANSCRIPTS:
        script = read(file.read_text("utf-8"))
        Talk(script.at, watch).play(script)
    return Play(load_edition(), acts)


def asked(edition: Edition, wanted: Iterator[tuple[str, re.Pattern[str] | None]]) -> Play:
    """The turns of somebody who sends texts or presses what matches."""
    first = Turn("1", NOW, "command", value="start")
    made = start(edition, "c", first)
    acts: list[Act] = []
    for n, (send, press) in enumerate(wanted, 2):
        c = made.conversation
        if press is None:
            turn = Turn(str(n), NOW, "text", text=send, message=str(n))
        else:
            turn = _press(edition, made, press, str(n))
        acts.append((c, turn))
        made = take(edition, c, turn, edition)
    return Play(edition, acts)


def _press(edition: Edition, made: Step, wanted: re.Pattern[str], number: str) -> Turn:
    speaker = Speaker(edition, made.conversation, NOW)
    for effect in reversed(made.effects):
        for button in (*getattr(effect, "buttons", ()), *getattr(effect, "last", ())):
            if wanted.search(speaker.label(button)):
                visit = getattr(effect, "visit", 0)
                return Turn(number, NOW, "choice", visit=visit, value=button.value)
    raise LookupError(f"no button {wanted.pattern}")


def twelve(texts: Texts, programme: Programme) -> Play:
    """The benchmark's own scenario."""
    edition = compile_edition(load_script(HERE / "intake12.yaml"), texts, programme)
    steps = Scenario(HERE / "intake12.toml").steps[1:]
    return asked(edition, ((step.send, step.press) for step in steps))


def many(count: int, texts: Texts, programme: Programme) -> Play:
    """A script of so many questions, of which the first, some middle and last are answered."""
    head = (HERE / "intake12.yaml").read_text("utf-8").partition("    questions:\n")[0]
    questions = "".join(
        f"      - id: q{n}\n        kind: yes_no\n        title: Question {n}\n"
        f"        text: Question number {n}?\n"
        + (f"        when: q{n - 1} != 'no'\n" if n % 5 == 4 else "")
        for n in range(count)
    )
    edition = compile_edition(load_script(f"{head}    questions:\n{questions}"), texts, programme)
    taps = ["English", "I have read it", *["Yes"] * 12]
    play = asked(edition, (("", re.compile(each)) for each in taps))
    return Play(edition, play.acts[2:])


def best(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Processor time of a call in microseconds, the best of many runs."""
    found = float("inf")
    for _ in range(runs):
        began = time.process_time_ns()
        work()
        found = min(found, time.process_time_ns() - began)
    return found / 1000


class Cost(msgspec.Struct):
    """Medians over a play, in microseconds."""

    turns: int
    step: float
    slowest: float
    speech: float
    value: float
    size: int


def cost(play: Play) -> Cost:
    """Measure a play."""
    edition = play.edition
    speech = Speech(Editions(None, edition), Buttons(b"k" * 32))  # type: ignore[arg-type]
    to = Address("address00000", "telegram", "100000")
    box = Box(b"k" * 32)
    encode = msgspec.json.Encoder().encode
    steps, said, values, sizes = [], [], [], []
    for c, turn in play.acts:
        made = take(edition, c, turn, edition)
        steps.append(best(lambda: take(edition, c, turn, edition)))  # noqa: B023
        if any(isinstance(each, Say) for each in made.effects):
            said.append(best(lambda: speech.owed(to, made.effects, made.conversation, NOW)))  # noqa: B023
        values.append(best(lambda: box.seal(encode(made.conversation), "c", "id", "s")))  # noqa: B023
        sizes.append(len(encode(made.conversation)))
    middle = statistics.median
    return Cost(len(steps), middle(steps), max(steps), middle(said), middle(values),
                int(middle(sizes)))  # fmt: skip


def main() -> None:
    """Print a line for every play, then what is missed."""
    own = load_edition()
    texts, programme = Texts.load(), own.programme
    plays = {
        "golden transcripts": shipped(),
        "twelve questions": twelve(texts, programme),
        "12 choices": many(12, texts, programme),
        "1,000 choices": many(1000, texts, programme),
    }
    gc.collect()
    gc.freeze()
    gc.disable()
    costs = {name: cost(play) for name, play in plays.items()}
    print(f"{'play':<20} {'turns':>6} {'step':>7} {'slowest':>8} "
          f"{'speech':>7} {'value':>7} {'bytes':>7}")  # fmt: skip
    for name, each in costs.items():
        print(f"{name:<20} {each.turns:>6} {each.step:>7.1f} {each.slowest:>8.0f} "
              f"{each.speech:>7.1f} {each.value:>7.1f} {each.size:>7}")  # fmt: skip
    step = costs["golden transcripts"].step
    print(f"step on the shipped script: {step:.1f} of at most {STEP_LIMIT:.0f}"
          f"{'' if step <= STEP_LIMIT else ': MISSED'}")  # fmt: skip
    long = costs["1,000 choices"].step / costs["12 choices"].step
    print(f"a thousand questions against twelve: {long:.2f} of at most {LONG_LIMIT}"
          f"{'' if long <= LONG_LIMIT else ': MISSED'}")  # fmt: skip


if __name__ == "__main__":
    main()
