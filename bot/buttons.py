"""The tokens that buttons send back: owner, visit and value, signed for one chat.

``value`` is what the tap sets, never "toggle", so a tap that arrives twice does the same. The
whole is at most 64 bytes, Telegram's limit for ``callback_data``.
"""

from __future__ import annotations

import hmac
import re
from binascii import b2a_base64
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

_FIELDS = re.compile(
    r"([A-Za-z0-9_-]{1,12})\|([0-9]{1,6})\|([A-Za-z0-9_+./:@-]{0,30})\|([A-Za-z0-9_-]{14})"
)
_LONGEST = 64
_MAC_BYTES, _MAC_LENGTH = 10, 14  # 80 bits
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


@lru_cache(maxsize=10_000)
def _is_owner(owner: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_-]{1,12}", owner) is not None


@lru_cache(maxsize=10_000)
def _is_value(value: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9_+./:@-]{0,30}", value) is not None


class Buttons:
    """Makes and reads tokens with one key; ``Keys.derive("buttons")`` supplies it."""

    def __init__(self, key: bytes) -> None:
        self._keyed = blake2b(digest_size=_MAC_BYTES, key=key)

    def token(self, owner: str, visit: int, value: str, address: str) -> str:
        """The token for one button, as ``tokens``."""
        return self.tokens(owner, visit, (value,), address)[0]

    def tokens(self, owner: str, visit: int, values: Iterable[str], address: str) -> list[str]:
        """Tokens for the buttons of one message shown at ``address``.

        ``owner`` is a conversation's or staff member's id or a case ("c1042"), at most 12 of
        [A-Za-z0-9_-]; ``visit`` 0-999999; each value at most 30 of [A-Za-z0-9_+./:@-]. Raises
        ValueError for anything else, or if all together do not fit into 64 bytes.
        """
        head = f"{owner}|{visit}|"
        if not 0 <= visit < 1_000_000 or not _is_owner(owner):
            raise ValueError(f"not fit for a button: {head}")
        begun = self._begun(head, address)
        found = []
        for value in values:
            token = f"{head}{value}|{_mac(begun, value)}"
            if len(token) > _LONGEST or not _is_value(value):
                raise ValueError(f"not fit for a button: {head}{value}")
            found.append(token)
        return found

    def read(self, token: str, address: str) -> tuple[str, int, str] | None:
        """(owner, visit, value) of a token made for this address; None for any other text."""
        if len(token) > _LONGEST:
            return None
        fields = _FIELDS.fullmatch(token)
        if fields is None:
            return None
        owner, visit, value, mac = fields.groups()
        begun = self._begun(f"{owner}|{visit}|", address)
        if not hmac.compare_digest(mac, _mac(begun, value)):
            return None
        return owner, int(visit), value

    def _begun(self, head: str, address: str) -> blake2b:
        """What all buttons of a message have in common, hashed once."""
        begun = self._keyed.copy()
        begun.update(f"{len(address)}|{address}|{head}".encode())
        return begun


def _mac(begun: blake2b, value: str) -> str:
    whole = begun.copy()
    whole.update(value.encode())
    digest = whole.digest()
    return b2a_base64(digest, newline=False)[:_MAC_LENGTH].translate(_URL_SAFE).decode()
