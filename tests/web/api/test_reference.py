"""The reference as a page: generated from the same table, in the reader's language."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from corus.domain.roles import Role
from corus.language import catalogue
from corus.web.api.document import document
from corus.web.api.operations import OPERATIONS, PREFIX, REFUSALS
from corus.web.api.reference import kind
from tests.web import workspace_factories as workspace


@pytest.mark.parametrize("role", [*Role, "admin", "nobody"])
def test_everybody_signed_in_reads_the_reference(app: Flask, role: str) -> None:
    client = workspace.signed_in(app, role, email=f"ref-{role}@panier.example")
    page = client.get(f"{PREFIX}/reference")
    assert page.status_code == 200
    for one in OPERATIONS:
        assert PREFIX + re.sub(r"<(\w+)>", r"{\1}", one.path) in page.text


def test_who_is_not_signed_in_is_led_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get(f"{PREFIX}/reference")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_links_inside_the_page_lead_to_a_model(app: Flask) -> None:
    page = workspace.signed_in(app, "manager", email="links@panier.example")
    text = page.get(f"{PREFIX}/reference").text
    places = set(re.findall(r'id="(\w+)"', text))
    assert {a for a in re.findall(r'href="#(\w+)"', text) if a != "main"} <= places


def test_every_sentence_of_the_document_that_the_page_shows_has_its_french() -> None:
    said = {one.summary for one in OPERATIONS} | set(REFUSALS.values())
    said |= {parameter.about for one in OPERATIONS for parameter in one.parameters}
    for name, schema in document()["components"]["schemas"].items():
        about = [field.get("description", "") for field in schema.get("properties", {}).values()]
        said |= {text for text in about if text}
        if any(about):
            said.add(schema["description"])
            assert all(about), name
    assert said - set(catalogue("fr")) == set()


def test_types_are_told_in_a_word_or_two() -> None:
    assert kind({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}) == (
        "date | null"
    )
    assert kind({"type": "array", "items": {"$ref": "#/components/schemas/OneWave"}}) == (
        "OneWave[]"
    )
    assert kind({"enum": ["fr", "en"], "type": "string"}) == "fr | en"
    assert kind({}) == "any"
