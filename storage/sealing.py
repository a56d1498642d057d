"""Sealing: a family's values under its own key, that key under a master key kept elsewhere.

AES-256-GCM from ``cryptography``. A sealed cell is bound to its table, row and column: moved
elsewhere it does not open. Addresses are found by a keyed hash, never by their plain value.
Destroying a family's wrapped key makes all of its cells unreadable.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_HEAD = "# Keys of one Majup database. Keep this file apart from the database and its backups."


class KeyFault(Exception):
    """The key file is missing, damaged, or of another database; the text is for the operator."""


class Unreadable(Exception):
    """A sealed value does not open: changed, moved to another row, or under another key."""


class Box:
    """One data key. ``mark`` (0-255) stands before every sealed value and names the key."""

    __slots__ = ("_aead", "_mark")

    def __init__(self, key: bytes, mark: int = 1) -> None:
        self._aead = AESGCM(key)
        self._mark = bytes((mark,))

    def seal(self, plain: bytes, table: str, row: str, column: str) -> bytes:
        """Seal bytes for exactly this cell; gives mark, nonce, ciphertext and tag (29 more)."""
        nonce = os.urandom(_NONCE)
        bound = f"{table}|{row}|{column}".encode()
        return self._mark + nonce + self._aead.encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, table: str, row: str, column: str) -> bytes:
        """Open what ``seal`` gave for this cell; raises Unreadable for anything else."""
        if sealed[:1] != self._mark:
            raise Unreadable(f"{table}.{column}")
        bound = f"{table}|{row}|{column}".encode()
        try:
            return self._aead.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound)
        except InvalidTag:
            raise Unreadable(f"{table}.{column}") from None


class Keys:
    """The master keys of one database: the newest wraps, older ones still unwrap."""

    def __init__(self, masters: dict[int, bytes], index: bytes) -> None:
        self._masters = {number: Box(key, number) for number, key in masters.items()}
        self._newest = max(masters)
        self._index = index

    @classmethod
    def open(cls, path: Path, create: bool = True) -> Keys:
        """Read the key file; make it (mode 0600) if it is missing and ``create``.

        Raises KeyFault with one clear line if it is missing, readable by others or damaged.
        """
        if not path.exists():
            if not create:
                raise KeyFault(f"the key file {path} is missing; the database cannot be read")
            _make(path)
        try:
            open_to_others = path.stat().st_mode & 0o077
            lines = path.read_text("ascii").split("\n")
        except OSError as error:
            raise KeyFault(f"the key file {path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise KeyFault(f"the key file {path} is damaged, or no key file") from None
        if open_to_others:
            raise KeyFault(f"the key file {path} is open to others: chmod 600 {path}")
        masters: dict[int, bytes] = {}
        index = b""
        try:
            for line in lines:
                match line.split():
                    case ["key", number, text]:
                        masters[int(number)] = base64.b64decode(text, validate=True)
                    case ["index", text]:
                        index = base64.b64decode(text, validate=True)
        except ValueError:
            masters = {}
        if not masters or any(len(key) != 32 for key in (index, *masters.values())):
            raise KeyFault(f"the key file {path} is damaged")
        return cls(masters, index)

    def new(self, family: str) -> tuple[Box, bytes]:
        """Make a data key for a family id; gives the box and the key wrapped for ``families``."""
        key = AESGCM.generate_key(256)
        wrapped = self._masters[self._newest].seal(key, "families", family, "sealed_key")
        return Box(key), wrapped

    def unwrap(self, family: str, sealed_key: bytes | None) -> Box:
        """The box of a family from its wrapped key; raises Unreadable if erased or foreign."""
        master = self._masters.get(sealed_key[0]) if sealed_key else None
        if master is None or sealed_key is None:
            raise Unreadable("families.sealed_key")
        return Box(master.open(sealed_key, "families", family, "sealed_key"))

    def find(self, channel: str, address: str) -> bytes:
        """The keyed hash (16 bytes) under which an address of a channel is found."""
        return hmac.digest(self._index, f"address|{channel}|{address}".encode(), "sha256")[:16]

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for another purpose (button tokens, links); stable for this database."""
        return hmac.digest(self._index, f"derive|{purpose}".encode(), "sha256")


def digest(secret: str) -> bytes:
    """The hash (16 bytes) under which a random secret of 128 bits or more is kept."""
    return hashlib.sha256(secret.encode()).digest()[:16]


def _make(path: Path) -> None:
    """Write a new key file in one step, so that no crash leaves half a file."""

    def line(name: str) -> str:
        return f"{name} {base64.b64encode(secrets.token_bytes(32)).decode()}"

    text = "\n".join((_HEAD, line("index"), line("key 1"), ""))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".key-")  # made with mode 0600
        try:
            with os.fdopen(handle, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its file counts
        finally:
            Path(draft).unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise KeyFault(f"the key file {path} cannot be made: {error}") from None
