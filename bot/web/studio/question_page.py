"""The page of one question: its form, and moving, renaming and removing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.bench import Bench
from bot.web.studio.names import Told, shape_faults
from bot.web.studio.question_form import (
    KINDS,
    WITH_CHOICES,
    Form,
    at_fields,
    tidy,
    unfinished,
)
from bot.web.studio.workshop import Clash, Faulty
from dialogs import drafting
from dialogs.condition_words import uses
from dialogs.conditions import RESERVED
from dialogs.drafting import Draft
from dialogs.limits import QUESTION
from dialogs.loader import load_script
from dialogs.script import Question, Section
from dialogs.spots import expressions
from dialogs.yaml_edit import EditFault
from dialogs.yaml_text import At

if TYPE_CHECKING:
    from bot.web.studio.script_room import ScriptRoom
    from bot.web.studio.sitting import Sitting

PLAIN = ("most", "minimum", "maximum", "urgent", "purpose", "basis", "retention")
"""Fields of the form that have one value, shown as it is."""


class QuestionPages:
    """Its pages."""

    def __init__(self, room: ScriptRoom) -> None:
        self.room = room
        self.studio = room.studio
        self.workshop = room.workshop

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [
            route("/studio/q/{question}", self.question, "GET", "POST"),
            route("/studio/q/{question}/move", self.move, "POST"),
            route("/studio/q/{question}/call", self.call, "POST"),
            route("/studio/q/{question}/remove", self.remove, "GET", "POST"),
        ]

    async def question(self, sit: Sitting) -> Response:
        """The form of one question, and what it sends."""
        bench = await self.room.bench(sit)
        found = bench.find(sit.ask.part("question"))
        if found is None:
            return await self._gone(sit, bench)
        if sit.ask.request.method == "POST":
            if sit.redraws:
                return await self._form(sit, bench, *found, sent=True)
            return await self._save(sit, bench, *found)
        return await self._form(sit, bench, *found)

    async def _form(
        self, sit: Sitting, bench: Bench, section: Section, question: Question, at: At,
        *, sent: bool = False, faults: list[Told] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        form = Form(
            bench.names, bench.head.draft, bench.texts, bench.languages, question,
            section.group or "", sit.ask if sent else None,
        )  # fmt: skip
        here = faults
        if here is None:
            here = [f for f in bench.faults if f.spot.question == question.id]
        kind = sit.ask.field("kind", 20) if sent else question.kind
        seen = section.seen_by if question.seen_by is None else question.seen_by
        return await self.room.page(
            sit, bench, "question.html", status, (section.id, question.id),
            form=form, words=form.text_fields(), choices=form.choices(), rules=form.rules(),
            condition=form.condition(), q=question, section=section,
            section_title=bench.names.said(f"section.{section.id}.title", section.title),
            section_purpose=bench.names.said(f"section.{section.id}.purpose", section.purpose),
            at=at_fields(here), faults=here, kinds=[(k, bench.names.kind(k)) for k in KINDS],
            kind=kind, with_choices=kind in WITH_CHOICES, seen=seen, limit=QUESTION,
            places=self._places(bench, question.id), field=sit.ask.field, sent=sent,
        )  # fmt: skip

    def _places(self, bench: Bench, question: str) -> list[tuple[str, str]]:
        """Where a question can be moved: "section:index" and what it is called."""
        found = []
        for section in bench.script.sections:
            title = bench.names.said(f"section.{section.id}.title", section.title)
            for n, each in enumerate(section.questions):
                if each.id != question:
                    label = self.studio.say(bench.names.language, "before",
                                            title=bench.names.title(each.id))  # fmt: skip
                    found.append((f"{section.id}:{n}", f"{title}: {label}"))
            last = self.studio.say(bench.names.language, "at_end")
            found.append((f"{section.id}:{len(section.questions)}", f"{title}: {last}"))
        return found

    async def _save(
        self, sit: Sitting, bench: Bench, section: Section, question: Question, at: At
    ) -> Response:
        if unfinished(sit.ask):
            faults = [self.room.unfinished(sit, question.id)]
            return await self._form(sit, bench, section, question, at, sent=True, faults=faults,
                                    status=422)  # fmt: skip
        form = Form(
            bench.names, bench.head.draft, bench.texts, bench.languages, question,
            section.group or "", sit.ask,
        )  # fmt: skip
        entered = form.entered()
        name = question.id

        def change(draft: Draft) -> Draft:
            here = _path(draft, name)
            return drafting.with_question(
                draft, here, entered.fields, entered.said, entered.sure
            )

        try:
            head = await self.workshop.save(
                sit.who, sit.version, change, ("question", bench.names.title(name)),
                lambda draft: drafting.part_of(draft.source, draft, name),
            )  # fmt: skip
        except Clash:
            return await self._both(sit, await self.room.bench(sit), section, question)
        except Faulty as faulty:
            faults = shape_faults(faulty.draft, self.studio.texts, sit.language)
            return await self._form(sit, bench, section, question, at, sent=True, faults=faults,
                                    status=422)  # fmt: skip
        except EditFault:
            self.studio.tell(sit, self.studio.say(sit.language, "cannot_edit"))
            return self.studio.pages.go(f"/studio/q/{name}")
        await self.room.saved(sit, head, name)
        return self.studio.pages.go(f"/studio/q/{name}")

    async def _gone(self, sit: Sitting, bench: Bench) -> Response:
        """What was written of a question that somebody removed meanwhile."""
        seen = load_script((await self.workshop.at(sit.version)).source).script
        at = drafting.question_at(seen, sit.ask.part("question")) if seen is not None else None
        if sit.ask.request.method != "POST" or seen is None or at is None:
            return await self.studio.nowhere(sit)
        section = seen.sections[int(at[1])]
        question = section.questions[int(at[3])]
        return await self._both(sit, bench, section, question)

    async def _both(
        self, sit: Sitting, bench: Bench, section: Section, question: Question
    ) -> Response:
        """What is saved and what was written side by side, so that neither is lost."""
        found = bench.find(question.id)
        here = found[:2] if found is not None else (section, question)
        version = bench.head.version
        by = await self.studio.by(sit, version.who) if version is not None else ""
        kept = [(k, v) for k, v in sit.ask.pairs if k not in ("version", "token", "do", "also")]
        return await self.room.page(
            sit, bench, "clash.html", 409, (section.id, question.id),
            rows=self._differences(sit, bench, *here), kept=kept, gone=found is None, by=by,
            question=question, title=bench.names.title(question.id),
        )  # fmt: skip

    def _differences(
        self, sit: Sitting, bench: Bench, section: Section, question: Question
    ) -> list[tuple[str, str, str]]:
        """Each field that was sent otherwise than it is stored: its name, stored, sent."""
        own, mine = (
            Form(bench.names, bench.head.draft, bench.texts, bench.languages, question,
                 section.group or "", sent)
            for sent in (None, sit.ask)
        )  # fmt: skip
        rows: list[tuple[str, str, str]] = []

        def row(name: str, one: str, other: str, of: str = "") -> None:
            if tidy(one) != tidy(other):
                label = self.studio.say(sit.language, f"field.{name}")
                rows.append((f"{label} · {of}" if of else label, one, other))

        written = mine.text_fields()
        for field, words in own.text_fields().items():
            for one, other in zip(words, written[field], strict=True):
                row(field, one.text, other.text, one.tongue)
        row("when", own.condition().sentence, mine.condition().sentence)
        row("choices", _answers(own), _answers(mine))
        fields = mine.entered().fields
        row("kind", bench.names.kind(question.kind), bench.names.kind(str(fields["kind"])))
        yes = self.studio.texts.say(sit.language, "product:yes")
        for flag in ("required", "sensitive"):
            row(flag, yes if getattr(question, flag) else "–", yes if fields[flag] else "–")
        for field in PLAIN:
            if field in fields:
                row(field, _plain(getattr(question, field)), _plain(fields[field]))
        row("check", _rules(own), _rules(mine))
        return rows

    async def move(self, sit: Sitting) -> Response:
        """A question goes elsewhere."""
        name = sit.ask.part("question")
        to, _, place = sit.ask.field("to", 80).partition(":")

        def change(draft: Draft) -> Draft:
            script = load_script(draft.source).script
            assert script is not None
            here, there = drafting.question_at(script, name), drafting.section_at(script, to)
            if here is None or there is None or not place.isdecimal():
                raise EditFault("gone")
            most = len(script.sections[int(there[1])].questions)
            return drafting.moved(draft, here, (*there, "questions"), min(int(place), most))

        return await self.room.edit(sit, change, "moved", name, f"/studio/q/{name}")

    async def call(self, sit: Sitting) -> Response:
        """A question gets another id; its answers and translations go along."""
        name, now = sit.ask.part("question"), sit.ask.field("id", 40).strip()
        bench = await self.room.bench(sit)
        found = bench.find(name)
        if found is None:
            return await self.studio.nowhere(sit)
        if now == name:
            return self.studio.pages.go(f"/studio/q/{name}")
        if now in bench.names.questions or now in RESERVED:
            self.studio.tell(sit, self.studio.say(sit.language, "id_taken", id=now))
            return self.studio.pages.go(f"/studio/q/{name}")
        return await self.room.edit(
            sit, lambda draft: drafting.called(draft, _path(draft, name), now), "called", name,
            f"/studio/q/{now}", f"/studio/q/{name}",
        )  # fmt: skip

    async def remove(self, sit: Sitting) -> Response:
        """What would become of the answers, and then the removal."""
        name = sit.ask.part("question")
        bench = await self.room.bench(sit)
        found = bench.find(name)
        if found is None:
            return await self.studio.nowhere(sit)
        section, question, _ = found
        if sit.ask.request.method == "POST":
            return await self.room.edit(
                sit, lambda draft: drafting.without(draft, _path(draft, name)), "removed",
                bench.names.title(name), "/studio", f"/studio/q/{name}",
                part=lambda draft: drafting.part_of(draft.source, draft, name),
            )  # fmt: skip
        users = self._users(bench, name)
        last = len(section.questions) == 1
        return await self.room.page(
            sit, bench, "remove.html", 200, (section.id, name), question=question,
            title=bench.names.title(name), users=users, last=last,
            section_title=bench.names.said(f"section.{section.id}.title", section.title),
        )  # fmt: skip

    @staticmethod
    def _users(bench: Bench, name: str) -> list[tuple[str, str]]:
        """The questions whose conditions read this one, whether the script compiles or not."""
        found = []
        for at, source in expressions(bench.script):
            if uses(source, name) and len(at) > 4:
                each = bench.script.sections[int(at[1])].questions[int(at[3])].id
                if each != name:
                    found.append((each, bench.names.title(each)))
        return list(dict.fromkeys(found))


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _answers(form: Form) -> str:
    return "\n".join(
        " / ".join(each.text for each in row.words)
        for row in form.choices() if any(each.text for each in row.words)
    )  # fmt: skip


def _rules(form: Form) -> str:
    return "\n".join(" / ".join((r.check, *(w.text for w in r.words)))
                     for r in form.rules() if r.check)  # fmt: skip


def _path(draft: Draft, question: str) -> At:
    """Where a question stands in a draft. Raises EditFault."""
    script = load_script(draft.source).script
    at = drafting.question_at(script, question) if script is not None else None
    if at is None:
        raise EditFault(f"no question {question}")
    return at
