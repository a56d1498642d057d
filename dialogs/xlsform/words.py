"""Texts and ids of a questionnaire as a script wants them."""

from __future__ import annotations

import re
from collections.abc import Container

from dialogs.conditions import RESERVED
from dialogs.limits import BUTTON, TITLE
from dialogs.programme.facts import KNOWN, PROGRAMME_VALUES
from dialogs.recognise.fold import fold
from dialogs.wording import cut

LONGEST_ID, LONGEST_CHOICE = 40, 25
LONGEST_TEXT = 1200

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKS = re.compile(r"\*\*|__|^#{1,6}\s+", re.MULTILINE)
_PIPED = re.compile(r"\$\{[^}]*\}")
_NOT_ID = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """A label without markup and without the answers it repeats (``${name}`` becomes "…")."""
    text = _PIPED.sub("…", text)
    text = _MARKS.sub("", _TAG.sub("", text))
    return text.replace("{", "(").replace("}", ")").strip()


def pipes(text: str) -> bool:
    """Whether a label repeats an answer."""
    return bool(_PIPED.search(text))


def paragraph(text: str) -> str:
    """A label as a text of a message, in which ``<`` and ``&`` are written as entities."""
    said = plain(text)[:LONGEST_TEXT]
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def title(text: str) -> str:
    """A label as the name of a line in the review."""
    return cut(_bare(text).rstrip(" ?:."), TITLE)


def button(text: str) -> str:
    """A label as it fits a button."""
    return cut(_bare(text), BUTTON)


def _bare(text: str) -> str:
    return " ".join(plain(text).replace("<", "‹").replace(">", "›").split())


def section_id(name: str, taken: Container[str]) -> str:
    """An id like this name that no other section has."""
    own = _NOT_ID.sub("_", fold(name)).strip("_") or "section"
    return _free(own if own[0].isalpha() else f"s_{own}", LONGEST_ID, taken)


def question_id(name: str, taken: Container[str]) -> str:
    """An id like this name that no other question has and that means nothing else."""
    own = _NOT_ID.sub("_", fold(name)).strip("_") or "question"
    if not own[0].isalpha():
        own = f"q_{own}"
    if own in RESERVED or own in KNOWN or own in PROGRAMME_VALUES or own.startswith("answered_"):
        own = f"q_{own}"
    return _free(own, LONGEST_ID, taken)


def choice_id(name: str, taken: Container[str]) -> str:
    """An id like this name that no other choice of its list has."""
    return _free(_NOT_ID.sub("_", fold(name)).strip("_") or "choice", LONGEST_CHOICE, taken)


def _free(own: str, longest: int, taken: Container[str]) -> str:
    own = own[:longest].rstrip("_")
    found, number = own, 1
    while found in taken:
        number += 1
        found = f"{own[: longest - len(str(number)) - 1]}_{number}"
    return found
