"""The page of rules and dates: settings in plain words, with the days from which they hold."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from starlette.responses import Response
from starlette.routing import Route

from dialogs import wording
from dialogs.data_difference import plain
from dialogs.programme.programme import Programme
from dialogs.programme.workdays import in_latvia
from dialogs.yaml_edit import insert_item, value_at
from dialogs.yaml_text import read_yaml

if TYPE_CHECKING:
    from bot.web.studio.data_room import DataRoom
    from bot.web.studio.sitting import Sitting

FILE = "rules.yaml"
HERE = "/studio/data/rules"
_COUNTRY = re.compile("[A-Z]{2}")


class Rule(Struct, frozen=True):
    """A setting: what it is called, its value now, and what holds from other days."""

    name: str
    label: str
    value: str
    lines: tuple[tuple[str, str], ...]


class SettingsPage:
    """Its page."""

    def __init__(self, room: DataRoom) -> None:
        self.room = room
        self.studio = room.studio

    def routes(self) -> list[Route]:
        """The routes."""
        return [self.studio.route(HERE, self.all, "GET", "POST")]

    async def all(self, sit: Sitting) -> Response:
        """All settings; a change is a new line."""
        head = await self.studio.workshop.head()
        data = self.room.value(head.draft, FILE)
        today = in_latvia(self.studio.office.clock()).date()
        problem = ""
        if sit.ask.request.method == "POST":
            problem = await self._add(sit, data)
            if not problem:
                return self.studio.pages.go(HERE)
        rules = []
        for name, entries in data.items():
            now = _now(entries, today)
            lines = tuple(
                (_day_shown(sit.language, str(e["since"])), self._shown(sit, e["value"]))
                for e in entries
            )
            label = self.studio.rule(sit.language, name)
            rules.append(Rule(name, label, self._shown(sit, now), lines))
        return await self.room.page(
            sit, "rules.html", head, rules=rules, problem=problem, today=today.isoformat(),
            status=422 if problem else 200, here=HERE, field=sit.ask.field,
        )  # fmt: skip

    async def _add(self, sit: Sitting, data: dict[str, Any]) -> str:
        """A new line; gives what is wrong with it."""
        name, since = sit.ask.field("name", 60), sit.ask.field("since", 10)
        written = sit.ask.field("value", 4000).strip()
        if name not in data or not _day(since) or not written:
            return self.studio.say(sit.language, "rule_needed")
        value = self._entered(sit, written, data[name][-1]["value"])

        def edit(source: str) -> str:
            now = value_at(source, (name,))
            return insert_item(source, (name,), len(now), {"since": since, "value": value})

        return await self.room.keep(sit, FILE, name, edit, (name,))

    @property
    def _programme(self) -> Programme:
        return self.studio.office.edition.programme

    def _shown(self, sit: Sitting, value: object) -> str:
        """A value in words: names for codes, yes and no."""
        if isinstance(value, bool):
            return self.studio.texts.say(sit.language, f"product:{'yes' if value else 'no'}")
        if isinstance(value, list | tuple):
            return ", ".join(self._named(sit.language, each) for each in value)
        return plain(value)

    def _named(self, language: str, code: object) -> str:
        """What a municipality, a need or a country is called; anything else as it is."""
        text, geography = str(code), self._programme.geography
        if text in geography.municipalities:
            return geography.place_names(text).of(language)
        if text in self._programme.needs:
            return self.studio.texts.say(language, f"needs:{text}.family")
        return wording.country(language, text) if _COUNTRY.fullmatch(text) else text

    def _entered(self, sit: Sitting, written: str, earlier: object) -> object:
        """A value as it was written: like the earlier one a number, several, yes or no."""
        low = written.casefold().strip(" .")
        if isinstance(earlier, bool):
            said = {self._shown(sit, value).casefold(): value for value in (True, False)}
            return said.get(low, {"true": True, "false": False}.get(low, written))
        if isinstance(earlier, list) and not written.startswith("["):
            codes = {
                self._named(sit.language, code).casefold(): code
                for code in (*self._programme.geography.municipalities, *self._programme.needs)
            }
            return [self._code(sit.language, each.strip(), codes) for each in written.split(",")]
        read = read_yaml(f"value: {written}", "").value
        return read["value"] if isinstance(read, dict) else written

    @staticmethod
    def _code(language: str, said: str, codes: dict[str, str]) -> object:
        """A number, or the code of what is named."""
        if said.isdecimal() and said.isascii():
            return int(said)
        found = codes.get(said.casefold()) or wording.country_called(language, said)
        return found or said


def _now(entries: list[dict[str, Any]], today: date) -> object:
    begun = [e for e in entries if str(e["since"]) <= today.isoformat()]
    return max(begun, key=lambda e: str(e["since"]))["value"] if begun else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _day_shown(language: str, text: str) -> str:
    """A day in words, with its year."""
    day = _day(text)
    return wording.whole_day(language, day) if day is not None else text
