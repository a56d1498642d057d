"""The studio in a real browser: by keyboard alone, for everybody, with Telegram beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dialogs.kept import keep
from storage import revisions, staff
from storage.commit import Committer
from tests import drafts
from tests.harness import house
from tests.under_way import fill
from tests.web.admins import admin, link
from tests.web.office import office_at
from tests.web.test_browser import accessible, visitor

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


class Keyboard:
    """A person who has no mouse; counts what they do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    async def to(self, wanted: Locator, most: int = 160) -> None:
        """Tab on until this has the focus and shows it."""
        await wanted.wait_for()
        for _ in range(most):
            if await wanted.evaluate("element => element === document.activeElement"):
                assert await wanted.evaluate("element => element.matches(':focus-visible')")
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {wanted}")

    async def press(self, wanted: Locator) -> None:
        """Press a link or a button."""
        self.steps += 1
        await self.to(wanted)
        await self.page.keyboard.press("Enter")

    async def write(self, label: str, text: str) -> None:
        """Write into the field of this id."""
        self.steps += 1
        await self.to(self.page.locator(f'[id="{label}"]'))
        await self.page.keyboard.press("Control+a")
        for n, line in enumerate(text.split("\n")):
            if n:
                await self.page.keyboard.press("Enter")
            await self.page.keyboard.insert_text(line)

    async def pick(self, label: str, option: str) -> None:
        """Pick from a list by writing its beginning."""
        self.steps += 1
        field = self.page.locator(f'[id="{label}"]')
        await self.to(field)
        await self.page.keyboard.type(option)
        await field.evaluate("e => e.dispatchEvent(new Event('change', {bubbles: true}))")

    async def skip(self) -> None:
        """Past the head of the page."""
        await self.page.keyboard.press("Tab")
        await self.page.keyboard.press("Enter")


async def test_a_question_from_the_first_word_to_published_and_back(tmp_path: Path) -> None:
    async with house(tmp_path, pages=True) as at, visitor(viewport=WIDE) as (_, page):
        async with at.store() as store:
            edition = drafts.draft()
            content = keep(drafts.SHIPPED, edition, drafts.texts())
            await revisions.publish(store, "return", edition.id, content, "service")
            committer = Committer(store)
            await fill(store, committer, 500)
            await committer.close()
            code = await staff.invite(store, "script-admin", "", "lv")
        family = at.server.user(9001, language_code="lv")
        await family.start()
        await family.wait("valodā")
        await family.choose("Latviešu", "datiem")
        await family.choose("Izlasīju, sākam", "Pastāstiet")

        keys = Keyboard(page)
        await page.goto(f"{at.url}/desk/in")
        await accessible(page)
        await keys.write("code", code)
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Studija").wait_for()
        await accessible(page)
        keys.steps = 0
        new = page.get_by_role("link", name=re.compile("Jauns jautājums ?: Kas pārceļas"))
        await keys.press(new)
        await page.locator("#kind").wait_for()
        await accessible(page)
        await keys.write("text.lv", "Vai līdzi brauks mājdzīvnieks?")
        await keys.write("text.ru", "Поедет ли с Вами питомец?")
        await keys.write("text.en", "Will a pet come along?")
        await keys.write("answers.lv", "Suns\nKaķis\nNav")
        await keys.write("answers.ru", "Собака\nКошка\nНет")
        await keys.write("answers.en", "A dog\nA cat\nNone")
        await keys.pick("t0.name", "Bērni")
        await page.locator('[id="t0.value"]').wait_for()
        await keys.write("t0.value", "1")
        await keys.press(page.locator(".save button"))
        await page.get_by_text("Saglabāts melnrakstā").wait_for()
        assert "«Bērni» ir vismaz 1" in await page.locator("#sentence").inner_text()
        assert keys.steps < 15
        chat = page.locator("[data-chat]")
        await chat.get_by_text("Vai līdzi brauks mājdzīvnieks?").wait_for()
        await accessible(page)
        await keys.press(chat.get_by_role("button", name="Kaķis"))
        await chat.locator(".mine").get_by_text("Kaķis").wait_for()

        await keys.press(page.get_by_role("link", name="Publicēšana"))
        await page.get_by_text("Jauns jautājums: «Vai līdzi brauks»").wait_for()
        await accessible(page)
        await keys.skip()
        await keys.press(page.get_by_role("button", name="Saskaitīt un turpināt"))
        await page.get_by_text(re.compile(r"sarunā ir \d+ ģimen")).wait_for(timeout=60_000)
        await accessible(page)
        await keys.press(page.get_by_role("button", name="Publicēt", exact=True))
        await page.get_by_text("Publicēts. Tas jau ir spēkā.").wait_for(timeout=60_000)

        await family.ask("Dzīvojam Īrijā, gribam uz Kuldīgu. Mums ir 2 bērni.", "sapratu")
        shown = await family.choose("tas ir viss", "jautājum")
        for _ in range(12):
            if "mājdzīvnieks" in shown.text:
                break
            labels = [button.text for button in shown.buttons]
            label = "Izlaist" if "Izlaist" in labels else "^2$"
            shown = await family.choose(label, "jautājum")
        assert "Vai līdzi brauks mājdzīvnieks?" in shown.text

        await keys.skip()
        await keys.press(page.get_by_role("button", name="Atgriezt šo"))
        await page.get_by_role("heading", name="Atgriezt").wait_for(timeout=60_000)
        await keys.press(page.get_by_role("button", name="Atgriezt šo"))
        await page.get_by_text("Atkal spēkā ir agrākā versija").wait_for(timeout=60_000)
        await accessible(page)


