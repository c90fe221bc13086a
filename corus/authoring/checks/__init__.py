"""The rules that join two places of an instrument, one small function each, in one table.

Knows no file and no line: ``corus.authoring.builder`` turns findings into faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from corus.authoring.checks import kinds, names, scales, sections, texts
from corus.authoring.places import Finding, Where, placed_items
from corus.domain.instrument import Instrument

Check = Callable[[Instrument], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "INS-012": scales.used_scale_is_defined,
    "INS-020": names.item_code_is_unique,
    "INS-021": names.dimension_code_is_unique,
    "INS-022": names.criterion_code_is_unique,
    "INS-023": names.section_code_is_unique,
    "INS-024": names.dimension_and_item_differ,
    "INS-025": names.asked_group_exists,
    "INS-026": names.worded_group_exists,
    "INS-027": names.worded_group_is_asked,
    "INS-028": names.group_is_asked_something,
    "INS-029": names.something_is_asked,
    "INS-030": texts.text_has_every_language,
    "INS-031": texts.text_has_no_other_language,
    "INS-032": texts.languages_are_declared_once,
    "INS-033": texts.text_holds_no_unknown_blank,
    "INS-040": sections.shown_code_exists,
    "INS-041": sections.item_is_shown,
    "INS-042": sections.item_is_shown_once,
    "INS-043": sections.dimension_has_items,
    "INS-050": names.supported_condition_exists,
    "INS-051": names.illuminated_marker_exists,
    "INS-052": names.required_evidence_exists,
    "INS-060": scales.scale_has_two_points,
    "INS-061": scales.point_values_differ,
    "INS-062": scales.scale_has_few_enough_points,
    "INS-063": scales.merged_scale_is_defined,
    "INS-064": scales.scale_merges_with_another,
    "INS-070": kinds.type_is_known,
    "INS-071": kinds.required_fields_are_there,
    "INS-072": kinds.fields_belong_to_the_type,
    "INS-073": kinds.reversed_item_has_scale,
    "INS-075": kinds.easy_scale_replaces_a_scale,
    "INS-080": names.item_does_not_replace_itself,
    "INS-081": names.dimension_has_one_anchor,
}
"""Code → the rule it stands for."""

BASIC = frozenset({"INS-012", "INS-070", "INS-071"})
"""An item at fault here cannot be asked at all, so its type has nothing to add."""
AMBIGUOUS = frozenset({"INS-020"})
"""While two items share a code, nobody knows which of them an expression means."""
BASIC_OF_SCALES = frozenset({"INS-060", "INS-062"})


def findings(instrument: Instrument) -> Iterator[Finding]:
    """Everything that breaks a rule, in the order of the table."""
    found = [replace(f, code=code) for code, rule in CHECKS.items() for f in rule(instrument)]
    yield from found
    unsound = _unsound(instrument, found)
    yield from kinds.problems_of_types(instrument, unsound)
    if not any(finding.code in BASIC | AMBIGUOUS for finding in found):
        yield from kinds.problems_of_relevance(instrument)


def _unsound(instrument: Instrument, found: list[Finding]) -> set[Where]:
    """Items about which something more basic is already told."""
    scales_at_fault = {f.where[1] for f in found if f.code in BASIC_OF_SCALES}
    places = {f.where for f in found if f.code in BASIC}
    return {
        where
        for where, item in placed_items(instrument)
        if item.scale in scales_at_fault or any(p[: len(where)] == where for p in places)
    }
