"""What both shipped instruments owe to whoever reads them: languages, typography, honesty."""

from __future__ import annotations

import re

import pytest

from corus.authoring import check_file
from corus.domain.instrument import InstrumentVersion
from tests.surveys.built_in import BUILT_IN, SURVEYS, built_in, keys, raw, texts


@pytest.mark.parametrize("code", BUILT_IN)
def test_corus_check_says_nothing(code: str) -> None:
    assert [str(fault) for fault in check_file(SURVEYS / f"{code}.yaml")] == []


@pytest.mark.parametrize("code", BUILT_IN)
def test_file_is_named_by_its_code_and_survives_freezing(code: str) -> None:
    instrument = built_in(code)
    frozen = InstrumentVersion.freeze(instrument)
    assert instrument.code == code
    assert InstrumentVersion.load(frozen.document).instrument == instrument


@pytest.mark.parametrize("code", BUILT_IN)
def test_every_text_is_said_in_french_and_english(code: str) -> None:
    found = dict(texts(raw(code)))
    assert len(found) > 80
    assert [path for path, text in found.items() if set(text) != {"fr", "en"}] == []
    assert [path for path, text in found.items() if not all(text.values())] == []


@pytest.mark.parametrize("code", BUILT_IN)
def test_french_is_typeset_with_narrow_spaces_and_curly_apostrophes(code: str) -> None:
    wrong = re.compile(
        r"'|\"|\.\.\.|\u00a0|(?<!\u202f)[:;?!%»]|«(?!\u202f)|\u202f(?![:;?!%»])(?<!«\u202f)"
    )
    assert [(p, t["fr"]) for p, t in texts(raw(code)) if wrong.search(t["fr"])] == []


@pytest.mark.parametrize("code", BUILT_IN)
def test_english_is_typeset_as_english(code: str) -> None:
    wrong = re.compile(r"'|\"|[\u00a0\u202f«»]| [:;?!%]")
    assert [(p, t["en"]) for p, t in texts(raw(code)) if wrong.search(t["en"])] == []


@pytest.mark.parametrize("code", BUILT_IN)
def test_notice_says_inspired_by_and_what_it_is_not(code: str) -> None:
    notice = built_in(code).notice
    assert notice["fr"].startswith("Inspiré d")
    assert "n’est" in notice["fr"]
    assert notice["en"].startswith("Inspired by")
    assert "it is n" in notice["en"]


@pytest.mark.parametrize("code", BUILT_IN)
def test_convention_is_a_starting_one_that_nobody_agreed_yet(code: str) -> None:
    convention = built_in(code).convention
    assert (convention.status, convention.agreed_on, convention.by) == ("shipped", None, ())
    assert "Convention de départ" in convention.agreed["fr"]


@pytest.mark.parametrize("code", BUILT_IN)
def test_nothing_is_compulsory_and_every_scale_has_both_opt_outs(code: str) -> None:
    assert not {"required", "compulsory", "mandatory"} & set(keys(raw(code)))
    for scale in built_in(code).scales.values():
        assert set(scale.opt_outs) == {"dont_know", "not_concerned"}


@pytest.mark.parametrize("code", BUILT_IN)
def test_every_sentence_fits_a_card_and_ends_as_a_sentence(code: str) -> None:
    for item in built_in(code).items:
        wordings = [w.text for w in item.wording.values() if w.text]
        drafts = [w.easy.text for w in item.wording.values() if w.easy]
        for text in (item.text, *wordings, *drafts):
            for sentence in text.values():
                assert len(sentence) <= 120, sentence
                assert sentence[-1] in ".?)", sentence


@pytest.mark.parametrize("code", BUILT_IN)
def test_no_sentence_leans_on_a_word_of_another_card(code: str) -> None:
    leaning = {
        "fr": re.compile(r"^(Il|Elle|Ils|Elles|On y|Cela|Ce changement|Ces besoins)\b"),
        "en": re.compile(r"^(It|They|He|She|This|These)\b|\bthere\b|\bthese needs\b"),
    }
    for item in built_in(code).items:
        for language, sentence in item.text.items():
            assert not leaning[language].search(sentence), sentence
