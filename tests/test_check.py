"""Every fault there is, once: where it is told and that its words can be filled in."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.script_commands import app
from dialogs.check import check_paths, check_script
from dialogs.extract import fresh
from dialogs.faults import Fault
from dialogs.loader import load_script
from dialogs.revision import Revision, Values, compile_revision
from dialogs.texts import Texts, placeholders

VALUES: Values = {"eu": ("BOOL", ("country",)), "age": ("INT", ("born",))}

SCRIPT = """\
script: t
title: A test
welcome: Hello
notice:
  version: 1
  text: Read this
  full: Read all this
derived:
  - id: near
    value: status == "here"
sections:
  - id: first
    title: First
    purpose: To know
    basis: Law
    retention: case
    questions:
      - id: status
        kind: choice
        title: Where
        text: Where are you?
        choices:
          - {id: here, text: Here}
          - {id: there, text: There}
      - id: country
        kind: country
        title: Country
        text: In which country?
        when: status == "there"
      - id: children
        kind: group
        title: Children
        text: How many children?
      - id: sure
        kind: yes_no
        title: Sure
        text: Are you sure?
      - id: contact
        kind: contact
        title: Contact
        text: How can we answer?
  - id: each
    title: Each child
    purpose: To know
    basis: Law
    retention: case
    group: children
    questions:
      - id: born
        kind: year
        title: Born
        text: In which year?
      - id: level
        kind: choice
        title: Level
        text: How well?
        same: "All: {answer}"
        when: age > 3
        choices:
          - {id: low, text: Low}
          - {id: high, text: High}
  - id: after
    title: After
    later: true
    purpose: To know
    basis: Law
    retention: case
    questions:
      - id: rooms
        kind: number
        title: Rooms
        text: How many rooms?
        minimum: 1
        maximum: 9
