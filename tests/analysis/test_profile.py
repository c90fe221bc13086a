"""From responses to a profile: every state of a cell, and what each withholds."""

from __future__ import annotations

import pytest

from corus.domain.profile import Profile
from corus.domain.wave import GroupPlan, Thresholds
from corus.errors import InputError
from tests.analysis.factories_analysis import (
    dimension,
    dimension_cell,
    document,
    group_profile,
    instrument,
    item,
    item_cell,
    profile,
    rated,
    small,
    stratum,
    tally,
    with_easy,
)

NUMBERS = (
    "n", "asked", "dont_know", "not_concerned", "skipped", "dont_know_share",
    "not_concerned_share", "skipped_share", "mean", "median", "majority",
)  # fmt: skip
SIDES = ("favourable", "mixed", "unfavourable")


def many(the, groups):
    """Responses by group: {group: [row, …]}."""
    return tally(
        the, [(stratum(g), rated(the, *row)) for g, rows in groups.items() for row in rows]
    )


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_fewer_than_five_answers_are_masked_whatever_they_are(n):
    found = group_profile(small(), [(4, 0)] * n)
    cell = item_cell(found, "a")
    assert (cell.show, cell.reason) == ("masked", "n < 5")
    assert all(getattr(cell, name) is None for name in (*NUMBERS, *SIDES))
    assert cell.counts == ()
    assert dimension_cell(found).show == "masked"
    assert "employees" in found.masked_groups
    assert found.shown_responses == 0


def test_everybody_not_knowing_is_masked_like_four_answers():
    found = group_profile(small(), [("d", 2)] * 12)
    assert item_cell(found, "a").show == "masked"
    assert item_cell(found, "a").dont_know is None
    assert item_cell(found, "b").n == 12
    assert found.masked_groups == ("users", "suppliers")


def test_five_to_nine_answers_show_bands_and_withhold_every_count():
    cell = item_cell(group_profile(small(), [(4, 0)] * 6 + [(0, 4)]), "a")
    assert (cell.show, cell.reason) == ("banded", "5–9")
    assert all(getattr(cell, name) is None for name in NUMBERS)
    assert cell.counts == ()
    assert [getattr(cell, side).band for side in SIDES] == ["high", "low", "low"]


def test_a_full_cell_counts_as_asked_and_reads_in_the_direction_of_the_item():
    rows = [(4, 4)] * 8 + [(2, 0)] * 2 + [("d", "c"), ("s", "d"), ("n", "s")]
    found = group_profile(small(), rows)
    a, b = item_cell(found, "a"), item_cell(found, "b")
    assert a.counts == (0, 0, 2, 0, 8)
    assert (a.n, a.asked, a.dont_know, a.not_concerned, a.skipped) == (10, 12, 1, 0, 1)
    assert a.mean == pytest.approx(4.6)
    assert a.median == 5
    assert a.favourable.value == 0.8
    assert b.counts == (2, 0, 0, 0, 8)
    assert (b.favourable.value, b.unfavourable.value) == (0.2, 0.8)
    assert b.dont_know_share == pytest.approx(1 / 12)
    assert b.not_concerned_share == pytest.approx(1 / 13)
    assert b.skipped_share == pytest.approx(1 / 13)


@pytest.mark.parametrize(("size", "best"), [("three", 2), ("four", 2), ("five", 3), ("seven", 5)])
def test_top_options_of_every_scale_length_are_favourable(size, best):
    the = small(size)
    points = len(the.scales[size].points)
    rows = [(best, points - 1 - best)] * 6 + [(best - 1 if size == "three" else 0, points - 1)] * 6
    found = group_profile(the, rows)
    for code in "ab":
        assert item_cell(found, code).favourable.value == 0.5
    top = points - 1
    other = (best - 1) / 2 if size == "three" else 0  # the second item scores 0
    expected = (100 * best / top + 100 * other / top) / 2
    assert dimension_cell(found).score == pytest.approx(expected, abs=0.05)


