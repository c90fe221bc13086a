"""Waves move only as they may, and an open wave shows coverage alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corus.errors import ConflictError, InputError, NotFoundError, RefusedError
from corus.services import following, publishing, releasing, waves
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make


def _draft(store: Store, code: str = "panier-2026") -> None:
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        waves.create_wave(session, code, owner, "small", make.plan())


def test_a_wave_goes_from_draft_to_open_to_closed_to_archived_and_never_back(store: Store) -> None:
    _draft(store)
    with store.writing() as session:
        for move in (waves.open_wave, waves.close_wave, waves.archive_wave):
            move(session, "panier-2026", make.DAY)
        for move in (waves.open_wave, waves.close_wave, waves.archive_wave):
            with pytest.raises(RefusedError, match="cannot become"):
                move(session, "panier-2026", make.DAY)


def test_a_wave_is_not_opened_after_its_last_day(store: Store) -> None:
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        waves.create_wave(session, "w", owner, "small", make.plan(closes_on=make.DAY))
    with store.writing() as session:
        with pytest.raises(RefusedError, match="has passed") as refused:
            waves.open_wave(session, "w", make.DAY + timedelta(days=1))
        assert "corus wave set w --closes-on" in refused.value.hint
        assert waves.open_wave(session, "w", make.DAY).state == "open"


@pytest.mark.parametrize("title", ["", " \u202f", "Un\ndeux", "Un\u2028deux"])
def test_a_title_is_one_line(sqlite_store: Store, title: str) -> None:
    with sqlite_store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        with pytest.raises(InputError, match="WAV-047"):
            waves.create_wave(session, "w", owner, "small", make.plan(title=title))


def test_a_draft_cannot_be_closed_before_it_was_open(store: Store) -> None:
    _draft(store)
    with store.writing() as session, pytest.raises(RefusedError, match="draft"):
        waves.close_wave(session, "panier-2026", make.DAY)


def test_two_waves_never_share_a_code_and_a_code_fits_in_an_address(store: Store) -> None:
    _draft(store)
    with pytest.raises(ConflictError):
        _draft(store)
    for wrong in ("Panier 2026", "", "a/b", "été"):
        with pytest.raises(InputError, match="cannot name a wave"):
            _draft(store, wrong)


def test_a_plan_that_names_an_unknown_group_is_refused(store: Store) -> None:
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        plan = make.plan(groups={"martians": {}})
        with pytest.raises(InputError, match="martians"):
            waves.create_wave(session, "w", owner, "small", plan)


def test_an_unpublished_instrument_says_how_to_publish(store: Store) -> None:
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        with pytest.raises(NotFoundError, match="corus publish"):
            waves.create_wave(session, "w", owner, "none", make.plan())


def test_an_open_wave_shows_who_was_reached_and_refuses_results(store: Store) -> None:
    wave = make.open_wave(store)
    with store.writing() as session:
        store_rows(session, [make.response(wave) for _ in range(7)])
        status = following.status(session, queries.wave_by_code(session, "panier-2026"))
        with pytest.raises(RefusedError, match="released once it is closed"):
            releasing.release(session, "panier-2026", make.DAY)
    reached = {line.group: line for line in status.coverage}
    # Steps of five: two looks at an open wave never tell when one person answered.
    assert (reached["employees"].received, reached["employees"].received_text) == (None, "≥ 5")
    assert reached["neighbours"].received_text == "n < 5"
    assert reached["employees"].population == 40


def test_an_organization_is_created_at_first_mention_only(store: Store) -> None:
    with store.writing() as session:
        first = waves.create_organization(session, "Le Panier des Hauts")
        assert waves.create_organization(session, "Le Panier des Hauts") is first
        assert first.code == "le_panier_des_hauts"
