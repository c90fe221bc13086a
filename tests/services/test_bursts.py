"""Many answers by one open link in ten minutes are told by day and number, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import inspect

from corus.cli.wave_life import told
from corus.services import arriving, bursts, following, responding
from corus.services.bursts import Watch
from corus.store import life, queries
from corus.store.engine import Store
from tests import factories as make


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _counted(watch: Watch, clock: _Clock, pauses: list[float], limit: int = 20) -> list[int]:
    told = []
    for pause in pauses:
        clock.now += pause
        told.append(watch.count((1, "neighbours"), limit))
    return [number for number in told if number]


def test_twenty_answers_in_ten_minutes_are_no_burst_and_twenty_one_are() -> None:
    clock = _Clock()
    assert _counted(Watch(clock), clock, [25.0] * 20) == []
    clock = _Clock()
    assert _counted(Watch(clock), clock, [25.0] * 21) == [21]


def test_answers_spread_over_the_day_are_no_burst() -> None:
    clock = _Clock()
    assert _counted(Watch(clock), clock, [31.0] * 2000) == []


def test_a_burst_is_written_down_rarely_but_nearly_at_its_height() -> None:
    clock = _Clock()
    told = _counted(Watch(clock), clock, [0.1] * 1000)
    assert len(told) <= 20
    assert told[-1] >= 1000 / bursts.GROWTH
    clock = _Clock()
    assert len(_counted(Watch(clock), clock, [10.0] * 60)) <= 10


def test_what_is_remembered_is_no_more_than_ten_minutes() -> None:
    clock = _Clock()
    watch = Watch(clock)
    _counted(watch, clock, [1.0] * 5000)
    assert len(watch._recent[1, "neighbours"].moments) <= 601


def test_the_largest_number_of_the_day_stays(store: Store) -> None:
    wave = make.open_wave(store)
    for number in (21, 34, 25):
        with store.writing() as session:
            life.keep_burst(session, wave, life.BurstRow("neighbours", make.DAY, number))
    with store.reading() as session:
        assert life.bursts(session, wave) == [life.BurstRow("neighbours", make.DAY, 34)]
        columns = {c["name"] for c in inspect(session.connection()).get_columns("bursts")}
    assert columns == {"wave_id", "group_code", "seen_on", "answers"}


def _send(store: Store, number: int, channel: str) -> None:
    page = responding.questionnaire(store, "panier-2026", "employees", "standard")
    way = responding.Way(channel)  # type: ignore[arg-type]
    form = {"q.needs_met": ["4"]}
    responding.submit(store, page, "fr", f"{number:032x}", form, way)


def test_the_share_by_open_link_is_not_told_where_nothing_came_that_way(
    sqlite_store: Store,
) -> None:
    make.open_wave(sqlite_store)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    for number in range(25):
        _send(sqlite_store, number, "kiosk")
    with sqlite_store.reading() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        found, share = following.status(session, wave), arriving.open_share(session, wave, tomorrow)
    assert share == 0
    assert "open link" not in "\n".join(told(found, share))


def test_answers_by_open_link_are_watched_and_those_by_other_ways_are_not(store: Store) -> None:
    wave = make.open_wave(store)
    for number in range(25):
        _send(store, number, "kiosk")
    with store.reading() as session:
        assert life.bursts(session, wave) == []
    for number in range(100, 121):
        _send(store, number, "open")
        _send(store, number, "open")
    with store.reading() as session:
        record = queries.wave_by_code(session, "panier-2026")
        found = following.status(session, record)
        today = datetime.now(UTC).date()
        shares = [
            arriving.open_share(session, record, today + timedelta(days=days)) for days in (0, 1)
        ]
    # 21 came: in steps of five, two looks never tell when one person answered.
    assert [(b.group, b.answers) for b in found.bursts] == [("employees", 20)]
    assert isinstance(found.bursts[0].seen_on, date)
    # By full days, like the ways they came by.
    assert shares == [None, 0.45]
