"""The needs a family may have: ten groups, 62 needs, read from ``needs.yaml``."""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from msgspec import Struct

from dialogs.programme.lists import ListFault, read_programme_yaml

Sensitivity = Literal["none", "financial", "child", "special_adjacent"]


class Need(Struct, frozen=True, forbid_unknown_fields=True):
    """One need.

    ``label`` is what staff read, ``family`` what families read (at most 28 characters), both
    English sources. ``had`` says that having the thing ("darbs jau ir") ends the need;
    ``long_lead`` that its papers take months; ``follows_from`` names circumstances from which
    the need may be inferred, never stated. The need is left out where the same sentence speaks
    as clearly of one in ``gives_way_to``. ``said`` holds word lists by language in the notation
    of :mod:`dialogs.recognise.lexicon`.
    """

    id: str
    label: str
    family: str
    sensitivity: Sensitivity
    institutions: tuple[str, ...]
    proposal: str
    said: dict[str, str]
    had: bool = False
    long_lead: bool = False
    follows_from: tuple[str, ...] = ()
    gives_way_to: tuple[str, ...] = ()


class NeedGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """Needs that belong together, in the order in which they are shown."""

    id: str
    label: str
    family: str
    needs: tuple[Need, ...]


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    groups: tuple[NeedGroup, ...]


def load_needs() -> tuple[NeedGroup, ...]:
    """The groups and needs of ``needs.yaml``.

    Raises :class:`ListFault` for a field that is missing, unknown or misshaped.
    """
    try:
        return msgspec.convert(read_programme_yaml("needs.yaml"), _File).groups
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at `$.")
        keys = [int(one) if one.isdigit() else one for one in re.findall(r"\w+", path)]
        raise ListFault.under("needs.yaml", keys, f"{problem}; compare the needs around") from error
