"""Drafts at work: the newest version, what there is to say of it, and how edits are kept.

An edit is made of the version its author saw. If others edited meanwhile it is made anew on the
newest version, unless they changed the very same thing: then its author sees both and decides.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from bot.editions import script_path
from dialogs import compiled_draft, drafting
from dialogs.compiled_draft import Compiled
from dialogs.drafting import Draft
from dialogs.kept import keep
from dialogs.loader import load_script
from dialogs.programme.programme import Programme, programme_with
from dialogs.texts import Texts
from dialogs.yaml_edit import EditFault
from storage import drafts, revisions
from storage.drafts import Overtaken, Version

if TYPE_CHECKING:
    from bot.office import Office

REMEMBERED = 8
"""Drafts kept compiled; each is a few megabytes."""
TRIES = 6


class Head(Struct, frozen=True):
    """The newest version of a script's draft; ``number`` 0 until somebody edited.

    ``held`` is the revision that holds for families now; ``mark`` changes with the draft.
    """

    script: str
    number: int
    draft: Draft
    version: Version | None
    held: str
    mark: str


def marked(draft: Draft) -> str:
    """A short hash of all that a draft is."""
    return hashlib.sha256(msgspec.json.encode(draft)).hexdigest()[:16]


Change = Callable[[Draft], Draft]
"""Makes another draft of one. Raises EditFault."""
Part = Callable[[Draft], object]
"""What of a draft a change is about; another author's change of the same is a clash."""


class Clash(Exception):
    """Somebody changed the same thing meanwhile: ``head`` is how it is now."""

    def __init__(self, head: Head) -> None:
        super().__init__("changed meanwhile")
        self.head = head


