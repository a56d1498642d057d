"""Texts: names, placeholders, plural forms, and what a broken catalogue may not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.texts import Entry, Texts, TextsError, filled, placeholders, text_entries

ENTRIES = [
    Entry("t:hello", "Hello, {name}"),
    Entry("t:left", "{n} question left", "{n} questions left"),
    Entry("t:plain", "Only in English"),
    Entry("t:bad", "No names here"),
    Entry("t:vague", "Unclear"),
]

LV = """\
msgid ""
msgstr ""
"Language: lv\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10==0 || (n%100>=11 && "
"n%100<=19) ? 2 : 1);\\n"

msgctxt "t:hello"
msgid "Hello, {name}"
msgstr "Sveiki, {name}"

msgctxt "t:left"
msgid "{n} question left"
msgid_plural "{n} questions left"
msgstr[0] "Vēl {n} jautājums"
msgstr[1] "Vēl {n} jautājumi"
msgstr[2] "Vēl {n} jautājumu"

msgctxt "t:bad"
msgid "No names here"
msgstr "Te ir {surname}"

#, fuzzy
msgctxt "t:vague"
msgid "Unclear"
msgstr "Neskaidrs"
"""

RU = """\
msgid ""
msgstr ""
"Language: ru\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
"(n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgctxt "t:left"
msgid "{n} question left"
msgid_plural "{n} questions left"
msgstr[0] "Ещё {n} вопрос"
msgstr[1] "Ещё {n} вопроса"
msgstr[2] "Ещё {n} вопросов"
"""


def catalogues(folder: Path, **texts: str) -> Path:
    for language, text in texts.items():
        file = folder / language / "LC_MESSAGES" / "majup.po"
        file.parent.mkdir(parents=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    return Texts.load(catalogues(tmp_path, lv=LV, ru=RU), ENTRIES)


def test_languages_begin_with_latvian_and_end_with_the_source(texts: Texts) -> None:
    assert texts.languages == ("lv", "ru", "en")


@pytest.mark.parametrize(
    ("language", "n", "expected"),
    [
        ("lv", 0, "Vēl 0 jautājumu"),
        ("lv", 1, "Vēl 1 jautājums"),
        ("lv", 2, "Vēl 2 jautājumi"),
        ("lv", 5, "Vēl 5 jautājumi"),
        ("lv", 11, "Vēl 11 jautājumu"),
        ("lv", 21, "Vēl 21 jautājums"),
        ("ru", 0, "Ещё 0 вопросов"),
        ("ru", 1, "Ещё 1 вопрос"),
        ("ru", 2, "Ещё 2 вопроса"),
        ("ru", 5, "Ещё 5 вопросов"),
        ("ru", 11, "Ещё 11 вопросов"),
        ("ru", 21, "Ещё 21 вопрос"),
        ("en", 0, "0 questions left"),
        ("en", 1, "1 question left"),
        ("en", 21, "21 questions left"),
        ("de", 1, "1 question left"),
    ],
)
def test_counts_take_the_form_of_the_language(
    texts: Texts, language: str, n: int, expected: str
) -> None:
    assert texts.say(language, "t:left", n=n) == expected


def test_what_is_missing_unclear_or_wrongly_filled_is_said_in_english(texts: Texts) -> None:
    assert texts.say("lv", "t:hello", name="Anna") == "Sveiki, Anna"
    assert texts.say("ru", "t:hello", name="Anna") == "Hello, Anna"
    assert texts.say("lv", "t:plain") == "Only in English"
    assert texts.say("lv", "t:vague") == "Unclear"
    assert texts.say("lv", "t:bad") == "No names here"


def test_unknown_names_and_missing_values_are_errors(texts: Texts) -> None:
    with pytest.raises(KeyError):
        texts.say("lv", "t:nothing")
    with pytest.raises(KeyError):
        texts.say("lv", "t:hello")


@pytest.mark.parametrize(
    "text",
    ["{0}", "{}", "{name.__class__}", "{name[0]}", "{name!r}", "{name:>10000000}", "{{", "100 %s"],
)
def test_nothing_but_plain_names_is_filled_in(text: str) -> None:
    assert placeholders(text) == frozenset()
    assert filled(text, {"name": "x"}) == text


def test_values_are_never_filled_in_again() -> None:
    assert filled("{a} {b}", {"a": "{b}", "b": "1"}) == "{b} 1"


@pytest.mark.parametrize(
    "broken", ['msgid "a"\nmsgstr "b\n', "nonsense\n", 'msgid "a"\nmsgstr[0 "b"\n']
)
def test_a_broken_catalogue_is_named(tmp_path: Path, broken: str) -> None:
    with pytest.raises(TextsError, match=r"majup\.po"):
        Texts.load(catalogues(tmp_path, lv=broken), ENTRIES)


def test_text_files_give_names_plurals_and_comments() -> None:
    found, faults = text_entries(
        "# Said after an answer.\n# Keep it short.\nnoted: Noted\n"
        "left: {one: '{n} left', other: '{n} left of all'}\n"
        "menu:\n  # Shown in the menu.\n  help: Help\n",
        "product",
        "product.yaml",
    )
    assert not faults
    assert [(entry.name, entry.text, entry.other) for entry in found] == [
        ("product:noted", "Noted", ""),
        ("product:left", "{n} left", "{n} left of all"),
        ("product:menu.help", "Help", ""),
    ]
    assert found[0].comments == ("Said after an answer.", "Keep it short.")
    assert found[2].comments == ("Shown in the menu.",)
