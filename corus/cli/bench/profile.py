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
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from corus.cli.bench import Measure
from corus.cli.bench.material import DAY, GROUPS, ITEMS, WAVE, open_wave
from corus.store.engine import Store, open_store
from corus.store.writer import NewResponse, store_rows

KEY = b"bench" * 7
MORE = 1_000
MARKS = "01234dcs"
WEIGHTS = (6, 10, 18, 34, 24, 4, 2, 2)


def run(size: int, rounds: int) -> list[Measure]:
    """Cold profile, peak memory and refresh at ``size`` responses; each in a fresh process."""
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
    """Baseline, cold and refresh, each in its own process, on a copy without count tables."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM untallied")
        connection.execute("DELETE FROM tallies")
        connection.commit()
    times = {part: _apart(path, part) for part in ("plain", "cold", "refresh")}
    return {part: seconds for part, (seconds, _) in times.items()} | {"memory": times["cold"][1]}


def _apart(path: Path, part: str) -> tuple[float, float]:
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "corus.cli.bench.profile", str(path), part],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds, memory = json.loads(done.stdout)
    return seconds, memory


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


def plain(path: Path) -> None:
    """The baseline: fetch every answer document with sqlite3 and decode it with orjson."""
    import orjson

    with closing(sqlite3.connect(path)) as connection:
        for (document,) in connection.execute("SELECT document FROM responses"):
            orjson.loads(document)


def cold(path: Path) -> None:
    """Count every answer and build the profile, as a first release does."""
    _profile(open_store(f"sqlite:///{path}", KEY))


def refresh(path: Path) -> float:
    """Store 1,000 more, then bring the profile up to date; only the latter is timed."""
    store = open_store(f"sqlite:///{path}", KEY)
    draw = random.Random(secrets.randbits(32))  # noqa: S311
    with store.writing() as session:
        store_rows(session, [_more(draw) for _ in range(MORE)])
    start = time.perf_counter()
    _profile(store)
    return time.perf_counter() - start


def _more(draw: random.Random) -> NewResponse:
    group, key, document = _row(draw)
    return NewResponse(
        key, 1, f"g{group}", "standard", "fr", "self", "open", "complete", DAY, document
    )  # fmt: skip


def _profile(store: Store) -> None:
    from corus.services.releasing import current_profile
    from corus.store import queries

    with store.writing() as session:
        current_profile(session, queries.wave_by_code(session, WAVE), 1, date(2026, 1, 2))


def main(path: Path, part: str) -> None:
    """One timed part in this process; prints [seconds, peak memory in GB]."""
    import resource

    # What both sides import is imported before the clock starts.
    import orjson  # noqa: F401

    import corus.services.releasing  # noqa: F401

    work: dict[str, Callable[[Path], float | None]] = {
        "plain": plain, "cold": cold, "refresh": refresh,
    }  # fmt: skip
    start = time.perf_counter()
    timed = work[part](path)
    seconds = timed if timed is not None else time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1 if sys.platform == "darwin" else 1024
    print(json.dumps([seconds, peak * unit / 1e9]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
