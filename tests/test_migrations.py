"""Migrations make exactly the tables the code uses, and run from inside the package."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text

from storage import migrations
from storage.tables import metadata


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path}/majup.db")


def test_migrations_give_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        assert migrations.current(connection) is None
        assert migrations.upgrade(connection)
        connection.commit()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert migrations.current(connection) == migrations.HEAD
        assert not migrations.upgrade(connection)
        assert connection.execute(text("SELECT value FROM counters")).scalar_one() == 1000
    engine.dispose()


def test_sqlite_tables_are_laid_out_as_the_code_says(tmp_path: Path, engine: Engine) -> None:
    """What a comparison of columns does not see: tables without a row id."""
    other = create_engine(f"sqlite:///{tmp_path}/other.db")
    with engine.connect() as migrated, other.connect() as made:
        migrations.upgrade(migrated)
        metadata.create_all(made)
        layouts = []
        for connection in (migrated, made):
            rows = connection.execute(
                text("SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'")
            )
            layouts.append({row.name for row in rows})
            names = set(inspect(connection).get_table_names())
            assert names - {"alembic_version"} == set(metadata.tables)
        assert layouts[0] == layouts[1] == {"updates", "sent", "timers"}
    engine.dispose()
    other.dispose()


def test_head_is_the_newest_script() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]
