"""How long texts may be, and whether a text keeps to it, in any language.

The figures are those of the product's conversation rules: what is read on a telephone in one
glance. Characters are counted as people see them, without markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.script import Question, Script

QUESTION = 220
FIRST_SCREEN = 300
NOTICE = 600
WHOLE_NOTICE = 4096
"""Telegram's limit of one message."""
BUTTON = 32
NEED = 28
TITLE = 24
WORDS = 20
"""Words in a sentence, at most."""
CHOICES = 8

_TAG = re.compile(r"</?([a-z-]+)(?: [^<>]*)?>")
ALLOWED_TAGS = frozenset({"b", "i", "u", "s", "code"})
_SENTENCE = re.compile(r"[.!?:;…]+(?=\s|$)|\n+")
_WORD = re.compile(r"\w")


def shown(text: str) -> str:
    """The text as it is read: without tags and with the plain characters they stand for."""
    return _TAG.sub("", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def longest_sentence(text: str) -> int:
    """Words in the longest sentence; a colon and a line's end close one too."""
    parts = _SENTENCE.split(shown(text))
    return max(sum(bool(_WORD.search(word)) for word in part.split()) for part in parts)


def most(name: str) -> int:
    """The most characters for a text by its name within a script (``country.text``)."""
    if name in ("welcome", "notice.text", "notice.full"):
        return {"welcome": FIRST_SCREEN, "notice.text": NOTICE, "notice.full": WHOLE_NOTICE}[name]
    parts = name.split(".")
    if parts[-1] == "title":
        return WHOLE_NOTICE if name == "title" else TITLE
    if parts[-1] == "same" or (parts[-1] == "text" and len(parts) == 3):
        return BUTTON
    return QUESTION


def markup_fault(text: str) -> str | None:
    """The tag of a text that Telegram would refuse or that is not closed; None if all is well."""
    opened: list[str] = []
    for found in _TAG.finditer(text):
        tag = found[1]
        if tag not in ALLOWED_TAGS:
            return found[0]
        if not found[0].startswith("</"):
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            return found[0]
    if opened:
        return f"<{opened[-1]}>"
    rest = _TAG.sub("", text)
    return "<" if "<" in rest else None


def text_faults(name: str, text: str) -> Iterator[tuple[str, dict[str, str | int]]]:
    """What is too long in one text: codes and arguments."""
    length = len(shown(text))
    if length > most(name):
        yield "too_long", {"length": length, "most": most(name)}
    if name != "notice.full":
        words = longest_sentence(text)
        if words > WORDS:
            yield "sentence_too_long", {"words": words, "most": WORDS}
    tag = markup_fault(text)
    if tag is not None:
        yield "broken_markup", {"tag": tag}


ASKED_TOGETHER = ("text", "why")
"""Fields of a question that make one message; together they keep to :data:`QUESTION`."""

_NOTICE = frozenset({"channel", "office", "draft_after", "draft_for", "sent_after", "sent_for"})
PLACEHOLDERS = {
    "welcome": frozenset({"office"}),
    "notice.text": _NOTICE,
    "notice.full": _NOTICE,
}
"""What may be filled in, by name; a question asked per item may name the {item}."""


def allowed_placeholders(name: str, script: Script, question: Question | None) -> frozenset[str]:
    """The placeholders this text may have."""
    if name in PLACEHOLDERS:
        return PLACEHOLDERS[name]
    if question is None:
        return frozenset()
    if name.endswith(".same"):
        return frozenset({"answer"})
    grouped = any(section.group and question in section.questions for section in script.sections)
    return frozenset({"item", "Item"}) if grouped else frozenset()
