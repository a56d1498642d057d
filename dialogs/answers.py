"""Answer kinds: what a person typed or tapped -> the value that is kept, or why not.

Values are JSON: choice "abroad"; choices ["a", "b"]; yes_no "yes" | "no" | "unsure"; number 3;
year 2020 (or [2019, 2020] while unsure); month "2027-06"; date "2027-06-15"; country "GB"; place
[{"iso", "name", "near", "region"}], [] when not decided (``iso`` a list while it may be several);
time {"status", "start", "end", "precision"}; contact {"way", "value"}; attachment {"file",
"message"}; group ["1", "2"]; a note that was said true; the rest text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from dialogs import wording
from dialogs.programme.geography import Geography
from dialogs.programme.programme import Programme
from dialogs.recognise import choices, contact, countries, dates, numbers, people, places, when
from dialogs.recognise.fold import fold
from dialogs.recognise.reading import PlaceReading, WhenReading
from dialogs.recognise.yes_no import read_yes_no
from dialogs.script import Question

CONTACT_WAYS = ("chat", "phone", "email")


class Read(Struct, frozen=True):
    """What was read. ``sure`` is false where the family still has to choose or confirm."""

    value: Any
    sure: bool = True


class Rejected(Struct, frozen=True):
    """Not understood; ``candidates`` are values it may have meant, to be offered as buttons.

    ``message`` is the constraint's own message when the answer breaks one.
    """

    candidates: tuple[str, ...] = ()
    message: str = ""


Labels = Callable[[str], Sequence[str]]
"""Gives the labels of a choice id in every language, the language of the talk first."""


class Asked(Struct, frozen=True):
    """What an answer is an answer to.

    ``options`` are the ids of the choices offered now, in the order shown, so that a typed
    number counts; ``labels`` gives each one's labels. ``language`` is that of the talk.
    """

    question: Question
    programme: Programme
    today: date
    labels: Labels
    options: Sequence[str] = ()
    language: str = ""

    def match(self, text: str, *, many: bool = False) -> tuple[str, ...]:
        """The options that the text names."""
        return choices.match_choice(
            text, [(option, self.labels(option)) for option in self.options], many=many
        )


def read(text: str, asked: Asked) -> Read | Rejected:
    """Read a typed answer. Never raises, whatever the text."""
    text = text.strip()
    return _READERS[asked.question.kind](text, asked) if text else Rejected()


def place_value(reading: PlaceReading, most: int, geography: Geography) -> list[dict[str, Any]]:
    """The places of a reading as an answer; several codes stay a list until one is chosen."""
    found: list[dict[str, Any]] = []
    for place in reading.places:
        codes: str | list[str] = place.iso[0] if len(place.iso) == 1 else list(place.iso)
        entry = {"iso": codes, "name": place.name, "near": place.near, "region": ""}
        if place.kind == "region":
            entry["iso"] = ""
            entry["region"] = geography.region_by_name(place.name) or ""
        if all((entry["iso"], entry["region"]) != (e["iso"], e["region"]) for e in found):
            found.append(entry)
    return found[:most]


def place_settled(value: Sequence[dict[str, Any]]) -> bool:
    """Whether every place of an answer is one municipality (or a whole region)."""
    return not any(isinstance(place["iso"], list) for place in value)


def time_value(reading: WhenReading) -> dict[str, Any]:
    """A reading of a time as an answer."""
    return {
        "status": reading.status,
        "start": reading.start or "",
        "end": reading.end or "",
        "precision": reading.precision,
    }


def whole_number(text: str) -> int | None:
    """The number a short text is about; None if it names none or several."""
    found = {number.value for number in numbers.read_numbers(text)}
    return found.pop() if len(found) == 1 else None


_Reader = Callable[[str, Asked], Read | Rejected]


def _choice(text: str, asked: Asked) -> Read | Rejected:
    found = asked.match(text)
    if len(found) == 1:
        return Read(found[0])
    if asked.question.id == "age_band":
        age = whole_number(text)
        if age is not None and 16 <= age <= 110:
            return Read(age_band(age))
    if not found and "abroad" in asked.options and (where := _whereabouts(text, asked)):
        return Read(where)
    return Rejected(tuple(found))


def _whereabouts(text: str, asked: Asked) -> str:
    """Whether somebody is "abroad" or "domestic", by a country or a place named; else ""."""
    known = asked.programme.recogniser
    country = countries.answer_country(text, known.countries)
    if country is not None and country.sure:
        return "domestic" if country.code == "LV" else "abroad"
    return "domestic" if places.answer_place(text, known.gazetteer).places else ""


def age_band(age: int) -> str:
    """The band of the shipped question on age; 18-25 is the programme's "young people"."""
    return "18_25" if age <= 25 else "26_39" if age <= 39 else "40_59" if age <= 59 else "60"


