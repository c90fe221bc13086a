"""``corus bench submit``: our whole path of one answer against a bare app, round by round."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from corus.cli.bench import Measure
from corus.cli.bench.bare import connect
from corus.cli.bench.load import GET, PATH, Load, answer, bodies
from corus.cli.bench.load import run as load
from corus.cli.bench.material import open_wave
from corus.cli.local import free_port, wait_for
from corus.config import read_settings
from corus.errors import UnavailableError
from corus.store.engine import open_store

WORKERS = 2
THREADS = 16


def run(rounds: int, seconds: float, clients: int) -> list[Measure]:
    """Interleaved rounds: bare, ours, bare, ours …; every answer 2xx, every answer stored."""
    with tempfile.TemporaryDirectory(prefix="corus-bench-") as name:
        folder = Path(name)
        settings = read_settings(folder, f"sqlite:///{folder / 'corus.sqlite'}")
        store = open_store(settings.database_url, settings.key("store"))
        open_wave(store)
        store.engine.dispose()
        with _server("corus.worker:create", folder) as ours:
            _keep_pages(ours, folder)
            connect(folder / "bare.sqlite").close()
            with _server("corus.cli.bench.bare:create_app", folder) as bare:
                pairs = _rounds(bare, ours, rounds, seconds, clients)
        _all_stored(folder, [b for b, _ in pairs], "bare.sqlite", "bodies")
        _all_stored(folder, [o for _, o in pairs], "corus.sqlite", "responses")
    return _measures(pairs, clients)


def _rounds(
    bare: int, ours: int, rounds: int, seconds: float, clients: int
) -> list[tuple[Load, Load]]:
    for port in (bare, ours):
        load(port, 1.0, clients)  # both warm: caches filled, connections made
    return [
        (load(bare, seconds, clients, seed), load(ours, seconds, clients, seed))
        for seed in range(rounds)
    ]


def _measures(pairs: list[tuple[Load, Load]], clients: int) -> list[Measure]:
    def both(read: str, *arguments: float) -> tuple[list[float], list[float]]:
        return (
            [getattr(b, read)(*arguments) if arguments else getattr(b, read) for b, _ in pairs],
            [getattr(o, read)(*arguments) if arguments else getattr(o, read) for _, o in pairs],
        )

    name = f"submit, {clients} clients"
    return [
        Measure.of(f"{name}: cycles", *both("rate"), "per s", "≥ 0.5, aim 1.0"),
        Measure.of(f"{name}: p50", *both("percentile", 0.50), "ms", "–"),
        Measure.of(f"{name}: p99", *both("percentile", 0.99), "ms", "≤ 1"),
    ]


def _all_stored(folder: Path, loads: list[Load], database: str, table: str) -> None:
    failures = [failure for load in loads for failure in load.failures]
    if failures:
        raise UnavailableError(
            f"{len(failures)} answers were not 2xx: {failures[0]!r}", code="BEN-001"
        )
    with closing(sqlite3.connect(folder / database)) as connection:
        stored = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    acknowledged = sum(len(load.cycles) for load in loads)
    if stored < acknowledged:
        raise UnavailableError(f"{acknowledged} acknowledged but {stored} stored.", code="BEN-002")


def _keep_pages(port: int, folder: Path) -> None:
    """Keep our own form and receipt, as sent, for the bare app to serve."""
    form, receipt = asyncio.run(_pages(port))
    (folder / "form.gz").write_bytes(form)
    (folder / "receipt.gz").write_bytes(receipt)


async def _pages(port: int) -> tuple[bytes, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(GET)
    _, form = await answer(reader)
    body = b"submission_id=" + b"0" * 32 + b"&" + bodies(0, 1)[0]
    writer.write(
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
        + body
    )
    _, receipt = await answer(reader)
    writer.close()
    return form, receipt


@contextmanager
def _server(target: str, folder: Path) -> Iterator[int]:
    """The same server and settings for both apps, on a free port of the loopback."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k != "CORUS_DATABASE_URL"}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1",
         "--port", str(port), "--workers", str(WORKERS), "--blocking-threads", str(THREADS),
         "--log-level", "warning", target],
        env=environment | {"CORUS_INSTANCE": str(folder), "CORUS_BENCH_BARE": str(folder)},
        stdout=2,  # what it says must not mix with the figures
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)
