"""Files of microdata read back by other programs: the same answers, the same reasons."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import shutil
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from lxml import etree

from corus.analysis import Batch, Stratum, count
from corus.domain.answer import Answer, State
from corus.domain.instrument import InstrumentVersion
from corus.errors import UnavailableError
from corus.exports import EXPORTERS
from corus.exports.microdata import frame as frames
from corus.exports.microdata.coding import MISSING, plan, short_names
from corus.exports.microdata.formats import FORMATS
from corus.exports.microdata.manifest import manifest
from corus.exports.microdata.variables import VARIANTS
from corus.language import Words, catalogue
from tests.exports.factories_exports import make_profile
from tests.exports.microdata.factories_microdata import (
    GIVEN,
    every_type,
    microdata,
    row,
    some_rows,
)

INSTRUMENT = every_type()
DDI = "{ddi:codebook:2_5}"


@pytest.fixture
def same_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files of one wave are in two orders: here both take the same."""
    monkeypatch.setattr(frames.secrets, "SystemRandom", lambda: random.Random(1))


def sav(tmp_path: Path, data=None, **options):
    path = tmp_path / "answers.sav"
    path.write_bytes(FORMATS["answers.sav"].write(data or microdata()).content)
    return pyreadstat.read_sav(str(path), **options)


def test_parquet_reads_back_as_the_frame_value_for_value_and_type_for_type(same_draw) -> None:
    data = microdata()
    back = pd.read_parquet(io.BytesIO(FORMATS["answers.parquet"].write(data).content))
    frame = frames.answers_frame(data.rows, INSTRUMENT, organization=data.organization)
    pd.testing.assert_frame_equal(back, frame)


def test_parquet_carries_every_label_in_both_languages_and_says_confidential() -> None:
    content = FORMATS["answers.parquet"].write(microdata()).content
    told = json.loads(pq.read_schema(io.BytesIO(content)).metadata[b"corus"])
    assert told["notice"] == "CONFIDENTIEL"
    assert told["instrument_digest"] == InstrumentVersion.freeze(INSTRUMENT).digest
    needs = told["columns"]["needs_take_up"]
    assert set(needs["label"]) == {"fr", "en"}
    assert needs["direction"] == "reversed"
    assert [v["code"] for v in needs["values"]] == [1, 2, 3, 4, 5]


def expected_counts(rows) -> dict[tuple[str, str], list[int]]:
    """(group, item) → persons by point of the item's own scale, from the count tables."""
    strata = sorted({(r.group, r.variant) for r in rows})
    places = [Stratum(g, v, "self", "personal", "complete") for g, v in strata]
    where = np.array([strata.index((r.group, r.variant)) for r in rows])
    tally = count(Batch(places, where, [r.document for r in rows]), INSTRUMENT)
    found = {}
    for group in {g for g, _ in strata}:
        for place, item in enumerate(INSTRUMENT.items):
            if item.scale:
                same = [v for v in VARIANTS if INSTRUMENT.scale_code(item, group, v) == item.scale]
                marks = tally.of_group(group, *same).marks[0]
                found[group, item.code] = marks[place, :5].tolist()
    return found


def test_sav_gives_the_counts_of_the_profile_when_another_library_reads_it(tmp_path) -> None:
    data = microdata()
    frame, meta = sav(tmp_path, data)
    groups = dict(enumerate(INSTRUMENT.groups, start=1))
    labels = meta.variable_value_labels["group"]
    assert labels == {float(n): INSTRUMENT.groups[c].label["fr"] for n, c in groups.items()}
    for (group, item), counts in expected_counts(data.rows).items():
        chosen = frame[frame["group"].map(groups) == group][item]
        assert [int((chosen == point).sum()) for point in range(1, 6)] == counts


def test_sav_keeps_each_reason_for_a_missing_value_apart(tmp_path) -> None:
    data = microdata([row(INSTRUMENT, GIVEN), row(INSTRUMENT, {}, "board")])
    frame, meta = sav(tmp_path, data, user_missing=True)
    told = frame[frame["group"] == 1].iloc[0]
    assert told["needs_take_up"] == MISSING["dont_know"] == -1
    assert told["democracy_voice"] == MISSING["not_concerned"] == -2
    assert told["ecology_effects"] == MISSING["skipped"] == -3
    assert told["democracy_power"] == MISSING["not_shown"] == -4
    assert frame[frame["group"] == 3].iloc[0]["ecology_effects"] == MISSING["not_asked"] == -5
    assert told["needs_relevance__easy_3"] == -6
    assert meta.missing_ranges["needs_take_up"] == [{"lo": -6.0, "hi": -1.0}]
    usual, _ = sav(tmp_path, data)
    assert usual["needs_take_up"].isna().all()


