"""The room Publish: what changes, whether it is sound, whom it concerns, and the press.

What the admin confirms is counted again at the press; if more happens to anybody than was shown,
it is shown and asked again. The history takes back in one step.
"""

from __future__ import annotations

import asyncio
import re
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from bot import publishing
from bot.web.studio.names import Names, all_told, tongue
from bot.web.studio.proving import Proof, page_of, proved
from bot.web.studio.workshop import Head
from dialogs import wording
from dialogs.data_difference import Told
from dialogs.difference import difference
from dialogs.edition import Edition, revive
from dialogs.rehearsal import Rehearsal
from storage import revisions
from storage.revisions import Published

if TYPE_CHECKING:
    from bot.web.studio.sitting import Sitting
    from bot.web.studio.studio import Studio

LINES = 200
TEXTS = 20
"""Changed texts of one language that are shown, old and new."""
_TAG = re.compile(r"</?[a-z]+>")
LONG = 160
"""Characters of one."""
HISTORY = 30
DATA = ("need_", "alias", "rule")
"""What the names of lines about values of the programme's data begin with."""
IDS = ("id", "was", "next", "group")
"""Arguments of a difference that name a question."""


class PublishRoom:
    """Its pages."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.workshop = studio.workshop
        self.store = studio.office.store
        self._shown: dict[str, tuple[str, publishing.Ready]] = {}
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
            current = self.studio.office.edition
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
        at = wording.stamp(sit.language, line.at, self.studio.texts)
        return line.number, line.revision, at, await self.studio.by(sit, line.by)

    def difference(self, sit: Sitting, old: Edition, new: Edition) -> list[str]:
        """What is different, in words with titles instead of ids."""
        say = partial(self.studio.say, sit.language)
        before = Names(old.revision.script, old.texts, sit.language, say)
        after = Names(new.revision.script, new.texts, sit.language, say)
        found: list[str] = []
        for told in difference(old, new):
            found.append(self._said(sit, told, before, after))
            found += self._texts(sit, told, after)
        return found or [self.studio.texts.say(sit.language, "script:diff.programme")]

    def _texts(self, sit: Sitting, told: Told, names: Names) -> list[str]:
        """The texts that read differently, old and new, the first of them."""
        changes = told[1].get("changes", ())[:TEXTS]
        return [
            self.studio.say(sit.language, "text_changed", where=self._where(sit, name, names),
                            was=_short(was), now=_short(now))
            for name, was, now in changes
        ]  # fmt: skip

    def _where(self, sit: Sitting, name: str, names: Names) -> str:
        """Where a text is met: "«Rooms»: Question"; the name of a text of the product."""
        question, _, field = name.partition(".")
        if question not in names.questions:
            group = self.studio.group(sit.language, name)
            return group or name
        said = self._field(sit, field) if "." not in field else names.label(
            question, field.partition(".")[0]
        )
        return f"«{names.title(question)}» · {said}"

    def _said(self, sit: Sitting, told: Told, before: Names, after: Names) -> str:
        name, args = told
        shown: dict[str, Any] = dict(args)
        for key, value in args.items():
            if name.startswith(DATA) and key in ("was", "now"):
                shown[key] = f"«{value}»" if value != "–" else value
            elif name.startswith("language_") and key in ("was", "state"):
                shown[key] = self.studio.say(sit.language, f"state.{value}")
            elif name == "retyped" and key in ("was", "kind"):
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
            elif key == "need":
                shown[key] = f"«{after.label('needs', value)}»"
            elif key == "since":
                shown[key] = wording.whole_day(sit.language, date.fromisoformat(value))
            elif key == "rule":
                shown[key] = self.studio.rule(sit.language, value)
            elif key == "names" and "changes" in args:
                shown[key] = self._of(sit, args["changes"], after)
        return self.studio.texts.say(sit.language, f"script:diff.{name}", **shown)

    def _of(
        self, sit: Sitting, changes: tuple[tuple[str, str, str], ...], names: Names
    ) -> str:
        """What changed texts belong to: questions, then other words of the assistant."""
        asked, others = [], []
        for name, *_ in changes:
            question = name.partition(".")[0]
            if question in names.questions:
                asked.append(f"«{names.title(question)}»")
            else:
                others.append(self.studio.group(sit.language, name) or name)
        found = list(dict.fromkeys((*asked, *others)))
        return ", ".join(found[:6]) + (" …" if len(found) > 6 else "")

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

    async def _ready(self, sit: Sitting, to: str) -> publishing.Ready | None:
        """What is to hold, rehearsed on every talk under way; None if it cannot hold."""
        desk = self._desk(sit)
        held = await revisions.newest(self.store, self.workshop.script)
        if to == "draft":
            compiled = await self.workshop.compiled(await self.workshop.head())
            if compiled.edition is None or compiled.faults:
                return None
            edition, content = compiled.edition, await self.workshop.content(compiled)
        else:
            found = await revisions.content(self.store, to)
            if found is None:
                return None
            texts = await self.workshop.texts()
            content = found
            edition = await asyncio.to_thread(revive, content, texts, self.workshop.programme())
        holds = held is not None and held.revision == edition.id
        counts = Rehearsal() if holds else await publishing.rehearsal(desk, edition)
        over = held.number if held is not None else 0
        return publishing.Ready(edition, content, over, counts, holds)

    async def rehearse(self, sit: Sitting) -> Response:
        """Count what it would mean, and ask."""
        to = sit.ask.field("to", 64) or "draft"
        ready = await self._ready(sit, to)
        if ready is None:
            return self._unsound(sit)
        return await self._ask(sit, to, ready)

    def _unsound(self, sit: Sitting) -> Response:
        self.studio.tell(sit, self.studio.say(sit.language, "not_sound"))
        return self.studio.pages.go("/studio/publish")

    async def _ask(
        self, sit: Sitting, to: str, ready: publishing.Ready, grew: bool = False
    ) -> Response:
        head = await self.workshop.head()
        self._shown[sit.who] = (to, ready)
        current = self.studio.office.edition
        desk, edition = self._desk(sit), ready.edition
        return await self.studio.page(
            sit, "confirm.html", "publish", head, 409 if grew else 200, to=to, grew=grew,
            rows=[] if ready.holds else publishing.told(desk, edition, ready.counts, ids=False),
            same=ready.holds,
            lines=[] if ready.holds else self.difference(sit, current, edition)[:LINES],
            question=desk.say("question" if to == "draft" else "back"),
        )  # fmt: skip

    async def now(self, sit: Sitting) -> Response:
        """The press: counted again, then it holds."""
        to = sit.ask.field("to", 64) or "draft"
        shown = self._shown.pop(sit.who, None)
        if to == "draft":
            compiled = await self.workshop.compiled(await self.workshop.head())
            if compiled.edition is None or compiled.faults:
                return self._unsound(sit)
            same = shown is not None and shown[1].edition.id == compiled.edition.id
        else:
            same = True
        if shown is None or shown[0] != to or not same:  # shown elsewhere, or edited since
            ready = await self._ready(sit, to)
            if ready is None:
                return self._unsound(sit)
            return await self._ask(sit, to, ready, grew=True)
        desk = self._desk(sit)
        pressed = await publishing.press(desk, shown[1], sit.who)
        if pressed.outcome == "grew":
            return await self._ask(sit, to, pressed.ready, grew=True)
        if pressed.outcome == "done":
            await self.studio.office.turns.editions.refresh()
            name = "published" if to == "draft" else "taken_back"
            self.studio.tell(sit, self.studio.say(sit.language, name))
        else:
            self.studio.tell(sit, desk.say(pressed.outcome))
        return self.studio.pages.go("/studio/publish")


def _short(text: str | tuple[str, ...]) -> str:
    """A text on one line, without marks, its end cut off if it is long."""
    whole = text if isinstance(text, str) else " / ".join(text)
    line = " ".join(_TAG.sub("", whole).split())
    return line if len(line) <= LONG else f"{line[:LONG].rstrip()} …"


def _state(task: asyncio.Task[Proof] | None) -> str:
    """none, running, holds, troubles or failed."""
    if task is None:
        return "none"
    if not task.done():
        return "running"
    if task.cancelled() or task.exception() is not None or task.result().failed:
        return "failed"
    return "holds" if task.result().holds else "troubles"



