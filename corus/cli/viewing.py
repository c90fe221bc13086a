"""``corus view``: the items of a release for a part of the answers, where that is safe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from corus.cli.common import in_language, today, writing
from corus.cli.weighing import REASONS
from corus.domain.profile import ItemCell, Profile
from corus.domain.reading import Reading
from corus.services import exporting, releasing, viewing
from corus.services.files import check_ending, write_file
from corus.services.viewing import Filter
from corus.store import queries

FORMS = {
    ".csv": "counts.csv",
    ".json": "profile.json",
    ".html": "dashboard.html",
    ".xlsx": "evidence.xlsx",
}
"""Ending of the file → what is written."""
AXES = ("group", "variant", "mode", "channel", "completeness", "site")


def _axes(command: Callable[..., None]) -> Callable[..., None]:
    for axis in reversed(AXES):
        about = f"Answers of this {axis} only; may be given several times."
        command = click.option(f"--{axis}", multiple=True, help=about)(command)
    return command


@click.command("view")
@click.argument("wave")
@_axes
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="Write it here, as the ending says: .csv, .json, .html or .xlsx.")  # fmt: skip
@in_language()
def view_command(wave: str, output: Path | None, lang: str, **axes: tuple[str, ...]) -> None:
    """Items of WAVE's last release for a part of the answers; refused where it singles few out.

    What is shown is noted in the wave's journal: later views and releases are decided beside it.
    """
    if output is not None:
        # Before anything is noted: a view that nobody saw would stand in the way of others.
        check_ending(output, *FORMS)
    wanted = Filter(**axes)
    with writing() as session:
        tally = viewing.view(session, wave, wanted, today())
        record = queries.wave_by_code(session, wave)
        profile = releasing.profile_of_part(session, record, tally, wanted)
    if output is not None:
        exporter = exporting.exporters()[FORMS[output.suffix.lower()]]
        write_file(output, exporter.write(profile, lang))
        click.echo(str(output))
        return
    reading = Reading(profile, lang)
    click.echo(reading.part)
    for cell in _asked(profile):
        click.echo(_line(reading, cell))


def _asked(profile: Profile) -> list[ItemCell]:
    return [cell for cell in profile.items if cell.show != "not_asked"]


def _line(reading: Reading, cell: ItemCell) -> str:
    place = f"{reading.topic(cell.item)[:34]:<35} {reading.group(cell.group)[:24]:<25}"
    share = cell.favourable
    say = reading.words
    if cell.n is None or share is None or share.value is None:
        return f"{place} {say(REASONS.get(cell.reason, cell.reason or cell.show))}"
    low, high = (say.percent(end) for end in (share.low or 0.0, share.high or 1.0))
    return f"{place} {say.percent(share.value)} [{low} ; {high}]  n = {say.number(cell.n)}"
