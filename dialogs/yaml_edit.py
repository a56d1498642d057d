"""Edits of YAML text in place: what is not edited stays as it was written, comments and all.

Paths are those of ``yaml_text``: keys and list indexes from the top. Every edit is read back and
compared with what it was to come to, so a text never changes in another way than was asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from dialogs.yaml_text import MOST_LIST_BYTES, At, read_yaml

_BREAKS = re.compile("[\x85\u2028\u2029]")
"""What ends a line in YAML, though no editor shows it so; it comes in with pasted text."""
WIDTH = 100
"""Characters of a line up to which a small mapping stands on one line."""


class EditFault(Exception):
    """The edit cannot be made in this text; the text is unchanged."""


class _Node(Struct):
    """Where a value stands: lines and columns from 0; ``last`` is its last line of text."""

    line: int
    column: int
    last: int
    end: int
    flow: bool
    key_line: int = -1
    key_column: int = -1
    keys: list[str | int] = []


class _Map:
    """The places of all values of a text. Raises YAMLError."""

    def __init__(self, source: str) -> None:
        self.lines = source.split("\n")
        self.nodes: dict[At, _Node] = {}
        # The parser breaks lines where no editor does; the same length keeps all places.
        events = iter(YAML(typ="safe", pure=False).parse(_BREAKS.sub(" ", source)))
        for event in events:
            if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent):
                self._node(event, events, ())

    def _node(self, event: Any, events: Any, at: At) -> _Node:
        mark, end = event.start_mark, event.end_mark
        node = _Node(mark.line, mark.column, end.line, end.column, bool(
            getattr(event, "flow_style", False)))  # fmt: skip
        self.nodes[at] = node
        if isinstance(event, ScalarEvent):
            if event.style in ("|", ">"):
                node.last, node.end = self._text_end(mark.line, end.line, end.column)
            return node
        children = []
        closing: Any = event
        if isinstance(event, SequenceStartEvent):
            for inner in events:
                if isinstance(inner, SequenceEndEvent):
                    closing = inner
                    break
                children.append(self._node(inner, events, (*at, len(node.keys))))
                node.keys = [*node.keys, len(node.keys)]
        else:
            for inner in events:
                if isinstance(inner, MappingEndEvent):
                    closing = inner
                    break
                key = str(inner.value)
                child = self._node(next(events), events, (*at, key))
                child.key_line, child.key_column = inner.start_mark.line, inner.start_mark.column
                children.append(child)
                node.keys = [*node.keys, key]
        if node.flow:
            node.last, node.end = closing.end_mark.line, closing.end_mark.column
        elif children:
            node.last, node.end = children[-1].last, children[-1].end
        return node

    def _text_end(self, first: int, line: int, column: int) -> tuple[int, int]:
        """The last line of a block of text that is not blank."""
        last = line if column and line < len(self.lines) else line - 1
        last = min(last, len(self.lines) - 1)
        while last > first and not self.lines[last].strip():
            last -= 1
        return last, len(self.lines[last])

    def item(self, at: At) -> tuple[int, int]:
        """First and last line of a list's item, with the comment directly above it."""
        node = self.nodes[at]
        first = node.line
        while first > 0 and not self.lines[first].lstrip().startswith("-"):
            first -= 1
        return self.above(first), node.last

    def above(self, line: int) -> int:
        """The first of the comment lines directly above a line, indented as it is."""
        indent = _indent(self.lines[line])
        while (
            line > 0
            and self.lines[line - 1].lstrip().startswith("#")
            and _indent(self.lines[line - 1]) == indent
        ):
            line -= 1
        return line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def value_at(source: str, at: At) -> Any:
    """The value at a path; None if there is none."""
    value: Any = read_yaml(source, "", MOST_LIST_BYTES).value
    for key in at:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


# -- edits -----------------------------------------------------------------------------------------


