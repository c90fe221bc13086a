"""What changed since the last wave that compares is put beside a release, and tells nothing new."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from corus.analysis.measures.stats import Sample, welch
from corus.domain.changes import Since
from corus.domain.instrument import Instrument
from corus.domain.profile import Profile
from corus.services import closing, publishing, releasing, since, waves
from corus.store import queries, stamps
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make
from tests.cli.test_comparing import AFTER, BEFORE, reworded

YEAR = timedelta(days=365)


def _wave(
    store: Store, code: str, rows: list[str], of: Instrument | None = None,
    *, owner: str = "Le Panier des Hauts", years: int = 0, release: bool = True,
) -> None:  # fmt: skip
    """A wave of that organization, as many years later, closed and released."""
    of, day = of or make.instrument(), make.DAY + years * YEAR
    with store.writing() as session:
        organization = waves.create_organization(session, owner)
        published = publishing.publish(session, of, day)
        plan = make.plan(title=code)
        made = waves.create_wave(session, code, organization, published.version.digest, plan)
        waves.open_wave(session, code, day, despite="a test")
        store_rows(session, [make.response(made.id, make.marks(row, of)) for row in rows])
    closing.close_wave(store, code, day, closing.Keeping(Path("/nowhere/backups")))
    if release:
        with store.writing() as session:
            releasing.release(session, code, day)


def _beside(store: Store, code: str) -> Since | None:
    with store.reading() as session:
        return since.with_since(session, releasing.latest_profile(session, code)).since


def test_a_change_stands_beside_with_its_welch_interval_and_both_n(store: Store) -> None:
    _wave(store, "first", BEFORE)
    _wave(store, "second", AFTER, years=1)
    found = _beside(store, "second")
    assert found is not None
    assert (found.wave, found.release, found.title) == ("first", 1, "first")
    cell = next(c for c in found.cells if c.dimension == "needs")
    assert (cell.first_n, cell.second_n) == (15, 14)
    with store.reading() as session:
        ends = [_score(releasing.latest_profile(session, code)) for code in ("first", "second")]
    assert cell.value == pytest.approx(ends[1].mean - ends[0].mean, abs=1e-9)
    assert (cell.low, cell.high) == pytest.approx(welch(ends[1], ends[0]), abs=1e-9)


def _score(profile: Profile) -> Sample:
    [cell] = [c for c in profile.dimensions if c.dimension == "needs" and c.group == "employees"]
    assert cell.n is not None
    assert cell.score is not None
    assert cell.sd is not None
    return Sample(cell.n, cell.score, cell.sd)


def test_the_first_wave_has_nothing_beside_it_and_a_later_one_is_not_looked_at(
    sqlite_store: Store,
) -> None:
    _wave(sqlite_store, "first", BEFORE)
    _wave(sqlite_store, "second", AFTER, years=1)
    assert _beside(sqlite_store, "first") is None


def test_waves_of_another_organization_are_never_put_beside(sqlite_store: Store) -> None:
    _wave(sqlite_store, "first", BEFORE, owner="La Besace")
    _wave(sqlite_store, "second", AFTER, years=1)
    assert _beside(sqlite_store, "second") is None


def test_a_wave_without_release_is_passed_over_for_the_one_before(sqlite_store: Store) -> None:
    _wave(sqlite_store, "first", BEFORE)
    _wave(sqlite_store, "unreleased", AFTER, years=1, release=False)
    _wave(sqlite_store, "third", AFTER, years=2)
    found = _beside(sqlite_store, "third")
    assert found is not None
    assert found.wave == "first"


def test_another_wording_says_so_instead_of_a_change(sqlite_store: Store) -> None:
    _wave(sqlite_store, "first", BEFORE)
    _wave(sqlite_store, "second", AFTER, reworded(), years=1)
    found = _beside(sqlite_store, "second")
    assert found is not None
    needs, democracy = found.cells
    assert (needs.value, needs.first, needs.second) == (None, None, None)
    assert "another question" in needs.told
    assert democracy in found.compared


def test_what_is_put_beside_is_never_stored_with_the_release(sqlite_store: Store) -> None:
    _wave(sqlite_store, "first", BEFORE)
    _wave(sqlite_store, "second", AFTER, years=1)
    _beside(sqlite_store, "second")
    with sqlite_store.reading() as session:
        assert releasing.latest_profile(session, "second").since is None


def test_the_stamp_of_a_page_names_the_releases_that_it_follows_from(store: Store) -> None:
    _wave(store, "first", BEFORE)
    _wave(store, "second", AFTER, years=1)
    with store.reading() as session:
        first, second = (stamps.stamp(session, code) for code in ("first", "second"))
        size = len(queries.latest_release(session, 2).profile)  # type: ignore[union-attr]
        assert stamps.stamp(session, "no-such-wave") is None
    assert first is not None
    assert second is not None
    assert (first.number, first.earlier) == (1, ())
    assert (second.number, second.size, second.earlier) == (1, size, (("first", 1),))
