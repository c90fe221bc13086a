"""Whatever people type stays text: never a formula, never a broken file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from corus.exports import EXPORTERS
from corus.exports.safe_text import CELL_LIMIT, clean, csv_bytes, fit, guard, is_formula, unguard
from tests.exports.factories_exports import HOSTILE, LONG, make_hostile
from tests.exports.reading_back import opened, parts, records, written

TYPED = st.text(alphabet=st.one_of(st.sampled_from("'=+-@\t\r \"1a"), st.characters()))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_plain_text_in_a_well_formed_workbook(text):
    profile = make_hostile(text)
    content = written(profile)
    for name, part in parts(content).items():
        assert etree.fromstring(part) is not None, name
    book = opened(content)
    identity = {r["Sujet"]: r["Ce qui est connu"] for r in records(book, "identity")}
    assert identity["Structure"] == clean(profile.organization)
    for ws in book.worksheets:
        for row in ws.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), (ws.title, cell.coordinate)
                if isinstance(cell.value, str) and is_formula(cell.value):
                    assert cell.quotePrefix, (ws.title, cell.coordinate)


def test_text_longer_than_a_cell_is_cut_and_says_so():
    book = opened(written(make_hostile(LONG)))
    told = {r["Sujet"]: r["Ce qui est connu"] for r in records(book, "identity")}["Structure"]
    assert told.endswith(" […]")
    assert len(told.encode("utf-16-le")) // 2 <= CELL_LIMIT


@given(TYPED)
def test_guarded_text_comes_back_unchanged_and_is_never_computed(text):
    assert unguard(guard(text)) == text
    assert not is_formula(guard(text)) or guard(text).startswith("'")


@given(TYPED)
def test_csv_comes_back_as_it_was_cleaned(text):
    content = csv_bytes(["a", "b"], [[clean(text), "x"]])
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [unguard(cell) for cell in rows[1]] == [clean(text), "x"]


@given(st.text(min_size=1, max_size=5), st.integers(-3, 3))
def test_cut_text_always_fits(text, more):
    long = (text * CELL_LIMIT)[: CELL_LIMIT + more]
    assert len(fit(long, " […]").encode("utf-16-le")) // 2 <= CELL_LIMIT
    assert fit(text, " […]") == text


@pytest.mark.parametrize("text", ["-", "-3", "4", "-0.5", "a:30|b:70", "– 3", "été"])
def test_plain_values_are_not_touched(text):
    assert guard(text) == text


@pytest.mark.parametrize("name", ["counts.csv", "codebook.csv"])
@pytest.mark.parametrize("text", HOSTILE)
def test_csv_cells_never_begin_like_a_formula(name, text):
    content = EXPORTERS[name].write(make_hostile(text), "fr").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, newline="")):
        assert not any(is_formula(cell) for cell in row if not cell.startswith("'"))
