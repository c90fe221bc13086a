"""``corus backup``, ``restore``, ``upgrade``: copies that are proved, and tables up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path

import click

from corus.cli.common import settings, today
from corus.cli.running import alone
from corus.config import Settings
from corus.services import copies
from corus.services.archive import Manifest
from corus.settings_file import checked
from corus.store import migrate
from corus.store.engine import Store, connect

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("backup")
@click.option("-o", "--output", type=FILE,
              help="The file to make [default: instance/backups/DAY-N.corus-backup].")  # fmt: skip
@click.option("--check", "checked", type=FILE, metavar="FILE",
              help="Make nothing: read FILE again and prove that it is whole.")  # fmt: skip
@click.option("--keep-days", type=click.IntRange(1), metavar="N",
              help="Afterwards, delete those of the instance older than N days.")  # fmt: skip
def backup_command(output: Path | None, checked: Path | None, keep_days: int | None) -> None:
    """A copy of every table in one file, also while the server runs."""
    if checked is not None:
        manifest = copies.check(checked)
        _print(manifest, "whole")
        click.echo(f"{checked}: whole, taken on {manifest.taken_on}.")
        return
    found = settings()
    place = _place(found, output)
    with _connected(found.database_url, found) as store:
        manifest = copies.back_up(store, place)
    click.echo(f"{place.path}: {len(manifest.tables)} tables, {manifest.rows} rows.")
    click.echo(f"The secret is not in it: keep a copy of {found.instance / 'secret'} elsewhere.")
    for wave in manifest.open_waves:
        click.echo(f"Wave {wave} is open: this copy must go when it closes (docs/INSTALL.md).")
    if keep_days is not None:
        for name in copies.purge_backups(found.backups, today() - timedelta(days=keep_days)):
            click.echo(f"Deleted: {name}")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--into", metavar="URL", help="Another database than this instance's.")
@click.option("--replace", is_flag=True, help="Put it in the place of what is there, backed up.")
def restore_command(file: Path, into: str | None, replace: bool) -> None:
    """Put the copy in FILE back, all or nothing, and prove it."""
    found = settings()
    url = checked("database_url", into, "--into") if into else found.database_url
    before = _place(found, None) if replace else None
    with _undisturbed(url, found), _connected(url, found) as store:
        restored = copies.restore(store, file, before=before)
    if restored.before is not None:
        click.echo(f"What was there before is in {restored.before}.")
    _print(restored.manifest, "equal")
    click.echo(f"{restored.manifest.rows} rows restored: counts and digests are equal.")
    if restored.manifest.secret != found.mark:
        click.echo(
            "This instance has another secret than the one where the copy was made: put that one "
            f"in {found.instance / 'secret'}, or receipts and personal links stop working.",
            err=True,
        )


@click.command("upgrade")
@click.option("--to", "target", default="head", metavar="REVISION",
              help="Another revision than this program's, older ones included.")  # fmt: skip
def upgrade_command(target: str) -> None:
    """Back up, then bring the tables to what this version of Corus needs."""
    found = settings()
    # Before the server has to be stopped for a revision that does not exist.
    migrate.resolved(target)
    with alone(found.instance), _connected(found.database_url, found) as store:
        moved = copies.upgrade(store, _place(found, None), target)
    if moved.origin == moved.target:
        click.echo(f"Nothing to do: the database is at revision {moved.target}.")
        return
    if moved.backup is not None:
        click.echo(f"Backup: {moved.backup}")
    click.echo(f"From revision {moved.origin} to {moved.target}.")


def _undisturbed(url: str, found: Settings) -> AbstractContextManager[None]:
    """Alone on the database of the instance; on any other, its server disturbs nothing."""
    with _connected(url, found) as there, _connected(found.database_url, found) as ours:
        return alone(found.instance) if _same(there, ours) else nullcontext()


def _same(one: Store, other: Store) -> bool:
    """Whether two stores may be one database: a name may be written in several ways."""
    if one.path and other.path:
        return one.path.resolve() == other.path.resolve()
    names = one.engine.url.database, other.engine.url.database
    return one.embedded == other.embedded and names[0] == names[1]


@contextmanager
def _connected(url: str, found: Settings) -> Iterator[Store]:
    store = connect(url, found.key("store"))
    try:
        yield store
    finally:
        store.engine.dispose()


def _place(found: Settings, output: Path | None) -> copies.Place:
    if output is not None:
        return copies.Place(output, today(), found.mark)
    return copies.free_place(found.backups, today(), found.mark)


def _print(manifest: Manifest, verdict: str) -> None:
    width = max(len(table.name) for table in manifest.tables)
    for table in manifest.tables:
        click.echo(f"  {table.name:<{width}} {table.rows:>9}  {table.sha256[:16]}  {verdict}")
