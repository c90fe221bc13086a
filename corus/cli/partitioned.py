"""``corus partition``, and what ``corus tally --engine dask`` does: counting answers in files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from corus.cli.common import print_json, reading, today, writing
from corus.errors import ConflictError, InputError
from corus.services import clusters, partitions, publishing
from corus.services.files import PRIVATE, write_file
from corus.store import queries

PLACES = click.Path(path_type=Path)
OPTIONS = (
    click.option("--engine", type=click.Choice(["here", "dask"]),
                 help="Count files in this process, or on a Dask cluster."),
    click.option("--scheduler", metavar="ADDRESS",
                 help="tcp://… of a Dask scheduler; without it, the processors of this machine."),
    click.option("--against", metavar="WAVE",
                 help="Compare with the stored count tables of this wave."),
    click.option("-o", "--output", type=PLACES, help="Write the count tables to this file."),
)  # fmt: skip


def counts_files(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of counting files."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def tally_files(
    places: Sequence[Path],
    engine: str | None,
    scheduler: str | None,
    against: str | None,
    output: Path | None,
    *,
    as_json: bool = False,
) -> None:
    """Count partitions and say what was counted, never a cell.

    Raises ``ConflictError`` (``PAR-010``) when the tables of wave ``against`` differ.
    """
    paths = partitions.files_in(places)
    with reading() as session:
        digest = _one_digest(paths)
        version = publishing.load_version(queries.instrument_by_name(session, digest))
    where = (scheduler or clusters.LOCAL) if engine == "dask" else None
    content = clusters.count_partitions(paths, version, where).to_bytes()
    if against is not None:
        _compare(content, against)
    if output is not None:
        write_file(output, content, PRIVATE)
    _tell(content, len(paths), against, as_json=as_json)


def _one_digest(paths: Sequence[Path]) -> str:
    found = {partitions.digest_of(path) for path in paths}
    if len(found) > 1:
        raise InputError(
            "These partitions answer different instruments.",
            hint="Count the files of one wave at a time.", code="PAR-005",
        )  # fmt: skip
    return found.pop()


def _compare(content: bytes, code: str) -> None:
    with writing() as session:
        from corus.services import tallying

        stored = tallying.refresh(session, queries.wave_by_code(session, code)).to_bytes()
    if stored != content:
        raise ConflictError(
            f"The counts of these files differ from those of wave “{code}”.",
            hint="Its answers changed since the files were written, or a file is missing.",
            code="PAR-010",
        )


def _tell(content: bytes, files: int, against: str | None, *, as_json: bool) -> None:
    """What was counted; that they equal the tables of ``against``, if they were compared."""
    from corus.analysis import Tally

    tally = Tally.from_bytes(content)
    told = {
        "responses": int(tally.responses.sum()), "partitions": files,
        "sha256": hashlib.sha256(content).hexdigest(),
    } | ({"equals": against} if against else {})  # fmt: skip
    if as_json:
        print_json(told)
        return
    click.echo(f"{told['responses']:,} responses counted in {files} partition(s).")
    click.echo(f"Count tables: sha256 {told['sha256']}")
    if against:
        click.echo(f"Equal to the count tables of wave “{against}”, to the bit.")


@click.group("partition")
def partition_command() -> None:
    """Answers as Parquet partitions, to be counted by `corus tally --engine`."""


@partition_command.command("write")
@click.argument("wave")
@click.argument("folder", type=PLACES)
@click.option("--role", default="", help="Who receives the answers.")
@click.option("--purpose", default="", help="What for; written in the journal.")
def write_command(wave: str, folder: Path, role: str, purpose: str) -> None:
    """Write the answers of WAVE into FOLDER: microdata, CONFIDENTIEL."""
    with writing() as session:
        written = partitions.export_partitions(
            session, wave, folder, today(), role=role, purpose=purpose
        )
    click.echo(f"{wave}: {len(written)} partition(s) in {folder}. CONFIDENTIEL.")
