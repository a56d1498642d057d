"""What the recogniser gives: plain frozen values, each with the words that led to it.

Every reading is a *proposal*: the family confirms it before it counts as an answer.
Offsets are character positions in the text that was given, end exclusive.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Span(Struct, frozen=True):
    """A stretch of the text: ``text[start:end]``."""

    start: int
    end: int


class PlaceFound(Struct, frozen=True):
    """One place in Latvia, as named.

    ``iso`` holds the ISO 3166-2 codes it may mean, likeliest first; more than one asks for
    a clarifying question. ``name`` is the standard Latvian spelling in the nominative, for
    example "Smiltene"; ``near`` says the family wrote "near", "around", "or thereabouts".
    """

    iso: tuple[str, ...]
    name: str
    kind: Literal["city", "novads", "town", "parish", "village", "former", "region"]
    span: Span
    near: bool = False


class PlaceReading(Struct, frozen=True):
    """The places a text names as a destination, in order, without those it rules out."""

    places: tuple[PlaceFound, ...] = ()
    undecided: bool = False


class CountryFound(Struct, frozen=True):
    """A country by ISO 3166-1 alpha-2 code; ``sure`` is false below a clear margin."""

    code: str
    span: Span
    sure: bool = True


class WhenReading(Struct, frozen=True):
    """When the family moves or moved, never more exact than it was said.

    ``start`` and ``end`` are "YYYY-MM", both inclusive; None where nothing was said.
    """

    status: Literal["planned", "asap", "thinking", "already_back"]
    start: str | None
    end: str | None
    precision: Literal["day", "month", "season", "year", "range", "none"]
    span: Span


class ChildFound(Struct, frozen=True):
    """One child who will move. ``years`` is the range of possible birth years, inclusive.

    ``certain`` is false when the years follow from a guess ("starts school next year").
    ``rank`` is what the family called the child where no year is known.
    """

    years: tuple[int, int] | None = None
    certain: bool = True
    rank: Literal["eldest", "middle", "youngest", ""] = ""
    latvian: Literal["none", "understands", "speaks", "writes", ""] = ""
    stage: Literal["home", "kindergarten", "school", ""] = ""


class AdultFound(Struct, frozen=True):
    """One adult. ``who`` is the writer or the partner; ``trade`` the family's own words."""

    who: Literal["writer", "partner"]
    trade: str = ""
    age: int | None = None
    plan: Literal["job", "remote", "business", "study", "pension", "none", ""] = ""


class HouseholdReading(Struct, frozen=True):
    """Who will move. ``children`` is None when nothing was said, () when there are none."""

    adults: int | None = None
    children: tuple[ChildFound, ...] | None = None
    people: tuple[AdultFound, ...] = ()


class NeedFound(Struct, frozen=True):
    """A need of ``needs.yaml`` with the family's own words (one clause, trimmed).

    ``stated`` needs were said; the others are merely inferred from circumstances.
    ``weight`` orders them, the clearest and most pressing first.
    """

    id: str
    words: str
    stated: bool
    weight: float


class SensitiveFound(Struct, frozen=True):
    """Something that must not be stored, to be cut out of the text before storage."""

    kind: Literal[
        "personal_code", "document_number", "health", "pregnancy", "debt_amount", "income",
        "child_name", "phone", "email", "address", "origin", "status", "military",
    ]
    span: Span


class Alarm(Struct, frozen=True):
    """Something that cannot wait.

    danger: plain danger to somebody now; homeless: nowhere to stay now; out_of_school: a child
    of compulsory age is without a school place; unclear: words that may mean danger, ask once.
    """

    kind: Literal["danger", "homeless", "out_of_school", "unclear"]
    span: Span


class Understanding(Struct, frozen=True):
    """Everything read in one text, for confirmation in one message."""

    status: Literal["abroad", "domestic", "back", ""] = ""
    country: CountryFound | None = None
    home: PlaceReading = PlaceReading()
    place: PlaceReading = PlaceReading()
    when: WhenReading | None = None
    household: HouseholdReading = HouseholdReading()
    needs: tuple[NeedFound, ...] = ()
    questions: tuple[str, ...] = ()
    language: Literal["lv", "ru", "en", ""] = ""
