"""From one wave to the next: the change with its interval, or the reason why there is none.

A change is told for the same persons (linked), for different respondents (unlinked), or with the
composition of the first wave kept. Computed from ``Sample``s and pair tables, never from answers;
what may be shown of the samples is decided before they come here.

No smallest change that matters to people is known for social utility. The two thresholds given
beside a change are distribution-based: they speak of the spread of answers, not of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from corus.analysis.disclosure.rule import separable
from corus.analysis.measures.stats import Interval, Sample, t_interval, welch
from corus.analysis.waves.same_question import Refused
from corus.domain.wave import Thresholds

Kind = Literal["linked", "unlinked", "recomposed"]
KINDS: dict[Kind, str] = {
    "linked": "Same persons in both waves",
    "unlinked": "Different respondents",
    "recomposed": "Composition of the first wave kept",
}
"""Label of each kind of change; printed beside it."""
DISTRIBUTION_BASED = "Distribution-based threshold: it says nothing of what matters to people."

Reading = Literal["none", "small", "beyond", "no_interval"]
READINGS: dict[Reading, str] = {
    "none": "No change that these answers can tell from none.",
    "small": "A change, smaller than half a standard deviation of the first wave.",
    "beyond": "A change of at least half a standard deviation of the first wave.",
    "no_interval": "Too few answers, or all alike: no interval.",
}


@dataclass(frozen=True)
class Change:
    """Second wave minus first, in the unit of the means (points 0–100 for dimension scores)."""

    kind: Kind
    first: Sample
    """First wave: persons compared, mean, sd. With ``linked``, the linked persons only."""
    second_n: int
    second_mean: float
    value: float
    interval: Interval | None
    """95 %; None with fewer than 2 persons in a wave, or when nothing varies."""
    half_sd: float | None
    """½ SD of the first wave (Norman, Sloan and Wyrwich 2003); distribution-based."""
    sem: float | None = None
    """Standard error of measurement, SD·√(1−α), where α is known; distribution-based."""

    @property
    def reading(self) -> Reading:
        """What the interval and ½ SD allow to say; its sentence is in ``READINGS``."""
        return read_off(self.value, self.interval, self.half_sd)


def read_off(value: float, interval: Interval | None, half_sd: float | None) -> Reading:
    """What a change, its interval and ½ SD allow to say; its sentence is in ``READINGS``."""
    if interval is None or half_sd is None:
        return "no_interval"
    low, high = interval
    if low <= 0 <= high:
        return "none"
    return "beyond" if abs(value) >= half_sd else "small"


class Pairs(NamedTuple):
    """Linked persons summed up: their first answers, second answers, and differences."""

    first: Sample
    second: Sample
    difference: Sample


def pairs_of_table(table: ArrayLike, values: ArrayLike | None = None) -> Pairs | None:
    """Linked persons from their K×K table [first answer, second answer]; None without persons.

    ``values`` are those of the scale points, 0 … K−1 unless given. In R: the vectors rep()eated
    from the table, then mean() and sd().
    """
    counts = np.asarray(table, np.int64)
    points = np.asarray(np.arange(len(counts)) if values is None else values, np.float64)
    if not counts.any():
        return None
    change = points[None, :] - points[:, None]
    return Pairs(
        _sample(counts.sum(axis=1), points),
        _sample(counts.sum(axis=0), points),
        _sample(counts.ravel(), change.ravel()),
    )


def _sample(counts: NDArray[np.int64], values: NDArray[np.float64]) -> Sample:
    n = int(counts.sum())
    centre = float(counts @ values) / n
    spread = float(counts @ (values - centre) ** 2)
    same = bool(np.ptp(values[counts > 0]) == 0)
    return Sample(n, centre, 0.0 if same or n == 1 else sqrt(spread / (n - 1)))


def sample_of_sums(n: int, total: float, squares: float) -> Sample | None:
    """Persons' values from n, Σx and Σx²; None when n = 0. In R: length(x), mean(x), sd(x).

    Sums add up over sites and imports. What is left of Σx² − (Σx)²/n by rounding counts as 0.
    """
    if n < 1:
        return None
    # Whole numbers are exact here until the division.
    spread = (n * squares - total * total) / n
    if n == 1 or spread <= 1e-12 * squares:
        return Sample(n, total / n, 0.0)
    return Sample(n, total / n, sqrt(spread / (n - 1)))


def linked_change(pairs: Pairs, *, sem: float | None = None) -> Change:
    """Mean change of the same persons with its 95 % t interval over persons.

    In R: t.test(second, first, paired = TRUE)$conf.int. Those who answered one wave only are not
    in it: print beside it how many were linked, of how many.
    """
    interval = t_interval(pairs.difference, -inf, inf)
    return _change("linked", pairs.first, pairs.second, pairs.difference.mean, interval, sem)


def publishable(linked: int, first: int, second: int, thresholds: Thresholds) -> bool:
    """Whether figures of ``linked`` persons may stand beside those of both whole waves.

    Persons who answered one wave only follow by subtraction: in each wave nobody, or enough for
    a full distribution, must be left over. Pair tables are never published.
    """
    return all(separable(linked, wave - linked, thresholds) for wave in (first, second))


def unlinked_change(first: Sample, second: Sample, *, sem: float | None = None) -> Change:
    """Change between two sets of respondents who cannot be linked, with its Welch interval.

    In R: t.test(second, first)$conf.int. Labelled « different respondents »: the persons may
    have changed rather than what they perceive.
    """
    return _change("unlinked", first, second, second.mean - first.mean, welch(second, first), sem)


def _change(
    kind: Kind, first: Sample, second: Sample, value: float, interval: Interval | None,
    sem: float | None,
) -> Change:  # fmt: skip
    half = first.sd / 2 if first.n >= 2 and first.sd > 0 else None
    return Change(kind, first, second.n, second.mean, value, interval, half, sem)


def pooled(samples: Mapping[str, Sample]) -> Sample:
    """All persons of several groups as one sample. In R: mean() and sd() of the joined vectors."""
    n = sum(s.n for s in samples.values())
    centre = sum(s.n * s.mean for s in samples.values()) / n
    spread = sum((s.n - 1) * s.sd**2 + s.n * (s.mean - centre) ** 2 for s in samples.values())
    return Sample(n, centre, sqrt(spread / (n - 1)) if n > 1 else 0.0)


@dataclass(frozen=True)
class Recomposed:
    """The change as it stands and with the first wave's composition: both are printed."""

    as_answered: Change
    recomposed: Change
    composition: Mapping[str, tuple[float, float]]
    """Group → its share of the respondents in the first and in the second wave."""


