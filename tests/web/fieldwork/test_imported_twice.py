"""The board of fieldwork says why answers that looked as if they came twice were taken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from corus.app import create_app
from corus.config import Settings
from corus.store import queries
from tests import factories as make
from tests.web import workspace_factories as people


def test_the_reason_of_an_import_is_read_on_the_board_without_its_number(tmp_path: Path) -> None:
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32))
    store = app.extensions["corus"].store
    make.open_wave(store)
    with store.writing() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        queries.note(
            session, wave, date(2026, 3, 4), "imported", repeats=7, why="Sept couples <ensemble>"
        )
    said = people.signed_in(app).get("/waves/panier-2026/fieldwork").text
    assert "pour cette raison\u202f: Sept couples &lt;ensemble&gt;" in said
    assert "Des réponses ont été importées" in said
    store.engine.dispose()
