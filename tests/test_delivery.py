"""What Telegram may do to updates and answers, during talks with the whole service."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import turns, update_commands
from bot.channels.channel import Incoming
from storage import conversations, outbox
from tests.crash.people import Coordinator, Family, value
from tests.harness import ON_POSTGRESQL, House, house
from tests.player import until
from tests.telegram.faults import (
    Action,
    Garble,
    Hang,
    Page,
    Refuse,
    Reset,
    Truncate,
    refuse,
    sends,
)
from tests.telegram.ledger import Call
from tests.telegram.refusal import too_many
from tests.telegram.user import User

REGION = "vidzeme"


async def _asked(user: User) -> None:
    """To the first question."""
    await user.start()
    await user.wait()
    await user.choose("English", "data")
    await user.choose("let us start", "own words")
    await user.choose("ask me", "Where are you now")


@pytest.mark.parametrize("webhook", [False, True])
async def test_updates_repeated_up_to_five_times_make_one_case(
    tmp_path: Path, webhook: bool
) -> None:
    async with house(tmp_path, webhook=webhook) as at:
        boss = at.server.user(900, language_code="lv")
        await at.coordinator(boss, REGION)
        add = at.server.updates.add
        count = 0

        def often(kind: str, body: dict[str, object], queue: int, life: float) -> int:
            nonlocal count
            count += 1
            number = add(kind, body, queue, life)
            at.server.updates.repeat(number, count % 5)
            return number

        at.server.updates.add = often  # type: ignore[method-assign]
        user = at.server.user(100, language_code="en")
        number = await Family(user, at.quiet, told=False).play()
        await Coordinator(boss, at.quiet).work(number)
        await until(lambda: any("has closed" in m.text for m in user.messages))
        texts = [m.text for m in user.messages]
        assert len(texts) == len(set(texts))
        async with at.store() as store:
            assert await conversations.parked_updates(store) == []


async def test_one_tap_under_several_ids_is_one_step(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(100, language_code="en")
        await _asked(user)
        before = len(user.messages)
        await user.press("Abroad", copies=3)
        await user.wait("which country")
        await at.server.updates.emptied()
        await asyncio.sleep(0.3)
        assert sum("which country" in m.text for m in user.messages) == 1
        assert value(user.last.buttons[0]) == "GB" or len(user.messages) <= before + 2


async def test_two_hundred_taps_at_once_are_one_step(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(100, language_code="en")
        await _asked(user)
        question = user.last
        for _ in range(200):
            user.tap(question.buttons[0].data or "", question)
        async with asyncio.timeout(30):
            await at.server.updates.emptied()
        await asyncio.sleep(0.5)
        async with at.store() as store:
            known = await conversations.find(store, "telegram", "100")
        assert known is not None and known.conversation is not None
        assert known.conversation.answers["status"].value == "abroad"
        assert "country" not in known.conversation.answers
        assert sum("which country" in m.text for m in user.messages) <= 2


@pytest.mark.parametrize("backwards", [False, True])
async def test_text_and_tap_that_race_store_nothing_wrong(tmp_path: Path, backwards: bool) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(100, language_code="en")
        await _asked(user)
        at.server.updates.hold()
        await user.press("Abroad")
        await user.send("Norway")
        at.server.updates.release(backwards=backwards)
        await at.server.updates.emptied()
        if backwards:  # the text came first and was no answer
            await at.quiet.of(user.id, 30)
            if any(value(b) == "abroad" for b in user.last.buttons):
                # The question was put again before the tap came, which was then too late for it.
                await user.choose("Abroad", "which country")
            await user.send("Norway")
        await user.wait("Where in Latvia")
        async with at.store() as store:
            known = await conversations.find(store, "telegram", "100")
        assert known is not None and known.conversation is not None
        stored = {name: each.value for name, each in known.conversation.answers.items()}
        assert (stored["status"], stored["country"]) == ("abroad", "NO")


ACTIONS: dict[str, Action] = {
    "429": Refuse(too_many(1)),
    "500": refuse(500),
    "502 page": Page(502),
    "reset before": Reset(after=False),
    "reset after": Reset(after=True),
    "cut": Truncate(),
    "nonsense": Garble(b"<html>"),
    "silence": Hang(0.5, after=True),
}


@pytest.mark.parametrize("name", ACTIONS)
async def test_a_fault_of_each_kind_ends_with_the_right_screen(tmp_path: Path, name: str) -> None:
    async with house(tmp_path) as at:
        boss = at.server.user(900, language_code="lv")
        await at.coordinator(boss, REGION)
        for skip in (2, 6):
            at.server.faults.add("sendMessage", ACTIONS[name], skip=skip)
        at.server.faults.add("editMessageText", ACTIONS[name], skip=3)
        user = at.server.user(100, language_code="en")
        number = await Family(user, at.quiet, told=False).play()
        await Coordinator(boss, at.quiet).work(number)
        await until(lambda: any("has closed" in m.text for m in user.messages))
        texts = [m.text for m in user.messages]
        assert len(texts) - len(set(texts)) <= 2  # one for each fault that left it open
        async with at.store() as store:
            for _ in range(100):  # what was sent is noted a moment later
                if not await outbox.waiting(store):
                    break
                await asyncio.sleep(0.05)
            assert await outbox.waiting(store) == []
            assert await outbox.failed(store) == []


async def test_a_blocked_and_a_slow_chat_delay_nobody(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        slow, gone, user = (at.server.user(100 + n, language_code="en") for n in range(3))
        for each in (slow, gone):
            await each.start()
            await each.wait()
        at.server.faults.flood(60, slow.id)
        at.server.updates.hold()
        await slow.press("English")
        await gone.press("English")
        gone.chat.bot_status = "kicked"
        at.server.updates.release()
        async with asyncio.timeout(10):
            await _asked(user)
        assert "Where are you now" in user.last.text
        assert "data" not in slow.last.text


async def test_a_wait_of_35_seconds_is_kept_exactly(tmp_path: Path) -> None:
    """For one chat and, in another house at the same time, for all."""
    await asyncio.gather(
        _waits(tmp_path / "one chat", everyone=False), _waits(tmp_path / "all", everyone=True)
    )


async def _waits(home: Path, *, everyone: bool) -> None:
    """By the ledger: no call before, the very next one after it succeeds."""
    async with house(home) as at:
        users = [at.server.user(100 + n, language_code="en") for n in range(4)]
        for each in users:
            await each.start()
            await each.wait()
        first, *others = users
        since = len(at.server.calls)
        at.server.faults.flood(35, None if everyone else first.id)
        for number, each in enumerate(users, start=1):
            await each.press("English")
            if number <= 2:  # that it concerns all is known from the second who is told
                told = 1 if number == 1 or not everyone else 2
                await until(lambda n=told: len(_told_to_wait(at, since)) == n)
        for each in () if everyone else others:
            await each.wait("data", 20)
        waits = _told_to_wait(at, since)
        for each in users if everyone else [first]:
            await each.wait("data", 90)
        assert waits == _told_to_wait(at, since)
        assert [call.chat_id for call in waits] == [each.id for each in users[: len(waits)]]
        first_wait, last_wait = waits[0], waits[-1]
        for call in at.server.calls[since:]:
            if not sends(call.method) or call.status == 429:
                continue
            if everyone and call.number > last_wait.number:
                assert call.time - last_wait.time >= 35
            elif call.chat_id == first.id:
                assert call.time - first_wait.time >= 35


def _told_to_wait(at: House, since: int) -> list[Call]:
    return [call for call in at.server.calls[since:] if call.status == 429]


async def test_an_update_that_fails_every_time_is_put_aside_and_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    accept = turns.Turns._take

    async def poisoned(self: turns.Turns, incoming: Incoming, *rest: object) -> None:
        if incoming.turn is not None and incoming.turn.text == "dzelzs":
            raise ZeroDivisionError
        await accept(self, incoming, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(turns.Turns, "_take", poisoned)
    async with house(tmp_path) as at:
        user = at.server.user(100, language_code="en")
        await _asked(user)
        await user.send("dzelzs")
        await user.send("Abroad")
        await user.wait("which country", 15)
        async with at.store() as store:
            parked = await conversations.parked_updates(store)
        assert [row.reason.split(" ")[0] for row in parked] == ["ZeroDivisionError"]
        await update_commands.list_parked(at.settings)
        told = capsys.readouterr().out
        assert f"update telegram {parked[0].id}" in told and "dzelzs" not in told


@pytest.mark.skipif(ON_POSTGRESQL, reason="SQLite has a word for it")
@pytest.mark.parametrize("webhook", [False, True])
async def test_a_read_only_database_loses_nothing_accepted(tmp_path: Path, webhook: bool) -> None:
    async with house(tmp_path, webhook=webhook) as at:
        user = at.server.user(100, language_code="en")
        await _asked(user)
        running = [each for each in asyncio.all_tasks() if each.get_name() == "commit"]
        assert len(running) == 1
        writer = running[0].get_coro().cr_frame.f_locals["self"]._writer  # type: ignore[union-attr]
        connection = writer._connection
        connection.exec_driver_sql("PRAGMA query_only=1")
        connection.rollback()
        await user.send("Abroad")
        await asyncio.sleep(1.5)
        assert at.server.updates.waiting, "an update that was not stored was confirmed"
        if webhook:
            assert at.server.webhook.deliveries[-1].status == 500
        connection.exec_driver_sql("PRAGMA query_only=0")
        connection.rollback()
        await user.wait("which country", 20)
        async with at.store() as store:
            assert await conversations.parked_updates(store) == []
