"""Invitation codes in the chat: one that works, one that does not, and words that are no code."""

from __future__ import annotations

from pathlib import Path

from bot.turns import GUESSES
from storage import conversations, staff
from tests.harness import House, house
from tests.telegram.user import User

WRONG = "Zz3mYk0-QwErTy_uIoPaSg"
NO_GOOD = "Šis uzaicinājuma kods neder"


async def source_of(at: House, user: User) -> str:
    async with at.store() as store:
        known = await conversations.find(store, "telegram", str(user.id))
    assert known is not None and known.conversation is not None
    return known.conversation.source


async def test_a_code_that_does_not_work_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        family = at.server.user(31)
        await family.start(WRONG)
        await family.wait("valod")
        told, first = family.messages
        assert NO_GOOD in told.text and "jaunu" in told.text
        assert "Mājup" in first.text and first.buttons
        assert await source_of(at, family) == ""
        await family.press("Русский")
        await family.wait("данных")
        await family.start(WRONG)
        await family.wait("Этот код приглашения не подходит")

        desk, late = at.server.user(33), at.server.user(34)
        async with at.store() as store:
            code = await staff.invite(store, "coordinator", "zemgale", "lv")
        await desk.start(code)
        await desk.wait("Zemgales")
        await late.start(code)
        await late.wait(NO_GOOD)
        await desk.start(WRONG)
        await desk.wait(NO_GOOD)


async def test_guessing_ends_and_words_are_no_code(tmp_path: Path) -> None:
    async with house(tmp_path) as at:
        user = at.server.user(35)
        for n in range(GUESSES):
            await user.start(f"Zz3mYk{n}-QwErTy_uIoPaSg")
        await user.start(WRONG)
        await user.wait("pārāk daudz kodu")
        for number, source in enumerate(("kuldiga-library-poster", "valmieras-novads-skola"), 36):
            other = at.server.user(number)
            await other.start(source)
            await other.wait("valod")
            assert len(other.messages) == 1
            assert await source_of(at, other) == source
