"""Changes between two waves against R (tests/reference/wave_change.R), or why there is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.analysis.measures.stats import Sample
from corus.analysis.waves import same_question, wave_change
from corus.analysis.waves.same_question import Refused
from corus.analysis.waves.wave_change import Pairs
from corus.domain.wave import Thresholds
from corus.language import catalogue

REFERENCE = json.loads((Path("tests/reference") / "wave_change.json").read_text())
CLOSE = {"rel": 1e-9, "abs": 1e-9}


def sample(numbers: dict) -> Sample:
    return Sample(numbers["n"], numbers["mean"], numbers["sd"])


def is_close(found: Sample, numbers: dict) -> bool:
    expected = (numbers["mean"], numbers["sd"])
    return found.n == numbers["n"] and (found.mean, found.sd) == pytest.approx(expected, **CLOSE)


# The same persons


@pytest.mark.parametrize("case", REFERENCE["linked"], ids=lambda c: f"n={c['first']['n']}")
def test_the_change_of_linked_persons_agrees_with_the_paired_t_test(case):
    pairs = wave_change.pairs_of_table(case["table"], range(1, 7))
    assert is_close(pairs.first, case["first"])
    assert is_close(pairs.second, case["second"])
    assert is_close(pairs.difference, case["difference"])
    found = wave_change.linked_change(pairs)
    assert found.value == pytest.approx(case["change"], **CLOSE)
    assert found.interval == pytest.approx(tuple(case["interval"]), **CLOSE)


@pytest.mark.parametrize("case", REFERENCE["linked"], ids=lambda c: f"n={c['first']['n']}")
def test_sums_of_linked_persons_give_what_their_table_gives(case):
    sums = [case[name] for name in ("first", "second", "difference")]
    for numbers in sums:
        found = wave_change.sample_of_sums(numbers["n"], numbers["total"], numbers["squares"])
        assert is_close(found, numbers)


def test_the_same_schools_linked_or_not_change_as_much_with_another_interval():
    case = REFERENCE["schools"]
    pairs = Pairs(*(sample(case[name]) for name in ("first", "second", "difference")))
    linked = wave_change.linked_change(pairs)
    unlinked = wave_change.unlinked_change(pairs.first, pairs.second)
    assert linked.interval == pytest.approx(tuple(case["interval"]), **CLOSE)
    assert linked.value == pytest.approx(unlinked.value, **CLOSE)
    width = {c.kind: c.interval[1] - c.interval[0] for c in (linked, unlinked)}
    assert width["unlinked"] > 5 * width["linked"]


def test_scale_values_are_counted_from_zero_unless_given():
    pairs = wave_change.pairs_of_table([[0, 2], [0, 0]])
    assert pairs == Pairs(Sample(2, 0.0, 0.0), Sample(2, 1.0, 0.0), Sample(2, 1.0, 0.0))


@pytest.mark.parametrize("size", [3, 4, 5, 7])
def test_everybody_changing_alike_is_told_without_interval(size):
    table = np.zeros((size, size), int)
    table[0, 1] = 12
    found = wave_change.linked_change(wave_change.pairs_of_table(table))
    assert (found.value, found.interval, found.reading) == (1.0, None, "no_interval")


def test_two_camps_that_change_places_leave_no_mean_change():
    table = np.zeros((5, 5), int)
    table[0, 4] = table[4, 0] = 10
    found = wave_change.linked_change(wave_change.pairs_of_table(table))
    assert found.value == 0
    assert found.reading == "none"
    assert found.half_sd == pytest.approx(found.first.sd / 2)


def test_nobody_linked_has_no_pairs():
    assert wave_change.pairs_of_table(np.zeros((5, 5))) is None
    assert wave_change.sample_of_sums(0, 0, 0) is None


def test_one_linked_person_has_a_change_and_no_interval():
    found = wave_change.linked_change(wave_change.pairs_of_table([[0, 1], [0, 0]]))
    assert (found.value, found.interval, found.half_sd) == (1.0, None, None)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=60))
def test_a_pair_table_is_the_persons_it_counts(persons):
    table = np.zeros((5, 5), int)
    for first, second in persons:
        table[first, second] += 1
    pairs = wave_change.pairs_of_table(table)
    a, b = np.array(persons).T
    for found, values in zip(pairs, (a, b, b - a), strict=True):
        assert found.n == len(values)
        assert found.mean == pytest.approx(values.mean(), abs=1e-12)
        assert found.sd == pytest.approx(values.std(ddof=1), abs=1e-12)
        sums = wave_change.sample_of_sums(len(values), values.sum(), (values**2).sum())
        assert sums.sd == pytest.approx(found.sd, abs=1e-6)


@pytest.mark.parametrize(
    ("linked", "first", "second", "may"),
    [(40, 60, 52, True), (40, 40, 50, True), (40, 43, 60, False), (40, 60, 49, False),
     (9, 30, 30, False)],
)  # fmt: skip
def test_linked_figures_stand_beside_whole_waves_only_if_nobody_follows_by_subtraction(
    linked, first, second, may
):
    assert wave_change.publishable(linked, first, second, Thresholds()) is may


# Different respondents


@pytest.mark.parametrize("case", REFERENCE["unlinked"], ids=lambda c: f"n={c['first']['n']}")
def test_the_change_between_different_respondents_agrees_with_welch(case):
    found = wave_change.unlinked_change(sample(case["first"]), sample(case["second"]))
    assert found.value == pytest.approx(case["change"], **CLOSE)
    assert found.interval == pytest.approx(tuple(case["interval"]), **CLOSE)
    assert found.half_sd == pytest.approx(case["half_sd"], **CLOSE)
    assert wave_change.KINDS[found.kind] == "Different respondents"


@pytest.mark.parametrize(
    ("second", "reading"),
    [
        (Sample(400, 62.0, 20.0), "none"),
        (Sample(400, 65.0, 20.0), "small"),
        (Sample(400, 70.0, 20.0), "beyond"),
        (Sample(400, 50.0, 20.0), "beyond"),
        (Sample(1, 90.0, 0.0), "no_interval"),
    ],
)
def test_a_change_is_read_by_its_interval_then_by_half_a_standard_deviation(second, reading):
    found = wave_change.unlinked_change(Sample(400, 60.0, 20.0), second, sem=7.5)
    assert found.reading == reading
    assert found.reading in wave_change.READINGS
    assert (found.half_sd, found.sem) == (10.0, 7.5)


# The composition of the first wave kept


def waves() -> tuple[dict[str, Sample], dict[str, Sample]]:
    case = REFERENCE["recomposed"]
    return tuple(
        {group: sample(numbers) for group, numbers in case[wave].items()}
        for wave in ("first", "second")
    )


def test_groups_pooled_are_all_their_persons_together():
    for samples, wave in zip(waves(), ("first", "second"), strict=True):
        assert is_close(wave_change.pooled(samples), REFERENCE["recomposed"]["pooled"][wave])


def test_the_change_as_answered_and_recomposed_agree_with_r():
    case = REFERENCE["recomposed"]
    found = wave_change.recomposed_change(*waves())
    for change, name in ((found.as_answered, "raw"), (found.recomposed, "kept")):
        assert change.value == pytest.approx(case[name]["change"], **CLOSE)
        assert change.interval == pytest.approx(tuple(case[name]["interval"]), **CLOSE)
    assert found.composition["E"] == pytest.approx((0.5, 0.3))
    assert found.composition["H"] == pytest.approx((0.25, 0.5))


def test_a_change_of_who_answered_is_no_change_once_the_composition_is_kept():
    first = {"employees": Sample(60, 70.0, 12.0), "clients": Sample(20, 40.0, 12.0)}
    second = {"employees": Sample(20, 70.0, 12.0), "clients": Sample(60, 40.0, 12.0)}
    found = wave_change.recomposed_change(first, second)
    assert found.as_answered.value == pytest.approx(-15)
    assert found.as_answered.reading == "beyond"
    assert found.recomposed.value == pytest.approx(0, abs=1e-12)
    assert found.recomposed.reading == "none"


def test_the_same_composition_makes_both_changes_equal():
    first = {"a": Sample(30, 50.0, 10.0), "b": Sample(10, 80.0, 10.0)}
    second = {"a": Sample(60, 55.0, 10.0), "b": Sample(20, 70.0, 10.0)}
    found = wave_change.recomposed_change(first, second)
    assert found.as_answered.value == pytest.approx(found.recomposed.value)


def test_a_group_that_is_absent_from_the_second_wave_is_refused_by_name():
    first = {"employees": Sample(30, 50.0, 10.0), "clients": Sample(10, 80.0, 10.0)}
    found = wave_change.recomposed_change(first, {"employees": Sample(30, 50.0, 10.0)})
    assert isinstance(found, Refused)
    assert found.code == "CHG-005"
    assert "clients" in str(found)


def test_a_group_new_in_the_second_wave_counts_in_the_change_as_answered_only():
    first = {"employees": Sample(30, 50.0, 10.0)}
    second = {"employees": Sample(30, 50.0, 10.0), "clients": Sample(30, 90.0, 10.0)}
    found = wave_change.recomposed_change(first, second)
    assert found.as_answered.value == pytest.approx(20)
    assert found.recomposed.value == 0
    assert found.composition["clients"] == (0.0, 0.5)


def test_nobody_in_the_first_wave_is_refused():
    assert wave_change.recomposed_change({}, {"a": Sample(3, 1.0, 1.0)}).code == "CHG-006"


def test_one_person_in_a_group_leaves_no_interval():
    first = {"a": Sample(30, 50.0, 10.0), "b": Sample(1, 80.0, 0.0)}
    found = wave_change.recomposed_change(
        first, {"a": Sample(30, 50.0, 10.0), "b": Sample(9, 70.0, 5.0)}
    )
    assert found.recomposed.interval is None


SENTENCES = [
    *wave_change.KINDS.values(),
    *wave_change.READINGS.values(),
    wave_change.DISTRIBUTION_BASED,
    *(getattr(same_question, n) for n in
      ("NOT_ASKED", "REPLACED", "RESCALED", "TURNED", "REWORDED", "OTHER_ITEMS")),
    wave_change.recomposed_change({}, {}).sentence,
    wave_change.recomposed_change({"a": Sample(5, 1.0, 1.0)}, {}).sentence,
]  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_change_and_every_refusal_is_said_in_french(sentence):
    assert sentence in catalogue("fr")
