"""The usual encoding of forms is read as werkzeug reads it, whatever is sent."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import werkzeug.urls  # noqa: F401 - registers how odd bytes are kept
from hypothesis import given
from hypothesis import strategies as st

from corus.web.forms import ODD_BYTES, read

SIGNS = st.text(st.sampled_from("ab.=&+%2é é;\x00\n"), max_size=40)


@given(SIGNS)
def test_any_body_is_read_as_the_library_reads_it(body: str) -> None:
    assert read(body) == parse_qs(body, keep_blank_values=True, errors=ODD_BYTES)


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=8))
def test_what_a_browser_encodes_comes_back_as_it_was_typed(typed: list[tuple[str, str]]) -> None:
    found = read(urlencode(typed))
    expected: dict[str, list[str]] = {}
    for name, value in typed:
        expected.setdefault(name, []).append(value)
    assert found == expected


def test_bytes_that_are_no_text_stay_as_they_were_sent() -> None:
    assert read("q.a=%ff&q.a=%C3%A9") == {"q.a": ["%FF", "é"]}
