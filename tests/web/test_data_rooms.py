"""Translations and the programme's data in the studio: edited, tried, refused, published."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from bot.channels.webchat import WebChat
from bot.office import Office, utc_now
from bot.settings import Settings
from bot.web.office_pages import office_pages
from bot.web.studio.workshop import Workshop
from dialogs.kept import keep, read_kept
from storage import revisions
from storage.store import Store
from tests import drafts
from tests.web.admins import admin, at_studio
from tests.web.browsing import Browser
from tests.web.office import Served, office_at


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@pytest_asyncio.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    async with office_at(home, script=drafts.draft()) as opened:
        edition = opened.office.edition
        content = keep(drafts.SHIPPED, edition, drafts.texts())
        await revisions.publish(opened.office.store, "return", edition.id, content, "service")
        yield opened


async def publish(browser: Browser) -> None:
    await browser.open("/studio/publish")
    await browser.press("Saskaitīt un turpināt")
    await browser.press("Publicēt")
    assert "Publicēts" in browser.words


async def held(store: Store) -> str:
    lines = await revisions.history(store, "return")
    return lines[0].revision


async def test_texts_are_translated_and_what_breaks_them_is_refused(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/texts?language=uk&find=product:noted")
    assert "Noted: {what}" in browser.words and "Pierakstīju: {what}" in browser.words
    answer = await browser.press("Saglabāt", **{"x0.0": "Записано: {shcho}"})
    assert answer.status_code == 422
    assert "figūriekavās" in browser.words and "Записано: {shcho}" in answer.text
    await browser.press("Saglabāt", **{"x0.0": "Записано: {what}"})
    draft = (await Workshop(served.office).head()).draft
    assert draft.texts["uk"]["product:noted"].text == "Записано: {what}"
    await browser.open("/studio/texts?language=uk&find=product:noted")
    assert "Noted: {what}" not in browser.words  # no longer among what is missing


async def test_a_catalogue_goes_out_and_comes_back(served: Served) -> None:
    browser = await at_studio(served)
    out = (await browser.open("/studio/texts/file?language=de")).text
    assert '"Language: de\\n"' in out and 'msgctxt "return:car.text"' in out
    place = out.index('msgctxt "return:car.text"')
    back = out[:place] + out[place:].replace('msgstr ""', 'msgstr "Werden Sie ein Auto haben?"', 1)
    page = await browser.open("/studio/texts?language=de")
    token = browser.read.forms[0].fields["token"]
    assert page.status_code == 200
    answer = await browser.client.post(
        "/studio/texts/file", data={"token": token, "version": "0", "language": "de"},
        files={"file": ("return.de.po", back.encode(), "text/plain")},
        headers={"sec-fetch-site": "same-origin"},
    )  # fmt: skip
    assert "Ielasīts 1 tulkojums" in answer.text
    draft = (await Workshop(served.office).head()).draft
    assert draft.texts["de"]["return:car.text"].text == "Werden Sie ein Auto haben?"


async def test_an_unfinished_language_cannot_be_shown(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/texts?language=uk")
    token = browser.read.forms[0].fields["token"]
    sent = {"token": token, "version": "0", "code": "uk", "state": "partial"}
    await browser.post("/studio/texts/language", sent)
    await browser.open("/studio")
    assert "kļūda" in browser.words and "uk" in browser.words
    await browser.press("↶ Atsaukt")
    await browser.open("/studio")
    assert "Pārbaude kļūdas neatrada" in browser.words


async def test_a_needs_name_and_words_are_changed_tried_and_published(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/data/needs/job_search?said=gribu+blimblamot")
    assert "Nekas nav saprasts" in browser.words
    words = next(form.fields for form in browser.read.forms if "said.lv" in form.fields)
    await browser.press(
        "Saglabāt", **{"family.lv": "Darbs", "said.lv": words["said.lv"] + "\nblimblamo*"}
    )
    await browser.open("/studio/data/needs/job_search?said=gribu+blimblamot")
    assert "Vajadzība:" in browser.words
    before = await held(served.office.store)
    await publish(browser)
    now = served.office.turns.editions.current
    assert now.id != before
    assert now.texts.say("lv", "needs:job_search.family") == "Darbs"
    content = await revisions.content(served.office.store, now.id)
    assert content is not None and "blimblamo*" in read_kept(content).data["needs.yaml"]


async def test_data_that_cannot_be_used_are_refused_and_kept_on_the_page(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/data/needs/job_search")
    answer = await browser.press("Saglabāt", **{"said.lv": "NOSUCHGROUP darbs"})
    assert answer.status_code == 422 and "NOSUCHGROUP" in browser.words
    assert (await Workshop(served.office).head()).number == 0
    answer = await browser.press(
        "Saglabāt", **{"family.lv": "Ļoti gara vajadzība ar daudziem vārdiem"}
    )
    assert answer.status_code == 422 and "Par garu pogai" in browser.words


async def test_rules_and_places_get_new_lines(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/data/rules")
    answer = await browser.press("Pievienot", name="urgent_days", since="2026-01-01", value="ļoti")
    assert answer.status_code == 422
    await browser.press("Pievienot", name="urgent_days", since="2026-01-01", value="60")
    assert "2026. gada 1. janvāris: 60" in browser.words
    await browser.press("Pievienot", name="pieriga_exclusion", since="2027-01-01", value="Jā")
    assert "2027. gada 1. janvāris: Jā" in browser.words
    await browser.press("Pievienot", name="registration_months", since="2027-01-01", value="3, 6")
    assert "2027. gada 1. janvāris: 3, 6" in browser.words
    names = "Cēsu novads, Rīga"
    await browser.press("Pievienot", name="pieriga", since="2027-01-01", value=names)
    assert f"2027. gada 1. janvāris: {names}" in browser.words
    draft = (await Workshop(served.office).head()).draft
    assert "value: [LV-022, LV-RIX]" in draft.data["rules.yaml"]
    await browser.open("/studio/data/places")
    await browser.press("Pievienot", name="Blimbas novads", code="LV-022")
    await browser.open("/studio/data/places?said=gribam+uz+Blimbas+novadu")
    assert "Vieta:" in browser.words


async def test_published_texts_of_pages_and_mails_hold_in_every_worker(
    served: Served, home: Path
) -> None:
    mail = {"smtp_url": "smtp://localhost:1", "mail_from": "majup@office.example.lv",
            "public_url": "http://other.test"}  # fmt: skip
    settings = Settings(_env_file=None, home=home, **mail)  # type: ignore[call-arg, arg-type]
    store = await Store.open(settings.database_url, settings.key_path, utc_now)
    try:
        office = Office(store, served.office.edition, utc_now)
        other = Browser(Starlette(routes=office_pages(office, WebChat(store, utc_now), settings)))
        browser = await at_studio(served)
        await browser.open("/studio/texts?language=lv&show=all&find=web:desk_sign_in")
        fields = next(form.fields for form in browser.read.forms if "x0.name" in form.fields)
        at = next(name for name, text in fields.items() if text == "web:desk_sign_in")
        await browser.press("Saglabāt", **{at.replace("name", "0"): "Ienākt te"})
        await publish(browser)
        visitor = Browser(served.app)
        await visitor.open("/desk/in")
        assert "Ienākt te" in visitor.words
        await other.open("/desk/in")
        assert "Ienākt te" not in other.words
        # The other worker hears of it within seconds: it looks as the service's timers do.
        assert await office.turns.editions.refresh()
        await other.open("/desk/in")
        assert "Ienākt te" in other.words
        mails = office.turns.speech.mails
        assert mails is not None
        person = await admin(served, "zane")
        order = msgspec.json.decode(mails.sign_in(person.staff, person.addresses[0]).order)
        assert order["subject"] == "Ienākt te"
        await office.committer.close()
    finally:
        await store.close()


async def test_the_difference_says_which_data_changed_and_how(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/data/needs/job_search")
    words = next(form.fields for form in browser.read.forms if "said.lv" in form.fields)
    await browser.press(
        "Saglabāt", **{"family.lv": "Jauns darbs", "family.en": "A new job",
                       "said.lv": words["said.lv"] + "\nblimblamo*"},
    )  # fmt: skip
    await browser.open("/studio/data/rules")
    await browser.press("Pievienot", name="urgent_days", since="2026-01-01", value="60")
    await browser.open("/studio/data/places")
    await browser.press("Pievienot", name="Blimbas novads", code="LV-022")
    await browser.open("/studio/data/words/words.yaml/groups.CHILD")
    lists = next(form.fields for form in browser.read.forms if "said.lv" in form.fields)
    await browser.press("Saglabāt", **{"said.lv": lists["said.lv"].replace("bērniņ*", "zīdain*")})
    await browser.open("/studio/q/rooms")
    await browser.press("Saglabāt", **{"text.lv": "Cik istabu vajag?"})
    await browser.open("/studio/publish")
    for line in (
        "Vajadzība «Jauns darbs», kā to lasa ģimenes: «Finding a job» → «A new job»",
        "Vajadzība «Jauns darbs», jauni vārdi (Latviešu): blimblamo*",
        "Dienas līdz steidzamai pārcelšanai, no 2026. gada 1. janvāris: «90» → «60»",
        "Senāks nosaukums Blimbas novads ved uz citu pašvaldību: – → «Cēsu novads»",
        "Vārdu saraksts CHILD, jauni vārdi (Latviešu): zīdain*",
        "Vārdu saraksts CHILD, izņemti vārdi (Latviešu): bērniņ*",
        "«Istabas» · Jautājums: «Cik istabu vajag vismaz?» → «Cik istabu vajag?»",
    ):
        assert line in browser.words, browser.words
    assert "data ir mainīti" not in browser.words
