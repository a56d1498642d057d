"""What a hostile visitor may try at the pages: nothing gives way, and nobody sees a traceback."""

from __future__ import annotations

import asyncio
import itertools
import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.web import app as web_app
from bot.web import body as web_body
from storage import staff
from storage.tables import web_messages
from tests.web.browsing import Browser
from tests.web.office import Served, office_at
from tests.web.talks import STORY, WebTalk

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='x' &lt;b&gt;"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


async def begun(served: Served) -> Browser:
    browser = Browser(served.app)
    await browser.open("/chat")
    await browser.press("Sākt")
    return browser


async def signed_in(served: Served, region: str, box: str) -> Browser:
    person = await staff.add(served.office.store, "coordinator", region, "lv", "email", box)
    moving = served.office.turns.moving
    assert moving is not None
    browser = Browser(served.app)
    await browser.open(f"/desk/in/{moving.links.make('desk', person.staff.id)}")
    await browser.press("Atvērt lietas")
    return browser


ADDRESSES = (
    "/chat/log?since=²", "/chat/log?since=99999999999999999999", "/chat/log?since=-1&wait=x",
    "/chat/log?since=%00", "/chat/log?since=१२", "/desk/cases/²", "/desk/cases/١٢",
    "/desk/cases/0", "/desk/cases/99999999999", "/desk/cases/1001%00", "/nowhere",
    "/static/../settings.py", "/static/%2e%2e%2fpages.py", "/chat/back/%ff%fe",
    "/chat/go/" + "a" * 5000, "/chat/private/w0000000", "/chat?lang=xx&source=%3Cscript%3E",
)  # fmt: skip


async def test_odd_addresses_are_answered_in_words(home: Path) -> None:
    async with office_at(home) as served:
        browser = await begun(served)
        desk = await signed_in(served, "vidzeme", "inga@desk.example.lv")
        for path in ADDRESSES:
            for each in (browser, desk):
                answer = await each.open(path)
                assert answer.status_code in (200, 401, 404, 429), (path, answer.status_code)
                assert "Traceback" not in answer.text and "<script>" not in answer.text


TEXTS = (
    "\x00\x01\x1b[31m", "\u202e" * 500, "👩‍👧" * 1000, "a" * 4096, "=cmd|' /C calc'!A0",
    "' OR 1=1 --", "/start " + "x" * 300, "\r\nSet-Cookie: a=b", "\ufffe\uffff", MARKUP,
)  # fmt: skip


async def test_odd_texts_do_no_harm(home: Path) -> None:
    async with office_at(home) as served:
        browser = await begun(served)
        await browser.press("Latviešu")
        await browser.press("Izlasīju, sākam")
        for text in TEXTS:
            answer = await browser.press("Sūtīt", text=text)
            assert answer.status_code == 200
            assert "<img" not in answer.text.replace('<img src="/static', "")
            assert "<script>" not in answer.text and "onclick='x'" not in answer.text
        raw = b"act=a1&text=%ED%A0%80%FF%00"
        sent = {"sec-fetch-site": "same-origin"}
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = await browser.client.post("/chat/act", content=raw, headers=sent | kind)
        assert answer.status_code == 200


async def test_a_familys_markup_stays_words_on_the_case_page(home: Path) -> None:
    async with office_at(home) as served:
        talk = WebTalk(served)
        await talk.begun()
        await talk.do(text=STORY)
        await talk.do(text=f"Vajag dzīvokli {MARKUP}")
        await talk.tap("Pareizi")
        await talk.asked()
        await talk.do(text=MARKUP)
        desk = await signed_in(served, "vidzeme", "inga@desk.example.lv")
        await desk.open("/desk/cases/1001")
        await desk.press("Paņemt lietu")
        await desk.press("Saglabāt piezīmi", text=MARKUP)
        await desk.press("Vispirms apskatīt", text=MARKUP)
        for path in ("/desk/cases/1001", "/desk"):
            page = (await desk.open(path)).text
            assert "<script>" not in page and "onerror=alert(1)>" not in page
            assert not re.search(r"<img (?!src=\"/static)", page)


async def test_a_mail_box_is_not_flooded_with_sign_in_links(home: Path) -> None:
    async with office_at(home) as served:
        await staff.add(
            served.office.store, "coordinator", "riga", "lv", "email", "inga@desk.example.lv"
        )
        owed = 0
        committer = served.office.committer
        commit = committer.commit

        async def counted(write):  # type: ignore[no-untyped-def]
            nonlocal owed
            owed += len(write.owed)
            return await commit(write)

        committer.commit = counted  # type: ignore[method-assign]
        said = set()
        for n in range(20):
            transport = httpx.ASGITransport(served.app, client=(f"10.0.0.{n}", 1))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://office.test"
            ) as client:
                answer = await client.post(
                    "/desk/link",
                    data={"email": "inga@desk.example.lv"},
                    headers={"origin": "http://office.test"},
                )
                said.add((answer.status_code, answer.text))
        assert owed == 5
        assert len(said) == 1


async def test_slow_clients_hold_nothing_up(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_app, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(web_body, "BODY_SECONDS", 0.3)
    async with office_at(home, port=True) as served:
        host, _, port = served.url.removeprefix("http://").partition(":")
        heads = [await asyncio.open_connection(host, int(port)) for _ in range(60)]
        for _, writer in heads:
            writer.write(b"GET /chat HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        reader, body = await asyncio.open_connection(host, int(port))
        body.write(
            b"POST /chat/begin HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nlang="
        )
        async with httpx.AsyncClient(base_url=served.url) as client:
            assert (await client.get("/chat", timeout=10)).status_code == 200
        async with asyncio.timeout(30):
            assert (await reader.readline()).startswith(b"HTTP/1.1 413")
            for each, _ in heads:
                assert await each.read() == b""  # closed by the server
        for _, writer in [*heads, (reader, body)]:
            writer.close()


async def test_a_body_without_end_is_cut_off(home: Path) -> None:
    async with office_at(home, port=True) as served:
        host, _, port = served.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /chat/begin HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        async with asyncio.timeout(20):
            for _ in range(40):
                writer.write(b"1000\r\n" + b"a" * 4096 + b"\r\n")
                await asyncio.sleep(0)
            assert (await reader.readline()).startswith(b"HTTP/1.1 413")
        writer.close()


async def test_one_talk_cannot_wait_in_every_place(home: Path) -> None:
    async with office_at(home) as served:
        browser = await begun(served)
        page = await served.webchat.page((await web_chats(served))[0])
        path = f"/chat/log?since={page.last}&wait=25"
        asked = [asyncio.create_task(browser.client.get(path)) for _ in range(12)]
        refused = [(await first).status_code for first in itertools.islice(
            asyncio.as_completed(asked), 4)]  # fmt: skip
        assert refused == [429] * 4
        waiting = [each for each in asked if not each.done()]
        assert len(waiting) == 8
        await browser.press("Latviešu")
        answers = await asyncio.gather(*waiting)
        assert {each.status_code for each in answers} == {200}


async def web_chats(served: Served) -> list[str]:
    """The names of all web chats."""
    async with served.office.store.connect() as connection:
        return list((await connection.execute(select(web_messages.c.chat).distinct())).scalars())
