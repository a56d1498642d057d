"""After an outage: taps are lost, messages are not, and every family can go on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import outage, speech
from bot.channels.channel import Incoming
from bot.office import Office
from dialogs.conversation import Turn
from storage import conversations, tables
from tests.crash.people import value
from tests.harness import MONDAY, House, house
from tests.player import until
from tests.talk import edition
from tests.telegram.clock import Clock
from tests.telegram.server import TelegramServer
from tests.telegram.user import User


async def _to_country(user: User) -> None:
    await user.start()
    await user.wait()
    await user.choose("English", "data")
    await user.choose("let us start", "own words")
    await user.choose("ask me", "Where are you now")


async def _away(at: House, seconds: float) -> None:
    """The service is gone for so long; its last sign of life was a moment ago."""
    async with at.store() as store:
        await outage.beat(store)
    await at.stop()
    at.server.clock.advance(seconds)


async def test_after_ten_minutes_each_family_goes_on_with_one_tap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "SETTLE_SECONDS", 1.0)
    async with house(tmp_path) as at:
        users = [at.server.user(100 + n, language_code="en") for n in range(5)]
        for user in users:
            await _to_country(user)
        blocked = users.pop()
        await _away(at, 10)
        for user in users:
            await user.press("Abroad")
        await blocked.block()
        at.server.clock.advance(600)
        before = {user.id: len(user.messages) for user in users}
        await users[0].send("Abroad")  # a message is not lost
        await at.start()
        for user in users[1:]:
            await until(lambda user=user: len(user.messages) > before[user.id])
            await user.choose("Abroad", "which country")
            assert len(user.messages) == before[user.id] + 2
        await users[0].wait("which country", 10)
        await asyncio.sleep(1.5)
        assert len(users[0].messages) == before[users[0].id] + 1
        assert len(at.server.updates.expired) == len(users)


async def test_after_a_short_stop_nothing_is_shown_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "SETTLE_SECONDS", 0.2)
    async with house(tmp_path) as at:
        user = at.server.user(100, language_code="en")
        await _to_country(user)
        await _away(at, 100)
        await user.press("Abroad")
        await at.start()
        await user.wait("which country", 10)
        await asyncio.sleep(0.5)
        assert [value(b) for b in user.last.buttons][:1] == ["GB"]
        assert sum("which country" in m.text for m in user.messages) == 1


STORY = (
    "We live in Bergen, Norway.", "We would like to move to Valmiera.", "Our son is 9.",
    "Our daughter is 4.", "I am a nurse.", "My husband is an electrician.",
    "We need a school place.", "And a kindergarten.", "And a flat to rent.",
    "We want to move next June.",
)  # fmt: skip


async def _telling(at: House, families: int) -> None:
    """So many families to the point where they tell their story, without a platform."""
    office = await Office.open(at.settings, at.server.clock.now, edition())
    turns = office.turns

    async def one(number: int) -> None:
        address = str(100 + number)
        begun = Turn("s", at.server.clock.now(), "command", value="start")
        await turns.accept(Incoming("telegram", f"s{address}", address, begun))
        for visit, chosen in ((1, "en"), (2, "go")):
            found = await conversations.find(office.store, "telegram", address)
            assert found is not None and found.conversation is not None
            token = office.buttons.token(found.conversation.id, visit, chosen, address)
            tap = Turn("t", at.server.clock.now(), "choice")
            await turns.accept(
                Incoming("telegram", f"t{visit}-{address}", address, tap, token=token)
            )

    for start in range(0, families, 50):
        await asyncio.gather(*(one(n) for n in range(start, min(start + 50, families))))
    async with office.store.begin() as connection:
        await connection.execute(tables.outbox.delete())  # they have read all that
    await outage.beat(office.store)
    await office.close()


@pytest.mark.timeout(400)
async def test_after_a_day_each_family_gets_one_reply_not_ten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speech, "LATE_SECONDS", 15.0)  # half the families, half the time
    await a_day_away(tmp_path, families=30)


async def a_day_away(home: Path, families: int, patience: float = 300.0) -> None:
    """The service is away for 23 hours, in which each family writes ten messages."""
    async with TelegramServer(clock=Clock(MONDAY)) as server:
        at = House(server, home)
        await _telling(at, families)
        users = [server.user(100 + n, language_code="en") for n in range(families)]
        for piece in STORY:
            for user in users:
                await user.send(piece)
            server.clock.advance(23 * 3600 / len(STORY))
        assert len(server.updates.waiting) == len(STORY) * families
        await at.start()
        await at.quiet.everywhere(patience)
        shown = [[m for m in user.chat.history if m.from_bot] for user in users]
        assert {len(messages) for messages in shown} == {1}
        assert all("Valmiera" in messages[0].text for messages in shown)
        async with at.store() as store:
            for user in users:
                found = await conversations.find(store, "telegram", str(user.id))
                assert found is not None and found.conversation is not None
                assert [piece.text for piece in found.conversation.story] == list(STORY)
            assert await conversations.parked_updates(store) == []
        await at.stop()
