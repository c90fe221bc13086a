"""A collection that comes twice under other ids is refused; coincidences are stored and said."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from corus.domain.instrument import Instrument
from corus.errors import InputError
from corus.services import following
from corus.services.importing import ImportRefused, ImportReport, import_answers
from corus.store import queries
from corus.store.engine import Store
from corus.store.models import JournalEntry
from corus.store.writer import store_rows
from tests import factories
from tests.services.importing.factories import DAY, write_csv

WAVE = "panier-2026"
CODES = [f"item_{n}" for n in range(12)]
HEADER = ["id", "group", *CODES, "words"]
Answers = list[list[str]]


def twelve() -> Instrument:
    """Twelve rated items and one in words, asked of two groups."""
    rated = [
        {"code": code, "type": "rating", "scale": "agreement_5", "text": factories.text(code)}
        for code in CODES
    ]
    words = {"code": "words", "type": "text", "text": factories.text("Mots ?")}
    return factories.instrument(questions=[*rated, words], dimensions=[])


def people(n: int, seed: int = 1) -> Answers:
    """Answers of n persons who read each item: chance does not give them twice."""
    draw = random.Random(seed)
    return [[*draw.choices("12345", k=len(CODES)), ""] for _ in range(n)]


def take(
    store: Store, folder: Path, first: int, answers: Answers, group: str = "employees",
    **options: object,
) -> ImportReport:  # fmt: skip
    """Import these answers under ids that count from ``first``."""
    rows = [[str(first + n), group, *one] for n, one in enumerate(answers)]
    path = write_csv(folder / f"from_{first}.csv", HEADER, *rows)
    with store.writing() as session:
        return import_answers(session, store, WAVE, path, received_on=DAY, **options)


def number(store: Store) -> int:
    with store.reading() as session:
        return len(queries.answers(session, queries.wave_by_code(session, WAVE).id))


def journal(store: Store) -> list[dict[str, object]]:
    with store.reading() as session:
        lines = session.query(JournalEntry).filter_by(action="imported").order_by(JournalEntry.id)
        return [line.detail for line in lines]


def test_a_collection_imported_again_under_other_ids_with_one_person_more_is_refused(
    store: Store, tmp_path: Path
) -> None:
    factories.open_wave(store, of=twelve())
    sixty = people(60)
    take(store, tmp_path, 1, sixty)
    with pytest.raises(ImportRefused) as caught:
        take(store, tmp_path, 101, [*sixty, *people(1, seed=2)])
    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == ("IMP-042", 0)
    assert "at least 60 of rows stored before." in fault.message
    assert "--repeats" in fault.hint
    assert number(store) == 60


def test_a_late_collection_that_comes_again_is_refused_once_the_wave_is_closed(
    store: Store, tmp_path: Path
) -> None:
    factories.open_wave(store, of=twelve())
    take(store, tmp_path, 1, people(60))
    factories.close_wave(store)
    late = people(20, seed=3)
    assert take(store, tmp_path, 101, late).stored == 20
    with pytest.raises(ImportRefused, match="not imported"):
        take(store, tmp_path, 201, [*late, *people(1, seed=4)])
    assert number(store) == 80


def test_everybody_but_one_twice_in_one_file_is_refused(store: Store, tmp_path: Path) -> None:
    factories.open_wave(store, of=twelve())
    thirty = people(30)
    with pytest.raises(ImportRefused) as caught:
        take(store, tmp_path, 1, [*thirty, *people(1, seed=2), *thirty])
    (fault,) = caught.value.faults
    assert fault.line == 33
    assert "30 of a row higher in this file (lines 33–62)." in fault.message
    assert number(store) == 0


def test_answers_given_online_and_typed_into_a_file_are_known_again(
    store: Store, tmp_path: Path
) -> None:
    wave_id = factories.open_wave(store, of=twelve())
    marks = ["".join(str(int(v) - 1) for v in one[:-1]) + "s" for one in people(20)]
    with store.writing() as session:
        store_rows(session, [
            factories.response(wave_id, orjson.dumps({"marks": one}), mode="assisted")
            for one in marks
        ])  # fmt: skip
    with pytest.raises(ImportRefused) as caught:
        take(store, tmp_path, 1, people(20))
    assert caught.value.faults[0].code == "IMP-042"


def test_with_a_reason_they_are_stored_and_whoever_follows_the_wave_reads_why(
    store: Store, tmp_path: Path
) -> None:
    factories.open_wave(store, of=twelve())
    take(store, tmp_path, 1, people(10))
    report = take(store, tmp_path, 101, people(10), repeats="Ten couples  who answered\ntogether.")
    assert report.stored == 10
    assert "another id: at least 10 of rows stored before." in "\n".join(report.lines())
    assert journal(store)[1] == {
        "read": 10, "stored": 10, "already_there": 0, "repeats": 10,
        "why": "Ten couples who answered together.",
    }  # fmt: skip
    with store.reading() as session:
        found = following.status(session, queries.wave_by_code(session, WAVE))
    assert found.repeats == ("Ten couples who answered together.",)


@pytest.mark.parametrize("reason", ["", "   yes   ", "because " * 50])
def test_a_reason_is_a_sentence(sqlite_store: Store, tmp_path: Path, reason: str) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    with pytest.raises(InputError, match="10 to 300") as caught:
        take(sqlite_store, tmp_path, 1, people(2), repeats=reason)
    assert caught.value.code == "IMP-043"


def test_four_repeats_among_sixty_are_stored_without_a_word_and_five_are_refused(
    sqlite_store: Store, tmp_path: Path
) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    take(sqlite_store, tmp_path, 1, people(60))
    report = take(sqlite_store, tmp_path, 101, [*people(4), *people(56, seed=2)])
    assert report.stored == 60
    assert "another id" not in "\n".join(report.lines())
    assert journal(sqlite_store)[1]["repeats"] == 4
    with pytest.raises(ImportRefused):
        take(sqlite_store, tmp_path, 201, [*people(60)[10:15], *people(55, seed=3)])


def test_one_column_ticked_all_the_way_down_by_many_is_no_collection_that_comes_twice(
    sqlite_store: Store, tmp_path: Path
) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    same = [[point] * 12 + [""] for point in "45" * 10]
    take(sqlite_store, tmp_path, 1, [*people(40), *same])
    report = take(sqlite_store, tmp_path, 101, [*people(40, seed=2), *same])
    assert report.stored == 60
    # The first of each of the two is stored before, the others stand higher in the file too.
    assert "another id: 18 of a row higher in this file (lines 44–61)." in "\n".join(report.lines())


def test_common_answers_are_counted_with_those_that_tell(
    sqlite_store: Store, tmp_path: Path
) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    all_of_them = [*people(40), *([["4"] * 12 + [""]] * 6)]
    take(sqlite_store, tmp_path, 1, all_of_them)
    with pytest.raises(ImportRefused) as caught:
        take(sqlite_store, tmp_path, 101, all_of_them)
    message = caught.value.faults[0].message
    assert "5 of a row higher in this file (lines 43–47); at least 40 of rows stored" in message


def test_a_file_of_guesses_does_not_tell_which_of_them_somebody_gave(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """One person answered two items; every way of answering them is imported, and one more."""
    factories.open_wave(sqlite_store, of=twelve())
    guesses = [[a, b, *[""] * 11] for a in "12345" for b in "12345"]
    said = []
    for number, guess in enumerate(guesses[:4]):
        take(sqlite_store, tmp_path, 1000 + number, [guess])
        try:
            report = take(sqlite_store, tmp_path, 1, guesses)
            said.append("\n".join(report.lines()))
        except ImportRefused as refused:
            said.append("\n".join(map(str, refused.faults)))
        with sqlite_store.writing() as session:
            session.execute(text("DELETE FROM responses"))
    assert len(set(said)) == 1
    assert "line" not in said[0]


def test_the_same_rows_under_their_own_ids_are_no_repeats(
    sqlite_store: Store, tmp_path: Path
) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    take(sqlite_store, tmp_path, 1, people(30))
    report = take(sqlite_store, tmp_path, 1, [*people(30), *people(1, seed=2)])
    assert (report.stored, report.already_there) == (1, 30)
    assert "another id" not in "\n".join(report.lines())


def test_two_groups_may_give_the_same_answers(sqlite_store: Store, tmp_path: Path) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    take(sqlite_store, tmp_path, 1, people(20))
    assert take(sqlite_store, tmp_path, 101, people(20), group="neighbours").stored == 20


def test_long_words_are_nobody_elses_and_short_ones_are(
    sqlite_store: Store, tmp_path: Path
) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    short = [[""] * 12 + ["Rien à dire."]] * 8
    assert take(sqlite_store, tmp_path, 1, short).stored == 8
    said = [[""] * 12 + [f"Le samedi {n}, le local était fermé sans que rien ne le dise."]
            for n in range(8)]  # fmt: skip
    assert take(sqlite_store, tmp_path, 101, said).stored == 8
    with pytest.raises(ImportRefused):
        take(sqlite_store, tmp_path, 201, said)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_answers_to_know_what_is_common_stop_nothing(
    sqlite_store: Store, tmp_path: Path, n: int
) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    assert take(sqlite_store, tmp_path, 1, [["4"] * 12 + [""]] * n).stored == n
    assert take(sqlite_store, tmp_path, 101, [["4"] * 12 + [""]] * n).stored == n


def test_the_line_names_twenty_runs_of_rows_and_counts_the_others(
    sqlite_store: Store, tmp_path: Path
) -> None:
    factories.open_wave(sqlite_store, of=twelve())
    twice = [one for one in people(25) for _ in range(2)]
    with pytest.raises(ImportRefused) as caught:
        take(sqlite_store, tmp_path, 101, twice)
    assert "lines 3, 5, 7," in caught.value.faults[0].message
    assert "41 and 5 more)." in caught.value.faults[0].message


def test_of_two_copies_imported_at_once_one_is_refused(store: Store, tmp_path: Path) -> None:
    factories.open_wave(store, of=twelve())

    def one(first: int) -> bool:
        try:
            return take(store, tmp_path, first, people(40)).stored == 40
        except ImportRefused:
            return False

    with ThreadPoolExecutor(2) as at_once:
        assert sorted(at_once.map(one, (1, 101))) == [False, True]
    assert number(store) == 40
