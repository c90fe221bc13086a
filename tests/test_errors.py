"""Errors name what they are about in the reader's language, and figures withheld say why."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

import pytest

from corus.errors import CorusError, InputError
from corus.language import catalogue, words
from corus.services.viewing import TOO_FEW

PACKAGE = Path(str(files("corus")))
TRANSLATED = ("SUP-", "AUD-", "VIE-")
"""Codes whose errors are told in French wherever they are met."""


def raised() -> list[tuple[str, str, list[ast.expr]]]:
    """(file, code, its message and its hint) of every error raised with one of these codes."""
    found = []
    for source in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = {k.arg: k.value for k in node.keywords}
                code = getattr(given.get("code"), "value", "")
                if isinstance(code, str) and code.startswith(TRANSLATED):
                    told = [*node.args[:1], *([given["hint"]] if "hint" in given else [])]
                    found.append((source.name, code, told))
    return found


def test_errors_on_withheld_figures_are_told_in_french() -> None:
    assert {code for _, code, _ in raised()} >= {"SUP-001", "AUD-001", "VIE-001", "VIE-002"}
    for file, code, sentences in raised():
        for sentence in sentences:
            if isinstance(sentence, ast.Subscript):
                continue  # Chosen from TOO_FEW, below.
            assert isinstance(sentence, ast.Constant), f"{file}: {code} is not said by a pattern"
            assert sentence.value in catalogue("fr"), f"{file}: {code}: {sentence.value}"
    assert set(TOO_FEW.values()) - catalogue("fr").keys() == set()


def test_an_error_names_things_in_each_language() -> None:
    error = InputError(
        "No answer can have {axis} “{value}”.", hint="Use one of: {known}.", code="VIE-002",
        names={"axis": "mode", "value": "{papier}", "known": "paper, self"},
    )  # fmt: skip
    assert str(error) == "No answer can have mode “{papier}”. Use one of: paper, self. [VIE-002]"
    assert error.said(words("fr")) == (
        "Aucune réponse ne peut correspondre à\u202f: mode «\u202f{papier}\u202f».",
        "Choisissez parmi\u202f: paper, self."
    )  # fmt: skip


@pytest.mark.parametrize("text", ["{braces}", "100 % {", ""])
def test_a_message_without_names_keeps_its_braces(text: str) -> None:
    error = CorusError(text)
    assert error.message == text
    assert error.said(words("fr")) == (text, "")
