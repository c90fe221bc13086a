"""The dashboard on open questions: bad effects as visible as good ones, words in their place."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html

from corus.charts.assets import Assets
from corus.charts.page import render
from corus.domain.open_answers import Codebook, CodeDefinition, Quotation, QuotationCell
from corus.domain.profile import ChoiceCell, Profile, Share, TextCell
from tests.charts.factories_charts import a_profile

ITEM = "unexpected"
TEXTS = (
    TextCell(item=ITEM, group="employees", show="full", n=14),
    TextCell(item=ITEM, group="board", show="full", n=7),
    TextCell(item=ITEM, group="suppliers", show="masked", reason="n < 5"),
)
NONE = dict.fromkeys(("favourable", "unfavourable", "ambivalent"), 0)
FULL = QuotationCell(
    item=ITEM, group="employees", show="full", n=14,
    quotations=(
        Quotation(text="Un jardin <b>ouvert</b>.", codes=("garden",), expectation="unexpected",
                  valence="favourable"),
    ),
    valences={"favourable": 9, "unfavourable": 4, "ambivalent": 0, "uncoded": 1},
    left_out={"favourable": 8, "unfavourable": 4, "ambivalent": 0, "uncoded": 1},
    expectations={"expected": 2, "unexpected": 11},
)  # fmt: skip
BANDED = QuotationCell(item=ITEM, group="board", show="banded", reason="5–9",
                       bands={"favourable": "low", "unfavourable": "high", "ambivalent": "low",
                              "uncoded": "low"})  # fmt: skip
MASKED = QuotationCell(item=ITEM, group="suppliers", show="masked", reason="n < 5")
CODES = (
    ChoiceCell(item=ITEM, group="employees", option="garden", show="full", n=13, chosen=9,
               share=Share(value=9 / 13, low=0.42, high=0.87)),
    ChoiceCell(item=ITEM, group="board", option="garden", show="banded", reason="5–9",
               share=Share(band="low")),
    ChoiceCell(item=ITEM, group="suppliers", option="garden", show="masked", reason="n < 5"),
)  # fmt: skip
BOOK = Codebook(
    item=ITEM, version=1,
    codes=(CodeDefinition(code="garden", name="jardin", definition="Parle du jardin."),),
)  # fmt: skip


def effects(profile: Profile, language: str = "fr") -> Any:
    page = render(profile, language, assets=Assets.at("/assets/"))
    return html.document_fromstring(page).get_element_by_id("effects")


def coded(**changes: Any) -> Profile:
    values = {
        "texts": TEXTS, "quotations": (FULL, BANDED, MASKED), "codes": CODES, "codebooks": (BOOK,)
    }  # fmt: skip
    return a_profile(**{**values, **changes})


def rows(table: Any) -> dict[str, list[str]]:
    return {
        row.findtext("th"): [cell.text_content() for cell in row.findall("td")]
        for row in table.iterfind("tbody/tr")
    }


def test_effects_are_counted_by_group_with_bad_ones_beside_good_ones() -> None:
    table, _ = effects(coded()).findall(".//table")
    heads = [cell.text_content() for cell in table.iterfind("thead/tr/th")]
    assert heads[1:] == [
        "effets favorables", "effets défavorables", "effets ambivalents",
        "non codés, ou codés différemment", "attendu", "inattendu",
    ]  # fmt: skip
    found = list(rows(table).values())
    assert found[0] == ["9", "4", "0", "1", "2", "11"]
    low, high = "25\u202f% ou moins", "75\u202f% ou plus"
    assert found[1] == [low, high, low, low, "non publié", "non publié"]
    assert found[2] == ["n < 5"] * 6


def test_themes_stand_in_rows_with_their_share_in_each_group() -> None:
    _, table = effects(coded()).findall(".//table")
    assert rows(table) == {"jardin": ["69\u202f%", "25\u202f% ou moins", "n < 5"]}
    assert "(n\u202f=\u202f13)" in table.findtext("thead/tr/th[2]")


def test_what_people_wrote_is_quoted_with_the_number_of_those_who_are_not() -> None:
    [details] = effects(coded()).findall(".//details")
    assert [q.text_content() for q in details.iter("q")] == ["Un jardin <b>ouvert</b>."]
    told = " ".join(details.text_content().split())
    assert "effets favorables · inattendu · jardin" in told
    assert "Non cité·es ici : 13 (effets favorables 8 · " in told
    assert "effets défavorables 4" in told


@pytest.mark.parametrize(
    "uncoded",
    [
        (),
        (FULL.model_copy(update={"quotations": (), "valences": {**NONE, "uncoded": 14},
                                 "left_out": {**NONE, "uncoded": 14}, "expectations": {}}),),
    ],
)  # fmt: skip
def test_where_nobody_has_coded_the_page_says_so(uncoded: tuple[QuotationCell, ...]) -> None:
    section = effects(coded(quotations=uncoded, codes=(), codebooks=()))
    assert "personne n’a encore codé ces réponses" in section.text_content()
    assert not section.findall(".//table")


def test_few_persons_quoted_nowhere_leave_no_empty_frame() -> None:
    section = effects(coded(quotations=(BANDED, MASKED), codes=CODES[2:]), "en")
    assert not section.findall(".//details")
    assert len(section.findall(".//table")) == 1
    assert "75% or more" in section.text_content()