def test_two_camps_are_marked_divided_and_the_dimension_says_so():
    found = group_profile(small(), [(4, 2)] * 6 + [(0, 2)] * 6)
    assert item_cell(found, "a").divided
    assert not item_cell(found, "b").divided
    assert dimension_cell(found).divided


def test_unanimous_persons_have_a_score_and_no_interval():
    cell = dimension_cell(group_profile(small(), [(4, 0)] * 12))
    assert (cell.show, cell.score, cell.sd, cell.unanimous) == ("full", 100.0, 0.0, True)
    assert cell.low is None
    assert cell.high is None


def test_a_score_of_five_to_nine_persons_is_rounded_to_five_without_interval():
    cell = dimension_cell(group_profile(small(), [(4, 0)] * 3 + [(3, 1)] * 4))
    assert (cell.show, cell.reason, cell.score) == ("banded", "5–9", 85.0)
    assert (cell.n, cell.sd, cell.low, cell.high) == (None, None, None, None)


def test_one_dont_know_does_not_publish_that_persons_other_answer():
    """With two items and an exact score, 2·Σscore − Σanswers is what that person answered."""
    rows = [(3, 1)] * 6 + [(2, 2)] * 6
    exact = dimension_cell(group_profile(small(), rows))
    assert (exact.show, exact.score) == ("full", 62.5)
    blurred = dimension_cell(group_profile(small(), [*rows, (2, 2), (2, "d")]))
    assert blurred.show == "banded"
    assert blurred.reason == "complementary"
    assert blurred.score == 60.0
    assert (blurred.n, blurred.sd, blurred.low) == (None, None, None)
    # Of (2, d) and (3, d) one would be 61.5 and the other 62.5, which is printed 65.
    told = dimension_cell(group_profile(small(), [*rows, (2, "d")]))
    assert (told.show, told.reason, told.score) == ("masked", "complementary", None)


def test_an_item_of_one_to_four_answers_masks_its_dimension():
    cell = dimension_cell(group_profile(small(), [(3, "d")] * 20 + [(3, 1)] * 3))
    assert (cell.show, cell.reason, cell.score) == ("masked", "complementary", None)


def test_one_item_of_a_dimension_is_shown_instead_of_a_score():
    the = instrument(
        dimension("needs", item("a"), item("b", asked_to=("employees",))),
        dimension("work", item("e", asked_to=("employees",))),
    )
    found = profile(the, many(the, {"users": [(4,)] * 12}))
    assert dimension_cell(found, "users").show == "single_item"
    assert dimension_cell(found, "users").item == "a"
    assert dimension_cell(found, "users", "work").show == "not_asked"
    assert item_cell(found, "e", "users").show == "not_asked"


def test_a_grid_of_markers_has_no_scores():
    the = instrument(dimension("blocks", item("m", purpose="marker"), item("k", purpose="marker")))
    found = group_profile(the, [(4, 4)] * 12)
    assert dimension_cell(found, code="blocks").show == "unscored"
    assert item_cell(found, "m").show == "full"


def test_easy_answers_merge_as_shares_and_counts_stay_on_the_standard_scale():
    the = with_easy()
    easy, standard = stratum("users", variant="easy"), stratum("users")
    responses = [(easy, rated(the, 2, 1))] * 10 + [(standard, rated(the, 0, 4))] * 10
    cell = item_cell(profile(the, tally(the, responses)), "a", "users")
    assert (cell.merged, cell.n, cell.scale) == (True, 20, "five")
    assert cell.favourable.value == cell.unfavourable.value == 0.5
    assert cell.counts == (10, 0, 0, 0, 0)
    assert cell.mean == 1
    assert dimension_cell(profile(the, tally(the, responses)), "users").n == 10


