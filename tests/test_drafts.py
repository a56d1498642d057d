"""Versions of drafts and counts of talks, on every database; drafts edited in place."""

from __future__ import annotations

import asyncio

import pytest

from dialogs import drafting
from dialogs.condition_words import flat, parsed, renamed, sentence, written
from dialogs.drafting import Draft, Said
from dialogs.loader import load_script
from dialogs.spots import expressions
from dialogs.yaml_edit import insert_item, move_item, remove_item, set_fields, value_at
from storage import drafts, tallies
from storage.drafts import Overtaken
from storage.store import Store
from storage.tallies import Key
from tests.drafts import SHIPPED

pytest_plugins = ["tests.database"]


async def test_of_two_who_store_at_once_one_is_told(store: Store) -> None:
    first = await drafts.save(store, "return", 1, 0, "anna", '["question"]', b"one")
    assert (first.number, first.under) == (1, 0)
    made = await asyncio.gather(
        *(drafts.save(store, "return", 2, 1, who, "x", who.encode()) for who in ("anna", "zane")),
        return_exceptions=True,
    )
    assert sorted(type(each).__name__ for each in made) == ["Overtaken", "Version"]
    newest = await drafts.newest(store, "return")
    assert newest is not None and newest.number == 2
    assert await drafts.content(store, "return", 2) == newest.who.encode()
    assert await drafts.content(store, "other", 1) is None
    with pytest.raises(Overtaken):
        await drafts.save(store, "return", 1, 0, "zane", "x", b"again")


async def test_counts_add_up(store: Store) -> None:
    key = Key("return", "r1", "lv", "rooms", "asked")
    await tallies.add(store, {key: 2})
    await tallies.add(store, {key: 3, Key("return", "r1", "ru", "rooms", "asked"): 1})
    await tallies.add(store, {})
    found = await tallies.of(store, "return")
    assert found[key] == 5 and len(found) == 2


SMALL = """# On top.
list:
  # About a.
  - id: a
    text: One # beside

  - {id: b, text: "Two"}
  # About c.
  - id: c
    text: |
      Three
      lines
# Below.
last: 1
"""


def test_edits_leave_everything_else_as_it_was_written() -> None:
    made = set_fields(SMALL, ("list", 0), {"text": "Yes: one", "note": "new"}, ("id", "note"))
    assert made == SMALL.replace(
        "    text: One # beside\n", '    note: new\n    text: "Yes: one" # beside\n'
    )
    assert remove_item(SMALL, ("list", 2)) == SMALL.replace(
        "  # About c.\n  - id: c\n    text: |\n      Three\n      lines\n", ""
    )
    moved = move_item(SMALL, ("list", 2), ("list",), 0)
    assert moved.index("# About c.") < moved.index("# About a.")
    assert value_at(moved, ("list", 0)) == {"id": "c", "text": "Three\nlines\n"}
    more = insert_item(SMALL, ("list",), 3, {"id": "d", "text": "true"})
    assert '- {id: d, text: "true"}' in more and more.endswith("# Below.\nlast: 1\n")
    assert set_fields(SMALL, ("list", 0), {"text": "One"}) == SMALL


def test_conditions_are_read_written_and_told() -> None:
    for source in ('status == "abroad"', '"a" in needs || !("b" in needs)', "children >= 1 && near",
                   'x in ["a", "b"] && !answered_y', '(a == "b" || c > 2) && d'):  # fmt: skip
        tree = parsed(source)
        assert tree is not None and written(tree) == source
    assert parsed("size(needs) > 2") is None and parsed("a ==") is None
    row = parsed("children >= 1 && near")
    assert row is not None
    assert flat(row) is not None and flat(parsed('(a == "b" || c > 2) && d') or row) is None

    def say(test: str, /, **args: str) -> str:
        return f"{args.get('name', '')} {test} {args.get('value', '')}".strip()

    told = sentence(row, say, str.title, lambda _, value: value)
    assert told == "Children least 1 and Near yes"
    assert renamed('a == "a" && answered_a && ab', "a", "z") == 'z == "a" && answered_z && ab'


def test_a_renamed_question_takes_everything_along() -> None:
    draft = Draft(SHIPPED, {"lv": {"return:status.text": Said("Where are you now?", "Kur?")}})
    script = load_script(SHIPPED).script
    assert script is not None
    at = drafting.question_at(script, "status")
    assert at is not None
    made = drafting.called(draft, at, "now")
    assert made.texts["lv"] == {"return:now.text": Said("Where are you now?", "Kur?")}
    after = load_script(made.source).script
    assert after is not None
    conditions = [source for _, source in expressions(after)]
    assert 'now == "abroad"' in conditions and not any("status" in each for each in conditions)
    assert drafting.unpacked(drafting.packed(made)) == made


def test_ids_and_titles_are_made_of_words() -> None:
    assert drafting.free_id("Will a pet come along?", []) == "will_pet_come"
    assert drafting.free_id("Vai līdzi būs suns?", ["vai_lidzi_bus"]) == "vai_lidzi_bus_2"
    assert drafting.free_id("Поедет ли кот?", []) == "poedet_kot"
    long = "Cik istabu vajag Jūsu lielajai ģimenei?"
    assert drafting.short_title(long, 24) == "Cik istabu vajag Jūsu"


def test_line_breaks_of_other_programs_never_lock_a_text() -> None:
    source = "script: a\ntitle: x\nwelcome: |\n  hello\n  you\nnotice: y\n"
    for text in ("a\u2028b", "a\u2029b\nc", "a\x85b", "a\x0bb", "a\n\u2028\nb"):
        made = set_fields(source, (), {"welcome": text})
        again = set_fields(made, (), {"title": "new"})
        assert value_at(again, ("welcome",)) == text
        assert value_at(again, ("title",)) == "new" and value_at(again, ("notice",)) == "y"
    written = "script: a\nwelcome: one\u2028two\nnotice: y  # why\n"  # by another editor
    assert set_fields(written, (), {"notice": "z"}) == written.replace("y  #", "z  #")
