"""Which groups are compared on what they understand, what is told of it, and what is not."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from corus.analysis import Tally, with_invariance
from corus.analysis.measures.invariance import invariance, moments_of
from corus.analysis.measures.reliability import Block
from corus.analysis.profile.same_meaning import same_meaning
from corus.domain.caution import Caution
from corus.domain.instrument import Instrument
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.domain.together import Invariance
from tests.analysis.factories_analysis import (
    dimension,
    instrument,
    item,
    profile,
    rated,
    stratum,
    tally,
)

LOADINGS = (0.9, 0.8, 1.0, 0.7)


def three(**third: Any) -> Instrument:
    """Four items on needs; two on place."""
    return instrument(
        dimension("needs", item("a"), item("b"), item("c", **third), item("d")),
        dimension("place", item("e"), item("f")),
    )


def persons(seed: int, n: int, *, level: Any = 2.0, loadings: Any = LOADINGS) -> np.ndarray:
    draw = np.random.default_rng(seed)
    opinion = draw.normal(0, 1, (n, 1))
    given = level + opinion * np.array(loadings) + draw.normal(0, 0.6, (n, 4))
    return np.clip(np.rint(given), 0, 4).astype(int)


def answer(the: Instrument, row: Any) -> bytes:
    """The same opinion on the place as on the first two items."""
    own = [value if isinstance(value, str) else int(value) for value in row]
    return rated(the, *own, own[0], own[1])


def counted(the: Instrument, groups: dict[str, Any]) -> Tally:
    rows = [(stratum(g), answer(the, row)) for g, own in groups.items() for row in own]
    return tally(the, rows)


def told(the: Instrument, groups: dict[str, Any], **fields: Any) -> Profile:
    tallied = counted(the, groups)
    return with_invariance(profile(the, tallied, **fields), tallied)


def needs(found: Profile) -> Invariance:
    return next(one for one in found.invariance if one.dimension == "needs")


def said(found: Profile) -> dict[str, Caution]:
    return {one.code: one for one in found.cautions}


@cache
def alike() -> Profile:
    return told(three(), {"employees": persons(1, 220), "users": persons(2, 260)})


@cache
def unlike_levels() -> Profile:
    higher = persons(4, 400, level=np.array([2.0, 2.0, 2.0, 3.0]))
    return told(three(), {"employees": persons(3, 400), "users": higher})


@cache
def unlike() -> Profile:
    other = persons(6, 400, loadings=(0.9, 0.2, 1.0, 0.7))
    return told(three(), {"employees": persons(5, 400), "users": other})


def test_what_is_told_is_what_the_answers_give_to_two_decimals() -> None:
    blocks = [Block.of(persons(*who).astype(float)) for who in ((1, 220), (2, 260))]
    exact = invariance(moments_of(blocks, [range(4)] * 2))
    own = needs(alike())
    assert (own.reached, own.groups, own.absent, own.items) == (
        "scalar", ("employees", "users"), (), 4,
    )  # fmt: skip
    assert own.reached == exact.reached
    for one in own.fits:
        fit = exact.fits[one.level]
        assert (one.df, one.cfi, one.rmsea) == (fit.df, round(fit.cfi, 2), round(fit.rmsea, 2))
        assert one.p == (None if fit.p is None else round(fit.p, 2))
        assert one.p_lost == (None if fit.p_lost is None else round(fit.p_lost, 2))


def test_chi_square_and_the_number_of_complete_answers_are_not_told() -> None:
    """With them the covariances of a group could be narrowed down n times as far."""
    assert set(needs(alike()).fits[0].model_dump()) == {
        "level", "df", "cfi", "rmsea", "p", "p_lost"
    }  # fmt: skip
    assert set(needs(alike()).model_dump()) == {
        "dimension", "reached", "groups", "absent", "items", "fits"
    }  # fmt: skip


def test_two_items_are_not_tested() -> None:
    place = alike().invariance[1]
    assert (place.dimension, place.reached, place.fits) == ("place", "not_tested", ())
    assert place.absent == ("employees", "users")


@pytest.mark.parametrize(("n", "reached"), [(199, "not_tested"), (200, "scalar")])
def test_a_group_needs_two_hundred_persons_who_answered_everything(n: int, reached: str) -> None:
    found = told(three(), {"employees": persons(1, n), "users": persons(2, 260)})
    assert needs(found).reached == reached


def test_a_person_who_skipped_one_item_is_not_among_the_two_hundred() -> None:
    rows: list[list[Any]] = persons(1, 200).tolist()
    rows[7][2] = "d"
    found = told(three(), {"employees": rows, "users": persons(2, 260)})
    assert (needs(found).reached, needs(found).absent) == ("not_tested", ("employees", "users"))


def test_a_smaller_group_is_named_beside_those_that_were_compared() -> None:
    found = told(
        three(),
        {"employees": persons(1, 220), "users": persons(2, 260), "suppliers": persons(3, 40)},
    )
    assert (needs(found).groups, needs(found).absent) == (("employees", "users"), ("suppliers",))
    assert said(found)["equal_meaning_part"].dimensions == ("needs", "place")


def test_one_group_alone_or_nobody_is_not_in_it() -> None:
    assert told(three(), {"employees": persons(1, 220)}).invariance == ()
    assert told(three(), {}).invariance == ()


def test_a_group_on_which_a_score_is_rounded_is_not_compared() -> None:
    """Its covariances would tell what the rounding hides."""
    tallied = counted(three(), {"employees": persons(1, 220), "users": persons(2, 260)})
    cells = profile(three(), tallied).dimensions
    coarse = [
        cell.model_copy(update={"reason": "whole points"}) if cell.group == "users" else cell
        for cell in cells
    ]
    assert {one.reached for one in same_meaning(tallied, three(), coarse)} == {"not_tested"}


def test_only_items_asked_of_both_groups_are_compared() -> None:
    the = three(asked_to=("employees",))
    theirs = [[a, b, "n", d] for a, b, _, d in persons(2, 260).tolist()]
    found = needs(told(the, {"employees": persons(1, 220), "users": theirs}))
    assert (found.items, found.groups) == (3, ("employees", "users"))
    # Three items: one factor fits whatever was answered.
    assert (found.fits[0].df, found.fits[0].cfi, found.fits[0].p) == (0, 1.0, None)


def test_counts_stored_before_products_were_counted_are_not_tested() -> None:
    tallied = counted(three(), {"employees": persons(1, 220), "users": persons(2, 260)})
    older = Tally(
        tallied.layout, tallied.strata, tallied.responses, tallied.marks, tallied.scores,
        tallied.unscored, tallied.options,
    )  # fmt: skip
    cells = profile(three(), tallied).dimensions
    assert {one.reached for one in same_meaning(older, three(), cells)} == {"not_tested"}


def test_a_threshold_may_be_given_to_a_researcher() -> None:
    tallied = counted(three(), {"employees": persons(1, 60), "users": persons(2, 70)})
    cells = profile(three(), tallied).dimensions
    first = next(iter(same_meaning(tallied, three(), cells, enough=50)))
    assert first.groups == ("employees", "users")


def test_unanimous_groups_are_not_computed() -> None:
    found = told(three(), {"employees": [[3, 3, 3, 3]] * 210, "users": persons(2, 260)})
    assert (needs(found).reached, needs(found).fits) == ("not_computed", ())
    assert "equal_meaning" in said(found)


def test_what_may_be_concluded_follows_the_level_that_holds() -> None:
    assert needs(unlike_levels()).reached == "metric"
    assert said(unlike_levels())["unlike_levels"].dimensions == ("needs",)
    assert needs(unlike()).reached == "configural"
    assert said(unlike())["unlike"].dimensions == ("needs",)
    assert not {"unlike", "unlike_levels"} & set(said(alike()))
    for found in (alike(), unlike_levels()):
        # The place has two items: whether it is understood alike is not known.
        assert said(found)["equal_meaning_part"].dimensions == ("place",)
        assert "equal_meaning" not in said(found)


def test_before_a_release_and_under_two_hundred_nothing_was_tested() -> None:
    small = told(three(), {"employees": persons(1, 60), "users": persons(2, 70)})
    assert {one.reached for one in small.invariance} == {"not_tested"}
    assert "equal_meaning" in said(small)
    assert not {"equal_meaning_part", "unlike", "unlike_levels"} & set(said(small))
    page = profile(three(), counted(three(), {"employees": persons(1, 220)}))
    assert page.invariance == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_caution_is_said_in_both_languages(language: str) -> None:
    for found in (alike(), unlike(), unlike_levels()):
        for one in found.cautions:
            told_ = Reading(found, language).caution(one)
            assert "{" not in told_
            assert (told_ == Reading(found, "en").caution(one)) == (language == "en")


def test_a_profile_with_it_reads_back_equal() -> None:
    assert Profile.model_validate_json(alike().model_dump_json()) == alike()
