"""The author's guide and the table of faults say what the program does, and are fresh."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from bot.script_commands import app
from dialogs.guide.page import FOLDER, PARTS, fault_codes, fault_table, guide, schema
from dialogs.programme.facts import PROGRAMME_VALUES
from dialogs.script import Kind
from tests.drafts import texts

CODE = re.compile(r'"([a-z][a-z0-9_]+)"')


def test_every_part_field_kind_and_value_is_explained() -> None:
    known = {name.removeprefix("guide:") for name in texts().entries if name.startswith("guide:")}
    wanted = {f"{part.__name__.lower()}.{name}" for part in PARTS for name in part.model_fields}
    wanted |= {f"kind.{kind}" for kind in get_args(Kind)}
    wanted |= {f"value.{name}" for name in PROGRAMME_VALUES}
    assert {name for name in known if not name.startswith(("page.", "form."))} == wanted


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_the_guide_has_an_example_of_each_kind(language: str) -> None:
    page = guide(texts(), language)
    for kind in get_args(Kind):
        assert f"### `{kind}`" in page
        assert f"\n  kind: {kind}\n" in page


def test_the_pages_are_fresh() -> None:
    """Refreshed by ``.ci/update-texts``, or ``python -m dialogs.guide.page``."""
    assert (FOLDER / "GUIDE.md").read_text("utf-8") == guide(texts(), "en")
    assert (FOLDER / "FAULTS.md").read_text("utf-8") == fault_table(texts())


def test_the_table_has_every_fault_that_the_code_can_tell() -> None:
    codes = fault_codes(texts())
    assert len(codes) >= 100
    table = fault_table(texts())
    rows = {row.split("`")[1]: row for row in table.splitlines() if row.startswith("| `")}
    assert list(rows) == codes
    assert all(len([cell for cell in row.split(" | ") if cell.strip("| ")]) == 4
               for row in rows.values())  # fmt: skip
    source = "\n".join(file.read_text("utf-8") for file in Path("dialogs").rglob("*.py"))
    told = set(CODE.findall(source))
    assert set(codes) <= told


def test_the_schema_explains_each_field_in_the_language_asked_for() -> None:
    made = schema(texts(), "lv")
    fields = made["$defs"]["Question"]["properties"]
    assert all(field["description"] for field in fields.values())
    assert fields["why"]["description"] != schema(texts(), "en")["$defs"]["Question"][
        "properties"]["why"]["description"]  # fmt: skip


def test_the_commands_print_them() -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, list(arguments))
        assert result.exit_code == 0, result.output
        return result.output

    assert run("guide") == guide(texts(), "en")
    assert run("faults", "--language", "ru") == fault_table(texts(), ("ru",))
    assert json.loads(run("schema", "--language", "ru"))["title"] == "Script"
    assert CliRunner().invoke(app, ["guide", "--language", "xx"]).exit_code == 2
