"""The relay: order, exact waits, one repeat at most, who sends; in virtual time."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels.channel import (
    Gone,
    Later,
    Misconfigured,
    Moved,
    Refused,
    Unclear,
    Unreachable,
)
from storage import conversations, outbox
from storage.commit import Committer
from storage.tables import outbox as outbox_table
from storage.write import Address, Owed
from tests.database import TestClock, address, first, open_store, owed
from tests.sending import Platform, at_desk
from tests.virtual_time import play

pytest_plugins = ["tests.database"]


def test_order_is_kept_and_a_slow_chat_delays_nobody(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address(1).value].append(30.0)
        async with at_desk(home, platform) as desk:
            await desk.owe(*(owed(n, f"{n}-{k}") for k in range(5) for n in range(1, 101)))
            await desk.quiet()
            for n in range(1, 101):
                assert platform.texts(n) == [f"{n}-{k}" for k in range(5)]
            assert max(max(platform.times(n)) for n in range(2, 101)) < 5
            assert platform.times(1)[1] >= 30
            assert await outbox.backlog(desk.store) == (0, None)

    play(scene)


def test_the_wait_a_platform_asks_for_is_kept_exactly(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address(1).value].append(Later(344))
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(1, "A"), owed(1, "B"), owed(2, "C"))
            await desk.quiet()
            assert platform.texts(1) == ["A", "A", "B"]
            begin, again, _ = platform.times(1)
            assert again - begin == pytest.approx(344, abs=0.001)
            assert platform.times(2)[0] < 1

    play(scene)


def test_a_wait_for_everyone_holds_all_chats(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address(1).value].append(Later(35, everyone=True))
        async with at_desk(home, platform, senders=1) as desk:
            await desk.owe(owed(1, "A"), owed(2, "B"), owed(3, "C"))
            await desk.quiet()
            begin, again = platform.times(1)
            assert again - begin == pytest.approx(35, abs=0.001)
            assert platform.times(2)[0] - begin == pytest.approx(35, abs=0.001)
            assert platform.times(3)[0] - begin == pytest.approx(35, abs=0.001)

    play(scene)


def test_an_unreachable_platform_is_tried_with_growing_pauses(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].extend(Unreachable() for _ in range(10))
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="A"))
            await desk.quiet()
            times = platform.times()
            pauses = [round(b - a, 3) for a, b in pairwise(times)]
            assert pauses == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]
            assert await outbox.backlog(desk.store) == (0, None)

    play(scene)


def test_an_unclear_message_is_repeated_once_after_that_is_recorded(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].extend([Unclear(), Unclear()])
        recorded: list[int] = []

        async with at_desk(home, platform) as desk:

            async def watch() -> None:
                async with desk.store.connect() as connection:
                    recorded.append(
                        (await connection.execute(select(outbox_table.c.unclear))).scalars().one()
                    )
                    platform.watch = watch if len(recorded) < 2 else None

            platform.watch = watch
            await desk.owe(owed(text="A", ref="r"))
            await desk.quiet()
            assert platform.texts() == ["A", "A"]
            assert recorded == [0, 1]
            assert [row.reason for row in await outbox.failed(desk.store)] == ["unclear twice"]
            assert [(t.kind, t.ref) for t in desk.told] == [("unclear", "r")]
            await desk.owe(owed(text="B"))
            await desk.quiet()
            assert platform.texts() == ["A", "A", "B"]

    play(scene)


def test_who_blocked_the_bot_is_written_to_no_more(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].append(Gone())
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="A", ref="a"), owed(text="B"), owed(2, text="C"))
            await desk.quiet()
            assert platform.texts() == ["A"] and platform.texts(2) == ["C"]
            assert [row.reason for row in await outbox.failed(desk.store)] == ["gone", "gone"]
            assert [(t.kind, t.ref, t.family) for t in desk.told] == [("gone", "a", "fam1")]
            known = await conversations.find(desk.store, "telegram", address().value)
            assert known is not None and known.blocked and known.conversation is not None

    play(scene)


def test_a_refused_message_is_kept_for_the_operator_and_the_next_goes_on(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].append(Refused("can't parse entities"))
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="A", ref="a"), owed(text="B"))
            await desk.quiet()
            assert platform.texts() == ["A", "B"]
            failed = await outbox.failed(desk.store)
            assert [(row.ref, row.reason) for row in failed] == [("a", "can't parse entities")]

    play(scene)


def test_a_moved_chat_is_followed(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].append(Moved("-100777"))
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="A"), owed(text="B"))
            await desk.quiet()
            assert [(to, o.html) for _, to, o in platform.calls] == [
                (address().value, "A"), ("-100777", "A"), ("-100777", "B"),
            ]  # fmt: skip
            known = await conversations.find(desk.store, "telegram", "-100777")
            assert known is not None and known.family == "fam1"

    play(scene)


def test_a_wrong_token_stops_the_channel_and_is_told(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].append(Misconfigured("401"))
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="A"))
            await asyncio.sleep(1)
            await desk.owe(owed(2, text="B"))
            await asyncio.sleep(30)
            assert len(platform.calls) == 1
            assert [t.kind for t in desk.told] == ["misconfigured"]
            await desk.quiet()
            assert platform.texts() == ["A", "A"] and platform.texts(2) == ["B"]

    play(scene)


def test_what_was_left_is_sent_after_a_restart_and_nothing_twice(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        clock = TestClock()
        store = await open_store(home, clock)
        committer = Committer(store)
        await committer.commit(first(owed=(owed(text="A"), owed(text="B"))))
        await committer.close()
        await store.close()
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="C"))
            await desk.quiet(5)
            assert platform.texts() == ["A", "B", "C"]
        async with at_desk(home, platform) as desk:
            await desk.quiet(5)
            assert platform.texts() == ["A", "B", "C"]

    play(scene)


def test_a_message_goes_only_after_the_one_before_is_recorded(home: Path) -> None:
    """So that a kill at any moment repeats at most one message in a chat."""

    async def scene() -> None:
        platform = Platform()
        owing: list[int] = []
        async with at_desk(home, platform) as desk:

            async def watch() -> None:
                owing.append((await outbox.backlog(desk.store))[0])

            platform.watch = watch
            await desk.owe(*(owed(text=str(n)) for n in range(5)))
            await desk.quiet(5)
        assert owing == [5, 4, 3, 2, 1]

    play(scene)


def test_a_channel_that_is_not_there_keeps_what_it_owes(home: Path) -> None:
    """An office may be without Telegram for a while: nothing is lost, and nothing else waits."""

    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform) as desk:
            mail = Address("mail", "email", "x@families.test")
            order = b'{"kind":"send","html":"kept"}'
            await desk.owe(Owed(to=mail, order=order), Owed(to=mail, order=order), owed(1, "now"))
            await desk.quiet(7000)
            assert platform.texts(1) == ["now"]
            assert [t.kind for t in desk.told] == ["absent", "absent"]
            assert desk.told[0].family == "fam1"
            assert (await outbox.backlog(desk.store))[0] == 2
            assert not desk.relay.late(60)

    play(scene)


def test_late_is_what_no_platform_asked_for(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address(1).value].append(Later(600))
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(1, "asked to wait"))
            await desk.quiet(300)
            assert not desk.relay.late(60)
            platform.answers[address(2).value] += [Unreachable() for _ in range(40)]
            await desk.owe(owed(2, "cannot be sent"))
            await desk.quiet(90)
            assert desk.relay.late(60)

    play(scene)


def test_one_relay_sends_for_all_workers(home: Path) -> None:
    async def scene() -> None:
        one, two = Platform(), Platform()
        async with at_desk(home, two, holder="two", poll=0.2) as second:
            async with at_desk(home, one, holder="one", poll=0.2) as first_desk:
                await second.owe(owed(text="A"))
                await first_desk.owe(owed(text="B"))
                await asyncio.sleep(3)
                assert (two.texts(), one.texts()) == (["A", "B"], [])
            await second.relay.close()
        async with at_desk(home, one, holder="one", poll=0.2) as first_desk:
            await first_desk.owe(owed(text="C"))
            await asyncio.sleep(3)
            assert one.texts() == ["C"]

    play(scene)
