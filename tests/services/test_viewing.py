"""Views: a part of a release is shown only where it singles nobody out, and is remembered."""

from __future__ import annotations

import numpy as np
import pytest

from corus.analysis import Tally
from corus.domain.profile import Profile
from corus.domain.shown import LEFT_OUT
from corus.domain.wave import WaveState
from corus.errors import CorusError, InputError, NotFoundError, RefusedError
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
    wave = _closed(store)
    for group, mode, persons in parts:
        _add(store, wave, group, mode, persons, marks)
    _release(store)
    return wave


def _closed(store: Store) -> int:
    """Closed already, for closing forgets how a few answered: the few of these tests are those
    who are left, as if others had withdrawn since."""
    wave = make.open_wave(store)
    make.close_wave(store)
    return wave


def _add(
    store: Store, wave: int, group: str, mode: str, n: int, marks: str = "3232--", **more: str
) -> None:
    document = make.marks(marks, make.instrument())
    rows = [make.response(wave, document, group=group, mode=mode, **more) for _ in range(n)]
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
        assert str(paper) not in refused.value.message.replace("release 1", "").replace("10", "")
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
    """Thirty wrote themselves; all of them but two came by the open link or their own."""
    _by_several_ways(sqlite_store)
    assert _view(sqlite_store, mode=("self",)).responses.sum() == 60
    with pytest.raises(RefusedError, match="beside release 1: group=employees mode=self would"):
        _view(sqlite_store, channel=("open", "personal"))


def test_without_the_first_of_two_views_the_second_is_shown(sqlite_store: Store) -> None:
    _by_several_ways(sqlite_store)
    assert _view(sqlite_store, channel=("open", "personal")).responses.sum() == 56


def _by_several_ways(store: Store) -> None:
    wave = _closed(store)
    for group in ("employees", "neighbours"):
        for mode, channel, n in (("self", "open", 15), ("self", "personal", 13),
                                 ("self", "kiosk", 2), ("paper", "import", 10)):  # fmt: skip
            _add(store, wave, group, mode, n, channel=channel)
    _release(store)


def _helped(store: Store, *parts: tuple[str, int]) -> Profile:
    """A release of answers drawn at random, by mode."""
    draw, wave = np.random.default_rng(5), _closed(store)
    for mode, n in parts:
        for _ in range(n):
            marks = "".join(map(str, draw.choice(5, 4, p=[0.1, 0.15, 0.2, 0.3, 0.25]))) + "--"
            _add(store, wave, "employees", mode, 1, marks)
    with store.writing() as session:
        return releasing.release(session, WAVE, make.DAY)


HELPED = (("self", 30), ("assisted_relative", 11), ("assisted_structure", 1))


def test_of_those_helped_all_but_one_are_not_shown_beside_the_mode_effects(store: Store) -> None:
    """Scores of the twelve who were helped follow from the effects: less eleven is one."""
    assert _helped(store, *HELPED).mode_effects
    with pytest.raises(RefusedError, match="variant=easy,standard mode=self"):
        _view(store, mode=("assisted_relative",))
    with pytest.raises(RefusedError, match="VIE-001"):
        _view(store, mode=("self", "assisted_relative"))
    assert _noted(store) == []


def test_both_sides_of_the_mode_effects_may_be_shown(sqlite_store: Store) -> None:
    assert _helped(sqlite_store, *HELPED).mode_effects
    assert _view(sqlite_store, mode=("self",)).responses.sum() == 30
    helped = ("assisted_relative", "assisted_structure")
    assert _view(sqlite_store, mode=helped).responses.sum() == 12


@pytest.mark.parametrize(("staff", "shown"), [(6, False), (10, True)])
def test_enough_for_counts_on_each_way_of_being_helped_are_shown(
    sqlite_store: Store, staff: int, shown: bool
) -> None:
    profile = _helped(
        sqlite_store, ("self", 30), ("assisted_relative", 11), ("assisted_structure", staff)
    )
    assert profile.mode_effects
    if shown:
        assert _view(sqlite_store, mode=("assisted_relative",)).responses.sum() == 11
        return
    with pytest.raises(RefusedError, match="VIE-001"):
        _view(sqlite_store, mode=("assisted_relative",))


