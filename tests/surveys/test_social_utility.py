"""What a domain expert would check in the questionnaire, from tables written here."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from corus.domain.instrument import Instrument
from tests.surveys.built_in import built_in, rated, raw, said_to_respondents, texts

DIMENSIONS = ["needs", "agency", "bonds", "territory", "democracy", "work", "ecology", "integrity"]

# Group → items asked in each dimension, in the order above, and minutes announced.
COVERAGE = {
    "employees": ((2, 4, 2, 1, 4, 5, 1, 3), 10),
    "beneficiaries": ((3, 4, 3, 0, 4, 0, 0, 1), 7),
    "volunteers": ((2, 1, 3, 0, 5, 5, 1, 2), 10),
    "board": ((3, 0, 1, 3, 3, 3, 1, 4), 10),
    "clients": ((3, 0, 1, 2, 1, 0, 2, 3), 7),
    "suppliers": ((1, 0, 1, 3, 2, 0, 1, 1), 5),
    "partners": ((3, 1, 2, 4, 3, 0, 1, 4), 10),
    "public_authorities": ((4, 1, 1, 4, 1, 0, 2, 4), 10),
    "neighbours": ((4, 0, 3, 2, 1, 0, 1, 1), 7),
    "funders": ((2, 2, 0, 2, 1, 0, 2, 5), 7),
}
TOTALS = {
    "employees": 22, "beneficiaries": 15, "volunteers": 19, "board": 18, "clients": 12,
    "suppliers": 9, "partners": 18, "public_authorities": 17, "neighbours": 12, "funders": 14,
}  # fmt: skip
# Where one item stands for a dimension, the item is shown and no score.
SINGLE_ITEM = {
    "employees": {"territory", "ecology"},
    "beneficiaries": {"integrity"},
    "volunteers": {"agency", "ecology"},
    "board": {"bonds", "ecology"},
    "clients": {"bonds", "democracy"},
    "suppliers": {"needs", "bonds", "ecology", "integrity"},
    "partners": {"agency", "ecology"},
    "public_authorities": {"agency", "bonds", "democracy"},
    "neighbours": {"democracy", "ecology", "integrity"},
    "funders": {"democracy"},
}
ANCHORS = {
    "needs_relevance", "agency_own_decisions", "bonds_isolation", "territory_local_economy",
    "democracy_listening", "work_conditions", "ecology_direct_effects", "integrity_coherence",
}  # fmt: skip
REVERSED = {"needs_take_up", "democracy_concentration", "work_load"}
EASY_CORE = {
    "needs_relevance", "needs_accessibility", "needs_welcome", "agency_wellbeing",
    "agency_learning", "agency_own_decisions", "bonds_isolation", "democracy_information",
    "democracy_listening", "integrity_coherence",
}  # fmt: skip
EASY_DRAFTS = EASY_CORE | {
    "agency_rights", "bonds_encounters", "bonds_openness", "democracy_participation",
    "democracy_citizenship",
}  # fmt: skip
SPEAK_OF_SELF = {
    "agency_wellbeing", "agency_learning", "agency_own_decisions", "agency_rights",
    "bonds_encounters", "bonds_isolation", "democracy_participation", "democracy_citizenship",
}  # fmt: skip
OPEN_QUESTIONS = ("change", "contribution", "unexpected_effect", "improvement", "omission")

ART_1, *ART_2 = "ess_law_art1", *(f"ess_law_art2_{n}" for n in range(1, 6))
# Items whose conditions differ from those of their whole dimension.
SUPPORTED_BY_ALL = {"needs": {ART_2[0]}, "agency": {ART_2[0]}, "bonds": {ART_2[1]},
                    "territory": {ART_2[1]}, "ecology": {ART_2[3]}}  # fmt: skip
SUPPORTED_TOO = {
    "needs_unmet": {ART_2[1]}, "bonds_isolation": {ART_2[0]}, "bonds_openness": {ART_2[2]},
    "agency_learning": {ART_2[2]}, "agency_own_decisions": {ART_2[2]},
    "democracy_participation": {ART_2[2]}, "democracy_citizenship": {ART_2[2]},
    "democracy_information": {ART_1}, "democracy_listening": {ART_1},
    "democracy_concentration": {ART_1}, "work_gender_equality": {ART_2[2]},
    "integrity_use_of_money": {ART_1},
}  # fmt: skip


@pytest.fixture
def utility() -> Instrument:
    return built_in("social_utility")


def coverage(instrument: Instrument, group: str) -> Counter[str]:
    """Dimension → number of items asked of ``group``."""
    asked = (item for item in rated(instrument) if instrument.asks(item, group))
    return Counter(instrument.dimension_of[item.code] for item in asked)


def test_eight_dimensions_hold_36_items_of_one_criterion_each(utility: Instrument) -> None:
    assert [d.code for d in utility.dimensions] == DIMENSIONS
    assert len(rated(utility)) == 36
    for dimension in utility.dimensions:
        for criterion in dimension.criteria:
            (item,) = criterion.items
            assert item.code == criterion.code
            assert item.code.startswith(f"{dimension.code}_")
            assert (item.type, item.scale, item.purpose) == ("rating", "agreement_5", "perception")


def test_ten_groups_are_asked_the_announced_number_of_items(utility: Instrument) -> None:
    assert list(utility.groups) == list(COVERAGE)
    assert {g: coverage(utility, g).total() for g in utility.groups} == TOTALS


@pytest.mark.parametrize("group", COVERAGE)
def test_group_is_asked_only_what_it_can_observe(utility: Instrument, group: str) -> None:
    expected, minutes = COVERAGE[group]
    found = coverage(utility, group)
    assert tuple(found[dimension] for dimension in DIMENSIONS) == expected
    assert {d for d, n in found.items() if n == 1} == SINGLE_ITEM[group]
    assert utility.groups[group].minutes == minutes


def test_two_items_are_asked_of_everybody(utility: Instrument) -> None:
    everybody = {item.code for item in rated(utility) if not item.asked_to}
    assert everybody == {"needs_relevance", "integrity_coherence"}


def test_only_groups_of_organizations_count_organizations(utility: Instrument) -> None:
    counted = {code for code, group in utility.groups.items() if group.unit == "organization"}
    assert counted == {"suppliers", "partners", "public_authorities", "funders"}


def test_each_dimension_has_its_anchor(utility: Instrument) -> None:
    assert {item.code for item in utility.items if item.anchor} == ANCHORS


def test_three_items_are_reversed(utility: Instrument) -> None:
    assert {i.code for i in utility.items if i.direction == "reversed"} == REVERSED


def test_internal_functioning_is_one_dimension_shown_apart(utility: Instrument) -> None:
    assert [d.code for d in utility.dimensions if d.internal] == ["work"]


def test_agreement_runs_from_least_to_most(utility: Instrument) -> None:
    points = utility.scales["agreement_5"].points
    assert [point.value for point in points] == [1, 2, 3, 4, 5]
    assert points[0].label["fr"] == "Pas du tout d’accord"
    assert points[-1].label["fr"] == "Tout à fait d’accord"


def test_easy_scale_runs_from_no_to_yes_and_merges_by_thirds(utility: Instrument) -> None:
    easy = utility.scales["easy_3"]
    assert [point.label["fr"] for point in easy.points] == ["Non", "Un peu", "Oui"]
    assert easy.merges_with == "agreement_5"
    assert easy.thirds() == (frozenset({0}), frozenset({1}), frozenset({2}))


def test_beneficiaries_have_fifteen_easy_drafts_and_a_core_of_ten(utility: Instrument) -> None:
    drafted = {
        item.code: item.wording["beneficiaries"].easy
        for item in rated(utility)
        if "beneficiaries" in item.wording
    }
    assert set(drafted) == EASY_DRAFTS
    assert {i.code for i in rated(utility) if utility.asks(i, "beneficiaries")} == EASY_DRAFTS
    assert {item.code for item in utility.items if item.easy_core} == EASY_CORE
    assert {draft.scale for draft in drafted.values() if draft} == {"easy_3"}
    assert {c for c, draft in drafted.items() if draft and draft.speaks_of_self} == SPEAK_OF_SELF
    assert [group for group in utility.groups if utility.has_easy(group)] == ["beneficiaries"]


def test_easy_form_puts_easy_words_to_every_question_it_asks(utility: Instrument) -> None:
    asked = [item for item in utility.items if utility.asks(item, "beneficiaries", "easy")]
    assert {i.code for i in utility.items} - {i.code for i in asked} >= {"contribution"}
    for item in asked:
        assert utility.words(item, "beneficiaries", "easy") != item.text, item.code


def test_easy_drafts_are_unproofed_and_never_called_falc(utility: Instrument) -> None:
    assert utility.easy_to_read.proofread_on is None
    said = " ".join(s for _, text in texts(raw("social_utility")) for s in text.values())
    assert "FALC" not in said.upper()
    assert "FACILE À LIRE" not in said.upper()


def test_the_only_placeholder_is_the_name_of_the_organization(utility: Instrument) -> None:
    found = {
        (place, mark)
        for place, text in said_to_respondents(utility)
        for sentence in text.values()
        for mark in re.findall(r"\{.*?\}", sentence)
    }
    assert {mark for _, mark in found} == {"{organization}"}
    assert all(place.endswith(".easy") for place, _ in found)


def test_respondents_never_read_the_word_impact(utility: Instrument) -> None:
    said = [(p, s) for p, text in said_to_respondents(utility) for s in text.values()]
    said += [
        (d.code, s) for d in utility.dimensions for s in (*d.label.values(), *d.short.values())
    ]
    assert [place for place, sentence in said if "impact" in sentence.lower()] == []


def test_priority_offers_the_eight_dimensions_and_three_choices(utility: Instrument) -> None:
    priority = utility.item_by_code["priority"]
    assert [option.code for option in priority.options] == DIMENSIONS
    assert (priority.type, priority.purpose) == ("multiple_choice", "importance")
    assert priority.max_choices == 3


def test_relation_length_is_the_whole_profile_and_comes_first(utility: Instrument) -> None:
    relation = utility.item_by_code["relation_length"]
    assert [o.code for o in relation.options] == [
        "under_1_year", "one_to_three_years", "over_3_years",
    ]  # fmt: skip
    assert utility.form_order[0].shows == ("relation_length",)
    assert [q.code for q in utility.questions] == ["relation_length", "priority", *OPEN_QUESTIONS]


def test_what_decides_relevance_is_asked_before_and_of_everybody(utility: Instrument) -> None:
    shown = [i.code for section in utility.form_order for i in utility.section_items(section)]
    conditional = {item.code: item.relevant for item in utility.items if item.relevant}
    assert set(conditional) == {"needs_take_up"}
    for code, expression in conditional.items():
        for source in re.findall(r"\$\{(\w+)\}", expression):
            assert shown.index(source) < shown.index(code)
            assert not utility.item_by_code[source].asked_to


@pytest.mark.parametrize("code", OPEN_QUESTIONS)
def test_open_question_warns_and_offers_quotation(utility: Instrument, code: str) -> None:
    item = utility.item_by_code[code]
    assert (item.type, item.purpose) == ("text", code)
    assert (item.quotation, item.max_length, item.asked_to) == (True, 2000, ())
    assert item.hint is not None
    assert item.hint["fr"].startswith("N’écrivez ni nom, ni information de santé")


def test_unfavourable_effects_are_asked_as_readily_as_favourable_ones(utility: Instrument) -> None:
    text = utility.item_by_code["unexpected_effect"].text
    assert "bons ou mauvais" in text["fr"]
    assert "good or bad" in text["en"]


def test_each_item_supports_only_the_conditions_it_may_illustrate(utility: Instrument) -> None:
    for item in rated(utility):
        dimension = utility.dimension_of[item.code]
        expected = SUPPORTED_BY_ALL.get(dimension, set()) | SUPPORTED_TOO.get(item.code, set())
        assert set(item.supports) == expected, item.code


def test_conditions_of_the_law_wait_for_someone_to_read_them(utility: Instrument) -> None:
    conditions = {c: r for c, r in utility.references.items() if r.kind == "condition"}
    assert set(conditions) == {ART_1, *ART_2}
    assert {(r.status, r.read_on) for r in conditions.values()} == {("to_verify", None)}


def test_fifth_objective_of_the_law_is_announced_and_claimed_by_nothing(
    utility: Instrument,
) -> None:
    assert utility.references[ART_2[4]].note
    assert not [i.code for i in utility.items if ART_2[4] in i.supports]


def test_ecology_alone_never_supports_its_condition(utility: Instrument) -> None:
    needed = set(utility.references[ART_2[3]].requires_any)
    assert needed == {"needs", "agency", "bonds", "democracy_citizenship", "ecology_within_reach"}
    assert not [c for c in conditions_requiring(utility) if c != ART_2[3]]


def conditions_requiring(instrument: Instrument) -> list[str]:
    return [code for code, reference in instrument.references.items() if reference.requires_any]


def test_sentences_are_proposals_and_families_come_from_sources(utility: Instrument) -> None:
    assert {item.provenance for item in utility.items} == {"proposal"}
    assert {dimension.provenance for dimension in utility.dimensions} == {"source"}
    assert all(dimension.origin for dimension in utility.dimensions)
