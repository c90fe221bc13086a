"""Small instruments, waves and answers for any test; builders take what the test cares about."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

from corus.domain.answer import Answer, State, encode
from corus.domain.instrument import Instrument
from corus.domain.wave import Checklist, GroupPlan, PrivacyNotice, WavePlan
from corus.services import closing, publishing, waves
from corus.store.engine import Store
from corus.store.writer import NewResponse

DAY = date(2026, 3, 3)
SETTLED = Checklist(
    employees_informed=DAY, cse_informed=DAY, minors="none", protected_adults="none",
    results_seen_by="Le conseil d’administration",
)  # fmt: skip
LABELS = ("Pas du tout", "Plutôt non", "Entre les deux", "Plutôt oui", "Tout à fait")
ENGLISH = ("Not at all", "Rather not", "In between", "Rather yes", "Fully")


def text(fr: str, en: str | None = None) -> dict[str, str]:
    """A sentence in both languages."""
    return {"fr": fr, "en": en or f"{fr} (en)"}


def instrument(**changes: object) -> Instrument:
    """Two dimensions of two items, one reversed; two groups; a priority and an open question."""
    points = [
        {"value": n + 1, "label": text(fr, en)}
        for n, (fr, en) in enumerate(zip(LABELS, ENGLISH, strict=True))
    ]
    opt_outs = {
        "dont_know": text("Je ne sais pas", "I don’t know"),
        "not_concerned": text("Cela ne me concerne pas", "Not applicable to me"),
    }
    document: dict[str, object] = {
        "code": "small",
        "edition": "1.0",
        "languages": ["fr", "en"],
        "title": text("Petit questionnaire", "Small questionnaire"),
        "scales": {"agreement_5": {"points": points, "opt_outs": opt_outs}},
        "groups": {
            "employees": {"label": text("Salariées et salariés", "Employees")},
            "neighbours": {"label": text("Riverains", "Neighbours")},
        },
        "dimensions": [_dimension("needs"), _dimension("democracy")],
        "questions": [
            {
                "code": "priority", "type": "multiple_choice", "purpose": "importance",
                "text": text("Le plus important ?"), "max_choices": 1,
                "options": [
                    {"code": "needs", "label": text("Besoins", "Needs")},
                    {"code": "democracy", "label": text("Démocratie", "Democracy")},
                ],
            },
            {
                "code": "surprise", "type": "text", "purpose": "unexpected_effect",
                "text": text("Une surprise, bonne ou mauvaise ?"), "quotation": True,
            },
        ],
    }  # fmt: skip
    return Instrument.model_validate(document | changes)


def _dimension(code: str) -> dict[str, object]:
    items = [
        _item(f"{code}_met", "as_asked", anchor=True),
        _item(f"{code}_missed", "reversed", anchor=False),
    ]
    return {
        "code": code,
        "label": text(code.title()),
        "criteria": [
            {"code": i["code"], "label": text(str(i["code"])), "items": [i]} for i in items
        ],
    }


def _item(code: str, direction: str, *, anchor: bool) -> dict[str, object]:
    return {
        "code": code, "type": "rating", "scale": "agreement_5", "direction": direction,
        "anchor": anchor, "text": text(f"Énoncé {code}.", f"Statement {code}."),
    }  # fmt: skip


def plan(**changes: object) -> WavePlan:
    """A wave plan with its notice filled and its checklist settled."""
    values: dict[str, object] = {
        "title": "Vague 2026",
        "notice": PrivacyNotice(controller="Le Panier des Hauts", contact="donnees@panier.example"),
        "groups": {"employees": GroupPlan(population=40), "neighbours": GroupPlan()},
        "checklist": SETTLED,
    }
    return WavePlan.model_validate(values | changes)


def open_wave(store: Store, code: str = "panier-2026", of: Instrument | None = None) -> int:
    """An open wave on a published instrument; returns its id."""
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        chosen = of or instrument()
        publishing.publish(session, chosen, DAY)
        groups = {g: GroupPlan(population=40) for g in chosen.groups}
        waves.create_wave(session, code, owner, chosen.code, plan(groups=groups))
        return waves.open_wave(session, code, DAY).id


def close_wave(store: Store, code: str = "panier-2026") -> closing.Closed:
    """Close a wave to its end, as `corus wave close` does."""
    keeping = closing.Keeping(Path("/nowhere/backups"))
    return closing.close_wave(store, code, DAY, keeping)


def given(value: int) -> Answer:
    """A point of the scale, by index."""
    return Answer(State.GIVEN, value)


def response(wave_id: int, document: bytes | None = None, **changes: object) -> NewResponse:
    """One response to store, with a random id."""
    stored = (document or encode({"needs_met": given(3)}, instrument())).decode()
    values: dict[str, object] = {
        "id": secrets.token_bytes(16), "wave_id": wave_id, "group": "employees",
        "variant": "standard", "language": "fr", "mode": "self", "channel": "open",
        "completeness": "complete", "received_on": DAY, "document": stored,
    }  # fmt: skip
    return NewResponse(**(values | changes))  # type: ignore[arg-type]


def marks(values: str, instrument: Instrument) -> bytes:
    """A stored document from its marks alone."""
    assert len(values) == len(instrument.items)
    return f'{{"marks":"{values}"}}'.encode()
