"""``corus compare``: two waves of one organization, change by change, with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from corus.analysis.waves.changes import GroupChange, WholeChange, group_changes, whole_changes
from corus.analysis.waves.same_question import Refused
from corus.analysis.waves.wave_change import DISTRIBUTION_BASED, KINDS, READINGS, Change, read_off
from corus.cli.common import print_json, today, writing
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.domain.same_persons import Followed, SamePersons
from corus.errors import InputError
from corus.language import Words
from corus.services import releasing
from corus.services.same_persons import same_persons

LANGUAGE = click.Choice(["fr", "en"])
Linked = Followed | Refused | None
ALL_ROWS = "All rows, persons found in one wave included ({persons})"
WITHHELD = (
    "withheld: too few persons answered both waves, or one of them only, or somebody could be "
    "recognised by subtraction"
)


@click.command("compare")
@click.argument("first")
@click.argument("second")
@click.option("--json", "as_json", is_flag=True, help="Every figure.")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
def compare_command(first: str, second: str, as_json: bool, lang: str) -> None:
    """What changed from the release of wave FIRST to that of wave SECOND.

    Of two confidential waves also the change of the persons who answered both, told once.
    """
    if first == second:
        raise InputError(
            f"“{first}” is compared with itself: nothing can have changed.",
            hint="Name two waves, the earlier one first.", code="CMP-007",
        )  # fmt: skip
    with writing() as session:
        profiles = [releasing.latest_profile(session, code) for code in (first, second)]
        _same_organization(*profiles)
        linked = same_persons(session, first, second, today())
    groups, wholes = list(group_changes(*profiles)), list(whole_changes(*profiles))
    if as_json:
        print_json(
            {"groups": [asdict(g) for g in groups], "together": [asdict(w) for w in wholes],
             "same_persons": _as_data(linked)}
        )  # fmt: skip
        return
    for line in table(Reading(profiles[1], lang), groups, wholes, linked):
        click.echo(line)


def _as_data(linked: Linked) -> dict[str, Any] | None:
    if isinstance(linked, Followed):
        return linked.model_dump()
    return asdict(linked) if linked else None


def _same_organization(first: Profile, second: Profile) -> None:
    if first.organization != second.organization:
        raise InputError(
            f"“{first.wave}” and “{second.wave}” are waves of two organizations.",
            hint="Corus ranks nobody: compare waves of one organization.", code="CMP-001",
        )  # fmt: skip


def table(
    reading: Reading, groups: list[GroupChange], wholes: list[WholeChange], linked: Linked = None
) -> Iterator[str]:
    """The lines a person reads: group by group, then all groups with both compositions."""
    say = reading.words
    yield f"{say(KINDS['unlinked'])}. {say(DISTRIBUTION_BASED)}"
    if isinstance(linked, Refused):
        yield say(linked.sentence, **linked.parameters)
    followed = linked.cells if isinstance(linked, Followed) else ()
    cells = {(cell.dimension, cell.group): cell for cell in followed}
    for one in groups:
        place = f"{reading.dimension(one.dimension)} · {reading.group(one.group)}"
        yield f"{place}{_colon(say)} {_told(say, one.found)}"
        if cell := cells.get((one.dimension, one.group)):
            yield from _same(say, cell)
    yield from _together(reading, wholes)
    if not groups:
        yield say("No group is published in full in both waves.")


def _together(reading: Reading, wholes: list[WholeChange]) -> Iterator[str]:
    say = reading.words
    for whole in wholes:
        if isinstance(whole.found, Refused):
            continue
        names = ", ".join(map(reading.group, whole.groups))
        yield f"{reading.dimension(whole.dimension)} · {names}"
        yield f"  {say(KINDS['unlinked'])}{_colon(say)} {_told(say, whole.found.as_answered)}"
        yield f"  {say(KINDS['recomposed'])}{_colon(say)} {_told(say, whole.found.recomposed)}"


def _same(say: Words, cell: SamePersons) -> Iterator[str]:
    """The same persons, and all rows by the model that keeps those who answered once."""
    label = say(KINDS["linked"])
    if cell.withheld or cell.first is None or cell.second is None or cell.value is None:
        yield f"  {label}{_colon(say)} {say(WITHHELD)}"
        return
    decimals = 1 if cell.step < 1 else 0
    from_to = f"{say.number(cell.first, decimals)} → {say.number(cell.second, decimals)}"
    interval = None if cell.low is None or cell.high is None else (cell.low, cell.high)
    change = _signed(say, cell.value, interval, decimals)
    reading = say(READINGS[read_off(cell.value, interval, cell.half_sd)])
    pairs = f"(n = {say.number(cell.pairs or 0)})"
    yield f"  {label} {pairs}{_colon(say)} {from_to} ({change}). {reading}"
    if rows := cell.all_rows:
        told = _signed(say, rows.value, (rows.low, rows.high), decimals)
        yield f"  {say(ALL_ROWS, persons=say.number(rows.persons))}{_colon(say)} {told}"


def _colon(say: Words) -> str:
    return "\u202f:" if say.language == "fr" else ":"


def _told(say: Words, found: Change | Refused) -> str:
    if isinstance(found, Refused):
        return say(found.sentence, **found.parameters)
    value = f"{say.number(found.first.mean, 1)} → {say.number(found.second_mean, 1)}"
    change = _signed(say, found.value, found.interval, 1)
    return f"{value} ({change}). {say(READINGS[found.reading])}"


def _signed(say: Words, value: float, interval: tuple[float, float] | None, decimals: int) -> str:
    """``+2.5 [−0.3 ; 5.1]``, or the value alone."""
    told = f"{'+' if value > 0 else ''}{say.number(value, decimals)}"
    if interval is None:
        return told
    low, high = (say.number(end, decimals) for end in interval)
    return f"{told} [{low} ; {high}]"
