"""Help for everybody, in both languages, and error pages that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask

from corus.app import create_app
from corus.config import Settings
from corus.domain.glossary import GLOSSARY
from corus.domain.roles import Role
from corus.language import catalogue, words
from corus.web import help as helping
from corus.web.problems import CURES
from tests.web import workspace_factories as people

PACKAGE = Path(str(files("corus")))
OURS = ("giving_back", "help")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"s" * 32))
    app.add_url_rule("/broken", "broken", _broken)
    yield app
    app.extensions["corus"].store.engine.dispose()


def _broken() -> str:
    raise RuntimeError("something that nobody foresaw")


_broken.needed = "public"  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_gives_every_word_in_both_languages_to_everybody(site: Flask, language: str) -> None:
    page = site.test_client().get(f"/help?lang={language}")
    assert page.status_code == 200
    text = re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page.text))
    for term, meaning in (GLOSSARY | helping.WORKSPACE).items():
        assert words("fr")(term) in text
        assert term in text
        assert words(language)(meaning) in text
    assert len(Role) == len(re.findall("<dt>", page.text.partition('id="roles"')[2]))


def test_the_page_of_an_unforeseen_error_tells_what_to_do_and_no_trace(site: Flask) -> None:
    site.testing = False
    page = people.signed_in(site, "nobody").get("/broken")
    assert page.status_code == 500
    assert "Réessayer" in page.text
    assert "WEB-500" in page.text
    assert "/help#stuck" in page.text
    assert "foresaw" not in page.text
    assert "Traceback" not in page.text


def test_a_page_that_is_not_there_says_the_way_back(site: Flask) -> None:
    page = people.signed_in(site, "admin").get("/nowhere")
    assert page.status_code == 404
    assert words("fr")(CURES[404]) in page.text
    assert 'href="/"' in page.text


def test_too_much_is_refused_with_what_to_do(site: Flask) -> None:
    page = people.signed_in(site, "nobody", email="lourd@corus.example").post(
        "/account", data={"name": "x" * 1_100_000}
    )
    assert page.status_code in (413, 405)
    assert words("fr")(CURES[page.status_code]) in page.text


def _said() -> set[str]:
    found = set(CURES.values()) | set(helping.WORKSPACE.values())
    pages = [p for folder in OURS for p in (PACKAGE / "web/templates" / folder).glob("*.html")]
    for page in (*pages, PACKAGE / "web/templates/pages/problem.html"):
        found |= {m[1] for m in re.findall(r"""\bt\((["'])(.+?)\1\s*[,)]""", page.read_text())}
    return found


def test_every_sentence_of_these_pages_is_said_in_french() -> None:
    assert {sentence for sentence in _said() if sentence not in catalogue("fr")} == set()


def test_no_sentence_of_these_catalogues_is_orphaned() -> None:
    sources = [
        *(PACKAGE / "services/giving_back").glob("*.py"), *(PACKAGE / "web").glob("*.py"),
        *(PACKAGE / "web/templates").rglob("*.html"), PACKAGE / "documents/given_back.py",
    ]  # fmt: skip
    # Long sentences are written in pieces: quotes and spaces between them do not count.
    text = re.sub(r'"\s+"', "", "".join(source.read_text() for source in sources))
    for name in OURS:
        with (PACKAGE / f"translations/fr/{name}.po").open("rb") as stream:
            known = [str(m.id) for m in read_po(stream, locale="fr") if m.id]
        assert [sentence for sentence in known if sentence not in text] == []


def test_french_signs_stand_after_a_narrow_space() -> None:
    for name in OURS:
        with (PACKAGE / f"translations/fr/{name}.po").open("rb") as stream:
            said = [str(m.string) for m in read_po(stream, locale="fr") if m.id]
        assert [s for s in said if re.search(r"(?<!\u202f)[:;?!»%]|«(?!\u202f)", s)] == []
