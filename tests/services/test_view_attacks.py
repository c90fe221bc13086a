"""Two ways to single somebody out by views that a reader of the whole once found; both refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.services import releasing, tallying, viewing
from corus.services.viewing import Filter
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Response, Stratum
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
ANY_STATE = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
BEFORE, AFTER = "3232--", "0101--"


def _add(store: Store, wave: int, n: int, **more: str) -> None:
    document = make.marks(BEFORE, make.instrument())
    with store.writing() as session:
        store_rows(
            session, [make.response(wave, document, **more) for _ in range(n)], states=ANY_STATE
        )


def _release(store: Store) -> int:
    with store.writing() as session:
        return releasing.release(session, WAVE, make.DAY).release


def _view(store: Store, **axes: tuple[str, ...]) -> None:
    with store.writing() as session:
        viewing.view(session, WAVE, Filter(group=("employees",), **axes), make.DAY)


def test_one_person_of_one_form_does_not_follow_from_a_view_of_both(store: Store) -> None:
    """Sixty on the standard form, one of them helped; thirty on the easy one, ten of them helped:
    eleven were helped, but the counts by point are those of the standard form."""
    wave = make.open_wave(store)
    _add(store, wave, 59)
    _add(store, wave, 1, mode="assisted_relative")
    _add(store, wave, 20, variant="easy")
    _add(store, wave, 10, variant="easy", mode="assisted_relative")
    make.close_wave(store)
    _release(store)
    with pytest.raises(RefusedError) as refused:
        _view(store, mode=("self",))
    assert refused.value.code == "VIE-001"


def test_a_view_shown_again_of_a_later_release_does_not_tell_who_left_and_who_came(
    store: Store,
) -> None:
    """Of thirty on paper one is replaced, of sixty others twenty: the whole tells nobody."""
    wave = make.open_wave(store)
    _add(store, wave, 60)
    _add(store, wave, 30, mode="paper")
    make.close_wave(store)
    _release(store)
    _view(store, mode=("paper",))
    _replace(store, "self", 20)
    _replace(store, "paper", 1)
    assert _release(store) == 2
    for mode in ("paper", "self"):
        with pytest.raises(RefusedError) as refused:
            _view(store, mode=(mode,))
        assert refused.value.code == "VIE-001"


def test_a_part_that_did_not_change_may_be_viewed_again(sqlite_store: Store) -> None:
    wave = make.open_wave(sqlite_store)
    _add(sqlite_store, wave, 60)
    _add(sqlite_store, wave, 30, mode="paper")
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _view(sqlite_store, mode=("paper",))
    _replace(sqlite_store, "self", 20)
    assert _release(sqlite_store) == 2
    _view(sqlite_store, mode=("paper",))


def _replace(store: Store, mode: str, n: int) -> None:
    """As if so many had withdrawn and as many others had come."""
    other = make.marks(AFTER, make.instrument()).decode()
    with store.writing() as session:
        found = select(Response).join(Stratum).where(Stratum.mode == mode)
        for one in session.scalars(found).all()[:n]:
            one.document = other
        session.flush()
        tallying.recount(session, queries.wave_by_code(session, WAVE))
