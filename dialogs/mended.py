"""A script with faults, mended for the check alone: so that what is wrong elsewhere is told too.

A mended script is never played, kept or published. What was put in place of a faulty field may
be wrong itself: ``doubted`` names the questions and conditions of which nothing more can be said.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from msgspec import Struct
from pydantic import BaseModel, ValidationError

from dialogs.condition_words import uses
from dialogs.faults import Fault, meant
from dialogs.script import Kind, Script
from dialogs.spots import Spots, expressions
from dialogs.yaml_text import At, Positions

ROUNDS = 4
"""A mended field can bring its next fault to light; who needs more is told of the first ones."""
STOPGAPS: dict[str, Any] = {
    "title": "…", "text": "…", "message": "…", "purpose": "…", "basis": "…", "welcome": "…",
    "full": "…", "retention": "case", "version": 1, "check": "true", "value": "true",
    "notice": {"version": 1, "text": "…", "full": "…"},
}  # fmt: skip
DECISIVE = ("group", "later", "questions", "sections", "derived")
"""Without these nothing can be said of the rest."""
UNNAMED = "unnamed_"
"""Begins the names of what has no usable id; others may speak of it by the name it was to have."""


class Mended(Struct, frozen=True):
    """What is left of a script, and of what in it nothing more can be said."""

    script: Script
    doubted: frozenset[str]


def mended(value: Any, parts: Mapping[str, type[BaseModel]]) -> Mended | None:
    """A script of a value that is none (nested dicts and lists); None if that cannot be.

    ``parts`` are the models of the values under a key.
    """
    value = copy.deepcopy(value)
    doubted: set[str] = set()
    for _ in range(ROUNDS):
        try:
            return Mended(Script.model_validate(value), frozenset(doubted))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                if not _mend(value, detail, doubted, parts):
                    return None
    return None


def _mend(
    value: Any, detail: Any, doubted: set[str], parts: Mapping[str, type[BaseModel]]
) -> bool:
    """Mend what one complaint of pydantic is about; gives whether that could be."""
    at: At = detail["loc"]
    while at and not isinstance(at[-1], str):
        at = at[:-1]  # an item of a list goes with the list
    if not at or at[-1] in DECISIVE:
        return False
    holder, key = value, at[-1]
    for step in at[:-1]:
        holder = holder[step]
    names = [step for step in at[:-1] if isinstance(step, str)]
    field = (parts[names[-1]] if names else Script).model_fields.get(str(key))
    if field is None or not field.is_required():
        holder.pop(key, None)
        return True
    if key == "kind":
        guess = meant(str(holder.get(key, "")), get_args(Kind))
        doubted.add(str(holder.get("id")))
        holder[key] = guess.get("meant", "text")
    elif key == "id":
        name = f"{UNNAMED}{len(doubted)}"
        doubted.add(name)
        holder[key] = name
    elif key in STOPGAPS:
        holder[key] = STOPGAPS[key]
    else:
        return False
    return True


def believed(
    faults: Iterable[Fault], rest: Mended, known: Iterable[Fault], positions: Positions
) -> list[Fault]:
    """Those faults of the rest that do not come of what was mended.

    ``known`` are the faults for which it was mended.
    """
    taken = {fault.line for fault in known}
    spots = Spots(rest.script, positions)
    unsure = {
        positions.value(at).line
        for at, source in expressions(rest.script)
        if any(uses(source, name) for name in rest.doubted)
    }
    nameless = any(name.startswith(UNNAMED) for name in rest.doubted)
    return [
        fault for fault in faults
        if fault.line not in taken | unsure
        and not (spots.of(fault).question in rest.doubted and spots.of(fault).field != "when")
        and not (rest.doubted and fault.code in ("no_contact", "group_unused"))
        and not (nameless and fault.code in ("unknown_name", "suggest_unknown", "unknown_group"))
    ]  # fmt: skip


def without_faulty(
    script: Script, faults: Iterable[Fault], positions: Positions
) -> Mended | None:
    """The script without the conditions in which these faults are; None if one is elsewhere."""
    places = [
        (at, positions.value(at).line, positions.value(at).line + source.count("\n") + 1)
        for at, source in expressions(script)
    ]
    value = script.model_dump()
    doubted: set[str] = set()
    for fault in faults:
        found = [at for at, first, last in places if first <= fault.line <= last]
        if not found:
            return None
        for at in found:
            holder: Any = value
            for step in at[:-1]:
                holder = holder[step]
            holder[at[-1]] = STOPGAPS.get(str(at[-1]))
            if at[0] == "derived":
                doubted.add(holder["id"])
    return Mended(Script.model_validate(value), frozenset(doubted))
