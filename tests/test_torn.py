"""Files cut, full or forbidden: what was told to be stored is there, never half a turn."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import conversations
from storage.commit import Committer
from storage.store import Store
from storage.write import Unavailable, Write
from tests.database import TestClock, first, open_store, owed, talk

pytest_plugins = ["tests.database"]
pytestmark = pytest.mark.only_sqlite

TURNS = 8
HEADER, FRAME_HEADER = 32, 24
"""Bytes at the head of a write-ahead log and of each of its frames (sqlite.org/walformat)."""


async def _grown(home: Path, clock: TestClock) -> tuple[Store, Committer]:
    store = await open_store(home, clock)
    committer = Committer(store)
    await committer.commit(first(1, owed=(owed(text="0"),)))
    for version in range(1, TURNS):
        await committer.commit(
            Write(
                update=("telegram", f"t{version}"), family="fam1", talk=talk(1, version),
                owed=(owed(text=str(version)),),
            )
        )  # fmt: skip
    return store, committer


def _state(file: Path) -> tuple[int, int, int]:
    """Versions, updates and messages owed of the only family."""
    with sqlite3.connect(file) as base:
        (version,) = base.execute("select coalesce(max(version), 0) from conversations").fetchone()
        (updates,) = base.execute("select count(*) from updates").fetchone()
        (waiting,) = base.execute("select count(*) from outbox").fetchone()
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
    return version, updates, waiting


async def test_a_log_cut_anywhere_opens_at_a_whole_turn(home: Path, clock: TestClock) -> None:
    store = await open_store(home, clock)
    await store.close()  # the tables are in the file itself, the turns in the log
    store, committer = await _grown(home, clock)
    file, log = home / "majup.db", home / "majup.db-wal"
    whole, pages = log.read_bytes(), file.read_bytes()
    size = int.from_bytes(whole[8:12], "big") + FRAME_HEADER
    ends = range(HEADER, len(whole) + 1, size)
    assert len(ends) > TURNS
    seen = set()
    for end in ends:
        for cut in (end - 1, end, end + 1):
            copy = home / "copy"
            shutil.rmtree(copy, ignore_errors=True)
            copy.mkdir()
            (copy / "majup.db").write_bytes(pages)
            (copy / "majup.db-wal").write_bytes(whole[:cut])
            version, updates, waiting = _state(copy / "majup.db")
            assert version == updates == waiting
            seen.add(version)
    assert seen == set(range(TURNS + 1))
    await committer.close()
    await store.close()


async def test_a_cut_log_is_gone_on_from(home: Path, clock: TestClock) -> None:
    store = await open_store(home, clock)
    await store.close()
    store, committer = await _grown(home, clock)
    copy = home / "copy"
    copy.mkdir()
    for name in ("majup.db", "majup.key"):
        shutil.copy(home / name, copy / name)
    log = (home / "majup.db-wal").read_bytes()
    (copy / "majup.db-wal").write_bytes(log[: len(log) - 4096])
    await committer.close()
    await store.close()
    again = await open_store(copy, clock)
    more = Committer(again)
    known = await conversations.load(again, "talk1")
    assert known is not None and known.version < TURNS
    done = await more.commit(Write(family="fam1", talk=talk(1, known.version)))
    assert done.version == known.version + 1
    await more.close()
    await again.close()


@pytest.fixture
async def grown(home: Path, clock: TestClock) -> AsyncIterator[tuple[Store, Committer]]:
    store, committer = await _grown(home, clock)
    yield store, committer
    await committer.close()
    await store.close()


@pytest.mark.parametrize("pragma", ["max_page_count", "query_only"])
async def test_full_and_read_only_are_told_and_pass(
    grown: tuple[Store, Committer], pragma: str
) -> None:
    store, committer = grown
    connection = committer._writer._begun()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA {pragma}={pages}")
    connection.rollback()
    big = Write(update=("telegram", "big"), family="fam1", talk=talk(1, TURNS),
                owed=(owed(text="ā" * 100_000),))  # fmt: skip
    with pytest.raises(Unavailable):
        await committer.commit(big)
    assert not await conversations.seen(store, "telegram", "big")
    connection.exec_driver_sql(f"PRAGMA {pragma}={1_000_000 if 'max' in pragma else 0}")
    connection.rollback()
    done = await asyncio.gather(committer.commit(big))
    assert done[0].version == TURNS + 1
