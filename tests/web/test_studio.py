"""The studio without a browser: who gets in, editing, two at once, undo, files."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.routing import Route

from bot.web.studio.workshop import Workshop
from dialogs.drafting import question_at
from dialogs.loader import load_script
from dialogs.script import Question
from storage import drafts, staff
from tests.drafts import SHIPPED
from tests.web.admins import ROLES, admin, at_studio, seated
from tests.web.browsing import Browser
from tests.web.office import Served, office_at


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@pytest_asyncio.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    async with office_at(home) as opened:
        yield opened


async def asked(served: Served, question: str) -> Question:
    """A question as the draft has it."""
    head = await Workshop(served.office).head()
    script = load_script(head.draft.source).script
    assert script is not None
    at = question_at(script, question)
    assert at is not None
    return script.sections[int(at[1])].questions[int(at[3])]


def paths(served: Served) -> list[tuple[str, str]]:
    """Every address of the studio that somebody could ask for, with its method."""
    found = []
    for route in served.app.routes:
        if isinstance(route, Route) and route.path.startswith("/studio"):
            path = re.sub(r"\{number[^}]*\}", "1", route.path)
            path = re.sub(r"\{[^}]*\}", "place", path)
            found += [(path, method) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


async def test_nobody_but_a_script_admin_reaches_the_studio(served: Served) -> None:
    routes = paths(served)
    assert len(routes) > 25
    stranger = Browser(served.app)
    stranger.client.follow_redirects = False
    others = []
    for role in ROLES:
        person = await staff.add(
            served.office.store, role, "vidzeme", "lv", "email", f"{role}@desk.example.lv"
        )
        others.append(await seated(served, person))
    for path, method in routes:
        if method == "GET":
            answer = await stranger.open(path)
        else:
            answer = await stranger.post(path, {"token": "x", "version": "0"})
        assert answer.status_code == 303, path
        assert answer.headers["location"] == "/desk/in" and answer.text == "", path
        for browser in others:
            if method == "GET":
                answer = await browser.open(path)
            else:
                answer = await browser.post(path, {"token": "x", "version": "0"})
            assert answer.status_code == 404, path
            assert "Te nekā nav" in answer.text, path
    # All refusals are one and the same page.
    shown = [path for path, method in routes if method == "GET"]
    seen = {(await browser.open(path)).text for browser in others for path in shown}
    assert len(seen) == 1
    assert await drafts.newest(served.office.store, "return") is None


async def test_forms_of_other_sittings_are_refused(served: Served) -> None:
    browser = await at_studio(served)
    other = await at_studio(served, "zane")
    await other.open("/studio/q/radius")
    fields = other.read.forms[-1].fields
    for sent in ({**fields, "token": other.read.forms[0].fields["token"]}, {"version": "0"}):
        answer = await browser.post("/studio/q/radius", sent)
        assert answer.status_code == 403
    token = re.search(r'name="token" value="([^"]+)"', (await browser.open("/studio")).text)
    assert token is not None
    sent = {"token": token[1], "version": "0"}
    answer = await browser.post("/studio/anew", sent, sec_fetch_site="cross-site")
    assert answer.status_code == 403
    assert await drafts.newest(served.office.store, "return") is None


async def test_a_sentence_is_changed_and_the_rest_stays_as_it_was_written(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/q/rooms")
    await browser.press("Saglabāt", **{"text.lv": "Cik istabu vajag?"})
    assert "Saglabāts melnrakstā" in browser.words
    head = await Workshop(served.office).head()
    assert head.draft.source == SHIPPED  # only the Latvian changed
    assert head.draft.texts["lv"]["return:rooms.text"].text == "Cik istabu vajag?"
    await browser.press("Saglabāt", **{"text.en": "How many rooms?"})
    head = await Workshop(served.office).head()
    before, after = SHIPPED.split("\n"), head.draft.source.split("\n")
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert changed == [
        ("        text: How many rooms do you need at least?", "        text: How many rooms?")
    ]
    assert "novecojis" in browser.words  # the translations are of the older English
    await browser.press("Saglabāt", **{"sure.text.lv": "yes", "text.ru": "Сколько комнат?"})
    assert "novecojis" not in browser.words
    down = await browser.open("/studio/script.yaml")
    assert down.text == head.draft.source
    assert "# The interview of families" in down.text


async def test_a_new_question_needs_five_fields(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/new?section=people")
    await browser.press(
        "Pievienot", kind="choice", section="people",
        **{"text.lv": "Vai līdzi brauks suns?", "text.ru": "Поедет ли с Вами собака?",
           "text.en": "Will a dog come along?", "answers.lv": "Jā\nNē", "answers.ru": "Да\nНет",
           "answers.en": "Yes\nNo", "asked": "if", "t0.name": "children", "t0.op": "least",
           "t0.value": "1", "t0.typed": "number"},
    )  # fmt: skip
    assert browser.page.url.path == "/studio/q/will_dog_come"
    made = await asked(served, "will_dog_come")
    assert made.kind == "choice" and made.when == "children >= 1"
    assert [(c.id, c.text) for c in made.choices] == [("yes", "Yes"), ("no", "No")]
    assert made.title == "Will a dog come along"
    assert "«Bērni» ir vismaz 1" in browser.words
    assert "Vai līdzi brauks suns?" in browser.words  # the live chat asks it already
    assert "Kļūdu nav" in browser.words


async def test_two_admins_at_once_lose_nothing(served: Served) -> None:
    anna, zane = await at_studio(served), await at_studio(served, "zane")
    await anna.open("/studio/q/rooms")
    await zane.open("/studio/q/car")
    await anna.press("Saglabāt", **{"text.lv": "Cik istabu?"})
    await zane.press("Saglabāt", **{"text.lv": "Vai būs mašīna?"})  # another question: joined
    texts = (await Workshop(served.office).head()).draft.texts["lv"]
    assert texts["return:rooms.text"].text == "Cik istabu?"
    assert texts["return:car.text"].text == "Vai būs mašīna?"

    await anna.open("/studio/q/rooms")
    await zane.open("/studio/q/rooms")
    await anna.press("Saglabāt", **{"text.lv": "Cik istabu gribat?"})
    answer = await zane.press("Saglabāt", **{"text.lv": "Cik istabu meklējat?"})
    assert answer.status_code == 409
    assert "Cik istabu gribat?" in zane.words and "Cik istabu meklējat?" in zane.words
    assert "anna@office.example.lv" in zane.words
    await zane.press("Saglabāt manu")
    texts = (await Workshop(served.office).head()).draft.texts["lv"]
    assert texts["return:rooms.text"].text == "Cik istabu meklējat?"
    for _ in range(2):  # and the other text is one undo away
        await zane.press("↶ Atsaukt")
    texts = (await Workshop(served.office).head()).draft.texts["lv"]
    assert texts["return:rooms.text"].text == "Cik istabu?"
    assert texts["return:car.text"].text == "Vai būs mašīna?"


async def test_undo_goes_back_step_by_step_and_never_over_what_was_not_seen(
    served: Served,
) -> None:
    browser = await at_studio(served)
    workshop = Workshop(served.office)
    begun = (await workshop.head()).draft
    for text in ("Viens?", "Divi?"):
        await browser.open("/studio/q/rooms")
        await browser.press("Saglabāt", **{"text.lv": text})
    other = await at_studio(served, "zane")
    await other.open("/studio/q/car")
    await other.press("Saglabāt", **{"text.lv": "Vai būs auto?"})
    await browser.press("↶ Atsaukt")
    assert "Kāds tikmēr mainīja melnrakstu" in browser.words
    for _ in range(3):
        await browser.press("↶ Atsaukt")
    assert (await workshop.head()).draft == begun
    await browser.open("/studio/history")
    await browser.press("Atgriezties pie šīs versijas: Mainīts jautājums: Auto")
    assert (await workshop.head()).draft.texts["lv"]["return:car.text"].text == "Vai būs auto?"


async def test_moving_renaming_and_removing(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/q/rooms")
    await browser.press("Pārvietot", to="papers:0")
    head = await Workshop(served.office).head()
    script = load_script(head.draft.source).script
    assert script is not None
    papers = next(s for s in script.sections if s.id == "papers")
    assert papers.questions[0].id == "rooms"
    await browser.open("/studio/q/status")
    await browser.press("Mainīt apzīmējumu", id="now")
    assert browser.page.url.path == "/studio/q/now"
    assert (await asked(served, "now")).was == ("status",)
    assert (await asked(served, "country")).when == 'now == "abroad"'
    assert "Kur Jūs tagad esat?" in browser.words  # translations went along
    await browser.open("/studio/q/now/remove")
    assert "Dzīvojat" in browser.words and "atkarīgi" in browser.words
    await browser.open("/studio/q/car/remove")
    await browser.press("Izņemt jautājumu")
    head = await Workshop(served.office).head()
    assert "- id: car" not in head.draft.source


async def test_a_file_takes_the_drafts_place_or_is_refused_line_by_line(served: Served) -> None:
    browser = await at_studio(served)
    page = await browser.open("/studio/file")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token is not None
    headers = {"sec-fetch-site": "same-origin"}

    async def send(text: str) -> str:
        answer = await browser.client.post(
            "/studio/file", data={"token": token[1], "version": "0"},
            files={"file": ("return.yaml", text.encode(), "application/yaml")}, headers=headers,
        )  # fmt: skip
        return answer.text

    line = SHIPPED[: SHIPPED.index("kind: country")].count("\n") + 1
    told = await send(SHIPPED.replace("kind: country", "kind: contry"))
    assert f"{line}. rinda:" in told and "country" in told
    assert await drafts.newest(served.office.store, "return") is None
    mine = SHIPPED.replace("# The interview of", "# My own note. The interview of")
    await send(mine)
    assert (await browser.open("/studio/script.yaml")).text == mine


async def test_a_shape_that_cannot_be_read_is_refused_at_its_field(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/q/rooms")
    empty = {"text.lv": "", "text.ru": "", "text.en": ""}
    answer = await browser.press("Saglabāt", **empty, **{"title.lv": "Istabas mājā"})
    assert answer.status_code == 422
    assert 'id="text-fault-1"' in answer.text
    assert "Istabas mājā" in answer.text  # what was written is still there
    assert await drafts.newest(served.office.store, "return") is None


async def test_what_to_do_is_told_in_words_of_the_form(served: Served) -> None:
    remedies = [
        entry.text for name, entry in served.office.edition.texts.entries.items()
        if name.startswith("studio:remedy.")
    ]  # fmt: skip
    assert len(remedies) > 20
    assert not [text for text in remedies if re.search("[a-z]:”|&&|delete the line", text)]
    browser = await at_studio(served)
    await browser.open("/studio/q/rooms")
    await browser.press("Saglabāt", kind="choice")
    assert "Ierakstiet vismaz divas laukā «Atbildes»." in browser.words


async def test_sittings_speak_the_language_chosen(served: Served) -> None:
    browser = await at_studio(served)
    await browser.press("Русский")
    assert "Студия" in browser.words
    person = await admin(served, "x", "en")
    other = await seated(served, person)
    assert "Studio" in other.words


async def test_every_question_and_section_has_its_page(served: Served) -> None:
    browser = await at_studio(served)
    script = load_script(SHIPPED).script
    assert script is not None
    for section in script.sections:
        for path in (f"s/{section.id}", *(f"q/{question.id}" for question in section.questions)):
            assert (await browser.open(f"/studio/{path}")).status_code == 200, path
