"""``--sites``: one by one or from a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from corus.config import read_settings
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.engine import open_store
from tests import factories as make

WAVE = "panier-2026"


@pytest.fixture
def opened(corus, tmp_path: Path):
    corus("init")
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    make.open_wave(store)
    yield store
    store.engine.dispose()


def _sites(store) -> dict[str, dict[str, str]]:
    with store.reading() as session:
        return plan_of(queries.wave_by_code(session, WAVE)).sites


def test_sites_are_declared_one_by_one_then_from_a_table(corus, opened, tmp_path: Path) -> None:
    corus("wave", "set", WAVE, "--sites", "north=Halle nord", "--sites", "south")
    assert _sites(opened) == {"north": {"fr": "Halle nord"}, "south": {"fr": "south"}}
    table = tmp_path / "sites.csv"
    table.write_text("code;fr;en\nnorth;Halle nord;North hall\neast;Est;\n", "utf-8")
    corus("wave", "set", WAVE, "--sites", table)
    assert _sites(opened) == {
        "north": {"fr": "Halle nord", "en": "North hall"},
        "south": {"fr": "south"},
        "east": {"fr": "Est"},
    }
    corus("wave", "set", WAVE, "--sites", "none")
    assert _sites(opened) == {}


def test_what_is_wrong_with_a_table_of_sites_is_told_by_row(corus, opened, tmp_path: Path) -> None:
    table = tmp_path / "sites.csv"
    table.write_text("code;fr\nnorth;Nord\nnorth;Encore\n;Sans\n", "utf-8")
    refused = corus("wave", "set", WAVE, "--sites", table, code=1)
    assert "WAV-053" in refused.stderr
    many = [f"--sites=s{n}" for n in range(51)]
    assert "WAV-050" in corus("wave", "set", WAVE, *many, code=1).stderr
    assert "WAV-037" in corus("wave", "set", WAVE, "--sites", "Le Nord=x", code=1).stderr


def test_small_groups_of_a_site_are_named_before_and_at_opening(corus, tmp_path: Path) -> None:
    corus("publish", Path(__file__).parents[2] / "surveys" / "social_utility.yaml")
    corus("wave", "create", WAVE, "--organization", "Panier", "--instrument", "social_utility",
          "--contact", "a@x.example", "--group", "clients", "--sites", "north=Nord",
          "--sites", "south=Sud")  # fmt: skip
    assert "Few are invited" not in corus("wave", "check", WAVE, code=1).stderr
    rows = [f"clients;c{n}@x.example;{'south' if n else 'north'}" for n in range(6)]
    table = tmp_path / "c.csv"
    table.write_text("\n".join(["groupe;courriel;site", *rows]), "utf-8")
    corus("invite", "import", WAVE, table)
    for done in (
        corus("wave", "check", WAVE, code=1),
        corus("wave", "open", WAVE, "--despite", "trial"),
    ):
        assert "Few are invited in these groups, or groups of a site" in done.stderr
        assert "clients@north." in done.stderr


def test_a_poster_may_lead_to_the_pages_of_a_site(corus, opened, tmp_path: Path) -> None:
    corus("wave", "set", WAVE, "--sites", "north=Halle nord")
    ask = ("print", "poster", WAVE, "--url", "https://x.example", "-o", tmp_path / "p.pdf")
    assert "WAV-052" in corus(*ask, "--site", "west", code=1).stderr
    assert "could recognise them" in corus(*ask, "--site", "north").stderr
    assert corus(*ask).stderr == ""
