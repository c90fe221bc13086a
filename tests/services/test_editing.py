"""What a wave declares changes while nobody was promised otherwise, and the journal says so."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from corus.domain.wave import GroupPlan, Thresholds, WavePlan
from corus.errors import InputError, RefusedError
from corus.services import editing, publishing, releasing, waves
from corus.store import life, queries
from corus.store.engine import Store
from corus.store.models import Invitation
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"


def _change(store: Store, **changes: Any) -> editing.Changes:
    with store.writing() as session:
        start = editing.declared(queries.wave_by_code(session, WAVE))
        to = WavePlan.model_validate(start.model_dump() | changes)
        return editing.change_wave(session, WAVE, to, make.DAY)


def _groups(store: Store, **changes: Any) -> dict[str, Any]:
    with store.reading() as session:
        start = editing.declared(queries.wave_by_code(session, WAVE))
    return {g: p.model_dump() for g, p in start.groups.items()} | changes


def _notice(**changes: Any) -> dict[str, Any]:
    return make.plan().notice.model_dump() | changes


def _answer(store: Store, wave_id: int) -> None:
    with store.writing() as session:
        store_rows(session, [make.response(wave_id)])


def test_what_changed_is_noted_with_before_after_and_the_day(store: Store) -> None:
    wave_id = make.open_wave(store)
    changed = _change(store, title="Vague de mars", closes_on=date(2026, 3, 31))
    assert changed == {
        "title": ("Vague 2026", "Vague de mars"),
        "closes_on": (None, "2026-03-31"),
    }
    with store.reading() as session:
        noted = life.journal(session, wave_id, "changed")
    assert noted == [{"what": {name: list(pair) for name, pair in changed.items()}}]


def test_the_same_again_changes_nothing_and_notes_nothing(sqlite_store: Store) -> None:
    wave_id = make.open_wave(sqlite_store)
    assert _change(sqlite_store) == {}
    with sqlite_store.reading() as session:
        assert life.journal(session, wave_id, "changed") == []


def test_a_population_may_become_known_while_open_and_the_other_groups_stay(store: Store) -> None:
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        waves.create_wave(session, WAVE, owner, "small", make.plan(groups={}))
        waves.open_wave(session, WAVE, make.DAY)
    groups = _groups(store, neighbours=GroupPlan(population=120).model_dump())
    assert _change(store, groups=groups) == {"groups.neighbours.population": (None, 120)}
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        assert waves.groups_of(wave) == ("employees", "neighbours")


def test_groups_join_a_draft_and_not_an_open_wave(sqlite_store: Store) -> None:
    with sqlite_store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        only = {"employees": GroupPlan()}
        waves.create_wave(session, WAVE, owner, "small", make.plan(groups=only))
    both = _groups(sqlite_store, neighbours={})
    alone = {"employees": both["employees"]}
    _change(sqlite_store, groups=both)
    _change(sqlite_store, groups=alone)
    with sqlite_store.writing() as session:
        waves.open_wave(session, WAVE, make.DAY)
    with pytest.raises(RefusedError, match="the wave is open"):
        _change(sqlite_store, groups=both)


def test_thresholds_are_raised_and_never_lowered(store: Store) -> None:
    wave_id = make.open_wave(store)
    _change(store, thresholds=Thresholds(shown=8))
    with pytest.raises(RefusedError, match="can only be raised"):
        _change(store, thresholds=Thresholds(shown=7))
    _answer(store, wave_id)
    make.close_wave(store)
    _change(store, thresholds=Thresholds(shown=9))
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    with pytest.raises(RefusedError, match="results were released"):
        _change(store, thresholds=Thresholds(shown=11, full=11))


def test_the_promise_of_anonymity_is_frozen_at_the_first_answer(store: Store) -> None:
    wave_id = make.open_wave(store)
    _change(store, anonymity="confidential")
    _change(store, anonymity="anonymous")
    _answer(store, wave_id)
    with pytest.raises(RefusedError, match="answers exist") as refused:
        _change(store, anonymity="confidential")
    assert "first answer" in refused.value.hint


def test_people_invited_to_an_anonymous_wave_never_find_it_confidential(store: Store) -> None:
    wave_id = make.open_wave(store)
    with store.writing() as session:
        session.add(
            Invitation(
                id=b"i" * 16, wave_id=wave_id, group="employees", who=b"w" * 16, language="fr"
            )
        )
    with pytest.raises(RefusedError, match="invited by personal link"):
        _change(store, anonymity="confidential")


def test_people_invited_to_a_confidential_wave_never_find_it_anonymous(store: Store) -> None:
    """A page that one of them has open would send under a number that the invitation leads to."""
    wave_id = make.open_wave(store)
    _change(store, anonymity="confidential")
    with store.writing() as session:
        session.add(
            Invitation(
                id=b"i" * 16, wave_id=wave_id, group="employees", who=b"w" * 16, language="fr"
            )
        )
    with pytest.raises(RefusedError, match="invited by personal link"):
        _change(store, anonymity="anonymous")


def test_answers_are_never_kept_longer_than_the_people_invited_were_told(store: Store) -> None:
    wave_id = make.open_wave(store)
    with store.writing() as session:
        session.add(
            Invitation(
                id=b"i" * 16, wave_id=wave_id, group="employees", who=b"w" * 16, language="fr"
            )
        )
    with pytest.raises(RefusedError, match="people invited were told 24"):
        _change(store, notice=_notice(retention_months=36))
    _change(store, notice=_notice(retention_months=12))


def test_a_last_day_that_has_passed_is_refused_and_today_is_not(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    with pytest.raises(RefusedError, match="that day has passed"):
        _change(sqlite_store, closes_on=make.DAY - timedelta(days=1))
    _change(sqlite_store, closes_on=make.DAY)
    _change(sqlite_store, closes_on=None)


def test_answers_are_never_kept_longer_than_respondents_were_told(store: Store) -> None:
    wave_id = make.open_wave(store)
    _change(store, notice=_notice(retention_months=36))
    _answer(store, wave_id)
    with pytest.raises(RefusedError, match="were told 36"):
        _change(store, notice=_notice(retention_months=48))
    _change(store, notice=_notice(retention_months=12))


def test_what_cannot_be_is_refused_with_the_languages_and_days_that_can(
    sqlite_store: Store,
) -> None:
    make.open_wave(sqlite_store)
    with pytest.raises(InputError, match="not in “de”"):
        _change(sqlite_store, languages=["fr", "de"])
    with pytest.raises(InputError, match="No language"):
        _change(sqlite_store, languages=[])
    with pytest.raises(RefusedError, match="opens_on"):
        _change(sqlite_store, opens_on=date(2026, 3, 1))
    with pytest.raises(RefusedError, match="follows from what was done"):
        _change(sqlite_store, succeeds="other")


def test_an_archived_wave_changes_no_more(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    with sqlite_store.writing() as session:
        waves.close_wave(session, WAVE, make.DAY)
    _change(sqlite_store, title="Vague close")
    with pytest.raises(RefusedError, match="closed"):
        _change(sqlite_store, closes_on=date(2026, 3, 31))
    with sqlite_store.writing() as session:
        waves.archive_wave(session, WAVE, make.DAY)
    with pytest.raises(RefusedError, match="archived"):
        _change(sqlite_store, title="Vague rangée")


@pytest.mark.parametrize("name", list(WavePlan.model_fields))
def test_whatever_a_plan_holds_has_a_rule(name: str) -> None:
    known = {rule.split(".")[0] for rule in editing.RULES}
    assert name in known
