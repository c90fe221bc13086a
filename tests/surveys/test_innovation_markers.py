"""What a domain expert would check in the grid of markers, and its links to the questionnaire."""

from __future__ import annotations

from collections import Counter

import pytest

from corus.domain.instrument import Instrument
from tests.surveys.built_in import built_in, rated

# Marker → perceptions shown beside it, in the order of the grid.
MARKERS = {
    "contextualisation": set(),
    "beneficiaries_place": {"democracy_participation", "democracy_listening"},
    "collective_makeup": {"territory_cooperation"},
    "collective_role": {"territory_cooperation"},
    "research": set(),
    "anchoring": {"territory_knowledge"},
    "governance": {"democracy_participation", "democracy_concentration"},
    "resources": {"integrity_use_of_money"},
    "accessibility": {"needs_accessibility", "needs_take_up"},
    "service_logic": {"needs_welcome", "agency_own_decisions"},
    "break_with_existing": {"integrity_break"},
    "capacity_for_change": {"agency_own_decisions", "democracy_citizenship", "integrity_sharing"},
}
BLOCKS = {"finality": 2, "process": 6, "results": 2, "diffusion": 2}


@pytest.fixture
def utility() -> Instrument:
    return built_in("social_utility")


@pytest.fixture
def grid() -> Instrument:
    return built_in("innovation_markers")


def test_grid_has_eleven_markers_and_the_optional_one_in_four_blocks(grid: Instrument) -> None:
    assert [item.code for item in rated(grid)] == list(MARKERS)
    assert Counter(grid.dimension_of.values()) == BLOCKS
    assert grid.dimension_of["beneficiaries_place"] == "finality"
    hint = grid.item_by_code["contextualisation"].hint
    assert hint is not None
    assert "facultatif" in hint["fr"]


def test_each_marker_has_a_level_from_0_to_4_each_described(grid: Instrument) -> None:
    assert [point.value for point in grid.scales["level_4"].points] == [0, 1, 2, 3, 4]
    for item in rated(grid):
        assert (item.type, item.scale, item.purpose) == ("level", "level_4", "marker")
        assert len(item.descriptors) == 5
        assert len({d["fr"] for d in item.descriptors}) == 5
        assert item.evidence_hint, item.code


def test_levels_may_stay_unfilled_or_not_relevant_yet(grid: Instrument) -> None:
    opt_outs = grid.scales["level_4"].opt_outs
    assert opt_outs["dont_know"]["fr"] == "Non renseigné"
    assert opt_outs["not_concerned"]["fr"] == "Non pertinent à ce stade"


def test_perceptions_shown_beside_a_marker_exist(grid: Instrument, utility: Instrument) -> None:
    assert {item.code: set(item.illuminated_by) for item in rated(grid)} == MARKERS
    assert set().union(*MARKERS.values()) <= set(utility.item_by_code)


def test_the_two_instruments_tell_the_same_links(grid: Instrument, utility: Instrument) -> None:
    told = {item.code: set(item.markers) for item in rated(utility)}
    read = {code: {m for m, items in MARKERS.items() if code in items} for code in told}
    assert told == read
    referred = {code for code, r in utility.references.items() if r.kind == "marker"}
    assert referred == {marker for marker, items in MARKERS.items() if items}
    assert referred <= set(grid.item_by_code)
    for marker in referred:
        (label,) = (c.label for d in grid.dimensions for c in d.criteria if c.code == marker)
        assert utility.references[marker].label == label


def test_each_dimension_names_the_markers_it_lights(utility: Instrument) -> None:
    assert {d.code: set(d.markers) for d in utility.dimensions} == {
        "needs": {"accessibility", "service_logic"},
        "agency": {"service_logic", "capacity_for_change"},
        "bonds": set(),
        "territory": {"collective_makeup", "collective_role", "anchoring"},
        "democracy": {"beneficiaries_place", "governance", "capacity_for_change"},
        "work": set(),
        "ecology": set(),
        "integrity": {"resources", "break_with_existing", "capacity_for_change"},
    }


def test_assessors_come_from_six_colleges_beside_the_promoter(grid: Instrument) -> None:
    assert set(grid.groups) == {
        "promoter", "state", "region", "innovation_agency", "research", "ess_peers", "residents",
    }  # fmt: skip
    assert all(grid.asks(item, group) for item in grid.items for group in grid.groups)


def test_approach_is_a_position_and_not_a_mark(grid: Instrument) -> None:
    (approach,) = grid.questions
    assert (approach.code, approach.type, approach.purpose) == (
        "approach", "single_choice", "other",
    )  # fmt: skip
    assert len(approach.options) == 4
    assert approach.scale is None
