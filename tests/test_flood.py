"""A flood from one person: what is kept, what is left alone, and that they are told in their words.

The bound is security-privacy S8: 30 updates a minute for a family, then one notice a minute.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from bot.channels.channel import Incoming, Order
from bot.flood import UPDATES, Flood
from bot.office import Office
from bot.settings import Settings
from dialogs.conversation import Turn
from storage import conversations, outbox
from storage.conversations import Known
from tests.database import TestClock
from tests.harness import database_of
from tests.talk import edition

NOTICES = {
    "en": "That was a lot at once.",
    "lv": "Tas bija daudz vienā reizē.",
    "ru": "Это было сразу очень много.",
}
PERSON = "100"


class Person:
    """One family that writes to an office; ``clock`` dates what it does."""

    def __init__(self, office: Office, clock: TestClock) -> None:
        self.office = office
        self.clock = clock
        self._updates = 0

    async def does(self, kind: str, text: str = "", value: str = "") -> None:
        """One update."""
        self._updates += 1
        name = f"u{self._updates}"
        turn = Turn(name, self.clock(), kind, text, value=value)  # type: ignore[arg-type]
        await self.office.turns.accept(Incoming("telegram", name, PERSON, turn))

    async def heard(self) -> list[str]:
        """All that was said to it, in order."""
        rows = await outbox.waiting(self.office.store, most=10_000)
        orders = [msgspec.json.decode(row.owed.order, type=Order) for row in rows]
        return [order.html for order in orders if order.kind == "send"]

    async def known(self) -> Known:
        """What is stored of it."""
        found = await conversations.find(self.office.store, "telegram", PERSON)
        assert found is not None
        return found


@pytest_asyncio.fixture
async def person(tmp_path: Path) -> AsyncIterator[Person]:
    clock = TestClock()
    chosen = Settings(  # type: ignore[call-arg]
        _env_file=None, home=tmp_path / "home", **database_of(tmp_path)  # type: ignore[arg-type]
    )
    office = await Office.open(chosen, clock, edition())
    office.turns.flood = Flood()
    yield Person(office, clock)
    await office.close()


async def _telling(person: Person, language: str = "en") -> None:
    """To the state in which a story is told."""
    await person.does("command", value="start")
    for _ in range(2):
        found = (await person.known()).conversation
        assert found is not None and found.prompt is not None
        value = language if found.prompt.visit == 1 else "go"
        token = person.office.buttons.token(found.id, found.prompt.visit, value, PERSON)
        turn = Turn(f"t{found.prompt.visit}", person.clock(), "choice")
        await person.office.turns.accept(
            Incoming("telegram", turn.id, PERSON, turn, token=token)
        )


@pytest.mark.parametrize("language", NOTICES)
async def test_two_hundred_commands_bring_thirty_answers_and_one_notice(
    person: Person, language: str
) -> None:
    await _telling(person, language)
    before = len(await person.heard())
    for _ in range(200):
        await person.does("command", value="help")
    heard = (await person.heard())[before:]
    assert len(heard) <= 2 * UPDATES + 1  # each with the open question below it
    assert [text.startswith(NOTICES[language]) for text in heard].count(True) == 1
    person.clock.pass_by(seconds=30)
    await person.does("command", value="help")
    assert len(await person.heard()) == before + len(heard)  # still the same minute
    person.clock.pass_by(seconds=31)
    await person.does("command", value="help")
    assert not (await person.heard())[-1].startswith(NOTICES[language])


async def test_a_flood_that_lasts_brings_one_notice_a_minute(person: Person) -> None:
    await _telling(person)
    for _ in range(600):
        person.clock.pass_by(seconds=0.5)
        await person.does("command", value="help")
    notices = [text for text in await person.heard() if text.startswith(NOTICES["en"])]
    assert 4 <= len(notices) <= 5  # in five minutes


async def test_the_words_of_a_story_are_kept_however_many_come(person: Person) -> None:
    await _telling(person)
    for number in range(100):
        await person.does("text", f"We live in Bergen, Norway. Line {number}.")
    found = (await person.known()).conversation
    assert found is not None
    words = " ".join(piece.text for piece in found.story)
    assert "Line 99." in words and "Line 0." in words
    assert not any(text.startswith(NOTICES["en"]) for text in await person.heard())


async def test_what_cannot_wait_is_heard_in_a_flood(person: Person) -> None:
    await _telling(person)
    for _ in range(60):
        await person.does("command", value="help")
    await person.does("text", "Please help, my husband beats me.")
    assert "112" in (await person.heard())[-1]


async def test_what_waited_through_an_outage_is_no_flood(person: Person) -> None:
    await _telling(person)
    began = person.clock()
    for number in range(60):  # all handed over now, but written over twenty hours
        person.clock.now = began + timedelta(minutes=20 * number)
        await person.does("command", value="help")
    assert not any(text.startswith(NOTICES["en"]) for text in await person.heard())
