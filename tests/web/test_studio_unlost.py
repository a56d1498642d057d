"""The studio loses nothing that somebody wrote: sittings that end, two at once, a second press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.web.studio.workshop import Workshop
from dialogs.loader import load_script
from dialogs.script import Question, Script
from tests.web.admins import admin, at_studio, link
from tests.web.browsing import Browser
from tests.web.office import Served, office_at
from tests.web.test_browser import accessible, visitor

if TYPE_CHECKING:
    from playwright.async_api import Dialog

TWICE = """() => {
  const stopped = [];
  addEventListener("submit", (event) => stopped.push(event.defaultPrevented));
  const button = document.querySelector(".save button");
  button.click();
  button.click();
  return stopped;
}"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@pytest_asyncio.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    async with office_at(home) as opened:
        yield opened


async def script(served: Served) -> Script:
    """The script as the draft has it."""
    head = await Workshop(served.office).head()
    found = load_script(head.draft.source).script
    assert found is not None
    return found


async def asked(served: Served, question: str) -> Question:
    """A question as the draft has it."""
    sections = (await script(served)).sections
    return next(q for s in sections for q in s.questions if q.id == question)


async def said(served: Served, name: str, language: str = "lv") -> str | tuple[str, ...]:
    """A translation as the draft has it."""
    return (await Workshop(served.office).head()).draft.texts[language][name].text


def shown(browser: Browser, field: str) -> str:
    """What stands in a field of the page."""
    return next(form.fields[field] for form in browser.read.forms if field in form.fields)


async def test_what_was_written_outlives_the_sitting(served: Served) -> None:
    person = await admin(served)
    browser = Browser(served.app)
    await browser.open(link(served, person))
    await browser.press(browser.labels()[0])
    await browser.open("/studio/q/rooms")
    browser.client.cookies.clear()  # as after a long pause
    answer = await browser.press("Saglabāt", **{"text.lv": "Cik istabu Jums vajag?"})
    assert answer.status_code == 403
    assert "Lūdzu, piesakieties vēlreiz" in browser.words
    assert "Cik istabu Jums vajag?" in browser.words
    held = browser.answer
    again = await browser.press("Nosūtīt vēlreiz")  # too early: it still stands there
    assert again.status_code == 403 and "Cik istabu Jums vajag?" in browser.words

    await browser.open(link(served, person))  # in another tab
    await browser.press(browser.labels()[0])
    browser.answer = held
    await browser.press("Nosūtīt vēlreiz")
    assert "Vai saglabāt rakstīto?" in browser.words
    await browser.press("Nosūtīt vēlreiz")
    assert "Saglabāts melnrakstā" in browser.words
    assert await said(served, "return:rooms.text") == "Cik istabu Jums vajag?"


async def test_two_at_once_in_every_form_keep_what_they_wrote(served: Served) -> None:
    anna, zane = await at_studio(served), await at_studio(served, "zane")
    for path, fields, name in (
        ("/studio/s/work", "title.lv", "return:section.work.title"),
        ("/studio/beginning", "welcome.lv", "return:welcome"),
        ("/studio/texts?language=lv&show=all&find=rooms.text", "x0.0", "return:rooms.text"),
    ):
        await anna.open(path)
        await zane.open(path)
        await anna.press("Saglabāt", **{fields: "Annas vārdi"})
        answer = await zane.press("Saglabāt", **{fields: "Zanes vārdi"})
        assert answer.status_code == 409, path
        assert "anna@office.example.lv" in zane.words
        assert await said(served, name) == "Annas vārdi"
        assert shown(zane, fields) == "Zanes vārdi"
        await zane.press("Saglabāt")
        assert await said(served, name) == "Zanes vārdi"


async def test_two_at_once_at_conditions_keep_what_they_picked(served: Served) -> None:
    anna, zane = await at_studio(served), await at_studio(served, "zane")
    picked = {"asked": "if", "t0.op": "least", "t0.value": "1", "t0.typed": "number"}
    for path in ("/studio/q/status/answers/abroad", "/studio/conditions/eu"):
        await anna.open(path)
        await zane.open(path)
        await anna.press("Saglabāt", **{**picked, "t0.name": "children"})
        answer = await zane.press("Saglabāt", **{**picked, "t0.name": "adults"})
        assert answer.status_code == 409, path
        assert "anna@office.example.lv" in zane.words
        assert shown(zane, "t0.name") == "adults"


async def test_a_question_that_somebody_took_out_meanwhile(served: Served) -> None:
    anna, zane = await at_studio(served), await at_studio(served, "zane")
    await zane.open("/studio/q/rooms")
    await anna.open("/studio/q/rooms/remove")
    await anna.press("Izņemt")
    answer = await zane.press("Saglabāt", **{"text.lv": "Cik istabu Jums vajag?"})
    assert answer.status_code == 409
    assert "Cik istabu Jums vajag?" in zane.words and "anna@office.example.lv" in zane.words
    assert (await zane.open("/studio/q/rooms")).status_code == 404


