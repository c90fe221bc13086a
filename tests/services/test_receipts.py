"""Receipt codes, as people copy them by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corus.services.receipts import id_of_code, read_code, receipt_code, response_id

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("K7QF-22XM-4DTA", "K7QF-22XM-4DTA"),
        (" k7qf 22xm 4dta ", "K7QF-22XM-4DTA"),
        ("k7qf22xm4dta", "K7QF-22XM-4DTA"),
        ("K7QF\u201322XM\u20134DTA.", "K7QF-22XM-4DTA"),
        ("0OO1-I8BB-4DTA", "OOOI-IBBB-4DTA"),
        ("K7QF-22XM-4DT", None),
        ("K7QF-22XM-4DTAA", None),
        ("K7QF-29XM-4DTA", None),
        ("", None),
        ("é" * 12, None),
        ("A" * 10_000, None),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str, meant: str | None) -> None:
    assert read_code(typed) == meant


@given(st.text("0123456789abcdef", min_size=32, max_size=32))
def test_every_code_given_out_is_read_back(submission_id: str) -> None:
    code = receipt_code(KEY, submission_id)
    assert read_code(code.lower().replace("-", " ").replace("o", "0").replace("i", "1")) == code
    assert id_of_code(KEY, code) == response_id(KEY, submission_id)
    assert code.replace("-", "").encode() not in response_id(KEY, submission_id)
