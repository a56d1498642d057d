"""The room Publish: what changes, whether it is sound, whom it concerns, and the press.

What the admin confirms is counted again at the press; if more happens to anybody than was shown,
it is shown and asked again. The history takes back in one step.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from starlette.responses import Response
from starlette.routing import Route

from bot import publishing
from bot.web.studio.names import Names, all_told, tongue
from bot.web.studio.proving import Proof, page_of, proved
from bot.web.studio.workshop import Head
from dialogs.difference import Told, difference
from dialogs.edition import Edition
from dialogs.kept import revive
from dialogs.rehearsal import Rehearsal
from storage import revisions
from storage.revisions import Overtaken, Published

if TYPE_CHECKING:
    from bot.web.studio.studio import Sitting, Studio

LINES = 200
HISTORY = 30
IDS = ("id", "was", "next", "group")
"""Arguments of a difference that name a question."""


class Shown(Struct):
    """What an admin was shown last: what would hold, and whom it would concern."""

    to: str
    counts: Rehearsal


class PublishRoom:
    """Its pages."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.workshop = studio.workshop
        self.store = studio.office.store
        self._shown: dict[str, Shown] = {}
        self._proofs: dict[str, asyncio.Task[Proof]] = {}

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [
            route("/studio/publish", self.first),
            route("/studio/publish/rehearse", self.rehearse, "POST"),
            route("/studio/publish/now", self.now, "POST"),
            route("/studio/publish/proof", self.proof, "GET", "POST"),
        ]

    # -- what changes ------------------------------------------------------------------------------

    async def first(self, sit: Sitting) -> Response:
        """What changes, the check, the proof, the history."""
        head = await self.workshop.head()
        compiled = await self.workshop.soon(head, 0.05)
        lines: list[str] = []
        same = True
        if compiled is not None and compiled.edition is not None:
            current = self.studio.office.turns.editions.current
            same = compiled.edition.id == current.id
            lines = [] if same else self.difference(sit, current, compiled.edition)
        faults = all_told(compiled, self.studio.texts, sit.language) if compiled else []
        held = await revisions.history(self.store, head.script, HISTORY)
        task = self._proofs.get(self._proof_key(sit, head))
        return await self.studio.page(
            sit, "publish.html", "publish", head, lines=lines[:LINES], same=same,
            checked=compiled is not None, faults=faults,
            history=[await self._line(sit, line) for line in held],
            back=next((each.revision for each in held if each.revision != held[0].revision), "")
            if held else "",
            proof=_state(task),
        )  # fmt: skip

    async def _line(self, sit: Sitting, line: Published) -> tuple[int, str, str, str]:
        from dialogs import wording

        at = wording.stamp(sit.language, line.at, self.studio.texts)
        return line.number, line.revision, at, await self.studio.by(sit, line.by)

    def difference(self, sit: Sitting, old: Edition, new: Edition) -> list[str]:
        """What is different, in words with titles instead of ids."""

        def say(name: str, /, **args: object) -> str:
            return self.studio.say(sit.language, name, **args)

        before = Names(old.revision.script, old.texts, sit.language, say)
        after = Names(new.revision.script, new.texts, sit.language, say)
        found = [self._said(sit, told, before, after) for told in difference(old, new)]
        return found or [self.studio.texts.say(sit.language, "script:diff.programme")]

    def _said(self, sit: Sitting, told: Told, before: Names, after: Names) -> str:
        name, args = told
        shown: dict[str, Any] = dict(args)
        for key, value in args.items():
            if name == "retyped" and key in ("was", "kind"):
                shown[key] = after.kind(value)
            elif name == "condition" and key in ("was", "when"):
                names = before if key == "was" else after
                shown[key] = names.condition("" if value == "–" else value)
            elif key in IDS and isinstance(value, str):
                names = after if value in after.questions else before
                title = names.title(value)
                shown[key] = f"«{title}»" if title != value else value
            elif key == "choice":
                question = str(args.get("id", ""))
                names = before if name == "choice_removed" else after
                shown[key] = f"«{names.label(question, value)}»"
            elif key == "field":
                shown[key] = self._field(sit, value)
            elif key == "kind":
                shown[key] = after.kind(value)
            elif key == "language":
                shown[key] = tongue(value, sit.language)
        return self.studio.texts.say(sit.language, f"script:diff.{name}", **shown)

    def _field(self, sit: Sitting, field: str) -> str:
        names = {"constraints": "check", "seen_by": "seen_by"}
        try:
            return self.studio.say(sit.language, f"field.{names.get(field, field)}")
        except KeyError:
            return field

    # -- the proof ---------------------------------------------------------------------------------

    def _proof_key(self, sit: Sitting, head: Head) -> str:
        return f"{head.mark}:{sit.language}"

    async def proof(self, sit: Sitting) -> Response:
        """The proof sheet; made when asked for, in a process of its own."""
        head = await self.workshop.head()
        key = self._proof_key(sit, head)
        if sit.ask.request.method == "POST":
            running = [task for task in self._proofs.values() if not task.done()]
            if key not in self._proofs and not running:
                self._proofs = dict(list(self._proofs.items())[-6:])
                self._proofs[key] = asyncio.create_task(proved(head.draft, sit.language))
            return self.studio.pages.go("/studio/publish/proof")
        task = self._proofs.get(key)
        made = task.result() if task is not None and task.done() else None
        return await self.studio.page(
            sit, "proof.html", "publish", head, proof=_state(task),
            sheet=page_of(made.sheet) if made is not None and not made.failed else "",
        )  # fmt: skip

    # -- whom it concerns --------------------------------------------------------------------------

    def _desk(self, sit: Sitting) -> publishing.Desk:
        return publishing.Desk(
            self.store, self.studio.office.edition.texts, self.workshop.programme(), sit.language
        )

    async def _wanted(self, sit: Sitting, to: str) -> tuple[Edition, bytes] | None:
        """The edition that is to hold, with its content; None if it cannot."""
        head = await self.workshop.head()
        if to == "draft":
            compiled = await self.workshop.compiled(head)
            if compiled.edition is None or compiled.faults:
                return None
            return compiled.edition, await self.workshop.content(compiled)
        content = await revisions.content(self.store, to)
        if content is None:
            return None
        texts = await self.workshop.texts()
        edition = await asyncio.to_thread(revive, content, texts, self.workshop.programme())
        return edition, content

    async def rehearse(self, sit: Sitting) -> Response:
        """Count what it would mean, and ask."""
        to = sit.ask.field("to", 64) or "draft"
        wanted = await self._wanted(sit, to)
        if wanted is None:
            self.studio.tell(sit, self.studio.say(sit.language, "not_sound"))
            return self.studio.pages.go("/studio/publish")
        counts = await publishing.rehearsal(self._desk(sit), wanted[0])
        return await self._ask(sit, to, wanted[0], counts)

    async def _ask(
        self, sit: Sitting, to: str, edition: Edition, counts: Rehearsal, grew: bool = False
    ) -> Response:
        head = await self.workshop.head()
        self._shown[sit.who] = Shown(f"{to}:{edition.id}", counts)
        current = self.studio.office.turns.editions.current
        desk, same = self._desk(sit), edition.id == current.id
        return await self.studio.page(
            sit, "confirm.html", "publish", head, 409 if grew else 200, to=to, grew=grew,
            rows=publishing.told(desk, edition, counts), same=same,
            lines=[] if same else self.difference(sit, current, edition)[:LINES],
            question=desk.say("question" if to == "draft" else "back"),
        )  # fmt: skip

    async def now(self, sit: Sitting) -> Response:
        """The press: counted again, then it holds."""
        to = sit.ask.field("to", 64) or "draft"
        wanted = await self._wanted(sit, to)
        if wanted is None:
            self.studio.tell(sit, self.studio.say(sit.language, "not_sound"))
            return self.studio.pages.go("/studio/publish")
        edition, content = wanted
        desk = self._desk(sit)
        counts = await publishing.rehearsal(desk, edition)
        shown = self._shown.pop(sit.who, None)
        if shown is None or shown.to != f"{to}:{edition.id}" or counts.grew(shown.counts):
            return await self._ask(sit, to, edition, counts, grew=shown is not None)
        script = edition.revision.script.script
        held = await revisions.newest(self.store, script)
        over = held.number if held is not None else 0
        try:
            await revisions.publish(self.store, script, edition.id, content, sit.who, over=over)
        except Overtaken:
            self.studio.tell(sit, desk.say("overtaken"))
            return self.studio.pages.go("/studio/publish")
        await self.studio.office.turns.editions.refresh()
        name = "published" if to == "draft" else "taken_back"
        self.studio.tell(sit, self.studio.say(sit.language, name))
        return self.studio.pages.go("/studio/publish")


def _state(task: asyncio.Task[Proof] | None) -> str:
    """none, running, holds, troubles or failed."""
    if task is None:
        return "none"
    if not task.done():
        return "running"
    if task.cancelled() or task.exception() is not None or task.result().failed:
        return "failed"
    return "holds" if task.result().holds else "troubles"