async def test_both_versions_show_every_field(served: Served) -> None:
    anna, zane = await at_studio(served), await at_studio(served, "zane")
    await anna.open("/studio/q/rooms")
    await zane.open("/studio/q/rooms")
    await anna.press("Saglabāt", required="yes", maximum="4")
    await zane.press("Saglabāt", **{"text.lv": "Cik istabu?"})
    for words in ("Nevar izlaist Jā –", "Lielākais skaitlis 4"):
        assert words in zane.words


async def test_pressed_twice_is_added_once(served: Served) -> None:
    browser = await at_studio(served)
    before = await script(served)
    for path, press, fields in (
        ("/studio/new?section=people", "Pievienot", {"text.lv": "Vai brauks suns?"}),
        ("/studio/new-section", "Saglabāt",
         {"title.lv": "Suņi", "purpose.lv": "Lai zinātu.", "first.lv": "Cik suņu?"}),
        ("/studio/new-condition", "Saglabāt",
         {"name": "here", "t0.name": "status", "t0.op": "is", "t0.value": "domestic"}),
    ):  # fmt: skip
        form = await browser.open(path)
        await browser.press(press, **fields)
        browser.answer = form
        await browser.press(press, **fields)
    now = await script(served)

    def questions(script: Script) -> int:
        return sum(len(section.questions) for section in script.sections)

    assert questions(now) == questions(before) + 2
    assert len(now.sections) == len(before.sections) + 1
    assert len(now.derived) == len(before.derived) + 1


async def test_a_condition_is_neither_lost_nor_kept_unseen(served: Served) -> None:
    browser = await at_studio(served)
    assert (await asked(served, "rooms")).when
    await browser.open("/studio/q/rooms")
    await browser.press("Saglabāt", asked="all")  # everybody, though an answer is still picked
    assert (await asked(served, "rooms")).when is None

    for path in ("/studio/q/rooms", "/studio/s/work", "/studio/q/status/answers/abroad"):
        before = await script(served)
        await browser.open(path)  # begun, and no number written yet
        answer = await browser.press(
            "Saglabāt", **{"asked": "if", "t0.name": "children", "t0.op": "least", "t0.value": ""}
        )
        assert answer.status_code == 422 and "nav pabeigts" in browser.words, path
        assert await script(served) == before
        assert shown(browser, "t0.name") == "children"


async def test_a_bound_that_is_no_number_is_told_at_its_field(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/q/rooms")
    answer = await browser.press("Saglabāt", minimum="divi")
    assert answer.status_code == 422
    assert 'value="divi"' in answer.text and "«divi»" in browser.words


async def test_the_first_question_of_a_section_outlives_a_new_language(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/new-section")
    await browser.press("+ Ukraiņu", **{"first.lv": "Cik suņu?"})
    assert 'value="Cik suņu?"' in browser.page.text


async def test_pasted_text_is_kept_and_locks_nothing(served: Served) -> None:
    browser = await at_studio(served)
    for pasted, kept in (
        ("Cik istabu\u2028vajag?", "Cik istabu\nvajag?"),
        ("Cik\x0bistabu?\x07\ufeff", "Cik\nistabu?"),
        ("“Cik” – istabu… \u00a0vajag?", "“Cik” – istabu… \u00a0vajag?"),
        ("- #: {x} & <b>cik</b> 👩‍👧?", "- #: {x} & <b>cik</b> 👩‍👧?"),
        ("Cik istabu?", "Cik istabu?"),
    ):
        await browser.open("/studio/q/rooms")
        await browser.press("Saglabāt", **{"text.lv": pasted, "text.en": pasted})
        assert (await asked(served, "rooms")).text == kept
        assert await said(served, "return:rooms.text") == kept


@pytest.mark.browser
@pytest.mark.timeout(300)
async def test_a_browser_warns_of_what_is_not_saved(home: Path) -> None:
    async with (
        office_at(home, port=True) as served,
        visitor("ERR_INTERNET_DISCONNECTED", viewport={"width": 1280, "height": 900}) as (_, page),
    ):
        await page.goto(served.url + link(served, await admin(served)))
        await page.get_by_role("button", name="Atvērt studiju").click()
        await page.goto(f"{served.url}/studio/q/rooms")
        await page.locator('[id="text.lv"]').click()
        await page.keyboard.type("Un ")
        asked: list[str] = []

        async def leave(dialog: Dialog) -> None:
            asked.append(dialog.type)
            await dialog.accept()

        page.on("dialog", leave)
        await page.locator(".outline .add").first.click()
        await page.wait_for_url("**/studio/new*")
        assert asked == ["beforeunload"]

        await page.context.set_offline(True)
        await page.locator("#say").fill("2")
        await page.get_by_role("button", name="Sūtīt").click()
        await page.locator("#news").get_by_text("Serveris neatbild").wait_for()
        await accessible(page)
        assert await page.locator("#say").input_value() == "2"
        await page.context.set_offline(False)
        await page.get_by_role("button", name="Sūtīt").click()
        await page.locator("#news:empty").wait_for(state="attached")

        await page.locator('[id="text.lv"]').fill("Vai brauks suns?")
        stopped = await page.evaluate(TWICE)
        await page.get_by_text("Saglabāts melnrakstā").wait_for()
        assert stopped == [False, True]
