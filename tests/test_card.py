"""The review and the card: the two samples word for word, limits, escaping, folding."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dialogs.programme.card import (
    CaseFacts,
    card,
    group_line,
    headline,
    review,
    review_html,
    story_rest,
)
from dialogs.programme.flag_lines import flag_lines
from dialogs.programme.intake import Adult, Child, Contact, Intake, Need, Place, When
from dialogs.programme.needs import NeedGroup
from dialogs.programme.room import shown_length, split
from dialogs.texts import placeholders
from tests.families import (
    DAUGAVPILS,
    FAMILY_LABELS,
    GULBENE,
    SMILTENE,
    SUMMER,
    TODAY,
    YOUTH,
    geography,
    known_needs,
    sheet,
    texts,
)

CASE = CaseFacts(1043, datetime(2026, 11, 22, 22, 52, tzinfo=UTC), date(2026, 11, 26))
LANGUAGES = ("lv", "ru", "en")

SAMPLE_REVIEW = """\
<b>Tā to redzēs koordinators. Vēl nekas nav nosūtīts.</b>
2 pieaugušie, 2 bērni · 1. klase 2027. gada 1. septembrī · Smiltene · 2027. gada vasara · \
1. klasē piesaka pavasarī

1. Svarīgākais: Pieteikšana 1. klasē · Vieta bērnudārzā · Mājoklis īrei
2. Arī: Bērna latviešu valoda · Iejušanās skolā · Pieteikšanās no ārzemēm · Alga un izdevumi · \
Dzīvesvietas deklarēšana
3. Bērns, dzimis 2020: 1. klase 2027. gada 1. septembrī; latviski saprot
4. Bērns, dzimis 2023: bērnudārza vecums; obligātā sagatavošana no 2028. gada
5. Pieaugušie: CE kategorijas šoferis; darbs noliktavā
6. Vieta: Smiltenes novads un līdz 40 km apkārt
7. Laiks: 2027. gada vasara, pirms 1. septembra
8. Tagad: Lielbritānija, ārpus ES
9. Atbildēt: šeit, latviski
10. Jūsu stāsts: visas 4 ziņas, kā rakstījāt; 3 jautājumi

Citām iestādēm to rādīs tikai ar Jūsu atļauju.
Ja kaut kas nav pareizi, uzrakstiet rindas numuru."""

SAMPLE_CARD = """\
<b>2 pieaugušie, 2 bērni · 7. un 3. klase no 2027. gada 1. septembra · Daugavpils · \
2027. gada vasara · dokumenti jāsāk tagad</b>
Lieta 1043 · saņemta 23.11. plkst. 0.52 · jāatbild līdz: ceturtdiena, 26.11.

<b>Ņemt vērā</b>
• Abi bērni ir skolas vecumā un latviski neprot.
• Mēnešus prasa: Profesijas atzīšana · Bērna reģistrācija

<b>Svarīgākais, ģimenes vārdiem</b>
1. Bērna latviešu valoda: «латышского у них НОЛЬ. как они пойдут если теперь всё на латышском??»
2. Profesijas atzīšana: «диплом ирланский, надо подтверждать? куда писать, в АИЦ?»
3. Bērna reģistrācija: «детям что оформлять надо, они в Ирландии родились»
Arī: Vieta skolā un klase · Cita mācību programma · Nepilsoņa jautājumi · Darbs · \
Darbs partnerim · Latviešu valoda pieaugušajiem

<b>Ģimene</b>
• Bērns, dzimis 2014: 2027. gada 1. septembrī 7. klase
• Bērns, dzimis 2018: 2027. gada 1. septembrī 3. klase
• 1. pieaugušais (raksta): pavārs, meklēs darbu
• 2. pieaugušais: medicīnas māsa, Īrijas diploms

<b>Vieta un laiks:</b> Daugavpils pilsēta, ģimene apstiprināja · 2027. gada vasara · tagad Īrija
<b>Kam jau jautāts:</b> vēl nevienam
<b>Saziņa:</b> krieviski, caur botu · zvanam: 8.00–9.00 (Īrija) = 10.00–11.00 (Latvija)
<b>Nav zināms:</b> mēnesis; vai bērniem ir Latvijas personas kods (tikai «ir» vai «nav»); \
mājoklis (izlaida)
<b>Rādīt citām iestādēm:</b> vēl nav atļauts

