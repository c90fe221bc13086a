"""Sums of several releases that singled somebody out; a group is told in two states at most.

In each, one person comes with a batch that came before, and something else beside, so that no pair
of releases is about a few.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from corus.domain.profile import Profile
from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.language import catalogue
from corus.services import editing, releasing, tallying
from corus.services.weighing import raking
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Response, Stratum
from corus.store.writer import store_rows
from tests import factories as make
from tests.services.weighing.test_raking import margins, questionnaire

WAVE = "panier-2026"
ANY_STATE = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
Batch = list[str]
LOW, HIGH, LEVEL = (0.5, 0.3, 0.2, 0.0, 0.0), (0.0, 0.0, 0.2, 0.3, 0.5), (0.2,) * 5


def _draw(n: int, points: Sequence[float] = LEVEL, seed: int = 4) -> Batch:
    """So many persons' answers to the four items."""
    drawn = np.random.default_rng(seed).choice(5, (n, 4), p=points)
    return ["".join(map(str, row)) + "--" for row in drawn]


BASE, BATCH, ONE = _draw(60), _draw(20, LOW, 5), _draw(1, seed=6)
OTHERS = _draw(20, HIGH, 7)
TURNED = [f"{4 - int(marks[0])}{marks[1:]}" for marks in BATCH]
"""The batch typed with the scale of one item turned round."""


def _wave(store: Store) -> int:
    """An open wave of two sites."""
    wave = make.open_wave(store)
    with store.writing() as session:
        declared = editing.declared(queries.wave_by_code(session, WAVE))
        sites = {"north": {"fr": "Nord"}, "south": {"fr": "Sud"}}
        editing.change_wave(session, WAVE, declared.model_copy(update={"sites": sites}), make.DAY)
    return wave


def _come(store: Store, wave: int, batch: Batch, of=None, **place: str) -> None:
    of = of or make.instrument()
    rows = [make.response(wave, make.marks(m, of), **({"site": "north"} | place)) for m in batch]
    with store.writing() as session:
        store_rows(session, rows, states=ANY_STATE)


def _release(store: Store) -> Profile:
    with store.writing() as session:
        return releasing.release(session, WAVE, make.DAY)


def _refused(store: Store) -> None:
    with pytest.raises(RefusedError) as refused:
        _release(store)
    assert (refused.value.code, refused.value.names) == ("REL-022", {})
    assert "employees" not in str(refused.value)
    with store.reading() as session:
        assert releasing.latest_profile(session, WAVE).release == 2


def test_one_who_comes_with_a_batch_again_and_others_on_paper_is_not_released(
    store: Store,
) -> None:
    """R₃ − paper − 2·R₂ + R₁ would be this person on every item."""
    wave = _wave(store)
    _come(store, wave, BASE)
    make.close_wave(store)
    _release(store)
    _come(store, wave, BATCH)
    assert _release(store).release == 2
    _come(store, wave, [*BATCH, *ONE])
    _come(store, wave, OTHERS, mode="paper")
    _refused(store)


@pytest.mark.parametrize(
    ("again", "beside"),
    [(BATCH, {"site": "south"}), (TURNED, None), (BATCH, {"variant": "easy"})],
    ids=["others at another site", "one item turned round", "others on the easy form"],
)
def test_nor_where_something_else_hides_that_the_batch_came_again(
    sqlite_store: Store, again: Batch, beside: dict[str, str] | None
) -> None:
    wave = _wave(sqlite_store)
    _come(sqlite_store, wave, BASE)
    _come(sqlite_store, wave, _draw(30, seed=8), variant="easy")
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _come(sqlite_store, wave, BATCH)
    assert _release(sqlite_store).release == 2
    _come(sqlite_store, wave, [*again, *ONE])
    if beside:
        _come(sqlite_store, wave, OTHERS, **beside)
    _refused(sqlite_store)


def test_nor_among_eight_releases(sqlite_store: Store) -> None:
    """R₈ − R₇ − R₃ + R₂ would be this person; the first change is told, no other is."""
    wave = _wave(sqlite_store)
    _come(sqlite_store, wave, BASE)
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    batches = [_draw(20, points, n) for n, points in enumerate((LOW, HIGH) * 3)]
    told = []
    for batch in (*batches, [*batches[1], *ONE]):
        _come(sqlite_store, wave, batch)
        with suppress(RefusedError):
            told.append(_release(sqlite_store).release)
    assert told == [2]


