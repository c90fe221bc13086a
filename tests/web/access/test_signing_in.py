"""Everything but respondents' pages asks who is there; headers and limits hold everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from corus.app import create_app
from corus.config import Settings
from corus.web import entering, respond, results
from corus.web.access import PUBLIC_BLUEPRINTS, origin, signing_in
from corus.web.access.needs import PUBLIC, needed
from tests import factories as make
from tests.web import workspace_factories as people

OURS = {"Origin": "http://localhost"}
OWN = (
    {"Sec-Fetch-Site": "same-origin"},
    OURS,
    # From before 2020: a form says no more than the page that it was on.
    {"Referer": "http://localhost/waves/panier-2026/paper/fr"},
)
FOREIGN = (
    {},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-site", "Referer": "http://localhost/"},
    {"Origin": ""},
    {"Origin": "null"},
    {"Origin": "null", "Referer": "http://localhost/"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost@evil.example"},
    {"Referer": "http://localhost:81/"},
    {"Referer": "http://evil.example/http://localhost/"},
    {"Referer": "http://localhost.evil.example/"},
)
"""What browsers say of a form of another site, another port, a sibling; or do not say."""

ELSEWHERE = (
    "https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example",
    "/ /evil.example", "/\0/evil.example", "/%09/evil.example", "/%2fevil.example",
    "///evil.example", "/.//evil.example", "/..//evil.example", "/waves//evil.example",
    "/waves/\t", "/waves/x\n", "javascript:alert(1)", "\\\\evil.example", "/sign-in", "/healthz",
    "/s/panier-2026/employees/fr", "/nowhere/at/all", "/?next=//evil.example", "/#x", "",
)  # fmt: skip


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    made = create_app(settings)
    make.open_wave(made.extensions["corus"].store)
    yield made
    made.extensions["corus"].store.engine.dispose()


@pytest.fixture
def sent(app: Flask) -> dict[str, str]:
    """What the page to sign in sends of somebody who does fieldwork."""
    return people.sign_in_form(people.with_password(app, people.account(app, ["facilitator"])))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _addresses(app: Flask) -> Iterator[str]:
    for address, _ in people.addresses(app, "GET"):
        yield address


def _forms_behind(app: Flask) -> Iterator[str]:
    """Addresses of forms for people who are signed in, but those for programs."""
    for address, rule in people.addresses(app, "POST"):
        if _guarded(app, rule.endpoint) and rule.endpoint.partition(".")[0] in ("entering", "own"):
            yield address


@cache
def _any_app() -> Flask:
    """Routes alone, of everything that stands before and behind the door."""
    app = Flask("routes")
    for blueprint in (
        signing_in.blueprint,
        entering.blueprint,
        results.blueprint,
        respond.blueprint,
    ):
        app.register_blueprint(blueprint)
    return app


def _guarded(app: Flask, endpoint: str) -> bool:
    """Whether its view is for people who are signed in."""
    respondents = endpoint.partition(".")[0] in PUBLIC_BLUEPRINTS
    return not respondents and needed(app.view_functions[endpoint]) != PUBLIC


def test_every_address_outside_respondents_pages_leads_to_the_sign_in(
    app: Flask, client: FlaskClient
) -> None:
    found = people.addresses(app, "GET")
    behind = [a for a, r in found if _guarded(app, r.endpoint) and not a.startswith("/api/")]
    assert len(behind) >= 5
    for address in behind:
        answer = client.get(address)
        assert answer.status_code == 303, address
        assert answer.headers["Location"].startswith("/sign-in"), address


def test_an_address_that_does_not_exist_tells_a_stranger_nothing(client: FlaskClient) -> None:
    assert client.get("/waves/none/fr").status_code == 303
    assert client.get("/nothing/here").status_code == 303


def test_address_and_password_sign_in_and_a_signed_cookie_remembers_it(
    client: FlaskClient, sent: dict[str, str]
) -> None:
    opened = client.post("/sign-in", data={**sent, "signin.next": "/account"})
    assert (opened.status_code, opened.headers["Location"]) == (303, "/account")
    cookie = opened.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert people.PASSWORD not in cookie
    assert client.get("/account").status_code == 200


def test_a_wrong_password_or_a_forged_cookie_stays_outside(
    client: FlaskClient, sent: dict[str, str]
) -> None:
    assert client.post("/sign-in", data={**sent, "signin.password": "guess"}).status_code == 401
    for forged in ("1.1", "1.1.forged", "in.forged", "", "..."):
        client.set_cookie("corus", forged)
        assert client.get("/account").status_code == 303


def test_signing_in_sends_nobody_to_another_site(client: FlaskClient, sent: dict[str, str]) -> None:
    for target in ELSEWHERE:
        aimed = {**sent, "signin.next": target}
        for answer in (
            client.post("/sign-in", data=aimed),
            client.get("/sign-in", query_string={"next": target}),
            client.post("/sign-in", data={**aimed, "signin.again": "1"}, headers=OURS),
        ):
            assert (answer.status_code, answer.headers["Location"]) == (303, "/"), target
        client.delete_cookie("corus")
        page = client.get("/sign-in", query_string={"next": target})
        assert 'name="signin.next" value="/"' in page.text, target


@settings_of_hypothesis(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("/\\\t\n\r\0 .:@?#%;evilwaves\u2215\u3002\uff0f"), max_size=12),
    st.sampled_from(["GET", "POST"]),
)
def test_whatever_is_asked_for_the_way_on_is_a_path_of_ours(target: str, method: str) -> None:
    with _any_app().test_request_context("/sign-in"):
        for start in ("", "/", "//", "/\t/", "/waves/"):
            way = origin.inside(start + target, method)
            assert way == "" or re.fullmatch(r"/|(/[\w.@-]+)+", way, re.ASCII)


def test_a_page_elsewhere_cannot_have_the_password_sent_on(
    client: FlaskClient, sent: dict[str, str]
) -> None:
    crafted = {"signin.again": "1", "signin.next": "/waves/panier-2026/paper/fr/void", "sheet": "1"}
    # A browser that says nothing of where a form comes from: signed in, and sent nowhere else.
    answer = client.post("/sign-in", data={**crafted, **sent})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    client.delete_cookie("corus")
    for stated in FOREIGN[1:]:
        for form in (crafted, {**crafted, **sent}, sent):
            answer = client.post("/sign-in", data=form, headers=stated)
            assert (answer.status_code, "WEB-403" in answer.text) == (403, True)
            assert "Set-Cookie" not in answer.headers
            assert people.PASSWORD not in answer.text


def test_the_password_is_never_sent_on_to_a_page_for_everybody(
    client: FlaskClient, sent: dict[str, str]
) -> None:
    for public in ("/s/panier-2026/employees/fr", "/sign-in", "/healthz", "/account/forgotten"):
        data = {"signin.again": "1", "signin.next": public, **sent}
        assert client.post("/sign-in", data=data, headers=OURS).status_code == 303, public


def test_respondents_get_no_cookie_and_need_no_account(client: FlaskClient) -> None:
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
        # Pages with forms tell this site where a form comes from; no page tells another site.
        [told] = headers.getlist("Referrer-Policy")
        asked = address.startswith("/sign-in") or "/paper/" in address
        assert told == "same-origin" if asked else told in ("no-referrer", "same-origin"), address


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
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = people.signed_in(app)

    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("corus.web.home.seeing.waves", fail)
    answer = client.get("/organizations/le_panier_des_hauts")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_programs_get_errors_as_problem_json(app: Flask) -> None:
    client = people.signed_in(app)
    answer = client.get("/waves/none/fr", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 404


def test_who_sends_a_form_without_cookie_is_led_to_a_page_and_not_to_an_address_of_forms(
    client: FlaskClient, sent: dict[str, str]
) -> None:
    led = client.post("/waves/panier-2026/paper/fr/typed", data={"sheet": "1"})
    assert led.headers["Location"].endswith("next=/waves/panier-2026/paper/fr")
    opened = client.post("/sign-in", data={**sent, "signin.next": "/waves/panier-2026/paper/fr"})
    assert client.get(opened.headers["Location"]).status_code == 200


@pytest.mark.parametrize("own", OWN)
def test_what_was_typed_when_the_session_ended_waits_and_goes_on_after_signing_in(
    client: FlaskClient, sent: dict[str, str], own: dict[str, str]
) -> None:
    typed = "/waves/panier-2026/paper/fr/typed"
    door = client.post(typed, data={"sheet": "<1>", "q.x": ["a", "b"]}, headers=own)
    assert door.status_code == 401
    assert re.findall(r'<textarea name="([^"]+)" hidden>\n(.*)</textarea>', door.text) == [
        ("sheet", "&lt;1&gt;"), ("q.x", "a"), ("q.x", "b"),
    ]  # fmt: skip
    kept = {"signin.next": typed, "signin.again": "yes", "sheet": "<1>", "q.x": ["a", "b"], **sent}
    wrong = client.post("/sign-in", data={**kept, "signin.password": "guess"}, headers=own)
    assert wrong.status_code == 401
    assert "&lt;1&gt;" in wrong.text
    right = client.post("/sign-in", data=kept, headers=own)
    assert (right.status_code, right.headers["Location"]) == (307, typed)


def test_a_form_from_another_site_is_never_carried_through_signing_in(client: FlaskClient) -> None:
    void = "/waves/panier-2026/paper/fr/void"
    for stated in FOREIGN:
        answer = client.post(void, data={"sheet": "1"}, headers=stated)
        assert answer.status_code == 303, stated


def test_a_form_from_another_site_does_nothing_though_the_cookie_comes_with_it(
    app: Flask,
) -> None:
    client = people.let_in(app.test_client(), app)
    behind = list(_forms_behind(app))
    assert len(behind) >= 5
    for stated, address in product(FOREIGN, behind):
        answer = client.post(address, data={"sheet": "1"}, headers=stated)
        assert answer.status_code == 403, (stated, address)
        assert "WEB-403" in answer.text
        assert "n’a pas été envoyé depuis une page de ce site" in answer.text
    for method, address in product(("PUT", "PATCH", "DELETE", "PURGE"), behind):
        answer = client.open(address, method=method, data={"sheet": "1"})
        assert answer.status_code == 403, (method, address)


@pytest.mark.parametrize("own", OWN)
def test_a_form_of_ours_is_taken_from_every_browser_that_says_where_it_comes_from(
    app: Flask, own: dict[str, str]
) -> None:
    for address in _forms_behind(app):
        client = people.let_in(app.test_client(), app)
        assert client.post(address, data={"sheet": "1"}, headers=own).status_code != 403, address


def test_a_link_from_anywhere_still_opens_a_page_for_who_is_inside(
    app: Flask,
) -> None:
    client = people.let_in(app.test_client(), app)
    for stated in FOREIGN:
        assert client.get("/account", headers=stated).status_code == 200
        assert client.head("/account", headers=stated).status_code == 200


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("xn--picerie-9xa.example", "http://xn--picerie-9xa.example"),
        ("desk.example:8000", "http://desk.example:8000"),
        ("127.0.0.1:8000", "https://enquete.example"),
    ],
)
def test_this_site_is_known_by_its_accents_its_port_and_its_public_address(
    settings: Settings, host: str, origin: str
) -> None:
    app = create_app(replace(settings, public_url="https://enquete.example"))
    client = app.test_client()
    make.open_wave(app.extensions["corus"].store)
    sent = people.sign_in_form(people.with_password(app))
    assert client.post("/sign-in", data=sent, base_url=f"http://{host}").status_code == 303
    for said, status in ((origin, 404), (f"{origin}1", 403), ("http://evil.example", 403)):
        headers = {"Origin": said}
        answer = client.post(
            "/waves/none/paper/fr/void", data={"x": "1"}, base_url=f"http://{host}", headers=headers
        )
        assert answer.status_code == status, said
    app.extensions["corus"].store.engine.dispose()


def test_respondents_forms_ask_nothing_of_where_they_come_from(client: FlaskClient) -> None:
    for stated in FOREIGN:
        answer = client.post("/s/panier-2026/employees/fr", data={"q.x": "1"}, headers=stated)
        assert "WEB-403" not in answer.text
