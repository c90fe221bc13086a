"""Rows of every table as lines of text, the same on both databases, and lines as rows again.

Tables are those of the database's own revision, so that an old database can be copied before it
is migrated. Knows nothing of files, nor of what the tables mean.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    exists,
    func,
    insert,
    inspect,
    null,
    select,
    text,
)

from corus.errors import InputError
from corus.store.migrate import VERSIONS, changing, move

SLICE = 1000
"""Rows read or written at once."""


@cache
def names(revision: str) -> frozenset[str]:
    """The tables there are at a revision, as its migrations make them."""
    engine = create_engine("sqlite://")
    with changing(engine) as connection:
        move(connection, revision)
        found = inspect(connection).get_table_names()
    engine.dispose()
    return frozenset(found) - {VERSIONS}


def tables(connection: Connection, revision: str) -> list[Table]:
    """The tables of a database at ``revision``; those that others refer to come first."""
    metadata = MetaData()
    missing = names(revision) - set(inspect(connection).get_table_names())
    if missing:
        raise InputError(
            f"This database has no table “{min(missing)}”, as it should at revision {revision}.",
            hint="Restore the last backup with --replace.", code="BAK-012",
        )  # fmt: skip
    metadata.reflect(connection, only=sorted(names(revision)))
    return [t for t in metadata.sorted_tables if t.name in names(revision)]


def hold(connection: Connection, held: Iterable[Table]) -> None:
    """Nobody else writes to these tables until the transaction ends."""
    # On SQLite, whoever has begun to write is alone anyway.
    if connection.dialect.name == "postgresql":
        for table in held:
            connection.execute(text(f'LOCK TABLE "{table.name}" IN EXCLUSIVE MODE'))


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as a line of JSON, keys sorted, in the order of the primary key.

    The order is that of bytes on both databases, so that equal tables give equal lines.
    """
    order = [_as_bytes(c, connection) for c in table.primary_key]
    found = connection.execute(
        select(table).order_by(*order), execution_options={"yield_per": SLICE}
    )
    columns = [str(c.name) for c in table.columns]
    raw = [str(c.name) for c in table.columns if isinstance(c.type, LargeBinary)]
    for row in found:
        line = dict(zip(columns, row, strict=True))
        for name in raw:
            if line[name] is not None:
                line[name] = b64encode(line[name]).decode()
        yield orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _as_bytes(column: Column[Any], connection: Connection) -> Any:
    # PostgreSQL would sort texts as its language does.
    texts = isinstance(column.type, String) and connection.dialect.name == "postgresql"
    return column.collate("C") if texts else column


def fill(connection: Connection, table: Table, given: Iterable[bytes]) -> None:
    """Put rows from ``lines`` into an empty table, and its counter behind the last of them."""
    columns = {c.name for c in table.columns}
    readers = {c.name: reader for c in table.columns if (reader := _reader(c))}
    rows = iter(given)
    while batch := [orjson.loads(line) for line in islice(rows, SLICE)]:
        for row in batch:
            if row.keys() != columns:
                raise InputError(
                    f"A row of “{table.name}” has other columns than this table.", code="BAK-010"
                )
            for name, read in readers.items():
                row[name] = read(row[name])
        connection.execute(insert(table), batch)
    _renumber(connection, table)


def _reader(column: Column[Any]) -> Callable[[Any], Any] | None:
    """What turns a value of a line into one of this column, when they differ."""
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else b64decode(value, validate=True)
    if isinstance(column.type, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    if isinstance(column.type, JSON) and column.nullable:
        return lambda value: null() if value is None else value
    return None


def _renumber(connection: Connection, table: Table) -> None:
    """The next row of a numbered table gets the next number."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key:
        if not isinstance(column.type, Integer):
            continue
        counter = connection.scalar(
            select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))
        )
        last = func.max(column)
        if counter:
            connection.execute(
                select(func.setval(counter, func.coalesce(last, 1), last.is_not(None)))
            )


def filled(connection: Connection, revision: str) -> tuple[str, ...]:
    """The tables that hold at least one row."""
    found = tables(connection, revision)
    return tuple(
        t.name for t in found if connection.scalar(select(exists(select(t).limit(1))))
    )  # fmt: skip


def open_waves(connection: Connection, found: Iterable[Table]) -> tuple[str, ...]:
    """Codes of the waves that take answers now."""
    waves = next((t for t in found if t.name == "waves"), None)
    if waves is None:
        return ()
    query = select(waves.c.code).where(waves.c.state == "open").order_by(waves.c.id)
    return tuple(connection.scalars(query))
