"""Words, numbers and dates as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest

from corus.language import catalogue, languages, words


@pytest.mark.parametrize(
    ("value", "digits", "fr", "en"),
    [
        (1234.5, 1, "1\u202f234,5", "1,234.5"),
        (72.5, 0, "73", "73"),
        (73.5, 0, "74", "74"),
        (0.05, 1, "0,1", "0.1"),
        (-2.5, 0, "-3", "-3"),
        (12, 0, "12", "12"),
    ],
)
def test_numbers_are_rounded_as_spreadsheets_round(
    value: float, digits: int, fr: str, en: str
) -> None:
    assert words("fr").number(value, digits) == fr
    assert words("en").number(value, digits) == en


def test_shares_are_told_in_percent_with_the_spacing_of_the_language() -> None:
    assert words("fr").percent(0.285) == "29\u202f%"
    assert words("en").percent(0.285, 1) == "28.5%"
    assert words("fr").percent(1) == "100\u202f%"


def test_french_counts_none_as_one_and_english_as_several() -> None:
    assert words("fr").many("{n} a", "{n} b", 0) == "0 a"
    assert words("en").many("{n} a", "{n} b", 0) == "0 b"


def test_dates_and_unknown_languages() -> None:
    assert words("fr").date(date(2026, 3, 3)) == "3 mars 2026"
    assert words("fr").date(date(2026, 3, 1)) == "1er mars 2026"
    assert words("fr").date(date(2026, 3, 31)) == "31 mars 2026"
    assert words("en").date(date(2026, 3, 1)) == "1 March 2026"
    assert words("en").date(date(2026, 3, 3)) == "3 March 2026"
    assert words("xx").language == "en"
    assert set(languages()) >= {"fr", "en"}


def test_no_french_sentence_is_left_empty_or_without_its_parameters() -> None:
    import re

    for english, french in catalogue("fr").items():
        assert french.strip(), english
        assert set(re.findall(r"{(\w+)}", french)) == set(re.findall(r"{(\w+)}", english)), english
