"""What an edit changes between two versions, and whether answers still compare."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.authoring import Change, compare
from corus.authoring.versioning import refusals
from corus.domain.instrument import Instrument, InstrumentVersion
from tests.authoring.factories import instrument

YES = 'label: {fr: Oui, en: "Yes"}}\n    opt_outs'
BREAKS, KEEPS = True, False

Edits = list[tuple[str, str]]
CASES: dict[str, tuple[Edits, list[tuple[str, str, bool]]]] = {
    "nothing": ([], []),
    "the edition only": ([('"1.0"', '"1.1"')], []),
    "an item removed": (
        [("  - code: why\n    type: text\n    text: {fr: Pourquoi, en: Why}\n"
          '    relevant: "${trust_1} = 1"\n', ""), ("topics, why", "topics")],
        [("removed", "why", BREAKS)],
    ),
    "an item added": (
        [("sections:", "  - {code: more, type: text, text: {fr: x, en: x}}\nsections:"),
         ("why]", "why, more]")],
        [("added", "more", KEEPS)],
    ),
    "an item replaced": (
        [("code: why", "code: reason\n    replaces: why"), ("topics, why", "topics, reason")],
        [("replaced", "why", BREAKS), ("added", "reason", KEEPS)],
    ),
    "a wording": ([("{fr: Second,", "{fr: Deuxième,")], [("wording", "trust_2", BREAKS)]),
    "a wording of one group": (
        [("            wording:\n              users: {", "            wording:\n"
          "              users: {text: {fr: Second, en: Other}, ")],
        [("wording", "trust_2", BREAKS)],
    ),
    "an easy wording": ([("{fr: Facile,", "{fr: Simple,")], [("wording", "trust_2", BREAKS)]),
    "an accent, a capital, a full stop": (
        [("{fr: Pourquoi, en: Why}", "{fr: pourquoi., en: Why}")], [("typo", "why", KEEPS)],
    ),
    "one letter, which may change everything": (
        [("{fr: Pourquoi, en: Why}", "{fr: Pourquoy, en: Why}")], [("wording", "why", BREAKS)],
    ),
    "a hint": (
        [("    type: text\n", "    type: text\n    hint: {fr: x, en: x}\n")],
        [("hint", "why", KEEPS)],
    ),
    "another type": (
        [("type: text", "type: number")], [("type", "why", BREAKS)],
    ),
    "another direction": (
        [("            direction: reversed\n", "")], [("direction", "trust_2", BREAKS)],
    ),
    "one point more": (
        [(YES, YES.replace("\n", "\n      - {value: 3, label: {fr: x, en: x}}\n", 1))],
        [("scale", "trust_1", BREAKS), ("scale", "trust_2", BREAKS), ("scale", "accord5", BREAKS)],
    ),
    "another value of a point": (
        [("{value: 2,", "{value: 5,"), ("= 1", "= 5")],
        [("relevant", "why", BREAKS), ("scale", "accord5", BREAKS)],
    ),
    "another label of a point": (
        [(YES, YES.replace("Oui", "Parfois"))], [("wording", "accord5", BREAKS)],
    ),
    "an opt-out more": (
        [("      dont_know:", "      not_concerned: {fr: Non, en: Not}\n      dont_know:")],
        [("scale", "accord5", BREAKS)],
    ),
    "another scale that says the same": (
        [("code: trust_1\n            scale: accord5", "code: trust_1\n            scale: easy2"),
         ("    merges_with: accord5\n", "    opt_outs:\n"
          "      dont_know: {fr: Je ne sais pas, en: I do not know}\n")],
        [("scale", "easy2", BREAKS), ("scale", "easy2", BREAKS), ("scale", "trust_1", KEEPS)],
    ),
    "no merging any more": (
        [("    merges_with: accord5\n", "")], [("scale", "easy2", BREAKS)],
    ),
    "an option less": (
        [("      - {code: b, label: {fr: B, en: B}}", "      - {code: c, label: {fr: C, en: C}}")],
        [("options", "topics", BREAKS), ("options", "topics", BREAKS)],
    ),
    "options in another order": (
        [("      - {code: a, label: {fr: A, en: A}}\n", ""),
         ("      - {code: b, label: {fr: B, en: B}}\n", "      - {code: b, label: {fr: B, en: B}}\n"
          "      - {code: a, label: {fr: A, en: A}}\n")],
        [("order", "topics", KEEPS)],
    ),
    "another label of an option": (
        [("{code: a, label: {fr: A,", "{code: a, label: {fr: Aa,")],
        [("wording", "topics", BREAKS)],
    ),
    "a limit": (
        [("    options:\n", "    max_choices: 1\n    options:\n")], [("limits", "topics", BREAKS)],
    ),
    "asked to more": (
        [("[users]", "[users, board]")], [("asked_to", "trust_2", KEEPS)],
    ),
    "asked to fewer": (
        [("anchor: true", "anchor: true\n            asked_to: [users]"),
         ('    relevant: "${trust_1} = 1"\n', "")],
        [("asked_to", "trust_1", BREAKS), ("relevant", "why", BREAKS)],
    ),
    "another order": (
        [("topics, why]", "why, topics]")], [("order", "trial", KEEPS)],
    ),
    "a translation more": (
        [("[fr, en]", "[fr, en, de]"), *[(f", en: {w}}}", f", en: {w}, de: x}}") for w in (
            "Trial", "Article 2", "Place", "I do not know", "Board", "Users", "Needs", "Trust",
            "First", "Second", "Easy", "Which", "A", "B", "Why", "One")],
         *[(f', en: "{w}"}}', f', en: "{w}", de: x}}') for w in ("No", "Yes", "No", "Yes")]],
        [("translation", "trial", KEEPS)],
    ),
    "a condition supported no more": (
        [("    supports: [art_2]\n", "")], [("mapping", "needs", KEEPS)],
    ),
    "the anchor": (
        [("            anchor: true\n", "")], [("mapping", "trust_1", KEEPS)],
    ),
    "a group counted by organization": (
        [("en: Board}", "en: Board}, unit: organization")], [("group", "board", BREAKS)],
    ),
    "a group more": (
        [("groups:\n", "groups:\n  funders: {label: {fr: F, en: F}}\n")],
        [("asked_to", "trust_1", KEEPS), ("asked_to", "topics", KEEPS), ("asked_to", "why", KEEPS),
         ("added", "funders", KEEPS)],
    ),
    "an item out of its dimension": (
        [("          - code: trust_1\n            scale: accord5\n            anchor: true\n"
          "            text: {fr: Premier, en: First}\n", ""),
         ("questions:\n", "questions:\n  - {code: trust_1, scale: accord5, anchor: true, "
          "text: {fr: Premier, en: First}}\n"), ("[needs, ", "[trust_1, needs, ")],
        [("dimension", "needs", BREAKS)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), CASES.values(), ids=CASES.keys())
def test_change_is_named_and_judged(edits: Edits, expected: list[tuple[str, str, bool]]) -> None:
    changes = compare(instrument(), instrument(*edits))
    found = [(change.kind, change.code, change.breaks) for change in changes]
    assert sorted(found) == sorted(expected)
    breaks = [change.breaks for change in changes]
    assert breaks == sorted(breaks, reverse=True)
    assert all(change.what and not change.what.endswith(".") for change in changes)


def test_only_type_direction_and_number_of_points_are_refused() -> None:
    refused = {
        change.kind: change.refusal
        for edits, _ in CASES.values()
        for change in compare(instrument(), instrument(*edits))
        if change.refusal
    }
    assert refused == {"type": "INS-090", "direction": "INS-091", "scale": "INS-092"}


def test_changed_wording_says_what_was_and_what_is_and_how_to_keep_the_promise() -> None:
    (change,) = compare(instrument(), instrument(("{fr: Second,", "{fr: Deuxième,")))
    assert change == Change(
        "wording",
        "trust_2",
        'item "trust_2" for users: wording changed in fr: "Second" → "Deuxième" (same code means '
        "same meaning; if the meaning changed use a new code with replaces:)",
        True,
        language="fr",
        before="Second",
        after="Deuxième",
        readers=(("users", "standard"),),
    )


def test_sentence_changed_for_several_groups_is_told_once() -> None:
    (change,) = compare(instrument(), instrument(("{fr: Premier,", "{fr: Autre,")))
    assert 'for board, users, users (easy to read): wording changed in fr: "Premier"' in change.what


HINT = ("{fr: Pourquoi, en: Why}", "{fr: Pourquoi, en: Why}\n    hint: {fr: Bref, en: Short}")


def _without_english(*edits: tuple[str, str]) -> Instrument:
    held = instrument(*edits).model_dump(mode="json", exclude_defaults=True)
    return Instrument.model_validate(_french(held) | {"languages": ["fr"]})


def _french(value: Any) -> Any:
    if isinstance(value, list):
        return [_french(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {name: _french(part) for name, part in value.items() if name != "en"}


def test_a_language_left_out_is_told_once_and_changes_no_advice() -> None:
    changes = compare(instrument(HINT), _without_english(HINT))
    assert [(c.kind, c.code) for c in changes] == [("translation", "trial")]
    other = _without_english(HINT, ("{fr: Bref", "{fr: Autrement"))
    assert ("hint", "why") in {(c.kind, c.code) for c in compare(instrument(HINT), other)}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(CASES)), st.sampled_from(sorted(CASES)))
def test_comparison_survives_storage_and_works_both_ways(first: str, second: str) -> None:
    old, new = instrument(*CASES[first][0]), instrument(*CASES[second][0])
    stored = InstrumentVersion.load(InstrumentVersion.freeze(old).document).instrument
    assert compare(stored, new) == compare(old, new)
    assert compare(old, old) == []
    refused = {change for change in compare(old, new) if change.refusal}
    assert refused == set(refusals(old, new))
    assert bool(compare(old, new)) == bool(compare(new, old))