def test_other_groups_are_released_while_one_stays_as_it_is_told(sqlite_store: Store) -> None:
    wave = _wave(sqlite_store)
    _come(sqlite_store, wave, BASE)
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _come(sqlite_store, wave, BATCH)
    assert _release(sqlite_store).release == 2
    for number, batch in ((3, BATCH), (4, OTHERS)):
        _come(sqlite_store, wave, batch, group="neighbours")
        assert _release(sqlite_store).release == number
    _come(sqlite_store, wave, OTHERS, group="neighbours")
    with pytest.raises(RefusedError, match="Those of one group or more") as refused:
        _release(sqlite_store)
    assert "neighbours" not in str(refused.value)


def test_a_group_as_it_was_in_the_first_release_is_released_again(sqlite_store: Store) -> None:
    wave = _wave(sqlite_store)
    _come(sqlite_store, wave, BASE)
    make.close_wave(sqlite_store)
    first = _release(sqlite_store)
    _come(sqlite_store, wave, BATCH, mode="paper")
    _release(sqlite_store)
    with sqlite_store.writing() as session:
        for one in session.scalars(select(Response).join(Stratum).where(Stratum.mode == "paper")):
            session.delete(one)
        session.flush()
        tallying.recount(session, queries.wave_by_code(session, WAVE))
    again = _release(sqlite_store)
    assert (again.release, again.items) == (3, first.items)


def test_the_refusal_says_the_cure_in_french_and_names_no_group(sqlite_store: Store) -> None:
    wave = _wave(sqlite_store)
    _come(sqlite_store, wave, BASE)
    make.close_wave(sqlite_store)
    for batch in (BATCH, OTHERS):
        _release(sqlite_store)
        _come(sqlite_store, wave, batch)
    with pytest.raises(RefusedError, match="next wave") as refused:
        _release(sqlite_store)
    french = [catalogue("fr")[one] for one in refused.value.patterns]
    assert "publication" in french[0]
    assert "prochaine vague" in french[1]


def _weighted(store: Store, folder: Path, own: int, seed: int, *, weigh: bool = True) -> int:
    """Those helped are those who came lately: five on paper, of five others it is not known."""
    of, draw = questionnaire(), np.random.default_rng(seed)
    wave = make.open_wave(store, WAVE, of)

    def some(n: int, since: str) -> Batch:
        drawn = draw.choice(5, (n, 4), p=[0.1, 0.15, 0.2, 0.3, 0.25])
        return ["".join(map(str, row)) + since for row in drawn]

    for n, mode, since in ((own, "self", "1"), (5, "paper", "0"), (5, "unknown", "0")):
        _come(store, wave, some(n, since), of, mode=mode, site="")
    make.close_wave(store)
    assert not _release(store).mode_effects
    if weigh:
        with store.writing() as session:
            (group,) = raking.raked(session, WAVE, margins(folder), make.DAY).groups
            assert group.persons == own + 10
    with store.writing() as session:
        _mended(session, some(own, "1"), some(1, "0"))
    return wave


def _mended(session, own: Batch, one: Batch) -> None:
    """All who wrote themselves mended, five found to be on paper, and one on paper replaced."""
    strata = {s.mode: s.id for s in session.scalars(select(Stratum))}
    of = questionnaire()
    by_mode = {
        mode: session.scalars(
            select(Response).where(Response.stratum_id == strata[mode]).order_by(Response.id)
        ).all()
        for mode in ("self", "paper", "unknown")
    }
    for row, marks in zip([*by_mode["self"], by_mode["paper"][0]], [*own, *one], strict=True):
        row.document = make.marks(marks, of).decode()
    for row in by_mode["unknown"]:
        row.stratum_id = strata["paper"]
    session.flush()
    tallying.recount(session, queries.wave_by_code(session, WAVE))


@pytest.mark.parametrize(("own", "seed"), [(60, 8), (64, 12), (60, 10)])
def test_no_mode_effects_of_a_weighted_group_whose_answers_changed(
    sqlite_store: Store, tmp_path: Path, own: int, seed: int
) -> None:
    """Weighted and unweighted tell the score of the ten in the first release, mode effects in the
    second: ten times their difference is who came less who left."""
    wave = _weighted(sqlite_store, tmp_path, own, seed)
    found = _release(sqlite_store)
    assert (found.release, found.mode_effects) == (2, ())
    _come(sqlite_store, wave, [m[:4] + "0" for m in OTHERS], questionnaire(), group="neighbours")
    later = _release(sqlite_store)
    assert (later.release, later.mode_effects) == (3, ())


@pytest.mark.parametrize(("own", "seed"), [(60, 8), (64, 12), (60, 10)])
def test_without_weights_the_same_mode_effects_are_told(
    sqlite_store: Store, tmp_path: Path, own: int, seed: int
) -> None:
    _weighted(sqlite_store, tmp_path, own, seed, weigh=False)
    assert _release(sqlite_store).mode_effects
