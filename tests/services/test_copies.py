"""Backups: consistent while others write, the same on both databases, proved, never by halves."""

from __future__ import annotations

import json
import random
import shutil
import stat
import threading
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from corus.errors import ConflictError, CorusError, InputError, UnavailableError
from corus.services import copies
from corus.services.archive import MANIFEST, Backup, Manifest, opened
from corus.store import migrate, queries
from corus.store.engine import Store, connect, open_store
from corus.store.models import Base, Organization, Stratum
from corus.store.writer import Writer
from tests import factories as make
from tests.conftest import _database
from tests.services.copies_factories import (
    DAY,
    answer,
    close,
    content,
    full,
    place,
    wave_states,
)


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    """Makes stores on new databases of a kind, without any table."""
    made: list[Store] = []

    def make_store(kind: str) -> Store:
        url = f"sqlite:///{tmp_path / f'empty-{len(made)}.sqlite'}"
        if kind == "postgresql":
            url = _database(request.getfixturevalue("postgres_url"))
        made.append(connect(url, b"k" * 32))
        return made[-1]

    yield make_store
    for store in made:
        store.engine.dispose()


def _tables(manifest: Manifest) -> dict[str, tuple[int, str]]:
    return {t.name: (t.rows, t.sha256) for t in manifest.tables}


# -- consistent --------------------------------------------------------------------------------


