"""The relay: order, exact waits, one repeat at most, slots, rates; in virtual time."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.channel import (
    Accept,
    DeliveryError,
    Gone,
    Later,
    Misconfigured,
    Missing,
    Moved,
    Order,
    Refused,
    Unclear,
    Unreachable,
)
from bot.pace import Rates
from bot.relay import Relay
from bot.trouble import Trouble
from storage import conversations, outbox
from storage.commit import Committer
from storage.store import Store
from storage.tables import outbox as outbox_table
from storage.write import Address, Mark, Owed, Write
from tests.database import TestClock, address, first, open_store, owed
from tests.virtual_time import play

pytest_plugins = ["tests.database"]

LIFTED = Rates.of(0)


class Platform:
    """A platform that notes what it is told and answers as the test says."""

    name = "telegram"

    def __init__(self) -> None:
        self.calls: list[tuple[float, str, Order]] = []
        self.answers: dict[str, deque[DeliveryError | float | None]] = defaultdict(deque)
        self.last = 0
        self.watch: Any = None

    async def receive(self, accept: Accept) -> None:
        """Not used here."""

    async def close(self) -> None:
        """Nothing to close."""

    async def perform(self, address: str, order: Order) -> str:
        """Note the call; wait, fail or succeed."""
        self.calls.append((asyncio.get_running_loop().time(), address, order))
        if self.watch is not None:
            await self.watch()
        answer = self.answers[address].popleft() if self.answers[address] else None
        if isinstance(answer, float):
            await asyncio.sleep(answer)
        elif answer is not None:
            raise answer
        if order.kind != "send":
            return order.message
        self.last += 1
        return str(self.last)

    def texts(self, number: int = 1) -> list[str]:
        """What was said in a chat, in order."""
        return [order.html for _, to, order in self.calls if to == address(number).value]

    def times(self, number: int = 1) -> list[float]:
        """When each call for a chat came, from the loop's beginning at 1000."""
        return [at - 1000 for at, to, _ in self.calls if to == address(number).value]


class Desk:
    """A store with its committer and relay before a platform."""

    def __init__(self, store: Store, committer: Committer, relay: Relay, told: list[Trouble]):
        self.store, self.committer, self.relay, self.told = store, committer, relay, told

    async def owe(self, *rows: Owed) -> None:
        """Commit rows as a turn would."""
        await self.committer.commit(Write(family="fam1", owed=rows))

    async def quiet(self, seconds: float = 400) -> None:
        """Let time pass until all is sent and recorded."""
        await asyncio.sleep(seconds)
        await self.committer.mark(Mark(outcome="dropped"))


@asynccontextmanager
async def at_desk(
    home: Path,
    platform: Platform,
    rates: Rates = LIFTED,
    holder: str = "alone",
    poll: float = 0.0,
    **rest: Any,
) -> AsyncIterator[Desk]:
    clock = TestClock()
    store = await open_store(home, clock)
    committer = Committer(store)
    told: list[Trouble] = []
    relay = Relay(
        store, committer, {"telegram": platform}, clock, rates,
        holder=holder, poll=poll, tell=told.append, **rest,
    )  # fmt: skip
    await relay.start()
    desk = Desk(store, committer, relay, told)
    if await conversations.load(store, "talk1") is None:
        await committer.commit(first())
    try:
        yield desk
    finally:
        await relay.close()
        await committer.close()
        await store.close()


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


def test_an_unclear_edit_may_be_repeated_freely(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="A", ref="r"))
            await desk.quiet(1)
            platform.answers[address().value].extend([Unclear(), Unclear(), Unclear()])
            await desk.owe(_edit("r", "B"))
            await desk.quiet()
            assert platform.texts() == ["A", "B", "B", "B", "B"]
            assert {order.message for _, _, order in platform.calls[1:]} == {"1"}
            assert await outbox.failed(desk.store) == []

    play(scene)


def _edit(ref: str, text: str = "", kind: str = "edit", number: int = 1) -> Owed:
    order = f'{{"kind":"{kind}","html":"{text}"}}'.encode()
    return Owed(to=address(number), order=order, ref=ref)


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


def test_a_row_that_is_no_order_stops_nobody(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform) as desk:
            bad = Owed(to=address(), order=b'{"kind":"dance"}', ref="bad")
            await desk.owe(bad, owed(text="A"))
            await desk.quiet(1)
            assert platform.texts() == ["A"]
            assert [row.reason for row in await outbox.failed(desk.store)] == ["not an order"]

    play(scene)


def test_a_missing_message_is_sent_anew_and_found_under_its_name(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="A", ref="r"))
            await desk.quiet(1)
            platform.answers[address().value].append(Missing())
            await desk.owe(_edit("r", "B"))
            await desk.quiet(1)
            assert [o.kind for _, _, o in platform.calls] == ["send", "edit", "send"]
            assert await outbox.message(desk.store, "addr1", "r") == "2"
            platform.answers[address().value].append(Missing())
            await desk.owe(_edit("r", kind="bare"), _edit("never", kind="delete"))
            await desk.quiet(1)
            assert [o.kind for _, _, o in platform.calls[3:]] == ["bare"]
            assert await outbox.backlog(desk.store) == (0, None)
            # An edit of something never sent is sent.
            await desk.owe(_edit("new", "C"))
            await desk.quiet(1)
            assert platform.calls[-1][2].kind == "send"
            assert await outbox.message(desk.store, "addr1", "new") == "3"

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


