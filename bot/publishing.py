"""Publishing scripts: rehearsed on every talk under way, confirmed, written down, taken back."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
import typer
from msgspec import Struct

from bot.editions import Editions
from bot.settings import InputFault, Settings
from dialogs.check import check_read
from dialogs.difference import difference, said
from dialogs.edition import Edition, edition_of, revive
from dialogs.faults import Fault
from dialogs.kept import Kept, keep, read_kept
from dialogs.loader import load_script
from dialogs.programme.programme import Programme, load_programme, programme_with
from dialogs.programme.workdays import in_latvia
from dialogs.rehearsal import Rehearsal, rehearse
from dialogs.script_files import ScriptFiles, ScriptRead, files_at, read_files
from dialogs.texts import Texts
from storage import conversations, revisions
from storage.revisions import Overtaken, Published
from storage.store import Clock, Store

PAGE = 500
"""Talks read at once for a rehearsal."""



class Refused(Exception):
    """The script has faults: nothing is published. They are told, one a line."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


class Desk(Struct, frozen=True):
    """What the commands work with: the store, the product's texts, the programme, a language."""

    store: Store
    texts: Texts
    programme: Programme
    language: str

    def say(self, name: str, **args: object) -> str:
        """A text of ``script:publish`` in the reader's language."""
        return self.texts.say(self.language, f"script:publish.{name}", **args)


async def opened(settings: Settings, clock: Clock, language: str) -> Desk:
    """Open the store beside a running service. Raises StoreFault or KeyFault."""
    store = await Store.open(settings.database_url, settings.key_path, clock)
    return Desk(store, Texts.load(), load_programme(), language)


def who() -> str:
    """Who publishes from the command line: the login's name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container without a name for its user
        return "operator"


async def read(desk: Desk, files: ScriptFiles) -> ScriptRead:
    """A script as it was read. What it does not translate, and the languages it does not list,
    are those of the revision that holds, if its English is still the same."""
    return read_files(files, desk.texts, await _kept_now(desk, files))


async def _kept_now(desk: Desk, files: ScriptFiles) -> Kept | None:
    """What is kept of the revision of this script that holds now."""
    newest = await _held(desk, files)
    content = await revisions.content(desk.store, newest.revision) if newest else None
    return read_kept(content) if content is not None else None


async def checked(desk: Desk, files: ScriptFiles) -> tuple[Edition, bytes]:
    """A script's edition and what is to be kept of it. Raises Refused for any fault."""
    found = await read(desk, files)
    faults = check_read(found)
    if faults:
        raise Refused([fault.render(desk.texts, desk.language) for fault in faults])
    held = await _kept_now(desk, files)
    own = held.data if held is not None else {}  # data changed in the studio goes on holding
    programme = desk.programme if own == desk.programme.own else programme_with(own)
    edition = edition_of(found, programme)
    source = files.source if isinstance(files.source, str) else files.source.decode()
    return edition, keep(source, edition, desk.texts)


def files_of(desk: Desk, path: Path) -> ScriptFiles:
    """A script file and what stands beside it. Raises Refused."""
    found = files_at(path)
    if isinstance(found, Fault):
        raise Refused([found.render(desk.texts, desk.language)])
    return found


async def kept(desk: Desk, name: str, script: str) -> Edition:
    """A revision by its id or the beginning of it, or a script file by its path."""
    if name.endswith((".yaml", ".yml")):
        return (await checked(desk, files_of(desk, Path(name))))[0]
    found = {line.revision for line in await revisions.history(desk.store, script)
             if line.revision.startswith(name)}  # fmt: skip
    content = await revisions.content(desk.store, found.pop()) if len(found) == 1 else None
    if content is None:
        raise InputFault(desk.say("unknown", revision=name))
    return revive(content, desk.texts, desk.programme)


async def rehearsal(desk: Desk, edition: Edition, progress: bool = False) -> Rehearsal:
    """What an edition would mean to all talks there are, page by page."""
    counts, after, seen = Rehearsal(), "", 0
    editions = Editions(desk.store, edition)
    older: dict[str, Edition | None] = {}
    while True:
        script = edition.revision.script.script
        talks = await conversations.page(desk.store, script, after, PAGE)
        if not talks:
            return counts
        for revision in {talk.revision for talk in talks} - older.keys():
            older[revision] = await editions.load(revision)
        counts = await asyncio.to_thread(
            rehearse, talks, edition, older.get, desk.store.clock(), counts
        )
        after, seen = talks[-1].id, seen + len(talks)
        if progress and len(talks) == PAGE:
            typer.echo(desk.say("counting", n=seen), err=True)


def told(desk: Desk, edition: Edition, counts: Rehearsal, *, ids: bool = True) -> list[str]:
    """A rehearsal in words; without ``ids`` questions have their titles alone."""
    time = f"{in_latvia(desk.store.clock()):%H.%M}"

    def title(question: str) -> str:
        if question not in edition.questions:
            return question
        return edition.texts.say(desk.language, edition.name(question, "title"))

    rows = [
        desk.say("under_way", n=counts.under_way, time=time),
        desk.say("unnoticed", n=counts.unnoticed),
    ]
    for name in ("again", "fresh", "unused", "closed"):
        for question, families in sorted(getattr(counts, name).items()):
            shown = title(question)
            if ids and shown != question:
                shown = f"{shown} ({question})"
            rows.append(desk.say(name, n=families, question=shown))
    rows.append(desk.say("lost", n=counts.lost))
    if counts.sent:
        rows.append(desk.say("sent", n=counts.sent))
    return rows


