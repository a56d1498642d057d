"""Times of a move as families write them: direct answers and stories. Today is 23 November 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.recognise.reading import Span, WhenReading
from dialogs.recognise.when import answer_when
from dialogs.recognise.when_story import read_when

TODAY = date(2026, 11, 23)


def said(reading: WhenReading | None) -> str:
    """A reading as "status from to", "-" for what is open or not understood."""
    if reading is None:
        return "-"
    return f"{reading.status} {reading.start or '-'} {reading.end or '-'}"


# Text and what it says: status, first month, last month.
ANSWERS = [
    ("kaut kad nākamgad", "planned 2027-01 2027-12"),
    ("gribētos jau pirms Ziemassvētkiem", "planned - 2026-12"),
    ("к новому учебному году", "planned - 2027-08"),
    ("уже здесь, с августа", "already_back 2026-08 2026-08"),
    ("да хоть завтра", "asap - -"),
    ("not this year", "planned 2027-01 -"),
    ("не в этом году, в следующем", "planned 2027-01 2027-12"),
    ("šovasar diez vai, drīzāk nākamajā", "planned 2027-06 2027-08"),
    ("ASAP, January latest", "planned - 2027-01"),
    ("niu par godu", "planned 2027-11 2027-11"),
    ("aizvakar atbraucām", "already_back 2026-11 2026-11"),
    ("vīrs jau ir Latvijā, mēs braucam martā", "planned 2027-03 2027-03"),
    ("2911 2027", "-"),
    ("zvaniet 2911 2027", "-"),
    ("2027-28", "planned 2027-01 2028-12"),
    ("in about a year's time", "planned 2027-11 2027-11"),
    ("через 1,5 года", "planned 2028-05 2028-05"),
    ("do konca uchebnogo goda", "planned - 2027-06"),
    ("nākamvasar", "planned 2027-06 2027-08"),
    ("vasara, lai paspej pirms skolas", "planned 2027-06 2027-08"),
    ("pēc gada", "planned 2027-11 2027-11"),
    ("через год", "planned 2027-11 2027-11"),
    ("как можно скорее", "asap - -"),
    ("already back since October", "already_back 2026-10 2026-10"),
    ("after school year", "planned 2027-06 2027-08"),
    ("pēc mācību gada beigām", "planned 2027-06 2027-08"),
    ("после окончания учебного года", "planned 2027-06 2027-08"),
    ("15.06.2027", "planned 2027-06 2027-06"),
    ("2027. gada 15. jūnijā", "planned 2027-06 2027-06"),
    ("06/2027", "planned 2027-06 2027-06"),
    ("June 15th", "planned 2027-06 2027-06"),
    ("jūnijs", "planned 2027-06 2027-06"),
    ("no jūnija līdz augustam", "planned 2027-06 2027-08"),
    ("с июня по август", "planned 2027-06 2027-08"),
    ("between May and July", "planned 2027-05 2027-07"),
    ("maijs/jūnijs", "planned 2027-05 2027-06"),
    ("летом или осенью", "planned 2027-06 2027-11"),
    ("2027 or 2028", "planned 2027-01 2028-12"),
    ("nākamgad", "planned 2027-01 2027-12"),
    ("в следующем году", "planned 2027-01 2027-12"),
    ("next year", "planned 2027-01 2027-12"),
    ("next spring", "planned 2027-03 2027-05"),
    ("in 2 years", "planned 2028-11 2028-11"),
    ("через полгода", "planned 2027-05 2027-05"),
    ("через полтора года", "planned 2028-05 2028-05"),
    ("года через два", "planned 2028-11 2028-11"),
    ("через год-два", "planned 2027-11 2028-11"),
    ("pēc 3 mēnešiem", "planned 2027-02 2027-02"),
    ("3 mēnešu laikā", "planned - 2027-02"),
    ("within a year", "planned - 2027-11"),
    ("в течение года", "planned - 2027-11"),
    ("в ближайшие 2-3 года", "planned - 2029-11"),
    ("tuvāko 2 gadu laikā", "planned - 2028-11"),
    ("līdz gada beigām", "planned - 2026-12"),
    ("до нового года", "planned - 2026-12"),
    ("pēc Jaunā gada", "planned 2027-01 -"),
    ("после рождества", "planned 2027-01 -"),
    ("uz Ziemassvētkiem", "planned 2026-12 2026-12"),
    ("by June", "planned - 2027-06"),
    ("к лету", "planned - 2027-06"),
    ("līdz vasarai", "planned - 2027-05"),
    ("before september", "planned - 2027-08"),
    ("месяц назад вернулись", "already_back 2026-10 2026-10"),
    ("pirms mēneša", "already_back 2026-10 2026-10"),
    ("pirms divām nedēļām atgriezāmies", "already_back 2026-11 2026-11"),
    ("kopš oktobra", "already_back 2026-10 2026-10"),
    ("jau esam atpakaļ", "already_back - -"),
    ("уже вернулись", "already_back - -"),
    ("we came back in august", "already_back 2026-08 2026-08"),
    ("вернулись летом", "already_back 2026-06 2026-08"),
    ("atgriezāmies pagājušajā vasarā", "already_back 2026-06 2026-08"),
    ("nezinu", "thinking - -"),
    ("vēl nezinām", "thinking - -"),
    ("пока не знаем", "thinking - -"),
    ("когда-нибудь", "thinking - -"),
    ("не срочно", "thinking - -"),
    ("no rush", "thinking - -"),
    ("asap", "asap - -"),
    ("pēc iespējas ātrāk", "asap - -"),
    ("cik drīz vien iespējams", "asap - -"),
    ("as soon as possible", "asap - -"),
    ("чем скорее тем лучше", "asap - -"),
    ("jo ātrāk, jo labāk", "asap - -"),
    ("tuvākajā laikā", "asap - -"),
    ("nākammēnes", "planned 2026-12 2026-12"),
    ("в следующем месяце", "planned 2026-12 2026-12"),
    ("next month", "planned 2026-12 2026-12"),
    ("nākamnedēļ", "planned 2026-11 2026-11"),
    ("in a couple of months", "planned 2027-01 2027-01"),
    ("pēc pāris gadiem", "planned 2028-11 2028-11"),
    ("2027. gada sākumā", "planned 2027-01 2027-03"),
    ("в начале 2027 года", "planned 2027-01 2027-03"),
    ("в конце следующего года", "planned 2027-10 2027-12"),
    ("early 2027", "planned 2027-01 2027-03"),
    ("vasaras beigās", "planned 2027-08 2027-08"),
    ("в конце августа", "planned 2027-08 2027-08"),
    ("ziemā", "planned 2026-12 2027-02"),
    ("šoziem", "planned 2026-12 2027-02"),
    ("nākamā gada maijā", "planned 2027-05 2027-05"),
    ("may 2027", "planned 2027-05 2027-05"),
    ("aprill", "planned 2027-04 2027-04"),
    ("septmbrī", "planned 2027-09 2027-09"),
    ("v iyune", "planned 2027-06 2027-06"),
    ("sleduyuschim letom", "planned 2027-06 2027-08"),
    ("cherez god", "planned 2027-11 2027-11"),
    ("čerez polgoda", "planned 2027-05 2027-05"),
    ("iz vosoru", "planned 2027-06 2027-08"),
    ("Uz pavasari", "planned 2027-03 2027-05"),
    ("pēc Lieldienām", "planned 2027-03 -"),
    ("rudenī 2027", "planned 2027-09 2027-11"),
    ("в 2028", "planned 2028-01 2028-12"),
    ("2028", "planned 2028-01 2028-12"),
    ("kad bērni pabeigs skolu", "planned 2027-06 2027-08"),
    ("до школы", "planned - 2027-08"),
    ("через два-три месяца", "planned 2027-01 2027-02"),
    ("next summer, when kids finish school", "planned 2027-06 2027-08"),
    ("aiznākamvasar", "planned 2028-06 2028-08"),
    ("gada laikā", "planned - 2027-11"),
    ("pēc gada vai diviem", "planned 2027-11 2028-11"),
    ("in a year or two", "planned 2027-11 2028-11"),
    ("1-2 gadu laikā", "planned - 2028-11"),
    ("mes jau esam majas kops julija", "already_back 2026-07 2026-07"),
    ("уже полгода как вернулись", "already_back 2026-05 2026-05"),
    ("we've been back 3 months", "already_back 2026-08 2026-08"),
    ("pusgada laikā", "planned - 2027-05"),
    ("6 months", "planned 2027-05 2027-05"),
    ("pēc kādiem 5 gadiem", "planned 2031-11 2031-11"),
    ("не раньше осени", "planned 2027-09 -"),
    ("not before 2028", "planned 2028-01 -"),
    ("ne ātrāk kā pēc gada", "planned 2027-11 -"),
    ("apmēram maijā-jūnijā", "planned 2027-05 2027-06"),
    ("janvāra beigās", "planned 2027-01 2027-01"),
    ("this winter", "planned 2026-12 2027-02"),
    ("šovasar atgriezāmies", "already_back 2026-06 2026-08"),
    ("Decembrī", "planned 2026-12 2026-12"),
    ("šonovembr", "-"),
    ("через 3 недели", "planned 2026-12 2026-12"),
    ("hello", "-"),
    ("in spring or summer", "planned 2027-03 2027-08"),
    ("Pēc Jāņiem", "planned 2027-06 -"),
    ("in the second half of 2027", "planned 2027-07 2027-12"),
    ("2027. gada otrajā pusē", "planned 2027-07 2027-12"),
    ("во второй половине 2027", "planned 2027-07 2027-12"),
]


@pytest.mark.parametrize(("text", "expected"), ANSWERS)
def test_direct_answer(text: str, expected: str) -> None:
    assert said(answer_when(text, TODAY)) == expected


STORIES = [
    ("Vecākais septembrī sāks skolu, jaunākajam vajadzēs dārziņu.", "-"),
    ("dzivojam anglija jau 11gadus un gribetu braukt majas", "-"),
    ("lielajam nakamgad japiet skola 1 klase bet vins pa latviski saprot", "-"),
    ("Meitai nākamruden jāsāk 1. klase, kur un kad jāpiesaka?", "-"),
    ("My son starts school next September, is it too late to apply?", "-"),
    ("dzīvojam Norvēģijā kopš 2012. gada, dēlam 9 gadi", "-"),
    ("Mums ir 2 bērni, kas dzimuši Anglijā, 2017. un 2021. gadā.", "-"),
    ("к врачу не попасть, запись на полгода вперёд", "-"),
    ("puikam janvārī būs 5", "-"),
    ("Gribam pirkt māju, banka Gulbenei kredītu nedod.", "-"),
    ("Мы переехали в Ирландию в 2014 году, дочь родилась в 2015", "-"),
    ("Līgums beidzas martā, tad brauksim.", "planned 2027-03 2027-03"),
    ("Tagad gribam atpakaļ, kad beigsies skola.", "planned 2027-06 2027-08"),
    ("думаем вернутся следущим летом", "planned 2027-06 2027-08"),
    ("varbut pec gada, vel skatamies", "thinking 2027-11 2027-11"),
    ("We think about Saulkrasti but no dates yet.", "thinking - -"),
    ("когда – пока незнаю. нужен садик", "thinking - -"),
    ("wanna go back to valmiera asap. bērni 2015 un 2022", "asap - -"),
    ("Augustā atgriezāmies no Vācijas, dzīvojam Talsos.", "already_back 2026-08 2026-08"),
    ("месяц назад вернулись из Англии в Резекне", "already_back 2026-10 2026-10"),
    ("Esam atpakaļ Latvijā jau 2 mēnešus, dēls skolā netiek", "already_back 2026-09 2026-09"),
    ("Kids are settled but want to move by August 2027", "planned - 2027-08"),
    ("Мы из Риги, 11 лет в Германии. Хотим домой летом 2027-го.", "planned 2027-06 2027-08"),
    ("moving to Ventspils (the city) in July 2027. Kids are 4", "planned 2027-07 2027-07"),
]


@pytest.mark.parametrize(("text", "expected"), STORIES)
def test_story(text: str, expected: str) -> None:
    assert said(read_when(text, TODAY)) == expected


def test_moving_to_a_place_in_latvia_is_a_return() -> None:
    text = "pārcēlāmies uz Cēsīm septembrī"
    start = text.index("Cēsīm")
    place = Span(start, start + len("Cēsīm"))
    assert said(read_when(text, TODAY, latvian=(place,))) == "already_back 2026-09 2026-09"
    assert said(read_when("pārcēlāmies uz Londonu septembrī", TODAY)) != (
        "already_back 2026-09 2026-09"
    )


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("15. jūnijā", "day"),
        ("jūnijā", "month"),
        ("vasarā", "season"),
        ("nākamgad", "year"),
        ("pēc gada", "range"),
        ("no rush", "none"),
    ],
)
def test_precision_is_what_was_said(text: str, precision: str) -> None:
    reading = answer_when(text, TODAY)
    assert reading is not None
    assert reading.precision == precision


def test_span_covers_the_words() -> None:
    text = "Sveiki! Gribam atgriezties nākamvasar uz Cēsīm"
    reading = read_when(text, TODAY)
    assert reading is not None
    assert text[reading.span.start : reading.span.end] == "nākamvasar"


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (date(2027, 1, 5), "vasarā", "planned 2027-06 2027-08"),
        (date(2027, 7, 1), "jūlijā", "planned 2027-07 2027-07"),
        (date(2027, 8, 20), "vasarā", "planned 2028-06 2028-08"),
        (date(2027, 2, 1), "ziemā", "planned 2027-12 2028-02"),
        (date(2026, 12, 31), "rīt", "planned 2027-01 2027-01"),
        (date(2028, 2, 29), "pēc gada", "planned 2029-02 2029-02"),
    ],
)
def test_other_days(today: date, text: str, expected: str) -> None:
    assert said(answer_when(text, today)) == expected


@given(st.text(max_size=300), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_text_is_read_without_fault(text: str, today: date) -> None:
    for reading in (answer_when(text, today), read_when(text, today)):
        if reading is not None:
            assert 0 <= reading.span.start < reading.span.end <= len(text)
            if reading.start and reading.end:
                assert reading.start <= reading.end


WORDS = st.sampled_from(
    [
        "pēc",
        "gada",
        "līdz",
        "no",
        "jūnija",
        "augustam",
        "2027",
        "2",
        "3",
        "-",
        ",",
        ".",
        "vasaras",
        "beigās",
        "next",
        "summer",
        "in",
        "months",
        "через",
        "год",
        "назад",
        "до",
        "15",
        "vai",
        "un",
        "half",
        "pusgads",
        "nākamā",
        "gadā",
        "may",
        "1.",
        "beigām",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_mixture_of_time_words_is_read_without_fault(text: str) -> None:
    for reading in (answer_when(text, TODAY), read_when(text, TODAY)):
        if reading is not None and reading.start and reading.end:
            assert reading.start <= reading.end
