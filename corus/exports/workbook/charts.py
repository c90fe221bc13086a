"""Native bar charts of scores, always on 0–100, with their intervals.

Knows the tables it looks at, not the profile; masked rows have no bar and say so in their label.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from openpyxl.chart import BarChart
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.series import Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties
from openpyxl.drawing.text import Font as DrawingFont
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.pagebreak import Break

from corus.exports.workbook import style
from corus.exports.workbook.sheet import Bars, Sheet

WIDTH, ROW_HEIGHT, HEAD_HEIGHT = 12.6, 0.62, 1.9
"""Centimetres: two charts side by side fill a landscape page."""
CM_PER_ROW = style.ROW_HEIGHT / 72 * 2.54
PAGE_HEIGHT = 17.5
"""Centimetres of a printed landscape page, without its margins."""

Tables = Mapping[str, tuple[Sheet, int]]
"""Code of a table → the sheet and the row of its header."""


def add_charts(ws: Any, sheet: Sheet, tables: Tables, below: int) -> None:
    """Draw the sheet's charts under its table, two side by side, none cut by a page."""
    half, row = _half(sheet), below
    if sheet.charts:
        ws.row_breaks.append(Break(id=below - 2))
    left = PAGE_HEIGHT
    for index in range(0, len(sheet.charts), 2):
        pair = sheet.charts[index : index + 2]
        height = max(map(_height, pair)) + 0.8
        if height > left:
            ws.row_breaks.append(Break(id=row - 2))
            left = PAGE_HEIGHT
        for bars, column in zip(pair, ("A", half), strict=False):
            ws.add_chart(_chart(bars, *tables[bars.table]), f"{column}{row}")
        row += ceil(height / CM_PER_ROW)
        left -= height


def _height(bars: Bars) -> float:
    return HEAD_HEIGHT + ROW_HEIGHT * (bars.last - bars.first + 1)


def _half(sheet: Sheet) -> str:
    """The column at which the second chart of a row starts: past the first chart."""
    reached = 0.0
    for index, column in enumerate(sheet.columns, start=1):
        if reached >= WIDTH + 0.3:
            return str(get_column_letter(index))
        reached += style.centimetres(column.width)
    return str(get_column_letter(len(sheet.columns) + 1))


def _chart(bars: Bars, source: Sheet, top: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.style, chart.legend = "bar", None, None
    chart.width, chart.height, chart.gapWidth = WIDTH, _height(bars), 45
    chart.title = bars.title
    chart.title.overlay = False
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_text(1100, style.INK, bold=True))
    chart.title.tx.rich.p[0].r[0].rPr = _text(1100, style.INK, bold=True)
    chart.series.append(_series(bars, source, top))
    _axes(chart)
    return chart


def _axes(chart: BarChart) -> None:
    """Groups from top to bottom in their order; scores from 0 to 100, never cut."""
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 100
    chart.y_axis.majorUnit, chart.y_axis.crosses = 25, "max"
    chart.y_axis.number_format = "0"
    chart.y_axis.majorGridlines.spPr = _line(style.LINE)
    chart.x_axis.graphicalProperties = _line(style.HATCH)
    chart.y_axis.graphicalProperties = _line(style.LINE)
    chart.x_axis.majorTickMark = chart.y_axis.majorTickMark = "none"
    for axis, colour in ((chart.x_axis, style.INK), (chart.y_axis, style.SOFT_INK)):
        properties = ParagraphProperties(defRPr=_text(900, colour))
        axis.txPr = RichText(p=[Paragraph(pPr=properties, endParaRPr=_text(900, colour))])
    # Room for the labels, whatever their length: half of the chart.
    chart.plot_area.layout = Layout(
        manualLayout=ManualLayout(
            layoutTarget="inner", xMode="edge", yMode="edge", x=0.5, y=0.17, w=0.46, h=0.7
        )
    )


def _series(bars: Bars, source: Sheet, top: int) -> Series:
    label = _place(source, bars.label_column)
    rows = source.rows[bars.first : bars.last + 1]
    series = Series(idx=0, order=0)
    points = [StrVal(idx=i, v=str(row[label])) for i, row in enumerate(rows)]
    area = _area(bars, source, top, label)
    cache = StrData(ptCount=len(rows), pt=points)
    series.cat = AxDataSource(strRef=StrRef(f=area, strCache=cache))
    series.val = _numbers(bars, source, top, bars.value_column)
    series.spPr = GraphicalProperties(solidFill=style.TEAL)
    series.spPr.line = LineProperties(solidFill=style.STRONG_TEAL, w=9525)
    down, up = (_numbers(bars, source, top, column) for column in bars.margin_columns)
    series.errBars = ErrorBars(
        errDir="y", errBarType="both", errValType="cust", noEndCap=False, plus=up, minus=down,
        spPr=_line(style.INK),
    )  # fmt: skip
    return series


def _numbers(bars: Bars, source: Sheet, top: int, name: str) -> NumDataSource:
    """The figures of one column; a text has no point, so what is masked is drawn nowhere."""
    column = _place(source, name)
    rows = source.rows[bars.first : bars.last + 1]
    found = [(i, row[column]) for i, row in enumerate(rows)]
    points = [NumVal(idx=i, v=f"{n:.15g}") for i, n in found if not isinstance(n, str)]
    cache = NumData(formatCode="0.0", ptCount=len(rows), pt=points)
    return NumDataSource(numRef=NumRef(f=_area(bars, source, top, column), numCache=cache))


def _place(source: Sheet, name: str) -> int:
    return [column.name for column in source.columns].index(name)


def _area(bars: Bars, source: Sheet, top: int, column: int) -> str:
    letter = get_column_letter(column + 1)
    first, last = top + 1 + bars.first, top + 1 + bars.last
    return f"{quote_sheetname(source.name)}!${letter}${first}:${letter}${last}"


def _line(colour: str) -> GraphicalProperties:
    return GraphicalProperties(ln=LineProperties(solidFill=colour, w=9525))


def _text(size: int, colour: str, *, bold: bool = False) -> CharacterProperties:
    face = DrawingFont(typeface=style.FONT)
    return CharacterProperties(sz=size, b=bold, solidFill=colour, latin=face)
