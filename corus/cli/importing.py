"""``corus import``: answers collected elsewhere, all of a file or nothing, with a report."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from corus.cli.common import reading, store, today
from corus.services import closing
from corus.services.importing import ImportRefused, draft_mapping, import_answers

FILE = click.Path(path_type=Path)


@click.command("import")
@click.argument("wave")
@click.argument("file", type=FILE)
@click.option("--mapping", type=FILE, help="What its columns and values mean, as YAML.")
@click.option("--batch", metavar="NAME", help="Name of a collection whose rows have no id.")
@click.option(
    "--repeats",
    metavar="REASON",
    help="Take answers stored before under other ids too, as those of other persons.",
)
@click.option("--suggest-mapping", is_flag=True, help="Draft that YAML; nothing is stored.")
def import_command(
    wave: str, file: Path, mapping: Path | None, batch: str | None, repeats: str | None,
    suggest_mapping: bool,
) -> None:  # fmt: skip
    """Answers of FILE (CSV or XLSX: ours, LimeSurvey's, KoboToolbox's) into WAVE."""
    if suggest_mapping:
        with reading() as session:
            click.echo(draft_mapping(session, wave, file), nl=False)
        return
    found = store()
    try:
        with found.writing() as session:
            report = import_answers(
                session, found, wave, file, mapping, received_on=today(), batch=batch,
                repeats=repeats,
            )  # fmt: skip
    except ImportRefused as refused:
        for line in refused.report.lines():
            click.echo(line, err=True)
        sys.exit(1)
    forgotten = closing.forget_late(found, wave, today()) if report.stored else {}
    for line in report.lines():
        click.echo(line)
    for part, number in forgotten.items():
        click.echo(
            f"{number} answer(s), those stored before included, lost their {part}: the wave is "
            "closed, and beside these rows it would have been a name."
        )
