"""The evidence workbook: what an officer opens, checks and traces."""

from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
import pytest
from lxml import etree
from openpyxl.worksheet.table import Table

from corus.domain.profile import DimensionCell
from corus.exports.workbook import changed_sheets
from tests.exports.factories_exports import make_hostile, make_profile, make_speaking_of_self
from tests.exports.reading_back import grid, opened, parts, records, sheet_of, written

FRENCH_SHEETS = [
    "0 Lisez-moi", "1 Identité", "2 Méthode", "3 Participation", "4 Vue d’ensemble",
    "5 Perceptions", "6 Énoncés", "7 Effectifs", "8 Regards différents", "9 Effets inattendus",
    "10 Citations", "11 Priorités", "12 Importance", "13 Conditions",
    "14 Seul·e ou avec aide", "15 Entre groupes", "16 Additionner", "17 Ne pas conclure",
    "18 Dictionnaire", "19 Intégrité",
]  # fmt: skip
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def french() -> bytes:
    return written(make_profile(), "fr")


@pytest.fixture(scope="module")
def english() -> bytes:
    return written(make_profile(), "en")


def test_sheets_are_numbered_and_named_in_the_readers_language(french, english):
    assert opened(french).sheetnames == FRENCH_SHEETS
    assert opened(english).sheetnames[0] == "0 Read me"
    assert opened(english).sheetnames[5:9] == [
        "5 Perceptions", "6 Items", "7 Counts", "8 Different views"
    ]  # fmt: skip


def test_every_sheet_declares_one_table_whose_reference_and_heads_match_its_cells(french):
    for ws in opened(french).worksheets:
        assert len(ws.tables) == 1, ws.title
        table: Table = next(iter(ws.tables.values()))
        cells = ws[table.ref]
        assert [c.name for c in table.tableColumns] == [c.value for c in cells[0]]
        assert cells[-1][-1].row == (ws.max_row)
        assert ws.freeze_panes == f"A{cells[1][0].row}"
        head = cells[0][0].row
        # Above charts that follow the table, its head would say nothing.
        assert ws.print_title_rows == (None if ws._charts else f"${head}:${head}")


def test_no_cell_is_merged_and_none_of_a_table_is_blank(french):
    book = opened(french)
    for ws in book.worksheets:
        assert not ws.merged_cells.ranges
        for row in ws[next(iter(ws.tables.values())).ref]:
            assert all(c.value not in (None, "") for c in row), (ws.title, row[0].row)


def test_scope_source_and_units_stand_above_every_table(french):
    for ws in opened(french).worksheets:
        above = [ws.cell(row, 1).value for row in range(1, int(ws.freeze_panes[1:]) - 1)]
        assert all(above), ws.title
        for word in ("Champ", "Source", "Unités"):
            assert any(line.startswith(word) for line in above), ws.title


def test_a_masked_figure_is_text_in_every_sheet_and_never_blank_or_zero(french):
    book = opened(french)
    masked = [r for r in records(book, "perceptions") if r["État"] == "masqué"]
    assert [row["Score"] for row in masked] == ["masqué", "n < 5", "n < 5", "n < 5"]
    for row in masked:
        figures = {row[h] for h in ("n", "Score", "Bas", "Haut", "Écart-type")}
        assert figures == {row["Score"]}
    assert masked[0]["Note"] == "masqué\u202f: pour en protéger d’autres"
    for code in ("items", "counts"):
        masked = [r for r in records(book, code) if r["État"] == "masqué"]
        assert len(masked) == 5
        for row in masked:
            assert not [h for h, v in row.items() if isinstance(v, int | float)]
            assert row["n"] == "n < 5"
    overview = {r["Groupe"]: r for r in records(book, "overview")}
    assert overview["Fournisseurs"]["Démocratie"] == "n < 5"


