"""The case page: signing in, own region only, and the same acts as in the chat."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.links import Links
from storage import cases, conversations, staff
from storage.staff import Person
from tests.database import TestClock
from tests.web.browsing import Browser
from tests.web.office import Served, office_at
from tests.web.talks import WebTalk, told_by_mail

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@pytest.fixture
def daytime() -> TestClock:
    """A clock that stands at noon in Latvia."""
    clock = TestClock()
    clock.now = NOON
    return clock


@pytest_asyncio.fixture
async def served(home: Path, daytime: TestClock) -> AsyncIterator[Served]:
    async with office_at(home, daytime) as opened:
        yield opened


def links(served: Served) -> Links:
    moving = served.office.turns.moving
    assert moving is not None
    return moving.links


async def coordinator(served: Served, region: str = "vidzeme", language: str = "lv") -> Person:
    name = f"{region}-{language}@desk.example.lv"
    return await staff.add(
        served.office.store, "coordinator", region, language, "email", name
    )


async def signed_in(served: Served, person: Person, number: int = 0) -> Browser:
    browser = Browser(served.app)
    code = links(served).make("desk", f"{person.staff.id}{number or ''}")
    await browser.open(f"/desk/in/{code}")
    await browser.press("Atvērt lietas")
    return browser


async def test_the_link_of_a_mail_opens_its_case_once(served: Served) -> None:
    person = await coordinator(served)
    number = await told_by_mail(served, "marta@families.example.lv")
    code = links(served).make("desk", f"{person.staff.id}{number}")
    browser = Browser(served.app)
    for _ in range(3):  # programs that look into mails do not use it up
        await browser.open(f"/desk/in/{code}")
        assert "Smiltene" not in browser.words
    other = Browser(served.app)
    await other.open(f"/desk/in/{code}")
    await browser.press("Atvērt lietas")
    assert browser.page.url.path == f"/desk/cases/{number}"
    assert "Smiltene" in browser.words
    await other.press("Atvērt lietas")  # it was opened in time, but pressed second
    assert other.page.status_code == 404
    await other.open(f"/desk/in/{code}")
    assert other.page.status_code == 404
    await browser.open(f"/desk/in/{code}")  # signed in already: it only leads to the case
    assert browser.page.url.path == f"/desk/cases/{number}"
    assert (await other.open("/desk")).url.path == "/desk/in"


async def test_take_ask_answer_move_done(served: Served) -> None:
    person = await coordinator(served)
    number = await told_by_mail(served, "marta@families.example.lv")
    store = served.office.store
    browser = await signed_in(served, person, number)

    await browser.press("Paņemt lietu")
    case = await cases.by_number(store, number)
    assert case is not None and case.taken_by == person.staff.id

    await browser.press("Kurš mēnesis?")
    await browser.press("Vispirms apskatīt", text="Labdien! <b>Vai</b> ir jautājumi?")
    assert "Ģimenes valoda: latviski" in browser.words
    before = [each.kind for each in await cases.events(store, number)]
    assert before[-1] == "to_family"  # only the ready question so far
    await browser.press("Nosūtīt ģimenei")
    events = await cases.events(store, number)
    sent = [each.text for each in events if each.kind == "to_family"]
    assert len(sent) == 2 and sent[1] == "Labdien! <b>Vai</b> ir jautājumi?"
    talk = await conversations.load(store, case.conversation)
    assert talk is not None
    family = WebTalk(served, talk.address.value)
    await family.quiet()
    told = " ".join(await family.texts())
    assert "Labdien! &lt;b&gt;Vai&lt;/b&gt; ir jautājumi?" in told

    await browser.press("Saglabāt piezīmi", text="Zvanīt pirmdien")
    assert "Zvanīt pirmdien" in browser.words
    await browser.press("Pabeigt", reason="helped")
    closed = await cases.by_number(store, number)
    assert closed is not None and closed.closed_at is not None and closed.reason == "helped"
    assert "Paņemt lietu" not in browser.labels()


async def test_handing_on_takes_the_case_away(served: Served) -> None:
    person, there = await coordinator(served), await coordinator(served, "kurzeme")
    number = await told_by_mail(served, "marta@families.example.lv")
    browser = await signed_in(served, person, number)
    await browser.press("Nodot tālāk", region="kurzeme")
    assert browser.page.url.path == "/desk"
    missing = await browser.open(f"/desk/cases/{number}")
    assert missing.status_code == 404
    other = await signed_in(served, there, number)
    assert "Smiltene" in other.words


async def test_other_regions_and_missing_cases_look_alike(served: Served) -> None:
    stranger = await coordinator(served, "latgale")
    number = await told_by_mail(served, "marta@families.example.lv")
    browser = await signed_in(served, stranger)
    answers = []
    for asked in (number, number + 1, 999_999_999):
        answers.append(await browser.open(f"/desk/cases/{asked}"))
        for act in ("take", "question", "check", "send", "note", "move", "finish", "nothing"):
            fields = {"act": "a", "text": "x", "region": "latgale", "reason": "helped",
                      "name": "month"}  # fmt: skip
            answers.append(await browser.post(f"/desk/cases/{asked}/{act}", fields))
    assert {each.status_code for each in answers} == {404}
    assert len({each.text for each in answers}) == 1
    assert {tuple(sorted(each.headers.items())) for each in answers} == {
        tuple(sorted(answers[0].headers.items()))
    }
    case = await cases.by_number(served.office.store, number)
    assert case is not None and not case.taken_by and case.region == "vidzeme"
    assert "Smilten" not in (await browser.open("/desk")).text


async def test_without_a_key_every_page_leads_to_the_sign_in(served: Served) -> None:
    number = await told_by_mail(served, "marta@families.example.lv")
    browser = Browser(served.app)
    for path in ("/desk", f"/desk/cases/{number}", "/desk/cases/1", "/desk/cases/x"):
        answer = await browser.open(path)
        assert answer.url.path == "/desk/in"
    answer = await browser.post(f"/desk/cases/{number}/take", {"act": "a"})
    assert answer.url.path == "/desk/in"


@pytest.mark.parametrize("role", ["municipality", "auditor", "operator"])
async def test_other_roles_see_no_cases(served: Served, role: str) -> None:
    number = await told_by_mail(served, "marta@families.example.lv")
    person = await staff.add(
        served.office.store, role, "vidzeme", "lv", "email", f"{role}@desk.example.lv"
    )
    browser = await signed_in(served, person, number)
    assert browser.page.url.path == "/desk/in"


async def test_a_script_admin_sees_no_cases(served: Served) -> None:
    number = await told_by_mail(served, "marta@families.example.lv")
    person = await staff.add(
        served.office.store, "script-admin", "", "lv", "email", "anna@desk.example.lv"
    )
    browser = Browser(served.app)
    await browser.open(f"/desk/in/{links(served).make('desk', person.staff.id + str(number))}")
    await browser.press("Atvērt studiju")
    assert browser.page.url.path == "/studio"
    for path in ("/desk", f"/desk/cases/{number}"):
        answer = await browser.open(path)
        assert answer.url.path == "/studio" and str(number) not in answer.text


async def test_a_code_signs_in_once_and_guessing_is_locked(served: Served) -> None:
    store = served.office.store
    code = await staff.invite(store, "coordinator", "vidzeme", "lv")
    browser = Browser(served.app)
    await browser.open("/desk/in")
    await browser.press("Pieslēgties", code=code, email="ilze@desk.example.lv")
    assert browser.page.url.path == "/desk"
    people = await staff.coordinators(store, "vidzeme")
    assert [place.value for place in people[0].addresses] == ["ilze@desk.example.lv"]
    other = Browser(served.app)
    await other.open("/desk/in")
    await other.press("Pieslēgties", code=code)
    assert other.page.status_code == 403
    fresh = await staff.invite(store, "coordinator", "vidzeme", "lv")
    got = []
    for n in range(6):
        answer = await other.post("/desk/in", {"code": f"{'A' * 21}{n}"})
        got.append(answer.status_code)
    assert got == [403] * 4 + [429] * 2
    assert (await other.post("/desk/in", {"code": fresh})).status_code == 429


async def test_sittings_end(served: Served, daytime: TestClock) -> None:
    person = await coordinator(served)
    browser = await signed_in(served, person)
    for _ in range(25):  # never idle for half an hour, but eight hours in all
        daytime.pass_by(minutes=25)
        last = (await browser.open("/desk")).url.path
        if last != "/desk":
            break
    assert (daytime.now - NOON).total_seconds() / 3600 == pytest.approx(8.3, abs=0.1)
    again = await signed_in(served, person)
    daytime.pass_by(minutes=31)
    assert (await again.open("/desk")).url.path == "/desk/in"


async def test_who_left_is_out_at_once(served: Served) -> None:
    person = await coordinator(served)
    browser = await signed_in(served, person)
    assert (await browser.open("/desk")).url.path == "/desk"
    await staff.revoke(served.office.store, person.staff.id)
    assert (await browser.open("/desk")).url.path == "/desk/in"
    code = links(served).make("desk", person.staff.id)
    assert (await browser.open(f"/desk/in/{code}")).status_code == 404


async def test_signing_out_ends_the_key(served: Served) -> None:
    browser = await signed_in(served, await coordinator(served))
    key = browser.client.cookies["majup-desk"]
    await browser.press("Iziet")
    browser.client.cookies.set("majup-desk", key)
    assert (await browser.open("/desk")).url.path == "/desk/in"


async def test_cookies_are_out_of_reach(home: Path) -> None:
    async with office_at(home, public_url="https://office.test") as served:
        person = await coordinator(served)
        code = links(served).make("desk", person.staff.id)
        browser = Browser(served.app, "https://office.test")
        await browser.open(f"/desk/in/{code}")
        browser.client.follow_redirects = False
        answer = await browser.press("Atvērt lietas")
        kept = answer.headers["set-cookie"]
        assert re.fullmatch(
            r"__Host-majup-desk=[A-Za-z0-9_-]{22}; Path=/; HttpOnly; Secure; SameSite=Lax", kept
        )
        assert answer.headers["strict-transport-security"]


async def test_two_coordinators_take_one_case(served: Served) -> None:
    first, second = await coordinator(served), await coordinator(served, language="ru")
    number = await told_by_mail(served, "marta@families.example.lv")
    one = await signed_in(served, first, number)
    other = Browser(served.app)
    code = links(served).make("desk", f"{second.staff.id}{number}")
    await other.open(f"/desk/in/{code}")
    await other.press("Открыть дела")
    await one.press("Paņemt lietu")
    await other.press("Взять")
    case = await cases.by_number(served.office.store, number)
    assert case is not None and case.taken_by == first.staff.id
    assert str(number) in other.words


async def test_every_route_is_known(served: Served) -> None:
    """A new page has to be put among those whose rights are tested."""
    shown = {getattr(route, "path", "") for route in served.app.routes}
    assert {each for each in shown if each.startswith("/desk")} == {
        "/desk", "/desk/in", "/desk/in/{code}", "/desk/link", "/desk/out", "/desk/language",
        "/desk/cases/{number}", "/desk/cases/{number}/{act}",
    }  # fmt: skip
