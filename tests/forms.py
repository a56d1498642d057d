"""Questionnaires for the tests: workbooks as ODK and KoboToolbox have them, made here."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from io import BytesIO

import xlsxwriter

Rows = Iterable[Mapping[str, str | int | float]]


def workbook(survey: Rows, choices: Rows = (), settings: Rows = ()) -> bytes:
    """The bytes of a workbook with these sheets; a sheet's columns are those of its rows."""
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
            rows = list(rows)
            if rows:
                sheet = book.add_worksheet(name)
                columns = list(dict.fromkeys(column for row in rows for column in row))
                sheet.write_row(0, 0, columns)
                for number, row in enumerate(rows, 1):
                    for at, column in enumerate(columns):
                        if row.get(column, "") != "":
                            sheet.write(number, at, row[column])
    return out.getvalue()


def ask(type_: str, name: str, label: str = "", **more: str | int) -> dict[str, str | int]:
    """A row of a survey."""
    return {"type": type_, "name": name, **({"label": label} if label else {}), **more}


def choice(list_: str, name: str, label: str, **more: str) -> dict[str, str]:
    """A row of the choices."""
    return {"list_name": list_, "name": name, "label": label, **more}


YES_NO = [choice("yn", "yes", "Yes"), choice("yn", "no", "No")]
ENGLISH, LATVIAN, RUSSIAN = "label::English (en)", "label::Latviešu (lv)", "label::Русский (ru)"

SIMPLE = workbook(
    [
        ask("text", "first_name", "What is your first name?", hint="As you like to be called."),
        ask("integer", "years", "How many years have you lived abroad?", required="yes",
            constraint=". >= 0 and . <= 80"),
        ask("date", "arrival", "On which day do you arrive?"),
        ask("select_one yn", "school", "Do you want to see a school?"),
        ask("note", "thanks", "Thank you so far."),
    ],
    YES_NO,
    [{"form_title": "A visit", "form_id": "visit"}],
)  # fmt: skip

CONDITIONS = workbook(
    [
        ask("integer", "years", "How many years have you lived abroad?"),
        ask("select_one yn", "school", "Do you want to see a school?",
            relevant="${years} > 1 and not(${years} >= 50)"),
        ask("select_multiple langs or_other", "langs", "Which languages do you speak?",
            relevant="${school} != 'no'"),
        ask("text", "course", "Which course would you like?",
            relevant="not(selected(${langs}, 'LV')) or ${years} = ''"),
        ask("calculate", "long_away", calculation="${years} > 10"),
        ask("text", "story", "What do you miss most?", relevant="${long_away} = true()",
            constraint="string-length(.) <= 100", constraint_message="Please write less."),
        ask("date", "day", "Which day suits you?", constraint=". > '2026-12-01'"),
        ask("text", "again", "Which name shall we use?", default="${course}"),
    ],
    [*YES_NO, choice("langs", "LV", "Latvian"), choice("langs", "RU", "Russian")],
    [{"form_title": "Languages", "form_id": "languages"}],
)  # fmt: skip

REPEATS = workbook(
    [
        ask("integer", "how_many", "How many children come along?"),
        ask("begin repeat", "child", "Child", repeat_count="${how_many}"),
        ask("integer", "child_age", "How old?", constraint=". < 25",
            constraint_message="Children only, please."),
        ask("text", "grade", "Which grade?", relevant="${child_age} > 6 and ${how_many} > 1"),
        ask("end repeat", ""),
        ask("begin_repeat", "pet", "Pet"),
        ask("text", "pet_name", "What is it?"),
        ask("begin repeat", "toy", "Toy"),
        ask("text", "toy_name", "Which toy?"),
        ask("end repeat", ""),
        ask("end_repeat", ""),
        ask("text", "last", "Anything else?", relevant="${child_age} > 3"),
    ],
    [],
    [{"form_title": "Family", "form_id": "family"}],
)  # fmt: skip

