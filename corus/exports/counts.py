"""``counts.csv``: one row per item, group and scale as published, for statisticians.

Knows nothing of what was withheld, which the Profile no longer holds.
"""

from __future__ import annotations

from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.exports.base import Exporter
from corus.exports.columns import Column, Value, cells
from corus.exports.item_cells import COLUMNS, count_columns, item_records
from corus.exports.safe_text import clean, csv_bytes

WAVE = (
    Column("wave", "Wave", "Permanent code of the wave."),
    Column("release", "Release", "Number of the release the figures come from.", "count"),
    Column("digest", "Instrument digest", "SHA-256 of the published instrument."),
)


def columns(reading: Reading) -> list[Column]:
    """Every column of the file, in order; the codebook gives their meaning."""
    return [*WAVE, *COLUMNS.values(), *count_columns(reading)]


def write(profile: Profile, language: str) -> bytes:
    """Names of columns in the first row; figures as plain numbers; masked cells as text."""
    reading = Reading(profile, language)
    wave: dict[str, Value] = {
        "wave": profile.wave, "release": profile.release, "digest": profile.digest
    }  # fmt: skip
    heads = columns(reading)
    rows = (cells({**wave, **record}, heads) for record in item_records(reading, profile.items))
    return csv_bytes([c.name for c in heads], ([plain(v) for v in row] for row in rows))


def plain(value: Value) -> str:
    """A value as CSV text: 15 significant digits, a point, no thousands."""
    return clean(value) if isinstance(value, str) else f"{value:.15g}"


COUNTS = Exporter(
    "counts.csv", "text/csv; charset=utf-8", "Published counts and shares, one row per item and "
    "group.", write,
)  # fmt: skip
