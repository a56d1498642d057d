"""The methods of the Bot API and their arguments, read from aiogram's own method models.

Nothing here is listed by hand: a method or argument aiogram does not know is refused, so a
slip in the product's code fails its test. (Telegram itself ignores unknown arguments.)
"""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

import aiogram.methods
from aiogram.client.default import Default
from aiogram.methods.base import TelegramMethod
from aiogram.types import InputFile, Update
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from .refusal import Refusal, bad

_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
}
_TRUE = {"true", "yes", "1", "t", "y"}
_FALSE = {"false", "no", "0", "f", "n"}


@dataclass(frozen=True)
class Upload:
    """A file that came with a multipart call."""

    field: str
    filename: str
    content: bytes


@dataclass(frozen=True)
class Argument:
    """One argument: ``kind`` is bool, int, float, str, id, file, file_or_str or json."""

    name: str
    required: bool
    kind: str
    adapter: TypeAdapter[Any] | None


def _members(annotation: Any) -> list[Any]:
    """The union's members without None and aiogram's Default mark."""
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return [m for part in typing.get_args(annotation) for m in _members(part)]
    return [] if annotation in {type(None), Default} else [annotation]


def _argument(name: str, annotation: Any, required: bool) -> Argument:
    members = _members(annotation)
    found = set(members)
    simple = {
        frozenset({bool}): "bool",
        frozenset({int}): "int",
        frozenset({float}): "float",
        frozenset({str}): "str",
        frozenset({int, str}): "id",
        frozenset({datetime, timedelta, int}): "int",
        frozenset({InputFile}): "file",
        frozenset({InputFile, str}): "file_or_str",
    }.get(frozenset(found))
    if simple:
        return Argument(name, required, simple, None)
    union = members[0] if len(members) == 1 else typing.Union[tuple(members)]  # noqa: UP007
    return Argument(name, required, "json", _adapter(union))


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return TypeAdapter(annotation)  # a model brings its own configuration
    return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))


def _models() -> dict[str, type[TelegramMethod[Any]]]:
    found: dict[str, type[TelegramMethod[Any]]] = {}
    for model in vars(aiogram.methods).values():
        is_method = inspect.isclass(model) and issubclass(model, TelegramMethod)
        if is_method and model is not TelegramMethod:
            found[model.__api_method__.lower()] = model
    return found


MODELS = _models()
"""aiogram's model of each method, by its name in lower case: Telegram ignores the case."""

NAMES = {lower: model.__api_method__ for lower, model in MODELS.items()}
"""The proper spelling of each method's name."""

UPDATE_KINDS = frozenset(Update.model_fields) - {"update_id"}
"""The kinds of update aiogram knows."""


@cache
def arguments(method: str) -> dict[str, Argument]:
    """The arguments of one method (proper spelling), by name."""
    model = MODELS[method.lower()]
    return {
        field.alias or name: _argument(field.alias or name, field.annotation, field.is_required())
        for name, field in model.model_fields.items()
    }


def check(method: str, given: Mapping[str, Any], files: Mapping[str, Upload]) -> dict[str, Any]:
    """Arguments of one call as plain values, every JSON argument decoded.

    ``given``: strings (form fields, query) or JSON values (JSON body). Raises Refusal 400 for
    an unknown, missing or wrongly typed argument, also deep inside a JSON argument.
    """
    known = arguments(method)
    values: dict[str, Any] = {}
    for name, raw in given.items():
        argument = known.get(name)
        if argument is None:
            raise bad(f'unknown argument "{name}" of {method}')
        if raw is None or raw == "":
            continue  # Telegram takes an empty argument for a missing one.
        values[name] = _value(argument, raw, files)
    for name, upload in files.items():
        if name in known and name not in values:
            if not known[name].kind.startswith("file"):
                raise bad(f"argument {name} can't be a file")
            values[name] = upload
    for name, argument in known.items():
        if argument.required and name not in values:
            raise bad(_MISSING.get(name, f'argument "{name}" of {method} is missing'))
    return values


def _value(argument: Argument, raw: Any, files: Mapping[str, Upload]) -> Any:
    wrong = bad(f"can't parse argument {argument.name}: {argument.kind} expected")
    text = raw if isinstance(raw, str) else None
    match argument.kind:
        case "str":
            if text is None:
                raise wrong
            return text
        case "bool":
            if isinstance(raw, bool):
                return raw
            if text is None or text.lower() not in _TRUE | _FALSE:
                raise wrong
            return text.lower() in _TRUE
        case "int":
            return _integer(raw, wrong)
        case "float":
            if isinstance(raw, bool) or not isinstance(raw, str | int | float):
                raise wrong
            try:
                return float(raw)
            except ValueError:
                raise wrong from None
        case "id":
            if text is not None and not text.lstrip("-").isdigit():
                return text
            return _integer(raw, wrong)
        case "file" | "file_or_str":
            if text is None:
                raise wrong
            if text.startswith("attach://"):
                upload = files.get(text.removeprefix("attach://"))
                if upload is None:
                    raise bad(f"file attached as {text} not found")
                return upload
            if argument.kind == "file":
                raise wrong
            return text
    source = text if text is not None else json.dumps(raw, ensure_ascii=False)
    return _json(argument, source)


def _integer(raw: Any, wrong: Refusal) -> int:
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise wrong
    try:
        value = int(raw)
    except ValueError:
        raise wrong from None
    if not -(2**63) <= value < 2**63:
        raise wrong
    return value


@lru_cache(maxsize=4096)
def _json(argument: Argument, source: str) -> Any:
    """Decode and check one JSON argument. Cached: callers must not change the result."""
    assert argument.adapter is not None
    try:
        decoded = json.loads(source)
    except ValueError:
        raise bad(f"can't parse argument {argument.name}: not a JSON value") from None
    try:
        model = argument.adapter.validate_json(source, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"])
        raise bad(f"can't parse argument {argument.name}: {path}: {first['msg']}") from None
    extra = _extra(model)
    if extra:
        raise bad(f'can\'t parse argument {argument.name}: unknown field "{extra}"')
    return decoded


def _extra(value: Any) -> str | None:
    """Name of a field inside that no model knows, if any."""
    if isinstance(value, list):
        return next((found for item in value if (found := _extra(item))), None)
    if isinstance(value, BaseModel):
        if value.model_extra:
            return next(iter(value.model_extra))
        parts = (getattr(value, name) for name in type(value).model_fields)
        return next((found for part in parts if (found := _extra(part))), None)
    return None
