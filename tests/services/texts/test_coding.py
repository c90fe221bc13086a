"""Coding: two persons, versions of a codebook, what they dispute, and whom it lets count."""

from __future__ import annotations

from pathlib import Path

import pytest

from corus.errors import InputError
from corus.services.texts import codebooks, coding, voices
from corus.store import queries
from corus.store.engine import Store
from tests import factories as make
from tests.services.texts import text_factories as t


@pytest.fixture
def read(sqlite_store: Store, tmp_path: Path) -> Store:
    """Twelve employees and four neighbours wrote; all texts are reviewed; two codes."""
    t.written(sqlite_store, [*t.texts("employees", 12), *t.texts("neighbours", 4)])
    t.review_all(sqlite_store, tmp_path / "r.csv")
    t.codebook(sqlite_store, tmp_path / "b.csv", noise="Parle de bruit.", bonds="Parle de liens.")
    return sqlite_store


def number(text: str) -> int:
    return int(text.split("numéro ")[1].split()[0])


def ana(text: str) -> tuple[str, str, str]:
    n = number(text)
    return ("noise" if n < 3 else "bonds|noise" if n == 3 else "-"), "unexpected", (
        "unfavourable" if n < 4 else "favourable"
    )  # fmt: skip


def boris(text: str) -> tuple[str, str, str]:
    return ("-", *ana(text)[1:]) if number(text) == 0 else ana(text)


def latest(store: Store) -> codebooks.Codebook:
    with store.reading() as session:
        return codebooks.latest(session, t.WAVE)["surprise"]


def agreements(store: Store) -> dict[str, coding.Agreement]:
    with store.reading() as session:
        return {a.code: a.found for a in coding.agreements(session, t.WAVE)}


def cells(store: Store) -> voices.Voices:
    with store.reading() as session:
        return voices.voices(session, t.WAVE)


def test_coders_read_redacted_texts_without_the_group(read: Store) -> None:
    found = t.to_code(read, "ana")
    assert len(found) == 16
    assert set(found[0]) == {"id", "item", "text", "codes", "expectation", "valence"}


def test_one_coder_gives_counts_and_a_second_agreement(read: Store, tmp_path: Path) -> None:
    assert t.code(read, tmp_path / "c.csv", "ana", ana) == 16
    assert t.to_code(read, "ana") == []
    assert agreements(read)["noise"].verdict == "too_few"
    assert t.code(read, tmp_path / "c.csv", "boris", boris) == 16
    found = agreements(read)
    assert set(found) == {"noise", "bonds", "expectation", "valence"}
    assert (found["noise"].doubled, found["noise"].percent) == (16, 14 / 16)
    # 32 codings, 14 of them “noise”, two texts on which the two differ.
    assert found["noise"].alpha == pytest.approx(1 - 31 * 4 / (2 * 14 * 18))
    assert found["noise"].verdict == "tentative"
    assert found["valence"].alpha == 1
    assert found["expectation"].verdict == "no_variation"


def test_disputed_texts_are_settled_together_and_only_then_counted(
    read: Store, tmp_path: Path
) -> None:
    t.code(read, tmp_path / "c.csv", "ana", ana)
    t.code(read, tmp_path / "c.csv", "boris", boris)
    assert {(c.group, c.option): (c.show, c.n, c.chosen) for c in cells(read).codes} == {
        ("employees", "noise"): ("full", 11, 3), ("employees", "bonds"): ("full", 11, 1),
        ("neighbours", "noise"): ("masked", None, None),
        ("neighbours", "bonds"): ("masked", None, None),
    }  # fmt: skip
    with read.writing() as session:
        disputed = t.rows(coding.disputes(session, read.key, t.WAVE, t.ERRAND))
    assert [(r["ana"], r["boris"]) for r in disputed] == [
        ("noise unexpected unfavourable", "- unexpected unfavourable")
    ] * 2
    t.code(read, tmp_path / "c.csv", "agreed", ana, disputed)
    found = cells(read)
    assert [c.chosen for c in found.codes if c.group == "employees"] == [4, 1]
    employees = next(c for c in found.quotations if c.group == "employees")
    assert employees.valences["unfavourable"] == employees.left_out["unfavourable"] == 4
    assert agreements(read)["noise"].percent == 14 / 16


def test_the_second_coder_gets_a_tenth_and_those_already_coded(
    sqlite_store: Store, tmp_path: Path
) -> None:
    t.written(sqlite_store, t.texts("employees", 40))
    t.review_all(sqlite_store, tmp_path / "r.csv")
    half = t.to_code(sqlite_store, "ana")[20:]
    t.code(sqlite_store, tmp_path / "c.csv", "ana", lambda _: ("", "expected", "favourable"), half)
    second = t.to_code(sqlite_store, "boris", second=True)
    assert len(second) == 4
    assert {r["id"] for r in second} <= {r["id"] for r in half}


