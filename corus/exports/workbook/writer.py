"""Sheets → an openpyxl workbook: declared tables, typed figures, print set-up, native charts.

Knows nothing of profiles; text is always text, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from corus.exports.columns import Column, Value
from corus.exports.safe_text import is_formula
from corus.exports.workbook import style
from corus.exports.workbook.charts import add_charts
from corus.exports.workbook.sheet import Sheet

A4, PRINTED_CM = 9, 27.4
FRAME_WIDTH, LEAST_WIDTH = 190, 60
"""Longest line above a table, in characters: it runs over the columns, unmerged and unwrapped."""


@dataclass(frozen=True)
class Frame:
    """What stands above every table, and at the foot of every printed page."""

    source: str
    scope_word: str
    units_word: str
    source_word: str
    notes_word: str
    foot: str
    language: str

    def lines(self, sheet: Sheet) -> list[str]:
        """Scope, source, units, notes; long ones run over several lines."""
        printed = sum(c.width for c in sheet.columns[: sheet.printed])
        width = min(FRAME_WIDTH, max(LEAST_WIDTH, round(1.1 * printed)))
        told = [
            (self.scope_word, sheet.scope),
            (self.source_word, self.source),
            (self.units_word, sheet.units),
            *((self.notes_word, note) for note in sheet.notes),
        ]
        colon = "\u202f: " if self.language == "fr" else ": "
        return [line for word, text in told for line in wrap(f"{word}{colon}{text}", width)]


def placed(sheet: Sheet, frame: Frame) -> Iterator[tuple[int, int, Value]]:
    """Every filled cell of a sheet: (row, column, value), 1-based, rows first."""
    yield 1, 1, sheet.title
    for row, line in enumerate(frame.lines(sheet), start=2):
        yield row, 1, line
    top = head_row(sheet, frame)
    for row, values in enumerate((sheet.heads, *sheet.rows), start=top):
        for column, value in enumerate(values, start=1):
            yield row, column, value


def head_row(sheet: Sheet, frame: Frame) -> int:
    """Row of the table's header, right under the frame."""
    return 2 + len(frame.lines(sheet))


def add_sheet(book: Workbook, sheet: Sheet, frame: Frame) -> Worksheet:
    """Write one sheet, its table, its names, its charts."""
    ws: Any = book.create_sheet(sheet.name)
    top = head_row(sheet, frame)
    for row, column, value in placed(sheet, frame):
        cell = ws.cell(row, column)
        put(cell, value)
        if row < top:
            cell.font, cell.alignment = (style.TITLE if row == 1 else style.FRAME), style.ONE_LINE
        elif row == top:
            _dress_head(cell, sheet.columns[column - 1])
        else:
            _dress(cell, sheet.columns[column - 1], value, frame.language)
    _declare(book, ws, sheet, top)
    _link(ws, sheet, top)
    _set_up(ws, sheet, frame, top)
    return ws


def put(cell: Cell, value: Value) -> None:
    """Give a cell its value; text is typed as text, so that nothing is ever computed."""
    if not isinstance(value, str):
        cell.value = value if isinstance(value, int) else float(value)
        return
    cell.value = str(value)
    cell.data_type = "s"
    if is_formula(value):
        cell.quotePrefix = True


def _dress(cell: Cell, column: Column, value: Value, language: str) -> None:
    cell.font = style.font(column, value, first=cell.column == 1)
    cell.alignment = style.alignment(column, first=cell.column == 1)
    cell.border = style.BOX if column.kind == "heat" else style.UNDER
    cell.number_format = style.number_format(column, value, language)
    filled = style.fill(column, value)
    if filled:
        cell.fill = filled


def _dress_head(cell: Cell, column: Column) -> None:
    cell.font, cell.fill = style.HEAD, style.HEAD_FILL
    cell.alignment = style.head_alignment(column, first=cell.column == 1)


