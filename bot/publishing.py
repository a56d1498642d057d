"""Publishing scripts: rehearsed on every talk under way, confirmed, written down, taken back."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from pathlib import Path

import typer
from msgspec import Struct

from bot.editions import Editions
from bot.settings import InputFault, Settings
from dialogs.check import check_read
from dialogs.difference import difference, said
from dialogs.edition import Edition, edition_of, revive
from dialogs.faults import Fault
from dialogs.kept import keep, read_kept
from dialogs.loader import load_script
from dialogs.programme.programme import Programme, load_programme
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
    loaded = load_script(files.source, files.file)
    held = None
    if loaded.script is not None:
        newest = await revisions.newest(desk.store, loaded.script.script)
        held = await revisions.content(desk.store, newest.revision) if newest else None
    return read_files(files, desk.texts, read_kept(held) if held else None)


async def checked(desk: Desk, files: ScriptFiles) -> tuple[Edition, bytes]:
    """A script's edition and what is to be kept of it. Raises Refused for any fault."""
    found = await read(desk, files)
    faults = check_read(found)
    if faults:
        raise Refused([fault.render(desk.texts, desk.language) for fault in faults])
    edition = edition_of(found, desk.programme)
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
        counts = rehearse(talks, edition, older.get, desk.store.clock(), counts)
        after, seen = talks[-1].id, seen + len(talks)
        if progress and len(talks) == PAGE:
            typer.echo(desk.say("counting", n=seen), err=True)


def told(desk: Desk, edition: Edition, counts: Rehearsal) -> list[str]:
    """A rehearsal in words."""
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
            shown = f"{title(question)} ({question})" if title(question) != question else question
            rows.append(desk.say(name, n=families, question=shown))
    rows.append(desk.say("lost", n=counts.lost))
    if counts.sent:
        rows.append(desk.say("sent", n=counts.sent))
    return rows


async def publish(
    desk: Desk, files: ScriptFiles, confirm: Callable[[str], bool] | None, by: str
) -> bool:
    """Publish a script; gives whether it holds now.

    ``confirm`` asks a question and gives yes or no; None publishes without asking. The counts
    are taken again after the yes, and if they grew it is asked once more. Raises Refused.
    """
    edition, content = await checked(desk, files)
    held = await revisions.newest(desk.store, edition.revision.script.script)
    return await _let_hold(desk, edition, content, held, confirm, by, "question")


async def roll_back(
    desk: Desk, to: str, confirm: Callable[[str], bool] | None, by: str, script: str = "return"
) -> bool:
    """Let an earlier revision hold again: the one named, or the one that held before.

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
    edition = revive(content, desk.texts, desk.programme)
    return await _let_hold(desk, edition, content, held, confirm, by, "back")


async def _let_hold(
    desk: Desk,
    edition: Edition,
    content: bytes,
    held: Published | None,
    confirm: Callable[[str], bool] | None,
    by: str,
    question: str,
) -> bool:
    """Rehearse, ask, rehearse again, and write it down."""
    if held is not None and held.revision == edition.id:
        typer.echo(desk.say("same"))
        return True
    counts = await rehearsal(desk, edition, progress=True)
    typer.echo("\n".join(told(desk, edition, counts)))
    while confirm is not None:
        if not confirm(desk.say(question)):
            typer.echo(desk.say("not_yet"))
            return False
        again = await rehearsal(desk, edition)
        if not again.grew(counts):
            break
        counts = again
        typer.echo("\n".join([desk.say("grew"), *told(desk, edition, counts)]))
    script = edition.revision.script.script
    over = held.number if held is not None else 0
    try:
        await revisions.publish(desk.store, script, edition.id, content, by, over=over)
    except Overtaken:
        typer.echo(desk.say("overtaken"))
        return False
    typer.echo(desk.say("done", revision=edition.id))
    return True


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


