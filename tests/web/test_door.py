"""Everything but respondents' pages asks for the code; headers and limits hold everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.web.doors import RESPONDENTS
from tests import factories as make


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    make.open_wave(made.extensions["corus"].store)
    yield made
    made.extensions["corus"].store.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _addresses(app: Flask) -> Iterator[str]:
    known = {"wave": "panier-2026", "language": "fr", "name": "evidence.xlsx", "group": "employees",
             "fingerprint": "x", "filename": "x", "token": "a" * 16}  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            values = {a: known[a] for a in rule.arguments if a in known}
            yield rule.build(values)[1]


def test_every_address_outside_respondents_pages_leads_to_the_door(
    app: Flask, client: FlaskClient
) -> None:
    public = (*RESPONDENTS, "/healthz", "/door")
    behind = [a for a in _addresses(app) if not f"{a}/".startswith(public)]
    assert len(behind) >= 5
    for address in behind:
        answer = client.get(address)
        assert answer.status_code == 303, address
        assert answer.headers["Location"].startswith("/door"), address


def test_an_address_that_does_not_exist_tells_a_stranger_nothing(client: FlaskClient) -> None:
    assert client.get("/waves/none/fr").status_code == 303
    assert client.get("/nothing/here").status_code == 303


def test_the_code_opens_and_is_remembered_in_a_signed_cookie(
    client: FlaskClient, settings: Settings
) -> None:
    opened = client.post("/door", data={"code": settings.access_code, "next": "/"})
    assert opened.status_code == 303
    cookie = opened.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert settings.access_code not in cookie
    assert client.get("/").status_code == 200


def test_a_wrong_code_or_a_forged_cookie_stays_outside(client: FlaskClient) -> None:
    assert client.post("/door", data={"code": "guess"}).status_code == 401
    client.set_cookie("corus", "in.forged")
    assert client.get("/").status_code == 303


def test_the_door_sends_nobody_to_another_site(client: FlaskClient, settings: Settings) -> None:
    for target in ("https://evil.example", "//evil.example", "/\\evil.example"):
        answer = client.post("/door", data={"code": settings.access_code, "next": target})
        assert answer.headers["Location"] == "/"


def test_respondents_get_no_cookie_and_need_no_code(client: FlaskClient) -> None:
    answer = client.get("/s/panier-2026/employees/fr")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert client.get("/healthz").data == b"ok\n"


def test_every_answer_carries_a_strict_policy(app: Flask, client: FlaskClient) -> None:
    for address in (*_addresses(app), "/nowhere"):
        headers = client.get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], address
        assert "unsafe" not in headers["Content-Security-Policy"], address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        # A clerk's page tells this site where a form comes from; no page tells another site.
        told = "same-origin" if "/paper/" in address else "no-referrer"
        assert headers.getlist("Referrer-Policy") == [told], address


def test_a_body_too_large_or_of_unknown_length_is_refused_in_words(client: FlaskClient) -> None:
    large = client.post("/s/panier-2026/employees/fr", data={"q.surprise": "x" * 1_100_000})
    assert large.status_code == 413
    assert "Traceback" not in large.text
    chunked = client.post(
        "/s/panier-2026/employees/fr",
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
    )
    assert chunked.status_code in {400, 411}


def test_an_unforeseen_error_is_a_page_and_never_a_trace(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/door", data={"code": settings.access_code})

    def fail(_session: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("corus.web.results.following.list_waves", fail)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_programs_get_errors_as_problem_json(client: FlaskClient, settings: Settings) -> None:
    client.post("/door", data={"code": settings.access_code})
    answer = client.get("/waves/none/fr", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 404


def test_who_sends_a_form_without_cookie_is_led_to_a_page_and_not_to_an_address_of_forms(
    client: FlaskClient, settings: Settings
) -> None:
    led = client.post("/waves/panier-2026/paper/fr/typed", data={"sheet": "1"})
    assert led.headers["Location"].endswith("next=/waves/panier-2026/paper/fr")
    opened = client.get(f"{led.headers['Location']}&code={settings.access_code}")
    assert client.get(opened.headers["Location"]).status_code == 200


@pytest.mark.parametrize("own", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_what_was_typed_when_the_cookie_ended_waits_at_the_door_and_goes_on_after_the_code(
    client: FlaskClient, settings: Settings, own: dict[str, str]
) -> None:
    typed = "/waves/panier-2026/paper/fr/typed"
    door = client.post(typed, data={"sheet": "<1>", "q.x": ["a", "b"]}, headers=own)
    assert door.status_code == 401
    assert re.findall(r'<textarea name="([^"]+)" hidden>\n(.*)</textarea>', door.text) == [
        ("sheet", "&lt;1&gt;"), ("q.x", "a"), ("q.x", "b"),
    ]  # fmt: skip
    sent = {"next": typed, "again": "yes", "sheet": "<1>", "q.x": ["a", "b"]}
    wrong = client.post("/door", data={**sent, "code": "guess"})
    assert wrong.status_code == 401
    assert "&lt;1&gt;" in wrong.text
    right = client.post("/door", data={**sent, "code": settings.access_code})
    assert (right.status_code, right.headers["Location"]) == (307, typed)


def test_a_form_from_another_site_is_never_carried_through_the_door(client: FlaskClient) -> None:
    for origin in (
        {}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ):  # fmt: skip
        answer = client.post(
            "/waves/panier-2026/paper/fr/void", data={"sheet": "1"}, headers=origin
        )
        assert answer.status_code == 303
