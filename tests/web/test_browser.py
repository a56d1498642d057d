"""The web chat and the case page in a real browser: narrow, by keyboard alone, for everybody."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from storage import cases, staff
from tests.web.office import Served, office_at
from tests.web.talks import STORY, told_by_mail

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page

pytestmark = pytest.mark.browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NARROW = {"width": 360, "height": 740}
GET_ONE = (
    "no browser: pip install 'majup[browser]' and apt-get install chromium "
    "(or another that is found under the name chromium)"
)
WATCH = "addEventListener('securitypolicyviolation', e => console.error('CSP', e.blockedURI))"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@asynccontextmanager
async def visitor(
    forgiven: str = "never", **options: Any
) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A browser; at the end its console has nothing to complain of but what is ``forgiven``."""
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        pytest.skip(GET_ONE)
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(GET_ONE)
    complaints: list[str] = []

    def complained(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and forgiven not in said.text:
            complaints.append(said.text)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = await browser.new_context(**{"viewport": NARROW, "locale": "lv", **options})
        await context.add_init_script(WATCH)
        page = await context.new_page()
        page.on("console", complained)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield context, page
        await browser.close()
    assert complaints == []


async def accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA that axe finds, and nothing wider than the screen."""
    from axe_playwright_python.async_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    told = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found.response["violations"]]
    assert told == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def focus(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus and shows it."""
    await wanted.wait_for()
    await page.wait_for_timeout(300)  # a note of the story may still be replaced by a newer one
    for key in ("Shift+Tab", "Tab"):
        for _ in range(40):
            if await wanted.evaluate("element => element === document.activeElement"):
                assert await wanted.evaluate("element => element.matches(':focus-visible')")
                return
            await page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {wanted}")


async def press(page: Page, label: str) -> str:
    """By keyboard: the newest button of this label; gives the id of its message."""
    key = page.locator("#log").get_by_role("button", name=label, exact=True).last
    await focus(page, key)
    message: str = await key.evaluate("key => key.closest('#log > div').id")
    await page.keyboard.press("Enter")
    return message


async def write(page: Page, text: str) -> None:
    """By keyboard: a message."""
    await focus(page, page.get_by_label("Jūsu ziņa"))
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


NEWEST = """before => {
    const newest = [...document.querySelectorAll("#log > div.theirs")].at(-1);
    if (!newest || newest.id === before) return null;
    const labels = [...newest.querySelectorAll(".keys button")].map(key => key.innerText);
    return labels.length ? [newest.id, labels] : null;
}"""


async def asked(page: Page, before: str) -> tuple[str, list[str]]:
    """Wait until another message with buttons stands at the bottom; gives its id and their labels,
    both read at one moment."""
    found = await page.wait_for_function(NEWEST, arg=before)
    newest, labels = await found.json_value()
    return newest, labels


@pytest.mark.parametrize("lang", ["lv", "ru", "en"])
async def test_the_first_page(home: Path, lang: str) -> None:
    async with office_at(home, port=True) as served, visitor() as (_, page):
        await page.goto(f"{served.url}/chat?lang={lang}")
        assert await page.locator("html").get_attribute("lang") == lang
        await accessible(page)


async def test_an_intake_by_keyboard_at_360_pixels(home: Path) -> None:
    async with office_at(home, port=True) as served, visitor() as (_, page):
        await page.goto(f"{served.url}/chat")
        await focus(page, page.get_by_role("button", name="Sākt"))
        await page.keyboard.press("Enter")
        await press(page, "Latviešu")
        await press(page, "Izlasīju, sākam")
        await page.get_by_role("button", name="Labāk jautājiet man").wait_for()
        await write(page, STORY)
        newest = await press(page, "Pareizi, tas ir viss")
        for _ in range(30):
            newest, labels = await asked(page, newest)
            if "Nosūtīt koordinatoram" in labels:
                break
            if labels[0].startswith("1 "):
                await write(page, "1")
                continue
            chosen = "Šeit, šajā sarunā" if "Šeit, šajā sarunā" in labels else labels[0]
            await press(page, "Izlaist" if "Izlaist" in labels else chosen)
        await accessible(page)
        await press(page, "Nosūtīt koordinatoram")
        await page.get_by_text("Jūsu lietas numurs: 1001").wait_for()
        await focus(page, page.locator("summary").first)
        await page.keyboard.press("Enter")
        await accessible(page)
        await page.keyboard.press("Escape")
        assert not await page.locator(".menu").evaluate("menu => menu.open")
        case = await cases.by_number(served.office.store, 1001)
        assert case is not None and case.region == "vidzeme"


async def test_without_scripts_the_same_forms_work(home: Path) -> None:
    async with (
        office_at(home, port=True) as served,
        visitor(java_script_enabled=False) as (_, page),
    ):
        await page.goto(f"{served.url}/chat")
        await page.get_by_role("button", name="Sākt").click()
        await page.get_by_role("button", name="Latviešu").click()
        await page.get_by_role("button", name="Izlasīju, sākam").click()
        await page.get_by_label("Jūsu ziņa").fill("Dzīvojam Norvēģijā, gribam uz Kuldīgu")
        await page.get_by_role("button", name="Sūtīt").click()
        assert "Norvēģijā" in await page.locator("#log").inner_text()
        await page.get_by_role("link", name="Skatīt, vai ir jaunas ziņas").wait_for()


async def test_a_broken_connection_loses_nothing(home: Path) -> None:
    async with (
        office_at(home, port=True) as served,
        visitor("ERR_FAILED") as (context, page),
    ):
        await page.goto(f"{served.url}/chat")
        await page.get_by_role("button", name="Sākt").click()
        await page.get_by_role("button", name="Latviešu").wait_for()
        lost = 0

        async def lose(route: Any) -> None:
            nonlocal lost
            lost += 1
            if lost == 1:  # it arrives, but the page never hears so, and sends it again
                await route.fetch()
                await route.abort()
            else:
                await route.continue_()

        await context.route("**/chat/act", lose)
        await page.get_by_role("button", name="Latviešu").click()
        await page.get_by_role("button", name="Izlasīju, sākam").wait_for()
        await page.wait_for_timeout(1500)
        assert lost == 2
        assert await page.get_by_role("button", name="Izlasīju, sākam").count() == 1


async def test_what_is_refused_stands_in_the_box_again(home: Path) -> None:
    async with (
        office_at(home, port=True) as served,
        visitor("413") as (context, page),
    ):
        await page.goto(f"{served.url}/chat")
        await page.get_by_role("button", name="Sākt").click()
        await page.get_by_role("button", name="Latviešu").click()
        await page.get_by_role("button", name="Izlasīju, sākam").click()
        await page.get_by_role("button", name="Labāk jautājiet man").wait_for()

        async def refuse(route: Any) -> None:
            await route.fulfill(status=413, json={})

        await context.route("**/chat/act", refuse)
        await write(page, "Dzīvojam Norvēģijā")
        await page.get_by_text("To neizdevās nosūtīt").wait_for()
        assert await page.locator("#text").input_value() == "Dzīvojam Norvēģijā"
        await accessible(page)


async def test_a_line_of_an_old_phone_is_enough(home: Path) -> None:
    """At 6 kB/s with 0.6 s delay: the first page within seconds, and the talk goes on."""
    async with office_at(home, port=True) as served, visitor() as (context, page):
        line = await context.new_cdp_session(page)
        await line.send("Network.enable")
        slow = {"offline": False, "latency": 600, "downloadThroughput": 6000,
                "uploadThroughput": 3000}  # fmt: skip
        await line.send("Network.emulateNetworkConditions", slow)
        await page.goto(f"{served.url}/chat")
        await page.get_by_role("button", name="Sākt").click()
        await page.get_by_role("button", name="Latviešu").click()
        await page.get_by_role("button", name="Izlasīju, sākam").click()
        await page.get_by_role("button", name="Labāk jautājiet man").wait_for()
        await write(page, "Dzīvojam Norvēģijā, gribam uz Kuldīgu")
        await page.get_by_role("button", name="Tas ir viss").wait_for()
        weight = await page.evaluate(
            "performance.getEntriesByType('resource').reduce((n, e) => n + e.encodedBodySize, 0)"
        )
        assert weight < 60_000


async def test_a_frame_in_another_site(home: Path) -> None:
    async with (
        office_at(home / "a", port=True, chat_frames="http://localhost:*") as served,
        visitor() as (_, page),
    ):
        host = served.url.replace("127.0.0.1", "localhost") + "/novads"

        body = (
            "<!doctype html><html lang='lv'><title>Novads</title>"
            "<link rel='icon' href='data:,'><main><h1>Novads</h1></main>"
            f"<script src='{served.url}/chat.js' data-label='Mājup' async></script></html>"
        )

        async def elsewhere(_: Request) -> HTMLResponse:
            return HTMLResponse(body)

        served.app.routes.insert(0, Route("/novads", elsewhere))
        await page.goto(host)
        await page.get_by_role("button", name="Mājup").click()
        frame = page.frame_locator("iframe")
        await frame.get_by_role("button", name="Sākt").wait_for()


async def signed_in(served: Served, page: Page) -> int:
    """A coordinator at the page of a fresh case."""
    number = await told_by_mail(served, "marta@families.example.lv")
    person = await staff.add(
        served.office.store, "coordinator", "vidzeme", "lv", "email", "inga@desk.example.lv"
    )
    moving = served.office.turns.moving
    assert moving is not None
    code = moving.links.make("desk", f"{person.staff.id}{number}")
    await page.goto(f"{served.url}/desk/in/{code}")
    await accessible(page)
    await page.get_by_role("button", name="Atvērt lietas").click()
    return number


async def test_the_case_page_on_a_phone(home: Path) -> None:
    async with office_at(home, port=True) as served, visitor("(Not Found)") as (_, page):
        number = await signed_in(served, page)
        await page.get_by_role("button", name="Paņemt lietu").wait_for()
        await accessible(page)
        await page.get_by_role("button", name="Paņemt lietu").click()
        await page.get_by_label("Jūsu teksts").fill("Labdien! Zvanīšu otrdien.")
        await page.get_by_role("button", name="Vispirms apskatīt").last.click()
        await accessible(page)
        await page.get_by_role("button", name="Nosūtīt ģimenei").click()
        await page.get_by_text("Labdien! Zvanīšu otrdien.").last.wait_for()
        await accessible(page)
        await page.goto(f"{served.url}/desk")
        await accessible(page)
        await page.goto(f"{served.url}/desk/cases/{number + 1}")
        await accessible(page)
