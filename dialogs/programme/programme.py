"""The programme's data in one value: map, needs, rules, words of recognition, emergency numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from msgspec import Struct

from dialogs.programme.emergency import EmergencyNumbers, load_emergency
from dialogs.programme.geography import Geography, load_geography, shipped_text
from dialogs.programme.needs import Need, NeedGroup, load_needs
from dialogs.programme.rules import RuleBook, load_rules
from dialogs.recognise.story import RecogniserData, load_recogniser


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
def _loaded(own: tuple[tuple[str, str], ...]) -> Programme:
    return load_programme(dict(own))


def programme_with(own: Mapping[str, str]) -> Programme:
    """The shipped data with these texts in place of files by name; kept for the next time.

    Raises as ``load_programme`` does.
    """
    return _loaded(tuple(sorted(own.items())))


def load_programme(own: Mapping[str, str] | None = None) -> Programme:
    """Read the shipped data, with the programme's ``own`` texts in place of files by name.

    Raises ValueError (``msgspec.ValidationError`` and ``LexiconFault`` are such), KeyError,
    TypeError or YAMLError for texts that are not what they should be.
    """
    own = own or {}

    def read(name: str) -> str:
        return own[name] if name in own else shipped_text(name)

    groups = load_needs(read)
    digest = hashlib.sha256()
    folder = resources.files("dialogs.programme")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith((".yaml", ".tsv")):
            text = own.get(file.name)
            digest.update(file.read_bytes() if text is None else text.encode())
    return Programme(
        load_geography(read),
        groups,
        {need.id: need for group in groups for need in group.needs},
        load_rules(read("rules.yaml")),
        load_emergency(read),
        load_recogniser(read),
        digest.digest(),
        dict(own),
    )
