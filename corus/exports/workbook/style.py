"""How the workbook looks: paper and ink, hatching for masks, figures right, words left.

Knows nothing of what the figures mean; colour never says anything that the text does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from corus.exports.columns import Column, Masked, Rounded, Value, Whole

FONT = "Arial"
"""On every office computer, or with a twin of the same widths, so that rows fit their text."""
PAPER, LINE, INK, SOFT_INK, ACCENT = "FAF8F4", "D9DDE1", "1D2733", "5B6672", "0B6461"
STRONG_BROWN, BROWN, MIDDLE, TEAL, STRONG_TEAL = "8C510A", "D8B365", "F4F3EF", "80C7BE", "01665E"
HATCH, MASKED = "B9C0C7", "EEF0F2"
HEAT = ((0.0, STRONG_BROWN), (25.0, BROWN), (50.0, MIDDLE), (75.0, TEAL), (100.0, STRONG_TEAL))
"""Fixed from 0 to 100, its middle at 50: two workbooks can be laid side by side."""

ROW_HEIGHT = 12.75
"""Points of a row that nothing sets: what the body font needs."""
LINE_HEIGHT, HEAT_HEIGHT, MAX_HEIGHT = 12.75, 24.0, 409.0
MARGIN = 1.6
"""Units of a column that hold no text: its padding and its indent."""
TALLEST, WIDE = 4000, 0x2E80
NARROW = frozenset(" ijltfrI.,;:!|()[]'’·-\u202f")

TITLE = Font(name=FONT, size=16, bold=True, color=INK)
FRAME = Font(name=FONT, size=10, color=SOFT_INK)
HEAD = Font(name=FONT, size=10, bold=True, color="FFFFFF")
BODY = Font(name=FONT, size=10, color=INK)
FIRST = Font(name=FONT, size=10, bold=True, color=INK)
WITHHELD = Font(name=FONT, size=9, italic=True, color=SOFT_INK)
LINK = Font(name=FONT, size=10, bold=True, underline="single", color=ACCENT)
FIGURE = Font(name=FONT, size=11, bold=True, color=INK)
FIGURE_ON_DARK = Font(name=FONT, size=11, bold=True, color="FFFFFF")

HEAD_FILL = PatternFill("solid", fgColor=ACCENT)
MASK_FILL = PatternFill("lightUp", fgColor=HATCH, bgColor=MASKED)
_RULE = Side(style="thin", color=LINE)
UNDER = Border(bottom=_RULE)
BOX = Border(left=_RULE, right=_RULE, top=_RULE, bottom=_RULE)

WORDS = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
NAME = Alignment(horizontal="left", vertical="center", wrap_text=True)
FIGURES = Alignment(horizontal="right", vertical="center", wrap_text=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
ONE_LINE = Alignment(horizontal="left", vertical="center")


_FORMATS = {"count": "#,##0", "heat": "0", "score": "0.0", "number": "0.0#", "fine": "0.00"}
_SMALL = ('[<0.001]"<\u202f0.001";0.000', '[<0.001]"<\u202f0,001";0.000')
"""A probability too small for three decimals is not zero."""


def number_format(column: Column, value: Value, language: str) -> str:
    """The format of one figure; text keeps the general one."""
    if isinstance(value, str):
        return "General"
    if isinstance(value, Rounded):
        return '"≈\u202f"0'
    if isinstance(value, Whole):
        return "0"
    if column.kind == "share":
        return '0"\u202f"%' if language == "fr" else "0%"
    return _FORMATS[column.kind] if column.kind != "p" else _SMALL[language == "fr"]


def font(column: Column, value: Value, *, first: bool) -> Font:
    """Figures in ink, what replaces a figure in soft italics, the row's own name in bold."""
    if column.kind == "heat" and not isinstance(value, str):
        return FIGURE_ON_DARK if _is_dark(heat(value)) else FIGURE
    if column.kind != "text" and isinstance(value, str):
        return WITHHELD
    return FIRST if first else BODY


def alignment(column: Column, *, first: bool) -> Alignment:
    """Words left and wrapped, figures right, heat cells in the middle."""
    if column.kind == "heat":
        return CENTRED
    if first:
        return NAME
    return WORDS if column.kind == "text" else FIGURES


def head_alignment(column: Column, *, first: bool) -> Alignment:
    """Heads stand over their column as its cells do."""
    body = alignment(column, first=first)
    return Alignment(
        horizontal=body.horizontal, vertical="center", wrap_text=True, indent=body.indent
    )


def fill(column: Column, value: Value) -> PatternFill | None:
    """Hatching for masked cells, the colour of its score for a heat cell."""
    if isinstance(value, Masked):
        return MASK_FILL
    if column.kind == "heat" and not isinstance(value, str):
        return PatternFill("solid", fgColor=heat(value))
    return None


def centimetres(width: float) -> float:
    """A column's width on screen and paper: 7 pixels a unit and 5 of padding, 96 to the inch."""
    return (7 * width + 5) / 96 * 2.54


def height(columns: Sequence[Column], values: Sequence[Value]) -> float:
    """Points that the tallest wrapped text of a row needs; set, for not every reader measures."""
    texts = [(v, c) for v, c in zip(values, columns, strict=True) if isinstance(v, str)]
    lines = max((_lines(text, column.width - MARGIN) for text, column in texts), default=1)
    least = HEAT_HEIGHT if columns[-1].kind == "heat" else 0.0
    return min(MAX_HEIGHT, max(least, LINE_HEIGHT * lines + 4))


def _lines(text: str, room: float) -> int:
    """Lines of ``text`` wrapped at words in a column of ``room`` units."""
    # What lies beyond the tallest row a workbook allows need not be measured.
    return sum(_wrapped(line, room) for line in text[:TALLEST].split("\n"))


def _wrapped(line: str, room: float) -> int:
    lines, used = 1, 0.0
    for word in line.split(" "):
        width = sum(map(_unit, word))
        if used and used + width > room:
            lines, used = lines + 1, 0.0
        used += width + _unit(" ")
        lines, used = lines + int(used // (room + 1)), used % (room + 1)
    return lines


def _unit(character: str) -> float:
    """Width of a character of the body font, in units of column width, on the safe side."""
    if character in NARROW:
        return 0.57
    return 1.75 if ord(character) > WIDE else 1.4 if character.isupper() else 1.05


def heat(score: float) -> str:
    """The colour of a score in [0, 100], between its two neighbours of ``HEAT``."""
    for (low, first), (high, second) in pairwise(HEAT):
        if score <= high:
            part = (score - low) / (high - low)
            pairs = zip(bytes.fromhex(first), bytes.fromhex(second), strict=True)
            return "".join(f"{round(a + (b - a) * part):02X}" for a, b in pairs)
    return HEAT[-1][1]


def _is_dark(colour: str) -> bool:
    red, green, blue = bytes.fromhex(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128