FAULTS = (
    # The question, the field that is filled, with what, where it is told, and words of it.
    ("rooms", {"text.lv": "Cik " + "ļoti " * 60 + "daudz istabu?"}, "text", "rakstzīmes"),
    ("rooms", {"title.lv": "Istabu skaits jaunajās mājās"}, "title", "rakstzīmes"),
    ("rooms", {"text.lv": "Cik istabu, {vards}?"}, "text", "figūriekavās"),
    ("rooms", {"text.lv": "<b>Cik istabu?"}, "text", "<b>"),
    ("rooms", {"text.en": "How many rooms?"}, "text", "mainīts pēc tulkošanas"),
    ("rooms", {"minimum": "9", "maximum": "1"}, "minimum", "9"),
    ("rooms", {"raw": 'car == "jā"'}, "when", "nekad nav"),
    ("rooms", {"raw": "istabas > 1"}, "when", "tāda jautājuma"),
    ("housing", {"c0.lv": "Īrēt"}, "choices-1", "skan vienādi"),
    ("rooms", {"text.lv": "", "text.ru": "", "text.en": ""}, "text", "tukš"),
)


async def test_each_of_ten_faults_is_told_at_its_field(tmp_path: Path) -> None:
    async with office_at(tmp_path / "home", port=True) as served, visitor(
        "(Unprocessable", viewport=WIDE
    ) as (_, page):
        person = await admin(served)
        await page.goto(served.url + link(served, person))
        await page.get_by_role("button", name="Atvērt studiju").click()
        for question, fields, spot, words in FAULTS:
            await page.goto(f"{served.url}/studio/q/{question}")
            await page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
            for field, text in fields.items():
                if field == "raw":
                    await page.locator("[name=asked][value=raw]").check()
                await page.locator(f'[id="{field}"]').fill(text)
            await page.locator(".save button").click()
            told = page.locator(f"#f-{spot} .fault, #f-{spot} ~ .fault")
            await told.first.wait_for()
            text = " ".join(await told.all_inner_texts())
            assert words in text, (fields, text)
            undo = page.get_by_role("button", name="↶ Atsaukt")
            if await page.get_by_text("Saglabāts melnrakstā").count():
                async with page.expect_navigation():  # else the next page would cut it off
                    await undo.click()
        await accessible(page)


