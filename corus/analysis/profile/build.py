"""From the counts of a wave to its Profile: every cell of every group, disclosed as allowed.

Assembles what cells, coverage and gaps compute; knows no database, no drawing, no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from corus.analysis.counting.layout import Layout, scored_dimensions
from corus.analysis.counting.tally import Tally
from corus.analysis.profile.cells import choices_of, texts_of
from corus.analysis.profile.gaps import find_gaps, test_pairs
from corus.analysis.profile.group import Group, groups_of
from corus.analysis.profile.honesty import cautions
from corus.analysis.profile.importance import beside_scores
from corus.analysis.profile.item_cells import item_cells, questions
from corus.analysis.profile.modes import mode_effects
from corus.analysis.profile.reach import (
    StratumCounts,
    final_coverage,
    group_rule,
    site_cells,
    surveyed,
)
from corus.analysis.profile.same_meaning import same_meaning
from corus.analysis.profile.score_cells import dimension_cells
from corus.analysis.profile.together import concordance, may_be_added, stand_together
from corus.domain.instrument import Instrument
from corus.domain.profile import Profile
from corus.domain.wave import WavePlan, WaveState
from corus.errors import InputError


@dataclass(frozen=True)
class ProfileContext:
    """What a profile says beside its figures: which release of which wave of whom."""

    release: int
    released_on: date
    corus_version: str
    organization: str
    organization_details: dict[str, str]
    wave: str
    wave_title: str
    wave_state: WaveState
    opened_on: date | None
    closed_on: date | None
    digest: str
    instrument: Instrument
    plan: WavePlan


def build_profile(tally: Tally, context: ProfileContext) -> Profile:
    """The profile of a wave: one cell per (item, group), (dimension, group), option and text.

    Raises ``InputError`` (``TAL-003``) when the tally counts answers to another instrument.
    """
    if tally.layout != Layout.of(context.instrument):
        raise InputError("These counts belong to another instrument.", code="TAL-003")
    counts = tally.counts_by_stratum()
    covered = final_coverage(counts, context.plan, context.instrument)
    groups = _groups(tally, counts, context)
    items = tuple(item_cells(list(_each(groups, questions))))
    dimensions = tuple(dimension_cells(groups, items))
    choices = tuple(_each(groups, choices_of))
    tests = test_pairs(items, dimensions)
    profile = Profile(
        **_heading(context),
        groups=tuple(group.code for group in groups),
        coverage=covered,
        shown_responses=sum(line.received or 0 for line in covered),
        sites=context.plan.sites,
        by_site=site_cells(counts, covered, context.plan),
        items=items,
        dimensions=dimensions,
        gaps=find_gaps(items, dimensions, tests, _turned(context.instrument)),
        tested=len(tests.found),
        together=stand_together(dimensions, context.plan.negotiated),
        concordance=concordance(dimensions),
        adding=tuple(may_be_added(tally, context.instrument, dimensions)),
        choices=choices,
        importance=beside_scores(choices, dimensions, context.instrument),
        texts=tuple(_each(groups, texts_of)),
        masked_groups=tuple(g.code for g in groups if g.is_masked),
        mode_effects=tuple(
            mode_effects(
                tally,
                context.instrument,
                scored_dimensions(context.instrument),
                dimensions,
                covered,
                context.plan.thresholds,
            )
        ),
    )
    return _with_cautions(profile)


def with_invariance(profile: Profile, tally: Tally) -> Profile:
    """``profile`` of ``tally``, with whether groups understand the items alike.

    For releases: an iterative fit for each dimension takes longer than a page may.
    """
    found = same_meaning(tally, profile.instrument, profile.dimensions)
    return _with_cautions(profile.model_copy(update={"invariance": tuple(found)}))


def _with_cautions(profile: Profile) -> Profile:
    return profile.model_copy(update={"cautions": cautions(profile, items_only=_apart(profile))})


def _apart(profile: Profile) -> tuple[str, ...]:
    """Dimensions whose items do not go together in some group."""
    found = (one.dimension for one in profile.adding if one.allows == "items_only")
    return tuple(dict.fromkeys(found))


def _turned(instrument: Instrument) -> frozenset[str]:
    return frozenset(item.code for item in instrument.items if item.direction == "reversed")


def _heading(context: ProfileContext) -> dict[str, Any]:
    plan = context.plan
    return {
        "release": context.release,
        "released_on": context.released_on,
        "corus_version": context.corus_version,
        "organization": context.organization,
        "organization_details": context.organization_details,
        "wave": context.wave,
        "wave_title": context.wave_title,
        "wave_state": context.wave_state,
        "anonymity": plan.anonymity,
        "opened_on": context.opened_on,
        "closed_on": context.closed_on,
        "languages": plan.languages,
        "digest": context.digest,
        "instrument": context.instrument,
        "thresholds": plan.thresholds,
        "notice": plan.notice,
        "negotiated": plan.negotiated,
    }


def _groups(tally: Tally, counts: StratumCounts, context: ProfileContext) -> list[Group]:
    plan, the = context.plan, context.instrument
    rules = {code: group_rule(counts, code, plan, the) for code in surveyed(plan, the)}
    return groups_of(tally, rules, the)


def _each(groups: list[Group], cells: Any) -> Iterator[Any]:
    """The cells of every item for every group, item by item in the instrument's order."""
    if groups:
        for index, item in enumerate(groups[0].instrument.items):
            for group in groups:
                yield from cells(group, index, item)
