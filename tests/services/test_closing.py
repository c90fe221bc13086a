"""Closing: what it erases, what it leaves as it was, and that it can be stopped anywhere."""

from __future__ import annotations

import random
import secrets
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, func, make_url, select, text

from corus.errors import RefusedError, UnavailableError
from corus.services import closing, copies, links, releasing, responding, waves
from corus.services.archive import opened
from corus.services.closing import Closed, Keeping
from corus.store import hiding, queries, rewriting
from corus.store.engine import Store, open_store
from corus.store.models import (
    Base,
    Delivery,
    Invitation,
    JournalEntry,
    Mailing,
    PaperEntry,
    Response,
    Stratum,
    Untallied,
    UsedLink,
    Wave,
    Withdrawal,
)
from corus.store.writer import NewResponse, Outcome, Writer
from tests import factories as make

CODE, OTHER = "panier-2026", "riverains-2026"
PLACES = (
    {"variant": "easy", "group": "neighbours"}, {"channel": "personal"}, {"variant": "express"},
    {"completeness": "partial"},
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    return tmp_path / "backups"


def close(store: Store, folder: Path = Path("/nowhere"), **more: bool) -> Closed:
    return closing.close_wave(store, CODE, make.DAY, Keeping(folder), **more)


def row(wave: int, number: int, **more: object) -> NewResponse:
    """A response whose key, place and day follow from its number."""
    key = number.to_bytes(2, "big") * 8
    day = make.DAY - timedelta(days=number % 7)
    values = PLACES[number % 4] | {"id": key, "received_on": day} | more
    return make.response(wave, make.marks(f"{number % 5}2-3--", make.instrument()), **values)


def invite(store: Store, wave: int, number: int) -> list[str]:
    """Personal links of people invited, written to once each."""
    keys = [secrets.token_bytes(16) for _ in range(number)]
    tokens = [links.token(store.key, key) for key in keys]
    with store.writing() as session:
        mailing = Mailing(wave_id=wave, kind="invitation", number=1, prepared_on=make.DAY)
        session.add(mailing)
        for n, (key, token) in enumerate(zip(keys, tokens, strict=True)):
            session.add(
                Invitation(
                    id=key, wave_id=wave, group="employees", language="fr",
                    who=links.who(store.key, token), address=f"p{n}@panier.example",
                )
            )  # fmt: skip
        session.flush()
        for n, key in enumerate(keys):
            state = "refused" if n == 0 else "sent"
            session.add(Delivery(mailing_id=mailing.id, invitation_id=key, state=state))
    return tokens


def count(store: Store, table: type[Base]) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def told(store: Store, wave: int) -> set[tuple[object, ...]]:
    """Every answer of a wave with all that it says, whatever number its stratum has."""
    with store.reading() as session:
        found = select(
            Response.id, Stratum.group, Stratum.variant, Stratum.channel, Stratum.completeness,
            Response.document, Response.received_on, Response.revision,
        )  # fmt: skip
        joined = found.join(Stratum, Stratum.id == Response.stratum_id)
        return {tuple(r) for r in session.execute(joined.where(Stratum.wave_id == wave))}


def journal(store: Store) -> dict[str, dict[str, object]]:
    with store.reading() as session:
        return {e.action: e.detail for e in session.scalars(select(JournalEntry))}


def fieldwork(store: Store) -> tuple[int, list[str]]:
    """An open wave with twelve invited, of whom eight have answered."""
    wave = make.open_wave(store)
    tokens = invite(store, wave, 12)
    writer = Writer(store)
    for n, token in enumerate(tokens[:8]):
        assert writer.submit(row(wave, n, once=links.once(store.key, token))) is Outcome.STORED
    return wave, tokens


def test_what_only_an_open_wave_needs_goes_and_the_journal_keeps_counts(store: Store) -> None:
    wave, _ = fieldwork(store)
    before = {(r[0], *r[1:6]) for r in told(store, wave)}
    closed = close(store)
    assert closed.erased == {"used_links": 8, "deliveries": 12, "paper_entries": 0}
    assert journal(store)["erased"] == closed.erased
    assert "sealed" in journal(store)
    assert count(store, UsedLink) == count(store, Delivery) == 0
    assert count(store, Invitation) == 12
    with store.reading() as session:
        assert session.scalar(select(Mailing.counts)) == {"refused": 1, "sent": 11}
    after = told(store, wave)
    assert {(*r[:3], *r[4:6]) for r in after} == {(*r[:3], *r[4:]) for r in before}
    assert {r[6:] for r in after} == {(make.DAY, 1)}


def test_an_old_link_says_closed_and_a_retry_by_it_still_gets_its_receipt(store: Store) -> None:
    wave = make.open_wave(store)
    first, second = invite(store, wave, 2)
    form, number = {"q.needs_met": ["3"]}, secrets.token_hex(16)

    def send(token: str) -> responding.Receipt:
        link = links.find(store, token)
        page = responding.known_questionnaire(store, link.wave, link.group, "standard")
        way = responding.Way("personal", once=link.once)
        return responding.submit(store, page, "fr", number, form, way)

    receipt = send(first)
    close(store)
    assert send(first) == receipt
    number = secrets.token_hex(16)
    for token in (first, second):
        with pytest.raises(RefusedError, match="closed"):
            send(token)


def test_a_confidential_wave_keeps_its_days_and_links_but_not_who_has_answered(
    store: Store,
) -> None:
    wave, tokens = fieldwork(store)
    with store.writing() as session:
        of = session.get_one(Wave, wave)
        of.plan = of.plan.replace('"anonymity":"anonymous"', '"anonymity":"confidential"')
    before = told(store, wave)
    close(store)
    assert told(store, wave) == before
    assert count(store, UsedLink) == count(store, Delivery) == 0
    assert not links.find(store, tokens[0]).used


def test_an_open_wave_beside_it_keeps_every_row_and_takes_answers_on(store: Store) -> None:
    writer = Writer(store)
    wave, other = make.open_wave(store), make.open_wave(store, OTHER)
    for n in range(24):  # one after the other, so that their strata and pages are mixed
        assert writer.submit(row(wave, n)) is Outcome.STORED
        assert writer.submit(row(other, 100 + n, once=secrets.token_bytes(16))) is Outcome.STORED
    with store.writing() as session:
        queries.keep_tally(session, other, b"counts")
        queries.keep_tally(session, wave, b"counts")
    for of, n in ((wave, 50), (other, 150)):
        assert writer.submit(row(of, n)) is Outcome.STORED
    before = told(store, other)
    close(store)
    assert told(store, other) == before
    assert (count(store, UsedLink), count(store, Untallied)) == (24, 1)
    with store.reading() as session:
        assert queries.stored_tally(session, other) == b"counts"
        assert queries.stored_tally(session, wave) is None
    # The writer remembers the numbers that strata had before.
    late = [row(other, n) for n in range(200, 212)]
    assert [writer.submit(r) for r in late] == [Outcome.STORED] * 12
    assert writer.submit(row(wave, 300)) is Outcome.REFUSED
    with store.reading() as session:
        assert sum(queries.strata(session, other).values()) == 37
    assert {r[1:5] for r in told(store, other) if r[0] in {x.id for x in late}} == {
        (r.group, r.variant, r.channel, r.completeness) for r in late
    }


def test_tables_keep_their_shape(store: Store) -> None:
    fieldwork(store)
    close(store)
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    with pytest.raises(UnavailableError), store.writing() as session:
        session.execute(text("UPDATE responses SET stratum_id = 999"))


def test_answers_to_another_wave_wait_and_none_is_lost(database_url: str) -> None:
    stores = [open_store(database_url, b"k" * 32) for _ in range(3)]
    wave, other = make.open_wave(stores[0]), make.open_wave(stores[0], OTHER)
    first = Writer(stores[0])
    for n in range(40):
        first.submit(row(wave, n))
    over, wrong, sent = threading.Event(), [], []

    def answer(writer: Writer, start: int) -> None:
        for n in range(start, start + 400):
            if over.is_set():
                return
            try:
                sent.append((n, writer.submit(row(other, n, once=secrets.token_bytes(16)))))
            except UnavailableError as error:
                wrong.append(error)

    writers = [Writer(s) for s in stores[1:] for _ in range(2)]
    threads = [
        threading.Thread(target=answer, args=(w, 1000 * (1 + n))) for n, w in enumerate(writers)
    ]
    for thread in threads:
        thread.start()
    while len(sent) < 20:
        pass
    close(stores[0])
    known = len(sent)
    while len(sent) < known + 20 and any(t.is_alive() for t in threads):
        pass
    over.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert {outcome for _, outcome in sent} == {Outcome.STORED}
    assert {r[0] for r in told(stores[0], other)} == {row(other, n).id for n, _ in sent}
    assert count(stores[0], UsedLink) == len(sent)
    for store in stores:
        store.engine.dispose()


STEPS = ("rewriting.erase", "traces.clear", "copies.back_up", "copies.purge_backups")


@pytest.mark.parametrize("step", STEPS)
def test_stopped_half_way_it_is_run_again_and_no_release_comes_before(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fieldwork(store)
    copies.back_up(store, copies.free_place(folder, make.DAY))

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"corus.services.closing.{step}", stop)
        with pytest.raises(KeyboardInterrupt):
            close(store, folder)
    with pytest.raises(RefusedError, match="again") as refused, store.writing() as session:
        releasing.release(session, CODE, make.DAY)
    assert refused.value.code == "CLO-002"
    close(store, folder)
    assert count(store, UsedLink) == 0
    assert journal(store)["erased"]["used_links"] == 8
    with store.writing() as session:
        assert releasing.release(session, CODE, make.DAY).release == 1
    with pytest.raises(RefusedError, match="closed"):
        close(store, folder)


def test_backups_of_the_open_wave_go_once_there_is_a_new_one(store: Store, folder: Path) -> None:
    fieldwork(store)
    for _ in range(2):
        copies.back_up(store, copies.free_place(folder, make.DAY))
    closed = close(store, folder)
    assert len(closed.backups) == 2
    assert list(folder.iterdir()) == [closed.new_backup]
    with opened(closed.new_backup) as backup:
        backup.prove()
        assert {t.name: t.rows for t in backup.manifest.tables}["responses"] == 8
        assert backup.manifest.open_waves == ()


def test_without_backups_none_is_made(store: Store, folder: Path) -> None:
    fieldwork(store)
    assert close(store, folder).new_backup is None
    assert list(folder.glob("*.corus-backup")) == []


def test_paper_typed_once_stops_the_closing_unless_it_is_to_go(store: Store) -> None:
    wave, _ = fieldwork(store)
    with store.writing() as session:
        session.add(
            PaperEntry(
                wave_id=wave, sheet="12", typing=1, group="employees", variant="standard",
                language="fr", mode="paper", clerk="a", document="{}", typed_on=make.DAY,
            )
        )  # fmt: skip
    with pytest.raises(RefusedError, match="--drop-paper") as refused:
        close(store)
    assert refused.value.code == "CLO-001"
    with store.reading() as session:
        assert queries.wave_by_code(session, CODE).state == "open"
    assert close(store, drop_paper=True).erased["paper_entries"] == 1
    assert count(store, PaperEntry) == 0


def test_days_of_withdrawals_and_numbers_of_changes_tell_no_day(store: Store) -> None:
    wave, _ = fieldwork(store)
    with store.writing() as session:
        early = make.DAY - timedelta(days=5)
        session.add(Withdrawal(id=b"w" * 16, wave_id=wave, withdrawn_on=early))
        session.execute(text("UPDATE responses SET revision = 3"))
    close(store)
    with store.reading() as session:
        assert session.scalar(select(Withdrawal.withdrawn_on)) == make.DAY
    assert {r[7] for r in told(store, wave)} == {1}


def test_a_draft_cannot_be_closed(store: Store) -> None:
    make.open_wave(store)
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        waves.create_wave(session, "draft-2026", owner, "small", make.plan())
    with pytest.raises(RefusedError):
        closing.close_wave(store, "draft-2026", make.DAY, Keeping(Path("/nowhere")))


def test_a_backup_under_way_ends_with_every_row_and_goes(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fieldwork(store)
    begun = threading.Event()
    closer = threading.Thread(target=close, args=(store, folder))
    slow = copies.copies.lines

    def lines(*given: object) -> Iterator[bytes]:
        if not begun.is_set():
            begun.set()
            closer.start()
            closer.join(1.5)  # it cannot end before this backup does
        yield from slow(*given)

    monkeypatch.setattr("corus.store.copies.lines", lines)
    manifest = copies.back_up(store, copies.free_place(folder, make.DAY))
    closer.join(30)
    assert {t.name: t.rows for t in manifest.tables}["responses"] == 8
    assert "sealed" in journal(store)
    with store.reading() as session:
        assert not session.scalar(select(func.count()).select_from(UsedLink))
    for path in folder.iterdir():
        with opened(path) as backup:
            assert backup.manifest.open_waves == ()


def layout(store: Store) -> object:
    """All that the disk says of rows: the whole file, or the place of every row."""
    if store.path is not None:
        with store.engine.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return store.path.read_bytes()[100:]  # its first bytes count the changes made to it
    with store.engine.connect() as connection:
        return {
            t.name: [
                tuple(r) for r in connection.execute(
                    text(f"SELECT ctid::text, {t.name}::text FROM {t.name} ORDER BY ctid")
                )
            ]
            for t in rewriting.REWRITTEN
        }  # fmt: skip


@pytest.fixture
def twin(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Store]:
    """A second database of the same kind."""
    from tests.conftest import KEY, _database

    url = f"sqlite:///{tmp_path / 'twin.sqlite'}"
    if not store.embedded:
        url = _database(request.getfixturevalue("postgres_url"))
    opened_twin = open_store(url, KEY)
    yield opened_twin
    opened_twin.engine.dispose()


@pytest.mark.parametrize("number", [8, 150])
def test_the_same_answers_in_another_order_leave_the_same_bytes(
    store: Store, twin: Store, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but the lot that draws who joins the rare ones: here it draws the same twice."""
    for one, order in ((store, 1), (twin, -1)):
        wave, writer = make.open_wave(one), Writer(one)
        for n in list(range(number))[::order]:
            assert writer.submit(row(wave, n, once=n.to_bytes(16, "big"))) is Outcome.STORED
    assert layout(store) != layout(twin)
    for one in (store, twin):
        monkeypatch.setattr(hiding, "LOT", random.Random(7))
        close(one)
    assert layout(store) == layout(twin)


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_after_closing_every_row_has_one_age(store: Store) -> None:
    fieldwork(store)
    with store.engine.connect() as connection:
        ages = text("SELECT count(DISTINCT xmin::text) FROM responses")
        assert connection.scalar(ages) == 8
    close(store)
    with store.engine.connect() as connection:
        assert connection.scalar(ages) == 1


def test_closing_takes_the_day_on_which_it_was_closed(store: Store) -> None:
    wave, _ = fieldwork(store)
    closing.close_wave(store, CODE, date(2026, 4, 1), Keeping(Path("/nowhere")))
    assert {r[6] for r in told(store, wave)} == {date(2026, 4, 1)}


@pytest.mark.postgres
def test_an_account_without_rights_closes_too_and_is_told_what_is_left(postgres_url: str) -> None:
    from tests.conftest import _database

    url = make_url(_database(postgres_url))
    name = f"owner_{secrets.token_hex(4)}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for sql in (
            f"CREATE ROLE {name} LOGIN", f"ALTER DATABASE {url.database} OWNER TO {name}",
            f"ALTER SCHEMA public OWNER TO {name}",
            f"ALTER DATABASE {url.database} SET log_statement = 'mod'",
        ):  # fmt: skip
            connection.execute(text(sql))
    admin.dispose()
    own = url.set(username=name).render_as_string(hide_password=False)
    store = open_store(own, b"k" * 32)
    fieldwork(store)
    closed = close(store)
    assert len(closed.limits) == 2
    assert "An administrator can do it now" in closed.limits[0]
    assert "log_statement" in closed.limits[1]
    assert journal(store)["sealed"]["limits"] == ["log_not_overwritten", "statement_log"]
    assert count(store, UsedLink) == 0
    store.engine.dispose()
