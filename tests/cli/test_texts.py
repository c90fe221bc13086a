"""``corus texts``: from raw texts to quotations with files that a spreadsheet opens."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from click.testing import Result

from corus.analysis.measures.coders import Verdict
from corus.cli import texts
from corus.config import read_settings
from corus.domain.open_answers import UNCODED, VALENCES
from corus.language import Words, catalogue
from corus.store.engine import open_store
from tests.services.texts import text_factories as t

WHY = ("--role", "chargée d’étude", "--purpose", "relecture")


@pytest.fixture
def wave(corus: Callable[..., Result]) -> str:
    """A closed wave of the command line's own instance, in which twelve employees wrote."""
    settings = read_settings()
    store = open_store(settings.database_url, settings.key("store"))
    said = [*t.texts("employees", 11), ("employees", "Merci à Marie Dupont !", True)]
    t.written(store, said)
    store.engine.dispose()
    return t.WAVE


def test_the_whole_way_from_raw_texts_to_quotations(
    corus: Callable[..., Result], wave: str, tmp_path: Path
) -> None:
    out = tmp_path / "texts.csv"
    assert "TXT-002" in corus("texts", "suggest", wave, "-o", out, code=1).stderr
    assert not out.exists()
    told = corus("texts", "suggest", wave, "-o", out, *WHY).output
    assert "Confidential" in told
    assert "Dupont" not in told
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    t.save(out, [row | {"decision": "accept"} for row in t.rows(out.read_bytes())])
    assert "12 accept" in corus("texts", "review", wave, out, "--by", "MB").output

    assert "Nothing" not in corus("texts", "codebook", wave, "-o", out).output
    row = {"code": "people", "name": "Gens", "definition": "Nomme quelqu’un."}
    t.save(out, [t.rows(out.read_bytes())[0] | row])
    assert "version 1: new codes: people" in corus("texts", "codebook", wave, out).output
    assert "Nomme quelqu’un." in corus("texts", "codebook", wave).output
    assert "Nothing differs" in corus("texts", "codebook", wave, out).output

    for coder in ("ana", "boris"):
        corus("texts", "code", wave, "-o", out, "--coder", coder, *WHY)
        filled = [
            row | {"codes": "people" if "[nom]" in row["text"] else "-",
                   "expectation": "unexpected",
                   "valence": "favourable" if "[nom]" in row["text"] else "unfavourable"}
            for row in t.rows(out.read_bytes())
        ]  # fmt: skip
        t.save(out, filled)
        assert "12 texts coded" in corus("texts", "code", wave, out, "--coder", coder).output
    found = {a["code"]: a for a in json.loads(corus("texts", "agreement", wave, "--json").output)}
    assert (found["people"]["alpha"], found["people"]["verdict"]) == (1, "use")
    assert "1.00  use" in corus("texts", "agreement", wave).output
    corus("texts", "disagreements", wave, "-o", out, *WHY)
    assert t.rows(out.read_bytes()) == []

    assert "12 made publishable" in corus("texts", "publish", wave).output
    said = corus("texts", "quotations", wave, "--valence", "favourable", "--lang", "fr").output
    assert "«\u202fMerci à [nom] !\u202f»" in said
    assert "Non cités ici\u202f: effets défavorables 11" in said
    assert "people                 1 / 12" in said
    assert "Dupont" not in said
    assert json.loads(corus("texts", "quotations", wave, "--json").output)["codes"][0]["n"] == 12
    assert json.loads(corus("texts", "list", wave, "--json").output)[0]["publishable"] == 12
    taken = t.rows(_all(corus, wave, out))[0]["id"]
    assert "will not be quoted" in corus("texts", "publish", wave, "--take-back", taken).output
    assert "     11" in corus("texts", "list", wave).output


def _all(corus: Callable[..., Result], wave: str, out: Path) -> bytes:
    corus("texts", "suggest", wave, "-o", out, "--all", *WHY)
    return out.read_bytes()


def test_a_broken_file_is_told_row_by_row_and_stores_nothing(
    corus: Callable[..., Result], wave: str, tmp_path: Path
) -> None:
    out = tmp_path / "texts.csv"
    corus("texts", "suggest", wave, "-o", out, *WHY)
    rows = [row | {"decision": "accept"} for row in t.rows(out.read_bytes())]
    t.save(out, [*rows, rows[0] | {"id": "t1"}, rows[1] | {"decision": "maybe"}])
    said = corus("texts", "review", wave, out, "--by", "MB", code=1).stderr
    assert f"{out}:14 (id)" in said
    assert f"{out}:15 (decision)" in said
    assert "2 problems, nothing stored" in said
    assert json.loads(corus("texts", "list", wave, "--json").output)[0]["raw"] == 12
    corus("texts", "code", wave, "--coder", "ana", code=2)


def test_everything_the_way_prints_is_said_in_french(
    corus: Callable[..., Result], wave: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing: set[str] = set()
    say = Words.__call__

    def listening(self: Words, sentence: str, **parameters: object) -> str:
        if self.language == "fr" and sentence not in catalogue("fr"):
            missing.add(sentence)
        return say(self, sentence, **parameters)

    monkeypatch.setattr(Words, "__call__", listening)
    out, fr = tmp_path / "texts.csv", ("--lang", "fr")
    assert "Confidentiel" in corus("texts", "suggest", wave, "-o", out, *WHY, *fr).output
    t.save(out, [row | {"decision": "accept"} for row in t.rows(out.read_bytes())])
    told = corus("texts", "review", wave, out, "--by", "MB", *fr).output
    assert "décisions enregistrées\u202f: 12 accept" in told
    corus("texts", "codebook", wave, "-o", out, *fr)
    row = {"code": "people", "name": "Gens", "definition": "Nomme quelqu’un."}
    t.save(out, [t.rows(out.read_bytes())[0] | row])
    assert "nouveaux codes\u202f: people" in corus("texts", "codebook", wave, out, *fr).output
    assert "Rien ne diffère" in corus("texts", "codebook", wave, out, *fr).output
    corus("texts", "code", wave, "-o", out, "--coder", "ana", *WHY, *fr)
    coded = {"codes": "people", "expectation": "unexpected", "valence": "favourable"}
    t.save(out, [row | coded for row in t.rows(out.read_bytes())])
    assert "12 textes codés par ana" in corus(
        "texts", "code", wave, out, "--coder", "ana", *fr
    ).output  # fmt: skip
    assert "trop peu de textes" in corus("texts", "agreement", wave, *fr).output
    corus("texts", "disagreements", wave, "-o", out, *WHY, *fr)
    assert "12 rendus citables" in corus("texts", "publish", wave, *fr).output
    assert "n\u202f=\u202f12" in corus("texts", "quotations", wave, *fr).output
    assert "citables" in corus("texts", "list", wave, *fr).output
    assert missing == set()


def test_every_label_chosen_from_a_table_is_said_in_french() -> None:
    tables = (texts.EFFECTS, texts.BANDS, texts.VERDICTS)
    chosen = {sentence for table in tables for sentence in table.values()} | set(texts.STANDING)
    assert chosen - catalogue("fr").keys() == set()
    assert set(texts.VERDICTS) == set(get_args(Verdict))
    assert {*VALENCES, UNCODED} == set(texts.EFFECTS)
