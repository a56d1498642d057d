"""Conditions as staff build and read them: tests joined by "and" or "or", put into a sentence.

A test compares one name with a value, as the pickers of the studio do. What is written by hand
beyond that (arithmetic, loops) has no tests and is shown as it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

Op = Literal[
    "is", "is_not", "one_of", "none_of", "has", "has_not", "least", "most", "above", "below",
    "yes", "no", "answered", "unanswered",
]  # fmt: skip
"""has: a list (needs, choices) contains the value; yes, no: a value that is true or false."""

COMPARED: dict[str, Op] = {
    "==": "is", "!=": "is_not", ">=": "least", "<=": "most", ">": "above", "<": "below",
}  # fmt: skip
_SIGN = {op: sign for sign, op in COMPARED.items()}
_MIRRORED = {"==": "==", "!=": "!=", ">=": "<=", "<=": ">=", ">": "<", "<": ">"}
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<number>-?\d+)"""
    r"""|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>&&|\|\||==|!=|>=|<=|[<>!(),\[\]]))"""
)


class Test(Struct, frozen=True):
    """One test of a name; ``values`` are those it is compared with, as they are written."""

    name: str
    op: Op
    values: tuple[str, ...] = ()
    number: bool = False


class Joined(Struct, frozen=True):
    """Tests and groups of tests, all (``and``) or one of which (``or``) must hold."""

    joint: Literal["and", "or"]
    parts: tuple[Test | Joined, ...]


Tree = Test | Joined


class _BeyondError(Exception):
    """The expression says more than tests can."""


def parsed(source: str) -> Tree | None:
    """The tests of an expression; None if it says more than tests can."""
    tokens: list[tuple[str, str]] = []
    at = 0
    source = source.strip()
    while at < len(source):
        found = _TOKEN.match(source, at)
        if found is None or found.end() == at:
            return None
        kind = found.lastgroup or ""
        tokens.append((kind, found[kind]))
        at = found.end()
    parser = _Parser(tokens)
    try:
        tree = parser.either()
    except _BeyondError:
        return None
    return tree if parser.at == len(tokens) else None


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def take(self, wanted: str = "") -> tuple[str, str]:
        token = self.peek()
        if not token[0] or (wanted and token[1] != wanted):
            raise _BeyondError
        self.at += 1
        return token

    def either(self) -> Tree:
        return self.joined("||", "or", self.both)

    def both(self) -> Tree:
        return self.joined("&&", "and", self.one)

    def joined(
        self, sign: str, joint: Literal["and", "or"], inner: Callable[[], Tree]
    ) -> Tree:
        parts = [inner()]
        while self.peek()[1] == sign:
            self.take()
            parts.append(inner())
        return parts[0] if len(parts) == 1 else Joined(joint, tuple(parts))

    def one(self) -> Tree:
        kind, text = self.peek()
        if text == "(":
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        if text == "!":
            self.take()
            return _not(self.one())
        if kind == "name":
            self.take()
            return self.named(text)
        value, number = self.value()
        sign = self.take()[1]
        name_kind, name = self.take()
        if name_kind != "name":
            raise _BeyondError
        if sign == "in":
            return Test(name, "has", (value,))
        if sign not in _MIRRORED:
            raise _BeyondError
        return Test(name, COMPARED[_MIRRORED[sign]], (value,), number)

    def named(self, name: str) -> Tree:
        sign = self.peek()[1]
        if sign == "in":
            self.take()
            self.take("[")
            values = [self.value()[0]]
            while self.peek()[1] == ",":
                self.take()
                values.append(self.value()[0])
            self.take("]")
            return Test(name, "one_of", tuple(values))
        if sign in COMPARED:
            self.take()
            value, number = self.value()
            return Test(name, COMPARED[sign], (value,), number)
        if name.startswith("answered_"):
            return Test(name.removeprefix("answered_"), "answered")
        return Test(name, "yes")

    def value(self) -> tuple[str, bool]:
        kind, text = self.take()
        if kind == "number":
            return text, True
        if kind == "text" and "\\" not in text:
            return text[1:-1], False
        raise _BeyondError


