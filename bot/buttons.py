"""The tokens that buttons send back: owner, visit and value, signed for one chat.

``value`` is what the tap sets, never "toggle", so a tap that arrives twice does the same. The
whole is at most 64 bytes, Telegram's limit for ``callback_data``.
"""

from __future__ import annotations

import hmac
import re
from binascii import b2a_base64
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
        self._key = key

    def token(self, owner: str, visit: int, value: str, address: str) -> str:
        """A token for a button shown at ``address``.

        ``owner`` is a conversation's or staff member's id or a case ("c1042"), at most 12 of
        [A-Za-z0-9_-]; ``visit`` 0-999999; ``value`` at most 30 of [A-Za-z0-9_+./:@-]. Raises
        ValueError for anything else, or if all together do not fit into 64 bytes.
        """
        body = f"{owner}|{visit}|{value}"
        token = f"{body}|{self._mac(body, address)}"
        fit = 0 <= visit < 1_000_000 and _is_owner(owner) and _is_value(value)
        if len(token) > _LONGEST or not fit:
            raise ValueError(f"not fit for a button: {body}")
        return token

    def read(self, token: str, address: str) -> tuple[str, int, str] | None:
        """(owner, visit, value) of a token made for this address; None for any other text."""
        if len(token) > _LONGEST:
            return None
        fields = _FIELDS.fullmatch(token)
        if fields is None:
            return None
        owner, visit, value, mac = fields.groups()
        if not hmac.compare_digest(mac, self._mac(f"{owner}|{visit}|{value}", address)):
            return None
        return owner, int(visit), value

    def _mac(self, body: str, address: str) -> str:
        signed = f"{len(address)}|{address}|{body}".encode()
        digest = blake2b(signed, digest_size=_MAC_BYTES, key=self._key).digest()
        return b2a_base64(digest, newline=False)[:_MAC_LENGTH].translate(_URL_SAFE).decode()
