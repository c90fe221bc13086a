"""Open links and kiosks of a site: every page behind the door keeps it."""

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