FILTERS = workbook(
    [
        ask("select_one region", "part", "Which region?"),
        ask("select_one town", "town", "Which town?", choice_filter="region = ${part}"),
        ask("select_one town", "other_town", "Another town?", choice_filter="pulldata('x') = 1"),
        ask("select_one big", "big", "One of many?"),
        ask("select_one one", "one", "One of one?"),
    ],
    [
        choice("region", "Vidzeme", "Vidzeme"), choice("region", "Kurzeme", "Kurzeme"),
        choice("town", "cesis", "Cēsis", region="Vidzeme"),
        choice("town", "talsi", "Talsi", region="Kurzeme"),
        choice("town", "talsi", "Talsi again", region="Kurzeme"),
        *(choice("big", f"n{n}", f"Number {n}") for n in range(12)),
        choice("one", "only", "Only this"),
    ],
    [{"form_title": "Towns", "form_id": "towns"}],
)  # fmt: skip

LANGUAGES = workbook(
    [
        {"type": "text", "name": "wish", LATVIAN: "Ko Jūs vēlaties?", ENGLISH: "What do you wish?",
         RUSSIAN: "Чего вы хотите?", "hint::Latviešu (lv)": "Īsi.", "label::Elvish": "Mae"},
        {"type": "select_one yn", "name": "sure", LATVIAN: "Vai tiešām?", ENGLISH: "Are you sure?",
         RUSSIAN: "Точно?"},
    ],
    [
        {"list_name": "yn", "name": "yes", LATVIAN: "Jā", ENGLISH: "Yes", RUSSIAN: "Да"},
        {"list_name": "yn", "name": "no", LATVIAN: "Nē", ENGLISH: "No", RUSSIAN: "Нет"},
    ],
    [{"form_title": "Wishes", "form_id": "wishes", "default_language": "Latviešu (lv)"}],
)  # fmt: skip

UNSUPPORTED = workbook(
    [
        ask("start", "began"),
        ask("geopoint", "where", "Where are you?"),
        ask("audio", "voice", "Say it."),
        ask("rank yn", "order", "What matters more?"),
        ask("select_one_from_file towns.csv", "far", "Which town?"),
        ask("decimal", "height", "How tall are you?", appearance="thousands-sep"),
        ask("time", "hour", "At what time?"),
        ask("acknowledge", "agree", "Read and understood"),
        ask("begin loop over yn", "loop", "Loop"),
        ask("text", "inside", "Inside the loop"),
        ask("end loop", ""),
        ask("text", "after", "Hello ${height}, how are you?", relevant="${where} != ''",
            required="${height} > 1", default="fine", read_only="yes"),
        ask("text", "Very-Long Name!", "Where do you work?", relevant="pulldata('a', 'b')"),
        ask("integer", "half", "How many?", constraint=". > 2.5"),
        ask("hologram", "future", "What do you see?"),
        {"type": "", "name": "nothing", "label": "No type"},
        ask("text", "unlabelled"),
    ],
    YES_NO,
    [{"form_title": "Too much", "form_id": "too_much"}],
)  # fmt: skip

TYPES = (
    "text", "integer", "decimal", "date", "time", "dateTime", "note", "geopoint", "image", "audio",
    "select_one yn", "select_multiple langs", "select_one langs or_other", "calculate", "hidden",
    "range", "acknowledge", "barcode", "start", "deviceid", "file", "rank langs", "email",
)  # fmt: skip
PIECES = (
    "${%s} > 3", "${%s} = 'yes'", "selected(${%s}, 'LV')", "not(${%s} = '')", "${%s} != 'no'",
    "string-length(${%s}) > 2", "today() > ${%s}", "(${%s} + 2) * 3 >= 12", "count-selected(${%s})",
    "regex(${%s}, '^[A-Z]{2}$')", "if(${%s} = 1, true(), false())", "${%s} div 2 = 1",
    "coalesce(${%s}, 'x') = 'x'", "${%s} = ${%s}", "true()", "contains(${%s}, '\"')",
    "number(${%s}) < -1", "once(${%s}) = 1", "${%s} mod 2 = 0", "jr:choice-name(${%s}, 'a') = 'b'",
)  # fmt: skip
LABELS = (
    "What is it?", "**Bold** <b>and</b> {braces}", "Vai tiešām?", "Сколько?", "a" * 300,
    "1 < 2 & 3", "", "Two\nlines", "Hello ${q0}", "50 %",
    "‘quotes’ and \"quotes\"", "- dash: colon # hash",
)  # fmt: skip
NAMES = ("q%d", "Q-%d", "vārds_%d", "a.b%d", "_x%d", "place%d", "value", "children", "for", "age")


