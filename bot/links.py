"""One-use links: what they are for, for whom and until when, signed; nothing is stored before use.

A code is safe in a URL and in Telegram's ``?start=`` (at most 64 characters with its prefix).
Opening a link shows a button; only the press uses it up, so that programs which look into mails
and chats do not.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Literal

from msgspec import Struct

Kind = Literal["desk", "web", "telegram", "private"]
"""desk: sign-in of staff; web, telegram: a talk moves there; private: the delicate questions."""

LASTS: dict[str, timedelta] = {
    "desk": timedelta(hours=72),
    "web": timedelta(minutes=15),
    "telegram": timedelta(minutes=15),
    "private": timedelta(days=7),
}
_LETTER = {"desk": "d", "web": "w", "telegram": "t", "private": "p"}
_CODE = re.compile(
    r"([dwtp])([0-9a-z]{7})[A-Za-z0-9_-]{4}([A-Za-z0-9_-]{12,20})([A-Za-z0-9_-]{22})"
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Link(Struct, frozen=True):
    """A link that is in order: its subject (an id, perhaps with a case number behind it)."""

    subject: str
    until: datetime


class Links:
    """Makes and reads codes with one key; ``Keys.derive("links")`` supplies it."""

    def __init__(self, key: bytes, clock: Callable[[], datetime]) -> None:
        self._key = key
        self._clock = clock

    def make(self, kind: Kind, subject: str) -> str:
        """A code of 46 to 54 characters for a subject of 12 to 20; another one each time."""
        until = self._clock() + LASTS[kind]
        body = f"{_LETTER[kind]}{_base36(int(until.timestamp()))}{token_urlsafe(3)}{subject}"
        code = body + self._mac(body)
        if not _CODE.fullmatch(code):
            raise ValueError(f"not fit for a link: {subject}")
        return code

    def read(self, kind: Kind, code: str) -> Link | None:
        """The link behind a code; None if it is forged, of another kind or out of date."""
        fields = _CODE.fullmatch(code)
        if fields is None or fields[1] != _LETTER[kind]:
            return None
        if not hmac.compare_digest(fields[4], self._mac(code[:-22])):
            return None
        until = datetime.fromtimestamp(int(fields[2], 36), UTC)
        return None if until < self._clock() else Link(fields[3], until)

    def _mac(self, body: str) -> str:
        digest = hmac.digest(self._key, body.encode(), "sha256")[:16]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _base36(number: int) -> str:
    """Seven digits."""
    found = ""
    for _ in range(7):
        number, digit = divmod(number, 36)
        found = _DIGITS[digit] + found
    return found
