"""``corus bench submit``: our whole path of one answer against a bare app, round by round."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path

from corus.cli.bench import Measure
from corus.cli.bench.databases import Databases, databases
from corus.cli.bench.load import HEADERS, OPEN, Load, answer, bodies
from corus.cli.bench.load import run as load
from corus.cli.bench.material import open_wave, personal_links
from corus.cli.local import free_port, wait_for
from corus.config import read_settings
from corus.errors import UnavailableError
from corus.store.engine import open_store

WORKERS = 2
THREADS = 8
FASTEST = 2_500
"""Cycles per second that no run exceeds here: so many personal links are made ready."""


def run(kind: str, rounds: int, seconds: float, clients: int, *, personal: bool) -> list[Measure]:
    """Interleaved rounds: bare, ours, bare, ours …; every answer 2xx, every answer stored."""
    with databases(kind) as found:
        needed = int(FASTEST * (rounds * seconds + 2)) if personal else 0
        paths = _prepare(found, needed)
        with _server("corus.worker:create", found) as ours:
            _keep_pages(ours, found.folder, next(paths))
            with _server("corus.cli.bench.bare:create_app", found) as bare:
                pairs = _rounds(bare, ours, paths, rounds, seconds, clients)
        _all_stored([b for b, _ in pairs], found.count_bare())
        _all_stored([o for _, o in pairs], found.count_ours())
    ways = "personal links" if personal else "open link"
    return _measures(pairs, f"submit, {kind}, {ways}, {clients} clients")


def _prepare(found: Databases, needed: int) -> Iterator[str]:
    """The wave, opened; an address for each cycle to come."""
    settings = read_settings(found.folder, found.ours)
    store = open_store(settings.database_url, settings.key("store"))
    wave = open_wave(store)
    paths = iter(personal_links(store, wave, needed)) if needed else repeat(OPEN)
    store.engine.dispose()
    return paths


def _rounds(
    bare: int, ours: int, paths: Iterator[str], rounds: int, seconds: float, clients: int
) -> list[tuple[Load, Load]]:
    same = repeat("/i/" + "a" * 16 + "/fr")  # the bare app looks at no link
    load(bare, 1.0, clients, same)
    load(ours, 1.0, clients, paths)  # both warm: caches filled, connections made
    return [
        (load(bare, seconds, clients, same, seed), load(ours, seconds, clients, paths, seed))
        for seed in range(rounds)
    ]


def _measures(pairs: list[tuple[Load, Load]], name: str) -> list[Measure]:
    def both(read: str, *arguments: float) -> tuple[list[float], list[float]]:
        return (
            [getattr(b, read)(*arguments) if arguments else getattr(b, read) for b, _ in pairs],
            [getattr(o, read)(*arguments) if arguments else getattr(o, read) for _, o in pairs],
        )

    return [
        Measure.of(f"{name}: cycles", *both("rate"), "per s", "≥ 0.5, aim 1.0"),
        Measure.of(f"{name}: p50", *both("percentile", 0.50), "ms", "–"),
        Measure.of(f"{name}: p99", *both("percentile", 0.99), "ms", "≤ 1"),
    ]


def _all_stored(loads: list[Load], stored: int) -> None:
    failures = [failure for load in loads for failure in load.failures]
    if failures:
        raise UnavailableError(
            f"{len(failures)} answers were not 2xx: {failures[0]!r}", code="BEN-001"
        )
    acknowledged = sum(len(load.cycles) for load in loads)
    if stored < acknowledged:
        raise UnavailableError(f"{acknowledged} acknowledged but {stored} stored.", code="BEN-002")


def _keep_pages(port: int, folder: Path, path: str) -> None:
    """Keep our own form and receipt, as sent, for the bare app to serve."""
    form, receipt = asyncio.run(_pages(port, path))
    (folder / "form.gz").write_bytes(form)
    (folder / "receipt.gz").write_bytes(receipt)


async def _pages(port: int, path: str) -> tuple[bytes, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} {HEADERS}\r\n".encode())
    _, form = await answer(reader)
    body = b"submission_id=" + b"0" * 32 + b"&" + bodies(0, 1)[0]
    writer.write(
        f"POST {path} {HEADERS}Content-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n".encode()
        + body
    )
    _, receipt = await answer(reader)
    writer.close()
    return form, receipt


@contextmanager
def _server(target: str, found: Databases) -> Iterator[int]:
    """The same server and settings for both apps, on a free port of the loopback."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1",
         "--port", str(port), "--workers", str(WORKERS), "--blocking-threads", str(THREADS),
         "--log-level", "warning", target],
        env=os.environ | found.environment,
        stdout=2,  # what it says must not mix with the figures
    )  # fmt: skip
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)
