"""A small plausible Profile with every way a cell can be published, and a hostile twin."""

from __future__ import annotations

from datetime import date
from typing import Any

from corus.domain.instrument import Instrument, InstrumentVersion
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
from corus.domain.wave import PrivacyNotice, Thresholds, WaveState

GROUPS: dict[str, Any] = {
    "employees": {"label": {"fr": "Salariées et salariés", "en": "Employees"}},
    "beneficiaries": {"label": {"fr": "Bénéficiaires", "en": "Beneficiaries"}},
    "board": {"label": {"fr": "Administratrices et administrateurs", "en": "Board"}},
    "partners": {"label": {"fr": "Partenaires", "en": "Partners"}, "unit": "organization"},
    "suppliers": {
        "label": {"fr": "Fournisseurs", "en": "Suppliers"}, "unit": "organization",
    },
}  # fmt: skip
SCALES: dict[str, Any] = {
    "agreement_5": {
        "points": [
            {"value": 1, "label": {"fr": "Pas du tout d’accord", "en": "Strongly disagree"}},
            {"value": 2, "label": {"fr": "Plutôt pas d’accord", "en": "Rather disagree"}},
            {"value": 3, "label": {"fr": "Ni d’accord ni pas d’accord", "en": "Neither"}},
            {"value": 4, "label": {"fr": "Plutôt d’accord", "en": "Rather agree"}},
            {"value": 5, "label": {"fr": "Tout à fait d’accord", "en": "Strongly agree"}},
        ],
        "opt_outs": {
            "dont_know": {"fr": "Je ne sais pas", "en": "I don’t know"},
            "not_concerned": {"fr": "Cela ne me concerne pas", "en": "Not applicable to me"},
        },
    },
    "easy_3": {
        "points": [
            {"value": 1, "label": {"fr": "Non", "en": "No"}},
            {"value": 2, "label": {"fr": "Un peu", "en": "A little"}},
            {"value": 3, "label": {"fr": "Oui", "en": "Yes"}},
        ],
        "opt_outs": {"dont_know": {"fr": "Je ne sais pas", "en": "I don’t know"}},
        "merges_with": "agreement_5",
    },
}


def rating(code: str, fr: str, en: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "text": {"fr": fr, "en": en}, "scale": "agreement_5", **more}


def criterion(code: str, fr: str, en: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "label": {"fr": fr, "en": en}, "items": list(items)}


def dimension(code: str, fr: str, en: str, *criteria: Any, **more: Any) -> dict[str, Any]:
    return {"code": code, "label": {"fr": fr, "en": en}, "criteria": list(criteria), **more}