"""

TEXTS = Texts([], [])


def faults_of(text: str, texts: Texts = TEXTS) -> list[Fault]:
    loaded = load_script(text, "t.yaml")
    if loaded.script is None:
        return list(loaded.faults)
    return check_script(loaded.script, loaded.positions, texts, VALUES)


def test_the_script_of_these_tests_is_clean() -> None:
    assert faults_of(SCRIPT) == []


SURE = "text: Are you sure?"
MORE = SURE + "\n        "
LATER = "    later: true\n"
MANY = "".join(f"          - {{id: c{n}, text: C{n}}}\n" for n in range(8))
PICKS = "kind: choices\n        most: 3\n        title: Level"
KIND = "kind: choice\n        title: "

COUNTRY = "        text: In which country?\n"
WAS = "        was: [a]\n"
HOME = "      - id: home\n        kind: country\n        title: H\n        text: Home?\n"

# code: what is replaced in the script, by what, and where the fault is told ("line:column").
CHANGES: dict[str, tuple[str, str, str]] = {
    "colon_in_text": ("text: Where are you?", "text: Now: where?", "21:18"),
    "no_space_after_colon": ("welcome: Hello", "welcome:Hello", "3:9"),
    "missing_colon": ("welcome: Hello", "welcome Hello", "3:1"),
    "indentation": ("        title: Where", "       title: Where", "20:8"),
    "tab": ("        kind: country", "\tkind: country", "26:1"),
    "unclosed_quote": ("welcome: Hello", 'welcome: "Hello', "3:10"),
    "quote_in_text": ("welcome: Hello", "welcome: 'It's me'", "3:13"),
    "backslash": ("welcome: Hello", 'welcome: "a \\q"', "3:14"),
    "reserved_start": ("welcome: Hello", "welcome: @all", "3:10"),
    "open_bracket": ("welcome: Hello", "welcome: [a", "3:10"),
    "block_mark": ("welcome: Hello", "welcome: | Hello", "3:10"),
    "list_on_line": ("welcome: Hello", "welcome: - Hello", "3:10"),
    "duplicate_key": ("welcome: Hello", "welcome: Hello\nwelcome: Hi", "4:1"),
    "key_not_text": ("welcome: Hello", "[a]: b", "3:1"),
    "alias": ("welcome: Hello", "welcome: *a", "3:10"),
    "anchor": ("welcome: Hello", "welcome: &a Hello", "3:10"),
    "tag": ("welcome: Hello", "welcome: !a Hello", "3:10"),
    "directive": ("script: t", "%YAML 1.1\n---\nscript: t", "1:1"),
    "second_document": ("title: A test", "---\ntitle: A test", "2:1"),
    "unreadable_character": ("Hello", "Hel\x00lo", "3:13"),
    "file_too_large": ("Hello", "x" * 300_000, "1:1"),
    "too_many_nodes": ("welcome: Hello", "welcome: [" + "a," * 10_001 + "]", "3:20003"),
    "too_deep": ("welcome: Hello", "welcome: " + "[" * 30, "3:29"),
    "missing_key": ("        text: Are you sure?\n", "", "34:9"),
    "no_purpose": ("    purpose: To know\n", "", "12:5"),
    "unknown_key": ("welcome:", "wellcome:", "3:1"),
    "unknown_kind": ("kind: yes_no", "kind: yesno", "35:15"),
    "unknown_value": ("retention: case", "retention: years", "16:16"),
    "empty_text": ("welcome: Hello", "welcome:", "3:9"),
    "not_text": ("welcome: Hello", "welcome: 12", "3:10"),
    "block_for_text": ("welcome: Hello", "welcome: [a]", "3:10"),
    "text_too_long": ("Where are you?", "a" * 1201, "21:15"),
    "bad_id": ("id: sure", "id: Sure", "34:13"),
    "not_a_block": ("        - {id: here, text: Here}", "        - here", "23:13"),
    "not_a_list": ("notice:\n  version: 1", "notice:\n  version: 1", ""),
    "empty_list": ("", "", ""),
    "number_too_small": ("version: 1", "version: 0", "5:12"),
    "number_too_large": ("minimum: 1", "most: 9", "73:15"),
    "not_a_number": ("version: 1", "version: one", "5:12"),
    "not_true_or_false": ("later: true", "later: soon", "64:12"),
    "duplicate_id": ("id: sure", "id: status", "34:13"),
    "reserved_id": ("id: sure", "id: value", "34:13"),
    "programme_name": ("id: near", "id: eu", "9:9"),
    "unknown_group": ("group: children", "group: child", "47:12"),
    "group_asked_later": ("", "", ""),
    "group_unused": ("    group: children\n", "", "30:13"),
    "kind_in_group": ("kind: year", "kind: needs", "50:15"),
    "unknown_name": ('when: status == "there"', 'when: state == "there"', "29:15"),
    "unquoted_value": ('when: status == "there"', "when: status == there", "29:25"),
    "per_item_name": ('when: status == "there"', "when: level == 'low'", "29:15"),
    "unknown_function": ('when: status == "there"', "when: lower(status) == ''", "29:15"),
    "wrong_types": ('when: status == "there"', "when: status == 3", "29:22"),
    "not_a_condition": ('when: status == "there"', "when: status", "29:15"),
    "wrong_result": ('value: status == "here"', "value: '[1.5]'", "10:13"),
    "word_operator": ('when: status == "there"', "when: near and near", "29:20"),
    "single_equals": ('when: status == "there"', 'when: status = "there"', "29:22"),
    "single_sign": ('when: status == "there"', "when: near & near", "29:20"),
    "sign_order": ("when: age > 3", "when: age => 3", "58:19"),
    "curly_quotes": ('when: status == "there"', "when: status == “there”", "29:25"),
    "condition_quote": ('when: status == "there"', 'when: status == "there', "29:25"),
    "condition_ends_early": ("when: age > 3", "when: (age > 3", "58:22"),
    "condition_grammar": ("when: age > 3", "when: age > 3 then", "58:23"),
    "no_fields": ("when: age > 3", "when: near.age", "58:19"),
    "condition_meaning": ("", "", ""),
    "condition_too_complex": ("when: age > 3", "when: " + "(" * 40 + "near" + ")" * 40, "58:15"),
    "impossible_value": ('when: status == "there"', 'when: status == "abroad"', "29:25"),
    "unknown_code": ("when: age > 3", 'when: country == "UK"', "58:26"),
    "never_true": ("when: age > 3", "when: age > 3 && age < 3", "58:15"),
    "always_true": ("when: age > 3", "when: near || !near || true", "58:15"),
    "asked_later": ('when: status == "there"', "when: children > 0", "29:15"),
    "never_asked": ("when: age > 3", 'when: status == "here" && country == "LV"', "58:15"),
    "choices_missing": ("          - {id: there, text: There}\n", "", "19:15"),
    "choices_not_used": (KIND + "Where", "kind: text\n        title: Where", "22:9"),
    "choice_never_offered": ("text: High}", "text: High, when: 'age > 3 && age < 3'}", "61:42"),
    "no_choice_left": ("", "", ""),
    "too_many_choices": ("          - {id: low, text: Low}\n", MANY, "59:9"),
    "same_label": ("text: High}", "text: low}", "61:30"),
    "minimum_above_maximum": ("maximum: 9", "maximum: 0", "73:9"),
    "bound_not_used": (SURE, MORE + "minimum: 1", "38:9"),
    "most_above_choices": (KIND + "Level", PICKS, "55:9"),
    "sensitive_required": ("minimum: 1", "sensitive: true\n        required: true", "74:9"),
    "sensitive_early": (SURE, MORE + "sensitive: true", "38:9"),
    "same_without_group": (SURE, MORE + 'same: "All: {answer}"', "38:9"),
    "same_without_answer": ('"All: {answer}"', "All of them", "57:9"),
    "differently_without_again": (SURE, MORE + "differently: Yes or no?", "38:9"),
    "not_different": (SURE, MORE + "again: A\n        differently: A", "39:9"),
    "note_asks": ("kind: yes_no\n", "kind: note\n        required: true\n", "36:9"),
    "suggest_unknown": (SURE, MORE + "suggest: sured", "38:18"),
    "suggest_kind": (SURE, MORE + "suggest: status", "38:18"),
    "suggest_group": ("kind: number", "kind: year\n        suggest: born", "71:18"),
    "suggest_later": (COUNTRY, COUNTRY + "        suggest: home\n" + HOME, "29:18"),
    "no_answer_fits": (
        "maximum: 9", "maximum: 9\n        constraints:\n"
        "          - {check: value > 9, message: More than nine.}", "75:9",
    ),
    "was_still_there": (SURE, MORE + "was: [status]", "38:15"),
    "was_twice": ("", "", ""),
    "no_contact": ("id: contact\n        kind: contact", "id: c\n        kind: text", "11:1"),
    "own_id": ("id: contact", "id: contacts", "38:13"),
    "programme_kind": ("kind: country", "kind: text", "26:15"),
    "too_long": ("Are you sure?", "Sure? " * 40, "37:15"),
    "too_long_together": (SURE, MORE + "why: " + "Yes. " * 43, "38:14"),
    "sentence_too_long": ("Are you sure?", "a " * 21, "37:15"),
    "broken_markup": ("Are you sure?", "Are you <b>sure?", "37:15"),
    "unknown_placeholder": ("Are you sure?", "Are you sure, {name}?", "37:15"),
}  # fmt: skip

WHOLE = {
    "empty_file": "",
    "not_a_script": "- a\n",
    "not_a_list": SCRIPT.replace("- id: near\n    value: status == \"here\"", "near"),
    "empty_list": SCRIPT[: SCRIPT.index("      - id: status")].rstrip() + " []\n",
    "group_asked_later": SCRIPT.replace("  - id: first\n", "  - id: first\n    later: true\n"),
    "all_later": SCRIPT.replace(LATER, "").replace("    basis: Law\n", "    basis: Law\n" + LATER),
    "was_twice": SCRIPT.replace(SURE, MORE + "was: [a]").replace(COUNTRY, COUNTRY + WAS),
    "no_choice_left": SCRIPT.replace("w}", "w, when: age > 5}").replace("h}", "h, when: age > 6}"),
    "condition_meaning": SCRIPT.replace("when: age > 3", "when: '[age].exists(1, true)'"),
}  # fmt: skip


@pytest.mark.parametrize("code", [code for code, change in CHANGES.items() if change[2]])
def test_each_fault_is_told_at_its_place(code: str) -> None:
    old, new, place = CHANGES[code]
    assert old in SCRIPT
    found = faults_of(SCRIPT.replace(old, new, 1))
    assert (code, place) in [(f.code, f"{f.line}:{f.column}") for f in found], found


@pytest.mark.parametrize("code", WHOLE)
def test_each_fault_of_a_whole_script_is_told(code: str) -> None:
    assert code in [fault.code for fault in faults_of(WHOLE[code])], faults_of(WHOLE[code])


ORPHANS: dict[str, tuple[str, str, str]] = {
    "answers_orphaned": ("- id: rooms", "- id: room", "67:5"),
    "kind_changed": ("kind: yes_no", "kind: text", "35:15"),
    "choice_orphaned": ("{id: high", "{id: highest", "58:9"),
    "group_changed": ("    group: children\n", "", "48:13"),
}
"""Edits that leave answers without a question: what is replaced, and where it is told."""


@pytest.mark.parametrize("code", ORPHANS)
def test_edits_that_orphan_answers_are_told(code: str, tmp_path: Path) -> None:
    old, new, place = ORPHANS[code]
    file = tmp_path / "t.yaml"
    source = SCRIPT.replace("        when: age > 3\n", "").replace("        same: ", "        # ")
    file.write_text(source.replace(old, new, 1), "utf-8")
    base = load_script(source).script
    found = check_paths([file], TEXTS, VALUES, against=base)
    assert (code, place) in [(f.code, f"{f.line}:{f.column}") for f in found], found
    assert not [f for f in check_paths([file], TEXTS, VALUES) if f.code in ORPHANS]


def test_a_question_that_keeps_its_earlier_id_orphans_nothing(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    text = SCRIPT.replace("- id: rooms\n", "- id: room\n        was: [rooms]\n")
    file.write_text(text, "utf-8")
    assert check_paths([file], TEXTS, VALUES, against=load_script(SCRIPT).script) == []
    base = tmp_path / "base.txt"
    base.write_text(SCRIPT, "utf-8")
    file.write_text(SCRIPT.replace("- id: rooms\n", "- id: room\n"), "utf-8")
    code, output = run("check", str(file), "--against", str(base))
    assert code == 1
    assert "answers_orphaned: The question “rooms” (Rooms) is gone." in output
    assert "Did you mean “room”?" in output
    assert run("check", str(file), "--against", str(tmp_path / "none.yaml"))[0] == 1


PO = """\
msgid ""
msgstr ""
"Language: lv\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def with_latvian(folder: Path, entry: str) -> Texts:
    file = folder / "lv" / "LC_MESSAGES" / "majup.po"
    file.parent.mkdir(parents=True)
    file.write_text(PO + entry, "utf-8")
    return Texts.load(folder, [])


