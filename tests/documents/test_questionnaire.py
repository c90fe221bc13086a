"""The paper questionnaire: whole, accessible, the same twice, and hostile to no printer."""

from __future__ import annotations

import pytest

from corus.documents.parts import GUIDES, PRINTED, Sheet, across, height, parts
from corus.documents.questionnaire import EASY, LARGE, TALLEST, Paper, print_questionnaire
from corus.domain.base import say
from corus.errors import InputError
from corus.questions import QUESTION_TYPES
from corus.questions.base import Asked
from tests.documents.paper_factories import (
    ORGANIZATION,
    a_paper,
    a_plan,
    built_in,
    one_of_every_type,
    paper_of,
)
from tests.documents.reading_pdf import (
    is_accessible,
    language_of,
    pages_of,
    plain,
    tags_of,
    words_of,
)
from tests.questions.factories import an_item, options

HOSTILE = '#read("/etc/passwd") *gras* <h1> $x$ \\n @ref `code` "guillemets" // [x] {y} #let a=1'


def _sentences(paper: Paper) -> list[str]:
    asked = [question for _, question in paper.asked().values()]
    return [
        plain(say(q.words, paper.language).replace("{organization}", ORGANIZATION)) for q in asked
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("group", ["employees", "beneficiaries", "suppliers", "public_authorities"])
def test_every_question_of_a_group_is_on_its_sheet_in_its_own_words(
    group: str, language: str
) -> None:
    paper = a_paper(group, language)
    words = words_of(print_questionnaire(paper))
    assert len(_sentences(paper)) > 10
    assert [s for s in _sentences(paper) if s not in words] == []


def test_questions_that_are_not_asked_of_a_group_are_not_printed_for_it() -> None:
    words = words_of(print_questionnaire(a_paper("suppliers")))
    asked = set(a_paper("suppliers").asked())
    others = [i for i in built_in().instrument.items if i.code not in asked]
    assert others
    assert [i.code for i in others if plain(say(i.text, "fr")) in words] == []


@pytest.mark.parametrize("variant", ["standard", "easy"])
@pytest.mark.parametrize("large", [False, True])
def test_a_screen_reader_finds_language_title_headings_and_questions(
    variant: str, large: bool
) -> None:
    paper = a_paper("beneficiaries", variant=variant, large=large)
    pdf = print_questionnaire(paper)
    tags = tags_of(pdf)
    assert is_accessible(pdf)
    assert language_of(pdf) == "fr"
    assert tags["H1"] == 1
    assert tags["H3"] >= len(paper.asked())


def test_the_same_sheet_printed_twice_is_the_same_bytes() -> None:
    assert print_questionnaire(a_paper()) == print_questionnaire(a_paper())


def test_every_question_type_has_its_way_onto_paper() -> None:
    assert set(PRINTED) == set(dict(QUESTION_TYPES.items()))
    assert set(GUIDES) <= set(PRINTED)


def test_every_type_is_printed_with_its_answers_and_how_to_give_them() -> None:
    words = words_of(print_questionnaire(paper_of(*one_of_every_type())))
    for item in one_of_every_type():
        assert plain(say(item.text, "fr")) in words
    for said in (
        "point 1", "Je ne sais pas", "Cela ne me concerne pas", "L’a", "L’d",
        "Cochez-en 3 au plus.",
        "Écrivez 1 devant ce qui vient en premier, puis 2, jusqu’à 3.",
        "Répartissez 100 points en tout.", "Total : 100", "Un nombre de -50 à 1 000 000 000.",
        "J’accepte que ces mots soient cités, sans mon nom.", "Pourquoi ce niveau ?",
        "Qu’est-ce qui le montre ?", "Minutes",
    ):  # fmt: skip
        assert said in words, said


def test_opt_outs_stand_apart_from_the_scale() -> None:
    asked = Asked.of(built_in().instrument, built_in().instrument.items[0], "employees", "standard")
    scale, beside = parts(asked, Sheet("fr", ORGANIZATION, 10.5))
    assert [row["label"] for row in scale["rows"]][-1] == "Tout à fait d’accord"
    assert beside["kind"] == "beside"
    assert [row["label"] for row in beside["rows"]] == ["Je ne sais pas", "Cela ne me concerne pas"]


def test_a_question_that_not_everybody_answers_says_for_whom_it_is() -> None:
    words = words_of(print_questionnaire(a_paper("employees")))
    said = "Répondez à cette question seulement si vous n’avez pas répondu « Moins d’un an » à la"
    assert f"{said} question 1." in words


def test_the_promise_comes_first_and_the_whole_notice_last() -> None:
    words = words_of(print_questionnaire(a_paper()))
    promise = words.index("Réponse anonyme : rien ne relie vos réponses à votre nom.")
    thanks = words.index("Merci de vos réponses.")
    assert promise < words.index("Vous et la structure") < thanks
    for heading in ("Qui est responsable", "Vos droits", "Combien de temps", "CNIL"):
        assert words.index(heading, thanks) > thanks
    assert "24 mois après la fin de l’enquête" in words
    assert "À rendre au plus tard le 30 avril 2026." in words


def test_a_confidential_wave_says_so_on_paper_too() -> None:
    words = words_of(print_questionnaire(a_paper(plan=a_plan(anonymity="confidential"))))
    assert "Réponse confidentielle" in words
    assert "Réponse anonyme" not in words


def test_numbered_copies_carry_their_number_on_every_page_and_start_on_a_fresh_sheet() -> None:
    single = pages_of(print_questionnaire(a_paper("suppliers")))
    pdf = print_questionnaire(a_paper("suppliers"), sheets=range(41, 44))
    words = words_of(pdf)
    for number in (41, 42, 43):
        assert words.count(f"Feuille n° {number}") == single + 1
    assert "Feuille n° 44" not in words
    assert f"Page {single} / {single}" in words
    # Printed on both sides, a copy never begins on the back of another.
    assert pages_of(pdf) == 2 * (single + single % 2) + single


def test_without_numbers_there_is_room_to_write_one() -> None:
    assert "Feuille n°" in words_of(print_questionnaire(a_paper("suppliers")))


def test_simple_and_large_sheets_have_no_small_letters() -> None:
    assert a_paper("beneficiaries", variant="easy").sheet.size == EASY >= 14
    assert a_paper("beneficiaries", large=True).sheet.size == LARGE >= 18
    assert a_paper("beneficiaries", variant="easy", large=True).sheet.size == LARGE


def test_the_simple_version_asks_simple_questions_with_words_beside_signs() -> None:
    paper = a_paper("beneficiaries", variant="easy")
    pdf = print_questionnaire(paper)
    words = words_of(pdf)
    assert [s for s in _sentences(paper) if s not in words] == []
    assert "Version simple (brouillon)" in words
    assert "FALC" not in words
    assert "Un peu" in words
    drawn = [
        row["symbol"]
        for _, asked in paper.asked().values()
        for part in parts(asked, paper.sheet)
        for row in part.get("rows", ())
    ]
    assert {"dont_know", "not_concerned"} <= set(drawn)
    signs = {p.symbol for s in built_in().instrument.scales.values() for p in s.points if p.symbol}
    assert signs
    assert signs <= set(drawn)


def test_labels_too_long_to_stand_side_by_side_are_written_one_under_the_other() -> None:
    labels = ["Pas du tout d’accord", "Plutôt pas d’accord", "Ni d’accord ni pas d’accord",
              "Plutôt d’accord", "Tout à fait d’accord"]  # fmt: skip
    assert across(labels, 10.5)
    assert not across(labels, 18)
    assert across(["Non", "Un peu", "Oui"], 18)
    assert not across([str(n) for n in range(11)], 10.5)


def test_a_question_longer_than_a_page_loses_none_of_its_answers() -> None:
    many = an_item("multiple_choice", options=options(*(f"o{n}" for n in range(36))), max_choices=2)
    words = words_of(print_questionnaire(paper_of(many, large=True)))
    assert [n for n in range(36) if f"L’o{n}" not in words] == []


def test_hostile_names_are_printed_as_they_are_written() -> None:
    item = an_item("text", text={"fr": HOSTILE}, hint={"fr": HOSTILE})
    choice = an_item(
        "single_choice", code="y", options=[{"code": c, "label": {"fr": HOSTILE}} for c in "ab"]
    )
    paper = paper_of(item, choice, organization=HOSTILE, return_to=HOSTILE)
    words = words_of(print_questionnaire(paper))
    assert words.count(plain(HOSTILE)) >= 6
    assert "root:" not in words


def test_a_letter_that_no_font_has_is_printed_as_a_box_and_holds_back_nothing() -> None:
    words = words_of(print_questionnaire(a_paper("suppliers", organization="Café \U0010fffe")))
    assert "Café □" in words


def test_a_box_leaves_the_drawn_faces_of_easy_answers_where_they_are() -> None:
    easy = a_paper("beneficiaries", variant="easy", organization="Café \U0010fffe")
    words = words_of(print_questionnaire(easy))
    assert "Café □" in words
    assert words.count("□") == words.count("Café □")


def test_a_language_written_from_right_to_left_needs_nothing_but_its_texts() -> None:
    from corus.documents.printer import script

    assert script("ar")["dir"] == "rtl"
    assert script("he")["dir"] == "rtl"
    assert script("pt-BR") == {"lang": "pt", "region": "BR", "dir": "ltr"}
    assert script("xx")["dir"] == "ltr"


def test_arabic_prints_where_a_font_has_its_letters() -> None:
    item = an_item("rating", text={"ar": "هذا السؤال سهل", "fr": "Question"})
    try:
        pdf = print_questionnaire(paper_of(item, language="ar"))
    except InputError:
        pytest.skip("no font with Arabic letters: apt-get install fonts-noto-core")
    assert language_of(pdf) == "ar"
    assert is_accessible(pdf)


def test_the_height_of_a_question_is_never_taken_for_less_than_it_is() -> None:
    # What overflows a page would be lost: 30 answers in large print are more than one page.
    many = an_item("multiple_choice", options=options(*(f"o{n}" for n in range(30))), max_choices=2)
    paper = paper_of(many, large=True)
    (_, asked) = paper.asked()["x"]
    assert sum(height(part, paper.sheet) for part in parts(asked, paper.sheet)) > TALLEST
    level = paper_of(an_item("level"), large=True)
    (_, asked) = level.asked()["x"]
    assert sum(height(part, level.sheet) for part in parts(asked, level.sheet)) < TALLEST
