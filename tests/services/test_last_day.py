"""Whoever was told "until 3 March" may answer on 3 March wherever they are, and not on the 5th."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from corus.domain.wave import keep_until
from corus.errors import RefusedError
from corus.services import following, responding, waves
from corus.services.waves import SurveyClosed
from corus.store import queries
from corus.store.engine import Store
from tests import factories as make

FORM = {"q.needs_met": ["4"]}


@pytest.fixture
def ended(store: Store) -> Store:
    """An open wave in which one answer came before its last day passed."""
    make.open_wave(store)
    page = responding.questionnaire(store, "panier-2026", "employees", "standard")
    responding.submit(store, page, "fr", "a" * 32, FORM)
    _close_on(store, datetime.now(UTC).date() - timedelta(days=2))
    store.cache.clear()
    return store


def _close_on(store: Store, day: date) -> None:
    with store.writing() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        wave.plan = waves.plan_of(wave).model_copy(update={"closes_on": day}).model_dump_json()


@pytest.mark.parametrize(
    ("now", "over"),
    [
        (datetime(2026, 3, 3, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 4, 11, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 4, 12, 0, tzinfo=UTC), True),
    ],
)
def test_the_last_day_ends_when_it_has_ended_everywhere(now: datetime, over: bool) -> None:
    assert make.plan(closes_on=date(2026, 3, 3)).over(now) is over
    assert make.plan().over(now) is False


def test_after_the_last_day_a_new_answer_is_refused_and_told_until_when(ended: Store) -> None:
    with pytest.raises(SurveyClosed) as refused:
        responding.questionnaire(ended, "panier-2026", "employees", "standard")
    assert refused.value.last_day is not None
    page = responding.known_questionnaire(ended, "panier-2026", "employees", "standard")
    with pytest.raises(RefusedError):
        responding.submit(ended, page, "fr", "b" * 32, FORM)


def test_after_the_last_day_a_retry_still_gets_its_receipt(ended: Store) -> None:
    page = responding.known_questionnaire(ended, "panier-2026", "employees", "standard")
    again = responding.submit(ended, page, "fr", "a" * 32, FORM)
    assert again.code == responding.receipt_code(ended.key, "a" * 32)


def test_waves_past_their_last_day_are_found_and_the_status_says_so(ended: Store) -> None:
    make.open_wave(ended, "other-2026")
    with ended.reading() as session:
        assert waves.due(session) == ["panier-2026"]
        assert following.status(session, queries.wave_by_code(session, "panier-2026")).over


@pytest.mark.parametrize(
    ("closed", "months", "until"),
    [
        (date(2026, 3, 31), 24, date(2028, 3, 31)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_answers_are_kept_for_whole_months_after_closing(
    closed: date, months: int, until: date
) -> None:
    assert keep_until(closed, months) == until
