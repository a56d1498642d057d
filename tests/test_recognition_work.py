"""The work of recognition grows with the length of a message, never with its square."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from dialogs.recognise.story import RecogniserData, load_recogniser
from tests.benchmarks.recognition import HOSTILE, dense_texts, whole

_SHORT, _LONG = 2_000, 8_000
_SLACK = 1.25
"""Four times the text may cost five times the work: the start of a text is often cheaper."""


@pytest.fixture(scope="module")
def data() -> RecogniserData:
    return load_recogniser()


def _calls(text: str, data: RecogniserData) -> int:
    """How many functions, in Python or C, are called to read a text whose words are known."""
    whole(text, data)
    count = 0

    def counted(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        whole(text, data)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_four_times_the_text_costs_at_most_about_four_times_the_work(
    name: str, data: RecogniserData
) -> None:
    pattern = HOSTILE[name] * (_LONG // len(HOSTILE[name]) + 1)
    short, long = (_calls(pattern[:length], data) for length in (_SHORT, _LONG))
    assert long <= short * (_LONG / _SHORT) * _SLACK + 1_000


@pytest.mark.parametrize("name", dense_texts())
def test_a_message_full_of_meaning_is_read_in_few_steps(name: str, data: RecogniserData) -> None:
    text = dense_texts()[name]
    assert _calls(text, data) <= 12 * len(text)
