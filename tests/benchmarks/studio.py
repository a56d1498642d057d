"""How fast the studio's pages are: processor time at the server for each page, by script.

Run ``python -m tests.benchmarks.studio``. Limits: 150 ms on the shipped script and 400 ms on one of
500 questions, the draft checked already or not.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
from pathlib import Path

from bot.web.studio.workshop import Workshop
from storage import drafts
from tests.drafts import SHIPPED
from tests.web.admins import at_studio
from tests.web.browsing import Browser
from tests.web.office import office_at

PAGES = (
    "", "new?section=people", "q/rooms", "q/status", "s/people", "beginning", "history", "texts",
    "texts?language=uk", "publish", "publish/proof", "data", "data/needs/job_search",
    "data/words/words.yaml/groups.CHILD", "data/places", "data/rules", "data/people", "insight",
    "conditions/eu",
)  # fmt: skip
ROUNDS = 5


def large(questions: int) -> str:
    """The shipped script with so many questions more, each with a condition and two choices."""
    rows = [SHIPPED.rstrip("\n")]
    for n in range(questions):
        if n % 10 == 0:
            rows.append(
                f"\n  - id: part{n}\n    title: Part {n}\n    later: true\n"
                "    purpose: To find housing.\n    basis: GDPR\n    retention: case\n"
                "    questions:"
            )
        rows.append(
            f"      - id: more{n}\n        kind: choice\n        title: Title {n}\n"
            f"        text: Do you have number {n}?\n"
            f'        when: status == "abroad" && children > {n % 4}\n        choices:\n'
            f"          - {{id: a, text: Home {n}}}\n          - {{id: b, text: School {n}}}"
        )
    return "\n".join(rows) + "\n"


async def measured(browser: Browser, path: str) -> tuple[float, float]:
    """Seconds of wall and of processor time for one page, the best of some rounds."""
    best = (9.9, 9.9)
    for _ in range(ROUNDS):
        wall, spent = time.perf_counter(), time.process_time()
        answer = await browser.open(f"/studio/{path}".rstrip("/"))
        assert answer.status_code == 200, path
        best = min(best, (time.perf_counter() - wall, time.process_time() - spent),
                   key=lambda pair: pair[1])  # fmt: skip
    return best


async def main() -> None:
    """Measure both scripts and print milliseconds: wall, processor."""
    found: dict[str, dict[str, str]] = {}
    for name, source in (("shipped", SHIPPED), ("500 questions", large(463))):
        with tempfile.TemporaryDirectory() as folder:
            async with office_at(Path(folder)) as served:
                browser = await at_studio(served)
                workshop = Workshop(served.office)
                page = await browser.open("/studio/file")
                token = re.search(r'name="token" value="([^"]+)"', page.text)
                assert token is not None
                if source != SHIPPED:
                    await browser.client.post(
                        "/studio/file", data={"token": token[1], "version": "0"},
                        files={"file": ("s.yaml", source.encode(), "application/yaml")},
                        headers={"sec-fetch-site": "same-origin"},
                    )  # fmt: skip
                    assert await drafts.newest(served.office.store, "return") is not None
                await workshop.compiled(await workshop.head())
                rows = {}
                for path in PAGES:
                    wall, spent = await measured(browser, path)
                    rows[path or "(first)"] = f"{wall * 1000:.0f} {spent * 1000:.0f}"
                found[name] = rows
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
