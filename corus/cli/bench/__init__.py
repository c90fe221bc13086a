"""``corus bench …``: a baseline and our subject measured in the same run, told as ratios."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass

import click

from corus.cli.common import print_json


@dataclass(frozen=True)
class Measure:
    """One comparison: ``ratio`` is subject ÷ baseline of the medians, over ``runs`` rounds."""

    name: str
    ratio: float
    baseline: float
    subject: float
    runs: int
    unit: str
    goal: str
    size: int = 0
    """Answers at which it was measured, where it was at several numbers of them."""

    @classmethod
    def of(
        cls, name: str, baseline: list[float], subject: list[float], unit: str, goal: str,
        size: int = 0,
    ) -> Measure:  # fmt: skip
        """The median of the rounds' own ratios: a machine that drifts drifts for both."""
        ratios = [s / b for s, b in zip(subject, baseline, strict=True)]
        return cls(
            name, round(statistics.median(ratios), 3), round(statistics.median(baseline), 4),
            round(statistics.median(subject), 4), len(ratios), unit, goal, size,
        )  # fmt: skip


def report(measures: list[Measure], *, as_json: bool) -> None:
    """Print measures for a person or a program."""
    if as_json:
        print_json([asdict(m) for m in measures])
        return
    for m in measures:
        click.echo(
            f"{m.name:<44} ratio {m.ratio:<8} baseline {m.baseline} {m.unit}, "
            f"subject {m.subject} {m.unit}, {m.runs} rounds; goal {m.goal}"
        )


@click.group("bench")
def bench_command() -> None:
    """Benchmarks: baseline and subject in the same run, as ratios."""


@bench_command.command("submit")
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=4.0, show_default=True, help="Length of each half round.")
@click.option("--clients", multiple=True, type=int, default=(8, 32), show_default=True)
@click.option("--database", "kinds", multiple=True, default=("sqlite", "postgresql"),
              type=click.Choice(["sqlite", "postgresql"]), show_default=True)  # fmt: skip
@click.option("--links", default="personal", type=click.Choice(["personal", "open"]),
              show_default=True, help="How respondents come.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True)
def submit_command(
    rounds: int,
    seconds: float,
    clients: tuple[int, ...],
    kinds: tuple[str, ...],
    links: str,
    as_json: bool,
) -> None:
    """Form, 38 answers, confirmation, durable: against a bare Flask app on the same server."""
    from corus.cli.bench.submit import run

    found: list[Measure] = []
    for kind in kinds:
        for number in clients:
            measures = run(kind, rounds, seconds, number, personal=links == "personal")
            found += measures
            report([] if as_json else measures, as_json=False)
    if as_json:
        report(found, as_json=True)


@bench_command.command("profile")
@click.option("--size", "sizes", multiple=True, type=int, default=(10_000, 100_000, 1_000_000),
              show_default=True)  # fmt: skip
@click.option("--rounds", default=3, show_default=True)
@click.option("--database", "kinds", multiple=True, default=("sqlite", "postgresql"),
              type=click.Choice(["sqlite", "postgresql"]), show_default=True)  # fmt: skip
@click.option("--json", "as_json", is_flag=True)
def profile_command(
    sizes: tuple[int, ...], rounds: int, kinds: tuple[str, ...], as_json: bool
) -> None:
    """Cold profile, refresh and page, against fetching and decoding the same answers."""
    from corus.cli.bench.curve import curves
    from corus.cli.bench.profile import run, run_memory

    found = [run_memory(max(sizes), rounds)]
    report([] if as_json else found, as_json=False)
    for kind in kinds:
        for measure in run(kind, tuple(sorted(sizes)), rounds):
            found.append(measure)
            report([] if as_json else [measure], as_json=False)
    if as_json:
        report(found, as_json=True)
        return
    for line in curves(found):
        click.echo(line)


@bench_command.command("status")
@click.option("--size", default=100_000, show_default=True, help="Invitations of the wave.")
@click.option("--rounds", default=7, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def status_command(size: int, rounds: int, as_json: bool) -> None:
    """Where a wave stands, against reading the rows of those it invites."""
    from corus.cli.bench.status import run

    report(run(size, rounds), as_json=as_json)


@bench_command.command("page")
@click.option("--size", "sizes", multiple=True, type=int, default=(100_000, 1_000_000),
              show_default=True)  # fmt: skip
@click.option("--rounds", default=5, show_default=True)
@click.option("--database", "kinds", multiple=True, default=("sqlite",),
              type=click.Choice(["sqlite", "postgresql"]), show_default=True)  # fmt: skip
@click.option("--json", "as_json", is_flag=True)
def page_command(
    sizes: tuple[int, ...], rounds: int, kinds: tuple[str, ...], as_json: bool
) -> None:
    """The dashboard of a release and its data, against a bare Flask page that says ok."""
    from corus.cli.bench.page import run

    found: list[Measure] = []
    for kind in kinds:
        for measure in run(kind, tuple(sorted(sizes)), rounds):
            found.append(measure)
            report([] if as_json else [measure], as_json=False)
    if as_json:
        report(found, as_json=True)


@bench_command.command("dask")
@click.option("--size", default=10_000_000, show_default=True, help="Generated responses.")
@click.option("--workers", default=2, show_default=True)
@click.option("--rounds", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True)
def dask_command(size: int, workers: int, rounds: int, as_json: bool) -> None:
    """Partitions counted on a Dask cluster, against one process on the same files."""
    from corus.cli.bench.dask_tally import run

    report(run(size, rounds, workers), as_json=as_json)
