"""A message's HTML (the few tags an Order may have) as HTML of a page.

Everything that is not one of these tags is escaped, so that a page never trusts an order.
"""

from __future__ import annotations

import re
from html import escape, unescape

from markupsafe import Markup

_TAG = re.compile(r"<(/?)(b|i|u|s|code|blockquote|a)((?: [^<>]*)?)>")
_LINK = re.compile(r' href="(https?://[^"<>\s]+|mailto:[^"<>\s]+|tel:[^"<>\s]+)"')
_COMMAND = re.compile(r"(?<![\w/])/([a-z_]{3,20})\b")
_OUT = {"b": "strong", "i": "em", "u": "u", "s": "s", "code": "code", "a": "a"}


def page_html(html: str, commands: frozenset[str] = frozenset(), more: str = "") -> Markup:
    """The message for a page. A /command among ``commands`` becomes a button of its form.

    A folded quotation becomes a <details> whose summary is ``more``.
    """
    found: list[str] = []
    still_open: list[str] = []
    at = 0
    for tag in _TAG.finditer(html):
        found.append(_text(html[at : tag.start()], commands))
        at = tag.end()
        closing, name, attributes = tag[1], tag[2], tag[3]
        if closing:
            if still_open and still_open[-1].partition(" ")[0] == name:
                found.append(_closing(still_open.pop()))
        elif name == "blockquote":
            folded = attributes.strip() == "expandable"
            still_open.append("blockquote folded" if folded else "blockquote")
            found.append(
                f"<details><summary>{escape(more)}</summary>" if folded else "<blockquote>"
            )
        elif name == "a":
            link = _LINK.fullmatch(attributes)
            still_open.append("a" if link else "a dead")
            if link:
                href = escape(unescape(link[1]))
                found.append(f'<a href="{href}" rel="noreferrer" target="_blank">')
        else:
            still_open.append(name)
            found.append(f"<{_OUT[name]}>")
    found.append(_text(html[at:], commands))
    found += [_closing(name) for name in reversed(still_open)]
    return Markup("".join(found))  # noqa: S704 - every piece above is escaped or a fixed tag


def _closing(name: str) -> str:
    if name == "blockquote folded":
        return "</details>"
    if name == "a dead":
        return ""
    return f"</{_OUT.get(name, name)}>"


def _text(piece: str, commands: frozenset[str]) -> str:
    """Plain text between tags; entities are kept as what they stand for."""
    plain = unescape(piece)
    found: list[str] = []
    at = 0
    for command in _COMMAND.finditer(plain):
        if command[1] not in commands:
            continue
        found.append(escape(plain[at : command.start()]))
        found.append(
            f'<button class="link" name="command" value="{command[1]}">{command[0]}</button>'
        )
        at = command.end()
    found.append(escape(plain[at:]))
    return "".join(found)
