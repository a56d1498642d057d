"""A script's YAML to a :class:`~dialogs.script.Script`, with every fault at once.

The shape of a script is the pydantic model's business; here its complaints are turned into
faults with a place, a code and what may have been meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from pydantic import BaseModel, ValidationError

from dialogs.faults import Fault, meant
from dialogs.mended import Mended, mended
from dialogs.script import (
    Choice,
    Constraint,
    Derived,
    Notice,
    Question,
    Script,
    Section,
)
from dialogs.yaml_text import MOST_BYTES, At, Positions, YamlText, read_yaml

_PARTS: dict[str, type[BaseModel]] = {
    "sections": Section, "questions": Question, "choices": Choice, "constraints": Constraint,
    "derived": Derived, "notice": Notice,
}  # fmt: skip
_LAWFUL = ("purpose", "basis", "retention")


class Loaded(Struct, frozen=True):
    """A script as it was read: None with its faults if it is not one.

    ``rest`` is then what the check can go on with, if there is anything.
    """

    script: Script | None
    faults: tuple[Fault, ...]
    positions: Positions
    rest: Mended | None = None


def load_script(source: Path | bytes | str, name: str = "") -> Loaded:
    """Read a script from a file or from its text; ``name`` is what faults call it.

    Never raises: a file that cannot be read is a fault too.
    """
    name = name or (str(source) if isinstance(source, Path) else "script")
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                data: bytes | str = file.read(MOST_BYTES + 1)
        except OSError as error:
            fault = Fault(name, 0, 0, "cannot_read", {"reason": error.strerror or str(error)})
            return Loaded(None, (fault,), Positions(name, ""))
    else:
        data = source
    read = read_yaml(data, name)
    if read.value is None and read.faults:
        return Loaded(None, read.faults, read.positions)
    if not isinstance(read.value, dict):
        code = "empty_file" if read.value is None else "not_a_script"
        place = read.positions.value(())
        fault = read.positions.fault(place, code)
        return Loaded(None, (*read.faults, fault), read.positions)
    script: Script | None = None
    rest: Mended | None = None
    faults = list(read.faults)
    try:
        script = Script.model_validate(read.value)
    except ValidationError as error:
        faults += model_faults(error, read, _PARTS, Script)
        rest = mended(read.value, _PARTS)
    faults.sort(key=lambda fault: (fault.line, fault.column, fault.code))
    if faults and script is not None:  # the YAML has faults and can be read all the same
        rest = Mended(script, frozenset())
    return Loaded(None if faults else script, tuple(faults), read.positions, rest)


def model_faults(
    error: ValidationError,
    read: YamlText,
    parts: Mapping[str, type[BaseModel]],
    whole: type[BaseModel],
) -> Iterator[Fault]:
    """What pydantic says of a file's shape, as faults.

    ``parts`` are the models of the values under a key, ``whole`` that of the file.
    """
    for detail in error.errors(include_url=False):
        at: At = detail["loc"]
        if any(at[: len(broken)] == broken for broken in read.broken):
            continue
        if detail["type"] == "too_short" and detail["input"]:
            continue  # a list of faulty items counts as empty to pydantic: their faults suffice
        names = [key for key in at[:-1] if isinstance(key, str)]
        model = parts.get(names[-1], whole) if names else whole
        yield _fault(detail, read.positions, model)


def _fault(error: Any, positions: Positions, model: type[BaseModel]) -> Fault:
    """One pydantic error (a dict of type, loc, ctx, input) as a fault.

    ``model`` is that of the part in which the last key of its place stands.
    """
    at: At = error["loc"]
    kind: str = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    given = error["input"]
    key = next((str(part) for part in reversed(at) if isinstance(part, str)), "")
    place = positions.value(at)
    args: dict[str, str | int] = {"key": key}

    if kind == "missing":
        place = positions.value(at[:-1])
        return positions.fault(place, "no_purpose" if key in _LAWFUL else "missing_key", **args)
    if kind == "extra_forbidden":
        known = list(model.model_fields)
        args |= {"known": ", ".join(known), **meant(key, known)}
        return positions.fault(positions.key(at), "unknown_key", **args)
    if kind == "literal_error":
        known = [word.strip("' ") for word in context["expected"].replace(" or ", ", ").split(",")]
        args |= {
            "value": str(given),
            "known": ", ".join(known),
            **meant(str(given), known),
        }
        return positions.fault(place, "unknown_kind" if key == "kind" else "unknown_value", **args)
    if kind == "string_type":
        if given is None:
            return positions.fault(place, "empty_text", **args)
        code = "block_for_text" if isinstance(given, dict | list) else "not_text"
        return positions.fault(place, code, value=str(given)[:40], **args)
    if kind == "string_too_short":
        return positions.fault(place, "empty_text", **args)
    if kind == "string_too_long":
        args |= {"length": len(given), "most": context["max_length"]}
        return positions.fault(place, "text_too_long", **args)
    if kind == "string_pattern_mismatch":
        return positions.fault(place, "bad_id", value=str(given)[:60], **args)
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return positions.fault(place, "not_a_block", **args)
    if kind in ("tuple_type", "list_type"):
        return positions.fault(place, "not_a_list", **args)
    if kind == "too_short":
        return positions.fault(place, "empty_list", **args)
    if kind == "greater_than_equal":
        return positions.fault(place, "number_too_small", least=context["ge"], **args)
    if kind == "less_than_equal":
        return positions.fault(place, "number_too_large", most=context["le"], **args)
    if kind.startswith("int_"):
        return positions.fault(place, "not_a_number", value=str(given)[:40], **args)
    if kind.startswith("bool_"):
        return positions.fault(place, "not_true_or_false", value=str(given)[:40], **args)
    return positions.fault(place, "not_understood", problem=error["msg"], **args)
