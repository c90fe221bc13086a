"""What is served in front of Flask is what the view would serve, header by header."""

import re
import secrets
from datetime import date
from io import BytesIO

import pytest
from werkzeug.test import Client

from corus.errors import UnavailableError
from corus.services import waves
from corus.store.writer import Writer
from corus.web import doors
from tests.web import respond_factories as make
from tests.web.contract_factories import invite as invited

KIND = "application/x-www-form-urlencoded"
NUMBER = re.compile(rb"[0-9a-f]{32}")
TAKEN = {"gzip": {"Accept-Encoding": "gzip"}, "plain": {}}
SITES = {"north": {"fr": "Halle nord"}}


def invite(store, wave, group="employees"):
    """Where a personal link leads, before its language."""
    return invited(store, wave, group).removesuffix("/fr")


@pytest.fixture(scope="module")
def behind(waves_store):
    """The application with and without what stands in front of it."""
    make.wave(waves_store, make.every_type(), "front-2026", sites=SITES)
    app = make.application(waves_store)
    return Client(app.wsgi_app), Client(app.wsgi_app.application)


@pytest.fixture(scope="module")
def used(waves_store):
    """A link that has answered in each mode of anonymity, and one taken back."""
    found = {}
    for wave in ("front-2026", "secret-2026"):
        found[wave] = invite(waves_store, wave)
        client = make.application(waves_store).test_client()
        assert make.send(client, f"{found[wave]}/fr", q__visits="1").status_code == 200
    return found


def _same(behind, address, headers):
    front, view = (client.get(address, headers=headers) for client in behind)
    assert (front.status, list(front.headers)) == (view.status, list(view.headers))
    bodies = (front.data, view.data)
    if not headers:
        bodies = tuple(NUMBER.sub(b"", body) for body in bodies)
        assert bodies[0] == bodies[1]
    assert len(bodies[0]) == len(bodies[1])
    return front


@pytest.mark.parametrize("headers", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("end", ["/fr", "/en", "/fr/easy", "/fr/express"])
@pytest.mark.parametrize("wave", ["front-2026", "secret-2026"])
def test_a_form_is_the_same_with_and_without_flask(behind, waves_store, wave, end, headers):
    group = "beneficiaries" if end.endswith("easy") else "employees"
    for beginning in (f"/s/{wave}/{group}", invite(waves_store, wave, group)):
        assert _same(behind, beginning + end, headers).status_code == 200


def test_the_form_of_a_site_is_the_same_too(behind):
    assert _same(behind, "/s/front-2026/employees@north/fr", {}).status_code == 200


def test_each_visit_in_front_of_flask_has_a_number_of_its_own(behind, waves_store):
    link = invite(waves_store, "front-2026")
    first, second = (set(NUMBER.findall(behind[0].get(f"{link}/fr").data)) for _ in range(2))
    assert first
    assert not first & second


def test_the_link_of_a_confidential_wave_keeps_its_number(behind, waves_store):
    link = invite(waves_store, "secret-2026")
    front, view = (NUMBER.findall(client.get(f"{link}/fr").data) for client in behind)
    assert front == view


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/s/front-2026/employees/de", 404),
        ("/s/front-2026/employees/fr/large", 404),
        ("/s/front-2026/employees/fr/easy/more", 404),
        ("/s/front-2026/nobody/fr", 404),
        ("/s/front-2026/employees@south/fr", 404),
        ("/s/nothing/employees/fr", 404),
        ("/s/draft-2026/employees/fr", 403),
        ("/s/closed-2026/employees/fr", 410),
        ("/s/-/missing/respond.css", 200),
        ("/s/front-2026/employees/fr/notice", 200),
        ("/k/front-2026/employees/fr", 200),
        ("/i/aaaaaaaaaaaaaaaa/fr", 404),
        ("/i/short/fr", 404),
        ("/i/aaaaaaaaaaaaaaaa/fr/%00", 404),
        ("/s/front-2026/employees/%E9", 404),
    ],
)
def test_whatever_is_no_form_ready_to_fill_in_is_left_to_its_view(behind, address, status):
    assert _same(behind, address, {}).status_code == status


@pytest.mark.parametrize(("wave", "status"), [("front-2026", 409), ("secret-2026", 200)])
def test_a_link_that_has_answered_is_left_to_its_view(behind, used, wave, status):
    front = _same(behind, f"{used[wave]}/fr", {})
    assert front.status_code == status
    if status == 200:  # its own answer, to be changed
        assert b'name="base"' in front.data


def test_a_wave_that_closes_is_closed_in_front_of_flask_too(behind, waves_store):
    make.wave(waves_store, make.every_type(), "ending-2026")
    link = invite(waves_store, "ending-2026")
    assert behind[0].get(f"{link}/fr").status_code == 200
    with waves_store.writing() as session:
        waves.close_wave(session, "ending-2026", date(2026, 11, 20))
    waves_store.cache.clear()
    assert _same(behind, f"{link}/fr", {}).status_code == 410


