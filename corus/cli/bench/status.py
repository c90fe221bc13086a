"""``corus bench status``: where a wave stands, against reading the rows of those it invites."""

from __future__ import annotations

import random
import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from corus.cli.bench import Measure
from corus.cli.bench.material import GROUPS, WAVE, open_wave
from corus.services import following, links
from corus.services.inviting.invite import count_invited
from corus.store import invitations, queries
from corus.store.engine import Store, open_store

KEY = b"bench" * 7
ANSWERED = 0.1
"""Share of those invited who have answered so far."""


def run(size: int, rounds: int) -> list[Measure]:
    """The status of a wave with ``size`` invitations, against ``SELECT *`` on their rows."""
    with tempfile.TemporaryDirectory(prefix="corus-bench-") as name:
        path = Path(name) / "bench.sqlite"
        store = open_store(f"sqlite:///{path}", KEY)
        fill(store, path, size)
        _status(store)  # the instrument is read once per process
        pairs = [(_time(lambda: _plain(path)), _time(lambda: _status(store)))
                 for _ in range(rounds)]  # fmt: skip
        store.engine.dispose()
    baseline, subject = zip(*pairs, strict=True)
    label = f"wave status, {size:,} invitations"
    return [Measure.of(label, list(baseline), list(subject), "s", "≤ 0.05")]


def _time(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _plain(path: Path) -> int:
    """The baseline: every column of every invitation, with sqlite3 alone."""
    with closing(sqlite3.connect(path)) as connection:
        return len(connection.execute("SELECT * FROM invitations").fetchall())


def _status(store: Store) -> following.WaveStatus:
    with store.reading() as session:
        return following.status(session, queries.wave_by_code(session, WAVE))


def fill(store: Store, path: Path, size: int) -> None:
    """An open wave with ``size`` invitations and some answers; this is not what is timed."""
    wave_id = open_wave(store)
    with store.writing() as session:
        invitations.add(session, [_invitation(store.key, wave_id, n) for n in range(size)])
        count_invited(session, queries.wave_by_code(session, WAVE))
    draw = random.Random(7)  # noqa: S311 - a benchmark, not secrets
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            "INSERT INTO strata (id, wave_id, group_code, variant, mode, channel, completeness)"
            " VALUES (?, ?, ?, 'standard', 'self', 'personal', 'complete')",
            [(n, wave_id, f"g{n}") for n in range(GROUPS)],
        )
        connection.executemany(
            "INSERT INTO responses (stratum_id, id, language, received_on, document)"
            " VALUES (?, ?, 'fr', '2026-01-01', '{\"marks\":\"\"}')",
            [(draw.randrange(GROUPS), draw.randbytes(16)) for _ in range(int(size * ANSWERED))],
        )
        connection.commit()


def _invitation(key: bytes, wave_id: int, n: int) -> dict[str, object]:
    invitation_id = secrets.token_bytes(16)
    return {
        "id": invitation_id, "wave_id": wave_id, "group_code": f"g{n % GROUPS}",
        "who": links.who(key, links.token(key, invitation_id)), "language": "fr",
        "address": f"prenom.nom{n}@exemple.example", "name": f"Prénom Nom {n}",
        "postal": f"{n} rue des Lilas\n38000 Grenoble", "state": "active", "note": "",
    }  # fmt: skip