DIMENSIONS = [
    dimension(
        "needs", "Réponse aux besoins et accessibilité", "Response to needs and accessibility",
        criterion("needs_relevance", "Pertinence", "Relevance", rating(
            "needs_relevance", "Les activités de {organization} répondent à de vrais besoins.",
            "The activities of {organization} meet real needs.", anchor=True, wording={
                "beneficiaries": {"easy": {
                    "text": {"fr": "{organization} m’aide pour des choses importantes.",
                             "en": "{organization} helps me with important things."},
                    "scale": "easy_3"}}})),
        criterion("needs_take_up", "Non-recours", "Non-take-up", rating(
            "needs_take_up", "Des personnes qui auraient besoin de la structure n’arrivent pas à y "
            "accéder.", "Some people who need it do not manage to get access.",
            direction="reversed")),
        supports=["ess_law_art2_1"],
        short={"fr": "Besoins et accessibilité", "en": "Needs and access"},
    ),
    dimension(
        "democracy", "Démocratie et participation", "Democracy and participation",
        criterion("democracy_voice", "Écoute", "Being heard", rating(
            "democracy_voice", "Quand je donne mon avis, il est pris en compte.",
            "When I give my opinion, it is taken into account.", anchor=True)),
        criterion("democracy_power", "Concentration du pouvoir", "Concentration of power", rating(
            "democracy_power", "Les décisions importantes restent entre les mains de quelques "
            "personnes.", "Important decisions stay in the hands of a few people.",
            direction="reversed", asked_to=["employees", "board"])),
        short={"fr": "Démocratie", "en": "Democracy"},
    ),
    dimension(
        "ecology", "Écologie", "Ecology",
        criterion("ecology_effects", "Effets directs", "Direct effects", rating(
            "ecology_effects", "La structure limite les effets de ses activités sur "
            "l’environnement.", "The organisation limits its effects on the environment.",
            asked_to=["employees", "suppliers"], supports=["ess_law_art2_4"])),
    ),
]  # fmt: skip
QUESTIONS = [
    {
        "code": "priorities", "type": "multiple_choice", "purpose": "importance", "max_choices": 2,
        "text": {"fr": "Parmi ces sujets, lesquels sont les plus importants pour vous ?",
                 "en": "Which of these topics matter most to you?"},
        "options": [
            {"code": "needs", "label": {"fr": "Réponse aux besoins", "en": "Response to needs"}},
            {"code": "democracy", "label": {"fr": "Démocratie", "en": "Democracy"}},
            {"code": "ecology", "label": {"fr": "Écologie", "en": "Ecology"}},
        ],
    },
    {
        "code": "open_change", "type": "text", "purpose": "change",
        "text": {"fr": "Racontez un changement important lié à la structure.",
                 "en": "Tell us about an important change."},
    },
    {
        "code": "open_unexpected", "type": "text", "purpose": "unexpected_effect",
        "quotation": True,
        "text": {"fr": "Avez-vous vu des effets que personne n’avait prévus, bons ou mauvais ?",
                 "en": "Have you seen effects nobody had planned, good or bad?"},
    },
]  # fmt: skip
REFERENCES = {
    "ess_law_art2_1": {
        "kind": "condition",
        "label": {"fr": "Loi ESS, art. 2, 1° : personnes fragilisées",
                  "en": "ESS act, art. 2, 1°: people made vulnerable"},
        "source": "Loi n° 2014-856, art. 2", "read_on": "2026-02-02", "status": "verified",
        "note": {"fr": "Illustre, n’établit pas l’objet.", "en": "Illustrates only."},
    },
    "ess_law_art2_4": {
        "kind": "condition",
        "label": {"fr": "Loi ESS, art. 2, 4° : développement durable",
                  "en": "ESS act, art. 2, 4°: sustainable development"},
        "requires_any": ["needs", "democracy"],
    },
}  # fmt: skip


def make_instrument(**changes: Any) -> Instrument:
    document: dict[str, Any] = {
        "code": "social_utility", "edition": "1.0", "languages": ["fr", "en"],
        "title": {"fr": "Utilité sociale perçue", "en": "Perceived social utility"},
        "notice": {"fr": "Inspiré de plusieurs démarches.", "en": "Inspired by several methods."},
        "scales": SCALES, "groups": GROUPS, "dimensions": DIMENSIONS, "questions": QUESTIONS,
        "references": REFERENCES,
    }  # fmt: skip
    return Instrument.model_validate({**document, **changes})


def make_speaking_of_self() -> Instrument:
    """The same, where beneficiaries have an easy draft about themselves on being heard."""
    voice = DIMENSIONS[1]["criteria"][0]["items"][0]
    easy = {"text": {"fr": "On m’écoute.", "en": "People listen to me."}, "scale": "easy_3",
            "speaks_of_self": True}  # fmt: skip
    worded = {**voice, "wording": {"beneficiaries": {"easy": easy}}}
    heard = {**DIMENSIONS[1]["criteria"][0], "items": [worded]}
    democracy = {**DIMENSIONS[1], "criteria": [heard, *DIMENSIONS[1]["criteria"][1:]]}
    return make_instrument(dimensions=[DIMENSIONS[0], democracy, DIMENSIONS[2]])


def make_version(**changes: Any) -> InstrumentVersion:
    return InstrumentVersion.freeze(make_instrument(**changes))


def share(value: float, low: float, high: float) -> Share:
    return Share(value=value, low=low, high=high)


def full_item(item: str, group: str, counts: tuple[int, ...], **more: Any) -> ItemCell:
    n = sum(counts)
    good, bad = sum(counts[3:]) / n, sum(counts[:2]) / n
    if item in ("needs_take_up", "democracy_power"):
        good, bad = bad, good
    values: dict[str, Any] = {
        "scale": "agreement_5", "n": n, "asked": n + 6, "counts": counts, "dont_know": 3,
        "not_concerned": 2, "skipped": 1, "dont_know_share": 3 / (n + 4),
        "not_concerned_share": 2 / (n + 6), "skipped_share": 1 / (n + 6),
        "favourable": share(good, good * 0.8, good * 1.1),
        "mixed": share(counts[2] / n, counts[2] / n * 0.5, counts[2] / n * 1.5),
        "unfavourable": share(bad, bad * 0.5, bad * 1.4), "median": 4,
        "mean": sum((i + 1) * c for i, c in enumerate(counts)) / n,
    }  # fmt: skip
    return ItemCell(item=item, group=group, show="full", **{**values, **more})


