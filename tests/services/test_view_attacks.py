"""Ways to single somebody out by views and mode effects that readers of the whole found; refused.

In each, as many come as leave, so that nothing shows in numbers of persons.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from corus.domain.wave import WaveState
from corus.errors import RefusedError
from corus.services import editing, releasing, tallying, viewing
from corus.services.viewing import Filter
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import Response, Stratum
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
ANY_STATE = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
BEFORE, AFTER, OTHERS = "3232--", "0101--", "2323--"


def _add(store: Store, wave: int, n: int, marks: str = BEFORE, **more: str) -> None:
    document = make.marks(marks, make.instrument())
    with store.writing() as session:
        store_rows(
            session, [make.response(wave, document, **more) for _ in range(n)], states=ANY_STATE
        )


def _release(store: Store) -> int:
    with store.writing() as session:
        return releasing.release(session, WAVE, make.DAY).release


def _view(store: Store, **axes: tuple[str, ...]) -> None:
    with store.writing() as session:
        viewing.view(session, WAVE, Filter(group=("employees",), **axes), make.DAY)


def test_one_person_of_one_form_does_not_follow_from_a_view_of_both(store: Store) -> None:
    """Sixty on the standard form, one of them helped; thirty on the easy one, ten of them helped:
    eleven were helped, but the counts by point are those of the standard form."""
    wave = make.open_wave(store)
    _add(store, wave, 59)
    _add(store, wave, 1, mode="assisted_relative")
    _add(store, wave, 20, variant="easy")
    _add(store, wave, 10, variant="easy", mode="assisted_relative")
    make.close_wave(store)
    _release(store)
    with pytest.raises(RefusedError) as refused:
        _view(store, mode=("self",))
    assert refused.value.code == "VIE-001"


def test_a_view_shown_again_of_a_later_release_does_not_tell_who_left_and_who_came(
    store: Store,
) -> None:
    """Of thirty on paper one is replaced, of sixty others twenty: the whole tells nobody."""
    wave = make.open_wave(store)
    _add(store, wave, 60)
    _add(store, wave, 30, mode="paper")
    make.close_wave(store)
    _release(store)
    _view(store, mode=("paper",))
    _replace(store, "self", 20)
    _replace(store, "paper", 1)
    assert _release(store) == 2
    for mode in ("paper", "self"):
        with pytest.raises(RefusedError) as refused:
            _view(store, mode=(mode,))
        assert refused.value.code == "VIE-006"


def test_a_part_that_did_not_change_is_not_viewed_beside_another_that_did(
    sqlite_store: Store,
) -> None:
    wave = make.open_wave(sqlite_store)
    _add(sqlite_store, wave, 60)
    _add(sqlite_store, wave, 30, mode="paper")
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _view(sqlite_store, mode=("paper",))
    _replace(sqlite_store, "self", 20)
    assert _release(sqlite_store) == 2
    _refuses(sqlite_store, "VIE-006", mode=("paper",))


def test_a_view_of_two_parts_is_not_undone_by_a_view_of_each_in_a_later_release(
    store: Store,
) -> None:
    """One on paper is replaced; fifteen change from paper to interview and fifteen back, twenty of
    the others are mended: paper₂ + interview₂ − both₁ would be who came less who left."""
    wave = make.open_wave(store)
    _add(store, wave, 60)
    for mode in ("paper", "interview"):
        _add(store, wave, 15, mode=mode)
        _add(store, wave, 15, "4444--", mode=mode)
    make.close_wave(store)
    _release(store)
    _view(store, mode=("paper", "interview"))
    _replace(store, "paper", 1)
    _replace(store, "self", 20)
    _swap(store, "paper", "interview", 15)
    assert _release(store) == 2
    for mode in ("paper", "interview"):
        _refuses(store, "VIE-006", mode=(mode,))


def test_three_releases_with_a_view_of_a_third_each_do_not_tell_who_left(
    sqlite_store: Store,
) -> None:
    wave = make.open_wave(sqlite_store)
    for mode, n in (("self", 30), ("paper", 30), ("interview", 40)):
        _add(sqlite_store, wave, n, mode=mode)
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _view(sqlite_store, mode=("self",))
    for mode, n in (("self", 1), ("paper", 20), ("interview", 20)):
        _replace(sqlite_store, mode, n)
    assert _release(sqlite_store) == 2
    _refuses(sqlite_store, "VIE-006", mode=("paper",))
    _add(sqlite_store, wave, 20, group="neighbours")
    assert _release(sqlite_store) == 3
    _refuses(sqlite_store, "VIE-006", mode=("interview",))


def test_a_part_that_was_empty_in_an_earlier_release_does_not_tell_who_left_the_others(
    store: Store,
) -> None:
    """Thirty come on paper, one of the others is replaced: all₂ − paper₂ − all₁."""
    wave = make.open_wave(store)
    _add(store, wave, 60)
    make.close_wave(store)
    _release(store)
    _replace(store, "self", 1)
    for marks in (BEFORE, AFTER):
        _add(store, wave, 15, marks, mode="paper")
    assert _release(store) == 2
    _refuses(store, "VIE-001", mode=("paper",))
    _refuses(store, "VIE-001", mode=("self",))


def test_a_part_that_came_as_a_whole_may_be_viewed_where_nobody_else_changed(
    sqlite_store: Store,
) -> None:
    wave = make.open_wave(sqlite_store)
    _add(sqlite_store, wave, 60)
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _add(sqlite_store, wave, 30, OTHERS, mode="paper")
    assert _release(sqlite_store) == 2
    _view(sqlite_store, mode=("paper",))


def test_a_part_viewed_that_leaves_as_a_whole_does_not_tell_who_left_the_others(
    store: Store,
) -> None:
    """all₁ − paper₁ − all₂: the release is refused, as its figures are of the whole group."""
    wave = make.open_wave(store)
    _add(store, wave, 60)
    for marks in (BEFORE, AFTER):
        _add(store, wave, 15, marks, mode="paper")
    make.close_wave(store)
    _release(store)
    _view(store, mode=("paper",))
    _leave(store, "paper", 30)
    _replace(store, "self", 1)
    with pytest.raises(RefusedError, match="REL-002"):
        _release(store)


def _helped(store: Store) -> int:
    """Sixty alone, ten helped, whose scores differ by less than items allow: effects are told."""
    wave, draw = make.open_wave(store), np.random.default_rng(5)
    for mode, n in (("self", 60), ("assisted_relative", 10)):
        for _ in range(n):
            marks = "".join(map(str, draw.choice(5, 4, p=[0.1, 0.15, 0.2, 0.3, 0.25]))) + "--"
            _add(store, wave, 1, marks, mode=mode)
    make.close_wave(store)
    _release(store)
    return wave


def _effects(store: Store) -> int:
    with store.reading() as session:
        return len(releasing.latest_profile(session, WAVE).mode_effects)


@pytest.mark.parametrize("viewed", [False, True])
def test_mode_effects_are_told_once_of_a_group_that_changes(store: Store, viewed: bool) -> None:
    """Of ten helped one is replaced, of sixty others thirty: the helped side's sum, told twice to
    a few points of score, would be that of who came less who left."""
    _helped(store)
    assert _effects(store)
    if viewed:
        _view(store, mode=("assisted_relative",))
    _replace(store, "self", 30)
    _replace(store, "assisted_relative", 1)
    assert _release(store) == 2
    assert not _effects(store)
    with store.reading() as session:
        cautions = releasing.latest_profile(session, WAVE).cautions
    assert any(c.code == "mode_not_tested" and "employees" in c.groups for c in cautions)


def test_mode_effects_stay_where_the_group_did_not_change(sqlite_store: Store) -> None:
    wave = _helped(sqlite_store)
    before = _effects(sqlite_store)
    _add(sqlite_store, wave, 12, group="neighbours")
    assert _release(sqlite_store) == 2
    assert _effects(sqlite_store) == before > 0


def test_beside_earlier_mode_effects_no_part_of_a_changed_group_is_viewed(
    sqlite_store: Store,
) -> None:
    _helped(sqlite_store)
    _replace(sqlite_store, "self", 30)
    assert _release(sqlite_store) == 2
    _refuses(sqlite_store, "VIE-006", mode=("self",))


def test_first_mode_effects_beside_a_release_without_helped_do_not_tell_who_left(
    sqlite_store: Store,
) -> None:
    """Ten helped come, one of sixty others is replaced: all₂ less those helped, less all₁."""
    wave, draw = make.open_wave(sqlite_store), np.random.default_rng(5)
    draws = lambda: "".join(map(str, draw.choice(5, 4, p=[0.1, 0.15, 0.2, 0.3, 0.25]))) + "--"  # noqa: E731
    for _ in range(60):
        _add(sqlite_store, wave, 1, draws())
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _replace(sqlite_store, "self", 1)
    for _ in range(30):
        _add(sqlite_store, wave, 1, draws(), mode="assisted_relative")
    assert _release(sqlite_store) == 2
    assert not _effects(sqlite_store)


def test_all_but_two_of_those_helped_do_not_leave_beside_mode_effects(
    sqlite_store: Store,
) -> None:
    """all₂ less those who answered alone in the first release: two who stayed."""
    _helped(sqlite_store)
    _leave(sqlite_store, "assisted_relative", 8)
    with pytest.raises(RefusedError, match="REL-002"):
        _release(sqlite_store)


@pytest.mark.parametrize("first", [(), ("easy",)])
def test_seven_on_the_easy_form_are_not_what_a_view_of_the_other_leaves(
    sqlite_store: Store, first: tuple[str, ...]
) -> None:
    """The release merges the forms; less those on the standard one, it is the seven by point."""
    wave = make.open_wave(sqlite_store)
    _add(sqlite_store, wave, 40)
    _add(sqlite_store, wave, 7, OTHERS, variant="easy")
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    for form in first:
        _view(sqlite_store, variant=(form,))
    _refuses(sqlite_store, "VIE-001", variant=("standard",))


def test_five_made_unknown_at_closing_are_not_what_two_modes_leave(sqlite_store: Store) -> None:
    wave = make.open_wave(sqlite_store)
    _add(sqlite_store, wave, 61)
    _add(sqlite_store, wave, 19, OTHERS, mode="paper")
    _add(sqlite_store, wave, 5, OTHERS, mode="unknown")
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _view(sqlite_store, mode=("self",))
    _refuses(sqlite_store, "VIE-001", mode=("paper",))
    _refuses(sqlite_store, "VIE-001", mode=("self", "paper"))


@pytest.mark.parametrize(("left", "shown"), [(8, False), (9, False), (10, True)])
def test_what_a_view_leaves_of_its_group_is_enough_for_counts(
    store: Store, left: int, shown: bool
) -> None:
    """The release less a view is exact: of five to nine persons only bands may be known."""
    wave = make.open_wave(store)
    _add(store, wave, 52)
    _add(store, wave, left, OTHERS, mode="paper")
    make.close_wave(store)
    _release(store)
    _view(store, mode=("paper",))
    if shown:
        _view(store, mode=("self",))
        return
    _refuses(store, "VIE-001", mode=("self",))


def test_what_two_views_leave_of_their_group_is_enough_for_counts(sqlite_store: Store) -> None:
    wave = make.open_wave(sqlite_store)
    for mode, n in (("self", 30), ("paper", 30), ("interview", 8)):
        _add(sqlite_store, wave, n, mode=mode)
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _view(sqlite_store, mode=("interview",))
    _view(sqlite_store, mode=("paper",))
    _refuses(sqlite_store, "VIE-001", mode=("self",))


def test_nobody_at_a_site_is_refused_like_a_few(sqlite_store: Store) -> None:
    """Employees never answered at the site of the neighbours; that is not told by a file."""
    wave = make.open_wave(sqlite_store)
    with sqlite_store.writing() as session:
        declared = editing.declared(queries.wave_by_code(session, WAVE))
        sites = {"north": {"fr": "Nord"}, "west": {"fr": "Ouest"}}
        changed = declared.model_copy(update={"sites": sites})
        editing.change_wave(session, WAVE, changed, make.DAY)
    _add(sqlite_store, wave, 30, site="north")
    _add(sqlite_store, wave, 30, group="neighbours", site="west")
    _add(sqlite_store, wave, 30, group="neighbours", site="north")
    make.close_wave(sqlite_store)
    _release(sqlite_store)
    _refuses(sqlite_store, "VIE-004", site=("west",))


def _refuses(store: Store, code: str, **axes: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        _view(store, **axes)
    assert refused.value.code == code


def _answers(session: Session, mode: str, n: int) -> Sequence[Response]:
    found = (
        select(Response)
        .join(Stratum)
        .where(Stratum.mode == mode)
        .order_by(Response.document, Response.id)
    )
    return session.scalars(found).all()[:n]


def _recount(session: Session) -> None:
    session.flush()
    tallying.recount(session, queries.wave_by_code(session, WAVE))


def _replace(store: Store, mode: str, n: int, marks: str = AFTER) -> None:
    """As if so many had withdrawn and as many others had come."""
    other = make.marks(marks, make.instrument()).decode()
    with store.writing() as session:
        for one in _answers(session, mode, n):
            one.document = other
        _recount(session)


def _swap(store: Store, one: str, other: str, n: int) -> None:
    """As if so many had been entered under the wrong mode, and as many under the other."""
    with store.writing() as session:
        first, second = (_answers(session, mode, n) for mode in (one, other))
        for a, b in zip(first, second, strict=True):
            a.stratum_id, b.stratum_id = b.stratum_id, a.stratum_id
        _recount(session)


def _leave(store: Store, mode: str, n: int) -> None:
    with store.writing() as session:
        for one in _answers(session, mode, n):
            session.delete(one)
        _recount(session)
