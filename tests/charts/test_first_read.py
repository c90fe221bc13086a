"""What is read first is written from the data, unfavourable findings as readily as favourable."""

from __future__ import annotations

import pytest

from corus.charts.first_read import Sentence, first_read
from corus.domain.instrument import Convention
from corus.domain.profile import (
    ChoiceCell,
    Coverage,
    DimensionCell,
    ItemCell,
    Profile,
    TextCell,
)
from tests.charts.factories_charts import (
    GAP_WITH_SELF,
    a_profile,
    an_instrument,
    an_open_wave,
    banded,
    full,
    masked,
    speaking_of_self,
)

NARROW = "\u202f"


def told(profile: Profile, kind: str, language: str = "fr") -> list[str]:
    return [str(s).replace(NARROW, " ") for s in first_read(profile, language) if s.kind == kind]


def kinds(profile: Profile) -> list[str]:
    return [s.kind for s in first_read(profile, "fr")]


def test_a_gap_names_both_groups_with_its_interval_and_both_n() -> None:
    assert told(a_profile(), "gap") == [
        "Écoute, regards différents : 46 % des réponses des bénéficiaires sont favorables, "
        "contre 74 % de celles des salariées et salariés : écart de 28 points "
        "(intervalle à 95 % : 8 à 45 ; n = 57 et 34)."
    ]


def test_a_reversed_item_is_told_in_the_words_people_agreed_with() -> None:
    assert told(a_profile(), "unfavourable")[0] == (
        "Non-recours : 41 % des réponses des salariées et salariés sont « Plutôt d’accord » ou "
        "« Tout à fait d’accord » à « Des personnes qui auraient besoin de la structure "
        "n’arrivent pas à y accéder » (n = 34)."
    )


def test_english_says_the_same() -> None:
    assert told(a_profile(), "unfavourable", "en")[0] == (
        "Non-take-up: 41% of the answers of employees are “Rather agree” or “Strongly agree” to "
        "“Some people who need the organisation do not manage to get access” (n = 34)."
    )


def test_unfavourable_findings_are_as_many_as_favourable_ones_and_come_first() -> None:
    order = kinds(a_profile())
    assert order.count("unfavourable") == order.count("favourable") == 2
    assert order.index("unfavourable") < order.index("favourable")


def test_without_unfavourable_answers_the_page_says_so_rather_than_nothing() -> None:
    content = full("work_meaning", "employees", 0, 1, 3, 12, 18)
    assert told(a_profile(items=(content,)), "unfavourable") == [
        "Réponses défavorables : aucun énoncé ne réunit plus de 25 % de réponses défavorables "
        "dans un groupe montré."
    ]


def test_nothing_reassuring_is_said_of_answers_that_are_not_shown() -> None:
    content = full("work_meaning", "employees", 0, 1, 3, 12, 18)
    majority = ItemCell(item="work_conditions", group="board", show="majority", majority="none")
    for hidden in (
        (masked("work_meaning", "employees"),),
        (content, banded("work_conditions", "board", "low", "middle")),
        (content, majority),
    ):
        assert told(a_profile(items=hidden), "unfavourable") == []


def test_low_bands_allow_to_say_that_few_answers_are_unfavourable() -> None:
    calm = banded("work_conditions", "board", "high", "low")
    assert "plus de 25 %" in told(a_profile(items=(calm,)), "unfavourable")[0]


def test_a_gap_between_oneself_and_others_says_so() -> None:
    aside = a_profile(instrument=speaking_of_self(), gaps=(GAP_WITH_SELF,))
    assert told(aside, "gap")[0].endswith(
        "Soi / autrui : certaines personnes parlent d’elles-mêmes (version simplifiée), les "
        "autres parlent d’autrui ; l’écart peut venir de là."
    )
    assert "autrui" not in told(a_profile(gaps=(GAP_WITH_SELF,)), "gap")[0]


def test_a_banded_unfavourable_finding_is_told_as_its_band_without_n() -> None:
    angry = banded("needs_take_up", "board", "low", "high")
    assert told(a_profile(items=(angry,)), "unfavourable")[0].startswith(
        "Non-recours : 75 % ou plus des réponses du groupe « Conseil d’administration » sont"
    )


