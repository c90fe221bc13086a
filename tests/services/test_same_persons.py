"""The change of the same persons: told once, and never beside what would leave somebody alone."""

from __future__ import annotations

import numpy as np
import pytest

from corus.analysis.disclosure.rule import round_to
from corus.analysis.measures.stats import Sample
from corus.analysis.waves.random_intercept import left_over, random_intercept_change
from corus.analysis.waves.same_persons import FINE, WHOLE
from corus.analysis.waves.same_question import Refused
from corus.analysis.waves.wave_change import Pairs, linked_change
from corus.domain.same_persons import Followed, SamePersons
from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.services import releasing, tallying, viewing
from corus.services.same_persons import same_persons
from corus.services.viewing import Filter
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Response
from corus.store.writer import store_rows
from tests import factories as make

THE = make.instrument()
LATE = frozenset({WaveState.CLOSED.value})
DRAW = np.random.default_rng(12)


def _people(names: range, *, missing: int = 0) -> dict[int, str]:
    """Two items of each dimension, at random; the last ones leave one of the first out."""
    marks = {n: "".join(map(str, DRAW.integers(0, 5, 4))) + "--" for n in names}
    skipped = list(names)[len(names) - missing :]
    return {n: m[0] + "-" + m[2:] if n in skipped else m for n, m in marks.items()}


def _rows(wave: int, people: dict[int, str], **changes: object) -> list:
    return [
        make.response(wave, make.marks(m, THE), pseudonym=n.to_bytes(16, "big"), **changes)
        for n, m in people.items()
    ]


def _wave(store: Store, code: str, people: dict[int, str], **changes: object) -> int:
    wave = make.open_wave(store, code)
    with store.writing() as session:
        store_rows(session, _rows(wave, people, **changes))
    make.close_wave(store, code)
    _release(store, code)
    return wave


def _release(store: Store, code: str) -> None:
    with store.writing() as session:
        releasing.release(session, code, make.DAY)


def _compare(store: Store, first: str = "before", second: str = "after") -> Followed:
    with store.writing() as session:
        found = same_persons(session, first, second, make.DAY)
    assert isinstance(found, Followed)
    return found


def _cell(found: Followed, dimension: str = "needs") -> SamePersons:
    return next(cell for cell in found.cells if cell.dimension == dimension)


def _scores(people: dict[int, str]) -> dict[int, float]:
    return {n: 12.5 * (int(m[0]) + 4 - int(m[1])) for n, m in people.items()}


def _sample(values: list[float]) -> Sample:
    return Sample(len(values), float(np.mean(values)), float(np.std(values, ddof=1)))


def test_the_change_of_the_same_persons_is_the_paired_one_and_that_of_all_rows_the_model_s(
    store: Store,
) -> None:
    before, after = _people(range(40)), _people(range(12, 60))
    _wave(store, "before", before)
    _wave(store, "after", after)
    cell = _cell(_compare(store))
    a, b = _scores(before), _scores(after)
    both = [n for n in a if n in b]
    pairs = Pairs(
        _sample([a[n] for n in both]), _sample([b[n] for n in both]),
        _sample([b[n] - a[n] for n in both]),
    )  # fmt: skip
    expected = linked_change(pairs)
    assert (cell.pairs, cell.answered, cell.step) == (28, (40, 48), FINE)
    assert cell.value == pytest.approx(expected.value, abs=0.051)
    low, high = expected.interval
    assert low - 0.11 < cell.low <= low < high <= cell.high < high + 0.11
    only = [left_over(_sample(list(s.values())), p) for s, p in zip((a, b), pairs[:2], strict=True)]
    model = random_intercept_change(pairs, *only)
    assert cell.all_rows.value == pytest.approx(model.value, abs=0.051)
    assert cell.all_rows.persons == 60


@pytest.mark.parametrize("single", [1, 4, 5, 9])
def test_a_few_persons_found_in_one_wave_only_withhold_the_change(
    sqlite_store: Store, single: int
) -> None:
    _wave(sqlite_store, "before", _people(range(30 + single)))
    _wave(sqlite_store, "after", _people(range(30)))
    for cell in _compare(sqlite_store).cells:
        assert cell.withheld
        assert cell.model_dump(exclude_defaults=True) == {
            "dimension": cell.dimension, "group": "employees", "withheld": True
        }  # fmt: skip


@pytest.mark.parametrize("single", [0, 10])
def test_nobody_or_enough_found_in_one_wave_only_let_it_be_told(
    sqlite_store: Store, single: int
) -> None:
    _wave(sqlite_store, "before", _people(range(30 + single)))
    _wave(sqlite_store, "after", _people(range(30)))
    assert _cell(_compare(sqlite_store)).pairs == 30


