"""``corus composite`` and ``corus rake``: figures that rest on weights, for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from corus.cli.common import reading, today, writing
from corus.domain.reading import Reading
from corus.domain.weighing import Composed, ComposedGroup, RakedDimension, RakedScores, Range
from corus.exports.weighing import MARGINS_ONLY, NO_SCORE, as_csv, as_json
from corus.language import Words
from corus.services.files import check_ending, write_file
from corus.services.weighing import composing, raking

LANGUAGE = click.Choice(["fr", "en"])
WRITERS = {".json": as_json, ".csv": as_csv}
OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write here: .json or .csv."
)
AS_JSON = click.option("--json", "as_json_", is_flag=True, help="Every figure.")


@click.command("composite")
@click.argument("waves", nargs=-1, required=True, metavar="WAVE")
@click.option("--release", "number", type=int, help="Number of the release; the last by default.")
@click.option("--dimension", "dimensions", multiple=True, help="Only these; several times.")
@click.option(
    "--weights", type=click.Path(path_type=Path),
    help="Negotiated weights: columns dimension (or group), weight, agreed on.",
)  # fmt: skip
@OUTPUT
@AS_JSON
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
def composite_command(
    waves: tuple[str, ...],
    number: int | None,
    dimensions: tuple[str, ...],
    weights: Path | None,
    output: Path | None,
    as_json_: bool,
    lang: str,
) -> None:
    """What one figure per group of WAVE would rest on; never an overall score.

    Computed from a stored release alone: rounded scores give ranges, hidden ones leave a group out.
    """
    if output is not None:
        check_ending(output, *WRITERS)
    with reading() as session:
        found = composing.composed(
            session, waves, number=number, weights=weights, dimensions=dimensions
        )
        profile = composing.released(session, waves[0], number)
    tell(found, composite_lines(Reading(profile, lang), found), output, lang, as_json_=as_json_)


def tell(
    found: Composed | RakedScores,
    lines: Iterator[str],
    output: Path | None,
    lang: str,
    *,
    as_json_: bool,
) -> None:
    """Write the file asked for, or print every figure, or the lines a person reads."""
    if output is not None:
        write_file(output, WRITERS[output.suffix.lower()](found, lang))
        click.echo(str(output))
    elif as_json_:
        click.echo(as_json(found, lang).decode())
    else:
        for line in lines:
            click.echo(line)


def composite_lines(reading: Reading, found: Composed) -> Iterator[str]:
    """What a person reads, convention first."""
    say = reading.words
    yield from map(say, NO_SCORE)
    yield ""
    yield from _weights(reading, found)
    for group in found.groups:
        yield ""
        yield from _group(reading, group)
    yield ""
    yield from _order(reading, found)
    yield from _missing(reading, found)
    yield from _pooled(reading, found)


def _weights(reading: Reading, found: Composed) -> Iterator[str]:
    say = reading.words
    if found.weights == "negotiated" and found.negotiated:
        agreed = found.negotiated
        yield say(
            "Weights negotiated, agreed on {day} ({file}, SHA-256 {digest}).",
            day=say.date(agreed.agreed_on), file=agreed.file, digest=agreed.sha256,
        )  # fmt: skip
    else:
        yield say("Equal weights: the default, and a convention too.")
    for own in found.importance:
        effective = say("not computed") if own.effective is None else say.percent(own.effective)
        yield say("{dimension}: weight {weight}, effective importance (r²) {effective}.",
                  dimension=reading.dimension(own.dimension), weight=say.percent(own.weight),
                  effective=effective)  # fmt: skip
    if found.rounded:
        yield say("The release rounds some of these scores: figures are ranges, and effective "
                  "importance is not computed.")  # fmt: skip
    if found.floored:
        yield say("Scores under 1 count as 1 in geometric and harmonic means: {n}.",
                  n=say.number(found.floored))  # fmt: skip


def _group(reading: Reading, group: ComposedGroup) -> Iterator[str]:
    say = reading.words
    yield reading.group(group.group)
    yield "  " + say("three means: arithmetic {a}, geometric {g}, harmonic {h}",
                     a=_ends(say, group.arithmetic), g=_ends(say, group.geometric),
                     h=_ends(say, group.harmonic))  # fmt: skip
    yield "  " + say("weakest dimension: {dimensions}",
                     dimensions=say("; ").join(map(reading.dimension, group.weakest)))  # fmt: skip
    yield "  " + say("rank under all weightings and the three means: {ranks}",
                     ranks=_ranks(say, group.ranks))  # fmt: skip
    if group.near_ranks:
        yield "  " + say("rank within ±50 % of the negotiated weights: {ranks}",
                         ranks=_ranks(say, group.near_ranks))  # fmt: skip


def _ends(say: Words, value: Range) -> str:
    low, high = say.number(value.low, 1), say.number(value.high, 1)
    return low if low == high else say("between {low} and {high}", low=low, high=high)


def _ranks(say: Words, ends: tuple[int, int]) -> str:
    first, last = map(say.number, ends)
    return first if first == last else say("{first} to {last}", first=first, last=last)


def _order(reading: Reading, found: Composed) -> Iterator[str]:
    say = reading.words
    if found.same_first is False:
        yield say("The three means do not put the same group first.")
    place = {group.group: number for number, group in enumerate(found.groups)}
    # The other way round is what is left to 100 %.
    for one in (p for p in found.preferences if place[p.first] < place[p.second]):
        low, high = say.percent(one.share.low), say.percent(one.share.high)
        share = low if low == high else say("between {low} and {high}", low=low, high=high)
        yield say(
            "{first} above {second} under {share} of all weightings.",
            first=reading.group(one.first), second=reading.group(one.second), share=share,
        )  # fmt: skip


REASONS = {
    "single_item": "a single question: read it",
    "not_asked": "not asked",
    "unscored": "nobody could be scored",
    "complementary": "withheld so that nobody is recognizable by subtraction",
}
"""What the release shows in place of a score; other reasons are texts such as n < 5."""


def _missing(reading: Reading, found: Composed) -> Iterator[str]:
    say = reading.words
    for group in dict.fromkeys(one.group for one in found.missing):
        told = say("; ").join(
            f"{reading.short(one.dimension)} ({say(REASONS.get(one.reason, one.reason))})"
            for one in found.missing if one.group == group
        )  # fmt: skip
        yield say("Not computed for {group}, without a published score of: {dimensions}.",
                  group=reading.group(group), dimensions=told)  # fmt: skip


def _pooled(reading: Reading, found: Composed) -> Iterator[str]:
    say = reading.words
    for line in found.pooled:
        yield say(
            "{dimension}, {present} groups of {expected} as one line, by three conventions: equal "
            "groups {equal}, head count {count}, negotiated weights {negotiated}.",
            dimension=reading.dimension(line.dimension), present=say.number(len(line.groups)),
            expected=say.number(len(line.groups) + len(line.absent)),
            equal=say.number(line.equal, 1), count=say.number(line.head_count, 1),
            negotiated=say.number(line.negotiated, 1),
        )  # fmt: skip


@click.command("rake")
@click.argument("wave")
@click.option(
    "--margins", required=True, type=click.Path(path_type=Path),
    help="Known margins: columns group, question, category, persons.",
)  # fmt: skip
@OUTPUT
@AS_JSON
@click.option("--lang", type=LANGUAGE, default="en", show_default=True)
def rake_command(wave: str, margins: Path, output: Path | None, as_json_: bool, lang: str) -> None:
    """Scores of the last release of WAVE, each group weighted to what is known of it.

    Noted in the wave's journal; margins are applied once per group.
    """
    if output is not None:
        check_ending(output, *WRITERS)
    with writing() as session:
        found = raking.raked(session, wave, margins, today())
        profile = composing.released(session, wave, found.origin.release)
    tell(found, raking_lines(Reading(profile, lang), found), output, lang, as_json_=as_json_)


def raking_lines(reading: Reading, found: RakedScores) -> Iterator[str]:
    """What a person reads, convention first."""
    say = reading.words
    yield from map(say, MARGINS_ONLY)
    yield say("Margins: {file}, SHA-256 {digest}.", file=found.file, digest=found.sha256)
    for group in found.groups:
        yield ""
        yield reading.group(group.group)
        if group.reason:
            yield "  " + say(group.reason)
            continue
        yield "  " + say(
            "{n} persons; weights from {least} to {most} (mean 1); n_eff {n_eff}; "
            "rounds: {rounds}.",
            n=say.number(group.persons or 0), least=say.number(group.least or 0, 2),
            most=say.number(group.most or 0, 2), n_eff=say.number(group.n_eff or 0),
            rounds=say.number(group.rounds or 0),
        )  # fmt: skip
        for one in group.dimensions:
            yield "  " + _raked(reading, one)


def _raked(reading: Reading, one: RakedDimension) -> str:
    say, name = reading.words, reading.dimension(one.dimension)
    if one.unweighted is None or one.weighted is None:
        return say("{dimension}: {reason}", dimension=name, reason=say(one.reason))
    interval = ""
    if one.low is not None and one.high is not None:
        interval = f" [{say.number(one.low)} ; {say.number(one.high)}]"
    return say(
        "{dimension}: unweighted {unweighted}, weighted {weighted}{interval}, n = {n}",
        dimension=name, unweighted=say.number(one.unweighted, 1),
        weighted=say.number(one.weighted), interval=interval, n=say.number(one.n or 0),
    )  # fmt: skip
