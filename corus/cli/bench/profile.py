"""``corus bench profile``: from stored answers to a profile, against fetching and decoding them."""

from __future__ import annotations

import json
import random
import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from corus.cli.bench import Measure
from corus.cli.bench.bare import postgres
from corus.cli.bench.databases import databases
from corus.cli.bench.material import DAY, GROUPS, ITEMS, WAVE, instrument, open_wave
from corus.store.engine import Store, open_store
from corus.store.writer import NewResponse, store_rows

if TYPE_CHECKING:
    from corus.analysis import ProfileContext
    from corus.store.models import Wave

KEY = b"bench" * 7
MORE = 1_000
PAGE = 0.05
"""Seconds of processor time in which a page's analysis is to be there."""
MAC = sys.platform == "darwin"
MARKS = "01234dcs"
WEIGHTS = (6, 10, 18, 34, 24, 4, 2, 2)

Found = list[dict[str, float]]
"""What each round measured, by name."""


def run(kind: str, sizes: tuple[int, ...], rounds: int) -> Iterator[Measure]:
    """Cold profile, refreshed counts, page and memory at each size, then the page's growth."""
    pages: dict[int, list[float]] = {}
    for size in sizes:
        with databases(kind) as found:
            fill(found.ours, size)
            measured = [_round(found.ours) for _ in range(rounds)]
        pages[size] = _of(measured, "page")
        yield from _measures(f"profile, {kind}, {size:,}", measured, size)
    for small, large in pairwise(sizes):
        name = f"profile, {kind}, page's analysis: from {small:,} to {large:,}"
        yield Measure.of(name, pages[small], pages[large], "s", "growth ≤ 1.2")


def _measures(label: str, found: Found, size: int) -> Iterator[Measure]:
    cold, refresh = _of(found, "cold"), _of(found, "refresh")
    ones = [1.0] * len(found)
    yield Measure.of(f"{label}: cold", _of(found, "plain"), cold, "s", "≤ 2", size)
    name = f"{label}: counts refreshed after {MORE:,} more, against cold"
    yield Measure.of(name, cold, refresh, "s", "≤ 0.02", size)
    page = [PAGE * one for one in ones]
    name = f"{label}: page's analysis, once tallied (processor), against {1000 * PAGE:.0f} ms"
    yield Measure.of(name, page, _of(found, "page"), "s", "≤ 1", size)
    yield Measure.of(f"{label}: peak memory", ones, _of(found, "memory"), "GB", "≤ 1")


def _of(found: Found, name: str) -> list[float]:
    return [one[name] for one in found]


def run_memory(size: int, rounds: int) -> Measure:
    """Every table of ``size`` responses already in memory, against ``numpy.bincount`` alone."""
    import numpy as np

    from corus.analysis import Stratum
    from corus.analysis.counting.documents import count_codes
    from corus.analysis.counting.layout import SYMBOLS

    draw = np.random.default_rng(7)
    symbols = np.array([SYMBOLS.index(mark) for mark in MARKS], np.uint8)
    chances = np.array(WEIGHTS) / sum(WEIGHTS)
    codes = draw.choice(symbols, size=(ITEMS, size), p=chances)
    where = np.sort(draw.integers(0, GROUPS, size))
    strata = [Stratum(f"g{n}", "standard", "self", "open", "complete") for n in range(GROUPS)]
    the = instrument()

    def plain() -> None:
        for marks in codes:
            np.bincount(where * len(SYMBOLS) + marks, minlength=GROUPS * len(SYMBOLS))

    def ours() -> None:
        count_codes(codes, strata, where, the)

    pairs = [(_time(plain), _time(ours)) for _ in range(rounds + 1)][1:]
    baseline, subject = zip(*pairs, strict=True)
    name = f"profile, from memory, {size:,} × {ITEMS}: counts"
    return Measure.of(name, list(baseline), list(subject), "s", "≤ 3")