def set_fields(
    source: str, at: At, fields: Mapping[str, Any], order: Sequence[str] = ()
) -> str:
    """The text with fields of the mapping at ``at`` set; None takes a field out.

    Fields whose value is already so keep their writing. A new field comes after those that stand
    before it in ``order``. Raises EditFault.
    """
    now = value_at(source, at)
    if not isinstance(now, dict):
        raise EditFault(f"no mapping at {at}")
    wanted = {k: v for k, v in now.items() if fields.get(k, v) is not None}
    wanted |= {k: v for k, v in fields.items() if v is not None}
    if wanted == now and wanted.keys() == now.keys():
        return source
    places = _places(source)
    node = places.nodes[at]
    if node.flow:
        if not at:
            raise EditFault("a text of one line")
        if isinstance(at[-1], int):
            return replace_item(source, at, wanted)
        return set_fields(source, at[:-1], {str(at[-1]): wanted})
    lines = places.lines
    first = places.nodes[(*at, node.keys[0])]
    column = first.key_column
    edits: list[tuple[int, int, list[str]]] = []  # lines [from, to) become these
    added: list[str] = []
    for key, value in fields.items():
        if key not in now:
            if value is not None:
                added.append(key)
            continue
        if value == now[key] and value is not None:
            continue
        inner = places.nodes[(*at, key)]
        written = [] if value is None else emitted(key, value, column)
        if inner.key_line == first.key_line and at and isinstance(at[-1], int):
            # It stands on the line of the list's dash.
            dash = lines[inner.key_line][: inner.key_column]
            if not written:
                raise EditFault(f"{key} begins its item")
            written[0] = dash + written[0].lstrip()
        elif not written:
            edits.append((places.above(inner.key_line), max(inner.last, inner.key_line) + 1, []))
            continue
        comment = _comment(lines, inner)
        if comment and len(written) == 1:
            written[0] += comment
        edits.append((inner.key_line, max(inner.last, inner.key_line) + 1, written))
    for key in sorted(added, key=lambda k: order.index(k) if k in order else len(order)):
        before = [k for k in node.keys if _comes_before(str(k), key, order)]
        after = places.nodes[(*at, before[-1] if before else node.keys[0])]
        where = max(after.last, after.key_line) + 1
        edits.append((where, where, emitted(key, fields[key], column)))
    # Bottom up: at one place what stands there first, then what comes before it, in order.
    def turn(n: int) -> tuple[int, bool, int]:
        begin, end, _ = edits[n]
        return -begin, begin == end, -n

    for position in sorted(range(len(edits)), key=turn):
        begin, end, written = edits[position]
        lines[begin:end] = written
    return _sound(source, "\n".join(lines), at, wanted)


def insert_item(source: str, at: At, index: int, value: Any) -> str:
    """The text with a new item of the list at ``at`` before the one at ``index``.

    Raises EditFault.
    """
    now = value_at(source, at)
    if not isinstance(now, list):
        return set_fields(source, at[:-1], {str(at[-1]): [value]})
    wanted = [*now[:index], value, *now[index:]]
    places = _places(source)
    if places.nodes[at].flow or not now:
        return set_fields(source, at[:-1], {str(at[-1]): wanted})
    dash = _dash(places, (*at, 0))
    before = index < len(now)
    where = places.item((*at, index))[0] if before else places.item((*at, len(now) - 1))[1] + 1
    block = item_lines(value, dash)
    spaced = _spaced(places, at)
    if spaced:
        block = [*block, ""] if index < len(now) else ["", *block]
    places.lines[where:where] = block
    return _sound(source, "\n".join(places.lines), at, wanted)