def made_up(seed: int) -> tuple[list[dict[str, str]], list[dict[str, str]], list[dict[str, str]]]:
    """A form at random, often one that pyxform accepts: survey, choices and settings."""
    chance = random.Random(seed)
    first = {"type": chance.choice(("text", "integer")), "name": "q0", "label": "First?"}
    survey: list[dict[str, str]] = [first]
    names, used = ["q0"], {"q0"}
    open_: list[str] = []

    def expression() -> str:
        pieces = []
        for _ in range(chance.choice((1, 1, 2, 3))):
            pieces.append(_filled(chance.choice(PIECES), names, chance))
        return chance.choice((" and ", " or ")).join(pieces)

    for number in range(chance.randint(1, 12)):
        if chance.random() < 0.15:
            kind = chance.choice(("group", "repeat"))
            name = f"g{number}"
            survey.append({"type": f"begin {kind}", "name": name, "label": chance.choice(LABELS)})
            if names and chance.random() < 0.4:
                survey[-1]["relevant"] = expression()
            if kind == "repeat" and names and chance.random() < 0.5:
                survey[-1]["repeat_count"] = f"${{{chance.choice(names)}}}"
            open_.append(kind)
        name = chance.choice(NAMES)
        name = name % number if "%" in name else name
        if name in used:
            continue
        used.add(name)
        type_ = chance.choice(TYPES)
        row = {"type": type_, "name": name, "label": chance.choice(LABELS)}
        for column, likely in (("relevant", 0.4), ("constraint", 0.2), ("required", 0.2)):
            if chance.random() < likely and (names or column == "required"):
                row[column] = "yes" if column == "required" else expression()
        if "constraint" in row:
            row["constraint"] = row["constraint"].replace("${q0}", ".")
        if type_ == "calculate":
            row["calculation"] = expression() if names else "1 + 1"
        if chance.random() < 0.2:
            row["hint"] = chance.choice(LABELS)
        if chance.random() < 0.1:
            row["label::Latviešu (lv)"] = chance.choice(LABELS)
        if type_.startswith("select") and chance.random() < 0.2 and names:
            row["choice_filter"] = f"area = ${{{chance.choice(names)}}}"
        survey.append(row)
        names.append(name)
        if open_ and chance.random() < 0.4:
            survey.append({"type": f"end {open_.pop()}"})
    survey += [{"type": f"end {kind}"} for kind in reversed(open_)]
    choices = [
        {"list_name": list_, "name": name, "label": label, "area": area}
        for list_, name, label, area in (
            ("yn", "yes", "Yes", "a"), ("yn", "no", "No", "b"), ("langs", "LV", "Latvian", "yes"),
            ("langs", "ru-RU", "Russian <b>x</b>", "no"), ("langs", "1", "One", ""),
        )
    ]  # fmt: skip
    return survey, choices, [{"form_title": f"Form {seed}", "form_id": f"f{seed}"}]


def _filled(piece: str, names: list[str], chance: random.Random) -> str:
    while "%s" in piece:
        piece = piece.replace("%s", chance.choice(names or ["q0"]), 1)
    return piece