ITEMS = (
    full_item("needs_relevance", "employees", (1, 3, 5, 14, 11)),
    ItemCell(item="needs_relevance", group="beneficiaries", show="full", n=58, asked=66,
             merged=True, favourable=share(0.6896551724137931, 0.56, 0.79),
             mixed=share(0.2, 0.11, 0.32), unfavourable=share(0.1, 0.04, 0.2), dont_know=6,
             not_concerned=0, skipped=2, dont_know_share=6 / 66, not_concerned_share=0.0),
    ItemCell(item="needs_relevance", group="board", show="banded", scale="agreement_5",
             favourable=Share(band="high"), mixed=Share(band="low"),
             unfavourable=Share(band="low")),
    ItemCell(item="needs_relevance", group="partners", show="majority", scale="agreement_5",
             majority="favourable"),
    ItemCell(item="needs_relevance", group="suppliers", show="masked", reason="n < 5",
             scale="agreement_5"),
    full_item("needs_take_up", "employees", (6, 7, 6, 9, 6), divided=True),
    full_item("needs_take_up", "beneficiaries", (20, 18, 10, 7, 3)),
    ItemCell(item="needs_take_up", group="board", show="banded", scale="agreement_5",
             favourable=Share(band="middle"), mixed=Share(value=0.4), unfavourable=Share()),
    ItemCell(item="needs_take_up", group="partners", show="masked", scale="agreement_5"),
    ItemCell(item="needs_take_up", group="suppliers", show="masked", reason="n < 5",
             scale="agreement_5"),
    full_item("democracy_voice", "employees", (2, 3, 4, 15, 10)),
    ItemCell(item="democracy_voice", group="beneficiaries", show="full", scale="easy_3", n=22,
             asked=24, counts=(6, 6, 10), dont_know=2, not_concerned=0, skipped=0,
             dont_know_share=2 / 24, not_concerned_share=0.0,
             favourable=share(10 / 22, 0.27, 0.65), mixed=share(6 / 22, 0.13, 0.48),
             unfavourable=share(6 / 22, 0.13, 0.48), median=2, mean=2.1818181818181817,
             divided=True),
    ItemCell(item="democracy_voice", group="suppliers", show="masked", reason="n < 5"),
    full_item("democracy_power", "employees", (4, 7, 9, 8, 6)),
    ItemCell(item="democracy_power", group="suppliers", show="not_asked"),
    full_item("ecology_effects", "employees", (0, 2, 12, 14, 6)),
    ItemCell(item="ecology_effects", group="suppliers", show="masked", reason="n < 5"),
)  # fmt: skip

