"""From an invitation to an open wave, over HTTP: how many screens, how many required answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from corus.app import create_app
from corus.config import Settings
from corus.services.accounts import moments, people, tickets
from tests.web import workspace_factories as workspace

TODAY = datetime.now(UTC).date()
SCREENS, REQUIRED = 6, 12
SETTLED = {
    "controller": "Le Panier des Hauts", "contact": "donnees@panier.example", "months": "24",
    "employees_informed": TODAY.isoformat(), "cse": "none", "minors": "none",
    "protected_adults": "some", "protected_adults_how": "Version facile à lire.",
    "results_seen_by": "Le conseil",
}  # fmt: skip


@pytest.fixture
def app(tmp_path) -> Iterator[Flask]:
    made = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'c.sqlite'}", b"k" * 32))
    yield made
    made.extensions["corus"].store.engine.dispose()


class Required(HTMLParser):
    """Names of the fields that a page requires; one for all the radios of a question."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "required" in found:
            self.names.add(str(found["name"]))


class Walk:
    """A person who follows what each page offers, and counts."""

    def __init__(self, client: FlaskClient) -> None:
        self.client, self.screens, self.required = client, 0, 0
        self.at = ""

    def see(self, address: str) -> str:
        answer = self.client.get(address)
        while answer.status_code == 303:
            answer = self.client.get(answer.headers["Location"])
        assert answer.status_code == 200
        self.at, self.screens = answer.request.path, self.screens + 1
        self.required += len(Required(answer.text).names)
        return answer.text

    def send(self, **fields: object) -> str:
        answer = self.client.post(self.at, data=fields)
        assert answer.status_code == 303, re.findall(r'"wrong"[^>]*>([^<]*)', answer.text)
        return self.see(answer.headers["Location"])


def invited(app: Flask) -> str:
    """A link as the administrator of the instance hands it out."""
    with app.extensions["corus"].store.writing() as session:
        account, _ = people.add(session, "ana@panier.example", TODAY, proven=True)
        return tickets.issue(session, account, "invitation", moments.now())


def test_from_an_invitation_to_an_open_wave_in_six_screens_and_twelve_required_answers(
    app: Flask,
) -> None:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = workspace.HERE
    walk = Walk(client)
    walk.see(f"/account/link/{invited(app)}")
    walk.send(password=workspace.PASSWORD)
    assert walk.at == "/organizations/new"
    walk.send(name="Le Panier des Hauts", legal_form="Association", number="732 829 320")
    page = walk.client.get(walk.at).text
    assert re.search(r'value="social_utility"[^>]*checked', page)
    walk.send(title="Votre regard", instrument="social_utility", languages=["fr", "en"])
    # Of the groups, one at least: no mark says so of many ticks.
    walk.required += 1
    walk.send(
        groups=["employees", "clients", "funders"],
        **{"people-employees": "41", "reached-funders": "personal"},
    )
    assert walk.at == "/waves/le-panier-des-hauts-2026/opening".replace("2026", str(TODAY.year))
    last = walk.send(**SETTLED, act="open")
    assert walk.screens <= SCREENS
    assert walk.required <= REQUIRED
    code = walk.at.split("/")[2]
    assert f"http://localhost/s/{code}/employees" in last
    assert f"/s/{code}/funders" not in last
    assert client.get(f"/s/{code}/employees/fr").status_code == 200
    assert client.get(f"/s/{code}/employees/en").status_code == 200
    assert "/fieldwork" in last


@pytest.fixture
def manager(app: Flask) -> FlaskClient:
    """Somebody with an organization and a draft that asks employees and clients."""
    client = workspace.signed_in(app, "nobody")
    about = {"name": "Le Panier des Hauts", "legal_form": "Association"}
    made = client.post("/organizations/new", data=about)
    wanted = {"title": "Votre regard", "instrument": "social_utility", "languages": "fr"}
    made = client.post(made.headers["Location"], data=wanted)
    client.post(made.headers["Location"], data={"groups": ["employees", "clients"]})
    return client


WAVE = f"/waves/le-panier-des-hauts-{TODAY.year}"


def test_nothing_is_ticked_for_the_person(manager: FlaskClient) -> None:
    page = manager.get(f"{WAVE}/opening").text
    assert "checked" not in page
    assert "5 points restent à régler" in page


def test_every_open_point_is_told_where_it_is_and_what_was_settled_stays(
    manager: FlaskClient,
) -> None:
    sent = SETTLED | {"cse": "", "minors": "", "act": "open"}
    answer = manager.post(f"{WAVE}/opening", data=sent)
    assert answer.status_code == 422
    assert answer.text.count("Ce point reste à régler.") == 2
    assert 'id="f-cse-wrong"' in answer.text
    assert 'id="f-minors-wrong"' in answer.text
    again = manager.get(f"{WAVE}/opening").text
    assert "2 points restent à régler" in again
    assert 'value="Le conseil"' in again
    assert "Version facile à lire." in again


