"""A ``.po`` file as it is written: every message with its places, every mistake explained.

Babel's own reader passes over what it does not understand (an unclosed string, a second
translation of the same text, a plural form too many). Translators send such files, so these are
read here, line by line, and nothing is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel.messages.pofile import unescape
from msgspec import Struct

from dialogs.faults import Fault
from dialogs.yaml_text import Place

MOST_BYTES = 4 * 1024 * 1024

_LINE = re.compile(
    r'\s*(?:(?P<key>msgctxt|msgid_plural|msgid|msgstr(?:\[(?P<form>\d)\])?)\s*)?'
    r'(?P<text>"(?:[^"\\]|\\.)*")\s*'
)  # fmt: skip
_BEGUN = re.compile(r'\s*(?:msg[a-z_]+(?:\[\d\])?\s*)?"')


class PoMessage(Struct, frozen=True):
    """One message: its name (context), English text and plural, and what stands for them.

    ``strings`` are its translations by plural form (form 0 where it counts nothing), ``places``
    where each begins, ``line`` where its English text begins.
    """

    name: str
    text: str
    other: str
    strings: dict[int, str]
    places: dict[int, Place]
    line: int
    fuzzy: bool = False


class PoText(Struct, frozen=True):
    """What was read. ``header`` are its fields in small letters; with faults of form
    (``faults``) there are no messages."""

    file: str
    header: dict[str, str]
    messages: tuple[PoMessage, ...]
    faults: tuple[Fault, ...] = ()


class _Open:
    """A message that is being read."""

    def __init__(self, line: int, fuzzy: bool) -> None:
        self.line = line
        self.fuzzy = fuzzy
        self.fields: dict[str, str] = {}
        self.places: dict[str, Place] = {}
        self.last = ""
        self.broken = False


def read_po(data: bytes | str, file: str) -> PoText:
    """Read a catalogue; ``file`` is what faults call it. Never raises."""
    if len(data) > MOST_BYTES:
        limit: dict[str, str | int] = {"most": MOST_BYTES // 1024}
        return PoText(file, {}, (), (Fault(file, 0, 0, "po_too_large", limit),))
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = bytes(error.object[: error.start])
        column = error.start - before.rfind(b"\n")
        place = Fault(file, before.count(b"\n") + 1, column, "not_utf8")
        return PoText(file, {}, (), (place,))
    faults: list[Fault] = []
    found = list(_messages(text.removeprefix("\ufeff"), file, faults))
    header: dict[str, str] = {}
    messages: list[PoMessage] = []
    first: dict[tuple[str, str], int] = {}
    for message in found:
        key = message.name, message.text
        if key in first:
            args: dict[str, str | int] = {"first": first[key], "text": message.text[:60]}
            faults.append(Fault(file, message.line, 1, "po_twice", args))
            continue
        first[key] = message.line
        if message.text:
            messages.append(message)
        elif not message.name:
            for row in message.strings.get(0, "").split("\n"):
                name, _, value = row.partition(":")
                header[name.strip().lower()] = value.strip()
    faults.sort(key=lambda fault: (fault.line, fault.column))
    return PoText(file, header, () if faults else tuple(messages), tuple(faults))


def _messages(text: str, file: str, faults: list[Fault]) -> Iterator[PoMessage]:
    """The messages in order, the header among them; what is wrong joins ``faults``."""
    now: _Open | None = None
    fuzzy = False
    for number, row in enumerate(text.split("\n"), 1):
        line = row.rstrip("\r")
        if not line.strip():
            continue
        if line.lstrip().startswith("#"):
            if line.lstrip().startswith("#,"):
                fuzzy = fuzzy or "fuzzy" in line
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            if _BEGUN.match(line):
                place, code = len(line.rstrip()), "po_unclosed"
            else:
                place, code = len(line) - len(line.lstrip()) + 1, "po_not_a_line"
            faults.append(Fault(file, number, place, code, {"text": line.strip()[:60]}))
            if now is not None:
                now.broken = True
            continue
        key = found["key"]
        place = found.start("text") + 1
        if key in ("msgctxt", "msgid") and (now is None or _begins(now, key)):
            if now is not None:
                yield from _closed(now, file, faults)
            now, fuzzy = _Open(number, fuzzy), False
        if now is None or not _follows(now, key):
            faults.append(Fault(file, number, 1, "po_order", {"text": line.strip()[:60]}))
            continue
        if key:
            now.last = key
            now.fields[key] = ""
            now.places[key] = Place(number, place)
        now.fields[now.last] += unescape(found["text"])
    if now is not None:
        yield from _closed(now, file, faults)


def _begins(now: _Open, key: str) -> bool:
    """Whether this keyword begins the next message."""
    return key == "msgctxt" or "msgid" in now.fields


def _follows(now: _Open, key: str | None) -> bool:
    """Whether this keyword (None: more of the last string) may stand here."""
    if key is None:
        return bool(now.last)
    if key in now.fields:
        return False
    if key == "msgid_plural":
        return now.last == "msgid"
    if key == "msgstr":
        return now.last == "msgid"
    if key.startswith("msgstr["):
        return "msgid_plural" in now.fields
    return key == "msgctxt" or not now.fields.keys() - {"msgctxt"}


def _closed(now: _Open, file: str, faults: list[Fault]) -> Iterator[PoMessage]:
    """A message that was read to its end."""
    strings = {_form(key): text for key, text in now.fields.items() if key.startswith("msgstr")}
    if now.broken:
        return
    if "msgid" not in now.fields or not strings:
        faults.append(Fault(file, now.line, 1, "po_order", {"text": "msgid, msgstr"}))
        return
    yield PoMessage(
        now.fields.get("msgctxt", ""),
        now.fields["msgid"],
        now.fields.get("msgid_plural", ""),
        strings,
        {_form(key): place for key, place in now.places.items() if key.startswith("msgstr")},
        now.places["msgid"].line,
        now.fuzzy,
    )


def _form(key: str) -> int:
    """The plural form of ``msgstr`` or ``msgstr[2]``."""
    return int(key[7:-1]) if key.endswith("]") else 0
