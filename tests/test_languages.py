"""Languages as data: draft, partial and full, added in a programme's folder without any code."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dialogs import wording
from dialogs.check import check_paths
from dialogs.conversation import Button, Conversation, State
from dialogs.edition import Edition
from dialogs.family import Family, Plan
from dialogs.faults import Fault
from dialogs.languages import listed, load_languages, shipped
from dialogs.messages import Speaker, labels
from dialogs.play import Talk
from dialogs.texts import plural_of
from dialogs.transcript import Line, read
from dialogs.translate import coverage
from tests import drafts, tongues

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)

OWN = """\
# Ours.
languages:
  - id: de
    name: Deutsch
    state: partial
    asked: [vāciski, немецкий, german]
    known_by: [und, nicht, wir, haben, wollen, kinder]
  - id: uk
    name: Українська
    state: draft
    plural: >-
      nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 :
      n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);
  - id: ltg
    name: Latgaliski
    state: partial
    fallback: lv
    plural: >-
      nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 :
      n%10==0 || (n%100>=11 && n%100<=19) ? 2 : 1);
"""


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """German partial, Ukrainian a draft, Latgalian partial with Latvian behind it."""
    found = load_languages(OWN)
    assert not found.faults
    texts = {code: tongues.catalogue(code, found.languages) for code in ("de", "uk", "ltg")}
    return tongues.folder(tmp_path_factory.mktemp("programme"), OWN, **texts)


@pytest.fixture(scope="module")
def edition(programme: Path) -> Edition:
    return tongues.edition(programme)


def played(edition: Edition, *lines: str) -> str:
    """What the family saw, message by message."""
    talk = Talk(edition, AT)
    talk.play(read("# a talk\n# at: 2026-11-23T10:00:00+00:00\n\n" + "\n".join(lines)))
    return "\n".join(talk.out)


def test_the_folder_is_in_order(programme: Path) -> None:
    assert check_paths([programme], drafts.texts()) == []


def test_the_first_screen_shows_full_languages_only(edition: Edition) -> None:
    said = played(edition, ">> /start")
    assert "[Latviešu]\n   [Русский] [English]" in said
    assert "Deutsch" not in said


def test_a_partial_language_is_for_those_who_ask(edition: Edition) -> None:
    said = played(edition, ">> /start", ">> /language", ">> [Deutsch]", ">> [Русский]")
    assert "[Deutsch] [Latgaliski]" in said
    assert "Українська" not in said
    asked = tongues.said(
        "Not everything is in English yet. In which language shall the rest come?", "de"
    )
    assert f"<< {asked}\n   [Latviešu]\n   [Русский] [English]" in said
    notice = edition.texts.entries["return:notice.text"].text.splitlines()[0]
    assert tongues.said(notice, "de").replace("<b>", "**").replace("</b>", "**") in said
    assert "✓ Русский" in said


@pytest.mark.parametrize("word", ["Deutsch", "deutsch", "vāciski", "немецкий", "german", "de"])
def test_its_name_can_be_typed_in_any_language(edition: Edition, word: str) -> None:
    assert tongues.said("Not everything", "de") in played(edition, ">> /start", f">> {word}")


@pytest.mark.parametrize("word", ["Українська", "українською", "ukrainian", "ukrainiski", "uk"])
def test_nobody_sees_a_draft(edition: Edition, word: str) -> None:
    for lines in ((">> /start", f">> {word}"), (">> /start", f">> /language {word}")):
        said = played(edition, *lines)
        assert "✓" not in said
        assert "[Українська]" not in said


def test_what_a_partial_language_lacks_comes_in_the_second_one(edition: Edition) -> None:
    texts = edition.texts
    said = played(
        edition, ">> /start", ">> german", ">> [Русский]",
        f">> [{tongues.said('I have read it, let us start', 'de')}]",
        f">> [{tongues.said('Rather ask me', 'de')}]", ">> 1",
    )  # fmt: skip
    assert texts.say("ru", "return:status.text") in said
    assert texts.say("ru", "return:country.text") in said
    assert f"[{tongues.said('Back', 'de')}]" in said
    assert texts.entries["return:status.text"].text not in said


def test_a_whole_talk_in_german_ends_in_a_case(edition: Edition) -> None:
    """Played by the engine itself, as the proof sheet does."""
    talk, family = Talk(edition, AT), Family(edition, "de", Plan({"status": "abroad"}), AT.year)
    talk.act(Line("command", name="start"))
    for _ in range(60):
        if talk.c is None or talk.c.case is not None:
            break
        act = family.answer(talk.c, talk.chat.messages[-1].rows)
        assert act is not None
        talk.act(act)
    assert talk.c is not None
    assert talk.c.case is not None
    assert (talk.c.language, talk.c.second) == ("de", "lv")
    assert "Atbildēt: šeit, vāciski" in talk.card() or "vācu" in talk.card()


@pytest.mark.parametrize("said", ["Irland", "irland!", "Vereinigtes Königreich", "Īrija", "3"])
def test_answers_are_understood_in_the_languages_own_words_too(edition: Edition, said: str) -> None:
    """Countries by CLDR; what the three languages know counts in every talk."""
    said_all = played(
        edition, ">> /start", ">> deutsch", ">> [English]",
        f">> [{tongues.said('I have read it, let us start', 'de')}]",
        f">> [{tongues.said('Rather ask me', 'de')}]", ">> 1", f">> {said}",
    )  # fmt: skip
    assert said_all.count("In which country do you live?") == 1


def test_latgalian_falls_back_to_latvian_without_asking(edition: Edition) -> None:
    said = played(
        edition, ">> /start", ">> latgaliski",
        f">> [{tongues.said('I have read it, let us start', 'ltg')}]",
    )  # fmt: skip
    assert tongues.said("Not everything", "ltg") not in said
    story = edition.texts.say("lv", "return:story.text").splitlines()[0]
    assert story in said


def test_switching_in_the_middle_keeps_every_answer(edition: Edition) -> None:
    lines = (">> /start", ">> [English]", ">> [I have read it, let us start]",
             ">> [Rather ask me]", ">> [Abroad]", ">> Ireland")  # fmt: skip
    talk = Talk(edition, AT)
    head = "# a talk\n# at: 2026-11-23T10:00:00+00:00\n\n"
    talk.play(read(head + "\n".join((*lines, ">> /language", ">> [Deutsch]"))))
    assert talk.c is not None
    open_before = talk.c.prompt
    assert open_before is not None
    assert open_before.path == "second"
    talk.play(read(head + ">> по-русски"))
    assert talk.c is not None
    assert {path: a.value for path, a in talk.c.answers.items()}["country"] == "IE"
    assert (talk.c.language, talk.c.second) == ("ru", "")
    assert talk.c.prompt is not None
    assert talk.c.prompt.path == next(iter(talk.c.agenda))
    talk.play(read(head + ">> deutsch\n>> [English]"))
    assert talk.c is not None
    assert (talk.c.language, talk.c.second) == ("de", "English"[:2].lower())
    assert talk.c.prompt is not None
    assert talk.c.prompt.path == next(iter(talk.c.agenda))


def test_a_story_written_under_a_choice_of_language_is_kept(edition: Edition) -> None:
    lines = (">> /start", ">> [English]", ">> [I have read it, let us start]",
             ">> [Rather ask me]", ">> /language")  # fmt: skip
    head = "# a talk\n# at: 2026-11-23T10:00:00+00:00\n\n"
    for more in ((), (">> [Deutsch]",)):
        talk = Talk(edition, AT)
        talk.play(read(head + "\n".join((*lines, *more, ">> We have a horse and many old books"))))
        assert talk.c is not None
        assert [told.text for told in talk.c.story] == ["We have a horse and many old books"]
        assert talk.c.prompt is not None
        assert talk.c.prompt.path == "status"


def test_text_in_a_partial_language_gets_one_offer_in_the_present_one(edition: Edition) -> None:
    story = ">> Wir wohnen in Irland und haben zwei Kinder, wir wollen nach Riga, nicht aufs Land."
    start = (">> /start", ">> [English]", ">> [I have read it, let us start]")
    said = played(edition, *start, story, story)
    assert said.count("You can also go on in this language: Deutsch") == 1
    assert "[Deutsch]" in said


def test_a_draft_is_never_offered() -> None:
    story = ">> Ми живемо в Ірландії, є діти, хочемо повернутися, дякую, що або як."
    start = (">> /start", ">> [English]", ">> [I have read it, let us start]")
    said = played(drafts.draft(), *start, story)
    assert "Українська" not in said


COUNTS = (0, 1, 2, 5, 11, 21)
RULES = {
    "lv": (2, 0, 1, 1, 2, 0),
    "ltg": (2, 0, 1, 1, 2, 0),
    "ru": (2, 0, 1, 2, 2, 0),
    "uk": (2, 0, 1, 2, 2, 0),
    "de": (1, 0, 1, 1, 1, 1),
    "en": (1, 0, 1, 1, 1, 1),
}


@pytest.mark.parametrize("language", RULES)
def test_plural_headers(language: str) -> None:
    known = shipped().get(language)
    assert known is not None
    assert tuple(map(plural_of(known.plural).of, COUNTS)) == RULES[language]


@pytest.mark.parametrize("language", ["de", "uk", "ltg"])
def test_counted_texts_take_the_form_of_their_language(edition: Edition, language: str) -> None:
    entry = edition.texts.entries["product:questions_left"]
    forms = tongues.forms(entry, language, max(RULES[language]) + 1)
    for n, form in zip(COUNTS, RULES[language], strict=True):
        said = edition.texts.say(language, "product:questions_left", n=n)
        assert said == forms[form].replace("{n}", str(n))


def test_a_text_of_the_second_language_takes_that_ones_form(edition: Edition) -> None:
    """Counted by the Russian rule, though German has two forms."""
    spoken = edition.speaking("de", "ru").texts
    assert spoken.translation("de", "card:story_messages", "1 message, as you wrote it") is None
    for n in COUNTS:
        assert spoken.say("de", "card:story_messages", n=n) == spoken.say(
            "ru", "card:story_messages", n=n
        )


def test_a_button_is_labelled_in_the_second_language_of_its_own_talk(edition: Edition) -> None:
    """Also after somebody else's talk drew the same button in German with another language."""
    button = Button("abroad", "return:status.abroad.text")
    said = {}
    for second in ("ru", "lv", "ru"):
        talk = Conversation("c", "return", edition.id, State.ASKING, "de", second=second)
        label = Speaker(edition, talk, AT).label(button)
        assert label == edition.speaking("de", second).texts.say("de", button.label)
        assert labels(edition, button, talk)[0] == label
        said[second] = label
    assert said["ru"] != said["lv"]


