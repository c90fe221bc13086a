"""``corus bench dask``: counting partitions on a cluster against one process on the same files."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from corus.analysis import Stratum
from corus.cli.bench import Measure
from corus.cli.bench.material import GROUPS, ITEMS, instrument
from corus.domain.instrument import InstrumentVersion
from corus.errors import ConflictError
from corus.services.clusters import LOCAL, cluster, count_on, count_partitions
from corus.services.partitions import FIELDS, SIZE, schema, write_partition

MARKS = np.frombuffer(b"01234dcs", np.uint8)
WEIGHTS = (6, 10, 18, 34, 24, 4, 2, 2)
HEAD, TAIL = b'{"marks":"', b'"}'
PROBABLY = np.repeat(MARKS, WEIGHTS)
"""A hundred marks, each as often as people give it."""


def run(size: int, rounds: int, workers: int, folder: Path | None = None) -> list[Measure]:
    """One process, then the cluster, on ``size`` generated answers; equal to the bit or an error.

    Raises ``ConflictError`` (``BEN-010``) when the two tallies differ.
    """
    version = InstrumentVersion.freeze(instrument())
    with tempfile.TemporaryDirectory(prefix="corus-bench-", dir=folder) as name:
        paths = generate(Path(name), size, version.digest)
        with cluster(LOCAL, workers) as client:
            found = [_round(client, paths, version) for _ in range(rounds)]
            memory = max(client.run(peak_memory).values())
    label = f"partitions, {size:,} responses"
    return [
        Measure.of(
            f"{label}: {workers} workers",
            [one for one, _ in found], [many for _, many in found], "s", "< 1",
        ),
        Measure.of(f"{label}: peak of a worker", [1.0], [memory], "GB", "≤ 1"),
    ]  # fmt: skip


def _round(client: Any, paths: list[Path], version: InstrumentVersion) -> tuple[float, float]:
    start = time.perf_counter()
    alone = count_partitions(paths, version)
    between = time.perf_counter()
    together = count_on(client, paths, version)
    end = time.perf_counter()
    if together.to_bytes() != alone.to_bytes():
        raise ConflictError("The cluster counted something else than one process.", code="BEN-010")
    return between - start, end - between


def generate(folder: Path, size: int, digest: str, rows: int = SIZE) -> list[Path]:
    """``size`` seeded answers to the bench instrument, in files of ``rows``; the same each time."""
    paths = []
    for number, start in enumerate(range(0, size, rows)):
        paths.append(folder / f"part-{number:05}.parquet")
        draw = np.random.default_rng((7, number))
        write_partition(paths[-1], _rows(draw, min(rows, size - start), digest))
    return paths


def _rows(draw: np.random.Generator, size: int, digest: str) -> Any:
    import pyarrow

    places = [
        Stratum(f"g{group}", "standard", mode, "open", "complete")
        for group in range(GROUPS) for mode in ("self", "paper")
    ]  # fmt: skip
    where = draw.integers(0, len(places), size, np.int32)
    columns = {
        name: pyarrow.DictionaryArray.from_arrays(where, [place[i] for place in places]).cast(
            pyarrow.string()
        )
        for i, name in enumerate(FIELDS)
    }
    return pyarrow.table({**columns, "document": _documents(draw, size)}, schema(digest))


def _documents(draw: np.random.Generator, size: int) -> Any:
    """Canonical documents, written side by side as one run of bytes: no object for each."""
    import pyarrow

    width = len(HEAD) + ITEMS + len(TAIL)
    content = np.empty((size, width), np.uint8)
    content[:, : len(HEAD)] = np.frombuffer(HEAD, np.uint8)
    drawn = draw.integers(0, len(PROBABLY), (size, ITEMS), np.uint8)
    content[:, len(HEAD) : -len(TAIL)] = PROBABLY[drawn]
    content[:, -len(TAIL) :] = np.frombuffer(TAIL, np.uint8)
    ends = np.arange(size + 1, dtype=np.int32) * width
    buffers = [None, pyarrow.py_buffer(ends), pyarrow.py_buffer(content)]
    return pyarrow.Array.from_buffers(pyarrow.binary(), size, buffers)


def peak_memory() -> float:
    """Most memory this process ever held, in GB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not `getrusage`: it counts what the process that started this one held at the time.
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return round(int(line.split()[1]) / 2**20, 3)
    import resource

    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(found / (2**30 if sys.platform == "darwin" else 2**20), 3)
