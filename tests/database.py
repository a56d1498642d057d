"""Fixtures: a fresh store and committer for a test, and the values it writes.

A test module takes them with ``pytest_plugins = ["tests.database"]``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from dialogs.conversation import Conversation, State
from dialogs.programme.intake import Intake
from storage.commit import Committer
from storage.store import Store
from storage.write import Address, Case, Owed, Rest, Talk, Write
from tests.postgres import postgres

BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class TestClock:
    """A clock that stands until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        """Move the clock on by a timedelta's arguments."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> TestClock:
    """A clock at nine in the morning UTC of a Monday in November."""
    return TestClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of the test's key file and, unless PostgreSQL has it, of its database.

    A test marked ``only_sqlite`` is not run on PostgreSQL.
    """
    folder = tmp_path / "home"
    if request.param == "postgresql":
        if request.node.get_closest_marker("only_sqlite"):
            pytest.skip("about SQLite's own files")
        folder.mkdir()
        (folder / "database").write_text(postgres().database())
    return folder


def url_of(home: Path) -> str:
    """The URL of the database of a test's home."""
    elsewhere = home / "database"
    if elsewhere.exists():
        return elsewhere.read_text()
    return f"sqlite+aiosqlite:///{home}/majup.db"


async def open_store(home: Path, clock: TestClock, alone: bool = False) -> Store:
    """Open the store of a test's home once more."""
    return await Store.open(url_of(home), home / "majup.key", clock, alone=alone)


@pytest_asyncio.fixture
async def store(home: Path, clock: TestClock) -> AsyncIterator[Store]:
    """A fresh database."""
    opened = await open_store(home, clock)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def committer(store: Store) -> AsyncIterator[Committer]:
    """The committer of the fresh database."""
    made = Committer(store)
    yield made
    await made.close()


def address(number: int = 1) -> Address:
    """The address of a test family."""
    return Address(f"addr{number}", "telegram", str(7_000_000 + number))


def talk(number: int = 1, version: int = 0, state: State = State.TELLING, **rest: object) -> Talk:
    """A talk of a test family, to be stored over ``version``."""
    conversation = Conversation(
        id=f"talk{number}",
        script="return",
        revision="r1",
        state=state,
        language="lv",
        **rest,  # type: ignore[arg-type]
    )
    return Talk(conversation=conversation, version=version, address=f"addr{number}")


def owed(number: int = 1, text: str = "Sveiki", **rest: object) -> Owed:
    """A message owed to a test family."""
    order = b'{"kind":"send","html":"%s"}' % text.encode()
    return Owed(to=address(number), order=order, **rest)  # type: ignore[arg-type]


def first(number: int = 1, **rest: object) -> Write:
    """The write of a test family's first turn."""
    return Write(
        update=("telegram", f"u{number}"),
        family=f"fam{number}",
        new_family=True,
        new_address=address(number),
        talk=talk(number),
        **rest,  # type: ignore[arg-type]
    )


def case(number: int, family: int = 1, **rest: object) -> Case:
    """A case of a test family."""
    return Case(
        number=number,
        conversation=f"talk{family}",
        family=f"fam{family}",
        region="vidzeme",
        state="new",
        intake=Intake(language="lv", story=("Gribam atgriezties Smiltenē",)),
        received_at=BEGINNING,
        **rest,  # type: ignore[arg-type]
    )


def hand_off(family: int = 1, version: int = 1) -> Write:
    """The write that makes a case of a test family's talk."""

    def finish(number: int) -> Rest:
        done = talk(family, state=State.SENT).conversation
        return Rest(
            case=case(number, family),
            conversation=done,
            owed=(owed(family, f"Jūsu lieta: {number}", ref=f"case:{number}"),),
        )

    return Write(family=f"fam{family}", talk=talk(family, version), finish=finish)
