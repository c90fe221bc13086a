"""Links sent by a real mail server: who gets them, that they work, and what they prove."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from corus.app import create_app
from corus.cli.local import free_port
from corus.config import Mail, Settings
from corus.store import accounts
from tests import factories as make
from tests.web import workspace_factories as people

HOUSE = "/organizations/le_panier_des_hauts"


class Box:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope):  # type: ignore[no-untyped-def]  # noqa: N802
        self.kept.append(envelope.content)
        return "250 kept"


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    handler, port = Box(), free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    yield handler, port
    server.stop()


@pytest.fixture
def app(settings: Settings, box: tuple[Box, int]) -> Iterator[Flask]:
    mail = Mail("127.0.0.1", box[1], smtp_security="none", mail_from="Corus <corus@house.example>")
    made = create_app(replace(settings, mail=mail, public_url="https://enquete.example"))
    make.open_wave(made.extensions["corus"].store)
    yield made
    made.extensions["corus"].store.engine.dispose()


def _letter(box: Box, number: int) -> tuple[str, str, str]:
    for _ in range(200):
        if len(box.kept) >= number:
            break
        time.sleep(0.05)
    message = message_from_bytes(box.kept[number - 1], policy=default)
    text = message.get_content()
    return str(message["To"]), str(message["Subject"]), text


def test_an_invitation_goes_to_the_person_alone_and_proves_the_address(
    app: Flask, box: tuple[Box, int]
) -> None:
    manager = people.signed_in(app)
    sent = {"email": "tom@example.org", "role": "facilitator", "name": "Tom"}
    told = manager.post(f"{HOUSE}/people", data=sent, follow_redirects=True)
    assert "tom@example.org a été invité·e par courriel" in told.text
    assert "/account/link/" not in told.text
    to, subject, text = _letter(box[0], 1)
    assert "tom@example.org" in to
    assert subject == "Votre compte sur Corus"
    [link] = re.findall(r"https://enquete\.example(/account/link/\S+)", text)
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = people.HERE
    assert client.post(link, data={"password": people.PASSWORD}).status_code == 303
    with app.extensions["corus"].store.reading() as session:
        found = accounts.account_by_email(session, "tom@example.org")
        assert found is not None
        assert found.proven


def test_a_forgotten_password_is_chosen_anew_by_the_link_in_the_message_three_times_an_hour(
    app: Flask, box: tuple[Box, int]
) -> None:
    who = people.with_password(app)
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = people.HERE
    for _ in range(5):
        assert client.post("/account/forgotten", data={"email": who.email}).status_code == 200
    client.post("/account/forgotten", data={"email": "ghost@example.org"})
    _, subject, _text = _letter(box[0], 3)
    assert subject == "Choisir un nouveau mot de passe sur Corus"
    time.sleep(0.5)
    assert len(box[0].kept) == 3
    links = [re.findall(r"/account/link/\S+", _letter(box[0], n)[2])[0] for n in (1, 2, 3)]
    works = [client.get(link).status_code for link in links]
    assert sorted(works) == [200, 404, 404]


def test_where_the_mail_server_is_away_the_link_is_shown_instead_and_proves_nothing(
    settings: Settings,
) -> None:
    mail = Mail("127.0.0.1", free_port(), smtp_security="none", mail_from="corus@house.example")
    app = create_app(replace(settings, mail=mail, public_url="https://enquete.example"))
    store = app.extensions["corus"].store
    make.open_wave(store)
    told = people.signed_in(app).post(
        f"{HOUSE}/people", data={"email": "tom@example.org", "role": "facilitator"}
    )
    [link] = set(re.findall(r"/account/link/[\w-]+", told.text))
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = people.HERE
    client.post(link, data={"password": people.PASSWORD})
    with store.reading() as session:
        found = accounts.account_by_email(session, "tom@example.org")
        assert found is not None
        assert not found.proven
    store.engine.dispose()