def test_masked_cells_are_hatched(french):
    ws = sheet_of(opened(french), "overview")
    hatched = [c for row in ws.iter_rows() for c in row if c.value == "n < 5"]
    assert len(hatched) == 3
    assert {c.fill.fill_type for c in hatched} == {"lightUp"}


def test_a_score_published_in_whole_points_shows_no_decimal(french):
    head, *rows = grid(opened(french), "perceptions")
    column = [cell.value for cell in head].index("Score")
    formats = {row[column].value: row[column].number_format for row in rows}
    assert formats[58] == "0"
    assert formats[68.9] == "0.0"
    assert formats[65] == '"≈\u202f"0'


@pytest.mark.parametrize(("reason", "rounded"), [("whole points", True), ("one decimal", True),
                                                 ("", False)])  # fmt: skip
def test_beside_a_rounded_score_spread_and_interval_are_said_to_be_the_widest(reason, rounded):
    cell = DimensionCell(dimension="needs", group="board", show="full", n=24, score=60, low=50,
                         high=70, sd=27, reason=reason)  # fmt: skip
    book = opened(written(make_profile(dimensions=(cell,)), "en"))
    [row] = records(book, "perceptions")
    assert ("spread at most, interval at its widest" in row["Note"]) is rounded
    above = [c.value for r in sheet_of(book, "perceptions").iter_rows() for c in r]
    assert any("the spread is the largest" in str(text) for text in above) is rounded


def test_a_cell_coarsened_to_protect_others_never_says_how_many_answered():
    cell = DimensionCell(
        dimension="needs", group="board", show="banded", score=60, reason="complementary"
    )
    row = records(opened(written(make_profile(dimensions=(cell,)), "en")), "perceptions")[0]
    assert (row["n"], row["Score"], row["Note"]) == ("withheld", 60, "to protect others")


def test_groups_not_asked_have_no_row_and_are_counted_apart(french):
    book = opened(french)
    told = {r["Valeur"]: r for r in records(book, "integrity")}["t_perceptions"]
    counted = (told["Lignes reçues"], told["Non demandé"], told["Lignes écrites"])
    assert counted == (15, 3, len(records(book, "perceptions")))
    assert {r["État"] for r in records(book, "perceptions")}.isdisjoint({"non demandé"})


def test_bands_stand_for_counts_and_shares_of_few_persons(french):
    rows = records(opened(french), "items")
    banded = [r for r in rows if r["État"] == "par bandes"]
    assert [(r["n"], r["Favorable"], r["Défavorable"]) for r in banded] == [
        ("5–9", "≥ 75\u202f%", "≤ 25\u202f%"),
        ("5–9", "25\u202f% – 75\u202f%", "non publié"),
    ]
    score = next(r for r in records(opened(french), "perceptions") if r["État"] == "par bandes")
    assert (score["n"], score["Score"], score["Bas"]) == ("5–9", 65, "non publié")


def test_figures_are_typed_numbers_with_the_format_of_their_kind(french):
    book = opened(french)
    head, first, *_ = grid(book, "items")
    cells = {h.value: c for h, c in zip(head, first, strict=True)}
    assert cells["n"].value == 34
    assert cells["n"].data_type == "n"
    assert cells["Favorable"].value == 0.735294117647059
    assert cells["Favorable"].number_format == '0"\u202f"%'
    head, first, *_ = grid(book, "perceptions")
    cells = {h.value: c for h, c in zip(head, first, strict=True)}
    assert cells["Score"].value == 50.7352941176471
    assert cells["Score"].number_format == "0.0"
    for ws in book.worksheets:
        for row in ws.iter_rows():
            assert {c.data_type for c in row} <= {"n", "s"}


def test_counts_follow_the_scale_as_asked_and_a_reversed_item_says_so(french):
    rows = records(opened(french), "counts")
    reversed_item = next(r for r in rows if r["Énoncé"] == "needs_take_up")
    assert [reversed_item[f"Réponse {i}"] for i in range(1, 6)] == [6, 7, 6, 9, 6]
    assert reversed_item["Sens"] == "⇄ être d’accord est défavorable"
    easy = next(r for r in rows if r["Échelle"] == "easy_3")
    assert [easy[f"Réponse {i}"] for i in range(1, 6)] == [6, 6, 10, "–", "–"]


