"""A wave's answers as partitions: Parquet files that any number of machines can count.

A partition holds what counting needs and nothing else: no key, no day, no language, and rows in
an order drawn anew. Knows files and counting; the cluster has its own module.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from corus.analysis import Batch, Stratum, Tally, count, merge
from corus.domain.instrument import InstrumentVersion
from corus.errors import InputError, RefusedError
from corus.services.files import PRIVATE, new_file, write_file
from corus.store import queries

FORMAT = b"corus-partition-1"
FIELDS = Stratum._fields
BEFORE = FIELDS[:-1]
"""Those of partitions written before there were sites."""
COLUMNS = (*FIELDS, "document")
READ_AT_ONCE = 65_536
"""Rows in memory while counting, however long the file is; also the rows of one row group."""
SIZE = 500_000
"""Rows of one partition."""


def _parquet() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(
            "Partitions are Parquet files, and nothing here reads them.",
            hint="Install it with `pip install 'corus[cluster]'`.", code="PAR-001",
        ) from error  # fmt: skip
    return pyarrow


def export_partitions(
    session: Session, code: str, folder: Path, day: date, *, role: str, purpose: str
) -> list[Path]:
    """Write the answers of wave ``code`` into a new ``folder``; the paths, in order.

    These are microdata: a role and a purpose are required and written in the wave's journal.
    Raises ``RefusedError`` (``EXP-001``) without them, ``InputError`` (``PAR-002``) when the
    folder holds something already.
    """
    if not role.strip() or not purpose.strip():
        raise RefusedError(
            "Answers are exported for a named role and a stated purpose only.",
            hint='Add --role "research team" --purpose "thesis on …".', code="EXP-001",
        )  # fmt: skip
    wave = queries.wave_by_code(session, code)
    # Answers withdrawn or changed meanwhile would be in one partition and not in the next.
    queries.hold(session, wave)
    total = sum(queries.strata(session, wave.id).values())
    queries.note(session, wave, day, "microdata", role=role, purpose=purpose, rows=total)
    chunks = ((Stratum(*place), some) for place, some in queries.documents(session, wave.id))
    paths = write_partitions(chunks, folder, wave.digest)
    about = {"wave": code, "exported_on": day.isoformat(), "by": role, "purpose": purpose}
    counted = {"instrument_digest": wave.digest, "rows_in": total}
    write_file(folder / "manifest.json", _manifest(about | counted, paths), PRIVATE)
    return paths


def _manifest(about: dict[str, Any], paths: Sequence[Path]) -> bytes:
    files = [
        {
            "name": path.name,
            "rows": _parquet().parquet.read_metadata(path).num_rows,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in paths
    ]
    rows = sum(file["rows"] for file in files)
    document = {"notice": "CONFIDENTIEL", **about, "rows_out": rows, "files": files}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def write_partitions(
    chunks: Iterable[tuple[Stratum, Sequence[str | bytes]]],
    folder: Path,
    digest: str,
    size: int = SIZE,
) -> list[Path]:
    """Write answers as files of at most ``size`` rows, and at least one; the paths, in order.

    ``chunks`` are documents of one stratum each, ``digest`` names the instrument they answer.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InputError(
            f"{folder} is not empty: its files would be counted with these.",
            hint="Name a new folder.", code="PAR-002",
        )  # fmt: skip
    paths: list[Path] = []
    try:
        for number, rows in enumerate(_partitions(chunks, digest, size)):
            paths.append(folder / f"part-{number:05}.parquet")
            write_partition(paths[-1], rows.take(_drawn_order(rows.num_rows)))
    except BaseException:
        # Half a wave would pass for a whole one.
        for path in paths:
            path.unlink(missing_ok=True)
        raise
    return paths


def _partitions(chunks: Iterable[tuple[Stratum, Any]], digest: str, size: int) -> Iterator[Any]:
    arrow = _parquet()
    waiting = [arrow.table({name: [] for name in COLUMNS}, schema(digest))]
    written = 0
    for place, documents in chunks:
        waiting.append(_rows(place, documents, digest))
        while sum(one.num_rows for one in waiting) >= size:
            rows = arrow.concat_tables(waiting)
            yield rows.slice(0, size)
            written += 1
            waiting = [rows.slice(size)]
    rows = arrow.concat_tables(waiting)
    if rows.num_rows or not written:
        yield rows


def schema(digest: str) -> Any:
    """The Arrow schema of a partition: strings, then the document; named by its instrument."""
    arrow = _parquet()
    columns = [*((name, arrow.string()) for name in FIELDS), ("document", arrow.binary())]
    return arrow.schema(columns, {b"corus": FORMAT, b"instrument": digest.encode()})


