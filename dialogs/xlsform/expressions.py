"""Conditions of a questionnaire (XPath, as XLSForm writes it) as conditions of a script (CEL).

An answer that is missing is the empty text to XPath and not known to CEL; what is true of a missing
answer there (``${q} != 'x'``, ``not(...)``) therefore asks here whether there is one. What has no
counterpart raises :class:`NotCarried` with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NoReturn

from msgspec import Struct

DEEPEST = 40
"""Levels of brackets that are followed; forms in use have a handful."""
MOST_TOKENS = 600


class NotCarried(Exception):
    """Why an expression cannot be a condition; ``code`` and ``given`` make a text."""

    def __init__(self, code: str, **given: str) -> None:
        super().__init__(code)
        self.code = code
        self.given = given


class Name(Struct, frozen=True):
    """What ``${name}`` stands for: the script's id and type, and, where it has choices, their ids.

    ``type`` is text, number, flag, list or date. ``answered`` says whether it may be missing.
    ``group`` is a group question whose count it is.
    """

    id: str
    type: str
    choices: Mapping[str, str] = {}
    answered: bool = True


class Made(Struct, frozen=True):
    """A translated piece: CEL, its type, the answers it reads, and its literal if it is one."""

    cel: str
    type: str
    reads: frozenset[str] = frozenset()
    literal: str | None = None
    choices: Mapping[str, str] = {}


Look = Callable[[str], Name]
"""Finds the name behind ``${name}``; raises NotCarried if it was not carried."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<ref>\$\{\s*(?P<name>[^}\s]+)\s*\})
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<path>(?:\.\./)+[\w.-]+|(?:/[\w.:-]+)+)
    | (?P<word>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)
    | (?P<sign><=|>=|!=|[=<>+*(),-]|\.(?![\d./]))
    )""",
    re.VERBOSE,
)
_LOOKAROUND = re.compile(r"\(\?[=!<]|\\\d")
_NUMERIC = re.compile(r"-?\d{1,9}(\.0+)?")
_ORDER = {"=": "==", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_MATHS = {"+": "+", "-": "-", "*": "*", "mod": "%"}


def condition(
    source: str, look: Look, value: Name | None = None, cells: Mapping[str, str] | None = None
) -> str:
    """The CEL condition of an expression. ``value`` is what ``.`` stands for, ``cells`` the
    columns of a choice that a choice filter may name. Raises NotCarried."""
    made = _Reader(source, look, value, cells or {}).whole()
    return made.flag(positive=True).cel


def derived(source: str, look: Look) -> Made:
    """The CEL expression of a calculation. Raises NotCarried."""
    made = _Reader(source, look, None, {}).whole()
    return made.value() if made.kind == "value" else made.flag(positive=True)


class _Node:
    """A node of the expression: an operator with its parts, or a translated piece."""

    def __init__(self, kind: str, *parts: _Node, made: Made | None = None, sign: str = "") -> None:
        self.kind = kind
        self.parts = parts
        self.made = made
        self.sign = sign

    def value(self) -> Made:
        """The node as a value."""
        if self.made is not None:
            return self.made
        return self.flag(positive=True)

    def flag(self, *, positive: bool) -> Made:
        """The node, or with ``positive`` false its opposite, as something that holds or not."""
        if self.kind in ("and", "or"):
            made = [part.flag(positive=positive) for part in self.parts]
            sign = "&&" if (self.kind == "and") is positive else "||"
            reads = frozenset[str]().union(*(each.reads for each in made))
            cel = f" {sign} ".join(_bracketed(each.cel, sign) for each in made)
            return Made(cel, "flag", reads)
        if self.kind == "not":
            return self.parts[0].flag(positive=not positive)
        if self.kind == "compare":
            return _compared(self.parts[0].value(), self.sign, self.parts[1].value(), positive)
        made_here = self.value()
        if made_here.type != "flag":
            raise NotCarried("no_condition", text=made_here.cel[:40])
        if positive:
            return made_here
        return _or_missing(Made(f"!{_tight(made_here.cel)}", "flag", made_here.reads))


def _bracketed(cel: str, sign: str) -> str:
    mixed = "||" if sign == "&&" else "&&"
    return f"({cel})" if mixed in cel or "?" in cel else cel


def _tight(cel: str) -> str:
    return cel if re.fullmatch(r"[\w.]+(\([^()]*\))?", cel) else f"({cel})"


def _or_missing(made: Made) -> Made:
    """A denial also holds where the answer is missing."""
    if not made.reads:
        return made
    missing = [f"!answered_{name}" for name in sorted(made.reads)]
    return Made(" || ".join((*missing, made.cel)), "flag", made.reads)


def _compared(left: Made, sign: str, right: Made, positive: bool) -> Made:
    """A comparison, its sides brought to one type."""
    sign = _ORDER[sign]
    reads = left.reads | right.reads
    for one, other in ((left, right), (right, left)):
        if one.literal == "" and sign in ("==", "!=") and len(other.reads) == 1:
            there = (sign == "!=") is positive
            return Made(f"{'' if there else '!'}answered_{next(iter(other.reads))}", "flag", reads)
    left, right = _alike(left, right), _alike(right, left)
    if left.type != right.type or left.type in ("list", "flag"):
        if {left.type, right.type} == {"flag"} and sign in ("==", "!="):
            pass
        else:
            raise NotCarried("cannot_compare", left=left.cel[:40], right=right.cel[:40])
    if not positive:
        sign = _OPPOSITE[sign]
    sides = [_tight(each.cel) if each.type == "flag" else each.cel for each in (left, right)]
    made = Made(f" {sign} ".join(sides), "flag", reads)
    denial = not positive or sign == "!="
    return _or_missing(made) if denial else made


def _alike(own: Made, other: Made) -> Made:
    """A literal as the other side needs it: a choice's id, a number, a text, a day."""
    if own.literal is None:
        return own
    if other.choices:
        return _text(other.choices.get(own.literal, own.literal))
    if other.type == "number" and own.type == "text" and _NUMERIC.fullmatch(own.literal):
        return Made(str(int(float(own.literal))), "number", literal=own.literal)
    if other.type == "text" and own.type == "number":
        return _text(own.literal)
    if other.type == "date" and own.type == "text":
        return Made(own.cel, "date", literal=own.literal)
    return own


