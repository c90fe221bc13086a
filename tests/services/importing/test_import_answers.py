"""Storing a file: all or nothing, nothing twice, and a report either way; on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from corus.errors import Fault, NotFoundError, RefusedError
from corus.services import waves
from corus.services.importing import ImportRefused, ImportReport, draft_mapping, import_answers
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import JournalEntry, Response
from tests import factories
from tests.services.importing.factories import DATA, DAY, SAMPLES, authored, write_csv, write_yaml

WAVE = "panier-2026"
HEADER = ["id", "group", "needs_met", "surprise"]


def take(store: Store, path: Path, mapping: Path | None = None, **options: object) -> ImportReport:
    with store.writing() as session:
        return import_answers(session, store, WAVE, path, mapping, received_on=DAY, **options)


def stored(store: Store) -> list[Response]:
    with store.reading() as session:
        wave = queries.wave_by_code(session, WAVE)
        found = queries.answers(session, wave.id)
        session.expunge_all()
        return found


def test_a_sample_is_stored_once_however_often_it_is_imported(store: Store) -> None:
    factories.open_wave(store, of=authored("kobo_wave"))
    mapping = DATA / "kobo_codes.mapping.yaml"
    first = take(store, SAMPLES / "kobo_codes.csv", mapping)
    assert (first.rows_read, first.stored, first.already_there) == (20, 20, 0)
    again = take(store, SAMPLES / "kobo_codes.xlsx", mapping)
    assert (again.rows_read, again.stored, again.already_there) == (20, 0, 20)
    found = stored(store)
    assert len(found) == 20
    assert {(r.channel, r.mode, r.variant) for r in found} == {("import", "unknown", "standard")}


def test_a_later_export_adds_only_its_new_rows(store: Store, tmp_path: Path) -> None:
    factories.open_wave(store)
    rows = [["1", "employees", "1", "a"], ["2", "employees", "1", "a"]]
    take(store, write_csv(tmp_path / "a.csv", HEADER, *rows))
    later = take(store, write_csv(tmp_path / "b.csv", HEADER, *rows, ["3", "neighbours", "2", ""]))
    assert (later.stored, later.already_there) == (1, 2)
    assert len(stored(store)) == 3


def test_a_later_export_without_ids_adds_only_its_new_rows(store: Store, tmp_path: Path) -> None:
    factories.open_wave(store)
    rows = [["employees", "1"], ["employees", "1"]]
    take(store, write_csv(tmp_path / "a.csv", HEADER[1:3], *rows))
    later = take(store, write_csv(tmp_path / "renamed.csv", HEADER[1:3], *rows, ["employees", "2"]))
    assert (later.stored, later.already_there) == (1, 2)


def test_one_refused_row_means_none_is_stored(store: Store, tmp_path: Path) -> None:
    factories.open_wave(store)
    path = write_csv(
        tmp_path / "a.csv", HEADER, ["1", "employees", "1", ""], ["2", "employees", "9", ""]
    )
    with pytest.raises(ImportRefused) as caught:
        take(store, path)
    report = caught.value.report
    assert [(f.line, f.column) for f in report.faults] == [(3, "needs_met")]
    assert report.stored == 0
    assert "nothing stored" in "\n".join(report.lines())
    assert stored(store) == []


def test_a_row_imported_before_with_other_answers_stops_the_whole_file(
    store: Store, tmp_path: Path
) -> None:
    factories.open_wave(store)
    take(store, write_csv(tmp_path / "a.csv", HEADER, ["1", "employees", "1", ""]))
    path = write_csv(
        tmp_path / "b.csv", HEADER, ["7", "employees", "5", ""], ["1", "employees", "2", ""]
    )
    with pytest.raises(ImportRefused) as caught:
        take(store, path)
    (fault,) = caught.value.faults
    assert (fault.line, fault.code) == (3, "IMP-040")
    assert len(stored(store)) == 1


def test_another_collection_without_ids_is_refused_until_it_is_named(
    store: Store, tmp_path: Path
) -> None:
    factories.open_wave(store)
    take(store, write_csv(tmp_path / "a.csv", HEADER[1:3], ["employees", "1"]))
    other = write_csv(tmp_path / "b.csv", HEADER[1:3], ["employees", "5"])
    with pytest.raises(ImportRefused) as caught:
        take(store, other)
    assert "--batch" in caught.value.faults[0].hint
    assert take(store, other, batch="afternoon").stored == 1
    assert take(store, other, batch="afternoon").already_there == 1


def test_partial_rows_and_dropped_columns_are_in_the_report(store: Store, tmp_path: Path) -> None:
    factories.open_wave(store)
    header = ["id", "submitdate", "lastpage", "ipaddr", "group", "needs_met"]
    path = write_csv(
        tmp_path / "a.csv", header, ["1", "", "1", "10.0.0.1", "employees", "1"],
        ["2", "2026-03-05 10:00:00", "2", "10.0.0.2", "employees", "2"],
    )  # fmt: skip
    report = take(store, path)
    said = "\n".join(report.lines())
    assert f"{path}: 2 rows read, 2 stored." in said
    assert "1 row unfinished: kept as partial." in said
    assert "  ipaddr: network addresses are never stored." in said
    assert {r.completeness for r in stored(store)} == {"partial", "complete"}


def test_a_file_of_headings_only_says_there_is_nothing_to_store(
    sqlite_store: Store, tmp_path: Path
) -> None:
    factories.open_wave(sqlite_store)
    for header in (HEADER, ["response_id", "group", "item", "value"]):
        report = take(sqlite_store, path := write_csv(tmp_path / "a.csv", header))
        assert report.lines()[0] == f"{path}: 0 rows: nothing to store."


def test_the_journal_counts_an_import_and_names_no_file(store: Store, tmp_path: Path) -> None:
    factories.open_wave(store)
    take(store, write_csv(tmp_path / "ada.csv", HEADER, ["1", "employees", "1", ""]))
    with store.reading() as session:
        entry = session.query(JournalEntry).filter_by(action="imported").one()
        assert entry.detail == {"read": 1, "stored": 1, "already_there": 0}


def test_draft_archived_and_unknown_waves_take_no_file(sqlite_store: Store, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", HEADER, ["1", "employees", "1", ""])
    with pytest.raises(NotFoundError):
        take(sqlite_store, path)
    factories.open_wave(sqlite_store)
    with sqlite_store.writing() as session:
        waves.close_wave(session, WAVE, DAY)
    assert take(sqlite_store, path).stored == 1
    with sqlite_store.writing() as session:
        waves.archive_wave(session, WAVE, DAY)
    with pytest.raises(RefusedError):
        take(sqlite_store, path)


def test_a_drafted_mapping_is_made_from_the_wave(sqlite_store: Store, tmp_path: Path) -> None:
    factories.open_wave(sqlite_store)
    path = write_csv(
        tmp_path / "a.csv", ["id", "Qui ?", "Énoncé needs_met."], ["1", "Riverains", "5"]
    )
    with sqlite_store.reading() as session:
        mapping = write_yaml(tmp_path / "m.yaml", draft_mapping(session, WAVE, path))
    assert take(sqlite_store, path, mapping).stored == 1
    assert stored(sqlite_store)[0].group == "neighbours"


def test_at_most_two_hundred_faults_are_printed_and_all_are_kept() -> None:
    faults = tuple(Fault("a.csv", n, "ANS-102", "Bad.") for n in range(2, 302))
    report = ImportReport("a.csv", 300, faults=faults)
    lines = report.lines()
    assert lines[200] == "… and 100 more."
    assert lines[201] == "a.csv: 300 rows read, nothing stored."
    assert len(report.faults) == 300
    assert "300 problems" in str(ImportRefused(report))
