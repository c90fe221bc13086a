"""Open links and kiosks of a site: every page behind the door keeps it."""

import html
import re

import pytest
from sqlalchemy import select

from corus.store.models import Response, Stratum
from tests.web import respond_factories as make

SITES = {"north": {"fr": "Halle nord"}}
WAVE = "sites-2026"


@pytest.fixture(scope="module")
def site_visitor(waves_store):
    make.wave(waves_store, make.every_type(), WAVE, sites=SITES)
    return make.application(waves_store).test_client()


def _sites(client):
    with client.application.extensions["corus"].store.reading() as session:
        found = select(Stratum.site).join(Response, Response.stratum_id == Stratum.id)
        return set(session.scalars(found))


@pytest.mark.parametrize("letter", ["s", "k"])
def test_an_answer_by_the_link_of_a_site_is_of_that_site(site_visitor, wave_store, letter):
    door = f"/{letter}/{WAVE}/employees@north"
    chosen = site_visitor.get(door)
    assert chosen.location == f"{door}/fr"
    assert make.send(site_visitor, f"{door}/fr", q__visits="1").status_code == 200
    assert _sites(site_visitor) == {"north"}


def test_the_link_without_a_site_is_of_none_and_an_unknown_site_is_no_page(
    site_visitor, wave_store
):
    assert site_visitor.get(f"/s/{WAVE}/employees/fr").status_code == 200
    assert site_visitor.get(f"/s/{WAVE}/employees@south/fr").status_code == 404
    assert site_visitor.get("/s/panier-2026/employees@north/fr").status_code == 404


def test_the_notice_says_that_the_site_is_kept_where_there_are_sites(site_visitor, wave_store):
    assert "Votre site est conservé" in site_visitor.get(f"/s/{WAVE}/employees/fr/notice").text
    assert "Votre site" not in site_visitor.get("/s/panier-2026/employees/fr/notice").text


def _words(page):
    """What a page says, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u202f", " ").split())


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("letter", ["s", "k"])
@pytest.mark.parametrize("named", ["employees@", "employees@south", "employees@north@", "@north"])
@pytest.mark.parametrize("page", ["", "/fr", "/fr/notice"])
def test_an_address_with_no_such_site_opens_and_stores_nothing(
    site_visitor, wave_store, letter, named, page, method
):
    if method == "post" and page == "/fr":
        url = f"/{letter}/{WAVE}/{named}/fr"
        fields = {"submission_id": "a" * 32, "q.visits": "1"}
        assert site_visitor.post(url, data=fields).status_code == 404
        assert _sites(site_visitor) == set()
    else:
        assert site_visitor.get(f"/{letter}/{WAVE}/{named}{page}").status_code == 404


@pytest.mark.parametrize("letter", ["s", "k"])
def test_the_site_is_read_wherever_its_link_leads(site_visitor, wave_store, letter):
    door = f"/{letter}/{WAVE}/employees"
    for page in ("/fr", "/fr/notice"):
        assert "Site : Halle nord" in _words(site_visitor.get(f"{door}@north{page}").text)
        assert "Halle nord" not in site_visitor.get(f"{door}{page}").text
    assert "Site : Halle nord" in _words(
        make.send(site_visitor, f"{door}@north/fr", q__visits="1").text
    )
    assert "Site: Halle nord" in _words(site_visitor.get(f"{door}@north/en").text)


def test_an_answer_found_by_its_code_tells_its_site_and_so_does_its_notice(
    site_visitor, wave_store
):
    receipt = make.send(site_visitor, f"/s/{WAVE}/employees@north/fr", q__visits="1")
    code = re.search(r'class="code"[^>]*>([^<]+)<', receipt.text)[1]
    for page in ("", "/change", "/withdraw"):
        found = site_visitor.post(f"/r/fr{page}", data={"code": code}).text
        assert "Site : Halle nord" in _words(found)
        if led := re.search(r'href="([^"]+/notice[^"]*)"', found):
            assert "Site : Halle nord" in _words(site_visitor.get(led[1]).text)


@pytest.mark.parametrize("door", ["s", "k"])
@pytest.mark.parametrize("named", ["employees", "employees@north"])
def test_between_two_sentences_of_the_notice_there_is_a_space(
    site_visitor, wave_store, door, named
):
    page = site_visitor.get(f"/{door}/{WAVE}/{named}/fr/notice").text
    said = _words(page)
    assert "la même règle que les autres. Ce que peu de personnes" in said
    assert "pas la version du questionnaire. Ni votre nom" in said
    assert not re.search(r"[a-zé][.!?][A-ZÀÉ]", re.sub(r"www\S+", "", _words(page)))
