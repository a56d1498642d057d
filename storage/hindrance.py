"""What keeps a database from storing anything at all, read from its driver's error."""

from __future__ import annotations

import sqlite3
from typing import Literal, TypeAlias

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

Hindrance: TypeAlias = Literal["full", "read_only", "faulty", "away"]
"""The disk is full; the database can be read only; the disk reports errors (a quota that is used
up does so too); the database is out of reach, or somebody holds it."""

WORDS: dict[Hindrance, str] = {
    "full": "the disk is full: make room on it",
    "read_only": "it can only be read: give the service the right to write",
    "faulty": "the disk reports an error: look at the disk and at its quota",
    "away": "it is out of reach or held by another process",
}
"""What is wrong and what to do about it, for one line to the operator."""

_SQLITE: dict[int, Hindrance] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_IOERR: "faulty",
}
_POSTGRESQL: dict[str, Hindrance] = {"53100": "full", "25006": "read_only", "58030": "faulty"}
"""SQLSTATE: disk_full, read_only_sql_transaction, io_error (PostgreSQL manual, appendix A)."""


def hindrance(error: DBAPIError) -> Hindrance | None:
    """Why nothing can be stored at present; None if the fault lies with the statement itself."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _SQLITE:
        return _SQLITE[code & 0xFF]
    state = getattr(error.orig, "sqlstate", None)
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    return "away" if isinstance(error, OperationalError | InterfaceError) else None
