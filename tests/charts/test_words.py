"""Every sentence of the dashboard is in the French catalogue, with French typography."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from corus.charts import phrases, side_tables
from corus.language import words

CHARTS = Path(str(files("corus") / "charts"))
CATALOGUE = Path(str(files("corus") / "translations" / "fr" / "charts.po"))
CHOSEN = (
    *phrases.MAJORITY.values(),
    *phrases.BANDS.values(),
    *side_tables.MODES.values(),
    *phrases.REASONS.values(),
)
"""Sentences that the code picks from a table, or that the Profile carries as reasons."""


def said(tree: ast.AST) -> Iterator[str]:
    """Literals handed to ``say(…)``, ``words(…)`` or ``many(…)``, whole or by a conditional."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in {"say", "words", "many"}:
            for argument in node.args[:2] if name == "many" else node.args[:1]:
                yield from literals(argument)


def literals(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def sentences() -> set[str]:
    found = set(CHOSEN)
    for source in CHARTS.rglob("*.py"):
        found.update(said(ast.parse(source.read_text())))
    for template in (CHARTS / "templates").glob("*.html"):
        found.update(re.findall(r"""\bt\(["']([^"]+?)["'](?:,|\))""", template.read_text()))
    return found


def test_every_sentence_of_the_dashboard_is_said_in_french() -> None:
    with CATALOGUE.open("rb") as stream:
        known = {str(m.id) for m in read_po(stream, locale="fr") if m.id and m.string}
    assert sentences() - known == set()


def test_no_other_catalogue_says_a_sentence_of_the_dashboard_differently() -> None:
    with CATALOGUE.open("rb") as stream:
        own = {str(m.id): str(m.string) for m in read_po(stream, locale="fr") if m.id}
    french = words("fr")
    assert {key: french(key) for key in own} == own


def test_no_sentence_of_the_catalogue_is_orphaned() -> None:
    with CATALOGUE.open("rb") as stream:
        known = {str(m.id) for m in read_po(stream, locale="fr") if m.id}
    patterns = {p.value for p in patterns_in_variables()}
    assert known - sentences() - patterns == set()


def patterns_in_variables() -> Iterator[ast.Constant]:
    for source in CHARTS.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node


def test_french_sentences_keep_their_parameters_and_their_spaces() -> None:
    with CATALOGUE.open("rb") as stream:
        messages = [m for m in read_po(stream, locale="fr") if m.id]
    for message in messages:
        there, here = str(message.string), str(message.id)
        assert set(re.findall(r"{\w+}", there)) == set(re.findall(r"{\w+}", here)), here
        assert not re.search(r"(?<![\u202f]) ?[;?!%»](?!\w)(?<!\u202f[;?!%»])", there), there
        assert "'" not in there, there


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Salariées et salariés", "des salariées et salariés"),
        ("Bénévoles", "des bénévoles"),
        ("Conseil d’administration", "du groupe «\u202fConseil d’administration\u202f»"),
        ("Les voisins", "du groupe «\u202fLes voisins\u202f»"),
        ("Salarié·es", "des salarié·es"),
        ("CIAS", "du groupe «\u202fCIAS\u202f»"),
    ],
)
def test_a_group_is_named_without_a_fault_of_agreement(label: str, expected: str) -> None:
    assert phrases.named_group(words("fr"), label) == expected
