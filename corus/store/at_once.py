"""The usual case on PostgreSQL in one statement: new answers to open waves, all or none stored.

Each exchange with a server costs as much as storing an answer; ``rows.store`` needs nine, because
it tells what became of each row. Here every row must be new, its wave open and without a tally,
its link unused: otherwise the statement fails as a whole and ``rows.store`` sorts it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import orjson

from corus.store.rows import GOES_ON, NewResponse, Place

if TYPE_CHECKING:
    from corus.store.prepared import Prepared, Value

STORE_MANY = """
WITH given AS (
  SELECT * FROM json_to_recordset($1) AS t (
    wave_id int, stratum_id int, id bytea, language text, received_on date, document text,
    pseudonym bytea, once bytea, digest text
  )
), taking AS (
  SELECT w.id, w.digest, {goes on} AS goes_on FROM waves w
  WHERE w.id IN (SELECT wave_id FROM given) AND w.state = 'open'
    AND NOT EXISTS (SELECT 1 FROM tallies t WHERE t.wave_id = w.id)
  FOR SHARE OF w
), fit AS (
  SELECT g.* FROM given g JOIN taking w ON w.id = g.wave_id
  WHERE g.digest IN ('', w.digest) AND (g.once IS NULL OR NOT w.goes_on)
    AND NOT EXISTS (SELECT 1 FROM withdrawals d WHERE d.id = g.id)
    -- While an answer is being taken back, one of the two is in sight: the row or its tombstone.
    AND NOT EXISTS (SELECT 1 FROM responses r WHERE r.id = g.id)
), links AS (
  INSERT INTO used_links (wave_id, once)
  SELECT wave_id, once FROM fit WHERE once IS NOT NULL ORDER BY once
  ON CONFLICT DO NOTHING RETURNING 1
), stored AS (
  INSERT INTO responses (stratum_id, id, language, received_on, document, pseudonym)
  SELECT stratum_id, id, language, received_on, document, pseudonym FROM fit ORDER BY id
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT 1 / ((SELECT count(*) FROM stored) = $2
  AND (SELECT count(*) FROM links) = $3)::int
""".replace("{goes on}", GOES_ON)
"""Divides by zero unless every row was stored: the statement is then undone as a whole."""
STORE_ONE = """
WITH links AS (
  INSERT INTO used_links (wave_id, once)
  SELECT w.id, $1 FROM waves w
  WHERE w.id = $2 AND w.state = 'open' AND $3 IN ('', w.digest) AND NOT {goes on}
    AND NOT EXISTS (SELECT 1 FROM tallies t WHERE t.wave_id = w.id)
    AND NOT EXISTS (SELECT 1 FROM withdrawals d WHERE d.id = $4)
    AND NOT EXISTS (SELECT 1 FROM responses r WHERE r.id = $4)
  FOR SHARE OF w
  ON CONFLICT DO NOTHING RETURNING 1
), stored AS (
  INSERT INTO responses (id, stratum_id, language, received_on, document, pseudonym)
  SELECT $4, $5, $6, $7, $8, $9 FROM links
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT 1 / (SELECT count(*) FROM stored)
""".replace("{goes on}", GOES_ON)
"""The same for one answer by a personal link, in two thirds of the time."""


def store_at_once(
    prepared: Prepared, rows: Sequence[NewResponse], places: Mapping[Place, int]
) -> bool:
    """Store every row by one statement, durably; False when nothing was stored.

    ``places`` holds the stratum of every row.
    """
    from psycopg import errors

    linked = sum(r.once is not None for r in rows)
    try:
        if len(rows) == linked == 1:
            prepared.run(STORE_ONE, _values(rows[0], places))
        else:
            prepared.run(STORE_MANY, (_given(rows, places), len(rows), linked))
    except (errors.DivisionByZero, errors.IntegrityError, errors.DeadlockDetected):
        return False
    return True


def _values(row: NewResponse, places: Mapping[Place, int]) -> tuple[Value, ...]:
    return (
        row.once, row.wave_id, row.digest, row.id, places[row.place], row.language,
        row.received_on.isoformat(), row.document, row.pseudonym,
    )  # fmt: skip


def _given(rows: Sequence[NewResponse], places: Mapping[Place, int]) -> str:
    # One text, because nine lists took the driver longer to write than the server to store.
    return orjson.dumps(
        [
            {
                "wave_id": r.wave_id, "stratum_id": places[r.place], "id": _hex(r.id),
                "language": r.language, "received_on": r.received_on, "document": r.document,
                "pseudonym": _hex(r.pseudonym), "once": _hex(r.once), "digest": r.digest,
            }
            for r in rows
        ]
    ).decode()  # fmt: skip


def _hex(value: bytes | None) -> str | None:
    return None if value is None else "\\x" + value.hex()
