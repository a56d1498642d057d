"""What becomes of the rows of the outbox: slots, edits, delays, what is gone; in virtual time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channels.channel import (
    Missing,
    Unclear,
)
from storage import outbox
from storage.write import Owed, Write
from tests.database import address, owed
from tests.sending import Platform, at_desk
from tests.virtual_time import play

pytest_plugins = ["tests.database"]


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
