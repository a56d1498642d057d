"""The demo page in a real browser, on a phone's width, by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.test_demo import STORY, serving

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Locator, Page

pytestmark = pytest.mark.browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PHONE = (390, 844)
GET_ONE = (
    "no browser: pip install 'majup[browser]' and apt-get install chromium "
    "(or another that is found under the name chromium)"
)


@pytest_asyncio.fixture
async def phone() -> AsyncIterator[Page]:
    """The page open on a phone; at the end nothing may have been complained of."""
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        pytest.skip(GET_ONE)
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(GET_ONE)
    complaints: list[str] = []

    def complained(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    async with serving() as (_, origin), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
        page.on("console", complained)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP', e.blockedURI))"
        )
        await page.goto(origin)
        yield page
        await browser.close()
    assert complaints == []


async def focus_by_keyboard(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus; it must be visible there."""
    await wanted.wait_for()
    for _ in range(60):
        if await wanted.evaluate("element => element === document.activeElement"):
            assert await wanted.evaluate("element => element.matches(':focus-visible')")
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


async def press(page: Page, name: str, log: str = "#family-log") -> None:
    """Tab to the newest button of this name in a log and press Enter."""
    button = page.locator(log).get_by_role("button", name=name, exact=True).last
    await focus_by_keyboard(page, button)
    await page.keyboard.press("Enter")


async def write(page: Page, text: str) -> None:
    """Tab to where the family writes, type, Enter."""
    await focus_by_keyboard(page, page.locator("#family-text"))
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def test_a_talk_by_keyboard_at_390_pixels(phone: Page) -> None:
    await press(phone, "Latviešu")
    await press(phone, "Izlasīju, sākam")
    await write(phone, STORY)
    await phone.locator("#typing").wait_for()
    await press(phone, "Pareizi, tas ir viss")
    await phone.locator("#family-log").get_by_role("button", name="Visas šīs").wait_for()
    await write(phone, "1 2")
    await press(phone, "26–39")
    await press(phone, "Vēl nezinām")
    await press(phone, "Šeit, šajā sarunā")
    await press(phone, "Nosūtīt koordinatoram")
    await phone.locator("#family-log").get_by_text("Jūsu lietas numurs: 1001").wait_for()
    wide = "document.scrollingElement.scrollWidth > innerWidth"
    assert not await phone.evaluate(wide)

    await focus_by_keyboard(phone, phone.locator(".views [data-view=office]"))
    await phone.keyboard.press("Enter")
    assert not await phone.evaluate(wide)
    tab = phone.get_by_role("tab", name="Kurzeme")
    assert await tab.get_attribute("aria-selected") == "true"
    desk = "#panel-desk-kurzeme"
    assert await phone.locator(desk).get_by_text("Lieta 1001").is_visible()
    await phone.locator(desk).get_by_role("button", name="Paņemt lietu").wait_for()
    await focus_by_keyboard(phone, phone.locator(f"{desk} summary"))
    await phone.keyboard.press("Enter")
    assert await phone.locator(desk).get_by_text(STORY).last.is_visible()
    await press(phone, "Paņemt lietu", desk)
    await phone.locator(desk).get_by_role("button", name="Atbildēt").wait_for()
    assert await phone.evaluate("document.activeElement !== document.body")


async def test_the_page_speaks_three_languages_and_a_new_family_begins_anew(phone: Page) -> None:
    await press(phone, "English")
    await phone.locator("#family-log [lang=en]").first.wait_for()
    await focus_by_keyboard(phone, phone.locator("#languages [value=ru]"))
    await phone.keyboard.press("Enter")
    assert await phone.locator("html").get_attribute("lang") == "ru"
    assert await phone.locator("#family-name").inner_text() == "Семья"
    await focus_by_keyboard(phone, phone.locator("#anew"))
    await phone.keyboard.press("Enter")
    await phone.locator("#family-log").get_by_role("button", name="Latviešu").wait_for()
    assert await phone.locator("#family-log .item").count() == 1
    await phone.reload()
    await phone.locator("#family-log").get_by_role("button", name="Latviešu").wait_for()
    assert await phone.locator("#family-log .item").count() == 1
    assert await phone.locator("#family-name").inner_text() == "Семья"