ENTRY = 'msgctxt "t:sure.text"\nmsgid "Are you sure?"\nmsgstr '
TRANSLATIONS = {
    "untranslated": "",
    "stale_translation": 'msgctxt "t:sure.text"\nmsgid "Sure?"\nmsgstr "Vai tiešām?"\n',
    "unclear_translation": "#, fuzzy\n" + ENTRY + '"Vai?"\n',
    "placeholder_unknown": ENTRY + '"Vai {x}?"\n',
    "broken_markup": ENTRY + '"<b>Vai?"\n',
    "too_long": ENTRY + '"' + "Vai? " * 50 + '"\n',
}


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_faults_of_translations_are_told_at_the_english_text(tmp_path: Path, code: str) -> None:
    found = faults_of(SCRIPT, with_latvian(tmp_path, TRANSLATIONS[code]))
    assert (code, 37, "lv") in [(f.code, f.line, f.args.get("language")) for f in found]


def test_a_left_out_placeholder_is_told(tmp_path: Path) -> None:
    texts = with_latvian(tmp_path, 'msgctxt "t:level.same"\nmsgid "All: {answer}"\nmsgstr "Visi"\n')
    assert ("placeholder_missing", 57) in [(f.code, f.line) for f in faults_of(SCRIPT, texts)]


