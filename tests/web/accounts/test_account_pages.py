"""One's own account, the people of an organization and the instance, as people use them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from lxml import html

from corus.app import create_app
from corus.config import Settings
from corus.services import demo
from corus.services.accounts import second_factor, tickets
from corus.services.demo import accounts as samples
from tests import factories as make
from tests.web import workspace_factories as people

HOUSE = "/organizations/le_panier_des_hauts"
LINK = re.compile(r"/account/link/[\w-]+")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    make.open_wave(made.extensions["corus"].store)
    yield made
    made.extensions["corus"].store.engine.dispose()


def _newcomer(app: Flask):  # type: ignore[no-untyped-def]
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = people.HERE
    return client


def test_somebody_invited_chooses_a_password_and_arrives_where_they_have_a_role(app: Flask) -> None:
    manager = people.signed_in(app)
    told = manager.post(
        f"{HOUSE}/people", data={"email": "Tom@Example.org", "role": "facilitator", "name": "Tom"}
    )
    assert told.status_code == 200
    [link] = set(LINK.findall(told.text))
    assert "tom@example.org" in told.text
    tom = _newcomer(app)
    assert "tom@example.org" in tom.get(link).text
    short = tom.post(link, data={"password": "court", "name": "Tom T."})
    assert short.status_code == 422
    assert "trop court" in short.text
    assert 'value="Tom T."' in short.text
    assert "court" not in re.findall(r'name="password"[^>]*value="([^"]*)"', short.text)
    assert tom.post(link, data={"password": people.PASSWORD}).status_code == 303
    assert tom.get("/").headers["Location"] == HOUSE
    assert tom.get(f"{HOUSE}/people").status_code == 403
    again = _newcomer(app).get(link)
    assert again.status_code == 404
    assert "Ce lien ne fonctionne plus" in again.text


def test_what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays(app: Flask) -> None:
    manager = people.signed_in(app)
    for sent, said in (
        ({"email": "not an address", "role": "facilitator"}, "pas une adresse"),
        ({"email": "a@b.example", "role": "king"}, "Choisissez un rôle"),
        ({"email": "a@b.example", "role": "accreditor", "until": "soon"}, "pas une date"),
        ({"email": "a@b.example", "role": "accreditor", "until": "2001-01-01"}, "au plus tôt"),
        ({"email": "a@b.example\r\nBcc: x@y.example", "role": "facilitator"}, "pas une adresse"),
    ):
        answer = manager.post(f"{HOUSE}/people", data={**sent, "name": "Ana"})
        assert answer.status_code == 422
        assert said in answer.text
        assert 'value="Ana"' in answer.text
    assert "a@b.example" not in manager.get(f"{HOUSE}/people").text


def test_the_log_of_the_organization_tells_who_gave_which_role(app: Flask) -> None:
    manager = people.signed_in(app)
    manager.post(f"{HOUSE}/people", data={"email": "tom@example.org", "role": "accreditor"})
    log = manager.get(f"{HOUSE}/log").text
    assert "tom@example.org a reçu un rôle\u202f: Agrément" in log
    assert "manager@all.example" in log


def test_a_code_from_the_telephone_is_set_up_asked_for_and_taken_off(app: Flask) -> None:
    who = people.with_password(app)
    client = people.let_in(_newcomer(app), app, who)
    page = client.get("/account/second-factor").text
    [shown] = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    assert "<svg" in page
    key = app.extensions["corus"].settings.key("accounts")
    assert shown == second_factor.secret(key, who.id, 1)
    wrong = client.post("/account/second-factor", data={"code": "000000"})
    assert wrong.status_code == 422
    code = pyotp.TOTP(shown)
    now = datetime.now(UTC)
    client.post("/account/second-factor", data={"code": code.at(now - timedelta(seconds=30))})
    other = _newcomer(app)
    asked = other.post("/sign-in", data=people.sign_in_form(who))
    assert asked.status_code == 200
    assert "Set-Cookie" not in asked.headers
    [half] = re.findall(r'name="signin.half" value="([^"]+)"', asked.text)
    forged = other.post("/sign-in", data={"signin.half": half + "x", "signin.code": code.now()})
    assert forged.status_code == 401
    inside = other.post("/sign-in", data={"signin.half": half, "signin.code": code.now()})
    assert (inside.status_code, inside.headers["Location"]) == (303, "/")
    # Nobody puts another telephone in the place of this one without taking it off first.
    client.post("/account/second-factor", data={"code": code.now()}, follow_redirects=True)
    assert second_factor.secret(key, who.id, 1) == shown
    with app.extensions["corus"].store.writing() as session:
        assert people.accounts.account(session, who.id).totp == 1
        account = people.accounts.account(session, who.id)
        link = f"/account/link/{tickets.issue(session, account, 'reset', now)}"
    # A link to choose a password stands for the password alone: the code is still asked for.
    mailed = _newcomer(app)
    chosen = mailed.post(link, data={"password": people.PASSWORD})
    assert (chosen.status_code, "Set-Cookie" in chosen.headers) == (200, False)
    [waiting] = re.findall(r'name="signin.half" value="([^"]+)"', chosen.text)
    later = code.at(now + timedelta(seconds=30))
    opened = mailed.post("/sign-in", data={"signin.half": waiting, "signin.code": later})
    assert opened.status_code == 303
    with app.extensions["corus"].store.reading() as session:
        client = people.let_in(client, app, people.accounts.account(session, who.id))
    # The half-way seal is no session of its own.
    third = _newcomer(app)
    third.set_cookie("corus", half)
    assert third.get("/account").status_code == 303
    assert client.post("/account/second-factor/off", data={"old": "guess"}).status_code == 422
    client.post("/account/second-factor/off", data={"old": people.PASSWORD})
    assert _newcomer(app).post("/sign-in", data=people.sign_in_form(who)).status_code == 303


def test_a_new_password_ends_sessions_elsewhere_and_keeps_this_one(app: Flask) -> None:
    who = people.with_password(app)
    here, there = (people.let_in(_newcomer(app), app, who) for _ in range(2))
    refused = here.post("/account/password", data={"old": "guess", "new": "une autre phrase"})
    assert refused.status_code == 422
    here.post("/account/password", data={"old": people.PASSWORD, "new": "une autre phrase"})
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    here.post("/sign-out", data={"x": "1"})
    assert here.get("/account").status_code == 303


def test_where_the_public_address_is_https_no_cookie_travels_without(settings: Settings) -> None:
    app = create_app(replace(settings, public_url="https://enquete.example"))
    make.open_wave(app.extensions["corus"].store)
    who = people.with_password(app)
    answer = _newcomer(app).post("/sign-in", data=people.sign_in_form(who))
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("Secure" in one and "HttpOnly" in one for one in cookies)
    app.extensions["corus"].store.engine.dispose()


def test_without_a_proxy_that_is_told_of_nobody_is_believed_to_come_by_https(app: Flask) -> None:
    who = people.with_password(app)
    claims = {"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on", "Forwarded": "proto=https"}
    answer = _newcomer(app).post("/sign-in", data=people.sign_in_form(who), headers=claims)
    assert "Secure" not in str(answer.headers.getlist("Set-Cookie"))


def test_a_key_is_shown_once_and_can_be_taken_back(app: Flask) -> None:
    client = people.signed_in(app, "researcher")
    sent = {"name": "essai-9", "as": "le_panier_des_hauts/researcher"}
    [key] = re.findall(r"corus_[\w-]{40,}", client.post("/account/keys", data=sent).text)
    page = client.get("/account").text
    assert key not in page
    assert "essai-9" in page
    for wrong in ("le_panier_des_hauts/manager", "elsewhere/researcher", "nonsense", ""):
        assert client.post("/account/keys", data={**sent, "as": wrong}).status_code >= 400
    client.post("/account/keys/1/drop", data={"x": "1"})
    assert "essai-9" not in client.get("/account").text


def test_who_looks_after_the_instance_names_managers_and_sees_no_results(app: Flask) -> None:
    admin = people.signed_in(app, "admin")
    made = admin.post(
        "/instance/accounts", data={"email": "ines@ruche.example", "organization": "La Ruche"}
    )
    [link] = set(LINK.findall(made.text))
    assert "La Ruche" in admin.get("/instance").text
    assert admin.get("/organizations/la_ruche").status_code == 404
    ines = _newcomer(app)
    ines.post(link, data={"password": people.PASSWORD})
    assert ines.get("/organizations/la_ruche/people").status_code == 200
    assert ines.get("/instance").status_code == 403


def test_a_forgotten_password_reads_the_same_whether_the_address_is_known_or_not(
    app: Flask,
) -> None:
    client = _newcomer(app)
    who = people.with_password(app)
    known = client.post("/account/forgotten", data={"email": who.email})
    unknown = client.post("/account/forgotten", data={"email": "ghost@example.org"})
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text


def test_sample_accounts_open_only_in_a_demonstration_and_never_one_with_a_password(
    app: Flask,
) -> None:
    who = people.account(app)
    client = _newcomer(app)
    client.post("/sign-in/sample", data={"email": who.email})
    assert client.get("/account").status_code == 303
    object.__setattr__(app.extensions["corus"].settings, "demo", True)
    client.post("/sign-in/sample", data={"email": who.email})
    assert client.get("/account").status_code == 200
    people.with_password(app, who)
    late = _newcomer(app)
    late.post("/sign-in/sample", data={"email": who.email})
    assert late.get("/account").status_code == 303


def test_the_sample_account_of_the_instance_leads_to_a_page_that_it_may_see(app: Flask) -> None:
    object.__setattr__(app.extensions["corus"].settings, "demo", True)
    with app.extensions["corus"].store.writing() as opened:
        demo.prepare(opened, datetime.now(UTC).date())
    for email, role in samples.SAMPLES:
        if role == "accreditor":
            continue  # reads what is published, and nothing is here
        client = _newcomer(app)
        page = html.document_fromstring(client.get("/sign-in?next=/waves/panier-essai/fr").text)
        [form] = [f for f in page.forms if f.fields.get("email") == email]
        answer = client.post(form.action, data=dict(form.fields), follow_redirects=True)
        assert answer.status_code == 200, role


def test_the_next_page_says_what_was_done_once_and_nobody_else_can_make_it_say_things(
    app: Flask,
) -> None:
    client = people.signed_in(app)
    client.post("/account/name", data={"name": "Ana", "language": "fr"})
    assert "Votre compte a été modifié" in client.get("/account").text
    assert "Votre compte a été modifié" not in client.get("/account").text
    client.set_cookie("corus_said", '["Send your password to x@y.example", {}]')
    assert "x@y.example" not in client.get("/account").text


def test_pages_speak_the_language_of_the_account(app: Flask) -> None:
    client = people.signed_in(app)
    assert "Mon compte" in client.get("/account").text
    assert (
        client.post("/account/language", data={"language": "en", "next": "//evil.example"}).headers[
            "Location"
        ]
        == "/"
    )
    assert "My account" in client.get("/account").text
    assert "Mon compte" in client.get("/account?lang=fr").text
