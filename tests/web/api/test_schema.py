"""schemathesis on the document: whatever is sent, no server error and no undocumented answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from corus.web.api.operations import OPERATIONS, PREFIX
from tests.web.api.conftest import HOME, PLAIN, ROLES, WAVE, bearer

NAMES = {"wave": WAVE, "organization": HOME, "name": "counts.csv"}
ASKED = [one.name for one in OPERATIONS if one.name != "document"]
"""schemathesis leaves out the address that it read the document from."""
Keys = dict[str, str]
Described = dict[str, "APIOperation[Any, Any, Any, Any]"]


@pytest.fixture(scope="module")
def described(app: Flask) -> Described:
    """The operations as schemathesis reads them, by name."""
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)
    found = [result.ok() for result in schema.get_all_operations()]
    return {one.definition.raw["operationId"]: one for one in found}


def each(
    one: APIOperation[Any, Any, Any, Any], check: Callable[[Case], object],
    mode: GenerationMode = GenerationMode.POSITIVE, examples: int = 5, **known: Any,
) -> None:  # fmt: skip
    """Check drawn requests to one operation; drawn alike in every run."""

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=one.as_strategy(generation_mode=mode, **known))
    def run(case: Case) -> None:
        check(case)

    run()


@pytest.mark.parametrize("name", ASKED)
def test_every_answer_to_every_role_is_documented(
    described: Described, keys: Keys, name: str
) -> None:
    def check(case: Case) -> None:
        for role in ROLES:
            case.call_and_validate(headers=bearer(keys[role], **PLAIN))

    one = described[name]
    each(one, check)
    there = {p.name: NAMES[p.name] for p in one.path_parameters}
    if there:
        each(one, check, path_parameters=there)


@pytest.mark.parametrize("name", ASKED)
def test_every_answer_without_a_key_is_documented(described: Described, name: str) -> None:
    def check(case: Case) -> None:
        case.call_and_validate(headers=PLAIN)

    each(described[name], check)


@pytest.mark.parametrize("name", [one.name for one in OPERATIONS if one.parameters])
def test_what_the_document_forbids_is_refused_as_documented(
    described: Described, keys: Keys, name: str
) -> None:
    def check(case: Case) -> None:
        case.call_and_validate(headers=bearer(keys["manager"], **PLAIN))

    each(described[name], check, GenerationMode.NEGATIVE, path_parameters=NAMES)


@pytest.mark.parametrize("name", ASKED)
def test_cases_at_the_edges_of_the_document_are_answered_as_documented(
    described: Described, keys: Keys, name: str
) -> None:
    """Boundary values, missing and repeated parameters, methods that no address takes."""
    one = described[name]
    config = one.schema.config.generation_for(operation=one)
    for case in one.schema.iter_coverage_cases(
        operation=one, generation_modes=list(GenerationMode), generation_config=config
    ):
        case.call_and_validate(headers=bearer(keys["manager"], **PLAIN))