def test_too_few_pairs_are_withheld(sqlite_store: Store) -> None:
    _wave(sqlite_store, "before", _people(range(30)))
    _wave(sqlite_store, "after", _people(range(21, 50)))
    assert _cell(_compare(sqlite_store)).withheld


def test_where_somebody_left_an_item_out_the_change_is_in_whole_points(
    sqlite_store: Store,
) -> None:
    _wave(sqlite_store, "before", _people(range(60), missing=3))
    _wave(sqlite_store, "after", _people(range(15, 80)))
    found = _compare(sqlite_store)
    needs = _cell(found)
    assert (needs.step, needs.value) == (WHOLE, int(needs.value))
    assert _cell(found, "democracy").step == FINE


def test_a_rounded_score_of_the_pairs_alone_is_told_as_the_release_rounds_it(
    sqlite_store: Store,
) -> None:
    """Everybody is linked: what is told follows from both releases and one spread."""
    _wave(sqlite_store, "before", _people(range(40), missing=2))
    _wave(sqlite_store, "after", _people(range(40)))
    cell = _cell(_compare(sqlite_store))
    with sqlite_store.reading() as session:
        released = [releasing.latest_profile(session, code) for code in ("before", "after")]
    scores = [
        next(c.score for c in one.dimensions if c.dimension == "needs" and c.group == "employees")
        for one in released
    ]
    assert cell.step == WHOLE
    assert (cell.first, cell.second) == tuple(round_to(score, WHOLE) for score in scores)
    assert cell.value == round_to(scores[1] - scores[0], WHOLE)


def test_it_is_told_once_whoever_takes_an_answer_back_afterwards(sqlite_store: Store) -> None:
    people = _people(range(40))
    _wave(sqlite_store, "before", people)
    _wave(sqlite_store, "after", _people(range(40)))
    told = _compare(sqlite_store)
    with sqlite_store.writing() as session:
        session.query(Response).filter(Response.pseudonym == (3).to_bytes(16, "big")).delete()
    assert _compare(sqlite_store) == told


def test_answers_that_changed_since_the_release_are_not_compared(sqlite_store: Store) -> None:
    wave = _wave(sqlite_store, "before", _people(range(40)))
    _wave(sqlite_store, "after", _people(range(40)))
    with sqlite_store.writing() as session:
        store_rows(session, _rows(wave, _people(range(50, 52))), states=LATE)
    with sqlite_store.writing() as session:
        found = same_persons(session, "before", "after", make.DAY)
    assert isinstance(found, Refused)
    assert found.code == "SAM-001"


def test_a_third_wave_whose_pairs_differ_by_two_persons_is_withheld(sqlite_store: Store) -> None:
    _wave(sqlite_store, "before", _people(range(60)))
    _wave(sqlite_store, "after", _people(range(40)))
    _wave(sqlite_store, "later", _people(range(38)))
    _wave(sqlite_store, "last", _people(range(30)))
    assert _cell(_compare(sqlite_store)).pairs == 40
    # 38 of the same 40: two persons of the first wave would follow by subtraction.
    assert _cell(_compare(sqlite_store, "before", "later")).withheld
    assert _cell(_compare(sqlite_store, "before", "last")).pairs == 30


def test_a_form_of_the_questionnaire_of_which_all_but_two_are_linked_is_withheld(
    sqlite_store: Store,
) -> None:
    for code, easy in (("before", range(32, 44)), ("after", range(60, 72))):
        wave = make.open_wave(sqlite_store, code)
        own = range(32) if code == "before" else range(2, 32)
        with sqlite_store.writing() as session:
            store_rows(session, _rows(wave, _people(own)))
            store_rows(session, _rows(wave, _people(easy), variant="express"))
        make.close_wave(sqlite_store, code)
        _release(sqlite_store, code)
    assert all(cell.withheld for cell in _compare(sqlite_store).cells)


def _by_hand(store: Store, code: str, people: dict[int, str], own: range) -> None:
    """A wave whose persons of ``own`` wrote themselves; the others were helped."""
    wave = make.open_wave(store, code)
    with store.writing() as session:
        for mode in ("self", "assisted"):
            side = {n: m for n, m in people.items() if (n in own) == (mode == "self")}
            store_rows(session, _rows(wave, side, mode=mode))
    make.close_wave(store, code)
    _release(store, code)


