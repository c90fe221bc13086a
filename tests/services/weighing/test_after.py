"""Weighted scores beside other releases of the same wave single nobody out, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from corus.errors import RefusedError
from corus.language import catalogue
from corus.services import releasing
from corus.services.weighing import after, raking
from corus.store import life, queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make
from tests.services.weighing.test_raking import WAVE, margins, questionnaire

NEW, OLD = "0", "1"


def add(
    store: Store, number: int, n: int, since: str, group: str = "employees", **place: str
) -> list[bytes]:
    """``n`` persons who answer unlike each other; their ids."""
    of = questionnaire()
    points = [f"{i % 5}{2 * i % 5}{(3 * i + 1) % 5}{i // 5 % 5}{since}" for i in range(n)]
    rows = [make.response(number, make.marks(m, of), group=group, **place) for m in points]
    with store.writing() as session:
        store_rows(session, rows, states=frozenset({"open", "closed"}))
    return [row.id for row in rows]


def leave(store: Store, ids: list[bytes]) -> None:
    with store.writing() as session:
        for one in ids:
            session.execute(text("DELETE FROM responses WHERE id = :id"), {"id": one})
        session.execute(text("DELETE FROM tallies"))


def release(store: Store) -> int:
    with store.writing() as session:
        return releasing.release(session, WAVE, make.DAY).release


def weigh(store: Store, tmp_path: Path) -> int | None:
    with store.writing() as session:
        (group,) = raking.raked(session, WAVE, margins(tmp_path), make.DAY).groups
        return group.persons


def refusal(act, *given: object) -> str:
    with pytest.raises(RefusedError) as refused:
        act(*given)
    return refused.value.code


def closed(store: Store, *answers: tuple[int, str]) -> tuple[int, list[list[bytes]]]:
    """A closed wave with that many persons by category, and their ids; not yet released."""
    number = make.open_wave(store, WAVE, questionnaire())
    ids = [add(store, number, n, since) for n, since in answers]
    make.close_wave(store, WAVE)
    return number, ids


def weighed(store: Store, tmp_path: Path, *answers: tuple[int, str]) -> tuple[int, list]:
    number, ids = closed(store, *answers)
    release(store)
    assert weigh(store, tmp_path) == sum(n for n, _ in answers)
    return number, ids


def test_one_who_was_alone_in_a_category_at_an_earlier_release_stays_hidden(
    store: Store, tmp_path: Path
) -> None:
    """One new of 41; nine more come: the ten weighted, less the nine, would be the one."""
    number, _ = closed(store, (1, NEW), (40, OLD))
    release(store)
    add(store, number, 9, NEW)
    assert release(store) == 2
    assert refusal(weigh, store, tmp_path) == "RAK-014"


def test_a_release_between_is_remembered_though_the_last_counts_what_the_first_did(
    sqlite_store: Store, tmp_path: Path
) -> None:
    number, _ = closed(sqlite_store, (25, NEW), (20, OLD))
    release(sqlite_store)
    late = add(sqlite_store, number, 20, OLD)
    release(sqlite_store)
    leave(sqlite_store, late)
    assert release(sqlite_store) == 3
    assert refusal(weigh, sqlite_store, tmp_path) == "RAK-014"


def test_a_group_is_weighted_whose_answers_no_release_changed(store: Store, tmp_path: Path) -> None:
    number, _ = closed(store, (25, NEW), (20, OLD))
    release(store)
    add(store, number, 20, NEW, "neighbours")
    assert release(store) == 2
    assert weigh(store, tmp_path) == 45
    add(store, number, 15, NEW, "neighbours")
    assert release(store) == 3


def test_one_who_stays_when_nine_of_ten_leave_a_weighted_category_stays_hidden(
    store: Store, tmp_path: Path
) -> None:
    _, (new, _) = weighed(store, tmp_path, (10, NEW), (40, OLD))
    leave(store, new[:9])
    assert refusal(release, store) == "REL-020"
    leave(store, new[9:])
    assert refusal(release, store) == "REL-020"


def test_without_weighted_scores_nine_may_leave(sqlite_store: Store) -> None:
    _, (new, _) = closed(sqlite_store, (10, NEW), (40, OLD))
    release(sqlite_store)
    leave(sqlite_store, new[:9])
    assert release(sqlite_store) == 2


@pytest.mark.parametrize(
    ("left", "come", "safe"),
    [
        ((12, 0), (0, 0), True),
        ((20, 0), (0, 0), True),
        ((21, 0), (0, 0), False),
        ((9, 0), (0, 0), False),
        ((12, 9), (0, 0), False),
        ((12, 12), (0, 0), True),
        ((0, 0), (9, 0), False),
        ((0, 0), (20, 20), True),
        ((12, 0), (0, 3), False),
        ((20, 0), (0, 20), True),
    ],
)
def test_a_weighted_category_changes_by_enough_persons_and_keeps_enough(
    sqlite_store: Store, tmp_path: Path, left: tuple[int, int], come: tuple[int, int], safe: bool
) -> None:
    number, ids = weighed(sqlite_store, tmp_path, (30, NEW), (30, OLD))
    for n, there in zip(left, ids, strict=True):
        leave(sqlite_store, there[:n])
    for n, since in zip(come, (NEW, OLD), strict=True):
        add(sqlite_store, number, n, since)
    if safe:
        assert release(sqlite_store) == 2
    else:
        assert refusal(release, sqlite_store) in ("REL-020", "REL-002")


def test_a_weighted_group_changes_in_one_later_release_only(store: Store, tmp_path: Path) -> None:
    number, _ = weighed(store, tmp_path, (25, NEW), (20, OLD))
    add(store, number, 20, OLD)
    assert release(store) == 2
    late = add(store, number, 20, OLD)
    assert refusal(release, store) == "REL-022"
    leave(store, late)
    assert release(store) == 2


def test_a_weighted_group_that_changed_does_not_change_back(
    sqlite_store: Store, tmp_path: Path
) -> None:
    number, _ = weighed(sqlite_store, tmp_path, (25, NEW), (20, OLD))
    late = add(sqlite_store, number, 20, OLD)
    assert release(sqlite_store) == 2
    leave(sqlite_store, late)
    assert refusal(release, sqlite_store) == "REL-021"


def test_few_of_a_category_on_paper_leave_nothing_written_down_and_no_change(
    sqlite_store: Store, tmp_path: Path
) -> None:
    number = make.open_wave(sqlite_store, WAVE, questionnaire())
    add(sqlite_store, number, 25, NEW)
    add(sqlite_store, number, 20, OLD)
    add(sqlite_store, number, 3, OLD, mode="paper")
    make.close_wave(sqlite_store, WAVE)
    release(sqlite_store)
    assert weigh(sqlite_store, tmp_path) == 48
    with sqlite_store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        (line,) = life.journal(session, wave.id, raking.ACTION)
    assert line["cells"] is None
    add(sqlite_store, number, 20, NEW)
    assert refusal(release, sqlite_store) == "REL-021"


def test_a_group_weighted_before_its_numbers_were_kept_does_not_change(
    sqlite_store: Store,
) -> None:
    number, _ = closed(sqlite_store, (25, NEW), (20, OLD))
    release(sqlite_store)
    with sqlite_store.writing() as session:
        wave = queries.wave_by_code(session, WAVE)
        queries.note(
            session, wave, make.DAY, raking.ACTION, release=1, group="employees",
            margins="", questions={"since": ["new", "old"]},
        )  # fmt: skip
    assert release(sqlite_store) == 1
    add(sqlite_store, number, 20, OLD)
    assert refusal(release, sqlite_store) == "REL-021"


def test_weighted_scores_are_told_again_as_they_were_though_answers_were_exchanged(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Two leave; two come who answer the same, each in the other's category: no count moves."""
    of = questionnaire()
    number, _ = closed(sqlite_store, (25, NEW), (20, OLD))
    exchanged = {"04040": "04041", "40401": "40400"}
    pair = [make.response(number, make.marks(m, of)) for m in exchanged]
    with sqlite_store.writing() as session:
        store_rows(session, pair, states=frozenset({"closed"}))
    release(sqlite_store)
    told = []
    for _ in range(2):
        with sqlite_store.writing() as session:
            told.append(raking.raked(session, WAVE, margins(tmp_path), make.DAY))
        leave(sqlite_store, [row.id for row in pair])
        with sqlite_store.writing() as session:
            rows = [make.response(number, make.marks(m, of)) for m in exchanged.values()]
            store_rows(session, rows, states=frozenset({"closed"}))
    assert told[0] == told[1]


def test_the_refusals_say_the_cure_in_french_and_not_which_group_changed(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _, (new, _) = weighed(sqlite_store, tmp_path, (10, NEW), (40, OLD))
    leave(sqlite_store, new[:9])
    with pytest.raises(RefusedError, match="at least 10 persons") as refused:
        release(sqlite_store)
    for error in (refused.value, after._never(), raking._changed("employees")):
        french = [catalogue("fr")[one].format(**error.names) for one in error.patterns]
        assert french[0] != error.message
    assert "employees" not in str(refused.value)
