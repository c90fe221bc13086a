"""The database: migrations up and down, what it refuses, what it never keeps."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from corus.errors import InputError, UnavailableError
from corus.store.engine import Store, open_store
from corus.store.migrate import current, downgrade, upgrade
from corus.store.models import Base
from corus.store.writer import Writer, store_rows
from tests import factories as make


def test_migrations_build_exactly_what_the_models_say(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(store: Store) -> None:
    downgrade(store.engine, "base")
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    upgrade(store.engine)
    with store.engine.connect() as connection:
        assert current(connection) == "0006"


def test_responses_have_no_time_no_address_and_nothing_that_points_at_a_person(
    store: Store,
) -> None:
    columns = {c["name"]: str(c["type"]) for c in inspect(store.engine).get_columns("responses")}
    assert set(columns) == {
        "id", "stratum_id", "language", "received_on", "document", "revision",
        "pseudonym",
    }  # fmt: skip
    assert columns["received_on"] == "DATE"


def test_the_embedded_table_of_responses_numbers_nothing(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as connection, pytest.raises(Exception, match="rowid"):
        connection.execute(text("SELECT rowid FROM responses"))


def test_the_embedded_database_flushes_each_commit(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_a_database_locked_by_another_program_is_told_and_nothing_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corus.store.guard.BUSY_SECONDS", 0.2)
    store = open_store(f"sqlite:///{tmp_path / 'busy.sqlite'}", b"k" * 32)
    row = make.response(make.open_wave(store))
    other = sqlite3.connect(tmp_path / "busy.sqlite")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError, match="busy"):
        Writer(store).submit(row)
    other.rollback()
    other.close()
    assert Writer(store).submit(row)
    store.engine.dispose()


def test_a_full_disk_is_told_and_nothing_is_stored(sqlite_store: Store) -> None:
    wave = make.open_wave(sqlite_store)
    with sqlite_store.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        # The same error as from a full disk (SQLITE_FULL), on the one pooled connection.
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    big = make.response(wave, b'{"marks":"------","pad":"' + b"x" * 200_000 + b'"}')
    with pytest.raises(UnavailableError, match="full"):
        Writer(sqlite_store).submit(big)
    with sqlite_store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM responses")).scalar() == 0


def test_an_unusable_database_url_says_what_to_write(tmp_path: Path) -> None:
    for url in ("nonsense", "oracle://x/y", "postgresql+nothing://x"):
        with pytest.raises(InputError, match="database URL"):
            open_store(url, b"k" * 32)


def test_an_absent_server_is_told_without_a_trace() -> None:
    with pytest.raises(UnavailableError, match="does not answer"):
        open_store("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2", b"k" * 32)


def test_a_file_that_is_no_database_and_a_newer_database_are_told(tmp_path: Path) -> None:
    (tmp_path / "garbage.sqlite").write_bytes(b"not a database at all" * 300)
    with pytest.raises(UnavailableError, match="not a Corus database"):
        open_store(f"sqlite:///{tmp_path / 'garbage.sqlite'}", b"k" * 32)
    with pytest.raises(UnavailableError, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'x.sqlite'}", b"k" * 32)
    store = open_store(f"sqlite:///{tmp_path / 'newer.sqlite'}", b"k" * 32)
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.engine.dispose()
    with pytest.raises(InputError, match="newer Corus"):
        open_store(f"sqlite:///{tmp_path / 'newer.sqlite'}", b"k" * 32)


def _answers(store: Store) -> list[tuple[object, ...]]:
    with store.engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT s.group_code, s.mode, r.id, r.document FROM responses r"
                " JOIN strata s ON s.id = r.stratum_id ORDER BY r.id"
            )
        )
        return [(g, m, bytes(i), d) for g, m, i, d in rows]


def test_answers_of_the_first_version_survive_both_ways(store: Store) -> None:
    wave = make.open_wave(store)
    rows = [make.response(wave), make.response(wave, mode="paper", group="neighbours")]
    with store.writing() as session:
        store_rows(session, rows)
    before = _answers(store)
    downgrade(store.engine, "0001")
    columns = {c["name"] for c in inspect(store.engine).get_columns("responses")}
    assert not columns & {"revision", "pseudonym"}
    assert _answers(store) == before
    upgrade(store.engine)
    assert _answers(store) == before
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert connection.execute(text("SELECT min(revision) FROM responses")).scalar() == 1


def test_after_an_upgrade_the_rules_are_those_of_a_new_database(store: Store) -> None:
    def rules() -> dict[str, set[str]]:
        found = inspect(store.engine)
        return {
            table: {f"{c['name']} {c['sqltext']}" for c in found.get_check_constraints(table)}
            for table in ("strata", "responses")
        }

    fresh = rules()
    downgrade(store.engine, "0001")
    upgrade(store.engine)
    assert rules() == fresh
    assert any("express" in rule for rule in fresh["strata"])
    assert any("revision" in rule for rule in fresh["responses"])