@pytest.mark.parametrize("few", [1, 4, 9])
def test_a_few_easy_answers_withhold_the_score_that_would_isolate_them(few):
    the = with_easy()
    easy, standard = stratum("users", variant="easy"), stratum("users")
    responses = [(easy, rated(the, 1, 0))] * few + [(standard, rated(the, 4, 4))] * 20
    cell = dimension_cell(profile(the, tally(the, responses)), "users")
    assert (cell.show, cell.reason) == ("masked", "complementary")
    assert (cell.n, cell.score, cell.sd, cell.unanimous) == (None, None, None, False)


def test_a_few_easy_answers_on_a_scale_of_their_own_leave_the_score():
    the = with_easy("apart")
    easy, standard = stratum("users", variant="easy"), stratum("users")
    responses = [(easy, rated(the, 1, 0))] * 3 + [(standard, rated(the, 4, 4))] * 20
    cell = dimension_cell(profile(the, tally(the, responses)), "users")
    assert (cell.show, cell.n, cell.score) == ("full", 20, 100.0)


@pytest.mark.parametrize("few", [1, 4, 9])
def test_a_few_easy_answers_withhold_the_counts_that_would_isolate_them(few):
    the = with_easy()
    easy, standard = stratum("users", variant="easy"), stratum("users")
    responses = [(easy, rated(the, 2, 1))] * few + [(standard, rated(the, 0, 4))] * 20
    cell = item_cell(profile(the, tally(the, responses)), "a", "users")
    assert cell.merged
    assert (cell.counts, cell.mean, cell.median) == ((), None, None)
    assert cell.n == 20 + few


def test_a_group_answering_on_the_easy_scale_alone_reads_on_that_scale_without_score():
    the = with_easy()
    easy = stratum("users", variant="easy")
    found = profile(the, tally(the, [(easy, rated(the, 2, 1))] * 12))
    cell = item_cell(found, "a", "users")
    assert (cell.scale, cell.merged, cell.counts) == ("easy", False, (0, 0, 12))
    assert dimension_cell(found, "users").show == "unscored"


def test_a_scale_that_may_not_be_merged_gives_a_cell_of_its_own():
    the = with_easy("apart")
    easy, standard = stratum("users", variant="easy"), stratum("users")
    responses = [(easy, rated(the, 2, 1))] * 12 + [(standard, rated(the, 0, 4))] * 12
    cells = [c for c in profile(the, tally(the, responses)).items if c.group == "users"]
    assert [(c.item, c.scale, c.n) for c in cells] == [
        ("a", "five", 12), ("a", "apart", 12), ("b", "five", 12), ("b", "apart", 12)
    ]  # fmt: skip


def test_four_suppliers_by_personal_link_show_the_majority_only():
    found = group_profile(small(), [(4, 0)] * 3 + [(0, 0)], "suppliers", channel="personal")
    cell = item_cell(found, "a", "suppliers")
    assert (cell.show, cell.majority, cell.reason) == ("majority", "favourable", "3–4")
    assert all(getattr(cell, name) is None for name in NUMBERS if name != "majority")
    assert dimension_cell(found, "suppliers").show == "masked"
    reached = next(c for c in found.coverage if c.group == "suppliers")
    assert (reached.received, reached.received_text) == (None, "3–4")
    assert found.masked_groups == ("employees", "users")


def test_one_supplier_on_the_open_link_makes_all_four_count_as_persons():
    the = small()
    places = [stratum("suppliers", channel="personal")] * 3 + [stratum("suppliers")]
    found = profile(the, tally(the, [(place, rated(the, 4, 0)) for place in places]))
    assert item_cell(found, "a", "suppliers").show == "masked"


