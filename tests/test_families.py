"""Places, countries, times and children as families type them, in batches written unseen.

``sayings_families.json`` holds them in the form ``majup recognise`` judges. Every batch was
written before it was read; what a first look gave, before any rule was touched (share of the
sayings read exactly as labelled, labels that broke the labelling rules set right):

======  =======  ========  ===========  ===========  ===========
batch   sayings  place     country      when         children
======  =======  ========  ===========  ===========  ===========
f1      185      68 of 69  30 of 30     37 of 44     39 of 42
f2      208      67 of 68  31 of 33     46 of 55     46 of 52
s1      39       39 of 39  39 of 39     38 of 39     38 of 39
f3      238      71 of 72  32 of 32     64 of 72     55 of 62
s2      34       33 of 34  34 of 34     28 of 34     34 of 34
f4      122                            61 of 65     51 of 57
f5      136      22 of 26  17 of 17     44 of 49     43 of 44
s3      20       20 of 20  20 of 20     18 of 20     19 of 20
f6      124      61 of 62               32 of 37     24 of 25
======  =======  ========  ===========  ===========  ===========

Batches "f" are answers to one question, batches "s" whole stories. The rules were mended after
each batch, so what is held here is what was reached, not what a next batch would give.
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
    Path(__file__).with_name("sayings_families.json").read_text("utf-8")
)
EXACT = {"place": 0.99, "country": 0.99, "when": 0.97, "children": 0.98}


@pytest.fixture(scope="module")
def report() -> Report:
    return score(SAYINGS, load_recogniser(), TODAY)


@pytest.mark.parametrize(("kind", "least"), EXACT.items())
def test_read_exactly(report: Report, kind: str, least: float) -> None:
    misses = [(one.text, one.expected, one.found) for one in report.misses if one.kind == kind]
    assert report.counts[kind]["all"].exactness >= least, misses
