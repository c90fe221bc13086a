"""A column as every export declares it: name, heading, meaning, kind of figure.

Knows nothing of files: the same columns head a CSV and a worksheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "count", "score", "share", "number", "fine", "p", "heat"]
"""``count`` whole persons · ``score`` 0–100 · ``share`` 0–1 · ``number`` in the scale's own values
· ``fine`` a coefficient · ``p`` a probability · ``heat`` a score that takes its colour."""

Value = str | int | float
Record = Mapping[str, Value]


class Masked(str):
    """The text that stands where a figure is masked, so that no file forgets to hatch it."""


class Rounded(float):
    """A score published to the nearest 5 only: shown with ``≈``."""


class Whole(float):
    """A score published in whole points: shown without decimals it does not have."""


@dataclass(frozen=True)
class Column:
    """One column; ``heading`` and ``about`` are English sentences, keys of the catalogue.

    ``name`` is permanent and language-free; ``width`` is in characters.
    """

    name: str
    heading: str
    about: str
    kind: Kind = "text"
    width: float = 12


def cells(record: Record, columns: Iterable[Column]) -> tuple[Value, ...]:
    """The values of ``record`` in the order of ``columns``; a missing one is a fault."""
    return tuple(record[column.name] for column in columns)
