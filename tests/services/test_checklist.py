"""A wave opens once what is owed to people is settled, or for a reason that stays visible."""

from __future__ import annotations

from datetime import date

import pytest

from corus.domain.wave import Checklist, GroupPlan
from corus.errors import InputError
from corus.services import following, publishing, waves
from corus.services.checklist import checklist
from corus.store import life, queries
from corus.store.engine import Store
from tests import factories as make

NOTHING = Checklist()


def _draft(store: Store, known: Checklist, **more: object) -> None:
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        waves.create_wave(
            session, "panier-2026", owner, "small", make.plan(checklist=known, **more)
        )


def _open_points(known: Checklist, groups: tuple[str, ...] = ("employees",)) -> list[str]:
    plan = make.plan(checklist=known)
    return [point.name for point in checklist(plan, groups, make.DAY) if not point.done]


def test_every_open_point_is_told_at_once_with_the_command_that_settles_it(
    sqlite_store: Store,
) -> None:
    _draft(sqlite_store, NOTHING)
    with sqlite_store.writing() as session, pytest.raises(InputError) as refused:
        waves.open_wave(session, "panier-2026", make.DAY)
    told = [str(fault) for fault in refused.value.faults]
    assert len(told) == 5
    assert all("corus wave set panier-2026 --" in line for line in told)
    with sqlite_store.reading() as session:
        assert queries.wave_by_code(session, "panier-2026").state == "draft"


def test_a_wave_opened_despite_open_points_says_why_for_good(store: Store) -> None:
    _draft(store, NOTHING)
    with store.writing() as session:
        waves.open_wave(session, "panier-2026", make.DAY, despite="CSE meets on Friday")
    with store.reading() as session:
        wave = queries.wave_by_code(session, "panier-2026")
        assert following.status(session, wave).despite == "CSE meets on Friday"
        assert life.journal(session, wave.id, "opened")[0]["open_points"] == [
            "employees_informed", "cse_informed", "minors", "protected_adults", "results_seen_by",
        ]  # fmt: skip


def test_where_employees_are_not_surveyed_neither_they_nor_the_cse_need_be_told() -> None:
    assert _open_points(NOTHING, ("neighbours",)) == [
        "minors", "protected_adults", "results_seen_by",
    ]  # fmt: skip


def test_telling_employees_next_week_is_not_having_told_them() -> None:
    planned = make.SETTLED.model_copy(update={"employees_informed": date(2026, 3, 10)})
    assert _open_points(planned) == ["employees_informed"]
    assert _open_points(make.SETTLED) == []


def test_a_structure_without_cse_says_so() -> None:
    assert _open_points(make.SETTLED.model_copy(update={"cse_informed": "none"})) == []


def test_opening_before_the_day_announced_is_noted(sqlite_store: Store) -> None:
    _draft(sqlite_store, make.SETTLED, opens_on=date(2026, 4, 1))
    with sqlite_store.writing() as session:
        wave = waves.open_wave(session, "panier-2026", make.DAY)
        assert life.journal(session, wave.id, "opened")[0]["before"] == "2026-04-01"


def test_a_wave_cannot_close_before_it_opens(sqlite_store: Store) -> None:
    days = {"opens_on": date(2026, 4, 1), "closes_on": date(2026, 3, 1)}
    with pytest.raises(InputError, match="before it opens"):
        _draft(sqlite_store, make.SETTLED, **days, groups={"employees": GroupPlan()})