class Ready(Struct, frozen=True):
    """What can be published at one press, and what that would mean.

    ``content`` is what the store keeps, ``over`` the number of the line of the history it follows
    (0: none), ``counts`` the rehearsal on every talk under way. ``holds``: it holds already.
    """

    edition: Edition
    content: bytes
    over: int
    counts: Rehearsal
    holds: bool = False


class Pressed(Struct, frozen=True):
    """What came of a press. ``ready`` is what to show before the next one."""

    outcome: Literal["done", "same", "grew", "overtaken"]
    ready: Ready


async def ready(desk: Desk, files: ScriptFiles, *, progress: bool = False) -> Ready:
    """A script, checked and rehearsed. Raises Refused."""
    held = await _held(desk, files)
    edition, content = await checked(desk, files)
    return await _ready(desk, edition, content, held, progress=progress)


async def ready_back(
    desk: Desk, to: str = "", script: str = "return", *, progress: bool = False
) -> Ready:
    """An earlier revision, rehearsed: the one named, or the one that held before.

    Raises InputFault if there is none such.
    """
    lines = await revisions.history(desk.store, script)
    held = lines[0] if lines else None
    if not to:
        before = next((line for line in lines if held and line.revision != held.revision), None)
        if before is None:
            raise InputFault(desk.say("none"))
        to = before.revision
    named = {line.revision for line in lines if line.revision.startswith(to)}
    content = await revisions.content(desk.store, named.pop()) if len(named) == 1 else None
    if content is None:
        raise InputFault(desk.say("unknown", revision=to))
    # An upgrade since then brought newer texts of the product: its id is reckoned anew.
    edition = await asyncio.to_thread(revive, content, desk.texts, desk.programme)
    return await _ready(desk, edition, content, held, progress=progress)


async def _held(desk: Desk, files: ScriptFiles) -> Published | None:
    """The line of this script that holds now."""
    loaded = load_script(files.source, files.file)
    if loaded.script is None:
        return None
    return await revisions.newest(desk.store, loaded.script.script)


async def _ready(
    desk: Desk, edition: Edition, content: bytes, held: Published | None, *, progress: bool
) -> Ready:
    holds = held is not None and held.revision == edition.id
    counts = Rehearsal() if holds else await rehearsal(desk, edition, progress)
    return Ready(edition, content, held.number if held else 0, counts, holds)


async def press(desk: Desk, shown: Ready, by: str, *, asked: bool = True) -> Pressed:
    """Let what was shown hold from now on, in one step.

    With ``asked`` the talks are counted again first: if more happens to anybody than was shown,
    nothing is published ("grew"). Nor is it if somebody else published meanwhile ("overtaken").
    """
    if shown.holds:
        return Pressed("same", shown)
    if asked:
        counts = await rehearsal(desk, shown.edition)
        if counts.grew(shown.counts):
            return Pressed("grew", msgspec.structs.replace(shown, counts=counts))
    script, revision = shown.edition.revision.script.script, shown.edition.id
    try:
        await revisions.publish(desk.store, script, revision, shown.content, by, over=shown.over)
    except Overtaken:
        return Pressed("overtaken", shown)
    return Pressed("done", shown)


async def publish(
    desk: Desk, files: ScriptFiles, confirm: Callable[[str], bool] | None, by: str
) -> bool:
    """Publish a script from the command line; gives whether it holds now.

    ``confirm`` asks a question and gives yes or no; None publishes without asking. Raises Refused.
    """
    return await _asking(desk, await ready(desk, files, progress=True), confirm, by, "question")


async def roll_back(
    desk: Desk, to: str, confirm: Callable[[str], bool] | None, by: str, script: str = "return"
) -> bool:
    """Let an earlier revision hold again, as :func:`publish`. Raises InputFault for none such."""
    shown = await ready_back(desk, to, script, progress=True)
    return await _asking(desk, shown, confirm, by, "back")


async def _asking(
    desk: Desk, shown: Ready, confirm: Callable[[str], bool] | None, by: str, question: str
) -> bool:
    """Show, ask, press; and again if it grew meanwhile."""
    if not shown.holds:
        typer.echo("\n".join(told(desk, shown.edition, shown.counts)))
    while True:
        if confirm is not None and not shown.holds and not confirm(desk.say(question)):
            typer.echo(desk.say("not_yet"))
            return False
        pressed = await press(desk, shown, by, asked=confirm is not None)
        shown = pressed.ready
        if pressed.outcome != "grew":
            typer.echo(desk.say(pressed.outcome, revision=shown.edition.id))
            return pressed.outcome != "overtaken"
        typer.echo("\n".join([desk.say("grew"), *told(desk, shown.edition, shown.counts)]))


async def listed(desk: Desk, script: str) -> list[str]:
    """The history, the newest line first: number, revision, script, when, who."""
    lines = await revisions.history(desk.store, script)
    newest: set[str] = set()
    rows = []
    for line in lines:
        holds = "" if line.script in newest else f"  {desk.say('holds')}"
        newest.add(line.script)
        at = f"{in_latvia(line.at):%Y-%m-%d %H:%M}"
        rows.append(f"{line.number:>4}  {line.revision}  {line.script}  {at}  {line.by}{holds}")
    return rows or [desk.say("none")]


async def differences(desk: Desk, one: str, other: str, script: str) -> list[str]:
    """What is different between two revisions (or files), in words."""
    old, new = await kept(desk, one, script), await kept(desk, other, script)
    lines = difference(old, new) or (("same", {}),)
    return [said(new, line, desk.language) for line in lines]


