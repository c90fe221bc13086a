"""Reading files: encodings, separators, lines as a person counts them, and broken files."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.errors import InputError
from corus.services.importing import read_table, tables
from corus.services.importing.delimited import find_separator
from tests.services.importing.factories import SAMPLES, write_csv

SAMPLE_NAMES = [
    "kobo_codes.csv", "kobo_labels.csv", "limesurvey_code_short.csv", "limesurvey_full_long.csv",
]  # fmt: skip


def refusal(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_table(path)
    return caught.value


def book(path: Path, *rows: list[object], sheets: int = 1) -> Path:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for _ in range(sheets - 1):
        made.create_sheet().append(["left aside"])
    made.save(path)
    return path


@pytest.mark.parametrize(("name", "width"), [(n, 29 if "kobo" in n else 44) for n in SAMPLE_NAMES])
def test_every_sample_has_twenty_rows(name: str, width: int) -> None:
    table = read_table(SAMPLES / name)
    assert (len(table.header), len(table.rows), table.faults) == (width, 20, ())


@pytest.mark.parametrize("name", SAMPLE_NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_give_the_same_table(
    name: str, encoding: str, separator: str, tmp_path: Path
) -> None:
    expected = read_table(SAMPLES / name)
    rows = (list(row.cells) for row in expected.rows)
    path = write_csv(tmp_path / "a.csv", list(expected.header), *rows, separator=separator)
    # U+202F is not in Windows-1252; nobody could have typed it there.
    text = path.read_text("utf-8").replace("\u202f", "\u00a0")
    path.write_bytes(text.encode(encoding))
    table = read_table(path)
    plain = [[c.replace("\u202f", "\u00a0") for c in row.cells] for row in expected.rows]
    # The text reader of this test turns CRLF into LF, nothing else.
    assert [list(row.cells) for row in table.rows] == plain


def test_a_row_is_named_by_the_line_it_begins_on() -> None:
    lines = [row.line for row in read_table(SAMPLES / "kobo_codes.csv").rows]
    # The texts beginning on lines 13 and 19 + 3 break over two lines each.
    assert lines == [*range(2, 14), *range(15, 21), 22, 23]
    sheet = [row.line for row in read_table(SAMPLES / "kobo_codes.xlsx").rows]
    assert sheet == list(range(2, 22))


def test_the_workbook_sample_holds_what_the_csv_holds() -> None:
    csv, xlsx = (read_table(SAMPLES / f"kobo_codes.{kind}") for kind in ("csv", "xlsx"))
    assert csv.header == xlsx.header
    assert [row.cells for row in csv.rows] == [row.cells for row in xlsx.rows]


def test_an_answer_written_as_a_formula_stays_the_text_it_was() -> None:
    texts = [row.cells[25] for row in read_table(SAMPLES / "kobo_codes.xlsx").rows]
    assert texts.count("=SOMME(A1:A9)") == 2


def test_workbook_cells_read_as_a_person_would_type_them(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 9, 30)
    path = book(tmp_path / "a.xlsx", ["id", "b", "c", "d", "e", "f"],
                [1, 4.0, 0.5, True, date(2026, 3, 1), moment])  # fmt: skip
    (row,) = read_table(path).rows
    assert row.cells[:4] == ("1", "4", "0.5", "1")
    assert row.cells[4].startswith("2026-03-01")
    assert row.cells[5].startswith("2026-03-01")


def test_short_empty_and_missing_workbook_rows_are_filled_up(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["a", "b", "c"], ["1"], [], ["2", None, "3"], sheets=2)
    table = read_table(path)
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("1", "", "")),
        (4, ("2", "", "3")),
    ]
    assert "first sheet" in table.notes[0]


def test_a_workbook_row_wider_than_the_headings_is_refused(tmp_path: Path) -> None:
    table = read_table(book(tmp_path / "a.xlsx", ["a"], ["1", "2"]))
    assert [(f.line, f.code) for f in table.faults] == [(2, "IMP-010")]


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_a_half_written_workbook_is_refused_in_words(kept: float, tmp_path: Path) -> None:
    content = (SAMPLES / "kobo_codes.xlsx").read_bytes()
    path = tmp_path / "cut.xlsx"
    path.write_bytes(content[: int(len(content) * kept)])
    assert "half-written spreadsheet" in str(refusal(path))


def test_a_zip_that_is_no_workbook_is_refused_in_words(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook>")
    (tmp_path / "a.xlsx").write_bytes(stream.getvalue())
    assert refusal(tmp_path / "a.xlsx").code == "IMP-007"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "IMP-002"),
        (b" \n\n", "IMP-002"),
        (b"\xef\xbb\xbf", "IMP-002"),
        (b"\xd0\xcf\x11\xe0 old", "IMP-004"),
        (b"a,b\n1,\x00\n", "IMP-005"),
        ("a,b\n1,2\n".encode("utf-16"), "IMP-005"),
        (b"a,b\n1,\x81\n", "IMP-005"),
        (b'a,b\n1,"never closed\n2,3\n', "IMP-006"),
        (b"a,,b\n1,2,3\n", "IMP-011"),
        (b"a,b,a\n1,2,3\n", "IMP-011"),
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_refused(
    content: bytes, code: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert refusal(tmp_path / "a.csv").code == code


def test_a_file_of_another_kind_is_said_to_be_neither_csv_nor_xlsx(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    kinds = {
        "a.ods": stream.getvalue(),
        "a.sav": b"$FL2@(#) SPSS DATA FILE\x02\x00\x00\x00",
        "a.html": b"\xef\xbb\xbf\n<!DOCTYPE html>\n<html><body>Log in</body></html>",
        "a.csv": b"<html><table><tr><td>1</td></tr></table></html>",
        "a.xml": b"<?xml version='1.0'?><rows/>",
        "a.pdf": b"%PDF-1.7\n",
        "a.bin": b"\x81\x8d\x8f",
    }
    for name, content in kinds.items():
        (tmp_path / name).write_bytes(content)
        assert "not CSV or XLSX" in str(refusal(tmp_path / name)), name


def test_a_heading_in_html_does_not_make_a_page_of_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"<p>Who?</p>,b\n1,2\n")
    assert read_table(tmp_path / "a.csv").header == ("<p>Who?</p>", "b")


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv").code == "IMP-001"


def test_a_record_broken_halfway_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'a,b\n1,"x\ny"\n2,"cut')
    (fault,) = refusal(tmp_path / "a.csv").faults
    assert (fault.line, fault.code) == (4, "IMP-006")


def test_rows_with_more_or_fewer_cells_are_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a;b\n1;2\n1\n\n1;2;3\n;\n3;4\n")
    table = read_table(tmp_path / "a.csv")
    assert [(f.line, f.code) for f in table.faults] == [(3, "IMP-010"), (5, "IMP-010")]
    assert [row.line for row in table.rows] == [2, 7]


def test_two_headings_alike_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b,a\n1,2,3\n")
    (fault,) = refusal(tmp_path / "a.csv").faults
    assert (fault.column, fault.code) == ("a", "IMP-012")


def test_columns_left_empty_by_a_spreadsheet_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b,,\n1,2,,\n")
    table = read_table(tmp_path / "a.csv")
    assert table.header == ("a", "b")
    assert table.rows[0].cells == ("1", "2")


def test_files_and_tables_beyond_the_limits_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "a.csv", ["a"], ["1"], ["2"], ["3"])
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    assert refusal(path).code == "IMP-003"
    monkeypatch.setattr(tables, "MAX_BYTES", 5)
    assert refusal(path).code == "IMP-003"


def test_a_separator_inside_headings_and_texts_does_not_mislead() -> None:
    assert find_separator('"a;b";"c, d"\n"1, 2";"3"\n') == ";"
    assert find_separator("a;b;c,x\n1,2\n3,4\n") == ","
    assert find_separator("words\none, two\n") == ";"


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")),
            min_size=3, max_size=3,
        ).filter(any),
        min_size=1, max_size=5,
    ),
    separator=st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
def test_what_was_written_in_a_csv_is_what_is_read(
    rows: list[list[str]], separator: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    write_csv(path, ["first", "second", "third"], *rows, separator=separator)
    table = read_table(path)
    assert [list(row.cells) for row in table.rows] == rows
