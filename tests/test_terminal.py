"""The terminal: a whole talk through a pipe, as CI and scripts use it."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from pathlib import Path

import pytest

from bot.channels.channel import Incoming, Key, Missing, Order
from bot.channels.terminal import Terminal, plain
from bot.office import utc_now
from dialogs.transcript import read

TALK = """\
[Izlasīju, sākam]
Dzīvojam Norvēģijā, esam divi pieaugušie bez bērniem. Gribam uz Kuldīgu.
Vajag darbu un dzīvokli īrei.
#1
1 2
#2
[Vēl nezinām]
#1
[Nosūtīt koordinatoram]
"""


def chat(typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "chat", *options],
        input=typed, capture_output=True, text=True, encoding="utf-8", timeout=100, check=False,
    )  # fmt: skip


def test_a_whole_talk_from_a_pipe_and_again_from_its_record(tmp_path: Path) -> None:
    record = tmp_path / "talk.txt"
    told = chat(TALK, "--language", "lv", "--record", str(record))
    assert (told.returncode, told.stderr) == (0, "")
    assert "Jūsu lietas numurs: 1001" in told.stdout
    assert "Koordinators: Kurzemes plānošanas reģions" in told.stdout
    assert "│ 2 pieaugušie" in told.stdout
    assert "\x1b" not in told.stdout
    kept = record.read_text(encoding="utf-8")
    acts = read(kept).lines
    assert [(line.kind, line.text or line.name) for line in acts[:3]] == [
        ("command", "start"),
        ("tap", "Latviešu"),
        ("tap", "Izlasīju, sākam"),
    ]
    assert "| Lieta 1001" in kept
    again = chat(kept)
    assert again.returncode == 0
    assert "Jūsu lietas numurs: 1001" in again.stdout


def test_a_button_that_is_not_there_fails_the_pipe() -> None:
    told = chat("#9\n")
    assert told.returncode == 1
    assert "no button #9" in told.stdout


@pytest.mark.parametrize(
    ("options", "code"), [(("--language", "xx"), 2), (("--script", "none.yaml"), 1)]
)
def test_what_cannot_be_is_one_line(options: tuple[str, ...], code: int) -> None:
    told = chat("", *options)
    assert told.returncode == code
    assert "Traceback" not in told.stderr
    assert told.stderr


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>Sveiki</b> &amp; <i>labi</i>", "Sveiki & labi"),
        ("a\x1b[31m\x07b", "a[31mb"),
        ("1 &lt; 2\n<blockquote expandable>viss</blockquote>", "1 < 2\n▾ viss"),
    ],
)
def test_html_as_text(html: str, text: str) -> None:
    assert plain(html, styled=False) == text


def test_bold_only_on_a_terminal() -> None:
    assert plain("<b>a</b>", styled=True) == "\x1b[1ma\x1b[22m"


async def test_a_number_taps_the_newest_keyboard_and_words_stay_words() -> None:
    taken: list[Incoming] = []

    async def accept(incoming: Incoming) -> None:
        taken.append(incoming)

    lines: asyncio.Queue[str | None] = asyncio.Queue()
    out = io.StringIO()
    terminal = Terminal(lines, out, utc_now)
    old = await terminal.perform("family", Order("send", "A", ((Key("Jā", "t1"),),)))
    keys = Key("Jā", "t2"), Key("Nē", "t3")
    new = await terminal.perform("family", Order("send", "B", (keys,)))
    for typed in ("#2", "[Jā]", "2", "/help me", "  ", None):
        lines.put_nowait(typed)
    await terminal.receive(accept)
    turns = [(each.turn.kind, each.token, each.turn.text) for each in taken if each.turn]
    assert turns == [
        ("choice", "t3", ""),
        ("choice", "t2", ""),
        ("text", "", "2"),
        ("command", "", "me"),
    ]
    await terminal.perform("family", Order("bare", message=new))
    lines.put_nowait("#1")
    lines.put_nowait(None)
    await terminal.receive(accept)
    assert taken[-1].token == "t1"
    await terminal.perform("family", Order("edit", "A\n✓ Jā", message=old))
    assert out.getvalue().endswith("✓ Jā\n\n")
    with pytest.raises(Missing):
        await terminal.perform("family", Order("bare", message="99"))
