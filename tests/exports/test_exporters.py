"""What every exporter of results owes, and what each of the small ones gives."""

from __future__ import annotations

import io
import json
from importlib.resources import files

import pandas as pd
import pytest
from babel.messages.pofile import read_po

from corus.domain.profile import Profile
from corus.exports import EXPORTERS
from corus.exports.profile_json import profile_digest
from corus.language import Words, catalogue
from tests.exports.factories_exports import make_profile

NAMES = list(EXPORTERS)


def frame(name: str, language: str = "fr") -> pd.DataFrame:
    content = EXPORTERS[name].write(make_profile(), language)
    return pd.read_csv(io.BytesIO(content), keep_default_na=False)


def test_exporters_are_registered_under_the_names_people_type():
    assert NAMES[:4] == ["evidence.xlsx", "profile.json", "counts.csv", "codebook.csv"]
    assert all(name == exporter.name for name, exporter in EXPORTERS.items())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_every_exporter_writes_the_same_bytes_twice_in_any_language(name, language):
    profile = make_profile()
    first = EXPORTERS[name].write(profile, language)
    assert first
    assert EXPORTERS[name].write(profile, language) == first


@pytest.mark.parametrize("name", NAMES)
def test_every_exporter_survives_a_profile_without_results(name):
    empty = make_profile(
        items=(), dimensions=(), gaps=(), choices=(), texts=(), coverage=(), shown_responses=0
    )
    assert EXPORTERS[name].write(empty, "fr")


def test_profile_json_is_the_whole_release_and_reads_back():
    content = EXPORTERS["profile.json"].write(make_profile(), "fr")
    assert Profile.model_validate_json(content) == make_profile()
    assert json.loads(content)["format"] == "corus-profile-1"


def test_profile_digest_changes_with_any_figure():
    assert profile_digest(make_profile()) == profile_digest(make_profile())
    assert profile_digest(make_profile()) != profile_digest(make_profile(shown_responses=105))


def test_counts_have_one_row_per_cell_and_masked_cells_are_text():
    found = frame("counts.csv")
    profile = make_profile()
    assert len(found) == len(profile.items)
    masked = found[found["show"] == "masked"]
    assert set(masked["n"]) == set(masked["favourable"]) == set(masked["count_1"]) == {"n < 5"}
    assert not (found == "").any().any()
    assert found.loc[0, ["count_1", "count_5", "n"]].tolist() == ["1", "11", "34"]
    assert float(found.loc[0, "favourable"]) == pytest.approx(25 / 34)


def test_every_column_of_counts_is_documented_in_both_languages():
    codebook = frame("codebook.csv")
    documented = codebook[codebook["kind"] == "column"].set_index("code")
    assert set(frame("counts.csv").columns) == set(documented.index)
    assert (documented["label_fr"] != documented["label_en"]).all()


def test_codebook_has_every_code_of_the_instrument():
    codebook = frame("codebook.csv")
    instrument = make_profile().instrument
    items = codebook[codebook["kind"] == "item"]["code"]
    assert list(items) == [item.code for item in instrument.items]
    points = codebook[(codebook["kind"] == "scale_point") & (codebook["belongs_to"] == "easy_3")]
    assert list(points["label_fr"]) == ["Non", "Un peu", "Oui"]
    options = codebook[codebook["kind"] == "option"]
    assert list(options["code"]) == ["needs", "democracy", "ecology"]
    assert {"skipped", "not_shown", "-"} <= set(
        codebook[codebook["kind"] == "answer_state"]["code"]
    )


def test_every_interface_sentence_has_its_french(monkeypatch):
    known = set(catalogue("fr"))
    asked: set[str] = set()
    say = Words.__call__

    def listen(self: Words, sentence: str, **parameters: object) -> str:
        asked.add(sentence)
        return say(self, sentence, **parameters)

    monkeypatch.setattr(Words, "__call__", listen)
    for exporter in EXPORTERS.values():
        asked.add(exporter.summary)
        exporter.write(make_profile(), "en")
    labels = {"Response to needs and accessibility", "Needs and access", "Democracy", "Ecology"}
    options = {f"Option {number}" for number in range(1, 6)}
    assert asked - known - labels - options - {"5–9"} == set()


def test_french_typography_has_narrow_spaces():
    catalog = files("corus") / "translations" / "fr" / "exports.po"
    with catalog.open("rb") as stream:
        sentences = [str(message.string) for message in read_po(stream, locale="fr")]
    assert len(sentences) > 300
    for sentence in sentences:
        assert " :" not in sentence
        assert " ;" not in sentence
        assert " »" not in sentence
        assert "« " not in sentence
