"""A fault of a script or a text file, told to its author with its place and a remedy.

What is wrong and what to do stands in ``texts/faults.yaml``, one entry a code, translated like
every other text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from msgspec import Struct
from rapidfuzz import process

MEANT = 70
"""Likeness (0 to 100) from which another word is offered: one slip in a word of four letters."""


WORDS = frozenset({"left", "right", "type"})
"""Arguments that may name a word of ``faults.yaml`` by a leading ``@``."""


class Translator(Protocol):
    """What rendering needs of :class:`dialogs.texts.Texts`."""

    def say(self, language: str, name: str, /, **args: object) -> str:
        """The text of this name in this language."""


class Fault(Struct, frozen=True):
    """One fault: ``line`` and ``column`` count from 1 and are 0 where a whole file is meant.

    ``args`` fill the placeholders of the code's texts; ``meant`` among them is a word that may
    have been intended.
    """

    file: str
    line: int
    column: int
    code: str
    args: dict[str, str | int] = {}

    def render(self, texts: Translator, language: str) -> str:
        """``file:line:column: code: message. remedy`` in this language."""
        args = {
            key: texts.say(language, f"faults:word.{value[1:]}")
            if key in WORDS and isinstance(value, str) and value.startswith("@")
            else " ".join(str(value).split())
            for key, value in self.args.items()
        }
        message = texts.say(language, f"faults:{self.code}.message", **args)
        remedy = texts.say(language, f"faults:{self.code}.remedy", **args)
        if "meant" in self.args:
            remedy = texts.say(language, "faults:word.meant", **args) + " " + remedy
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.code}: {message} {remedy}"


def meant(word: str, known: Iterable[str]) -> dict[str, str | int]:
    """``{"meant": known word}`` if one is much like this word, else nothing."""
    found = process.extractOne(word, list(known), score_cutoff=MEANT)
    return {"meant": found[0]} if found else {}
