"""What a person withdrew is in no file of the database: after a night at the latest."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, make_url, text

from corus.domain.answer import Answer, State, encode
from corus.errors import UnavailableError
from corus.services import clearing, responding, returning
from corus.services.closing import Keeping, close_wave
from corus.services.responding import Way
from corus.store import changes, queries, traces
from corus.store.engine import Store, open_store
from corus.store.writer import store_rows
from tests import factories as make
from tests.conftest import KEY, _database
from tests.services.test_returning import FORM, _withdraw
from tests.services.texts import text_factories as t
from tests.services.texts.test_released_words import release

OTHERS = 12
WORDS = "Un effet HERONCENDRE sur le quartier."
SEARCHED = b"HERONCENDRE"


def send(store: Store, words: str = WORDS, *, finished: bool = True) -> str:
    """The receipt code of somebody who wrote these words."""
    page = responding.questionnaire(store, t.WAVE, "employees", "standard")
    form = FORM | {"q.surprise": [words]}
    number = f"{abs(hash((words, finished))):032x}"[:32]
    return responding.submit(store, page, "fr", number, form, Way(finished=finished)).code


def answered(store: Store, *, finished: bool = True) -> str:
    """An open wave in which one person among others wrote ``WORDS``: their code."""
    make.open_wave(store)
    for n in range(OTHERS):
        send(store, f"Un effet {n} sur le quartier.")
    return send(store, finished=finished)


def close(store: Store) -> None:
    close_wave(store, t.WAVE, make.DAY, Keeping(Path("/nowhere")))


def published(store: Store, folder: Path) -> None:
    """A release that quotes everybody; their words are redacted and coded."""
    close(store)
    t.review_all(store, folder / "r.csv")
    book = [{"item": "surprise", "code": "noise", "name": "n", "definition": "d", "example": WORDS}]
    with store.writing() as session:
        t.codebooks.revise(session, t.WAVE, t.save(folder / "b.csv", book), make.DAY)
    t.code(store, folder / "c.csv", "ana", lambda _: ("noise", "expected", "favourable"))
    t.publish(store)
    release(store)
    for path in folder.glob("*.csv"):
        path.unlink()


def left(store: Store) -> list[str]:
    """Every file of the database that holds the words."""
    return [str(path) for path in _files(store) if SEARCHED in _content(path)]


def _files(store: Store) -> list[Path]:
    if store.path is not None:
        return [path for path in store.path.parent.rglob("*") if path.is_file()]
    with store.engine.connect() as connection:
        data = Path(str(connection.scalar(text("SHOW data_directory"))))
        own = connection.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
    # Databases of other tests hold what their answers were.
    return [p for p in data.rglob("*") if p.is_file() and _ours(p.relative_to(data), str(own))]


def _ours(path: Path, own: str) -> bool:
    return path.parts[0] != "base" or path.parts[1] == own


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # gone while we looked


def withdraw_and_wait_for_the_night(store: Store, code: str) -> None:
    assert left(store)
    _withdraw(store, code)
    assert clearing.at_once(store)
    if store.embedded:
        assert left(store) == []
    assert clearing.clear(store, make.DAY).withdrawals == 1
    assert left(store) == []


@pytest.mark.parametrize("finished", [True, False])
def test_an_answer_withdrawn_while_the_wave_is_open(store: Store, finished: bool) -> None:
    withdraw_and_wait_for_the_night(store, answered(store, finished=finished))


@pytest.mark.parametrize("finished", [True, False])
def test_an_answer_withdrawn_after_closing(store: Store, finished: bool) -> None:
    code = answered(store, finished=finished)
    close(store)
    withdraw_and_wait_for_the_night(store, code)


def test_words_redacted_coded_and_quoted_in_a_release(store: Store, tmp_path: Path) -> None:
    code = answered(store)
    if not store.embedded:  # or they would be compressed, and not be found
        with store.engine.begin() as connection:
            connection.execute(text("ALTER TABLE releases ALTER profile SET STORAGE EXTERNAL"))
    published(store, tmp_path)
    withdraw_and_wait_for_the_night(store, code)


def test_words_that_were_changed_before_they_were_withdrawn(store: Store) -> None:
    code = answered(store)
    kept = returning.find(store, code)
    returning.change(store, kept, "fr", FORM | {"q.surprise": ["Rien."]}, 1)
    withdraw_and_wait_for_the_night(store, code)


MANY = 3000


def crowded(store: Store) -> list[bytes]:
    """Keys of very many answers of all lengths, whose rows moved from page to page."""
    wave, keys = make.open_wave(store), []
    dice = Random(7)
    for start in range(0, MANY, 30):
        rows = []
        for n in range(start, start + 30):
            words = f"n{n:05d} {SEARCHED.decode()}{n:05d} {'x' * dice.randrange(300)}"
            document = encode({"surprise": Answer(State.GIVEN, words)}, make.instrument())
            rows.append(make.response(wave, document, id=dice.randbytes(16)))
        with store.writing() as session:
            store_rows(session, rows)
        keys += [row.id for row in rows]
    return keys


def test_copies_of_rows_that_moved_from_page_to_page_are_gone_after_the_night(
    sqlite_store: Store,
) -> None:
    """SQLite overwrites what it deletes, but not what it left behind when it divided a page."""
    keys = crowded(sqlite_store)
    withdrawn = range(0, MANY, 4)
    with sqlite_store.writing() as session:
        wave = queries.wave_by_code(session, t.WAVE)
        for n in withdrawn:
            assert changes.withdraw(session, keys[n], make.DAY)
        queries.note(session, wave, make.DAY, clearing.WITHDRAWN)

    def stale() -> int:
        content = b"".join(_content(path) for path in _files(sqlite_store))
        return sum(SEARCHED + b"%05d" % n in content for n in withdrawn)

    clearing.at_once(sqlite_store)
    assert 0 < stale() < len(withdrawn) / 20
    clearing.clear(sqlite_store, make.DAY)
    assert stale() == 0


def test_every_other_answer_stays_and_the_wave_takes_more(store: Store) -> None:
    code = answered(store)
    _withdraw(store, code)
    clearing.clear(store, make.DAY)
    send(store, "Encore un effet.")
    with store.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM responses")) == OTHERS + 1


def test_it_is_due_until_it_is_done_and_again_after_the_next_withdrawal(store: Store) -> None:
    codes = [answered(store), send(store, "Un autre."), send(store, "Un troisième.")]
    assert clearing.clear(store, make.DAY) == clearing.Cleared()
    for n in (2, 1):
        for code in codes[:n]:
            _withdraw(store, code)
        del codes[:n]
        with store.reading() as session:
            assert clearing.due(session) == {t.WAVE: n}
        assert clearing.clear(store, make.DAY).withdrawals == n
        with store.reading() as session:
            assert clearing.due(session) == {}


def test_whoever_withdraws_while_an_export_reads_does_not_wait_for_its_end(
    sqlite_store: Store,
) -> None:
    code = answered(sqlite_store)
    with sqlite_store.snapshot() as reader:
        reader.execute(text("SELECT count(*) FROM responses")).all()
        _withdraw(sqlite_store, code)
        start = time.monotonic()
        assert not clearing.at_once(sqlite_store)
        assert time.monotonic() - start < traces.MOMENT + 2
    assert clearing.at_once(sqlite_store), "the next one did not do it"
    assert left(sqlite_store) == []


def test_whoever_withdraws_while_another_program_writes_is_not_refused(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corus.store.traces.MOMENT", 0.1)
    _withdraw(sqlite_store, answered(sqlite_store))
    with closing(sqlite3.connect(sqlite_store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not clearing.at_once(sqlite_store)
        other.execute("ROLLBACK")
    assert clearing.at_once(sqlite_store)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_somebody_who_keeps_reading_is_waited_for_then_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they read these tables or only hold a view of what was there before."""
    _withdraw(store, answered(store))
    for look in ("SELECT count(*) FROM responses", "SELECT 1"):
        monkeypatch.setattr("corus.store.traces.PATIENCE", 1.0)
        with store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as reader:
            reader.execute(text(look)).all()
            _withdraw_another(store)
            with pytest.raises(UnavailableError) as refused:
                clearing.clear(store, make.DAY)
            assert refused.value.code == "UNA-010"
            monkeypatch.setattr("corus.store.traces.PATIENCE", 30.0)
            later = threading.Timer(0.5, reader.rollback)
            later.start()
            assert clearing.clear(store, make.DAY).withdrawals
            later.join()
        assert left(store) == []


