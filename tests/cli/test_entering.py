"""``corus paper``: counts and numbers of sheets, never what they say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from corus.config import read_settings
from corus.services import entering, responding
from corus.services.sheets import Cover
from corus.store.engine import Store, open_store
from tests import factories as make

ANA = Cover("41", "Ana", "employees")
FORM = {"q.needs_met": ["4"], "q.surprise": ["Un jardin secret"]}


@pytest.fixture
def instance(corus: Callable[..., Result], tmp_path: Path) -> Store:
    """The command line's own instance, with sheets typed once, twice alike, twice otherwise."""
    settings = read_settings()
    store = open_store(settings.database_url, settings.key("store"))
    make.open_wave(store)
    page = responding.known_questionnaire(store, "panier-2026", "employees", "standard")
    typed = [("41", "Ana", "4"), ("42", "Ana", "4"), ("42", "Boris", "4"), ("43", "Ana", "4"),
             ("43", "Boris", "2")]  # fmt: skip
    for sheet, clerk, point in typed:
        cover = replace(ANA, sheet=sheet, clerk=clerk)
        form = FORM | {"q.needs_met": [point]}
        with store.writing() as session:
            entering.type_sheet(session, store.key, page, cover, form, make.DAY)
    store.engine.dispose()
    return store


def test_status_counts_sheets_and_says_what_each_waits_for(
    corus: Callable[..., Result], instance: Store
) -> None:
    said = corus("paper", "status", "panier-2026").output
    assert "stored 1" in said
    assert "typed once 1   to compare 1" in said
    assert "differences between typings 0.0% (0 of 6)" in said
    assert "jardin" not in said
    found = json.loads(corus("paper", "status", "panier-2026", "--json").output)
    assert (found["stored"], found["typed_once"], found["differing"]) == (1, 1, 1)
    assert [(s["sheet"], s["differs"]) for s in found["sheets"]] == [("41", False), ("43", True)]
    assert "jardin" not in json.dumps(found)


def test_a_sheet_is_set_aside_once(corus: Callable[..., Result], instance: Store) -> None:
    corus("paper", "void", "panier-2026", "41")
    assert json.loads(corus("paper", "status", "panier-2026", "--json").output)["voided"] == 1
    assert "PAP-013" in corus("paper", "void", "panier-2026", "41", code=1).stderr
    assert "PAP-001" in corus("paper", "void", "panier-2026", "42", code=1).stderr
