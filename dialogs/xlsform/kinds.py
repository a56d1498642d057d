"""What a question type of a questionnaire becomes."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from dialogs.script import Kind
from dialogs.xlsform.workbook import Row

_SELECT = re.compile(
    r"(?:add\s+)?(select_one|select1|select_multiple|select one|select all that apply|rank)"
    r"(?:\s+(?:prompt\s+)?(?:from|using))?\s+(\S+)(\s+or[_ ]other)?"
)
_SIMPLE: dict[str, tuple[Kind, str]] = {
    "text": ("text", ""), "string": ("text", ""), "integer": ("number", ""), "int": ("number", ""),
    "decimal": ("number", "whole_numbers"), "range": ("number", ""), "date": ("date", ""),
    "datetime": ("date", "day_only"), "date_time": ("date", "day_only"),
    "time": ("text", "as_text"), "note": ("note", ""), "acknowledge": ("yes_no", "as_yes_no"),
    "trigger": ("yes_no", "as_yes_no"), "image": ("attachment", ""),
    "photo": ("attachment", ""), "file": ("attachment", ""),
    "video": ("attachment", ""), "barcode": ("text", "as_text"),
}  # fmt: skip
"""Type -> kind, and what changes by it."""
_BY_ITSELF = frozenset(
    {"start", "end", "today", "deviceid", "device_id", "subscriberid", "subscriber_id", "simserial"}
    | {"sim_id", "phonenumber", "username", "email", "audit", "start_geopoint"}
    | {"background_audio", "background_geopoint", "imei", "start_time", "end_time"}
)
_NOT_IN_A_CHAT = frozenset(
    {"geopoint", "gps", "geotrace", "geoshape", "location", "audio", "rank", "osm", "hidden"}
    | {"xml_external", "csv_external", "entity"}
)
BEGINNINGS = {"begin_group": "group", "begin_repeat": "repeat", "begin_loop": "loop"}
ENDINGS = frozenset({"end_group", "end_repeat", "end_loop", "end"})

Act = Literal["ask", "calculate", "group", "repeat", "loop", "end", "leave"]


class Type(Struct, frozen=True):
    """What a row is: what to do, the kind, the list it chooses from, what is changed or why not."""

    act: Act
    kind: Kind = "text"
    choices: str = ""
    other: bool = False
    remark: str = ""


def type_of(row: Row) -> Type:
    """The type of a survey row."""
    said = " ".join(row.get("type").split())
    lower = said.lower()
    word = re.sub(r"[\s-]+", "_", lower)
    if word in BEGINNINGS or word in ENDINGS:
        return Type(BEGINNINGS.get(word, "end"))  # type: ignore[arg-type]
    if word.startswith("begin_loop"):
        return Type("loop")
    found = _SELECT.fullmatch(said) or _SELECT.fullmatch(lower)
    if found:
        which = found[1].replace(" ", "_")
        if which == "rank":
            return Type("leave", remark="type_not_carried")
        several = which in ("select_multiple", "select_all_that_apply")
        kind: Kind = "choices" if several else "choice"
        return Type("ask", kind, choices=found[2], other=bool(found[3]))
    if "_from_file" in word or "external" in word:
        return Type("leave", remark="list_elsewhere")
    if word in ("calculate", "calculation"):
        return Type("calculate")
    if word in _BY_ITSELF:
        return Type("leave", remark="by_itself")
    if word in _NOT_IN_A_CHAT:
        return Type("leave", remark="type_not_carried")
    if word in _SIMPLE:
        kind, remark = _SIMPLE[word]
        return _by_appearance(Type("ask", kind, remark=remark), row.get("appearance").lower())
    return Type("leave", remark="unknown_type")


def _by_appearance(of: Type, appearance: str) -> Type:
    """Two appearances say more than how a question looks: several lines, and less than a day."""
    if of.kind == "text" and "multiline" in appearance:
        return Type("ask", "long_text", remark=of.remark)
    if of.kind == "date" and "month-year" in appearance:
        return Type("ask", "month")
    if of.kind == "date" and re.search(r"\byear\b", appearance):
        return Type("ask", "year")
    return of
