"""Weights of groups are agreed on before a wave opens, and stand with its results ever after."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from corus.domain.profile import Profile
from corus.errors import InputError, RefusedError
from corus.services import editing, exporting, publishing, releasing, waves
from corus.services.weighing import agreeing, composing
from corus.store import queries
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
AGREED = ("employees,40", "neighbours,60")


def _draft(store: Store) -> None:
    with store.writing() as session:
        owner = waves.create_organization(session, "Le Panier des Hauts")
        publishing.publish(session, make.instrument(), make.DAY)
        waves.create_wave(session, WAVE, owner, "small", make.plan())


def _agree(store: Store, tmp_path: Path, *rows: str, day: date = make.DAY) -> editing.Changes:
    path = tmp_path / "weights.csv"
    path.write_text("\n".join(["group,weight,agreed on", *(f"{r},{day}" for r in rows), ""]))
    return _set(store, str(path))


def _set(store: Store, path: str) -> editing.Changes:
    with store.writing() as session:
        start = editing.declared(queries.wave_by_code(session, WAVE))
        plan = agreeing.with_weights(session, WAVE, start, path, make.DAY)
        return editing.change_wave(session, WAVE, plan, make.DAY)


def _open(store: Store) -> int:
    with store.writing() as session:
        return waves.open_wave(session, WAVE, make.DAY).id


def _released(store: Store) -> Profile:
    wave = _open(store)
    instrument = make.instrument()
    of = {"employees": ("40", "31", "42", "33"), "neighbours": ("02", "13", "04", "22", "11")}
    rows = [
        make.response(wave, make.marks(f"{own[n % len(own)]}32--", instrument), group=group)
        for group, own in of.items()
        for n in range(40)
    ]
    with store.writing() as session:
        store_rows(session, rows)
    make.close_wave(store)
    with store.writing() as session:
        return releasing.release(session, WAVE, make.DAY)


def test_three_conventions_stand_side_by_side_where_weights_were_agreed(
    store: Store, tmp_path: Path
) -> None:
    _draft(store)
    _agree(store, tmp_path, *AGREED)
    profile = _released(store)
    [needs] = (one for one in profile.together if one.dimension == "needs")
    score = {c.group: c.score for c in profile.dimensions if c.dimension == "needs"}
    lines = {line.convention: line.score for line in needs.lines}
    assert list(lines) == ["equal", "head_count", "negotiated"]
    expected = 0.4 * score["employees"] + 0.6 * score["neighbours"]
    assert lines["negotiated"] == pytest.approx(expected, abs=1e-12)
    assert lines["equal"] != pytest.approx(expected, abs=0.1)
    assert needs.weight_present == 1


def test_the_dashboard_and_the_file_of_the_profile_say_whose_weights_and_of_what_day(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _draft(sqlite_store)
    _agree(sqlite_store, tmp_path, *AGREED)
    profile = _released(sqlite_store)
    page = exporting.exporters().find("dashboard.html").write(profile, "fr").decode()
    assert profile.negotiated is not None
    assert profile.negotiated.sha256[:12] in page
    assert "Poids négociés" in page
    assert "Salariées et salariés 40\u202f%" in page
    read = Profile.model_validate_json(
        exporting.exporters().find("profile.json").write(profile, "fr")
    )
    assert read.together == profile.together


def test_without_agreed_weights_two_lines_stand_and_it_is_said(sqlite_store: Store) -> None:
    _draft(sqlite_store)
    profile = _released(sqlite_store)
    assert {len(one.lines) for one in profile.together} == {2}
    page = exporting.exporters().find("dashboard.html").write(profile, "en").decode()
    assert "No weights were negotiated before the wave opened." in page
    assert "Negotiated weights</th>" not in page


def test_once_the_wave_is_open_no_weight_comes_changes_or_goes(
    store: Store, tmp_path: Path
) -> None:
    _draft(store)
    _agree(store, tmp_path, *AGREED)
    _open(store)
    for act in (lambda: _agree(store, tmp_path, "employees,1", "neighbours,9"),
                lambda: _set(store, agreeing.NONE)):  # fmt: skip
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.code == "WAV-030"
        assert refused.value.message.startswith("“weights")


def test_before_it_opens_they_may_be_taken_away(sqlite_store: Store, tmp_path: Path) -> None:
    _draft(sqlite_store)
    _agree(sqlite_store, tmp_path, *AGREED)
    assert _set(sqlite_store, agreeing.NONE)
    assert {len(one.lines) for one in _released(sqlite_store).together} == {2}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (("employees,40",), "POO-002"),
        ((*AGREED, "clients,10"), "WGT-003"),
        (("employees,40", "neighbours,0"), "WGT-005"),
        (("employees,40", "employees,60"), "WGT-004"),
    ],
)
def test_weights_that_are_not_those_of_the_groups_change_nothing(
    sqlite_store: Store, tmp_path: Path, rows: tuple[str, ...], code: str
) -> None:
    _draft(sqlite_store)
    with pytest.raises(InputError) as refused:
        _agree(sqlite_store, tmp_path, *rows)
    assert refused.value.code == code
    with sqlite_store.reading() as session:
        assert waves.plan_of(queries.wave_by_code(session, WAVE)).negotiated is None


def test_nobody_agreed_on_a_day_to_come(sqlite_store: Store, tmp_path: Path) -> None:
    _draft(sqlite_store)
    with pytest.raises(InputError) as refused:
        _agree(sqlite_store, tmp_path, *AGREED, day=make.DAY + timedelta(days=1))
    assert refused.value.code == "WGT-006"


def test_groups_change_with_their_weights_or_not_at_all(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _draft(sqlite_store)
    _agree(sqlite_store, tmp_path, *AGREED)
    with sqlite_store.reading() as session:
        start = editing.declared(queries.wave_by_code(session, WAVE))
    fewer = {g: one for g, one in start.groups.items() if g == "employees"}
    plan = start.model_copy(update={"groups": fewer})
    with sqlite_store.writing() as session, pytest.raises(InputError) as refused:
        editing.change_wave(session, WAVE, plan, make.DAY)
    assert refused.value.code == "POO-002"


def test_a_composite_takes_the_weights_of_the_wave(sqlite_store: Store, tmp_path: Path) -> None:
    _draft(sqlite_store)
    _agree(sqlite_store, tmp_path, *AGREED)
    profile = _released(sqlite_store)
    with sqlite_store.reading() as session:
        found = composing.composed(session, [WAVE], dimensions=("needs",))
    [line] = found.pooled
    [needs] = (one for one in profile.together if one.dimension == "needs")
    assert line.negotiated == next(x.score for x in needs.lines if x.convention == "negotiated")
