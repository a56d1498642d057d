"""Script admins at their console, without a browser."""

from __future__ import annotations

from storage import staff
from storage.staff import Person
from tests.web.browsing import Browser
from tests.web.office import Served

ROLES = ("coordinator", "municipality", "auditor", "operator")


async def admin(served: Served, name: str = "anna", language: str = "lv") -> Person:
    """Somebody who may change what is asked."""
    return await staff.add(
        served.office.store, "script-admin", "", language, "email", f"{name}@office.example.lv"
    )


def link(served: Served, person: Person) -> str:
    """A one-use link for somebody."""
    moving = served.office.turns.moving
    assert moving is not None
    return f"/desk/in/{moving.links.make('desk', person.staff.id)}"


async def seated(served: Served, person: Person) -> Browser:
    """A browser in which somebody has signed in."""
    browser = Browser(served.app)
    await browser.open(link(served, person))
    await browser.press(browser.labels()[0])
    return browser


async def at_studio(served: Served, name: str = "anna", language: str = "lv") -> Browser:
    """A script admin in the studio."""
    browser = await seated(served, await admin(served, name, language))
    assert browser.page.url.path == "/studio"
    return browser