def remove_item(source: str, at: At) -> str:
    """The text without an item of a list; with the last one the list goes too.

    Raises EditFault.
    """
    outer, index = at[:-1], at[-1]
    now = value_at(source, outer)
    if not isinstance(now, list) or not isinstance(index, int) or index >= len(now):
        raise EditFault(f"no item at {at}")
    wanted = [*now[:index], *now[index + 1 :]]
    if not wanted:
        return set_fields(source, outer[:-1], {str(outer[-1]): None})
    places = _places(source)
    if places.nodes[outer].flow:
        return set_fields(source, outer[:-1], {str(outer[-1]): wanted})
    first, last = places.item(at)
    end = last + 1
    if end < len(places.lines) and not places.lines[end].strip() and first > 0 and (
        not places.lines[first - 1].strip() or index == 0
    ):
        end += 1  # one blank line between neighbours is enough
    del places.lines[first:end]
    return _sound(source, "\n".join(places.lines), outer, wanted)


def replace_item(source: str, at: At, value: Any) -> str:
    """The text with an item of a list written anew; its comment stays. Raises EditFault."""
    places = _places(source)
    if places.nodes[at[:-1]].flow:
        now = value_at(source, at[:-1])
        wanted = [value if n == at[-1] else each for n, each in enumerate(now)]
        return set_fields(source, at[:-2], {str(at[-2]): wanted})
    first, last = places.item(at)
    while places.lines[first].lstrip().startswith("#"):
        first += 1
    places.lines[first : last + 1] = item_lines(value, _dash(places, at))
    return _sound(source, "\n".join(places.lines), at, value)


def move_item(source: str, at: At, to: At, index: int) -> str:
    """The text with an item moved into the list at ``to``, before the item now at ``index``.

    The item keeps its writing and its comment. Raises EditFault.
    """
    value = value_at(source, at)
    target = value_at(source, to)
    if value is None or not isinstance(target, list):
        raise EditFault(f"nothing to move at {at}")
    outer, here = at[:-1], at[-1]
    if outer == to and index in (here, int(here) + 1):
        return source
    places = _places(source)
    if places.nodes[outer].flow or places.nodes[to].flow or len(value_at(source, outer)) == 1:
        raise EditFault("the last question of a section cannot be moved out of it")
    first, last = places.item(at)
    block = places.lines[first : last + 1]
    shift = _dash(places, (*to, 0)) - _dash(places, at)
    block = [(" " * shift + line if shift > 0 else line[-shift:]) if line.strip() else line
             for line in block]  # fmt: skip
    if index < len(target):
        where = places.item((*to, index))[0]
    else:
        where = places.item((*to, len(target) - 1))[1] + 1
    spaced = _spaced(places, to)
    if spaced:
        block = [*block, ""] if index < len(target) else ["", *block]
    end = last + 1
    if _spaced(places, outer) and end < len(places.lines) and not places.lines[end].strip():
        end += 1
    lines = places.lines
    if where > first:
        lines[where:where] = block
        del lines[first:end]
    else:
        del lines[first:end]
        lines[where:where] = block
    made = "\n".join(lines)
    wanted = read_yaml(source, "", MOST_LIST_BYTES).value
    _get(wanted, outer).pop(int(here))
    place = index - 1 if outer == to and index > int(here) else index
    _get(wanted, to).insert(place, value)
    if read_yaml(made, "", MOST_LIST_BYTES).value != wanted:
        raise EditFault("this text is laid out so that the item cannot be moved")
    return made


# -- writing ---------------------------------------------------------------------------------------


def emitted(key: str, value: Any, column: int) -> list[str]:
    """``key: value`` as lines at this column."""
    pad = " " * column
    if isinstance(value, dict):
        if not value:
            return [f"{pad}{key}: {{}}"]
        inner = [line for k, v in value.items() for line in emitted(str(k), v, column + 2)]
        return [f"{pad}{key}:", *inner]
    if isinstance(value, list | tuple):
        flat = all(not isinstance(each, dict | list | tuple) for each in value)
        if flat:
            whole = f"{pad}{key}: [{', '.join(scalar(each, flow=True) for each in value)}]"
            if len(whole) <= WIDTH or not value:
                return [whole]
        return [f"{pad}{key}:", *(line for each in value for line in item_lines(each, column + 2))]
    if isinstance(value, str) and "\n" in value:
        block = _block(value)
        if block is not None:
            chomp, rows = block
            inner_pad = pad + "  "
            return [f"{pad}{key}: |{chomp}", *(f"{inner_pad}{row}" if row else "" for row in rows)]
    return [f"{pad}{key}: {scalar(value)}"]