def test_days_months_and_countries() -> None:
    """By CLDR; Latgalian, which CLDR has only in sketches, as in Latvian."""
    day = date(2027, 6, 1)
    assert wording.day("de", day) == "Dienstag, 1. Juni"
    assert wording.day("uk", day) == "вівторок, 1 червня"
    assert wording.day("ltg", day) == wording.day("lv", day) == "otrdiena, 1. jūnijs"
    assert wording.day("xx", day) == wording.day("lv", day)
    assert wording.country("de", "GB") == "Vereinigtes Königreich"
    assert wording.country("uk", "IE") == "Ірландія"
    assert wording.country("ltg", "GB") == "Lielbritānija"


def test_coverage(edition: Edition) -> None:
    of = {e.language: e for e in coverage(edition.texts, edition.languages, "return")}
    assert (of["lv"].percent, of["ru"].percent, of["en"].percent) == (100, 100, 100)
    assert of["de"].must == of["de"].must_done > 90
    assert of["de"].done == of["de"].must
    assert 0 < of["de"].percent < 100
    assert set(of["de"].missing) >= {"return:country.text", "needs:rent_home.family"}
    assert of["uk"].state == "draft"


def test_what_is_necessary_exists(edition: Edition) -> None:
    """Every pattern names at least one text: none is a slip of the pen."""
    names = list(edition.texts.entries)
    languages = shipped()
    for patterns in (languages.must, languages.shown):
        for pattern in patterns:
            one = type(languages)(languages.all, (pattern,))
            assert any(map(one.required("return", "partial"), names)), pattern
    assert all(one in names for one in ("return:notice.text", "product:emergency"))


