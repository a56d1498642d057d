"""Drawing a question: its paragraphs and its buttons, by kind."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct

from dialogs.answers import CONTACT_WAYS, shifted
from dialogs.conversation import Answer, Button, Part, Ref
from dialogs.engine.agenda import choices_of, earlier_value, items, join, split
from dialogs.engine.counting import questions_left
from dialogs.engine.work import Work
from dialogs.script import Question

COMMON_COUNTRIES = ("GB", "IE", "DE", "NO", "SE", "NL")
"""Offered first: where most registered citizens abroad live (programme.md 4, 1 July 2025)."""

YEARS_SHOWN = 6
OLDEST_CHILD = 18
"""Years of birth are offered six at a time, back to this age."""

BACK = Button("/back", "product:back")
SKIP = Button("/skip", "product:skip")
CALL = Button("/human", "product:call_me")
DONE = Button("done", "product:done")


class Drawn(Struct, frozen=True):
    """A question ready to be said. ``ticking``: its buttons tick ("+id") or untick ("-id")."""

    parts: tuple[Part, ...]
    buttons: tuple[Button, ...]
    last: tuple[Button, ...] = ()
    ticking: bool = False

    @property
    def options(self) -> tuple[str, ...]:
        """Ids that a typed number or label may pick, in the order shown."""
        return tuple(self._option(b) for b in self.buttons if not is_act(b.value))

    def button(self, option: str) -> Button | None:
        """The button of an option."""
        return next((b for b in self.buttons if self._option(b) == option), None)

    def _option(self, button: Button) -> str:
        return button.value[1:] if self.ticking and button.value[:1] in "+-" else button.value


def is_act(value: str) -> bool:
    """Whether a button acts on the question instead of answering it."""
    return value in ("keep", "suggested", "earlier_years", "add") or value.partition(":")[0] in (
        "all",
        "as",
        "out",
        "in",
    )


def item_ref(path: str) -> Ref:
    """The item a path is about, for the texts' {item}."""
    question_id, item = split(path)
    return Ref("item", (question_id, item))


def text_part(work: Work, path: str, field: str) -> Part:
    """One of the question's texts as a paragraph."""
    return work.edition.name(split(path)[0], field), {"item": item_ref(path)}


def question_part(work: Work, path: str) -> Part:
    """The question's own paragraph."""
    return text_part(work, path, "text")


def draw(work: Work, path: str) -> Drawn:
    """The question of this path as it is put now."""
    question = work.edition.spec(split(path)[0])
    answer = work.c.answers.get(path)
    unclear = _which_place(answer.value) if answer is not None and not answer.sure else None
    if question.kind == "place" and unclear is not None:
        city = work.edition.programme.geography.municipalities[unclear["iso"][0]].kind == "city"
        which = "product:which_place" if city else "product:which_unit"
        buttons = tuple(
            Button(code, "product:plain", {"text": Ref("municipality", code)}, alone=True)
            for code in unclear["iso"]
        )
        return Drawn(((which, {"name": Ref("place", unclear)}),), buttons, _last(work, question))
    if wants_address(work, path):
        assert answer is not None
        way = answer.value["way"]
        return Drawn(((f"product:write_{way}", {}),), (), (BACK,))
    parts = [question_part(work, path)]
    if question.why:
        parts.append(text_part(work, path, "why"))
    ticking = ticks(question)
    last = _last(work, question)
    if ticking and picked(work, path):
        last = (*(button for button in last if button is not SKIP), DONE)
    return Drawn(tuple(parts), buttons_of(work, path, question), last, ticking)


def picks_most(question: Question) -> int:
    """How many choices may be picked."""
    return question.most or len(question.choices)


def ticks(question: Question) -> bool:
    """Whether several choices are ticked one by one."""
    return question.kind == "choices" and picks_most(question) > 1


def picked(work: Work, path: str) -> tuple[str, ...]:
    """The choices ticked so far."""
    prompt = work.c.prompt
    return prompt.picked if prompt is not None and prompt.path == path else ()


def wants_address(work: Work, path: str) -> bool:
    """Whether the way to answer is chosen, and its number or address is still to be written."""
    question, answer = work.edition.spec(split(path)[0]), work.c.answers.get(path)
    return question.kind == "contact" and answer is not None and not answer.sure


def progress(work: Work) -> Part:
    """How far along one is."""
    left = questions_left(work)
    return ("product:last_question", {}) if left <= 1 else ("product:questions_left", {"n": left})


def can_go_back(work: Work) -> bool:
    """Whether there is a question, a note or a review to go back to."""
    if work.c.resume:
        return work.c.resume in ("story", "review")
    return any(split(path)[0] in work.edition.questions for path in work.c.trail)


