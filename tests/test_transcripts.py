"""Golden transcripts: whole talks, played again and compared word for word.

``pytest tests/test_transcripts.py --update-transcripts`` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from dialogs.sheet import judged
from dialogs.transcript import read
from tests.talk import Talk

FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_talk(file: Path, update_transcripts: bool) -> None:
    kept = file.read_text(encoding="utf-8")
    script = read(kept)
    played = Talk(script.at).play(script)
    if update_transcripts:
        file.write_text(played, encoding="utf-8")
    else:
        assert played == kept


class Expected(Struct, frozen=True):
    """What a situation must come to."""

    file: str
    region: str
    municipality: str
    flags: frozenset[str]
    top: frozenset[str]
    born: tuple[int, ...]
    turns: int
    copies: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


SITUATIONS = [
    Expected(
        "01-lv-england-to-smiltene",
        "vidzeme",
        "LV-094",
        frozenset({
            "family_child_near_school_start",
            "deadline_grade1_registration_2027_spring",
            "outside_eu_host_country",
        }),
        frozenset({"grade1_enrolment", "kindergarten_place", "rent_home"}),
        (2020, 2023),
        14,
    ),
    Expected(
        "02-ru-ireland-to-daugavpils",
        "latgale",
        "LV-DGV",
        frozenset({"family_with_school_children", "long_lead_documents"}),
        frozenset({"child_latvian_language", "qualification_recognition", "child_citizenship"}),
        (2014, 2018),
        16,
        never=("негражданин", "говорим по русски"),
    ),
    Expected(
        "03-lv-germany-youth-two-regions",
        "kurzeme",
        "LV-LPX",
        frozenset({"youth", "undecided_region"}),
        frozenset({"job_search", "choose_place", "business_grant"}),
        (),
        16,
        copies=("vidzeme",),
        never=("900",),
    ),
    Expected(
        "04-lv-riga-to-gulbene",
        "vidzeme",
        "LV-033",
        frozenset({"domestic_reemigrant", "family_child_near_school_start"}),
        frozenset({"buy_home_credit", "grade1_enrolment", "kindergarten_place"}),
        (2020, 2024),
        16,
    ),
]  # fmt: skip


@pytest.mark.parametrize("expected", SITUATIONS, ids=lambda each: each.file)
def test_situation(expected: Expected) -> None:
    """The four situations reach the right office with their flags and needs, in few turns."""
    script = read((FOLDER / f"{expected.file}.txt").read_text(encoding="utf-8"))
    talk = Talk(script.at)
    shown = talk.play(script)
    c = talk.c
    assert c is not None and talk.received is not None
    judgement = judged(talk.edition, c, talk.received)
    assert judgement.route.region == expected.region
    assert judgement.route.municipality == expected.municipality
    assert judgement.route.copies == expected.copies
    assert expected.flags <= set(judgement.assessment.flags)
    assert {need.id for need in judgement.intake.needs if need.top} == expected.top
    born = tuple(child.birth_year for child in judgement.intake.children or ())
    assert born == expected.born
    assert talk.turns_to_number <= expected.turns
    kept = msgspec.json.encode(c).decode()
    card = "\n".join(row for row in shown.splitlines() if row.startswith("|"))
    for word in expected.never:
        assert word not in kept
        assert word not in card
