"""The workbook on open answers: good and bad effects counted, words quoted, nobody left out."""

from __future__ import annotations

from typing import Any

import pytest

from corus.domain.open_answers import Codebook, CodeDefinition, Quotation, QuotationCell
from corus.domain.profile import ChoiceCell, Profile, Share
from corus.exports.workbook import changed_sheets
from tests.exports.factories_exports import make_profile, share
from tests.exports.reading_back import opened, records, sheet_of, written

ITEM = "open_unexpected"
SAID = (
    QuotationCell(
        item=ITEM, group="employees", show="full", n=14,
        quotations=(
            Quotation(text="=SOMME(A1) Un jardin.", codes=("garden", "bonds"),
                      expectation="unexpected", valence="favourable"),
            Quotation(text="Trop de bruit.", codes=("noise",), expectation="expected",
                      valence="unfavourable"),
        ),
        valences={"favourable": 8, "unfavourable": 4, "ambivalent": 1, "uncoded": 1},
        left_out={"favourable": 7, "unfavourable": 3, "ambivalent": 1, "uncoded": 1},
        expectations={"expected": 2, "unexpected": 11},
    ),
    QuotationCell(item=ITEM, group="board", show="banded", reason="5–9",
                  bands={"favourable": "low", "unfavourable": "high", "ambivalent": "low",
                         "uncoded": "low"}),
    QuotationCell(item=ITEM, group="suppliers", show="masked", reason="n < 5"),
    QuotationCell(item="open_change", group="employees", show="full", n=19,
                  valences={"favourable": 0, "unfavourable": 0, "ambivalent": 0, "uncoded": 19},
                  left_out={"favourable": 0, "unfavourable": 0, "ambivalent": 0, "uncoded": 19},
                  expectations={"expected": 0, "unexpected": 0}),
)  # fmt: skip
CODES = (
    ChoiceCell(item=ITEM, group="employees", option="noise", show="full", n=13, chosen=4,
               share=share(4 / 13, 0.13, 0.58)),
    ChoiceCell(item=ITEM, group="board", option="noise", show="banded", reason="5–9",
               share=Share(band="high")),
    ChoiceCell(item=ITEM, group="suppliers", option="noise", show="masked", reason="n < 5"),
)  # fmt: skip
BOOKS = (
    Codebook(item=ITEM, version=1, codes=tuple(
        CodeDefinition(code=code, name=name, definition=f"Parle de {name}.")
        for code, name in (("noise", "bruit"), ("garden", "jardin"), ("bonds", "liens"))
    )),
)  # fmt: skip


def make_coded(**changes: Any) -> Profile:
    return make_profile(**{"quotations": SAID, "codes": CODES, "codebooks": BOOKS, **changes})


@pytest.fixture(scope="module")
def book() -> Any:
    return opened(written(make_coded(), "fr"))


def counted(book: Any, group: str) -> dict[str, tuple[Any, ...]]:
    return {
        r["Ce qui est compté"]: (r["Personnes"], r["Sur"], r["Part"], r["État"])
        for r in records(book, "effects")
        if r["Groupe"] == group and r["Objet"] == "effet inattendu"
    }


def test_a_full_group_is_counted_by_valence_expectation_and_theme(book: Any) -> None:
    assert counted(book, "Salariées et salariés") == {
        "a répondu à la question": (14, "–", "–", "publié"),
        "effets favorables": (8, 14, "–", "publié"),
        "effets défavorables": (4, 14, "–", "publié"),
        "effets ambivalents": (1, 14, "–", "publié"),
        "non codés, ou codés différemment": (1, 14, "–", "publié"),
        "effets attendus": (2, 14, "–", "publié"),
        "effets inattendus": (11, 14, "–", "publié"),
        "thème\u202f: bruit": (4, 13, pytest.approx(4 / 13), "publié"),
    }


def test_from_five_to_nine_persons_bands_stand_for_counts(book: Any) -> None:
    found = counted(book, "Administratrices et administrateurs")
    assert found["effets défavorables"] == ("non publié", "5–9", "≥ 75\u202f%", "par bandes")
    assert found["effets attendus"] == ("non publié", "5–9", "non publié", "par bandes")
    assert found["thème\u202f: bruit"] == ("non publié", "5–9", "≥ 75\u202f%", "par bandes")


