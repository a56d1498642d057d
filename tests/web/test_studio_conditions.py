"""Conditions in the studio that stand beside those of questions: shared ones, those of answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.web.studio.workshop import Workshop
from dialogs.yaml_edit import value_at
from tests.drafts import SHIPPED
from tests.web.admins import at_studio
from tests.web.office import Served, office_at


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The office's home."""
    return tmp_path / "home"


@pytest_asyncio.fixture
async def served(home: Path) -> AsyncIterator[Served]:
    async with office_at(home) as opened:
        yield opened


async def source(served: Served) -> str:
    """The draft's script."""
    return (await Workshop(served.office).head()).draft.source


async def test_a_shared_condition_is_picked_used_and_removed(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/conditions")
    assert "Beļģija vai Bulgārija vai" in browser.words
    await browser.open("/studio/new-condition")
    await browser.press("Saglabāt", name="large family")
    assert "Dodiet tam nosaukumu" in browser.words
    await browser.press("Saglabāt", name="large family", **{
        "t0.name": "children", "t0.op": "least", "t0.value": "3", "t0.typed": "number",
    })  # fmt: skip
    assert browser.page.url.path == "/studio/conditions/large_family"
    assert "«Bērni» ir vismaz 3" in browser.words and "To neizmanto nekur" in browser.words
    assert value_at(await source(served), ("derived", 1)) == {
        "id": "large_family", "value": "children >= 3",
    }  # fmt: skip
    await browser.open("/studio/q/rooms")
    await browser.press("Saglabāt", asked="if", **{"t0.name": "large_family", "t0.op": "yes"})
    await browser.open("/studio/conditions/large_family")
    assert "To izmanto: Istabas" in browser.words
    await browser.post("/studio/conditions/large_family/remove", {
        "token": browser.read.forms[0].fields["token"], "version": "2",
    })  # fmt: skip
    assert "izņemt nevar" in browser.words
    await browser.press("↶ Atsaukt")
    await browser.open("/studio/conditions/large_family")
    await browser.press("Izņemt nosacījumu")
    assert await source(served) == SHIPPED


async def test_one_of_many_is_picked(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/conditions/eu")
    fields = next(form.fields for form in browser.read.forms if "t0.name" in form.fields)
    assert (fields["t0.name"], fields["t0.op"]) == ("country", "one_of")
    assert '<option value="IE" selected>' in browser.page.text
    await browser.press("Saglabāt", **{"t0.value": ["IE", "NO"]})
    assert value_at(await source(served), ("derived", 0, "value")) == 'country in ["IE", "NO"]'


async def test_an_answer_is_offered_under_a_condition(served: Served) -> None:
    browser = await at_studio(served)
    await browser.open("/studio/q/housing")
    choice = value_at(SHIPPED, ("sections",))
    housing = next(q for s in choice for q in s["questions"] if q["id"] == "housing")
    first = housing["choices"][0]["id"]
    assert "Piedāvā vienmēr" in browser.words
    await browser.open(f"/studio/q/housing/answers/{first}")
    await browser.press("Saglabāt", asked="if", **{
        "t0.name": "children", "t0.op": "least", "t0.value": "1", "t0.typed": "number",
    })  # fmt: skip
    assert browser.page.url.path == "/studio/q/housing"
    assert "Piedāvā tikai, ja: «Bērni» ir vismaz 1" in browser.words
    await browser.press("Saglabāt", **{"text.lv": "Kāds mājoklis?"})  # the form keeps it
    now = await source(served)
    assert 'when: "children >= 1"' in now or "when: children >= 1" in now
    await browser.open(f"/studio/q/housing/answers/{first}")
    await browser.press("Saglabāt", asked="all", **{"t0.name": ""})
    assert "children >= 1" not in (await source(served)).partition("id: housing\n")[2][:900]
