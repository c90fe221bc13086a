"""``corus bench profile``: from stored answers to a profile, against fetching and decoding them."""

from __future__ import annotations

import json
import random
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from pathlib import Path

from corus.cli.bench import Measure
from corus.cli.bench.material import DAY, GROUPS, ITEMS, WAVE, open_wave
from corus.store.engine import Store, open_store
from corus.store.writer import NewResponse, store_rows

KEY = b"bench" * 7
MORE = 1_000
MAC = sys.platform == "darwin"
MARKS = "01234dcs"
WEIGHTS = (6, 10, 18, 34, 24, 4, 2, 2)


def run(size: int, rounds: int) -> list[Measure]:
    """Cold profile, refresh and peak memory at ``size`` responses; fresh processes each round."""
    with tempfile.TemporaryDirectory(prefix="corus-bench-") as name:
        path = Path(name) / "bench.sqlite"
        fill(path, size)
        found = [_round(path) for _ in range(rounds)]
    label = f"profile, {size:,} responses"
    cold = [f["cold"] for f in found]
    return [
        Measure.of(f"{label}: cold", [f["plain"] for f in found], cold, "s", "≤ 3"),
        Measure.of(
            f"{label}: after {MORE} more", cold, [f["refresh"] for f in found], "s", "≤ 0.05"
        ),
        Measure.of(
            f"{label}: peak memory", [1.5] * rounds, [f["memory"] for f in found], "GB", "≤ 1"
        ),
    ]


def _round(path: Path) -> dict[str, float]:
    """Baseline in one process, cold then refresh in another, on a file without count tables."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM untallied")
        connection.execute("DELETE FROM tallies")
        connection.commit()
    return _apart(path, "plain") | _apart(path, "ours")


def _apart(path: Path, part: str) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "corus.cli.bench.profile", str(path), part],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def fill(path: Path, size: int) -> None:
    """Store ``size`` seeded responses, written straight to the file: this is not what is timed."""
    store = open_store(f"sqlite:///{path}", KEY)
    wave = open_wave(store)
    draw = random.Random(7)  # noqa: S311 - answers to a benchmark, not secrets
    rows = sorted(_row(draw) for _ in range(size))
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            "INSERT INTO strata (id, wave_id, group_code, variant, mode, channel, completeness)"
            " VALUES (?, ?, ?, 'standard', 'self', 'open', 'complete')",
            [(number, wave, f"g{number}") for number in range(GROUPS)],
        )
        connection.executemany(
            "INSERT INTO responses (stratum_id, id, language, received_on, document)"
            " VALUES (?, ?, 'fr', '2026-01-01', ?)",
            rows,
        )
        connection.commit()
    store.engine.dispose()


def _row(draw: random.Random) -> tuple[int, bytes, str]:
    marks = "".join(draw.choices(MARKS, WEIGHTS, k=ITEMS))
    return draw.randrange(GROUPS), draw.randbytes(16), f'{{"marks":"{marks}"}}'


def plain(path: Path) -> dict[str, float]:
    """The baseline: fetch every answer document with sqlite3 and decode it with orjson."""
    import orjson

    start = time.perf_counter()
    with closing(sqlite3.connect(path)) as connection:
        for (document,) in connection.execute("SELECT document FROM responses"):
            orjson.loads(document)
    return {"plain": time.perf_counter() - start}


def ours(path: Path) -> dict[str, float]:
    """Count every answer and build the profile; then bring it up to date with 1,000 more."""
    import gc
    import resource

    # Whatever this imports is imported before its clock starts.
    import scipy.special  # noqa: F401

    import corus.services.releasing  # noqa: F401

    gc.freeze()  # as the server's workers do once they have started
    start = time.perf_counter()
    store = open_store(f"sqlite:///{path}", KEY)
    _profile(store)
    cold = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if MAC else 1024)
    draw = random.Random(secrets.randbits(32))  # noqa: S311
    with store.writing() as session:
        store_rows(session, [_more(draw) for _ in range(MORE)])
    start = time.perf_counter()
    _profile(store)
    return {"cold": cold, "refresh": time.perf_counter() - start, "memory": peak / 1e9}


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
    print(json.dumps(part(Path(sys.argv[1]))))
