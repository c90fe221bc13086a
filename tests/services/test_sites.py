"""Sites: from the list of contacts to the answer, its counts and what may be told of a site."""

from __future__ import annotations

import secrets
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from corus.analysis.counting.tally import differing
from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.domain.wave import WaveState
from corus.errors import InputError, RefusedError
from corus.services import (
    editing,
    entering,
    exporting,
    importing,
    links,
    releasing,
    responding,
    returning,
    tallying,
    viewing,
)
from corus.services.importing import ImportRefused
from corus.services.inviting import invite
from corus.services.responding import Way
from corus.services.sheets import Cover
from corus.services.viewing import Filter
from corus.store import invitations, queries
from corus.store.engine import Store
from corus.store.migrate import downgrade, upgrade
from corus.store.models import Invitation, Stratum, Wave
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
SITES = {"north": {"fr": "Halle nord", "en": "North hall"}, "south": {"fr": "Halle sud"}}
FORM = {"q.needs_met": ["3"]}
ANY_STATE = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})


def _set(store: Store, sites: dict[str, dict[str, str]]) -> editing.Changes:
    with store.writing() as session:
        start = editing.declared(queries.wave_by_code(session, WAVE))
        return editing.change_wave(
            session, WAVE, start.model_copy(update={"sites": sites}), make.DAY
        )


def _open(store: Store) -> int:
    wave = make.open_wave(store)
    _set(store, SITES)
    return wave


def _add(store: Store, wave: int, group: str, site: str, n: int, **more: str) -> None:
    document = make.marks("3232--", make.instrument())
    rows = [make.response(wave, document, group=group, site=site, **more) for _ in range(n)]
    with store.writing() as session:
        store_rows(session, rows, states=ANY_STATE)


def _confidential(store: Store, wave: int) -> None:
    """Its small sites stay after closing, and are for the figures to hide."""
    with store.writing() as session:
        record = session.get_one(Wave, wave)
        record.plan = record.plan.replace('"anonymity":"anonymous"', '"anonymity":"confidential"')


def _released(store: Store, *parts: tuple[str, str, int]) -> Profile:
    wave = _open(store)
    _confidential(store, wave)
    for group, site, n in parts:
        _add(store, wave, group, site, n)
    make.close_wave(store)
    with store.writing() as session:
        return releasing.release(session, WAVE, make.DAY)


def _view(store: Store, **axes: tuple[str, ...]) -> dict[str, int]:
    """Persons by group of a view."""
    with store.writing() as session:
        found = viewing.view(session, WAVE, Filter(**axes), make.DAY)
    persons: dict[str, int] = {}
    for stratum, n in found.counts_by_stratum().items():
        persons[stratum.group] = persons.get(stratum.group, 0) + n
    return persons


def _sites_of(store: Store) -> dict[str, int]:
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        found: dict[str, int] = {}
        for place, n in queries.strata(session, wave.id).items():
            found[place[-1]] = found.get(place[-1], 0) + n
    return found


