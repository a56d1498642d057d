"""Needs in people's own words, against labelled sayings and the four invented situations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dialogs.programme.needs import Need, load_needs
from dialogs.recognise.lexicon import LexiconFault, compile_lexicon, load_lexicon
from dialogs.recognise.needs import infer_needs, read_needs

SAYINGS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("sayings_needs.json").read_text("utf-8")
)
LEXICON = load_lexicon()

# Four families, as typed; the needs a coordinator must find, then those also acceptable.
STORIES = [
    (
        "sveiki! dzivojam anglija jau 11gadus un gribetu braukt majas uz smilteni vai kkur tur"
        " tuvuma\nlielajam nakamgad japiet skola 1 klase bet vins pa latviski saprot bet runa pa"
        " anglju.. bail ka nepanems vai izsmies\nmazajai vajadzes bernudarzu. vai var pieteikt ja"
        " mes vel te? mums tur nav deklaretas adreses\nvirs sofers CE, es noliktava. cik tur"
        " maksa? un dzivokli irei vispar var dabut? ss.lv skatijos tur nekaa nav",
        "grade1_enrolment kindergarten_place rent_home",
        "child_latvian_language school_inclusion kindergarten_apply_abroad job_search partner_job"
        " wage_level residence_declaration",
    ),
    (
        "Здраствуйте, мы из Даугавпилса, в ирландии 13 лет. думаем вернутся следущим летом\n"
        "старшему 12 младшей 8, дома говорим по русски, в школе англ. латышского у них НОЛЬ. как"
        " они пойдут если теперь всё на латышском??\nжена медсестра, диплом ирланский, надо"
        " подтверждать? куда писать, в АИЦ?\nи еще у меня паспорт негражданина, детям что"
        " оформлять надо, они в Ирландии родились",
        "child_latvian_language qualification_recognition child_citizenship",
        "school_place_transfer curriculum_gap noncitizen_repatriate job_search partner_job"
        " adult_latvian",
    ),
    (
        "čau, man 23, pabeidzu bakalauru hamburgā un domāju par back to lv\ngribas liepāju vai"
        " valmieru, depends kur ir normāls jobs ne 900 uz rokas lol\nvai bakalauru vajag"
        " pielīdzināt? un kā ar to dienestu, iesauks uzreiz?\nremote arī ok. vai ir kaut kāds"
        " starta grants? man ideja par drone inspekcijām",
        "job_search choose_place business_grant",
        "wage_level qualification_recognition defence_service business_advice remote_work"
        " rent_home",
    ),
    (
        "Labdien! Mēs nedzīvojam ārzemēs, bet gribam no Rīgas atgriezties dzimtajā Gulbenē. Vai"
        " jūs palīdzat arī tādiem?\nVecākais septembrī sāks skolu, jaunākajam vajadzēs dārziņu.\n"
        "Es strādāju attālināti, vīrs ir skolotājs. Gribam pirkt māju, banka Gulbenei kredītu"
        " nedod.",
        "buy_home_credit grade1_enrolment kindergarten_place",
        "partner_job remote_work",
    ),
]


def _sayings(kind: str) -> list[dict[str, Any]]:
    return [saying for saying in SAYINGS if saying["kind"] == kind]


def test_catalogue_has_ten_groups_and_62_needs_with_short_family_labels() -> None:
    groups = load_needs()
    needs = [need for group in groups for need in group.needs]
    assert len(groups) == 10
    assert len({need.id for need in needs}) == len(needs) == 62
    known = {need.id for need in needs}
    labels = [group.family for group in groups] + [need.family for need in needs]
    assert all(0 < len(label) <= 28 for label in labels)
    assert not any("(never" in need.label or "(no details" in need.label for need in needs)
    for need in needs:
        assert {"lv", "ru", "en"} <= set(need.said), need.id
        assert set(need.gives_way_to) < known, need.id


def test_every_need_is_found_in_three_languages() -> None:
    found: dict[str, set[str]] = {}
    for saying in _sayings("needs"):
        for need in saying["expect"]["needs"]:
            found.setdefault(need, set()).add(saying["language"])
    for need in LEXICON.needs:
        assert {"lv", "ru", "en"} <= found.get(need, set()), need


@pytest.mark.parametrize("language", ["lv", "ru", "en", "ltg", "mixed"])
def test_recall_and_precision(language: str) -> None:
    hits = wanted = wrong = 0
    missed: list[str] = []
    for saying in _sayings("needs"):
        if saying["language"] != language:
            continue
        expect = saying["expect"]
        got = {one.id for one in read_needs(saying["text"], LEXICON) if one.stated}
        hits += len(got & set(expect["needs"]))
        wanted += len(expect["needs"])
        wrong += len(got - set(expect["needs"]) - set(expect["acceptable"]))
        missed += [saying["text"]] * bool(set(expect["needs"]) - got)
    assert hits / wanted >= 0.92, missed
    assert hits / (hits + wrong) >= 0.80


@pytest.mark.parametrize(("story", "top", "also"), STORIES)
def test_stories_give_their_top_needs_first_and_no_others(story: str, top: str, also: str) -> None:
    got = [one.id for one in read_needs(story, LEXICON)]
    assert set(top.split()) <= set(got[:8])
    assert set(got) <= {*top.split(), *also.split()}


def test_words_are_the_familys_own_and_short() -> None:
    for saying in SAYINGS:
        for one in read_needs(saying["text"], LEXICON):
            assert one.words and one.words in saying["text"]
            assert one.weight > 0


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("darbs jau ir", "job_search"),
        ("Darbs mums jau ir, bet vajag dzīvokli", "job_search"),
        ("работа есть", "job_search"),
        ("работа у нас уже есть", "job_search"),
        ("no need for a kindergarten", "kindergarten_place"),
        ("we already have a flat", "rent_home"),
        ("bērnudārzu nevajag", "kindergarten_place"),
        ("садик не нужен", "kindergarten_place"),
    ],
)
def test_what_is_had_or_not_wanted_is_no_need(text: str, absent: str) -> None:
    assert absent not in {one.id for one in read_needs(text, LEXICON)}


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("vai tur ir darbs?", "job_search"),
        ("есть ли работа", "job_search"),
        ("darba nav", "job_search"),
        ("Darbs mums jau ir, bet vajag dzīvokli", "rent_home"),
    ],
)
def test_asking_and_lacking_is_a_need(text: str, present: str) -> None:
    assert present in {one.id for one in read_needs(text, LEXICON)}


def test_inferred_needs_follow_from_circumstances_only() -> None:
    assert infer_needs((), LEXICON) == ()
    assert infer_needs({"no such circumstance"}, LEXICON) == ()
    assert set(infer_needs({"outside_eu_host"}, LEXICON)) >= {"driving_licence", "moving_goods"}
    assert "partner_job" in infer_needs({"partner_works"}, LEXICON)


def _lexicon_with(line: str) -> None:
    need = Need("x", "X", "X", "none", (), "", {"en": line})
    compile_lexicon(
        {"groups": {"AB": {"en": "a b"}}, "alarm": {}, "sensitive": {}, "names": {}}, [need]
    )


@pytest.mark.parametrize("line", ["NOSUCH word", "a__b", "wo*rd", "-only", "word /x"])
def test_a_line_that_cannot_be_read_names_its_list(line: str) -> None:
    with pytest.raises(LexiconFault, match="x: "):
        _lexicon_with(line)


def test_a_need_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"id": "x", "wrong": 1}, Need)


@pytest.mark.parametrize("text", ["", " ", "?", "😀", "....", "a" * 4096, "1 " * 2048, "\n" * 50])
def test_anything_typed_is_read_without_fault(text: str) -> None:
    assert read_needs(text, LEXICON) == ()
