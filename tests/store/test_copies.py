"""What copies and migrations rest on: kinds of columns, references, revisions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, String, Table, text

from corus.errors import CorusError, InputError
from corus.store import copies, migrate
from corus.store.engine import Store, connect, open_store
from corus.store.models import Base
from tests.services.copies_factories import content, full

KEPT = (JSON, Boolean, Date, Float, Integer, LargeBinary, String)
"""Kinds of columns that a copy writes down and reads back."""


def test_every_column_is_of_a_kind_that_copies_keep() -> None:
    for table in Base.metadata.sorted_tables:
        strange = [c.name for c in table.columns if not isinstance(c.type, KEPT)]
        assert strange == [], (table.name, "teach corus/store/copies.py this kind first")


def test_every_table_has_a_key_and_none_refers_to_itself() -> None:
    # The key gives rows their order; a table that refers to itself could not be filled in slices.
    for table in Base.metadata.sorted_tables:
        assert len(table.primary_key) > 0, table.name
        assert all(key.column.table is not table for key in table.foreign_keys), table.name


def test_the_tables_of_each_revision_are_known_without_a_database() -> None:
    assert copies.names("0001") < copies.names(migrate.head())
    assert copies.names(migrate.head()) == set(Base.metadata.tables)


def test_rows_are_lines_in_the_order_of_bytes_on_both_databases(store: Store) -> None:
    full(store)
    with store.snapshot() as connection:
        found = {t.name: t for t in copies.tables(connection, migrate.head())}
        sheets = list(copies.lines(connection, found["paper_entries"]))
    names = [line.decode().split('"sheet":"')[1].split('"')[0] for line in sheets]
    assert names == sorted(names, key=str.encode) == ["B-1", "_1", "a-2", "z 9", "É-1"]


def test_a_table_made_anew_by_a_migration_keeps_the_rows_that_refer_to_it(store: Store) -> None:
    full(store)
    before = content(store)
    with migrate.changing(store.engine) as connection:
        operations = Operations(MigrationContext.configure(connection))
        for name in ("strata", "invitations"):
            with operations.batch_alter_table(name) as batch:
                batch.create_check_constraint("anew", "wave_id > 0")
    assert content(store) == before
    with store.writing() as session, pytest.raises(Exception, match=r"(?i)foreign key"):
        session.execute(
            text(
                "UPDATE strata SET wave_id = 4711 WHERE wave_id = (SELECT max(wave_id) FROM strata)"
            )
        )


def test_a_migration_that_would_orphan_rows_is_undone(sqlite_store: Store) -> None:
    full(sqlite_store)
    before = content(sqlite_store)
    with (
        pytest.raises(CorusError, match="refer to rows") as told,
        migrate.changing(sqlite_store.engine) as connection,
    ):
        connection.execute(text("DELETE FROM strata"))
    assert told.value.code == "MIG-005"
    assert content(sqlite_store) == before


def test_an_older_database_is_refused_until_it_is_upgraded(database_url: str) -> None:
    store = open_store(database_url, b"k" * 32)
    migrate.downgrade(store.engine, "0001")
    store.engine.dispose()
    with pytest.raises(InputError, match="needs") as told:
        open_store(database_url, b"k" * 32)
    assert told.value.code == "MIG-002"
    assert "corus upgrade" in told.value.hint
    opened = open_store(database_url, b"k" * 32, migrate=True)
    assert migrate.is_current(opened.engine)
    opened.engine.dispose()


def test_a_database_made_by_an_unfinished_version_is_told(store: Store) -> None:
    with store.writing() as session:
        session.execute(text("ALTER TABLE organizations RENAME COLUMN details TO facts"))
    with store.engine.connect() as connection, pytest.raises(InputError, match="details") as told:
        migrate.check_shape(connection)
    assert told.value.code == "MIG-006"


def test_a_table_that_is_gone_is_told(store: Store) -> None:
    with store.writing() as session:
        session.execute(text("DROP TABLE bursts"))
    with store.snapshot() as connection, pytest.raises(InputError, match="bursts"):
        copies.tables(connection, migrate.head())


def test_every_file_of_the_embedded_database_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "corus.sqlite"
    sqlite3.connect(path).close()
    path.chmod(0o644)
    store = open_store(f"sqlite:///{path}", b"k" * 32)
    full(store)
    modes = {p.name: p.stat().st_mode & 0o777 for p in tmp_path.iterdir()}
    assert set(modes) == {"corus.sqlite", "corus.sqlite-wal", "corus.sqlite-shm", "corus.lock"}
    assert set(modes.values()) == {0o600}
    store.engine.dispose()


def test_opening_a_database_never_gives_up_the_locks_that_others_hold(tmp_path: Path) -> None:
    # POSIX: closing any descriptor of a file lets go of every lock the process has on it.
    url = f"sqlite:///{tmp_path / 'corus.sqlite'}"
    first = open_store(url, b"k" * 32)
    with first.writing() as session:
        session.execute(text("DELETE FROM organizations"))
        connect(url, b"k" * 32).engine.dispose()
        other = sqlite3.connect(tmp_path / "corus.sqlite", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
    first.engine.dispose()


def test_a_filled_database_says_which_tables_hold_rows(store: Store) -> None:
    with store.engine.connect() as connection:
        assert copies.filled(connection, migrate.head()) == ()
    full(store)
    with store.engine.connect() as connection:
        assert set(copies.filled(connection, migrate.head())) == set(Base.metadata.tables)
        assert all(isinstance(t, Table) for t in copies.tables(connection, migrate.head()))
