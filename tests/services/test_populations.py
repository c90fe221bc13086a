"""A known population that what happened contradicts is pointed out in both languages."""

from __future__ import annotations

import pytest

from corus.domain.wave import GroupPlan
from corus.language import words
from corus.services import editing, following
from corus.services.following import WaveStatus
from corus.services.inviting import invite
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import Writer
from tests import factories as make
from tests.services.inviting.factories import invite_to

WAVE = "panier-2026"


def _population(store: Store, n: int | None) -> WaveStatus:
    with store.writing() as session:
        plan = editing.declared(queries.wave_by_code(session, WAVE))
        groups = plan.groups | {"employees": GroupPlan(
            population=n, invited=plan.groups["employees"].invited
        )}  # fmt: skip
        editing.change_wave(session, WAVE, plan.model_copy(update={"groups": groups}), make.DAY)
        return following.status(session, queries.wave_by_code(session, WAVE))


def _said(status: WaveStatus, language: str = "en") -> list[str]:
    return [one.line(words(language), one.group) for one in status.contradictions]


def _receive(store: Store, n: int) -> None:
    wave_id = 1
    for _ in range(n):
        Writer(store).submit(make.response(wave_id))


def test_more_invited_than_there_are_said_to_be(store: Store, tmp_path) -> None:
    make.open_wave(store)
    invite_to(store, tmp_path / "l.csv", [f"p{n}@panier.example" for n in range(12)])
    assert _said(_population(store, 12)) == []
    assert _said(_population(store, None)) == []
    status = _population(store, 11)
    assert _said(status) == [
        "The known population of the group “employees” is 11, but the number invited is 12: see "
        "which of the two is wrong."
    ]
    assert "le nombre de personnes invitées est de 12\u202f:" in _said(status, "fr")[0]


def test_who_was_taken_back_is_not_counted_among_those_invited(store: Store, tmp_path) -> None:
    make.open_wave(store)
    invite_to(store, tmp_path / "l.csv", ["a@panier.example", "b@panier.example"])
    with store.writing() as session:
        invite.revoke(session, store.key, WAVE, "a@panier.example", make.DAY)
    assert _said(_population(store, 1)) == []
    assert len(_said(_population(store, 0))) == 1


@pytest.mark.parametrize(("received", "pointed_out"), [(4, 0), (5, 5), (9, 5), (12, 10)])
def test_more_answers_than_people_tells_no_more_than_the_page_of_the_wave(
    sqlite_store: Store, received: int, pointed_out: int
) -> None:
    make.open_wave(sqlite_store)
    _receive(sqlite_store, received)
    # Trying every population finds the number that the page shows anyway, and no other.
    found = [n for n in range(14) if _said(_population(sqlite_store, n))]
    assert found == list(range(pointed_out))
