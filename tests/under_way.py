"""Five hundred families in the middle of a talk: as they are stored, and how they go on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec

from bot.publishing import Desk
from dialogs.conversation import Conversation
from dialogs.edition import Edition
from dialogs.family import Family, Plan
from dialogs.play import Talk
from dialogs.script_files import ScriptFiles, files_at
from dialogs.transcript import Line
from storage.commit import Committer
from storage.store import Store
from storage.write import Address, Write
from storage.write import Talk as Stored
from tests import drafts

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LANGUAGES = ("lv", "ru", "en")
FAMILIES = 500
ACTS, APART = 24, 3
"""How far a talk is played, and after how many acts it stands for another family."""
DECODE = msgspec.json.Decoder(Conversation).decode


def rows(talk: Talk) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The buttons of the open prompt."""
    prompt = talk.c.prompt if talk.c is not None else None
    found = (m.rows for m in reversed(talk.chat.messages) if prompt and m.visit == prompt.visit)
    return next(found, ())


def begun(number: int) -> list[bytes]:
    """One family's talk under the shipped script, as it was stored after some of its acts."""
    talk = Talk(drafts.draft(), AT)
    family = Family(drafts.draft(), LANGUAGES[number % 3], Plan(turn=number), AT.year)
    line: Line | None = Line("command", name="start")
    found: list[bytes] = []
    for act in range(ACTS):
        if line is not None:
            talk.act(line)
            assert talk.c is not None
            line = family.answer(talk.c, rows(talk))
        if act % APART == number // 3 % APART:
            found.append(msgspec.json.encode(talk.c))
    return found


@cache
def stored() -> tuple[bytes, ...]:
    """All families as they are stored at the moment of publishing."""
    found: list[bytes] = []
    while len(found) < FAMILIES:
        found += begun(len(found) * APART // ACTS)
    return tuple(found[:FAMILIES])


def plan_of(number: int) -> tuple[str, Plan]:
    """The language of a family by its number, and what it answers."""
    talk = number * APART // ACTS
    return LANGUAGES[talk % 3], Plan(turn=talk)


def families() -> Iterator[tuple[int, Conversation]]:
    """All of them by their numbers."""
    for number, each in enumerate(stored()):
        yield number, DECODE(each)


def finished(c: Conversation, new: Edition, old: Edition, number: int) -> Conversation:
    """The family goes on under another revision until it has nothing more to do."""
    talk = Talk(new, AT + timedelta(hours=1))
    talk.older[old.id], talk.c, talk.received = old, c, AT
    family = Family(new, *plan_of(number), AT.year)
    line: Line | None = Line("command", name="continue")
    for _ in range(120):
        if line is None:
            return DECODE(msgspec.json.encode(talk.c))
        talk.act(line)
        family.edition = talk.own
        line = family.answer(talk.c, rows(talk))
    raise AssertionError(f"family {number} never ends: {talk.c.prompt}")


async def fill(store: Store, committer: Committer, count: int, first: int = 0) -> None:
    """Families in mid-talk, as the service stores them; Telegram knows them from ``first`` on."""
    writes = []
    for number, snapshot in enumerate(stored()[:count]):
        c = msgspec.json.decode(snapshot, type=Conversation)
        c = msgspec.structs.replace(c, id=f"c{number:06}")
        writes.append(committer.commit(Write(
            update=("telegram", f"u{number}"), family=f"f{number}", new_family=True,
            new_address=Address(f"a{number}", "telegram", str(first + number)),
            talk=Stored(conversation=c, version=0, address=f"a{number}"),
        )))  # fmt: skip
    await asyncio.gather(*writes)


def desk_of(store: Store) -> Desk:
    """What the commands work with, in Latvian."""
    return Desk(store, drafts.texts(), drafts.programme(), "lv")


def draft_in(folder: Path) -> ScriptFiles:
    """The draft of a folder."""
    found = files_at(folder / "return.yaml")
    assert isinstance(found, ScriptFiles)
    return found


PETS_LV = {"Pets": "Mājdzīvnieki", "Will a pet come along?": "Vai līdzi būs mājdzīvnieks?",
           "A dog": "Suns", "A cat": "Kaķis", "None": "Nav"}  # fmt: skip
PETS_RU = {"Pets": "Питомцы", "Will a pet come along?": "Поедет ли с Вами питомец?",
           "A dog": "Собака", "A cat": "Кошка", "None": "Нет"}  # fmt: skip
NAMES = {"Pets": "title", "Will a pet come along?": "text", "A dog": "dog.text",
         "A cat": "cat.text", "None": "none.text"}  # fmt: skip


def po(texts: dict[str, str]) -> str:
    """A catalogue of the new question's texts."""
    entries = "".join(
        f'\nmsgctxt "return:pets.{NAMES[english]}"\nmsgid "{english}"\nmsgstr "{said}"\n'
        for english, said in texts.items()
    )
    return f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n{entries}'


def with_pets(folder: Path) -> Path:
    """A draft with a new question, a condition, and its translations beside it."""
    (folder / "return.yaml").write_text(drafts.ADDED, "utf-8")
    (folder / "return.lv.po").write_text(po(PETS_LV), "utf-8")
    (folder / "return.ru.po").write_text(po(PETS_RU), "utf-8")
    return folder