DIMENSION_CELLS = (
    DimensionCell(dimension="needs", group="employees", show="full", n=34, score=50.7352941176471,
                  low=44.1, high=57.3, sd=18.9, divided=True),
    DimensionCell(dimension="needs", group="beneficiaries", show="full", n=58, score=68.9,
                  low=62.4, high=75.4, sd=24.7),
    DimensionCell(dimension="needs", group="board", show="banded", score=65),
    DimensionCell(dimension="needs", group="partners", show="masked", reason="complementary"),
    DimensionCell(dimension="needs", group="suppliers", show="masked", reason="n < 5"),
    DimensionCell(dimension="democracy", group="employees", show="full", n=34, score=58,
                  low=50, high=65, sd=21, reason="whole points"),
    DimensionCell(dimension="democracy", group="beneficiaries", show="unscored"),
    DimensionCell(dimension="democracy", group="board", show="full", n=12, score=100.0,
                  unanimous=True, sd=0.0),
    DimensionCell(dimension="democracy", group="partners", show="single_item", n=4,
                  item="democracy_voice"),
    DimensionCell(dimension="democracy", group="suppliers", show="masked", reason="n < 5"),
    DimensionCell(dimension="ecology", group="employees", show="single_item",
                  item="ecology_effects"),
    DimensionCell(dimension="ecology", group="beneficiaries", show="not_asked"),
    DimensionCell(dimension="ecology", group="board", show="not_asked"),
    DimensionCell(dimension="ecology", group="partners", show="not_asked"),
    DimensionCell(dimension="ecology", group="suppliers", show="masked", reason="n < 5"),
)  # fmt: skip
GAPS = (
    Gap(kind="item", code="democracy_voice", first="employees", second="beneficiaries",
        first_value=73.5, second_value=45.5, first_n=34, second_n=22, gap=28.0, low=2.1, high=50.3,
        flagged=True),
    Gap(kind="dimension", code="needs", first="beneficiaries", second="employees",
        first_value=68.9, second_value=50.7, first_n=58, second_n=34, gap=18.2, low=9.0, high=27.3,
        flagged=False),
)  # fmt: skip
CHOICES = (
    ChoiceCell(item="priorities", group="employees", option="needs", show="full", n=34, chosen=20,
               share=share(20 / 34, 0.42, 0.74)),
    ChoiceCell(item="priorities", group="employees", option="democracy", show="full", n=34,
               chosen=25, share=share(25 / 34, 0.57, 0.85)),
    ChoiceCell(item="priorities", group="board", option="needs", show="banded",
               share=Share(band="high")),
    ChoiceCell(item="priorities", group="suppliers", option="needs", show="masked",
               reason="n < 5"),
)  # fmt: skip
TEXTS = (
    TextCell(item="open_change", group="employees", show="full", n=19),
    TextCell(item="open_unexpected", group="employees", show="full", n=14),
    TextCell(item="open_unexpected", group="board", show="banded"),
    TextCell(item="open_unexpected", group="suppliers", show="masked", reason="n < 5"),
)
COVERAGE = (
    Coverage(group="employees", population=41, invited=41, received=34, complete=31, partial=3,
             rate=34 / 41, by_mode={"self": 30, "paper": "n < 5"},
             by_channel={"personal": 30, "paper": "n < 5"}),
    Coverage(group="beneficiaries", received=58, complete=51, partial=7,
             by_mode={"self": 38, "assisted": 20}, by_channel={"open": 38, "kiosk": 20}),
    Coverage(group="board", population=12, invited=12, received_text="5–9"),
    Coverage(group="partners", population=22, invited=9, received_text="fewer than 5 answers"),
    Coverage(group="suppliers", received_text="fewer than 5 answers"),
)  # fmt: skip


def make_profile(**changes: Any) -> Profile:
    """Every kind of cell there is; ``changes`` replace whole fields."""
    instrument = changes.pop("instrument", None) or make_instrument()
    values: dict[str, Any] = {
        "release": 1, "released_on": date(2026, 5, 4), "corus_version": "0.1.0",
        "organization": "Le Panier des Hauts",
        "organization_details": {"legal_form": "Association loi 1901", "siret": "000 000 000"},
        "wave": "panier_2026", "wave_title": "Vague 2026", "wave_state": WaveState.CLOSED,
        "anonymity": "anonymous", "opened_on": date(2026, 3, 3), "closed_on": date(2026, 4, 10),
        "languages": ("fr", "en"), "digest": InstrumentVersion.freeze(instrument).digest,
        "instrument": instrument, "thresholds": Thresholds(),
        "notice": PrivacyNotice(controller="Le Panier des Hauts", contact="contact@example.org"),
        "groups": tuple(GROUPS), "coverage": COVERAGE, "shown_responses": 104, "items": ITEMS,
        "dimensions": DIMENSION_CELLS, "gaps": GAPS, "choices": CHOICES, "texts": TEXTS,
        "masked_groups": ("suppliers",),
    }  # fmt: skip
    return Profile(**{**values, **changes})


HOSTILE = (
    "=HYPERLINK(\"http://example.org\",\"click\")",
    "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "  =1+1", "\"=1+1\"", "'=1+1", "#N/A",
    "a\x00\x0b\x1f\x7fb", "\u202eevil \u0645\u0631\u062d\u0628\u0627", "👩🏽‍🌾 🧺",
    "<b>&amp;]]>&A&P</b>",
    "line\r\nbreak\u2028end", "not a character \ufffe\uffff",
)  # fmt: skip
LONG = "é👩🏽‍🌾" * 8000


def make_hostile(text: str) -> Profile:
    """The same profile where the names people typed are ``text``."""
    dimensions = [
        {**d, "label": {"fr": text, "en": text}, "short": {"fr": text, "en": text}}
        for d in DIMENSIONS
    ]
    worded = {**DIMENSIONS[0]["criteria"][0]["items"][0], "text": {"fr": text, "en": text}}
    dimensions[0] = {
        **dimensions[0],
        "criteria": [
            {**DIMENSIONS[0]["criteria"][0], "items": [worded]},
            DIMENSIONS[0]["criteria"][1],
        ],
    }
    return make_profile(
        instrument=make_instrument(dimensions=dimensions),
        organization=text,
        wave_title=text,
        organization_details={"legal_form": text},
    )
