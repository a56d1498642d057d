"""Arguments of a call as they come over HTTP: forms, multipart, JSON bodies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from .methods import Upload
from .refusal import bad

_PARAMETER = re.compile(r';\s*([\w*-]+)=(?:"([^"]*)"|([^;\s]+))')


def arguments(kind: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Fields and files of a body with this Content-Type. Raises Refusal 400."""
    if not body:
        return {}, {}
    name = kind.partition(";")[0].strip().lower()
    try:
        if name == "application/x-www-form-urlencoded":
            pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict")
            return dict(pairs), {}
        if name == "application/json":
            decoded = msgspec.json.decode(body)
            if not isinstance(decoded, dict):
                raise bad("can't parse JSON object: an object is expected")
            return decoded, {}
        if name == "multipart/form-data":
            return _multipart(_parameters(kind).get("boundary", ""), body)
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None
    except msgspec.DecodeError as error:
        raise bad(f"can't parse JSON object: {error}") from None
    raise bad(f"unsupported content type {name or 'none'}")


def _parameters(header: str) -> dict[str, str]:
    return {key.lower(): quoted or plain for key, quoted, plain in _PARAMETER.findall(header)}


def _multipart(boundary: str, body: bytes) -> tuple[dict[str, Any], dict[str, Upload]]:
    fields: dict[str, Any] = {}
    files: dict[str, Upload] = {}
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if not boundary or len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise bad("can't parse multipart body")
    for piece in pieces[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        disposition = next(
            (
                line
                for line in head.decode().split("\r\n")
                if line.lower().startswith("content-disposition:")
            ),
            "",
        )
        parameters = _parameters(disposition)
        name = parameters.get("name", "")
        if not name:
            raise bad("can't parse multipart body: a part without a name")
        if "filename" in parameters:
            files[name] = Upload(name, parameters["filename"], content)
        else:
            fields[name] = content.decode()
    return fields, files