def _text(text: str) -> Made:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return Made(f'"{escaped}"', "text", literal=text)


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(
        self, source: str, look: Look, value: Name | None, cells: Mapping[str, str]
    ) -> None:
        self.look = look
        self.dot = value
        self.cells = cells
        self.tokens = _tokens(source)
        self.at = 0
        self.depth = 0

    def whole(self) -> _Node:
        """The whole expression."""
        node = self._or()
        if self.at < len(self.tokens):
            self._stuck()
        return node

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self.at += 1
        return token

    def _take(self, *words: str) -> str:
        """The next token if it is one of these words or signs."""
        kind, text = self._peek()
        if kind in ("word", "sign") and text in words:
            self.at += 1
            return text
        return ""

    def _stuck(self) -> NoReturn:
        raise NotCarried("not_an_expression", text=self._peek()[1][:40] or "…")

    def _or(self) -> _Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotCarried("too_long_expression")
        parts = [self._and()]
        while self._take("or"):
            parts.append(self._and())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else _Node("or", *parts)

    def _and(self) -> _Node:
        parts = [self._comparison()]
        while self._take("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else _Node("and", *parts)

    def _comparison(self) -> _Node:
        node = self._sum()
        while sign := self._take(*_ORDER):
            node = _Node("compare", node, self._sum(), sign=sign)
        return node

    def _sum(self) -> _Node:
        node = self._product()
        while sign := self._take("+", "-"):
            node = _calculated(node, sign, self._product())
        return node

    def _product(self) -> _Node:
        node = self._unary()
        while sign := self._take("*", "div", "mod"):
            node = _calculated(node, sign, self._unary())
        return node

    def _unary(self) -> _Node:
        minus = False
        while self._take("-"):
            minus = not minus
        node = self._primary()
        if not minus:
            return node
        made = node.value()
        if made.type != "number":
            self._stuck()
        literal = f"-{made.literal}" if made.literal is not None else None
        return _Node("value", made=Made(f"-{_tight(made.cel)}", "number", made.reads, literal))

    def _primary(self) -> _Node:
        kind, text = self._next()
        if kind == "text":
            return _Node("value", made=_text(text[1:-1]))
        if kind == "number":
            return _Node("value", made=_number(text))
        if kind == "ref":
            return self._name(text)
        if kind == "path":
            return self._name(text.rstrip("/").rpartition("/")[2])
        if kind == "sign" and text == "(":
            node = self._or()
            if not self._take(")"):
                self._stuck()
            return node
        if kind == "sign" and text == ".":
            if self.dot is None:
                raise NotCarried("uses_unknown", name=".")
            own = self.dot
            return _Node("value", made=Made("value", own.type, choices=own.choices))
        if kind == "word" and self._peek() == ("sign", "("):
            return self._call(text)
        if kind == "word" and text in self.cells:
            return _Node("value", made=_text(self.cells[text]))
        if kind == "word":
            raise NotCarried("uses_unknown", name=text[:40])
        self.at -= 1
        self._stuck()

    def _name(self, name: str) -> _Node:
        found = self.look(name)
        reads = frozenset({found.id}) if found.answered else frozenset[str]()
        return _Node("value", made=Made(found.id, found.type, reads, choices=found.choices))

    def _call(self, name: str) -> _Node:
        self.at += 1
        arguments: list[_Node] = []
        while not self._take(")"):
            arguments.append(self._or())
            if not self._take(",") and self._peek() != ("sign", ")"):
                self._stuck()
        if name == "not" and len(arguments) == 1:
            return _Node("not", arguments[0])
        if name in ("true", "false") and not arguments:
            return _Node("value", made=Made(name, "flag"))
        act = _FUNCTIONS.get((name, len(arguments)))
        if act is None:
            raise NotCarried("uses_function", function=name[:40])
        return _Node("value", made=act([each.value() for each in arguments], name))


def _tokens(source: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, end = 0, len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None or len(found) > MOST_TOKENS:
            code = "not_an_expression" if match is None else "too_long_expression"
            raise NotCarried(code, text=source[at : at + 20].strip())
        kind = match.lastgroup or ""
        kind = "ref" if match["ref"] else kind
        found.append((kind, match["name"] if kind == "ref" else match[kind]))
        at = match.end()
    if not found:
        raise NotCarried("not_an_expression", text="…")
    return found


def _number(text: str) -> Made:
    value = float(text)
    if not value.is_integer() or value > 2**53:
        raise NotCarried("decimal", number=text[:20])
    return Made(str(int(value)), "number", literal=text)


def _calculated(left: _Node, sign: str, right: _Node) -> _Node:
    if sign not in _MATHS:
        raise NotCarried("uses_function", function=sign)
    one, other = left.value(), right.value()
    one, other = _alike(one, other), _alike(other, one)
    if one.type != "number" or other.type != "number":
        raise NotCarried("cannot_compare", left=one.cel[:40], right=other.cel[:40])
    cel = f"{_tight(one.cel)} {_MATHS[sign]} {_tight(other.cel)}"
    return _Node("value", made=Made(cel, "number", one.reads | other.reads))


def _selected(given: list[Made], name: str) -> Made:
    answer, wanted = given
    if wanted.literal is None:
        raise NotCarried("uses_function", function=name)
    wanted = _text(answer.choices.get(wanted.literal, wanted.literal))
    if answer.type == "list":
        return Made(f"{wanted.cel} in {answer.cel}", "flag", answer.reads)
    if answer.type != "text":
        raise NotCarried("cannot_compare", left=answer.cel[:40], right=wanted.cel[:40])
    return Made(f"{answer.cel} == {wanted.cel}", "flag", answer.reads)


def _size(kind: str) -> Callable[[list[Made], str], Made]:
    def size(given: list[Made], name: str) -> Made:
        if given[0].type != kind:
            raise NotCarried("uses_function", function=name)
        return Made(f"size({given[0].cel})", "number", given[0].reads)

    return size


def _regex(given: list[Made], name: str) -> Made:
    answer, pattern = given
    if answer.type != "text" or pattern.literal is None or _LOOKAROUND.search(pattern.literal):
        raise NotCarried("uses_function", function=name)
    try:
        re.compile(pattern.literal)
    except (re.error, OverflowError, RecursionError):
        raise NotCarried("uses_function", function=name) from None
    whole = _text(f"^(?:{pattern.literal})$")
    return Made(f"{_tight(answer.cel)}.matches({whole.cel})", "flag", answer.reads)


def _inside(method: str) -> Callable[[list[Made], str], Made]:
    def inside(given: list[Made], name: str) -> Made:
        if given[0].type != "text" or given[1].type != "text":
            raise NotCarried("uses_function", function=name)
        reads = given[0].reads | given[1].reads
        return Made(f"{_tight(given[0].cel)}.{method}({given[1].cel})", "flag", reads)

    return inside


def _either(given: list[Made], _: str) -> Made:
    which, yes, no = given
    yes, no = _alike(yes, no), _alike(no, yes)
    if which.type != "flag" or yes.type != no.type:
        raise NotCarried("cannot_compare", left=yes.cel[:40], right=no.cel[:40])
    cel = f"({which.cel} ? {yes.cel} : {no.cel})"
    return Made(cel, yes.type, which.reads | yes.reads | no.reads)


def _first_of(given: list[Made], name: str) -> Made:
    one, other = given
    if one.type != other.type or len(one.reads) != 1:
        raise NotCarried("uses_function", function=name)
    cel = f"(answered_{next(iter(one.reads))} ? {one.cel} : {other.cel})"
    return Made(cel, one.type, one.reads | other.reads)


def _same(*types: str) -> Callable[[list[Made], str], Made]:
    """A function that changes nothing where the value is of that type already."""

    def same(given: list[Made], name: str) -> Made:
        made = given[0]
        if made.literal is not None and types == ("number",) and _NUMERIC.fullmatch(made.literal):
            return Made(str(int(float(made.literal))), "number", literal=made.literal)
        if made.literal is not None and types == ("date",):
            return Made(made.cel, "date", literal=made.literal)
        if made.type not in types:
            raise NotCarried("uses_function", function=name)
        return made

    return same


_FUNCTIONS: dict[tuple[str, int], Callable[[list[Made], str], Made]] = {
    ("selected", 2): _selected, ("count-selected", 1): _size("list"),
    ("string-length", 1): _size("text"), ("regex", 2): _regex,
    ("contains", 2): _inside("contains"), ("starts-with", 2): _inside("startsWith"),
    ("ends-with", 2): _inside("endsWith"), ("if", 3): _either, ("coalesce", 2): _first_of,
    ("number", 1): _same("number"), ("int", 1): _same("number"), ("string", 1): _same("text"),
    ("boolean", 1): _same("flag"), ("date", 1): _same("date"), ("count", 1): _same("count"),
}  # fmt: skip