def _last(work: Work, question: Question) -> tuple[Button, ...]:
    row = []
    if can_go_back(work):
        row.append(BACK)
    if not question.required:
        row.append(SKIP)
    return tuple(row)


def _which_place(value: Any) -> dict[str, Any] | None:
    """The first place of an answer that may still be several municipalities."""
    if isinstance(value, list):
        for place in value:
            if isinstance(place, dict) and isinstance(place["iso"], list):
                return place
    return None


MOST_BUTTONS = 8
"""Answers under one question (conversation-style 8), the last row apart."""


def kept_answer(work: Work, path: str) -> Answer | None:
    """The answer that can be left as it is: the one that counts, else the last set aside."""
    kept = work.c.answers.get(path)
    if kept is None or not kept.sure:
        kept = earlier_value(work.c, path)
    return None if kept is None or kept.value is None else kept


def keep_button(path: str, answer: Answer) -> Button:
    """The button that leaves an answer as it is."""
    said = Ref("value", (path, answer.value))
    return Button("keep", "product:keep", {"answer": said}, alone=True)


def buttons_of(work: Work, path: str, question: Question) -> tuple[Button, ...]:
    """The answers offered as buttons, at most eight."""
    kept = kept_answer(work, path)
    if kept is not None and question.kind == "group" and question.id in work.c.answers:
        return _edit_items(work, question)[:MOST_BUTTONS]
    first = _suggested(work, path, question) if kept is None else (keep_button(path, kept),)
    return (*first, *_own_buttons(work, path, question))[:MOST_BUTTONS]


def suggestion(work: Work, path: str, question: Question) -> tuple[str, Answer] | None:
    """The earlier answer that the script suggests here, with its path; None while there is none."""
    if question.suggest is None or question.suggest not in work.edition.questions:
        return None
    grouped = work.edition.questions[question.suggest].group
    source = join(question.suggest, split(path)[1] if grouped else "")
    answer = work.c.answers.get(source)
    usable = answer is not None and answer.sure and answer.value
    return (source, answer) if usable and answer is not None else None


def _suggested(work: Work, path: str, question: Question) -> tuple[Button, ...]:
    found = suggestion(work, path, question)
    if found is None:
        return ()
    said = {"text": Ref("value", (found[0], found[1].value))}
    return (Button("suggested", "product:plain", said, alone=True),)


def _own_buttons(work: Work, path: str, question: Question) -> tuple[Button, ...]:
    made = work.edition.fixed.get(question.id)
    if made is None:
        made = _made(work, path, question)
        choosing = question.kind in ("choice", "choices") and not ticks(question)
        steady = not question.same and all(each.when is None for each in question.choices)
        if question.kind in ("yes_no", "number", "contact") or (choosing and steady):
            work.edition.fixed[question.id] = made
    return made


def _made(work: Work, path: str, question: Question) -> tuple[Button, ...]:
    if ticks(question):
        ticked = picked(work, path)
        return tuple(
            Button(
                f"-{each}" if each in ticked else f"+{each}",
                work.edition.name(question.id, f"{each}.text"),
                tick=each in ticked,
            )
            for each in choices_of(work, path)
        )
    if question.kind in ("choice", "choices"):
        plain = tuple(
            Button(each, work.edition.name(question.id, f"{each}.text"))
            for each in choices_of(work, path)
        )
        return (*_same_for_all(work, path, question), *plain)
    if question.kind == "yes_no":
        return tuple(Button(v, f"product:{v}") for v in ("yes", "no", "unsure"))
    if question.kind == "group":
        low = question.minimum or 0
        return tuple(
            Button(str(n), "product:none_of_these" if n == 0 else "product:plain", {"text": n},
                   alone=n == 0)
            for n in range(low, low + (question.most or 4) + (low == 0))
        )  # fmt: skip
    if question.kind == "number":
        low, high = question.minimum or 1, question.maximum or 6
        return tuple(
            Button(str(n), "product:plain", {"text": n}) for n in range(low, min(high, low + 5) + 1)
        )
    if question.kind == "year":
        return _years(work, path, question)
    if question.kind == "country":
        codes = (
            work.c.prompt.candidates
            if work.c.prompt and work.c.prompt.path == path and work.c.prompt.candidates
            else COMMON_COUNTRIES
        )
        return tuple(Button(c, "product:plain", {"text": Ref("country", c)}) for c in codes)
    if question.kind == "place":
        return (Button("unsure", "product:place_unsure"),) if question.required else ()
    if question.id == "back_since":
        return _past_months(work.today)
    if question.kind == "time":
        return time_buttons(work.today)
    if question.kind == "contact":
        return ways_to_answer()
    return ()


def ways_to_answer() -> tuple[Button, ...]:
    """The ways in which a family can be answered: this chat, a call, e-mail."""
    return tuple(Button(way, f"product:contact_{way}") for way in CONTACT_WAYS)


