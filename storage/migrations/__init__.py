"""Bringing the tables of a database up to date, from the first table on.

The scripts travel in the package, so an installed wheel can do it. Alembic is imported only when
there is something to do: most starts find the newest revision already there.
"""

from __future__ import annotations

import threading

from sqlalchemy import Connection, inspect, text

HEAD = "0004"
"""The newest revision; a test compares it with the scripts."""

_one_at_a_time = threading.Lock()  # Alembic keeps the migration under way in a global


def current(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(connection: Connection) -> bool:
    """Bring the database to HEAD; gives whether anything was done. The caller commits."""
    if current(connection) == HEAD:
        return False
    from alembic import command  # half a second that most starts save
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, "head")
    return True
