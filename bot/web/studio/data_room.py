"""The room Programme data: needs, places, word lists, rules, and who answers where.

Data are files of the programme, edited in place like the script and published with it. Beside the
word lists a sentence can be tried on the draft's data at once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
from ruamel.yaml.error import YAMLError
from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.names import tongue
from bot.web.studio.question_form import tidy
from bot.web.studio.settings_page import SettingsPage
from bot.web.studio.workshop import Clash, Faulty, Head
from dialogs import drafting, wording
from dialogs.drafting import Draft, Said
from dialogs.limits import NEED
from dialogs.programme.lists import shipped_text
from dialogs.programme.programme import Programme, programme_with
from dialogs.programme.workdays import in_latvia
from dialogs.recognise.danger import read_alarm
from dialogs.recognise.story import understand
from dialogs.texts import SOURCE
from dialogs.yaml_edit import EditFault, set_fields, value_at
from dialogs.yaml_text import MOST_LIST_BYTES, At, read_yaml
from storage import staff

if TYPE_CHECKING:
    from bot.web.studio.sitting import Sitting
    from bot.web.studio.studio import Studio

SPOKEN = ("lv", "ltg", "ru", "en")
"""Languages of word lists."""
WORDS = 12_000
LISTS = ("words.yaml", "alarms.yaml")


class DataFault(Exception):
    """The data cannot be used so; the message says what is wrong, as its reader told it."""


class DataRoom:
    """Its pages."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.workshop = studio.workshop

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [
            route("/studio/data", self.first),
            route("/studio/data/needs/{need}", self.need, "GET", "POST"),
            route("/studio/data/words/{file}/{list}", self.words, "GET", "POST"),
            route("/studio/data/places", self.places, "GET", "POST"),
            *SettingsPage(self).routes(),
            route("/studio/data/people", self.people),
        ]

    # -- reading -----------------------------------------------------------------------------------

    async def _programme(self, draft: Draft) -> Programme:
        """The draft's data as the recogniser would use them."""
        return await asyncio.to_thread(programme_with, drafting.programme_data(draft))

    @staticmethod
    def text(draft: Draft, name: str) -> str:
        """A file as the draft has it."""
        return draft.data.get(name) or shipped_text(name)

    def value(self, draft: Draft, name: str) -> Any:
        """What a file holds as the draft has it."""
        return read_yaml(self.text(draft, name), name, MOST_LIST_BYTES).value

    async def page(self, sit: Sitting, template: str, head: Head, **values: Any) -> Response:
        """A page of the room, with what was understood in the sentence that was tried."""
        said = sit.ask.query("said", 1000).strip()
        return await self.studio.page(
            sit, template, "data", head, values.pop("status", 200), said_text=said,
            called=lambda code: tongue(code, sit.language),
            read=await self._read(sit, head, said) if said else [], **values,
        )  # fmt: skip

    async def _read(self, sit: Sitting, head: Head, said: str) -> list[tuple[str, str]]:
        """What is understood in a sentence, with the draft's data: what, and what it is."""
        programme = await self._programme(head.draft)
        today = in_latvia(self.studio.office.clock()).date()
        data, language = programme.recogniser, sit.language
        found = await asyncio.to_thread(understand, said, today, data)
        rows: list[tuple[str, str]] = []

        def row(name: str, value: str) -> None:
            rows.append((self.studio.say(language, f"read.{name}"), value))

        for each in found.needs:
            need = programme.needs.get(each.id)
            row("need", f"{self._label(language, each.id, need.label if need else each.id)}")
        if found.country is not None:
            row("country", wording.country(language, found.country.code))
        for place in found.place.places:
            row("place", place.name)
        if found.when is not None and found.when.start:
            row("when", found.when.start)
        for question in found.questions:
            row("question", f"«{question}»")
        alarm = read_alarm(said, data.lexicon)
        if alarm is not None:
            row("alarm", said)
        return rows or [(self.studio.say(language, "read.nothing"), "")]

    def _label(self, language: str, need: str, english: str) -> str:
        found = self.studio.texts.translation(language, f"needs:{need}.label", english)
        return found if isinstance(found, str) else english

    # -- the room's door ---------------------------------------------------------------------------

    async def first(self, sit: Sitting) -> Response:
        """What data there are, and a sentence to try."""
        head = await self.workshop.head()
        groups = []
        for group in self.value(head.draft, "needs.yaml")["groups"]:
            needs = [(need["id"], self._label(sit.language, need["id"], need["label"]))
                     for need in group["needs"]]  # fmt: skip
            label = self.studio.texts.translation(
                sit.language, f"needs:{group['id']}.group_label", group["label"]
            )
            groups.append((label if isinstance(label, str) else group["label"], needs))
        lists = [
            (file, part, name)
            for file in LISTS
            for part, inner in self.value(head.draft, file).items()
            if isinstance(inner, dict)
            for name in ([part] if set(inner) <= set(SPOKEN) else inner)
        ]
        return await self.page(sit, "data.html", head, groups=groups, lists=[
            (file, f"{part}.{name}" if part != name else part, name) for file, part, name in lists
        ])  # fmt: skip

    # -- edits -------------------------------------------------------------------------------------

    async def keep(
        self, sit: Sitting, file: str, about: str, edit: Any, at: At,
        said: dict[str, tuple[str, dict[str, Any]]] | None = None,
    ) -> str:  # fmt: skip
        """Edit a file of the draft, if the data can be used afterwards; gives what is wrong."""
        head = await self.workshop.head()
        try:
            made = edit(self.text(head.draft, file))
            own = {**drafting.programme_data(head.draft), file: made}
            programme = await asyncio.to_thread(programme_with, own)
            programme.rules.on(in_latvia(self.studio.office.clock()).date())
        except EditFault:
            return self.studio.say(sit.language, "cannot_edit")
        except (ValueError, KeyError, TypeError, AttributeError, YAMLError) as error:
            return self.studio.say(sit.language, "data_fault", problem=str(error)[:300])

        def change(draft: Draft) -> Draft:
            data = {**draft.data, file: edit(self.text(draft, file))}
            changed = msgspec.structs.replace(draft, data=data)
            return drafting.saying(changed, said or {})

        def part(draft: Draft) -> object:
            return value_at(self.text(draft, file), at)

        try:
            await self.workshop.save(
                sit.who, sit.version, change, ("data", about), part
            )
        except Clash as met:
            version = met.head.version
            who = await self.studio.by(sit, version.who) if version is not None else ""
            return self.studio.say(sit.language, "clash_form", who=who)
        except Faulty:
            return self.studio.say(sit.language, "cannot_edit")
        except EditFault:
            return self.studio.say(sit.language, "cannot_edit")
        self.studio.tell(sit, self.studio.say(sit.language, "saved"))
        return ""

    async def need(self, sit: Sitting) -> Response:
        """One need: what it is called, and the words that show it."""
        head = await self.workshop.head()
        wanted, ask = sit.ask.part("need"), sit.ask
        found: tuple[At, dict[str, Any]] | None = None
        for g, group in enumerate(self.value(head.draft, "needs.yaml")["groups"]):
            for n, each in enumerate(group["needs"]):
                if each["id"] == wanted:
                    found = ("groups", g, "needs", n), each
        if found is None:
            return await self.studio.nowhere(sit)
        at, need = found
        problem = ""
        texts = (await self.workshop.compiled(head)).texts
        if ask.request.method == "POST":
            label = tidy(ask.field(f"label.{SOURCE}", 120)) or need["label"]
            family = tidy(ask.field(f"family.{SOURCE}", 60)) or need["family"]
            words = {code: tidy(ask.field(f"said.{code}", WORDS)) for code in SPOKEN}
            lists = {c: f"{w}\n" if "\n" in w else w for c, w in words.items() if w}

            def edit(source: str) -> str:
                return set_fields(source, at, {"label": label, "family": family, "said": lists})

            said = {
                f"needs:{wanted}.{field}": (english, {
                    code: tidy(ask.field(f"{field}.{code}", 120)) for code in ("lv", "ru")
                })
                for field, english in (("label", label), ("family", family))
            }  # fmt: skip
            long = [t for t in (family, *said[f"needs:{wanted}.family"][1].values())
                    if len(t) > NEED]  # fmt: skip
            if long:
                problem = self.studio.say(sit.language, "need_long", text=long[0], most=NEED)
            else:
                problem = await self.keep(sit, "needs.yaml", family, edit, at, said)
            if not problem:
                return self.studio.pages.go(f"/studio/data/needs/{wanted}")

        def shown(field: str, code: str) -> str:
            if ask.request.method == "POST":
                return ask.field(f"{field}.{code}", 120)
            if code == SOURCE:
                return str(need[field])
            stored = texts.translation(code, f"needs:{wanted}.{field}", need[field])
            older = head.draft.texts.get(code, {}).get(f"needs:{wanted}.{field}")
            return stored if isinstance(stored, str) else _text(older)

        return await self.page(
            sit, "need.html", head, need=need, problem=problem,
            title=self._label(sit.language, wanted, need["label"]), most=NEED,
            labels=[(f, c, shown(f, c)) for f in ("label", "family") for c in ("lv", "ru", SOURCE)],
            words=[(c, ask.field(f"said.{c}", WORDS) if ask.request.method == "POST"
                    else need["said"].get(c, "")) for c in SPOKEN],
            status=422 if problem else 200, here=f"/studio/data/needs/{wanted}",
        )  # fmt: skip

    async def words(self, sit: Sitting) -> Response:
        """One word list in every language."""
        head = await self.workshop.head()
        file, name = sit.ask.part("file"), sit.ask.part("list")
        at: At = tuple(name.split("."))
        if file not in LISTS:
            return await self.studio.nowhere(sit)
        now = value_at(self.text(head.draft, file), at)
        if not isinstance(now, dict) or not set(now) <= set(SPOKEN):
            return await self.studio.nowhere(sit)
        problem = ""
        if sit.ask.request.method == "POST":
            sent = {code: tidy(sit.ask.field(f"said.{code}", WORDS)) for code in SPOKEN}
            lists = {c: f"{w}\n" if "\n" in w else w for c, w in sent.items() if w}

            def edit(source: str) -> str:
                fields: dict[str, Any] = {code: lists.get(code) for code in SPOKEN}
                return set_fields(source, at, fields, SPOKEN)

            problem = await self.keep(sit, file, name, edit, at)
            if not problem:
                return self.studio.pages.go(f"/studio/data/words/{file}/{name}")
            now = sent
        return await self.page(
            sit, "words.html", head, title=name.rpartition(".")[2], problem=problem,
            words=[(code, now.get(code, "")) for code in SPOKEN],
            status=422 if problem else 200, here=f"/studio/data/words/{file}/{name}",
        )  # fmt: skip

    async def places(self, sit: Sitting) -> Response:
        """Municipalities, and the older names by which people still know them."""
        head = await self.workshop.head()
        data = self.value(head.draft, "municipalities.yaml")
        codes = {row["code"]: row["lv"] for row in data["municipalities"]}
        problem = ""
        if sit.ask.request.method == "POST":
            name, code = tidy(sit.ask.field("name", 80)), sit.ask.field("code", 10)
            if not name or code not in codes:
                problem = self.studio.say(sit.language, "place_needed")
            else:
                def edit(source: str) -> str:
                    return set_fields(source, ("former",), {name: code})

                problem = await self.keep(
                    sit, "municipalities.yaml", name, edit, ("former", name)
                )
            if not problem:
                return self.studio.pages.go("/studio/data/places")
        former: dict[str, list[str]] = {}
        for unit, held in data["former"].items():
            for each in str(held).split():
                former.setdefault(each, []).append(unit)
        regions = self.studio.office.edition.programme.geography.regions
        rows = [
            (row["lv"], row["ru"], row["en"], regions[row["region"]].names.of(sit.language),
             ", ".join(former.get(row["code"], [])))
            for row in data["municipalities"]
        ]  # fmt: skip
        return await self.page(
            sit, "places.html", head, rows=rows, codes=sorted(codes.items(), key=lambda c: c[1]),
            problem=problem, status=422 if problem else 200, here="/studio/data/places",
        )  # fmt: skip

    # -- coordinators ------------------------------------------------------------------------------

    async def people(self, sit: Sitting) -> Response:
        """Who answers in each region.

        Access to families' cases is given by the operator alone: whoever changes questions could
        otherwise invite themselves to read the answers.
        """
        head = await self.workshop.head()
        store = self.studio.office.store
        regions = self.studio.office.edition.programme.geography.regions
        rows = []
        for region, names in regions.items():
            people = [
                (", ".join(
                    place.value if place.channel == "email" else place.channel.capitalize()
                    for place in person.addresses
                ) or "–", wording.whole_day(sit.language, person.staff.created_at.date()))
                for person in await staff.coordinators(store, region)
            ]  # fmt: skip
            rows.append((region, names.names.of(sit.language), people))
        return await self.page(sit, "people.html", head, rows=rows, here="/studio/data/people")


def _text(said: Said | None) -> str:
    return said.text if said is not None and isinstance(said.text, str) else ""
