"""The demo page: served and talked with over real connections, from first screen to card."""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
import uvicorn

from bot.channels.tree import tree, words
from bot.listening import PortTaken
from bot.web import demo as page
from bot.web.demo import Demo, samples
from dialogs.transcript import Line
from storage.store import StoreFault
from tests.talk import Talk

STORY = (
    "Dzīvojam Norvēģijā, esam divi pieaugušie bez bērniem, gribam uz Kuldīgu."
    " Vajag darbu un dzīvokli īrei."
)


class Visitor:
    """One open page: what its chats show, followed live."""

    def __init__(self, client: httpx.AsyncClient, origin: str) -> None:
        self.client = client
        self.origin = origin
        self.family = ""
        self.chats: dict[str, dict[str, Any]] = {}
        self.heard: list[str] = []
        self.changed = asyncio.Event()

    async def follow(self) -> None:
        async with self.client.stream("GET", "/events", timeout=None) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            async for line in answer.aiter_lines():
                if line.startswith("data: "):
                    self._take(json.loads(line.removeprefix("data: ")))
                    self.changed.set()

    def _take(self, event: dict[str, Any]) -> None:
        self.heard.append(event["type"])
        if event["type"] == "hello":
            self.family = f"family-{event['family']}"
            self.chats = {
                chat: {each["id"]: each for each in shown} for chat, shown in event["chats"].items()
            }
        elif event["type"] in ("message", "edit"):
            self.chats[event["chat"]][event["message"]["id"]] = event["message"]
        elif event["type"] == "gone":
            del self.chats[event["chat"]][event["id"]]

    async def post(self, **body: str) -> int:
        headers = {"origin": self.origin}
        return (await self.client.post("/act", json=body, headers=headers)).status_code

    async def say(self, text: str) -> None:
        assert await self.post(chat=self.family, text=text) == 204

    async def tap(self, label: str, chat: str = "") -> None:
        """Wait for the button, then press it."""
        message, token = await self.until(lambda: self._find(chat or self.family, label))
        assert await self.post(chat=chat or self.family, message=message, token=token) == 204

    def _find(self, chat: str, label: str) -> tuple[str, str] | None:
        for message in reversed(self.chats.get(chat, {}).values()):
            for row in message["rows"]:
                for key in row:
                    if key["label"] == label:
                        return message["id"], key["token"]
        return None

    def text(self, chat: str) -> str:
        return "\n".join(words(message["tree"]) for message in self.chats.get(chat, {}).values())

    async def until(self, ready: Any) -> Any:
        async with asyncio.timeout(30):
            while not (found := ready()):
                self.changed.clear()
                await self.changed.wait()
        return found


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Demo, str]]:
    """A demo on a free port of this machine."""
    demo = Demo()
    sock = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{sock.getsockname()[1]}"
    config = uvicorn.Config(demo.app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    server = page._Server(config)
    tasks = [asyncio.create_task(server.serve([sock])), asyncio.create_task(demo.work())]
    try:
        yield demo, origin
    finally:
        demo.stop.set()
        server.should_exit = True
        await asyncio.gather(*tasks)


@pytest_asyncio.fixture
async def visitor() -> AsyncIterator[Visitor]:
    async with serving() as (demo, origin), httpx.AsyncClient(base_url=origin) as client:
        await demo.ready.wait()
        made = Visitor(client, origin)
        following = asyncio.create_task(made.follow())
        await made.until(lambda: made.family)
        yield made
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_a_talk_reaches_the_right_desk_and_the_answer_comes_back(visitor: Visitor) -> None:
    await visitor.tap("Latviešu")
    await visitor.tap("Izlasīju, sākam")
    await visitor.say(STORY)
    await visitor.tap("Pareizi, tas ir viss")
    assert "typing" in visitor.heard
    await visitor.say("1 2")
    await visitor.tap("26–39")
    await visitor.tap("Vēl nezinām")
    await visitor.tap("Šeit, šajā sarunā")
    await visitor.tap("Nosūtīt koordinatoram")
    await visitor.until(lambda: "numurs: 1001" in visitor.text(visitor.family))
    desk = "desk-kurzeme"
    await visitor.until(lambda: "Kuldīga" in visitor.text(desk))
    assert [chat for chat in visitor.chats if visitor.chats[chat]] == [visitor.family, desk]
    card = next(iter(visitor.chats[desk].values()))
    assert any(isinstance(node, list) and node[0] == "folded" for node in card["tree"])

    await visitor.tap("Paņemt lietu", desk)
    await visitor.tap("Atbildēt", desk)
    await visitor.until(lambda: "1001" in visitor.text(desk).splitlines()[-1])
    assert await visitor.post(chat=desk, text="Labdien! <b>Kuldīgā</b> darbs ir.") == 204
    await visitor.tap("Nosūtīt ģimenei", desk)
    await visitor.until(
        lambda: "Labdien! <b>Kuldīgā</b> darbs ir." in visitor.text(visitor.family)
        or "night" in visitor.heard
    )


async def test_only_this_page_may_post(visitor: Visitor) -> None:
    body = {"chat": visitor.family, "text": "labdien"}
    port = visitor.origin.rpartition(":")[2]
    foreign: list[dict[str, str]] = [
        {},
        {"origin": "https://example.org"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": f"http://evil.example:{port}", "host": f"evil.example:{port}"},
    ]
    before = len(visitor.chats[visitor.family])
    for headers in foreign:
        assert (await visitor.client.post("/act", json=body, headers=headers)).status_code == 403
    own = {"origin": visitor.origin}
    plain = await visitor.client.post("/act", content=json.dumps(body), headers=own)
    assert plain.status_code == 400
    large = {"chat": visitor.family, "text": "a" * 40_000}
    assert (await visitor.client.post("/act", json=large, headers=own)).status_code == 400
    assert await visitor.post(chat="family-unknown", text="labdien") == 404
    cross = await visitor.client.get("/events", headers={"sec-fetch-site": "cross-site"})
    rebound = await visitor.client.get("/", headers={"host": "evil.example"})
    assert (cross.status_code, rebound.status_code) == (403, 403)
    assert len(visitor.chats[visitor.family]) == before


async def test_every_answer_has_a_strict_policy_and_the_page_keeps_to_it(visitor: Visitor) -> None:
    for path in ("/", "/looks.css", "/demo.css", "/demo.js", "/home.svg", "/texts"):
        answer = await visitor.client.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    html = (await visitor.client.get("/")).text
    assert '<html lang="lv">' in html
    for never in (" style=", "onclick=", "<style", "javascript:", "//cdn", "{"):
        assert never not in html
    texts = (await visitor.client.get("/texts")).json()
    names = {language: set(words) for language, words in texts["words"].items()}
    assert names["lv"] == names["ru"] == names["en"]
    assert texts["words"]["lv"]["family"] != texts["words"]["en"]["family"]


async def test_another_page_is_another_family(visitor: Visitor) -> None:
    other = Visitor(visitor.client, visitor.origin)
    following = asyncio.create_task(other.follow())
    await other.until(lambda: other.family)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
    assert other.family != visitor.family
    assert len(other.chats[other.family]) == 1


@pytest.mark.parametrize("sample", samples(), ids=lambda each: each["language"])
def test_every_example_ends_with_a_case(sample: dict[str, Any]) -> None:
    talk = Talk(datetime(2026, 11, 23, 9, tzinfo=UTC))
    talk.act(Line("command", name="start"))
    story = False
    for line in sample["lines"]:
        tapped = line.startswith("[")
        talk.act(Line("tap", line[1:-1]) if tapped else Line("text", line, burst=story))
        story = not tapped
    assert talk.c is not None
    assert talk.c.case is not None
    assert talk.c.case.region


@pytest.mark.parametrize(
    ("html", "nodes"),
    [
        ("a &lt;b&gt; c", ["a <b> c"]),
        ("<b>a<i>b</i></b>c", [["b", "a", ["i", "b"]], "c"]),
        ("<script>alert(1)</script>", ["alert(1)"]),
        ('<img src=x onerror="y">z', ["z"]),
        ('<a href="javascript:x">y</a>', ["y"]),
        ('<a href="https://a.lv">y</a>', [["a", "https://a.lv", "y"]]),
        ("<blockquote expandable>q</blockquote>", [["folded", "q"]]),
        ("<b>open", [["b", "open"]]),
        ("</b>close", ["close"]),
    ],
)
def test_markup_becomes_a_tree(html: str, nodes: list[object]) -> None:
    assert tree(html) == nodes


async def test_a_taken_port_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"cannot listen on 127.0.0.1:{port}"):
            await page.run(port, False)


async def test_no_temporary_folder_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/no-such-folder")
    with pytest.raises(StoreFault, match="no temporary folder can be written"):
        await page.run(0, False)
