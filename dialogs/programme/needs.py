"""The needs a family may have: ten groups, 62 needs, read from ``needs.yaml``."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from dialogs.programme.geography import Read, read_programme_yaml, shipped_text

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


def load_needs(read: Read = shipped_text) -> tuple[NeedGroup, ...]:
    """The groups and needs of ``needs.yaml``.

    Raises :class:`msgspec.ValidationError` for a field that is missing, unknown or misshaped.
    """
    data = read_programme_yaml("needs.yaml", read)
    return msgspec.convert(data["groups"], tuple[NeedGroup, ...])
