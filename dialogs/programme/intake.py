"""The finished set of answers, as the programme reads it: plain facts about one family."""

from __future__ import annotations

from msgspec import Struct


class Child(Struct, frozen=True, omit_defaults=True):
    """A child by birth year. ``sure`` is false while the year is a guess.

    ``stage``: home | kindergarten | school; ``grade`` 1-12 now or 0; ``latvian``: none |
    understands | speaks | writes; empty or None means not known.
    """

    item: str
    birth_year: int | None = None
    sure: bool = True
    rank: str = ""
    stage: str = ""
    grade: int = 0
    latvian: str = ""


class Adult(Struct, frozen=True, omit_defaults=True):
    """An adult: own words on the trade; plan: job | remote | business | study | pension | none;
    latvian: none | basic | fluent."""

    item: str
    trade: str = ""
    plan: str = ""
    latvian: str = ""
    partner: bool = False


class Need(Struct, frozen=True, omit_defaults=True):
    """A need by id, the words that led to it, and its rank among the top three (0: not top)."""

    id: str
    words: str = ""
    top: int = 0


class Place(Struct, frozen=True, omit_defaults=True):
    """A place in Latvia: ISO code of the municipality (or "" with ``region``), name as told.

    ``sure`` is false while the name may mean another municipality too; ``iso`` is the likeliest.
    """

    iso: str
    name: str
    near: bool = False
    region: str = ""
    sure: bool = True


class When(Struct, frozen=True, omit_defaults=True):
    """When they move: status planned | asap | thinking | already_back; "YYYY-MM" bounds.

    "asap" has bounds where "within three months" was said, none where "as soon as possible" was.
    """

    status: str
    start: str = ""
    end: str = ""
    precision: str = "none"
    words: str = ""

    @property
    def at_once(self) -> bool:
        """Whether they move as soon as possible, with no month named."""
        return self.status == "asap" and not self.end


class Contact(Struct, frozen=True, omit_defaults=True):
    """How to answer: chat | phone | email | call; value; hours as local start and end hour."""

    way: str
    value: str = ""
    hours: tuple[int, int] | None = None


Extra = tuple[str, str, str]
"""An answer of a question the programme does not know: title, text, path of the question."""


class Intake(Struct, frozen=True, omit_defaults=True):
    """One family's answers. ``skipped`` are question ids passed over; ``extra`` the answers of
    questions the programme's own code does not know. ``removed`` counts places
    cut from the story before storage. ``alarm``: "" | danger | homeless | out_of_school | unclear.
    """

    language: str
    status: str = ""
    country: str = ""
    home: str = ""
    last_home: str = ""
    places: tuple[Place, ...] = ()
    radius: str = ""
    copy_allowed: bool | None = None
    when: When | None = None
    adults: int | None = None
    age_band: str = ""
    people: tuple[Adult, ...] = ()
    children: tuple[Child, ...] | None = None
    needs: tuple[Need, ...] = ()
    questions: tuple[str, ...] = ()
    story: tuple[str, ...] = ()
    removed: int = 0
    contact: Contact | None = None
    call_asked: bool = False
    already_asked: str = ""
    permits: str = ""
    child_papers: str = ""
    local_tie: str = ""
    skipped: tuple[str, ...] = ()
    extra: tuple[Extra, ...] = ()
    alarm: str = ""
