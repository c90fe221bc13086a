"""Tallies as stored: a heading that a person can read, and tables packed as numbers.

Reads what earlier versions stored; knows nothing of where it is kept.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from corus.analysis.counting.layout import Layout, Stratum
from corus.analysis.counting.products import Counts
from corus.analysis.counting.tally import Tally
from corus.errors import InputError

FORMAT = "corus-tally-2"
BEFORE = "corus-tally-1"
"""Without sums of products, tables as lists of places and values."""

WIDTHS = ("<u1", "<u2", "<u4", "<u8")
"""Whole numbers of 1, 2, 4 and 8 bytes: the shortest that holds the largest value is used."""


def write(tally: Tally) -> bytes:
    """JSON; of each table, which cells are not zero (one bit each), then those cells."""
    layout = tally.layout
    return orjson.dumps(
        {
            "format": FORMAT,
            "items": layout.items,
            "dimensions": layout.dimensions,
            "options": layout.options,
            "most_items": layout.most_items,
            "highest": layout.highest,
            # As before there were sites, where there are none: earlier versions read it too.
            "strata": [list(s if s.site else s[:-1]) for s in tally.strata],
            "tables": {name: _packed(table) for name, table in tally.tables.items()},
        }
    )


def read(document: bytes) -> Tally:
    """The tally of a stored document, of this version or the one before it.

    Tables that an earlier version did not count are absent (``Tally.products`` is None).
    Raises ``InputError`` (``TAL-002``) on any other document.
    """
    try:
        data: dict[str, Any] = orjson.loads(document)
        return {FORMAT: _read, BEFORE: _read_before}[data["format"]](data)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise InputError(
            "These are not count tables of this version.",
            hint="Count the answers afresh: `corus tally WAVE --rebuild`.", code="TAL-002",
        ) from error  # fmt: skip


def _read(data: dict[str, Any]) -> Tally:
    tally = _zeros(data, products="pairs" in data["tables"])
    if tally.tables.keys() != data["tables"].keys():
        raise ValueError("unknown tables")
    for name, table in tally.tables.items():
        _unpack(table, data["tables"][name])
    return tally


def _read_before(data: dict[str, Any]) -> Tally:
    tally = _zeros(data, products=False)
    for table, (places, values) in zip(tally.tables.values(), data["tables"], strict=True):
        table.reshape(-1)[places] = values
    return tally


def _zeros(data: dict[str, Any], *, products: bool) -> Tally:
    layout = Layout(
        tuple(data["items"]),
        tuple(data["dimensions"]),
        tuple((item, option) for item, option in data["options"]),
        data["most_items"],
        data["highest"],
    )
    strata = [Stratum(*stratum) for stratum in data["strata"]]
    return Tally.zeros(layout, strata, products=products)


def _packed(table: Counts) -> list[str]:
    flat = table.reshape(-1)
    there = flat != 0
    values = flat[there]
    width = next(w for w in WIDTHS if values.max(initial=0) <= np.iinfo(w).max)
    return [width[1:], _text(np.packbits(there)), _text(values.astype(width))]


def _unpack(table: Counts, packed: list[str]) -> None:
    width, there, values = packed
    bits = np.unpackbits(np.frombuffer(b64decode(there), np.uint8), count=table.size)
    table.reshape(-1)[bits.view(np.bool_)] = np.frombuffer(b64decode(values), f"<{width}")


def _text(numbers: NDArray[Any]) -> str:
    return b64encode(numbers.tobytes()).decode("ascii")
