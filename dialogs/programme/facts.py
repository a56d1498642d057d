"""The programme's reading of a conversation: its answers as an intake, and values for conditions.

The question ids named here are the programme's own; a script that leaves one out simply leaves
the fact unknown, and questions with other ids reach the coordinator as they were answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dialogs.conversation import Answer, Conversation
from dialogs.programme.geography import Geography
from dialogs.programme.intake import Adult, Child, Contact, Intake, Need, Place, When

PROGRAMME_VALUES: dict[str, tuple[str, tuple[str, ...]]] = {
    "undecided": ("BOOL", ("place",)),
    "near": ("BOOL", ("place",)),
    "regions": ("INT", ("place",)),
    "age": ("INT", ("child_year",)),
    "oldest": ("INT", ("child_year", "children")),
    "needs": ("LIST<STRING>", ("needs",)),
}
"""Names that conditions may use beside question ids: type and the questions they come from.

undecided: no place is chosen yet; near: "or nearby" would do; regions: how many planning regions
the places lie in; age: the child's age this year; oldest: age of the oldest child, -1 for none;
needs: every need said or picked, not only the most important.
"""

KNOWN = {
    "story": "story", "status": "choice", "country": "country", "home": "place", "place": "place",
    "last_home": "place", "copy": "yes_no", "needs": "needs", "children": "group",
    "adults": "group", "age_band": "choice", "child_year": "year", "time": "time",
    "back_since": "time", "radius": "choice", "contact": "contact", "hours": "choice",
    "local_tie": "yes_no", "child_stage": "choice", "child_latvian": "choice",
    "learning_call": "yes_no", "work": "text", "work_plan": "choice", "adult_latvian": "choice",
    "permits": "yes_no", "child_papers": "yes_no", "already_asked": "long_text",
}  # fmt: skip
"""Questions whose answers the programme reads by their id, and the kind it counts on."""
WORDS = frozenset({"choice", "yes_no", "text", "long_text"})
"""Kinds whose answers the programme reads as words: a script may put one for another."""


def _value(answers: Mapping[str, Answer], path: str) -> Any:
    answer = answers.get(path)
    return None if answer is None else answer.value


def programme_value(
    name: str, c: Conversation, geography: Geography, today: date, item: str
) -> object | None:
    """The value of one of ``PROGRAMME_VALUES`` now; None while it is not known."""
    answers = c.answers
    if name in ("undecided", "near", "regions"):
        answer = answers.get("place")
        if answer is None:
            return None
        found = tuple(answer.value or ())
        if name == "undecided":
            return not found
        if name == "near":
            return any(place.get("near") for place in found)
        return len({region_of_place(place, geography) for place in found})
    if name == "needs":
        top = _value(answers, "needs")
        return None if top is None else [need.id for need in needs_of(c, tuple(top))]
    if name == "age":
        year = _value(answers, f"child_year@{item}")
        return today.year - year if isinstance(year, int) else None
    children = _value(answers, "children")
    if children is None:
        return None
    years = [_value(answers, f"child_year@{each}") for each in children]
    return max((today.year - year for year in years if isinstance(year, int)), default=-1)


def region_of_place(place: Mapping[str, Any], geography: Geography) -> str:
    """The planning region of one place of an answer."""
    if place.get("region"):
        return str(place["region"])
    codes = place["iso"]
    code = codes[0] if isinstance(codes, list) else codes
    return geography.region_of(code)


def place_of(value: Mapping[str, Any]) -> Place:
    """One place of an answer; the likeliest code where it may be several."""
    codes = value.get("iso") or ""
    code = codes[0] if isinstance(codes, list) else codes
    return Place(
        code,
        str(value.get("name", "")),
        bool(value.get("near")),
        str(value.get("region", "")),
        sure=not isinstance(codes, list),
    )


def _first_iso(value: Any) -> str:
    return place_of(value[0]).iso if value else ""


def intake_of(c: Conversation) -> Intake:
    """The conversation's answers as the programme's facts."""
    a = c.answers

    def get(path: str) -> Any:
        return _value(a, path)

    children_items = get("children")
    children = None
    if children_items is not None:
        children = tuple(_child(a, item, children_items) for item in children_items)
    adult_items = get("adults")
    people = tuple(
        Adult(
            item,
            trade=get(f"work@{item}") or "",
            plan=get(f"work_plan@{item}") or "",
            latvian=get(f"adult_latvian@{item}") or "",
            partner=item != "1",
        )
        for item in adult_items or ()
    )
    time = a.get("time") or a.get("back_since")
    contact = get("contact")
    call = get("learning_call") == "yes" or c.alarm == "call"
    top = tuple(get("needs") or ())
    return Intake(
        language=c.language,
        status=get("status") or "",
        country=get("country") or "",
        home=_first_iso(get("home")),
        last_home=_first_iso(get("last_home")),
        places=tuple(place_of(each) for each in get("place") or ()),
        radius=get("radius") or "",
        copy_allowed={"yes": True, "no": False}.get(get("copy") or ""),
        when=_when(time) if time is not None and time.value else None,
        adults=len(adult_items) if adult_items is not None else None,
        age_band=get("age_band") or "",
        people=people,
        children=children,
        needs=needs_of(c, top),
        questions=c.questions,
        story=tuple(told.text for told in c.story),
        removed=sum(told.removed for told in c.story),
        contact=Contact(contact["way"], contact.get("value", ""), _hours(get("hours")))
        if contact
        else None,
        call_asked=call,
        already_asked=get("already_asked") or "",
        permits=get("permits") or "",
        child_papers=get("child_papers") or "",
        local_tie=get("local_tie") or "",
        skipped=tuple(path for path, answer in a.items() if answer.value is None),
        alarm=c.alarm,
    )


def _hours(band: Any) -> tuple[int, int] | None:
    return {"morning": (8, 10), "day": (10, 17), "evening": (17, 20)}.get(band or "")


def _rank(item: str, every: Sequence[str]) -> str:
    """What a child is called before its year is known; children stand eldest first."""
    if len(every) < 2:
        return ""
    ends = {every[0]: "eldest", every[-1]: "youngest"}
    return ends.get(item, "middle" if len(every) == 3 else "")


def _child(answers: Mapping[str, Answer], item: str, every: Sequence[str]) -> Child:
    year = answers.get(f"child_year@{item}")
    value = year.value if year is not None else None
    guess = isinstance(value, list)
    return Child(
        item,
        birth_year=value if isinstance(value, int) else (value[-1] if guess and value else None),
        sure=year is not None and year.sure and not guess,
        rank=_rank(item, every),
        stage=_value(answers, f"child_stage@{item}") or "",
        latvian=_value(answers, f"child_latvian@{item}") or "",
    )


def _when(answer: Answer) -> When:
    return when_of(answer.value, answer.raw if answer.how != "tapped" else "")


def when_of(value: Mapping[str, Any], words: str = "") -> When:
    """The value of a time answer as a fact."""
    return When(
        value["status"],
        value.get("start") or "",
        value.get("end") or "",
        value.get("precision") or "none",
        words,
    )


def needs_of(c: Conversation, top: tuple[str, ...]) -> tuple[Need, ...]:
    """The needs of a talk, the most important first, each with the words that led to it."""
    words = dict(c.needs)
    order = (*top, *(need for need, said in c.needs if need not in top and said))
    return tuple(
        Need(need, words.get(need, ""), top.index(need) + 1 if need in top else 0)
        for need in order
    )
