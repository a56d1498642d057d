"""Questionnaires become scripts, or are refused row by row; no file, however hostile, does harm."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert
from typer.testing import CliRunner

from bot.script_commands import app
from dialogs.check import check_paths
from dialogs.edition import SCRIPTS, Edition, compile_edition
from dialogs.loader import load_script
from dialogs.prove import prove
from dialogs.script import Question, Script
from dialogs.script_files import ScriptFiles, ScriptRead, files_at, read_files
from dialogs.xlsform.carry import Carried, carry
from dialogs.xlsform.expressions import Name, NotCarried, condition
from dialogs.xlsform.languages import language_of
from dialogs.xlsform.workbook import FormFault
from tests import forms
from tests.drafts import programme, texts
from tests.forms import ask, workbook

LAW = {"purpose": "To help.", "basis": "GDPR Art. 6(1)(e)"}


@cache
def shipped() -> Script:
    script = load_script(SCRIPTS / "return.yaml").script
    assert script is not None
    return script


def carried(data: bytes, **law: str) -> Carried:
    return carry(data, texts().following(shipped()), shipped(), **(law or LAW))


def edition(of: Carried) -> Edition:
    return compile_edition(load_script(of.yaml), texts(), programme())


def asked(of: Carried) -> dict[str, Question]:
    return {name: each.question for name, each in edition(of).questions.items()}


def told(of: Carried) -> list[tuple[str, int, str]]:
    return [(each.sheet, each.row, each.code) for each in of.remarks]


def test_a_simple_form_is_carried_whole() -> None:
    made = carried(forms.SIMPLE)
    assert told(made) == []
    questions = asked(made)
    assert [(q.id, q.kind) for q in questions.values()] == [
        ("first_name", "text"), ("years", "number"), ("arrival", "date"), ("school", "choice"),
        ("thanks", "note"), ("contact", "contact"),
    ]  # fmt: skip
    years = questions["years"]
    assert (years.required, years.minimum, years.maximum) == (True, 0, 80)
    assert questions["first_name"].why == "As you like to be called."
    assert [choice.id for choice in questions["school"].choices] == ["yes", "no"]


def test_conditions_are_carried() -> None:
    made = carried(forms.CONDITIONS)
    questions = asked(made)
    assert questions["school"].when == "years > 1 && (!answered_years || years < 50)"
    assert questions["langs"].when == '!answered_school || school != "no"'
    assert questions["langs_other"].when == '"other" in langs'
    assert questions["course"].when == (
        '!answered_langs || !("lv" in langs) || !answered_years'
    )
    assert edition(made).revision.derived[0].value.source == "years > 10"
    assert questions["q_story"].when == "long_away == true"
    rule = questions["q_story"].constraints[0]
    assert (rule.check, rule.message) == ("size(value) <= 100", "Please write less.")
    assert questions["day"].constraints[0].check == 'value > "2026-12-01"'
    assert questions["again"].suggest == "course"
    assert told(made) == [("survey", 7, "renamed")]
    proof = prove(edition(made), ["en"])
    assert set(proof.reached) == set(proof.questions)


def test_repeats_become_groups() -> None:
    made = carried(forms.REPEATS)
    questions, groups = asked(made), edition(made).revision.questions
    assert questions["how_many"].kind == "group"
    assert {name: each.group for name, each in groups.items() if each.group} == {
        "child_age": "how_many", "grade": "how_many", "pet_name": "pet",
    }  # fmt: skip
    assert questions["pet"].text == "Pet: how many?"
    assert questions["grade"].text == "{item}: Which grade?"
    assert told(made) == [
        ("survey", 9, "nested_repeat"), ("survey", 10, "inside_left_out"),
        ("survey", 13, "left_uses_inside"),
    ]  # fmt: skip


def test_choice_filters_become_conditions_of_choices() -> None:
    made = carried(forms.FILTERS)
    questions = asked(made)
    assert [(c.id, c.when) for c in questions["town"].choices] == [
        ("cesis", '"vidzeme" == q_part'), ("talsi", '"kurzeme" == q_part'),
    ]  # fmt: skip
    assert questions["big"].kind == "text"
    assert "one" not in questions
    assert told(made) == [
        ("survey", 2, "renamed"), ("survey", 4, "left_uses_function"),
        ("survey", 5, "too_many_choices"), ("survey", 6, "list_too_short"),
        ("choices", 6, "choice_twice"),
    ]  # fmt: skip


def test_three_languages(tmp_path: Path) -> None:
    made = carried(forms.LANGUAGES)
    assert told(made) == [("survey", 1, "unknown_language")]
    assert set(made.catalogues) == {"lv", "ru"}
    file = tmp_path / "wishes.yaml"
    file.write_text(made.yaml, "utf-8")
    for language, text in made.catalogues.items():
        (tmp_path / f"wishes.{language}.po").write_text(text, "utf-8")
    missing = {(fault.code, fault.args.get("text")) for fault in check_paths([file], texts())}
    # What only the form's author can say: its title, the purpose, the hint that has no Russian.
    assert missing == {("untranslated", each) for each in ("Wishes", "To help.", "Īsi.")}
    whole = compile_edition(load_script(file), _read(file).texts, programme())
    assert whole.texts.say("lv", "wishes:wish.text") == "Ko Jūs vēlaties?"
    assert whole.texts.say("ru", "wishes:sure.yes.text") == "Да"
    notice = whole.texts.entries["wishes:notice.text"]
    assert whole.texts.translation("lv", notice.name, notice.text)


def _read(file: Path) -> ScriptRead:
    files = files_at(file)
    assert isinstance(files, ScriptFiles)
    return read_files(files, texts())


def test_what_cannot_be_carried_is_told_row_by_row() -> None:
    made = carried(forms.UNSUPPORTED)
    assert set(asked(made)) == {
        "height", "hour", "agree", "after", "very_long_name", "half", "unlabelled", "contact",
    }  # fmt: skip
    rows: dict[int, list[str]] = {}
    for _, row, code in told(made):
        rows.setdefault(row, []).append(code)
    assert rows == {
        2: ["by_itself"], 3: ["type_not_carried"], 4: ["type_not_carried"],
        5: ["type_not_carried"], 6: ["list_elsewhere"], 7: ["whole_numbers"], 8: ["as_text"],
        9: ["as_yes_no"], 10: ["type_not_carried"], 11: ["inside_left_out"],
        13: ["piped", "cell_left_out", "cell_left_out", "left_only_yes_or_no",
             "left_uses_left_out"],
        14: ["renamed", "left_uses_function"], 15: ["left_decimal"], 16: ["unknown_type"],
        17: ["no_type"], 18: ["no_label"],
    }  # fmt: skip


def test_without_purpose_and_basis_the_check_asks_for_them() -> None:
    made = carry(forms.SIMPLE, texts().following(shipped()), shipped())
    assert told(made) == [("survey", 0, "no_purpose")]
    assert {fault.code for fault in load_script(made.yaml).faults} == {"no_purpose"}


def test_every_remark_can_be_said_in_every_language() -> None:
    from bot.import_command import told as line

    seen: set[str] = set()
    for data in (forms.SIMPLE, forms.CONDITIONS, forms.REPEATS, forms.FILTERS, forms.LANGUAGES,
                 forms.UNSUPPORTED):  # fmt: skip
        for remark in carried(data).remarks:
            seen.add(remark.code)
            for language in ("lv", "ru", "en"):
                said = line(remark, texts(), language)
                assert str(remark.row) in said
                assert "{" not in said.replace("${", "")
    assert len(seen) >= 18


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${n} >= 18 and ${c} = 'A-b'", 'n >= 18 && c == "a_b"'),
        ("${c} != 'A-b'", '!answered_c || c != "a_b"'),
        ("not(${n} < 5 or ${n} > 60)", "(!answered_n || n >= 5) && (!answered_n || n <= 60)"),
        ("${t} = '' or ${t} != ''", "!answered_t || answered_t"),
        ("selected(${l}, 'x') and not(selected(${l}, 'y'))",
         '"x" in l && (!answered_l || !("y" in l))'),
        ("${n} = '5' and ${c} = 1", 'n == 5 && c == "1"'),
        ("${n} + 2 * 3 > -1", "n + (2 * 3) > -1"),
        ("regex(${t}, '^[A-Z]{2}$')", 't.matches("^(?:^[A-Z]{2}$)$")'),
        ("if(${n} > 1, 'a', 'b') = 'a'", '(n > 1 ? "a" : "b") == "a"'),
        ("../n mod 2 = 0", "n % 2 == 0"),
        ("/data/group/n = 3", "n == 3"),
    ],
)  # fmt: skip
def test_an_expression_becomes_a_condition(source: str, expected: str) -> None:
    assert condition(source, _look) == expected


def _look(name: str) -> Name:
    known = {"n": Name("n", "number"), "c": Name("c", "text", {"A-b": "a_b"}),
             "t": Name("t", "text"), "l": Name("l", "list")}  # fmt: skip
    if name not in known:
        raise NotCarried("uses_unknown", name=name)
    return known[name]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("today() > ${t}", "uses_function"), ("${n} div 2 = 1", "uses_function"),
        ("${gone} = 1", "uses_unknown"), ("${n} > 2.5", "decimal"), ("${n}", "no_condition"),
        ("${l} = 'x'", "cannot_compare"), ("(${n} > 1", "not_an_expression"),
        ("", "not_an_expression"), ("${n} >", "not_an_expression"),
        ("(" * 500, "too_long_expression"), ("1 and " * 400 + "1", "too_long_expression"),
        ("regex(${t}, '(?=x)')", "uses_function"),
        ("regex(${t}, '[')", "uses_function"), ("'unclosed", "not_an_expression"),
        (". > 3", "uses_unknown"), ("position(..) = 1", "not_an_expression"),
        ("not(" * 200 + "1" + ")" * 200, "too_long_expression"),
    ],
)  # fmt: skip
def test_an_expression_that_cannot_be_carried_says_why(source: str, code: str) -> None:
    with pytest.raises(NotCarried) as caught:
        condition(source, _look)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("Latviešu (lv)", "lv"), ("English", "en"), ("Русский", "ru"), ("lv", "lv"),
        ("Deutsch (de)", "de"), ("Latgaliešu (ltg)", "ltg"), ("Elvish", None), ("xx", None),
        ("Portuguese (pt-BR)", "pt"),
    ],
)  # fmt: skip
def test_the_language_of_a_column(header: str, language: str | None) -> None:
    assert language_of(header) == language


def test_a_form_without_english_keeps_its_own_language() -> None:
    made = carried(workbook([ask("text", "vards", "Kā Jūs sauc, un kur Jūs tagad dzīvojat?")]))
    assert told(made) == [("survey", 1, "no_english")]
    assert asked(made)["vards"].text.startswith("Kā Jūs sauc")
    assert 'msgstr "Kā Jūs sauc, un kur Jūs tagad dzīvojat?"' in made.catalogues["lv"]


# -- hostile files --------------------------------------------------------------------------------


def _archive(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _with(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The simple form with one part of the archive changed."""
    with zipfile.ZipFile(BytesIO(forms.SIMPLE)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = change(parts[name])
    return _archive(parts)


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
    )
    + b"]><sst>&m;</sst>"
)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "not_a_workbook"),
    "text": (b"type,name,label\ntext,a,A\n", "not_a_workbook"),
    "not a workbook": (_archive({"a.txt": b"a"}), "not_a_workbook"),
    "cut off": (forms.SIMPLE[: len(forms.SIMPLE) // 2], "not_a_workbook"),
    "bomb": (_archive({"xl/workbook.xml": b"", STRINGS: b"\0" * 60_000_000}), "unpacks_too_large"),
    "many parts": (_archive({f"{n}": b"" for n in range(400)}), "unpacks_too_large"),
    "too large": (b"PK" + b"\0" * 6_000_000, "file_too_large"),
    "laughs": (_with(STRINGS, lambda _: LAUGHS), "not_a_workbook"),
    "broken sheet": (_with(SHEET, lambda data: data[:200]), "not_a_workbook"),
    "broken strings": (_with(STRINGS, lambda _: b"<sst>"), "not_a_workbook"),
    "no sheets": (_with("xl/workbook.xml", lambda _: b"<workbook/>"), "no_survey"),
    "no survey": (workbook([], [forms.choice("a", "b", "c")]), "no_survey"),
    "only notes": (workbook([ask("note", "a", "Hello")]), "nothing_to_ask"),
    "nothing known": (workbook([ask("hologram", "a", "Hello")]), "nothing_to_ask"),
    "many rows": (workbook([ask("text", f"a{n}", "A") for n in range(5100)]), "too_many_rows"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_one_clear_fault(name: str) -> None:
    data, code = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(FormFault) as caught:
        carried(data)
    assert time.process_time() - began < 3
    assert caught.value.code == code
    for language in ("lv", "ru", "en"):
        said = texts().say(language, f"xlsform:{code}", **caught.value.given)
        assert "\n" not in said and "{" not in said


def test_a_sheet_that_claims_to_be_endless_is_read_as_far_as_it_goes() -> None:
    far = _with(SHEET, lambda data: re.sub(rb'ref="A1:[A-Z0-9]+"', b'ref="A1:XFD1048576"', data))
    began = time.process_time()
    assert told(carried(far)) == []
    assert time.process_time() - began < 3


def test_formulas_are_never_calculated() -> None:
    data = workbook([ask("text", "a", '=HYPERLINK("http://example.org","x")'),
                     ask("text", "b", "B", hint="=1+1")])  # fmt: skip
    made = carried(data)
    assert "HYPERLINK" not in made.yaml
    assert asked(made)["a"].text == "0"  # what the sheet showed last


def test_what_pyxform_takes_for_a_form_never_breaks_the_import() -> None:
    accepted = 0
    for seed in range(60):
        data = workbook(*forms.made_up(seed))
        try:
            convert(data)
            accepted += 1
        except PyXFormError:
            pass
        made = carried(data)
        assert made.questions
        assert compile_edition(load_script(made.yaml), texts(), programme())
    assert accepted >= 40


@pytest.mark.parametrize(
    "sample", ["SIMPLE", "CONDITIONS", "REPEATS", "FILTERS", "LANGUAGES"]
)
def test_pyxform_takes_the_samples_for_forms_and_the_scripts_are_played(sample: str) -> None:
    data: bytes = getattr(forms, sample)
    if sample != "FILTERS":  # a name twice in a list: told by us, refused by pyxform
        assert convert(data).xform
    proof = prove(edition(carried(data)), ["en"])
    assert not {each.code for each in proof.troubles} - {"not_understood"}


# -- the command ----------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["import", *arguments])
    return result.exit_code, result.output


def test_the_command_writes_the_script_and_tells_the_rest(tmp_path: Path) -> None:
    form = tmp_path / "family.xlsx"
    form.write_bytes(forms.REPEATS)
    code, output = run(str(form), "--language", "lv", "--purpose", "x", "--basis", "y")
    assert code == 0
    assert load_script(tmp_path / "family.yaml").script is not None
    assert "survey, 9. rinda: Atkārtojumu atkārtojumā jautāt nevar." in output
    assert (tmp_path / "family.lv.po").exists()
    code, output = run(str(form))
    assert code == 1
    assert "--force" in output
    assert run(str(form), "--force")[0] == 0


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    form = tmp_path / "form.xlsx"
    form.write_bytes(b"nothing")
    code, output = run(str(form))
    assert (code, output.count("\n")) == (1, 1)
    assert run(str(tmp_path / "none.xlsx"))[0] == 1
    assert run(str(form), "--language", "xx")[0] == 2
    assert [each.name for each in tmp_path.iterdir()] == ["form.xlsx"]
