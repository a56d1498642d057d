"""The intake every peer asks: texts, options, validation, summary; where it runs."""

from __future__ import annotations

import os
import re
from typing import Any, Literal

from msgspec import Struct

TOKEN = os.environ.get("BENCH_TOKEN", "42:TEST")
API = os.environ.get("BENCH_API", "http://127.0.0.1:8081")
PORT = int(os.environ.get("BENCH_PORT", "9000"))
COORDINATOR = int(os.environ.get("BENCH_COORDINATOR", "5001"))
TUNED = os.environ.get("BENCH_TUNED", "") == "1"
STORE = os.environ.get("BENCH_STORE", "")
WEBHOOK = f"http://127.0.0.1:{PORT}/webhook"

Row = list[tuple[str, str]]


class Question(Struct, frozen=True):
    """One question."""

    key: str
    label: str
    prompt: str
    kind: Literal["text", "number", "phone", "choice", "many"] = "text"
    options: tuple[str, ...] = ()
    error: str = "Sorry, I did not understand. Please try again."

    def read(self, text: str) -> str | int | None:
        """The value of an answer; None if it is none."""
        text = text.strip()
        if self.kind == "number":
            return int(text) if text.isdigit() and int(text) < 130 else None
        if self.kind == "phone":
            return text if re.fullmatch(r"\+?[0-9 ()-]{7,20}", text) else None
        return text if 0 < len(text) <= 500 else None


QUESTIONS = (
    Question("name", "Name", "Welcome! What is your full name?"),
    Question("age", "Age", "How old are you?", "number", error="Please send a number."),
    Question("country", "Country", "Which country do you live in?", "choice",
             ("Kenya", "Uganda", "Tanzania", "Rwanda", "Ethiopia", "Other")),
    Question("city", "City", "Which city do you live in?"),
    Question("phone", "Phone", "What is your phone number?", "phone",
             error="Please send a phone number."),
    Question("language", "Language", "Which language do you prefer?", "choice",
             ("English", "Swahili", "French", "Arabic")),
    Question("children", "Children", "How many children live with you?", "number",
             error="Please send a number."),
    Question("housing", "Housing", "Where do you live now?", "choice",
             ("Own home", "Rented", "Family", "Shelter")),
    Question("work", "Work", "Do you work?", "choice", ("Full time", "Part time", "Looking", "No")),
    Question("barriers", "Barriers", "What keeps you from work or school? Choose all that apply.",
             "many", ("Transport", "Childcare", "Language", "Health", "Papers", "Money")),
    Question("time", "Best time", "When is the best time to call?", "choice",
             ("Morning", "Afternoon", "Evening")),
    Question("notes", "Notes", "Anything else we should know?"),
)  # fmt: skip
DONE = "Done"
CONFIRM = "Confirm"
RESTART = "Start over"
THANKS = "Thank you! A coordinator will call you."
CONFIRM_ROWS: list[Row] = [[(CONFIRM, "confirm:yes"), (RESTART, "confirm:no")]]


def summary(data: dict[str, Any]) -> str:
    """All answers, a line each."""

    def shown(value: Any) -> str:
        return ", ".join(value) if isinstance(value, list) else str(value)

    return "\n".join(f"{q.label}: {shown(data.get(q.key, '-'))}" for q in QUESTIONS)


def review(data: dict[str, Any]) -> str:
    """What is confirmed."""
    return "Is this right?\n\n" + summary(data)


def rows(question: Question, chosen: list[str]) -> list[Row]:
    """Buttons as (label, data), one a row; none for what is typed."""
    if question.kind not in ("choice", "many"):
        return []
    found = [
        [(f"✅ {option}" if option in chosen else option, f"{question.key}:{n}")]
        for n, option in enumerate(question.options)
    ]
    return [*found, [(DONE, f"{question.key}:done")]] if question.kind == "many" else found


def toggled(question: Question, chosen: list[str], n: int) -> list[str]:
    """The choices with one of them in or out."""
    changed = set(chosen) ^ {question.options[n]}
    return [option for option in question.options if option in changed]
