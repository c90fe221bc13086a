"""The dashboard says what changed since the wave before it, on the page and in its file."""

from __future__ import annotations

from corus.app import create_app
from corus.config import Settings
from corus.services import releasing
from corus.store.writer import store_rows
from tests import factories as make
from tests.cli.test_comparing import AFTER, BEFORE
from tests.web import workspace_factories as people


def test_the_second_wave_shows_slopes_and_the_first_does_not(tmp_path) -> None:
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", b"s" * 32))
    store = app.extensions["corus"].store
    for code, rows in (("panier-2026", BEFORE), ("panier-2027", AFTER)):
        wave = make.open_wave(store, code)
        with store.writing() as session:
            of = make.instrument()
            store_rows(session, [make.response(wave, make.marks(row, of)) for row in rows])
        make.close_wave(store, code)
        with store.writing() as session:
            releasing.release(session, code, make.DAY)
    reader = people.signed_in(app, "accreditor")
    for code, there in (("panier-2026", False), ("panier-2027", True)):
        for address in (f"/waves/{code}/fr", f"/waves/{code}/fr/dashboard.html"):
            page = reader.get(address).get_data(as_text=True)
            assert ('id="data-since"' in page) is there, address
            assert ('id="w-needs-employees"' in page) is there, address
    store.engine.dispose()
