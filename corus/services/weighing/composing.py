"""A composite of the groups of one stored release: computed from what the release shows, alone.

Reads no answer. A score that the release rounds gives ranges, one that it withholds leaves its
group out by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from corus.analysis.disclosure.precision import STEPS
from corus.analysis.profile.cells import ROUNDED
from corus.analysis.profile.together import pooled_by, sample_of
from corus.analysis.weighing.bounds import (
    Bounded,
    Ends,
    may_be_weakest,
    mean_bounds,
    preference_bounds,
    rank_bounds,
)
from corus.analysis.weighing.composite import Composite, compose
from corus.domain.profile import DimensionCell, Profile
from corus.domain.weighing import (
    Composed,
    ComposedGroup,
    Importance,
    Missing,
    Negotiated,
    Origin,
    PooledDimension,
    Preference,
    Range,
)
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services.weighing.weights_file import read_weights
from corus.store import queries

_STEP_OF = {ROUNDED[name]: step for name, step in STEPS.items() if name in ROUNDED}
NEVER = ("not_asked", "unscored", "single_item")
Cells = dict[tuple[str, str], DimensionCell]


def origin_of(profile: Profile) -> Origin:
    """Which release figures follow from."""
    names = ("organization", "wave", "release", "released_on", "digest", "corus_version")
    return Origin(**{name: getattr(profile, name) for name in names})


def released(session: Session, code: str, number: int | None = None) -> Profile:
    """The stored release ``number`` of the wave, its last by default.

    Raises ``NotFoundError`` (``REL-003``).
    """
    wave = queries.wave_by_code(session, code)
    found = queries.releases(session, wave.id)
    chosen = [one for one in found if number in (None, one.number)]
    if not chosen:
        numbers = ", ".join(str(one.number) for one in reversed(found))
        close = f"Close it, then `corus release {code}`."
        raise NotFoundError(
            f"Wave “{code}” has no {'such release' if found else 'release yet'}.",
            hint=f"It has: {numbers}." if found else close, code="REL-003",
        )  # fmt: skip
    return Profile.model_validate_json(bytes(chosen[0].profile))


def composed(
    session: Session,
    codes: Sequence[str],
    *,
    number: int | None = None,
    weights: str | Path | None = None,
    dimensions: Sequence[str] = (),
) -> Composed:
    """The composite of the groups of one wave's release; equal weights unless negotiated.

    ``weights`` is a file; without one, those that the wave declared before it opened, if any.
    ``dimensions`` are those to bring together: those weighted, or all that the release scores.
    Raises ``RefusedError`` for several waves (``CMP-004``: Corus ranks nobody) and for weights
    agreed on once there were results (``CMP-005``); ``InputError`` for faults of the file
    (``WGT-…``), unknown dimensions (``CMP-006``), dimensions other than those weighted
    (``CMP-002``), and where no group has a score in all of them (``CMP-003``).
    """
    if len(codes) != 1:
        raise _one_wave(session, codes)
    profile = released(session, codes[0], number)
    negotiated = _negotiated(session, profile, weights) if weights else profile.negotiated
    chosen = _dimensions(profile, dimensions, negotiated)
    return of_release(profile, chosen, negotiated)


def _one_wave(session: Session, codes: Sequence[str]) -> RefusedError:
    owners = {queries.wave_by_code(session, code).organization_id for code in codes}
    if len(owners) > 1:
        return RefusedError(
            "These are waves of several organizations: Corus ranks no enterprises.",
            hint="Ask for the groups of one wave.", code="CMP-004",
        )  # fmt: skip
    return RefusedError(
        "A composite stands for the groups of one wave.",
        hint="`corus compare` tells what changed between two.", code="CMP-004",
    )  # fmt: skip


def _negotiated(session: Session, profile: Profile, path: str | Path) -> Negotiated:
    scored = [d.code for d in profile.instrument.dimensions]
    found = read_weights(path, scored, profile.groups)
    wave = queries.wave_by_code(session, profile.wave)
    first = min(one.released_on for one in queries.releases(session, wave.id))
    if found.agreed_on >= first:
        raise RefusedError(
            f"These weights were agreed on {found.agreed_on}; the first results are of {first}: "
            "weights chosen with results in view can put any group first.",
            hint="Leave --weights out: equal weights are the default.", code="CMP-005",
        )  # fmt: skip
    return found


def _dimensions(
    profile: Profile, asked: Sequence[str], negotiated: Negotiated | None
) -> tuple[str, ...]:
    known = [d.code for d in profile.instrument.dimensions]
    for code in asked:
        if code not in known:
            raise InputError(
                f"No dimension “{code}” in this wave.", hint=f"Use: {', '.join(known)}.",
                code="CMP-006",
            )  # fmt: skip
    weighted = (negotiated.dimensions if negotiated else None) or {}
    if asked and weighted and set(asked) != set(weighted):
        raise InputError(
            "The dimensions asked for are not those that have a weight.",
            hint=f"Weighted: {', '.join(weighted)}.", code="CMP-002",
        )  # fmt: skip
    chosen = asked or weighted or {c.dimension for c in profile.dimensions if c.score is not None}
    return tuple(code for code in known if code in chosen)


def of_release(
    profile: Profile, dimensions: Sequence[str], negotiated: Negotiated | None = None
) -> Composed:
    """The composite of a profile as it was published; see ``composed``."""
    cells = {(c.group, c.dimension): c for c in profile.dimensions if c.dimension in dimensions}
    weights = (negotiated.dimensions or None) if negotiated else None
    found = _compose(profile, dimensions, cells, weights)
    scores = _bounded(found, cells)
    return Composed(
        origin=origin_of(profile),
        dimensions=found.dimensions,
        weights="negotiated" if weights else "equal",
        negotiated=negotiated,
        rounded=not scores.exact,
        floored=found.floored,
        same_first=found.same_first() if scores.exact else None,
        draws=found.acceptability.draws,
        seed=found.acceptability.seed,
        groups=tuple(_groups(found, scores, weighted=weights is not None)),
        preferences=tuple(_preferences(found.units, preference_bounds(scores))),
        importance=tuple(_importance(found, exact=scores.exact)),
        missing=tuple(_missing(found, cells)),
        pooled=tuple(_pooled(profile, dimensions, negotiated)),
    )


def _compose(
    profile: Profile, dimensions: Sequence[str], cells: Cells, weights: dict[str, float] | None
) -> Composite:
    rows = {g: {d: cells[g, d].score for d in dimensions} for g in profile.groups}
    try:
        return compose(rows, weights=weights)
    except InputError as error:
        if error.code != "CMP-003":
            raise
        raise InputError(error.message, code="CMP-003", hint=_usable(profile)) from error


def _usable(profile: Profile) -> str:
    """A command that works, with the dimensions that most groups have a score in, and all counts.

    The most scores are kept: groups times dimensions, two of each where that can be.
    """
    scored: dict[str, set[str]] = {group: set() for group in profile.groups}
    for cell in profile.dimensions:
        if cell.score is not None:
            scored[cell.group].add(cell.dimension)
    known = [d.code for d in profile.instrument.dimensions]
    counts = ", ".join(f"{d} ({sum(d in own for own in scored.values())})" for d in known)
    told = f"Groups with a published score: {counts}."
    chosen, groups = _widest(list(scored.values()))
    if len(chosen) < 2:
        return f"No group has one in two dimensions: read them side by side. {told}"
    named = " ".join(f"--dimension {code}" for code in known if code in chosen)
    takes = f"{groups} groups" if groups > 1 else "one group"
    return f"This takes {takes}: `corus composite {profile.wave} {named}`. {told}"


def _widest(scored: Sequence[set[str]]) -> tuple[set[str], int]:
    """Dimensions shared by groups, and how many groups have them all."""
    shared = [one & other for one in scored for other in scored]
    found = [(chosen, sum(chosen <= own for own in scored)) for chosen in shared]
    return max(found, key=lambda f: (min(len(f[0]), 2), min(f[1], 2), len(f[0]) * f[1]))


def _bounded(found: Composite, cells: Cells) -> Bounded:
    chosen = [[cells[unit, code] for code in found.dimensions] for unit in found.units]
    scores = np.array([[cell.score for cell in row] for row in chosen], np.float64)
    return Bounded.of(scores, np.array([[_step(cell) for cell in row] for row in chosen]))


def _step(cell: DimensionCell) -> float:
    """What the release rounds the score to; 0 where it is exact."""
    return STEPS["fives"] if cell.show == "banded" else _STEP_OF.get(cell.reason, 0.0)


def _groups(found: Composite, scores: Bounded, *, weighted: bool) -> Iterator[ComposedGroup]:
    weights = np.array(found.weights)
    means = [_ranges(mean_bounds(scores, weights, power)) for power in found.means]
    weakest, ranks = may_be_weakest(scores), rank_bounds(scores)
    near = rank_bounds(scores, around=weights) if weighted else None
    for place, unit in enumerate(found.units):
        arithmetic, geometric, harmonic = (ranges[place] for ranges in means)
        each = _ranges((scores.low[place], scores.high[place]))
        yield ComposedGroup(
            group=unit, scores=dict(zip(found.dimensions, each, strict=True)),
            arithmetic=arithmetic, geometric=geometric, harmonic=harmonic,
            weakest=tuple(found.dimensions[i] for i in weakest[place]),
            ranks=ranks[place], near_ranks=near[place] if near else None,
        )  # fmt: skip


def _ranges(ends: Ends) -> list[Range]:
    low, high = (end.ravel().tolist() for end in ends)
    return [Range(low=a, high=b) for a, b in zip(low, high, strict=True)]


def _preferences(units: Sequence[str], ends: Ends) -> Iterator[Preference]:
    each = iter(_ranges(ends))
    for first in units:
        for second in units:
            share = next(each)
            if first != second:
                yield Preference(first=first, second=second, share=share)


def _importance(found: Composite, *, exact: bool) -> Iterator[Importance]:
    for code, weight, own in zip(found.dimensions, found.weights, found.importance, strict=True):
        yield Importance(dimension=code, weight=weight, effective=own if exact else None)


def _missing(found: Composite, cells: Cells) -> Iterator[Missing]:
    for group, codes in found.left_out.items():
        for code in codes:
            cell = cells[group, code]
            reason = cell.show if cell.show in NEVER else cell.reason
            yield Missing(group=group, dimension=code, reason=reason)


def _pooled(
    profile: Profile, dimensions: Sequence[str], negotiated: Negotiated | None
) -> Iterator[PooledDimension]:
    """Three conventions per dimension, over the groups published in full."""
    if negotiated is None or not negotiated.groups:
        return
    missing = sorted(set(profile.groups) - negotiated.groups.keys())
    if missing:
        raise InputError(
            f"No weight is given to {', '.join(missing)}.",
            hint="Give one weight to each group of the wave, hidden ones included.", code="POO-002",
        )  # fmt: skip
    for code in dimensions:
        samples = {
            cell.group: sample_of(cell)
            for cell in profile.dimensions
            if cell.dimension == code and cell.show not in NEVER
        }
        found = pooled_by(samples, negotiated) if samples else None
        if found and found.negotiated and found.weight_present is not None:
            yield PooledDimension(
                dimension=code, equal=found.equal.score, head_count=found.head_count.score,
                negotiated=found.negotiated.score, groups=tuple(found.negotiated.weights),
                absent=found.absent, weight_present=found.weight_present,
            )  # fmt: skip
