"""Margins are applied to the very answers of the last release, once, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from corus.domain.instrument import Instrument
from corus.errors import RefusedError
from corus.services import releasing, viewing
from corus.services.viewing import Filter
from corus.services.weighing import raking
from corus.store import life, queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"


def questionnaire() -> Instrument:
    since = {
        "code": "since", "type": "single_choice", "purpose": "relation",
        "text": make.text("Depuis quand ?"),
        "options": [{"code": c, "label": make.text(c)} for c in ("new", "old")],
    }  # fmt: skip
    return make.instrument(questions=[since])


def store_answers(store: Store, number: int, n: int, since: str) -> None:
    of = questionnaire()
    points = [f"{i % 5}{2 * i % 5}{(3 * i + 1) % 5}{i // 5 % 5}{since}" for i in range(n)]
    rows = [make.response(number, make.marks(marks, of)) for marks in points]
    with store.writing() as session:
        store_rows(session, rows, states=frozenset({"open", "closed"}))


def released(store: Store) -> int:
    number = make.open_wave(store, WAVE, questionnaire())
    store_answers(store, number, 25, "0")
    store_answers(store, number, 20, "1")
    make.close_wave(store, WAVE)
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    return number


def margins(tmp_path: Path) -> Path:
    path = tmp_path / "margins.csv"
    path.write_text(
        "group,question,category,persons\nemployees,since,new,30\nemployees,since,old,70\n"
    )
    return path


def test_scores_are_weighted_and_noted_once_and_no_part_is_viewed_after(
    store: Store, tmp_path: Path
) -> None:
    released(store)
    for _ in range(2):
        with store.writing() as session:
            found = raking.raked(session, WAVE, margins(tmp_path), make.DAY)
    (group,) = found.groups
    assert group.persons == 45
    assert all(one.weighted is not None for one in group.dimensions)
    assert (group.least, group.most) == pytest.approx((0.3 / (25 / 45), 0.7 / (20 / 45)))
    with store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        assert len(life.journal(session, wave.id, raking.ACTION)) == 1
        whole = viewing.view(session, WAVE, Filter(group=("employees",)), make.DAY)
        assert int(whole.responses.sum()) == 45
        with pytest.raises(RefusedError) as refused:
            viewing.view(session, WAVE, Filter(group=("employees",), mode=("self",)), make.DAY)
    assert refused.value.code == "VIE-005"


def test_answers_that_came_since_the_release_are_released_first_and_not_weighted_again(
    store: Store, tmp_path: Path
) -> None:
    number = released(store)
    with store.writing() as session:
        raking.raked(session, WAVE, margins(tmp_path), make.DAY)
    store_answers(store, number, 20, "1")
    codes = []
    for _ in range(2):
        with store.writing() as session, pytest.raises(RefusedError) as refused:
            raking.raked(session, WAVE, margins(tmp_path), make.DAY)
        codes.append(refused.value.code)
        with store.writing() as session:
            releasing.release(session, WAVE, make.DAY)
    assert codes == ["RAK-011", "RAK-012"]


def test_a_wave_compared_person_by_person_is_not_weighted(
    sqlite_store: Store, tmp_path: Path
) -> None:
    released(sqlite_store)
    with sqlite_store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        queries.note(session, wave, make.DAY, raking.COMPARED, told={})
        session.flush()
        with pytest.raises(RefusedError) as refused:
            raking.raked(session, WAVE, margins(tmp_path), make.DAY)
    assert refused.value.code == "RAK-013"
