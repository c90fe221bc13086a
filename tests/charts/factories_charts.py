"""A plausible profile built by hand: five groups, three dimensions, every kind of cell."""

from __future__ import annotations

from datetime import date
from math import sqrt
from typing import Any

from corus.analysis.waves.same_question import REWORDED
from corus.analysis.waves.wave_change import READINGS
from corus.domain.changes import GroupSince, Since
from corus.domain.instrument import Instrument
from corus.domain.profile import (
    ChoiceCell,
    Coverage,
    DimensionCell,
    Gap,
    ItemCell,
    Profile,
    Share,
    TextCell,
)
from corus.domain.same_persons import SamePersons
from corus.domain.wave import PrivacyNotice, Thresholds, WaveState

Z = 1.959963984540054


def a_text(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


def an_instrument(**changes: Any) -> Instrument:
    agreement = [
        ("Pas du tout d’accord", "Strongly disagree"),
        ("Plutôt pas d’accord", "Rather disagree"),
        ("Ni d’accord ni pas d’accord", "Neither agree nor disagree"),
        ("Plutôt d’accord", "Rather agree"),
        ("Tout à fait d’accord", "Strongly agree"),
    ]
    easy = [("Non", "No"), ("Un peu", "A little"), ("Oui", "Yes")]

    def points(labels: list[tuple[str, str]]) -> list[dict[str, Any]]:
        return [{"value": i, "label": a_text(*label)} for i, label in enumerate(labels, 1)]

    def item(code: str, fr: str, en: str, **more: Any) -> dict[str, Any]:
        own = {"code": code, "text": a_text(fr, en), "scale": "agreement_5", **more}
        return {"code": code, "label": a_text(*CRITERIA[code]), "items": [own]}

    document: dict[str, Any] = {
        "code": "little_utility",
        "edition": "2.0",
        "languages": ["fr", "en"],
        "title": a_text("Utilité sociale perçue", "Perceived social utility"),
        "scales": {
            "agreement_5": {"points": points(agreement)},
            "easy_3": {"points": points(easy), "merges_with": "agreement_5"},
        },
        "groups": {
            "employees": {"label": a_text("Salariées et salariés", "Employees")},
            "beneficiaries": {"label": a_text("Bénéficiaires", "Beneficiaries")},
            "board": {"label": a_text("Conseil d’administration", "Board")},
            "clients": {"label": a_text("Clientes et clients", "Clients")},
            "suppliers": {"label": a_text("Fournisseurs", "Suppliers"), "unit": "organization"},
        },
        "dimensions": [
            {
                "code": "needs",
                "label": a_text("Réponse aux besoins et accessibilité", "Needs and accessibility"),
                "short": a_text("Besoins et accessibilité", "Needs and access"),
                "criteria": [
                    item(
                        "needs_relevance",
                        "Les activités de {organization} répondent à de vrais besoins.",
                        "The activities of {organization} meet real needs.",
                        anchor=True,
                        wording={
                            "beneficiaries": {
                                "easy": {
                                    "text": a_text(
                                        "{organization} m’aide pour des choses importantes.",
                                        "{organization} helps me with important things.",
                                    ),
                                    "scale": "easy_3",
                                }
                            }
                        },
                    ),
                    item(
                        "needs_take_up",
                        "Des personnes qui auraient besoin de la structure n’arrivent pas à y "
                        "accéder.",
                        "Some people who need the organisation do not manage to get access.",
                        direction="reversed",
                        asked_to=["employees", "board"],
                    ),
                    item(
                        "needs_welcome",
                        "La structure accueille chacun avec respect.",
                        "People are welcomed with respect.",
                        asked_to=["beneficiaries", "clients"],
                    ),
                ],
            },
            {
                "code": "democracy",
                "label": a_text("Démocratie et participation", "Democracy and participation"),
                "short": a_text("Démocratie", "Democracy"),
                "criteria": [
                    item(
                        "democracy_voice",
                        "Quand je donne mon avis, il est pris en compte.",
                        "When I give my opinion, it is taken into account.",
                        anchor=True,
                    ),
                    item(
                        "democracy_share",
                        "Les personnes concernées participent aux décisions importantes.",
                        "The people concerned take part in important decisions.",
                        asked_to=["employees", "beneficiaries", "board"],
                    ),
                ],
            },
            {
                "code": "work",
                "label": a_text("Travail, engagement et égalité", "Work, commitment, equality"),
                "short": a_text("Travail, engagement", "Work"),
                "internal": True,
                "criteria": [
                    item(
                        "work_conditions",
                        "Dans la structure, les conditions de travail sont bonnes.",
                        "Working conditions are good.",
                        asked_to=["employees", "board"],
                    ),
                    item(
                        "work_meaning",
                        "Ce que je fais dans la structure a du sens pour moi.",
                        "What I do here is meaningful to me.",
                        asked_to=["employees"],
                    ),
                ],
            },
        ],
        "questions": [
            {
                "code": "priority",
                "type": "multiple_choice",
                "purpose": "importance",
                "max_choices": 3,
                "text": a_text(
                    "Parmi ces sujets, lesquels sont les plus importants pour vous ?",
                    "Which of these topics matter most to you?",
                ),
                "options": [
                    {"code": "needs", "label": a_text("Répondre aux besoins", "Meeting needs")},
                    {"code": "work", "label": a_text("Bien travailler", "Working well")},
                ],
            },
            {
                "code": "unexpected",
                "type": "text",
                "purpose": "unexpected_effect",
                "text": a_text(
                    "Avez-vous vu des effets que personne n’avait prévus, bons ou mauvais ?",
                    "Have you seen effects nobody had planned, good or bad?",
                ),
            },
        ],
    }
    return Instrument.model_validate(document | changes)


CRITERIA = {
    "needs_relevance": ("Pertinence", "Relevance"),
    "needs_take_up": ("Non-recours", "Non-take-up"),
    "needs_welcome": ("Accueil", "Welcome"),
    "democracy_voice": ("Écoute", "Being heard"),
    "democracy_share": ("Participation", "Taking part"),
    "work_conditions": ("Conditions de travail", "Working conditions"),
    "work_meaning": ("Sens", "Meaning"),
}


def a_share(count: int, n: int) -> Share:
    """Share with its Wilson interval."""
    p, z2 = count / n, Z * Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Share(value=p, low=max(0, middle - half), high=min(1, middle + half))


def full(
    item: str, group: str, *counts: int, dont_know: int = 0, flip: bool = False, **more: Any
) -> ItemCell:
    n = sum(counts)
    edge = 2 if len(counts) == 5 else 1
    low, high = sum(counts[:edge]), sum(counts[-edge:])
    favourable, unfavourable = (low, high) if flip else (high, low)
    asked = n + dont_know + 2
    return ItemCell(
        item=item,
        group=group,
        show="full",
        scale="agreement_5",
        n=n,
        asked=asked,
        counts=counts,
        dont_know=dont_know,
        not_concerned=1,
        skipped=1,
        dont_know_share=dont_know / (asked - 1),
        not_concerned_share=1 / asked,
        skipped_share=1 / asked,
        favourable=a_share(favourable, n),
        mixed=a_share(n - low - high, n),
        unfavourable=a_share(unfavourable, n),
        divided=favourable >= n / 4 and unfavourable >= n / 4,
        **more,
    )


def masked(item: str, group: str) -> ItemCell:
    return ItemCell(item=item, group=group, show="masked", reason="n < 5")


def banded(item: str, group: str, favourable: str, unfavourable: str) -> ItemCell:
    return ItemCell.model_validate(
        {
            "item": item,
            "group": group,
            "show": "banded",
            "reason": "5–9",
            "scale": "agreement_5",
            "favourable": {"band": favourable},
            "mixed": {"band": "low"},
            "unfavourable": {"band": unfavourable},
        }
    )


def merged(item: str, group: str) -> ItemCell:
    cell = full(item, group, 5, 7, 8, 22, 16, dont_know=3)
    return cell.model_copy(update={"merged": True, "counts": (), "scale": "agreement_5"})


def item_cells() -> tuple[ItemCell, ...]:
    return (
        full("needs_relevance", "employees", 1, 4, 7, 14, 8, dont_know=2),
        merged("needs_relevance", "beneficiaries"),
        banded("needs_relevance", "board", "high", "low"),
        full("needs_relevance", "clients", 3, 6, 12, 17, 8, dont_know=5),
        masked("needs_relevance", "suppliers"),
        full("needs_take_up", "employees", 3, 8, 9, 10, 4, dont_know=4, flip=True),
        banded("needs_take_up", "board", "middle", "middle"),
        full("needs_welcome", "beneficiaries", 1, 2, 6, 22, 26),
        full("needs_welcome", "clients", 2, 3, 9, 20, 12),
        full("democracy_voice", "employees", 2, 3, 4, 15, 10),
        full("democracy_voice", "beneficiaries", 9, 14, 8, 15, 11, dont_know=6),
        banded("democracy_voice", "board", "high", "low"),
        full("democracy_voice", "clients", 4, 8, 15, 12, 5, dont_know=8),
        masked("democracy_voice", "suppliers"),
        full("democracy_share", "employees", 4, 6, 8, 11, 5, dont_know=1),
        full("democracy_share", "beneficiaries", 8, 12, 11, 14, 9, dont_know=9),
        banded("democracy_share", "board", "middle", "low"),
        full("work_conditions", "employees", 6, 8, 5, 10, 5),
        banded("work_conditions", "board", "middle", "low"),
        full("work_meaning", "employees", 0, 1, 3, 12, 18),
    )


def score(dimension: str, group: str, value: float, n: int, **more: Any) -> DimensionCell:
    return DimensionCell(
        dimension=dimension, group=group, show="full", n=n, score=value,
        low=value - 6.2, high=value + 6.4, sd=19.5, **more,
    )  # fmt: skip


def dimension_cells() -> tuple[DimensionCell, ...]:
    def bare(dimension: str, group: str, show: str, **more: Any) -> DimensionCell:
        place = {"dimension": dimension, "group": group, "show": show}
        return DimensionCell.model_validate(place | more)

    return (
        score("needs", "employees", 51.3, 34),
        score("needs", "beneficiaries", 68.9, 57),
        bare("needs", "board", "banded", reason="5–9", score=65.0),
        score("needs", "clients", 58.2, 46),
        bare("needs", "suppliers", "masked", reason="n < 5"),
        score("democracy", "employees", 62.4, 34),
        score("democracy", "beneficiaries", 46.8, 57, divided=True),
        bare("democracy", "board", "banded", reason="5–9", score=80.0),
        bare("democracy", "clients", "single_item", item="democracy_voice", n=44),
        bare("democracy", "suppliers", "masked", reason="n < 5"),
        score("work", "employees", 18.0, 34, divided=True),
        bare("work", "board", "single_item", item="work_conditions"),
        bare("work", "beneficiaries", "not_asked"),
        bare("work", "clients", "not_asked"),
        bare("work", "suppliers", "not_asked"),
    )


def a_gap(code: str, first: str, second: str, high: float, low: float, **more: Any) -> Gap:
    gap = high - low
    values: dict[str, Any] = {
        "kind": "item", "code": code, "first": first, "second": second,
        "first_value": high, "second_value": low, "first_n": 34, "second_n": 57,
        "gap": gap, "low": gap - 20, "high": gap + 17, "flagged": True,
    }  # fmt: skip
    return Gap.model_validate(values | more)


GAP_WITH_SELF = a_gap(
    "needs_relevance", "beneficiaries", "employees", 65.5, 30.0, first_n=58, second_n=34
)


def speaking_of_self() -> Instrument:
    """The same questionnaire, whose easy draft has beneficiaries speak of themselves."""
    document = an_instrument().model_dump(mode="json")
    item = document["dimensions"][0]["criteria"][0]["items"][0]
    item["wording"]["beneficiaries"]["easy"]["speaks_of_self"] = True
    return Instrument.model_validate(document)


def a_profile(**changes: Any) -> Profile:
    instrument = changes.pop("instrument", None) or an_instrument()
    values: dict[str, Any] = {
        "release": 1,
        "released_on": date(2026, 3, 3),
        "corus_version": "0.1.0",
        "organization": "Le Panier des Hauts",
        "wave": "panier_2026",
        "wave_title": "vague 2026",
        "wave_state": WaveState.CLOSED,
        "anonymity": "anonymous",
        "opened_on": date(2026, 1, 12),
        "closed_on": date(2026, 2, 20),
        "languages": ("fr", "en"),
        "digest": "9f2c" * 16,
        "instrument": instrument,
        "thresholds": Thresholds(),
        "notice": PrivacyNotice(
            controller="Le Panier des Hauts", contact="a@example.org", purpose={"fr": "p"},
            legal_basis={"fr": "l"}, recipients={"fr": "r"},
        ),
        "groups": ("employees", "beneficiaries", "board", "clients", "suppliers"),
        "coverage": coverage_rows(),
        "shown_responses": 147,
        "items": item_cells(),
        "dimensions": dimension_cells(),
        "gaps": (
            a_gap("democracy_voice", "employees", "beneficiaries", 73.5, 45.6),
            a_gap("needs_relevance", "employees", "clients", 64.7, 54.3, flagged=False),
            a_gap("needs", "beneficiaries", "employees", 68.9, 51.3, kind="dimension",
                  flagged=False),
        ),
        "choices": choice_cells(),
        "texts": (
            TextCell(item="unexpected", group="employees", show="full", n=7),
            TextCell(item="unexpected", group="beneficiaries", show="full", n=5),
            TextCell(item="unexpected", group="suppliers", show="masked", reason="n < 5"),
        ),
        "masked_groups": ("suppliers",),
    }  # fmt: skip
    return Profile.model_validate(values | changes)


def a_change(
    dimension: str, group: str, first: float, second: float, half: float = 6.0
) -> GroupSince:  # fmt: skip
    """A change with an interval of twice ``half`` points."""
    value = second - first
    none = abs(value) <= half
    told = READINGS["none" if none else "small"]
    return GroupSince(
        dimension=dimension, group=group, first=first, first_n=40, second=second, second_n=34,
        value=value, low=value - half, high=value + half, told=told,
    )  # fmt: skip


def since_last_year() -> Since:
    """An earlier wave: one change for sure, one not, one question that was worded otherwise."""
    return Since(
        wave="panier_2025", title="vague 2025", release=2, released_on=date(2025, 3, 4),
        cells=(
            a_change("needs", "employees", 60.3, 51.3),
            a_change("democracy", "employees", 60.4, 62.4),
            a_change("needs", "beneficiaries", 58.9, 68.9),
            GroupSince(dimension="democracy", group="beneficiaries", told=REWORDED,
                       names={"item": "democracy_voice"}),
        ),
        same_persons=(
            SamePersons(dimension="needs", group="employees", pairs=21, first=59, second=53,
                        value=-6, low=-11, high=-1, half_sd=9),
        ),
    )  # fmt: skip


def coverage_rows() -> tuple[Coverage, ...]:
    return (
        Coverage(group="employees", population=41, invited=41, received=36, complete=33,
                 partial=3, rate=36 / 41, by_mode={"self": 30, "paper": 6}),
        Coverage(group="beneficiaries", population=210, invited=180, received=60, complete=55,
                 partial=5, rate=60 / 210, by_mode={"assisted": 22, "self": 38}),
        Coverage(group="board", population=12, received=9, complete=9, partial=0, rate=0.75),
        Coverage(group="clients", received=51, complete=44, partial=7),
        Coverage(group="suppliers", population=18, received_text="n < 5"),
    )  # fmt: skip


def choice_cells() -> tuple[ChoiceCell, ...]:
    return (
        ChoiceCell(item="priority", group="employees", option="needs", show="full", n=34,
                   chosen=20, share=a_share(20, 34)),
        ChoiceCell(item="priority", group="employees", option="work", show="full", n=34,
                   chosen=25, share=a_share(25, 34)),
        ChoiceCell(item="priority", group="suppliers", option="needs", show="masked",
                   reason="n < 5"),
        ChoiceCell(item="priority", group="suppliers", option="work", show="masked",
                   reason="n < 5"),
    )  # fmt: skip


def an_open_wave() -> Profile:
    """Before a release only coverage is known."""
    nothing = dict.fromkeys(("items", "dimensions", "gaps", "choices", "texts"), ())
    return a_profile(release=0, wave_state=WaveState.OPEN, shown_responses=0, **nothing)
