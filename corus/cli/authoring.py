"""``corus check``, ``corus publish``, ``corus schema``: from a YAML file to a frozen instrument."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from corus.authoring import check_file, instrument_schema
from corus.cli.common import print_json, today, writing
from corus.services.publishing import Published, publish_file

FILE = click.Path(path_type=Path)


@click.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
def check_command(files: tuple[Path, ...]) -> None:
    """Every fault of each FILE, all at once: file:line, what, how to mend."""
    faults = [fault for file in files for fault in check_file(file)]
    for fault in faults:
        click.echo(str(fault))
    if faults:
        click.echo(f"{len(faults)} fault(s).", err=True)
        sys.exit(1)
    click.echo(f"{len(files)} file(s) without fault.")


@click.command("schema")
def schema_command() -> None:
    """The JSON Schema of instruments, for editors that complete and check YAML."""
    print_json(instrument_schema())


@click.command("publish")
@click.argument("file", type=FILE)
def publish_command(file: Path) -> None:
    """Freeze the instrument in FILE and print its digest."""
    with writing() as session:
        published = publish_file(session, file, today())
    _tell(published)
    click.echo(published.version.digest)


def _tell(published: Published) -> None:
    instrument = published.version.instrument
    if not published.new:
        click.echo(f"{instrument.code}: this content was published before.", err=True)
        return
    click.echo(f"{instrument.code}, version {published.number}.", err=True)
    for change in published.changes:
        mark = "breaks comparison" if change.breaks else "keeps comparison"
        click.echo(f"  {mark}: {change.what}", err=True)
