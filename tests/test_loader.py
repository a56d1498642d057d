"""Reading scripts: every fault with its place, and nothing hostile gets far."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dialogs.loader import load_script
from dialogs.revision import Revision, compile_revision
from dialogs.script import Script
from dialogs.texts import Texts

HEAD = """\
script: t
title: A test
welcome: Hello
notice:
  version: 1
  text: Read this
  full: Read all this
sections:
  - id: first
    title: First
    purpose: To know
    basis: Law
    retention: case
    questions:
"""
ASK = """\
      - id: city
        kind: text
        title: City
        text: Which city?
"""


def at(script: str) -> list[tuple[int, int, str]]:
    return [(fault.line, fault.column, fault.code) for fault in load_script(script).faults]


def test_a_small_script_is_read() -> None:
    loaded = load_script(HEAD + ASK)
    assert loaded.faults == ()
    assert isinstance(loaded.script, Script)
    assert loaded.script.sections[0].questions[0].text == "Which city?"


def test_the_shipped_script_is_read() -> None:
    loaded = load_script(Path("dialogs/scripts/return.yaml"))
    assert loaded.faults == ()


YAML_FAULTS = [
    ("        text: One: two\n", 19, 18, "colon_in_text"),
    ("        text: >\n          a\n\twhy: b\n", 21, 1, "tab"),
    ('        text: "Which city?\n', 19, 15, "unclosed_quote"),
    ('        text: "Which city?\n        why: "So we know"\n', 19, 15, "unclosed_quote"),
    ("        text: 'it's'\n", 19, 18, "quote_in_text"),
    ("          text: One\n", 19, 11, "indentation"),
    ("       text: One\n", 19, 8, "indentation"),
    ("        text:One\n        why: two\n", 19, 14, "no_space_after_colon"),
    ("        text One\n        why: two\n", 19, 9, "missing_colon"),
    ("        text: @you\n", 19, 15, "reserved_start"),
    ("        text: `you`\n", 19, 15, "reserved_start"),
    ("        text: %you\n", 19, 15, "reserved_start"),
    ("        text: *you* see\n", 19, 15, "reserved_start"),
    ("        text: {name}, hello\n", 19, 15, "reserved_start"),
    ("        text: [one, two\n        why: three\n", 19, 15, "open_bracket"),
    ("        text: > one\n", 19, 15, "block_mark"),
    ("        text: - one\n", 19, 15, "list_on_line"),
    ('        text: "one \\q"\n', 19, 21, "backslash"),
    ("        text: &you see\n", 19, 15, "anchor"),
    ("        text: !you see\n", 19, 15, "tag"),
    ("        text: !!python/object:os.system ls\n", 19, 15, "tag"),
    ("        text: One\n        text: Two\n", 20, 9, "duplicate_key"),
    ("        text: One\n---\na: b\n", 20, 1, "second_document"),
    ("        text: One\x07\n", 19, 18, "unreadable_character"),
    ("        text: One\n        [a]: b\n", 20, 9, "key_not_text"),
]


@pytest.mark.parametrize(("text", "line", "column", "code"), YAML_FAULTS)
def test_mistakes_in_yaml_are_explained(text: str, line: int, column: int, code: str) -> None:
    start = "      - id: city\n        kind: text\n        title: City\n        # text\n"
    assert at(HEAD + start + text)[0] == (line, column, code)


SHAPE_FAULTS = [
    ("kind: txt", (16, 15, "unknown_kind"), {"meant": "text"}),
    ("kind: text\n        txet: a", (17, 9, "unknown_key"), {"meant": "text"}),
    ("kind: text\n        zzzz: a", (17, 9, "unknown_key"), {}),
    ("kind: text\n        why:\n        again: 3", (18, 16, "not_text"), {"value": "3"}),
    ("kind: text\n        again: ''", (17, 16, "empty_text"), {}),
    ("kind: text\n        again: [a]", (17, 16, "block_for_text"), {}),
    ("kind: text\n        required: maybe", (17, 19, "not_true_or_false"), {}),
    ("kind: text\n        most: many", (17, 15, "not_a_number"), {}),
    ("kind: text\n        most: 0", (17, 15, "number_too_small"), {"least": 1}),
    ("kind: text\n        most: 9", (17, 15, "number_too_large"), {"most": 8}),
    ("kind: text\n        choices: a", (17, 18, "not_a_list"), {}),
    ("kind: text\n        choices: [a]", (17, 19, "not_a_block"), {}),
    ("kind: text\n        retention: forever", (17, 20, "unknown_value"), {}),
    ("kind: text\n        why: " + "a" * 1300, (17, 14, "text_too_long"), {"length": 1300}),
]


@pytest.mark.parametrize(("line", "expected", "args"), SHAPE_FAULTS)
def test_faults_of_shape(
    line: str, expected: tuple[int, int, str], args: dict[str, str | int]
) -> None:
    text = HEAD + "      - id: city\n        " + line + "\n        title: C\n        text: D\n"
    fault = load_script(text).faults[0]
    assert (fault.line, fault.column, fault.code) == expected
    assert args.items() <= fault.args.items()


def test_every_fault_is_told_at_once() -> None:
    text = HEAD.replace("    purpose: To know\n", "").replace("version: 1", "version: one")
    text += "      - id: My City\n        kind: txt\n        text: T\n"
    assert [code for _, _, code in at(text)] == [
        "not_a_number", "no_purpose", "missing_key", "bad_id", "unknown_kind",
    ]  # fmt: skip


def test_mistakes_in_yaml_do_not_hide_those_behind_them() -> None:
    text = HEAD.replace("title: A test", "title: A test: one").replace("Hello", "@all")
    text = text.replace("text: Read this", 'text: "Read this').replace("version: 1", "version: x")
    text += "      - id: city\n        kind: txt\n        title: It's: here\n        text:Which?\n"
    assert at(text) == [
        (2, 14, "colon_in_text"), (3, 10, "reserved_start"), (5, 12, "not_a_number"),
        (6, 9, "unclosed_quote"), (16, 15, "unknown_kind"), (17, 20, "colon_in_text"),
        (18, 14, "no_space_after_colon"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_file"), ("# nothing\n", "empty_file"), ("- a\n", "not_a_script"),
     ("just words\n", "not_a_script"), ("%YAML 1.1\n---\na: b\n", "directive")],
)  # fmt: skip
def test_what_is_no_script(text: str, code: str) -> None:
    assert at(text)[0][2] == code


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert load_script(tmp_path / "none.yaml").faults[0].code == "cannot_read"
    assert load_script(tmp_path).faults[0].code == "cannot_read"
    (tmp_path / "latin.yaml").write_bytes("script: ē\n".encode("cp1257"))
    assert load_script(tmp_path / "latin.yaml").faults[0].code == "not_utf8"
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbf" + (HEAD + ASK).encode())
    assert load_script(tmp_path / "bom.yaml").faults == ()


def bomb() -> str:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("written", "line", "column"),
    [
        ("when: city == 'a' && cty == 'b'", 23, 30),
        ("when: \"city == 'a' && cty == 'b'\"", 23, 31),
        ('when: "city == \\"a\\" && cty == \\"b\\""', 23, 33),
        ("when: 'city == ''a'' && cty == ''b'''", 23, 33),
        ("when: |\n          city == 'a'\n          && cty == 'b'", 25, 14),
        ("when: >\n          city == 'a'\n          && cty == 'b'", 23, 9),
    ],
)
def test_faults_of_conditions_are_told_where_they_are_written(
    written: str, line: int, column: int
) -> None:
    question = ASK.replace("city", "street") + "        " + written + "\n"
    loaded = load_script(HEAD + ASK + question)
    assert loaded.script is not None
    faults = compile_revision(loaded.script, Texts([], []), {}, loaded.positions)
    assert isinstance(faults, tuple)
    assert [(f.line, f.column, f.code) for f in faults] == [(line, column, "unknown_name")]


HOSTILE = {
    "alias bomb": (bomb(), "anchor"),
    "merge": ("a: &a {b: c}\nd: {<<: *a}\n", "anchor"),
    "self": ("a: &a [*a]\n", "anchor"),
    "deep lists": ("[" * 100_000, "too_deep"),
    "deep closed": ("a: " + "[" * 5_000 + "]" * 5_000, "too_deep"),
    "deep blocks": ("\n".join(" " * n + f"k{n}:" for n in range(400)), "too_deep"),
    "deep mappings": ("{a: " * 30_000, "too_deep"),
    "many keys": ("\n".join(f"k{n}: v" for n in range(12_000)), "too_many_nodes"),
    "a million keys": ("\n".join(f"k{n}: v" for n in range(1_000_000)), "file_too_large"),
    "many items": ("a: [" + "1," * 100_000 + "]", "too_many_nodes"),
    "large": ("a: " + "x" * 300_000, "file_too_large"),
    "python": ("!!python/object/apply:os.system ['id']", "tag"),
    "python name": ("a: !!python/name:os.system\n", "tag"),
    "binary": ("a: !!binary aGk=\n", "tag"),
    "set": ("a: !!set {b}\n", "tag"),
    "zero": ("a: \x00", "unreadable_character"),
    "surrogate": ("a: \ud800", "unreadable_character"),
    "keys": ("? [a, b]\n: c\n", "key_not_text"),
    "long key": ("? " + "k" * 200_000 + "\n: c\n", "unknown_key"),
    "quotes": ('a: "' + "\\x41" * 60_000, "unclosed_quote"),
    "colons": (":" * 200_000, "indentation"),
    "dashes": ("- " * 100_000, "too_deep"),
    "questions": ("? " * 100_000, "key_not_text"),
    "lines": ("\n" * 250_000, "empty_file"),
    "spaces": (" " * 250_000 + "a: b: c", "colon_in_text"),
    "comments": ("#\n" * 125_000, "empty_file"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_within_a_second(name: str) -> None:
    text, code = HOSTILE[name]
    began = time.process_time()
    loaded = load_script(text)
    assert time.process_time() - began < 1
    assert loaded.script is None
    assert code in [fault.code for fault in loaded.faults]


def test_a_script_of_500_questions_is_read_within_a_second() -> None:
    questions = "".join(
        ASK.replace("city", f"city_{n}") + f"        when: answered_city_{n - 1}\n" * (n > 0)
        for n in range(500)
    )
    began = time.process_time()
    loaded = load_script(HEAD + questions)
    assert loaded.script is not None
    made = compile_revision(loaded.script, Texts([], []), {}, loaded.positions)
    assert time.process_time() - began < 1
    assert isinstance(made, Revision)