def item_lines(value: Any, column: int) -> list[str]:
    """An item of a list as lines, its dash at this column."""
    pad = " " * column
    if isinstance(value, dict) and value:
        flat = all(isinstance(v, str | int | bool) and "\n" not in str(v) for v in value.values())
        pairs = ", ".join(f"{k}: {scalar(v, flow=True)}" for k, v in value.items())
        whole = f"{pad}- {{{pairs}}}"
        if flat and len(value) <= 3 and len(whole) <= WIDTH:
            return [whole]
        lines = [line for k, v in value.items() for line in emitted(str(k), v, column + 2)]
        lines[0] = f"{pad}- {lines[0].lstrip()}"
        return lines
    return [f"{pad}- {scalar(value)}"]


def scalar(value: Any, flow: bool = False) -> str:
    """One value on one line, quoted where it has to be."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if text == text.strip() and text and "\n" not in text and not _BREAKS.search(text):
        probe = f"[{text}]" if flow else f"k: {text}"
        read = read_yaml(probe, "", MOST_LIST_BYTES)
        if not read.faults and read.value == ([text] if flow else {"k": text}):
            return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _block(text: str) -> tuple[str, list[str]] | None:
    """A text of several lines for a ``|`` block: the chomping mark and its lines."""
    body = text.rstrip("\n")
    ending = len(text) - len(body)
    if ending > 1 or not body or body[0] in " \n" or _BREAKS.search(body) or any(
        row != row.rstrip() or "\t" in row for row in body.split("\n")
    ):
        return None
    return ("" if ending else "-"), body.split("\n")


# -- helpers ---------------------------------------------------------------------------------------


def _places(source: str) -> _Map:
    try:
        return _Map(source)
    except YAMLError as error:
        raise EditFault(str(error).splitlines()[0]) from error


def _get(value: Any, at: At) -> Any:
    for key in at:
        value = value[key]
    return value


def _sound(before: str, made: str, at: At, wanted: Any) -> str:
    """The text made, if it says what it was to say and nothing else changed."""
    whole = read_yaml(before, "", MOST_LIST_BYTES).value
    read = read_yaml(made, "", MOST_LIST_BYTES)
    if not at:
        whole = wanted
    else:
        outer = _get(whole, at[:-1])
        outer[at[-1]] = wanted
    if read.faults or _plain(read.value) != _plain(whole):
        raise EditFault(f"the text at {at} is laid out so that it cannot be edited")
    return made


def _plain(value: Any) -> Any:
    """Values as they are compared: a block's last line break does not count."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.rstrip("\n") if isinstance(value, str) else value


def _comes_before(one: str, other: str, order: Sequence[str]) -> bool:
    if other not in order:
        return True
    return one in order and order.index(one) < order.index(other)


def _comment(lines: list[str], node: _Node) -> str:
    """The comment behind a value on its line, with the space before it."""
    rest = lines[node.last][node.end :]
    return rest.rstrip() if rest.lstrip().startswith("#") else ""


def _dash(places: _Map, at: At) -> int:
    """The column of a list item's dash."""
    first, _ = places.item(at)
    while places.lines[first].lstrip().startswith("#"):
        first += 1
    return _indent(places.lines[first])


def _spaced(places: _Map, at: At) -> bool:
    """Whether the items of a list stand apart by blank lines."""
    node = places.nodes[at]
    if len(node.keys) < 2:
        return False
    first, _ = places.item((*at, 1))
    return first > 0 and not places.lines[first - 1].strip()
