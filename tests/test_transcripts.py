"""Golden transcripts: whole talks, played again and compared word for word.

``pytest tests/test_transcripts.py --update-transcripts`` writes them anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

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