def test_a_database_that_is_away_is_waited_for_once(behind, waves_store, monkeypatch):
    link, asked = invite(waves_store, "front-2026"), []

    def away(*_):
        asked.append(1)
        raise UnavailableError("The database server does not answer.", code="UNA-008")

    monkeypatch.setattr(doors.links, "find", away)
    answer = behind[0].get(f"{link}/fr")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert len(asked) == 1


SENT = "q.visits=3&q.since=longer"
CODES = re.compile(rb"[0-9a-f]{32}|[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}")
FORMS = {
    "usual": SENT,
    "blank fields": SENT + "&q.story=&q.early_days=",
    "helped": SENT + "&helper=relative",
    "text": SENT + "&q.story=%C3%A9t%C3%A9+%2B+hiver",
    "its own wave": SENT + "&wave=front-2026",
    "set aside": "q.visits=3&q.since=under_1_year&q.early_days=bien",
    "saved": SENT + "&save=1",
    "another wave": SENT + "&wave=secret-2026",
    "nothing answered": "q.story=",
    "forged option": "q.since=never",
    "too many days": "q.visits=99",
    "foreign question": SENT + "&q.nothing=1",
    "foreign field": SENT + "&admin=1",
    "forged helper": SENT + "&helper=ghost",
    "broken text": SENT + "&q.story=%FF%FE",
}


def _posted(client, address, form, number, kind=KIND):
    body = f"submission_id={number}&{form}"
    answer = client.post(address, data=body, content_type=kind)
    plain = CODES.sub(b"", answer.data)
    return answer.status, list(answer.headers), plain


def _number():
    return secrets.token_hex(16)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("door", ["open", "site", "personal", "confidential"])
def test_a_form_sent_gets_the_same_page_with_and_without_flask(behind, waves_store, door, form):
    replies = []
    for client in behind:
        address = {
            "open": lambda: "/s/front-2026/employees",
            "site": lambda: "/s/front-2026/employees@north",
            "personal": lambda: invite(waves_store, "front-2026"),
            "confidential": lambda: invite(waves_store, "secret-2026"),
        }[door]()
        status, headers, page = _posted(client, f"{address}/fr", form, _number())
        replies.append((status, headers, page.replace(address.encode(), b"")))
    assert replies[0] == replies[1]


@pytest.mark.parametrize(("kind", "status"), [(KIND + "; charset=UTF-8", 200), ("text/plain", 400)])
def test_a_form_sent_in_another_kind_is_left_to_its_view(behind, kind, status):
    front, view = (
        _posted(client, "/s/front-2026/employees/fr", SENT, _number(), kind) for client in behind
    )
    assert front == view
    assert front[0].startswith(str(status))


def test_bytes_that_are_no_text_are_read_again_by_the_view(behind):
    front, view = (
        client.post("/s/front-2026/employees/fr", data=b"q.visits=\xff", content_type=KIND)
        for client in behind
    )
    assert (front.status_code, front.data) == (view.status_code, view.data)
    assert front.status_code == 400


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"CONTENT_LENGTH": "9999"}, 400),
        ({"CONTENT_LENGTH": "300000"}, 413),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    ],
)
def test_a_body_that_is_not_as_long_as_it_says_is_refused_the_same_way(behind, said, status):
    front, view = (
        client.post(
            "/s/front-2026/employees/fr", input_stream=BytesIO(SENT.encode()), content_type=KIND,
            environ_overrides=said,
        )
        for client in behind
    )  # fmt: skip
    assert (front.status_code, front.data) == (view.status_code, view.data)
    assert front.status_code == status


def test_a_form_sent_twice_is_stored_once_whoever_answers(behind, waves_store):
    address, number = f"{invite(waves_store, 'front-2026')}/fr", _number()
    before = len(make.stored(waves_store, make.every_type()))
    first, again = (client.post(address, data=f"submission_id={number}&{SENT}", content_type=KIND)
                    for client in behind)  # fmt: skip
    assert first.data == again.data
    assert len(make.stored(waves_store, make.every_type())) == before + 1
    other = behind[0].post(address, data=f"submission_id={_number()}&{SENT}", content_type=KIND)
    assert other.status_code == 409


def test_answers_that_cannot_be_stored_are_tried_once_and_stay_on_the_page(behind, monkeypatch):
    tried = []

    def away(*_):
        tried.append(1)
        raise UnavailableError("The database server does not answer.", code="UNA-008")

    monkeypatch.setattr(Writer, "submit", away)
    form = f"submission_id={_number()}&{SENT}"
    answer = behind[0].post("/s/front-2026/employees/fr", data=form, content_type=KIND)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert 'value="3"' in answer.text
    assert len(tried) == 1


def test_who_cannot_be_told_whether_it_is_stored_reads_so(behind, monkeypatch):
    def unknown(*_):
        raise UnavailableError("The database took too long to say.", code="UNA-012")

    monkeypatch.setattr(Writer, "submit", unknown)
    form = f"submission_id={_number()}&{SENT}"
    answer = behind[0].post("/s/front-2026/employees/fr", data=form, content_type=KIND)
    assert answer.status_code == 503
    assert "Nous ne savons pas si vos réponses sont enregistrées" in answer.text
    assert 'value="3"' in answer.text
