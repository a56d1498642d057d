"""The proof finds what is wrong with a script, says the same twice, and the shipped one holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from dialogs.goals import wanted
from dialogs.proof_sheet import BEGIN, END, inserted, proof_sheet
from dialogs.prove import Proof, prove
from tests import drafts

README = Path(__file__).parent.parent / "README.md"


@cache
def shipped() -> Proof:
    return prove(drafts.draft())


def test_the_shipped_script_is_proved() -> None:
    proof = shipped()
    assert proof.holds, [(t.code, t.about, t.language) for t in proof.troubles]
    assert proof.languages == ("lv", "ru", "en")
    assert set(proof.reached) == set(proof.questions)
    assert not proof.open
    assert not proof.untried
    assert proof.goals >= 150
    assert 4 <= proof.shortest.minutes <= proof.longest.minutes <= proof.whole.minutes <= 20


def test_the_same_script_gives_the_same_sheet() -> None:
    edition = drafts.draft()
    one, other = prove(edition, ["ru"]), prove(edition, ["ru"])
    assert proof_sheet(edition, one) == proof_sheet(edition, other)
    assert proof_sheet(edition, one, "lv") != proof_sheet(edition, one, "en")


def test_each_condition_is_tried_at_its_boundaries() -> None:
    goals, untried = wanted(drafts.draft())
    seen = {(goal.question, goal.name, goal.value, goal.holds) for goal in goals
            if not isinstance(goal.value, list)}  # fmt: skip
    assert not untried
    for known in (("child_latvian", "age", 2, False), ("child_latvian", "age", 3, True),
                  ("child_latvian", "age", 4, True), ("learning_call", "oldest", 4, False),
                  ("learning_call", "oldest", 5, True), ("age_band", "children", 0, True),
                  ("age_band", "children", 1, False), ("copy", "regions", 1, False),
                  ("copy", "regions", 2, True), ("country", "status", "abroad", True),
                  ("country", "status", "back", False)):  # fmt: skip
        assert known in seen


def test_a_question_nobody_reaches_is_told() -> None:
    source = drafts.changed(
        "when: diploma_abroad == \"yes\"",
        "when: diploma_abroad == \"yes\" && !(\"qualification_recognition\" in needs)",
    )
    edition = drafts.draft(source)
    proof = prove(edition, ["en"])
    assert not proof.holds
    assert "profession" not in proof.reached
    sheet = proof_sheet(edition, proof)
    assert "✗ " in sheet
    assert "No talk reached this question: Profession (`profession`)" in sheet


def test_a_failure_is_shown_as_a_chat() -> None:
    """A question that refuses whatever is answered."""
    source = drafts.changed(
        "        title: Already asked\n",
        "        title: Already asked\n        constraints:\n"
        "          - {check: value == \"!\", message: Please write an exclamation mark.}\n",
        drafts.SHIPPED if drafts.SHIPPED.count("        title: Already asked\n") == 1 else "",
    )  # fmt: skip
    edition = drafts.draft(source)
    proof = prove(edition, ["en"])
    assert {trouble.code for trouble in proof.troubles} >= {"not_understood"}
    sheet = proof_sheet(edition, proof)
    assert "```text" in sheet
    assert "<< Please write an exclamation mark." in sheet


def test_a_condition_that_reads_too_much_is_said_not_to_be_proved() -> None:
    names = ("status", "children", "adults", "copy", "age_band", "radius", "contact", "regions")
    condition = " || ".join(
        f"{name} == {1 if name in ('children', 'adults', 'regions') else chr(34) + 'x' + chr(34)}"
        for name in (*names, "local_tie", "origin")
    )
    source = drafts.changed("when: diploma_abroad == \"yes\"", f"when: '{condition}'")
    edition = drafts.draft(source)
    assert wanted(edition)[1] == ("profession",)
    proof = prove(edition, ["en"])
    assert "too many answers" in proof_sheet(edition, proof)


def test_the_sheet_goes_between_its_marks() -> None:
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert inserted(document, "new\n") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert inserted(inserted(document, "new\n"), "new\n") == inserted(document, "new\n")
    with pytest.raises(ValueError, match="<!-- proof -->"):
        inserted("no marks", "new\n")


@pytest.mark.skipif(BEGIN not in README.read_text("utf-8"), reason="the README holds no sheet")
def test_the_readme_holds_the_fresh_sheet() -> None:
    """Refreshed by ``majup script prove return --into README.md``."""
    text = README.read_text("utf-8")
    assert inserted(text, proof_sheet(drafts.draft(), shipped())) == text


