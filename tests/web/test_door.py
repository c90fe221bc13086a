"""Everything but respondents' pages asks for the code; headers and limits hold everywhere."""

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
from corus.web import access, entering, respond, results
from corus.web.doors import RESPONDENTS
from tests import factories as make

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
    "/waves/\t", "/waves/x\n", "javascript:alert(1)", "\\\\evil.example", "/door", "/healthz",
    "/s/panier-2026/employees/fr", "/nowhere/at/all", "/?next=//evil.example", "/#x", "",
)  # fmt: skip


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


def _forms_behind(app: Flask) -> Iterator[str]:
    known = {"wave": "panier-2026", "language": "fr"}
    for rule in app.url_map.iter_rules():
        outside = rule.endpoint.partition(".")[0] in access.PUBLIC_BLUEPRINTS
        if "POST" in (rule.methods or ()) and not outside:
            yield rule.build({a: known[a] for a in rule.arguments})[1]


@cache
def _any_app() -> Flask:
    """Routes alone, of everything that stands before and behind the door."""
    app = Flask("routes")
    for blueprint in (access.blueprint, entering.blueprint, results.blueprint, respond.blueprint):
        app.register_blueprint(blueprint)
    return app


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
    for target in ELSEWHERE:
        sent = {"code": settings.access_code, "next": target}
        for answer in (
            client.post("/door", data=sent),
            client.get("/door", query_string=sent),
            client.post("/door", data={**sent, "again": "1"}, headers=OURS),
        ):
            assert (answer.status_code, answer.headers["Location"]) == (303, "/"), target
        page = client.get("/door", query_string={"next": target})
        assert 'name="next" value="/"' in page.text, target


@settings_of_hypothesis(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("/\\\t\n\r\0 .:@?#%;evilwaves\u2215\u3002\uff0f"), max_size=12),
    st.sampled_from(["GET", "POST"]),
)
def test_whatever_is_asked_for_the_way_on_is_a_path_of_ours(target: str, method: str) -> None:
    with _any_app().test_request_context("/door"):
        for start in ("", "/", "//", "/\t/", "/waves/"):
            way = access._inside(start + target, method)
            assert way == "" or re.fullmatch(r"/|(/[\w.-]+)+", way, re.ASCII)


def test_a_page_elsewhere_cannot_have_the_code_sent_on(
    client: FlaskClient, settings: Settings
) -> None:
    crafted = {"again": "1", "next": "/waves/panier-2026/paper/fr/void", "sheet": "1"}
    for origin in FOREIGN:
        page = client.post("/door", data=crafted, headers=origin)
        assert page.status_code == 401
        assert 'name="again"' not in page.text
        assert 'name="sheet"' not in page.text
        answer = client.post(
            "/door", data={**crafted, "code": settings.access_code}, headers=origin
        )
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")
        assert settings.access_code not in answer.text


def test_the_code_is_never_sent_on_to_a_page_outside_the_door(
    client: FlaskClient, settings: Settings
) -> None:
    for public in ("/s/panier-2026/employees/fr", "/door", "/healthz", "/waves/panier-2026/fr"):
        data = {"again": "1", "next": public, "code": settings.access_code}
        assert client.post("/door", data=data, headers=OURS).status_code == 303, public


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
        # Pages with forms tell this site where a form comes from; no page tells another site.
        asked = "/paper/" in address or address == "/door"
        told = "same-origin" if asked else "no-referrer"
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


@pytest.mark.parametrize("own", OWN)
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
    wrong = client.post("/door", data={**sent, "code": "guess"}, headers=own)
    assert wrong.status_code == 401
    assert "&lt;1&gt;" in wrong.text
    right = client.post("/door", data={**sent, "code": settings.access_code}, headers=own)
    assert (right.status_code, right.headers["Location"]) == (307, typed)


def test_a_form_from_another_site_is_never_carried_through_the_door(client: FlaskClient) -> None:
    void = "/waves/panier-2026/paper/fr/void"
    for origin in FOREIGN:
        answer = client.post(void, data={"sheet": "1"}, headers=origin)
        assert answer.status_code == 303, origin


def test_a_form_from_another_site_does_nothing_though_the_cookie_comes_with_it(
    app: Flask, client: FlaskClient, settings: Settings
) -> None:
    client.post("/door", data={"code": settings.access_code})
    behind = list(_forms_behind(app))
    assert len(behind) >= 5
    for origin, address in product(FOREIGN, behind):
        answer = client.post(address, data={"sheet": "1"}, headers=origin)
        assert answer.status_code == 403, (origin, address)
        assert "WEB-403" in answer.text
        assert "n’a pas été envoyé depuis une page de ce site" in answer.text
    for method, address in product(("PUT", "PATCH", "DELETE", "PURGE"), behind):
        answer = client.open(address, method=method, data={"sheet": "1"})
        assert answer.status_code == 403, (method, address)


@pytest.mark.parametrize("own", OWN)
def test_a_form_of_ours_is_taken_from_every_browser_that_says_where_it_comes_from(
    app: Flask, client: FlaskClient, settings: Settings, own: dict[str, str]
) -> None:
    client.post("/door", data={"code": settings.access_code})
    for address in _forms_behind(app):
        assert client.post(address, data={"sheet": "1"}, headers=own).status_code != 403, address


def test_a_link_from_anywhere_still_opens_a_page_for_who_is_inside(
    client: FlaskClient, settings: Settings
) -> None:
    client.post("/door", data={"code": settings.access_code})
    for origin in FOREIGN:
        assert client.get("/", headers=origin).status_code == 200
        assert client.head("/", headers=origin).status_code == 200


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
    client.get(f"/door?code={settings.access_code}", base_url=f"http://{host}")
    for said, status in ((origin, 404), (f"{origin}1", 403), ("http://evil.example", 403)):
        headers = {"Origin": said}
        answer = client.post(
            "/waves/none/paper/fr/void", data={"x": "1"}, base_url=f"http://{host}", headers=headers
        )
        assert answer.status_code == status, said
    app.extensions["corus"].store.engine.dispose()


def test_respondents_forms_ask_nothing_of_where_they_come_from(client: FlaskClient) -> None:
    for origin in FOREIGN:
        answer = client.post("/s/panier-2026/employees/fr", data={"q.x": "1"}, headers=origin)
        assert "WEB-403" not in answer.text
