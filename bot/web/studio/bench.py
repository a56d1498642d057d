"""What every page about the script works with: the draft with its names, and its faults."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from bot.web.studio.names import Names, Told, all_told, tongue
from bot.web.studio.workshop import Head
from dialogs import compiled_draft, drafting
from dialogs.compiled_draft import Compiled
from dialogs.languages import FILE, load_languages
from dialogs.loader import Loaded, load_script
from dialogs.script import Question, Script, Section
from dialogs.texts import Texts
from dialogs.yaml_text import At

if TYPE_CHECKING:
    from bot.web.studio.sitting import Sitting
    from bot.web.studio.studio import Studio

PATIENCE = 0.08
"""Seconds a page waits for the check; what comes later is told by an event or a reload."""


class Bench(Struct, frozen=True):
    """What a page works with."""

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


class Benches:
    """Lays out a bench for each request."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.workshop = studio.workshop
        self._loaded: dict[str, Loaded] = {}
        self._also: dict[str, set[str]] = {}

    async def of(self, sit: Sitting) -> Bench:
        """The draft with its names, and its faults as far as they are known."""
        head = await self.workshop.head()
        mark = head.mark
        if mark not in self._loaded:
            self._loaded = {**dict(list(self._loaded.items())[-8:]),
                            mark: load_script(head.draft.source)}  # fmt: skip
        script = self._loaded[mark].script
        assert script is not None  # no other draft is ever kept
        texts = await self.workshop.texts()
        over = texts.over(compiled_draft.catalogues(head.draft, texts)).following(script)
        compiled = await self.workshop.soon(head, PATIENCE)
        names = Names(script, over, sit.language, partial(self.studio.say, sit.language))
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
        if listed.get(sit.ask.field("also", 3)) is not None:
            also.add(sit.ask.field("also", 3))
        own = [each.id for each in listed.all
               if each.state != "draft" or each.id in also or head.draft.texts.get(each.id)]
        shown = (sit.language, *(each for each in own if each != sit.language))
        more = tuple((each.id, tongue(each.id, sit.language)) for each in listed.all
                     if each.id not in own)
        return shown, more
