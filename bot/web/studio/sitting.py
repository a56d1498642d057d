"""One request of a script admin."""

from __future__ import annotations

from msgspec import Struct

from bot.web.pages import Ask
from storage.staff import Person


class Sitting(Struct, frozen=True):
    """One request of a script admin: what was asked, who asks, in which language."""

    ask: Ask
    person: Person
    token: str

    @property
    def who(self) -> str:
        """The admin's id."""
        return self.person.staff.id

    @property
    def language(self) -> str:
        """The language of the pages."""
        return self.person.staff.language

    @property
    def version(self) -> int:
        """The version of the draft that the sent form was drawn for."""
        return number(self.ask.field("version", 12))

    @property
    def redraws(self) -> bool:
        """Whether the form was sent only to be drawn anew: with other pickers, another language."""
        again = self.ask.field("do", 10) in ("refresh", "more") or self.ask.field("also", 3)
        return self.ask.request.method == "POST" and bool(again)


def number(text: str) -> int:
    """A whole number of a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
