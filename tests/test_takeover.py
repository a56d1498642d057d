"""One relay takes over from another: rates and waits hold over both, and nothing is sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.channel import Later
from bot.pace import Rates
from bot.relay import Relay
from storage import outbox
from storage.commit import Committer
from storage.store import Store
from storage.write import Address, Owed, Write
from tests.database import BEGINNING, address, first, owed, url_of
from tests.sending import Platform
from tests.virtual_time import play

pytest_plugins = ["tests.database"]

GROUP = Address("addr2", "telegram", address(2).value, group=True)
CHATS = range(100, 190)


class Worker:
    """What sends, with its own way to the database. Its clock is the loop's."""

    def __init__(self, store: Store, platform: Platform, name: str, rates: Rates) -> None:
        self.committer = Committer(store)
        self.store = store
        self.relay = Relay(
            store, self.committer, {"telegram": platform}, store.clock, rates,
            holder=name, poll=0.0 if name == "alone" else 0.25,
        )  # fmt: skip

    async def end(self) -> None:
        """Told to end, with no time to send what is left."""
        await self.relay.close(grace=0)
        await self.committer.close()
        await self.store.close()

    def stop_renewing(self) -> None:
        """It goes on, but its lease runs out."""
        assert self.relay._keeper is not None
        self.relay._keeper.cancel()


@asynccontextmanager
async def worker(home: Path, platform: Platform, name: str, rates: Rates) -> AsyncIterator[Worker]:
    loop = asyncio.get_running_loop()

    def now() -> datetime:
        return BEGINNING + timedelta(seconds=loop.time() - 1000)

    store = await Store.open(url_of(home), home / "majup.key", now)
    made = Worker(store, platform, name, rates)
    await made.relay.start()
    yield made


def much() -> Iterator[Owed]:
    """More than may go at once: over all, to one chat, to one group."""
    for each in range(12):
        yield owed(1, f"family {each}")
    for each in range(45):
        yield Owed(to=GROUP, order=owed(text=f"group {each}").order)
    for each in CHATS:
        yield owed(each, "others")


@pytest.mark.parametrize("cut_off", [False, True], ids=["told to end", "cut off"])
def test_rates_hold_over_a_takeover(home: Path, cut_off: bool) -> None:
    async def scene() -> None:
        platform = Platform()
        async with (
            worker(home, platform, "one", Rates()) as one,
            worker(home, platform, "two", Rates()) as two,
        ):
            await one.committer.commit(first())
            await one.committer.commit(Write(family="fam1", owed=tuple(much())))
            await asyncio.sleep(1.5)
            assert 30 <= len(platform.calls) < 100
            if cut_off:
                one.stop_renewing()
                await asyncio.sleep(30)
            await one.end()
            await asyncio.sleep(400)
            assert await outbox.waiting(two.store) == []
            await two.end()
        said = [(to, order.html) for _, to, order in platform.calls]
        assert len(said) == len(set(said)) == 12 + 45 + len(CHATS)
        assert platform.texts(1) == [f"family {each}" for each in range(12)]
        assert platform.texts(2) == [f"group {each}" for each in range(45)]
        times = [at for at, _, _ in platform.calls]
        for begin in times:
            assert sum(begin <= at < begin + 1 for at in times) <= 30
        family, group = platform.times(1), platform.times(2)
        for i, begin in enumerate(family):
            assert all(j - i + 1 <= 4 + (family[j] - begin) + 1e-6 for j in range(i, len(family)))
        for begin in group:
            assert sum(begin <= at < begin + 60 for at in group) <= 20

    play(scene)


@pytest.mark.parametrize("several", [False, True], ids=["restart", "takeover"])
@pytest.mark.parametrize("everyone", [False, True])
def test_a_wait_the_platform_asked_for_holds_for_the_next_one(
    home: Path, several: bool, everyone: bool
) -> None:
    async def scene() -> None:
        platform = Platform()
        platform.answers[address(1).value].append(Later(35, everyone=everyone))
        lifted = Rates.of(0)
        async with worker(home, platform, "one" if several else "alone", lifted) as one:
            await one.committer.commit(first(owed=(owed(1, "A"),)))
            await asyncio.sleep(3)
            await one.committer.commit(Write(family="fam1", owed=(owed(1, "B"),)))
            await asyncio.sleep(1)
            await one.end()
        async with worker(home, platform, "two" if several else "alone", lifted) as two:
            await two.committer.commit(Write(family="fam1", owed=(owed(3, "C"),)))
            await asyncio.sleep(100)
            await two.end()
        assert platform.texts(1) == ["A", "A", "B"] and platform.texts(3) == ["C"]
        refused, again, after = platform.times(1)
        assert again - refused == pytest.approx(35, abs=0.01)
        assert after - again < 1
        (other,) = platform.times(3)
        assert (other - refused == pytest.approx(35, abs=0.01)) if everyone else other < again - 20

    play(scene)
