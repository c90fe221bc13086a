"""Copies of the whole database: backing up, restoring, migrating after a backup, erasing copies.

A copy is proved: rows and digests are compared before anything is called done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import orjson
from sqlalchemy import Connection

from corus import __version__
from corus.errors import ConflictError, CorusError, InputError
from corus.services.archive import Backup, Copying, Manifest, counted, making, opened
from corus.services.files import sync_folder
from corus.store import copies, migrate
from corus.store.engine import Store

SUFFIX = ".corus-backup"


@dataclass(frozen=True)
class Place:
    """Where the next backup goes, and what it says of itself."""

    path: Path
    day: date
    secret: str = ""
    """A mark of the instance's secret (``secret_mark``)."""


@dataclass(frozen=True)
class Note:
    """A line of a wave's journal that a copy has more than the database it was made of."""

    wave_id: int
    day: date
    action: str


@dataclass(frozen=True)
class Restored:
    """What was put back, and where the former content went (None when there was none)."""

    manifest: Manifest
    before: Path | None


@dataclass(frozen=True)
class Moved:
    """From which revision to which, and the backup made first (None: nothing was to be done)."""

    origin: str
    target: str
    backup: Path | None


def free_place(folder: Path, day: date, secret: str = "") -> Place:
    """The first free name of the day in ``folder``: ``2026-03-03-1.corus-backup`` …"""
    number = 1
    while (path := folder / f"{day.isoformat()}-{number}{SUFFIX}").exists():
        number += 1
    return Place(path, day, secret)


def back_up(store: Store, place: Place, note: Note | None = None) -> Manifest:
    """A consistent copy of every table, while others go on writing; never replaces a file.

    ``note`` is what becomes true once this copy is there: put back, it says so as well. The
    journal must have a line already.
    """
    with store.snapshot() as connection:
        return _copy(connection, place, note)


def _copy(connection: Connection, place: Place, note: Note | None = None) -> Manifest:
    revision = migrate.check_known(connection)
    if revision is None:
        raise ConflictError("There is nothing to back up yet.", code="BAK-007")
    found = copies.tables(connection, revision)
    manifest = Manifest(
        __version__, revision, connection.dialect.name, place.day,
        copies.open_waves(connection, found), place.secret,
    )  # fmt: skip
    with making(place.path) as copying:
        for table in found:
            rows = copies.lines(connection, table)
            copying.add(table.name, _noted(rows, note) if table.name == "journal" else rows)
        manifest = _ended(copying, manifest)
    _keep_day_only(place)
    return manifest


def _noted(rows: Iterable[bytes], note: Note | None) -> Iterator[bytes]:
    """Lines of a journal, those of ``note`` last."""
    last = b""
    for last in rows:
        yield last
    if note is not None:
        line = orjson.loads(last)
        line |= {"id": line["id"] + 1, "wave_id": note.wave_id, "done_on": note.day}
        line |= {"action": note.action, "detail": {}}
        yield orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _ended(copying: Copying, manifest: Manifest) -> Manifest:
    complete = replace(manifest, tables=tuple(copying.tables))
    copying.end(complete)
    return complete


def _keep_day_only(place: Place) -> None:
    # Two copies of an open wave differ by the answers between: their hour would date these.
    moment = datetime.combine(place.day, time(), UTC).timestamp()
    with suppress(OSError):
        os.utime(place.path, (moment, moment))


def check(path: Path) -> Manifest:
    """Read a backup again and prove it; ``InputError`` names what is damaged."""
    with opened(path) as backup:
        backup.prove()
        return backup.manifest


