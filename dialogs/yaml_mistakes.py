"""What people do wrong in YAML, told from what the parser says and from the lines themselves.

The parser's own words name its rules; an author needs the cause. The commonest cause, a colon
inside a sentence, is looked for first.
"""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, ScalarEvent

Explained = tuple[int, int, str, dict[str, str | int]]
"""Line, column (both from 1), code and arguments of a fault."""

_ENTRY = re.compile(r"\s*(?:- +)*[\w ]+:(?= )")
_VALUE = re.compile(r"(\s*(?:- +)*\w+:\s+)(\S.*)$")
_NO_SPACE = re.compile(r"\s*(?:- +)*[a-z_]+:\S")


def explain(error: MarkedYAMLError, lines: list[str], last: Any) -> Explained:
    """The likeliest cause of a parser's error.

    ``lines`` is the text, ``last`` the event read before the error (or None).
    """
    problem, context = error.problem or "", error.context or ""
    mark, began = error.problem_mark, error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    here = (line + 1, column + 1)
    start = (began.line + 1, began.column + 1) if began else here
    written = lines[line] if line < len(lines) else ""
    character = written[column : column + 1]

    if problem.startswith("mapping values are not allowed"):
        return _colon(lines, line, column)
    if "'\\t'" in problem:
        return (*here, "tab", {})
    if "quoted scalar" in context:
        if "escape" in problem or "hexdecimal" in problem:
            return (*here, "backslash", {})
        return (*start, "unclosed_quote", {})
    if problem.startswith("expected <block end>"):
        return _block_end(problem, lines, here, last)
    if problem.startswith("could not find expected ':'"):
        wrong = lines[start[0] - 1] if start[0] <= len(lines) else ""
        if _NO_SPACE.match(wrong):
            return (start[0], wrong.index(":") + 2, "no_space_after_colon", {})
        return (*start, "missing_colon", {"line": wrong.strip()[:40]})
    if "flow" in context:
        return (
            *start,
            "open_bracket",
            {"character": _at(lines, began)},
        )
    if problem.startswith("sequence entries are not allowed"):
        return (*here, "list_on_line", {})
    if "block scalar" in context:
        return (*start, "block_mark", {})
    if "document start" in problem or "directive" in context or "version" in problem:
        return (*here, "directive", {})
    if "scanning an alias" in context or "scanning an anchor" in context:
        return (
            *start,
            "reserved_start",
            {"character": _at(lines, began)},
        )
    if "cannot start any token" in problem or "node content" in problem or "keys" in problem:
        return (*here, "reserved_start", {"character": character})
    return (*here, "yaml", {"problem": problem})


def repaired(code: str, line: str) -> str | None:
    """The line as it was probably meant; None where a guess would be bold."""
    entry = _VALUE.match(line)
    if code in ("colon_in_text", "reserved_start", "list_on_line") and entry:
        return entry[1] + _quoted(entry[2])
    if code == "quote_in_text" and entry:
        return entry[1] + _quoted(entry[2].strip().strip(entry[2][0]))
    if code == "unclosed_quote" and entry and entry[2][0] in "'\"":
        return entry[1] + _quoted(entry[2][1:])
    if code == "backslash":
        return line.replace("\\", "\\\\")
    if code == "no_space_after_colon":
        return line.replace(":", ": ", 1)
    return None


def _quoted(text: str) -> str:
    """The text in YAML's double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _at(lines: list[str], mark: Any) -> str:
    """The character at a mark; "" past the end."""
    inside = mark is not None and mark.line < len(lines)
    return lines[mark.line][mark.column : mark.column + 1] if inside else ""


def _colon(lines: list[str], line: int, column: int) -> Explained:
    """A colon where none may be: inside a text, or because the line stands too far right."""
    entry = _ENTRY.match(lines[line])
    if entry and entry.end() - 1 < column:
        return (line + 1, column + 1, "colon_in_text", {})
    before = next((n for n in range(line - 1, -1, -1) if lines[n].strip()), -1)
    if before >= 0 and _NO_SPACE.match(lines[before]):
        return (before + 1, lines[before].index(":") + 2, "no_space_after_colon", {})
    if not entry and not lines[line].rstrip().endswith(":"):
        return (line + 1, column + 1, "colon_in_text", {})
    indent = len(lines[line]) - len(lines[line].lstrip())
    return (line + 1, indent + 1, "indentation", {})


def _block_end(problem: str, lines: list[str], here: tuple[int, int], last: Any) -> Explained:
    """Something stands where the block should go on or end."""
    if isinstance(last, AliasEvent):
        mark = last.start_mark
        return (mark.line + 1, mark.column + 1, "reserved_start", {"character": "*"})
    if isinstance(last, ScalarEvent) and last.style in ("'", '"'):
        first, end = last.start_mark, last.end_mark
        if first.line != end.line:
            return (first.line + 1, first.column + 1, "unclosed_quote", {})
        if end.line + 1 == here[0]:
            return (end.line + 1, end.column, "quote_in_text", {"quote": last.style})
    written = lines[here[0] - 1] if here[0] <= len(lines) else ""
    if any(sign in problem for sign in ("','", "'}'", "']'", "'<scalar>'")):
        value = re.search(r":\s+([{\[])", written)
        if value:
            return (
                here[0],
                value.start(1) + 1,
                "reserved_start",
                {"character": value[1]},
            )
    return (*here, "indentation", {})