# -- faults ---------------------------------------------------------------------------------------

HEAD = "languages:\n  - id: de\n    name: Deutsch\n    state: draft\n"
FAULTS = {
    "no_languages": ("- de\n", "1:1"),
    "missing_key": ("languages:\n  - id: de\n    state: draft\n", "2:5"),
    "unknown_key": (HEAD + "    colour: red\n", "5:5"),
    "unknown_value": (HEAD.replace("draft", "ready"), "4:12"),
    "bad_id": (HEAD.replace("id: de", "id: German"), "2:9"),
    "duplicate_id": (HEAD + "  - {id: de, name: Deutsch, state: draft}\n", "5:10"),
    "bad_plural": (HEAD + "    plural: nplurals=2; plural=n%0;\n", "5:13"),
    "unknown_fallback": (HEAD + "    fallback: xx\n", "5:15"),
    "fallback_not_full": (HEAD + "    fallback: uk\n", "5:15"),
    "language_word_twice": (HEAD + "    asked: [krievu]\n", "2:5"),
    "no_full_language": (
        "languages:\n" + "".join(
            f"  - {{id: {each.id}, name: {each.name}, state: partial}}\n"
            for each in shipped().all
        ), "1:1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", FAULTS)
def test_faults_of_the_list_of_languages(code: str) -> None:
    text, place = FAULTS[code]
    found = load_languages(text, "languages.yaml")
    assert (code, place) in [(f.code, f"{f.line}:{f.column}") for f in found.faults]
    assert found.languages.full == ("lv", "ru", "en")
    for fault in found.faults:
        for language in ("lv", "ru", "en"):
            assert fault.render(drafts.texts(), language).startswith("languages.yaml:")


@pytest.mark.parametrize("rule", ["n", "nplurals=2; plural=n;", "nplurals=0; plural=0;",
                                  "nplurals=2; plural=(n/0);", "nplurals=1; plural=import os;",
                                  "nplurals=2; plural=" + "(" * 500 + "n" + ")" * 500 + ";"])
def test_a_plural_rule_that_cannot_be_used_is_refused(rule: str) -> None:  # fmt: skip
    with pytest.raises(ValueError, match=r".+"):
        plural_of(rule)


def codes(folder: Path) -> list[Fault]:
    return check_paths([folder / "return.yaml"], drafts.texts())


def test_missing_translations_block_full_languages_only(tmp_path: Path) -> None:
    found = load_languages(OWN).languages
    without = ("product:emergency", "return:notice.text")
    texts = {"de": tongues.catalogue("de", found, without=without)}
    folder = tongues.folder(tmp_path / "a", OWN, **texts)
    told = {f.code: f for f in codes(folder) if f.args["language"] == "de"}
    assert list(told) == ["language_not_ready"]
    assert told["language_not_ready"].args["n"] == 2
    assert "product:emergency" in str(told["language_not_ready"].args["names"])
    draft = OWN.replace("state: partial", "state: draft")
    assert codes(tongues.folder(tmp_path / "b", draft, **texts)) == []
    full = OWN.replace("state: partial", "state: full", 1)
    told_full = codes(tongues.folder(tmp_path / "c", full, **texts))
    assert {f.code for f in told_full if f.args["language"] == "de"} == {
        "untranslated", "language_incomplete",
    }  # fmt: skip
    country = next(f for f in told_full if "In which country" in str(f.args.get("text")))
    assert country.file.endswith("return.yaml")
    assert country.line > 50


def test_a_full_language_stands_on_the_first_screen(tmp_path: Path) -> None:
    own = OWN.replace("state: partial", "state: full", 1)
    found = load_languages(own).languages
    texts = {
        "de": tongues.catalogue("de", found, all_of_it=True),
        "ltg": tongues.catalogue("ltg", found),
    }
    folder = tongues.folder(tmp_path / "a", own, **texts)
    assert codes(folder) == []
    said = played(tongues.edition(folder), ">> /start", ">> [Deutsch]")
    assert "[Русский] [English]" in said
    assert tongues.said("Not everything", "de") not in said
    assert f"[{tongues.said('I have read it, let us start', 'de')}]" in said


def test_a_catalogue_of_no_listed_language_is_told(tmp_path: Path) -> None:
    drafts_only = OWN.replace("partial", "draft")
    folder = tongues.folder(tmp_path / "a", drafts_only, pl='msgid ""\nmsgstr ""\n')
    assert [(f.code, Path(f.file).name) for f in codes(folder)] == [
        ("language_unlisted", "return.pl.po")
    ]


def test_a_broken_catalogue_beside_a_script_is_told_with_its_line(tmp_path: Path) -> None:
    drafts_only = OWN.replace("partial", "draft")
    folder = tongues.folder(tmp_path / "a", drafts_only, de='msgid ""\nmsgstr "x\n')
    assert [(f.code, f.line, f.column) for f in codes(folder)] == [("po_unclosed", 2, 9)]


def test_a_language_is_put_into_the_list_and_comments_stay() -> None:
    german = load_languages(OWN).languages.get("de")
    assert german is not None
    text = listed(OWN, german.model_copy(update={"state": "full"}))
    assert text.startswith("# Ours.\n")
    now = load_languages(text)
    assert not now.faults
    assert now.languages.full == ("lv", "ru", "en", "de")
    polish = german.model_copy(update={"id": "pl", "name": "Polski", "asked": ("polish",)})
    more = load_languages(listed("", polish)).languages
    assert more.get("pl") == polish
    with pytest.raises(ValueError, match=r".+"):
        listed("- a\n", german)
