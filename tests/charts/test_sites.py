"""The dashboard tells answers by site as the profile has them, and hides what it hides."""

from __future__ import annotations

import pytest

from corus.domain.profile import Profile
from tests import factories as make
from tests.analysis.factories_analysis import profile, rated, stratum, tally
from tests.charts.reading_page import Page

SITES = {"north": {"fr": "Halle nord", "en": "North hall"}, "south": {"fr": "Sud", "en": "South"}}
NUMBERS = {("employees", "north"): 30, ("employees", "south"): 25, ("neighbours", "north"): 20,
           ("neighbours", "south"): 3, ("neighbours", ""): 12}  # fmt: skip


def _profile(**more: object) -> Profile:
    the = make.instrument()
    rows = [
        (stratum(group, site=site), rated(the, i % 5, 3 * i % 5))
        for (group, site), n in NUMBERS.items()
        for i in range(n)
    ]
    return profile(the, tally(the, rows), **more)


@pytest.mark.parametrize(("language", "withheld"), [("fr", "non publié"), ("en", "withheld")])
def test_numbers_by_site_are_printed_as_the_profile_has_them(language: str, withheld: str) -> None:
    found = _profile(sites=SITES)
    page = Page(found, language)
    [table] = page.tree.xpath("//section[@id='coverage']//table[caption[contains(., 'site')]]")
    heads = [cell.text_content() for cell in table.xpath(".//thead//th")][1:]
    known = {(c.group, c.site): c.n for c in found.by_site}
    assert None in known.values()
    assert heads[:2] == [SITES[site][language] for site in ("north", "south")]
    printed = [page.row(row)[1:] for row in table.xpath("./tbody/tr")]
    for group, numbers in zip(dict.fromkeys(g for g, _ in known), printed, strict=True):
        expected = [known[group, site] for site in dict.fromkeys(s for _, s in known)]
        assert numbers == [withheld if n is None else str(n) for n in expected]


def test_a_wave_without_sites_has_no_such_table() -> None:
    assert Page(_profile(), "fr").by_id("sites") is None
