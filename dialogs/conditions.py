"""Conditions of a script: CEL expressions over answers, compiled and type-checked once.

The only module that knows the CEL library. Values it meets are untyped for mypy only where the
library says so. CEL's logic has three values: what is not known yet makes a condition unknown
(None) unless the rest decides it, as in ``unknown || true``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from cel_expr_python import cel  # type: ignore[import-untyped]
from msgspec import Struct

from dialogs.faults import meant

if TYPE_CHECKING:
    from dialogs.script import Kind, Question


class Type(StrEnum):
    """What a variable holds, by CEL's names. LIST is a list of texts."""

    TEXT = "STRING"
    NUMBER = "INT"
    FLAG = "BOOL"
    LIST = "LIST<STRING>"


_CEL_TYPES = {
    Type.TEXT: cel.Type.STRING,
    Type.NUMBER: cel.Type.INT,
    Type.FLAG: cel.Type.BOOL,
    Type.LIST: cel.Type.List(cel.Type.STRING),
}

TYPE_OF_KIND: dict[Kind, Type] = {
    "story": Type.TEXT, "needs": Type.LIST, "text": Type.TEXT, "long_text": Type.TEXT,
    "number": Type.NUMBER, "year": Type.NUMBER, "month": Type.TEXT, "date": Type.TEXT,
    "time": Type.TEXT, "choice": Type.TEXT, "choices": Type.LIST, "yes_no": Type.TEXT,
    "country": Type.TEXT, "place": Type.LIST, "phone": Type.TEXT, "email": Type.TEXT,
    "contact": Type.TEXT, "attachment": Type.TEXT, "group": Type.NUMBER, "note": Type.FLAG,
}  # fmt: skip

RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in"}
    | {"let", "loop", "namespace", "null", "package", "return", "true", "var", "void", "while"}
    | {"bool", "bytes", "double", "duration", "dyn", "int", "list", "map", "string", "timestamp"}
    | {"type", "uint", "value", "notice", "section", "title", "welcome"}
    | {"change", "delete", "fix", "gone", "language", "offer", "old", "part", "phone", "restart"}
    | {"review", "second", "unclear", "where"}
)
"""Words that cannot be an id: CEL's own, ``value``, the names of a script's other texts, and the
engine's own prompts (``dialogs.migrate.OWN``)."""


def variables_of(question: Question) -> dict[str, Type]:
    """The names under which conditions see this question's answer.

    ``<id>`` holds the answer, ``answered_<id>`` says whether there is one; a note has no answer.
    The answer to a time question is its state in words, and ``<id>_from`` and ``<id>_to`` are its
    ends as "YYYY-MM".
    """
    if question.kind == "note":
        return {}
    names = {
        question.id: TYPE_OF_KIND[question.kind],
        f"answered_{question.id}": Type.FLAG,
    }
    if question.kind == "time":
        names |= {f"{question.id}_from": Type.TEXT, f"{question.id}_to": Type.TEXT}
    return names


class Problem(Struct, frozen=True):
    """What is wrong with an expression: ``column`` counts its characters from 1."""

    column: int
    code: str
    args: dict[str, str | int] = {}


