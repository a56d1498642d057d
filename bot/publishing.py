"""Publishing scripts: rehearsed on every talk under way, confirmed, written down, taken back."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from pathlib import Path

import typer
from msgspec import Struct

from bot.editions import Editions
from bot.settings import InputFault, Settings
from dialogs.check import check_paths
from dialogs.difference import difference, said
from dialogs.edition import Edition, compile_edition
from dialogs.kept import inherited, keep, revive
from dialogs.loader import load_script
from dialogs.programme.programme import Programme, load_programme
from dialogs.programme.workdays import in_latvia
from dialogs.rehearsal import Rehearsal, rehearse
from dialogs.texts import Texts, beside
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


async def draft(desk: Desk, path: Path) -> tuple[str, Edition]:
    """A script file, checked, with its texts: YAML and edition. Raises Refused for any fault.

    A text that the published revision has too keeps that revision's translation, unless a
    catalogue beside the file has another.
    """
    loaded = load_script(path)
    texts = desk.texts
    if loaded.script is not None:
        held = await revisions.newest(desk.store, loaded.script.script)
        content = await revisions.content(desk.store, held.revision) if held else None
        if content is not None:
            texts = texts.over(inherited(content, texts))
    faults = check_paths([path], texts)
    if faults:
        raise Refused([fault.render(desk.texts, desk.language) for fault in faults])
    edition = compile_edition(loaded, texts.over(beside(path)), desk.programme)
    return await asyncio.to_thread(path.read_text, "utf-8"), edition


async def kept(desk: Desk, name: str, script: str) -> Edition:
    """A revision by its id or the beginning of it, or a script file by its path."""
    if name.endswith((".yaml", ".yml")):
        return (await draft(desk, Path(name)))[1]
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


async def publish(desk: Desk, path: Path, confirm: Callable[[str], bool] | None, by: str) -> bool:
    """Publish a script file; gives whether it holds now.

    ``confirm`` asks a question and gives yes or no; None publishes without asking. The counts
    are taken again after the yes, and if they grew it is asked once more. Raises Refused.
    """
    source, edition = await draft(desk, path)
    held = await revisions.newest(desk.store, edition.revision.script.script)
    return await _let_hold(desk, edition, keep(source, edition), held, confirm, by, "question")


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


