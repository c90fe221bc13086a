"""Every sentence of these pages is said in French, and none of the catalogue is orphaned."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import corus
from corus.language import catalogue
from corus.services.instruments.difference import SAID
from corus.services.instruments.faults import CURES
from corus.web.instruments.library import PURPOSES
from corus.web.instruments.questions import KINDS, OTHER_KINDS

ROOT = Path(corus.__file__).parent
TEMPLATES = [
    *(ROOT / "web/templates/instruments").glob("*.html"),
    ROOT / "web/templates/respond/preview.html",
]
FOLDERS = ("services/instruments", "web/instruments")


def _written() -> Iterator[str]:
    modules = [m for folder in FOLDERS for m in (ROOT / folder).glob("*.py")]
    for module in (*modules, ROOT / "services/publishing.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def test_no_sentence_of_the_catalogue_is_orphaned() -> None:
    with (ROOT / "translations/fr/instruments.po").open("rb") as stream:
        known = {str(m.id) for m in read_po(stream, locale="fr") if m.id}
    pages = "".join(template.read_text() for template in TEMPLATES)
    left = known - set(_written())
    assert {s for s in left if f'"{s}"' not in pages and f"'{s}'" not in pages} == set()


def test_every_sentence_kept_in_a_table_is_said_in_french() -> None:
    tables = [*SAID.values(), *PURPOSES.values(), *KINDS.values(), *OTHER_KINDS.values()]
    tables += [sentence for pair in CURES.values() for sentence in pair]
    assert [s for s in tables if s not in catalogue("fr")] == []


def test_every_sentence_of_the_templates_is_said_in_french() -> None:
    said: set[str] = set()
    for template in TEMPLATES:
        text = template.read_text()
        said |= set(re.findall(r"\bt\(\"([^\"]+)\"", text)) | set(
            re.findall(r"\bt\('([^']+)'", text)
        )
        for pair in re.findall(r't\.many\("([^"]+)", "([^"]+)"', text):
            said |= set(pair)
    assert len(said) > 100
    assert [s for s in sorted(said) if s not in catalogue("fr")] == []
