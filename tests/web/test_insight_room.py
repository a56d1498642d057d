"""How questions fare: counted at each turn, shown without small numbers."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.tallies import EDGES, Tallies, counted, median
from dialogs.conversation import Conversation, Step, Turn
from dialogs.play import Talk
from dialogs.preview import preview
from dialogs.transcript import Line
from storage import tallies
from storage.tallies import Key
from tests import drafts
from tests.database import TestClock
from tests.web.admins import at_studio
from tests.web.office import office_at
from tests.web.talks import WebTalk

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_what_one_talk_counts() -> None:
    seen: Counter[tuple[str, str]] = Counter()

    def watch(before: Conversation, made: Step, turn: Turn) -> None:
        seen.update(counted(before, made, turn))

    talk: Talk = preview(drafts.draft(), AT, "en", "status")
    talk.watch = watch
    talk.act(Line("text", "hm hm"))
    talk.act(Line("tap", "Abroad"))
    talk.act(Line("text", "Ireland"))
    assert seen["status", "misread"] == 1
    assert seen["status", "answered"] == 1 and seen["status", "t3"] == 1  # 30 seconds
    assert seen["country", "asked"] == 1 and seen["country", "answered"] == 1
    talk.act(Line("text", "Smiltene"))
    for _ in range(6):  # on to a question that can be passed over
        assert talk.c is not None and talk.c.prompt is not None
        path = talk.c.prompt.path
        if path == "children":
            break
        talk.act(Line("command", name="skip"))
    before = Counter(seen)
    talk.act(Line("command", name="skip"))
    assert set(seen - before) >= {("children", "skipped")}


def test_the_median_of_counts() -> None:
    assert median({}) is None
    assert median({"t0": 4}) == pytest.approx(2.5)
    assert median({"t0": 1, "t1": 2, "t5": 1}) == pytest.approx(7.5)
    assert median({f"t{len(EDGES)}": 3}) == pytest.approx(10800)


async def test_counts_are_stored_and_small_ones_hidden(tmp_path: Path) -> None:
    async with office_at(tmp_path / "home") as served:
        store, revision = served.office.store, served.office.edition.id

        def key(question: str, what: str, language: str = "lv") -> Key:
            return Key("return", revision, language, question, what)

        await tallies.add(store, {
            key("status", "asked"): 30, key("status", "answered"): 27, key("status", "t1"): 27,
            key("status", "misread"): 9, key("status", "skipped"): 3,
            key("status", "asked", "ru"): 20, key("country", "asked"): 3,
            key("country", "answered"): 3,
        })  # fmt: skip
        await tallies.add(store, {key("status", "asked"): 10})
        assert (await tallies.of(store, "return"))[key("status", "asked")] == 40
        browser = await at_studio(served)
        await browser.open("/studio/insight")
        row = browser.words[browser.words.index("Vidējais laiks Te pārtrauca") :]
        assert "Tagad 60 27 (45 %) < 5 9 (15 %) 8 s 0" in row.replace(
            "Bieži nesaprot: labojiet teikumu ", ""
        )
        assert "Bieži nesaprot" in row
        assert "Dzīvojat < 5 < 5 0 0 – 0" in row
        await browser.open("/studio/insight?language=ru")
        assert "Tagad 20 0 0 0 – 0" in browser.words


async def test_a_talk_is_counted_by_the_service(tmp_path: Path) -> None:
    async with office_at(tmp_path / "home") as served:
        talk = WebTalk(served)
        await talk.do(command="start")
        await talk.tap("Latviešu")
        await talk.tap("Izlasīju, sākam")
        await talk.tap("Labāk jautājiet man")
        await talk.tap("Ārzemēs")
        own: Tallies = served.office.turns.tallies
        await own.store_them()
        found = await tallies.of(served.office.store, "return")
        what = {(key.question, key.what): count for key, count in found.items()}
        assert what["status", "asked"] == what["status", "answered"] == 1
        assert what["country", "asked"] == 1
        assert {key.language for key in found} <= {"", "lv"}


async def test_talks_that_ran_out_are_counted_where_families_left(tmp_path: Path) -> None:
    clock = TestClock()
    async with office_at(tmp_path / "home", clock) as served:
        office = served.office
        for n in range(6):
            talk = WebTalk(served)
            await talk.do(command="start")
            await talk.tap("Latviešu")
            await talk.tap("Izlasīju, sākam")
            await talk.tap("Labāk jautājiet man")
            if n:  # five of six answer the first question, and write no more
                await talk.tap("Ārzemēs")
        assert office.relay is not None
        for _ in range(30):  # reminders, a warning, the end: a fortnight in all
            clock.pass_by(hours=12)
            await office.turns.due()
        own: Tallies = office.turns.tallies
        await own.store_them()
        found = await tallies.of(office.store, "return")
        left = {key.question: count for key, count in found.items() if key.what == "left"}
        assert left == {"status": 1, "country": 5}
        browser = await at_studio(served)
        await browser.open("/studio/insight")
        row = browser.words[browser.words.index("Vidējais laiks Te pārtrauca") :]
        assert re.search(r"Dzīvojat 5 0 0 0 – 5 \(100 %\)", row), row
        assert re.search(r"Tagad 6 5 \(83 %\) 0 0 \S+ \S+ < 5", row), row
