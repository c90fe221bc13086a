"""Views: a part of a release is shown only where it singles nobody out, and is remembered."""

from __future__ import annotations

import pytest

from corus.analysis import Tally
from corus.domain.wave import WaveState
from corus.errors import InputError, NotFoundError, RefusedError
from corus.services import releasing, viewing
from corus.services.viewing import Filter
from corus.store import life, queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
ANY_STATE = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})


def _released(store: Store, *parts: tuple[str, str, int], marks: str = "3232--") -> int:
    """A closed wave with a release; parts are (group, mode, persons)."""
    wave = make.open_wave(store)
    for group, mode, persons in parts:
        _add(store, wave, group, mode, persons, marks)
    make.close_wave(store)
    _release(store)
    return wave


def _add(store: Store, wave: int, group: str, mode: str, n: int, marks: str = "3232--") -> None:
    document = make.marks(marks, make.instrument())
    rows = [make.response(wave, document, group=group, mode=mode) for _ in range(n)]
    with store.writing() as session:
        store_rows(session, rows, states=ANY_STATE)


def _release(store: Store) -> None:
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)


def _view(store: Store, **axes: tuple[str, ...]) -> Tally:
    with store.writing() as session:
        return viewing.view(session, WAVE, Filter(**axes), make.DAY)


def _noted(store: Store) -> list[dict[str, object]]:
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        return life.journal(session, wave.id, viewing.ACTION)


def test_a_view_of_enough_persons_is_counted_and_noted_once(store: Store) -> None:
    _released(store, ("employees", "self", 20), ("employees", "paper", 12))
    first = _view(store, group=("employees",), mode=("paper",))
    again = _view(store, group=("employees",), mode=("paper",))
    assert first.responses.tolist() == again.responses.tolist() == [12]
    assert _noted(store) == [
        {"release": 1, "filter": {"group": ["employees"], "mode": ["paper"]}}
    ]  # fmt: skip


def test_a_view_gives_no_scores_which_would_sharpen_those_of_the_whole(sqlite_store: Store) -> None:
    _released(sqlite_store, ("employees", "self", 20), ("employees", "paper", 12))
    found = _view(sqlite_store, mode=("paper",))
    assert found.marks.sum() > 0
    assert found.scores.sum() == found.unscored.sum() == 0
    assert found.products is None


@pytest.mark.parametrize("paper", [1, 4])
def test_what_is_left_of_the_group_must_be_enough_too(sqlite_store: Store, paper: int) -> None:
    _released(sqlite_store, ("employees", "self", 20), ("employees", "paper", paper))
    for mode in ("self", "paper"):
        with pytest.raises(RefusedError) as refused:
            _view(sqlite_store, group=("employees",), mode=(mode,))
        assert refused.value.code == "VIE-001"
        assert str(paper) not in refused.value.message.replace("release 1", "").replace("5", "")
    assert _noted(sqlite_store) == []


def test_the_refusal_names_the_view_at_fault(sqlite_store: Store) -> None:
    _released(sqlite_store, ("employees", "self", 20), ("employees", "paper", 3))
    with pytest.raises(RefusedError, match="release 1: group=employees"):
        _view(sqlite_store, group=("employees",), mode=("self",))


def test_two_views_over_several_groups_may_not_leave_a_few_between_them(
    sqlite_store: Store,
) -> None:
    """Three neighbours are masked; employees and neighbours together would give them away."""
    _released(sqlite_store, ("employees", "self", 20), ("neighbours", "self", 3))
    with pytest.raises(RefusedError):
        _view(sqlite_store, group=("employees", "neighbours"))
    assert _view(sqlite_store, group=("employees",)).responses.sum() == 20


def test_later_views_are_decided_beside_earlier_ones(sqlite_store: Store) -> None:
    """self + paper, then self + interview: 20 persons less 20 is three less three."""
    wave = make.open_wave(sqlite_store)
    for group in ("employees", "neighbours"):
        _add(sqlite_store, wave, group, "self", 30)
        _add(sqlite_store, wave, group, "paper", 2)
        _add(sqlite_store, wave, group, "interview", 12)
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    assert _view(sqlite_store, mode=("self", "paper")).responses.sum() == 64
    with pytest.raises(RefusedError, match="mode=paper,self"):
        _view(sqlite_store, mode=("self",))


def test_a_value_that_no_answer_has_is_said_to_be_wrong(sqlite_store: Store) -> None:
    _released(sqlite_store, ("employees", "self", 20))
    with pytest.raises(InputError) as wrong:
        _view(sqlite_store, mode=("papier",))
    assert (wrong.value.code, wrong.value.hint) == ("VIE-002", "Use one of: self.")


def test_there_is_no_view_before_the_first_release(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    with pytest.raises(NotFoundError, match="no release yet"):
        _view(sqlite_store, group=("employees",))


def test_the_same_view_of_a_later_release_is_another_view(sqlite_store: Store) -> None:
    wave = _released(sqlite_store, ("employees", "self", 20), ("employees", "paper", 12))
    _view(sqlite_store, mode=("paper",))
    _add(sqlite_store, wave, "employees", "paper", 6)
    _release(sqlite_store)
    assert _view(sqlite_store, mode=("paper",)).responses.sum() == 18
    assert [line["release"] for line in _noted(sqlite_store)] == [1, 2]


def test_a_part_keeps_nothing_of_the_release_but_its_own_items_and_choices(
    sqlite_store: Store,
) -> None:
    _released(sqlite_store, ("employees", "self", 20), ("employees", "paper", 12))
    wanted = Filter(group=("employees",), mode=("paper",))
    with sqlite_store.writing() as session:
        tally = viewing.view(session, WAVE, wanted, make.DAY)
        record = queries.wave_by_code(session, WAVE)
        found = releasing.profile_of_part(session, record, tally, wanted)
    assert found.part == (("group", "employees"), ("mode", "paper"))
    assert found.shown_responses == 12
    assert found.concordance is None
    cells = {name for name, value in found if isinstance(value, tuple) and value}
    assert cells <= {"part", "groups", "languages", "items", "choices", "masked_groups"}
