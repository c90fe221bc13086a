"""A new series: personal links go on to it, used ones stay used, and nothing tells who answered."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import func, select

from corus.errors import InputError, RefusedError
from corus.services import following, links, publishing, responding, succession, waves
from corus.services.waves import SurveyClosed
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Invitation, Mailing, Response, UsedLink, Wave
from tests import factories as make
from tests.services.test_updating import _edited, _publish, _reword

OLD, NEW = "panier-2026", "panier-2026-b"
FORM = {"q.needs_met": ["4"]}


def _invite(store: Store, wave: int, number: int) -> list[str]:
    tokens = []
    with store.writing() as session:
        session.add(Mailing(wave_id=wave, kind="invitation", number=1, prepared_on=make.DAY))
        for n in range(number):
            key = secrets.token_bytes(16)
            tokens.append(links.token(store.key, key))
            session.add(
                Invitation(
                    id=key, wave_id=wave, group="employees", language="fr",
                    who=links.who(store.key, tokens[-1]), address=f"p{n}@example.org",
                )
            )  # fmt: skip
    return tokens


def _answer(store: Store, token: str, submission: str) -> None:
    link = links.find(store, token)
    page = responding.questionnaire(store, link.wave, link.group, "standard")
    way = responding.Way("personal", once=link.once)
    responding.submit(store, page, "fr", submission, FORM, way)


def _go_on(store: Store) -> succession.Succession:
    with store.writing() as session:
        return succession.new_series(session, OLD, "small", NEW, make.DAY)


@pytest.fixture
def series(store: Store) -> tuple[Store, list[str]]:
    """A wave in which the first of four invited has answered, and its successor."""
    wave = make.open_wave(store)
    tokens = _invite(store, wave, 4)
    _answer(store, tokens[0], "a" * 32)
    _publish(store, _edited(_reword))
    assert _go_on(store).invitations == 4
    store.cache.clear()
    return store, tokens


def test_links_lead_to_the_new_series_and_one_that_answered_stays_used(
    series: tuple[Store, list[str]],
) -> None:
    store, tokens = series
    found = [links.find(store, token) for token in tokens]
    assert [(link.wave, link.used) for link in found] == [
        (NEW, True), (NEW, False), (NEW, False), (NEW, False)
    ]  # fmt: skip
    with pytest.raises(Exception, match="CON-002"):
        _answer(store, tokens[0], "b" * 32)
    _answer(store, tokens[1], "c" * 32)


def test_what_moves_and_what_stays_tells_nobody_who_answered(
    series: tuple[Store, list[str]],
) -> None:
    store, _ = series
    with store.reading() as session:
        ids = dict(iter(session.execute(select(Wave.code, Wave.id))))
        for table in (Invitation, UsedLink, Mailing):
            left = session.scalar(
                select(func.count()).select_from(table).where(table.wave_id == ids[OLD])
            )
            assert left == 0, table
        assert session.scalar(select(func.count()).select_from(Response)) == 1


def test_the_two_series_have_each_their_version_and_no_answer_in_common(
    series: tuple[Store, list[str]],
) -> None:
    store, tokens = series
    _answer(store, tokens[2], "d" * 32)
    with store.reading() as session:
        old, new = (queries.wave_by_code(session, code) for code in (OLD, NEW))
        assert old.digest != new.digest
        assert [sum(queries.strata(session, wave.id).values()) for wave in (old, new)] == [1, 1]
        assert following.status(session, new).succeeds == OLD
        assert following.status(session, old).succeeded_by == NEW
        assert waves.plan_of(new).thresholds == waves.plan_of(old).thresholds


def test_the_old_wave_goes_on_until_it_is_closed_and_then_leads_to_the_new_one(
    series: tuple[Store, list[str]],
) -> None:
    store, _ = series
    assert responding.questionnaire(store, OLD, "employees", "standard").takes_answers()
    with store.writing() as session:
        waves.close_wave(session, OLD, make.DAY)
    store.cache.clear()
    with pytest.raises(SurveyClosed) as closed:
        responding.questionnaire(store, OLD, "employees", "standard")
    assert closed.value.goes_on == NEW


def test_a_series_goes_on_once_from_an_open_wave_and_to_another_version(
    sqlite_store: Store,
) -> None:
    make.open_wave(sqlite_store)
    with pytest.raises(InputError, match="this very version"):
        _go_on(sqlite_store)
    _publish(sqlite_store, _edited(_reword))
    _go_on(sqlite_store)
    with pytest.raises(RefusedError, match=NEW):
        _go_on(sqlite_store)
    with sqlite_store.writing() as session:
        waves.close_wave(session, NEW, make.DAY)
        publishing.publish(session, make.instrument(edition="3.0"), make.DAY)
        with pytest.raises(RefusedError, match="from an open wave"):
            succession.new_series(session, NEW, "small", "third-2026", make.DAY)
