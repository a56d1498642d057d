"""The web chat by plain forms: a whole intake, limits, links, and what is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot.channels.channel import Accept, Incoming, Order
from bot.web.pages import HEADERS
from dialogs.conversation import State, Turn
from storage import cases, conversations, web
from storage.tables import updates, web_keys, web_messages
from tests.web.browsing import Browser
from tests.web.office import Served, office_at
from tests.web.talks import STORY, WebTalk


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


class Telegram:
    """Stands for the Telegram channel: notes what it is told."""

    name = "telegram"

    def __init__(self) -> None:
        self.sent: list[tuple[str, Order]] = []

    async def receive(self, accept: Accept) -> None:
        """Not used."""

    async def perform(self, address: str, order: Order) -> str:
        self.sent.append((address, order))
        return str(len(self.sent))

    async def close(self) -> None:
        """Nothing."""


@pytest.fixture
def telegram() -> Telegram:
    return Telegram()


@pytest_asyncio.fixture
async def served(home: Path, telegram: Telegram) -> AsyncIterator[Served]:
    async with office_at(home, channels={"telegram": telegram}) as opened:
        assert opened.office.turns.moving is not None
        opened.office.turns.moving.bot_name = lambda: "majup_bot"
        yield opened


async def begun(served: Served) -> Browser:
    browser = Browser(served.app)
    await browser.open("/chat")
    await browser.press("Sākt")
    return browser


async def test_a_whole_intake_by_plain_forms(served: Served) -> None:
    browser = await begun(served)
    await browser.press("Latviešu")
    await browser.press("Izlasīju, sākam")
    await browser.press("Sūtīt", text=STORY)
    for _ in range(4):
        await browser.open("/chat")
        if "Pareizi, tas ir viss" in browser.labels():
            break
        await served.webchat.news("nobody", 0, 1.0)
    await browser.press("Pareizi, tas ir viss")
    for _ in range(30):
        labels = browser.offered()
        if "Nosūtīt koordinatoram" in labels:
            break
        if "Šeit, šajā sarunā" in labels:
            await browser.press("Šeit, šajā sarunā")
        elif "Izlaist" in labels:
            await browser.press("Izlaist")
        else:
            await browser.press(labels[0])
    await browser.press("Nosūtīt koordinatoram")
    assert "Jūsu lietas numurs: 1001" in browser.words
    case = await cases.by_number(served.office.store, 1001)
    assert case is not None and case.region == "vidzeme" and case.intake is not None
    assert STORY in browser.words  # shown, from memory alone


async def test_every_page_has_all_headers_and_cannot_be_framed_elsewhere(served: Served) -> None:
    browser = await begun(served)
    paths = ["/chat", "/chat/back/x", "/chat/go/x", "/desk", "/desk/in", "/desk/in/x", "/chat.js",
             "/static/web.css", "/desk/cases/1", "/static/none"]  # fmt: skip
    for path in paths:
        answer = await browser.open(path)
        for name, value in HEADERS.items():
            if name != "cache-control":
                assert answer.headers[name] == value, (path, name)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
        assert "unsafe" not in policy
        wanted = "'self'" if path.startswith("/chat") and path != "/chat.js" else "'none'"
        assert policy.endswith(f"frame-ancestors {wanted}"), path
        if "html" not in answer.headers["content-type"]:
            continue
        assert not re.search(r"<script(?![^>]* src=\"/static/)|\son\w+=|style=", answer.text)


async def test_forms_of_other_sites_and_large_ones_are_refused(served: Served) -> None:
    browser = await begun(served)
    routes = [r for r in served.app.routes if "POST" in (getattr(r, "methods", None) or ())]
    assert len(routes) > 10
    for route in routes:
        path = re.sub(r"\{\w+\}", "1", getattr(route, "path", ""))
        for headers in (
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
            {"sec_fetch_site": "none"},
        ):
            assert (await browser.post(path, {}, **headers)).status_code == 403, path
        answer = await browser.client.post(path, headers={"origin": "https://elsewhere.test"})
        assert answer.status_code == 403
        assert (await browser.client.post(path)).status_code == 403
    assert (await browser.post("/chat/act", {"text": "x" * 70_000})).status_code == 413
    assert (await browser.post("/chat/act", {"text": "x" * 4097})).status_code == 413
    many = {f"f{n}": "x" for n in range(100)}
    assert (await browser.post("/chat/act", many)).status_code == 413


async def test_a_form_sent_twice_counts_once(served: Served) -> None:
    browser = await begun(served)
    await browser.press("Latviešu")
    await browser.press("Izlasīju, sākam")
    store = served.office.store

    async def turns() -> int:
        async with store.connect() as connection:
            query = select(func.count()).where(updates.c.channel == "web")
            return int((await connection.execute(query)).scalar_one())

    before = await turns()
    for _ in range(3):
        await browser.post("/chat/act", {"act": "same", "text": "Gribam uz Smilteni"})
    assert await turns() == before + 1
    await browser.post("/chat/act", {"act": "same", "text": "Un bērnam vajag skolu"})
    assert await turns() == before + 2


async def test_thirty_updates_a_minute_then_one_notice(served: Served) -> None:
    browser = await begun(served)
    notices = []
    for n in range(40):
        answer = await browser.post(
            "/chat/act", {"act": str(n), "text": "jā"}, accept="application/json"
        )
        notices.append(answer.json().get("notice"))
    assert notices[:30] == [None] * 30
    assert [each for each in notices[30:] if each] == [notices[30]]
    assert "minūti" in notices[30]


async def test_nothing_typed_is_kept_by_the_page(served: Served, home: Path) -> None:
    browser = await begun(served)
    await browser.press("Latviešu")
    await browser.press("Sūtīt", text="Kanarijputniņš pirms paziņojuma")
    assert "Kanarijputniņš" in browser.words
    async with served.office.store.connect() as connection:
        rows = (await connection.execute(select(web_messages))).all()
    chat = rows[0].chat
    for shown in await web.messages(served.office.store, chat):
        assert b"Kanarij" not in (shown.content or b"")
    served.webchat.forget_own(chat)
    await browser.open("/chat")
    assert "Kanarijputniņš" not in browser.words


async def test_hostile_words_stay_words(served: Served) -> None:
    browser = await begun(served)
    await browser.press("Latviešu")
    await browser.press("Izlasīju, sākam")
    for text in (
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</form><form action=//x>",
        "{{7*7}} {% raw %}", "\u202eatpakaļ", "&lt;b&gt;", "]]>", "'; drop table cases",
    ):  # fmt: skip
        await browser.press("Sūtīt", text=text)
        assert text in " ".join(browser.read.words)
        assert "<script>alert" not in browser.page.text
        assert "<img" not in browser.page.text.replace('<img src="/static/home.svg', "")


async def test_the_private_link_brings_the_talk_to_another_device(served: Served) -> None:
    first = await begun(served)
    await first.press("Latviešu")
    await first.press("Izlasīju, sākam")
    await first.press("Turpināt vēlāk")
    pattern = r'value="(http://office\.test/chat/back/([A-Za-z0-9_-]{22}))"'
    link = re.search(pattern, first.page.text)
    assert link is not None
    async with served.office.store.connect() as connection:
        kept = (await connection.execute(select(web_keys))).all()
    assert all(link[2].encode() not in bytes(row.key_hash) for row in kept)
    other = Browser(served.app)
    await other.open(link[1])
    assert "Pastāstiet" not in other.words  # opening alone shows nothing of the talk
    await other.press("Turpināt sarunu")
    assert "Pastāstiet saviem vārdiem" in other.words
    await first.open("/chat")
    await first.press("Turpināt vēlāk")  # a newer link ends the older
    assert (await Browser(served.app).open(link[1])).status_code == 404
    await other.press("Aizvērt šajā ierīcē") if "Aizvērt šajā ierīcē" in other.labels() else None
    await other.open("/chat")
    assert "Sākt" in other.labels()


async def test_guessing_private_links_is_locked(served: Served) -> None:
    browser = Browser(served.app)
    got = [(await browser.open(f"/chat/back/{'A' * 21}{n}")).status_code for n in range(8)]
    assert got == [404] * 5 + [429] * 3


async def hear(served: Served, n: int, turn: Turn, token: str = "") -> None:
    await served.office.turns.accept(Incoming("telegram", f"u{n}", "700", turn, token))
    await served.quiet()


async def test_from_telegram_to_the_web_and_back(served: Served, telegram: Telegram) -> None:
    now = served.office.clock()

    def tap(label: str) -> str:
        for _, order in reversed(telegram.sent):
            for row in order.rows:
                for key in row:
                    if key.label == label:
                        return key.token or key.url
        raise LookupError(label)

    await hear(served, 1, Turn("u1", now, "command", value="start"))
    await hear(served, 2, Turn("u2", now, "choice"), tap("Latviešu"))
    await hear(served, 3, Turn("u3", now, "choice"), tap("Izlasīju, sākam"))
    await hear(served, 4, Turn("u4", now, "text", "Dzīvojam Anglijā, gribam uz Smilteni"))
    await hear(served, 5, Turn("u5", now, "command", value="web"))
    link = tap("Turpināt tīmeklī")
    assert re.fullmatch(r"http://office\.test/chat/go/[A-Za-z0-9_-]{42,}", link)

    browser = Browser(served.app)
    await browser.open(link)
    assert "Smiltene" not in browser.words
    await browser.press("Turpināt šeit")
    assert "Pastāstiet" in browser.words or "sapratu" in browser.words
    again = Browser(served.app)
    await again.open(link)
    assert "Šī saite nedarbojas" in again.words  # it worked once

    count = len(telegram.sent)
    await browser.press("Sūtīt", text="Bērns dzimis 2020. gadā")
    assert len(telegram.sent) == count  # what is said follows the last turn's address
    known = await conversations.find(served.office.store, "telegram", "700")
    assert known is not None and known.conversation is not None
    assert [told.text for told in known.conversation.story][-1] == "Bērns dzimis 2020. gadā"

    await browser.open("/chat")
    await browser.press("Turpināt Telegram")
    pattern = r"https://t\.me/majup_bot\?start=(link-[A-Za-z0-9_-]{1,59})\""
    code = re.search(pattern, browser.page.text)
    assert code is not None and len(code[1]) <= 64
    await hear(served, 6, Turn("u6", now, "command", code[1], value="start"))
    assert len(telegram.sent) > count
    back = await conversations.find(served.office.store, "telegram", "700")
    assert back is not None and back.family == known.family


async def test_a_web_talk_goes_to_a_new_telegram_chat(served: Served, telegram: Telegram) -> None:
    browser = await begun(served)
    await browser.press("Latviešu")
    await browser.press("Izlasīju, sākam")
    await browser.press("Turpināt Telegram")
    code = re.search(r"start=(link-[A-Za-z0-9_-]+)", browser.page.text)
    assert code is not None
    now = served.office.clock()
    await hear(served, 1, Turn("u1", now, "command", value="start"))  # it only looked
    await hear(served, 2, Turn("u2", now, "command", code[1], value="start"))
    known = await conversations.find(served.office.store, "telegram", "700")
    assert known is not None and known.conversation is not None
    assert known.conversation.state is State.TELLING and known.conversation.notice is not None
    stranger = Incoming("telegram", "x1", "701", Turn("x1", now, "command", code[1], value="start"))
    await served.office.turns.accept(stranger)
    found = await conversations.find(served.office.store, "telegram", "701")
    assert found is None or found.family != known.family


async def test_forged_and_stale_links_do_nothing(served: Served) -> None:
    moving = served.office.turns.moving
    assert moving is not None
    code = moving.links.make("web", "abcdefghijkl")
    for place in range(len(code)):
        for letter in "aZ0_":
            forged = code[:place] + letter + code[place + 1 :]
            assert forged == code or moving.links.read("web", forged) is None
    assert moving.links.read("telegram", code) is None
    assert moving.links.read("web", code) is not None


async def test_erasing_clears_the_page(served: Served) -> None:
    talk = WebTalk(served)
    await talk.begun()
    await talk.do(text="Dzīvojam Anglijā, gribam uz Smilteni")
    await talk.do(command="delete_me")
    seen = (await served.webchat.page(talk.chat)).last
    await talk.tap("Jā")
    page = await served.webchat.page(talk.chat, seen)
    assert page.whole
    assert len(page.bubbles) == 1
    assert "Smilten" not in msgspec.json.encode(page).decode()
