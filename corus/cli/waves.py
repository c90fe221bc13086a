"""``corus wave …``: create, open, close, list and follow waves."""

from __future__ import annotations

from dataclasses import asdict

import click

from corus.cli.common import print_json, reading, today, writing
from corus.domain.wave import GroupPlan, PrivacyNotice, Thresholds, WavePlan
from corus.errors import InputError
from corus.services import waves
from corus.store import queries


@click.group("wave")
def wave_command() -> None:
    """Create, open, close, list and follow waves."""


@wave_command.command("create")
@click.argument("code")
@click.option("--organization", required=True, help="Its name, as respondents know it.")
@click.option("--instrument", required=True, help="Code or digest of a published instrument.")
@click.option("--contact", required=True, help="E-mail or address for questions about the data.")
@click.option("--title", default="", help="Title of the wave [default: its code].")
@click.option("--dpo", default="", help="Data protection officer, if there is one.")
@click.option("--keep-months", default=24, show_default=True, type=click.IntRange(1, 120),
              help="Months the answers are kept.")  # fmt: skip
@click.option("--group", "groups", multiple=True, metavar="CODE[=POPULATION]",
              help="Group surveyed and its population; without any, all groups.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Mask under 11 persons instead of 5.")
@click.option(
    "--confidential", is_flag=True, help="Answers carry a pseudonym; respondents are told."
)
def create_command(code: str, organization: str, instrument: str, **options: object) -> None:
    """A draft wave called CODE."""
    with writing() as session:
        owner = waves.create_organization(session, organization)
        wave = waves.create_wave(
            session, code, owner, instrument, _plan(code, organization, options)
        )
        click.echo(f"{wave.code}: draft. Open it with `corus wave open {wave.code}`.")


def _plan(code: str, organization: str, options: dict[str, object]) -> WavePlan:
    strict = Thresholds(shown=11, full=11, organizations=11)
    if not str(options["contact"]).strip():
        raise InputError(
            "Nobody can be asked about the data.", hint="Give --contact an e-mail or an address.",
            code="WAV-007",
        )  # fmt: skip
    return WavePlan(
        title=str(options["title"] or code),
        anonymity="confidential" if options["confidential"] else "anonymous",
        thresholds=strict if options["strict"] else Thresholds(),
        groups=dict(_group(text) for text in options["groups"]),  # type: ignore[attr-defined]
        notice=PrivacyNotice(
            controller=organization,
            contact=str(options["contact"]),
            dpo=str(options["dpo"]),
            retention_months=int(str(options["keep_months"])),
        ),
    )


def _group(text: str) -> tuple[str, GroupPlan]:
    code, _, population = text.partition("=")
    if population and not (population.isascii() and population.isdigit()):
        raise InputError(
            f"“{text}” does not say a population.", hint="Write for example employees=40.",
            code="WAV-006",
        )  # fmt: skip
    return code, GroupPlan(population=int(population) if population else None)


@wave_command.command("open")
@click.argument("code")
def open_command(code: str) -> None:
    """Take answers from now on."""
    with writing() as session:
        wave = waves.open_wave(session, code, today())
        for group in waves.groups_of(wave):
            click.echo(f"/s/{wave.code}/{group}")


@wave_command.command("close")
@click.argument("code")
def close_command(code: str) -> None:
    """Take no more answers; results may be released."""
    with writing() as session:
        waves.close_wave(session, code, today())
    click.echo(f"{code}: closed. Publish its results with `corus release {code}`.")


@wave_command.command("archive")
@click.argument("code")
def archive_command(code: str) -> None:
    """Put a closed wave away."""
    with writing() as session:
        waves.archive_wave(session, code, today())
    click.echo(f"{code}: archived.")


@wave_command.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_command(as_json: bool) -> None:
    """Every wave and where it stands."""
    with reading() as session:
        found = waves.list_waves(session)
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
        found = waves.status(session, queries.wave_by_code(session, code))
    if as_json:
        print_json(_plain(found))
        return
    click.echo(f"{found.title} — {found.organization} — {found.state}")
    for line in found.coverage:
        population = "unknown" if line.population is None else line.population
        received = line.received_text or line.received
        click.echo(f"  {line.group:<22} received {received:>6}   population {population}")


def _plain(status: waves.WaveStatus) -> dict[str, object]:
    plain = asdict(status)
    plain["coverage"] = [line.model_dump(mode="json") for line in status.coverage]
    return plain
