"""Recorded talks of made-up families: ``python -m tests.recorded`` records them anew.

``pytest tests/test_recorded.py --update-transcripts`` keeps what the families do and writes down
anew where it leads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from dialogs import transcript
from dialogs.conditions import literals
from dialogs.edition import Edition, load_edition
from dialogs.engine.agenda import split
from dialogs.family import Family, Plan
from dialogs.play import Talk
from dialogs.recording import record, talks
from dialogs.transcript import Line

FOLDER = Path(__file__).parent / "recorded"
EACH = 70
"""Talks in each language."""
BEGINS = datetime(2026, 11, 23, 7, tzinfo=UTC)
SAYINGS = ("sayings_people.json", "sayings_places.json", "sayings_needs.json")


def files() -> list[Path]:
    """The files of recordings."""
    return sorted(FOLDER.glob("*.txt"))


def recorded() -> Iterator[tuple[Path, str]]:
    """Every recorded talk with its file."""
    for file in files():
        for talk in talks(file.read_text("utf-8")):
            yield file, talk


def stories(language: str) -> list[str]:
    """Made-up sayings of families in this language, long enough to be a story."""
    found = []
    for name in SAYINGS:
        sayings = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
        found += [saying["text"] for saying in sayings
                  if saying.get("language") == language and len(saying["text"]) > 40]  # fmt: skip
    return found


MOST_ACTS = 80
"""A family that has not come to an end by then stops."""
UNCLEAR = {"lv": "hm, kā to teikt", "ru": "хм, как бы сказать", "en": "hm, how to put it"}


def made_up(
    edition: Edition, language: str, seed: int, at: datetime, stories: Sequence[str] = ()
) -> str:
    """A talk of a made-up family, recorded. The same seed gives the same talk.

    Some tell one of ``stories`` first, some pass over questions, go back, are not understood, come
    back the next day, or change their mind at the review.
    """
    chance = Random(f"{language}{seed}")
    begins = at + timedelta(minutes=chance.randrange(60 * 24 * 20))
    talk = Talk(edition, begins)
    # A diploma from abroad brings the one question that hardly anybody is asked by chance.
    values: dict[str, Any] = {"diploma_abroad": "yes"}
    if chance.random() < 0.5:
        values["needs"] = [chance.choice(_needs(edition))]
    family = Family(edition, language, Plan(values, seed, chance.random() < 0.15), at.year)
    lines: list[Line] = []
    told = chance.random() >= 0.6 or not stories
    changed = chance.random() < 0.75
    act: Line | None = Line("command", name="start")
    while act is not None and len(lines) < MOST_ACTS:
        talk.act(act)
        lines.append(act)
        if talk.c is None or talk.c.prompt is None:
            break
        path = talk.c.prompt.path
        if path == "offer" and chance.random() < 0.6:
            break  # the case is sent; the later questions are for others
        if path == "story" and not told:
            told, act = True, Line("text", chance.choice(stories))
        elif path == "review" and not changed:
            changed, act = True, Line("text", str(chance.randint(1, 6)))
        elif split(path)[0] in edition.questions and path != "story" and chance.random() < 0.12:
            act = _aside(language, chance)
        else:
            act = family.answer(talk.c, _rows(talk))
    heading = (f"# {language} {seed}", f"# at: {begins.isoformat()}")
    return record(edition, transcript.Script(heading, begins, tuple(lines)))


def _needs(edition: Edition) -> list[str]:
    """The needs that conditions speak of, so that these are met; else any."""
    conditions = [each.when for each in edition.questions.values() if each.when is not None]
    named = {text for when in conditions for _, text in literals(when.source)}
    every = edition.programme.needs
    return [need for need in every if need in named] or list(every)


def _aside(language: str, chance: Random) -> Line:
    """What people do instead of answering."""
    return chance.choice(
        (
            Line("text", UNCLEAR.get(language, UNCLEAR["en"])),
            Line("command", name="back"),
            Line("command", name="skip"),
            Line("wait", wait=timedelta(hours=26)),
            Line("attachment", name="photo"),
        )
    )


def _rows(talk: Talk) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The buttons of the open prompt."""
    visit = talk.c.prompt.visit if talk.c is not None and talk.c.prompt is not None else 0
    return next((m.rows for m in reversed(talk.chat.messages) if m.visit == visit), ())


def main() -> None:
    """Record all of them."""
    edition = load_edition()
    FOLDER.mkdir(exist_ok=True)
    for language in ("lv", "ru", "en"):
        told = stories(language)
        talks_ = [made_up(edition, language, seed, BEGINS, told) for seed in range(1, EACH + 1)]
        (FOLDER / f"{language}.txt").write_text("\n".join(talks_), "utf-8")
        print(f"{language}: {len(talks_)} talks")


if __name__ == "__main__":
    main()
