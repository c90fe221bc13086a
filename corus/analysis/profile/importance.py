"""What people say matters to them, beside what they perceive; never used to weigh it.

Importance is stated (a priority, ranking or points question), never derived from correlations:
what predicts an overall score is not what people hold dear. Reads published cells and samples
alone, so that a place on the figure tells no more than the cells it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from corus.analysis.measures.stats import Interval, Sample, t_interval, wilson
from corus.domain.importance import QUADRANTS as QUADRANTS
from corus.domain.importance import UNDECIDED as UNDECIDED
from corus.domain.importance import Beside, Importance, Quadrant
from corus.domain.instrument import Instrument
from corus.domain.profile import ChoiceCell, DimensionCell

Lines = Literal["absolute", "relative"]
LINES: dict[Lines, str] = {
    "absolute": "Lines at fixed values: {perception} for scores, {importance} for importance.",
    "relative": "Lines at the means of these dimensions: something always falls on each side.",
}


@dataclass(frozen=True)
class Measured:
    """A value 0–100 with its 95 % interval (None where there is none)."""

    n: int
    value: float
    interval: Interval | None

    def side(self, line: float) -> Literal["low", "high", "undecided"]:
        """On which side of ``line`` it lies; ``undecided`` when its interval includes the line,
        or when it is one person's."""
        low, high = self.interval or (self.value, self.value)
        if self.n < 2 or low < line < high:
            return "undecided"
        return "high" if self.value >= line else "low"


@dataclass(frozen=True)
class Crosshair:
    """Where the two lines stand, in the units of the axes; their kind is printed."""

    kind: Lines
    importance: float
    perception: float


@dataclass(frozen=True)
class Placed:
    """One dimension: how important it is said to be, how it is perceived, and where that lies."""

    dimension: str
    importance: Measured
    perception: Measured
    quadrant: Quadrant
    decided: bool
    """False when an interval includes a line: the figure then says ``UNDECIDED``."""


@dataclass(frozen=True)
class Crossed:
    """Importance beside perception in one group."""

    crosshair: Crosshair
    placed: tuple[Placed, ...]
    left_out: tuple[str, ...]
    """Dimensions without a published importance, or without a published score and interval."""


def from_choices(chosen: Mapping[str, int], n: int) -> dict[str, Measured]:
    """Importance from a question with several choices, or from first ranks.

    Percentage of the ``n`` persons who answered it and chose the option, with its Wilson
    interval. In R: 100 * prop.test(x, n, correct = FALSE)$conf.int. Empty when n = 0.
    """
    if n == 0:
        return {}
    return {code: _percentage(x / n, wilson(x, n), n) for code, x in chosen.items()}


def from_points(points: Mapping[str, Sample], total: float) -> dict[str, Measured]:
    """Importance from points shared out: mean percentage of the total, with its t interval.

    ``points`` are persons' points by option, zeros included. In R: t.test(100 * x / total).
    """
    found = {}
    for code, sample in points.items():
        scaled = Sample(sample.n, 100 * sample.mean / total, 100 * sample.sd / total)
        found[code] = Measured(sample.n, scaled.mean, t_interval(scaled))
    return found


def _percentage(share: float, interval: Interval, n: int) -> Measured:
    return Measured(n, 100 * share, (100 * interval[0], 100 * interval[1]))


def stated(cells: Iterable[ChoiceCell], item: str, group: str) -> dict[str, Measured]:
    """Importance from the published cells of one question in one group; full cells only."""
    full = [c for c in cells if (c.item, c.group, c.show) == (item, group, "full")]
    return {c.option: from_choices({c.option: c.chosen or 0}, c.n)[c.option] for c in full if c.n}


def perceived(cells: Iterable[DimensionCell], group: str) -> dict[str, Measured]:
    """Scores published in full in one group, with their intervals."""
    return {
        c.dimension: Measured(c.n, c.score, _interval(c))
        for c in cells
        if c.group == group and c.show == "full" and c.n and c.score is not None
    }


def _interval(cell: DimensionCell) -> Interval | None:
    return None if cell.low is None or cell.high is None else (cell.low, cell.high)