def _rows(place: Stratum, documents: Sequence[str | bytes], digest: str) -> Any:
    arrow = _parquet()
    told = {name: [value] * len(documents) for name, value in zip(FIELDS, place, strict=True)}
    content = [d.encode() if isinstance(d, str) else d for d in documents]
    return arrow.table({**told, "document": content}, schema(digest))


def _drawn_order(size: int) -> NDArray[np.int64]:
    # The system's own randomness: the order in which people answered cannot be worked out again.
    return np.argsort(np.frombuffer(os.urandom(8 * size), np.uint64))


def write_partition(path: Path, rows: Any) -> None:
    """Write an Arrow table of ``schema`` as one private file; ``FIL-002`` if it is there."""
    with new_file(path) as stream:
        _parquet().parquet.write_table(
            rows, stream, row_group_size=READ_AT_ONCE, compression="zstd"
        )


def digest_of(path: Path) -> str:
    """Digest of the instrument a partition answers.

    Raises ``InputError``: ``PAR-003`` when it cannot be read, ``PAR-004`` when it is something
    else than a partition.
    """
    with _opened(path) as file:
        return _digest(path, file)


def _opened(path: Path) -> Any:
    arrow = _parquet()
    try:
        names = arrow.parquet.read_schema(path).names
        labels = [name for name in names if name in FIELDS]
        return arrow.parquet.ParquetFile(path, read_dictionary=labels, pre_buffer=False)
    except arrow.ArrowInvalid as error:
        raise InputError(f"{path} is not a Parquet file.", code="PAR-003") from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or 'there is no such file'}.",
            hint="Every machine that counts must find it under this name.", code="PAR-003",
        ) from error  # fmt: skip


def _foreign(path: Path) -> InputError:
    return InputError(
        f"{path} is not a partition of answers.", hint="`corus partition write` makes them.",
        code="PAR-004",
    )  # fmt: skip


def _digest(path: Path, file: Any) -> str:
    arrow = _parquet()
    named = file.schema_arrow.metadata or {}
    label = arrow.dictionary(arrow.int32(), arrow.string())
    known = (
        arrow.schema([*((name, label) for name in fields), ("document", arrow.binary())])
        for fields in (FIELDS, BEFORE)
    )
    if named.get(b"corus") != FORMAT or not any(map(file.schema_arrow.equals, known)):
        raise _foreign(path)
    return str(named[b"instrument"].decode())


def count_partition(path: Path, version: InstrumentVersion) -> Tally:
    """The tally of one file, read by ``READ_AT_ONCE`` rows: memory does not grow with it.

    Raises ``InputError``: ``PAR-003``/``PAR-004`` as in ``digest_of``, ``PAR-005`` when the file
    answers another instrument, ``TAL-001`` when a document does not fit.
    """
    tally = Tally.empty(version.instrument)
    with _opened(path) as file:
        if _digest(path, file) != version.digest:
            raise InputError(f"{path} answers another instrument.", code="PAR-005")
        for rows in file.iter_batches(READ_AT_ONCE, use_threads=False):
            if rows.num_rows:
                tally = merge(tally, count(_batch(path, rows), version.instrument))
    return tally


def _batch(path: Path, rows: Any) -> Batch:
    if any(column.null_count for column in rows.columns):
        raise InputError(f"{path} holds a row with an empty cell.", code="PAR-004")
    fields = [rows.column(name) for name in FIELDS if name in rows.schema.names]
    labels = [column.dictionary.to_pylist() for column in fields]
    sizes = [len(values) for values in labels]
    codes = np.ravel_multi_index([column.indices.to_numpy() for column in fields], sizes)
    found, where = np.unique(codes, return_inverse=True)
    strata = [
        Stratum(*(values[i] for values, i in zip(labels, places, strict=True)))
        for places in np.transpose(np.unravel_index(found, sizes)).tolist()
    ]
    documents = rows.column("document").to_numpy(zero_copy_only=False).tolist()
    return Batch(strata, where, documents)


def files_in(places: Iterable[Path]) -> list[Path]:
    """The files named, and those of the folders named, sorted; ``PAR-003`` when there is none."""
    found: set[Path] = set()
    for place in places:
        found |= set(place.glob("*.parquet")) if place.is_dir() else {place}
    if not found:
        raise InputError(
            "There is no partition to count.", hint="Name *.parquet files, or their folder.",
            code="PAR-003",
        )  # fmt: skip
    return sorted(found)
