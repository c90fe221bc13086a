"""Every sentence that is printed has its French, with the spaces that French wants."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from corus.documents import conditions
from corus.language import catalogue

FOLDER = Path(conditions.__file__).parent


def _said() -> Iterator[str]:
    for module in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Call) and _speaks(node.func):
                yield from (
                    a.value
                    for a in node.args
                    if isinstance(a, ast.Constant) and isinstance(a.value, str)
                )
    yield from (*conditions.NUMBER_IS.values(), *conditions.COUNT_IS.values())
    yield from (", and if ", ", or if ")


def _speaks(called: ast.expr) -> bool:
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name in ("t", "many") or isinstance(called, ast.Call)


def test_every_printed_sentence_has_its_french() -> None:
    said = set(_said())
    assert len(said) > 80
    assert sorted(said - catalogue("fr").keys()) == []


def test_french_has_its_narrow_spaces_and_its_own_quotation_marks() -> None:
    for sentence in {catalogue("fr")[s] for s in _said()}:
        assert not re.search(r"[^\u202f][:;?!»](?!/)(\s|$)", sentence), sentence
        assert not re.search(r"[“”\"']", sentence), sentence


def test_signs_are_drawn_on_paper_as_on_the_screen() -> None:
    screen = (FOLDER.parent / "questions" / "common.html").read_text()
    paper = (FOLDER / "common.typ").read_text()
    drawing = re.compile(r'"([^"]+)": "(M[^"]+)"')
    assert len(dict(drawing.findall(paper))) > 3
    assert dict(drawing.findall(screen)) == dict(drawing.findall(paper))