def _time(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def _round(url: str) -> dict[str, float]:
    """Baseline in one process, ours in another, on a database without count tables."""
    with closing(_connect(url)) as connection:
        connection.execute("DELETE FROM untallied")
        connection.execute("DELETE FROM tallies")
        connection.commit()
    return _apart(url, "plain") | _apart(url, "ours")


def _apart(url: str, part: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "corus.cli.bench.profile", url, part],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _connect(url: str) -> Any:
    """The driver's own connection: nothing of ours in the baseline."""
    if url.startswith("sqlite"):
        return sqlite3.connect(Path(url.removeprefix("sqlite:///")))
    connection = postgres(url.replace("+psycopg", ""))
    connection.autocommit = False
    return connection


def fill(url: str, size: int) -> None:
    """Store ``size`` seeded responses, written straight to the tables: this is not timed."""
    store = open_store(url, KEY)
    wave = open_wave(store)
    store.engine.dispose()
    draw = random.Random(7)  # noqa: S311 - answers to a benchmark, not secrets
    rows = sorted(_row(draw) for _ in range(size))
    strata = [(number, wave, f"g{number}") for number in range(GROUPS)]
    with closing(_connect(url)) as connection:
        (_fill_sqlite if url.startswith("sqlite") else _fill_postgres)(connection, strata, rows)
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()


STRATA = (
    "INSERT INTO strata (id, wave_id, group_code, variant, mode, channel, completeness)"
    " VALUES ({0}, {0}, {0}, 'standard', 'self', 'open', 'complete')"
)


def _fill_sqlite(connection: Any, strata: list[Any], rows: list[Any]) -> None:
    connection.executemany(STRATA.format("?"), strata)
    connection.executemany(
        "INSERT INTO responses (stratum_id, id, language, received_on, document)"
        " VALUES (?, ?, 'fr', '2026-01-01', ?)",
        rows,
    )


def _fill_postgres(connection: Any, strata: list[Any], rows: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(STRATA.format("%s"), strata)
        cursor.execute("SELECT setval(pg_get_serial_sequence('strata', 'id'), %s)", [GROUPS])
        into = "COPY responses (stratum_id, id, language, received_on, document) FROM STDIN"
        with cursor.copy(into) as copy:
            for stratum, key, document in rows:
                copy.write_row((stratum, key, "fr", "2026-01-01", document))


def _row(draw: random.Random) -> tuple[int, bytes, str]:
    marks = "".join(draw.choices(MARKS, WEIGHTS, k=ITEMS))
    return draw.randrange(GROUPS), draw.randbytes(16), f'{{"marks":"{marks}"}}'


def plain(url: str) -> dict[str, float]:
    """The baseline: fetch every answer document with the driver and decode it with orjson."""
    import orjson

    start = time.perf_counter()
    with closing(_connect(url)) as connection:
        for (document,) in connection.execute("SELECT document FROM responses"):
            orjson.loads(document)
    return {"plain": time.perf_counter() - start}


def ours(url: str) -> dict[str, float]:
    """Count every answer and build the profile; count 1,000 more; then the analysis alone."""
    import gc

    # Whatever this imports is imported before its clock starts.
    import scipy.special  # noqa: F401

    import corus.services.releasing  # noqa: F401

    gc.freeze()  # as the server's workers do once they have started
    start = time.perf_counter()
    store = open_store(url, KEY)
    _profile(store)
    cold = time.perf_counter() - start
    peak = _peak()
    draw = random.Random(secrets.randbits(32))  # noqa: S311
    with store.writing() as session:
        store_rows(session, [_more(draw) for _ in range(MORE)])
    refresh, page = _time(lambda: _refresh(store)), _page(store)
    return {"cold": cold, "refresh": refresh, "page": page, "memory": peak / 1e9}


def _peak() -> int:
    """Most bytes this process held in memory."""
    status = Path("/proc/self/status")
    if status.exists():
        # What getrusage tells on Linux begins with the memory of the process that started us.
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if MAC else 1024)


def _refresh(store: Store) -> None:
    """Bring the kept counts up to date, until they are safe on the disk."""
    from corus.services.tallying import refresh
    from corus.store import queries

    with store.writing() as session:
        refresh(session, queries.wave_by_code(session, WAVE))


def _page(store: Store) -> float:
    """Seconds of processor time from counts in memory to the profile: median of five.

    Against a fixed number of seconds, not a baseline: other programs' time is not counted.
    """
    from corus.analysis import build_profile
    from corus.services.tallying import refresh
    from corus.store import queries

    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        tally, context = refresh(session, wave), _context(wave)
    return median(_time(lambda: build_profile(tally, context), time.process_time) for _ in range(5))


def _context(wave: Wave) -> ProfileContext:
    from corus.analysis import ProfileContext
    from corus.domain.wave import WaveState
    from corus.services.publishing import version_of
    from corus.services.waves import plan_of

    return ProfileContext(
        release=1, released_on=DAY, corus_version="", organization="Bench",
        organization_details={}, wave=WAVE, wave_title="Bench", wave_state=WaveState.OPEN,
        opened_on=DAY, closed_on=None, digest=wave.digest,
        instrument=version_of(wave).instrument, plan=plan_of(wave),
    )  # fmt: skip


def _more(draw: random.Random) -> NewResponse:
    group, key, document = _row(draw)
    return NewResponse(
        key, 1, f"g{group}", "standard", "fr", "self", "open", "complete", DAY, document
    )


def _profile(store: Store) -> None:
    from corus.services.releasing import current_profile
    from corus.store import queries

    with store.writing() as session:
        current_profile(session, queries.wave_by_code(session, WAVE), 1, date(2026, 1, 2))


if __name__ == "__main__":
    part = {"plain": plain, "ours": ours}[sys.argv[2]]
    print(json.dumps(part(sys.argv[1])))
