"""What a printed profile is made of: sections, and the blocks in them, as text and positions.

Everything that is printed comes ready said; what is withheld never arrives here. Positions are on
the fixed scale 0–100, or parts of a bar's half in [−1, 1].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "paragraph", "bullets", "facts", "table", "heat", "scores", "items", "gaps", "quotes"
]


@dataclass(frozen=True)
class Told:
    """A sentence; ``lead`` stands before it in bold and leads to ``to`` where there is one."""

    text: str
    lead: str = ""
    to: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in a table: a text, what bounds or explains it, whether it stands for a mask."""

    text: str
    small: str = ""
    masked: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph, in secondary ink when it only explains."""

    text: str
    soft: bool = False
    kind: Kind = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """Sentences one under the other."""

    items: tuple[Told, ...]
    kind: Kind = "bullets"


@dataclass(frozen=True)
class Facts:
    """Names and what they say: the publication, the glossary."""

    pairs: tuple[tuple[str, str], ...]
    kind: Kind = "facts"


@dataclass(frozen=True)
class Table:
    """Heads, and rows whose first cell names the row; ``words``: other columns hold sentences."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: tuple[int, ...] = ()
    kind: Kind = "table"


@dataclass(frozen=True)
class HeatCell:
    """One case: its mark, where it leads, the colours of its score ("" where there is none)."""

    mark: str
    to: str = ""
    fill: str = ""
    ink: str = ""
    masked: bool = False
    divided: bool = False


@dataclass(frozen=True)
class HeatRow:
    """One group, and how many of it answered."""

    group: str
    received: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Heat:
    """Groups in rows, dimensions in columns: (short label, anchor of its section)."""

    caption: str
    corner: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[HeatRow, ...]
    kind: Kind = "heat"


@dataclass(frozen=True)
class ScoreRow:
    """The score of one group: in figures, and where it lies on 0–100.

    ``at`` is None where there is no score; ``low`` and ``high`` where no interval is published.
    """

    anchor: str
    group: str
    mark: str
    n: str
    interval: str
    told: str
    at: float | None = None
    low: float | None = None
    high: float | None = None
    rounded: bool = False
    masked: bool = False
    divided: bool = False


@dataclass(frozen=True)
class Scores:
    """Dot plot with intervals, group by group, beside its figures."""

    heads: tuple[str, ...]
    rows: tuple[ScoreRow, ...]
    kind: Kind = "scores"


@dataclass(frozen=True)
class Segment:
    """One coloured part of a bar: ``start`` in [−1, 1] with neutral at 0, ``share`` in [0, 1]."""

    start: float
    share: float
    colour: str


@dataclass(frozen=True)
class ItemRow:
    """One item as one group answered it; ``told`` stands where no figure may be told."""

    anchor: str
    group: str
    notes: tuple[str, ...]
    divided: bool
    told: str = ""
    masked: bool = False
    n: str = ""
    bar: tuple[Segment, ...] = ()
    under_bar: str = ""
    cells: tuple[Cell, ...] = ()
    dont_know: float | None = None
    """Share in [0, 1], None where it is withheld; drawn apart from opinions."""


@dataclass(frozen=True)
class Item:
    """The sentence, how it reads, and a row per group."""

    anchor: str
    text: str
    about: str
    reversed: bool
    rows: tuple[ItemRow, ...]


@dataclass(frozen=True)
class Items:
    """Every item of a dimension under the same heads."""

    heads: tuple[str, ...]
    items: tuple[Item, ...]
    kind: Kind = "items"


@dataclass(frozen=True)
class GapRow:
    """Two groups and what separates them, in words and as two places on 0–100."""

    topic: str
    about: str
    to: str
    flagged: bool
    first: Cell
    second: Cell
    gap: str
    interval: str
    high: float
    low: float


@dataclass(frozen=True)
class Gaps:
    """Dumbbells: the lower and the higher group of each topic."""

    heads: tuple[str, ...]
    rows: tuple[GapRow, ...]
    kind: Kind = "gaps"


@dataclass(frozen=True)
class Quotes:
    """What one group wrote, as far as it may be read: (words, coding), then who is not quoted."""

    group: str
    quotations: tuple[tuple[str, str], ...]
    left_out: str
    kind: Kind = "quotes"


Block = (
    Paragraph | Bullets | Facts | Table | Heat | Scores | Items | Gaps | Quotes
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A heading of the outline and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    anchor: str = ""
    level: int = 1
    new_page: bool = False
    outlined: bool = True
    """Whether the table of contents names it."""
