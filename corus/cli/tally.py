"""``corus tally``: the count tables of a wave, brought up to date, checked, or counted afresh."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from corus.analysis import Tally
from corus.analysis.profile.reach import told_in_all
from corus.cli.common import print_json, writing
from corus.cli.partitioned import counts_files, tally_files
from corus.services import tallying
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.models import Wave


@click.command("tally")
@click.argument("names", metavar="WAVE | PATH…", nargs=-1, required=True)
@counts_files
@click.option("--check", is_flag=True, help="Count every answer again and compare the tables.")
@click.option("--rebuild", is_flag=True, help="Count every answer again and keep the result.")
@click.option("--json", "as_json", is_flag=True)
def tally_command(
    names: tuple[str, ...], check: bool, rebuild: bool, as_json: bool, **files: Any
) -> None:
    """Bring the count tables of WAVE up to date; prints how much is counted, never a cell.

    With --engine, counts the Parquet partitions at PATH… instead (see `corus partition write`).
    """
    if files["scheduler"] and files["engine"] != "dask":
        raise click.UsageError("--scheduler is the address of a Dask cluster: add --engine dask.")
    if (files["against"] or files["output"]) and not files["engine"]:
        raise click.UsageError("--against and -o are for partitions: add --engine here or dask.")
    if files["engine"]:
        tally_files([Path(name) for name in names], **files, as_json=as_json)
        return
    if len(names) > 1:
        raise click.UsageError("One wave at a time; partitions are counted with --engine.")
    _tally_wave(names[0], check=check, rebuild=rebuild, as_json=as_json)


def _tally_wave(wave: str, *, check: bool, rebuild: bool, as_json: bool) -> None:
    with writing() as session:
        record = queries.wave_by_code(session, wave)
        found = _counted(session, record, check=check, rebuild=rebuild)
        told = _told(record, found.tally) | ({"differing": list(found.differing)} if check else {})
    print_json(told) if as_json else _print(told)
    if found.differing:
        click.echo(
            f"corus: {wave}: the count tables differ from the answers: "
            f"{', '.join(found.differing)}. Count afresh: `corus tally {wave} --rebuild`. "
            "[TAL-004]",
            err=True,
        )
        sys.exit(1)


def _counted(session: Session, wave: Wave, *, check: bool, rebuild: bool) -> tallying.Checked:
    if rebuild:
        tallying.recount(session, wave)
    if check:
        return tallying.check(session, wave)
    return tallying.Checked(tallying.refresh(session, wave), ())


def _told(wave: Wave, tally: Tally) -> dict[str, Any]:
    """What may be said of the tables at any time: the sum of what a status tells of each group.

    Neither all of them nor the number of strata: less the groups told, either would tell how many
    there are of a masked one. That holds of a closed wave too, whose release masks it.
    """
    received: Counter[str] = Counter()
    for stratum, n in tally.counts_by_stratum().items():
        received[stratum.group] += n
    thresholds = plan_of(wave).thresholds
    known = told_in_all(received, thresholds)
    return {
        "wave": wave.code,
        "responses": f"≥ {known}" if known else f"n < {thresholds.shown}",
        "tables": {
            name: {"per_stratum": list(table.shape[1:])} for name, table in tally.tables.items()
        },
    }


def _print(told: dict[str, Any]) -> None:
    in_each = "" if told["responses"].startswith("≥") else " in each group"
    click.echo(f"{told['wave']}: responses counted: {told['responses']}{in_each}.")
    for name, table in told["tables"].items():
        shape = " × ".join(map(str, table["per_stratum"])) or "1"
        click.echo(f"  {name:<18} {shape} per stratum")
    if "differing" in told and not told["differing"]:
        click.echo("Every table equals a fresh count of all answers.")
