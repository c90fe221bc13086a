"""Every address with every role: who may see and do what, and what others are told.

What the guard does is compared with what each view declares, and what they declare with the list in
``reach.py``, written out by hand: a page that asks for too little is found there.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.domain.roles import ALLOWS, Permission, Role
from corus.services import releasing, waves
from corus.web.access.needs import PUBLIC, PUBLIC_BLUEPRINTS, needed
from tests import factories as make
from tests.web import workspace_factories as people
from tests.web.access.reach import REACH

OTHERS = "les_autres"
ROLES = [*(role.value for role in Role), "admin", "nobody", "stranger"]
DENIED = {303, 401, 403, 404}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("instance")
    made = create_app(Settings(folder, f"sqlite:///{folder / 'corus.sqlite'}", b"k" * 32))
    store = made.extensions["corus"].store
    make.open_wave(store)
    make.close_wave(store)
    with store.writing() as session:
        releasing.release(session, "panier-2026", make.DAY)
        waves.create_organization(session, "Les autres")
    yield made
    store.engine.dispose()


@pytest.fixture(scope="module")
def clients(app: Flask) -> dict[str, FlaskClient]:
    """Somebody of each role here, and a manager of another organization."""
    here = {r: people.signed_in(app, r, "le_panier_des_hauts") for r in ROLES[:-1]}
    stranger = app.test_client()
    stranger.environ_base["HTTP_ORIGIN"] = people.HERE
    return {**here, "stranger": stranger, "elsewhere": people.signed_in(app, "manager", OTHERS)}


def _declared(app: Flask) -> Iterator[tuple[str, str, str, Permission | str | None, bool]]:
    """Method, address, endpoint, what its view needs, and whether it is about an organization."""
    for method in ("GET", "POST"):
        for address, rule in people.addresses(app, method):
            if rule.endpoint.partition(".")[0] not in PUBLIC_BLUEPRINTS:
                view = app.view_functions[rule.endpoint]
                about = bool({"wave", "organization"} & rule.arguments)
                yield method, address, rule.endpoint, needed(view), about


def _allowed(role: str, permission: Permission, about: bool) -> bool:
    if role == "stranger":
        return False
    if permission is Permission.OWN:
        return not about
    if permission is Permission.INSTANCE:
        return role == "admin"
    return role in list(Role) and permission in ALLOWS[Role(role)]


def test_every_view_says_what_it_needs(app: Flask) -> None:
    silent = [endpoint for _, _, endpoint, needs, _ in _declared(app) if needs is None]
    assert silent == []


def test_what_each_view_asks_for_is_what_the_list_says(app: Flask) -> None:
    found: dict[str, set[str]] = {permission: set() for permission in REACH}
    for endpoint, view in app.view_functions.items():
        if needs := needed(view):
            found[str(needs)].add(endpoint)
    listed = {
        permission: {f"{part}.{name}" for part, names in parts.items() for name in names.split()}
        for permission, parts in REACH.items()
    }
    assert found == listed


def test_what_is_about_an_organization_needs_a_role_in_it(app: Flask) -> None:
    for _, address, endpoint, needs, about in _declared(app):
        if isinstance(needs, Permission):
            inside = needs not in (Permission.OWN, Permission.INSTANCE)
            assert about == inside, (endpoint, address)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_is_for_and_nothing_else(
    app: Flask, clients: dict[str, FlaskClient], role: str
) -> None:
    reached = 0
    for method, address, endpoint, needs, about in _declared(app):
        if needs == PUBLIC or endpoint == "instance.change":
            continue
        assert isinstance(needs, Permission)
        answer = _asked(clients[role], method, address)
        assert answer.status_code < 500, address
        if _allowed(role, needs, about):
            assert not _turned_away(answer), (method, address)
            reached += 1
        else:
            assert _turned_away(answer), (method, address)
    assert (reached == 0) == (role == "stranger")


def _asked(client: FlaskClient, method: str, address: str):  # type: ignore[no-untyped-def]
    sent = {"nothing": "useful"} if method == "POST" else None
    return client.open(address, method=method, data=sent)


def _turned_away(answer) -> bool:  # type: ignore[no-untyped-def]
    """Whether the guard refused: led to sign in, told of the role, or of nothing there."""
    status, text = answer.status_code, answer.data.decode("utf-8", "replace")
    if status == 303:
        return answer.headers["Location"].startswith("/sign-in")
    if status == 401:
        return "signin.email" in text or "API-401" in text
    return status in (403, 404) and any(code in text for code in ("ACC-403", "ACC-015"))


def test_a_manager_of_another_organization_finds_nothing_here(
    app: Flask, clients: dict[str, FlaskClient]
) -> None:
    tried = 0
    for method, address, endpoint, needs, about in _declared(app):
        if about and needs != PUBLIC:
            answer = _asked(clients["elsewhere"], method, address)
            assert answer.status_code == 404, (endpoint, address)
            assert "ACC-015" in answer.text
            assert "Panier des Hauts" not in answer.text
            tried += 1
    assert tried >= 15


def test_what_is_somebody_elses_reads_like_what_does_not_exist(
    clients: dict[str, FlaskClient],
) -> None:
    there = clients["elsewhere"].get("/waves/panier-2026/fr")
    nowhere = clients["elsewhere"].get("/waves/no-such-wave/fr")
    assert there.status_code == nowhere.status_code == 404
    assert there.text.replace("panier-2026", "") == nowhere.text.replace("no-such-wave", "")


def test_a_role_withdrawn_or_ended_is_gone_at_the_next_page(app: Flask) -> None:
    from datetime import UTC, datetime, timedelta

    from corus.services.accounts import members
    from corus.store import accounts

    who = people.account(app, ["accreditor", "manager"], "le_panier_des_hauts", email="x@y.example")
    client = people.let_in(app.test_client(), app, who)
    people_page = "/organizations/le_panier_des_hauts/people"
    assert client.get(people_page).status_code == 200
    store, today = app.extensions["corus"].store, datetime.now(UTC).date()
    with store.writing() as session:
        place = members.organization(session, "le_panier_des_hauts")
        members.withdraw(session, who.id, place, Role.MANAGER, today)
    assert client.get(people_page).status_code == 403
    assert client.get("/organizations/le_panier_des_hauts").status_code == 200
    with store.writing() as session:
        held = accounts.membership(session, who.id, place.id, "accreditor")
        assert held is not None
        held.until = today - timedelta(1)
    assert client.get("/organizations/le_panier_des_hauts").status_code == 404
