"""Sealing: cells open only where they belong, and no personal value is ever plain on disk."""

from __future__ import annotations

import asyncio
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, update

from dialogs.conversation import Told
from dialogs.programme.intake import Intake
from storage import cases, conversations, outbox, staff
from storage.commit import Committer
from storage.sealing import Box, KeyFault, Keys, Unreadable, digest
from storage.store import Store, StoreFault
from storage.tables import Sealed, addresses, families, metadata
from storage.tables import conversations as conversation_table
from storage.tables import outbox as outbox_table
from storage.write import Address, CaseEvent, Rest, Write
from tests.database import BEGINNING, TestClock, address, case, first, open_store, owed, talk

pytest_plugins = ["tests.database"]

CANARY = "Kanarijputniņš"

PLAIN = {
    "addresses": {"id", "family_id", "staff_id", "channel", "address_hash", "is_group",
                  "blocked_at"},
    "case_events": {"id", "number", "at", "who", "kind"},
    "cases": {"number", "conversation_id", "family_id", "region", "state", "urgent", "version",
              "received_at", "due_on", "taken_by", "taken_at", "closed_at", "reason"},
    "conversations": {"id", "family_id", "address_id", "script", "revision", "state", "version",
                      "created_at", "updated_at", "expires_at"},
    "desks": {"staff_id", "saved_at"},
    "counters": {"name", "value"},
    "families": {"id", "created_at", "erased_at"},
    "invitations": {"code_hash", "role", "region", "language", "created_at", "expires_at",
                    "used_at", "used_by"},
    "leases": {"name", "holder", "until"},
    "drafts": {"script", "number", "under", "at", "who", "what", "content"},
    "outbox": {"id", "address_id", "family_id", "ref", "slot", "priority", "not_before",
               "unclear", "state", "reason", "created_at"},
    "parked": {"channel", "id", "reason", "parked_at"},
    "publications": {"number", "script", "revision", "at", "by"},
    "revisions": {"id", "script", "content", "published_at", "published_by"},
    "sent": {"address_id", "ref", "message", "sent_at"},
    "staff": {"id", "role", "region", "language", "created_at", "revoked_at"},
    "tallies": {"script", "revision", "language", "question", "what", "count"},
    "timers": {"conversation_id", "kind", "due_at"},
    "updates": {"channel", "id", "seen_at"},
    "used_links": {"link_hash", "subject", "expires_at"},
    "web_keys": {"key_hash", "kind", "subject", "made_at", "seen_at"},
    "web_messages": {"chat", "id", "changed", "family_id", "at"},
}  # fmt: skip
"""Columns that may be read by whoever has the file. A new column is sealed or reviewed here."""


def test_only_reviewed_columns_are_plain() -> None:
    plain = {
        name: {column.name for column in table.columns if not isinstance(column.type, Sealed)}
        for name, table in metadata.tables.items()
    }
    assert plain == PLAIN


def test_a_cell_opens_only_in_its_place() -> None:
    box = Box(b"k" * 32)
    sealed = box.seal(b"Anna", "cases", "1001", "intake")
    assert box.open(sealed, "cases", "1001", "intake") == b"Anna"
    assert box.seal(b"Anna", "cases", "1001", "intake") != sealed
    for place in (("cases", "1002", "intake"), ("cases", "1001", "text"), ("x", "1001", "intake")):
        with pytest.raises(Unreadable):
            box.open(sealed, *place)
    for changed in (b"", sealed[:-1], b"\x02" + sealed[1:], sealed[:20] + b"\x00" + sealed[21:]):
        with pytest.raises(Unreadable):
            box.open(changed, "cases", "1001", "intake")
    with pytest.raises(Unreadable):
        Box(b"x" * 32).open(sealed, "cases", "1001", "intake")