def test_merged_answers_show_both_sentences_and_the_organizations_name(french):
    rows = records(opened(french), "items")
    merged = next(r for r in rows if "réunies" in r["Note"])
    assert merged["Formulation exacte"] == (
        "Les activités de Le Panier des Hauts répondent à de vrais besoins.\n"
        "Le Panier des Hauts m’aide pour des choses importantes."
    )


def test_unexpected_effects_come_first_and_say_that_nothing_is_filtered_out(french):
    book = opened(french)
    rows = records(book, "effects")
    assert [r["Objet"] for r in rows] == ["effet inattendu"] * 3 + ["changement"]
    assert [r["Personnes"] for r in rows] == [14, "5–9", "n < 5", 19]
    told = " ".join(str(ws.value) for ws in sheet_of(book, "effects")["A"] if ws.value)
    assert "ne peuvent pas être écartés" in told
    assert "Personne n’a encore codé ces réponses" in told


def test_nonresponse_by_item_is_shown_beside_not_concerned(french):
    row = records(opened(french), "items")[0]
    names = list(row)
    at = names.index("Non concerné, part")
    assert names[at - 1 : at + 2] == [
        "Ne sait pas, part", "Non concerné, part", "Sans réponse, part"
    ]  # fmt: skip
    assert row["Sans réponse, part"] == pytest.approx(1 / 40)


def test_a_gap_between_oneself_and_others_says_so():
    profile = make_profile(instrument=make_speaking_of_self())
    book = opened(written(profile, "fr"))
    assert [r["De qui l’on parle"] for r in records(book, "gaps")] == ["soi / autrui", "–"]
    above = " ".join(str(c.value) for c in sheet_of(book, "gaps")["A"] if c.value)
    assert "certaines personnes parlent d’elles-mêmes (version simplifiée)" in above
    marked = [r for r in records(book, "items") if "soi / autrui" in r["Note"]]
    assert [(r["Énoncé"], r["Code du groupe"]) for r in marked] == [
        ("democracy_voice", "beneficiaries")
    ]
    plain = records(opened(written(make_profile(), "fr")), "gaps")
    assert [r["De qui l’on parle"] for r in plain] == ["–", "–"]


def test_both_rules_of_divided_opinions_are_told(french):
    told = dict(list(row.values())[:2] for row in records(opened(french), "method"))
    assert "van der Eijk" in told["Avis partagés (◐)"]
    assert "25" in told["Avis partagés (◐)"]


def test_an_empty_table_says_so():
    book = opened(written(make_profile(gaps=(), choices=(), texts=()), "en"))
    assert records(book, "gaps")[0]["About"] == "No pair of groups could be compared."
    integrity = {r["Value"]: r for r in records(book, "integrity")}
    assert (integrity["t_gaps"]["Rows in"], integrity["t_gaps"]["Rows out"]) == (0, 1)


def test_a_rate_needs_a_known_population(french):
    rows = records(opened(french), "coverage")
    assert rows[0]["Taux"] == pytest.approx(34 / 41)
    assert rows[1]["Population"] == "inconnue"
    assert rows[1]["Taux"] == "non calculé"
    assert rows[4]["Seul·e"] == "non publié"


def test_first_sheet_says_what_perceptions_cannot_prove_and_links_to_every_sheet(french):
    ws = sheet_of(opened(french), "readme")
    told = " ".join(str(c.value) for c in ws["B"])
    assert told.count("Les perceptions n’en disent rien.") == 4
    assert "l’illustrent seulement" in told
    assert "non co-construits" in told
    targets = [c.hyperlink.location for c in ws["A"] if c.hyperlink]
    assert targets == [f"'{name}'!A1" for name in FRENCH_SHEETS[1:]]


