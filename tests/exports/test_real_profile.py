"""A profile computed from answers, not built by hand: every export holds what it may, no more."""

from __future__ import annotations

import csv
import io
from datetime import date

import numpy as np
import pytest

from corus.analysis import Batch, ProfileContext, Stratum, build_profile, count
from corus.domain.answer import Answer, State, encode
from corus.domain.profile import Profile, Share
from corus.domain.reading import Reading
from corus.domain.wave import PrivacyNotice, WavePlan, WaveState
from corus.domain.weighing import Negotiated
from corus.exports import EXPORTERS
from corus.exports.counts import columns
from corus.exports.workbook import changed_sheets
from tests.exports.factories_exports import GROUPS, make_version
from tests.exports.reading_back import opened, records, written

ANSWERING = {"employees": 24, "beneficiaries": 31, "board": 7, "partners": 12, "suppliers": 3}


@pytest.fixture(scope="module")
def computed() -> Profile:
    version = make_version()
    instrument = version.instrument
    strata = [Stratum(group, "standard", "self", "open", "complete") for group in GROUPS]
    documents, where = [], []
    for index, (group, size) in enumerate(ANSWERING.items()):
        for person in range(size):
            rated = {
                item.code: Answer(State.GIVEN, (person + place) % 5)
                for place, item in enumerate(instrument.items)
                if item.scale and instrument.asks(item, group)
            }
            documents.append(encode(rated, instrument))
            where.append(index)
    plan = WavePlan(
        title="Vague 2026", notice=PrivacyNotice(controller="Panier", contact="a@example.org"),
        negotiated=Negotiated(
            agreed_on=date(2026, 3, 1), file="weights.csv", sha256="ab" * 32,
            groups={group: 1.0 + n for n, group in enumerate(GROUPS)},
        ),
    )  # fmt: skip
    context = ProfileContext(
        release=1, released_on=date(2026, 5, 4), corus_version="0.1.0", organization="Panier",
        organization_details={}, wave="w", wave_title="Vague 2026", wave_state=WaveState.CLOSED,
        opened_on=date(2026, 3, 3), closed_on=date(2026, 4, 10), digest=version.digest,
        instrument=instrument, plan=plan,
    )  # fmt: skip
    return build_profile(count(Batch(strata, np.array(where), documents), instrument), context)


def test_group_below_five_is_masked_in_every_export(computed):
    book = opened(written(computed, "en"))
    for code in ("items", "counts", "perceptions"):
        rows = [r for r in records(book, code) if r["Group code"] == "suppliers"]
        assert rows
        for row in rows:
            assert not [h for h, v in row.items() if isinstance(v, int | float)], code
    content = EXPORTERS["counts.csv"].write(computed, "en").decode("utf-8-sig")
    rows = [r for r in csv.DictReader(io.StringIO(content)) if r["group"] == "suppliers"]
    assert {r["n"] for r in rows if r["show"] == "masked"} == {"n < 5"}
    assert not [v for r in rows for k, v in r.items() if k.startswith("count_") and v.isdigit()]


def test_every_cell_asked_of_a_group_has_its_row(computed):
    book = opened(written(computed, "en"))
    asked = [c for c in computed.items if c.show != "not_asked"]
    assert len(records(book, "items")) == len(records(book, "counts")) == len(asked)
    assert changed_sheets(written(computed, "fr")) == []


def test_counts_csv_read_as_a_file_holds_no_number_that_the_profile_withholds(computed):
    text = EXPORTERS["counts.csv"].write(computed, "en").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for cell in computed.items:
        own = [r for r in rows if (r["item"], r["group"]) == (cell.item, cell.group)]
        for row in own if cell.show != "full" else ():
            told = [row[name] for name in row if name.startswith("count_") or name in FIGURES]
            assert not any(value.replace(".", "").isdigit() for value in told), (cell, told)


FIGURES = {
    "n", "asked", "dont_know", "not_concerned", "skipped", "favourable", "mixed", "unfavourable",
    "mean", "median", "net", "consensus", "agreement", "deviation", "n_on_scale",
    "dont_know_share", "not_concerned_share", "skipped_share",
}  # fmt: skip
SHARES = ("favourable", "mixed", "unfavourable")


def of_counts_csv(profile: Profile) -> dict[tuple[str, str], dict[str, str]]:
    content = EXPORTERS["counts.csv"].write(profile, "en").decode("utf-8-sig")
    return {(r["item"], r["group"]): r for r in csv.DictReader(io.StringIO(content))}