def test_faults_of_files(tmp_path: Path) -> None:
    assert check_paths([tmp_path], TEXTS, VALUES)[0].code == "no_scripts"
    assert check_paths([tmp_path / "no.yaml"], TEXTS, VALUES)[0].code == "cannot_read"
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SCRIPT, "utf-8")
    twice = check_paths([tmp_path], TEXTS, VALUES)
    assert [(fault.code, fault.line, fault.column) for fault in twice] == [("script_twice", 1, 9)]
    (tmp_path / "b.yaml").write_text(SCRIPT.replace("script: t", "script: product"), "utf-8")
    taken = check_paths([tmp_path / "b.yaml"], Texts.load(), VALUES)[0]
    assert (taken.code, taken.line, taken.column) == ("reserved_id", 1, 9)


def tree(folder: Path, entry: str) -> Path:
    """A small source tree with one text and a Latvian catalogue."""
    (folder / "dialogs" / "texts").mkdir(parents=True)
    text = "hello: Hello, {name}\nleft: {one: '{n} left', other: '{n} left'}\n"
    (folder / "dialogs" / "texts" / "x.yaml").write_text(text, "utf-8")
    for language in ("lv", "ru"):
        file = folder / "locales" / language / "LC_MESSAGES" / "majup.po"
        file.parent.mkdir(parents=True)
        file.write_text(PO + entry, "utf-8")
    pot = 'msgctxt "x:hello"\nmsgid "Hello, {name}"\nmsgstr ""\n'
    (folder / "locales" / "majup.pot").write_text(PO + pot, "utf-8")
    return folder


