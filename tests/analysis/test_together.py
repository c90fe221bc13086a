"""All groups together, reliability, agreement and tests, as a profile tells them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corus.analysis.measures.agreement import average_deviation, consensus
from corus.analysis.measures.contrasts import mann_whitney
from corus.analysis.measures.reliability import Block, alpha
from corus.analysis.measures.stats import agreement
from corus.analysis.profile.together import concordance
from corus.domain.profile import DimensionCell, Profile
from tests.analysis.factories_analysis import (
    dimension,
    instrument,
    item,
    profile,
    rated,
    stratum,
    tally,
)

NAMES = ("a", "b", "c")


def answers(seed: int, n: int, shift: int) -> list[list[int]]:
    """Persons whose three answers (0–4) go together."""
    draw = random.Random(seed)
    bases = (min(4, max(0, draw.choice((1, 2, 2, 3)) + shift)) for _ in range(n))
    return [[min(4, max(0, base + draw.choice((-1, 0, 0, 1)))) for _ in NAMES] for base in bases]


GIVEN = {
    "employees": answers(1, 60, 1), "users": answers(2, 24, -1), "suppliers": answers(3, 3, 0)
}  # fmt: skip


def three(direction: str = "as_asked"):
    """One dimension of three items, the last asked in this direction; another of two."""
    return instrument(
        dimension("needs", item("a"), item("b"), item("c", direction=direction)),
        dimension("place", item("d"), item("e")),
    )


@pytest.fixture(scope="module")
def told() -> Profile:
    the = three()
    rows = [
        (stratum(group), rated(the, *person, person[0], 4 - person[1]))
        for group, people in GIVEN.items()
        for person in people
    ]
    return profile(the, tally(the, rows))


def scores(group: str) -> np.ndarray:
    return 25 * np.array(GIVEN[group]).mean(axis=1)


def test_equal_groups_and_head_count_stand_side_by_side(told: Profile) -> None:
    needs = told.together[0]
    lines = {line.convention: line for line in needs.lines}
    means = [scores(g).mean() for g in ("employees", "users")]
    assert lines["equal"].score == pytest.approx(np.mean(means), abs=1e-9)
    assert lines["head_count"].score == pytest.approx(
        np.concatenate([scores("employees"), scores("users")]).mean(), abs=1e-9
    )
    assert needs.spread == pytest.approx(means[0] - means[1], abs=1e-9)
    assert (needs.highest, needs.lowest) == (("employees",), ("users",))
    for line in needs.lines:
        assert line.low is not None
        assert line.high is not None
        assert line.low < line.score < line.high


def test_a_masked_group_is_named_and_is_in_no_line(told: Profile) -> None:
    assert [one.groups for one in told.together] == [("employees", "users")] * 2
    assert [one.absent for one in told.together] == [("suppliers",)] * 2


def test_the_share_due_to_the_group_follows_from_the_anova_of_persons(told: Profile) -> None:
    # Numbers of R: multilevel::ICC1(aov(score ~ group)), written out.
    samples = [scores("employees"), scores("users")]
    n, mean = sum(map(len, samples)), np.concatenate(samples).mean()
    between = sum(len(s) * (s.mean() - mean) ** 2 for s in samples)
    within = sum(((s - s.mean()) ** 2).sum() for s in samples) / (n - 2)
    expected = (between - within) / (between + (n / 2 - 1) * within)
    assert told.together[0].icc1 == pytest.approx(expected, abs=1e-9)


def test_reliability_is_told_from_fifty_persons_on_and_to_two_decimals(told: Profile) -> None:
    by_place = {(one.dimension, one.group): one for one in told.adding}
    employees = by_place["needs", "employees"]
    found = alpha(Block.of(np.array(GIVEN["employees"], float)))
    assert found is not None
    assert employees.alpha == round(found, 2)
    assert employees.allows == ("may_add" if found >= 0.7 else "warn")
    assert employees.low is not None
    assert employees.low < found
    assert by_place["needs", "users"].allows == "not_tested"
    assert by_place["needs", "users"].alpha is None
    assert ("needs", "suppliers") not in by_place


def test_items_that_oppose_each_other_are_read_one_by_one(told: Profile) -> None:
    place = next(
        one for one in told.adding if one.group == "employees" and one.dimension != "needs"
    )
    assert place.allows in ("items_only", "not_tested")


def test_turning_the_scale_of_an_item_round_changes_no_reliability(told: Profile) -> None:
    the = three("reversed")
    rows = [
        (stratum("employees"), rated(the, a, b, 4 - c, a, 4 - b)) for a, b, c in GIVEN["employees"]
    ]
    turned = profile(the, tally(the, rows))
    assert turned.adding[0] == told.adding[0]


def test_agreement_within_a_group_stands_beside_its_counts_and_nowhere_else(told: Profile) -> None:
    for cell in told.items:
        known = (cell.consensus, cell.agreement, cell.deviation)
        if not cell.counts:
            assert known == (None, None, None)
            continue
        expected = (consensus(cell.counts), agreement(cell.counts), average_deviation(cell.counts))
        assert known == pytest.approx(expected, abs=1e-12)
    masked = [cell for cell in told.items if cell.group == "suppliers"]
    assert masked
    assert all(cell.net is None for cell in masked)


def test_a_gap_says_its_effect_and_p_values_adjusted_for_every_pair_of_the_page(
    told: Profile,
) -> None:
    # Five items and two dimensions, one pair of published groups each.
    assert told.tested == 7
    gap = next(g for g in told.gaps if g.kind == "item" and g.code == "a")
    cells = {c.group: np.array(c.counts) for c in told.items if c.item == "a" and c.counts}
    p = float(mann_whitney(cells[gap.first], cells[gap.second])[1])
    assert gap.p == pytest.approx(p, abs=1e-12)
    assert gap.p_adjusted is not None
    assert gap.p is not None
    assert gap.p <= gap.p_adjusted <= 1
    assert gap.effect is not None
    assert gap.effect > 0


def test_the_effect_of_a_gap_is_positive_for_the_more_favourable_group() -> None:
    the = three("reversed")
    rows = [(stratum("employees"), rated(the, 4, 4, 0, 4, 4))] * 12
    rows += [(stratum("users"), rated(the, 0, 0, 4, 0, 0))] * 12
    told = profile(the, tally(the, rows))
    effects = {gap.code: gap.effect for gap in told.gaps if gap.kind == "item"}
    assert effects == dict.fromkeys("abcde", 1.0)
    assert {gap.first for gap in told.gaps if gap.kind == "item"} == {"employees"}


def test_one_group_alone_gives_no_line_no_test_and_no_order(told: Profile) -> None:
    the = three()
    alone = profile(the, tally(the, [(stratum(), rated(the, 1, 2, 3, 4, 0))] * 12))
    assert (alone.together, alone.concordance, alone.tested, alone.gaps) == ((), None, 0, ())
    nobody = profile(the, tally(the, []))
    assert (nobody.together, nobody.adding, nobody.tested) == ((), (), 0)


def test_an_order_takes_three_dimensions_that_groups_rank_in_common(told: Profile) -> None:
    assert told.concordance is None
    cells = [
        DimensionCell(dimension=d, group=g, show="full", n=20, score=score, sd=10.0)
        for g, row in {
            "employees": (80, 60, 40, 20), "users": (70, 65, 50, 10), "partners": (None, 90, 80, 5),
            "clients": (None, None, None, 50),
        }.items()
        for d, score in zip("abcd", row, strict=True)
        if score is not None
    ]  # fmt: skip
    found = concordance(cells)
    assert found is not None
    assert found.groups == ("employees", "users", "partners")
    assert (found.w, found.dimensions, found.left_out) == (1.0, 3, 1)
    # Three groups, six orders each: all alike in one of 36.
    assert (found.p, found.how) == (pytest.approx(1 / 36), "exact")