def _contacts(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "contacts.csv"
    file.write_text("\n".join(["groupe;courriel;site", *rows]), "utf-8")
    return file


def _invite(store: Store, path: Path) -> invite.Added:
    with store.writing() as session:
        return invite.import_contacts(session, store.key, WAVE, path, make.DAY)


# Declaring


def test_sites_may_be_added_after_answers_and_never_renamed_or_taken_away(store: Store) -> None:
    wave = _open(store)
    assert _set(store, {"north": {"fr": "Au nord"}}) != {}
    _set(store, SITES)
    _add(store, wave, "employees", "north", 1)
    changed = _set(store, SITES | {"east": {"fr": "À l’est"}})
    assert changed == {"sites.east.fr": (None, "À l’est")}
    for fewer in ({}, {"north": SITES["north"]}, SITES | {"south": {"fr": "Le sud"}}):
        with pytest.raises(RefusedError) as refused:
            _set(store, fewer)
        assert refused.value.code == "WAV-032"


def test_a_wave_without_sites_has_none_of_it(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, "employees", "", 12)
    make.close_wave(store)
    with store.writing() as session:
        profile = releasing.release(session, WAVE, make.DAY)
        assert (profile.sites, profile.by_site) == ({}, ())
        files = exporting.microdata(session, WAVE, "fr", make.DAY, role="r", purpose="p")
    assert b",site," not in files[""].splitlines()[0]


# Inviting and answering


def test_the_site_of_a_list_travels_by_the_link_into_the_answer(
    store: Store, tmp_path: Path
) -> None:
    _open(store)
    rows = ("employees;a@x.example;Halle Nord", "employees;b@x.example;south",
            "employees;c@x.example;")  # fmt: skip
    _invite(store, _contacts(tmp_path, *rows))
    with store.reading() as session:
        people = invitations.people(session, queries.wave_by_code(session, WAVE).id)
    for person in people:
        found = links.find(store, links.token(store.key, bytes(person.id)))
        assert found == links.found_before(store, links.token(store.key, bytes(person.id)))
        page = responding.questionnaire(store, found.wave, found.group, "standard")
        way = Way("personal", once=found.once, site=found.site)
        responding.submit(store, page, "fr", secrets.token_hex(16), FORM, way)
    assert _sites_of(store) == {"": 1, "north": 1, "south": 1}


def test_an_unknown_site_refuses_its_row_and_nobody_is_invited(
    store: Store, tmp_path: Path
) -> None:
    _open(store)
    with pytest.raises(InputError) as refused:
        _invite(store, _contacts(tmp_path, "employees;a@x.example;north",
                                 "employees;b@x.example;ouest"))  # fmt: skip
    assert [(f.line, f.code, f.column) for f in refused.value.faults] == [(3, "CTC-019", "site")]
    with store.reading() as session:
        assert invitations.people(session, queries.wave_by_code(session, WAVE).id) == []


def test_a_person_invited_at_one_site_is_not_moved_to_another(
    sqlite_store: Store, tmp_path: Path
) -> None:
    _open(sqlite_store)
    first = _invite(sqlite_store, _contacts(tmp_path, "employees;a@x.example;north"))
    assert "employees@north" in " ".join(first.lines())
    _invite(sqlite_store, _contacts(tmp_path, "employees;a@x.example;"))
    with pytest.raises(InputError) as refused:
        _invite(sqlite_store, _contacts(tmp_path, "employees;a@x.example;south"))
    assert [f.code for f in refused.value.faults] == ["CTC-020"]


def test_in_a_wave_without_sites_the_column_is_left_aside(
    sqlite_store: Store, tmp_path: Path
) -> None:
    make.open_wave(sqlite_store)
    assert _invite(sqlite_store, _contacts(tmp_path, "employees;a@x.example;north")).left_aside == (
        "site",
    )


def test_an_answer_that_is_changed_keeps_its_site(store: Store) -> None:
    _open(store)
    page = responding.questionnaire(store, WAVE, "employees", "standard")
    number = secrets.token_hex(16)
    receipt = responding.submit(store, page, "fr", number, FORM, Way(site="north"))
    kept = returning.find(store, receipt.code)
    returning.change(store, kept, "fr", {"q.needs_met": ["1"]}, kept.revision)
    assert _sites_of(store) == {"north": 1}


def test_paper_typed_twice_is_stored_at_its_site(store: Store) -> None:
    _open(store)
    page = responding.questionnaire(store, WAVE, "employees", "standard")
    for typing, clerk in ((1, "Ada"), (2, "Bob")):
        with store.writing() as session:
            cover = Cover("7", clerk, "employees", typing=typing, site="south")
            cover = entering.open_sheet(session, store.key, WAVE, cover)
            kept = entering.type_sheet(session, store.key, page, cover, FORM, make.DAY)
    assert kept.state == "stored"
    assert _sites_of(store) == {"south": 1}
    with store.writing() as session, pytest.raises(InputError, match="no site"):
        entering.open_sheet(session, store.key, WAVE, Cover("8", "Ada", "employees", site="x"))


# Importing and exporting


def _import(store: Store, tmp_path: Path, *rows: str) -> importing.ImportReport:
    file = tmp_path / "answers.csv"
    file.write_text("\n".join(["response_id,group,site,needs_met", *rows]), "utf-8")
    with store.writing() as session:
        return importing.import_answers(session, store, WAVE, file, received_on=make.DAY)


def test_a_file_of_answers_may_say_the_site_by_code_or_name(store: Store, tmp_path: Path) -> None:
    _open(store)
    _import(store, tmp_path, "1,employees,north,4", "2,employees,North hall,4", "3,employees,,4")
    assert _sites_of(store) == {"": 1, "north": 2}
    with pytest.raises(ImportRefused) as refused:
        _import(store, tmp_path, "9,employees,west,4")
    assert [fault.code for fault in refused.value.report.faults] == ["IMP-038"]


def test_a_row_that_comes_again_with_another_site_is_a_conflict(
    store: Store, tmp_path: Path
) -> None:
    _open(store)
    _import(store, tmp_path, "1,employees,north,4", "2,employees,,4")
    _import(store, tmp_path, "1,employees,Halle nord,4", "2,employees,,4")
    with pytest.raises(ImportRefused) as refused:
        _import(store, tmp_path, "2,employees,south,4", "3,employees,south,4", "1,employees,,4")
    faults = refused.value.report.faults
    assert [(fault.line, fault.code) for fault in faults] == [(2, "IMP-041"), (4, "IMP-041")]
    assert "no site" in str(faults[0])
    assert "“north”" in str(faults[1])
    assert _sites_of(store) == {"": 1, "north": 1}


def test_microdata_tell_the_site_in_every_format(sqlite_store: Store) -> None:
    _released(sqlite_store, ("employees", "north", 12), ("employees", "", 13))
    with sqlite_store.writing() as session:
        asked: dict[str, Any] = {"role": "r", "purpose": "p"}
        told = {
            name: exporting.microdata(session, WAVE, "fr", make.DAY, name=name, **asked)
            for name, _ in exporting.formats().items()
        }
    assert told["answers.csv"][""].decode("utf-8-sig").splitlines()[0].split(",")[8] == "site"
    assert "Halle nord" in told["answers.csv"][".labels.csv"].decode("utf-8-sig")
    with sqlite_store.reading() as session:
        profile = releasing.latest_profile(session, WAVE)
    assert "Halle nord" in exporting.exporters()["codebook.ddi.xml"].write(profile, "fr").decode()


# Counting and telling


def test_counts_of_answers_that_come_later_agree_with_a_recount(store: Store) -> None:
    wave = _open(store)
    _add(store, wave, "employees", "north", 7)
    with store.writing() as session:
        tallying.refresh(session, queries.wave_by_code(session, WAVE))
    _add(store, wave, "employees", "south", 3)
    _add(store, wave, "employees", "north", 2)
    with store.writing() as session:
        record = queries.wave_by_code(session, WAVE)
        checked = tallying.check(session, record)
        assert checked.differing == ()
        assert differing(tallying.rebuild(session, record), checked.tally) == ()
    assert {s.site: n for s, n in checked.tally.counts_by_stratum().items()} == {
        "north": 9, "south": 3,
    }  # fmt: skip


def test_numbers_by_site_are_published_and_small_ones_withheld(store: Store) -> None:
    profile = _released(
        store, ("employees", "north", 30), ("employees", "south", 12), ("neighbours", "north", 20),
        ("neighbours", "south", 3), ("neighbours", "", 15),
    )  # fmt: skip
    told = {(cell.group, cell.site): cell.n for cell in profile.by_site}
    assert told["neighbours", "south"] is None
    assert sum(n is None for (group, _), n in told.items() if group == "neighbours") >= 2
    assert profile.shown_responses == 80


def test_a_view_of_a_site_shows_each_group_that_may_be_shown(store: Store) -> None:
    """Three neighbours at the south: the numbers of south and north are withheld, east is told."""
    _set_of_three(store)
    assert _view(store, site=("east",)) == {"employees": 40, "neighbours": 50}
    with pytest.raises(RefusedError) as refused:
        _view(store, site=("south",), group=("neighbours",))
    assert refused.value.code == "VIE-004"
    assert "3" not in refused.value.message


def _set_of_three(store: Store) -> None:
    wave = make.open_wave(store)
    _set(store, SITES | {"east": {"fr": "Est"}})
    _confidential(store, wave)
    for group, numbers in (("employees", (30, 12, 40)), ("neighbours", (20, 3, 50))):
        for site, n in zip(("north", "south", "east"), numbers, strict=True):
            _add(store, wave, group, site, n)
    make.close_wave(store)
    with store.writing() as session:
        releasing.release(session, WAVE, make.DAY)


def test_of_a_view_over_several_groups_none_is_told_apart_by_a_few(sqlite_store: Store) -> None:
    """Eight of ten employees answered alone: beside the group, the view would tell of the two."""
    wave = make.open_wave(sqlite_store)
    _confidential(sqlite_store, wave)
    for group, alone, helped in (("employees", 8, 2), ("neighbours", 20, 20)):
        _add(sqlite_store, wave, group, "", alone)
        _add(sqlite_store, wave, group, "", helped, mode="paper")
    make.close_wave(sqlite_store)
    with sqlite_store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    assert _view(sqlite_store, mode=("self",)) == {"neighbours": 20}


def test_sites_shown_one_by_one_leave_no_few_behind(sqlite_store: Store) -> None:
    """Three of no site: with north and south shown, they would be what is left of the group."""
    _released(
        sqlite_store, ("employees", "north", 30), ("employees", "south", 40), ("employees", "", 3)
    )
    shown = 0
    for site in ("north", "south"):
        try:
            shown += _view(sqlite_store, site=(site,))["employees"]
        except RefusedError:
            continue
    assert shown in (0, 30, 40)


def test_a_later_release_that_moves_a_site_by_a_few_is_refused(sqlite_store: Store) -> None:
    _released(sqlite_store, ("employees", "north", 30), ("employees", "south", 40))
    with sqlite_store.reading() as session:
        wave = queries.wave_by_code(session, WAVE).id
    _add(sqlite_store, wave, "employees", "north", 3)
    _add(sqlite_store, wave, "employees", "south", 4)
    with pytest.raises(RefusedError) as refused, sqlite_store.writing() as session:
        releasing.release(session, WAVE, make.DAY)
    assert refused.value.code == "REL-002"
    assert "north" not in str(refused.value)


# The database


def test_a_database_of_the_version_before_is_upgraded_with_its_answers(store: Store) -> None:
    wave = make.open_wave(store)
    _add(store, wave, "employees", "", 3)
    downgrade(store.engine, "0003")
    columns = {c["name"] for c in inspect(store.engine).get_columns("strata")}
    assert "site" not in columns
    with store.engine.connect() as connection:
        [plan] = connection.execute(text("SELECT plan FROM waves")).scalars()
    assert '"anonymity":"anonymous"' in plan
    assert "sites" not in plan
    upgrade(store.engine)
    _set(store, SITES)
    _add(store, wave, "employees", "north", 2)
    assert _sites_of(store) == {"": 3, "north": 2}


def test_a_wave_with_sites_is_not_taken_back_to_a_version_without(store: Store) -> None:
    _open(store)
    with pytest.raises(RefusedError) as refused:
        downgrade(store.engine, "0003")
    assert refused.value.code == "MIG-007"
    with store.reading() as session:
        assert session.scalars(select(Stratum.site)).all() == []


# At rest


def test_after_closing_an_anonymous_wave_no_site_joins_an_invitation_with_an_answer(
    store: Store, tmp_path: Path
) -> None:
    wave = _open(store)
    people = ["employees;{0}@x.example;north", "employees;{0}@x.example;south"]
    _invite(store, _contacts(tmp_path, *(people[n % 9 == 0].format(f"p{n}") for n in range(18))))
    _add(store, wave, "employees", "north", 1, channel="personal")
    _add(store, wave, "employees", "north", 1, mode="assisted_relative")
    _add(store, wave, "employees", "south", 12, channel="personal")
    _add(store, wave, "neighbours", "north", 20)
    make.close_wave(store)
    with store.reading() as session:
        assert set(session.scalars(select(Invitation.site))) == {""}
        counts = Counter({(p[0], p[-1]): 0 for p in queries.strata(session, wave)})
        for place, n in queries.strata(session, wave).items():
            counts[place[0], place[-1]] += n
    assert counts == {("employees", ""): 14, ("neighbours", "north"): 20}
    with store.writing() as session:
        assert not tallying.check(session, queries.wave_by_code(session, WAVE)).differing
        assert releasing.release(session, WAVE, make.DAY)


def test_a_confidential_wave_keeps_the_site_of_each_answer(store: Store) -> None:
    wave = _open(store)
    _confidential(store, wave)
    _add(store, wave, "employees", "north", 1)
    _add(store, wave, "employees", "south", 12)
    make.close_wave(store)
    assert _sites_of(store) == {"north": 1, "south": 12}


def test_rows_that_come_after_closing_bring_no_small_site_back(
    store: Store, tmp_path: Path
) -> None:
    wave = _open(store)
    _import(store, tmp_path, "early,employees,north,4")
    _add(store, wave, "employees", "south", 12)
    make.close_wave(store)
    assert _sites_of(store) == {"": 13}
    late = [f"n{n},neighbours,north,4" for n in range(6)]
    report = _import(store, tmp_path, "early,employees,north,4", "e1,employees,south,3", *late)
    assert (report.stored, report.already_there) == (7, 1)
    assert report.forgotten == {"site": 1, "language": 0}
    assert any("1 row stored without site:" in line for line in report.lines())
    with store.reading() as session:
        found = queries.strata(session, wave)
    at = Counter({(place[0], place[-1]): 0 for place in found})
    for place, n in found.items():
        at[place[0], place[-1]] += n
    assert at == {("employees", ""): 14, ("neighbours", "north"): 6}


def test_nobody_is_told_that_none_answered_where_closing_forgot_who_did(store: Store) -> None:
    wave = _open(store)
    _add(store, wave, "employees", "north", 1)
    _add(store, wave, "employees", "south", 30)
    _add(store, wave, "employees", "", 10)
    _add(store, wave, "neighbours", "north", 20)
    _add(store, wave, "neighbours", "south", 20)
    make.close_wave(store)
    with store.writing() as session:
        profile = releasing.release(session, WAVE, make.DAY)
    told = {(cell.group, cell.site): cell.n for cell in profile.by_site}
    assert told["employees", "north"] is None
    assert told["", "north"] is None
    assert (told["employees", "south"], told["neighbours", "north"]) == (30, 20)
    assert Reading(profile, "fr").site("") == "Site non dit, ou oublié à la clôture"
