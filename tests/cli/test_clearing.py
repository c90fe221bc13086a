"""`corus wave purge --due` every night: traces of withdrawn answers go, and it says so once."""

from __future__ import annotations

from pathlib import Path

from corus.config import read_settings
from corus.store.engine import open_store
from tests.services.test_clearing import SEARCHED, answered
from tests.services.test_returning import _withdraw


def test_the_night_clears_what_was_withdrawn_and_says_so_once(corus, tmp_path: Path) -> None:
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    code = answered(store)
    assert "withdrawn" not in corus("wave", "purge", "--due").output
    _withdraw(store, code)
    tried = corus("wave", "purge", "--due", "--dry-run").output
    assert "Traces of 1 withdrawn answer(s) would be cleared." in tried
    assert "Traces of 1 withdrawn answer(s) are cleared." in corus("wave", "purge", "--due").output
    assert "withdrawn" not in corus("wave", "purge", "--due").output
    for path in (tmp_path / "instance").rglob("*"):
        assert path.is_dir() or SEARCHED not in path.read_bytes(), path
    store.engine.dispose()
