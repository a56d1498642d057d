"""The room Studio: the outline, the form of the chosen question, the live chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from bot.web.studio.bench import Bench
from bot.web.studio.condition_pages import ConditionPages
from bot.web.studio.names import Told, all_told, shape_faults
from bot.web.studio.new_question import NewQuestion
from bot.web.studio.outline import outline
from bot.web.studio.question_page import QuestionPages
from bot.web.studio.sections import SectionPages
from bot.web.studio.whole_script import WholeScript
from bot.web.studio.workshop import Change, Faulty, Head, Part
from dialogs.spots import Spot

if TYPE_CHECKING:
    from bot.web.studio.sitting import Sitting
    from bot.web.studio.studio import Studio


class ScriptRoom:
    """The room's door, and what its pages share."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.workshop = studio.workshop
        self.bench = studio.benches.of
        self.parts = (
            QuestionPages(self), NewQuestion(self), SectionPages(self), ConditionPages(self),
            WholeScript(self),
        )  # fmt: skip

    def routes(self) -> list[Route]:
        """The pages of the room."""
        found = [self.studio.route("/studio", self.first)]
        for part in self.parts:
            found += part.routes()
        return found

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

    async def saved(self, sit: Sitting, head: Head, question: str) -> None:
        """Say that it is kept, and how many faults stand at the question."""
        compiled = await self.workshop.soon(head, 1.0)
        faults = all_told(compiled, self.studio.texts, sit.language) if compiled else []
        here = sum(each.spot.question == question for each in faults)
        name = "saved_faults" if here else "saved"
        args = {"n": here} if here else {}
        self.studio.tell(sit, self.studio.say(sit.language, name, **args))

    def unfinished(self, sit: Sitting, question: str = "", section: str = "") -> Told:
        """A condition that was begun and says nothing yet, as a fault at its field."""
        spot = Spot(section, question, "when")
        message, remedy = (
            self.studio.say(sit.language, name) for name in ("unfinished", "unfinished_remedy")
        )
        return Told(spot, "condition_unfinished", message, remedy)

    async def edit(
        self, sit: Sitting, change: Change, what: str, about: str, then: str,
        otherwise: str = "", part: Part | None = None,
    ) -> Response:  # fmt: skip
        """Make a change that has no form of its own, and go on."""
        own = part or (lambda _: None)
        try:
            if await self.studio.keep(sit, change, (what, about), own, "clash_short"):
                return self.studio.pages.go(then)
        except Faulty as faulty:
            faults = shape_faults(faulty.draft, self.studio.texts, sit.language)
            self.studio.tell(sit, f"{faults[0].message} {faults[0].remedy}")
        return self.studio.pages.go(otherwise or then)
