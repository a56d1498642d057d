"""Sections of a script, and what comes before them: title, first screen, notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.bench import Bench
from bot.web.studio.names import Told, shape_faults, tongue
from bot.web.studio.question_form import (
    Form,
    at_fields,
    sent_condition,
    sent_source,
    shown_condition,
    stand_in,
    tidy,
    unfinished,
)
from bot.web.studio.workshop import Change, Faulty, Part
from dialogs import drafting
from dialogs.drafting import SECTION_ORDER, Draft
from dialogs.limits import TITLE
from dialogs.loader import load_script
from dialogs.script import Section
from dialogs.texts import SOURCE
from dialogs.yaml_edit import EditFault, insert_item, set_fields
from dialogs.yaml_text import At

if TYPE_CHECKING:
    from bot.web.studio.script_room import ScriptRoom
    from bot.web.studio.sitting import Sitting

BEGINNING = (("title", 1), ("welcome", 6), ("notice.text", 10), ("notice.full", 16))
"""Texts before the first section, and how many lines each has to write in."""
LONGEST = 6000


class SectionPages:
    """Their pages."""

    def __init__(self, room: ScriptRoom) -> None:
        self.room = room
        self.studio = room.studio
        self.workshop = room.workshop

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [
            route("/studio/beginning", self.beginning, "GET", "POST"),
            route("/studio/new-section", self.new, "GET", "POST"),
            route("/studio/s/{section}", self.section, "GET", "POST"),
            route("/studio/s/{section}/move", self.move, "POST"),
            route("/studio/s/{section}/remove", self.remove, "GET", "POST"),
        ]

    # -- title, first screen, notice ---------------------------------------------------------------

    async def beginning(self, sit: Sitting) -> Response:
        """What a family reads before the first question."""
        bench = await self.room.bench(sit)
        sent = sit.ask.request.method == "POST"
        saves = sent and not sit.redraws
        script = bench.script
        english = {
            "title": script.title, "welcome": script.welcome,
            "notice.text": script.notice.text, "notice.full": script.notice.full,
        }  # fmt: skip
        faults = [f for f in bench.faults if not f.spot.section]
        if saves:
            said = {name: _in_all(sit, name, bench.languages) for name in english}

            def change(draft: Draft) -> Draft:
                source = draft.source
                made = {name: stand_in(each, sit.language) for name, each in said.items()}
                source = set_fields(
                    source, (), {"title": made["title"], "welcome": made["welcome"]}
                )
                notice: dict[str, Any] = {
                    "text": made["notice.text"], "full": made["notice.full"]
                }
                if made["notice.text"] != tidy(script.notice.text):
                    notice["version"] = script.notice.version + 1
                source = set_fields(source, ("notice",), notice)
                return drafting.with_texts(msgspec.structs.replace(draft, source=source), (), said)

            kept, faults = await self._keep(sit, change, ("beginning",), _beginning_of)
            if kept:
                return self.studio.pages.go("/studio/beginning")
            bench = await self.room.bench(sit)
        form = Form(bench.names, bench.head.draft, bench.texts, bench.languages, None, "",
                    sit.ask if sent else None)  # fmt: skip
        form.prefix = f"{script.script}:"
        words = [(name, rows, form.words(name, name, english[name])) for name, rows in BEGINNING]
        return await self.room.page(
            sit, bench, "beginning.html", _status(faults) if saves else 200, words=words,
            at=at_fields(faults), faults=faults, notice=script.notice.version,
        )  # fmt: skip

    async def _keep(
        self, sit: Sitting, change: Change, what: tuple[str, ...], part: Part
    ) -> tuple[bool, list[Told]]:
        """Make a change; gives whether it is kept, and the faults for which it is not."""
        try:
            return await self.studio.keep(sit, change, what, part) is not None, []
        except Faulty as faulty:
            return False, shape_faults(faulty.draft, self.studio.texts, sit.language)

    # -- a section ---------------------------------------------------------------------------------

    async def section(self, sit: Sitting) -> Response:
        """The form of a section: what its questions have in common."""
        bench = await self.room.bench(sit)
        at = drafting.section_at(bench.script, sit.ask.part("section"))
        if at is None:
            return await self.studio.nowhere(sit)
        section = bench.script.sections[int(at[1])]
        post = sit.ask.request.method == "POST"
        if post and not sit.redraws:
            return await self._save(sit, bench, section)
        return await self._form(sit, bench, section, sent=post)

    async def _form(
        self, sit: Sitting, bench: Bench, section: Section | None, *, sent: bool,
        faults: Any = None, status: int = 200,
    ) -> Response:  # fmt: skip
        picks = tuple(bench.names.picks())
        if sent:
            condition = sent_condition(sit.ask, bench.names, picks)
        else:
            when = section.when if section is not None else None
            condition = shown_condition(when, bench.names, picks)
        form = Form(bench.names, bench.head.draft, bench.texts, bench.languages, None, "",
                    sit.ask if sent else None)  # fmt: skip
        name = section.id if section is not None else ""
        form.prefix = f"{bench.script.script}:section.{name}."
        title = section.title if section is not None else ""
        purpose = section.purpose if section is not None else ""
        groups = [q.id for s in bench.script.sections for q in s.questions if q.kind == "group"]
        if faults is None:
            faults = [f for f in bench.faults if f.spot.section == name and not f.spot.question]
        names = bench.names
        return await self.room.page(
            sit, bench, "section.html", status, (name, ""), section=section,
            heading=names.said(f"section.{name}.title", title) if section is not None else "",
            title_words=form.words("title", "title", title),
            purpose_words=form.words("purpose", "purpose", purpose), condition=condition,
            groups=[(g, names.title(g)) for g in groups], at=at_fields(faults), faults=faults,
            value=_values(sit, section, sent=sent), title_limit=TITLE,
            others=[(n, names.said(f"section.{s.id}.title", s.title))
                    for n, s in enumerate(bench.script.sections) if s.id != name],
            tongues_in=[(c, tongue(c, sit.language)) for c in bench.languages],
            field=sit.ask.field,
        )  # fmt: skip

    def _entered(self, sit: Sitting, bench: Bench) -> tuple[dict[str, Any], dict[str, Any]]:
        ask = sit.ask
        said = {name: _in_all(sit, name, bench.languages) for name in ("title", "purpose")}
        fields: dict[str, Any] = {
            "title": stand_in(said["title"], sit.language),
            "purpose": stand_in(said["purpose"], sit.language),
            "basis": ask.field("basis", 1200).strip(),
            "retention": ask.field("retention", 10),
            "seen_by": list(ask.fields("seen_by")) or ["coordinator"],
            "later": True if ask.field("later") == "later" else None,
            "group": ask.field("group", 60) or None,
        }
        if "asked" in ask.form:
            fields["when"] = sent_source(ask) or None
        if fields["seen_by"] == ["coordinator"]:
            fields["seen_by"] = None
        return fields, said

    async def _save(self, sit: Sitting, bench: Bench, section: Section) -> Response:
        if unfinished(sit.ask):
            faults = [self.room.unfinished(sit, section=section.id)]
            return await self._form(sit, bench, section, sent=True, faults=faults, status=422)
        fields, said = self._entered(sit, bench)

        def change(draft: Draft) -> Draft:
            at = _at(draft, section.id)
            source = set_fields(draft.source, at, fields, SECTION_ORDER)
            return drafting.with_texts(msgspec.structs.replace(draft, source=source), at, said)

        title = bench.names.said(f"section.{section.id}.title", section.title)
        kept, faults = await self._keep(
            sit, change, ("section", title), lambda draft: _head_of(draft, section.id)
        )
        if kept:
            return self.studio.pages.go(f"/studio/s/{section.id}")
        bench = await self.room.bench(sit)
        return await self._form(sit, bench, section, sent=True, faults=faults,
                                status=_status(faults))  # fmt: skip

    async def new(self, sit: Sitting) -> Response:
        """A new section with its first question."""
        bench = await self.room.bench(sit)
        post = sit.ask.request.method == "POST"
        if not post or sit.redraws:
            return await self._form(sit, bench, None, sent=post)
        if unfinished(sit.ask):
            faults = [self.room.unfinished(sit)]
            return await self._form(sit, bench, None, sent=True, faults=faults, status=422)
        fields, said = self._entered(sit, bench)
        taken = {s.id for s in bench.script.sections}
        name = drafting.free_id(said["title"].get(SOURCE) or fields["title"], taken, "section")
        first = _in_all(sit, "first", bench.languages)
        question = drafting.free_id(
            first.get(SOURCE) or stand_in(first, sit.language), bench.names.questions
        )
        titles = {c: drafting.short_title(t, TITLE) if t else "" for c, t in first.items()}
        headed = fields["title"], fields["purpose"]
        asked = {"id": question, "kind": "text", "title": stand_in(titles, sit.language),
                 "text": stand_in(first, sit.language)}  # fmt: skip

        seen = load_script((await self.workshop.at(sit.version)).source).script
        known = {section.id for section in seen.sections} if seen is not None else set()

        def change(draft: Draft) -> Draft:
            nonlocal question
            script = load_script(draft.source).script
            assert script is not None
            for each in script.sections:  # pressed twice: it is there already
                if each.id not in known and (each.title, each.purpose) == headed:
                    question = each.questions[0].id
                    return draft
            index = len(script.sections)
            value = {"id": name, **fields, "questions": [asked]}
            ordered = {k: value[k] for k in SECTION_ORDER if value.get(k) is not None}
            source = insert_item(draft.source, ("sections",), index, ordered)
            made = drafting.with_texts(
                msgspec.structs.replace(draft, source=source), ("sections", index), said
            )
            return drafting.with_texts(
                made, ("sections", index, "questions", 0), {"text": first, "title": titles}
            )

        kept, faults = await self._keep(
            sit, change, ("section_added", fields["title"]), lambda _: None
        )
        if kept:
            return self.studio.pages.go(f"/studio/q/{question}")
        return await self._form(sit, bench, None, sent=True, faults=faults, status=_status(faults))

    async def move(self, sit: Sitting) -> Response:
        """A section goes before another."""
        name, to = sit.ask.part("section"), sit.ask.field("to", 10)

        def change(draft: Draft) -> Draft:
            at = _at(draft, name)
            if not to.isdecimal():
                raise EditFault("nowhere")
            script = load_script(draft.source).script
            assert script is not None
            index = min(int(to), len(script.sections))
            return drafting.moved(draft, at, ("sections",), index)

        return await self.room.edit(sit, change, "moved", name, f"/studio/s/{name}")

    async def remove(self, sit: Sitting) -> Response:
        """What would go with a section, and then the removal."""
        bench = await self.room.bench(sit)
        at = drafting.section_at(bench.script, sit.ask.part("section"))
        if at is None:
            return await self.studio.nowhere(sit)
        section = bench.script.sections[int(at[1])]
        title = bench.names.said(f"section.{section.id}.title", section.title)
        if sit.ask.request.method == "POST":
            return await self.room.edit(
                sit, lambda draft: drafting.without(draft, _at(draft, section.id)), "removed",
                title, "/studio", f"/studio/s/{section.id}",
                part=lambda draft: _whole_of(draft, section.id),
            )  # fmt: skip
        return await self.room.page(
            sit, bench, "remove_section.html", 200, (section.id, ""), section=section, title=title,
            gone=[(q.id, bench.names.title(q.id)) for q in section.questions],
        )  # fmt: skip


def _status(faults: list[Told]) -> int:
    """Of a form that was not kept: its faults, or somebody else was faster."""
    return 422 if faults else 409


def _in_all(sit: Sitting, key: str, languages: tuple[str, ...]) -> dict[str, str]:
    """A text in the languages that were on the page; in others it stays as it is."""
    return {
        code: tidy(sit.ask.field(f"{key}.{code}", LONGEST))
        for code in languages if f"{key}.{code}" in sit.ask.form
    }  # fmt: skip


def _values(sit: Sitting, section: Section | None, *, sent: bool) -> dict[str, Any]:
    """What the plain fields of a section's form show."""
    if sent:
        return {
            "basis": sit.ask.field("basis", 1200), "retention": sit.ask.field("retention", 10),
            "seen_by": sit.ask.fields("seen_by"), "later": sit.ask.field("later") == "later",
            "group": sit.ask.field("group", 60),
        }  # fmt: skip
    if section is None:
        return {"basis": "GDPR Art. 6(1)(e)", "retention": "case", "seen_by": ("coordinator",),
                "later": True, "group": ""}  # fmt: skip
    return {
        "basis": section.basis, "retention": section.retention, "seen_by": section.seen_by,
        "later": section.later, "group": section.group or "",
    }  # fmt: skip


def _at(draft: Draft, section: str) -> At:
    """Where a section stands in a draft. Raises EditFault."""
    script = load_script(draft.source).script
    at = drafting.section_at(script, section) if script is not None else None
    if at is None:
        raise EditFault(f"no section {section}")
    return at


def _whole_of(draft: Draft, section: str) -> object:
    script = load_script(draft.source).script
    return next((s for s in script.sections if s.id == section), None) if script else None


def _head_of(draft: Draft, section: str) -> object:
    """What a section's own form changes, its questions left out."""
    found = _whole_of(draft, section)
    if not isinstance(found, Section):
        return None
    prefix = f":section.{section}."
    texts = {(lang, name): said for lang, own in draft.texts.items()
             for name, said in own.items() if prefix in name}  # fmt: skip
    return found.model_dump(exclude={"questions"}), texts


def _beginning_of(draft: Draft) -> object:
    script = load_script(draft.source).script
    if script is None:
        return None
    names = {f"{script.script}:{name}" for name, _ in BEGINNING}
    texts = {(lang, name): said for lang, own in draft.texts.items()
             for name, said in own.items() if name in names}  # fmt: skip
    return script.title, script.welcome, script.notice, texts
