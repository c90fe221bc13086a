"""What both benchmarks measure on: a seeded instrument of 38 five-point items and its answers."""

from __future__ import annotations

import random
import secrets
from datetime import date

from sqlalchemy import insert

from corus.domain.instrument import Instrument
from corus.domain.wave import PrivacyNotice, WavePlan
from corus.services import links, publishing, waves
from corus.store.engine import Store
from corus.store.models import Invitation

ITEMS = 38
GROUPS = 10
WAVE = "bench"
DAY = date(2026, 1, 1)


def instrument() -> Instrument:
    """38 five-point items in 8 dimensions, every fifth reversed, asked of 10 groups."""
    points = [
        {"value": v, "label": {"fr": f"Réponse {v}", "en": f"Answer {v}"}} for v in range(1, 6)
    ]
    opt_outs = {
        "dont_know": {"fr": "Je ne sais pas", "en": "I don’t know"},
        "not_concerned": {"fr": "Cela ne me concerne pas", "en": "Not applicable to me"},
    }
    return Instrument.model_validate(
        {
            "code": "bench", "edition": "1", "languages": ["fr", "en"],
            "title": {"fr": "Banc d’essai", "en": "Bench"},
            "scales": {"five": {"points": points, "opt_outs": opt_outs}},
            "groups": {f"g{n}": {"label": {"fr": f"Groupe {n}", "en": f"Group {n}"}}
                       for n in range(GROUPS)},
            "dimensions": [_dimension(n) for n in range(8)],
        }
    )  # fmt: skip


def _dimension(number: int) -> dict[str, object]:
    label = {"fr": f"Dimension {number}", "en": f"Dimension {number}"}
    items = [_item(n) for n in range(ITEMS) if n % 8 == number]
    return {
        "code": f"d{number}",
        "label": label,
        "criteria": [{"code": f"c_{i['code']}", "label": label, "items": [i]} for i in items],
    }


def _item(number: int) -> dict[str, object]:
    return {
        "code": f"q{number:02}", "type": "rating", "scale": "five",
        "direction": "reversed" if number % 5 == 4 else "as_asked",
        "text": {"fr": f"La structure agit bien sur le sujet numéro {number}.",
                 "en": f"The organisation acts well on topic number {number}."},
    }  # fmt: skip


def answers(seed: random.Random) -> list[str]:
    """One respondent's 38 form values: mostly points, a few opt-outs."""
    choices = ("1", "2", "3", "4", "5", "dont_know", "not_concerned", "")
    return seed.choices(choices, (6, 10, 18, 34, 24, 4, 2, 2), k=ITEMS)


def personal_links(store: Store, wave_id: int, number: int) -> list[str]:
    """Addresses of ``number`` persons invited to the bench wave, in no order."""
    ids = [secrets.token_bytes(16) for _ in range(number)]
    tokens = [links.token(store.key, one) for one in ids]
    rows = [
        {
            "id": one, "wave_id": wave_id, "group": "g0", "language": "fr",
            "who": links.who(store.key, token),
        }
        for one, token in zip(ids, tokens, strict=True)
    ]  # fmt: skip
    with store.writing() as session:
        session.execute(insert(Invitation), rows)
    return [f"/i/{token}/fr" for token in tokens]


def open_wave(store: Store) -> int:
    """The bench wave, open; returns its id."""
    notice = PrivacyNotice(controller="Bench", contact="bench@example.org")
    with store.writing() as session:
        published = publishing.publish(session, instrument(), DAY)
        owner = waves.create_organization(session, "Bench")
        plan = WavePlan(title="Bench", notice=notice)
        waves.create_wave(session, WAVE, owner, published.version.digest, plan)
        return waves.open_wave(session, WAVE, DAY, despite="bench").id
