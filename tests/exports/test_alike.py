"""The workbook says beside reliability whether groups understand the items alike."""

from __future__ import annotations

from typing import Any

from corus.domain.profile import Profile
from corus.domain.together import Adding, Invariance, LevelFit
from corus.exports.workbook import changed_sheets
from corus.language import words
from tests.exports.factories_exports import make_profile
from tests.exports.reading_back import opened, records, sheet_of, written

FITS = (
    LevelFit(level="configural", df=0, cfi=1.0, rmsea=0.0),
    LevelFit(level="metric", df=2, cfi=0.99, rmsea=0.04, p=0.02, p_lost=0.02),
    LevelFit(level="scalar", df=4, cfi=0.96, rmsea=0.08, p=0.0, p_lost=0.0),
)


def made(*found: Invariance) -> Profile:
    groups = ("employees", "beneficiaries", "board")
    adding = tuple(Adding(dimension="needs", group=g, allows="not_tested") for g in groups)
    return make_profile(adding=adding, invariance=found)


TESTED = made(
    Invariance(
        dimension="needs", reached="metric", groups=("employees", "beneficiaries"),
        absent=("board",), items=3, fits=FITS,
    )
)  # fmt: skip


def rows(profile: Profile, language: str = "en") -> dict[str, dict[str, Any]]:
    found = records(opened(written(profile, language)), "adding")
    return {row[words(language)("Group code")]: row for row in found}


def test_each_group_that_was_compared_has_the_fit_of_its_dimension() -> None:
    for group in ("employees", "beneficiaries"):
        row = rows(TESTED)[group]
        assert row["Alike between groups"].startswith("items go together alike")
        told = [row[f"CFI, same {level}"] for level in ("factor", "loadings", "levels")]
        assert told == [1.0, 0.99, 0.96]
        assert [row["RMSEA, same loadings"], row["p, same loadings"]] == [0.04, 0.02]
        assert row["p, same levels"] == 0


def test_a_group_that_was_not_compared_has_no_figure() -> None:
    row = rows(TESTED)["board"]
    assert row["Alike between groups"].startswith("not tested")
    assert row["CFI, same factor"] == row["p, same levels"] == "–"


def notes(profile: Profile) -> str:
    sheet = sheet_of(opened(written(profile, "en")), "adding")
    return " ".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)


def test_the_note_says_not_tested_only_where_nothing_was() -> None:
    assert "this was not tested" in notes(made())
    assert "this was not tested" not in notes(TESTED)


def test_it_is_said_in_french_and_nothing_was_changed_by_hand() -> None:
    assert rows(TESTED, "fr")["board"]["De même entre groupes"].startswith("non testé")
    assert changed_sheets(written(TESTED, "fr")) == []
