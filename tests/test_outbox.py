"""The outbox and the sweep: what is owed is read in order, what is old goes."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from dialogs.conversation import State
from storage import cases, conversations, outbox, retention, staff
from storage.commit import Committer
from storage.store import Store
from storage.write import Mark, Owed, Talk, Write
from tests.database import BEGINNING, TestClock, address, first, hand_off, owed, talk

pytest_plugins = ["tests.database"]
pytestmark = pytest.mark.asyncio


async def test_rows_come_back_as_they_were_owed_and_in_order(
    store: Store, committer: Committer
) -> None:
    rows = tuple(
        owed(text=f"Nr. {n}", ref=f"talk1.v{n}", slot="note" if n % 2 else "", priority=n)
        for n in range(7)
    )
    await committer.commit(first(owed=rows))
    later = Owed(
        to=address(), order=b'{"kind":"bare"}', ref="x", not_before=BEGINNING + timedelta(hours=1)
    )
    await committer.commit(Write(family="fam1", owed=(later,)))
    found = await outbox.waiting(store)
    assert [row.owed for row in found] == [*rows, later]
    assert {row.family for row in found} == {"fam1"}
    assert [row.id for row in found] == sorted(row.id for row in found)
    page = await outbox.waiting(store, most=3)
    assert page + await outbox.waiting(store, after=page[-1].id) == found
    assert await outbox.backlog(store) == (7, BEGINNING)  # the later one is not due


async def test_ids_go_on_rising_after_a_restart_with_the_clock_set_back(
    store: Store, committer: Committer, clock: TestClock
) -> None:
    await committer.commit(first(owed=(owed(text="one"),)))
    clock.pass_by(hours=-3)
    again = Committer(store)
    await again.commit(Write(family="fam1", owed=(owed(text="two"),)))
    await again.close()
    assert [row.owed.order for row in await outbox.waiting(store)] == [
        owed(text="one").order,
        owed(text="two").order,
    ]


async def test_a_failed_message_is_shown_without_its_text(
    store: Store, committer: Committer, clock: TestClock
) -> None:
    await committer.commit(first(owed=(owed(text="A", ref="card:1"), owed(text="B"))))
    one, two = await outbox.waiting(store)
    await committer.mark(Mark(outcome="failed", rows=(one.id,), reason="chat not found"))
    await committer.mark(Mark(outcome="unclear", rows=(two.id,)))
    assert [(f.ref, f.reason) for f in await outbox.failed(store)] == [("card:1", "chat not found")]
    assert [(row.id, row.unclear) for row in await outbox.waiting(store)] == [(two.id, 1)]
    clock.pass_by(days=31)
    swept = await retention.sweep(store)
    assert (swept.failed, swept.updates) == (1, 1)
    assert len(await outbox.waiting(store)) == 1  # what is still owed is never swept


async def test_a_lease_is_held_by_one(store: Store, clock: TestClock) -> None:
    assert await outbox.lease(store, "relay", "one", 10)
    assert await outbox.lease(store, "relay", "one", 10)
    assert not await outbox.lease(store, "relay", "two", 10)
    assert await outbox.lease(store, "poll", "two", 10)
    clock.pass_by(seconds=11)
    assert await outbox.lease(store, "relay", "two", 10)
    assert not await outbox.lease(store, "relay", "one", 10)
    await outbox.release(store, "relay", "one")
    assert not await outbox.lease(store, "relay", "one", 10)
    await outbox.release(store, "relay", "two")
    assert await outbox.lease(store, "relay", "one", 10)


async def _swept(store: Store) -> tuple[int, ...]:
    counts = await retention.sweep(store)
    return (counts.updates, counts.parked, counts.sent, counts.failed, counts.invitations)


async def test_the_sweep_takes_what_is_old_and_nothing_else(
    store: Store, committer: Committer, clock: TestClock
) -> None:
    await committer.commit(first(1))
    await committer.mark(Mark(outcome="sent", address="addr1", refs=("a",), message="1"))
    await conversations.park(store, "telegram", "p1", b"{}", "ValueError")
    await staff.invite(store, "coordinator", "riga", "lv")
    assert await _swept(store) == (0, 0, 0, 0, 0)
    clock.pass_by(hours=49)
    await committer.mark(Mark(outcome="sent", address="addr1", refs=("b",), message="2"))
    assert await _swept(store) == (2, 0, 0, 0, 0)
    clock.pass_by(days=28)
    assert await _swept(store) == (0, 1, 1, 0, 0)
    assert await outbox.message(store, "addr1", "b") == "2"
    clock.pass_by(days=10)
    assert await _swept(store) == (0, 0, 1, 0, 1)


async def test_talks_past_their_time_are_found_and_erased(
    store: Store, committer: Committer, clock: TestClock
) -> None:
    await committer.commit(first(1))
    await committer.commit(first(2))
    ending = talk(1, 1, State.NOTICE)
    await committer.commit(
        Write(
            family="fam1",
            talk=Talk(
                conversation=ending.conversation,
                version=1,
                address="addr1",
                expires_at=BEGINNING + timedelta(hours=48),
            ),
        )
    )
    assert await retention.expired(store) == []
    assert await conversations.active_since(store, BEGINNING, BEGINNING + timedelta(seconds=1)) == [
        "talk1",
        "talk2",
    ]
    clock.pass_by(hours=48)
    assert await retention.expired(store) == [("talk1", "fam1")]
    await committer.commit(Write(family="fam1", erase=True))
    assert await retention.expired(store) == []
    assert await conversations.load(store, "talk2") is not None


async def test_the_sweep_goes_through_many_pages(
    store: Store, committer: Committer, clock: TestClock
) -> None:
    await committer.commit(first(1))
    for n in range(3):
        refs = tuple(f"{n}-{k}" for k in range(700))
        await committer.mark(Mark(outcome="sent", address="addr1", refs=refs, message="1"))
        clock.pass_by(days=20)
    assert (await retention.sweep(store)).sent == 1400
    assert await outbox.message(store, "addr1", "2-699") == "1"
    assert await outbox.message(store, "addr1", "1-0") is None


async def test_the_card_of_an_open_case_keeps_its_name(
    store: Store, committer: Committer, clock: TestClock
) -> None:
    await committer.commit(first(1))
    number = (await committer.commit(hand_off(1, 1))).number
    refs = (f"card:{number}", "card:9999", f"card:{number}0")
    await committer.mark(Mark(outcome="sent", address="addr1", refs=refs, message="1"))
    clock.pass_by(days=40)
    assert (await retention.sweep(store)).sent == 2
    assert await outbox.message(store, "addr1", f"card:{number}") == "1"
    case = await cases.by_number(store, number)
    assert case is not None
    closed = msgspec.structs.replace(case, closed_at=clock())
    await committer.commit(Write(family="fam1", cases=(closed,)))
    assert (await retention.sweep(store)).sent == 1
