"""A request's body, up to a limit, and the form it holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import ClientDisconnect, Request

BODY_SECONDS = 30.0
"""A form is small; on the slowest line of a phone it needs a few seconds."""


async def read_body(request: Request, most: int) -> bytes | None:
    """The body of at most ``most`` bytes; None if it is larger, broke off, or comes too slowly."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    return None
                parts.append(part)
    except (ClientDisconnect, TimeoutError):
        return None
    return b"".join(parts)


async def read_form(
    headers: Headers, body: bytes, most: int, fields: int
) -> tuple[list[tuple[str, str]], dict[str, bytes]]:
    """The fields of a form in order, and its files by name.

    Raises ValueError or MultiPartException for more than ``fields`` or a form that is none.
    """
    if not headers.get("content-type", "").startswith("multipart/form-data"):
        text = body.decode("utf-8", "replace")
        pairs = parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=fields)
        return pairs, {}

    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    parser = MultiPartParser(headers, whole(), max_files=2, max_fields=fields, max_part_size=most)
    form = await parser.parse()
    pairs, files = [], {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
        else:
            pairs.append((name, value))
    await form.close()
    return pairs, files