<blockquote expandable>Stāsts krieviski, 4 ziņas. Nav saglabātas 2 vietas: par tām tikai sarunā.
«Здраствуйте, мы из Даугавпилса, в ирландии 13 лет. думаем вернутся следущим летом» · \
«старшему 12 младшей 8, […], в школе англ. латышского у них НОЛЬ. как они пойдут если теперь \
всё на латышском??» · «жена медсестра, диплом ирланский, надо подтверждать? куда писать, в \
АИЦ?» · «и еще у меня […], детям что оформлять надо, они в Ирландии родились»</blockquote>"""


def test_the_sample_review_word_for_word() -> None:
    smiltene = sheet(SMILTENE)
    assert review_html(review(smiltene), smiltene) == SAMPLE_REVIEW


def test_the_sample_card_word_for_word() -> None:
    assert card(sheet(DAUGAVPILS), CASE) == SAMPLE_CARD


def test_a_card_that_was_taken() -> None:
    taken = replace(CASE, taken=datetime(2026, 11, 23, 6, 41, tzinfo=UTC))
    line = card(sheet(DAUGAVPILS), taken).split("\n")[1]
    assert (
        line == "Lieta 1043 · paņēmāt Jūs 23.11. plkst. 8.41 · jāatbild līdz: ceturtdiena, 26.11."
    )
    other = card(sheet(DAUGAVPILS), replace(taken, yours=False, who="Latgale")).split("\n")[1]
    assert other.startswith("Lieta 1043 · paņemta 23.11. plkst. 8.41: Latgale · ")


@pytest.mark.parametrize(
    ("intake", "first"),
    [
        (
            YOUTH,
            (
                "1 pieaugušais · bez bērniem · Liepāja vai Valmiera · 2027. gada marts vai vēlāk · "
                "dokumenti jāsāk tagad"
            ),
        ),
        (
            GULBENE,
            (
                "2 pieaugušie, 2 bērni · 1. klase 2027. gada 1. septembrī · Gulbenes novads · "
                "2027. gada jūnijs · 1. klasē piesaka pavasarī"
            ),
        ),
        (
            replace(SMILTENE, alarm="out_of_school"),
            (
                "STEIDZAMI: bērnam nav vietas skolā · 2 pieaugušie, 2 bērni · "
                "1. klase 2027. gada 1. septembrī · Smiltene · 2027. gada vasara · "
                "1. klasē piesaka pavasarī"
            ),
        ),
        (
            Intake("lv"),
            (
                "cilvēku skaits nav zināms · bērni: nav zināms · vieta vēl nav izvēlēta · "
                "laiks vēl nav izlemts · vajadzības vēl jānoskaidro"
            ),
        ),
        (
            replace(YOUTH, places=YOUTH.places[:1], needs=(Need("rent_home", "", 1),)),
            (
                "1 pieaugušais · bez bērniem · Liepāja · 2027. gada marts vai vēlāk · "
                "vispirms: Mājoklis īrei"
            ),
        ),
    ],
)
def test_headlines(intake: Intake, first: str) -> None:
    assert headline(sheet(intake)) == first


@pytest.mark.parametrize(
    ("years", "dates"),
    [
        ((2020,), "1. klase 2027. gada 1. septembrī"),
        ((2016,), "5. klase no 2027. gada 1. septembra"),
        ((2014, 2018, 2020), "7., 3. un 1. klase no 2027. gada 1. septembra"),
        ((2018, 2018), "3. klase no 2027. gada 1. septembra"),
        ((2021, 2024), "obligātā sagatavošana 2027. gada 1. septembrī"),
        ((2024, 2026), "obligātā sagatavošana no 2029. gada"),
        ((2005,), "bērni vecāki par skolas vecumu"),
    ],
)
def test_school_dates_of_the_headline(years: tuple[int, ...], dates: str) -> None:
    children = tuple(Child(str(n), year) for n, year in enumerate(years, 1))
    told = headline(sheet(Intake("lv", adults=1, children=children, when=SUMMER)))
    assert told.split(" · ")[1] == dates


def test_a_guess_carries_a_question_mark() -> None:
    guess = sheet(Intake("lv", children=(Child("1", 2020, sure=False),), when=SUMMER))
    assert headline(guess).split(" · ")[1].endswith("?")
    assert review(guess).lines[1].title == "Bērns, dzimis 2020?"


def test_children_of_one_year_are_told_apart() -> None:
    children = (Child("1", 2018), Child("2", 2018), Child("3", None, rank="youngest"), Child("4"))
    told = review(sheet(Intake("lv", children=children)))
    assert [line.title for line in told.lines[1:5]] == [
        "Pirmais bērns, dzimis 2018",
        "Otrais bērns, dzimis 2018",
        "Jaunākais bērns",
        "4. bērns",
    ]


def test_a_line_s_number_opens_its_question() -> None:
    paths = [line.paths for line in review(sheet(SMILTENE)).lines]
    assert paths == [
        ("needs",),
        ("needs",),
        ("child_year@1", "child_latvian@1", "child_stage@1", "children"),
        ("child_year@2", "child_latvian@2", "child_stage@2", "children"),
        ("adults", "work@1", "work_plan@1", "adult_latvian@1", "work@2", "work_plan@2",
         "adult_latvian@2"),
        ("place", "radius"),
        ("time",),
        ("status", "country"),
        ("contact",),
        ("story",),
    ]  # fmt: skip


def test_later_answers_have_lines() -> None:
    later = replace(
        GULBENE, local_tie="yes", permits="not_sure", child_papers="no", already_asked="skolai",
        call_asked=True,
    )  # fmt: skip
    lines = {line.paths: f"{line.title}: {line.text}" for line in review(sheet(later)).lines}
    assert lines[("local_tie",)] == "Mājoklis vai tuvinieki tur: jā"
    assert lines[("permits",)] == "Uzturēšanās atļauja: nav skaidrs"
    assert lines[("child_papers",)] == "Bērna reģistrācija: nē"
    assert lines[("learning_call",)] == "Zvans par mācībām: jā"
    assert lines[("already_asked",)] == "Kam jau jautāts: «skolai»"
    assert lines[("status", "home")] == "Tagad: Rīga"


@pytest.mark.parametrize(
    "said", ["Nevienam", "vēl nevienam.", "никому", "Nobody yet", "пока никому"]
)
def test_nobody_asked(said: str) -> None:
    assert "Kam jau jautāts:</b> vēl nevienam" in card(
        sheet(replace(GULBENE, already_asked=said)), CASE
    )


def test_every_flag_has_a_sentence_in_every_language() -> None:
    everything = replace(
        DAUGAVPILS,
        country="US",
        places=(Place("LV-052", ""), Place("LV-DGV", "")),
        children=(Child("1", 2014), Child("2", 2020), Child("3", 2021)),
        permits="yes",
        call_asked=True,
        alarm="out_of_school",
        when=When("asap"),
        people=(Adult("2", partner=True, latvian="none"),),
    )
    for language in LANGUAGES:
        for intake in (everything, YOUTH, GULBENE, replace(GULBENE, status="back")):
            assert all(flag_lines(sheet(intake, language)))
    # A call and its reason, and school start and its registration, share a sentence each.
    assert len(flag_lines(sheet(everything))) == len(sheet(everything).assessment.flags) - 2


def test_what_a_family_wrote_is_escaped() -> None:
    sly = "<b>x</b> & <a href='y'>"
    intake = replace(
        DAUGAVPILS,
        people=(Adult("1", trade=sly),),
        needs=(Need("job_search", sly, 1),),
        story=(sly,),
        questions=(sly + "?",),
        already_asked=sly,
        extra=((sly, sly, "rooms"),),
        contact=Contact("phone", sly),
        places=(Place("", sly),),
    )
    tags = re.findall(r"<[^>]*>", card(sheet(intake), CASE))
    assert set(tags) == {"<b>", "</b>", "<blockquote expandable>", "</blockquote>"}
    told = sheet(intake)
    assert set(re.findall(r"<[^>]*>", review_html(review(told), told))) == {"<b>", "</b>"}


def test_questions_not_quoted_above_are_on_the_card() -> None:
    assert "Ģimenes jautājumi: «vai var pieteikt ja mes vel te?» · «cik tur maksa?»" in card(
        sheet(SMILTENE), CASE
    )


def test_group_line_says_nothing_about_the_family() -> None:
    groups = (NeedGroup("school", "School", "School", (known_needs()["child_latvian_language"],)),)
    line = group_line(sheet(DAUGAVPILS), 1043, groups)
    assert line == "Lieta 1043 · Latgale · Skola"
    urgent = group_line(sheet(replace(DAUGAVPILS, alarm="danger")), 1043, groups)
    assert urgent == "STEIDZAMI · Lieta 1043 · Latgale · Skola"
    assert group_line(sheet(Intake("lv")), 7, groups) == (
        "Lieta 7 · visi reģioni kopā · tēma nav zināma"
    )


def test_a_long_story_goes_on() -> None:
    words = [f"vārds{n}" for n in range(3000)]
    intake = replace(SMILTENE, story=(" ".join(words),), questions=())
    first, *rest = card(sheet(intake), CASE), *story_rest(sheet(intake), CASE)
    assert rest
    assert all(shown_length(each) <= 4000 for each in (first, *rest))
    together = " ".join((first, *rest))
    assert all(re.search(rf"\b{word}\b", together) for word in words)


@given(st.text(max_size=60), st.integers(5, 40))
def test_splitting_loses_no_word(text: str, room: int) -> None:
    parts = []
    left = text
    while left:
        part, left = split(left, room)
        parts.append(part)
        assert len(part.encode("utf-16-le")) // 2 <= room
    assert "".join("".join(parts).split()) == "".join(text.split())


# -- limits -------------------------------------------------------------------------------------

long_words = st.text("abcdeāēīščл <&", min_size=1, max_size=300)
children = st.builds(
    Child,
    st.sampled_from("1234"),
    st.one_of(st.none(), st.integers(2005, 2027)),
    sure=st.booleans(),
    rank=st.sampled_from(["", "eldest", "youngest", "middle"]),
    stage=st.sampled_from(["", "home", "kindergarten", "school", "boarding"]),
    latvian=st.sampled_from(["", "none", "understands", "speaks", "writes"]),
)
adults = st.builds(
    Adult,
    st.sampled_from("123"),
    trade=st.text("abcā <", max_size=80),
    plan=st.sampled_from(["", "job", "remote", "business", "study", "pension", "none"]),
    latvian=st.sampled_from(["", "none", "basic", "fluent"]),
    partner=st.booleans(),
)
places = st.builds(
    Place,
    st.sampled_from(sorted(geography().municipalities)),
    st.sampled_from(["Smiltene", "Dienvidkurzemes novads"]),
    near=st.booleans(),
)
months = st.sampled_from(["", "2026-12", "2027-02", "2027-06", "2027-08", "2028-01", "2028-12"])
whens = st.builds(
    When,
    st.sampled_from(["planned", "asap", "thinking", "already_back"]),
    months,
    months,
    st.sampled_from(["month", "season", "year", "range", "none"]),
    st.sampled_from(["", "pirms skolas"]),
)
needs = st.lists(st.sampled_from(sorted(FAMILY_LABELS)), unique=True, max_size=20).flatmap(
    lambda ids: st.tuples(
        *(
            st.builds(Need, st.just(need), long_words, st.just(n + 1 if n < 3 else 0))
            for n, need in enumerate(ids)
        )
    )
)
intakes = st.builds(
    Intake,
    st.sampled_from((*LANGUAGES, "", "de")),
    status=st.sampled_from(["", "abroad", "domestic", "back"]),
    country=st.sampled_from(["", "GB", "US", "IE"]),
    home=st.sampled_from(["", "LV-RIX"]),
    places=st.lists(places, max_size=3).map(tuple),
    radius=st.sampled_from(["", "only", "km40", "unsure"]),
    copy_allowed=st.sampled_from([None, True, False]),
    when=st.none() | whens,
    adults=st.none() | st.integers(1, 3),
    age_band=st.sampled_from(["", "18_25", "60"]),
    people=st.lists(adults, max_size=3).map(tuple),
    children=st.none() | st.lists(children, max_size=4).map(tuple),
    needs=needs,
    questions=st.lists(long_words, max_size=6).map(tuple),
    story=st.lists(long_words, max_size=8).map(tuple),
    removed=st.integers(0, 3),
    contact=st.none()
    | st.builds(
        Contact,
        st.sampled_from(["chat", "phone", "email", "call"]),
        st.sampled_from(["", "+371 20000000", "kada.gimene@piemers.lv"]),
        st.sampled_from([None, (8, 10), (17, 20)]),
    ),
    call_asked=st.booleans(),
    already_asked=st.text("abc <", max_size=600),
    permits=st.sampled_from(["", "yes", "no", "not_sure"]),
    child_papers=st.sampled_from(["", "yes"]),
    local_tie=st.sampled_from(["", "yes", "no"]),
    skipped=st.lists(st.sampled_from(["housing", "time", "work@1", "radius", "x"])).map(tuple),
    extra=st.lists(
        st.tuples(st.just("Istabas"), long_words, st.just("rooms")), max_size=6
    ).map(tuple),
    alarm=st.sampled_from(["", "", "danger", "homeless", "out_of_school", "unclear", "call"]),
)


@settings(max_examples=150, deadline=None)
@given(intakes, st.sampled_from(LANGUAGES))
def test_limits_hold_for_any_intake(intake: Intake, language: str) -> None:
    told = sheet(intake, language)
    assert shown_length(review_html(review(told), told)) <= 1100
    written = card(told, CASE)
    assert shown_length(written.partition("\n\n<blockquote")[0]) <= 1400
    assert all(shown_length(each) <= 4000 for each in (written, *story_rest(told, CASE)))
    above = written.partition("\n\n<blockquote")[0]
    assert all(re.sub("&", "&amp;", line) in above for line in flag_lines(told))


def sentences(text: str) -> list[str]:
    """The sentences of a text: its lines and list items count as sentences of their own."""
    plain = re.sub(r"<[^>]*>|\{[^}]*\}", "", text)
    parts = re.split(r"\n|[·•;:]|(?<=[^\d\s])[.!?](?:\s|$)", plain)
    return [part for part in parts if re.search(r"\w", part)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    for intake in (SMILTENE, DAUGAVPILS, YOUTH, GULBENE):
        told = sheet(intake, language)
        for text in (
            review_html(review(told), told),
            card(told, CASE).partition("\n\n<blockquote")[0],
        ):
            without_quotes = re.sub(r"«[^»]*»", "", text)
            lengths = [len(part.split()) for part in sentences(without_quotes)]
            assert sum(lengths) / len(lengths) <= 9
            assert max(lengths) <= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_card_is_short_and_keeps_its_names(language: str) -> None:
    for entry in texts().entries.values():
        if not entry.name.startswith("card:"):
            continue
        found = texts().translation(language, entry.name, entry.text)
        assert found or language == "en", entry.name
        found = found or entry.text
        for form in (found,) if isinstance(found, str) else found:
            assert placeholders(form) == placeholders(entry.text + entry.other), entry.name
            assert all(len(part.split()) <= 20 for part in sentences(form)), entry.name


@pytest.mark.parametrize(
    ("n", "lv", "ru", "en"),
    [
        (0, "0 bērnu", "0 детей", "0 children"),
        (1, "1 bērns", "1 ребёнок", "1 child"),
        (2, "2 bērni", "2 ребёнка", "2 children"),
        (5, "5 bērni", "5 детей", "5 children"),
        (11, "11 bērnu", "11 детей", "11 children"),
        (21, "21 bērns", "21 ребёнок", "21 children"),
    ],
)
def test_counting(n: int, lv: str, ru: str, en: str) -> None:
    said = tuple(texts().say(language, "card:children", n=n) for language in LANGUAGES)
    assert said == (lv, ru, en)


def test_the_card_is_read_on_the_day_of_its_case() -> None:
    later = sheet(SMILTENE, today=date(2027, 2, 15))
    assert headline(later).endswith("1. klasē jāpiesaka tagad")
    over = sheet(replace(SMILTENE, when=None), today=date(2027, 7, 1))
    assert any("beigusies" in line for line in flag_lines(over))
    assert sheet(SMILTENE).assessment.today == TODAY


def test_a_script_s_own_choices_are_shown_as_they_are() -> None:
    own = replace(DAUGAVPILS, people=(Adult("1", plan="seasonal"),), language="de")
    written = card(sheet(own), CASE)
    assert "1. pieaugušais (raksta): seasonal" in written
    assert "Saziņa:</b> vācu, caur botu" in written
