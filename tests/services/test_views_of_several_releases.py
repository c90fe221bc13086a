"""An attacker of several releases and their views, who adds and subtracts every figure told.

Persons move from one way of answering to another, leave, and are replaced at equal numbers. Each
figure is the set of persons it is about; no signed sum of a few figures may be about 1–4 of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from corus.domain.wave import WaveState
from corus.errors import InputError, RefusedError
from corus.services import releasing, tallying, viewing
from corus.services.viewing import Filter
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Response, Stratum
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
MODES = ("self", "paper", "interview")
STATES = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
Figure = frozenset[tuple[bytes, str]]
"""The persons it is about, each with what this person answered."""


class Wave:
    """A wave whose answers are changed at will, and the figures told of it."""

    def __init__(self, store: Store, draw: np.random.Generator) -> None:
        self.store, self.draw, self.last = store, draw, 0
        self.told: list[Figure] = []
        self.id = make.open_wave(store)
        for mode in MODES[: int(draw.integers(1, 4))]:
            self.come(mode, int(draw.choice([10, 12, 30])))
        make.close_wave(store)
        self.release()

    def come(self, mode: str, n: int) -> None:
        rows = [make.response(self.id, self._marks(), mode=mode) for _ in range(n)]
        with self.store.writing() as session:
            store_rows(session, rows, states=STATES)

    def change(self, mode: str, n: int, *, to: str | None) -> None:
        """So many of a mode are replaced by as many, leave, or are moved to another mode."""
        with self.store.writing() as session:
            found = select(Response).join(Stratum).where(Stratum.mode == mode)
            some = session.scalars(found.order_by(Response.id)).all()[:n]
            for one in some:
                session.delete(one)
            session.flush()
            tallying.recount(session, queries.wave_by_code(session, WAVE))
        if to:
            self.come(to, len(some))

    def release(self) -> None:
        with self.store.writing() as session:
            self.last = releasing.release(session, WAVE, make.DAY).release
        self.told.append(self._persons(MODES))

    def view(self, modes: tuple[str, ...]) -> None:
        with self.store.writing() as session:
            viewing.view(session, WAVE, Filter(group=("employees",), mode=modes), make.DAY)
        self.told.append(self._persons(modes))

    def _persons(self, modes: Iterable[str]) -> Figure:
        with self.store.reading() as session:
            found = select(Response).join(Stratum).where(Stratum.mode.in_(tuple(modes)))
            return frozenset((one.id, one.document) for one in session.scalars(found))

    def _marks(self) -> bytes:
        return make.marks("".join(map(str, self.draw.integers(0, 2, 4))) + "--", make.instrument())


def singled_out(told: list[Figure], most: int = 4) -> list[tuple[Figure, ...]]:
    """Signed sums of up to ``most`` figures, each of one sign, about one to four persons."""
    everybody = sorted(frozenset[tuple[bytes, str]]().union(*told))
    rows: NDArray[np.int64] = np.array([[p in one for p in everybody] for one in told], np.int64)
    return [
        tuple(told[i] for i in chosen)
        for size in range(1, most + 1)
        for chosen in combinations(range(len(told)), size)
        for signs in product((1, -1), repeat=size - 1)
        if _about_a_few(np.array((1, *signs)) @ rows[list(chosen)], everybody)
    ]


def _about_a_few(left: NDArray[np.int64], everybody: list[tuple[bytes, str]]) -> bool:
    """Whoever leaves for one who answered the same is nobody's figure."""
    answers: Counter[str] = Counter()
    for (_, document), sign in zip(everybody, left.tolist(), strict=True):
        answers[document] += sign
    return 0 < np.count_nonzero(left) < 5 and any(answers.values())


def _steps(wave: Wave) -> None:
    """What happens between two releases, then views of it; what is refused tells nothing."""
    draw = wave.draw
    for _ in range(int(draw.integers(1, 4))):
        mode, other = (str(m) for m in draw.choice(MODES, 2, replace=False))
        n = int(draw.choice([1, 1, 10, 15, 30]))
        wave.change(mode, n, to=(mode, other, None)[int(draw.integers(3))])
    if draw.random() < 0.5:
        wave.come(str(draw.choice(MODES)), int(draw.choice([10, 30])))


def _ask(wave: Wave) -> None:
    for _ in range(3):
        size = int(wave.draw.integers(1, 3))
        try:
            wave.view(tuple(sorted(str(m) for m in wave.draw.choice(MODES, size, replace=False))))
        except (RefusedError, InputError):
            continue


def nobody_is_singled_out(store: Store, seed: int) -> int:
    wave = Wave(store, np.random.default_rng(seed))
    if wave.draw.random() < 0.7:
        _ask(wave)
    for _ in range(2):
        _steps(wave)
        try:
            wave.release()
        except RefusedError:
            continue
        _ask(wave)
    told = [one for one in dict.fromkeys(wave.told) if len(one) >= 5]
    assert singled_out(told) == []
    return len(told)


WAVES = (157, 172, 207, 217, *range(8))
"""The first four singled somebody out while views were compared by numbers of persons."""


@pytest.mark.parametrize("seed", WAVES)
def test_no_sum_of_releases_and_views_is_about_a_few(sqlite_store: Store, seed: int) -> None:
    nobody_is_singled_out(sqlite_store, seed)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 500))
def test_no_sum_of_releases_and_views_of_many_waves_is_about_a_few(
    sqlite_store: Store, seed: int
) -> None:
    nobody_is_singled_out(sqlite_store, seed)


def test_the_attacker_finds_what_a_view_of_all_but_one_tells() -> None:
    whole = [(bytes([i]), "0101--") for i in range(30)]
    assert singled_out([frozenset(whole), frozenset(whole[1:])])
    assert not singled_out([frozenset(whole), frozenset(whole[6:])])