def test_a_slot_holds_one_message(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].append(10.0)
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="first"))
            await asyncio.sleep(1)
            await desk.owe(owed(text="note 1", slot="note", ref="v1"))
            await desk.owe(owed(text="note 2", slot="note", ref="v2"))
            await desk.quiet(30)
            assert platform.texts() == ["first", "note 2"]
            assert await outbox.backlog(desk.store) == (0, None)
            await desk.owe(owed(text="note 3", slot="note", ref="v3"))
            await desk.quiet(5)
            assert [(o.kind, o.html, o.message) for _, _, o in platform.calls[2:]] == [
                ("delete", "", "2"), ("send", "note 3", ""),
            ]  # fmt: skip
            assert await outbox.message(desk.store, "addr1", "slot:note") == "3"
        # The slot is known after a restart too.
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="note 4", slot="note"))
            await desk.quiet(5)
            assert [(o.kind, o.message) for _, _, o in platform.calls[4:]] == [
                ("delete", "3"), ("send", ""),
            ]  # fmt: skip

    play(scene)


def test_edits_of_what_nobody_saw_change_what_is_sent(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address().value].append(10.0)
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(text="first", ref="v0"))
            await asyncio.sleep(1)
            await desk.owe(owed(text="one", ref="v1"), owed(text="two", ref="v2"))
            await desk.owe(_edit("v1", "one, ticked"), _edit("v2", kind="delete"))
            await desk.owe(_edit("v0", "a"), _edit("v0", "b"), _edit("v0", kind="bare"))
            await desk.quiet(30)
            assert [(o.kind, o.html) for _, _, o in platform.calls] == [
                ("send", "first"), ("send", "one, ticked"), ("edit", "b"),
            ]  # fmt: skip
            assert await outbox.backlog(desk.store) == (0, None)

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


@pytest.mark.parametrize("group", [False, True])
def test_rates_of_one_chat(home: Path, group: bool) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform, Rates()) as desk:
            rows = [owed(text=str(n)) for n in range(30)]
            if group:
                to = type(address())("addr1", "telegram", address().value, group=True)
                rows = [Owed(to=to, order=row.order) for row in rows]
            await desk.owe(*rows)
            await desk.quiet()
        times = platform.times()
        assert len(times) == 30
        # In t seconds at most 4 + t to a chat; in any minute at most 20 to a group.
        for i, begin in enumerate(times):
            for j in range(i, len(times)):
                assert j - i + 1 <= 4 + (times[j] - begin) + 1e-6
            assert not group or sum(begin <= at < begin + 60 for at in times) <= 20
        assert times[-1] - times[0] < (67 if group else 27)

    play(scene)


def test_the_rate_over_all_and_answers_before_broadcasts(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform, Rates()) as desk:
            await desk.owe(*(owed(n, "news", priority=5) for n in range(100, 220)))
            await asyncio.sleep(0.5)
            await desk.owe(*(owed(n, "answer") for n in range(1, 11)))
            await desk.quiet()
        times = [at for at, _, _ in platform.calls]
        assert len(times) == 130
        for begin in times:
            assert sum(begin <= at < begin + 1 for at in times) <= 30
        assert times[-1] - times[0] == pytest.approx(4, abs=0.5)
        assert [o.html for _, _, o in platform.calls[30:40]] == ["answer"] * 10

    play(scene)


def test_a_chat_that_waits_for_the_rate_over_all_has_one_sender(home: Path) -> None:
    """A message that comes meanwhile does not bring it a second one."""

    async def scene() -> None:
        platform = Platform()
        under_way = most = 0

        async def watch() -> None:
            nonlocal under_way, most
            if platform.calls[-1][1] != address(1).value:
                return
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(2.5)
            under_way -= 1

        platform.watch = watch
        async with at_desk(home, platform, Rates(overall=1, chat=0.0)) as desk:
            await desk.owe(owed(1, "one"), owed(1, "two"))
            await asyncio.sleep(2.2)
            await desk.owe(owed(2, "other"))
            await asyncio.sleep(0.5)  # "one" is sent, and "two" waits for a second without "other"
            await desk.owe(owed(1, "three"), owed(1, "four"))
            await desk.quiet()
        assert most == 1
        assert platform.texts() == ["one", "two", "three", "four"]

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


def test_a_delayed_message_lets_later_ones_pass(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        async with at_desk(home, platform) as desk:
            later = desk.store.clock().replace(minute=5)
            await desk.owe(owed(text="in the morning", not_before=later), owed(text="now"))
            await asyncio.sleep(1)
            assert platform.texts() == ["now"]
            await asyncio.sleep(300)
            assert platform.texts() == ["now", "in the morning"]
            assert platform.times()[1] - platform.times()[0] == pytest.approx(300, abs=0.1)

    play(scene)


def test_nothing_about_an_erased_family_is_sent(home: Path) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address(2).value].append(10.0)
        async with at_desk(home, platform) as desk:
            await desk.owe(owed(2, text="other"), owed(2, text="their card"))
            await asyncio.sleep(1)
            await desk.committer.commit(
                Write(family="fam1", erase=True, owed=(owed(text="erased"),))
            )
            await desk.quiet()
            assert platform.texts(2) == ["other"] and platform.texts(1) == ["erased"]

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
