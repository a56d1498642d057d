"""Text as Telegram takes it: the HTML parse mode, cleaning, lengths.

Tags and error texts after the Bot API page "Formatting options" and TDLib's MessageEntity.cpp.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .refusal import bad

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_KIND_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ENTITY = re.compile(r"&(?:#(x[0-9a-fA-F]+|[0-9]+)|(lt|gt|amp|quot));?")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>]+)(?:\s*(=)\s*("[^"]*"|'[^']*'|[A-Za-z0-9.\-]*))?""")
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)], " ")
_CLEAN = {**_CONTROL, 13: None, **dict.fromkeys(range(0x2028, 0x202F), None)}
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    start: int
    expandable: bool = False


def utf16(text: str) -> int:
    """Length in UTF-16 units: the unit of entities, and the stricter reading of the limits."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def clean(text: str) -> str:
    """Control characters become spaces; carriage returns and direction overrides go."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    return text.translate(_CLEAN)


def parse(source: str) -> tuple[str, list[dict[str, Any]]]:
    """HTML of a message to (plain text, entities with UTF-16 offsets). Raises Refusal 400."""
    out: list[str] = []
    entities: list[dict[str, Any]] = []
    stack: list[_Open] = []
    offset = 0
    at = 0

    def fail(reason: str) -> Exception:
        return bad(f"can't parse entities: {reason}")

    def where(position: int) -> str:
        return f"at byte offset {len(source[:position].encode())}"

    while at < len(source):
        following = min(
            (p for p in (source.find("<", at), source.find("&", at)) if p >= 0),
            default=len(source),
        )
        if following > at:
            out.append(source[at:following])
            offset += utf16(out[-1])
            at = following
            continue
        if source[at] == "&":
            piece, at = _reference(source, at)
            out.append(piece)
            offset += utf16(piece)
            continue
        begin = at
        if source.startswith("</", at):
            close = source.find(">", at)
            name = source[at + 2 : close].strip().lower() if close >= 0 else ""
            if not stack:
                raise fail(f"Unexpected end tag {where(begin)}")
            if close < 0 or re.search(r"\s", name):
                raise fail(f"Unclosed end tag {where(begin)}")
            top = stack.pop()
            if name and name != top.tag:
                raise fail(
                    f'Unmatched end tag {where(begin)}, expected "</{top.tag}>", found "</{name}>"'
                )
            if offset > top.offset:
                entity = _entity(top, offset - top.offset, "".join(out)[top.start :])
                if entity:
                    _append(entities, entity)
            at = close + 1
            continue
        found = _TAG_NAME.match(source, at + 1)
        tag = found.group().lower() if found else ""
        at += 1 + len(tag)
        if at >= len(source):
            raise fail(f"Unclosed start tag {where(begin)}")
        if tag not in _KIND_OF_TAG:
            raise fail(f'Unsupported start tag "{tag}" {where(begin)}')
        opened = _Open(tag, "", offset, sum(map(len, out)))
        while True:
            while at < len(source) and source[at].isspace():
                at += 1
            if at >= len(source):
                raise fail(f"Unclosed start tag {where(begin)}")
            if source[at] == ">":
                at += 1
                break
            attribute = _ATTRIBUTE.match(source, at)
            if attribute is None:
                raise fail(f'Empty attribute name in the tag "{tag}" {where(begin)}')
            name, equals, value = attribute.groups()
            at = attribute.end()
            if value and value[0] in "\"'":
                value = _decoded(value[1:-1])
            elif equals and (at >= len(source) or not (source[at].isspace() or source[at] == ">")):
                raise fail(f"Unexpected end of name token {where(at)}")
            _take_attribute(opened, name.lower(), value or "")
        if tag == "span" and opened.argument != "spoiler":
            raise fail(f'Tag "span" must have class "tg-spoiler" {where(begin)}')
        stack.append(opened)
    if stack:
        raise fail(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(out), entities


def _reference(source: str, at: int) -> tuple[str, int]:
    """The character for a reference at ``at``, or the bare ampersand: Telegram keeps others."""
    found = _ENTITY.match(source, at)
    if found is None:
        return "&", at + 1
    number, name = found.groups()
    if name:
        return _NAMED[name], found.end()
    code = int(number[1:], 16) if number[0] == "x" else int(number)
    if not 0 < code < 0x110000:
        return "&", at + 1
    if 0xD800 <= code < 0xE000:
        raise bad(
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML"
            " entities, check for unmatched surrogate code units"
        )
    return chr(code), found.end()


def _decoded(value: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(value):
        if value[at] == "&":
            piece, at = _reference(value, at)
            out.append(piece)
        else:
            out.append(value[at])
            at += 1
    return "".join(out)


def _take_attribute(opened: _Open, name: str, value: str) -> None:
    match opened.tag, name:
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix"):
            opened.argument = value
        case ("code", "class") if value.startswith("language-"):
            opened.argument = value.removeprefix("language-")
        case ("span", "class") if value.startswith("tg-"):
            opened.argument = value.removeprefix("tg-")
        case ("blockquote", "expandable"):
            opened.expandable = True


def _entity(opened: _Open, length: int, inside: str) -> dict[str, Any] | None:
    entity: dict[str, Any] = {
        "type": _KIND_OF_TAG[opened.tag],
        "offset": opened.offset,
        "length": length,
    }
    match opened.tag:
        case "a":
            url = opened.argument or inside
            if user := _USER_LINK.match(url):
                entity["type"] = "text_mention"
                entity["user"] = {
                    "id": int(user[1]),
                    "is_bot": False,
                    "first_name": inside,
                }
            elif re.match(r"(https?|tg|ton|mailto|tel):", url, re.IGNORECASE):
                entity["url"] = url
            elif re.fullmatch(r"[^\s/]+\.[^\s]+", url):
                entity["url"] = f"http://{url}"
            else:
                return None  # Telegram drops a link it cannot read, and keeps the words.
        case "tg-emoji":
            if not opened.argument.isdigit():
                raise bad("can't parse entities: Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = opened.argument
        case "tg-time":
            if not opened.argument.isdigit():
                raise bad("can't parse entities: Invalid unix time specified")
            entity["unix_time"] = int(opened.argument)
        case "code" if opened.argument:
            entity["language"] = opened.argument
        case "blockquote" if opened.expandable:
            entity["type"] = "expandable_blockquote"
    return entity


def _append(entities: list[dict[str, Any]], entity: dict[str, Any]) -> None:
    """``<pre><code class=...>`` is one entity with a language; elsewhere code has none."""
    last = entities[-1] if entities else None
    same = last is not None and all(last[key] == entity[key] for key in ("offset", "length"))
    if same and last is not None and entity["type"] == "pre" and last.get("language"):
        last["type"] = "pre"
        return
    entities.append(entity)


def trim(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Cut white space at both ends and move the entities along."""
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    kept = text.strip()
    shift = utf16(text[: len(text) - len(text.lstrip())])
    end = utf16(kept)
    moved = []
    for entity in entities:
        first = max(entity["offset"] - shift, 0)
        last = min(entity["offset"] - shift + entity["length"], end)
        if last > first:
            moved.append({**entity, "offset": first, "length": last - first})
    return kept, moved


_ENTITY_KINDS = frozenset(_KIND_OF_TAG.values()) | {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
    "text_mention", "expandable_blockquote",
}  # fmt: skip


def formatted(
    text: str, parse_mode: str | None, entities: list[dict[str, Any]] | None
) -> tuple[str, list[dict[str, Any]]]:
    """What a message with these arguments shows: (plain text, entities). Raises Refusal 400."""
    text = clean(text)
    mode = (parse_mode or "").lower()
    if mode == "html":
        return trim(*parse(text))
    if mode in {"markdown", "markdownv2"}:
        raise bad("can't parse entities: this server reads HTML only")
    if mode and mode != "none":
        raise bad("unsupported parse_mode")
    whole = utf16(text)
    for entity in entities or []:
        if entity["type"] not in _ENTITY_KINDS:
            raise bad(f"can't parse MessageEntity: unsupported type {entity['type']}")
        if entity["offset"] < 0 or entity["length"] <= 0:
            raise bad(f"entity at offset {entity['offset']} has a wrong place")
        if entity["offset"] + entity["length"] > whole:
            raise bad(
                f"entity beginning at UTF-16 offset {entity['offset']} ends after the end of "
                f"the text at UTF-16 offset {entity['offset'] + entity['length']}"
            )
    return trim(text, [dict(entity) for entity in entities or []])
