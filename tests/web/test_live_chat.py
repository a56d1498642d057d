"""The live chat beside the script: the draft played in any language, from anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.web.studio.workshop import Workshop
from tests.web.admins import at_studio
from tests.web.browsing import Browser
from tests.web.office import Served, office_at

KITCHEN = {
    "text.lv": "Vai vajag lielu virtuvi?", "text.ru": "Нужна ли большая кухня?",
    "text.en": "Do you need a large kitchen?",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@pytest_asyncio.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    async with office_at(home) as opened:
        yield opened


def bubble(text: str, language: str = "lv") -> str:
    """How a message of the talk begins."""
    return f'<div class="bubble" lang="{language}">{text}'


async def part(browser: Browser, **fields: object) -> str:
    """Send the form that begins a talk; gives the chat alone."""
    form = next(f for f in browser.read.forms if "language" in f.fields and "at" in f.fields)
    answer = await browser.post("/studio/chat", {**form.fields, "part": "chat", **fields})  # type: ignore[dict-item]
    return answer.text


async def test_a_language_nobody_sees_yet_is_written_and_played(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/new?section=housing")
    await browser.press("+ Ukraiņu", kind="yes_no", **KITCHEN)
    fields = next(form.fields for form in browser.read.forms if "text.uk" in form.fields)
    assert fields["text.lv"] == KITCHEN["text.lv"]  # what was written is still there
    assert fields["kind"] == "yes_no"
    await browser.press("Pievienot", **{"text.uk": "Чи потрібна велика кухня?"})
    assert browser.page.url.path == "/studio/q/you_need_large"
    assert "Ukraiņu (melnraksts)" in browser.words
    shown = await part(browser, language="uk", begin="here")
    assert bubble("Чи потрібна велика кухня?", "uk") in shown
    assert bubble("Vai vajag lielu virtuvi?") not in shown
    # The button's words are not translated yet: they come in another language, and it can be used.
    await browser.open("/studio/q/you_need_large")
    await browser.press("Jā")
    assert '<div class="bubble" lang="uk">Jā</div>' in (await browser.open("/studio/chat")).text
    # Languages without a single text are played as well.
    shown = await part(browser, language="ltg", begin="here")
    assert bubble("Vai vajag lielu virtuvi?", "ltg") in shown


async def test_a_column_that_is_not_on_the_page_stays_as_it_is(served: Served) -> None:
    browser, other = await at_studio(served), await at_studio(served, "zane")
    await other.open("/studio/q/rooms")  # drawn before there is any Ukrainian
    fields = next(form.fields for form in other.read.forms if "text.lv" in form.fields)
    await browser.open("/studio/q/rooms")
    await browser.press("+ Ukraiņu")
    await browser.press("Saglabāt", **{"text.uk": "Скільки кімнат?"})
    workshop = Workshop(served.office)
    assert (await workshop.head()).draft.texts["uk"]["return:rooms.text"].text == "Скільки кімнат?"
    version = str((await workshop.head()).number)
    await other.post("/studio/q/rooms", {**fields, "version": version, "text.lv": "Cik istabu?"})
    texts = (await workshop.head()).draft.texts
    assert texts["lv"]["return:rooms.text"].text == "Cik istabu?"
    assert texts["uk"]["return:rooms.text"].text == "Скільки кімнат?"


async def test_answers_given_before_are_picked(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/q/radius")
    shown = await part(browser, begin="set", **{"g0.name": "country"})
    assert '<option value="IE">Īrija</option>' in shown
    shown = await part(browser, begin="set", **{
        "g0.name": "children", "g1.name": "needs", "g2.name": "place", "g3.name": "housing",
    })  # fmt: skip
    assert 'name="g0.value" type="number"' in shown
    assert '<select id="g1.value" name="g1.value" multiple' in shown
    assert 'list="municipalities"' in shown and '<option value="Kuldīgas novads">' in shown
    assert '<select id="g3.value" name="g3.value"><option value="">–</option>' in shown
    # Another question's answers are picked and count; what does not fit it is let go of.
    await browser.open("/studio/q/child_stage")
    shown = await part(browser, begin="here", **{
        "g0.name": "country", "g0.value": "IE", "g1.name": "children", "g1.value": "2",
        "g2.name": "status", "g2.value": "nonsense", "g3.name": "needs",
        "g3.value": ["job_search", "school"],
    })  # fmt: skip
    assert "netika saprasta" not in shown
    assert '<option value="IE" selected>' in shown
    assert '<option value="job_search" selected>' in shown
    assert 'name="g1.value" type="number" inputmode="numeric" value="2"' in shown
