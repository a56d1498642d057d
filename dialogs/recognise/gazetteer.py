"""The index of Latvian place names: every form of every name, ready for one lookup a word.

Built once from ``gazetteer.yaml`` and ``municipalities.yaml``; the caller keeps it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from functools import partial
from typing import Any, Literal

from msgspec import Struct

from dialogs.programme.geography import (
    Geography,
    load_geography,
    names_list,
)
from dialogs.programme.lists import ListFault, read_programme_yaml
from dialogs.recognise.cases import (
    latgalian_forms,
    latvian_forms,
    russian_adjective_forms,
    russian_forms,
)
from dialogs.recognise.fold import FORMS, Remembered, fold, squash

Kind = Literal["city", "novads", "town", "parish", "village", "former", "region"]
Role = Literal["name", "genitive", "adjective", "parish"]

_RANK = {"region": 0, "city": 1, "novads": 2, "town": 2, "former": 3, "village": 4, "parish": 4}

# Where Latgalian is spoken; Madona because of Varakļāni.
_LATGALE = frozenset(
    ("LV-DGV", "LV-REZ", "LV-111", "LV-015", "LV-047", "LV-056", "LV-058", "LV-073", "LV-077",
     "LV-059")
)  # fmt: skip


class Place(Struct, frozen=True):
    """A name with the municipalities it may lie in. ``genitive`` is folded ("smiltenes")."""

    name: str
    kind: Kind
    iso: tuple[str, ...]
    genitive: str

    @property
    def rank(self) -> int:
        """Smaller is better known."""
        return _RANK[self.kind]


class Form(Struct, frozen=True):
    """One form of a place's name. ``written`` are its spellings in small letters.

    ``role``: a name in any case; a genitive that is no other case; a Russian adjective; the
    genitive of a parish without a village of that name. The last two need a word such as
    "край" or "pagasts" beside them.
    """

    written: frozenset[str]
    place: Place
    role: Role


class Gazetteer(Struct, frozen=True):
    """All names by form. Latin keys are folded, Cyrillic ones as written with "е" for "ё".

    ``begins`` says whether a word in small letters may begin a name, ``resembles`` whether it may
    do so read loosely. ``loose`` is keyed by squashed forms; ``units`` and ``parishes`` by folded
    genitive. ``ordinary`` are forms that are ordinary words too. ``around`` gives the municipality
    round a city of another name. ``spellings`` are what mistyped answers are compared with: all
    forms of towns, the nominatives of villages.
    """

    geography: Geography
    latin: Mapping[str, tuple[Form, ...]]
    cyrillic: Mapping[str, tuple[Form, ...]]
    loose: Mapping[str, tuple[Form, ...]]
    pair_heads: frozenset[str]
    begins: Remembered[bool]
    resembles: Remembered[bool]
    units: Mapping[str, Place]
    parishes: Mapping[str, Place]
    ordinary: frozenset[str]
    around: Mapping[str, str]
    spellings: tuple[str, ...]


def _join(first: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return first + tuple(code for code in more if code not in first)


def _units(geography: Geography) -> dict[str, Place]:
    """Current and former units by the folded first part of their name, the current first."""
    units: dict[str, Place] = {}
    for municipality in geography.municipalities.values():
        if municipality.kind == "novads":
            genitive = fold(municipality.names.lv.removesuffix(" novads"))
            units[genitive] = Place(municipality.names.lv, "novads", (municipality.code,), genitive)
    for name, codes in geography.former.items():
        genitive = fold(name.removesuffix(" novads"))
        if name.endswith(" novads") and genitive not in units:
            units[genitive] = Place(name, "former", codes, genitive)
    return units


def _named_places(
    data: Mapping[str, Any], units: Mapping[str, Place], geography: Geography
) -> list[tuple[Place, str]]:
    """Towns, villages and nicknames with their Russian names, one Place for one name."""
    found: dict[tuple[str, str], tuple[Place, str]] = {}
    for code, row in data["places"].items():
        for group in ("towns", "villages"):
            for latvian, russian in names_list(row.get(group, "")):
                genitive = fold(latvian_forms(latvian)[0])
                kind: Kind = "town" if group == "towns" else "village"
                if geography.municipalities[code].kind == "city" and kind == "town":
                    kind = "city"
                known = found.get((latvian, group))
                codes = _join(known[0].iso if known else (), (code,))
                found[latvian, group] = Place(latvian, kind, codes, genitive), russian
    places = []
    for named, russian in found.values():
        place = named
        unit = units.get(place.genitive)
        if unit is not None and (place.kind == "city" or len(unit.iso) > 1):
            # A city beside a municipality of the same name, or a former unit that was split.
            place = Place(place.name, place.kind, _join(place.iso, unit.iso), place.genitive)
        places.append((place, russian))
    for row in data["nicknames"]:
        codes = tuple(row["codes"].split())
        meant = geography.municipalities[codes[0]]
        for latvian, russian in names_list(row["names"]):
            whole = f"{latvian[:-1]}as novads" == meant.names.lv
            name = latvian if whole else meant.names.lv
            place = Place(name, meant.kind, codes, fold(latvian_forms(latvian)[0]))
            places.append((place, f"{latvian}/{russian}"))
    for region in geography.regions.values():
        for latvian, russian in region.spoken:
            # "Латгалия" is called Latgale; "Pierīga" keeps its own name.
            usual = region.spoken[0][0]
            name = usual if usual.startswith(latvian[:4]) else latvian
            place = Place(name, "region", (), fold(latvian_forms(latvian)[0]))
            places.append((place, f"{latvian}/{russian}"))
    return places


def _parishes(data: Mapping[str, Any]) -> dict[str, Place]:
    """Parishes by the folded first part of their name; two codes where two share it."""
    parishes: dict[str, Place] = {}
    for code, row in data["places"].items():
        for name in row.get("parishes", "").split(","):
            genitive = fold(name.strip())
            if genitive:
                known = parishes.get(genitive)
                codes = _join(known.iso if known else (), (code,))
                parishes[genitive] = Place(f"{name.strip()} pagasts", "parish", codes, genitive)
    return parishes


def _begins(
    latin: Container[str], cyrillic: Container[str], heads: Container[str], lower: str
) -> bool:
    folded, _, script, _ = FORMS[lower]
    if script == "cyrillic":
        return lower in cyrillic or "ё" in lower
    return folded in latin or folded in heads


def _resembles(loose: Container[str], heads: Container[str], lower: str) -> bool:
    folded, _, script, _ = FORMS[lower]
    key = lower.replace("ё", "е") if script == "cyrillic" else folded
    return key in heads or squash(folded) in loose


_NO_UNIT = "no municipality has this code; take one of municipalities.yaml"


def load_gazetteer() -> Gazetteer:
    """Builds the index from the shipped data, about a fifth of a second; keep the result."""
    geography = load_geography()
    data = read_programme_yaml("gazetteer.yaml")
    for code in data["places"]:
        if code not in geography.municipalities:
            raise ListFault.under("gazetteer.yaml", ("places", code), f"{code!r}: {_NO_UNIT}")
    units = _units(geography)
    parishes = _parishes(data)

    latin: dict[str, list[Form]] = {}
    cyrillic: dict[str, list[Form]] = {}
    loose: dict[str, list[Form]] = {}
    pair_heads: set[str] = set()
    spellings: set[str] = set()
    ordinary = frozenset(f"{data['ordinary']['latin']} {data['ordinary']['cyrillic']}".split())

    def add(index: dict[str, list[Form]], key: str, written: str, place: Place, role: Role) -> None:
        forms = index.setdefault(key, [])
        for at, known in enumerate(forms):
            if known.place == place:
                # "talsu" is a genitive only where it is not the accusative of the same name.
                both = known.role if known.role == role else "name"
                forms[at] = Form(known.written | {written}, place, both)
                return
        forms.append(Form(frozenset((written,)), place, role))

    for place, aliases in _named_places(data, units, geography):
        nickname, _, russian = aliases.rpartition("/")
        own = nickname or place.name
        spellings.add(fold(own))
        if " " in own:
            for form in latvian_forms(own)[1]:
                add(latin, fold(form), form, place, "name")
            for form in russian_forms(russian):
                add(cyrillic, form, form, place, "name")
            pair_heads.update((fold(own).split()[0], russian.lower().split()[0]))
            continue
        genitive, forms = latvian_forms(own)
        if any(code in _LATGALE for code in place.iso) or place.name == "Latgale":
            forms |= latgalian_forms(own)
        if place.rank < 4 and own == place.name:
            spellings.update(fold(form) for form in forms)
            spellings.update(russian_forms(russian))
        for form in forms:
            # "Daugavpils" is nominative and genitive alike, so nothing follows from it.
            role: Role = "genitive" if form == genitive != own.lower() else "name"
            add(latin, fold(form), form, place, role)
            if len(form) > 4:
                add(loose, squash(fold(form)), form, place, role)
        for form in russian_forms(russian):
            add(cyrillic, form, form, place, "name")
            if place.rank < 4 and len(form) > 4 and fold(form) not in ordinary:
                add(latin, fold(form), form, place, "name")
                add(loose, squash(fold(form)), form, place, "name")
        spellings.add(russian.lower())
        whole = place.rank < 4 or place.genitive in units
        for form in russian_adjective_forms(russian, whole):
            add(cyrillic, form, form, place, "adjective")
            if whole:
                add(latin, fold(form), form, place, "adjective")
    for genitive, place in (*parishes.items(), *units.items()):
        if genitive not in latin:
            add(latin, genitive, genitive, place, "parish")

    def frozen(index: dict[str, list[Form]]) -> dict[str, tuple[Form, ...]]:
        return {
            key: tuple(sorted(forms, key=lambda form: form.place.rank))
            for key, forms in index.items()
        }

    return Gazetteer(
        geography=geography,
        latin=frozen(latin),
        cyrillic=frozen(cyrillic),
        loose=frozen(loose),
        pair_heads=frozenset(pair_heads),
        begins=Remembered(partial(_begins, latin, cyrillic, pair_heads)),
        resembles=Remembered(partial(_resembles, loose, pair_heads)),
        units=units,
        parishes=parishes,
        ordinary=ordinary,
        around=data["around"],
        spellings=tuple(sorted(spellings)),
    )
