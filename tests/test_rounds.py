"""Rounds of sayings of every kind: each written unseen, looked at once, then mended by rule.

``sayings_rounds.json`` and ``sayings_later_rounds.json`` (h1 and on, a need or two told in each
language for every need of the catalogue) hold them in the form ``majup recognise`` judges. What
the first look at each round gave, before anything was mended after it, over all languages: sayings
read exactly as labelled, for needs recall and precision, for alarms how many were caught as what
they are, for worries how many started something.

=====  ========  ========  ========  ========  ========  ===========  =========  =========
round  place     country   when      children  needs     questions    alarms     worries
=====  ========  ========  ========  ========  ========  ===========  =========  =========
g1     45 of 48  25 of 27  56 of 64  45 of 46  90 / 88   23 of 25     44 of 48   1 of 42
g2     39 of 40  33 of 34  46 of 50  38 of 42  90 / 92   17 of 18     29 of 35   3 of 30
g3     27 of 28  18 of 22  33 of 39  23 of 28  82 / 87   14 of 14     30 of 31   0 of 30
g4     30 of 30  22 of 23  34 of 43  25 of 28  82 / 84   10 of 12     19 of 27   1 of 23
g5     3 of 3    3 of 3    12 of 12  6 of 6    78 / 83   3 of 3       13 of 15   1 of 9
h1     57 of 57  45 of 46  56 of 61  52 of 54  90 / 84   22 of 22     36 of 38   1 of 33
h2     55 of 56  43 of 46  60 of 64  50 of 54  95 / 83   20 of 22     32 of 36   1 of 32
h3     47 of 54  41 of 43  58 of 62  47 of 53  85 / 81   19 of 20     28 of 32   0 of 26
h4     22 of 23  17 of 18  24 of 26  22 of 23  82 / 82   -            15 of 15   1 of 9
=====  ========  ========  ========  ========  ========  ===========  =========  =========

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
SAYINGS: list[dict[str, Any]] = [
    saying
    for name in ("sayings_rounds.json", "sayings_later_rounds.json")
    for saying in json.loads(Path(__file__).with_name(name).read_text("utf-8"))
]
EXACT = {
    "place": 0.98, "country": 0.98, "when": 0.99, "children": 0.98, "questions": 0.99,
    "sensitive": 0.99, "alarm": 0.995,
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Report:
    return score(SAYINGS, load_recogniser(), TODAY)


@pytest.mark.parametrize(("kind", "least"), EXACT.items())
def test_read_exactly(report: Report, kind: str, least: float) -> None:
    misses = [(one.text, one.expected, one.found) for one in report.misses if one.kind == kind]
    assert report.counts[kind]["all"].exactness >= least, misses


def test_needs_are_found_and_few_too_many(report: Report) -> None:
    misses = [(one.text, one.expected, one.found) for one in report.misses if one.kind == "needs"]
    assert report.counts["needs"]["all"].recall >= 0.97, misses
    assert report.counts["needs"]["all"].precision >= 0.88, misses


def test_every_alarm_is_caught_as_what_it_is(report: Report) -> None:
    missed = {one.id for one in report.misses if one.kind == "alarm"}
    assert [one["text"] for one in SAYINGS if one["kind"] == "alarm" and one["id"] in missed] == []


@pytest.mark.parametrize("kind", [*EXACT, "needs"])
def test_no_language_is_left_behind(report: Report, kind: str) -> None:
    for language, least in {"lv": 0.9, "ru": 0.9, "en": 0.9, "ltg": 0.8, "mixed": 0.8}.items():
        if language in report.counts[kind]:
            assert report.counts[kind][language].recall >= least, (kind, language)
