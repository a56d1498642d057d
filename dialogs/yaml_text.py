"""YAML text to plain values, with the place of everything and each mistake explained.

Only what scripts need is read: one document of mappings, lists and scalars of YAML 1.2, within
limits that no honest script comes near. Anchors, aliases and tags are refused, so a small text
can never become a large value and never an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from dialogs.faults import Fault
from dialogs.yaml_mistakes import explain, repaired

MOST_BYTES = 256 * 1024
MOST_LIST_BYTES = 1024 * 1024
"""Of a list of the programme: the words by which needs are known are many."""
MOST_NODES = 10_000
MOST_DEPTH = 20
MOST_REPAIRS = 8
MOST_REPAIRED = 64 * 1024
"""Mistakes put right to find those behind them, and characters of a file where that is tried."""

Key = str | int
At = tuple[Key, ...]
"""Where something stands in the values: keys and list indexes from the top."""

_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]"
)
# One character of a quoted scalar as it is written.
_QUOTED = {
    "'": re.compile(r"''|."),
    '"': re.compile(r"\\x..|\\u.{4}|\\U.{8}|\\?."),
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class Place(Struct, frozen=True):
    """A place in a text: line and column count from 1."""

    line: int
    column: int


class Positions:
    """Where each key and value of a text stands."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = text.splitlines()
        self.keys: dict[At, Place] = {}
        self.values: dict[At, Place] = {}
        self.styles: dict[At, str] = {}

    def key(self, at: At) -> Place:
        """The key of this value, or the value itself where it stands in a list."""
        return self.keys.get(at) or self.value(at)

    def value(self, at: At) -> Place:
        """This value, or the nearest thing around it that was written."""
        while at and at not in self.values:
            at = at[:-1]
        return self.values.get(at) or Place(1, 1)

    def inside(self, at: At, column: int, value: str) -> Place:
        """The place of the ``column``-th character (from 1) of this text value.

        Exact for text on one line, quoted or not, and for blocks (``|``); else the beginning.
        """
        start, style = self.value(at), self.styles.get(at, "")
        line, inner = value.count("\n", 0, column - 1), column - 1
        if style in ("'", '"'):
            written = self.lines[start.line - 1][start.column :]
            ends = [0, *(found.end() for found in _QUOTED[style].finditer(written))]
            return Place(start.line, start.column + ends[inner] + 1) if inner < len(ends) else start
        if style == "|":
            number = start.line + 1 + line
            written = self.lines[number - 1] if number <= len(self.lines) else ""
            inner -= value.rfind("\n", 0, column - 1) + 1
            return Place(number, len(written) - len(written.lstrip()) + inner + 1)
        if style == ">":
            return self.key(at)
        return Place(start.line, start.column + inner)

    def comments(self, at: At) -> list[str]:
        """The comment lines that stand directly above this key, from the top."""
        found: list[str] = []
        for line in reversed(self.lines[: self.key(at).line - 1]):
            if not line.lstrip().startswith("#"):
                break
            found.insert(0, line.strip().lstrip("#").strip())
        return found

    def fault(self, place: Place, code: str, **args: str | int) -> Fault:
        """A fault at this place of this file."""
        return Fault(self.file, place.line, place.column, code, args)


class YamlText(Struct, frozen=True):
    """What was read. ``value`` is None if nothing could be; ``broken`` are places whose value
    was refused, so that nobody complains of them again."""

    value: Any
    positions: Positions
    faults: tuple[Fault, ...]
    broken: frozenset[At] = frozenset()


class _RefusedError(Exception):
    """Reading ends here; the fault has been noted."""