def test_the_key_file_is_made_once_and_guarded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "majup.key"
    keys = Keys.open(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [name.name for name in path.parent.iterdir()] == ["majup.key"]
    again = Keys.open(path, create=False)
    _, wrapped = keys.new("fam1")
    again.unwrap("fam1", wrapped)
    assert keys.find("telegram", "5") == again.find("telegram", "5")
    assert keys.find("telegram", "5") != keys.find("web", "5")
    assert keys.derive("buttons") == again.derive("buttons") != keys.derive("links")
    with pytest.raises(Unreadable):
        again.unwrap("fam2", wrapped)
    with pytest.raises(KeyFault, match="missing"):
        Keys.open(tmp_path / "other.key", create=False)
    path.chmod(0o640)
    with pytest.raises(KeyFault, match="chmod 600"):
        Keys.open(path)
    path.chmod(0o600)
    path.write_text(path.read_text()[:-10])
    with pytest.raises(KeyFault, match="damaged"):
        Keys.open(path)


def test_an_older_master_key_still_unwraps() -> None:
    old = Keys({1: b"a" * 32}, b"i" * 32)
    both = Keys({1: b"a" * 32, 2: b"b" * 32}, b"i" * 32)
    box, wrapped = old.new("fam1")
    sealed = box.seal(b"Anna", "cases", "1", "intake")
    assert both.unwrap("fam1", wrapped).open(sealed, "cases", "1", "intake") == b"Anna"
    assert both.new("fam1")[1][0] == 2
    with pytest.raises(Unreadable):
        old.unwrap("fam1", both.new("fam1")[1])
    assert len(digest("code")) == 16


@pytest.mark.asyncio
async def test_a_database_needs_its_own_key_file(home: Path, clock: TestClock) -> None:
    await (await open_store(home, clock)).close()
    key = home / "majup.key"
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(KeyFault, match="missing"):
        await open_store(home, clock)
    assert not key.exists()
    Keys.open(key)
    with pytest.raises(StoreFault, match="not the one of this database"):
        await open_store(home, clock)
    key.write_bytes(kept)
    await (await open_store(home, clock)).close()


@pytest.mark.asyncio
async def test_a_row_moved_in_the_database_does_not_open(
    store: Store, committer: Committer
) -> None:
    await asyncio.gather(committer.commit(first(1)), committer.commit(first(2)))
    async with store.begin() as connection:
        query = select(conversation_table.c.snapshot).where(conversation_table.c.id == "talk1")
        stolen = (await connection.execute(query)).scalar_one()
        await connection.execute(
            update(conversation_table)
            .where(conversation_table.c.id == "talk2")
            .values(snapshot=stolen)
        )
    with pytest.raises(Unreadable):
        await conversations.load(store, "talk2")


@pytest.mark.asyncio
@pytest.mark.only_sqlite
async def test_nothing_personal_is_plain_on_disk(
    home: Path, clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    store = await open_store(home, clock)
    committer = Committer(store)
    told = (Told(message="1", text=CANARY, at=BEGINNING),)
    place = Address("addr1", "telegram", CANARY)
    write = msgspec.structs.replace(
        first(), new_address=place, talk=talk(1, story=told),
        owed=(msgspec.structs.replace(owed(text=CANARY), to=place),),
    )  # fmt: skip
    await committer.commit(write)

    def finish(number: int) -> Rest:
        made = msgspec.structs.replace(case(number), intake=Intake(language="lv", story=(CANARY,)))
        event = CaseEvent(number, BEGINNING, "family", "message", CANARY)
        return Rest(case=made, conversation=talk(1, story=told).conversation, events=(event,))

    await committer.commit(Write(family="fam1", talk=talk(1, 1), finish=finish))
    await conversations.park(store, "telegram", "u5", CANARY.encode(), "ValueError")
    await staff.add(store, "coordinator", "vidzeme", "lv", channel="web", address=CANARY)
    with pytest.raises(Exception) as failure:
        await committer.commit(Write(family="fam1", update=(CANARY, None), talk=talk(1, 2)))  # type: ignore[arg-type]
    assert CANARY not in str(failure.value)

    known = await conversations.find(store, "telegram", CANARY)
    assert known is not None and known.conversation is not None
    assert known.conversation.story == told
    assert (await outbox.waiting(store))[0].owed.to.value == CANARY
    assert (await cases.events(store, 1001))[0].text == CANARY
    found = await cases.by_number(store, 1001)
    assert found is not None and found.intake is not None and found.intake.story == (CANARY,)

    _no_canary(home, "majup.db-wal")
    assert CANARY not in caplog.text
    await committer.close()
    await store.close()
    _no_canary(home, "majup.db")


def _no_canary(home: Path, among: str) -> None:
    files = {path.name: path.read_bytes() for path in home.iterdir()}
    assert among in files
    assert [name for name, content in files.items() if CANARY.encode() in content] == []


@pytest.mark.asyncio
@pytest.mark.only_sqlite
async def test_an_erased_key_is_nowhere_on_disk(
    home: Path, store: Store, committer: Committer
) -> None:
    await asyncio.gather(*(committer.commit(first(n)) for n in range(1, 30)))
    async with store.connect() as connection:
        query = select(families.c.sealed_key).where(families.c.id == "fam7")
        wrapped = (await connection.execute(query)).scalar_one()
    assert wrapped in _all_bytes(home)
    await committer.commit(Write(family="fam7", erase=True))
    assert wrapped not in _all_bytes(home)


def _all_bytes(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in home.iterdir())


@pytest.mark.asyncio
async def test_moments_are_utc_however_they_were_written(
    store: Store, committer: Committer
) -> None:
    """The committer writes rows past SQLAlchemy's types: both must write the same text."""
    elsewhere = BEGINNING.astimezone(tz=None)
    await committer.commit(first(owed=(owed(not_before=elsewhere + timedelta(microseconds=5)),)))
    same = outbox_table.c.not_before == BEGINNING + timedelta(microseconds=5)
    async with store.connect() as connection:
        moment = (await connection.execute(select(outbox_table.c.not_before).where(same))).scalar()
        assert moment == BEGINNING + timedelta(microseconds=5) and moment.tzinfo is UTC
    naive = datetime(2026, 1, 1)
    with pytest.raises(ValueError, match="time zone"):
        await committer.commit(Write(family="fam1", owed=(owed(not_before=naive),)))
    with pytest.raises(Exception, match="time zone"):
        async with store.begin() as connection:
            await connection.execute(
                update(addresses).where(addresses.c.id == address().id).values(blocked_at=naive)
            )