def _choices(text: str, asked: Asked) -> Read | Rejected:
    found = asked.match(text, many=True)
    if not found:
        return Rejected()
    return Read(list(found)[: asked.question.most or len(found)])


def _yes_no(text: str, asked: Asked) -> Read | Rejected:
    said = read_yes_no(text)
    if said:
        return Read(said)
    read_ = _choice(text, asked)
    if isinstance(read_, Rejected) and people.names_somebody(text):
        return Read("yes")  # "Kam vajadzīga atļauja?" - "Sievai"
    return read_


def _bounded(question: Question, number: int) -> bool:
    low = question.minimum if question.minimum is not None else 0
    high = question.maximum if question.maximum is not None else 999_999
    return low <= number <= high


_FLATS = (
    ("vienistab", 1), ("divistab", 2), ("trīsistab", 3), ("trisistab", 3), ("četristab", 4),
    ("однокомн", 1), ("однуш", 1), ("студи", 1), ("двухкомн", 2), ("двуш", 2), ("трехкомн", 3),
    ("трёхкомн", 3), ("треш", 3), ("трёш", 3), ("четырехкомн", 4),
)  # fmt: skip


def _rooms(text: str) -> int | None:
    """The rooms of a flat called by their number: "divistabu", "двушка"."""
    said = text.lower()
    return next((rooms for word, rooms in _FLATS if word in said), None)


def _number(text: str, asked: Asked) -> Read | Rejected:
    number = whole_number(text) or _rooms(text)
    if number is None or not _bounded(asked.question, number):
        return Rejected()
    return Read(number)


MOST_ITEMS = 12
"""Items of a group at most: more are a slip of the finger."""


def _group(text: str, asked: Asked) -> Read | Rejected:
    count = people.answer_adults(text) if asked.question.id == "adults" else None
    if count is not None and _bounded(asked.question, count):
        return Read(count)
    if read_yes_no(text) == "no" and not asked.question.minimum:
        return Read(0)
    if asked.question.id == "children":
        named = people.answer_children(text, asked.today)
        if named is not None and len(named) <= MOST_ITEMS:
            return Read(len(named))
    read_ = _number(text, asked)
    return Rejected() if isinstance(read_, Read) and read_.value > MOST_ITEMS else read_


def _year(text: str, asked: Asked) -> Read | Rejected:
    low, high = year_bounds(asked.question, asked.today)
    named = numbers.read_spoken_year(text) or whole_number(text)
    if named is not None and low <= named <= high:
        return Read(named)
    years = people.answer_year(text, asked.today)
    if years is None or not low <= years[0] <= years[1] <= high:
        return Rejected()
    if years[0] == years[1]:
        return Read(years[0])
    return Read(list(range(years[0], years[1] + 1)), sure=False)


CHILD_YEARS = 25
"""A year question without bounds is about a child: as far back as somebody of that age."""


def year_bounds(question: Question, today: date) -> tuple[int, int]:
    """The first and the last year a year question takes: the script's, else those of a child."""
    low, high = question.minimum, question.maximum
    return (today.year - CHILD_YEARS if low is None else low), (
        today.year if high is None else high
    )


def _month(text: str, asked: Asked) -> Read | Rejected:
    found = dates.read_month(text, asked.today)
    return Read(found) if found else Rejected()


def _date(text: str, asked: Asked) -> Read | Rejected:
    found = dates.read_day(text, asked.today)
    return Read(found) if found else Rejected()


