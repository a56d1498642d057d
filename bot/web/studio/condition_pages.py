"""Conditions beside those of questions: shared ones, which have a name, and those of answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.bench import Bench
from bot.web.studio.names import Told, shape_faults
from bot.web.studio.question_form import (
    Condition,
    at_fields,
    sent_condition,
    sent_source,
    shown_condition,
    unfinished,
)
from bot.web.studio.workshop import Change, Faulty, Part
from dialogs import drafting
from dialogs.condition_words import uses
from dialogs.conditions import RESERVED
from dialogs.drafting import Draft
from dialogs.loader import load_script
from dialogs.script import Derived
from dialogs.spots import expressions
from dialogs.yaml_edit import EditFault, value_at
from dialogs.yaml_text import At

if TYPE_CHECKING:
    from bot.web.studio.script_room import ScriptRoom
    from bot.web.studio.sitting import Sitting


class ConditionPages:
    """Their pages."""

    def __init__(self, room: ScriptRoom) -> None:
        self.room = room
        self.studio = room.studio

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [
            route("/studio/conditions", self.all),
            route("/studio/new-condition", self.new, "GET", "POST"),
            route("/studio/conditions/{condition}", self.shared, "GET", "POST"),
            route("/studio/conditions/{condition}/remove", self.remove, "POST"),
            route("/studio/q/{question}/answers/{answer}", self.answer, "GET", "POST"),
        ]

    # -- shared ones -------------------------------------------------------------------------------

    async def all(self, sit: Sitting) -> Response:
        """The shared conditions, each as a sentence, and where it is used."""
        bench = await self.room.bench(sit)
        rows = [(each.id, bench.names.condition(each.value), self._users(bench, each.id))
                for each in bench.script.derived]  # fmt: skip
        faults = [f for f in bench.faults if f.spot.field.startswith("derived")]
        return await self.room.page(sit, bench, "conditions.html", rows=rows, faults=faults)

    def _users(self, bench: Bench, name: str) -> list[str]:
        """What is asked, or worked out, because of a shared condition."""
        found = []
        for at, source in expressions(bench.script):
            if not uses(source, name):
                continue
            if at[0] == "derived":
                found.append(bench.script.derived[int(at[1])].id)
            else:
                section = bench.script.sections[int(at[1])]
                found.append(
                    bench.names.title(section.questions[int(at[3])].id) if len(at) > 4
                    else bench.names.said(f"section.{section.id}.title", section.title)
                )  # fmt: skip
        return list(dict.fromkeys(found))

    async def new(self, sit: Sitting) -> Response:
        """A shared condition more."""
        bench = await self.room.bench(sit)
        if sit.ask.request.method != "POST" or sit.redraws:
            return await self._shared_form(sit, bench, None)
        source, name = sent_source(sit.ask), sit.ask.field("name", 80).strip()
        taken = {*bench.names.questions, *RESERVED, *(d.id for d in bench.script.derived)}
        made = drafting.free_id(name, taken, "condition")
        if not source or not name or unfinished(sit.ask):
            return await self._shared_form(sit, bench, None, problem="condition_empty")
        return await self._keep(
            sit, bench, None, lambda draft: drafting.with_new_condition(draft, made, source),
            made, lambda draft: value_at(draft.source, ("derived",)),
        )  # fmt: skip

    async def shared(self, sit: Sitting) -> Response:
        """One shared condition."""
        bench = await self.room.bench(sit)
        found = next(
            (d for d in bench.script.derived if d.id == sit.ask.part("condition")), None
        )
        if found is None:
            return await self.studio.nowhere(sit)
        if sit.ask.request.method != "POST" or sit.redraws:
            return await self._shared_form(sit, bench, found)
        source = sent_source(sit.ask)
        if not source or unfinished(sit.ask):
            return await self._shared_form(sit, bench, found, problem="condition_empty")
        name = found.id
        return await self._keep(
            sit, bench, found, lambda draft: drafting.with_condition(draft, name, source),
            name, lambda draft: value_at(draft.source, drafting.derived_at(draft, name)),
        )  # fmt: skip

    async def _keep(
        self, sit: Sitting, bench: Bench, condition: Derived | None, change: Change, name: str,
        part: Part,
    ) -> Response:  # fmt: skip
        try:
            kept = await self.studio.keep(sit, change, ("condition", name), part)
        except Faulty as faulty:
            faults = shape_faults(faulty.draft, self.studio.texts, sit.language)
            return await self._shared_form(sit, bench, condition, faults)
        if kept is None:
            bench = await self.room.bench(sit)
            return await self._shared_form(sit, bench, condition, status=409)
        return self.studio.pages.go(f"/studio/conditions/{name}")

    async def _shared_form(
        self, sit: Sitting, bench: Bench, condition: Derived | None,
        faults: list[Told] | None = None, problem: str = "", status: int = 200,
    ) -> Response:  # fmt: skip
        own = condition.id if condition is not None else ""
        before = {d.id for d in bench.script.derived}
        for each in bench.script.derived:  # each may use those before it
            before.discard(each.id)
            if each.id == own:
                break
        else:
            before = set()
        picks = tuple(p for p in bench.names.picks() if p.name not in {*before, own})
        shown = self._shown(sit, bench, condition.value if condition else None, picks)
        if faults is None and condition is not None:
            at = f"derived.{list(bench.script.derived).index(condition)}."
            faults = [f for f in bench.faults if f.spot.field.startswith(at)]
        found = faults or []
        return await self.room.page(
            sit, bench, "condition.html", 422 if problem else status, condition=shown, name=own,
            users=self._users(bench, own) if own else [], faults=found,
            problem=self.studio.say(sit.language, problem) if problem else "",
            called=sit.ask.field("name", 80), new=condition is None,
        )  # fmt: skip

    @staticmethod
    def _shown(
        sit: Sitting, bench: Bench, source: str | None, picks: tuple[Any, ...]
    ) -> Condition:
        if sit.ask.request.method == "POST":
            return sent_condition(sit.ask, bench.names, picks)
        return shown_condition(source, bench.names, picks)

    async def remove(self, sit: Sitting) -> Response:
        """A shared condition that nothing uses goes."""
        bench = await self.room.bench(sit)
        name = sit.ask.part("condition")
        if name not in {each.id for each in bench.script.derived}:
            return await self.studio.nowhere(sit)
        here = f"/studio/conditions/{name}"
        if self._users(bench, name):
            self.studio.tell(sit, self.studio.say(sit.language, "condition_used"))
            return self.studio.pages.go(here)
        return await self.room.edit(
            sit, lambda draft: drafting.without_condition(draft, name), "removed", name,
            "/studio/conditions", here,
            lambda draft: value_at(draft.source, ("derived",)),
        )  # fmt: skip

    # -- answers -----------------------------------------------------------------------------------

    async def answer(self, sit: Sitting) -> Response:
        """When an answer of a question is offered."""
        bench = await self.room.bench(sit)
        found = bench.find(sit.ask.part("question"))
        number = next(
            (n for n, each in enumerate(found[1].choices) if each.id == sit.ask.part("answer")),
            -1,
        ) if found is not None else -1  # fmt: skip
        if found is None or number < 0:
            return await self.studio.nowhere(sit)
        section, question, _ = found
        choice = question.choices[number]
        back = f"/studio/q/{question.id}"
        at = (question.id, f"choices-{number}")
        faults = [f for f in bench.faults if (f.spot.question, f.anchor) == at]
        status = 200
        if sit.ask.request.method == "POST" and not sit.redraws and unfinished(sit.ask):
            status, faults = 422, [self.room.unfinished(sit, question.id)]
        elif sit.ask.request.method == "POST" and not sit.redraws:
            source = sent_source(sit.ask)
            try:
                if await self.studio.keep(
                    sit, lambda draft: _offered(draft, question.id, choice.id, source),
                    ("question", bench.names.title(question.id)),
                    lambda draft: drafting.part_of(draft.source, draft, question.id),
                ):  # fmt: skip
                    return self.studio.pages.go(f"{back}#f-choices-{number}")
                status = 409
            except Faulty as faulty:
                faults = shape_faults(faulty.draft, self.studio.texts, sit.language)
        picks = tuple(bench.names.picks(section.group or "", question.id))
        return await self.room.page(
            sit, bench, "answer.html", status, (section.id, question.id), back=back,
            title=bench.names.title(question.id),
            label=bench.names.label(question.id, choice.id), faults=faults, at=at_fields(faults),
            condition=self._shown(sit, bench, choice.when, picks),
        )  # fmt: skip


def _offered(draft: Draft, question: str, choice: str, source: str) -> Draft:
    """The draft in which an answer is offered under a condition; "": always."""
    script = load_script(draft.source).script
    at: At | None = drafting.question_at(script, question) if script is not None else None
    rows = value_at(draft.source, (*at, "choices")) if at is not None else None
    if at is None or not rows:
        raise EditFault(f"no answer {choice} of {question}")
    wanted = []
    for row in rows:
        if row["id"] == choice:
            row = {key: value for key, value in row.items() if key != "when"}
            row |= {"when": source} if source else {}
        wanted.append(row)
    return drafting.with_question(draft, at, {"choices": wanted}, {})
