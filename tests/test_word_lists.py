"""Faults of lists that programme staff extend, and of labelled files: one line, with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from dialogs.programme import lists
from dialogs.programme.lists import ListFault
from dialogs.programme.needs import load_needs
from dialogs.recognise.atlas import load_atlas
from dialogs.recognise.gazetteer import load_gazetteer
from dialogs.recognise.lexicon import load_lexicon

REAL = lists.read_text


def _line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.mark.parametrize(
    ("load", "name", "old", "new", "said"),
    [
        (load_lexicon, "needs.yaml", " WANT ", " NOSUCH ", "no group is called NOSUCH"),
        (load_lexicon, "words.yaml", "\ngroups:", "\ngroups: : [", "mapping values are"),
        (load_lexicon, "words.yaml", "    ltg: ", "    ltg: a__b ", "two joins in a row"),
        (load_needs, "needs.yaml", "    proposal:", "    propsal:", "`propsal`"),
        (load_atlas, "countries.yaml", "  GB:", "  Gb:", "no country has this code"),
        (load_atlas, "countries.yaml", "diaspora: 100", "diaspora: many", "has to be a number"),
        (load_atlas, "cities.yaml", "  GB:", "  XQ:", "no country has this code"),
        (load_gazetteer, "gazetteer.yaml", "  LV-JEL:", "  LV-XXX:", "no municipality has"),
    ],
)
def test_a_fault_of_a_list_tells_file_and_line(
    load: Callable[[], Any], name: str, old: str, new: str, said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    spoilt = REAL(name).replace(old, new, 1)
    monkeypatch.setattr(lists, "read_text", lambda file: spoilt if file == name else REAL(file))
    with pytest.raises(ListFault) as raised:
        load()
    message = str(raised.value)
    place, _, rest = message.partition(": ")
    file, _, line = place.partition(":")
    assert file == f"dialogs/programme/{name}"
    # A field that is unknown is told with the need it stands in.
    assert 0 <= _line(spoilt, new.strip()) - int(line) <= (9 if load is load_needs else 0)
    assert said in rest
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[1, 2]", "saying 1: an object"),
        ('{"a": 1}', "a list of sayings is needed"),
        ("nonsense", "line 1 column 1"),
        ("[" * 100_000, "not a file of labelled sayings"),
        ('[{"kind": "place", "text": "x"}]', "`expect` has to be an object"),
        ('[{"kind": "place", "text": "x", "expect": {}}]', "to expect `municipalities`"),
        (
            '[{"id": "q", "kind": "children", "text": "x", "expect": {"birth_years": ["a"]}}]',
            "saying 1 (q): `birth_years`",
        ),
        ('{"sayings": [], "as_of": "soon"}', "soon"),
    ],
)
def test_a_malformed_labelled_file_is_one_line(content: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "sayings.json"
    file.write_text(content, "utf-8")
    done = CliRunner().invoke(app, ["recognise", str(file)])
    assert done.exit_code == 1
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout
