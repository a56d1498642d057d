"""A conversation on one sheet: its intake judged, in the words of the review and the card."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from dialogs import wording
from dialogs.conversation import Answer, Conversation
from dialogs.edition import Edition
from dialogs.programme.assessment import Assessment, assess
from dialogs.programme.card import Line, Review, review
from dialogs.programme.facts import KNOWN, intake_of
from dialogs.programme.intake import Extra, Intake
from dialogs.programme.routing import Route, route
from dialogs.programme.sentences import Sheet, short_places
from dialogs.programme.workdays import in_latvia
from dialogs.values import value_text

NOTE_ORDER = ("status", "country", "home", "place", "time", "back_since", "children", "child_year",
              "adults", "age_band")  # fmt: skip
"""The order of lines in the note of what was understood: where, whereto, when, who."""


Reader = Literal["coordinator", "municipality"]
"""Who reads a case: the roles that a script's ``seen_by`` names."""


class Judgement(Struct, frozen=True):
    """What follows from a conversation: the intake, its route, what is concluded."""

    intake: Intake
    route: Route
    assessment: Assessment


def judged(edition: Edition, c: Conversation, now: datetime) -> Judgement:
    """Route and assess the conversation as it stands (``now`` aware UTC)."""
    return judge(edition, intake_of(c), now)


def judge(edition: Edition, intake: Intake, now: datetime) -> Judgement:
    """Route and assess an intake."""
    programme = edition.programme
    way = route(intake, programme.geography)
    today = in_latvia(now).date()
    rules = programme.rules.on(today)
    return Judgement(intake, way, assess(intake, way, rules, today, programme.needs))


def sheet_of(edition: Edition, c: Conversation, language: str, now: datetime) -> Sheet:
    """The sheet of a conversation for a reader of this language."""
    return sheet(edition, judge(edition, told(edition, c, language), now), language)


def told(
    edition: Edition, c: Conversation, language: str, reader: Reader = "coordinator"
) -> Intake:
    """What a reader is told of a conversation: its facts and the script's own answers."""
    seen = seen_by(edition, c, reader)
    return msgspec.structs.replace(intake_of(seen), extra=extra_of(edition, seen, language))


def seen_by(edition: Edition, c: Conversation, reader: Reader) -> Conversation:
    """The conversation without the answers that the script does not show to this reader.

    What the script keeps with the talk only (``retention: talk``) is on nobody's case.
    """

    def visible(path: str) -> bool:
        compiled = edition.questions.get(path.partition("@")[0])
        if compiled is None:
            return True
        readers = compiled.question.seen_by or compiled.section.seen_by
        kept = compiled.question.retention or compiled.section.retention
        return reader in readers and kept == "case"

    if all(map(visible, c.answers)):
        return c
    kept = {path: answer for path, answer in c.answers.items() if visible(path)}
    return msgspec.structs.replace(c, answers=kept)


def sheet(edition: Edition, judgement: Judgement, language: str) -> Sheet:
    """The sheet of a judged intake."""
    return Sheet(
        judgement.intake,
        judgement.assessment,
        judgement.route,
        language,
        edition.texts,
        edition.programme.geography,
        edition.programme.needs,
    )


def extra_of(edition: Edition, c: Conversation, language: str) -> tuple[Extra, ...]:
    """Answers of questions that the programme does not know by id, in words."""
    found = []
    for path, answer in c.answers.items():
        question_id = path.partition("@")[0]
        if question_id in KNOWN or question_id not in edition.questions or answer.value is None:
            continue
        if edition.spec(question_id).kind == "note":
            continue
        title = edition.texts.say(language, edition.name(question_id, "title"))
        told = value_text(edition, path, answer.value, language, answer.raw)
        found.append((title, told, path))
    return tuple(found)


def review_of(edition: Edition, c: Conversation, now: datetime) -> Review:
    """The review's lines; which question each opens does not depend on the language."""
    return review(sheet_of(edition, c, c.language or "lv", now))


def understood(edition: Edition, c: Conversation, now: datetime) -> tuple[Line, ...]:
    """The lines of the note: only what the story said, in the order of ``NOTE_ORDER``."""
    of = sheet_of(edition, c, c.language or "lv", now)

    def known(path: str) -> bool:
        answer: Answer | None = c.answers.get(path)
        return answer is not None and answer.value is not None

    lines = [
        msgspec.structs.replace(line, text=_in_note(edition, of, c, line))
        for line in review(of).lines
        if line.paths
        and line.paths[0].partition("@")[0] in NOTE_ORDER
        and (known(line.paths[0]) or (line.paths[0].startswith("child_year@")))
    ]
    return tuple(sorted(lines, key=lambda line: NOTE_ORDER.index(line.paths[0].partition("@")[0])))


def _in_note(edition: Edition, of: Sheet, c: Conversation, line: Line) -> str:
    """A line's words in the note: what was said, before what follows from it."""
    path = line.paths[0]
    if path == "status" and of.intake.country:
        return wording.country(of.language, of.intake.country)
    if path == "place" and not c.answers[path].sure:
        return short_places(of)
    if path == "adults" and of.intake.adults and line.text != str(of.intake.adults):
        return f"{of.intake.adults} – {line.text}"
    year = c.answers.get(path)
    if path.startswith("child_year@") and (year is None or year.value is None):
        told = (of.value(f"child_{kind}" if kind == "latvian" else kind, value)
                for kind in ("latvian", "stage")
                if (value := _said(c, f"child_{kind}@{path.partition('@')[2]}")))  # fmt: skip
        return "; ".join((*told, edition.texts.say(of.language, "product:year_to_ask")))
    return line.text


def _said(c: Conversation, path: str) -> str:
    answer = c.answers.get(path)
    return str(answer.value) if answer is not None and answer.value else ""