def _declare(book: Workbook, ws: Any, sheet: Sheet, top: int) -> None:
    """One declared table, and a name for its data that formulas of others may use."""
    last = get_column_letter(len(sheet.columns))
    bottom = top + len(sheet.rows)
    code = f"t_{sheet.code}"
    ws.add_table(Table(displayName=code, name=code, ref=f"A{top}:{last}{bottom}"))
    target = f"{quote_sheetname(sheet.name)}!$A${top}:${last}${bottom}"
    name = f"corus_{sheet.code}"
    book.defined_names[name] = DefinedName(name, attr_text=target)


def _link(ws: Any, sheet: Sheet, top: int) -> None:
    for row, target in enumerate(sheet.links, start=top + 1):
        if target:
            cell = ws.cell(row, 1)
            place = f"{quote_sheetname(target)}!A1"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=target)
            cell.font = style.LINK


def _set_up(ws: Any, sheet: Sheet, frame: Frame, top: int) -> None:
    for index, column in enumerate(sheet.columns, start=1):
        ws.column_dimensions[get_column_letter(index)].width = column.width
    ws.sheet_format.defaultRowHeight, ws.sheet_format.customHeight = style.ROW_HEIGHT, True
    ws.row_dimensions[1].height = 26
    for row, values in enumerate((sheet.heads, *sheet.rows), start=top):
        ws.row_dimensions[row].height = style.height(sheet.columns, values)
    ws.freeze_panes = ws.cell(top + 1, 1)
    ws.sheet_view.showGridLines = False
    ws.sheet_properties.tabColor = style.ACCENT
    _bars(ws, sheet, top)
    _print_set_up(ws, sheet, frame, top)
    if sheet.printed < len(sheet.columns):
        corner = f"{get_column_letter(sheet.printed)}{top + len(sheet.rows)}"
        ws.print_area = f"A1:{corner}"


def _bars(ws: Any, sheet: Sheet, top: int) -> None:
    """Data bars behind the shares that are looked at first, on a fixed 0–100 % axis."""
    colours = {"favourable": style.TEAL, "unfavourable": style.BROWN, "rate": style.TEAL}
    for index, column in enumerate(sheet.columns, start=1):
        if column.name in colours and column.kind == "share":
            letter = get_column_letter(index)
            rule = DataBarRule(
                start_type="num", start_value=0, end_type="num", end_value=1,
                color=colours[column.name], minLength=0, maxLength=100,
            )  # fmt: skip
            area = f"{letter}{top + 1}:{letter}{top + len(sheet.rows)}"
            ws.conditional_formatting.add(area, rule)


def _print_set_up(ws: Any, sheet: Sheet, frame: Frame, top: int) -> None:
    ws.page_setup.orientation, ws.page_setup.paperSize = "landscape", A4
    if sheet.charts:
        # Fitting to a page forgets page breaks, and a chart must not be cut in two; nor does the
        # head of the table make sense above charts.
        wide = sum(style.centimetres(c.width) for c in sheet.columns)
        ws.page_setup.scale = max(10, min(100, int(100 * PRINTED_CM / wide)))
    else:
        ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        ws.print_title_rows = f"{top}:{top}"
    margins = ws.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.25, 0.25
    # In a footer “&” begins a command: doubled, it is the character; &A is the sheet's name.
    ws.oddFooter.left.text = frame.foot.replace("&", "&&") + " · &A"
    ws.oddFooter.right.text = "&P / &N"
    ws.oddFooter.left.size = ws.oddFooter.right.size = 8


def build(sheets: Sequence[Sheet], frame: Frame) -> Workbook:
    """The whole workbook; charts come last, for they look at the tables of other sheets."""
    book = Workbook()
    book.remove(book.active)
    # Widths of columns are counted in digits of this font.
    book._fonts[0] = book._named_styles["Normal"].font = style.BODY
    tops = {s.code: (s, head_row(s, frame)) for s in sheets}
    for sheet in sheets:
        ws = add_sheet(book, sheet, frame)
        add_charts(ws, sheet, tops, below=head_row(sheet, frame) + len(sheet.rows) + 2)
    return book
