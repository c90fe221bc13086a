import gzip
import re

import pytest

from corus.authoring import load_instrument
from corus.services import responding
from corus.web import pages
from corus.web.assets import BUNDLES, asset
from tests.web import respond_factories as make
from tests.web.respond_factories import FORM, SHIPPED, count

# Reading the form


def test_form_asks_every_item_of_the_group_as_a_fieldset_with_its_sentence(visitor):
    page = visitor.get(FORM).text
    for item in make.every_type().items:
        words = item.text["fr"].replace("{organization}", "Le Panier des Hauts")
        assert f'<legend id="q.{item.code}-words">{words}</legend>' in page
    # And one more, last: who helped.
    assert page.count("<fieldset") == page.count("<legend") == len(make.every_type().items) + 1


def test_items_not_asked_of_a_group_are_not_in_its_form(visitor):
    assert "governance" not in visitor.get("/s/panier-2026/beneficiaries/fr").text


def test_length_is_told_as_the_number_of_questions_and_the_minutes_of_the_group(visitor):
    page = visitor.get(FORM).text
    assert "10 questions" in page
    assert "10 minutes au plus" in page
    assert "7 minutes at most" in visitor.get("/s/panier-2026/beneficiaries/en").text


def test_reading_writes_nothing_and_every_visit_has_its_own_number(visitor, wave_store):
    numbers = {make.fresh_id(visitor, FORM) for _ in range(20)}
    assert len(numbers) == 20
    assert count(wave_store) == 0


def test_gzipped_form_is_the_plain_form_with_another_number(visitor):
    plain = visitor.get(FORM, headers={"Accept-Encoding": "identity"})
    zipped = visitor.get(FORM, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    unpacked = gzip.decompress(zipped.data).decode()
    assert unpacked == plain.text.replace(
        make.submission_id(plain.text), make.submission_id(unpacked)
    )


def test_browser_that_refuses_gzip_gets_plain_text(visitor):
    response = visitor.get(FORM, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"


def test_form_is_rendered_once_until_the_wave_changes(wave_store):
    cache = pages.PageCache()
    found = responding.questionnaire(wave_store, "panier-2026", "employees", "standard")
    first = cache.form(found, "fr")
    assert cache.form(found, "fr") is first
    assert cache.form(found, "en") is not first
    wave_store.cache.clear()
    changed = responding.questionnaire(wave_store, "panier-2026", "employees", "standard")
    assert cache.form(changed, "fr") is not first


def test_form_cache_forgets_what_was_asked_for_longest_ago(wave_store):
    cache = pages.PageCache(limit=2)
    found = responding.questionnaire(wave_store, "panier-2026", "employees", "standard")
    first = cache.form(found, "fr")
    cache.form(found, "en")
    assert cache.form(found, "fr") is first
    cache.form(found, "de")
    assert cache.form(found, "fr") is first
    assert len(cache) == 2


@pytest.mark.parametrize(
    ("asks", "gets"), [("en-GB,en;q=0.9", "en"), ("fr-CA", "fr"), ("ja", "fr"), ("", "fr")]
)
def test_address_without_language_leads_to_the_preferred_one(visitor, asks, gets):
    response = visitor.get("/s/panier-2026/employees", headers={"Accept-Language": asks})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/s/panier-2026/employees/{gets}"
    assert response.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize(
    "url",
    [
        "/s/nowhere/employees/fr", "/s/panier-2026/nobody/fr", "/s/panier-2026/employees/de",
        "/s/panier-2026/employees/fr/easy", "/s/panier-2026/nobody", "/s/-/0/nothing.css",
        "/s/-/0/respond.html",
    ],
)  # fmt: skip
def test_unknown_addresses_get_a_page_that_says_so(visitor, url):
    response = visitor.get(url, headers={"Accept": "text/html", "Accept-Language": "fr"})
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.text
    assert "Traceback" not in response.text


# Headers, cookies, weight


@pytest.mark.parametrize("url", [FORM, f"{FORM}/notice", "/s/no/no/fr", "/s/panier-2026/employees"])
def test_every_page_is_locked_down_and_sets_no_cookie(visitor, url):
    headers = visitor.get(url).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Permissions-Policy" in headers
    assert "Set-Cookie" not in headers


def test_pages_hold_no_inline_style_and_no_inline_script(visitor):
    for url in (FORM, f"{FORM}/notice", "/s/panier-2026/beneficiaries/fr/easy"):
        page = visitor.get(url).text
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", page)
        inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", page)
        assert all('type="application/json"' in attributes for attributes in inline)


def test_page_and_assets_of_every_group_weigh_under_25_kilobytes(visitor):
    gzipped = {"Accept-Encoding": "gzip"}
    for group in load_instrument(SHIPPED).groups:
        for language in ("fr", "en"):
            page = visitor.get(f"/s/shipped-2026/{group}/{language}", headers=gzipped)
            unpacked = gzip.decompress(page.data).decode()
            linked = re.findall(r'(?:src|href)="(/s/-/[^"]+)"', unpacked)
            parts = [page, *(visitor.get(url, headers=gzipped) for url in linked)]
            wire = sum(len(part.data) + len(str(part.headers)) for part in parts)
            assert linked
            assert wire < 25_000, (group, language, wire)


def test_assets_are_kept_for_ever_at_an_address_made_of_their_content(visitor):
    url = pages.asset_url("respond.css")
    first = visitor.get(url, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in first.headers["Cache-Control"]
    assert gzip.decompress(first.data) == asset("respond.css").plain
    again = visitor.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_asset_at_an_old_address_is_served_but_not_kept(visitor):
    response = visitor.get("/s/-/0000/respond.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


def test_old_browsers_can_read_the_scripts():
    for name in ("respond.js", "relevance.js", *BUNDLES["respond.js"]):
        code = asset(name).plain.decode()
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", code, flags=re.DOTALL)
        assert not re.search(r"\?\.|\?\?|=>|`|\b(const|let|async|await)\b", code), name
