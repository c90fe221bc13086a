"""A composite is never alone: three means, weakest dimension, robustness; real answers of bfi."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corus.analysis.weighing import composite
from corus.errors import InputError

REFERENCE = json.loads((Path("tests/reference") / "composite.json").read_text())
CASES = {name: REFERENCE[name] for name in ("as_keyed", "neuroticism_turned")}
GROUPS = REFERENCE["groups"]


def rows(case: str) -> dict[str, dict[str, float | None]]:
    return {
        group: dict(zip(REFERENCE["dimensions"], line, strict=True))
        for group, line in zip(GROUPS, CASES[case]["scores"], strict=True)
    }


def test_the_first_of_five_real_groups_depends_on_the_mean_and_on_less_than_half_of_the_weights():
    found = composite.compose(rows("as_keyed"))
    edu3, edu5 = GROUPS.index("edu3"), GROUPS.index("edu5")
    assert round(found.means[1][edu5], 2) == 64.27
    assert round(found.means[1][edu3], 2) == 64.07
    best = [max(GROUPS, key=lambda g: values[GROUPS.index(g)]) for values in found.means.values()]
    assert best == ["edu5", "edu3", "edu3"]
    assert not found.same_first()
    assert round(100 * found.preferences[edu5, edu3], 1) == 46.9
    assert [round(found.importance[i], 2) for i in (4, 2)] == [0.12, 0.82]
    assert found.weights == (0.2,) * 5
    assert found.weakest == (("neuroticism",),) * 5


def test_reading_neuroticism_the_other_way_round_settles_the_same_contest():
    found = composite.compose(rows("neuroticism_turned"), draws=1000)
    assert found.same_first()
    assert max(zip(found.means[1], GROUPS, strict=True))[1] == "edu5"


def test_negotiated_weights_are_shown_beside_the_ranks_near_them():
    weights = {name: 2.0 if name == "openness" else 1.0 for name in REFERENCE["dimensions"]}
    found = composite.compose(rows("as_keyed"), weights=weights, draws=2000)
    assert found.weights[4] == pytest.approx(1 / 3)
    edu5 = GROUPS.index("edu5")
    assert found.near.shares[edu5, 0] > found.acceptability.shares[edu5, 0]
    assert composite.compose(rows("as_keyed"), draws=10).near is None


def test_a_group_with_a_hidden_dimension_is_left_out_and_named():
    scores = rows("as_keyed")
    scores["edu2"]["openness"] = None
    del scores["edu4"]["agree"]
    found = composite.compose(scores, draws=100)
    assert found.units == ("edu1", "edu3", "edu5")
    assert found.left_out == {"edu2": ("openness",), "edu4": ("agree",)}


def test_no_composite_without_one_complete_group():
    with pytest.raises(InputError) as refused:
        composite.compose({"employees": {"needs": None, "work": 50.0}})
    assert refused.value.code == "CMP-003"


@pytest.mark.parametrize("weights", [{"needs": 1.0}, {"needs": 1, "work": 1, "bonds": 1}])
def test_negotiated_weights_must_name_every_dimension_and_no_other(weights):
    with pytest.raises(InputError) as refused:
        composite.compose({"employees": {"needs": 60.0, "work": 50.0}}, weights=weights)
    assert refused.value.code == "CMP-002"


def test_one_group_alone_has_its_means_and_no_contest():
    found = composite.compose({"employees": {"needs": 64.0, "work": 16.0}}, draws=100)
    assert found.means[1] == pytest.approx((40.0,))
    assert found.means[0] == pytest.approx((32.0,))
    assert found.preferences.tolist() == [[0.0]]
    assert found.acceptability.shares.tolist() == [[1.0]]
    assert found.importance == (None, None)


def test_no_published_profile_holds_a_composite():
    from corus.domain.profile import DimensionCell, Profile

    fields = {*Profile.model_fields, *DimensionCell.model_fields}
    assert not {"composite", "global_score", "overall", "rank"} & fields
