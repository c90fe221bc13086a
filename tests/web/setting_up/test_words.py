"""Setting up speaks French wholly, and its catalogue holds no sentence that no page says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

import corus
from corus.language import FOLDER, catalogue

PACKAGE = Path(str(corus.__file__)).parent
PAGES = PACKAGE / "web" / "templates" / "setting_up"
SOURCES = (
    *(PACKAGE / "web" / "setting_up").glob("*.py"),
    *(PACKAGE / "services" / "setting_up").glob("*.py"),
)
BESIDE = (PACKAGE / "services" / "editing.py", PACKAGE / "services" / "accounts" / "audit.py")
LITERAL = r'"((?:[^"\\]|\\.)*)"'
LABELS = {"Siren", "Siret", "Rna", "Age", "Esus"}
"""What the workbook calls the details of an organization."""
SENTENCE = re.compile(r"[A-Z“{].*[ .].*")


def of_pages() -> set[str]:
    found: set[str] = set()
    for page in PAGES.glob("*.html"):
        text = page.read_text("utf-8")
        found.update(re.findall(rf"\bt\({LITERAL}", text))
        for one, several in re.findall(rf"t\.many\({LITERAL}, {LITERAL}", text):
            found |= {one, several}
        found.update(re.findall(r"\bt\('([^']*)'", text))
    return found


def literals(paths: tuple[Path, ...]) -> Iterator[str]:
    for path in paths:
        tree = ast.parse(path.read_text("utf-8"))
        told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            spoken = isinstance(node, ast.Constant) and id(node) not in told
            if spoken and isinstance(node.value, str):
                yield node.value


def own() -> dict[str, str]:
    with (FOLDER / "fr" / "setting_up.po").open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream, locale="fr") if m.id}


def test_every_sentence_of_its_pages_is_said_in_french() -> None:
    assert of_pages() - catalogue("fr").keys() == set()


def test_every_error_and_message_is_said_in_french() -> None:
    from corus.services.setting_up.organizations import FORMS, OF_RIGHT, YOUNG

    said = {text for text in literals(SOURCES) if SENTENCE.fullmatch(text)}
    assert said - catalogue("fr").keys() - {*FORMS, YOUNG, OF_RIGHT} == set()


def test_no_sentence_of_the_catalogue_is_orphaned() -> None:
    home = (PAGES.parent / "home" / "organization.html").read_text("utf-8")
    known = of_pages() | set(literals(SOURCES)) | set(literals(BESIDE)) | LABELS
    assert [key for key in own() if key not in known and key not in home] == []


def test_its_french_keeps_names_and_spaces() -> None:
    for english, french in own().items():
        assert set(re.findall(r"{\w+}", french)) == set(re.findall(r"{\w+}", english)), english
        assert not re.search(r"(?<!\u202f)[;?!»%]|«(?!\u202f)|[^\u202f\w]:(?!\d)", french), french
        assert "'" not in french, french
