"""Counting partitions on many machines: each counts its own, and the counts are added in a tree.

Nothing but the counting is spread: the sum is the tally that one machine makes, to the bit.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

from corus import __version__
from corus.analysis import Tally, merge
from corus.domain.instrument import InstrumentVersion
from corus.errors import CorusError, InputError, UnavailableError
from corus.services.partitions import count_partition

LOCAL = "local"
"""Scheduler of the processes of this machine, one per processor."""
ANY_PORT = "127.0.0.1:0"
"""Where pages on the work under way are served: left out, they would be open to the network."""
FAN_IN = 8
"""Tallies added by one task: no machine ever holds more of them."""
WORKERS = {"OMP_NUM_THREADS": 1, "OPENBLAS_NUM_THREADS": 1, "MKL_NUM_THREADS": 1}
"""Environment of processes started here: one thread each, and the system's usual memory manager.
Dask would have it give memory back after every array, at half as much work again."""
WAIT = 30
"""Seconds a scheduler, then its first worker, has to answer."""
AGAIN = 2
"""Times a partition is read again after an error, such as a network disk that paused."""


def count_partitions(
    paths: Sequence[Path], version: InstrumentVersion, scheduler: str | None = None
) -> Tally:
    """The tally of all partitions together, in any order and on any number of machines.

    ``scheduler`` is the address of a Dask scheduler (``tcp://…``, ``tls://…``), ``local`` for the
    processes of this machine, or None to read the files one after the other in this process. A
    machine lost meanwhile costs time only: what it had counted is counted again.

    Raises ``InputError`` as ``count_partition`` does, ``PAR-006`` when a worker runs another
    version of Corus; ``UnavailableError`` when the cluster does not answer (``PAR-007``) or does
    not finish (``PAR-008``).
    """
    if scheduler is None:
        counted = (count_partition(path, version) for path in paths)
        return reduce(merge, counted, Tally.empty(version.instrument))
    with cluster(scheduler) as client:
        return count_on(client, paths, version)


def count_on(client: Any, paths: Sequence[Path], version: InstrumentVersion) -> Tally:
    """The same on a Dask client that is already connected."""
    if not paths:
        return Tally.empty(version.instrument)
    future = client.compute(_sum(paths, version), retries=AGAIN)
    try:
        return Tally.from_bytes(future.result())
    except CorusError:
        raise
    except Exception as error:
        raise UnavailableError(
            f"The cluster gave up counting: {type(error).__name__}.",
            hint="Its workers' logs say why; each needs `pip install 'corus[cluster]'` and about "
            "1 GB of memory.", code="PAR-008",
        ) from error  # fmt: skip
    finally:
        future.release()


def _sum(paths: Sequence[Path], version: InstrumentVersion) -> Any:
    """The graph: one task per partition, then a tree of additions.

    The instrument is a task too: a machine lost with its copy of it is made up for.
    """
    from dask.delayed import delayed

    document = delayed(_same)(version.document)
    parts = [delayed(_count)(str(path), document, __version__) for path in paths]
    while len(parts) > 1:
        parts = [delayed(_add)(parts[i : i + FAN_IN]) for i in range(0, len(parts), FAN_IN)]
    return parts[0]


def _same(document: bytes) -> bytes:
    return document


def _count(path: str, document: bytes, asked_by: str) -> bytes:
    """On a worker: the tally of one partition, as bytes."""
    if asked_by != __version__:
        raise InputError(
            f"A worker runs Corus {__version__}, and version {asked_by} asks it to count.",
            hint="Install the same version on every machine.", code="PAR-006",
        )  # fmt: skip
    return count_partition(Path(path), _version(document)).to_bytes()


@lru_cache(maxsize=2)
def _version(document: bytes) -> InstrumentVersion:
    return InstrumentVersion.load(document)


def _add(parts: Sequence[bytes]) -> bytes:
    return reduce(merge, map(Tally.from_bytes, parts)).to_bytes()


@contextmanager
def cluster(scheduler: str, workers: int | None = None) -> Iterator[Any]:
    """A Dask client of the scheduler at this address, or of processes started here (``local``).

    Processes started here listen on 127.0.0.1 alone, and end with the block.
    """
    distributed = _distributed()
    if scheduler != LOCAL:
        with _connected(distributed, scheduler) as client:
            yield client
        return
    import dask

    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": WORKERS}),
        distributed.LocalCluster(
            n_workers=workers or os.cpu_count() or 1, threads_per_worker=1, processes=True,
            host="127.0.0.1", dashboard_address=ANY_PORT, worker_dashboard_address=ANY_PORT,
            silence_logs=logging.CRITICAL,
        ) as here,
        _connected(distributed, here) as client,
    ):  # fmt: skip
        yield client


@contextmanager
def _connected(distributed: Any, scheduler: Any) -> Iterator[Any]:
    with ExitStack() as closing:
        try:
            client = distributed.Client(scheduler, timeout=WAIT, set_as_default=False)
            closing.enter_context(client)
            client.wait_for_workers(1, timeout=WAIT)
        except (OSError, ValueError, TimeoutError) as error:
            raise UnavailableError(
                f"No cluster answers at {scheduler}.",
                hint="Start `dask scheduler` there, and `dask worker ADDRESS` on each machine.",
                code="PAR-007",
            ) from error
        yield client


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise InputError(
            "Counting on a cluster needs Dask.",
            hint="Install it with `pip install 'corus[cluster]'`.", code="PAR-001",
        ) from error  # fmt: skip
    return distributed
