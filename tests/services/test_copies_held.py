"""Copies of a closed wave: which of them go, and that the one that stays says it is closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from corus.domain.wave import GroupPlan
from corus.errors import RefusedError
from corus.services import closing, copies, copies_held, releasing, waves
from corus.services.archive import opened
from corus.services.closing import Closed, Keeping
from corus.store import migrate, queries
from corus.store.engine import Store, open_store
from corus.store.models import JournalEntry
from tests import factories as make
from tests.services.copies_factories import close as ended_only
from tests.services.test_contacts_at_rest import MAYOR, STAFF, WAVE, _answer, _invite
from tests.services.test_succession import NEW, _go_on
from tests.services.test_updating import _edited, _publish, _reword

ADDRESS = "p3@x.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where backups go."""
    return tmp_path / "backups"


def _back_up(store: Store, folder: Path) -> Path:
    place = copies.free_place(folder, make.DAY)
    copies.back_up(store, place)
    return place.path


def _draft(store: Store, tmp_path: Path, *, anonymity: str = "anonymous") -> int:
    """A draft beside a wave of the same organization, with a list of contacts."""
    make.open_wave(store, "earlier-2025")
    with store.writing() as session:
        owner = queries.wave_by_code(session, "earlier-2025").organization
        groups = {g: GroupPlan() for g in ("employees", "neighbours")}
        plan = make.plan(groups=groups, anonymity=anonymity)
        wave = waves.create_wave(session, WAVE, owner, "small", plan).id
    _invite(store, tmp_path, MAYOR, *STAFF)
    return wave


def _open(store: Store, wave: int) -> None:
    with store.writing() as session:
        waves.open_wave(session, WAVE, make.DAY, despite="test")
    _answer(store, wave, "employees", 8)


def _close(store: Store, folder: Path, code: str = WAVE) -> Closed:
    return closing.close_wave(store, code, make.DAY, Keeping(folder))


def _held(path: Path) -> bytes:
    with opened(path) as backup:
        tables = [t.name for t in backup.manifest.tables]
        return b"".join(line for table in tables for line in backup.lines(table))


def test_no_copy_holds_a_contact_of_a_closed_anonymous_wave(
    store: Store, tmp_path: Path, folder: Path
) -> None:
    make.open_wave(store, "before-2024")
    before = _back_up(store, folder)
    wave = _draft(store, tmp_path)
    draft = _back_up(store, folder)
    assert ADDRESS.encode() in _held(draft)
    _open(store, wave)
    taken = _back_up(store, folder)
    closed = _close(store, folder)
    assert set(closed.backups) == {draft.name, taken.name}
    assert set(folder.iterdir()) == {before, closed.new_backup}
    assert all(ADDRESS.encode() not in _held(path) for path in folder.iterdir())


def test_a_copy_of_a_draft_without_contacts_stays(
    sqlite_store: Store, tmp_path: Path, folder: Path
) -> None:
    make.open_wave(sqlite_store, "earlier-2025")
    with sqlite_store.writing() as session:
        owner = queries.wave_by_code(session, "earlier-2025").organization
        wave = waves.create_wave(session, WAVE, owner, "small", make.plan()).id
    draft = _back_up(sqlite_store, folder)
    _open(sqlite_store, wave)
    assert _close(sqlite_store, folder).backups == ()
    assert draft.exists()


def test_a_confidential_wave_keeps_contacts_in_its_copies_as_in_its_database(
    sqlite_store: Store, tmp_path: Path, folder: Path
) -> None:
    wave = _draft(sqlite_store, tmp_path, anonymity="confidential")
    draft = _back_up(sqlite_store, folder)
    _open(sqlite_store, wave)
    taken = _back_up(sqlite_store, folder)
    assert _close(sqlite_store, folder).backups == (taken.name,)
    assert draft.exists()


def test_a_copy_made_by_an_older_version_before_an_upgrade_goes_too(
    store: Store, tmp_path: Path, folder: Path
) -> None:
    wave = _draft(store, tmp_path)
    migrate.downgrade(store.engine, "0003")
    upgraded = copies.upgrade(store, copies.free_place(folder, make.DAY)).backup
    assert upgraded is not None
    assert ADDRESS.encode() in _held(upgraded)
    _open(store, wave)
    assert _close(store, folder).backups == (upgraded.name,)


def test_a_copy_taken_while_closing_was_half_done_goes(
    sqlite_store: Store, tmp_path: Path, folder: Path
) -> None:
    _open(sqlite_store, _draft(sqlite_store, tmp_path, anonymity="confidential"))
    ended_only(sqlite_store, WAVE)
    half = _back_up(sqlite_store, folder)
    with opened(half) as backup:
        assert WAVE not in backup.manifest.open_waves
        assert copies_held.must_go(backup, WAVE, erased=closing.ERASED)
    assert half.name in _close(sqlite_store, folder).backups


def test_closing_a_new_series_ends_the_copies_of_its_contacts_in_the_old_wave(
    sqlite_store: Store, tmp_path: Path, folder: Path
) -> None:
    _open(sqlite_store, _draft(sqlite_store, tmp_path))
    taken = _back_up(sqlite_store, folder)
    _publish(sqlite_store, _edited(_reword))
    _go_on(sqlite_store)
    closed = _close(sqlite_store, folder, NEW)
    assert closed.backups == (taken.name,)
    # The old wave is open in it, and holds no contact any more.
    assert list(folder.iterdir()) == [closed.new_backup]


def _again(path: Path, tmp_path: Path, key: bytes) -> Store:
    """A new instance, with what a copy holds."""
    store = open_store(f"sqlite:///{tmp_path / 'again.sqlite'}", key)
    copies.restore(store, path, before=copies.free_place(tmp_path, make.DAY))
    return store


def _actions(store: Store) -> list[str]:
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE).id
        found = session.query(JournalEntry).filter(JournalEntry.wave_id == wave)
        return [line.action for line in found.order_by(JournalEntry.id)]


def test_the_copy_that_closing_makes_comes_back_as_a_closed_wave_whose_results_may_be_released(
    store: Store, tmp_path: Path, folder: Path
) -> None:
    _open(store, _draft(store, tmp_path))
    _back_up(store, folder)
    made = _close(store, folder).new_backup
    assert made is not None
    again = _again(made, tmp_path, store.key)
    assert _actions(again) == _actions(store)
    with again.writing() as session:
        assert releasing.release(session, WAVE, make.DAY).release == 1
    with pytest.raises(RefusedError, match="closed"):
        _close(again, folder)
    again.engine.dispose()


def test_killed_before_older_copies_go_the_database_waits_and_the_new_copy_is_whole(
    store: Store, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(store, _draft(store, tmp_path))
    old = _back_up(store, folder)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("corus.services.closing.copies.purge_backups", stop)
        with pytest.raises(KeyboardInterrupt):
            _close(store, folder)
    (made,) = set(folder.iterdir()) - {old}
    with pytest.raises(RefusedError, match="again"), store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    again = _again(made, tmp_path, store.key)
    with again.writing() as session:
        assert releasing.release(session, WAVE, make.DAY).release == 1
    again.engine.dispose()
    assert _close(store, folder).backups == (old.name,)
    assert made.exists()
