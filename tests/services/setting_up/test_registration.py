"""Numbers of registration, against those of real enterprises (public, in the Sirene register)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corus.services.setting_up.registration import luhn, registration


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("732 829 320", "siren", "732 829 320"),
        ("732829320", "siren", "732 829 320"),
        ("732.829.320", "siren", "732 829 320"),
        ("732\u202f829\u00a0320", "siren", "732 829 320"),
        ("732 829 320 00074", "siret", "732 829 320 00074"),
        ("w751234567", "rna", "W751234567"),
        ("W2A1001234", "rna", "W2A1001234"),
        ("W9R1001234", "rna", "W9R1001234"),
        ("356 000 000 00048", "siret", "356 000 000 00048"),
        ("356 000 000 49837", "siret", "356 000 000 49837"),
    ],
)
def test_a_number_is_known_however_it_is_spaced(typed: str, kind: str, written: str) -> None:
    found = registration(typed)
    assert found is not None
    assert (found.kind, found.written) == (kind, written)


@pytest.mark.parametrize(
    "typed",
    ["", "732 829 321", "732 829 320 00075", "73282932", "W75123456", "W7512345678", "X751234567",
     "356 000 000 49838", "²32829320", "٧٣٢٨٢٩٣٢٠"],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert registration(typed) is None


def test_an_establishment_of_la_poste_may_break_the_key_and_no_other_enterprise() -> None:
    # Their digits add up to a multiple of 5 (Insee).
    assert not luhn("35600000049837")
    assert registration("35600000049837") is not None
    assert registration("73282932000004") is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 99_999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_digit_wrong_is_always_found(first: int, place: int, more: int) -> None:
    digits = f"{first:08d}"
    whole = next(digits + str(key) for key in range(10) if luhn(digits + str(key)))
    wrong = whole[:place] + str((int(whole[place]) + more) % 10) + whole[place + 1 :]
    assert registration(whole) is not None
    assert registration(wrong) is None
