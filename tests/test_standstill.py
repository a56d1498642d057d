"""While nothing can be stored: the operator hears of it once, who waits hears it kindly, once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from sqlalchemy import Connection

from bot import standstill
from storage import conversations
from tests.harness import ON_POSTGRESQL, House, house
from tests.player import until
from tests.telegram.user import User

KINDLY = {
    "lv": "Pašlaik nevaru saglabāt Jūsu ziņu",
    "ru": "Сейчас я не могу сохранить ваше сообщение",
    "en": "I cannot keep your message just now",
}


def writer_of(_: House) -> Connection:
    """The connection by which the service stores turns."""
    running = [each for each in asyncio.all_tasks() if each.get_name() == "commit"]
    assert len(running) == 1
    writer = running[0].get_coro().cr_frame.f_locals["self"]._writer  # type: ignore[union-attr]
    connection = writer._connection
    assert isinstance(connection, Connection)
    return connection


@contextmanager
def hindered(at: House, how: str) -> Iterator[None]:
    """The database takes no more pages, or can be read only: by SQLite's own word for it."""
    connection = writer_of(at)

    def say(pragma: str) -> Any:
        told = connection.exec_driver_sql(f"PRAGMA {pragma}")
        found = told.scalar() if told.returns_rows else None
        connection.rollback()
        return found

    before = say("max_page_count")
    say("query_only=1" if how == "read_only" else f"max_page_count={say('page_count')}")
    try:
        yield
    finally:
        say("query_only=0" if how == "read_only" else f"max_page_count={before}")


async def _told_story(user: User, language: str) -> None:
    """To where a story is told."""
    await user.start()
    await user.wait("Mājup")
    await user.press(language)
    await user.wait("data|dati|данн")
    await user.press(user.last.buttons[0].text)
    await user.wait("own words|saviem vārdiem|своими словами")


def _heard(user: User, words: str) -> int:
    return sum(words in message.text for message in user.messages)


@pytest.mark.skipif(ON_POSTGRESQL, reason="SQLite has a word for it")
@pytest.mark.parametrize(
    ("how", "webhook", "words"),
    [("full", False, "disks ir pilns"), ("read_only", True, "datubāzi var tikai lasīt")],
)
async def test_the_operator_hears_once_and_every_family_once_in_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, webhook: bool, words: str
) -> None:
    monkeypatch.setattr(standstill, "WAITS", 1.0)
    monkeypatch.setattr(standstill, "CALM", 4.0)
    async with house(tmp_path, webhook=webhook) as at:
        boss = at.server.user(900, language_code="lv")
        await at.operator(boss)
        languages = {"lv": "Latviešu", "ru": "Русский", "en": "English"}
        users = {code: at.server.user(100 + n) for n, code in enumerate(languages)}
        for code, user in users.items():
            await _told_story(user, languages[code])
        with structlog.testing.capture_logs() as lines, hindered(at, how):
            for user in users.values():
                for piece in range(3):
                    await user.send(f"{piece} " + "Norvēģija Noruega Norway " * 150)
            for code, user in users.items():
                await until(lambda user=user, code=code: _heard(user, KINDLY[code]) == 1)
            await until(lambda: _heard(boss, words) == 1)
            async with aiohttp.ClientSession() as session, session.get(f"{at.url}/readyz") as got:
                assert got.status == 503
                assert (await got.json())["database"] is False
            assert at.server.updates.waiting, "an update that was not stored was confirmed"
        await until(lambda: _heard(boss, "Atkal visu var saglabāt") == 1, 60)
        for code, user in users.items():
            async with at.store() as store:
                found = await conversations.find(store, "telegram", str(user.id))
            assert found is not None and found.conversation is not None
            assert [piece.text[0] for piece in found.conversation.story] == ["0", "1", "2"]
            await until(lambda user=user, code=code: KINDLY[code] not in user.last.text, 30)
            assert _heard(user, KINDLY[code]) == 1
        assert _heard(boss, words) == 1
        told = [line["event"] for line in lines if line["log_level"] in ("error", "warning")]
        assert told == ["store.hindered"]
        async with aiohttp.ClientSession() as session, session.get(f"{at.url}/readyz") as got:
            assert got.status == 200
