"""A message's HTML as a tree that a page builds from elements and text, never from markup.

A node is a text, or ``[tag, child, ...]``; a link is ``["a", address, child, ...]``. Only the
tags an order may use come through; anything else of a tag is left out and its text kept.
"""

from __future__ import annotations

from html.parser import HTMLParser

Node = str | list["Node"]

_PLAIN = frozenset({"b", "i", "u", "s", "code", "blockquote"})
_LINKS = ("https://", "http://", "mailto:", "tel:")
FOLDED = "folded"
"""The tag of an expandable quotation."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Node] = []
        self.open: list[tuple[str, list[Node]]] = []

    def _add(self, node: Node) -> None:
        (self.open[-1][1] if self.open else self.root).append(node)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node: list[Node]
        given = dict(attrs)
        if tag == "a" and (given.get("href") or "").startswith(_LINKS):
            node = ["a", given["href"] or ""]
        elif tag == "blockquote" and "expandable" in given:
            node = [FOLDED]
        elif tag in _PLAIN:
            node = [tag]
        else:
            return
        self._add(node)
        self.open.append((tag, node))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._add(data)


def tree(html: str) -> list[Node]:
    """The nodes of a message. Takes any text; unknown tags vanish, unclosed ones end with it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def words(nodes: list[Node]) -> str:
    """The text of a tree, without its tags and addresses."""
    found = []
    for node in nodes:
        if isinstance(node, str):
            found.append(node)
        else:
            found.append(words(node[2 if node[0] == "a" else 1 :]))
    return "".join(found)
