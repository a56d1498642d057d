"""Sayings written before the rules that read them: what was reached must not be lost again.

``sayings_unseen.json`` and ``sayings_words.json`` hold them in the form ``majup recognise``
judges, with three kinds more: "alarm", "worry" (nothing may start) and "questions".

What the first look at each batch of ``sayings_words.json`` gave, before anything was mended
after it (the letter after "w" is the kind, the figure the batch). Batches 2, 4, 5 and 7 of the
alarms, and their worries, were written to be hard: told round about, and worries close to an alarm.

Caught as what they are (danger, no roof, no school) and worries that started something, in %::

    batch    d1    d2    d3    d4    d5    d6    d7    d8    d9    d10
    danger   67    65    92    66    68    90    67    96    82    71
    no roof  53    62    75    56    25    88    75   100    90   100
    school   75    78   100    33    83   100    50    83   100   100
    worries  5.8   6.3   7.8   1.2   2.2   2.8   5.0   3.3   0     0

Needs, recall and precision: n1 98 and 87, n2 82 and 86, n3 83 and 92, n4 88 and 88.
Sensitive, recall: s1 79, s2 84, s3 83, s4 89, s5 92; false alarms 6 of 32, then 0 of 26, 0 of 26,
1 of 10 and 0 of 10. Questions, recall: q1 81, q2 84, q3 87, q4 78, q5 93.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dialogs.recognise.danger import read_alarm
from dialogs.recognise.places import answer_place
from dialogs.recognise.questions import read_questions
from dialogs.recognise.score import Report, score
from dialogs.recognise.story import RecogniserData, load_recogniser

TODAY = date(2026, 11, 23)
SAYINGS: list[dict[str, Any]] = [
    saying
    for name in ("sayings_unseen.json", "sayings_words.json")
    for saying in json.loads(Path(__file__).with_name(name).read_text("utf-8"))
]

EXACT = {"place": 0.98, "country": 0.98, "when": 0.92, "children": 0.95, "sensitive": 0.97}
LEAST_RECALL = {"lv": 0.9, "ru": 0.9, "en": 0.9, "ltg": 0.75, "mixed": 0.8}


@pytest.fixture(scope="module")
def data() -> RecogniserData:
    return load_recogniser()


@pytest.fixture(scope="module")
def report(data: RecogniserData) -> Report:
    return score(SAYINGS, data, TODAY)


@pytest.mark.parametrize(("kind", "least"), EXACT.items())
def test_read_exactly(report: Report, kind: str, least: float) -> None:
    misses = [(one.text, one.expected, one.found) for one in report.misses if one.kind == kind]
    assert report.counts[kind]["all"].exactness >= least, misses


def test_needs_are_found_and_few_too_many(report: Report) -> None:
    assert report.counts["needs"]["all"].recall >= 0.95
    assert report.counts["needs"]["all"].precision >= 0.85


@pytest.mark.parametrize(
    "kind", ["place", "country", "when", "children", "needs", "questions", "alarm"]
)
def test_no_language_is_left_behind(report: Report, kind: str) -> None:
    for language, least in LEAST_RECALL.items():
        if language in report.counts[kind]:
            assert report.counts[kind][language].recall >= least, (kind, language)


def _of(kind: str) -> list[dict[str, Any]]:
    return [one for one in SAYINGS if one["kind"] == kind]


def test_every_alarm_is_caught_as_what_it_is(data: RecogniserData) -> None:
    assert sum(one["expect"]["alarm"] == "danger" for one in _of("alarm")) >= 200
    wrong = []
    for saying in _of("alarm"):
        alarm = read_alarm(saying["text"], data.lexicon)
        if alarm is None or alarm.kind != saying["expect"]["alarm"]:
            wrong.append(saying["text"])
    assert wrong == []


def test_worry_and_plain_sayings_start_nothing(data: RecogniserData) -> None:
    assert len(_of("worry")) >= 300
    calm = [one for one in SAYINGS if one["kind"] != "alarm"]
    false = [one["text"] for one in calm if read_alarm(one["text"], data.lexicon)]
    assert len(false) / len(calm) < 0.005, false


def _missed(saying: Mapping[str, Any], data: RecogniserData) -> list[str]:
    got = read_questions(saying["text"], data.lexicon)
    wanted: list[str] = saying["expect"]["questions"]
    return [one for one in wanted if not any(one.strip("?") in each for each in got)]


def test_questions_are_found(data: RecogniserData) -> None:
    wanted = sum(len(one["expect"]["questions"]) for one in _of("questions"))
    missed = [one for saying in _of("questions") for one in _missed(saying, data)]
    assert len(missed) / wanted <= 0.05, missed


def test_near_is_heard(data: RecogniserData) -> None:
    near = [one for one in _of("place") if one["expect"].get("near")]
    assert near
    for saying in near:
        assert any(one.near for one in answer_place(saying["text"], data.gazetteer).places)
