"""Catalogues out to translators and back in: nothing is passed over in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po as babel_read
from typer.testing import CliRunner

from bot.cli import app
from dialogs import po_text
from dialogs.languages import shipped
from dialogs.po_text import read_po
from dialogs.texts import Texts
from dialogs.translate import Brought, brought, coverage, wanted, written
from tests import drafts, tongues

HEAD = (
    'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)
BACK = 'msgctxt "product:back"\nmsgid "Back"\nmsgstr '
LEFT = (
    'msgctxt "product:questions_left"\nmsgid "<i>{n} more question</i>"\n'
    'msgid_plural "<i>{n} more questions</i>"\n'
)


@pytest.fixture(scope="module")
def whole() -> Texts:
    return tongues.whole()


def looked_at(text: str, whole: Texts) -> Brought:
    german = shipped().get("de")
    assert german is not None
    return brought(read_po(text, "de.po"), whole, german, "return")


def told(text: str, whole: Texts) -> list[tuple[str, str]]:
    return [(f.code, f"{f.line}:{f.column}") for f in looked_at(text, whole).faults]


FORM = {
    "po_unclosed": (BACK + '"Zurück\n', "8:14"),
    "po_not_a_line": (BACK + '"Zurück"\nZurück\n', "9:1"),
    "po_order": ('msgctxt "product:back"\nmsgstr "Zurück"\n', "7:1"),
    "po_twice": (BACK + '"Zurück"\n\n' + BACK + '"Rückwärts"\n', "11:1"),
}


@pytest.mark.parametrize("code", FORM)
def test_a_file_out_of_form_is_refused_whole(code: str, whole: Texts) -> None:
    text, place = FORM[code]
    found = looked_at(HEAD + text, whole)
    assert (code, place) in [(f.code, f"{f.line}:{f.column}") for f in found.faults]
    assert found.refused
    assert not found.taken


def test_what_babel_passes_over_is_told(whole: Texts) -> None:
    """The reason for a reader of our own: an unclosed string, a text translated twice."""
    for code in ("po_unclosed", "po_twice"):
        text = HEAD + FORM[code][0]
        babel_read(text.splitlines())  # not a word
        assert looked_at(text, whole).refused


HEADS = {
    "po_language": HEAD.replace("Language: de", "Language: ru"),
    "po_plural": HEAD.replace("nplurals=2; plural=(n != 1)", "nplurals=3; plural=0"),
}


@pytest.mark.parametrize("code", HEADS)
def test_a_wrong_head_is_refused(code: str, whole: Texts) -> None:
    assert told(HEADS[code] + BACK + '"Zurück"\n', whole) == [(code, "1:1")]


ONE = {
    "po_unknown": ('msgctxt "product:nothing_such"\nmsgid "Back"\nmsgstr "Zurück"\n', "7:1"),
    "stale_translation": (BACK.replace('"Back"', '"Go back"') + '"Zurück"\n', "7:1"),
    "unclear_translation": ("#, fuzzy\n" + BACK + '"Zurück"\n', "8:1"),
    "plural_incomplete": (LEFT + 'msgstr[0] "Noch {n} Frage"\nmsgstr[1] ""\n', "7:1"),
    "placeholder_missing": (
        'msgctxt "product:noted"\nmsgid "Noted: {what}"\nmsgstr "Notiert"\n', "8:8",
    ),
    "placeholder_unknown": (BACK + '"Zurück {name}"\n', "8:8"),
    "broken_markup": (
        LEFT + 'msgstr[0] "<i>Noch {n} Frage</i>"\nmsgstr[1] "<i>Noch {n} Fragen"\n', "10:11",
    ),
    "too_long": (
        'msgctxt "return:status.abroad.text"\nmsgid "Abroad"\nmsgstr "' + "x" * 33 + '"\n', "8:8",
    ),
    "sentence_too_long": (
        'msgctxt "return:country.text"\nmsgid "In which country do you live?"\nmsgstr "'
        + "so " * 21 + '"\n', "8:8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", ONE)
def test_a_translation_out_of_order_is_told_and_the_others_are_taken(
    code: str, whole: Texts
) -> None:
    text, place = ONE[code]
    good = 'msgctxt "product:skip"\nmsgid "Skip"\nmsgstr "Überspringen"\n'
    found = looked_at(HEAD + text + "\n" + good, whole)
    assert [(f.code, f"{f.line}:{f.column}") for f in found.faults] == [(code, place)]
    assert found.taken == {("product:skip", "Skip"): "Überspringen"}
    for language in ("lv", "ru", "en"):
        line = found.faults[0].render(whole, language)
        assert line.startswith(f"de.po:{place}: {code}: ")


def test_a_plural_form_too_many_is_told(whole: Texts) -> None:
    forms = "".join(f'msgstr[{n}] "<i>Noch {{n}} Fragen</i>"\n' for n in range(3))
    assert told(HEAD + LEFT + forms, whole) == [("plural_incomplete", "7:1")]


def test_bytes_that_are_no_text(whole: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read_po(HEAD.encode() + b'msgid "\xff"\n', "de.po")
    assert [(f.code, f.line, f.column) for f in found.faults] == [("not_utf8", 6, 8)]
    assert not read_po(b"\xef\xbb\xbf" + HEAD.encode().replace(b"\n", b"\r\n"), "de.po").faults
    monkeypatch.setattr(po_text, "MOST_BYTES", 10)
    assert [f.code for f in read_po(HEAD, "de.po").faults] == ["po_too_large"]


def test_what_goes_out_comes_back_the_same(whole: Texts) -> None:
    """Latvian, exported and brought back, is what it was; Babel reads the file as well."""
    latvian = shipped().get("lv")
    assert latvian is not None
    entries = wanted(whole, shipped(), "return")
    text = written(entries, whole, shipped(), latvian, "return")
    assert len(list(babel_read(text.splitlines(), locale="lv"))) == len(entries) + 1
    back = brought(read_po(text, "lv.po"), whole, latvian, "return")
    assert not back.faults
    assert back.taken == {
        (e.name, e.text): whole.translation("lv", e.name, e.text) for e in entries
    }
    must = shipped().required("return", "partial")
    flags = [must(entry.name) for entry in entries]
    assert flags == sorted(flags, reverse=True)
    assert text.count("Necessary: without it nobody sees this language.") == sum(flags)


def test_export_import_and_coverage_by_command(tmp_path: Path) -> None:
    script = tmp_path / "return.yaml"
    script.write_text(drafts.SHIPPED, "utf-8")

    def majup(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, ["texts", *words])
        assert done.exit_code == code, done.output
        return done.output

    de, at = str(tmp_path / "de.po"), ("--script", str(script))
    count = len(wanted(tongues.whole(), shipped(), "return"))
    out = majup("export", str(script), "de", "--into", de)
    assert f"{count} texts, not yet translated: {count}" in out
    text = Path(de).read_text("utf-8")
    assert "#. lv: Atpakaļ\n" in text
    text = text.replace('msgid "Back"\nmsgstr ""', 'msgid "Back"\nmsgstr "Zurück"')
    text = text.replace('msgid "Skip"\nmsgstr ""', 'msgid "Skip"\nmsgstr "{weg}"')
    Path(de).write_text(text, "utf-8")
    looked = majup("check", de, *at, code=1)
    assert "placeholder_unknown" in looked
    assert "1 translation is in order." in looked
    assert not (tmp_path / "return.de.po").exists()
    took = majup("import", de, *at, "--explain", "lv", code=1)
    assert f"Pārņemts 1 tulkojums: {tmp_path / 'return.de.po'}" in took
    assert "1 kļūda" in took
    assert 'msgstr "Zurück"' in (tmp_path / "return.de.po").read_text("utf-8")
    covered = majup("coverage", str(script))
    assert "lv Latviešu: full, 100%" in covered
    assert "de Deutsch: draft, 0% (1 of " in covered
    assert "necessary 1 of " in covered
    # A second round keeps the first.
    second = text.replace('msgstr "{weg}"', 'msgstr "Überspringen"').replace(
        'msgstr "Zurück"', 'msgstr ""'
    )
    Path(de).write_text(second, "utf-8")
    majup("import", de, *at)
    assert "de Deutsch: draft, 0% (2 of " in majup("coverage", str(script))
    # States, and what they ask for.
    assert "is now partial" in majup("language", "de", "--state", "partial", *at)
    refused = CliRunner().invoke(app, ["script", "check", str(script)])
    assert (refused.exit_code, "language_not_ready" in refused.output) == (1, True)
    assert "is now draft" in majup("language", "de", "--state", "draft", *at)
    assert CliRunner().invoke(app, ["script", "check", str(script)]).exit_code == 0
    added = majup("language", "pl", "--name", "Polski", "--asked", "polish", *at)
    assert "pl Polski is now draft" in added
    assert "pl Polski: draft, 0%" in majup("coverage", str(script), "--names")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("export", "{script}", "xx"), 1, "There is no language xx"),
        (("export", "{script}", "de", "--into", "/nowhere/de.po"), 3, "/nowhere/de.po"),
        (("export", "nosuch.yaml", "de"), 1, "cannot be read"),
        (("export", "{script}", "de", "--explain", "xx"), 2, "no such language"),
        (("import", "nosuch.po", "--script", "{script}"), 1, "nosuch.po"),
        (("import", "{script}", "--script", "{script}"), 1, "Nothing was taken."),
        (("import", "{empty}", "--script", "{script}"), 1, "Name it: --language CODE"),
        (("import", "{empty}", "--script", "{script}", "--language", "en"), 1, "English stands"),
        (("language", "pl", "--script", "{script}"), 1, "--name NAME"),
        (("language", "pl", "--name", "P", "--script", "{script}", "--state", "ready"), 1,
         "unknown_value"),
        (("language", "pl", "--name", "P", "--script", "{script}", "--plural", "n"), 1,
         "bad_plural"),
        (("language", "POLISH", "--name", "P", "--script", "{script}"), 1, "bad_id"),
        (("coverage",), 2, ""),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_said_in_a_line(
    words: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "return.yaml").write_text(drafts.SHIPPED, "utf-8")
    (tmp_path / "empty.po").write_text('msgid ""\nmsgstr ""\n', "utf-8")
    names = {"{script}": str(tmp_path / "return.yaml"), "{empty}": str(tmp_path / "empty.po")}
    done = CliRunner().invoke(app, ["texts", *(names.get(word, word) for word in words)])
    assert done.exit_code == code, done.output
    assert said in done.output
    assert "Traceback" not in done.output


def test_the_shipped_coverage_is_whole(whole: Texts) -> None:
    of = {each.language: each for each in coverage(whole, shipped(), "return")}
    assert all(of[code].missing == () for code in ("lv", "ru", "en"))
