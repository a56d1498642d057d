"""The index of country and city names outside Latvia, in all their cases.

Four sources: ``countries.yaml`` (what people call the countries they live in), ``cities.yaml``
(cities of the diaspora in Latvian and Russian), CLDR's names of all territories (package Babel),
and ``cities.tsv`` (derived from GeoNames, CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from itertools import islice
from math import sqrt
from typing import Literal

from babel import Locale
from msgspec import Struct

from dialogs.programme.geography import names_list, read_programme_yaml
from dialogs.recognise.cases import latvian_forms, russian_forms
from dialogs.recognise.fold import FORMS, Remembered, fold, has_cyrillic, squash

Source = Literal["everyday", "city", "cldr"]


class CountryName(Struct, frozen=True):
    """What one form may mean: codes, likeliest first, each with its likelihood."""

    codes: tuple[str, ...]
    weights: tuple[float, ...]
    source: Source


class Atlas(Struct, frozen=True):
    """Names by key: folded words (Cyrillic as written) joined by single blanks.

    ``loose`` holds everyday names by squashed key ("shvecija"). ``heads`` gives for the first
    word of a longer name how many words it may have; ``begins`` says whether a word in small
    letters may begin a name. ``everyday`` are the nominatives that
    mistyped answers are compared with.
    """

    names: Mapping[str, CountryName]
    loose: Mapping[str, CountryName]
    heads: Mapping[str, int]
    begins: Remembered[bool]
    ordinary: frozenset[str]
    everyday: tuple[str, ...]


def key_of(text: str) -> str:
    """The key of a name or form: "Новая Зеландия" as "новая зеландия", "Īrija" as "irija"."""
    plain = text.replace("-", " ").replace(".", "")
    return plain.lower().replace("ё", "е") if has_cyrillic(plain) else fold(plain)


def _forms(name: str, language: str) -> Iterable[str]:
    """All case forms of a name; in a name of several words only the last one bends."""
    first, _, last = name.strip().rpartition(" ")
    lead = first + " " if first else ""
    if language == "ru":
        return (lead + form for form in (last, *russian_forms(last)))
    if language == "lv":
        forms = latvian_forms(last)[1]
        if last.endswith("ija"):  # Latgalian: Anglija is Angleja, Īrija is Eireja or Īreja
            forms |= latvian_forms(last.removesuffix("ija") + "eja")[1]
        return (lead + form for form in forms)
    if last[-1:].lower() in "aeiouy":
        return (lead + last, *(lead + form for form in latvian_forms(last)[1]))
    # Foreign names take Latvian endings as they are: "Leedsā", "no Peterboroughas".
    return (lead + last + end for end in ("", "a", "as", "ai", "u", "ā", "s"))


def _names(row: Mapping[str, str], language: str) -> list[str]:
    return [name.strip() for name in str(row.get(language, "")).split(",") if name.strip()]


_LISTED = 10_000.0
"""Likelihood of a city in ``cities.yaml``: above any that is merely in ``cities.tsv``."""


def load_atlas() -> Atlas:
    """Builds the index from the shipped data; the caller keeps it."""
    data = read_programme_yaml("countries.yaml")
    scores: dict[str, dict[str, float]] = {}
    sources: dict[str, Source] = {}
    everyday: set[str] = set()
    never = frozenset(str(data["never"]).split())
    diaspora = {code: float(row["diaspora"]) for code, row in data["countries"].items()}

    def add(form: str, code: str, weight: float, source: Source) -> None:
        key = key_of(form)
        if len(key) < 2 or key in never or sources.setdefault(key, source) != source:
            return  # a better source knows this form already
        known = scores.setdefault(key, {})
        known[code] = max(known.get(code, 0.0), weight)

    for code, row in data["countries"].items():
        for language in ("lv", "ru", "en"):
            for name in _names(row, language):
                everyday.add(key_of(name))
                forms = (name,) if language == "en" else _forms(name, language)
                for form in forms:
                    add(form, code, 1.0 + diaspora[code], "everyday")
                    if language == "ru" and len(form) > 4:
                        add(fold(form), code, 1.0, "everyday")
    for code, listed in read_programme_yaml("cities.yaml")["cities"].items():
        for names_of in names_list(listed):
            for name, language in zip(names_of, ("lv", "ru"), strict=True):
                for form in _forms(name, language) if name else ():
                    add(form, code, _LISTED + diaspora.get(code, 0.0), "city")
    text = resources.files("dialogs.programme").joinpath("cities.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        code, thousands, local, latvian, russian = line.split("\t")
        weight = (0.3 + diaspora.get(code, 0.0)) * sqrt(min(float(thousands), 2000.0))
        for listed, language in ((local, "en"), (latvian, "lv"), (russian, "ru")):
            for name in filter(None, listed.split(",")):
                for form in _forms(name, language):
                    add(form, code, weight, "city")
    for language in ("lv", "ru", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "EZ", "ZZ"):
                for form in _forms(name, language):
                    add(form, code, 0.1, "cldr")

    names: dict[str, CountryName] = {}
    heads: dict[str, int] = {}
    for key, known in scores.items():
        ranked = sorted(known, key=lambda code: -known[code])
        best = tuple(islice(ranked, 4))
        names[key] = CountryName(best, tuple(known[code] for code in best), sources[key])
        words = key.split()
        if len(words) > 1:
            heads[words[0]] = max(heads.get(words[0], 1), min(len(words), 4))
    ordinary = frozenset(str(data["ordinary"]).split())
    spelled = tuple(sorted(name for name in everyday if len(name) > 3))
    loose = {
        squash(key): name
        for key, name in names.items()
        if name.source == "everyday" and len(key) > 4 and key.isascii() and " " not in key
    }

    def begins(lower: str) -> bool:
        folded, _, script, _ = FORMS[lower]
        key = lower.replace("ё", "е") if script == "cyrillic" else folded
        return script != "digit" and (key in names or key in heads)

    return Atlas(names, loose, heads, Remembered(begins), ordinary, spelled)
