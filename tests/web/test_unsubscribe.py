"""« No more messages », and the code of a letter typed by hand."""

from __future__ import annotations

import secrets

import pytest
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.services import links
from corus.services.inviting import stopping
from corus.store import invitations
from corus.store.engine import Store
from corus.store.models import Invitation
from tests.factories import open_wave

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
BUTTON = {"stop": "yes"}


@pytest.fixture
def client(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


@pytest.fixture
def opened(client: FlaskClient) -> Store:
    found: Store = client.application.extensions["corus"].store
    open_wave(found)
    return found


def _invited(store: Store, language: str = "fr") -> bytes:
    key = secrets.token_bytes(16)
    with store.writing() as session:
        session.add(Invitation(
            id=key, wave_id=1, group="employees", language=language, name="Zoé",
            who=links.who(store.key, links.token(store.key, key)), address=f"{key.hex()}@x.example",
        ))  # fmt: skip
    return key


def _state(store: Store, key: bytes) -> str:
    with store.reading() as session:
        found = invitations.by_id(session, key)
    assert found is not None
    return found.state


def _address(store: Store, key: bytes) -> str:
    return f"/r/stop/{stopping.stop_token(store.key, key)}"


def test_looking_writes_nothing_and_the_button_stops_messages(
    client: FlaskClient, opened: Store
) -> None:
    key = _invited(opened)
    page = client.get(_address(opened, key))
    assert page.status_code == 200
    assert "Ne plus recevoir de messages" in page.text
    assert "<button" in page.text
    assert _state(opened, key) == "active"
    done = client.post(_address(opened, key), data=BUTTON)
    assert "Vous ne recevrez plus de messages" in done.text
    assert _state(opened, key) == "unsubscribed"
    assert "<button" not in client.get(_address(opened, key)).text


def test_one_click_of_a_mail_program_is_enough_and_twice_is_once(
    client: FlaskClient, opened: Store
) -> None:
    key = _invited(opened, "en")
    for _ in range(2):
        done = client.post(_address(opened, key), data=ONE_CLICK)
        assert done.status_code == 200
        assert "No more messages will be sent" in done.text
    assert _state(opened, key) == "unsubscribed"


def test_the_link_still_answers_and_a_revoked_invitation_stays_revoked(
    client: FlaskClient, opened: Store
) -> None:
    key = _invited(opened)
    client.post(_address(opened, key), data=BUTTON)
    assert client.get(f"/i/{links.token(opened.key, key)}").status_code == 302
    other = _invited(opened)
    with opened.writing() as session:
        invitations.set_state(session, other, "revoked", instead_of="active")
    told = client.post(_address(opened, other), data=BUTTON)
    assert _state(opened, other) == "revoked"
    assert "Vous ne recevrez plus de messages" in told.text
    assert "ouvre toujours le questionnaire" not in told.text
    assert "ouvre toujours le questionnaire" in client.get(_address(opened, key)).text


@pytest.mark.parametrize("token", ["x", "a" * 32, "é" * 32, "1" * 32, "a" * 33, "%00"])
def test_an_address_that_was_never_given_is_told_so(
    client: FlaskClient, opened: Store, token: str
) -> None:
    for found in (client.get(f"/r/stop/{token}"), client.post(f"/r/stop/{token}", data=BUTTON)):
        assert found.status_code == 404
        assert "<h1>" in found.text
        assert "/sign-in" not in found.text


def test_the_address_opens_no_questionnaire_and_names_nobody(
    client: FlaskClient, opened: Store
) -> None:
    key = _invited(opened)
    address = _address(opened, key)
    page = client.get(address)
    assert links.token(opened.key, key) not in page.text + address
    assert "Zoé" not in page.text
    assert "x.example" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("shape", ["{0}", "{1}", "  {2} ", "{2}", "http://x.example/i/{0}/", "{3}"])
def test_the_code_of_a_letter_is_taken_as_people_type_it(
    client: FlaskClient, opened: Store, shape: str
) -> None:
    token = links.token(opened.key, _invited(opened))
    fours = [token[n : n + 4] for n in range(0, 16, 4)]
    shapes = (token, token.upper(), " ".join(fours).upper(), "-".join(fours))
    found = client.post("/i", data={"code": shape.format(*shapes)})
    assert (found.status_code, found.headers["Location"]) == (303, f"/i/{token}")


def test_what_is_no_code_comes_back_with_what_was_typed(client: FlaskClient, opened: Store) -> None:
    for typed in ("", "abcd", '"><script>alert(1)</script>', "é" * 500, "a" * 16):
        found = client.post("/i", data={"code": typed}, headers={"Accept-Language": "fr"})
        assert found.status_code == 404
        assert "Ce code n’est pas connu" in found.text
        assert "<script>alert" not in found.text
    page = client.get("/i", headers={"Accept-Language": "en"})
    assert "The code of your letter" in page.text
    assert 'for="code"' in page.text