def recomposed_change(
    first: Mapping[str, Sample], second: Mapping[str, Sample]
) -> Recomposed | Refused:
    """Change when groups do not weigh the same in both waves, by direct standardisation.

    With p_g the group's share of the first wave: Σp_g(m₂g − m₁g), SE² = Σp_g²(s²₁g/n₁g +
    s²₂g/n₂g), t interval with Satterthwaite's degrees of freedom over all these terms; p_g is
    taken as known. Refused where a group of the first wave is absent from the second; groups new
    in the second count in ``as_answered`` only.
    In R: survey::svymean of svydesign(~1, strata = ~g, weights = ~p/n), wave by wave.
    """
    before, after = _answering(first), _answering(second)
    lost = [group for group in before if group not in after]
    if lost or not before:
        return _cannot_recompose(lost)
    whole, now = pooled(before), pooled(after)
    shares = {group: s.n / whole.n for group, s in before.items()}
    kept = {group: after[group] for group in before}
    mean = sum(shares[group] * s.mean for group, s in kept.items())
    interval = _standardised(mean - whole.mean, shares, before, kept)
    restored = Sample(sum(s.n for s in kept.values()), mean, 0.0)
    composition = {
        group: (shares.get(group, 0.0), after[group].n / now.n if group in after else 0.0)
        for group in (before | after)
    }
    return Recomposed(
        unlinked_change(whole, now),
        _change("recomposed", whole, restored, mean - whole.mean, interval, None),
        composition,
    )


def _answering(samples: Mapping[str, Sample]) -> dict[str, Sample]:
    return {group: s for group, s in samples.items() if s.n}


def _cannot_recompose(lost: list[str]) -> Refused:
    if not lost:
        return Refused("CHG-006", "Nobody answered in the first wave.", {})
    sentence = "Nobody of “{groups}” answered in the second wave: the composition cannot be kept."
    return Refused("CHG-005", sentence, {"groups": ", ".join(lost)})


def _standardised(
    value: float,
    shares: Mapping[str, float],
    first: Mapping[str, Sample],
    second: Mapping[str, Sample],
) -> Interval | None:
    """t interval of a weighted sum of independent means; None when one has a single person."""
    terms = [
        (shares[group] ** 2 * s.squared_error, s.n)
        for wave in (first, second)
        for group, s in wave.items()
    ]
    error = sum(variance for variance, _ in terms)
    if error == 0 or any(n < 2 for _, n in terms):
        return None
    freedom = error**2 / sum(variance**2 / (n - 1) for variance, n in terms)
    half = float(stdtrit(freedom, 0.975)) * sqrt(error)
    return value - half, value + half