def read_yaml(data: bytes | str, file: str, most_bytes: int = MOST_BYTES) -> YamlText:
    """Read one document of at most ``most_bytes``. ``file`` is the name used in faults.

    Never raises.
    """
    if isinstance(data, bytes):
        size = len(data)
        try:
            text = data[: most_bytes + 1].decode("utf-8-sig") if size <= most_bytes else ""
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            return YamlText(None, Positions(file, ""), (Fault(file, line, 1, "not_utf8"),))
    else:
        size = len(data) if len(data) > most_bytes else len(data.encode("utf-8", "replace"))
        text = data.removeprefix("\ufeff")
    if size > most_bytes:
        most: dict[str, str | int] = {"most": most_bytes // 1024}
        return YamlText(None, Positions(file, ""), (Fault(file, 1, 1, "file_too_large", most),))
    positions = Positions(file, text)
    found = _UNREADABLE.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        args: dict[str, str | int] = {"character": f"U+{ord(found[0]):04X}"}
        return YamlText(None, positions, (Fault(file, line, column, "unreadable_character", args),))
    told: list[Fault] = []
    while True:
        reader, value, mistake = _parsed(text, file)
        if mistake is None:
            break
        told.append(mistake)
        text = _repaired(text, mistake) if len(told) <= MOST_REPAIRS else ""
        if not text:
            value = None
            break
    # A * at the beginning of a sentence was taken for a reference: told once is enough.
    places = {(fault.line, fault.column) for fault in told}
    faults = [fault for fault in reader.faults if (fault.line, fault.column) not in places]
    return YamlText(value, reader.positions, (*faults, *told), frozenset(reader.broken))


def _parsed(text: str, file: str) -> tuple[_Reader, object, Fault | None]:
    """What a parser makes of the text: its value, or the mistake that stopped it."""
    # The compiled parser (if there) is twenty times faster; where it finds an error the one
    # written in Python decides: its wording is what `explain` knows, and it knows YAML 1.2.
    for pure in (False, True):
        reader = _Reader(Positions(file, text))
        try:
            return reader, reader.document(YAML(typ="safe", pure=pure).parse(text)), None
        except _RefusedError:
            return reader, None, None
        except YAMLError as found:
            error = found
    return reader, None, _mistake(error, reader)


def _repaired(text: str, mistake: Fault) -> str:
    """The text with the mistake's line as it was meant, so that the rest can be read; "" if that
    is not plain or reading would take long."""
    if len(text) > MOST_REPAIRED:
        return ""
    lines = text.split("\n")
    written = lines[mistake.line - 1] if mistake.line <= len(lines) else ""
    meant = repaired(mistake.code, written)
    if meant is None or meant == written:
        return ""
    lines[mistake.line - 1] = meant
    return "\n".join(lines)


def _mistake(error: YAMLError, reader: _Reader) -> Fault:
    """The fault behind a parser's error."""
    file, lines = reader.positions.file, reader.positions.lines
    if isinstance(error, MarkedYAMLError):
        line, column, code, args = explain(error, lines, reader.last)
        return Fault(file, line, column, code, args)
    return Fault(file, 1, 1, "yaml", {"problem": str(error).splitlines()[0]})


class _Reader:
    """Builds plain values from parser events, counting as it goes."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self.faults: list[Fault] = []
        self.broken: set[At] = set()
        self.nodes = 0
        self.last: Any = None

    def document(self, events: Iterator[Any]) -> object:
        """The value of the only document; raises :class:`_RefusedError` and YAMLError."""
        value: object = None
        documents = 0
        for event in events:
            if isinstance(event, StreamEndEvent):
                break
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if event.version or event.tags:
                    self.refuse(event, "directive")
                if documents > 1:
                    self.refuse(event, "second_document")
            elif isinstance(
                event, ScalarEvent | AliasEvent | MappingStartEvent | SequenceStartEvent
            ):
                value = self.node(event, events, (), 1)
        return value

    def refuse(self, event: Any, code: str, **args: str | int) -> None:
        """Note a fault and end reading."""
        self.note(event, code, **args)
        raise _RefusedError

    def note(self, event: Any, code: str, **args: str | int) -> None:
        """Note a fault and go on."""
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        self.faults.append(self.positions.fault(place, code, **args))

    def node(self, event: Any, events: Iterator[Any], at: At, depth: int) -> object:
        """The value that begins with this event."""
        self.last = event
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.refuse(event, "too_many_nodes", most=MOST_NODES)
        if depth > MOST_DEPTH:
            self.refuse(event, "too_deep", most=MOST_DEPTH)
        mark = event.start_mark
        self.positions.values[at] = Place(mark.line + 1, mark.column + 1)
        if isinstance(event, AliasEvent):
            self.note(event, "alias")
            self.broken.add(at)
            return None
        if event.anchor is not None:
            self.note(event, "anchor")
            self.broken.add(at)
        elif event.tag is not None:
            self.note(event, "tag", tag=str(event.tag))
            self.broken.add(at)
        if isinstance(event, ScalarEvent):
            style = event.style or ""
            self.positions.styles[at] = style
            return event.value if style else _plain(event.value)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(events, at, depth)
        return self.mapping(events, at, depth)

    def sequence(self, events: Iterator[Any], at: At, depth: int) -> list[object]:
        """The items up to the end of this list."""
        items: list[object] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            items.append(self.node(event, events, (*at, len(items)), depth + 1))
        return items

    def mapping(self, events: Iterator[Any], at: At, depth: int) -> dict[str, object]:
        """The entries up to the end of this mapping; a key that comes twice is a fault."""
        entries: dict[str, object] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                self.refuse(event, "key_not_text")
            key = event.value
            mark = event.start_mark
            place = Place(mark.line + 1, mark.column + 1)
            inner = (*at, key)
            if key in entries:
                first = self.positions.keys[inner].line
                self.note(event, "duplicate_key", key=key, first=first)
                inner = (*at, f"{key} ({place.line})")
            self.positions.keys[inner] = place
            value = self.node(next(events), events, inner, depth + 1)
            entries.setdefault(key, value)
        return entries


def _plain(text: str) -> object:
    """An unquoted scalar by YAML 1.2's core rules, without octal and hexadecimal numbers."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) < 19:
        return int(text)
    if _FRACTION.fullmatch(text) and not text.lstrip("+-0").isdigit():
        return float(text)
    return text
