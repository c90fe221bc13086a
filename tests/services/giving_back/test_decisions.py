"""Decisions: who sees to what by when; faults where they are, a line in the log for each act."""

from __future__ import annotations

from datetime import date

import pytest

from corus.errors import InputError, NotFoundError
from corus.services.accounts import audit
from corus.services.giving_back import decisions, pages
from corus.services.giving_back.decisions import Draft
from corus.store import accounts, queries
from corus.store import decisions as rows
from corus.store.engine import Store
from tests import factories as make
from tests.services.giving_back import waves

LATER = date(2026, 9, 1)
GOOD = Draft("Ouvrir le samedi.", "Le conseil", about="needs", due_on=LATER)


@pytest.fixture
def by(sqlite_store: Store) -> int:
    return _manager(sqlite_store)


def _manager(store: Store) -> int:
    waves.released(store, {"employees": waves.spread(6, 14), "neighbours": waves.spread(1, 2)})
    return waves.manager(store)


def _actions(store: Store) -> list[str]:
    with store.reading() as session:
        place = accounts.organizations(session)[0]
        return [line.said for line in audit.of_organization(session, place)]


def _write(store: Store, by: int, draft: Draft = GOOD) -> int:
    with store.writing() as session:
        return decisions.write(session, waves.FIRST, draft, make.DAY, by=by).id


def test_a_decision_is_read_on_the_page_of_every_group_it_answers(
    sqlite_store: Store, by: int
) -> None:
    _write(sqlite_store, by)
    _write(sqlite_store, by, Draft("Une réunion.", "La gérance", group="neighbours"))
    with sqlite_store.reading() as session:
        told = {
            group: [d.text for d in pages.page(session, waves.FIRST, group, "fr").decided]
            for group in ("employees", "neighbours")
        }
        (first, _) = pages.page(session, waves.FIRST, "neighbours", "fr").decided
    assert told == {
        "employees": ["Ouvrir le samedi."],
        "neighbours": ["Ouvrir le samedi.", "Une réunion."],
    }
    assert (first.about, first.owner, first.due_on, first.status) == (
        "Needs", "Le conseil", LATER, "Décidé",
    )  # fmt: skip


def test_what_is_done_has_its_day_and_what_became_of_it(sqlite_store: Store, by: int) -> None:
    number = _write(sqlite_store, by)
    done = Draft("Ouvrir le samedi.", "Le conseil", state="done", outcome="Ouvert depuis mai.")
    with sqlite_store.writing() as session:
        found = decisions.change(session, waves.FIRST, number, done, LATER, by=by)
        assert (found.state, found.done_on, found.outcome) == ("done", LATER, "Ouvert depuis mai.")
        found = decisions.change(session, waves.FIRST, number, GOOD, LATER, by=by)
        assert found.done_on is None


def test_what_is_deleted_is_gone_and_every_act_is_in_the_log(store: Store) -> None:
    by = _manager(store)
    number = _write(store, by)
    with store.writing() as session:
        decisions.change(session, waves.FIRST, number, GOOD, make.DAY, by=by)
    with store.writing() as session:
        decisions.delete(session, waves.FIRST, number, by=by)
    with store.writing() as session, pytest.raises(NotFoundError, match="DEC-002"):
        decisions.delete(session, waves.FIRST, number, by=by)
    acts = [a for a in _actions(store) if "decision" in a]
    assert acts == [audit.SAID[f"decision_{act}"] for act in ("deleted", "changed", "written")]


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, {"text", "owner"}),
        ({"text": " ", "owner": "x" * 201}, {"text", "owner"}),
        ({"group": "nobody", "about": "nothing", "state": "lost"}, {"group", "about", "state"}),
        ({"due_on": "demain", "done_on": "2026-02-30"}, {"due_on", "done_on"}),
        ({"state": "dropped"}, {"outcome"}),
        ({"text": "x" * 2001, "outcome": "x" * 2001}, {"text", "outcome"}),
    ],
)
def test_every_fault_is_told_at_its_field(
    sqlite_store: Store, by: int, form: dict[str, str], fields: set[str]
) -> None:
    sent = form if not form else {"text": "Ouvrir.", "owner": "Le conseil"} | form
    with sqlite_store.writing() as session, pytest.raises(InputError) as refused:
        decisions.write(session, waves.FIRST, Draft.of(sent), make.DAY, by=by)
    assert {fault.column for fault in refused.value.faults} == fields
    with sqlite_store.reading() as session:
        assert rows.of_wave(session, queries.wave_by_code(session, waves.FIRST).id) == []


def test_a_decision_of_one_wave_is_not_one_of_another(sqlite_store: Store, by: int) -> None:
    number = _write(sqlite_store, by)
    waves.released(sqlite_store, {"employees": waves.spread(6, 14)}, waves.SECOND)
    with sqlite_store.reading() as session, pytest.raises(NotFoundError, match="DEC-002"):
        decisions.find(session, waves.SECOND, number)


def test_before_the_first_release_there_is_nothing_to_answer(sqlite_store: Store) -> None:
    make.open_wave(sqlite_store)
    by = waves.manager(sqlite_store)
    with sqlite_store.writing() as session, pytest.raises(NotFoundError, match="REL-003"):
        decisions.write(session, waves.FIRST, GOOD, make.DAY, by=by)


def test_an_end_of_line_counts_once_as_in_the_browser() -> None:
    sent = Draft.of({"text": " Ouvrir\r\nle samedi.\0 ", "owner": "Le conseil"})
    assert sent.text == "Ouvrir\nle samedi."
