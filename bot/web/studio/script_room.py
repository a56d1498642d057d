"""The room Studio: the outline, the form of the chosen question, the live chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio import whole_script
from bot.web.studio.names import Names, Told, all_told, told, tongue
from bot.web.studio.outline import outline
from bot.web.studio.question_form import (
    KINDS,
    WITH_CHOICES,
    Form,
    at_fields,
    free_choice,
    sent_condition,
    sent_source,
    shown_condition,
    stand_in,
    tidy,
)
from bot.web.studio.sections import SectionPages
from bot.web.studio.workshop import Clash, Faulty, Head
from dialogs import drafting
from dialogs.conditions import RESERVED
from dialogs.drafting import Compiled, Draft, Spots
from dialogs.languages import FILE, load_languages
from dialogs.limits import CHOICES, QUESTION, TITLE
from dialogs.loader import Loaded, load_script
from dialogs.script import Question, Script, Section
from dialogs.texts import SOURCE, Texts
from dialogs.yaml_edit import EditFault
from dialogs.yaml_text import At

if TYPE_CHECKING:
    from bot.web.studio.studio import Sitting, Studio

PATIENCE = 0.08
"""Seconds a page waits for the check; what comes later is told by an event or a reload."""


class Bench(Struct, frozen=True):
    """What a page of this room works with."""

    head: Head
    script: Script
    texts: Texts
    names: Names
    compiled: Compiled | None
    faults: list[Told]
    languages: tuple[str, ...]
    more_languages: tuple[tuple[str, str], ...]

    def find(self, question: str) -> tuple[Section, Question, At] | None:
        """A question with its section and path."""
        at = drafting.question_at(self.script, question)
        if at is None:
            return None
        section = self.script.sections[int(at[1])]
        return section, section.questions[int(at[3])], at


class ScriptRoom:
    """Questions and sections."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.workshop = studio.workshop
        self.sections = SectionPages(self)
        self.whole = whole_script.WholeScript(self)
        self._loaded: dict[str, Loaded] = {}
        self._also: dict[str, set[str]] = {}

    def routes(self) -> list[Route]:
        """The pages of the room."""
        route = self.studio.route
        return [
            route("/studio", self.first),
            route("/studio/new", self.new, "GET", "POST"),
            route("/studio/q/{question}", self.question, "GET", "POST"),
            route("/studio/q/{question}/move", self.move, "POST"),
            route("/studio/q/{question}/call", self.call, "POST"),
            route("/studio/q/{question}/remove", self.remove, "GET", "POST"),
            *self.sections.routes(),
            *self.whole.routes(),
        ]

    # -- what every page needs -------------------------------------------------------------------

    async def bench(self, sit: Sitting) -> Bench:
        """The draft with its names, and its faults as far as they are known."""
        head = await self.workshop.head()
        mark = head.mark
        if mark not in self._loaded:
            self._loaded = {**dict(list(self._loaded.items())[-8:]),
                            mark: load_script(head.draft.source)}  # fmt: skip
        script = self._loaded[mark].script
        assert script is not None  # no other draft is ever kept
        texts = await self.workshop.texts()
        over = texts.over(drafting.catalogues(head.draft, texts)).following(script)
        compiled = await self.workshop.soon(head, PATIENCE)
        names = Names(script, over, sit.language, self._say(sit))
        faults = all_told(compiled, self.studio.texts, sit.language) if compiled else []
        shown, more = self._languages(sit, head)
        return Bench(head, script, over, names, compiled, faults, shown, more)

    def _languages(
        self, sit: Sitting, head: Head
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """The languages that stand side by side, the reader's first, and those one could add.

        A language that nobody may see yet stands there once it has a text, or once asked for.
        """
        listed = load_languages(head.draft.data.get(FILE)).languages
        also = self._also.setdefault(sit.who, set())
        if listed.get(sit.ask.query("also", 3)) is not None:
            also.add(sit.ask.query("also", 3))
        own = [each.id for each in listed.all
               if each.state != "draft" or each.id in also or head.draft.texts.get(each.id)]
        shown = (sit.language, *(each for each in own if each != sit.language))
        more = tuple((each.id, tongue(each.id, sit.language)) for each in listed.all
                     if each.id not in own)
        return shown, more

    def _say(self, sit: Sitting) -> Any:
        def say(name: str, /, **args: object) -> str:
            return self.studio.say(sit.language, name, **args)

        return say

    async def page(
        self, sit: Sitting, bench: Bench, template: str, status: int = 200,
        opened: tuple[str, str] = ("", ""), **values: Any,
    ) -> Response:  # fmt: skip
        """A page with the outline on the left and the chat on the right.

        ``opened`` are the section and the question shown.
        """
        chat = await self.studio.chat.view(sit, bench.head, opened[1])
        return await self.studio.page(
            sit, template, "script", bench.head, status,
            outline=outline(bench.names, bench.faults, *opened),
            checked=bench.compiled is not None, fault_count=len(bench.faults),
            questions=[(q, bench.names.title(q)) for q in bench.names.questions],
            chat=chat, more_languages=bench.more_languages, **values,
        )  # fmt: skip

    async def first(self, sit: Sitting) -> Response:
        """The room's door: what can be done here, and all faults."""
        bench = await self.bench(sit)
        return await self.page(sit, bench, "script.html", faults=bench.faults,
                               history=await self.history(sit))  # fmt: skip

    async def history(self, sit: Sitting, most: int = 12) -> list[tuple[int, str, str, str]]:
        """The latest edits: number, what, when, who."""
        return [
            (each.number, self.studio.changed(sit, each), self.studio.at(sit, each),
             await self.studio.by(sit, each.who))
            for each in await self.workshop.history(most)
        ]  # fmt: skip

    # -- a question ------------------------------------------------------------------------------

    async def question(self, sit: Sitting) -> Response:
        """The form of one question, and what it sends."""
        bench = await self.bench(sit)
        found = bench.find(sit.ask.part("question"))
        if found is None:
            return await self.studio.nowhere(sit)
        if sit.ask.request.method == "POST":
            if sit.ask.field("do") in ("refresh", "more"):
                return await self._form(sit, bench, *found, sent=True)
            return await self._save(sit, bench, *found)
        return await self._form(sit, bench, *found)

    async def _form(
        self, sit: Sitting, bench: Bench, section: Section, question: Question, at: At,
        *, sent: bool = False, faults: list[Told] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        form = Form(
            bench.names, bench.head.draft, bench.texts, bench.languages, question,
            section.group or "", sit.ask if sent else None,
        )  # fmt: skip
        here = faults
        if here is None:
            here = [f for f in bench.faults if f.spot.question == question.id]
        kind = sit.ask.field("kind", 20) if sent else question.kind
        seen = section.seen_by if question.seen_by is None else question.seen_by
        return await self.page(
            sit, bench, "question.html", status, (section.id, question.id),
            form=form, words=form.text_fields(), choices=form.choices(), rules=form.rules(),
            condition=form.condition(), q=question, section=section,
            section_title=bench.names.said(f"section.{section.id}.title", section.title),
            section_purpose=bench.names.said(f"section.{section.id}.purpose", section.purpose),
            at=at_fields(here), faults=here, kinds=[(k, bench.names.kind(k)) for k in KINDS],
            kind=kind, with_choices=kind in WITH_CHOICES, seen=seen, limit=QUESTION,
            places=self._places(bench, question.id), field=sit.ask.field, sent=sent,
        )  # fmt: skip

    def _places(self, bench: Bench, question: str) -> list[tuple[str, str]]:
        """Where a question can be moved: "section:index" and what it is called."""
        found = []
        for section in bench.script.sections:
            title = bench.names.said(f"section.{section.id}.title", section.title)
            for n, each in enumerate(section.questions):
                if each.id != question:
                    label = self.studio.say(bench.names.language, "before",
                                            title=bench.names.title(each.id))  # fmt: skip
                    found.append((f"{section.id}:{n}", f"{title}: {label}"))
            last = self.studio.say(bench.names.language, "at_end")
            found.append((f"{section.id}:{len(section.questions)}", f"{title}: {last}"))
        return found

    async def _save(
        self, sit: Sitting, bench: Bench, section: Section, question: Question, at: At
    ) -> Response:
        form = Form(
            bench.names, bench.head.draft, bench.texts, bench.languages, question,
            section.group or "", sit.ask,
        )  # fmt: skip
        entered = form.entered()
        name = question.id

        def change(draft: Draft) -> Draft:
            here = _path(draft, name)
            return drafting.with_question(
                draft, here, entered.fields, entered.said, entered.sure
            )

        try:
            head = await self.workshop.save(
                sit.who, _version(sit), change, ("question", bench.names.title(name)),
                lambda draft: drafting.part_of(draft.source, draft, name),
            )  # fmt: skip
        except Clash as clash:
            return await self._clash(sit, clash, section, question)
        except Faulty as faulty:
            faults = shape_faults(faulty, self.studio.texts, sit.language, at)
            return await self._form(sit, bench, section, question, at, sent=True, faults=faults,
                                    status=422)  # fmt: skip
        except EditFault:
            self.studio.tell(sit, self.studio.say(sit.language, "cannot_edit"))
            return self.studio.pages.go(f"/studio/q/{name}")
        await self._saved(sit, head, name)
        return self.studio.pages.go(f"/studio/q/{name}")

    async def _saved(self, sit: Sitting, head: Head, question: str) -> None:
        """Say that it is kept, and how many faults stand at the question."""
        compiled = await self.workshop.soon(head, 1.0)
        faults = all_told(compiled, self.studio.texts, sit.language) if compiled else []
        here = sum(each.spot.question == question for each in faults)
        name = "saved_faults" if here else "saved"
        args = {"n": here} if here else {}
        self.studio.tell(sit, self.studio.say(sit.language, name, **args))

    async def _clash(
        self, sit: Sitting, clash: Clash, section: Section, question: Question
    ) -> Response:
        """Two changed the same question: both are shown, and neither is lost."""
        bench = await self.bench(sit)
        found = bench.find(question.id)
        theirs: list[tuple[str, str, str]] = []
        if found is not None:
            own = Form(bench.names, bench.head.draft, bench.texts, bench.languages, found[1],
                       found[0].group or "")  # fmt: skip
            mine = Form(bench.names, bench.head.draft, bench.texts, bench.languages, found[1],
                        found[0].group or "", sit.ask)  # fmt: skip
            rows = [(own.text_fields(), mine.text_fields())]
            for before, after in rows:
                for field, words in before.items():
                    for one, other in zip(words, after[field], strict=True):
                        if tidy(one.text) != tidy(other.text):
                            label = self.studio.say(sit.language, f"field.{field}")
                            theirs.append((f"{label} · {one.tongue}", one.text, other.text))
            one_c, other_c = own.condition().sentence, mine.condition().sentence
            if one_c != other_c:
                theirs.append((self.studio.say(sit.language, "field.when"), one_c, other_c))
            one_a = [" / ".join(w.text for w in row.words) for row in own.choices() if row.id]
            other_a = [" / ".join(w.text for w in row.words) for row in mine.choices()
                       if any(w.text for w in row.words)]  # fmt: skip
            if one_a != other_a:
                theirs.append((self.studio.say(sit.language, "field.choices"),
                               "\n".join(one_a), "\n".join(other_a)))  # fmt: skip
        version = clash.head.version
        by = await self.studio.by(sit, version.who) if version is not None else ""
        kept = [(k, v) for k, v in sit.ask.pairs if k not in ("version", "token", "do")]
        return await self.page(
            sit, bench, "clash.html", 409, (section.id, question.id), rows=theirs, kept=kept,
            gone=found is None, by=by, question=question, title=bench.names.title(question.id),
        )  # fmt: skip

    # -- a new question --------------------------------------------------------------------------

    async def new(self, sit: Sitting) -> Response:
        """Five fields: question, kind, answers, whom to ask, why."""
        bench = await self.bench(sit)
        name = sit.ask.field("section", 60) or sit.ask.query("section")
        sections = {section.id: section for section in bench.script.sections}
        section = sections.get(name, bench.script.sections[0])
        do = sit.ask.field("do")
        if sit.ask.request.method == "POST" and do not in ("refresh", "more"):
            return await self._add(sit, bench, section)
        return await self._new_form(sit, bench, section)

    async def _new_form(
        self, sit: Sitting, bench: Bench, section: Section, faults: list[Told] | None = None,
        status: int = 200,
    ) -> Response:  # fmt: skip
        sent = sit.ask.request.method == "POST"
        picks = tuple(bench.names.picks(section.group or ""))
        condition = (
            sent_condition(sit.ask, bench.names, picks) if sent
            else shown_condition(None, bench.names, picks)
        )  # fmt: skip
        kinds = [(k, bench.names.kind(k)) for k in KINDS if k not in ("story", "needs", "group")]
        purpose = bench.names.said(f"section.{section.id}.purpose", section.purpose)
        return await self.page(
            sit, bench, "new.html", status, (section.id, ""), section=section,
            sections=[(s.id, bench.names.said(f"section.{s.id}.title", s.title))
                      for s in bench.script.sections],
            tongues_in=[(code, tongue(code, sit.language)) for code in bench.languages],
            kinds=kinds, kind=sit.ask.field("kind", 20) or "choice", condition=condition,
            field=sit.ask.field, at=at_fields(faults or []), faults=faults or [],
            purpose=purpose, after=sit.ask.field("after", 60) or sit.ask.query("after"),
            title_limit=TITLE, limit=QUESTION,
        )  # fmt: skip

    async def _add(self, sit: Sitting, bench: Bench, section: Section) -> Response:
        ask, names = sit.ask, bench.names

        def in_all(key: str) -> dict[str, str]:
            return {code: tidy(ask.field(f"{key}.{code}", 2000)) for code in bench.languages}

        text, why, kind = in_all("text"), in_all("why"), ask.field("kind", 20)
        english = stand_in(text, sit.language)
        taken = {*names.questions, *RESERVED, *(d.id for d in bench.script.derived)}
        name = drafting.free_id(text.get(SOURCE) or english, taken)
        titles = {
            code: drafting.short_title(each, TITLE) if each else "" for code, each in text.items()
        }
        question: dict[str, Any] = {"id": name, "kind": kind, "text": english,
                                    "title": stand_in(titles, sit.language)}  # fmt: skip
        said: dict[str, dict[str, str]] = {"text": text, "title": titles}
        if any(why.values()):
            question["why"], said["why"] = stand_in(why, sit.language), why
        if kind in WITH_CHOICES:
            lines = {code: [tidy(each) for each in text.split("\n") if each.strip()]
                     for code, text in in_all("answers").items()}  # fmt: skip
            choices: list[dict[str, str]] = []
            for n in range(min(max(map(len, lines.values()), default=0), CHOICES + 8)):
                words = {code: each[n] if n < len(each) else "" for code, each in lines.items()}
                shown = stand_in(words, sit.language)
                choice = free_choice(words.get(SOURCE) or shown, [c["id"] for c in choices])
                choices.append({"id": choice, "text": shown})
                said[f"{choice}.text"] = words
            question["choices"] = choices or None
        question["when"] = sent_source(ask) or None
        after = ask.field("after", 60)

        def change(draft: Draft) -> Draft:
            script = load_script(draft.source).script
            assert script is not None
            here = drafting.section_at(script, section.id)
            if here is None:
                raise EditFault("the section is gone")
            asked = [each.id for each in script.sections[int(here[1])].questions]
            index = asked.index(after) + 1 if after in asked else len(asked)
            return drafting.with_new_question(draft, here, index, question, said)

        try:
            head = await self.workshop.save(
                sit.who, _version(sit), change,
                ("added", titles.get(sit.language) or question["title"] or name),
                lambda draft: None,
            )  # fmt: skip
        except Faulty as faulty:
            faults = shape_faults(faulty, self.studio.texts, sit.language)
            return await self._new_form(sit, bench, section, faults, 422)
        except (Clash, EditFault):
            self.studio.tell(sit, self.studio.say(sit.language, "cannot_edit"))
            return await self._new_form(sit, bench, section, [], 409)
        await self._saved(sit, head, name)
        return self.studio.pages.go(f"/studio/q/{name}")

    # -- moving, renaming, removing ----------------------------------------------------------------

    async def move(self, sit: Sitting) -> Response:
        """A question goes elsewhere."""
        name = sit.ask.part("question")
        to, _, place = sit.ask.field("to", 80).partition(":")

        def change(draft: Draft) -> Draft:
            script = load_script(draft.source).script
            assert script is not None
            here, there = drafting.question_at(script, name), drafting.section_at(script, to)
            if here is None or there is None or not place.isdecimal():
                raise EditFault("gone")
            most = len(script.sections[int(there[1])].questions)
            return drafting.moved(draft, here, (*there, "questions"), min(int(place), most))

        return await self.edit(sit, change, "moved", name, f"/studio/q/{name}")

    async def call(self, sit: Sitting) -> Response:
        """A question gets another id; its answers and translations go along."""
        name, now = sit.ask.part("question"), sit.ask.field("id", 40).strip()
        bench = await self.bench(sit)
        found = bench.find(name)
        if found is None:
            return await self.studio.nowhere(sit)
        if now == name:
            return self.studio.pages.go(f"/studio/q/{name}")
        if now in bench.names.questions or now in RESERVED:
            self.studio.tell(sit, self.studio.say(sit.language, "id_taken", id=now))
            return self.studio.pages.go(f"/studio/q/{name}")
        return await self.edit(
            sit, lambda draft: drafting.called(draft, _path(draft, name), now), "called", name,
            f"/studio/q/{now}", f"/studio/q/{name}",
        )  # fmt: skip

    async def remove(self, sit: Sitting) -> Response:
        """What would become of the answers, and then the removal."""
        name = sit.ask.part("question")
        bench = await self.bench(sit)
        found = bench.find(name)
        if found is None:
            return await self.studio.nowhere(sit)
        section, question, _ = found
        if sit.ask.request.method == "POST":
            return await self.edit(
                sit, lambda draft: drafting.without(draft, _path(draft, name)), "removed",
                bench.names.title(name), "/studio", f"/studio/q/{name}",
                part=lambda draft: drafting.part_of(draft.source, draft, name),
            )  # fmt: skip
        users = self._users(bench, name)
        last = len(section.questions) == 1
        return await self.page(
            sit, bench, "remove.html", 200, (section.id, name), question=question,
            title=bench.names.title(name), users=users, last=last,
            section_title=bench.names.said(f"section.{section.id}.title", section.title),
        )  # fmt: skip

    @staticmethod
    def _users(bench: Bench, name: str) -> list[tuple[str, str]]:
        """The questions whose conditions read this one, whether the script compiles or not."""
        from dialogs.condition_words import names, parsed

        found = []
        for at, source in drafting.expressions(bench.script):
            tree = parsed(source)
            used = name in (set(names(tree)) if tree is not None else source)
            if used and len(at) > 4:
                each = bench.script.sections[int(at[1])].questions[int(at[3])].id
                if each != name:
                    found.append((each, bench.names.title(each)))
        return list(dict.fromkeys(found))

    async def edit(
        self, sit: Sitting, change: Any, what: str, about: str, then: str, otherwise: str = "",
        part: Any = None,
    ) -> Response:  # fmt: skip
        """Make a change that has no form of its own, and go on."""
        try:
            await self.workshop.save(
                sit.who, _version(sit), change, (what, about), part or (lambda _: None)
            )
        except Clash:
            self.studio.tell(sit, self.studio.say(sit.language, "clash_short"))
            then = otherwise or then
        except Faulty as faulty:
            faults = shape_faults(faulty, self.studio.texts, sit.language)
            self.studio.tell(sit, f"{faults[0].message} {faults[0].remedy}")
            then = otherwise or then
        except EditFault:
            self.studio.tell(sit, self.studio.say(sit.language, "cannot_edit"))
            then = otherwise or then
        else:
            self.studio.tell(sit, self.studio.say(sit.language, "saved"))
        return self.studio.pages.go(then)


def shape_faults(
    faulty: Faulty, texts: Texts, language: str, at: At = ()
) -> list[Told]:
    """Why a script could not be read any more, at the fields of its form."""
    loaded = load_script(faulty.draft.source)
    spots = Spots(loaded.script, loaded.positions)
    return [told(fault, spots.of(fault), texts, language) for fault in loaded.faults]


def _path(draft: Draft, question: str) -> At:
    """Where a question stands in a draft. Raises EditFault."""
    script = load_script(draft.source).script
    at = drafting.question_at(script, question) if script is not None else None
    if at is None:
        raise EditFault(f"no question {question}")
    return at


def _version(sit: Sitting) -> int:
    from bot.web.studio.studio import number

    return number(sit.ask.field("version", 12))