def _effects(store: Store, code: str) -> set[str]:
    with store.reading() as session:
        return {e.dimension for e in releasing.latest_profile(session, code).mode_effects}


@pytest.mark.parametrize("few", [1, 2])
def test_all_who_wrote_themselves_and_a_few_helped_are_withheld_beside_mode_effects(
    store: Store, few: int
) -> None:
    """Scores of the thirty follow from the effects: those of the linked less them are of a few."""
    people = _people(range(42))
    _by_hand(store, "before", people, range(30))
    _wave(store, "after", _people(range(30 + few)), mode="self")
    effects = _effects(store, "before")
    assert effects
    assert all(cell.withheld for cell in _compare(store).cells if cell.dimension in effects)


def test_effects_of_the_second_wave_withhold_the_change_as_those_of_the_first(
    sqlite_store: Store,
) -> None:
    _wave(sqlite_store, "before", _people(range(31)))
    _by_hand(sqlite_store, "after", _people(range(42)), range(30))
    effects = _effects(sqlite_store, "after")
    assert effects
    assert all(cell.withheld for cell in _compare(sqlite_store).cells if cell.dimension in effects)


def test_a_release_that_would_first_tell_effects_beside_all_but_one_helped_is_refused(
    sqlite_store: Store,
) -> None:
    """Linked: thirty who wrote themselves and one of nine helped; then eleven more are helped."""
    people = _people(range(51))
    wave = make.open_wave(sqlite_store, "before")
    with sqlite_store.writing() as session:
        for names, mode in ((range(30), "self"), (range(30, 39), "assisted"),
                            (range(39, 51), "unknown")):  # fmt: skip
            part = {n: people[n] for n in names}
            store_rows(session, _rows(wave, part, mode=mode))
    make.close_wave(sqlite_store, "before")
    _release(sqlite_store, "before")
    assert not _effects(sqlite_store, "before")
    _wave(sqlite_store, "after", _people(range(31)))
    assert _cell(_compare(sqlite_store)).pairs == 31
    with sqlite_store.writing() as session:
        store_rows(session, _rows(wave, _people(range(60, 71)), mode="assisted"), states=LATE)
    with sqlite_store.writing() as session, pytest.raises(RefusedError, match="REL-002"):
        releasing.release(session, "before", make.DAY)


def test_linked_persons_far_from_either_hand_are_told_beside_mode_effects(
    sqlite_store: Store,
) -> None:
    _by_hand(sqlite_store, "before", _people(range(50)), range(30))
    _wave(sqlite_store, "after", _people(range(10, 40)))
    assert _effects(sqlite_store, "before")
    assert _cell(_compare(sqlite_store)).pairs == 30


def test_views_and_linked_change_exclude_each_other(store: Store) -> None:
    _wave(store, "before", _people(range(40)), mode="paper")
    _wave(store, "after", _people(range(40)))
    _wave(store, "later", _people(range(40)))
    with store.writing() as session:
        viewing.view(session, "later", Filter(group=("employees",)), make.DAY)
        refused = same_persons(session, "after", "later", make.DAY)
    assert isinstance(refused, Refused)
    assert refused.code == "SAM-002"
    _compare(store)
    with store.writing() as session, pytest.raises(RefusedError, match="VIE-003"):
        viewing.view(session, "before", Filter(mode=("paper",)), make.DAY)


def test_a_release_that_would_leave_few_unlinked_persons_is_refused(sqlite_store: Store) -> None:
    people = _people(range(40))
    _wave(sqlite_store, "before", people)
    _wave(sqlite_store, "after", _people(range(28)))
    assert _cell(_compare(sqlite_store)).pairs == 28
    with sqlite_store.writing() as session:
        # Eleven of the twelve who were not linked take their answers back.
        gone = [n.to_bytes(16, "big") for n in range(28, 39)]
        found = session.query(Response).filter(Response.pseudonym.in_(gone))
        found.delete(synchronize_session=False)
        tallying.recount(session, queries.wave_by_code(session, "before"))
    with sqlite_store.writing() as session, pytest.raises(RefusedError, match="REL-002"):
        releasing.release(session, "before", make.DAY)


def test_waves_without_names_have_no_same_persons(sqlite_store: Store) -> None:
    for code in ("before", "after"):
        wave = make.open_wave(sqlite_store, code)
        with sqlite_store.writing() as session:
            store_rows(session, [make.response(wave, make.marks("3232--", THE)) for _ in range(12)])
        make.close_wave(sqlite_store, code)
        _release(sqlite_store, code)
    with sqlite_store.writing() as session:
        assert same_persons(session, "before", "after", make.DAY) is None
