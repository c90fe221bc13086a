"""A questionnaire with every question type, a running server, and what a browser would send."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page
from sqlalchemy import func, select
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from corus.config import Settings
from corus.domain.answer import Answer, decode
from corus.domain.instrument import Instrument
from corus.domain.wave import PrivacyNotice
from corus.services import publishing, waves
from corus.store.engine import Store
from corus.store.models import Response, Stratum
from corus.web import limits, problems, respond, returning, rush
from tests.factories import DAY, plan, text

FORM = "/s/panier-2026/employees/fr"
EASY = "/s/panier-2026/beneficiaries/fr/easy"
EXPRESS = f"{FORM}/express"
KIOSK = "/k/panier-2026/employees/fr"
CODE = re.compile(r"^[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}$")
"""A receipt."""
PHONE = {"width": 360, "height": 740}
SHIPPED = Path("surveys/social_utility.yaml")

OPTIONS = [
    {"code": "price", "label": text("Les prix", "Prices")},
    {"code": "welcome", "label": text("L’accueil", "The welcome")},
    {"code": "place", "label": text("Le lieu", "The place")},
]
OPT_OUTS = {
    "dont_know": text("Je ne sais pas", "I don’t know"),
    "not_concerned": text("Cela ne me concerne pas", "Not applicable to me"),
}
AGREEMENT = (
    ("Pas du tout d’accord", "Strongly disagree"),
    ("Plutôt pas d’accord", "Rather disagree"),
    ("Ni d’accord ni pas d’accord", "Neither agree nor disagree"),
    ("Plutôt d’accord", "Rather agree"),
    ("Tout à fait d’accord", "Strongly agree"),
)
SIGNS = (("Non", "No", "✗"), ("Un peu", "A little", "◐"), ("Oui", "Yes", "✓"))
LEVELS = (("Absent", "Absent"), ("Amorcé", "Started"), ("Structuré", "Structured"))


def every_type() -> Instrument:
    """Three sections, all eight question types, one condition, an easy version."""
    points = [{"value": n, "label": text(fr, en)} for n, (fr, en) in enumerate(AGREEMENT, start=1)]
    easy = [
        {"value": n, "label": text(fr, en), "symbol": symbol}
        for n, (fr, en, symbol) in enumerate(SIGNS, start=1)
    ]
    levels = [{"value": n, "label": text(fr, en)} for n, (fr, en) in enumerate(LEVELS)]
    return Instrument.model_validate(
        {
            "code": "every_type",
            "edition": "1.0",
            "languages": ["fr", "en"],
            "title": text("Tous les types", "Every type"),
            "scales": {
                "agreement_5": {"points": points, "opt_outs": OPT_OUTS},
                "easy_3": {"points": easy, "opt_outs": OPT_OUTS, "merges_with": "agreement_5"},
                "level_2": {"points": levels, "opt_outs": {"dont_know": OPT_OUTS["dont_know"]}},
            },
            "groups": {
                "employees": {"label": text("Salariées et salariés", "Employees")},
                "beneficiaries": {"label": text("Bénéficiaires", "Beneficiaries"), "minutes": 7},
            },
            "questions": _questions(),
            "sections": [
                {"code": "bonds", "title": text("Lien social", "Social links"),
                 "shows": ["mutual_help", "hidden_power"]},
                {"code": "choices", "title": text("Vos priorités", "Your priorities"),
                 "intro": text("Trois questions sur ce qui compte.", "What matters to you."),
                 "shows": ["since", "early_days", "priority", "order", "budget"]},
                {"code": "words", "title": text("Avec vos mots", "In your words"),
                 "shows": ["visits", "story", "governance"]},
            ],
        }
    )  # fmt: skip


def _questions() -> list[dict[str, object]]:
    return [
        {"code": "mutual_help", "type": "rating", "scale": "agreement_5", "anchor": True,
         "text": text("{organization} fait progresser l’entraide.", "{organization} grows help."),
         "wording": {"beneficiaries": {"easy": {"text": text("On s’aide ici.", "We help."),
                                                "scale": "easy_3"}}}},
        {"code": "hidden_power", "type": "rating", "scale": "agreement_5",
         "direction": "reversed",
         "text": text("Les décisions restent entre quelques mains.", "Few people decide."),
         "hint": text("Pensez aux douze derniers mois.", "Think of the last twelve months."),
         "wording": {"beneficiaries": {"easy_omits": True}}},
        {"code": "since", "type": "single_choice", "text": text("Depuis quand ?", "Since when?"),
         "options": [{"code": "under_1_year", "label": text("Moins d’un an", "Under a year")},
                     {"code": "longer", "label": text("Plus longtemps", "Longer")}]},
        {"code": "early_days", "type": "text", "relevant": "${since} != 'under_1_year'",
         "text": text("Comment était-ce au début ?", "What was it like early on?")},
        {"code": "priority", "type": "multiple_choice", "max_choices": 2, "options": OPTIONS,
         "text": text("Qu’est-ce qui compte le plus ?", "What matters most?")},
        {"code": "order", "type": "ranking", "options": OPTIONS,
         "text": text("Dans quel ordre ?", "In which order?")},
        {"code": "budget", "type": "allocation", "total": 100, "options": OPTIONS,
         "text": text("Où mettre les moyens ?", "Where should the means go?")},
        {"code": "visits", "type": "number", "minimum": 0, "maximum": 31,
         "text": text("Combien de jours par mois venez-vous ?", "How many days a month?")},
        {"code": "story", "type": "text", "quotation": True, "express": True,
         "text": text("Racontez un changement important.", "Tell us about a change.")},
        {"code": "governance", "type": "level", "scale": "level_2", "asked_to": ["employees"],
         "text": text("Qui vote, sur quoi ?", "Who votes, on what?"),
         "descriptors": [text("Personne ne vote."), text("Quelques avis."), text("Tous votent.")],
         "evidence_hint": text("Un procès-verbal, des statuts.", "Minutes, statutes.")},
    ]  # fmt: skip


def wave(store: Store, instrument: Instrument, code: str = "panier-2026", **changes: object) -> str:
    """An open wave on ``instrument``; returns its code."""
    notice = PrivacyNotice(
        controller="Le Panier des Hauts, 12 rue des Hauts, 59000 Lille",
        contact="donnees@panier.example",
        dpo="Camille Exemple, dpo@panier.example",
    )
    declared = {"title": "Vague 2026", "notice": notice, "groups": {}, "closes_on": "2126-06-30"}
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, instrument, DAY)
        waves.create_wave(session, code, owner, instrument.code, plan(**(declared | changes)))
        waves.open_wave(session, code, DAY)
    return code


def submission_id(page: str) -> str:
    """The number a form carries."""
    return re.search(r'name="submission_id" value="([0-9a-f]{32})"', page)[1]


def fresh_id(client: FlaskClient, url: str) -> str:
    """Open the form and take its number."""
    return submission_id(client.get(url).text)


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a free port of the loopback; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def application(store: Store) -> Flask:
    """The respondent's pages on ``store``, with the limits and errors every page has."""
    app = Flask("corus.web", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=200_000, MAX_FORM_MEMORY_SIZE=200_000)
    settings = Settings(Path("instance"), "", b"k" * 32)
    app.extensions["corus"] = SimpleNamespace(store=store, settings=settings)
    limits.install(app)
    problems.install(app)
    app.register_blueprint(respond.blueprint)
    app.register_blueprint(returning.blueprint)
    rush.install(app, respond.kept)
    return app


def stored(store: Store, instrument: Instrument) -> list[dict[str, Answer]]:
    """The answers of every response there is."""
    with store.reading() as session:
        return [decode(row, instrument) for row in session.scalars(select(Response.document))]


def stored_ways(client: FlaskClient) -> list[tuple[str, str]]:
    """(channel, mode) of every response there is."""
    with client.application.extensions["corus"].store.reading() as session:
        found = select(Stratum.channel, Stratum.mode).join(
            Response, Response.stratum_id == Stratum.id
        )
        return [tuple(row) for row in session.execute(found)]


def count(store: Store) -> int:
    """How many responses there are."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Response))


def send(client: FlaskClient, url: str = FORM, **fields: object) -> TestResponse:
    """Send a form of ``url``; ``q__story__quotable`` names the field ``q.story.quotable``."""
    data = {name.replace("__", "."): value for name, value in fields.items()}
    data.setdefault("submission_id", fresh_id(client, url))
    return client.post(url, data=data)


def card(page: Page, code: str) -> Locator:
    """The card of one question in a browser's page."""
    return page.locator(f"[id='q.{code}']")
