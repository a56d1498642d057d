"""Families for the tests of the whole service: four invented situations, and short talks that
reach every region in every language."""

from __future__ import annotations

from dataclasses import dataclass

from tests.player import Sample


@dataclass
class Situation:
    """A family as it types, and what must come of it."""

    name: str
    sample: Sample
    municipality: str
    flags: tuple[str, ...]
    most_turns: int = 16
    copies: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    """Words that must be stored nowhere."""


SITUATIONS = (
    Situation(
        "england-to-smiltene",
        Sample(
            "lv",
            "vidzeme",
            (
                "sveiki! dzivojam anglija jau 11gadus un gribetu braukt majas uz smilteni vai "
                "kkur tur tuvuma",
                "lielajam nakamgad japiet skola 1 klase bet vins pa latviski saprot bet runa pa "
                "anglju.. bail ka nepanems vai izsmies",
                "mazajai vajadzes bernudarzu. vai var pieteikt ja mes vel te? mums tur nav "
                "deklaretas adreses",
                "virs sofers CE, es noliktava. cik tur maksa? un dzivokli irei vispar var dabut? "
                "ss.lv skatijos tur nekaa nav",
            ),
            {"Kad ": "vasara, lai paspej pirms skolas", "jaunākais": "[2023]", "tālu": "[40]"},
            top=("grade1_enrolment", "kindergarten_place", "rent_home"),
        ),
        "LV-094",
        (
            "family_child_near_school_start",
            "deadline_grade1_registration_2027_spring",
            "outside_eu_host_country",
        ),
        most_turns=14,
    ),
    Situation(
        "ireland-to-daugavpils",
        Sample(
            "ru",
            "latgale",
            (
                "Здраствуйте, мы из Даугавпилса, в ирландии 13 лет. думаем вернутся следущим летом",
                "старшему 12 младшей 8, дома говорим по русски, в школе англ. латышского у них "
                "НОЛЬ. как они пойдут если теперь всё на латышском??",
                "жена медсестра, диплом ирланский, надо подтверждать? куда писать, в АИЦ?",
                "и еще у меня паспорт негражданина, детям что оформлять надо, они в Ирландии "
                "родились",
            ),
            top=("child_latvian_language", "qualification_recognition", "child_citizenship"),
        ),
        "LV-DGV",
        ("family_with_school_children", "long_lead_documents"),
        unsaid=("негражданин", "по русски"),
    ),
    Situation(
        "germany-youth",
        Sample(
            "lv",
            "kurzeme",
            (
                "čau, man 23, pabeidzu bakalauru hamburgā un domāju par back to lv",
                "gribas liepāju vai valmieru, depends kur ir normāls jobs ne 900 uz rokas lol",
                "vai bakalauru vajag pielīdzināt? un kā ar to dienestu, iesauks uzreiz?",
                "remote arī ok. vai ir kaut kāds starta grants? man ideja par drone inspekcijām",
            ),
            {"Kurā valstī": "Vācija", "vecum": "[18]"},
            top=("job_search", "choose_place", "business_grant"),
        ),
        "LV-LPX",
        ("youth", "undecided_region"),
        copies=("vidzeme",),
    ),
    Situation(
        "riga-to-gulbene",
        Sample(
            "lv",
            "vidzeme",
            (
                "Labdien! Mēs nedzīvojam ārzemēs, bet gribam no Rīgas atgriezties dzimtajā "
                "Gulbenē. Vai jūs palīdzat arī tādiem?",
                "Vecākais septembrī sāks skolu, jaunākajam vajadzēs dārziņu.",
                "Es strādāju attālināti, vīrs ir skolotājs. Gribam pirkt māju, banka Gulbenei "
                "kredītu nedod.",
            ),
            {"jaunākais": "[2024]", "Kad ": "2027. gada jūnijā"},
            top=("buy_home_credit", "grade1_enrolment", "kindergarten_place"),
        ),
        "LV-033",
        ("domestic_reemigrant", "family_child_near_school_start"),
    ),
)

_PLACES = {
    "riga": {"lv": "Siguldu", "ru": "Юрмалу", "en": "Sigulda"},
    "vidzeme": {"lv": "Cēsīm", "ru": "Валмиеру", "en": "Smiltene"},
    "kurzeme": {"lv": "Kuldīgu", "ru": "Кулдигу", "en": "Talsi"},
    "zemgale": {"lv": "Bausku", "ru": "Бауску", "en": "Dobele"},
    "latgale": {"lv": "Preiļiem", "ru": "Резекне", "en": "Daugavpils"},
}
_TOLD = {
    "lv": "Labdien! Dzīvojam Norvēģijā, gribam uz {}. Bērnam 5 gadi. Vajag bērnudārzu un darbu.",
    "ru": "Здравствуйте, живём в Германии, хотим в {}. Ребёнку 8 лет. Нужна школа и работа.",
    "en": "Hello, we live in Ireland and want to move to {}. Our child is 6. We need a school "
    "place and a home to rent.",
}


def sample(number: int) -> Sample:
    """One of fifteen short talks: every region in every language, in turn."""
    region = tuple(_PLACES)[number % 5]
    language = tuple(_TOLD)[number % 3]
    return Sample(language, region, (_TOLD[language].format(_PLACES[region][language]),))
