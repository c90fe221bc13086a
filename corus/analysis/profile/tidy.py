"""A profile as tables: one row per cell, for researchers, notebooks and workbooks.

Holds what the profile holds, already masked; computes nothing.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from corus.domain.profile import ItemCell, Profile, Share

_SIDES = ("favourable", "mixed", "unfavourable")


def tidy(profile: Profile) -> pd.DataFrame:
    """One row per (item, group), in the profile's order.

    Columns: dimension ("" outside), item, group, direction (as_asked | reversed), purpose,
    show, reason, scale (codes); n, asked, dont_know, not_concerned, skipped (persons, nullable
    integers); dont_know_share, not_concerned_share, skipped_share in [0, 1]; for each side
    (favourable, mixed, unfavourable) its share in [0, 1], ``_low`` and ``_high`` of its 95 %
    interval, and ``_band`` (low | middle | high); mean and median in scale values as
    asked; majority; merged, divided; counts (tuple by point as asked, empty when withheld).
    Missing means withheld or not asked: ``show`` and ``reason`` say which.
    """
    frame = pd.DataFrame([_item_row(profile, cell) for cell in profile.items], columns=_COLUMNS)
    return _typed(frame, ("n", "asked", "dont_know", "not_concerned", "skipped"))


def tidy_dimensions(profile: Profile) -> pd.DataFrame:
    """One row per (dimension, group), in the profile's order.

    Columns: dimension, group, show, reason, item (to read instead of a score), n (persons
    scored), score, low, high, sd (0–100 points), unanimous, divided.
    """
    columns = (
        "dimension", "group", "show", "reason", "item", "n", "score", "low", "high", "sd",
        "unanimous", "divided",
    )  # fmt: skip
    rows = [cell.model_dump(include=set(columns)) for cell in profile.dimensions]
    return _typed(pd.DataFrame(rows, columns=list(columns)), ("n",))


_FIELDS = (
    "show", "reason", "scale", "n", "asked", "dont_know", "not_concerned", "skipped",
    "dont_know_share", "not_concerned_share", "skipped_share", "mean", "median", "majority",
    "merged", "divided", "counts",
)  # fmt: skip
_SHARE_COLUMNS = [f"{side}{end}" for side in _SIDES for end in ("", "_low", "_high", "_band")]
_COLUMNS = [
    "dimension", "item", "group", "direction", "purpose", *_FIELDS[:11], *_SHARE_COLUMNS,
    *_FIELDS[11:],
]  # fmt: skip


def _item_row(profile: Profile, cell: ItemCell) -> dict[str, Any]:
    item = profile.instrument.item_by_code[cell.item]
    row: dict[str, Any] = {
        "dimension": profile.instrument.dimension_of.get(cell.item, ""),
        "item": cell.item,
        "group": cell.group,
        "direction": item.direction,
        "purpose": item.purpose,
    }
    row |= {name: getattr(cell, name) for name in _FIELDS}
    for side in _SIDES:
        share = getattr(cell, side) or Share()
        row |= {
            side: share.value,
            f"{side}_low": share.low,
            f"{side}_high": share.high,
            f"{side}_band": share.band,
        }
    return row


def _typed(frame: pd.DataFrame, persons: tuple[str, ...]) -> pd.DataFrame:
    """Counts of persons as nullable integers: a withheld count is missing, never 0 or 3.0."""
    return frame.astype(dict.fromkeys(persons, "Int64"))
