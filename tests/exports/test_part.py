"""A part of a release says what part it is in every file and language; the whole says nothing."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from lxml import html

from corus.domain.part import ATTRIBUTES, VALUES, coded, named
from corus.domain.profile import Profile
from corus.exports.workbook import changed_sheets
from corus.language import catalogue, words
from corus.services.exporting import exporters
from tests.exports.factories_exports import make_profile
from tests.exports.reading_back import opened, sheet_of

PART = (("group", "employees"), ("mode", "paper"), ("mode", "self"), ("site", "lille"))
WHOLE = ("coverage", "dimensions", "gaps", "texts", "quotations", "codes", "mode_effects",
         "together", "adding", "cautions")  # fmt: skip
TOLD = {
    "fr": "Une partie de la publication, non le tout (groupe\u202f: {group}\u202f; réponses "
    "données\u202f: sur papier ou sans aide\u202f; site\u202f: lille)\u202f: énoncés et choix "
    "seulement.",
    "en": "A part of the release, not the whole (group: {group}; answered: on paper or on their "
    "own; site: lille): items and choices only.",
}


def a_part(**changes: Any) -> Profile:
    return make_profile(**dict.fromkeys(WHOLE, ()), part=PART, concordance=None, **changes)


def told(profile: Profile, language: str) -> str:
    return TOLD[language].format(group=profile.instrument.groups["employees"].label[language])


def written(profile: Profile, name: str, language: str) -> bytes:
    return exporters()[name].write(profile, language)


def rows(profile: Profile) -> list[dict[str, str]]:
    content = written(profile, "counts.csv", "fr").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_json_keeps_the_part_and_reads_it_back() -> None:
    content = written(a_part(), "profile.json", "en")
    assert json.loads(content)["part"] == [list(pair) for pair in PART]
    assert Profile.model_validate_json(content) == a_part()
    assert json.loads(written(make_profile(), "profile.json", "en"))["part"] is None


def test_every_row_of_counts_names_the_part_in_codes() -> None:
    assert {row["part"] for row in rows(a_part())} == {
        "group=employees mode=paper,self site=lille"
    }  # fmt: skip
    assert {row["part"] for row in rows(make_profile())} == {"–"}
    assert {row["part"] for row in rows(a_part().model_copy(update={"part": ()}))} == {"all"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_sheet_of_the_workbook_says_which_part_it_is_of(language: str) -> None:
    content = written(a_part(), "evidence.xlsx", language)
    book = opened(content)
    sentence = told(a_part(), language)
    for sheet in book.worksheets:
        frame = [sheet.cell(row, 1).value or "" for row in range(1, 12)]
        assert sentence in " ".join(map(str, frame)), sheet.title
    first = [cell.value for row in sheet_of(book, "readme").iter_rows() for cell in row]
    assert sentence in first
    assert "lille" in book.properties.title
    assert changed_sheets(content) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_dashboard_says_the_part_in_its_title_and_under_it(language: str) -> None:
    page = html.document_fromstring(written(a_part(), "dashboard.html", language).decode())
    assert page.findtext(".//title").endswith("site\u202f: lille" if language == "fr" else "lille")
    [line] = page.xpath("//header//p[@class='part']")
    assert line.text_content() == told(a_part(), language)
    assert words(language)("no population is known, so that no rate can be computed.") not in (
        page.text_content()
    )
    ids = set(page.xpath("//@id"))
    links = {href[1:] for href in page.xpath("//a/@href") if href.startswith("#")}
    assert links <= ids
    # What a part does not have is left out, not told as if nobody had been asked.
    assert not ids & {"profile", "gaps", "effects", "modes"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_whole_is_not_called_a_part(language: str) -> None:
    page = written(make_profile(), "dashboard.html", language).decode()
    assert 'class="part"' not in page
    book = opened(written(make_profile(), "evidence.xlsx", language))
    for sheet in book.worksheets:
        frame = " ".join(str(sheet.cell(row, 1).value) for row in range(1, 12))
        assert TOLD[language][:20] not in frame


def test_every_word_of_a_part_is_said_in_french() -> None:
    said = {*ATTRIBUTES.values(), *(w for values in VALUES.values() for w in values.values())}
    assert said - catalogue("fr").keys() == set()


def test_a_view_without_filters_is_of_every_answer() -> None:
    assert coded(()) == "all"
    assert named((), words("fr"), lambda _, value: value) == "toutes les réponses"
