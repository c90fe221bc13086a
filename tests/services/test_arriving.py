"""How answers came in, by day and way, from what both databases hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corus.services import arriving, releasing
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests.factories import DAY, close_wave, instrument, marks, open_wave, response

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


def _share(store: Store, today=TOMORROW) -> float | None:
    with store.reading() as session:
        return arriving.open_share(session, queries.wave_by_code(session, "panier-2026"), today)


@pytest.mark.parametrize("few", [0, 1, 2, 3, 4])
def test_the_share_by_open_link_tells_nothing_of_a_group_that_is_masked(
    sqlite_store: Store, few: int
) -> None:
    """Beside 21 imported, 15 % could only be four of four, and 10 % three."""
    wave_id, document = open_wave(sqlite_store), marks("3232--", instrument())
    imported = [response(wave_id, document, mode="paper", channel="import") for _ in range(21)]
    by_link = [response(wave_id, document, group="neighbours") for _ in range(few)]
    with sqlite_store.writing() as session:
        store_rows(session, [*imported, *by_link])
    assert _share(sqlite_store) == 0
    close_wave(sqlite_store)
    assert _share(sqlite_store) is None
    with sqlite_store.writing() as session:
        releasing.release(session, "panier-2026", DAY)
    assert _share(sqlite_store) == 0


def test_the_share_by_open_link_is_that_of_the_numbers_told_by_way(sqlite_store: Store) -> None:
    """Of 15 told of each way; 19 and 17 are 53 %, but nobody reads that there were as many."""
    wave_id = open_wave(sqlite_store)
    _answers(sqlite_store, wave_id, 19)
    _answers(sqlite_store, wave_id, 17, group="neighbours", channel="kiosk")
    _answers(sqlite_store, wave_id, 40, received_on=TOMORROW)
    assert _share(sqlite_store) == 0.5
    assert _share(sqlite_store, TOMORROW + timedelta(days=1)) == 0.8


def test_the_share_of_a_release_is_withheld_with_the_ways_it_comes_from(
    sqlite_store: Store,
) -> None:
    """Three in a kiosk of whom the release does not say how they came."""
    wave_id, document = open_wave(sqlite_store), marks("3232--", instrument())
    close_wave(sqlite_store)
    rows = [response(wave_id, document, channel=way) for way in ("open",) * 20 + ("kiosk",) * 3]
    with sqlite_store.writing() as session:
        store_rows(session, rows, states=frozenset({"closed"}))
        releasing.release(session, "panier-2026", DAY)
    assert _share(sqlite_store) is None