def test_coverage_of_a_release_is_exact_and_hides_small_breakdowns():
    the = small()
    places = [stratum()] * 20 + [stratum(mode="paper", channel="paper")] * 2
    counted = tally(the, [(place, rated(the, 4, 0)) for place in places])
    found = profile(the, counted, groups={"employees": GroupPlan(population=40, invited=38)})
    (reached,) = found.coverage
    assert (reached.received, reached.rate, reached.invited) == (22, 0.55, 38)
    assert (reached.complete, reached.partial) == (22, 0)
    assert reached.by_mode == {"self": "withheld", "paper": "withheld"}
    assert found.groups == ("employees",)


def test_a_masked_group_shows_only_what_was_known_beforehand():
    the = small()
    counted = many(the, {"employees": [(4, 0)] * 12, "users": [(4, 0)] * 3})
    found = profile(the, counted, groups={
        "employees": GroupPlan(), "users": GroupPlan(population=9, invited=9)
    })  # fmt: skip
    reached = found.coverage[1]
    assert (reached.population, reached.invited, reached.received_text) == (9, 9, "n < 5")
    assert reached.model_dump(exclude_defaults=True).keys() == {
        "group", "population", "invited", "open_link", "received_text"
    }  # fmt: skip
    assert found.shown_responses == 12


def test_gaps_of_twenty_five_points_are_flagged_between_full_cells_only():
    the = small()
    counted = many(
        the,
        {
            "employees": [(4, 0)] * 12,
            "users": [(0, 0)] * 6 + [(4, 2)] * 6,
            "suppliers": [(0, 4)] * 9,
        },
    )
    found = profile(the, counted)
    assert {g.first for g in found.gaps} == {"employees"}
    assert {g.second for g in found.gaps} == {"users"}
    first = next(g for g in found.gaps if g.code == "a")
    assert (first.kind, first.gap, first.flagged) == ("item", 50.0, True)
    assert first.low < 50.0 < first.high
    assert [g.gap for g in found.gaps] == sorted((g.gap for g in found.gaps), reverse=True)
    assert sum(g.kind == "dimension" for g in found.gaps) == 1


def test_choices_and_texts_count_persons_under_the_same_thresholds():
    the = small()

    def response(i):
        answers = {"topics": ("x", "z") if i % 2 else ("x",), "since": i % 2, "story": "…"}
        return document(the, answers if i < 12 else {"topics": "s", "since": "s", "story": "s"})

    counted = tally(the, [(stratum(), response(i)) for i in range(14)])
    found = profile(the, counted)
    topics = [c for c in found.choices if (c.item, c.group) == ("topics", "employees")]
    assert [(c.option, c.chosen, c.n) for c in topics] == [
        ("x", 12, 12),
        ("y", 0, 12),
        ("z", 6, 12),
    ]
    since = [c for c in found.choices if (c.item, c.group) == ("since", "employees")]
    assert [c.share.value for c in since] == [0.5, 0.5]
    assert [(c.show, c.n) for c in found.texts] == [
        ("full", 12), ("masked", None), ("masked", None)
    ]  # fmt: skip
    few = profile(the, tally(the, [(stratum(), response(i)) for i in range(6)]))
    banded = [c for c in few.choices if (c.item, c.group) == ("topics", "employees")]
    assert [(c.show, c.chosen, c.n, c.share.band) for c in banded] == [
        ("banded", None, None, "high"), ("banded", None, None, "low"),
        ("banded", None, None, "middle"),
    ]  # fmt: skip


def test_raised_thresholds_raise_the_text_too():
    the = small()
    counted = many(the, {"employees": [(4, 0)] * 10})
    found = profile(the, counted, thresholds=Thresholds(shown=11, full=20))
    assert item_cell(found, "a").reason == "n < 11"
    assert found.coverage[0].received_text == "n < 11"


def test_counts_of_another_instrument_are_refused():
    with pytest.raises(InputError, match="TAL-003"):
        profile(small(), tally(with_easy(), []))


def test_a_profile_survives_its_stored_form():
    found = group_profile(small(), [(4, 0)] * 12 + [(1, "d")])
    assert Profile.model_validate_json(found.model_dump_json()) == found