def test_a_backup_taken_under_load_is_one_moment_of_the_database(
    store: Store, tmp_path: Path, empty: Callable[[str], Store]
) -> None:
    wave = make.open_wave(store)
    writer, stop, stored = Writer(store), threading.Event(), [0, 0, 0, 0]

    def load(number: int) -> None:
        while not stop.is_set():
            # A new stratum now and then: its row and its first response go together.
            writer.submit(make.response(wave, language="fr", group=f"g{stored[number]}_{number}"))
            stored[number] += 1

    threads = [threading.Thread(target=load, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    try:
        while sum(stored) < 40:
            stop.wait(0.01)
        manifests = [copies.back_up(store, place(tmp_path / f"{n}.corus-backup")) for n in range(3)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    counts = [_tables(m)["responses"][0] for m in manifests]
    assert 40 <= counts[0] < counts[1] < counts[2] <= sum(stored)
    for number, manifest in enumerate(manifests):
        assert copies.check(tmp_path / f"{number}.corus-backup") == manifest
        with opened(tmp_path / f"{number}.corus-backup") as backup:
            strata = {json.loads(line)["id"] for line in backup.lines("strata")}
            used = {json.loads(line)["stratum_id"] for line in backup.lines("responses")}
        assert used == strata
    target = empty("sqlite")
    copies.restore(target, tmp_path / "1.corus-backup")
    assert len(content(target)["responses"]) == counts[1]


@pytest.mark.postgres
def test_a_copy_goes_from_one_database_to_the_other_and_back_unchanged(
    sqlite_store: Store, tmp_path: Path, empty: Callable[[str], Store]
) -> None:
    full(sqlite_store)
    first = copies.back_up(sqlite_store, place(tmp_path / "1.corus-backup"))
    server, again = empty("postgresql"), empty("sqlite")
    copies.restore(server, tmp_path / "1.corus-backup")
    second = copies.back_up(server, place(tmp_path / "2.corus-backup"))
    copies.restore(again, tmp_path / "2.corus-backup")
    third = copies.back_up(again, place(tmp_path / "3.corus-backup"))
    assert _tables(first) == _tables(second) == _tables(third)
    assert {t.name for t in first.tables} == set(Base.metadata.tables)
    assert min(t.rows for t in first.tables) >= 1
    assert content(sqlite_store) == content(server) == content(again)


def test_a_restored_database_goes_on_numbering_and_taking_answers(
    store: Store, tmp_path: Path, empty: Callable[[str], Store]
) -> None:
    full(store)
    copies.back_up(store, place(tmp_path / "1.corus-backup"))
    target = empty(store.engine.dialect.name)
    copies.restore(target, tmp_path / "1.corus-backup")
    with target.writing() as session:
        session.add(Organization(code="other", name="Une autre"))
        session.flush()
        opened_wave = next(w.id for w in queries.waves(session) if w.code == "open-2026")
    answer(target, opened_wave, group="neighbours", mode="paper", channel="paper")
    with target.reading() as session:
        assert len(session.scalars(select(Stratum.id)).all()) == 4
        assert migrate.current(session.connection()) == migrate.head()


def test_a_retry_is_recognised_in_the_restored_database(
    store: Store, tmp_path: Path, empty: Callable[[str], Store]
) -> None:
    row = make.response(make.open_wave(store))
    first = Writer(store).submit(row)
    copies.back_up(store, place(tmp_path / "1.corus-backup"))
    target = empty(store.engine.dialect.name)
    copies.restore(target, tmp_path / "1.corus-backup")
    assert Writer(target).submit(row) != first
    assert len(content(target)["responses"]) == 1


# -- never by halves ---------------------------------------------------------------------------


def test_a_restore_needs_an_empty_database_or_the_word_replace(
    store: Store, tmp_path: Path
) -> None:
    wave = make.open_wave(store)
    answer(store, wave, 5)
    copies.back_up(store, place(tmp_path / "1.corus-backup"))
    answer(store, wave, 2)
    now = content(store)
    with pytest.raises(ConflictError, match="not empty") as told:
        copies.restore(store, tmp_path / "1.corus-backup")
    assert "--replace" in told.value.hint
    assert content(store) == now
    restored = copies.restore(
        store, tmp_path / "1.corus-backup", before=place(tmp_path / "2.corus-backup")
    )
    assert len(content(store)["responses"]) == 5
    assert restored.before == tmp_path / "2.corus-backup"
    copies.restore(store, restored.before, before=place(tmp_path / "3.corus-backup"))
    assert content(store) == now


def test_tables_without_a_row_count_as_empty(store: Store, tmp_path: Path) -> None:
    other = open_store(f"sqlite:///{tmp_path / 'other.sqlite'}", b"k" * 32)
    make.open_wave(other)
    copies.back_up(other, place(tmp_path / "1.corus-backup"))
    assert copies.restore(store, tmp_path / "1.corus-backup").before is None
    assert content(store) == content(other)
    other.engine.dispose()


def test_a_restore_that_fails_at_its_last_step_leaves_everything_as_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(store, make.open_wave(store), 3)
    copies.back_up(store, place(tmp_path / "1.corus-backup"))
    answer(store, 1, 1)
    now = content(store)

    def fails(*_given: object) -> None:
        raise InputError("the power went off")

    monkeypatch.setattr("corus.services.copies._bring_up", fails)
    with pytest.raises(InputError, match="power"):
        copies.restore(
            store, tmp_path / "1.corus-backup", before=place(tmp_path / "2.corus-backup")
        )
    assert content(store) == now
    answer(store, 1, 1)


def test_a_database_of_another_program_is_left_alone(
    store: Store, tmp_path: Path, empty: Callable[[str], Store]
) -> None:
    make.open_wave(store)
    copies.back_up(store, place(tmp_path / "1.corus-backup"))
    foreign = empty(store.engine.dialect.name)
    with foreign.engine.begin() as connection:
        connection.execute(text("CREATE TABLE accounts (id INTEGER)"))
    with pytest.raises(ConflictError, match="another program"):
        copies.restore(
            foreign, tmp_path / "1.corus-backup", before=place(tmp_path / "2.corus-backup")
        )
    with foreign.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM accounts")).scalar() == 0


def test_a_backup_never_replaces_a_file(sqlite_store: Store, tmp_path: Path) -> None:
    make.open_wave(sqlite_store)
    target = tmp_path / "1.corus-backup"
    target.write_text("mine")
    with pytest.raises(ConflictError, match="already there"):
        copies.back_up(sqlite_store, place(target))
    assert target.read_text() == "mine"


def test_a_full_disk_or_an_interruption_leaves_no_half_backup(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(sqlite_store)
    folder = tmp_path / "backups"
    for stop, told in (
        (OSError(28, "No space left on device"), UnavailableError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ):
        seen = []

        def lines(*given: object, stop=stop, seen=seen) -> Iterator[bytes]:  # type: ignore[no-untyped-def]
            seen.append(given)
            yield b"{}\n"
            if len(seen) == 4:
                raise stop

        monkeypatch.setattr("corus.store.copies.lines", lines)
        with pytest.raises(told):
            copies.back_up(sqlite_store, place(folder / "1.corus-backup"))
        assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    make.open_wave(sqlite_store)
    folder = tmp_path / "file"
    folder.write_text("in the way")
    with pytest.raises(UnavailableError, match="could not be written") as told:
        copies.back_up(sqlite_store, place(folder / "1.corus-backup"))
    assert "free space" in told.value.hint


# -- damage is found ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with something in every table."""
    folder = tmp_path_factory.mktemp("whole")
    store = open_store(f"sqlite:///{folder / 'corus.sqlite'}", b"k" * 32)
    full(store)
    copies.back_up(store, place(folder / "whole.corus-backup"))
    store.engine.dispose()
    return folder / "whole.corus-backup"


def test_any_changed_byte_is_found(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    places = [0, 1, len(content) - 1, len(content) - 64, len(content) - 65]
    places += random.Random(7).sample(range(len(content)), 400)
    for at in places:
        changed = bytearray(content)
        changed[at] ^= random.Random(at).randrange(1, 256)
        (tmp_path / "x").write_bytes(changed)
        with pytest.raises(InputError, match=str(tmp_path / "x")) as told:
            copies.check(tmp_path / "x")
        assert told.value.code.startswith("BAK-")
        assert told.value.hint


def test_a_backup_cut_short_or_with_something_behind_it_is_refused(
    whole: Path, tmp_path: Path
) -> None:
    content = whole.read_bytes()
    lengths = [0, 1, 100, len(content) // 2, len(content) - 65, len(content) - 1]
    for changed in (*(content[:n] for n in lengths), content + b"x", content + content):
        (tmp_path / "x").write_bytes(changed)
        with pytest.raises(InputError) as told:
            copies.check(tmp_path / "x")
        assert "backup --check" in told.value.hint


def _rebuilt(whole: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        new.comment = old.comment
    return target


def test_the_fault_names_the_table(whole: Path, tmp_path: Path) -> None:
    def without(name: str, content: bytes) -> bytes | None:
        return None if name == "tables/strata.jsonl" else content

    def shorter(name: str, content: bytes) -> bytes:
        return content[: content.index(b"\n") + 1] if name == "tables/responses.jsonl" else content

    def other(name: str, content: bytes) -> bytes:
        return content.replace(b'"fr"', b'"en"') if name == "tables/responses.jsonl" else content

    def unnamed(name: str, content: bytes) -> bytes:
        found = json.loads(content) if name == MANIFEST else None
        if found:
            found["tables"] = [t for t in found["tables"] if t["name"] != "waves"]
        return json.dumps(found).encode() if found else content

    for change, said in (
        (without, "table “strata” is missing"),
        (shorter, "table “responses” has 1 rows instead of 22"),
        (other, "table “responses” is not what was written"),
        (unnamed, "parts that its manifest does not name"),
    ):
        target = _rebuilt(whole, tmp_path / f"{change.__name__}.corus-backup", change)
        with pytest.raises(InputError, match=said):
            copies.check(target)


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"hello")
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as other:
        other.writestr("a", "b")
    for name in ("x.zip", "y.zip", "none", "."):
        with pytest.raises(InputError):
            copies.check(tmp_path / name)


def test_a_damaged_backup_is_never_restored(whole: Path, tmp_path: Path, store: Store) -> None:
    content_ = bytearray(whole.read_bytes())
    content_[len(content_) // 2] ^= 1
    (tmp_path / "x").write_bytes(content_)
    with pytest.raises(InputError):
        copies.restore(store, tmp_path / "x", before=place(tmp_path / "saved.corus-backup"))
    assert wave_states(store) == {}
    assert not (tmp_path / "saved.corus-backup").exists()


# -- what a backup tells, and to whom ----------------------------------------------------------


def test_a_backup_is_its_owners_and_tells_no_hour(whole: Path) -> None:
    assert stat.S_IMODE(whole.stat().st_mode) == 0o600
    assert whole.stat().st_mtime % 86_400 == 0
    with zipfile.ZipFile(whole) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        manifest = json.loads(parts.read(MANIFEST))
    assert manifest["taken_on"] == "2026-03-03"
    assert manifest["open_waves"] == ["open-2026"]


def test_responses_stand_in_the_order_of_their_keys_not_of_their_coming(whole: Path) -> None:
    with opened(whole) as backup:
        rows = [json.loads(line) for line in backup.lines("responses")]
    keys = [(r["stratum_id"], b64decode(r["id"])) for r in rows]
    assert keys == sorted(keys)


def test_closing_a_wave_can_erase_the_copies_taken_meanwhile(
    sqlite_store: Store, tmp_path: Path
) -> None:
    def two(backup: Backup) -> bool:
        return "two-2026" in backup.manifest.open_waves

    folder = tmp_path / "backups"
    make.open_wave(sqlite_store, "one-2026")
    close(sqlite_store, "one-2026")
    copies.back_up(sqlite_store, copies.free_place(folder, DAY))
    make.open_wave(sqlite_store, "two-2026")
    copies.back_up(sqlite_store, copies.free_place(folder, DAY))
    copies.back_up(sqlite_store, copies.free_place(folder, date(2026, 3, 4)))
    (folder / ".2026-03-05-1.corus-backup.x7").write_bytes(b"left by a power cut")
    (folder / "2026-03-05-2.corus-backup").write_bytes(b"damaged")
    (folder / "notes.txt").write_text("not ours")
    shutil.copy(folder / "2026-03-03-2.corus-backup", folder / "copie.corus-backup")
    assert set(copies.purge_backups(folder, told=two)) == {
        "2026-03-03-2.corus-backup", "2026-03-04-1.corus-backup", "copie.corus-backup",
        ".2026-03-05-1.corus-backup.x7", "2026-03-05-2.corus-backup",
    }  # fmt: skip
    assert {p.name for p in folder.iterdir()} == {"2026-03-03-1.corus-backup", "notes.txt"}
    (folder / "2026-02-01-1.corus-backup").write_bytes(b"damaged")
    assert copies.purge_backups(folder, date(2026, 3, 3)) == ()
    assert copies.purge_backups(folder, date(2026, 3, 4)) == ("2026-03-03-1.corus-backup",)
    assert copies.purge_backups(tmp_path / "nowhere", told=two) == ()


# -- upgrading ---------------------------------------------------------------------------------


def _old(store: Store) -> None:
    """The same database as an older Corus left it."""
    migrate.downgrade(store.engine, "0001")


def test_an_upgrade_backs_up_and_keeps_every_row(store: Store, tmp_path: Path) -> None:
    answer(store, make.open_wave(store), 6)
    before = content(store)
    _old(store)
    moved = copies.upgrade(store, place(tmp_path / "1.corus-backup"))
    assert (moved.origin, moved.target) == ("0001", migrate.head())
    assert content(store) == before
    assert moved.backup is not None
    manifest = copies.check(moved.backup)
    assert manifest.revision == "0001"
    assert _tables(manifest)["responses"][0] == 6
    assert copies.upgrade(store, place(tmp_path / "2.corus-backup")).backup is None
    assert not (tmp_path / "2.corus-backup").exists()


def test_a_backup_of_an_older_revision_is_restored_and_migrated(
    store: Store, tmp_path: Path, empty: Callable[[str], Store]
) -> None:
    answer(store, make.open_wave(store), 6)
    before = content(store)
    _old(store)
    copies.back_up(store, place(tmp_path / "1.corus-backup"))
    target = empty(store.engine.dialect.name)
    copies.restore(target, tmp_path / "1.corus-backup")
    assert content(target) == before


def test_down_to_nothing_and_up_again_with_what_the_shape_allows(
    store: Store, tmp_path: Path
) -> None:
    answer(store, make.open_wave(store), 6)
    for target in ("0001", "base", "head", "0001", "head"):
        copies.upgrade(store, copies.free_place(tmp_path, DAY), target)
    assert copies.upgrade(store, place(tmp_path / "x"), migrate.head()).backup is None
    names = sorted(p.name for p in tmp_path.glob("*.corus-backup"))
    # From nothing there is nothing to save.
    assert len(names) == 4
    assert [copies.check(tmp_path / n).rows > 0 for n in names] == [True, True, False, False]
    copies.restore(store, tmp_path / names[0])
    assert len(content(store)["responses"]) == 6


def test_an_unknown_revision_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no revision") as told:
        copies.upgrade(store, place(tmp_path / "x"), "0815")
    assert "0001" in told.value.hint


def test_a_migration_that_fails_changes_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(store, make.open_wave(store), 2)
    _old(store)

    def fails(*_given: object) -> None:
        raise UnavailableError("the power went off")

    monkeypatch.setattr("corus.store.migrate.check_shape", fails)
    with pytest.raises(UnavailableError):
        copies.upgrade(store, place(tmp_path / "1.corus-backup"))
    monkeypatch.undo()
    with store.engine.connect() as connection:
        assert migrate.current(connection) == "0001"
    # The copy made first stays: it does no harm.
    assert copies.check(tmp_path / "1.corus-backup").revision == "0001"


def test_every_error_of_a_lost_database_is_in_words(tmp_path: Path) -> None:
    store = connect("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2", b"k" * 32)
    for act in (
        lambda: copies.back_up(store, place(tmp_path / "1.corus-backup")),
        lambda: copies.upgrade(store, place(tmp_path / "1.corus-backup")),
    ):
        with pytest.raises(CorusError, match="does not answer"):
            act()
    assert list(tmp_path.iterdir()) == []
