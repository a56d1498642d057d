"""Reading the data files of this folder, which programme staff may extend.

A fault is told with file, line and what to do, for whoever edited the file last. Lines are looked
for only when something is wrong, so that reading stays quick.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import resources
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

FOLDER = "dialogs/programme"


class ListFault(ValueError):
    """A fault of a data file; the message is one line: file, line, what is wrong, what to do."""

    @classmethod
    def at(cls, name: str, line: int, message: str) -> ListFault:
        """The fault of a line, counted from 1; of the file as a whole where it is 0."""
        place = f"{FOLDER}/{name}:{line}" if line else f"{FOLDER}/{name}"
        return cls(f"{place}: {' '.join(message.split())}")

    @classmethod
    def under(cls, name: str, keys: Sequence[str | int], message: str) -> ListFault:
        """The fault of what stands in a YAML file under these keys, from the outermost."""
        return cls.at(name, _line_under(name, keys), message)

    @classmethod
    def saying(cls, names: Sequence[str], words: str, message: str) -> ListFault:
        """The fault of a line that reads so (comments aside), in the first file that has it."""
        for name in names:
            for number, line in enumerate(read_text(name).splitlines(), 1):
                told = line.partition("#")[0].strip()
                if words in (told, told.partition(": ")[2]):  # on its own, or behind "lv: "
                    return cls.at(name, number, message)
        return cls.at(names[0], 0, message)


_NONE: Mapping[str, str] = MappingProxyType({})
_own: ContextVar[Mapping[str, str]] = ContextVar("own", default=_NONE)


@contextmanager
def reading(own: Mapping[str, str]) -> Iterator[None]:
    """Meanwhile these texts are read in place of the shipped files, by name: a draft's data."""
    before = _own.set(own)
    try:
        yield
    finally:
        _own.reset(before)


def read_text(name: str) -> str:
    """The text of a data file: the shipped one, or what takes its place meanwhile."""
    own = _own.get()
    return own[name] if name in own else shipped_text(name)


def shipped_text(name: str) -> str:
    """The text of a shipped data file."""
    return resources.files("dialogs.programme").joinpath(name).read_text(encoding="utf-8")


def read_programme_yaml(name: str) -> Any:
    """The content of a YAML file of this folder, as plain values.

    Raises :class:`ListFault` where it is no YAML.
    """
    try:
        return YAML(typ="safe").load(read_text(name))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "this is not YAML"
        line = mark.line + 1 if mark else 0
        remedy = "check the signs and the indentation of this line and the one before"
        raise ListFault.at(name, line, f"{problem}; {remedy}") from error


def _line_under(name: str, keys: Sequence[str | int]) -> int:
    node: Any = YAML(typ="rt").load(read_text(name))
    line = 0
    for key in keys:
        try:
            line = (node.lc.item(key) if isinstance(key, int) else node.lc.key(key))[0] + 1
            node = node[key]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line