def _time(text: str, asked: Asked) -> Read | Rejected:
    typed = fold(text.strip(" .!"))
    for option in asked.options:
        if any(fold(label) == typed for label in asked.labels(option)):
            return Read(time_of_option(option))  # a button's label means what the button does
    reading = when.answer_when(text, asked.today)
    if reading is None:
        found = asked.match(text)
        return Read(time_of_option(found[0])) if len(found) == 1 else Rejected()
    value = time_value(reading)
    if asked.question.id == "back_since":
        value["status"] = "already_back"
        _past(value, asked.today)
    return Read(value)


def _past(value: dict[str, Any], today: date) -> None:
    """A month named without its year, of something that has happened: the last such month."""
    this_month = f"{today.year}-{today.month:02}"
    while value["start"] > this_month:
        value["start"] = shifted(value["start"], -12)
        value["end"] = shifted(value["end"], -12) if value["end"] else ""


_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def shifted(month: str, by: int) -> str:
    """The month "YYYY-MM" that lies ``by`` months later."""
    count = int(month[:4]) * 12 + int(month[5:7]) - 1 + by
    return f"{count // 12}-{count % 12 + 1:02}"


def time_of_option(option: str) -> dict[str, Any]:
    """The value of a time button.

    "soon:2026-11" within three months, "season:2027-06" the three months from then on,
    "from:2027-12" then or later, "back:2026-10" back since that month; anything else: thinking.
    """
    name, _, month = option.partition(":")
    if not _MONTH.fullmatch(month):
        name = "thinking"
    if name == "soon":
        start, end, status, precision = month, shifted(month, 3), "asap", "range"
    elif name == "season":
        start, end, status, precision = month, shifted(month, 2), "planned", "season"
    elif name == "from":
        start, end, status, precision = month, "", "planned", "range"
    elif name == "back":
        start, end, status, precision = month, month, "already_back", "month"
    else:
        start, end, status, precision = "", "", "thinking", "none"
    return {"status": status, "start": start, "end": end, "precision": precision}


def _country(text: str, asked: Asked) -> Read | Rejected:
    found = countries.answer_country(text, asked.programme.recogniser.countries)
    if found is not None and found.sure:
        return Read(found.code)
    named = asked.match(text)
    if len(named) == 1:
        return Read(named[0])
    # What the recogniser's own languages do not know may be said in the talk's.
    called = wording.country_called(asked.language, text)
    if called:
        return Read(called)
    ranked = countries.rank_countries(text, asked.programme.recogniser.countries)
    return Rejected(tuple(ranked))


def _place(text: str, asked: Asked) -> Read | Rejected:
    reading = places.answer_place(text, asked.programme.recogniser.gazetteer)
    value = place_value(reading, asked.question.most or 1, asked.programme.geography)
    if value:
        return Read(value, sure=place_settled(value))
    if reading.undecided or read_yes_no(text) == "unsure":
        return Read([])
    return Rejected()


def _contact(text: str, asked: Asked) -> Read | Rejected:
    email = contact.read_email(text)
    if email:
        return Read({"way": "email", "value": email})
    phone = contact.read_phone(text, None)
    if phone:
        return Read({"way": "phone", "value": phone})
    found = asked.match(text)
    if len(found) == 1:
        return Read({"way": found[0], "value": ""}, sure=found[0] == "chat")
    return Rejected()


def _phone(text: str, asked: Asked) -> Read | Rejected:
    phone = contact.read_phone(text, None)
    return Read(phone) if phone else Rejected()


def _email(text: str, asked: Asked) -> Read | Rejected:
    email = contact.read_email(text)
    return Read(email) if email else Rejected()


def _attachment(text: str, asked: Asked) -> Read | Rejected:
    """A file cannot be typed; it comes as an attachment (``dialogs.engine.attached``)."""
    return Rejected()


def _text(text: str, asked: Asked) -> Read | Rejected:
    longest = asked.question.maximum or (2000 if asked.question.kind == "long_text" else 200)
    return Read(text[:longest].strip())


_READERS: dict[str, _Reader] = {
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "number": _number,
    "year": _year,
    "month": _month,
    "date": _date,
    "time": _time,
    "country": _country,
    "place": _place,
    "contact": _contact,
    "phone": _phone,
    "email": _email,
    "text": _text,
    "long_text": _text,
    "story": _text,
    "attachment": _attachment,
    "note": _attachment,
    "group": _group,
    "needs": _choices,
}