def test_chart_of_each_scored_dimension_has_a_fixed_axis_limits_and_an_alternative_text(french):
    found = parts(french)
    charts = [v for name, v in found.items() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
    assert len(charts) == 2
    for chart in map(etree.fromstring, charts):
        assert chart.find(f".//{CHART}valAx/{CHART}scaling/{CHART}min").get("val") == "0"
        assert chart.find(f".//{CHART}valAx/{CHART}scaling/{CHART}max").get("val") == "100"
        assert chart.find(f".//{CHART}errBars") is not None
        points = chart.findall(f".//{CHART}ser/{CHART}val//{CHART}pt")
        assert [p.find(f"{CHART}v").text for p in points].count("0") == 0
    drawing = found["xl/drawings/drawing1.xml"].decode()
    assert drawing.count("descr=") == 2
    assert "Fournisseurs · n &lt; 5" in drawing
    assert "Salariées et salariés · 51 · n = 34, de 44 à 57" in drawing


def test_masked_rows_have_no_point_in_a_chart(french):
    chart = etree.fromstring(parts(french)["xl/charts/chart1.xml"])
    points = chart.findall(f".//{CHART}ser/{CHART}val//{CHART}pt")
    assert [p.get("idx") for p in points] == ["0", "1", "2"]


def test_same_profile_gives_the_same_bytes_dated_of_the_release(french):
    assert written(make_profile(), "fr") == french
    with zipfile.ZipFile(io.BytesIO(french)) as package:
        assert {part.date_time for part in package.infolist()} == {(2026, 5, 4, 0, 0, 0)}
    properties = opened(french).properties
    assert properties.title == "Le Panier des Hauts · Vague 2026"
    assert properties.language == "fr"
    assert str(properties.modified.date()) == str(properties.created.date()) == "2026-05-04"


def test_every_xml_part_is_well_formed(french):
    for name, content in parts(french).items():
        assert etree.fromstring(content) is not None, name


def test_named_ranges_lead_to_the_tables(french):
    book = opened(french)
    assert "corus_items" in book.defined_names
    ws = sheet_of(book, "items")
    first, last = ws.tables["t_items"].ref.split(":")
    (title, area), *_ = book.defined_names["corus_items"].destinations
    assert (title, area.replace("$", "")) == (ws.title, f"{first}:{last}")


def test_pages_are_landscape_a4_and_leave_codes_out(french):
    for ws in opened(french).worksheets:
        assert (ws.page_setup.orientation, ws.page_setup.paperSize) == ("landscape", 9)
        assert ws.page_setup.fitToWidth == 1 or ws._charts
    overview = sheet_of(opened(french), "overview")
    assert [b.id for b in overview.row_breaks.brk] == [overview.max_row]
    items = sheet_of(opened(french), "items")
    assert items.print_area.endswith(f"$Q${items.max_row}")


def test_pandas_reads_the_tables_as_numbers_and_texts(french):
    book = opened(french)
    top = int(sheet_of(book, "gaps").freeze_panes[1:]) - 1
    frame = pd.read_excel(io.BytesIO(french), sheet_name="8 Regards différents", header=top - 1)
    assert frame["Écart"].tolist() == [28.0, 18.2]
    assert str(frame["Son n"].dtype).startswith("int")


def test_fingerprints_hold_and_a_changed_cell_names_its_sheet(french):
    assert changed_sheets(french) == []
    book = opened(french)
    ws = sheet_of(book, "items")
    ws.cell(int(ws.freeze_panes[1:]), 4).value = 0.99
    changed = io.BytesIO()
    book.save(changed)
    assert changed_sheets(changed.getvalue()) == ["6 Énoncés"]


def test_hostile_fingerprints_hold_too():
    for text in ("_x0041_ and tabs\t", "a\rb\r\nc", "#REF!", "1.0", "TRUE"):
        assert changed_sheets(written(make_hostile(text))) == [], text