async def test_a_draft_language_and_two_admins(tmp_path: Path) -> None:
    async with (
        office_at(tmp_path / "home", port=True) as served,
        visitor("(Conflict)", viewport=PHONE) as (_, page),
        visitor(viewport=WIDE) as (_, other),
    ):
        for each, name in ((page, "anna"), (other, "zane")):
            await each.goto(served.url + link(served, await admin(served, name)))
            await each.get_by_role("button", name="Atvērt studiju").click()
        steps = 0
        # A first walk: one question with one Ukrainian text, in a language nobody sees yet.
        for act in (
            page.get_by_role("link", name=re.compile("Jauns jautājums ?: Mājoklis")).click,
            page.get_by_role("button", name="+ Ukraiņu").click,
        ):
            await act()
            steps += 1
        for field, text in (
            ("text.lv", "Vai vajag lielu virtuvi?"), ("text.uk", "Чи потрібна велика кухня?"),
            ("text.ru", "Нужна ли большая кухня?"), ("text.en", "Do you need a large kitchen?"),
        ):
            await page.locator(f'[id="{field}"]').fill(text)
            steps += 1
        await page.locator("#kind").select_option("yes_no")
        await page.locator(".save button").click()
        await page.get_by_text("Saglabāts melnrakstā").wait_for()
        steps += 2
        assert steps == 8  # well under ten minutes of walking the pages
        assert await page.get_by_text("Kļūdu nav").count()
        await accessible(page)
        chat = page.locator("[data-chat]")
        await chat.locator("#chat-language").select_option("uk")
        await chat.get_by_text("Kas būtu, ja").click()
        await chat.locator('[id="g0.name"]').select_option("country")
        await chat.locator('[id="g0.value"]').select_option("IE")
        await accessible(page)
        assert await chat.locator("#chat-language").input_value() == "uk"
        await chat.get_by_role("button", name="Sākt no šī jautājuma").click()
        await chat.locator(".bubble").get_by_text("Чи потрібна велика кухня?").wait_for()
        assert await chat.locator('[id="g0.value"]').input_value() == "IE"

        await other.goto(f"{served.url}/studio/q/car")
        await page.goto(f"{served.url}/studio/q/car")
        await other.locator('[id="text.lv"]').fill("Vai būs mašīna?")
        await other.locator(".save button").click()
        await other.get_by_text("Saglabāts melnrakstā").wait_for()
        await page.locator("#news").get_by_text("zane@office.example.lv").wait_for()
        await page.locator('[id="text.lv"]').fill("Vai Jums būs auto?")
        await page.locator(".save button").click()
        await page.get_by_role("cell", name="Vai būs mašīna?").wait_for()
        await page.get_by_role("cell", name="Vai Jums būs auto?").wait_for()
        await accessible(page)
        await page.get_by_role("button", name="Saglabāt manu").click()
        await page.get_by_text("Saglabāts melnrakstā").wait_for()


PAGES = (
    ("s/people", "new-section", "beginning", "q/status/remove", "s/work/remove"),
    ("file", "history", "conditions", "conditions/eu", "new-condition"),
    ("q/status/answers/abroad", "texts?language=uk", "publish/proof", "insight"),
    ("data", "data/needs/job_search", "data/words/words.yaml/groups.CHILD", "data/places",
     "data/rules", "data/people"),
)  # fmt: skip


@pytest.mark.parametrize("pages", PAGES, ids=lambda pages: pages[0].replace("/", "-"))
async def test_every_page_at_two_widths(tmp_path: Path, pages: tuple[str, ...]) -> None:
    async with office_at(tmp_path / "home", port=True) as served, visitor(
        viewport=WIDE
    ) as (_, page):
        await page.goto(served.url + link(served, await admin(served)))
        await page.get_by_role("button", name="Atvērt studiju").click()
        for path in pages:
            await page.goto(f"{served.url}/studio/{path}")
            for size in (WIDE, PHONE):
                await page.set_viewport_size(size)  # type: ignore[arg-type]
                await accessible(page)
