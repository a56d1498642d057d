"""The programme's map: planning regions, municipalities, former municipalities.

The planning region decides which coordinator a family gets. Figures and borders: Cabinet
Regulations No. 418 of 22 June 2021 and the merger of Varakļānu novads into Madonas novads on
1 July 2025. The data is in ``regions.yaml`` and ``municipalities.yaml`` beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from dialogs.programme.lists import read_programme_yaml

Language = Literal["lv", "ru", "en"]


class Names(Struct, frozen=True):
    """A name in the nominative in the three languages of the programme."""

    lv: str
    ru: str
    en: str

    def of(self, language: str) -> str:
        """The name in a language; Latvian for any other than "ru" and "en"."""
        return self.ru if language == "ru" else self.en if language == "en" else self.lv


class Region(Struct, frozen=True):
    """A planning region. ``spoken`` are (Latvian, Russian) names people use for it."""

    id: str
    names: Names
    spoken: tuple[tuple[str, str], ...]


class Municipality(Struct, frozen=True):
    """A current municipality by its ISO 3166-2 code.

    ``centre`` is the town where its offices are, which may lie outside it (Jelgava).
    """

    code: str
    kind: Literal["city", "novads"]
    region: str
    names: Names
    centre: str


class Geography(Struct, frozen=True):
    """Regions and municipalities by id and code, in the order of the data."""

    regions: Mapping[str, Region]
    municipalities: Mapping[str, Municipality]
    former: Mapping[str, tuple[str, ...]]
    """Unit of 2009-2021 ("Alojas novads") to the codes that hold it now; two where split."""

    def region_of(self, code: str) -> str:
        """The id of the planning region of a municipality code. KeyError if it is unknown."""
        return self.municipalities[code].region

    def place_names(self, code: str) -> Names:
        """The names of a municipality or, for a region id, of the region. KeyError if unknown."""
        if code in self.regions:
            return self.regions[code].names
        return self.municipalities[code].names

    def current(self, unit: str) -> tuple[str, ...]:
        """The codes of the present municipalities of a unit of any time.

        Takes a current or former name in Latvian ("Ogres novads", "Alojas novads") or a code;
        gives () when it is unknown and two codes when the unit was split.
        """
        if unit in self.municipalities:
            return (unit,)
        for municipality in self.municipalities.values():
            if municipality.names.lv == unit:
                return (municipality.code,)
        return self.former.get(unit, ())

    def region_by_name(self, name: str) -> str | None:
        """The region id for an everyday Latvian name ("Kurzeme"), as in a region PlaceFound."""
        for region in self.regions.values():
            if any(name == latvian for latvian, _ in region.spoken):
                return region.id
        return None


def names_list(text: str) -> tuple[tuple[str, str], ...]:
    """Reads "Aloja/Алоя, Ainaži/Айнажи" as pairs; without a slash both names are the same."""
    pairs = (item.partition("/") for item in text.split(",") if item.strip())
    return tuple((first.strip(), (second or first).strip()) for first, _, second in pairs)


def load_geography() -> Geography:
    """Reads the shipped map. The caller keeps it; every call reads the files again."""
    regions = {
        row["id"]: Region(
            row["id"], Names(row["lv"], row["ru"], row["en"]), names_list(row["spoken"])
        )
        for row in read_programme_yaml("regions.yaml")["regions"]
    }
    data = read_programme_yaml("municipalities.yaml")
    municipalities = {
        row["code"]: Municipality(
            row["code"],
            row["kind"],
            row["region"],
            Names(row["lv"], row["ru"], row["en"]),
            row["centre"],
        )
        for row in data["municipalities"]
    }
    former = {unit: tuple(codes.split()) for unit, codes in data["former"].items()}
    return Geography(regions, municipalities, former)