_OPPOSITE: dict[str, Op] = {
    "is": "is_not", "is_not": "is", "one_of": "none_of", "none_of": "one_of", "has": "has_not",
    "has_not": "has", "least": "below", "below": "least", "most": "above", "above": "most",
    "yes": "no", "no": "yes", "answered": "unanswered", "unanswered": "answered",
}  # fmt: skip


def _not(tree: Tree) -> Tree:
    if isinstance(tree, Test):
        return Test(tree.name, _OPPOSITE[tree.op], tree.values, tree.number)
    other: Literal["and", "or"] = "or" if tree.joint == "and" else "and"
    return Joined(other, tuple(_not(part) for part in tree.parts))


def written(tree: Tree) -> str:
    """The expression of these tests."""
    if isinstance(tree, Joined):
        sign = " && " if tree.joint == "and" else " || "
        return sign.join(
            f"({written(part)})" if isinstance(part, Joined) else written(part)
            for part in tree.parts
        )
    values = [v if tree.number else json.dumps(v, ensure_ascii=False) for v in tree.values]
    name, op = tree.name, tree.op
    if op in _SIGN:
        return f"{name} {_SIGN[op]} {values[0]}"
    if op in ("one_of", "none_of"):
        inside = f"{name} in [{', '.join(values)}]"
        return inside if op == "one_of" else f"!({inside})"
    if op in ("has", "has_not"):
        return f"{values[0]} in {name}" if op == "has" else f"!({values[0]} in {name})"
    return {
        "yes": name, "no": f"!{name}", "answered": f"answered_{name}",
        "unanswered": f"!answered_{name}",
    }[op]  # fmt: skip


def flat(tree: Tree) -> tuple[Literal["and", "or"], tuple[Test, ...]] | None:
    """The tests in one row with what joins them; None if they are nested."""
    if isinstance(tree, Test):
        return "and", (tree,)
    tests = tuple(part for part in tree.parts if isinstance(part, Test))
    return (tree.joint, tests) if len(tests) == len(tree.parts) else None


def sentence(
    tree: Tree,
    say: Callable[..., str],
    title: Callable[[str], str],
    label: Callable[[str, str], str],
) -> str:
    """The tests in words.

    ``say`` gives a text by its name (``is``, ``and`` ...) with ``name`` and ``value`` filled in,
    ``title`` what a name is called, ``label`` what one of its values is called.
    """
    if isinstance(tree, Joined):
        joint = f" {say(tree.joint)} "
        return joint.join(
            f"({sentence(part, say, title, label)})"
            if isinstance(part, Joined)
            else sentence(part, say, title, label)
            for part in tree.parts
        )
    value = f" {say('or')} ".join(
        each if tree.number else label(tree.name, each) for each in tree.values
    )
    return say(tree.op, name=title(tree.name), value=value)


def names(tree: Tree) -> Iterator[str]:
    """The names that are tested."""
    if isinstance(tree, Test):
        yield tree.name
    else:
        for part in tree.parts:
            yield from names(part)


def uses(source: str, name: str) -> bool:
    """Whether an expression speaks of a name, also one that says more than tests can."""
    tree = parsed(source)
    if tree is not None:
        return name in set(names(tree))
    return renamed(source, name, f"{name}_") != source


def renamed(source: str, was: str, now: str) -> str:
    """An expression in which a name is called otherwise; quoted texts stay."""
    pattern = re.compile(
        r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|\b(answered_)?" + re.escape(was)
        + r"(_from|_to)?\b"
    )
    return pattern.sub(
        lambda found: found[1] or f"{found[2] or ''}{now}{found[3] or ''}", source
    )


def joined(joint: str, tests: Sequence[Test]) -> str:
    """The expression of tests that are all joined alike; "" for none."""
    if not tests:
        return ""
    if len(tests) == 1:
        return written(tests[0])
    return written(Joined("or" if joint == "or" else "and", tuple(tests)))
