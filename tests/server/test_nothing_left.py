"""No log line and no stored file tells who answered, from where, with what, or at what hour."""

from __future__ import annotations

import re

from sqlalchemy import select

from corus.store.models import Base
from tests.server.site_factories import FORM_TYPE, Site, form, fresh
from tests.web.respond_factories import FORM

AGENT = "Corus-Test-Browser/7.3"
ADDRESS = "203.0.113.77"
HOUR = re.compile(rb"\d{4}-\d{2}-\d{2}[T ]\d{2}|\b\d{2}:\d{2}:\d{2}\b")
HEADERS = {
    "Content-Type": FORM_TYPE, "User-Agent": AGENT, "X-Forwarded-For": ADDRESS, "Cookie": "who=me",
    "Referer": "https://intranet.example/camille",
}  # fmt: skip
TELLING = (AGENT.encode(), ADDRESS.encode(), b"intranet.example", b"who=me")


def test_nothing_kept_tells_who_answered_or_when(fragile: Site) -> None:
    fragile.prepare()
    fragile.start()
    started = len(fragile.log.read_bytes())  # so far: the address to open, and the code
    numbers = _everything_that_happens(fragile)
    while_running = _files(fragile) | {"tables": _tables(fragile)}
    assert fragile.stop() == 0
    said = fragile.log.read_bytes()[started:]
    assert b"127.0.0.1" not in said
    kept = while_running | {f"{n} after": c for n, c in _files(fragile).items()} | {"log": said}
    for name, content in kept.items():
        for number in numbers:
            assert number.encode() not in content, name
            assert bytes.fromhex(number) not in content, name
        for telling in TELLING:
            assert telling not in content, name
        assert not HOUR.search(content), (name, HOUR.search(content))
        assert b"Un jardin secret" not in content or "sqlite" in name or name == "tables"


def test_the_page_sets_no_cookie_and_its_address_holds_no_number(site: Site) -> None:
    for reply in (site.get(FORM), site.send(fresh()), site.send(fresh(), q__visits="abc")):
        assert "set-cookie" not in reply.headers
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert set(re.findall(r'method="post" action="([^"]*)"', reply.text)) <= {"?sent"}


def _everything_that_happens(site: Site) -> list[str]:
    """Receipts, retries, conflicts and refusals; every submission id used."""
    numbers = [fresh() for _ in range(6)]
    for number in numbers:
        body = form(number, q__story="Un jardin secret", q__visits="3")
        wrong = form(number, q__visits="abc", q__story="Un jardin secret")
        statuses = [
            site.request("GET", FORM, headers=HEADERS).status,
            site.request("POST", FORM, wrong, HEADERS).status,
            site.request("POST", FORM, body, HEADERS).status,
            site.request("POST", FORM, body, HEADERS).status,
            site.request("POST", FORM, form(number), HEADERS).status,
            site.request("POST", FORM, form(number, q__X="1"), HEADERS).status,
            site.request("PUT", FORM, body, HEADERS).status,
            site.request("POST", f"{FORM}/nothing", body, HEADERS).status,
            site.request("POST", FORM, body + b"x" * 1_000_000, HEADERS).status,
        ]
        assert statuses == [200, 422, 200, 200, 409, 400, 405, 404, 413]
    return numbers


def _files(site: Site) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in site.folder.rglob("*") if p.is_file()}


def _tables(site: Site) -> bytes:
    """Every value of every table, as text and as bytes."""
    found: list[bytes] = []
    with site.store.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                found += [v if isinstance(v, bytes) else str(v).encode() for v in row]
    return b"\n".join(found)
