"""Papers to print in tests: the built-in questionnaire, and one question of every type."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from corus.authoring import load_instrument
from corus.documents.questionnaire import Paper
from corus.domain.instrument import InstrumentVersion, Item
from corus.domain.wave import PrivacyNotice, WavePlan
from tests.questions.factories import FIELDS, an_instrument, an_item

SURVEYS = Path(__file__).parents[2] / "surveys"
ORGANIZATION = "Le Panier des Hauts"


@cache
def built_in(name: str = "social_utility") -> InstrumentVersion:
    """A built-in instrument, published."""
    return InstrumentVersion.freeze(load_instrument(SURVEYS / f"{name}.yaml"))


def a_plan(**changes: Any) -> WavePlan:
    """A wave that closes on 30 April 2026."""
    notice = PrivacyNotice(controller=ORGANIZATION, contact="donnees@panier.example")
    fields = {"title": "Vague 2026", "closes_on": date(2026, 4, 30), "notice": notice}
    return WavePlan.model_validate({**fields, **changes})


def a_paper(group: str = "employees", language: str = "fr", **changes: Any) -> Paper:
    """The built-in questionnaire of one group."""
    fields = {"version": built_in(), "plan": a_plan(), "organization": ORGANIZATION}
    return Paper(**{**fields, "group": group, "language": language, **changes})


def paper_of(*items: Item, **changes: Any) -> Paper:
    """A questionnaire of these items."""
    return a_paper(version=InstrumentVersion.freeze(an_instrument(*items)), **changes)


def one_of_every_type() -> tuple[Item, ...]:
    """One item of every question type, each with its own sentence."""
    return tuple(
        an_item(kind, code=f"q_{kind}", text={"fr": f"Question {kind}.", "en": f"Asked {kind}."})
        for kind in FIELDS
    )
