"""One talk in two places, through the whole service: from Telegram to the web and back.

Telegram is the stand-in for its server, the page a visitor over HTTP. Links work once, for a
quarter of an hour, for whom they are meant; everybody else gets a kind answer.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storage import cases, conversations
from tests.harness import House, house
from tests.player import Player, Sample, read_card, until
from tests.samples import sample
from tests.telegram.user import User
from tests.web.browsing import Browser

LATVIAN = sample(12)  # to Kurzeme
NOT_WORKING = "Šī saite nedarbojas"


async def link_to_web(user: User) -> str:
    """The link the bot gives to go on on the web."""
    shown = await user.ask("/web")
    return next(str(key.raw["url"]) for key in shown.buttons if "url" in key.raw)


async def link_to_telegram(browser: Browser) -> str:
    """What Telegram hands to the bot when the page's link is opened there."""
    await browser.open("/chat")
    await browser.press("Turpināt Telegram")
    assert "Telegram šo saraksti tehniski var izlasīt." in browser.words
    found = re.search(r"https://t\.me/\w+\?start=(link-[A-Za-z0-9_-]{1,59})\"", browser.page.text)
    assert found is not None, browser.words
    return found[1]


async def finish(browser: Browser) -> int:
    """Answer on the page until the case has its number."""
    for _ in range(40):
        labels = browser.offered()
        if "Nosūtīt koordinatoram" in labels:
            await browser.press("Nosūtīt koordinatoram")
            break
        if labels[0].startswith("1 ") or "[1]" in labels[0]:
            await browser.press("Sūtīt", text="1")
        elif "Šeit, šajā sarunā" in labels:
            await browser.press("Šeit, šajā sarunā")
        else:
            await browser.press("Izlaist" if "Izlaist" in labels else labels[0])
    found = re.search(r"Jūsu lietas numurs: (\d+)", browser.words)
    assert found is not None, browser.words
    return int(found[1])


async def in_mid_talk(at: House, number: int, told: Sample = LATVIAN) -> User:
    """Somebody in Telegram whose story was told and who is asked the first question."""
    user = at.server.user(number, language_code="lv")
    player = Player(user, told)
    await player.begin()
    await player.tell()
    return user


@pytest.mark.parametrize("driver", ["aiogram", "ptb"])
async def test_begun_in_telegram_and_finished_on_the_web(tmp_path: Path, driver: str) -> None:
    async with house(tmp_path, pages=True, driver=driver) as at:
        desk = at.server.user(501, "Koordinators")
        await at.coordinator(desk, "kurzeme")
        user = await in_mid_talk(at, 1001)
        question = user.last.text

        browser = Browser(None, at.url)
        await browser.open(await link_to_web(user))
        assert question not in browser.words  # looking at the link shows nothing of the talk
        await browser.press("Turpināt šeit")
        assert "jautājum" in browser.words
        on_the_page = browser.offered()

        await user.start(await link_to_telegram(browser))
        await user.wait("jautājum")
        assert [key.text for key in user.last.buttons] == on_the_page

        back = Browser(None, at.url)
        await back.open(await link_to_web(user))
        await back.press("Turpināt šeit")
        assert back.offered() == on_the_page
        heard = len(user.messages)
        number = await finish(back)
        assert len(user.messages) == heard  # what is said follows the last turn's place

        await until(lambda: any(read_card(m.text) == number for m in desk.messages), 30)
        async with at.store() as store:
            case = await cases.by_number(store, number)
            known = await conversations.find(store, "telegram", str(user.id))
        assert case is not None and case.region == "kurzeme"
        assert known is not None and known.family == case.family
        await desk.press("Paņemt")
        await until(lambda: len(desk.messages) > 0, 5)
        for _ in range(40):
            await back.open("/chat")
            if "ir paņēmis" in back.words or "paņēma" in back.words:
                break
        else:
            raise AssertionError(back.words)


async def test_links_that_do_not_work_are_answered_kindly(tmp_path: Path) -> None:
    async with house(tmp_path, pages=True) as at:
        user = await in_mid_talk(at, 1001)
        link = await link_to_web(user)
        browser, used = Browser(None, at.url), Browser(None, at.url)
        await browser.open(link)
        await used.open(link)
        await browser.press("Turpināt šeit")
        await used.press("Turpināt šeit")
        assert NOT_WORKING in used.words and used.page.status_code == 404
        await used.open(link)
        assert NOT_WORKING in used.words and used.page.status_code == 404
        forged = Browser(None, at.url)
        await forged.open(f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}")
        assert NOT_WORKING in forged.words and forged.page.status_code == 404

        await browser.open(link)
        assert "jautājum" in browser.words  # in its own browser it only leads to the talk

        code = await link_to_telegram(browser)
        other = await in_mid_talk(at, 1002)
        told = await other.ask(f"/start {code}")
        assert "jau ir cita saruna" in told.text  # somebody else's talk stays as it is
        await user.start(code)
        await user.wait("jautājum")
        stranger = at.server.user(1003)
        told = await stranger.ask(f"/start {code}")
        assert "vairs nedarbojas" in told.text
        async with at.store() as store:
            mine = await conversations.find(store, "telegram", "1001")
            theirs = await conversations.find(store, "telegram", "1002")
            nobody = await conversations.find(store, "telegram", "1003")
        assert mine is not None and theirs is not None and mine.family != theirs.family
        assert nobody is None or nobody.family != mine.family

        late = await link_to_web(user)
        at.server.clock.advance(16 * 60)
        await browser.open(late)
        assert NOT_WORKING in browser.words and browser.page.status_code == 404
        told = await stranger.ask(f"/start {await link_to_telegram(browser)}x")
        assert "vairs nedarbojas" in told.text
