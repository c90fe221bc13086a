"""`corus wave purge --due` every night: traces of withdrawn answers go, and it says so once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from corus.cli.purging import told
from corus.config import read_settings
from corus.services.purging import Purge
from corus.store.engine import open_store
from tests.services.test_clearing import SEARCHED, answered
from tests.services.test_returning import _withdraw


def test_the_night_clears_what_was_withdrawn_and_says_so_once(corus, tmp_path: Path) -> None:
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    code = answered(store)
    assert corus("wave", "purge", "--due").output.startswith("Nothing is due")
    _withdraw(store, code)
    tried = corus("wave", "purge", "--due", "--dry-run").output
    assert "Traces of 1 withdrawn answer(s) would be cleared." in tried
    done = corus("wave", "purge", "--due").output
    assert done == "Traces of 1 withdrawn answer(s) are cleared.\n"
    assert "withdrawn" not in corus("wave", "purge", "--due").output
    for path in (tmp_path / "instance").rglob("*"):
        assert path.is_dir() or SEARCHED not in path.read_bytes(), path
    store.engine.dispose()


def test_a_purge_says_where_the_contacts_of_a_new_series_are() -> None:
    rows = {"deliveries": 0, "contacts": 0}
    purge = Purge("w", date(2028, 3, 3), rows, 0, marks=2, successor="w-b")
    lines = "\n".join(told(purge, dry_run=False))
    assert "Contacts went on in “w-b”: erase them there" in lines
    assert "2 keyed mark(s) of who wants no more messages" in lines
