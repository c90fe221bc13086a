"""Releases: numbered, frozen, and never two that isolate one to four persons by difference."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from corus.domain.profile import Profile
from corus.domain.wave import WaveState
from corus.errors import NotFoundError, RefusedError
from corus.services import releasing, tallying, viewing
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

ANY_STATE = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})


def _add(
    store: Store, wave: int, number: int, marks: str = "3232--", group: str = "employees",
    mode: str = "self",
) -> None:  # fmt: skip
    document = make.marks(marks, make.instrument())
    rows = [make.response(wave, document, group=group, mode=mode) for _ in range(number)]
    with store.writing() as session:
        store_rows(session, rows, states=ANY_STATE)


def _close(store: Store) -> None:
    make.close_wave(store)


def _release(store: Store) -> Profile:
    with store.writing() as session:
        return releasing.release(session, "panier-2026", make.DAY)


def test_a_closed_wave_gets_release_one_with_everything_needed_to_read_it(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, 12)
    _add(store, wave, 3, group="neighbours")
    _close(store)
    profile = _release(store)
    assert (profile.release, profile.shown_responses) == (1, 12)
    assert profile.masked_groups == ("neighbours",)
    cells = {(c.item, c.group): c for c in profile.items}
    assert cells["needs_met", "employees"].counts == (0, 0, 0, 12, 0)
    assert cells["needs_met", "neighbours"].reason == "n < 5"
    assert cells["needs_met", "neighbours"].n is None


def test_the_stored_release_reads_back_equal(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, 12)
    _close(store)
    profile = _release(store)
    with store.reading() as session:
        assert releasing.latest_profile(session, "panier-2026") == profile


def test_releasing_again_without_change_is_the_same_release(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, 12)
    _close(store)
    assert _release(store) == _release(store)


def test_two_late_answers_do_not_make_a_release_but_five_do(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, 12)
    _close(store)
    _release(store)
    _add(store, wave, 2)
    with pytest.raises(RefusedError, match="fewer than 5"):
        _release(store)
    with store.reading() as session:
        assert releasing.latest_profile(session, "panier-2026").shown_responses == 12
    _add(store, wave, 3)
    assert (_release(store).release, _release(store).shown_responses) == (2, 17)


def test_a_release_is_compared_with_every_earlier_one(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, 12)
    _close(store)
    _release(store)
    _add(store, wave, 5)
    _release(store)
    with store.writing() as session:
        # Five came, then four left: one person stands between release 1 and this one, and it is a
        # third state of the group.
        session.execute(
            text("DELETE FROM responses WHERE id IN (SELECT id FROM responses LIMIT 4)")
        )
        session.execute(text("DELETE FROM tallies"))
    with pytest.raises(RefusedError) as refused:
        _release(store)
    assert refused.value.code == "REL-022"
    assert "employees" not in str(refused.value)


def _view(store: Store, mode: str) -> None:
    with store.writing() as session:
        wanted = viewing.Filter(group=("employees",), mode=(mode,))
        viewing.view(session, "panier-2026", wanted, make.DAY)


def _forget(store: Store, number: int) -> None:
    """That many answers given on paper leave."""
    some = (
        "SELECT r.id FROM responses r JOIN strata s ON s.id = r.stratum_id "
        f"WHERE s.mode = 'paper' LIMIT {number}"
    )
    with store.writing() as session:
        session.execute(text(f"DELETE FROM responses WHERE id IN ({some})"))
        session.execute(text("DELETE FROM tallies"))


@pytest.mark.parametrize(("gone", "safe"), [(9, False), (6, True)])
def test_a_release_is_compared_with_the_views_shown_before_it(
    store: Store, gone: int, safe: bool
) -> None:
    """A view showed 20 of 32; were 9 of the other 12 to leave, 23 less 20 would be three."""
    wave = make.open_wave(store)
    _add(store, wave, 20)
    _add(store, wave, 12, mode="paper")
    _close(store)
    _release(store)
    _view(store, "self")
    _forget(store, gone)
    if safe:
        assert _release(store).shown_responses == 26
        return
    with pytest.raises(RefusedError) as refused:
        _release(store)
    assert refused.value.code == "REL-002"
    assert "mode=self" not in str(refused.value)


def test_the_refusal_is_the_same_whatever_the_late_ones_answered(sqlite_store: Store) -> None:
    """An item named, or a number of items, would go once answers of one's own are added to it."""
    wave = make.open_wave(sqlite_store)
    _add(sqlite_store, wave, 30)
    _close(sqlite_store)
    _release(sqlite_store)
    said = set()
    for late in ("d232--", "s232--", "000000", "44444-"):
        with sqlite_store.writing() as session:
            document = make.marks(late, make.instrument())
            one = [make.response(wave, document)]
            store_rows(session, one, states=frozenset({"closed"}))
        with pytest.raises(RefusedError) as refused:
            _release(sqlite_store)
        said.add(str(refused.value))
    [told] = said
    assert "REL-002" in told
    assert not {"employees", "needs_met", "know", "skipped"} & set(told.replace("·", " ").split())


def test_without_that_view_the_same_release_stands(sqlite_store: Store) -> None:
    wave = make.open_wave(sqlite_store)
    _add(sqlite_store, wave, 20)
    _add(sqlite_store, wave, 12, mode="paper")
    _close(sqlite_store)
    _release(sqlite_store)
    _forget(sqlite_store, 9)
    assert _release(sqlite_store).shown_responses == 23


def test_counting_late_answers_equals_counting_everything_again(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, 12)
    with store.writing() as session:
        record = queries.wave_by_code(session, "panier-2026")
        tallying.refresh(session, record)
    _add(store, wave, 4, "d0cs--")
    _add(store, wave, 4, "4444g-", group="neighbours")
    with store.writing() as session:
        record = queries.wave_by_code(session, "panier-2026")
        assert tallying.refresh(session, record) == tallying.rebuild(session, record)


def test_a_wave_without_release_says_how_to_get_one(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    with sqlite_store.reading() as session, pytest.raises(NotFoundError, match="corus release"):
        releasing.latest_profile(session, "panier-2026")
