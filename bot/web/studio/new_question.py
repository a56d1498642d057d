"""The page of a new question: five fields, the rest is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.bench import Bench
from bot.web.studio.names import Told, shape_faults, tongue
from bot.web.studio.question_form import (
    KINDS,
    WITH_CHOICES,
    at_fields,
    free_choice,
    sent_condition,
    sent_source,
    shown_condition,
    stand_in,
    tidy,
    unfinished,
)
from bot.web.studio.workshop import Clash, Faulty
from dialogs import drafting
from dialogs.conditions import RESERVED
from dialogs.drafting import Draft
from dialogs.limits import CHOICES, QUESTION, TITLE
from dialogs.loader import load_script
from dialogs.script import Section
from dialogs.texts import SOURCE
from dialogs.yaml_edit import EditFault

if TYPE_CHECKING:
    from bot.web.studio.script_room import ScriptRoom
    from bot.web.studio.sitting import Sitting


class NewQuestion:
    """Its page."""

    def __init__(self, room: ScriptRoom) -> None:
        self.room = room
        self.studio = room.studio
        self.workshop = room.workshop

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [route("/studio/new", self.new, "GET", "POST")]

    async def new(self, sit: Sitting) -> Response:
        """Five fields: question, kind, answers, whom to ask, why."""
        bench = await self.room.bench(sit)
        name = sit.ask.field("section", 60) or sit.ask.query("section")
        sections = {section.id: section for section in bench.script.sections}
        section = sections.get(name, bench.script.sections[0])
        if sit.ask.request.method == "POST" and not sit.redraws:
            return await self._add(sit, bench, section)
        return await self._new_form(sit, bench, section)

    async def _new_form(
        self, sit: Sitting, bench: Bench, section: Section, faults: list[Told] | None = None,
        status: int = 200,
    ) -> Response:  # fmt: skip
        sent = sit.ask.request.method == "POST"
        picks = tuple(bench.names.picks(section.group or ""))
        condition = (
            sent_condition(sit.ask, bench.names, picks) if sent
            else shown_condition(None, bench.names, picks)
        )  # fmt: skip
        kinds = [(k, bench.names.kind(k)) for k in KINDS if k not in ("story", "needs", "group")]
        purpose = bench.names.said(f"section.{section.id}.purpose", section.purpose)
        return await self.room.page(
            sit, bench, "new.html", status, (section.id, ""), section=section,
            sections=[(s.id, bench.names.said(f"section.{s.id}.title", s.title))
                      for s in bench.script.sections],
            tongues_in=[(code, tongue(code, sit.language)) for code in bench.languages],
            kinds=kinds, kind=sit.ask.field("kind", 20) or "choice", condition=condition,
            field=sit.ask.field, at=at_fields(faults or []), faults=faults or [],
            purpose=purpose, after=sit.ask.field("after", 60) or sit.ask.query("after"),
            title_limit=TITLE, limit=QUESTION,
        )  # fmt: skip

    async def _add(self, sit: Sitting, bench: Bench, section: Section) -> Response:
        ask, names = sit.ask, bench.names
        if unfinished(ask):
            return await self._new_form(sit, bench, section, [self.room.unfinished(sit)], 422)

        def in_all(key: str) -> dict[str, str]:
            return {code: tidy(ask.field(f"{key}.{code}", 2000)) for code in bench.languages}

        text, why, kind = in_all("text"), in_all("why"), ask.field("kind", 20)
        english = stand_in(text, sit.language)
        taken = {*names.questions, *RESERVED, *(d.id for d in bench.script.derived)}
        name = drafting.free_id(text.get(SOURCE) or english, taken)
        titles = {
            code: drafting.short_title(each, TITLE) if each else "" for code, each in text.items()
        }
        question: dict[str, Any] = {"id": name, "kind": kind, "text": english,
                                    "title": stand_in(titles, sit.language)}  # fmt: skip
        said: dict[str, dict[str, str]] = {"text": text, "title": titles}
        if any(why.values()):
            question["why"], said["why"] = stand_in(why, sit.language), why
        if kind in WITH_CHOICES:
            lines = {code: [tidy(each) for each in text.split("\n") if each.strip()]
                     for code, text in in_all("answers").items()}  # fmt: skip
            choices: list[dict[str, str]] = []
            for n in range(min(max(map(len, lines.values()), default=0), CHOICES + 8)):
                words = {code: each[n] if n < len(each) else "" for code, each in lines.items()}
                shown = stand_in(words, sit.language)
                choice = free_choice(words.get(SOURCE) or shown, [c["id"] for c in choices])
                choices.append({"id": choice, "text": shown})
                said[f"{choice}.text"] = words
            question["choices"] = choices or None
        question["when"] = sent_source(ask) or None
        after = ask.field("after", 60)
        seen = load_script((await self.workshop.at(sit.version)).source).script
        known = {q.id for s in seen.sections for q in s.questions} if seen is not None else set()

        def change(draft: Draft) -> Draft:
            nonlocal name
            script = load_script(draft.source).script
            assert script is not None
            for each in (q for s in script.sections for q in s.questions):
                if each.id not in known and (each.text, each.kind) == (english, kind):
                    name = each.id  # pressed twice: it is there already
                    return draft
            here = drafting.section_at(script, section.id)
            if here is None:
                raise EditFault("the section is gone")
            asked = [each.id for each in script.sections[int(here[1])].questions]
            index = asked.index(after) + 1 if after in asked else len(asked)
            return drafting.with_new_question(draft, here, index, question, said)

        try:
            head = await self.workshop.save(
                sit.who, sit.version, change,
                ("added", titles.get(sit.language) or question["title"] or name),
                lambda draft: None,
            )  # fmt: skip
        except Faulty as faulty:
            faults = shape_faults(faulty.draft, self.studio.texts, sit.language)
            return await self._new_form(sit, bench, section, faults, 422)
        except (Clash, EditFault):
            self.studio.tell(sit, self.studio.say(sit.language, "cannot_edit"))
            return await self._new_form(sit, bench, section, [], 409)
        await self.room.saved(sit, head, name)
        return self.studio.pages.go(f"/studio/q/{name}")
