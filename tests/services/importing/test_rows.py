"""What is taken in and what is refused, row by row and column by column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson
import pytest

from corus.domain.instrument import InstrumentVersion
from corus.services.importing import ImportPlan, plan_file
from corus.services.importing.facts import read_day
from tests import factories
from tests.services.importing.factories import (
    DAY,
    KEY,
    codes,
    column,
    every_type,
    plan_of,
    rest,
    write_csv,
    write_yaml,
)

HEADER = ["id", "group", "needs_met", "democracy_met", "surprise"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.csv"


def small(
    path: Path, *rows: list[str], header: list[str] = HEADER, **options: object
) -> ImportPlan:
    return plan_of(write_csv(path, header, *rows), **options)


def places(plan: ImportPlan) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.code) for fault in plan.faults]


def test_codes_as_headings_and_codes_or_labels_as_cells_need_no_mapping(path: Path) -> None:
    plan = small(
        path,
        ["1", "employees", "5", "Plutôt oui", ""],
        ["2", "Riverains", "rather not", "nsp", "Bien"],
    )
    assert plan.faults == ()
    assert [row.group for row in plan.rows] == ["employees", "neighbours"]
    instrument = factories.instrument()
    assert column(plan, instrument, "needs_met") == "41"
    assert column(plan, instrument, "democracy_met") == "3d"
    assert rest(plan, "surprise") == [None, "Bien"]


def test_limesurvey_codes_without_underscores_are_the_same_codes(path: Path) -> None:
    header = [
        "id",
        "submitdate",
        "lastpage",
        "startlanguage",
        "group",
        "NeedsMet",
        "T[democracymet]",
    ]
    row = ["1", "2026-03-05 12:31:59", "3", "en", "employees", "1", "2"]
    plan = small(path, row, header=header)
    assert plan.faults == ()
    assert plan.rows[0].document.startswith(b'{"marks":"0n1n')
    assert plan.rows[0].language == "en"


def test_kobo_headings_with_their_groups_are_the_same_codes(path: Path) -> None:
    header = ["_uuid", "group", "part_1/needs_met", "priority", "priority/needs"]
    plan = small(path, ["u1", "employees", "3", "needs", "1"], header=header)
    assert plan.faults == ()
    assert rest(plan, "priority") == [["needs"]]


def test_dont_know_and_not_concerned_are_known_in_many_spellings(path: Path) -> None:
    spelt = [
        "NSP",
        "Ne sait pas",
        "dk",
        "I don’t know",
        "nc",
        "N/A",
        "Sans objet",
        "non concerné(e)",
    ]
    rows = [[str(n), "employees", text, "", ""] for n, text in enumerate(spelt)]
    plan = small(path, *rows)
    assert plan.faults == ()
    assert column(plan, factories.instrument(), "needs_met") == "ddddcccc"


def test_an_opt_out_that_the_scale_does_not_offer_is_refused(path: Path) -> None:
    scales = factories.instrument().model_dump(mode="json")["scales"]
    scales["agreement_5"]["opt_outs"] = {}
    instrument = factories.instrument(scales=scales)
    plan = small(path, ["1", "employees", "nsp", "", ""], instrument=instrument)
    assert places(plan) == [(2, "needs_met", "ANS-102")]


def test_na_is_an_empty_cell_in_limesurvey(path: Path) -> None:
    header = [*HEADER, "submitdate", "lastpage"]
    plan = small(path, ["1", "employees", "N/A", "2", "", "2026-03-05", "1"], header=header)
    assert column(plan, factories.instrument(), "needs_met") == "s"


def test_every_refused_row_and_column_is_named_at_once(path: Path) -> None:
    plan = small(
        path,
        ["1", "employees", "9", "Bof", ""],
        ["", "employees", "1", "1", ""],
        ["1", "martians", "1", "1", ""],
        ["4", "employees", "1", "1", "x" * 3000],
    )
    assert places(plan) == [
        (2, "needs_met", "ANS-102"),
        (2, "democracy_met", "ANS-102"),
        (3, "id", "IMP-030"),
        (4, "id", "IMP-031"),
        (4, "group", "IMP-032"),
        (5, "surprise", "ANS-104"),
    ]


def test_a_fault_gives_place_fact_and_cure(path: Path) -> None:
    plan = small(path, ["1", "employees", "Bof", "", ""])
    (fault,) = plan.faults
    assert str(fault).startswith(f"{path}:2 (needs_met): “Bof” is not one of the answers offered.")
    assert "“values:”" in fault.hint


def test_unmapped_columns_are_refused_and_told_how_to_mend(path: Path) -> None:
    plan = small(path, ["1", "employees", "1", "2"], header=["id", "group", "needs_met", "Q7"])
    assert places(plan) == [(1, "Q7", "IMP-020")]
    assert "--suggest-mapping" in plan.faults[0].hint


def test_private_and_technical_columns_are_never_stored_and_named(path: Path) -> None:
    header = [
        "id",
        "group",
        "needs_met",
        "email",
        "ipaddr",
        "token",
        "startdate",
        "Firstname",
        "seed",
    ]
    row = ["1", "employees", "1", "a@b.org", "10.0.0.1", "tok", "2026-03-01 10:00:01", "Ada", "7"]
    plan = small(path, row, header=header)
    assert plan.faults == ()
    assert set(plan.dropped_columns) == {
        "id",
        "email",
        "ipaddr",
        "token",
        "startdate",
        "Firstname",
        "seed",
    }
    assert "never stored" in plan.dropped_columns["token"]
    for secret in (b"a@b.org", b"10.0.0.1", b"tok", b"Ada", b"10:00"):
        assert secret not in plan.rows[0].document


def test_no_mapping_can_ask_for_a_private_column(path: Path) -> None:
    mapping = write_yaml(
        path.with_suffix(".yaml"),
        "id: token\ngroup: {default: employees}\nitems: {email: surprise, needs_met: needs_met}\n",
    )
    plan = small(
        path, ["a@b.org", "1", "t"], header=["email", "needs_met", "token"], mapping=mapping
    )
    assert codes(plan) == ["IMP-026", "IMP-026"]
    assert [fault.line for fault in plan.faults] == [3, 1]


def test_addresses_inside_texts_are_removed_and_counted(path: Path) -> None:
    plan = small(path, ["1", "employees", "1", "", "Écrivez à ada@example.org ou 192.168.1.20 !"])
    assert rest(plan, "surprise") == ["Écrivez à [e-mail] ou [IP] !"]
    assert any("address was removed: 1" in warning for warning in plan.warnings)


def test_a_time_of_day_is_left_behind(path: Path) -> None:
    header = ["id", "submitdate", "lastpage", "group", "needs_met"]
    plan = small(path, ["1", "2026-03-05 12:31:59", "1", "employees", "1"], header=header)
    assert plan.rows[0].received_on == date(2026, 3, 5)
    assert plan.dropped_columns["submitdate"] == "only the day is kept"


def test_unfinished_rows_are_partial(path: Path) -> None:
    header = ["id", "submitdate", "lastpage", "group", "needs_met"]
    plan = small(
        path,
        ["1", "", "1", "employees", "1"],
        ["2", "2026-03-05", "2", "employees", "1"],
        header=header,
    )
    assert [row.completeness for row in plan.rows] == ["partial", "complete"]


def test_people_who_left_before_saying_anything_are_left_out_and_counted(path: Path) -> None:
    plan = small(
        path, ["1", "", "", "", ""], ["2", "employees", "", "", ""], ["3", "", "1", "", ""]
    )
    assert [row.line for row in plan.rows] == [3]
    assert places(plan) == [(4, "group", "IMP-032")]
    assert any("left out: 1" in warning for warning in plan.warnings)


def test_an_answer_to_an_item_the_group_is_not_asked_is_refused(path: Path) -> None:
    header = ["id", "group", "inside"]
    plan = small(path, ["1", "neighbours", "3"], ["2", "neighbours", ""], ["3", "employees", "3"],
                 header=header, instrument=every_type())  # fmt: skip
    assert places(plan) == [(2, "inside", "IMP-036")]
    assert column(plan, every_type(), "inside") == "-2"


def test_items_without_a_column_were_not_shown_rather_than_skipped(path: Path) -> None:
    plan = small(path, ["1", "employees", "1"], header=["id", "group", "needs_met"])
    assert orjson.loads(plan.rows[0].document)["marks"] == "0nnnnn"
    assert any("not shown" in w and "democracy_met" in w for w in plan.warnings)


def test_answers_made_irrelevant_by_others_are_set_aside_and_counted(path: Path) -> None:
    questions = [
        {"code": "first", "text": factories.text("Un ?"), "scale": "agreement_5"},
        {"code": "then", "text": factories.text("Deux ?"), "scale": "agreement_5",
         "relevant": "${first} > 3"},
    ]  # fmt: skip
    instrument = factories.instrument(questions=questions)
    header = ["id", "group", "first", "then"]
    plan = small(
        path,
        ["1", "employees", "1", "5"],
        ["2", "employees", "5", "5"],
        header=header,
        instrument=instrument,
    )
    assert column(plan, instrument, "then") == "n4"
    assert any("“then” set aside" in warning for warning in plan.warnings)


def test_two_equal_rows_with_different_ids_stay_two(path: Path) -> None:
    plan = small(path, ["1", "employees", "1", "", ""], ["2", "employees", "1", "", ""])
    assert len({row.id for row in plan.rows}) == 2


def test_two_equal_rows_without_ids_stay_two_and_the_report_warns(path: Path) -> None:
    plan = small(path, ["employees", "1"], ["employees", "1"], header=["group", "needs_met"])
    assert len({row.id for row in plan.rows}) == 2
    assert any("known by its place" in warning for warning in plan.warnings)


def test_ids_are_the_same_again_and_depend_on_key_wave_and_batch(path: Path) -> None:
    def ids(**options: object) -> bytes:
        return small(path, ["1", "employees", "1", "", ""], **options).rows[0].id

    assert ids() == ids()
    assert len({ids(), ids(wave="other"), ids(batch="b")}) == 3
    assert all(len(found) == 16 for found in (ids(), ids(batch="b")))


def test_a_later_export_keeps_the_ids_of_its_first_rows(path: Path) -> None:
    first = small(path, ["employees", "1"], header=["group", "needs_met"])
    later = small(path, ["employees", "1"], ["employees", "2"], header=["group", "needs_met"])
    assert later.rows[0].id == first.rows[0].id
    assert later.rows[1].id != first.rows[0].id


def test_a_group_outside_the_wave_is_refused(path: Path) -> None:
    write_csv(path, HEADER, ["1", "neighbours", "1", "", ""])
    version = InstrumentVersion.freeze(factories.instrument())
    plan = factories.plan(groups={"employees": {}})
    found = plan_file(path, None, version, plan, KEY, DAY, wave="w")
    assert codes(found) == ["IMP-032"]


def test_boxes_of_a_choice_are_read_in_the_spellings_of_each_program(path: Path) -> None:
    header = ["id", "group", "priority[needs]", "priority[democracy]"]
    rows = [["Y", ""], ["1", "0"], ["Oui", "Non"], ["N/A", "N/A"], ["", "x"]]
    plan = small(
        path, *([str(n), "employees", *boxes] for n, boxes in enumerate(rows)), header=header
    )
    assert plan.faults == ()
    assert rest(plan, "priority") == [["needs"], ["needs"], ["needs"], None, ["democracy"]]


def test_forged_boxes_and_options_are_refused(path: Path) -> None:
    header = ["id", "group", "colours", "order[1]", "order[2]"]
    plan = small(
        path, ["1", "employees", "red|violet", "", ""],
        ["2", "employees", "red green blue", "", ""],
        ["3", "employees", "", "red", "red"], ["4", "employees", "", "", "blue"],
        header=header, instrument=every_type(),
    )  # fmt: skip
    assert places(plan) == [
        (2, "colours", "ANS-102"), (3, "colours", "ANS-105"), (4, "order[1]", "ANS-101"),
        (5, "order[2]", "ANS-108"),
    ]  # fmt: skip


def test_rankings_points_and_numbers_of_other_programs_are_read(path: Path) -> None:
    header = ["id", "group", "order[1]", "order[2]", "points[red]", "points[blue]", "years"]
    plan = small(
        path,
        ["1", "employees", "Blue", "red", "30", "70", "12,5"],
        header=header,
        instrument=every_type(),
    )
    assert plan.faults == ()
    assert rest(plan, "order") == [["blue", "red"]]
    assert rest(plan, "points") == [{"red": 30, "green": 0, "blue": 70}]
    assert rest(plan, "years") == [12.5]


def test_other_is_the_option_called_other(path: Path) -> None:
    options = [{"code": c, "label": factories.text(c)} for c in ("red", "other")]
    question = {
        "code": "colour",
        "type": "single_choice",
        "options": options,
        "text": factories.text("?"),
    }
    instrument = factories.instrument(questions=[question])
    plan = small(path, ["1", "employees", "-oth-"], ["2", "employees", "Autre"],
                 header=["id", "group", "colour"], instrument=instrument)  # fmt: skip
    assert column(plan, instrument, "colour") == "11"


def test_texts_that_look_like_states_or_formulas_stay_texts(path: Path) -> None:
    texts = ["-", "dont_know", "not_shown", "=1+1", "'=x", "+33 6", "@all", "N/A"]
    plan = small(path, *([str(n), "employees", "1", "", text] for n, text in enumerate(texts)))
    assert rest(plan, "surprise") == texts


def test_the_apostrophe_by_which_limesurvey_masks_formulas_is_taken_away(path: Path) -> None:
    header = ["id", "submitdate", "lastpage", "group", "surprise"]
    plan = small(path, ["1", "2026-03-05", "1", "employees", "'=SOMME(A1)"], header=header)
    assert rest(plan, "surprise") == ["=SOMME(A1)"]


def test_languages_of_the_catalogue_are_known_and_others_refused(path: Path) -> None:
    header = ["id", "group", "langue", "needs_met"]
    plan = small(
        path,
        *([str(n), "employees", x, "1"] for n, x in enumerate(["fr-FR", "EN", "", "de"])),
        header=header,
    )
    assert [row.language for row in plan.rows] == ["fr", "en", "fr"]
    assert places(plan) == [(5, "langue", "IMP-033")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        ("2026-03-05T23:59:59.1+02:00", date(2026, 3, 5)),
        ("05/03/2026 10:00", date(2026, 3, 5)),
        ("5.3.2026", date(2026, 3, 5)),
        ("2026-13-05", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_days_are_read_iso_or_day_first(text: str, day: date | None) -> None:
    assert read_day(text) == day


def test_a_cell_that_is_no_date_is_refused(path: Path) -> None:
    header = ["id", "submitdate", "lastpage", "group", "needs_met"]
    plan = small(path, ["1", "soon", "1", "employees", "1"], header=header)
    assert places(plan) == [(2, "submitdate", "IMP-034")]


@pytest.mark.parametrize(
    "heading",
    ["Votre adresse de messagerie", "Adresse électronique", "courriel", "mail", "E-mail",
     "Votre adresse e-mail :", "Your e-mail address"],
)  # fmt: skip
def test_a_column_of_e_mail_addresses_is_dropped_with_the_reason(heading: str, path: Path) -> None:
    plan = small(
        path, ["1", "employees", "5", "a@b.fr"], header=["id", "group", "needs_met", heading]
    )
    assert (plan.faults, len(plan.rows)) == ((), 1)
    assert "e-mail" in plan.dropped_columns[heading]


def test_decimals_of_other_programs_are_points_unless_the_mapping_says_otherwise(
    path: Path, tmp_path: Path
) -> None:
    rows = [[str(n), "employees", cell] for n, cell in enumerate(["5.0", "5,0", "05", "2.00"])]
    header = ["id", "group", "needs_met"]
    assert column(small(path, *rows, header=header), factories.instrument(), "needs_met") == "4441"
    mapping = write_yaml(tmp_path / "m.yaml", (
        'id: id\ngroup: {column: group}\nitems: {needs_met: needs_met}\n'
        'values: {needs_met: {"5.0": "1"}}\n'
    ))  # fmt: skip
    plan = small(path, *rows, header=header, mapping=mapping)
    # “5.0” and “5,0” are one text to a mapping, which folds its spellings.
    assert column(plan, factories.instrument(), "needs_met") == "0041"
