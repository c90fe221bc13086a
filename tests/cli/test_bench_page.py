"""`corus bench page` measures a dashboard that is really there, for somebody really signed in."""

from __future__ import annotations

import json


def test_the_page_and_its_data_are_measured_against_a_bare_page(corus) -> None:
    done = corus("bench", "page", "--size", "200", "--size", "300", "--rounds", "1", "--json")
    found = json.loads(done.stdout)
    assert [one["goal"] for one in found] == ["≤ 20"] * 4 + ["growth ≤ 1.2"] * 2
    assert all(one["baseline"] > 0 and one["subject"] > 0 for one in found)
