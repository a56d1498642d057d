"""Nothing hostile gets far: hundreds of scripts refused, each in a second, all in 100 MB."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.check import check_script
from dialogs.faults import Fault
from dialogs.loader import load_script
from dialogs.texts import Texts
from tests.hostile_scripts import HEAD, scripts

SCRIPTS = dict(scripts())
TEXTS = Texts([], [])


def faults_of(text: str) -> list[Fault]:
    loaded = load_script(text)
    if loaded.script is None:
        return list(loaded.faults)
    return check_script(loaded.script, loaded.positions, TEXTS, {})


def test_there_are_enough_and_the_honest_one_passes() -> None:
    assert len(SCRIPTS) >= 300
    assert faults_of(HEAD) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_is_refused_within_a_second(name: str) -> None:
    began = time.process_time()
    faults = faults_of(SCRIPTS[name])
    assert time.process_time() - began < 1
    assert faults
    assert all(fault.line >= 1 for fault in faults)


def test_all_together_take_less_than_100_megabytes() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "tests.hostile_scripts"], check=True, capture_output=True, text=True
    )
    assert int(result.stdout) < 100


LINES = HEAD.splitlines()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_ends_in_a_script_or_in_faults(text: str) -> None:
    loaded = load_script(text)
    assert (loaded.script is None) == bool(loaded.faults)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.integers(0, 60),
    st.sampled_from([*":-{}[]'\"|>&*!%@`#?,\t \\\n", "", "é", "\u202e", "null", ": ", "- "]),
)
def test_a_slip_of_the_finger_never_breaks_the_loader(line: int, column: int, slip: str) -> None:
    written = LINES[line]
    lines = [*LINES[:line], written[:column] + slip + written[column + 1 :], *LINES[line + 1 :]]
    text = "\n".join(lines) + "\n"
    for fault in faults_of(text):
        assert 1 <= fault.line <= text.count("\n") + 1
        assert fault.column >= 1
