"""How a cost grows is drawn: a bar for each number of answers."""

from __future__ import annotations

from corus.cli.bench import Measure
from corus.cli.bench.curve import WIDTH, curves


def _measured(cost: str, size: int, seconds: float) -> Measure:
    return Measure.of(f"profile, sqlite, {size:,}: {cost}", [1.0], [seconds], "s", "≤ 2", size)


def test_a_cost_that_grows_tenfold_has_a_bar_ten_times_as_long() -> None:
    drawn = list(curves([_measured("cold", 1_000_000, 1.0), _measured("cold", 10_000, 0.1)]))
    assert drawn[0] == "profile, sqlite, cold, in s, by number of answers"
    assert [line.count("█") for line in drawn[1:]] == [WIDTH // 10, WIDTH]
    assert drawn[1].split() == ["10,000", "█" * (WIDTH // 10), "0.100"]


def test_one_point_is_no_curve_and_each_cost_has_its_own() -> None:
    flat = [_measured("page", size, 0.03) for size in (10_000, 1_000_000)]
    drawn = list(curves([_measured("cold", 10_000, 0.1), *flat]))
    assert [line.count("█") for line in drawn] == [0, WIDTH, WIDTH]
