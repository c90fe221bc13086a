"""``corus wave …``: create, open, close, list and follow waves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from corus.cli.common import print_json, reading, settings, store, today, writing
from corus.cli.plans import declared, declares, no_contact
from corus.cli.purging import purge_command
from corus.cli.rights import code_command
from corus.cli.wave_life import check_command, set_command, told, update_command
from corus.domain.wave import PrivacyNotice, WavePlan, WaveState
from corus.services import arriving, closing, following, publishing, waves
from corus.services.inviting import invite
from corus.store import queries


@click.group("wave")
def wave_command() -> None:
    """Create, open, close, list and follow waves."""


@wave_command.command("create")
@click.argument("code")
@click.option("--organization", required=True, help="Its name, as respondents know it.")
@click.option("--instrument", required=True, help="Code or digest of a published instrument.")
@click.option("--contact", required=True, help="E-mail or address for questions about the data.")
@click.option("--confidential", is_flag=True, help="The same as --anonymity confidential.")
@declares
def create_command(
    code: str, organization: str, instrument: str, contact: str, confidential: bool,
    **options: Any,
) -> None:  # fmt: skip
    """A draft wave called CODE; without any --group, every group is surveyed."""
    if not contact.strip():
        raise no_contact()
    if confidential and options["anonymity"] == "anonymous":
        raise click.UsageError("Either --confidential or --anonymity anonymous.")
    with writing() as session:
        owner = waves.create_organization(session, organization)
        version = publishing.load_version(queries.instrument_by_name(session, instrument))
        start = WavePlan(
            title=code,
            languages=version.instrument.languages,
            anonymity="confidential" if confidential else "anonymous",
            notice=PrivacyNotice(controller=organization, contact=contact),
        )
        wave = waves.create_wave(session, code, owner, instrument, declared(start, options))
        click.echo(f"{wave.code}: draft. Open it with `corus wave open {wave.code}`.")


@wave_command.command("open")
@click.argument("code")
@click.option("--despite", default="", metavar="REASON",
              help="Open with open points in the checklist; it is kept and shown.")  # fmt: skip
def open_command(code: str, despite: str) -> None:
    """Take answers from now on, once the checklist is settled."""
    with writing() as session:
        wave = waves.open_wave(session, code, today(), despite=despite)
        announced = waves.plan_of(wave).opens_on
        if announced and today() < announced:
            click.echo(f"Note: it was to open on {announced}.", err=True)
        if few := invite.few_invited(session, wave):
            click.echo(f"Note: {few}", err=True)
        for group in waves.groups_of(wave):
            click.echo(f"/s/{wave.code}/{group}")
        if sites := waves.plan_of(wave).sites:
            example = f"{waves.groups_of(wave)[0]}@{next(iter(sites))}"
            click.echo(f"For a site, name it after the group: /s/{wave.code}/{example}")


@wave_command.command("close")
@click.argument("code", required=False)
@click.option("--due", is_flag=True, help="Every open wave whose last day has passed; for cron.")
@click.option("--drop-paper", is_flag=True, help="Erase paper that was typed only once.")
def close_command(code: str | None, due: bool, drop_paper: bool) -> None:
    """Take no more answers, and erase what tells who answered; results may then be released."""
    if due == bool(code):
        raise click.UsageError("Name one wave, or give --due.")
    codes = [code] if code else _due()
    for one in codes:
        _close(one, drop_paper=drop_paper)
    if not codes:
        click.echo("No wave is past its last day.")


def _due() -> list[str]:
    with reading() as session:
        return waves.due(session)


def _close(code: str, *, drop_paper: bool) -> None:
    found = settings()
    keeping = closing.Keeping(found.backups, found.mark)
    closed = closing.close_wave(store(), code, today(), keeping, drop_paper=drop_paper)
    if closed.backups:
        click.echo(f"{len(closed.backups)} backup(s) that told more than the closed wave erased.")
        click.echo(f"In their place: {closed.new_backup}")
    for limit in closed.limits:
        click.echo(limit, err=True)
    click.echo(f"{code}: closed. Publish its results with `corus release {code}`.")


@wave_command.command("archive")
@click.argument("code")
def archive_command(code: str) -> None:
    """Put a closed wave away."""
    with writing() as session:
        wave = queries.wave_by_code(session, code)
        if wave.state == WaveState.CLOSED:
            closing.require_sealed(session, wave)
        waves.archive_wave(session, code, today())
    click.echo(f"{code}: archived.")


@wave_command.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_command(as_json: bool) -> None:
    """Every wave and where it stands."""
    with reading() as session:
        found = following.list_waves(session)
    if as_json:
        print_json([_plain(status) for status in found])
        return
    for status in found:
        click.echo(f"{status.code}\t{status.state}\t{status.organization}\t{status.title}")


@wave_command.command("status")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True)
def status_command(code: str, as_json: bool) -> None:
    """Who was reached in a wave; never what they answered."""
    with reading() as session:
        wave = queries.wave_by_code(session, code)
        found, share = following.status(session, wave), arriving.open_share(session, wave, today())
    if as_json:
        print_json(_plain(found) | {"open_share": share})
        return
    for line in told(found, share):
        click.echo(line)


def _plain(status: following.WaveStatus) -> dict[str, object]:
    plain = asdict(status)
    plain["bursts"] = [burst._asdict() for burst in status.bursts]
    plain["coverage"] = [line.model_dump(mode="json") for line in status.coverage]
    return plain


for command in (check_command, code_command, purge_command, set_command, update_command):
    wave_command.add_command(command)
