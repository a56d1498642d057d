"""The programme's data in one value: map, needs, rules, words of recognition, emergency numbers."""

from __future__ import annotations

import hashlib
from importlib import resources

from msgspec import Struct

from dialogs.programme.emergency import EmergencyNumbers, load_emergency
from dialogs.programme.geography import Geography, load_geography
from dialogs.programme.needs import Need, NeedGroup, load_needs
from dialogs.programme.rules import RuleBook, load_rules
from dialogs.recognise.story import RecogniserData


class Programme(Struct, frozen=True):
    """Everything the programme knows beside scripts. ``fingerprint`` changes with any data file.

    ``groups`` are in order; ``needs`` by id.
    """

    geography: Geography
    groups: tuple[NeedGroup, ...]
    needs: dict[str, Need]
    rules: RuleBook
    emergency: EmergencyNumbers
    recogniser: RecogniserData
    fingerprint: bytes


def load_programme() -> Programme:
    """Read the shipped data; what recognition needs is built when first used."""
    groups = load_needs()
    digest = hashlib.sha256()
    folder = resources.files("dialogs.programme")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith((".yaml", ".tsv")):
            digest.update(file.read_bytes())
    return Programme(
        load_geography(),
        groups,
        {need.id: need for group in groups for need in group.needs},
        load_rules(),
        load_emergency(),
        RecogniserData(),
        digest.digest(),
    )
