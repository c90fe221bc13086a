"""``corus release``, ``profile``, ``export``, ``exports``: from counts to files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from corus.cli.common import print_json, reading, today, writing
from corus.domain.base import say
from corus.domain.profile import DimensionCell, Profile
from corus.errors import InputError, NotFoundError
from corus.exports import Exporter
from corus.language import words
from corus.services import exporting, releasing, since
from corus.services.files import PRIVATE, write_file

WIDTH = 10
LANGUAGE = click.Choice(["fr", "en"])


@click.command("release")
@click.argument("wave")
def release_command(wave: str) -> None:
    """Publish the results of a closed WAVE under the next number."""
    with writing() as session:
        profile = releasing.release(session, wave, today())
    click.echo(f"{wave}: release {profile.release}, {profile.shown_responses} responses shown.")


@click.command("profile")
@click.argument("wave")
@click.option("--json", "as_json", is_flag=True, help="The whole profile.")
@click.option("--by", "group", metavar="GROUP", help="One stakeholder group only.")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
def profile_command(wave: str, as_json: bool, group: str | None, lang: str) -> None:
    """The latest release of WAVE."""
    with reading() as session:
        profile = releasing.latest_profile(session, wave)
    if group and group not in profile.groups:
        raise InputError(
            f"No group “{group}” in this wave.", hint=f"Its groups: {', '.join(profile.groups)}.",
            code="RES-001",
        )  # fmt: skip
    if as_json:
        print_json(_only(profile, group).model_dump(mode="json"))
        return
    for line in table(profile, group, lang):
        click.echo(line)


def _only(profile: Profile, group: str | None) -> Profile:
    if group is None:
        return profile
    parts = {
        name: tuple(cell for cell in getattr(profile, name) if cell.group == group)
        for name in ("items", "dimensions", "choices", "texts", "coverage")
    }
    gaps = tuple(g for g in profile.gaps if group in (g.first, g.second))
    return profile.model_copy(update={**parts, "gaps": gaps, "groups": (group,)})


def table(profile: Profile, group: str | None, language: str) -> list[str]:
    """Dimension × group as lines of text, for a terminal; columns as wide as their headings."""
    cells = {(c.group, c.dimension): c for c in profile.dimensions}
    codes = [d.code for d in profile.instrument.dimensions]
    lines = [f"{profile.organization} · {profile.wave_title} · release {profile.release}", ""]
    lines.append(f"{'':<22}" + "  ".join(f"{code[:WIDTH]:>{WIDTH}}" for code in codes))
    for name in profile.groups if group is None else (group,):
        label = say(profile.instrument.groups[name].label, language)
        texts = (_mark(cells[name, code], language) for code in codes)
        lines.append(f"{label[:21]:<22}" + "  ".join(f"{text:>{WIDTH}}" for text in texts))
    lines += ["", "≈ rounded to 5 · × withheld to protect others · 1 item: read it · – not asked"]
    return lines


def _mark(cell: DimensionCell, language: str) -> str:
    if cell.score is not None:
        about = "≈" if cell.show == "banded" else ""
        return about + words(language).number(cell.score)
    masked = cell.reason if cell.reason.startswith("n <") else "×"
    return {"masked": masked, "single_item": "1 item"}.get(cell.show, "–")


@click.command("exports")
def exports_command() -> None:
    """What a wave can be exported as."""
    for name, exporter in exporting.exporters().items():
        click.echo(f"{name:<18} {exporter.summary}")
    click.echo("")
    click.echo("Microdata of a closed wave, CONFIDENTIAL: they need --role and --purpose.")
    for name, format_ in exporting.formats().items():
        click.echo(f"{name:<18} {format_.summary}")


@click.command("export")
@click.argument("wave")
@click.option("--as", "name", required=True, help="One of `corus exports`.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@click.option("--lang", type=LANGUAGE, default="fr", show_default=True)
@click.option("--role", default="", help="For microdata: who receives the answers.")
@click.option("--purpose", default="", help="For microdata: what for; written in the journal.")
def export_command(wave: str, name: str, output: Path, lang: str, role: str, purpose: str) -> None:
    """Write the latest release of WAVE, or its microdata, to a file."""
    if name in exporting.formats():
        with writing() as session:
            files = exporting.microdata(
                session, wave, lang, today(), role=role, purpose=purpose, name=name,
                file_name=output.name,
            )  # fmt: skip
            for suffix, content in files.items():
                write_file(output.with_name(output.name + suffix), content, PRIVATE)
        for loss in json.loads(files[".manifest.json"])["losses"]:
            click.echo(loss, err=True)
    else:
        exporter = _exporter(name)
        with reading() as session:
            profile = since.with_since(session, releasing.latest_profile(session, wave))
        write_file(output, exporter.write(profile, lang))
    click.echo(str(output))


def _exporter(name: str) -> Exporter:
    known = exporting.exporters()
    if name not in known:
        raise NotFoundError(
            f"There is no export called “{name}”.",
            hint=f"Use one of: {', '.join(known)}; for microdata: "
            f"{', '.join(exporting.formats())}.",
            code="REG-001",
        )
    return known[name]
