"""Words quoted in a release are on its pages until their author withdraws, and no longer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.web.results import FILES
from tests import factories as make
from tests.documents.reading_pdf import words_of
from tests.exports.reading_back import opened
from tests.services.texts import text_factories as t
from tests.services.texts.test_outliving import release, wrote
from tests.web import workspace_factories as people

WORDS = "Un effet numéro 9 sur le quartier."
Site = tuple[FlaskClient, list[str]]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Fourteen employees, eight of whom are quoted, and somebody who may see the results."""
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32)
    app = create_app(settings)
    store = app.extensions["corus"].store
    codes = wrote(store, 14, refusing=6)
    make.close_wave(store)
    t.review_all(store, tmp_path / "r.csv")
    t.publish(store)
    release(store)
    client = people.signed_in(app)
    return client, codes


def told(client: FlaskClient, language: str = "fr") -> str:
    """The dashboard and every file beside it, as text."""
    place = f"/waves/{t.WAVE}/{language}"
    page = client.get(place).text
    files = {name: client.get(f"{place}/{name}").data for name in FILES}
    workbook = files.pop(next(name for name in files if name.endswith(".xlsx")))
    report = words_of(files.pop("report.pdf"))
    cells = [str(c.value) for sheet in opened(workbook) for row in sheet for c in row]
    return " ".join([page, report, *(content.decode() for content in files.values()), *cells])


def test_withdrawn_words_are_gone_from_every_page_and_file_at_once(site: Site) -> None:
    client, codes = site
    assert told(client).count(WORDS) >= 3
    asked = client.post("/r/fr/withdraw", data={"code": codes[9]}).text
    assert "elles en disparaissent tout de suite" in asked
    client.post("/r/fr/withdraw", data={"code": codes[9], "sure": "1"})
    for language, note in (
        ("fr", "1 texte a été retiré par la personne"),
        ("en", "1 text was withdrawn by its author"),
    ):
        page = re.sub(r"\\s+", " ", told(client, language))
        assert WORDS not in page
        assert note in page


def test_withdrawn_words_are_in_no_file_of_the_database_while_the_server_goes_on(
    site: Site, tmp_path: Path
) -> None:
    client, codes = site

    def holding() -> list[str]:
        found = tmp_path.glob("corus.sqlite*")
        return [path.name for path in found if b"num\xc3\xa9ro 9 sur" in path.read_bytes()]

    assert holding()
    page = client.post("/r/fr/withdraw", data={"code": codes[9], "sure": "1"}).text
    assert "traces techniques" in page
    assert holding() == []