@pytest.mark.parametrize("axis", ["mode", "channel", "completeness"])
def test_a_number_that_the_release_withholds_does_not_follow_from_a_view(
    sqlite_store: Store, axis: str
) -> None:
    """Of 44, coverage tells thirty: how many of the others are two is not said."""
    values = {
        "mode": ("self", "paper", "interview"),
        "channel": ("personal", "kiosk", "open"),
        "completeness": ("complete", "partial"),
    }[axis]
    wave = _closed(sqlite_store)
    for value, n in zip(values, (30, 2, 12), strict=False):
        _add(sqlite_store, wave, "employees", **{"mode": "self", axis: value}, n=n)
    _release(sqlite_store)
    with pytest.raises(RefusedError, match="VIE-001"):
        _view(sqlite_store, **{axis: values[-1:]})
    if len(values) == 3:
        with pytest.raises(RefusedError, match="VIE-001"):
            _view(sqlite_store, **{axis: values[:2]})
        assert _view(sqlite_store, **{axis: values[:1]}).responses.sum() == 30


def test_a_number_withheld_does_not_follow_from_a_view_of_two_attributes(
    sqlite_store: Store,
) -> None:
    wave = _closed(sqlite_store)
    for mode, n in (("self", 30), ("paper", 2), ("interview", 12)):
        _add(sqlite_store, wave, "employees", mode, n, channel="personal")
    _release(sqlite_store)
    with pytest.raises(RefusedError, match="VIE-001"):
        _view(sqlite_store, mode=("interview",), channel=("personal",))


def test_numbers_by_mode_and_by_channel_together_forbid_no_view(sqlite_store: Store) -> None:
    """A reader of both does not know that the fourteen by open link are these twelve and two."""
    wave = _closed(sqlite_store)
    for mode, channel, n in (("self", "personal", 30), ("self", "open", 2), ("paper", "open", 12)):
        _add(sqlite_store, wave, "employees", mode, n, channel=channel)
    _release(sqlite_store)
    assert _view(sqlite_store, mode=("paper",)).responses.sum() == 12


def test_a_later_release_tells_no_effects_beside_a_view_of_all_but_one_helped(
    sqlite_store: Store,
) -> None:
    """Nine helped: no effect, and nine by relatives are shown; more come, one helped by staff."""
    wave = _released(sqlite_store, ("employees", "self", 30), ("employees", "assisted_relative", 9))
    assert _view(sqlite_store, mode=("assisted_relative",)).responses.sum() == 9
    _add(sqlite_store, wave, "employees", "assisted_structure", 1)
    _add(sqlite_store, wave, "employees", "self", 9)
    _release(sqlite_store)
    with sqlite_store.reading() as session:
        assert not releasing.latest_profile(session, WAVE).mode_effects


def test_how_many_wrote_a_text_is_no_reason_to_refuse_a_view_which_shows_no_texts(
    sqlite_store: Store,
) -> None:
    wave = _closed(sqlite_store)
    _add(sqlite_store, wave, "employees", "self", 20, "3232-g")
    _add(sqlite_store, wave, "employees", "paper", 2, "3232-g")
    _add(sqlite_store, wave, "employees", "paper", 10, "3232-s")
    _release(sqlite_store)
    assert _view(sqlite_store, mode=("paper",)).responses.sum() == 12


def test_a_few_who_left_out_an_item_that_views_show_still_forbid_one(sqlite_store: Store) -> None:
    wave = _closed(sqlite_store)
    _add(sqlite_store, wave, "employees", "self", 20)
    _add(sqlite_store, wave, "employees", "paper", 2)
    _add(sqlite_store, wave, "employees", "paper", 10, "s232--")
    _release(sqlite_store)
    with pytest.raises(RefusedError, match="VIE-001") as refused:
        _view(sqlite_store, group=("employees",), mode=("self",))
    # Which item it is would tell who left it out.
    assert "needs_met" not in str(refused.value)


def test_groups_left_out_of_a_view_say_why_without_a_number(sqlite_store: Store) -> None:
    """Forty neighbours but two on paper, twelve employees on it; three customers in all."""
    _released(
        sqlite_store, ("employees", "self", 20), ("employees", "paper", 12),
        ("neighbours", "self", 2), ("neighbours", "paper", 40), ("clients", "paper", 3),
    )  # fmt: skip
    wanted = Filter(mode=("paper",))
    with sqlite_store.writing() as session:
        tally = viewing.view(session, WAVE, wanted, make.DAY)
        found = releasing.profile_of_part(
            session, queries.wave_by_code(session, WAVE), tally, wanted
        )
    reasons = {(c.group, c.reason) for c in (*found.items, *found.choices) if c.show == "masked"}
    assert ("neighbours", LEFT_OUT) in reasons
    assert ("neighbours", "n < 5") not in reasons
    assert "neighbours" not in found.masked_groups
    assert not any(group == "clients" and reason == LEFT_OUT for group, reason in reasons)