def test_sav_leaves_negative_numbers_alone_and_says_their_state_beside(tmp_path) -> None:
    frame, meta = sav(tmp_path, microdata([row(INSTRUMENT, GIVEN)]), user_missing=True)
    assert frame.loc[0, "balance"] == -1.0
    assert frame.loc[0, "balance__state"] == 0
    assert "balance" not in meta.missing_ranges
    skipped, _ = sav(tmp_path, microdata([row(INSTRUMENT, {})]), user_missing=True)
    assert np.isnan(skipped.loc[0, "balance"])
    assert skipped.loc[0, "balance__state"] == MISSING["skipped"]
    assert skipped.loc[0, "hours"] == MISSING["skipped"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sav_labels_are_in_the_language_asked_for(tmp_path, language: str) -> None:
    _, meta = sav(tmp_path, microdata(language=language))
    labels = meta.column_names_to_labels
    assert labels["by_v"] == {"fr": "Lequel ?", "en": "Which?"}[language]
    assert meta.variable_measure["needs_take_up"] == "ordinal"
    assert (
        meta.variable_value_labels["by_v"][2.0]
        == INSTRUMENT.item_by_code["by"].options[1].label[language]
    )


def test_sav_says_what_it_could_not_carry(tmp_path) -> None:
    long = {**GIVEN, "open_change": Answer(State.GIVEN, "é" * 20_000)}
    written = FORMATS["answers.sav"].write(microdata([row(INSTRUMENT, long)], language="en"))
    told = " ".join(written.losses)
    assert "by → by_v" in told
    assert "1 texts of open_change were cut to 32767 bytes" in told
    assert "one variable per option" in told
    frame, _ = sav(tmp_path, microdata([row(INSTRUMENT, long)]))
    assert frame.loc[0, "open_change"].startswith("é" * 16_000)


def test_names_fit_spss_and_stay_apart() -> None:
    long = "a" * 70
    found = short_names([long, f"{long}b", "All", "needs", "NEEDS", "end_"])
    assert len({name.lower() for name in found}) == len(found)
    assert all(len(name) <= 64 and name[-1] not in "_." for name in found)
    assert found[2] == "All_v"


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_reads_the_same_counts_and_labels_from_the_sav(tmp_path) -> None:
    data = microdata()
    sav(tmp_path, data)
    script = (
        "if (!requireNamespace('haven', quietly = TRUE)) quit(status = 7);"
        "d <- haven::read_sav('answers.sav');"
        "t <- table(d$group, factor(d$needs_take_up, 1:5));"
        "write.csv(as.data.frame(t), 'counts.csv', row.names = FALSE);"
        "cat(names(attr(d$needs_take_up, 'labels')), sep = '|')"
    )
    done = subprocess.run(
        ["Rscript", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if done.returncode == 7:
        pytest.skip("R has no haven")
    assert done.returncode == 0, done.stderr
    assert "Pas du tout d’accord" in done.stdout
    counts = pd.read_csv(tmp_path / "counts.csv").set_index(["Var1", "Var2"])["Freq"]
    groups = list(INSTRUMENT.groups)
    for (group, item), expected in expected_counts(data.rows).items():
        if item == "needs_take_up":
            number = groups.index(group) + 1
            assert [counts.get((number, point), 0) for point in range(1, 6)] == expected


def test_csv_labels_say_every_column_and_code_in_both_languages() -> None:
    written = FORMATS["answers.csv"].write(microdata())
    text = written.beside[".labels.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert {r["column"] for r in rows} == set(written.columns)
    assert all(r["label_fr"] and r["label_en"] for r in rows)
    take_up = [r["code"] for r in rows if r["column"] == "needs_take_up"]
    assert {"1", "5", "dont_know", "not_concerned", "not_shown", "-"} <= {
        code.lstrip("'") for code in take_up
    }
    easy = [r for r in rows if r["column"] == "needs_relevance" and r["scale"] == "easy_3"]
    assert [r["label_fr"] for r in easy if r["code"] in "123"] == ["Non", "Un peu", "Oui"]


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("rows", [[], None], ids=["no answer", "answers"])
def test_rows_in_are_rows_out_and_the_manifest_says_what_and_why(name: str, rows) -> None:
    data = microdata(rows)
    written = FORMATS[name].write(data)
    told = json.loads(
        manifest(written, data, file_name=name, release=2, exported_on=date(2026, 6, 1),
                 role="Laboratoire", purpose="Étude")
    )  # fmt: skip
    assert told["notice"] == "CONFIDENTIEL"
    assert told["rows_in"] == told["rows_out"] == len(data.rows)
    assert told["files"][0]["sha256"] == hashlib.sha256(written.content).hexdigest()
    assert {f["name"] for f in told["files"]} == {name, *(name + s for s in written.beside)}
    assert (told["by"], told["purpose"], told["release"]) == ("Laboratoire", "Étude", 2)
    assert told["instrument_digest"] == data.version.digest
    assert told["software"].startswith("corus ")
    assert told["columns"] == list(written.columns)
    assert told["losses"]


@pytest.mark.parametrize(("name", "library"), [("answers.parquet", "pyarrow"),
                                               ("answers.sav", "pyreadstat")])  # fmt: skip
def test_a_missing_library_is_told_with_the_command_that_installs_it(
    name: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(wanted: str) -> None:
        raise ModuleNotFoundError(f"No module named {wanted!r}", name=wanted)

    monkeypatch.setattr("corus.exports.microdata.base.import_module", missing)
    with pytest.raises(UnavailableError) as caught:
        FORMATS[name].write(microdata(language="en"))
    assert library in str(caught.value)
    assert "pip install 'corus[research]'" in str(caught.value)


ORDER = (
    "labl", "qstn", "valrng", "invalrng", "universe", "catgry", "concept", "varFormat", "notes"
)  # fmt: skip


def ddi():
    content = EXPORTERS["codebook.ddi.xml"].write(make_profile(instrument=INSTRUMENT), "fr")
    return etree.fromstring(content)


def test_ddi_describes_exactly_the_variables_of_the_sav(tmp_path) -> None:
    found = ddi().findall(f".//{DDI}var")
    frame, meta = sav(tmp_path)
    assert [v.get("name") for v in found] == list(frame.columns)
    for v in found:
        values = {
            float(c.findtext(f"{DDI}catValu")): next(
                e.text for e in c.findall(f"{DDI}labl")
                if e.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
            )
            for c in v.findall(f"{DDI}catgry")
        }  # fmt: skip
        assert values == meta.variable_value_labels.get(v.get("name"), {})


def test_ddi_elements_are_in_the_order_of_the_standard_and_ids_are_used_once() -> None:
    root = ddi()
    for v in root.findall(f".//{DDI}var"):
        tags = [ORDER.index(child.tag.removeprefix(DDI)) for child in v]
        assert tags == sorted(tags)
    ids = [e.get("ID") for e in root.iter() if e.get("ID")]
    assert len(ids) == len(set(ids))
    for group in root.findall(f".//{DDI}varGrp"):
        assert set(group.get("var").split()) <= set(ids)
    assert [child.tag.removeprefix(DDI) for child in root] == ["stdyDscr", "fileDscr", "dataDscr"]


def test_ddi_has_questions_universes_and_missing_codes_in_both_languages() -> None:
    found = next(v for v in ddi().iter(f"{DDI}var") if v.get("name") == "needs_relevance")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert {e.get(lang) for e in found.iter(f"{DDI}qstnLit")} == {"fr", "en"}
    assert any("m’aide" in e.text for e in found.iter(f"{DDI}qstnLit"))
    assert "Salariées" in found.find(f"{DDI}universe").text
    missing = [c for c in found.findall(f"{DDI}catgry") if c.get("missing") == "Y"]
    assert [c.findtext(f"{DDI}catValu") for c in missing] == ["-1", "-2", "-3", "-4", "-5", "-6"]
    reach = found.find(f"{DDI}invalrng/{DDI}range")
    assert (reach.get("min"), reach.get("max")) == ("-6", "-1")
    assert b"caseQnty" not in etree.tostring(found.getroottree())


def test_the_plan_of_statistical_files_holds_no_answer_and_covers_every_item() -> None:
    coded = plan(INSTRUMENT)
    assert {c.variable.item.code for c in coded if c.variable.item} == {
        i.code for i in INSTRUMENT.items
    }
    rows = some_rows(INSTRUMENT, 6)
    assert len(FORMATS["answers.sav"].write(microdata(rows)).columns) == len(coded)


def test_every_sentence_of_the_files_has_its_french(monkeypatch: pytest.MonkeyPatch) -> None:
    known, asked = set(catalogue("fr")), set()
    say = Words.__call__

    def listen(self: Words, sentence: str, **parameters: object) -> str:
        asked.add(sentence)
        return say(self, sentence, **parameters)

    monkeypatch.setattr(Words, "__call__", listen)
    long = {**GIVEN, "open_change": Answer(State.GIVEN, "é" * 20_000)}
    for name, format_ in FORMATS.items():
        asked.add(format_.summary)
        data = microdata([row(INSTRUMENT, long)], language="en")
        written = format_.write(data)
        manifest(written, data, file_name=name, release=1, exported_on=date(2026, 6, 1),
                 role="r", purpose="p")  # fmt: skip
    assert len(asked) > 30
    assert asked - known == set()
