"""``corus wave check``, ``set`` and ``update``: what a wave still needs, and what may change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from corus.cli.common import reading, today, writing
from corus.cli.plans import declared, declares
from corus.language import SOURCE, words
from corus.services import editing, following, succession, updating
from corus.services.checklist import Point
from corus.services.inviting import invite
from corus.services.weighing.agreeing import with_weights
from corus.store import queries


@click.command("check")
@click.argument("code")
def check_command(code: str) -> None:
    """What is to be settled before the wave opens, and how; ends with 1 while a point is open."""
    with reading() as session:
        wave = queries.wave_by_code(session, code)
        found, few = following.status(session, wave), invite.few_invited(session, wave)
    for line in _points(code, found.checklist):
        click.echo(line)
    if found.despite:
        click.echo(f"Opened despite open points: {found.despite}")
    for why in found.repeats:
        click.echo(_taken(why))
    if few:
        click.echo(f"Note: {few}", err=True)
    if not all(point.done for point in found.checklist):
        raise SystemExit(1)


def _taken(why: str) -> str:
    return f"Answers were imported although the same were stored before: {why}"


def _points(code: str, points: tuple[Point, ...]) -> Iterator[str]:
    for point in points:
        yield f"{'✓' if point.done else '✗'} {point.said}" + (
            f": {point.settled}" if point.done else ""
        )
        if not point.done:
            yield f"    corus wave set {code} {point.mend}"


@click.command("set")
@click.argument("code")
@click.option("--contact", help="E-mail or address for questions about the data.")
@click.option("--weights", metavar="FILE",
              help="Weights of the groups agreed on before opening: columns group, weight, agreed "
              "on (dimension too, for a composite); none takes them away.")  # fmt: skip
@declares
def set_command(code: str, weights: str | None, **options: Any) -> None:
    """Change what the wave declares, as far as it may still change; the journal keeps it."""
    with writing() as session:
        start = editing.declared(queries.wave_by_code(session, code))
        plan = declared(start, options)
        if weights is not None:
            plan = with_weights(session, code, plan, weights, today())
        changes = editing.change_wave(session, code, plan, today())
        status = following.status(session, queries.wave_by_code(session, code))
    for name, (before, after) in changes.items():
        click.echo(f"{name}: {_word(before)} → {_word(after)}")
    if not changes:
        click.echo("Nothing changed.")
    for found in status.contradictions:
        click.echo(f"Note: {found.line(words(SOURCE), found.group)}", err=True)


def _word(value: object) -> str:
    if value is None or value == "":
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@click.command("update")
@click.argument("code")
@click.option("--instrument", required=True, help="Code or digest of the new published version.")
@click.option("--map", "mapped", is_flag=True,
              help="Go over to it, and write every stored answer as it orders them.")  # fmt: skip
@click.option("--new-series", metavar="CODE",
              help="Open another wave on it; personal links lead there.")  # fmt: skip
def update_command(code: str, instrument: str, mapped: bool, new_series: str | None) -> None:
    """What a new version of the instrument would break; changes nothing by itself."""
    if mapped and new_series:
        raise click.UsageError("Either --map or --new-series.")
    with reading() as session:
        found = updating.compare_wave(session, code, instrument)
    _tell(code, found)
    if not (mapped or new_series):
        _advise(found)
    if mapped:
        with writing() as session:
            done = updating.map_wave(session, code, instrument, today())
        click.echo(f"{code}: on {done.digest[:8]} now; answers kept: {_many(done, done.told)}.")
    if new_series:
        with writing() as session:
            gone = succession.new_series(session, code, instrument, new_series, today())
            number = gone.invitations
        click.echo(f"{new_series}: open; {number} personal links lead to it now.")
        click.echo(f"{code} takes answers until you close it; its page then leads to {new_series}.")


def _tell(code: str, found: updating.Comparison) -> None:
    for one in found.consequences:
        mark = "✗" if one.breaks else "·"
        many = f" [answers: {_many(found, one.told)}]" if one.breaks else ""
        click.echo(f"{mark} {one.change.what}{many}")
    if found.same:
        click.echo(f"{code} is on this version: nothing to do.")
    elif found.breaks:
        many = _many(found, found.told_broken)
        click.echo(f"breaks comparison for answers: {many}, of {_many(found, found.told)}.")
    else:
        click.echo(f"breaks comparison for no answer, of {_many(found, found.told)}.")


def _many(found: updating.Comparison, told: int) -> str:
    """As a status says it: steps of five, of each group."""
    return f"≥ {told}" if told else f"n < {found.shown} in each group"


def _advise(found: updating.Comparison) -> None:
    if found.breaks:
        click.echo("Go on as a new series: --new-series CODE. Nothing was changed.")
    elif not found.same:
        click.echo("--map goes over to it. Nothing was changed.")


def told(found: following.WaveStatus, open_share: float | None = None) -> Iterator[str]:
    """A wave's status, line by line."""
    yield f"{found.title} — {found.organization} — {found.state}"
    yield from _days(found)
    for line in found.coverage:
        population = "unknown" if line.population is None else line.population
        invited = "" if line.invited is None else f"   invited {line.invited}"
        received = line.received_text or line.received
        yield f"  {line.group:<22} received {received:>6}   population {population}{invited}"
    if open_share:
        yield f"  by open link: about {open_share:.0%} of the answers"
    for burst in found.bursts:
        yield (
            f"  ! {burst.seen_on}: at least {burst.answers} answers in ten minutes by the open"
            f" link of {burst.group}. See whether that is expected."
        )
    for why in found.repeats:
        yield f"  ! {_taken(why)}"
    open_points = sum(not point.done for point in found.checklist)
    if open_points:
        despite = f" (opened despite: {found.despite})" if found.despite else ""
        yield f"  checklist: {open_points} point(s) open{despite}; `corus wave check {found.code}`"


def _days(found: following.WaveStatus) -> Iterator[str]:
    if found.opened_on:
        yield f"  opened {found.opened_on}"
    if found.closed_on:
        kept = "answers erased" if found.purged else f"answers kept until {found.kept_until}"
        yield f"  closed {found.closed_on}; {kept}"
    elif found.over:
        yield (
            f"  last day {found.closes_on} has passed: answers are refused."
            f" `corus wave close {found.code}`"
        )
    elif found.closes_on:
        yield f"  last day for answering {found.closes_on}"
    if found.succeeds:
        yield f"  goes on from {found.succeeds}"
    if found.succeeded_by:
        yield f"  goes on in {found.succeeded_by}"
