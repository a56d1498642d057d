"""More than 200 recorded talks are played again; whatever differs is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs import transcript
from dialogs.recording import CANNOT, record, talks
from dialogs.replay import replay
from tests import drafts
from tests.recorded import BEGINS, files, made_up, recorded
from tests.talk import edition

ALL = list(recorded())


@pytest.mark.parametrize("file", files(), ids=lambda file: file.stem)
def test_the_talks_go_as_recorded(file: Path, update_transcripts: bool) -> None:
    kept = file.read_text("utf-8")
    played = "\n".join(record(edition(), transcript.read(talk)) for talk in talks(kept))
    if update_transcripts:
        file.write_text(played, encoding="utf-8")
    else:
        assert played == kept


def test_there_are_enough_of_all_kinds() -> None:
    assert len(ALL) >= 200
    assert {file.stem for file, _ in ALL} == {"lv", "ru", "en"}
    asked = {row[3:].partition("@")[0] for _, talk in ALL for row in talk.splitlines()
             if row.startswith("=> ")}  # fmt: skip
    assert set(edition().questions) <= asked
    ends = [row for _, talk in ALL for row in talk.splitlines() if row.startswith("== region: ")]
    assert len(ends) >= 180
    assert len({row.split(",")[0] for row in ends}) >= 4


def test_every_recorded_act_can_be_done() -> None:
    assert not [talk for _, talk in ALL if CANNOT in talk]


def test_the_same_family_is_made_up_the_same_way() -> None:
    assert made_up(edition(), "lv", 3, BEGINS) == made_up(edition(), "lv", 3, BEGINS)


def test_a_draft_is_replayed_against_recordings() -> None:
    """Each way a draft may differ is shown; what it does not touch stays the same."""
    shipped, added = drafts.draft(), drafts.draft(drafts.ADDED)
    sample = [talk for _, talk in ALL[::35]]
    assert not any(replay(talk, shipped, shipped).lines for talk in sample)
    differs = [replay(talk, added, shipped) for talk in sample]
    asked = ["=> children" in talk for talk in sample]
    assert any(asked)
    assert any("Will a pet come along?" in line or "mājdzīvniek" in line
               for each in differs for line in each.lines)  # fmt: skip
    assert not any(each.stopped for each in differs)
