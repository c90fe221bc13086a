"""The next wave's answer: in the words that the comparison allows, and no others."""

from __future__ import annotations

import pytest

from corus.analysis.waves.wave_change import READINGS
from corus.domain.changes import GroupSince
from corus.domain.profile import ItemCell, Share
from corus.services.giving_back import later as beside
from corus.services.giving_back import pages
from corus.services.giving_back.later import item_change, plain
from corus.store.engine import Store
from tests.services.giving_back import waves


def _since(value: float | None, told: str) -> GroupSince:
    return GroupSince(dimension="needs", group="employees", value=value, told=told)


@pytest.mark.parametrize(
    ("value", "told", "said"),
    [
        (None, "“needs” was asked with other questions.", beside.ASKED_OTHERWISE),
        (30.0, READINGS["no_interval"], beside.TOO_FEW),
        (3.0, READINGS["none"], beside.ALIKE),
        (8.0, READINGS["small"], "Your answers are a little more favourable than before."),
        (-8.0, READINGS["small"], "Your answers are a little less favourable than before."),
        (30.0, READINGS["beyond"], "Your answers are clearly more favourable than before."),
        (-30.0, READINGS["beyond"], "Your answers are clearly less favourable than before."),
    ],
)
def test_each_reading_of_a_change_has_its_plain_words(
    value: float | None, told: str, said: str
) -> None:
    assert plain(_since(value, told)) == said


def _cell(favourable: int, n: int, show: str = "full") -> ItemCell:
    share = Share(value=favourable / n)
    return ItemCell(item="i", group="g", show=show, n=n, favourable=share)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        # Newcombe's own example (1998, table II, a): 56/70 − 48/80 gives 0.0524 to 0.3339
        ((48, 80), (56, 70), beside.MORE),
        ((56, 70), (48, 80), beside.LESS),
        # and (b): 9/10 − 3/10 is above 0, 6/7 − 2/7 is too; 5/56 − 0/29 is not
        ((3, 10), (9, 10), beside.MORE),
        ((0, 29), (5, 56), beside.BY_CHANCE),
        ((10, 20), (10, 20), beside.BY_CHANCE),
    ],
)
def test_one_sentence_changes_only_where_its_interval_leaves_out_no_change(
    first: tuple[int, int], second: tuple[int, int], said: str
) -> None:
    assert item_change(_cell(*first), _cell(*second)) == said


def test_bands_say_nothing_of_a_change() -> None:
    assert item_change(_cell(3, 10), _cell(9, 10, "banded")) == beside.TOO_FEW


def test_the_next_wave_stands_beside_the_first_and_not_the_other_way_round(store: Store) -> None:
    waves.released(store, {"employees": waves.spread(16, 4), "neighbours": waves.spread(1, 2)})
    waves.released(store, {"employees": waves.spread(3, 17)}, waves.SECOND)
    with store.reading() as session:
        first = pages.page(session, waves.FIRST, "employees", "en")
        masked = pages.page(session, waves.FIRST, "neighbours", "en")
        second = pages.page(session, waves.SECOND, "employees", "en")
    assert first.later == "Vague 2026"
    assert dict(first.since)["Needs (en)"] == (
        "Your answers are clearly more favourable than before."
    )
    assert first.said.best[0].later == (
        "favourable: 85%, unfavourable: 15% (20 opinions). That is more favourable than before."
    )
    assert (masked.later, masked.since) == ("Vague 2026", ())
    assert (second.later, second.since) == ("", ())


def test_a_decision_on_one_sentence_has_the_answer_of_its_dimension(sqlite_store: Store) -> None:
    from corus.services.giving_back import decisions
    from corus.services.giving_back.decisions import Draft
    from tests.factories import DAY

    waves.released(sqlite_store, {"employees": waves.spread(16, 4)})
    by = waves.manager(sqlite_store)
    with sqlite_store.writing() as session:
        draft = Draft("Ouvrir.", "Le conseil", about="needs_met")
        decisions.write(session, waves.FIRST, draft, DAY, by=by)
    waves.released(sqlite_store, {"employees": waves.spread(3, 17)}, waves.SECOND)
    with sqlite_store.reading() as session:
        (decided,) = pages.page(session, waves.FIRST, "employees", "en").decided
    assert decided.since == "Your answers are clearly more favourable than before."
