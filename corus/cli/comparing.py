"""``corus compare``: two waves of one organization, change by change, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import click

from corus.analysis.waves.changes import GroupChange, WholeChange, group_changes, whole_changes
from corus.analysis.waves.same_question import Refused
from corus.analysis.waves.wave_change import DISTRIBUTION_BASED, KINDS, READINGS, Change
from corus.cli.common import print_json, reading
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.errors import InputError
from corus.language import Words
from corus.services import releasing

LANGUAGE = click.Choice(["fr", "en"])


@click.command("compare")
@click.argument("first")
@click.argument("second")
@click.option("--json", "as_json", is_flag=True, help="Every figure.")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
def compare_command(first: str, second: str, as_json: bool, lang: str) -> None:
    """What changed from the release of wave FIRST to that of wave SECOND."""
    with reading() as session:
        profiles = [releasing.latest_profile(session, code) for code in (first, second)]
    _same_organization(*profiles)
    groups, wholes = list(group_changes(*profiles)), list(whole_changes(*profiles))
    if as_json:
        print_json({"groups": [asdict(g) for g in groups], "together": [asdict(w) for w in wholes]})
        return
    for line in table(Reading(profiles[1], lang), groups, wholes):
        click.echo(line)


def _same_organization(first: Profile, second: Profile) -> None:
    if first.organization != second.organization:
        raise InputError(
            f"“{first.wave}” and “{second.wave}” are waves of two organizations.",
            hint="Corus ranks nobody: compare waves of one organization.", code="CMP-001",
        )  # fmt: skip


def table(reading: Reading, groups: list[GroupChange], wholes: list[WholeChange]) -> Iterator[str]:
    """The lines a person reads: group by group, then all groups with both compositions."""
    say = reading.words
    yield f"{say(KINDS['unlinked'])}. {say(DISTRIBUTION_BASED)}"
    for one in groups:
        place = f"{reading.dimension(one.dimension)} · {reading.group(one.group)}"
        yield f"{place}{_colon(say)} {_told(say, one.found)}"
    for whole in wholes:
        if isinstance(whole.found, Refused):
            continue
        names = ", ".join(map(reading.group, whole.groups))
        yield f"{reading.dimension(whole.dimension)} · {names}"
        yield f"  {say(KINDS['unlinked'])}{_colon(say)} {_told(say, whole.found.as_answered)}"
        yield f"  {say(KINDS['recomposed'])}{_colon(say)} {_told(say, whole.found.recomposed)}"
    if not groups:
        yield say("No group is published in full in both waves.")


def _colon(say: Words) -> str:
    return "\u202f:" if say.language == "fr" else ":"


def _told(say: Words, found: Change | Refused) -> str:
    if isinstance(found, Refused):
        return say(found.sentence, **found.parameters)
    value = f"{say.number(found.first.mean, 1)} → {say.number(found.second_mean, 1)}"
    sign = "+" if found.value > 0 else ""
    if found.interval is None:
        return f"{value} ({sign}{say.number(found.value, 1)}). {say(READINGS[found.reading])}"
    low, high = (say.number(end, 1) for end in found.interval)
    return f"{value} ({sign}{say.number(found.value, 1)} [{low} ; {high}]). " + say(
        READINGS[found.reading]
    )
