"""Publishing from the studio: what changes, whom it concerns, the press, and taking back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.web.studio.proving import page_of
from dialogs.kept import keep
from storage import revisions
from storage.revisions import Published
from tests import drafts
from tests.under_way import fill
from tests.web.admins import at_studio
from tests.web.browsing import Browser
from tests.web.office import Served, office_at

PETS = {
    "text.lv": "Vai līdzi brauks mājdzīvnieks?", "text.ru": "Поедет ли с Вами питомец?",
    "text.en": "Will a pet come along?", "answers.lv": "Suns\nKaķis\nNav",
    "answers.ru": "Собака\nКошка\nНет", "answers.en": "A dog\nA cat\nNone",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@pytest_asyncio.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    async with office_at(home, script=drafts.draft()) as opened:
        edition = opened.office.edition
        content = keep(drafts.SHIPPED, edition, drafts.texts())
        await revisions.publish(
            opened.office.store, "return", edition.id, content, "service"
        )
        yield opened


async def history(served: Served) -> list[Published]:
    return await revisions.history(served.office.store, "return")


def counted(browser: Browser, pattern: str) -> tuple[int, ...]:
    """The numbers in a sentence of the page."""
    found = re.search(pattern, browser.words)
    assert found is not None, browser.words
    return tuple(map(int, found.groups()))


async def add_pets(browser: Browser) -> None:
    await browser.open("/studio/new?section=people&after=children")
    await browser.press(
        "Pievienot", kind="choice", section="people", after="children",
        **{**PETS, "asked": "if", "t0.name": "children", "t0.op": "least", "t0.value": "1",
           "t0.typed": "number"},
    )  # fmt: skip


async def test_published_for_500_families_and_taken_back(served: Served) -> None:
    await fill(served.office.store, served.office.committer, 500)
    browser = await at_studio(served)
    await browser.open("/studio/publish")
    assert "Nav ko publicēt" in browser.words and "Saskaitīt" not in browser.words
    await add_pets(browser)
    await browser.open("/studio/publish")
    assert "Jauns jautājums: «Vai līdzi brauks»" in browser.words
    await browser.press("Saskaitīt un turpināt")
    under_way, unmoved = counted(browser, r"sarunā ir (\d+) ģimen\w+\. (\d+) neko nemanīs")
    (asked,) = counted(browser, r"(\d+) saņems jaunu jautājumu: Vai līdzi brauks")
    lost, sent = counted(browser, r"(\d+) atbilžu vairs neizmantos\. (\d+) nosūtīt")
    assert (under_way + sent, unmoved + asked, lost) == (500, under_way, 0)
    assert min(unmoved, asked, sent) > 0
    assert "Publicēt?" in browser.words
    before = await history(served)
    assert len(before) == 1
    await browser.press("Publicēt")
    lines = await history(served)
    assert len(lines) == 2 and lines[0].by != "service"
    assert served.office.turns.editions.current.id == lines[0].revision
    assert "will_pet_come" in served.office.turns.editions.current.questions
    assert "tagad spēkā" in browser.words
    await browser.press("Atgriezt šo")
    again = counted(browser, r"sarunā ir (\d+) ģimen\w+\. (\d+) neko nemanīs")
    assert again == (under_way, under_way)
    await browser.press("Atgriezt šo")
    lines = await history(served)
    assert [line.revision for line in lines] == [
        before[0].revision, lines[1].revision, before[0].revision
    ]  # fmt: skip
    assert served.office.turns.editions.current.id == before[0].revision
    await browser.open("/studio/q/will_pet_come")  # the draft stays as it was
    assert browser.page.status_code == 200


async def test_a_draft_with_faults_is_not_published(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/q/rooms")
    await browser.press("Saglabāt", **{"text.en": "How many rooms?", "text.lv": "Cik istabu?"})
    await browser.open("/studio/publish")
    assert "1 kļūda" in browser.words and "Saskaitīt" not in browser.words
    token = browser.read.forms[0].fields["token"]
    for act in ("rehearse", "now"):
        await browser.post(f"/studio/publish/{act}", {"token": token, "to": "draft"})
        assert "Melnrakstā ir kļūdas" in browser.words
    assert len(await history(served)) == 1


async def test_what_grew_meanwhile_is_asked_again(served: Served) -> None:
    browser = await at_studio(served)
    await add_pets(browser)
    await browser.open("/studio/publish")
    await browser.press("Saskaitīt un turpināt")
    assert "sarunā ir 0 ģimeņu" in browser.words
    await fill(served.office.store, served.office.committer, 40)
    answer = await browser.press("Publicēt")
    assert answer.status_code == 409 and "tas skar vairāk" in browser.words
    assert len(await history(served)) == 1
    await browser.press("Publicēt")
    assert len(await history(served)) == 2


async def test_the_draft_changed_after_the_count_is_asked_again(served: Served) -> None:
    browser, other = await at_studio(served), await at_studio(served, "zane")
    await add_pets(browser)
    await browser.open("/studio/publish")
    await browser.press("Saskaitīt un turpināt")
    await other.open("/studio/q/car")
    await other.press("Saglabāt", **{"text.lv": "Vai būs mašīna?"})
    answer = await browser.press("Publicēt")
    assert answer.status_code == 409
    assert len(await history(served)) == 1


def test_a_proof_sheet_as_a_page() -> None:
    table = "| a | b |\n|---|---|\n| c | <d> |\n"
    sheet = f"Played <b>\n\n- ✓ all `rooms`\n\n{table}\n```text\n<< hi\n```\n"
    html = str(page_of(sheet))
    assert "<p>Played &lt;b&gt;</p>" in html and "<li>✓ all <code>rooms</code></li>" in html
    assert "<td>&lt;d&gt;</td>" in html and "<pre>&lt;&lt; hi</pre>" in html
