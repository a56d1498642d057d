"""Group commit: together or not at all, each update and each version once, numbers once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from dialogs.conversation import State
from storage import cases, conversations, outbox, staff
from storage.commit import Committer
from storage.store import Store, StoreFault
from storage.tables import addresses, families, metadata, updates
from storage.write import (
    CaseEvent,
    Committed,
    Mark,
    Rest,
    Seen,
    Stale,
    Timer,
    Unavailable,
    Waiting,
    Write,
)
from tests.database import (
    BEGINNING,
    TestClock,
    address,
    case,
    first,
    hand_off,
    open_store,
    owed,
    talk,
)

pytest_plugins = ["tests.database"]
pytestmark = pytest.mark.asyncio


async def _count(store: Store, table: str) -> int:
    async with store.connect() as connection:
        found = await connection.execute(select(func.count()).select_from(metadata.tables[table]))
        return int(found.scalar_one())


async def test_a_first_turn_is_found_again(store: Store, committer: Committer) -> None:
    assert await conversations.find(store, "telegram", "7000001") is None
    assert await committer.commit(first()) == Committed(version=1)
    known = await conversations.find(store, "telegram", "7000001")
    assert known is not None
    assert (known.family, known.address, known.version) == ("fam1", address(1), 1)
    assert known.conversation == talk(1).conversation
    assert await conversations.load(store, "talk1") == known


async def test_a_restart_finds_what_was_committed(
    store: Store, committer: Committer, home: Path, clock: TestClock
) -> None:
    await committer.commit(first(owed=(owed(),)))
    again = await open_store(home, clock)
    try:
        known = await conversations.load(again, "talk1")
        assert known is not None
        assert known.conversation == talk(1).conversation
        assert [row.owed for row in await outbox.waiting(again)] == [owed()]
    finally:
        await again.close()


async def test_an_update_is_committed_once(store: Store, committer: Committer) -> None:
    await committer.commit(first(owed=(owed(),)))
    repeat = Write(
        update=("telegram", "u1"),
        family="fam1",
        talk=talk(1, 1),
        owed=(owed(text="Vēl"),),
    )
    with pytest.raises(Seen):
        await committer.commit(repeat)
    assert len(await outbox.waiting(store)) == 1
    assert await conversations.seen(store, "telegram", "u1")
    # The same id on another channel is another update.
    other = msgspec.structs.replace(repeat, update=("web", "u1"))
    assert await committer.commit(other) == Committed(version=2)


async def test_a_stale_write_leaves_nothing(store: Store, committer: Committer) -> None:
    await committer.commit(first())
    await committer.commit(Write(family="fam1", talk=talk(1, 1)))
    with pytest.raises(Stale):
        await committer.commit(
            Write(
                update=("telegram", "u9"),
                family="fam1",
                talk=talk(1, 1),
                owed=(owed(),),
                timers=(Timer("talk1", "remind", BEGINNING),),
            )
        )
    assert await outbox.waiting(store) == []
    assert await conversations.next_due(store) is None
    assert not await conversations.seen(store, "telegram", "u9")


async def test_bad_writes_of_a_batch_hurt_nobody(store: Store, committer: Committer) -> None:
    await asyncio.gather(*(committer.commit(first(n)) for n in range(1, 6)))

    def broken(_number: int) -> Rest:
        raise ZeroDivisionError

    batches = committer.batches
    results = await asyncio.gather(
        committer.commit(Write(update=("telegram", "v1"), family="fam1", talk=talk(1, 1))),
        committer.commit(Write(update=("telegram", "u2"), family="fam2", talk=talk(2, 1))),
        committer.commit(Write(update=("telegram", "v3"), family="fam3", talk=talk(3, 7))),
        committer.commit(Write(family="fam4", talk=talk(4, 1), finish=broken)),
        committer.commit(hand_off(5)),
        committer.commit(Write(family="nobody", talk=talk(6, 0))),
        return_exceptions=True,
    )
    assert committer.batches == batches + 1
    assert results[0] == Committed(version=2)
    assert isinstance(results[1], Seen)
    assert isinstance(results[2], Stale)
    assert isinstance(results[3], ZeroDivisionError)
    assert results[4] == Committed(version=2, number=1001)
    assert isinstance(results[5], Stale)


async def test_a_batch_has_a_fixed_number_of_statements(committer: Committer) -> None:
    def turn(n: int) -> Write:
        return Write(
            update=("telegram", f"t{n}"),
            family=f"fam{n}",
            talk=talk(n, 1),
            owed=(owed(n),),
        )

    await asyncio.gather(*(committer.commit(first(n)) for n in range(1, 52)))
    before, batches = committer.statements, committer.batches
    await committer.commit(turn(51))
    assert (committer.statements - before, committer.batches - batches) == (3, 1)
    before, batches = committer.statements, committer.batches
    await asyncio.gather(*(committer.commit(turn(n)) for n in range(1, 51)))
    assert (committer.statements - before, committer.batches - batches) == (3, 1)


async def test_two_first_turns_of_one_address_make_one_family(
    store: Store, committer: Committer
) -> None:
    second = msgspec.structs.replace(
        first(2), new_address=msgspec.structs.replace(address(1), id="addr2")
    )
    results = await asyncio.gather(
        committer.commit(first(1)), committer.commit(second), return_exceptions=True
    )
    assert results[0] == Committed(version=1)
    assert isinstance(results[1], Stale)
    assert await _count(store, "addresses") == 1
    assert await _count(store, "conversations") == 1


async def test_a_case_number_is_given_once(store: Store, committer: Committer) -> None:
    await asyncio.gather(*(committer.commit(first(n)) for n in range(1, 9)))
    handed: list[Waiting] = []
    committer.hand_over = lambda rows, _erased: handed.extend(rows)
    made = await asyncio.gather(*(committer.commit(hand_off(n)) for n in range(1, 9)))
    assert [one.number for one in made] == list(range(1001, 1009))
    assert [row.owed.ref for row in handed] == [f"case:{n}" for n in range(1001, 1009)]
    with pytest.raises(Stale):
        await committer.commit(hand_off(1, version=2))
    assert await _count(store, "cases") == 8
    known = await conversations.load(store, "talk3")
    assert known is not None and known.conversation is not None
    assert known.conversation.state is State.SENT
    # A refused hand-off does not use a number up.
    await committer.commit(first(9))
    assert (await committer.commit(hand_off(9))).number == 1009


async def test_of_two_coordinators_one_takes(store: Store, committer: Committer) -> None:
    await committer.commit(first())
    await committer.commit(hand_off())
    read = await cases.by_number(store, 1001)
    assert read is not None and read.version == 1 and read.taken_by == ""

    def take(who: str) -> Write:
        taken = msgspec.structs.replace(read, state="taken", taken_by=who, taken_at=BEGINNING)
        event = CaseEvent(1001, BEGINNING, who, "taken", "Paņemts")
        return Write(family="fam1", cases=(taken,), events=(event,))

    results = await asyncio.gather(
        committer.commit(take("anna")),
        committer.commit(take("ilze")),
        return_exceptions=True,
    )
    assert [type(one) for one in results] == [Committed, Stale]
    stored = await cases.by_number(store, 1001)
    assert stored is not None
    assert (stored.taken_by, stored.version, stored.intake) == ("anna", 2, read.intake)
    assert [(e.who, e.text) for e in await cases.events(store, 1001)] == [("anna", "Paņemts")]
    assert [line.number for line in await cases.open_in(store, "vidzeme")] == [1001]
    assert [found.number async for found in cases.export(store, "riga")] == []
    assert [found async for found in cases.export(store)] == [stored]


async def test_timers_are_replaced_and_cancelled(store: Store, committer: Committer) -> None:
    await committer.commit(first(timers=(Timer("talk1", "remind", BEGINNING),)))
    later = BEGINNING + timedelta(days=1)
    await committer.commit(
        Write(family="fam1", talk=talk(1, 1), timers=(Timer("talk1", "remind", later),))
    )
    assert await conversations.due(store, BEGINNING) == []
    assert await conversations.due(store, later) == [Timer("talk1", "remind", later)]
    await committer.commit(Write(family="fam1", talk=talk(1, 2), cancel=(("talk1", "remind"),)))
    assert await conversations.next_due(store) is None


async def test_marks_ride_and_name_sent_messages(store: Store, committer: Committer) -> None:
    await committer.commit(first(owed=(owed(ref="talk1.v1"), owed(text="Divi"))))
    one, two = await outbox.waiting(store)
    await committer.mark(
        Mark(
            outcome="sent",
            rows=(one.id,),
            address="addr1",
            refs=("talk1.v1",),
            message="55",
        )
    )
    assert await outbox.message(store, "addr1", "talk1.v1") == "55"
    assert [row.id for row in await outbox.waiting(store)] == [two.id]
    await committer.mark(Mark(outcome="gone", address="addr1"))
    assert await outbox.waiting(store) == []
    assert [row.reason for row in await outbox.failed(store)] == ["gone"]
    known = await conversations.find(store, "telegram", "7000001")
    assert known is not None and known.blocked
    await committer.commit(Write(family="fam1", unblock="addr1"))
    known = await conversations.find(store, "telegram", "7000001")
    assert known is not None and not known.blocked


async def test_a_moved_address_is_found_at_its_new_place(
    store: Store, committer: Committer
) -> None:
    await committer.commit(first())
    await committer.mark(Mark(outcome="moved", address="addr1", channel="telegram", value="-1009"))
    assert await conversations.find(store, "telegram", "7000001") is None
    known = await conversations.find(store, "telegram", "-1009")
    assert known is not None and known.address.value == "-1009"


async def test_an_erased_family_is_gone_but_gets_its_goodbye(
    store: Store, committer: Committer
) -> None:
    await committer.commit(first(owed=(owed(text="Sena"),)))
    await committer.commit(hand_off())
    await committer.commit(
        Write(
            family="fam1",
            events=(CaseEvent(1001, BEGINNING, "family", "message", "Labdien"),),
        )
    )
    erased: list[str] = []
    committer.hand_over = lambda _rows, families: erased.extend(families)
    await committer.commit(Write(family="fam1", erase=True, owed=(owed(text="Dzēsts"),)))
    assert erased == ["fam1"]
    assert await conversations.find(store, "telegram", "7000001") is None
    assert await conversations.load(store, "talk1") is None
    assert [row.owed.order for row in await outbox.waiting(store)] == [owed(text="Dzēsts").order]
    left = await cases.by_number(store, 1001)
    assert left is not None and left.intake is None and left.region == "vidzeme"
    assert [e.text for e in await cases.events(store, 1001)] == [""]
    async with store.connect() as connection:
        key = select(families.c.sealed_key).where(families.c.id == "fam1")
        assert (await connection.execute(key)).scalar_one() is None
    with pytest.raises(Stale):
        await committer.commit(Write(family="fam1", talk=talk(1, 2)))
    # The same person may begin anew.
    again = msgspec.structs.replace(
        first(1),
        family="fam1b",
        update=("telegram", "u1b"),
        new_address=msgspec.structs.replace(address(1), id="addr1b"),
    )
    assert await committer.commit(again) == Committed(version=1)


@pytest.mark.only_sqlite
async def test_a_full_disk_is_told_and_leaves_nothing(store: Store, committer: Committer) -> None:
    await committer.commit(first())
    connection = committer._writer._begun()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    connection.rollback()
    big = "ā" * 100_000
    with pytest.raises(Unavailable) as told:
        await committer.commit(
            Write(
                update=("telegram", "u2"),
                family="fam1",
                talk=talk(1, 1),
                owed=(owed(text=big),),
            )
        )
    assert "full" in str(told.value) and "ā" not in str(told.value)
    assert told.value.why == "full"
    assert not await conversations.seen(store, "telegram", "u2")
    connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    connection.rollback()
    assert await committer.commit(Write(family="fam1", talk=talk(1, 1))) == Committed(version=2)


async def test_a_fault_after_the_commit_keeps_nobody_waiting(committer: Committer) -> None:
    def broken(_rows: object, _erased: object) -> None:
        raise ZeroDivisionError

    committer.hand_over = broken
    assert await committer.commit(first(owed=(owed(),))) == Committed(version=1)
    assert await committer.commit(Write(family="fam1", talk=talk(1, 1))) == Committed(version=2)


@pytest.mark.only_sqlite
async def test_closing_ends_where_nothing_can_be_stored(store: Store, home: Path) -> None:
    committer = Committer(store)
    await committer.commit(first())
    connection = committer._writer._begun()
    connection.exec_driver_sql("PRAGMA query_only=1")
    connection.rollback()
    marked = committer.mark(Mark(outcome="gone", address="addr1"))
    async with asyncio.timeout(20):
        await committer.close()
    assert marked.done()
    again = await conversations.find(store, "telegram", address().value)
    assert again is not None and not again.blocked


async def test_closing_stores_what_waits(store: Store) -> None:
    committer = Committer(store)
    turns = [asyncio.create_task(committer.commit(first(n))) for n in range(1, 20)]
    await asyncio.sleep(0)
    await committer.close()
    assert all(done == Committed(version=1) for done in await asyncio.gather(*turns))
    assert await _count(store, "updates") == 19


@pytest.mark.only_sqlite
async def test_a_second_process_is_refused(home: Path, clock: TestClock) -> None:
    one = await open_store(home, clock, alone=True)
    try:
        with pytest.raises(StoreFault, match="another process"):
            await open_store(home, clock, alone=True)
    finally:
        await one.close()
    await (await open_store(home, clock, alone=True)).close()


async def test_writers_wait_for_each_other(store: Store) -> None:
    """Read, then write, in many transactions at once: none may find the database locked."""

    async def one(n: int) -> None:
        async with store.begin() as connection:
            await connection.execute(select(func.count()).select_from(updates))
            row = {"channel": "web", "id": str(n), "seen_at": BEGINNING}
            await connection.execute(updates.insert(), [row])

    try:
        await asyncio.gather(*(one(n) for n in range(20)))
    except OperationalError as error:
        pytest.fail(str(error))
    assert await _count(store, "updates") == 20


async def test_an_invitation_works_once(store: Store, clock: TestClock) -> None:
    code = await staff.invite(store, "coordinator", "latgale", "lv")
    assert len(code) == 22
    assert await staff.redeem(store, "x" * 22, "telegram", "5") is None
    person = await staff.redeem(store, code, "telegram", "5")
    assert person is not None and person.staff.region == "latgale"
    again = await staff.redeem(store, code, "telegram", "5")
    assert again is not None and again.staff.id == person.staff.id
    assert await staff.redeem(store, code, "telegram", "6") is None
    assert await staff.coordinators(store, "latgale") == [person]
    known = await conversations.find(store, "telegram", "5")
    assert known is not None and known.staff == person.staff and known.family == ""
    assert await staff.revoke(store, person.staff.id)
    assert await staff.coordinators(store, "latgale") == []
    late = await staff.invite(store, "operator", "", "lv")
    clock.pass_by(hours=72)
    assert await staff.redeem(store, late, "telegram", "7") is None
    assert await _count(store, "addresses") == 1
    async with store.connect() as connection:
        assert (await connection.execute(select(addresses.c.family_id))).scalar() is None


async def test_a_parked_update_waits_for_the_operator(store: Store) -> None:
    await conversations.park(store, "telegram", "u1", b'{"text":"oi"}', "ValueError")
    await conversations.park(store, "telegram", "u1", b'{"text":"oi"}', "ValueError")
    assert [one.reason for one in await conversations.parked_updates(store)] == ["ValueError"]
    assert await conversations.seen(store, "telegram", "u1")
    assert await conversations.unpark(store, "telegram", "u1") == b'{"text":"oi"}'
    assert await conversations.unpark(store, "telegram", "u1") is None
    assert not await conversations.seen(store, "telegram", "u1")


async def test_case_of_another_number_is_refused(committer: Committer) -> None:
    await committer.commit(first())

    def finish(_number: int) -> Rest:
        return Rest(case=case(7), conversation=talk().conversation)

    with pytest.raises(ValueError, match="another number"):
        await committer.commit(Write(family="fam1", talk=talk(1, 1), finish=finish))


async def test_a_rare_write_that_is_cancelled_lets_others_write(
    store: Store, committer: Committer
) -> None:
    await committer.commit(first())
    for at in range(1, 5):
        passed = 0
        tasks: list[asyncio.Task[bool]] = []

        def passing(*_: object, at: int = at, tasks: list[asyncio.Task[bool]] = tasks) -> None:
            nonlocal passed
            passed += 1
            if passed == at:
                tasks[0].cancel()  # while this statement runs

        event.listen(store.engine.sync_engine, "before_cursor_execute", passing)
        tasks.append(asyncio.create_task(outbox.lease(store, f"lease-{at}", "somebody", 1.0)))
        await asyncio.wait(tasks)
        event.remove(store.engine.sync_engine, "before_cursor_execute", passing)
        async with asyncio.timeout(5):  # the cancelled task is still held
            await committer.commit(Write(family="fam1", owed=(owed(),)))
