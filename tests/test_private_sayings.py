"""Rounds of sayings on private things, places, countries and questions, and of typed answers.

``sayings_private.json`` holds them in the form ``majup recognise`` judges; ``must_keep`` words may
not be cut. What the first look at each round gave, before anything was mended after it, over all
languages: sayings read exactly as labelled; for private things recall, and false alarms among the
sayings that hold none; typed answers (``typed_answers.txt``) kept as what they mean.

=====  ========  ========  ===============  ==============  =========  ==========
round  place     country   private: recall  false alarms    questions  typed
=====  ========  ========  ===============  ==============  =========  ==========
t1     64 of 66  56 of 56  62 of 73         2 of 131        37 of 43   185 of 289
=====  ========  ========  ===============  ==============  =========  ==========

The rules were mended after each round, so what is held here is what was reached, not what a next
round would give.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialogs.recognise.score import Report, score
from dialogs.recognise.story import load_recogniser

TODAY = date(2026, 11, 23)
SAYINGS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("sayings_private.json").read_text("utf-8")
)
EXACT = {"place": 0.98, "country": 0.98, "sensitive": 0.99, "questions": 0.98, "alarm": 0.995}


@pytest.fixture(scope="module")
def report() -> Report:
    return score(SAYINGS, load_recogniser(), TODAY)


@pytest.mark.parametrize(("kind", "least"), EXACT.items())
def test_read_exactly(report: Report, kind: str, least: float) -> None:
    misses = [(one.text, one.expected, one.found) for one in report.misses if one.kind == kind]
    assert report.counts[kind]["all"].exactness >= least, misses


def test_what_is_private_is_always_found(report: Report) -> None:
    misses = [
        (one.text, one.expected, one.found) for one in report.misses if one.kind == "sensitive"
    ]
    assert report.counts["sensitive"]["all"].recall == 1.0, misses
