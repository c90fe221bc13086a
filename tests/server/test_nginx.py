"""The proxy of the page « Installer », run on the example that we ship."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pytest

from corus.app import create_app
from corus.config import FILE, write_settings
from corus.store.account_models import Account
from tests.server.nginx_factories import NAME, Front, nginx
from tests.server.site_factories import FORM_TYPE, RECEIPT, Site, form, fresh
from tests.web import workspace_factories as people
from tests.web.respond_factories import FORM

STRANGER = {
    "X_Forwarded_For": "203.0.113.9", "X_Real_IP": "203.0.113.9", "Forwarded": "for=203.0.113.9",
    "X_Forwarded_Proto": "http", "X_Forwarded_Host": "evil.example", "X_Forwarded_Prefix": "/evil",
}  # fmt: skip
"""What somebody may claim of themselves on their way in."""
MARK = "ma-marque-203"


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, nginx_program: str
) -> Iterator[tuple[Site, Front]]:
    """A server told of one proxy, and nginx in front of it."""
    folder = tmp_path_factory.mktemp("house") / "instance"
    folder.mkdir()
    write_settings(folder / FILE, {"proxies": 1, "public_url": f"https://{NAME}"})
    site = Site(folder, f"sqlite:///{folder / 'corus.sqlite'}")
    try:
        site.prepare()
        site.start()
        with nginx(nginx_program, folder.with_name("nginx"), site.port) as front:
            yield site, front
    finally:
        site.end()


def test_whoever_types_http_is_led_to_the_same_page_over_tls(house: tuple[Site, Front]) -> None:
    _, front = house
    led = front.request("GET", f"{FORM}?x=1", tls=False)
    assert (led.status, led.headers["location"]) == (301, f"https://{NAME}{FORM}?x=1")
    page = front.request("GET", FORM)
    assert page.status == 200
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert front.request("GET", "/healthz").body == b"ok\n"


def test_an_answer_goes_through_and_is_stored_once_however_often_it_is_sent(
    house: tuple[Site, Front],
) -> None:
    site, front = house
    before, body = site.count(), form(fresh(), q__story="Un jardin, " * 150)
    receipts = [front.request("POST", FORM, body, Content_Type=FORM_TYPE) for _ in range(2)]
    assert [reply.status for reply in receipts] == [200, 200]
    assert RECEIPT.search(receipts[0].body)
    assert receipts[0].body == receipts[1].body
    assert site.count() == before + 1


def test_what_is_too_long_gets_a_page_that_says_what_to_do(house: tuple[Site, Front]) -> None:
    site, front = house
    before = site.count()
    told = front.request(
        "POST", FORM, form(fresh(), q__story="x" * 2_000_000), Content_Type=FORM_TYPE
    )
    assert told.status == 413
    assert "Vos réponses sont trop longues" in told.text
    huge = front.request("POST", FORM, b"x" * 11_000_000, Content_Type=FORM_TYPE)
    assert huge.status == 413
    assert site.count() == before


def test_the_scheme_and_the_host_are_what_nginx_says_whatever_a_stranger_claims(
    house: tuple[Site, Front],
) -> None:
    site, front = house
    body = urlencode(people.sign_in_form(_somebody(site))).encode()
    inside = front.request("POST", "/sign-in", body, Content_Type=FORM_TYPE, **STRANGER)
    assert inside.status == 303
    assert "Secure" in inside.headers["set-cookie"]
    assert inside.headers["location"] == "/"
    led = front.request("GET", FORM.removesuffix("/fr"), **STRANGER)
    assert led.status == 302
    assert "evil" not in str(led.headers)
    # The public address says https: no cookie travels without, not even past the proxy.
    alone = site.request("POST", "/sign-in", body, {"Content-Type": FORM_TYPE})
    assert "Secure" in alone.headers["set-cookie"]


def _somebody(site: Site) -> Account:
    """An account on the instance of this server."""
    app = create_app(site.settings)
    made = people.with_password(app)
    app.extensions["corus"].store.engine.dispose()
    return made


class Told(BaseHTTPRequestHandler):
    """Answers with the headers that reached it."""

    def do_GET(self) -> None:
        body = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_no_address_of_a_visitor_goes_further_than_the_proxy(
    tmp_path: Path, nginx_program: str
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Told)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with nginx(nginx_program, tmp_path / "nginx", server.server_port) as front:
            said = front.request("GET", "/", **STRANGER).text
    finally:
        server.shutdown()
        server.server_close()
    assert "203.0.113" not in said
    assert "evil" not in said
    lines = {name: text for name, _, text in (line.partition(": ") for line in said.splitlines())}
    assert (lines["X-Forwarded-Proto"], lines["X-Forwarded-Host"]) == ("https", NAME)
    assert not {"X-Forwarded-For", "X-Real-IP", "Forwarded"} & lines.keys()


def test_nginx_writes_nothing_of_anybody_not_even_when_something_goes_wrong(
    house: tuple[Site, Front], nginx_program: str, tmp_path: Path
) -> None:
    _, front = house

    def wrong() -> Iterator[Callable[[Front], object]]:
        yield lambda f: f.request("GET", f"/s/{MARK}/x", User_Agent=MARK, Referer=f"https://{MARK}")
        yield lambda f: f.request("POST", f"/s/{MARK}/x", b"x" * 11_000_000)
        yield lambda f: f.request("POST", f"/s/{MARK}/x", MARK.encode() * 90_000)
        yield lambda f: f.request("GET", f"/{MARK}", tls=False)
        yield lambda f: _broken(f.plain, f"GET /{MARK} HTTP/9\r\n{MARK}\r\n\r\n".encode())
        yield lambda f: _broken(f.secure, f"GET /{MARK} HTTP/1.1\r\n\r\n".encode())

    with nginx(nginx_program, tmp_path / "nginx", 9) as alone:
        for send in wrong():
            send(front)
            send(alone)
        # Nothing answers behind this one.
        assert alone.request("GET", f"/s/{MARK}").status == 502
        for one in (front, alone):
            found = one.written()
            assert "access.log" in found
            assert {name for name, text in found.items() if MARK in text} == set()
            assert {name for name, text in found.items() if "127.0.0.1," in text} == set()


def _broken(port: int, sent: bytes) -> bytes:
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as wire:
        wire.sendall(sent)
        return wire.recv(65_536)
