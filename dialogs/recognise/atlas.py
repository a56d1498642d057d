"""The index of country and city names outside Latvia, in all their cases.

Four sources: ``countries.yaml`` (what people call the countries they live in), ``cities.yaml``
(cities of the diaspora in Latvian and Russian), CLDR's names of all territories (package Babel),
and ``cities.tsv`` (derived from GeoNames, CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import sqrt
from typing import Literal

from babel import Locale
from msgspec import Struct

from dialogs.programme.geography import names_list
from dialogs.programme.lists import ListFault, read_programme_yaml, read_text
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
    word of a longer name those that may follow it; ``begins`` says whether a word in small
    letters may begin a name. ``everyday`` are the nominatives that
    mistyped answers are compared with.
    """

    names: Mapping[str, CountryName]
    loose: Mapping[str, CountryName]
    heads: Mapping[str, frozenset[str]]
    begins: Remembered[bool]
    ordinary: frozenset[str]
    everyday: tuple[str, ...]


def key_of(text: str) -> str:
    """The key of a name or form: "Новая Зеландия" as "новая зеландия", "Īrija" as "irija"."""
    plain = text.replace("-", " ").replace(".", "")
    return plain.lower().replace("ё", "е") if has_cyrillic(plain) else fold(plain)


def _keys(name: str, language: str) -> set[str]:
    """The keys of all case forms; in a name of several words only the last one bends."""
    first, _, last = name.strip().rpartition(" ")
    lead = key_of(first) + " " if first else ""
    if language == "ru":
        bent = russian_forms(last.replace("-", " ").replace(".", ""))
        return {key_of(name), *(lead + form for form in bent)}
    if language == "lv":
        forms = latvian_forms(last)[1]
        if last.endswith("i"):  # "Koventri" stays as it is, or bends as "Koventrija"
            forms |= latvian_forms(last + "ja")[1]
        if last.endswith("ija"):  # Latgalian: Anglija is Angleja, Īrija is Eireja or Īreja
            forms |= latvian_forms(last.removesuffix("ija") + "eja")[1]
        return {lead + key_of(form) for form in forms}
    whole = lead + key_of(last)
    if last[-1:].lower() in "aeiouy":
        return {whole, *(lead + key_of(form) for form in latvian_forms(last)[1])}
    # Foreign names take Latvian endings as they are: "Leedsā", "no Peterboroughas".
    return {whole + end for end in ("", "a", "as", "ai", "u", "s")}


def _names(row: Mapping[str, str], language: str) -> list[str]:
    return [name.strip() for name in str(row.get(language, "")).split(",") if name.strip()]


_COLUMNS = "five columns parted by tabs are needed: country, thousands, names in three languages"
_NO_COUNTRY = "no country has this code; write its two capital letters of ISO 3166-1"
_NO_NUMBER = "`diaspora` has to be a number, thousands of people"
_LISTED = 10_000.0
"""Likelihood of a city in ``cities.yaml``: above any that is merely in ``cities.tsv``."""


def load_atlas() -> Atlas:
    """Builds the index from the shipped data; the caller keeps it."""
    data = read_programme_yaml("countries.yaml")
    scores: dict[str, dict[str, float]] = {}
    sources: dict[str, Source] = {}
    everyday: set[str] = set()
    never = frozenset(str(data["never"]).split())
    territories = Locale("en").territories
    cities = read_programme_yaml("cities.yaml")["cities"]
    for name, codes in (("countries", data["countries"]), ("cities", cities)):
        for code in codes:
            if code not in territories or len(code) > 2:
                raise ListFault.under(f"{name}.yaml", (name, code), f"{code!r}: {_NO_COUNTRY}")
    diaspora: dict[str, float] = {}
    for code, row in data["countries"].items():
        try:
            diaspora[code] = float(row["diaspora"])
        except (KeyError, TypeError, ValueError):
            raise ListFault.under(
                "countries.yaml", ("countries", code, "diaspora"), _NO_NUMBER
            ) from None

    def add(key: str, code: str, weight: float, source: Source) -> None:
        if len(key) < 2 or key in never or sources.setdefault(key, source) != source:
            return  # a better source knows this form already
        known = scores.setdefault(key, {})
        known[code] = max(known.get(code, 0.0), weight)

    for code, row in data["countries"].items():
        for language in ("lv", "ru", "en"):
            for name in _names(row, language):
                everyday.add(key_of(name))
                for key in {key_of(name)} if language == "en" else _keys(name, language):
                    add(key, code, 1.0 + diaspora[code], "everyday")
                    if language == "ru" and len(key) > 4:
                        add(fold(key), code, 1.0, "everyday")
    for code, listed in cities.items():
        for names_of in names_list(listed):
            for name, language in zip(names_of, ("lv", "ru"), strict=True):
                for key in _keys(name, language) if name else ():
                    add(key, code, _LISTED + diaspora.get(code, 0.0), "city")
    for number, line in enumerate(read_text("cities.tsv").splitlines(), 1):
        if line.startswith("#"):
            continue
        try:
            code, thousands, local, latvian, russian = line.split("\t")
            weight = (0.3 + diaspora.get(code, 0.0)) * sqrt(min(float(thousands), 2000.0))
        except ValueError:
            raise ListFault.at("cities.tsv", number, _COLUMNS) from None
        for listed, language in ((local, "en"), (latvian, "lv"), (russian, "ru")):
            for name in filter(None, listed.split(",")):
                for key in _keys(name, language):
                    add(key, code, weight, "city")
    for language in ("lv", "ru", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "EZ", "ZZ"):
                for key in _keys(name, language):
                    add(key, code, 0.1, "cldr")

    names: dict[str, CountryName] = {}
    heads: dict[str, set[str]] = {}
    for key, known in scores.items():
        best = tuple(known)
        if len(best) > 1:
            best = tuple(islice(sorted(known, key=lambda code: -known[code]), 4))
        names[key] = CountryName(best, tuple(known[code] for code in best), sources[key])
        words = key.split()
        if len(words) > 1:
            heads.setdefault(words[0], set()).add(words[1])
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

    followers = {head: frozenset(words) for head, words in heads.items()}
    return Atlas(names, loose, followers, Remembered(begins), ordinary, spelled)