class Workshop:
    """The drafts of this office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.store = office.store
        self._texts: Texts | None = None
        self._marks: dict[int, tuple[Draft, str]] = {}
        self._drafts: OrderedDict[tuple[str, int, str], Draft] = OrderedDict()
        self._compiled: OrderedDict[str, asyncio.Task[Compiled]] = OrderedDict()

    @property
    def script(self) -> str:
        """The script under work: the one this office speaks."""
        return self.office.edition.revision.script.script

    async def texts(self) -> Texts:
        """The product's texts with its own catalogues."""
        if self._texts is None:
            self._texts = await asyncio.to_thread(Texts.load)
        return self._texts

    def programme(self) -> Programme:
        """The programme's data that families are answered by."""
        return self.office.edition.programme

    async def head(self) -> Head:
        """The newest version of the draft, or the published script where there is none."""
        script = self.script
        newest = await drafts.newest(self.store, script)
        held = await revisions.newest(self.store, script)
        revision = held.revision if held is not None else ""
        if newest is None:
            draft = await self.published()
            return Head(script, 0, draft, None, revision, self._mark(draft))
        draft = await self.at(newest.number)
        return Head(script, newest.number, draft, newest, revision, self._mark(draft))

    def _mark(self, draft: Draft) -> str:
        """The draft's mark, reckoned once while it is in memory."""
        found = self._marks.get(id(draft))
        if found is None or found[0] is not draft:
            found = (draft, marked(draft))
            self._marks[id(draft)] = found
            while len(self._marks) > REMEMBERED * 4:
                self._marks.pop(next(iter(self._marks)))
        return found[1]

    async def at(self, number: int) -> Draft:
        """The draft as it was at a version."""
        key = (self.script, number, "")
        if key not in self._drafts:
            content = await drafts.content(self.store, *key[:2])
            if content is None:
                return await self.published()
            self._remember(key, drafting.unpacked(content))
        return self._drafts[key]

    async def published(self) -> Draft:
        """A draft that begins with what holds now."""
        current = self.office.edition
        held = await revisions.newest(self.store, self.script)
        key = (self.script, 0, held.revision if held is not None else current.id)
        if key not in self._drafts:
            content = await revisions.content(self.store, held.revision) if held else None
            if content is None:  # nothing was published here: the script the office came with
                source = await asyncio.to_thread(script_path(self.script).read_text, "utf-8")
                content = keep(source, current, await self.texts())
            self._remember(key, drafting.begun(content))
        return self._drafts[key]

    def _remember(self, key: tuple[str, int, str], draft: Draft) -> None:
        self._drafts[key] = draft
        while len(self._drafts) > REMEMBERED * 4:
            self._drafts.popitem(last=False)

    # -- what there is to say of a draft ---------------------------------------------------------

    def compiling(self, head: Head) -> asyncio.Task[Compiled]:
        """The draft being compiled and checked, beside the talks of families."""
        mark = head.mark
        if mark not in self._compiled:
            self._compiled[mark] = asyncio.create_task(self._compile(head.draft))
            while len(self._compiled) > REMEMBERED:
                self._compiled.popitem(last=False)
        self._compiled.move_to_end(mark)
        return self._compiled[mark]

    async def _compile(self, draft: Draft) -> Compiled:
        texts = await self.texts()

        def work() -> Compiled:
            own = drafting.programme_data(draft)
            return compiled_draft.compiled(draft, texts, programme_with(own))

        return await asyncio.to_thread(work)

    async def compiled(self, head: Head) -> Compiled:
        """The same, waited for."""
        return await asyncio.shield(self.compiling(head))

    async def content(self, compiled: Compiled) -> bytes:
        """What is to be kept of a draft once it is published."""
        assert compiled.edition is not None
        return await asyncio.to_thread(
            keep, compiled.draft.source, compiled.edition, await self.texts()
        )

    async def soon(self, head: Head, seconds: float) -> Compiled | None:
        """The same if it is there so soon; None while it is still at work."""
        task = self.compiling(head)
        await asyncio.wait([task], timeout=seconds)
        return task.result() if task.done() else None

    # -- edits -----------------------------------------------------------------------------------

    async def save(
        self,
        who: str,
        base: int,
        change: Change,
        what: tuple[str, ...],
        part: Part | None = None,
    ) -> Head:
        """Make a change and keep it; gives the new head.

        ``base`` is the version its author saw, ``part`` what of a draft the change is about: if
        that is not as it was, raises Clash. Without ``part`` any other edit is a clash. Raises
        EditFault, and Faulty if the script could not be read any more afterwards.
        """
        for _ in range(TRIES):
            head = await self.head()
            if head.number != base:
                before = await self.at(base)
                if part is None or part(before) != part(head.draft):
                    raise Clash(head)
            made = change(head.draft)
            if made == head.draft:
                return head
            loaded = load_script(made.source)
            if loaded.script is None:
                raise Faulty(made)
            if loaded.script.script != head.script:
                raise EditFault("another script")
            try:
                return await self._store(head, who, made, what, head.number)
            except Overtaken:
                continue
        raise Clash(await self.head())

    async def _store(
        self, head: Head, who: str, made: Draft, what: tuple[str, ...], under: int
    ) -> Head:
        content = drafting.packed(made)
        told_as = json.dumps(what, ensure_ascii=False)
        version = await drafts.save(
            self.store, head.script, head.number + 1, under, who, told_as, content
        )
        self._remember((head.script, version.number, ""), made)
        return Head(head.script, version.number, made, version, head.held, self._mark(made))

    async def undo(self, who: str, base: int) -> Head:
        """Go back to the version under the newest. Raises Clash if that is not the one seen."""
        head = await self.head()
        if head.number != base or head.version is None:
            raise Clash(head)
        under = head.version.under
        made = await self.at(under) if under else await self.published()
        below = 0
        for each in await drafts.history(self.store, head.script, drafts.KEPT):
            if each.number == under:
                below = each.under
        try:
            return await self._store(head, who, made, ("undone", head.version.what[:120]), below)
        except Overtaken:
            raise Clash(await self.head()) from None

    async def anew(self, who: str, base: int) -> Head:
        """Begin again with what holds; the draft as it was stays in the history."""
        return await self.replaced(who, base, await self.published(), ("anew",))

    async def replaced(self, who: str, base: int, made: Draft, what: tuple[str, ...]) -> Head:
        """Another whole draft in place of the one seen. Raises Clash, Faulty or EditFault."""
        return await self.save(who, base, lambda _: made, what)

    async def history(self, most: int = 30) -> list[Version]:
        """The latest versions, the newest first."""
        return await drafts.history(self.store, self.script, most)

    async def uploaded(self, source: str, head: Head) -> Draft:
        """A script's file as the draft; it keeps the translations there are."""
        source = source.replace("\r\n", "\n")
        return msgspec.structs.replace(head.draft, source=source)


class Faulty(Exception):
    """The script could not be read any more after this edit; nothing was kept."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("not a script any more")
        self.draft = draft


def told(version: Version) -> tuple[str, ...]:
    """What a version changed: a name and its arguments."""
    try:
        found = json.loads(version.what)
    except json.JSONDecodeError:
        return ("changed",)
    return tuple(str(each) for each in found) or ("changed",)
