"""The room Translations: every text where a family meets it, what is missing first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from markupsafe import Markup
from msgspec import Struct
from starlette.responses import Response
from starlette.routing import Route

from bot.web.markup import page_html
from bot.web.pages import LANGUAGES
from bot.web.studio.bench import Bench
from bot.web.studio.names import Told, told, tongue
from bot.web.studio.question_form import tidy
from bot.web.studio.sitting import number
from bot.web.studio.workshop import Change, Faulty, Part
from dialogs import drafting
from dialogs.drafting import Draft
from dialogs.extract import translation_fault, wording_faults
from dialogs.faults import Fault
from dialogs.languages import FILE, Language, Languages, listed, load_languages
from dialogs.limits import text_faults
from dialogs.po_text import read_po
from dialogs.script import Question
from dialogs.spots import Spot
from dialogs.texts import FIRST, SOURCE, Entry, Texts, plural_of, same_names
from dialogs.translate import brought, coverage, wanted, written

if TYPE_CHECKING:
    from bot.web.studio.sitting import Sitting
    from bot.web.studio.studio import Studio

PAGE = 15
"""Texts on one page."""
PAGES = ("web:", "staff:")
"""Texts of pages, mails and coordinators' messages; they are spoken in the pages' languages."""
STATES = ("draft", "partial", "full")
FAULTS = 60


class Card(Struct, frozen=True):
    """One text to translate: how it is met, what it says in English and Latvian, the translation.

    ``forms`` are the translation's forms (one unless the text counts). ``state``: ok, missing or
    stale; ``old`` the English that a stale one translates.
    """

    n: int
    name: str
    about: str
    english: str
    latvian: str
    bubble: Markup
    rows: tuple[str, ...]
    forms: tuple[str, ...]
    state: str
    old: str
    long: bool
    faults: tuple[Told, ...] = ()


class TextsRoom:
    """Its pages."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.workshop = studio.workshop

    def routes(self) -> list[Route]:
        """The routes."""
        route = self.studio.route
        return [
            route("/studio/texts", self.first, "GET", "POST"),
            route("/studio/texts/language", self.language, "POST"),
            route("/studio/texts/file", self.file, "GET", "POST"),
        ]

    async def _bench(self, sit: Sitting) -> tuple[Bench, Languages, Texts]:
        """The draft, its languages, and every text there is, the script's too."""
        bench = await self.studio.benches.of(sit)
        languages = load_languages(bench.head.draft.data.get(FILE)).languages
        compiled = await self.workshop.compiled(bench.head)
        return bench, languages, compiled.texts

    # -- texts -------------------------------------------------------------------------------------

    async def first(self, sit: Sitting) -> Response:
        """The languages, and the texts of one of them, what is missing first."""
        bench, languages, texts = await self._bench(sit)
        ask = sit.ask
        spoken = [each for each in languages.all if each.id != SOURCE]
        wanted_code = ask.field("language", 3) or ask.query("language", 3)
        language = languages.get(wanted_code) or languages.get("ru") or spoken[0]
        if language.id == SOURCE:
            language = spoken[0]
        show = ask.field("show", 8) or ask.query("show", 8) or "open"
        faults: dict[str, list[Told]] = {}
        sent = ask.request.method == "POST"
        if sent:
            kept, faults = await self._save(sit, bench, language, texts)
            if kept:
                return self.studio.pages.go(f"/studio/texts?language={language.id}&show={show}")
        entries = wanted(texts, languages, bench.head.script)
        if language.id in LANGUAGES:
            entries += [each for each in texts.entries.values() if each.name.startswith(PAGES)]
        search = ask.query("find", 60).casefold()
        cards = self._cards(sit, bench, language, texts, entries, show, search)
        if sent:  # and not kept
            names = [ask.field(f"x{n}.name", 120) for n in range(PAGE)]
            known = {each.name: each for each in entries}
            again = [known[name] for name in names if name in known]
            cards = self._cards(sit, bench, language, texts, again, "all", "")
        page = max(1, number(ask.query("page", 4)))
        shown = cards if sent else cards[(page - 1) * PAGE : page * PAGE]
        shown = [
            msgspec.structs.replace(
                card, n=n, faults=tuple(faults.get(card.name, ())),
                forms=tuple(ask.field(f"x{n}.{k}", 6000) for k in range(len(card.forms)))
                if sent else card.forms,
            )
            for n, card in enumerate(shown)
        ]  # fmt: skip
        for n, card in enumerate(shown):  # drawn for this page's texts alone
            entry = texts.entries[card.name]
            bubble, keys = self._met(bench, entry, language, texts, card.forms[0])
            shown[n] = msgspec.structs.replace(card, bubble=bubble, rows=keys)
        rows = [
            (each, tongue(each.language, sit.language), self.studio.say(
                sit.language, f"state.{each.state}"))
            for each in coverage(texts, languages, bench.head.script)
        ]  # fmt: skip
        return await self.studio.page(
            sit, "texts.html", "texts", bench.head, 422 if faults else 409 if sent else 200,
            cards=shown,
            language_now=language, name=tongue(language.id, sit.language), show=show,
            coverage=rows, page=page, pages=max(1, -(-len(cards) // PAGE)), count=len(cards),
            find=search, states=STATES,
            spoken=[(each.id, tongue(each.id, sit.language)) for each in spoken],
        )  # fmt: skip

    def _cards(
        self, sit: Sitting, bench: Bench, language: Language, texts: Texts,
        entries: list[Entry], show: str, search: str,
    ) -> list[Card]:  # fmt: skip
        found: list[tuple[int, Card]] = []
        forms = plural_of(language.plural).forms
        for entry in entries:
            said = texts.translation(language.id, entry.name, entry.text)
            older = bench.head.draft.texts.get(language.id, {}).get(entry.name)
            state, old = "ok", ""
            if said is None:
                state = "missing"
                if older is not None and older.english != entry.text:
                    state, old, said = "stale", older.english, older.text
            if show == "open" and state == "ok":
                continue
            latvian = texts.translation(FIRST, entry.name, entry.text)
            shown_lv = " / ".join(latvian) if isinstance(latvian, tuple) else latvian or ""
            if search and not any(
                search in each.casefold() for each in (entry.name, entry.text, shown_lv, str(said))
            ):
                continue
            count = forms if entry.other else 1
            strings = (said,) if isinstance(said, str) else said or ()
            strings = tuple(strings[k] if k < len(strings) else "" for k in range(count))
            about = self._about(bench, entry)
            english = f"{entry.text} / {entry.other}" if entry.other else entry.text
            order = {"missing": 0, "stale": 1, "ok": 2}[state]
            found.append((order, Card(
                0, entry.name, about, english, shown_lv, Markup(""), (), strings, state, old,
                len(entry.text) > 60,
            )))  # fmt: skip
        found.sort(key=lambda pair: pair[0])
        return [card for _, card in found]

    def _question(self, bench: Bench, name: str) -> Question | None:
        own = name.removeprefix(f"{bench.head.script}:")
        return bench.names.questions.get(own.partition(".")[0]) if own != name else None

    def _about(self, bench: Bench, entry: Entry) -> str:
        """Where the text is met: a question's title, or which of the assistant's words it is."""
        question = self._question(bench, entry.name)
        if question is not None:
            return bench.names.title(question.id)
        own = entry.name.removeprefix(f"{bench.head.script}:")
        return self.studio.group(bench.names.language, own) or entry.name

    def _met(
        self, bench: Bench, entry: Entry, language: Language, texts: Texts, said: str
    ) -> tuple[Markup, tuple[str, ...]]:
        """The chat's bubble with the text in its place, and the buttons below."""
        more = self.studio.pages.say(bench.names.language, "more")
        text = said or entry.text
        question = self._question(bench, entry.name)
        if question is None:
            return page_html(text, more=more), ()

        def other(field: str, english: str) -> str:
            name = f"{bench.head.script}:{question.id}.{field}"
            if name == entry.name:
                return text
            found = texts.translation(language.id, name, english)
            return found if isinstance(found, str) else english

        field = entry.name.partition(".")[2]
        lines = [other("text", question.text)]
        if question.why:
            lines.append(f"<i>{other('why', question.why)}</i>")
        if field in ("again", "differently", "title", "purpose", "same"):
            lines = [text]
        rows = tuple(other(f"{c.id}.text", c.text) for c in question.choices)
        return page_html("\n".join(lines), more=more), rows

    async def _save(
        self, sit: Sitting, bench: Bench, language: Language, texts: Texts
    ) -> tuple[bool, dict[str, list[Told]]]:
        """Keep the translations sent; gives whether they are kept, else the faults of each."""
        ask = sit.ask
        named: dict[str, tuple[str, dict[str, str | tuple[str, ...]]]] = {}
        faults: dict[str, list[Told]] = {}
        for n in range(PAGE):
            entry = texts.entries.get(ask.field(f"x{n}.name", 120))
            if entry is None:
                continue
            count = plural_of(language.plural).forms if entry.other else 1
            strings = tuple(tidy(ask.field(f"x{n}.{k}", 6000)) for k in range(count))
            now = texts.translation(language.id, entry.name, entry.text)
            was = bench.head.draft.texts.get(language.id, {}).get(entry.name)
            held = now if now is not None else was.text if was is not None else ""
            said: str | tuple[str, ...] = strings if entry.other else strings[0]
            if said == held and not ask.field(f"x{n}.sure"):
                continue
            if not any(strings) and now is None and was is None:
                continue
            found = list(_faults(entry, said, language, bench.head.script)) if any(strings) else []
            if found:
                spot = Spot()
                faults[entry.name] = [
                    told(each, spot, self.studio.texts, sit.language) for each in found
                ]
            named[entry.name] = (entry.text, {language.id: said if any(strings) else ""})
        if faults or not named:
            return not faults, faults

        def part(draft: Draft) -> object:
            own = draft.texts.get(language.id, {})
            return {name: own.get(name) for name in named}

        what = ("texts", f"{tongue(language.id, sit.language)}, {len(named)}")
        def change(draft: Draft) -> Draft:
            return drafting.saying(draft, named)

        return await self._keep(sit, change, what, part, "clash_form"), {}

    async def _keep(
        self, sit: Sitting, change: Change, what: tuple[str, ...], part: Part,
        clash: str = "clash_short",
    ) -> bool:  # fmt: skip
        try:
            return await self.studio.keep(sit, change, what, part, clash) is not None
        except Faulty:
            self.studio.tell(sit, self.studio.say(sit.language, "cannot_edit"))
            return False

    # -- languages ---------------------------------------------------------------------------------

    async def language(self, sit: Sitting) -> Response:
        """Add a language, or change who sees one."""
        bench, languages, _ = await self._bench(sit)
        ask = sit.ask
        code, name = ask.field("code", 3).strip().lower(), ask.field("name", 40).strip()
        known = languages.get(code)
        row = known.model_dump() if known else {"id": code, "name": name, "state": "draft"}
        if ask.field("state", 8) in STATES:
            row["state"] = ask.field("state", 8)
        own = bench.head.draft.data.get(FILE, "")
        text = listed(own, Language.model_construct(**row))
        faults = load_languages(text).faults
        if faults or (known is None and not name):
            first = told(faults[0], Spot(), self.studio.texts, sit.language) if faults else None
            self.studio.tell(sit, f"{first.message} {first.remedy}" if first else
                             self.studio.say(sit.language, "language_name"))  # fmt: skip
            return self.studio.pages.go("/studio/texts")

        def change(draft: Draft) -> Draft:
            return msgspec.structs.replace(draft, data={**draft.data, FILE: text})

        await self._keep(sit, change, ("language", tongue(code, sit.language)),
                         lambda draft: draft.data.get(FILE, ""))  # fmt: skip
        return self.studio.pages.go(f"/studio/texts?language={code}")

    # -- catalogues for translators ----------------------------------------------------------------

    async def file(self, sit: Sitting) -> Response:
        """A language's catalogue out (GET) and back in (POST)."""
        bench, languages, texts = await self._bench(sit)
        ask = sit.ask
        code = ask.field("language", 3) or ask.query("language", 3)
        language = languages.get(code)
        if language is None or language.id == SOURCE:
            return await self.studio.nowhere(sit)
        script = bench.head.script
        if ask.request.method == "GET":
            entries = wanted(texts, languages, script)
            body = written(entries, texts, languages, language, script)
            name = f"{script}.{language.id}.po"
            return Response(
                body, media_type="text/x-gettext-translation; charset=utf-8",
                headers={"content-disposition": f'attachment; filename="{name}"'},
            )  # fmt: skip
        po = read_po(ask.files.get("file", b""), f"{script}.{language.id}.po")
        made = brought(po, texts, language, script)
        named = {name: (english, {language.id: said})
                 for (name, english), said in made.taken.items()
                 if texts.translation(language.id, name, english) != said}  # fmt: skip
        if named:
            await self._keep(
                sit, lambda draft: drafting.saying(draft, named),
                ("texts_in", tongue(language.id, sit.language)),
                lambda draft: {n: draft.texts.get(language.id, {}).get(n) for n in named},
            )  # fmt: skip
        lines = [told(each, Spot(), self.studio.texts, sit.language) for each in made.faults]
        head = await self.workshop.head()
        return await self.studio.page(
            sit, "texts_in.html", "texts", head, language_now=language, taken=len(named),
            name=tongue(language.id, sit.language), faults=lines[:FAULTS], empty=made.empty,
        )  # fmt: skip


def _faults(
    entry: Entry, said: str | tuple[str, ...], language: Language, script: str
) -> list[Fault]:
    """Why a translation cannot be taken."""
    from dialogs.texts import Catalogue

    found: list[Fault] = []

    def fault(code: str, **args: str | int) -> None:
        found.append(Fault("", 0, 0, code, {"language": language.id, **args}))

    strings = (said,) if isinstance(said, str) else said
    if not all(strings):
        fault("plural_incomplete", text=entry.text[:60])
        return found
    names = same_names(f"{entry.text} {entry.other}") | ({"n"} if entry.other else set())
    whole = Catalogue(language.id, {(entry.name, entry.text): said}, lambda _: 0)
    wrong = translation_fault(entry, whole)
    if wrong is not None:
        fault(wrong[0], **wrong[1])
    own = entry.name.removeprefix(f"{script}:")
    for string in strings:
        if same_names(string) - names:
            fault("placeholder_unknown", text=entry.text[:60])
        if own != entry.name:
            for code, args in text_faults(own, string):
                fault(code, **args)
        else:
            for code, args in wording_faults(entry.name, string):
                fault(code, **args)
    return found