def test_stale_catalogues_are_told(tmp_path: Path) -> None:
    entry = (
        'msgctxt "x:hello"\nmsgid "Hello, {name}"\nmsgstr "Sveiki"\n\n'
        'msgctxt "x:left"\nmsgid "{n} left"\nmsgid_plural "{n} left"\n'
        'msgstr[0] "vēl {n}"\nmsgstr[1] ""\n\n'
        'msgctxt "x:old"\nmsgid "Old"\nmsgstr "Vecs"\n'
    )
    found = {(fault.code, fault.file, fault.line) for fault in fresh(tree(tmp_path, entry))}
    assert found == {
        ("placeholder_missing", "dialogs/texts/x.yaml", 1),
        ("plural_incomplete", "dialogs/texts/x.yaml", 2),
        ("translation_unused", "locales/lv/LC_MESSAGES/majup.po", 18),
        ("translation_unused", "locales/ru/LC_MESSAGES/majup.po", 18),
        ("not_extracted", "locales/majup.pot", 1),
    }


def test_the_shipped_catalogues_are_complete_and_fresh() -> None:
    assert fresh(Path()) == []


def test_a_condition_on_two_answers_waits_for_both() -> None:
    when = 'when: status == "there" && children > 0'
    found = faults_of(SCRIPT.replace('when: status == "there"', when))
    assert [(fault.code, fault.args) for fault in found] == [("asked_later", {"name": "children"})]


ELSEWHERE = {
    "cannot_read", "no_scripts", "script_twice", "not_utf8", "placeholder_missing",
    "plural_incomplete", "translation_unused", "not_extracted", "yaml", "not_understood",
    # test_languages
    "no_languages", "bad_plural", "unknown_fallback", "fallback_not_full", "no_full_language",
    "language_word_twice", "language_incomplete", "language_not_ready", "language_unlisted",
    # test_catalogues
    "po_too_large", "po_unclosed", "po_not_a_line", "po_order", "po_twice", "po_language",
    "po_plural", "po_unknown",
}  # fmt: skip
"""Codes tested above by themselves or in test_loader; the last two are for what nobody foresaw."""


def test_every_code_has_its_words_and_its_test() -> None:
    texts = Texts.load()
    codes = {
        name.split(":")[1].split(".")[0] for name in texts.entries if name.startswith("faults:")
    } - {"word"}
    tested = {code for code, change in CHANGES.items() if change[2]}
    assert codes == tested | WHOLE.keys() | TRANSLATIONS.keys() | ORPHANS.keys() | ELSEWHERE
    assert len(codes) >= 100


