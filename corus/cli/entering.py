"""``corus paper …``: where the paper of a wave stands, and sheets given up."""

from __future__ import annotations

from dataclasses import asdict

import click

from corus.cli.common import print_json, reading, store
from corus.services import entering, sheets


@click.group("paper")
def paper_command() -> None:
    """Paper questionnaires of a wave, typed in twice."""


@paper_command.command("status")
@click.argument("wave")
@click.option("--json", "as_json", is_flag=True)
def status_command(wave: str, as_json: bool) -> None:
    """Sheets of WAVE that wait for a second typing or a decision; never what they say."""
    with reading() as session:
        report, left = sheets.report(session, wave), sheets.sheets(session, wave)
    if as_json:
        print_json(report.plain() | {"sheets": [asdict(sheet) for sheet in left]})
        return
    rate = "none yet" if report.error_rate is None else f"{report.error_rate:.1%}"
    click.echo(f"stored {report.stored}   set aside {report.voided}")
    click.echo(f"typed once {report.typed_once}   to compare {report.differing}")
    click.echo(f"differences between typings {rate} ({report.differed} of {report.fields})")
    click.echo(f"illegible {report.illegible}   typed twice by one person {report.one_clerk}")
    for sheet in left:
        waits = "to compare" if sheet.differs else "second typing"
        click.echo(f"  sheet {sheet.sheet:<10} {sheet.group:<22} {waits}")


@paper_command.command("void")
@click.argument("wave")
@click.argument("sheet")
def void_command(wave: str, sheet: str) -> None:
    """Erase what was typed of SHEET: it is lost, blank or unreadable."""
    found = store()
    with found.writing() as session:
        entering.void(session, found.key, wave, sheet)
    click.echo(f"Sheet {sheet} is set aside: what was typed of it is erased.")