def test_a_changed_definition_is_a_new_version_and_asks_for_new_codes(
    read: Store, tmp_path: Path
) -> None:
    t.code(read, tmp_path / "c.csv", "ana", ana)
    same = t.codebook(read, tmp_path / "b.csv", noise="Parle de bruit.", bonds="Parle de liens.")
    assert same == []
    [revised] = t.codebook(
        read, tmp_path / "b.csv", noise="Parle de bruit, pas de cris.", bonds="Parle de liens."
    )
    assert revised == codebooks.Revised("surprise", 2, (), (), ("noise",))
    assert latest(read).version == 2
    found = agreements(read)
    assert (found["noise"].texts, found["bonds"].texts) == (0, 16)
    assert all(c.show == "masked" for c in cells(read).codes)
    assert len(t.to_code(read, "ana")) == 16


def test_every_fault_of_a_coded_file_is_told_at_once(read: Store, tmp_path: Path) -> None:
    rows = t.to_code(read, "ana")[:7]
    good = {"codes": "noise", "expectation": "expected", "valence": "ambivalent"}
    changes: list[dict[str, str]] = [
        {}, {"codes": "silence"}, {"codes": ""}, {"valence": "good"}, {"expectation": ""},
        {"id": "t00"}, {"codes": "", "expectation": "", "valence": ""},
    ]  # fmt: skip
    filled = [row | good | change for row, change in zip(rows, changes, strict=True)]
    path = t.save(tmp_path / "c.csv", filled)
    with read.writing() as session, pytest.raises(InputError) as refused:
        coding.take_in(session, read.key, t.WAVE, path, "ana", make.DAY)
    codes = [f.code for f in refused.value.faults]
    assert codes == ["TXT-042", "TXT-041", "TXT-044", "TXT-044", "TXT-040"]
    assert len(t.to_code(read, "ana")) == 16


def test_one_fault_in_many_rows_is_told_once_with_its_rows(read: Store, tmp_path: Path) -> None:
    good = {"codes": "noise", "expectation": "expected", "valence": "ambivalent"}
    filled = [row | good | {"codes": "silence"} for row in t.to_code(read, "ana")]
    filled[2]["valence"] = "good"
    path = t.save(tmp_path / "c.csv", filled)
    with read.writing() as session, pytest.raises(InputError, match="17 problems") as refused:
        coding.take_in(session, read.key, t.WAVE, path, "ana", make.DAY)
    silence, good_ = refused.value.faults
    assert (silence.line, silence.column) == (2, "codes")
    assert silence.hint.endswith("on rows 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 5 more.")
    assert (good_.line, good_.column) == (4, "valence")


def test_after_twenty_different_faults_the_others_are_counted(read: Store, tmp_path: Path) -> None:
    good = {"codes": "noise", "expectation": "expected", "valence": "ambivalent"}
    filled = [row | good for row in t.to_code(read, "ana")]
    for i, row in enumerate(filled):
        row |= {"codes": f"code {i}", "valence": f"word {i}"}
    path = t.save(tmp_path / "c.csv", filled)
    with read.writing() as session, pytest.raises(InputError, match="and 12 more") as refused:
        coding.take_in(session, read.key, t.WAVE, path, "ana", make.DAY)
    assert len(refused.value.faults) == 20


def test_every_fault_of_a_codebook_is_told_at_once(read: Store, tmp_path: Path) -> None:
    row = {"item": "surprise", "code": "work", "name": "Travail", "definition": "Le travail.",
           "example": ""}  # fmt: skip
    changes = [{}, {}, {"item": "needs_met"}, {"code": "Le travail"}, {"code": "a", "name": ""},
               {"code": "b", "example": "Écrire à ana@exemple.fr"}]  # fmt: skip
    path = t.save(tmp_path / "b.csv", [row | change for change in changes])
    with read.writing() as session, pytest.raises(InputError) as refused:
        codebooks.revise(session, t.WAVE, path, make.DAY)
    assert [f.code for f in refused.value.faults] == [
        "TXT-032", "TXT-030", "TXT-031", "TXT-033", "TXT-034"
    ]  # fmt: skip
    assert latest(read).version == 1


def test_texts_nobody_reviewed_are_not_coded(sqlite_store: Store) -> None:
    t.written(sqlite_store, t.texts("employees", 3))
    assert t.to_code(sqlite_store, "ana") == []


def test_a_group_that_wrote_nothing_says_as_little_as_one_that_wrote_four(
    sqlite_store: Store, tmp_path: Path
) -> None:
    t.written(sqlite_store, [*t.texts("employees", 10), *t.texts("neighbours", 4)])
    cell = {c.group: c for c in cells(sqlite_store).quotations}["neighbours"]
    assert (cell.show, cell.reason, cell.n) == ("masked", "n < 5", None)
    make.open_wave(sqlite_store, "silent-2026")
    make.close_wave(sqlite_store, "silent-2026")
    with sqlite_store.reading() as session:
        silent = voices.of_wave(session, queries.wave_by_code(session, "silent-2026"))
    assert [c.show for c in silent.quotations] == ["masked", "masked"]
    assert [c for c in silent.quotations if c.group == "neighbours"] == [cell]