class Variables:
    """The names an expression may use, each with its type."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self.types = dict(types)
        self._env = _environment(frozenset(self.types.items()))
        self._compiled: dict[str, cel.Expression | tuple[Problem, ...]] = {}

    def program(self, expression: str) -> cel.Expression | tuple[Problem, ...]:
        """The compiled expression or all its problems; compiled once."""
        found = self._compiled.get(expression)
        if found is None:
            try:
                found = self._env.compile(expression)
            except RuntimeError as error:
                found = tuple(_problems(str(error), expression, self.types))
            self._compiled[expression] = found
        return found


@lru_cache(maxsize=256)
def _environment(types: frozenset[tuple[str, Type]]) -> cel.Env:
    return cel.NewEnv(variables={name: _CEL_TYPES[kind] for name, kind in types})


REMEMBERED = 1000
"""Results of one condition kept for values met before."""


def _hashable(value: object) -> object:
    """The value itself, or what stands for a list among remembered values."""
    return ("list", *value) if isinstance(value, (list, tuple)) else value


class Condition:
    """A compiled expression.

    ``uses`` are the variables it reads, ``type`` is what it gives: FLAG for a condition proper,
    anything for a derived value.
    """

    __slots__ = ("_held", "_lists", "_program", "_reads", "source", "type", "uses")

    def __init__(
        self,
        source: str,
        program: cel.Expression,
        uses: Mapping[str, Type],
        result: Type,
    ) -> None:
        self.source = source
        self.uses = frozenset(uses)
        self.type = result
        self._program = program
        self._reads = tuple(uses)
        self._lists = tuple(name for name, kind in uses.items() if kind is Type.LIST)
        self._held: dict[tuple[object, ...], bool | None] = {}

    def __repr__(self) -> str:
        return f"Condition({self.source!r})"

    @classmethod
    def compile(
        cls, expression: str, variables: Variables, result: Type | None = Type.FLAG
    ) -> Condition | tuple[Problem, ...]:
        """Compile an expression over these variables that gives ``result`` (None: any type)."""
        program = variables.program(expression)
        if isinstance(program, tuple):
            return program
        name = program.return_type().name()
        if name not in set(Type) or (result is not None and name != result):
            gives = f"@{Type(name).name.lower()}" if name in set(Type) else name.lower()
            code = "not_a_condition" if result is Type.FLAG else "wrong_result"
            return (Problem(1, code, {"type": gives}),)
        uses = {known: variables.types[known] for known in _names(expression, variables.types)}
        return cls(expression, program, uses, Type(name))

    def holds(self, values: Mapping[str, object]) -> bool | None:
        """Whether it holds for these values; None when that depends on a value not there.

        What was found once for the same values is remembered: answers are few and repeat.
        """
        key = tuple([_hashable(values.get(name)) for name in self._reads])
        if key in self._held:
            return self._held[key]
        given = self._eval(values)
        value = given.value() if given is not None else None
        # An error's value is its message: nothing but the two constants is an answer.
        held = value if value is True or value is False else None
        if len(self._held) >= REMEMBERED:
            self._held.clear()
        self._held[key] = held
        return held

    def value(self, values: Mapping[str, object]) -> object:
        """What the expression gives: bool, int, str or list; None when that is not known.

        A value of None counts as not there. Errors at run time (a division by zero, an index
        out of range, the library's own budget) count as not known.
        """
        given = self._eval(values)
        return None if given is None or given.type() == cel.Type.ERROR else given.plain_value()

    def _eval(self, values: Mapping[str, object]) -> cel.Value | None:
        data = {name: values[name] for name in self._reads if values.get(name) is not None}
        for name in self._lists:
            if name in data and not isinstance(data[name], list):
                data[name] = list(data[name])  # type: ignore[call-overload]
        try:
            return self._program.eval(data=data)
        except RuntimeError:
            return None


_TOKEN = re.compile(
    r"""(?P<text>[rb]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))|(?P<name>(?<![\w.])[A-Za-z_]\w*)"""
)


def literals(expression: str) -> list[tuple[int, str]]:
    """The quoted texts of an expression with their columns (from 1)."""
    return [
        (found.start() + 1, found["text"][1:-1])
        for found in _TOKEN.finditer(expression)
        if found["text"] and found["text"][0] in "'\""
    ]


def _names(expression: str, known: Mapping[str, Type]) -> list[str]:
    """The known names an expression reads. A loop variable of the same name counts too."""
    found = {match["name"] for match in _TOKEN.finditer(expression) if match["name"]}
    return sorted(found & known.keys())


_REPORT = re.compile(
    r"^(?:[A-Z_]+: )?ERROR: <input>:(\d+):(\d+): (.*?)(?: \[[A-Z_]+\])?$", re.MULTILINE
)
_WORD_TYPES = {
    "string": "@text", "int": "@number", "bool": "@flag", "list(string)": "@list",
    "double": "@fraction", "null_type": "@nothing",
}  # fmt: skip
_OPERATOR_WORDS = {"and": "&&", "or": "||", "not": "!", "un": "&&", "vai": "||"}


def _problems(report: str, expression: str, known: Mapping[str, Type]) -> list[Problem]:
    """The library's report as problems: all of a kind's names, but one fault of grammar only,
    since the first makes the others."""
    starts = [0]
    for line in expression.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: list[Problem] = []
    for match in _REPORT.finditer(report):
        row, column, text = int(match[1]), int(match[2]), match[3]
        offset = starts[min(row, len(starts)) - 1] + column - 1
        if text.startswith("Syntax error: "):
            return [_grammar(text, expression, offset)]
        problem = _meaning(text, expression, offset, known)
        if problem is not None:
            found.append(problem)
    return found or [Problem(1, "condition_too_complex")]


def _grammar(text: str, expression: str, offset: int) -> Problem:
    """A fault of grammar: what people write instead of CEL, first."""
    before = re.search(r"\bnot\s+$", expression[:offset])
    word = re.match(r"\w+", expression[offset:])
    rest = expression[offset:]
    column = offset + 1
    if word and word[0] in _OPERATOR_WORDS:
        args = {"word": word[0], "operator": _OPERATOR_WORDS[word[0]]}
        return Problem(column, "word_operator", {**args})
    if before:
        return Problem(before.start() + 1, "word_operator", {"word": "not", "operator": "!"})
    if re.match(r"=>|=<|<>", expression[max(offset - 1, 0) :]) or rest[:2] in (
        "=>",
        "=<",
        "<>",
    ):
        return Problem(column, "sign_order", {"sign": "!="})
    if rest[:1] == "=":
        return Problem(column, "single_equals")
    if rest[:1] in "&|" and rest:
        return Problem(column, "single_sign", {"sign": rest[0] * 2})
    if rest[:1] and rest[0] in "“”„«»‘’":
        return Problem(column, "curly_quotes", {"quote": rest[0]})
    if rest[:1] in ("'", '"'):
        return Problem(column, "condition_quote")
    if "<EOF>'" in text.partition("expecting")[0] or "missing ')'" in text:
        return Problem(min(column, len(expression)) or 1, "condition_ends_early")
    near = word[0] if word else rest[:1]
    return Problem(column, "condition_grammar", {"near": near})


def _meaning(text: str, expression: str, offset: int, known: Mapping[str, Type]) -> Problem | None:
    """A fault of names or types; None for a mere consequence of another fault."""
    if "'*error*'" in text or "(*error*" in text:
        return None
    if text.startswith("undeclared reference to "):
        name = text.split("'")[1]
        start = expression.rfind(name, 0, offset + len(name))
        column = max(start, 0) + 1
        if re.match(r"\s*\(", expression[column - 1 + len(name) :]):
            return Problem(column, "unknown_function", {"name": name})
        return Problem(column, "unknown_name", {"name": name, **meant(name, known)})
    if text.startswith("found no matching overload"):
        name, _, rest = text.split("'", 2)[1], "", text.split("'")[3].strip("()")
        types = [_WORD_TYPES.get(word, word) for word in re.split(r", (?![^(]*\))", rest)]
        sign = {"@in": "in", "_?_:_": "?"}.get(name, name.strip("_").replace("_", ""))
        args: dict[str, str | int] = {
            "sign": sign,
            "left": types[0],
            "right": types[-1],
        }
        return Problem(offset + 1, "wrong_types", args)
    if "select operation" in text or "has()" in text:
        return Problem(offset + 1, "no_fields")
    return Problem(offset + 1, "condition_meaning", {"problem": text})
