"""Typed choices, yes and no, command words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.recognise.choices import match_choice
from dialogs.recognise.command_words import read_command
from dialogs.recognise.numbers import read_number, read_numbers
from dialogs.recognise.yes_no import read_yes_no

NEEDS = [
    ("grade1", ["Pieteikšana 1. klasē"]),
    ("latvian", ["Bērna latviešu valoda"]),
    ("inclusion", ["Iejušanās skolā"]),
    ("kindergarten", ["Vieta bērnudārzā"]),
    ("abroad", ["Pieteikšanās no ārzemēm"]),
    ("rent", ["Mājoklis īrei"]),
    ("wage", ["Alga un izdevumi"]),
    ("declare", ["Dzīvesvietas deklarēšana"]),
]
STATUS = [
    ("abroad", ["Ārzemēs", "За границей", "Abroad"]),
    ("domestic", ["Citā Latvijas reģionā", "В другом регионе Латвии", "Elsewhere in Latvia"]),
    ("back", ["Jau atgriezāmies", "Уже вернулись", "Already back"]),
]


@pytest.mark.parametrize(
    "text",
    ["2", "otrais", "второй", "second", "2.", "#2", "2-й", "2nd", "divi", "в другом регионе"],
)
def test_one_choice_however_typed(text: str) -> None:
    assert match_choice(text, STATUS) == ("domestic",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arzemes", "abroad"), ("Ārzemēs!", "abroad"), ("arzemees", "abroad"),
        ("za granicej", "abroad"), ("zagranicej", "abroad"), ("abraod", "abroad"),
        ("jau atgriezamies", "back"), ("uze vernulis", "back"), ("already bck", "back"),
    ],
)  # fmt: skip
def test_labels_with_slips(text: str, expected: str) -> None:
    assert match_choice(text, STATUS) == (expected,)


@pytest.mark.parametrize("text", ["7", "0", "dzīvojam Anglijā", "?", "", "nezinu ko teikt"])
def test_nothing_is_guessed(text: str) -> None:
    assert match_choice(text, STATUS) == ()


def test_equally_near_labels_are_both_given_back() -> None:
    assert set(match_choice("pieteiksana", NEEDS)) == {"grade1", "abroad"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 4 6", ("grade1", "kindergarten", "rent")),
        ("1,4,6", ("grade1", "kindergarten", "rent")),
        ("6 un 1", ("rent", "grade1")),
        ("1-3", ("grade1", "latvian", "inclusion")),
        ("visi", tuple(option for option, _ in NEEDS)),
        ("majoklis irei, alga", ("rent", "wage")),
        ("3 3", ("inclusion",)),
        ("1 99", ()),
    ],
)
def test_many_choices(text: str, expected: tuple[str, ...]) -> None:
    assert match_choice(text, NEEDS, many=True) == expected


@pytest.mark.parametrize("option", range(len(NEEDS)))
def test_every_label_means_itself(option: int) -> None:
    name, labels = NEEDS[option]
    assert match_choice(labels[0], NEEDS) == (name,)
    assert match_choice(labels[0].lower(), NEEDS, many=True) == (name,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jā", "yes"), ("ja", "yes"), ("да", "yes"), ("yes", "yes"), ("ok", "yes"), ("👍", "yes"),
        ("Jā, paldies", "yes"), ("labi", "yes"), ("конечно", "yes"),
        ("nē", "no"), ("ne", "no"), ("не", "no"), ("нет", "no"), ("no", "no"), ("nav", "no"),
        ("не надо", "no"), ("nē, nav", "no"),
        ("nezinu", "unsure"), ("не знаю", "unsure"), ("varbūt", "unsure"), ("not sure", "unsure"),
        ("mums ir māja laukos un vēl kaut kas tur", None), ("Smiltene", None), ("", None),
    ],
)  # fmt: skip
def test_yes_and_no(text: str, expected: str | None) -> None:
    assert read_yes_no(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("atpakaļ", "back"), ("atpakal", "back"), ("Назад", "back"), ("back", "back"),
        ("izlaist", "skip"), ("пропустить", "skip"), ("propustit", "skip"), ("/skip", "skip"),
        ("palīdzība", "help"), ("помощь", "help"), ("valoda", "language"), ("язык", "language"),
        ("vēlāk", "pause"), ("пауза", "pause"), ("Sākt no sākuma", "restart"),
        ("Piezvaniet man", "human"), ("живой человек", "human"), ("talk to a human", "human"),
        ("privacy", "privacy"), ("mani dati", "my_data"), ("/my_data", "my_data"),
        ("удалить меня", "delete_me"), ("dzest manus datus", "delete_me"),
        ("tas ir viss", "done"), ("Pareizi, tas ir viss", "done"), ("всё", "done"),
        ("that's all", "done"), ("turpinat", "continue"), ("продолжить", "continue"),
        ("gribam atpakaļ uz Latviju", None), ("mums vajag palīdzību ar dzīvokli", None),
        ("язык ребёнок не знает", None), ("dzēst parādus", None), ("", None), ("?", None),
        ("nezinu", None), ("deleet mee", None),
    ],
)  # fmt: skip
def test_commands_only_where_they_are_the_whole_message(text: str, expected: str | None) -> None:
    assert read_command(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("divi", [(2, "count")]), ("двое", [(2, "group")]), ("otrais", [(2, "rank")]),
        ("#2", [(2, "rank")]), ("divdesmit pieci", [(25, "count")]),
        ("twenty-five", [(25, "count")]), ("три ребёнка и 2 кота", [(3, "count"), (2, "count")]),
        ("12345678901", []), ("", []),
    ],
)  # fmt: skip
def test_numbers(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(number.value, number.kind) for number in read_numbers(text)] == expected


def test_one_number() -> None:
    assert read_number("mums ir trīs istabas") == 3
    assert read_number("2 vai 3") is None
    assert read_number("nav") is None


@given(st.text(max_size=120))
def test_any_text_is_read_without_fault(text: str) -> None:
    known = {option for option, _ in NEEDS}
    assert set(match_choice(text, NEEDS)) <= known
    assert set(match_choice(text, NEEDS, many=True)) <= known
    assert read_yes_no(text) in (None, "yes", "no", "unsure")
    read_command(text)
    for number in read_numbers(text):
        assert 0 <= number.span.start < number.span.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 2 3", ("grade1", "latvian")),
        ("3 1", ("grade1",)),
        ("1, 2, 3", ("grade1", "latvian")),
        ("3", ()),
        ("1 4", ()),
    ],
)
def test_numbers_of_three_where_only_two_are_offered(text: str, expected: tuple[str, ...]) -> None:
    assert match_choice(text, NEEDS[:2], many=True, room=3) == expected


TYPED = {
    "yes": (
        "jā; ja; jaa; jā jā; nu jā; protams; jā, protams; jā lūdzu; der; ok; okej; labi; jap; "
        "aha; tieši tā; jā pareizi; piekrītu; да; ага; конечно; да конечно; ну да; верно; всё "
        "верно; так и есть; хорошо; давайте; да, пожалуйста; yes; yep; yeah sure; yes please; "
        "sure; correct; thats right; of course; ok fine; y; da; da konechno; Jā!; ДА; yess; "
        "yea; jep; +; 👍; jā ir; ir gan; да есть; yes we do; noteikti; abi jā; pareizi viss; "
        "okay; super; всё правильно; угу; kā tad; само "
        "собой; sounds good; definitely; exactly; that is correct; i agree; let's do it; jā, "
        "var"
    ),
    "no": (
        "nē; ne; nee; nē paldies; nē, nav; nu nē; noteikti nē; nevajag; vēl ne; vēl nē; "
        "pagaidām nē; nav; не; нет; нет спасибо; неа; нет, не надо; пока нет; нету; конечно "
        "нет; no; nope; nah; no thanks; not yet; no we dont; never; n; net; njet; nēē; NĒ; -; "
        "👎; negribu; не хочу; not really; no need; nevaru; absolūti nē; ни в коем случае; нет "
        "еще; i dont; no, sorry; nekad; никак нет; not at all; diemžēl nē"
    ),
    "unsure": (
        "nezinu; nezinam; nezinām vēl; es nezinu; nav ne jausmas; grūti pateikt; varbūt; nav "
        "skaidrs; не знаю; незнаю; не знаем пока; трудно сказать; может быть; наверное; хз; "
        "dont know; i don't know; idk; not sure; no idea; maybe; hard to say; dunno; we dont "
        "know yet; ne znaju; kas to lai zina; vēl nezinu; пока не знаю; не уверены; unsure; "
        "could be; kā sanāks; vel nav izlemts; еще не решили; havent decided; undecided; nemāku "
        "teikt; без понятия; понятия не имею; who knows"
    ),
}


@pytest.mark.parametrize(("meaning", "texts"), TYPED.items())
def test_yes_no_and_do_not_know_as_people_type_them(meaning: str, texts: str) -> None:
    wrong = [one for one in texts.split("; ") if read_yes_no(one.strip()) != meaning]
    assert wrong == []


COMMANDS = {
    "skip": (
        "izlaist; izlaižam; izlaid šo; tālāk; nākamo; nākamais lūdzu; negribu atbildēt; pass; "
        "skip; skip this one; next; next please; пропустить; пропусти; пропускаем; дальше; "
        "следующий; не хочу отвечать; propustit; dalshe; skipp; neatbildēšu; to neteikšu; без "
        "ответа; prefer not to say; rather not say; не буду отвечать; nevēlos atbildēt; varbūt "
        "izlaidīsim; давайте пропустим; lets skip"
    ),
    "back": (
        "atpakaļ; atpakal; iepriekšējo; назад; вернись назад; back; go back please; nazad; soli "
        "atpakaļ; вернуться назад; previous one; gribu atpakaļ; iepriekšējais jautājums"
    ),
    "done": (
        "tas ir viss; viss; tas arī viss; tas viss paldies; pietiek; это всё; всё; вот и всё; "
        "больше ничего; thats all; that's it; done; finished; nothing more; vse; gatavs; "
        "gatava; tas būtu viss; i think thats all; конец; beidzu; the end; больше нечего"
    ),
    "send": (
        "sūtīt; Sūtīt!; sutit; sūtam; nosūtīt; lūdzu nosūtiet; отправить; отправляйте; "
        "отправляем; send; send it; yes send; submit; otpravit"
    ),
    "human": (
        "cilvēks; gribu runāt ar cilvēku; piezvaniet man lūdzu; zvaniet; человек; хочу "
        "поговорить с человеком; позвоните мне пожалуйста; перезвоните; human please; call me "
        "please; real person; operators; vai var piezvanīt; можно позвонить?; can someone call "
        "me"
    ),
}


@pytest.mark.parametrize(("command", "texts"), COMMANDS.items())
def test_commands_as_people_type_them(command: str, texts: str) -> None:
    wrong = [one for one in texts.split("; ") if read_command(one.strip()) != command]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ārzemēs dzīvojam", ("abroad",)),
        ("nedzīvojam, nav ārzemēs tas", ()),
        ("the first one", ("abroad",)),
        ("otro", ("domestic",)),
        ("последний", ("back",)),
        ("the last one", ("back",)),
    ],
)
def test_a_word_or_a_place_in_the_list_is_enough(text: str, expected: tuple[str, ...]) -> None:
    assert match_choice(text, STATUS) == expected