def test_a_fault_keeps_what_was_typed_and_stores_nothing(manager: FlaskClient) -> None:
    sent = SETTLED | {"employees_informed": "hier", "results_seen_by": "Nous", "act": "save"}
    answer = manager.post(f"{WAVE}/opening", data=sent)
    assert answer.status_code == 422
    assert 'id="f-employees_informed-wrong"' in answer.text
    assert 'value="Nous"' in answer.text
    assert "Nous" not in manager.get(f"{WAVE}/opening").text


def test_a_day_to_come_does_not_settle_a_point(manager: FlaskClient) -> None:
    later = (TODAY + timedelta(3)).isoformat()
    answer = manager.post(
        f"{WAVE}/opening", data=SETTLED | {"employees_informed": later, "act": "open"}
    )
    assert answer.status_code == 422
    assert 'id="f-employees_informed-wrong"' in answer.text
    assert answer.text.count("Ce point reste à régler.") == 1


def test_a_wave_opens_despite_open_points_with_a_reason_that_its_page_shows(
    manager: FlaskClient,
) -> None:
    sent = {"controller": "P", "contact": "c", "act": "open"}
    assert manager.post(f"{WAVE}/opening", data=sent | {"despite": " "}).status_code == 422
    answer = manager.post(f"{WAVE}/opening", data=sent | {"despite": "Essai en interne"})
    assert answer.status_code == 303
    page = manager.get(f"{WAVE}/settings").text
    assert "Essai en interne" in page
    assert "5 points de la liste restent à régler" in page
    assert 'value="open"' not in manager.get(f"{WAVE}/opening").text


@pytest.mark.parametrize("number", ["-1", "quarante", "1e3", "10000001", "9" * 400])
def test_a_number_of_people_that_is_none_is_told_at_its_group(
    manager: FlaskClient, number: str
) -> None:
    sent = {"groups": ["employees", "clients"], "people-clients": number}
    answer = manager.post(f"{WAVE}/groups", data=sent)
    assert answer.status_code == 422
    assert 'id="f-people-clients-wrong"' in answer.text
    assert f'value="{number}"' in answer.text


@pytest.mark.parametrize(
    "beside", [{"people-volunteers": "12"}, {"reached-volunteers": "personal"},
               {"sample-volunteers": "drawn"}],
)  # fmt: skip
def test_what_is_said_of_a_group_that_is_not_ticked_is_told_and_not_dropped(
    manager: FlaskClient, beside: dict[str, str]
) -> None:
    as_found = {"reached-funders": "personal", "reached-board": "open", "sample-board": "not_said"}
    sent = {"groups": ["employees"], "people-employees": "41"} | as_found | beside
    answer = manager.post(f"{WAVE}/groups", data=sent)
    assert answer.status_code == 422
    assert answer.text.count('class="wrong"') == 1
    assert 'id="f-people-volunteers-wrong">Ce groupe n’est pas coché. Cochez-le, ou' in answer.text
    for value in beside.values():
        assert f'value="{value}"' in answer.text
    ticked = sent | {"groups": ["employees", "volunteers"]}
    assert manager.post(f"{WAVE}/groups", data=ticked).status_code == 303


def test_the_name_of_another_organization_is_refused_and_gives_no_access(
    app: Flask, manager: FlaskClient
) -> None:
    other = workspace.signed_in(app, "nobody", email="bea@other.example")
    sent = {"name": "le panier des HAUTS", "legal_form": "Mutuelle", "territory": "Lille"}
    answer = other.post("/organizations/new", data=sent)
    assert answer.status_code == 422
    assert 'id="f-name-wrong"' in answer.text
    assert 'value="Lille"' in answer.text
    assert other.get("/organizations/le_panier_des_hauts").status_code == 404
    assert other.get(f"{WAVE}/settings").status_code == 404


def test_what_is_typed_is_never_markup(manager: FlaskClient) -> None:
    sent = SETTLED | {"controller": "<script>x</script>", "minors": "some", "minors_how": '"><b>'}
    manager.post(f"{WAVE}/opening", data=sent | {"act": "save"})
    page = manager.get(f"{WAVE}/opening").text
    assert "<script>x" not in page
    assert '"><b>' not in page


def test_signs_that_no_database_takes_are_left_out(manager: FlaskClient) -> None:
    sent = SETTLED | {"results_seen_by": "Le\x00 conseil\u0007", "act": "save"}
    assert manager.post(f"{WAVE}/opening", data=sent).status_code == 303
    assert 'value="Le conseil"' in manager.get(f"{WAVE}/opening").text