def evenly(options: int, choices: float = 1) -> float:
    """The importance each option would have if none stood out: 100·choices/options.

    ``choices`` is the mean number chosen per person (1 for first ranks and for points shared).
    The fixed line for importance, since half of the persons would leave most priorities under
    it; it is also the mean over all options, placed on the figure or not.
    """
    return 100 * choices / options


def absolute(importance: float) -> Crosshair:
    """Fixed lines: 50 for scores, the middle of their scale; ``importance`` as stated, such as
    ``evenly``, or 50 where importance is answered on a scale."""
    return Crosshair("absolute", importance, 50.0)


def relative(importance: Sequence[Measured], perception: Sequence[Measured]) -> Crosshair:
    """Lines at the means over the dimensions placed: relative to one another, never good or bad."""
    return Crosshair(
        "relative", fmean(m.value for m in importance), fmean(m.value for m in perception)
    )


def cross(
    importance: Mapping[str, Measured],
    perception: Mapping[str, Measured],
    crosshair: Crosshair | None = None,
) -> Crossed | None:
    """Each dimension with both; lines at the means unless given. None when no dimension has both.

    No diagonal « importance = perception »: a percentage of persons and a score share no unit.
    """
    both = [code for code in importance if code in perception]
    codes = dict.fromkeys((*importance, *perception))
    if not both:
        return None
    lines = crosshair or relative(
        [importance[code] for code in both], [perception[code] for code in both]
    )
    return Crossed(
        lines,
        tuple(_placed(code, importance[code], perception[code], lines) for code in both),
        tuple(code for code in codes if code not in both),
    )


def _placed(code: str, importance: Measured, perception: Measured, lines: Crosshair) -> Placed:
    important = importance.value >= lines.importance
    favourable = perception.value >= lines.perception
    quadrant: Quadrant
    if important:
        quadrant = "keep" if favourable else "discuss_first"
    else:
        quadrant = "beyond_priorities" if favourable else "watch"
    sides = importance.side(lines.importance), perception.side(lines.perception)
    return Placed(code, importance, perception, quadrant, "undecided" not in sides)


def beside_scores(
    choices: Sequence[ChoiceCell], dimensions: Sequence[DimensionCell], instrument: Instrument
) -> tuple[Importance, ...]:
    """Every question on what matters, in every group that was asked, beside the group's scores.

    Such a question has the purpose ``importance`` and options that are dimensions. Lines are
    fixed: 50 for scores, for importance the mean over the options.
    """
    asked = [c for c in choices if instrument.item_by_code[c.item].purpose == "importance"]
    places = dict.fromkeys((c.item, c.group) for c in asked if c.show != "not_asked")
    found = (
        _beside([c for c in asked if (c.item, c.group) == place], dimensions, instrument)
        for place in places
    )
    return tuple(one for one in found if one)


def _beside(
    cells: Sequence[ChoiceCell], dimensions: Sequence[DimensionCell], instrument: Instrument
) -> Importance | None:
    item, group, show = cells[0].item, cells[0].group, cells[0].show
    known = {dimension.code for dimension in instrument.dimensions}
    named = [cell.option for cell in cells if cell.option in known]
    if not named:
        return None
    if show != "full":
        return Importance(item=item, group=group, show=show, reason=cells[0].reason)
    line = evenly(len(cells), sum(c.chosen or 0 for c in cells) / (cells[0].n or 1))
    shares = {code: one for code, one in stated(cells, item, group).items() if code in named}
    scores = {code: one for code, one in perceived(dimensions, group).items() if code in named}
    found = cross(shares, scores, absolute(line))
    return Importance(
        item=item, group=group, show=show, named_line=line, score_line=absolute(line).perception,
        placed=tuple(map(_as_published, found.placed)) if found else (),
        left_out=tuple(code for code in named if code not in scores),
    )  # fmt: skip


def _as_published(one: Placed) -> Beside:
    low, high = one.importance.interval or (one.importance.value, one.importance.value)
    score_low, score_high = one.perception.interval or (None, None)
    return Beside(
        dimension=one.dimension, n=one.importance.n, named=one.importance.value, low=low, high=high,
        score_n=one.perception.n, score=one.perception.value,
        score_low=score_low, score_high=score_high,
        quadrant=one.quadrant, decided=one.decided,
    )  # fmt: skip