def _same_for_all(work: Work, path: str, question: Question) -> tuple[Button, ...]:
    """One button that answers for every item, or, from the second on, as for the one before."""
    group_id = work.edition.questions[question.id].group
    if not question.same or not group_id or not choices_of(work, path):
        return ()
    own, item = split(path)
    group = items(work.c, group_id)
    if len(group) < 2:
        return ()
    if item == group[0]:
        first = _likeliest(work, path, question)
        name = work.edition.name(own, f"{first}.text")
        said = {"answer": Ref("message", name)}
        return (Button(f"all:{first}", work.edition.name(own, "same"), said, alone=True),)
    before = group[group.index(item) - 1]
    answer = work.c.answers.get(f"{own}@{before}")
    if answer is None or answer.value is None:
        return ()
    said = {"item": Ref("item_short", (own, before))}
    return (Button(f"as:{answer.value}", "product:same_as", said, alone=True),)


def _likeliest(work: Work, path: str, question: Question) -> str:
    """The choice that the button for all gives: where a child is follows from its age."""
    born = work.c.answers.get(join("child_year", split(path)[1]))
    ids = choices_of(work, path)
    if question.id == "child_stage" and born is not None and isinstance(born.value, int):
        age = work.today.year - born.value
        stage = "school" if age >= 7 else "kindergarten" if age >= 2 else "home"
        return stage if stage in ids else ids[0]
    return ids[0]


def _years(work: Work, path: str, question: Question) -> tuple[Button, ...]:
    answer = work.c.answers.get(path)
    if answer is not None and isinstance(answer.value, list):
        years = answer.value
        return tuple(Button(str(y), "product:plain", {"text": str(y)}) for y in years)
    page = work.c.prompt.page if work.c.prompt and work.c.prompt.path == path else ""
    stage = work.c.answers.get(join("child_stage", split(path)[1]))
    pages = int(page or 0) + (stage is not None and stage.value == "school")
    last = work.today.year if question.maximum is None else question.maximum
    first = last - OLDEST_CHILD if question.minimum is None else question.minimum
    newest = last - YEARS_SHOWN * pages
    years = [y for y in range(newest - YEARS_SHOWN + 1, newest + 1) if question.minimum is None
             or y >= first]  # fmt: skip
    older = newest > first if question.minimum is None else newest - YEARS_SHOWN >= first
    earlier = (Button("earlier_years", "product:earlier", alone=True),) if older else ()
    return (*(Button(str(y), "product:plain", {"text": str(y)}) for y in years), *earlier)


def time_buttons(today: date) -> tuple[Button, ...]:
    """Soon, the next two half years that begin a move, later, not sure."""
    this_month = f"{today.year}-{today.month:02}"
    starts = [f"{today.year + n}-{month:02}" for n in (0, 1) for month in (3, 6, 9)]
    seasons = [start for start in starts if start > shifted(this_month, 2)][:2]
    return (
        Button(f"soon:{this_month}", "product:within_3_months", alone=True),
        *(
            Button(f"season:{start}", "product:plain", alone=True,
                   args={"text": Ref("time_option", f"season:{start}")})
            for start in seasons
        ),
        Button(f"from:{shifted(seasons[-1], 3)}", "product:later"),
        Button("thinking", "product:not_sure_yet"),
    )  # fmt: skip


def _past_months(today: date) -> tuple[Button, ...]:
    this_month = f"{today.year}-{today.month:02}"
    values = (f"back:{shifted(this_month, -n)}" for n in range(4))
    return tuple(
        Button(
            value, "product:plain", {"text": Ref("month", value.removeprefix("back:"))}, alone=True
        )
        for value in values
    )


def _edit_items(work: Work, question: Question) -> tuple[Button, ...]:
    """Changing a group: keep, add one, take one out, put one back."""
    now = items(work.c, question.id)
    member = question.id
    gone = [
        item
        for item in dict.fromkeys(
            split(e.path)[1] for e in work.c.earlier if e.reason == "removed"
        )
        if item and item not in now and any(
            split(e.path)[0] in work.edition.members.get(question.id, ())
            for e in work.c.earlier if split(e.path)[1] == item
        )
    ]  # fmt: skip
    return (
        Button("keep", "product:keep", {"answer": Ref("count", (question.id, len(now)))},
               alone=True),
        Button("add", f"product:add_{member}" if member in ("children", "adults")
               else "product:add_item", alone=True),
        *(Button(f"out:{item}", "product:take_out", {"item": Ref("item_short", (member, item))},
                 alone=True) for item in now),
        *(Button(f"in:{item}", "product:put_back", {"item": Ref("item_short", (member, item))},
                 alone=True) for item in gone),
    )[:8]  # fmt: skip