def _withdraw_another(store: Store) -> None:
    _withdraw(store, send(store, f"Un effet {time.monotonic_ns()}."))


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_samples_of_columns_that_the_server_keeps_hold_no_words(
    store: Store, tmp_path: Path
) -> None:
    """Migrations tell the server not to sample them: nothing is left there to be cleared."""
    answered(store)
    published(store, tmp_path)
    with store.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
        sampled = connection.execute(
            text(
                "SELECT tablename, attname, most_common_vals::text, histogram_bounds::text"
                " FROM pg_stats WHERE schemaname = 'public'"
            )
        ).all()
    assert sampled
    wanted = SEARCHED.decode(), SEARCHED.hex()
    assert [s for s in sampled if any(one in str(s) for one in wanted)] == []


GRANTS = (
    "GRANT pg_checkpoint, pg_monitor TO {name}",
    "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {name}",
)
"""What docs/INSTALL.md tells an administrator to grant."""


@pytest.mark.postgres
def test_an_account_without_rights_on_the_log_is_told_and_with_those_of_the_manual_not(
    postgres_url: str,
) -> None:
    url = make_url(_database(postgres_url))
    name = f"owner_{time.monotonic_ns()}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        connection.execute(text(f"ALTER DATABASE {url.database} OWNER TO {name}"))
        connection.execute(text(f"ALTER SCHEMA public OWNER TO {name}"))
    store = open_store(url.set(username=name).render_as_string(hide_password=False), KEY)
    _withdraw(store, answered(store))
    assert "pg_switch_wal" in " ".join(clearing.clear(store, make.DAY).limits)
    manual = (Path(__file__).parents[2] / "docs" / "INSTALL.md").read_text()
    with admin.connect() as connection:
        for grant in GRANTS:
            assert grant.format(name="corus") in manual
            connection.execute(text(grant.format(name=name)))
    admin.dispose()
    _withdraw_another(store)
    assert clearing.clear(store, make.DAY) == clearing.Cleared(1, ())
    assert left(store) == []
    store.engine.dispose()