def test_divided_opinions_are_listed_by_item_and_group() -> None:
    line = told(a_profile(), "divided")[0]
    assert line.startswith("Avis partagés à 6 endroits : au moins 25 %")
    assert "ou deux camps opposés :" in line
    assert "Écoute (Bénéficiaires)" in line


def test_unexpected_effects_are_counted_for_shown_groups_only() -> None:
    line = told(a_profile(), "unexpected")[0]
    assert line.startswith("12 réponses rapportent un effet que personne n’avait prévu")
    assert "Fournisseurs" not in line
    assert "sous le seuil" in line


def test_effects_that_may_not_be_counted_are_not_said_to_be_none() -> None:
    few = TextCell(item="unexpected", group="suppliers", show="masked", reason="n < 5")
    assert told(a_profile(texts=(few,)), "unexpected") == [
        "Effets imprévus : trop peu de réponses pour être comptées. Bon ou mauvais, chacun est "
        "relu avant toute citation."
    ]


def test_a_group_not_asked_about_effects_is_not_said_to_be_under_the_threshold() -> None:
    seven = TextCell(item="unexpected", group="employees", show="full", n=7)
    never = TextCell(item="unexpected", group="board", show="not_asked")
    assert "sous le seuil" not in told(a_profile(texts=(seven, never)), "unexpected")[0]
    assert told(a_profile(texts=(never,)), "unexpected") == []


def test_masked_groups_are_named_with_what_cannot_be_concluded() -> None:
    assert told(a_profile(), "masked") == [
        "Fournisseurs : trop peu de réponses pour être montrées. Rien ne permet de conclure pour "
        "ce groupe."
    ]


def test_cells_masked_in_shown_groups_are_counted() -> None:
    cells = (*a_profile().items, masked("work_meaning", "board"))
    assert told(a_profile(items=cells), "masked")[1].startswith(
        "1 case masquée ailleurs (1 énoncé) : trop peu de réponses"
    )


def test_cells_masked_elsewhere_are_told_by_kind_and_options_of_one_question_once() -> None:
    place = {"group": "board", "show": "masked", "reason": "n < 5"}
    profile = a_profile(
        items=(
            *a_profile().items,
            masked("work_meaning", "board"),
            masked("needs_welcome", "board"),
        ),
        dimensions=(DimensionCell(dimension="work", **place),),
        choices=tuple(ChoiceCell(item="priority", option=o, **place) for o in ("needs", "work")),
        texts=(TextCell(item="unexpected", **place),),
    )
    assert told(profile, "masked")[1].startswith(
        "5 cases masquées ailleurs (2 énoncés, 1 dimension, 1 question à choix, "
        "1 question ouverte) : "
    )


def test_who_answered_is_told_from_the_lowest_to_the_highest_known_rate() -> None:
    assert told(a_profile(), "sample")[0].startswith(
        "147 réponses montrées : de 29 % des bénéficiaires (60 sur 210) à 88 % des salariées et "
        "salariés (36 sur 41)."
    )


def test_without_any_known_population_no_rate_is_told() -> None:
    unknown = (Coverage(group="clients", received=51),)
    assert "aucun taux" in told(a_profile(coverage=unknown), "sample")[0]


def test_shipped_criteria_are_said_not_to_be_co_constructed() -> None:
    agreed = an_instrument(convention=Convention(status="co_constructed").model_dump())
    assert len(told(a_profile(), "caution")) == 2
    assert len(told(a_profile(instrument=agreed), "caution")) == 1


def test_an_open_wave_speaks_of_coverage_and_limits_only() -> None:
    assert set(kinds(an_open_wave())) == {"sample", "caution"}


def test_the_same_profile_always_gives_the_same_sentences() -> None:
    mixed = a_profile(
        items=tuple(reversed(a_profile().items)), gaps=tuple(reversed(a_profile().gaps))
    )
    for kind in ("gap", "unfavourable", "favourable"):
        assert told(mixed, kind) == told(a_profile(), kind)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_ranks_totals_or_claims_an_impact(language: str) -> None:
    everything = " ".join(str(s) for s in first_read(a_profile(), language)).lower()
    for word in ("impact", "score global", "overall score", "meilleur", "best", "worst", "rang"):
        assert word not in everything


def test_every_sentence_leads_to_a_place_of_the_page() -> None:
    sentences: list[Sentence] = first_read(a_profile(), "fr")
    assert all(s.href.startswith("#") for s in sentences)
