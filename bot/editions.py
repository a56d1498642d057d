"""The revisions a running service speaks: the one that holds now, and those talks began under."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path

import msgspec
import structlog

from dialogs.conversation import Conversation
from dialogs.edition import SCRIPTS, Edition, ScriptError, load_edition, revive
from dialogs.kept import keep
from dialogs.programme.programme import Programme
from dialogs.texts import Texts
from storage import revisions
from storage.store import Store

log = structlog.get_logger("majup.editions")

REMEMBERED = 16
"""Older revisions kept compiled; each is a few megabytes."""
SERVICE = "service"
"""Who published what the service brought itself. Such a script follows an upgrade."""


class Editions:
    """Revisions by their ids. ``current`` is the one new talks begin with."""

    def __init__(self, store: Store, current: Edition, number: int = 0) -> None:
        self.store = store
        self.current = current
        self.number = number
        self._known: OrderedDict[str, Edition | None] = OrderedDict()
        self._texts: Texts | None = None

    def of(self, revision: str) -> Edition:
        """The revision of this id if it is in memory, else the current one."""
        return self._known.get(revision) or self.current

    async def holding(self, c: Conversation) -> Edition:
        """The revision that holds for a conversation's next turn.

        A talk that stands on another one may have been brought there by another worker, which
        heard of a publication sooner: it must not be brought back and asked anew, so the store
        is asked first.
        """
        if c.case is None and c.revision != self.current.id:
            await self.refresh()
        return self.current

    async def load(self, revision: str) -> Edition | None:
        """The revision of this id; None if it was never published or cannot be used any more.

        Reads the store once for each revision.
        """
        if revision == self.current.id:
            return self.current
        if revision not in self._known:
            content = await revisions.content(self.store, revision)
            self._remember(revision, None)
            if content is not None:
                try:
                    self._remember(revision, await self.revived(content, revision))
                except (ScriptError, msgspec.DecodeError) as error:
                    log.error("revision.unusable", revision=revision, error=type(error).__name__)
        self._known.move_to_end(revision)
        return self._known[revision]

    def _remember(self, revision: str, edition: Edition | None) -> None:
        self._known[revision] = edition
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    async def revived(self, content: bytes, revision: str = "") -> Edition:
        """An edition of what the store kept. Raises ScriptError or msgspec.DecodeError."""
        if self._texts is None:
            self._texts = await asyncio.to_thread(Texts.load)
        return await asyncio.to_thread(
            revive, content, self._texts, self.current.programme, revision
        )

    async def refresh(self) -> bool:
        """Look whether another revision was published or taken back; gives whether one was.

        A revision that cannot be used is passed over: the service goes on as it is.
        """
        held = await revisions.newest(self.store, self.current.revision.script.script)
        if held is None or held.number <= self.number:
            return False
        self.number = held.number
        found = await self.load(held.revision)
        if found is None or found.id == self.current.id:
            return False
        self._remember(self.current.id, self.current)
        self.current = found
        log.info("revision.holds", revision=found.id, number=held.number)
        return True


def script_path(script: str = "return", programme: Path | None = None) -> Path:
    """The file of the script the service brings: from the programme's folder, else the shipped.

    A folder that holds one script only brings that one, whatever its name.
    """
    for folder in (programme / "scripts", programme) if programme is not None else ():
        if (folder / f"{script}.yaml").is_file():
            return folder / f"{script}.yaml"
        if len(found := sorted(folder.glob("*.yaml"))) == 1:
            return found[0]
    return SCRIPTS / f"{script}.yaml"


async def opened(store: Store, file: Path, programme: Programme | None = None) -> Editions:
    """The revisions of a service that starts; ``file`` is the script it brings.

    The first start publishes that script, and so does a start after an upgrade, unless staff
    published since: theirs holds. ``programme`` is the shipped one unless given. Raises
    ScriptError.
    """
    brought = await asyncio.to_thread(load_edition, str(file), programme)
    script = brought.revision.script.script
    held = await revisions.newest(store, script)
    editions = Editions(store, brought)
    by = SERVICE
    product = await asyncio.to_thread(Texts.load)
    content = keep(await asyncio.to_thread(file.read_text, "utf-8"), brought, product)
    if held is not None and held.by != SERVICE:
        theirs = await revisions.content(store, held.revision)
        assert theirs is not None
        editions.current = await editions.revived(theirs)
        content, by = theirs, held.by
    if held is None or held.revision != editions.current.id:
        held = await revisions.publish(store, script, editions.current.id, content, by)
    editions.number = held.number
    return editions