def test_workbook_and_csv_say_the_same_in_every_column_that_both_have(computed):
    table = of_counts_csv(computed)
    names = {column.heading: column.name for column in columns(Reading(computed, "en"))}
    compared = set()
    for code in ("items", "counts"):
        for row in records(opened(written(computed, "en")), code):
            told = table[row["Item"], row["Group code"]]
            for heading, value in row.items():
                # The CSV names the option in its own column; its heading holds the number.
                shown = f"{value:.15g}" if isinstance(value, int | float) else value
                assert shown == told[names[heading]], (heading, row["Item"])
                compared.add(names[heading])
    assert set(FIGURES) | {f"{s}_{end}" for s in SHARES for end in ("low", "high")} <= compared
    assert {f"count_{n}" for n in range(1, 6)} <= compared


def test_every_published_figure_of_a_cell_reads_back_from_the_csv(computed):
    """Fifteen digits; what is not published is no number, and none is published besides."""
    table = of_counts_csv(computed)
    for cell in computed.items:
        row = table[cell.item, cell.group]
        known = {name: getattr(cell, name) for name in FIGURES if name not in SHARES}
        for name in SHARES:
            part = getattr(cell, name) or Share()
            known |= {name: part.value, f"{name}_low": part.low, f"{name}_high": part.high}
        known |= {f"count_{n}": given for n, given in enumerate(cell.counts, 1)}
        for name, value in known.items():
            if value is None:
                assert not row[name].replace(".", "").replace("-", "").isdigit(), (cell, name)
            else:
                assert row[name] == f"{value:.15g}", (cell, name)
        rest = [v for k, v in row.items() if k.startswith("count_") and k not in known]
        assert not any(value.isdigit() for value in rest), cell


def test_figures_between_groups_read_back_from_the_workbook_cell_by_cell(computed):
    """Fifteen digits are what a workbook keeps."""
    book = opened(written(computed, "en"))
    rows = {row["Dimension code"]: row for row in records(book, "between")}
    assert len(computed.together) == len(rows) > 0
    for one in computed.together:
        row, lines = rows[one.dimension], {line.convention: line for line in one.lines}
        told = (
            (row["Range"], one.spread), (row["ICC(1)"], one.icc1), (row["ICC(2)"], one.icc2),
            (row["ICC(1), low"], one.icc1_low), (row["ICC(1), high"], one.icc1_high),
            (row["Equal groups"], lines["equal"].score), (row["Equal groups, low"],
            lines["equal"].low), (row["Head count"], lines["head_count"].score),
            (row["Head count, high"], lines["head_count"].high),
            (row["Negotiated weights"], lines["negotiated"].score),
            (row["Negotiated weights, low"], lines["negotiated"].low),
            (row["Negotiated weights, high"], lines["negotiated"].high),
            (row["Weight present"], one.weight_present),
        )  # fmt: skip
        for shown, known in told:
            assert shown == ("–" if known is None else float(f"{known:.15g}"))
    adding = records(book, "adding")
    assert [(r["Dimension code"], r["Group code"]) for r in adding] == [
        (one.dimension, one.group) for one in computed.adding
    ]
    assert [r["What may not be concluded"] for r in records(book, "cautions")] == [
        Reading(computed, "en").caution(one) for one in computed.cautions
    ]


def test_agreement_and_effects_read_back_from_csv_and_workbook_cell_by_cell(computed):
    content = EXPORTERS["counts.csv"].write(computed, "en").decode("utf-8-sig")
    rows = {(r["item"], r["group"]): r for r in csv.DictReader(io.StringIO(content))}
    told = [cell for cell in computed.items if cell.counts]
    assert told
    for cell in told:
        row = rows[cell.item, cell.group]
        for name in ("net", "consensus", "agreement", "deviation"):
            assert row[name] == f"{getattr(cell, name):.15g}"
        assert row["n_on_scale"] == str(sum(cell.counts))
    gaps = {(r["Code"], r["Higher group"], r["Lower group"]): r
            for r in records(opened(written(computed, "en")), "gaps")}  # fmt: skip
    reading = Reading(computed, "en")
    for gap in computed.gaps:
        row = gaps[gap.code, reading.group(gap.first), reading.group(gap.second)]
        for heading, known in (
            ("Effect", gap.effect),
            ("p", gap.p),
            ("p, adjusted", gap.p_adjusted),
        ):
            assert row[heading] == ("–" if known is None else float(f"{known:.15g}"))


def test_the_profile_reads_back_whole_from_its_json(computed):
    content = EXPORTERS["profile.json"].write(computed, "en")
    assert Profile.model_validate_json(content) == computed
