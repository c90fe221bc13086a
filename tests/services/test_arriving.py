"""How answers came in, by day and way, from what both databases hold."""

from __future__ import annotations

from datetime import timedelta

from corus.services import arriving
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests.factories import DAY, close_wave, open_wave, response

TOMORROW = DAY + timedelta(days=1)


def _answers(store: Store, wave_id: int, n: int, **changes: object) -> None:
    with store.writing() as session:
        store_rows(session, [response(wave_id, **changes) for _ in range(n)])


def _arrivals(store: Store, today=TOMORROW) -> arriving.Arrivals | None:
    with store.reading() as session:
        return arriving.arrivals(session, queries.wave_by_code(session, "panier-2026"), today)


def test_modes_and_channels_add_up_to_the_evening_that_is_told(store: Store) -> None:
    wave_id = open_wave(store)
    _answers(store, wave_id, 11)
    _answers(store, wave_id, 8, group="neighbours", mode="paper", channel="paper")
    _answers(store, wave_id, 4, group="neighbours", channel="kiosk")
    _answers(store, wave_id, 9, received_on=TOMORROW)
    found = _arrivals(store)
    assert found is not None
    assert found.until == DAY
    assert found.evenings[-1].groups == {"employees": 10, "neighbours": 10}
    assert found.by_mode == {"self": 10, "paper": 5, None: 5}
    assert found.by_channel == {"open": 10, "paper": 5, None: 5}
    later = _arrivals(store, TOMORROW + timedelta(days=1))
    assert later is not None
    assert [evening.total for evening in later.evenings] == [20, 30]


def test_nothing_is_told_before_a_day_has_ended_nor_once_the_wave_is_closed(store: Store) -> None:
    _answers(store, open_wave(store), 30)
    assert _arrivals(store, DAY) is None
    assert _arrivals(store) is not None
    close_wave(store)
    assert _arrivals(store) is None