def test_under_five_every_count_is_masked(book: Any) -> None:
    for figures in counted(book, "Fournisseurs").values():
        assert {figures[0], figures[1], figures[2]} <= {"n < 5", "–"}
        assert figures[0] == "n < 5"
        assert figures[3] == "masqué"


def test_a_question_nobody_has_coded_says_only_how_many_wrote(book: Any) -> None:
    rows = [r for r in records(book, "effects") if r["Objet"] == "changement"]
    assert [(r["Ce qui est compté"], r["Personnes"]) for r in rows] == [
        ("a répondu à la question", 19)
    ]


def test_quotations_stand_with_their_codes_and_the_number_of_those_left_out(book: Any) -> None:
    rows = [r for r in records(book, "quotations") if r["Groupe"] == "Salariées et salariés"]
    told = [(r["Mots"], r["Effet"], r["Prévu"], r["Thèmes"], r["Non citées"]) for r in rows]
    assert told == [
        ("=SOMME(A1) Un jardin.", "effets favorables", "inattendu", "jardin · liens", "–"),
        ("Trop de bruit.", "effets défavorables", "attendu", "bruit", "–"),
        ("(non citées)", "effets favorables", "–", "–", 7),
        ("(non citées)", "effets défavorables", "–", "–", 3),
        ("(non citées)", "effets ambivalents", "–", "–", 1),
        ("(non citées)", "non codés, ou codés différemment", "–", "–", 1),
        ("(non citées)", "non codés, ou codés différemment", "–", "–", 19),
    ]


def test_words_that_look_like_a_formula_stay_words(book: Any) -> None:
    cells = [c for row in sheet_of(book, "quotations").iter_rows() for c in row]
    assert [c.data_type for c in cells if str(c.value).startswith("=")] == ["s"]


def test_quoted_and_left_out_make_up_everybody(book: Any) -> None:
    rows = [r for r in records(book, "quotations") if r["Groupe"] == "Salariées et salariés"]
    quoted = sum(r["Non citées"] == "–" for r in rows if r["Objet"] == "effet inattendu")
    left = sum(r["Non citées"] for r in rows if r["Objet"] == "effet inattendu"
               and isinstance(r["Non citées"], int))  # fmt: skip
    assert quoted + left == 14


def test_few_persons_are_not_quoted_and_their_lines_say_so(book: Any) -> None:
    rows = {r["Groupe"]: r for r in records(book, "quotations")}
    board, suppliers = rows["Administratrices et administrateurs"], rows["Fournisseurs"]
    assert (board["Mots"], board["Non citées"]) == ("non publié", "5–9")
    assert (suppliers["Mots"], suppliers["Non citées"]) == ("n < 5", "n < 5")


def test_unfavourable_persons_left_out_are_counted_even_when_all_other_words_are_read() -> None:
    none = dict.fromkeys(("favourable", "ambivalent", "uncoded"), 0)
    cell = SAID[0].model_copy(update={
        "quotations": (), "valences": {**none, "unfavourable": 14},
        "left_out": {**none, "unfavourable": 14},
    })  # fmt: skip
    book = opened(written(make_coded(quotations=(cell,)), "fr"))
    left = {r["Effet"]: r["Non citées"] for r in records(book, "quotations")}
    assert left["effets défavorables"] == 14


def test_a_release_made_before_words_were_kept_has_an_empty_sheet_and_no_blank() -> None:
    book = opened(written(make_profile(), "en"))
    [row] = records(book, "quotations")
    assert row["Purpose"] == "Nothing that people wrote may be read in this release."


def test_the_english_workbook_says_the_same_and_its_fingerprints_hold() -> None:
    content = written(make_coded(), "en")
    assert changed_sheets(content) == []
    assert "unfavourable effects" in {r["Effect"] for r in records(opened(content), "quotations")}


def test_no_column_is_blank(book: Any) -> None:
    for code in ("effects", "quotations"):
        assert all(v not in (None, "") for row in records(book, code) for v in row.values())