def restore(store: Store, path: Path, *, before: Place | None = None) -> Restored:
    """Put a backup in the place of an empty database, all or nothing, proved before it counts.

    Content that is there already is refused, unless ``before`` says where to back it up first.
    Tables of an older revision are then migrated.
    """
    with opened(path) as backup:
        backup.prove()
        revision = backup.manifest.revision
        if revision not in migrate.revisions():
            raise InputError(
                f"{path}: this backup was made by a newer Corus (revision {revision}).",
                hint="Use that version.", code="BAK-002",
            )  # fmt: skip
        with store.changing() as connection:
            saved = _make_room(connection, before)
            migrate.move(connection, revision)
            _put_back(connection, backup)
            _bring_up(connection, "head")
        return Restored(backup.manifest, saved)


def _make_room(connection: Connection, before: Place | None) -> Path | None:
    """Empty the database, after a backup of what it holds."""
    if migrate.is_foreign(connection):
        raise ConflictError(
            "This database holds tables of another program.",
            hint="Give Corus a database of its own: --into URL.", code="BAK-008",
        )  # fmt: skip
    revision = migrate.check_known(connection)
    if revision is None:
        return None
    filled = copies.filled(connection, revision)
    saved = _saved(connection, revision, before) if filled else None
    migrate.move(connection, migrate.BASE)
    return saved


def _saved(connection: Connection, revision: str, before: Place | None) -> Path:
    if before is None:
        raise ConflictError(
            "This database is not empty, and is left as it is.",
            hint="Add --replace: what it holds is backed up first.", code="BAK-009",
        )  # fmt: skip
    copies.hold(connection, copies.tables(connection, revision))
    _copy(connection, before)
    return before.path


def _put_back(connection: Connection, backup: Backup) -> None:
    tables = copies.tables(connection, backup.manifest.revision)
    expected = {table.name: table for table in backup.manifest.tables}
    if {table.name for table in tables} != expected.keys():
        raise InputError(
            f"{backup.path}: its tables are not those of revision {backup.manifest.revision}.",
            hint="Restore it with the version that made it.", code="BAK-003",
        )  # fmt: skip
    for table in tables:
        copies.fill(connection, table, backup.lines(table.name))
    for table in tables:
        if counted(table.name, copies.lines(connection, table)) != expected[table.name]:
            raise InputError(
                f"Table “{table.name}” came out different: nothing was changed.",
                hint="Check the disk and try again.", code="BAK-011",
            )  # fmt: skip


def upgrade(store: Store, place: Place, target: str = "head") -> Moved:
    """Migrate to ``target``, up or down, after a backup that no answer can miss."""
    wanted = migrate.resolved(target)
    with store.changing() as connection:
        found = migrate.check_known(connection)
        if (found or migrate.BASE) == wanted:
            return Moved(wanted, wanted, None)
        if found is not None:
            copies.hold(connection, copies.tables(connection, found))
            _copy(connection, place)
        _bring_up(connection, wanted)
    return Moved(found or migrate.BASE, wanted, place.path if found else None)


def _bring_up(connection: Connection, revision: str) -> None:
    migrate.move(connection, revision)
    if migrate.current(connection) == migrate.head():
        migrate.check_shape(connection)


def purge_backups(
    folder: Path, before: date | None = None, *, told: Callable[[Backup], bool] | None = None
) -> tuple[str, ...]:
    """Delete backups taken before a day, or of which ``told`` says that they tell too much.

    Their names. With ``told``, what cannot be read goes too, and what an interrupted backup left:
    it may be such a copy, and restores nothing.
    """
    gone = [path for path in _copies(folder) if _goes(path, before, told)]
    for path in gone:
        path.unlink(missing_ok=True)
    if gone:
        sync_folder(folder)
    return tuple(path.name for path in gone)


def _copies(folder: Path) -> list[Path]:
    left = folder.glob(f".*{SUFFIX}.*")
    return sorted((*folder.glob(f"*{SUFFIX}"), *left))


def _goes(path: Path, before: date | None, told: Callable[[Backup], bool] | None) -> bool:
    try:
        with opened(path) as backup:
            old = before is not None and backup.manifest.taken_on < before
            return old or (told is not None and told(backup))
    except CorusError:
        return told is not None
