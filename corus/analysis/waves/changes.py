"""Two profiles of one organization side by side: change by group and dimension, or why none.

Reads published cells only, so that a change never tells more than the two profiles do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corus.analysis.measures.reliability import sem
from corus.analysis.measures.stats import Sample
from corus.analysis.profile.together import sample_of
from corus.analysis.waves.same_question import Refused, dimension_refusal
from corus.analysis.waves.wave_change import Change, Recomposed, recomposed_change, unlinked_change
from corus.domain.profile import Profile


@dataclass(frozen=True)
class GroupChange:
    """One group on one dimension; ``found`` says the change, or why the waves do not compare."""

    dimension: str
    group: str
    found: Change | Refused


@dataclass(frozen=True)
class WholeChange:
    """One dimension over the groups published in full in both waves."""

    dimension: str
    groups: tuple[str, ...]
    found: Recomposed | Refused


Samples = dict[tuple[str, str], Sample]


def group_changes(first: Profile, second: Profile) -> Iterator[GroupChange]:
    """Every group and dimension published in full in both waves, in the order of the second.

    Different respondents: nothing links the persons of two profiles.
    """
    before, after = _samples(first), _samples(second)
    alphas = {(one.dimension, one.group): one.alpha for one in first.adding}
    for (dimension, group), now in after.items():
        if (dimension, group) not in before:
            continue
        then, alpha = before[dimension, group], alphas.get((dimension, group))
        refused = dimension_refusal(first.instrument, second.instrument, dimension, group)
        error = sem(then.sd, alpha) if alpha is not None else None
        found = refused or unlinked_change(then, now, sem=error)
        yield GroupChange(dimension, group, found)


def whole_changes(first: Profile, second: Profile) -> Iterator[WholeChange]:
    """The same for all groups at once: as answered, and with the first wave's composition kept.

    Groups whose questions changed are in neither.
    """
    before, after = _samples(first), _samples(second)
    for dimension in dict.fromkeys(code for code, _ in after):
        groups = tuple(
            group for code, group in after
            if code == dimension and (code, group) in before
            and dimension_refusal(first.instrument, second.instrument, code, group) is None
        )  # fmt: skip
        if len(groups) > 1:
            then = {group: before[dimension, group] for group in groups}
            now = {group: after[dimension, group] for group in groups}
            yield WholeChange(dimension, groups, recomposed_change(then, now))


def _samples(profile: Profile) -> Samples:
    found = (((cell.dimension, cell.group), sample_of(cell)) for cell in profile.dimensions)
    return {place: sample for place, sample in found if sample}
