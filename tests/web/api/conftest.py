"""An instance with a released wave, one in preparation, and another organization; keys."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.domain.roles import Role
from corus.services import waves
from corus.services.accounts import members, tokens
from corus.services.accounts.person import person
from corus.web.api.pace import Pace
from corus.web.api.serving import PACE
from tests import factories as make
from tests.web import workspace_factories as workspace

ROLES = [role.value for role in Role]
HOME, WAVE, DRAFT, ELSEWHERE = "le_panier_des_hauts", "panier-2026", "panier-2027", "ailleurs-2026"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("api")
    made = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"k" * 32))
    store, of = made.extensions["corus"].store, make.instrument()
    workspace.released(made, WAVE)
    with store.writing() as session:
        home = waves.create_organization(session, "Le Panier des Hauts")
        waves.create_wave(session, DRAFT, home, of.code, make.plan())
        other = waves.create_organization(session, "Ailleurs")
        waves.create_wave(session, ELSEWHERE, other, of.code, make.plan())
    made.extensions[PACE] = Pace(per_minute=1_000_000)
    yield made
    store.engine.dispose()


@pytest.fixture(scope="module")
def keys(app: Flask) -> dict[str, str]:
    """Role → a key of that role at Le Panier des Hauts."""
    day = datetime.now(UTC).date()
    store, found = app.extensions["corus"].store, {}
    for role in ROLES:
        who = workspace.account(app, [role], HOME)
        with store.writing() as session:
            place = members.organization(session, HOME)
            mine = person(session, who.id, day)
            found[role] = tokens.make(session, mine, place, Role(role), "test", day)
    return found


@pytest.fixture
def api(app: Flask) -> FlaskClient:
    return app.test_client()


def bearer(key: str, **more: str) -> dict[str, str]:
    """The header of a program that holds this key."""
    return {"Authorization": f"Bearer {key}", **more}


PLAIN = {"Accept-Encoding": "identity"}
"""For programs that do not unpack what they read."""