def test_every_fault_can_be_said_in_every_language() -> None:
    texts = Texts.load()
    assert {"lv", "ru", "en"} <= set(texts.languages)
    for code, (old, new, place) in CHANGES.items():
        for fault in faults_of(SCRIPT.replace(old, new, 1)) if place else []:
            for language in texts.languages:
                line = fault.render(texts, language)
                assert line.startswith(f"t.yaml:{fault.line}:{fault.column}: {fault.code}: ")
                assert not placeholders(line) - {"answer", "name"}, (code, line)


def test_the_line_names_what_was_meant() -> None:
    fault = faults_of(SCRIPT.replace("kind: yes_no", "kind: yes_on"))[0]
    line = fault.render(Texts.load(), "en")
    assert re.match(r"t\.yaml:35:15: unknown_kind: .*“yes_on”.* Did you mean “yes_no”\?", line)


def test_a_section_condition_joins_those_of_its_questions() -> None:
    loaded = load_script(
        SCRIPT.replace("    group: children\n", "    group: children\n    when: near\n")
    )
    assert loaded.script is not None
    made = compile_revision(loaded.script, TEXTS, VALUES)
    assert isinstance(made, Revision)
    level = made.questions["level"]
    assert level.when is not None
    assert level.when.holds({"near": True, "age": 4}) is True
    assert level.when.holds({"near": False}) is False
    assert level.reads == {"near", "status", "age"}
    assert level.follows == {"status", "born"}
    assert made.dependents["near"] == ("born", "level")
    assert made.dependents["status"] == ("country", "born", "level")
    assert made.items == {"children": ("born", "level")}


def test_the_id_of_a_revision_follows_script_texts_and_data(tmp_path: Path) -> None:
    latvian = with_latvian(
        tmp_path, 'msgctxt "t:sure.text"\nmsgid "Are you sure?"\nmsgstr "Vai tiešām?"\n'
    )

    def made(text: str, texts: Texts = TEXTS, data: bytes = b"") -> str:
        script = load_script(text).script
        assert script is not None
        revision = compile_revision(script, texts, VALUES, data=data)
        assert isinstance(revision, Revision)
        return revision.id

    ids = [
        made(SCRIPT),
        made(SCRIPT.replace("Are you sure?", "Really?")),
        made(SCRIPT, latvian),
        made(SCRIPT, data=b"x"),
    ]
    assert len(set(ids)) == 4
    assert made("# a comment\n" + SCRIPT) == ids[0]


def test_a_script_of_500_questions_is_checked_within_a_second() -> None:
    more = "".join(
        f"      - id: q{n}\n        kind: yes_no\n        title: Q{n}\n        text: Is it {n}?\n"
        f'        when: status == "here" && (rooms > {n % 7} || q{n - 1} == "yes")\n'
        for n in range(1, 494)
    ).replace(' || q0 == "yes"', "")
    began = time.process_time()
    assert faults_of(SCRIPT + more) == []
    assert time.process_time() - began < 1


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_command_lists_faults_and_exits_with_1(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(SCRIPT.replace("kind: yes_no", "kind: yes_on"), "utf-8")
    code, output = run("check", str(file))
    assert code == 1
    assert f"{file}:35:15: unknown_kind: " in output
    assert run("check", str(file), "--language", "xx")[0] == 2


def test_the_shipped_script_is_clean() -> None:
    code, output = run("check", "dialogs/scripts")
    assert (code, output.count("\n")) == (0, 1), output


def test_the_schema_is_printed() -> None:
    code, output = run("schema")
    assert code == 0
    assert '"sections"' in output


def test_checking_loads_no_telegram_library() -> None:
    program = (
        "import sys; from typer.testing import CliRunner; from bot.script_commands import app;"
        "CliRunner().invoke(app, ['check', 'dialogs/scripts']);"
        "print([m for m in ('aiogram', 'telegram', 'sqlalchemy') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert result.stdout == "[]\n", result.stderr
