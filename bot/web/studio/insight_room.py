"""The room Insight: how each question fares, so that the sentence to mend is seen.

Numbers alone, of nobody in particular; what concerns fewer than five is not shown.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct
from starlette.responses import Response
from starlette.routing import Route

from bot.tallies import median
from bot.web.studio.names import tongue
from storage import revisions, tallies

if TYPE_CHECKING:
    from bot.web.studio.sitting import Sitting
    from bot.web.studio.studio import Studio

FEW = 5
"""What concerns fewer families is not shown."""
ENOUGH = 20
"""Times a question was asked before its shares say anything."""
MEND = 0.15
"""Share of misread answers, or of families that leave, from which a sentence should be mended."""


class Row(Struct, frozen=True):
    """A question's figures as they are shown; ``mend`` says what is high: misread, left or ""."""

    id: str
    title: str
    asked: str
    answered: str
    skipped: str
    misread: str
    time: str
    left: str
    bar: tuple[int, int, int]
    mend: str


class InsightRoom:
    """Its page."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def routes(self) -> list[Route]:
        """The routes."""
        return [self.studio.route("/studio/insight", self.first)]

    async def first(self, sit: Sitting) -> Response:
        """All questions in asking order."""
        bench = await self.studio.benches.of(sit)
        language, revision = sit.ask.query("language", 5), sit.ask.query("revision", 64)
        found = await tallies.of(self.studio.office.store, bench.head.script)
        counts: dict[str, Counter[str]] = {}
        languages, known = set(), set()
        for key, count in found.items():
            languages.add(key.language)
            known.add(key.revision)
            if (not language or key.language == language) and (
                not revision or key.revision == revision
            ):
                counts.setdefault(key.question, Counter())[key.what] += count
        rows = []
        for question in bench.names.questions:
            own = counts.get(question)
            if own is not None:
                rows.append(self._row(sit, question, bench.names.title(question), own))
        lines = await revisions.history(self.studio.office.store, bench.head.script, 60)
        when = {line.revision: f"{line.at:%d.%m.%Y}" for line in reversed(lines)}
        return await self.studio.page(
            sit, "insight.html", "insight", bench.head, rows=rows, language_now=language,
            revision_now=revision, few=FEW,
            spoken=[(code, tongue(code, sit.language)) for code in sorted(languages) if code],
            revisions=[(each, f"{when.get(each, '')} {each}".strip()) for each in sorted(
                known, key=lambda each: list(when).index(each) if each in when else -1,
                reverse=True)],
        )  # fmt: skip

    def _row(self, sit: Sitting, question: str, title: str, own: Counter[str]) -> Row:
        asked = own["asked"]

        def share(what: str) -> str:
            count = own[what]
            if not count:
                return "0"
            if count < FEW or asked < FEW:
                return f"< {FEW}"
            return f"{count} ({100 * count / max(asked, 1):.0f} %)"

        timed = sum(count for what, count in own.items() if what[0] == "t" and what[1:].isdigit())
        seconds = median(own) if timed >= FEW else None
        time = "–"
        if seconds is not None:
            name = "seconds" if seconds < 90 else "minutes"
            time = self.studio.say(sit.language, name,
                                   n=round(seconds if seconds < 90 else seconds / 60))  # fmt: skip
        mend = ""
        if asked >= ENOUGH:
            if own["misread"] / asked >= MEND:
                mend = "misread"
            elif own["left"] / asked >= MEND:
                mend = "left"
        bar = (0, 0, 0)
        if asked >= FEW:
            parts = (own["answered"], own["skipped"], own["left"])
            whole = max(asked, sum(parts))
            a, b, c = (round(100 * part / whole) if part >= FEW else 0 for part in parts)
            bar = (a, b, c)
        shown = str(asked) if asked >= FEW else f"< {FEW}"
        return Row(question, title, shown, share("answered"), share("skipped"), share("misread"),
                   time, share("left"), bar, mend)  # fmt: skip
