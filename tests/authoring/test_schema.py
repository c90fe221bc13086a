"""The JSON Schema that editors use agrees with what the program accepts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corus.authoring import instrument_schema
from corus.authoring.reader import parse_document, read_document
from corus.domain.instrument import Item
from corus.questions import QUESTION_TYPES
from corus.questions.base import COMMON
from tests.authoring.factories import SOUND, spoilt

SURVEYS = sorted((Path(__file__).parents[2] / "surveys").glob("*.yaml"))
SCHEMA = instrument_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def plain(value: Any) -> Any:
    """What an editor sees: days are strings in JSON."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def errors(text: str) -> list[str]:
    data = plain(parse_document(text.encode(), "x.yaml").data)
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)]


def test_schema_is_a_valid_draft_2020_12_schema_with_an_identity() -> None:
    VALIDATOR.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    assert SCHEMA["$id"] == "urn:corus:instrument:1"


def test_sound_instrument_is_valid() -> None:
    assert errors(SOUND) == []


@pytest.mark.parametrize("path", SURVEYS, ids=lambda path: path.stem)
def test_shipped_instrument_is_valid(path: Path) -> None:
    data = plain(read_document(path).data)
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []


BROKEN = {
    "an unknown key": [("anchor: true", "anker: true")],
    "a rating without scale": [("code: trust_1\n            scale: accord5\n", "code: trust_1\n")],
    "a field foreign to its type": [("    type: text\n", "    type: text\n    max_choices: 2\n")],
    "a choice without options": [("    options:\n      - {code: a, label: {fr: A, en: A}}\n"
                                  "      - {code: b, label: {fr: B, en: B}}\n", "")],
    "an unknown type": [("type: text", "type: txt")],
    "a language with a capital": [("title: {fr:", "title: {FR:")],
    "a group with a capital": [("  board:", "  Board:")],
    "a word not allowed": [("reversed", "revresed")],
    "an opt-out that does not exist": [("dont_know:", "dunno:")],
    "a number as edition": [('"1.0"', "1.0")],
}  # fmt: skip


@pytest.mark.parametrize("edits", BROKEN.values(), ids=BROKEN.keys())
def test_broken_instrument_is_not_valid(edits: list[tuple[str, str]]) -> None:
    assert len(errors(spoilt(*edits))) >= 1


@pytest.mark.parametrize("name", QUESTION_TYPES)
def test_each_type_needs_and_refuses_what_the_program_does(name: str) -> None:
    kind = QUESTION_TYPES[name]
    item: dict[str, Any] = {"code": "x", "text": {"fr": "x"}, "type": name}
    validator = jsonschema.Draft202012Validator({**SCHEMA, **SCHEMA["$defs"]["Item"]})
    missing = [e.message.split("'")[1] for e in validator.iter_errors(item)]
    assert set(missing) == kind.required
    refused = Item.model_fields.keys() - COMMON - kind.required - kind.optional
    for field in refused:
        said = [e.message for e in validator.iter_errors({**item, field: None})]
        assert any("does not allow" in message for message in said), field


def test_fields_are_described_by_the_sentences_below_them() -> None:
    item = SCHEMA["$defs"]["Item"]["properties"]
    assert item["direction"]["description"].startswith('"reversed": agreement is unfavourable.')
    assert SCHEMA["$defs"]["Item"]["description"] == "One question as put to a respondent."
    assert SCHEMA["properties"]["notice"]["description"].startswith("What this instrument")
