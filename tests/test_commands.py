"""Commands given the wrong thing: one clear line on stderr, and the exit code that says whose
fault it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["staff", "invite", "--role", "king"], 1, "no role king"),
        (["staff", "invite", "--role", "coordinator"], 1, "needs --region"),
        (["staff", "invite", "--role", "operator", "--language", "xx"], 1, "no language xx"),
        (["staff", "revoke", "nobody"], 1, "nobody with the id"),
        (["cases", "show", "9"], 1, "no case 9"),
        (["cases", "export", "--format", "xml"], 1, "no format xml"),
        (["recognise"], 2, "give --text"),
        (["run"], 3, "MAJUP_BOT_TOKEN is not set"),
    ],
)
def test_wrong_input_is_one_line(
    command: list[str], code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAJUP_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MAJUP_BOT_TOKEN", raising=False)
    done = CliRunner().invoke(app, command)
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_empty_store_exports_its_headings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAJUP_HOME", str(tmp_path))
    done = CliRunner().invoke(app, ["cases", "export", "--format", "csv"])
    assert done.exit_code == 0
    assert done.stdout.startswith("number,region,state,urgent")
