"""The programme's data in one value: map, needs, rules, words of recognition, emergency numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import msgspec
from msgspec import Struct

from dialogs.programme.emergency import EmergencyNumbers, load_emergency
from dialogs.programme.geography import Geography, load_geography
from dialogs.programme.lists import read_text, reading
from dialogs.programme.needs import Need, NeedGroup, load_needs
from dialogs.programme.rules import RuleBook, load_rules
from dialogs.recognise.story import RecogniserData


class Programme(Struct, frozen=True):
    """Everything the programme knows beside scripts. ``fingerprint`` changes with any data file.

    ``groups`` are in order; ``needs`` by id; ``own`` are the texts that took the place of shipped
    files.
    """

    geography: Geography
    groups: tuple[NeedGroup, ...]
    needs: dict[str, Need]
    rules: RuleBook
    emergency: EmergencyNumbers
    recogniser: RecogniserData
    fingerprint: bytes
    own: dict[str, str] = {}


@lru_cache(maxsize=4)
def _with(own: tuple[tuple[str, str], ...]) -> Programme:
    with reading(dict(own)):
        programme = load_programme()
        if own:
            programme.recogniser.build()  # what is built later reads the shipped files
    return msgspec.structs.replace(programme, own=dict(own))


def programme_with(own: Mapping[str, str]) -> Programme:
    """The shipped data with these texts in place of files by name; kept for the next time.

    Raises ValueError (such are ListFault and ``msgspec.ValidationError``), KeyError, TypeError
    or AttributeError for texts that are not what they should be.
    """
    return _with(tuple(sorted(own.items())))


def load_programme() -> Programme:
    """Read the shipped data; what recognition needs is built when first used."""
    groups = load_needs()
    digest = hashlib.sha256()
    folder = resources.files("dialogs.programme")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith((".yaml", ".tsv")):
            digest.update(read_text(file.name).encode())
    return Programme(
        load_geography(),
        groups,
        {need.id: need for group in groups for need in group.needs},
        load_rules(),
        load_emergency(),
        RecogniserData(),
        digest.digest(),
    )
