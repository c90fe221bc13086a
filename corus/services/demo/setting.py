"""The fictional organization and its waves: one to read, one to try answering."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from sqlalchemy.orm import Session

from corus.domain.wave import Checklist, GroupPlan, PrivacyNotice, WavePlan
from corus.domain.weighing import Negotiated
from corus.services import publishing, waves
from corus.services.demo import accounts
from corus.services.demo.truth import GROUPS
from corus.services.instruments.library import survey
from corus.store import queries

WAVE = "panier-2026"
TRIAL = "panier-essai"
ORGANIZATION = "Le Panier des Hauts"
DETAILS = {
    "legal_form": "SCIC SA à capital variable (fictive)",
    "territory": "Pays du Haut-Escaut, Hauts-de-France (lieu fictif)",
    "activity": "Circuit court alimentaire : paniers, épicerie, ateliers cuisine, maraîchage",
    "note": "Organisation, personnes et réponses imaginaires.",
}
AGREED = "weights.csv"
WEIGHTS: dict[str, float] = {
    "employees": 20, "beneficiaries": 20, "volunteers": 10, "board": 5, "clients": 10,
    "suppliers": 10, "partners": 5, "public_authorities": 5, "neighbours": 10, "funders": 5,
}  # fmt: skip


def prepare(session: Session, day: date) -> None:
    """Publish the built-in instruments and open the two waves, unless that was done before."""
    for name in ("innovation_markers", "social_utility"):
        published = publishing.publish_file(session, survey(name), day)
    known = {wave.code for wave in queries.waves(session)}
    owner = waves.create_organization(session, ORGANIZATION, details=DETAILS)
    accounts.prepare(session, owner, day)
    titles = {WAVE: "Vague 2026", TRIAL: "Vague d’essai : répondez pour voir"}
    for code, title in titles.items():
        if code not in known:
            waves.create_wave(session, code, owner, published.version.digest, _plan(title, day))
            waves.open_wave(session, code, day)


def weights_file(day: date) -> str:
    """What the council agreed on, by hand, before the wave opened: 100 points among the groups."""
    rows = (f"{group},{weight},{day}" for group, weight in WEIGHTS.items())
    return "\n".join(("group,weight,agreed_on", *rows, ""))


def _plan(title: str, day: date) -> WavePlan:
    digest = sha256(weights_file(day).encode()).hexdigest()
    return WavePlan(
        title=title,
        negotiated=Negotiated(agreed_on=day, file=AGREED, sha256=digest, groups=WEIGHTS),
        groups={code: GroupPlan(population=g.population) for code, g in GROUPS.items()},
        notice=PrivacyNotice(
            controller=ORGANIZATION, contact="donnees@panier-des-hauts.example", retention_months=24
        ),
        checklist=Checklist(
            employees_informed=day,
            cse_informed=day,
            minors="none",
            protected_adults="Version facile à lire, remplie avec une personne de leur choix.",
            results_seen_by="Le conseil coopératif, puis chaque groupe qui a répondu.",
        ),
    )
