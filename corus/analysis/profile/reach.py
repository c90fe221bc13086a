"""Who was reached in each group: the only figures of an open wave.

Reads counts of responses by stratum; knows no answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from corus.analysis.counting.layout import Stratum
from corus.analysis.disclosure.rule import Rule, breakdown
from corus.analysis.disclosure.sites import by_site
from corus.domain.instrument import Instrument
from corus.domain.profile import Coverage, SiteCell
from corus.domain.wave import GroupPlan, Thresholds, WavePlan

StratumCounts = Mapping[Stratum, int] | Mapping[tuple[str, str, str, str, str, str], int]
STEP = 5
"""Counts of an open wave move in steps of this many persons."""


def surveyed(plan: WavePlan, instrument: Instrument) -> tuple[str, ...]:
    """Groups of the wave, in the instrument's order."""
    return tuple(g for g in instrument.groups if not plan.groups or g in plan.groups)


def group_rule(counts: StratumCounts, group: str, plan: WavePlan, instrument: Instrument) -> Rule:
    """The disclosure rule as it applies to ``group``.

    Organizations count as answering once each only if every response came by personal link.
    """
    channels = {Stratum(*s).channel for s, n in counts.items() if n and s[0] == group}
    unit = instrument.groups[group].unit
    return Rule(plan.thresholds, unit, one_per_organization=channels == {"personal"})


def coverage(counts: StratumCounts, plan: WavePlan, instrument: Instrument) -> tuple[Coverage, ...]:
    """Coverage while answers still come in, safe to look at after every single answer.

    Numbers received are given as « ≥ 10 », in steps of 5, without rate or breakdown: a count
    that moved by one would tell when, and how, the one person expected that day answered.
    ``counts`` are responses by stratum.
    """
    return tuple(_live(group, counts, plan) for group in surveyed(plan, instrument))


def final_coverage(
    counts: StratumCounts, plan: WavePlan, instrument: Instrument
) -> tuple[Coverage, ...]:
    """Coverage of a release: exact numbers of the groups shown, with their breakdowns.

    A group under its threshold shows what was known beforehand and ``n < 5``.
    """
    return tuple(_final(group, counts, plan, instrument) for group in surveyed(plan, instrument))


def site_cells(
    counts: StratumCounts, covered: Sequence[Coverage], plan: WavePlan
) -> tuple[SiteCell, ...]:
    """Persons by group and site, of the groups whose number of persons is published.

    Closing an anonymous wave forgets sites that few of a group have: where none is left, nobody
    knows whether there was one, nor how many there were at that site in all.
    """
    if not plan.sites:
        return ()
    groups = [line.group for line in covered if line.received is not None]
    named = {Stratum(*stratum): n for stratum, n in counts.items()}
    cells = by_site(named, groups, list(plan.sites), plan.thresholds)
    if plan.anonymity == "anonymous":
        gone = {site for (group, site), n in cells.items() if group and not n}
        cells = {
            (group, site): None if not n or (not group and site in gone) else n
            for (group, site), n in cells.items()
        }
    return tuple(SiteCell(group=group, site=site, n=n) for (group, site), n in cells.items())


def told(received: int, thresholds: Thresholds) -> int:
    """How many answers may be told of an open wave: in steps of ``STEP``, 0 under the threshold."""
    return max(received - received % STEP, thresholds.shown) if received >= thresholds.shown else 0


def told_in_all(received: Mapping[str, int], thresholds: Thresholds) -> int:
    """How many answers may be told of several groups together: the sum of what is told of each.

    A sum in steps of its own would tell, less the groups told, how many there are of the others.
    ``received`` are answers by group.
    """
    return sum(told(n, thresholds) for n in received.values())


def _live(group: str, counts: StratumCounts, plan: WavePlan) -> Coverage:
    received = sum(n for stratum, n in counts.items() if stratum[0] == group)
    known = told(received, plan.thresholds)
    text = f"≥ {known}" if known else f"n < {plan.thresholds.shown}"
    return Coverage(**_known(group, plan), received_text=text)


def _final(group: str, counts: StratumCounts, plan: WavePlan, instrument: Instrument) -> Coverage:
    rule = group_rule(counts, group, plan, instrument)
    own = {Stratum(*s): n for s, n in counts.items() if s[0] == group}
    received = sum(own.values())
    show = rule.show(received)
    if show in ("masked", "majority"):
        return Coverage(**_known(group, plan), received_text=rule.reason(show))
    population = plan.groups.get(group, GroupPlan()).population
    return Coverage(
        **_known(group, plan),
        received=received,
        rate=received / population if population else None,
        **_breakdowns(own, rule.thresholds),
    )


def _known(group: str, plan: WavePlan) -> dict[str, Any]:
    known = plan.groups.get(group, GroupPlan())
    return {
        "group": group, "population": known.population, "invited": known.invited,
        "sample": known.sample, "open_link": known.open_link,
    }  # fmt: skip


def _breakdowns(own: Mapping[Stratum, int], thresholds: Thresholds) -> dict[str, Any]:
    """Completeness, mode and channel: three families with the same published total."""
    families = {
        axis: breakdown(_margin(own, axis), thresholds)
        for axis in ("completeness", "mode", "channel")
    }
    states = families["completeness"]
    told = {state: states.get(state, 0) if states else None for state in ("complete", "partial")}
    return {
        **{state: n if isinstance(n, int) else None for state, n in told.items()},
        "by_mode": families["mode"],
        "by_channel": families["channel"],
    }


def _margin(own: Mapping[Stratum, int], axis: str) -> Counter[str]:
    margin: Counter[str] = Counter()
    for stratum, n in own.items():
        margin[str(getattr(stratum, axis))] += n
    return margin