def _refusals(store: Store, **axes: tuple[str, ...]) -> str:
    with pytest.raises(CorusError) as refused:
        _view(store, **axes)
    return str(refused.value)


@pytest.mark.parametrize("few", [0, 1, 4])
@pytest.mark.parametrize(
    "axes",
    [
        {"group": ("neighbours",)}, {"group": ("neighbours",), "mode": ("paper",)},
        {"channel": ("kiosk",)}, {"variant": ("easy",)}, {"mode": ("interview",)},
    ],
)  # fmt: skip
def test_what_nobody_answered_is_refused_in_the_words_of_what_four_did(
    sqlite_store: Store, axes: dict[str, tuple[str, ...]], few: int
) -> None:
    wave = _closed(sqlite_store)
    _add(sqlite_store, wave, "employees", "self", 20)
    rare = {"channel": "kiosk", "variant": "easy"}
    _add(sqlite_store, wave, "neighbours", "interview", few, **rare)
    _release(sqlite_store)
    said = "This view would single out fewer than 5 persons."
    assert _refusals(sqlite_store, **axes).startswith(said)
    assert viewing_again(sqlite_store, **axes) is None


def viewing_again(store: Store, **axes: tuple[str, ...]) -> Tally | None:
    with store.reading() as session:
        return viewing.again(session, WAVE, Filter(**axes))


@pytest.mark.parametrize("few", [0, 4])
def test_values_there_are_to_ask_for_are_those_of_plan_and_questionnaire(
    sqlite_store: Store, few: int
) -> None:
    wave = _closed(sqlite_store)
    _add(sqlite_store, wave, "employees", "self", 20)
    _add(sqlite_store, wave, "neighbours", "paper", few, channel="kiosk")
    _release(sqlite_store)
    told = {axis: _refusals(sqlite_store, **{axis: ("papier",)}) for axis in vars(Filter())}
    assert "Use one of: employees, neighbours. [VIE-002]" in told["group"]
    assert "personal, open, kiosk, paper, import, unknown." in told["channel"]
    assert "Use one of: complete, partial." in told["completeness"]


def test_a_value_that_no_answer_has_is_said_to_be_wrong(sqlite_store: Store) -> None:
    _released(sqlite_store, ("employees", "self", 20))
    with pytest.raises(InputError) as wrong:
        _view(sqlite_store, mode=("papier",))
    assert wrong.value.code == "VIE-002"
    assert wrong.value.hint.startswith("Use one of: self, assisted")


def test_there_is_no_view_before_the_first_release(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    with pytest.raises(NotFoundError, match="no release yet"):
        _view(sqlite_store, group=("employees",))


def test_the_same_view_of_a_later_release_is_another_view(sqlite_store: Store) -> None:
    """Allowed where the group did not change: of neighbours ten more came."""
    wave = _released(
        sqlite_store, ("employees", "self", 20), ("employees", "paper", 12),
        ("neighbours", "self", 20),
    )  # fmt: skip
    _view(sqlite_store, group=("employees",), mode=("paper",))
    _add(sqlite_store, wave, "neighbours", "self", 10)
    _release(sqlite_store)
    assert _view(sqlite_store, group=("employees",), mode=("paper",)).responses.sum() == 12
    assert [line["release"] for line in _noted(sqlite_store)] == [1, 2]


def test_a_part_of_a_group_that_changed_since_it_was_viewed_is_not_viewed_again(
    store: Store,
) -> None:
    wave = _released(store, ("employees", "self", 20), ("employees", "paper", 12))
    _view(store, mode=("paper",))
    _add(store, wave, "employees", "paper", 10)
    _release(store)
    for mode in ("paper", "self"):
        with pytest.raises(RefusedError, match="Release 1") as refused:
            _view(store, group=("employees",), mode=(mode,))
        assert refused.value.code == "VIE-006"
        assert refused.value.names == {"group": "employees", "release": 1}
    assert _view(store, group=("employees",)).responses.sum() == 42


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
