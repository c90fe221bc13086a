"""``counts.csv``: one row per item, group and scale as published, for statisticians.

Knows nothing of what was withheld, which the Profile no longer holds.
"""

from __future__ import annotations

from corus.domain.arrival import by_open_link, by_structure
from corus.domain.part import coded
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.exports.base import Exporter
from corus.exports.columns import Column, Value, cells
from corus.exports.item_cells import COLUMNS, count_columns, item_records
from corus.exports.safe_text import clean, csv_bytes
from corus.exports.withheld import NONE

WAVE = (
    Column("wave", "Wave", "Permanent code of the wave."),
    Column("release", "Release", "Number of the release the figures come from.", "count"),
    Column(
        "part",
        "Part",
        "Which answers the figures are of, as attribute=value; a dash: the release as a whole.",
    ),
    Column("digest", "Instrument digest", "SHA-256 of the published instrument."),
    Column(
        "open_link_low",
        "By open link, at least",
        "Smallest share of all answers shown that can have come by an open link or a kiosk.",
        "share",
    ),
    Column("open_link_high", "By open link, at most", "Largest share that can have.", "share"),
    Column(
        "by_structure_low",
        "By the structure, at least",
        "Smallest share of all answers shown that the structure can have written down.",
        "share",
    ),
    Column(
        "by_structure_high", "By the structure, at most", "Largest share that it can have.", "share"
    ),
)


def columns(reading: Reading) -> list[Column]:
    """Every column of the file, in order; the codebook gives their meaning."""
    return [*WAVE, *COLUMNS.values(), *count_columns(reading)]


def write(profile: Profile, language: str) -> bytes:
    """Names of columns in the first row; figures as plain numbers; masked cells as text."""
    reading = Reading(profile, language)
    wave: dict[str, Value] = {
        "wave": profile.wave, "release": profile.release, "digest": profile.digest,
        "part": NONE if profile.part is None else coded(profile.part),
    }  # fmt: skip
    wave |= _arrival(profile)
    heads = columns(reading)
    rows = (cells({**wave, **record}, heads) for record in item_records(reading, profile.items))
    return csv_bytes([c.name for c in heads], ([plain(v) for v in row] for row in rows))


def _arrival(profile: Profile) -> dict[str, Value]:
    told: dict[str, Value] = {}
    shares = {"open_link": by_open_link(profile), "by_structure": by_structure(profile)}
    for name, bounds in shares.items():
        for end in ("low", "high"):
            told[f"{name}_{end}"] = getattr(bounds, end) if bounds else NONE
    return told


def plain(value: Value) -> str:
    """A value as CSV text: 15 significant digits, a point, no thousands."""
    return clean(value) if isinstance(value, str) else f"{value:.15g}"


COUNTS = Exporter(
    "counts.csv", "text/csv; charset=utf-8", "Published counts and shares, one row per item and "
    "group.", write,
)  # fmt: skip
