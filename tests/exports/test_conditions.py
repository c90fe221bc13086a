"""The sheet of conditions says which items illustrate what, as the shipped questionnaire does."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from corus.authoring import load_instrument
from corus.domain.reading import Reading
from corus.exports.workbook.proofs import proofs
from corus.exports.workbook.sheet import Sheet
from tests.exports.factories_exports import make_instrument, make_profile

NEEDS = ["needs_relevance", "needs_unmet", "needs_accessibility", "needs_take_up", "needs_welcome"]
AGENCY = ["agency_wellbeing", "agency_learning", "agency_own_decisions", "agency_rights"]
BONDS = ["bonds_encounters", "bonds_mutual_help", "bonds_isolation", "bonds_openness"]
TERRITORY = [
    "territory_knowledge", "territory_cooperation", "territory_local_economy",
    "territory_fair_dealing", "territory_public_action",
]  # fmt: skip
ECOLOGY = ["ecology_direct_effects", "ecology_example", "ecology_within_reach"]
OPEN = ["change", "unexpected_effect"]
EXPECTED = {
    "ess_law_art1": [
        "democracy_information", "democracy_listening", "democracy_concentration",
        "integrity_use_of_money",
    ],
    "ess_law_art2_1": [*NEEDS, *AGENCY, "bonds_isolation", *OPEN],
    "ess_law_art2_2": ["needs_unmet", *BONDS, *TERRITORY],
    "ess_law_art2_3": [
        "agency_learning", "agency_own_decisions", "bonds_openness", "democracy_participation",
        "democracy_citizenship", "work_gender_equality",
    ],
    "ess_law_art2_4": ECOLOGY,
    "ess_law_art2_5": [],
    "beneficiaries_place": ["democracy_listening", "democracy_participation"],
    "collective_makeup": ["territory_cooperation"],
    "collective_role": ["territory_cooperation"],
    "anchoring": ["territory_knowledge"],
    "governance": ["democracy_participation", "democracy_concentration"],
    "resources": ["integrity_use_of_money"],
    "accessibility": ["needs_accessibility", "needs_take_up"],
    "service_logic": ["needs_welcome", "agency_own_decisions"],
    "break_with_existing": ["integrity_break"],
    "capacity_for_change": [
        "agency_own_decisions", "democracy_citizenship", "integrity_sharing",
    ],
}  # fmt: skip


@cache
def shipped() -> Reading:
    instrument = load_instrument("surveys/social_utility.yaml")
    nothing = dict.fromkeys(("items", "dimensions", "gaps", "choices", "texts", "coverage"), ())
    return Reading(make_profile(instrument=instrument, groups=(), **nothing), "fr")


def rows(table: Sheet) -> dict[str, dict[str, Any]]:
    names = [column.name for column in table.columns]
    found = (dict(zip(names, row, strict=True)) for row in table.rows)
    return {row["code"]: row for row in found}


def test_every_reference_of_the_shipped_questionnaire_is_in_the_table() -> None:
    assert set(rows(proofs(shipped(), "11"))) == set(EXPECTED)


@pytest.mark.parametrize("code", EXPECTED)
def test_a_reference_lists_the_items_that_name_it_and_no_other(code: str) -> None:
    reading = shipped()
    told = rows(proofs(reading, "11"))[code]["items"]
    named = [
        reading.topic(i) + (" ⇄" if reading.item(i).direction == "reversed" else "")
        for i in EXPECTED[code]
    ]
    assert told == (", ".join(named) or "–")


def test_sustainable_development_says_what_must_be_documented_too() -> None:
    reading = shipped()
    row = rows(proofs(reading, "11"))["ess_law_art2_4"]
    assert row["requires"] == ", ".join(
        [*map(reading.dimension, ("needs", "agency", "bonds")),
         *map(reading.topic, ("democracy_citizenship", "ecology_within_reach"))]
    )  # fmt: skip


def test_an_item_does_not_inherit_what_its_dimension_illustrates() -> None:
    instrument = make_instrument()
    assert "ess_law_art2_1" in instrument.dimensions[0].supports
    table = proofs(Reading(make_profile(instrument=instrument), "fr"), "11")
    assert rows(table)["ess_law_art2_1"]["items"] == "–"
