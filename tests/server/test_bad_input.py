"""Whatever is sent: a page in words, in the language asked, and nothing stored."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.site_factories import FORM_TYPE, Reply, Site, form, fresh, raw
from tests.web.respond_factories import FORM

ENGLISH = FORM.removesuffix("fr") + "en"
HEAD = f"POST {FORM} HTTP/1.1\r\nHost: corus\r\nContent-Type: {FORM_TYPE}\r\n".encode()
MULTIPART = "multipart/form-data; boundary=cut"
MANY = 10_000
PIECE = 65_536
FIFTY_MEGABYTES = 50_000_000


def _parts(*fields: tuple[str, str]) -> bytes:
    """A multipart body; a name may carry further parameters after a quote."""
    part = '--cut\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(part.format(*f) for f in fields) + "--cut--\r\n").encode()


def _bad(fields: bytes) -> bytes:
    return b"submission_id=" + fresh().encode() + b"&" + fields


FORMS = {
    "nothing": (b"", 400),
    "no submission id": (b"q.mutual_help=4", 400),
    "two submission ids": (_bad(b"q.mutual_help=4&submission_id=" + fresh().encode()), 400),
    "a field in bytes that are no text": (_bad(b"q.%ff%fe=1"), 400),
    "raw bytes that are no text": (_bad(b"q.story=\xff\xfe"), 400),
    "a NUL in a name": (_bad(b"q.sto%00ry=Un+jardin."), 400),
    "a NUL for an answer": (_bad(b"q.mutual_help=%00"), 422),
    "only NULs for a text": (_bad(b"q.story=%00%00"), 422),
    "broken percent signs in a name": (_bad(b"q.%zz%=1"), 400),
    "broken percent signs in a number": (_bad(b"q.visits=%zz%"), 422),
    "bytes that are no text in an option": (_bad(b"q.since=%ff"), 422),
    "ten thousand unknown fields": (_bad(b"&".join(b"q.x%d=1" % n for n in range(MANY))), 422),
    "ten thousand answers to one question": (_bad(b"&".join([b"q.mutual_help=4"] * MANY)), 422),
    "ten thousand parts": (_parts(*((f"q.x{n}", "1") for n in range(MANY))), 413),
    "a forged point": (_bad(b"q.mutual_help=9"), 422),
    "a forged option": (_bad(b"q.since=forged"), 422),
    "an option of another question": (_bad(b"q.since=price"), 422),
    "a question that does not exist": (_bad(b"q.forged=1"), 422),
    "a part that the question has not": (_bad(b"q.order.forged=1"), 422),
    "two answers to one question": (_bad(b"q.mutual_help=4&q.mutual_help=1"), 422),
    "a number out of bounds": (_bad(b"q.visits=99"), 422),
    "a number that is none": (_bad(b"q.visits=NaN"), 422),
    "a text of 900,000 letters": (_bad(b"q.story=" + b"x" * 900_000), 422),
    "a body over a megabyte": (_bad(b"q.story=" + b"x" * 1_000_000), 413),
}


@pytest.mark.parametrize("case", FORMS)
@pytest.mark.parametrize(("path", "language"), [(FORM, "fr"), (ENGLISH, "en")])
def test_a_form_that_no_page_sends_is_refused_in_words(
    site: Site, case: str, path: str, language: str
) -> None:
    body, status = FORMS[case]
    before = site.count()
    reply = site.post(body, path, MULTIPART if body.startswith(b"--cut") else FORM_TYPE)
    _is_told(reply, status, language)
    assert site.count() == before


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"submission_id": "a", "q.mutual_help": "4"}'),
        ("text/plain", form(fresh())),
        ("application/octet-stream", form(fresh())),
        ("", form(fresh())),
        ("multipart/form-data", _parts(("submission_id", fresh()), ("q.visits", "3"))),
        (MULTIPART, b"--other\r\nnothing of a form\r\n"),
        (
            MULTIPART,
            _parts(
                ("submission_id", fresh()), ("q.visits", "3"), ('q.story"; filename="a.txt', "x")
            ),
        ),
    ],
    ids=[
        "json",
        "text",
        "bytes",
        "no type",
        "parts",
        "another boundary",
        "a file",
    ],
)
def test_what_is_not_a_form_is_refused_in_words(site: Site, kind: str, body: bytes) -> None:
    before = site.count()
    _is_told(site.post(body, ENGLISH, kind), 400, "en")
    assert site.count() == before


def test_a_form_in_parts_is_as_good_as_the_usual_one(site: Site) -> None:
    number, before = fresh(), site.count()
    body = _parts(("submission_id", number), ("q.story", "Un jardin."))
    assert site.post(body, kind=MULTIPART).status == 200
    assert site.send(number, q__story="Un jardin.").status == 200
    assert site.count() == before + 1


@pytest.mark.parametrize("sent", [b"%ff%fe", b"%zz%", b"a%00b", b"%ed%a0%80", b"%c0%af"])
def test_odd_bytes_in_a_free_text_are_stored_as_text_that_decodes(site: Site, sent: bytes) -> None:
    number = fresh()
    body = b"submission_id=%s&q.story=%s" % (number.encode(), sent)
    replies = [site.post(body), site.post(body)]
    assert [r.status for r in replies] == [200, 200]
    kept = site.stored()[site.stored_id(number)]["story"].value
    assert isinstance(kept, str)
    assert "\x00" not in kept


@pytest.mark.parametrize(
    ("kind", "length"),
    [("not asked of this group", b"q.governance=1"), ("its reason", b"q.governance.reason=a")],
)
def test_a_question_asked_of_others_is_refused_and_the_rest_kept(
    site: Site, kind: str, length: bytes
) -> None:
    before = site.count()
    path = FORM.replace("employees", "beneficiaries")
    reply = site.post(_bad(length + b"&q.mutual_help=4"), path)
    _is_told(reply, 422, "fr")
    assert 'name="q.mutual_help" value="4" checked' in reply.text
    assert site.count() == before


PATHS = (
    "/s", "/s/", "/s/panier-2026", "/s/../waves/panier-2026/en", "/s/%2e%2e/%2e%2e/secret",
    "/s/%2e%2e%2fsecret", f"{FORM}/../../../../corus.sqlite", "/s/-/x/..%2f..%2fapp.py",
    "/s/-/x/pages.py", "/s/panier-2026/employees%00/fr",
    "/s/panier-2026/%C3%A9t%C3%A9/fr", "/s/panier-2026/%ff%fe/fr", "/s/panier-2026/employees/de",
    "/s/panier-2026/nobody/fr", "/s/nothing/employees/fr", f"{FORM}/hard", "/s/" + "a" * 20_000,
    "/s" + "/a" * 10_000, "/s/%7Bwave%7D/%27%20OR%201=1/fr",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
def test_an_address_under_the_respondents_that_does_not_exist_says_so(
    site: Site, path: str
) -> None:
    before = site.count()
    _is_told(site.request("GET", path), 404, "fr" if "/en" not in path else "en")
    reply = site.request("POST", path, form(fresh()), {"Content-Type": FORM_TYPE})
    assert reply.status in (404, 405)
    assert site.count() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize(("path", "language"), [(FORM, "fr"), (ENGLISH, "en")])
def test_a_wrong_method_is_told_in_the_language_of_the_address(
    site: Site, method: str, path: str, language: str
) -> None:
    before = site.count()
    reply = site.request(method, path, form(fresh()), {"Content-Type": FORM_TYPE})
    _is_told(reply, 405, language)
    assert "POST" in reply.headers["allow"]
    assert site.count() == before


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (b"\r\n", 411),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\nq.a\r\n0\r\n\r\n", 411),
        (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nq.a\r\n0\r\n\r\n", 411),
        (b"Content-Length: -3\r\n\r\nq.a", 400),
        (b"Content-Length: three\r\n\r\nq.a", 400),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nq.a", 400),
    ],
)
def test_a_body_of_unknown_length_is_refused(site: Site, rest: bytes, status: int) -> None:
    before = site.count()
    answer = raw(site.port, HEAD + b"Connection: close\r\n" + rest)
    assert int(answer.split()[1]) == status
    assert b"Traceback" not in answer
    if status == 411:
        assert 'lang="fr"' in answer.decode()
    assert site.count() == before


def test_a_post_without_any_header_is_refused(site: Site) -> None:
    assert raw(site.port, f"POST {FORM} HTTP/1.0\r\n\r\n".encode()).split()[1] == b"411"


def test_fifty_megabytes_are_refused_without_being_kept_in_memory(site: Site) -> None:
    before, memory = site.count(), site.memory()
    start = HEAD + b"Content-Length: %d\r\n\r\n" % FIFTY_MEGABYTES
    answer = raw(site.port, start + _bad(b"q.visits=3&q.story="), more=_much(b"%s"))
    assert answer.split()[1] == b"413"
    assert site.memory() - memory < 60
    assert site.count() == before
    assert site.answers()


def test_fifty_megabytes_in_chunks_are_refused_and_never_taken_in_part(site: Site) -> None:
    before, memory = site.count(), site.memory()
    start = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    first = _bad(b"q.visits=3&q.story=")
    chunk = b"%x\r\n%s\r\n" % (len(first), first)
    answer = raw(site.port, start + chunk, more=_much(b"10000\r\n%s\r\n"))
    assert answer.split()[1] == b"411"
    assert site.memory() - memory < 60
    assert site.count() == before
    assert site.answers()


def _much(piece: bytes) -> Iterator[bytes]:
    return (piece % (b"x" * PIECE) for _ in range(FIFTY_MEGABYTES // PIECE))


def _is_told(reply: Reply, status: int, language: str) -> None:
    """A page of ours that says in the right language what is wrong."""
    assert reply.status == status
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}" dir="ltr">' in reply.text
    assert "<h1" in reply.text
    assert "Traceback" not in reply.text
    assert "no-store" in reply.headers["cache-control"]
