"""Families for the tests of routing, assessment and card: intakes as the answers would give them.

The four situations of the issue, the talk of the sample review, the case of the sample card.
Invented; no real people.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from dialogs.programme.assessment import assess
from dialogs.programme.geography import Geography, load_geography
from dialogs.programme.intake import Adult, Child, Contact, Intake, Need, Place, When
from dialogs.programme.needs import Need as KnownNeed
from dialogs.programme.routing import route
from dialogs.programme.rules import Rules, load_rules
from dialogs.programme.sentences import Sheet
from dialogs.texts import CATALOGUE, LOCALES, Catalogue, Texts, product_entries, read_catalogue

TODAY = date(2026, 11, 23)

SUMMER = When("planned", "2027-06", "2027-08", "season")

SMILTENE = Intake(
    language="lv",
    status="abroad",
    country="GB",
    places=(Place("LV-094", "Smiltene", near=True),),
    radius="km40",
    when=When("planned", "2027-06", "2027-08", "season", "vasara, lai paspej pirms skolas"),
    adults=2,
    people=(
        Adult("1", trade="CE kategorijas šoferis"),
        Adult("2", trade="darbs noliktavā", partner=True),
    ),
    children=(
        Child("1", 2020, rank="eldest", latvian="understands"),
        Child("2", 2023, rank="youngest"),
    ),
    needs=(
        Need("grade1_enrolment", "lielajam nakamgad japiet skola 1 klase", 1),
        Need("kindergarten_place", "mazajai vajadzes bernudarzu", 2),
        Need("rent_home", "dzivokli irei vispar var dabut?", 3),
        Need("child_latvian_language", "runa pa anglju"),
        Need("school_inclusion", "bail ka nepanems vai izsmies"),
        Need("kindergarten_apply_abroad", "vai var pieteikt ja mes vel te?"),
        Need("wage_level", "cik tur maksa?"),
        Need("residence_declaration", "mums tur nav deklaretas adreses"),
    ),
    questions=(
        "vai var pieteikt ja mes vel te?",
        "cik tur maksa?",
        "dzivokli irei vispar var dabut?",
    ),
    story=(
        (
            "sveiki! dzivojam anglija jau 11gadus un gribetu braukt majas uz smilteni"
            " vai kkur tur tuvuma"
        ),
        (
            "lielajam nakamgad japiet skola 1 klase bet vins pa latviski saprot bet runa pa"
            " anglju.. bail ka nepanems vai izsmies"
        ),
        (
            "mazajai vajadzes bernudarzu. vai var pieteikt ja mes vel te? mums tur nav deklaretas"
            " adreses"
        ),
        (
            "virs sofers CE, es noliktava. cik tur maksa? un dzivokli irei vispar var dabut? ss.lv"
            " skatijos tur nekaa nav"
        ),
    ),
    contact=Contact("chat"),
)

DAUGAVPILS = Intake(
    language="ru",
    status="abroad",
    country="IE",
    places=(Place("LV-DGV", "Daugavpils"),),
    when=SUMMER,
    adults=2,
    people=(
        Adult("1", trade="pavārs", plan="job"),
        Adult("2", trade="medicīnas māsa, Īrijas diploms", partner=True),
    ),
    children=(Child("1", 2014, latvian="none"), Child("2", 2018, latvian="none")),
    needs=(
        Need(
            "child_latvian_language",
            "латышского у них НОЛЬ. как они пойдут если теперь всё на латышском??",
            1,
        ),
        Need(
            "qualification_recognition",
            "диплом ирланский, надо подтверждать? куда писать, в АИЦ?",
            2,
        ),
        Need("child_citizenship", "детям что оформлять надо, они в Ирландии родились", 3),
        Need("school_place_transfer"),
        Need("curriculum_gap"),
        Need("noncitizen_repatriate"),
        Need("job_search"),
        Need("partner_job"),
        Need("adult_latvian"),
    ),
    questions=(
        "как они пойдут если теперь всё на латышском??",
        "надо подтверждать?",
        "куда писать, в АИЦ?",
    ),
    story=(
        "Здраствуйте, мы из Даугавпилса, в ирландии 13 лет. думаем вернутся следущим летом",
        (
            "старшему 12 младшей 8, […], в школе англ. латышского у них НОЛЬ. как они пойдут если"
            " теперь всё на латышском??"
        ),
        "жена медсестра, диплом ирланский, надо подтверждать? куда писать, в АИЦ?",
        "и еще у меня […], детям что оформлять надо, они в Ирландии родились",
    ),
    removed=2,
    contact=Contact("chat", hours=(8, 9)),
    already_asked="vēl nevienam",
    skipped=("housing",),
)

YOUTH = Intake(
    language="lv",
    status="abroad",
    country="DE",
    places=(Place("LV-LPX", "Liepāja"), Place("LV-113", "Valmiera")),
    copy_allowed=True,
    when=When("planned", "2027-03", "", "month"),
    adults=1,
    age_band="18_25",
    people=(Adult("1", trade="wind energy / IT", plan="job"),),
    children=(),
    needs=(
        Need("job_search", "depends kur ir normāls jobs", 1),
        Need("choose_place", "gribas liepāju vai valmieru", 2),
        Need("business_grant", "vai ir kaut kāds starta grants?", 3),
        Need("qualification_recognition", "vai bakalauru vajag pielīdzināt?"),
        Need("defence_service", "kā ar to dienestu"),
    ),
    story=("čau, pabeidzu bakalauru hamburgā un domāju par back to lv",),
    contact=Contact("chat"),
)

GULBENE = Intake(
    language="lv",
    status="domestic",
    home="LV-RIX",
    places=(Place("LV-033", "Gulbenes novads"),),
    when=When("planned", "2027-06", "2027-06", "month"),
    adults=2,
    people=(
        Adult("1", trade="IT", plan="remote"),
        Adult("2", trade="skolotājs", partner=True),
    ),
    children=(Child("1", 2020, rank="eldest"), Child("2", 2024, rank="youngest")),
    needs=(
        Need("buy_home_credit", "Gribam pirkt māju, banka Gulbenei kredītu nedod.", 1),
        Need("grade1_enrolment", "Vecākais septembrī sāks skolu", 2),
        Need("kindergarten_place", "jaunākajam vajadzēs dārziņu", 3),
        Need("partner_job"),
        Need("remote_work"),
    ),
    story=("Labdien! Mēs nedzīvojam ārzemēs, bet gribam atgriezties dzimtajā Gulbenē.",),
    contact=Contact("chat"),
)

FAMILY_LABELS = {
    "grade1_enrolment": ("Enrolling in grade 1", "Pieteikšana 1. klasē"),
    "kindergarten_place": ("Kindergarten place", "Vieta bērnudārzā"),
    "rent_home": ("Home to rent", "Mājoklis īrei"),
    "child_latvian_language": ("Child's Latvian", "Bērna latviešu valoda"),
    "school_inclusion": ("Settling in at school", "Iejušanās skolā"),
    "kindergarten_apply_abroad": ("Applying from abroad", "Pieteikšanās no ārzemēm"),
    "wage_level": ("Pay and costs", "Alga un izdevumi"),
    "residence_declaration": ("Declaring residence", "Dzīvesvietas deklarēšana"),
    "qualification_recognition": ("Profession recognised", "Profesijas atzīšana"),
    "child_citizenship": ("Registering a child", "Bērna reģistrācija"),
    "school_place_transfer": ("School place and grade", "Vieta skolā un klase"),
    "curriculum_gap": ("Different curriculum", "Cita mācību programma"),
    "noncitizen_repatriate": ("Non-citizen questions", "Nepilsoņa jautājumi"),
    "job_search": ("Work", "Darbs"),
    "partner_job": ("Work for the partner", "Darbs partnerim"),
    "adult_latvian": ("Latvian for adults", "Latviešu valoda pieaugušajiem"),
    "choose_place": ("Choosing a place", "Vietas izvēle"),
    "business_grant": ("Grant for a business", "Grants uzņēmumam"),
    "defence_service": ("Defence service", "Aizsardzības dienests"),
    "buy_home_credit": ("Buying a home", "Mājokļa pirkšana"),
    "remote_work": ("Remote work", "Attālināts darbs"),
    "learning_support": ("Help with learning", "Atbalsts mācībās"),
    "spouse_residence": ("Partner's residence permit", "Partnera uzturēšanās"),
    "partner_integration": ("Partner settling in", "Partnera iejušanās"),
}
"""English and Latvian family labels, so that the samples do not hang on the shipped wording."""


@cache
def geography() -> Geography:
    return load_geography()


@cache
def rules(today: date = TODAY) -> Rules:
    return load_rules().on(today)


@cache
def known_needs() -> dict[str, KnownNeed]:
    """The needs the families have, with fixed labels."""
    slow = {"qualification_recognition", "child_citizenship", "spouse_residence"}
    return {
        need: KnownNeed(
            need,
            label=english,
            family=english,
            sensitivity="special_adjacent" if need == "learning_support" else "none",
            institutions=(),
            proposal="",
            said={},
            long_lead=need in slow,
        )
        for need, (english, _) in FAMILY_LABELS.items()
    }


@cache
def texts() -> Texts:
    """The product's texts and catalogues, with the fixed labels of needs laid over them."""
    entries = product_entries()
    lv, ru = (
        read_catalogue(LOCALES / language / "LC_MESSAGES" / f"{CATALOGUE}.po", language)
        for language in ("lv", "ru")
    )
    labels = {
        (f"needs:{need}.family", english): latvian
        for need, (english, latvian) in FAMILY_LABELS.items()
    }
    return Texts(entries, [Catalogue("lv", {**lv.texts, **labels}, lv.plural), ru])


def sheet(intake: Intake, language: str = "lv", today: date = TODAY) -> Sheet:
    """Everything the review and the card need, assessed on ``today``."""
    way = route(intake, geography())
    concluded = assess(intake, way, rules(today), today, known_needs())
    return Sheet(intake, concluded, way, language, texts(), geography(), known_needs())
