"""`corus composite` and `corus rake`: figures on weights, for whoever asks, and their refusals."""

from __future__ import annotations

import ast
import csv
import json
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import select

from corus.analysis.weighing.composite import compose
from corus.cli import weighing as cli
from corus.config import read_settings
from corus.domain.instrument import Instrument
from corus.exports import weighing
from corus.language import FOLDER, catalogue
from corus.services import releasing, same_persons
from corus.services.weighing import composing, raking
from corus.store.engine import open_store
from corus.store.models import JournalEntry
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
SPEAKING = (cli, weighing, raking, same_persons)
BEFORE = make.DAY - timedelta(days=30)


PLACES = {"on_paper": {"group": "employees", "mode": "paper"}}


def questionnaire() -> Instrument:
    """The small one, with a single choice on how long people have known the enterprise."""
    since = {
        "code": "since", "type": "single_choice", "purpose": "relation",
        "text": make.text("Depuis quand ?"),
        "options": [{"code": c, "label": make.text(c)} for c in ("new", "known", "old")],
    }  # fmt: skip
    return make.instrument(questions=[since])


@pytest.fixture
def wave(corus, tmp_path: Path):
    """``wave(employees={"40400": 12})``: a released wave; keys are marks, values persons."""

    def released(code: str = WAVE, **groups: dict[str, int]) -> None:
        corus("init")
        found = read_settings(tmp_path / "instance")
        store = open_store(found.database_url, found.key("store"))
        of = questionnaire()
        number = make.open_wave(store, code, of)
        rows = [
            make.response(number, make.marks(marks, of), **PLACES.get(group, {"group": group}))
            for group, answers in groups.items() for marks, n in answers.items() for _ in range(n)
        ]  # fmt: skip
        with store.writing() as session:
            store_rows(session, rows)
        make.close_wave(store, code)
        with store.writing() as session:
            releasing.release(session, code, make.DAY)
        store.engine.dispose()

    return released


def varied(since: int, n: int, least: int = 0) -> dict[str, int]:
    """``n`` persons of one kind, who answer unlike each other, from point ``least`` on."""
    found: dict[str, int] = {}
    for i in range(n):
        points = (max(i % 5, least), 2 * i % 5, (3 * i + 1) % 5, min(i // 5 % 5, 4 - least))
        marks = "".join(map(str, (*points, since)))
        found[marks] = found.get(marks, 0) + 1
    return found


def needs(rows: dict[str, int]) -> float:
    """Mean of the persons' scores in the first dimension, whose second item is reversed."""
    total = sum(n * (int(marks[0]) + 4 - int(marks[1])) for marks, n in rows.items())
    return 100 * total / (8 * sum(rows.values()))


def two_groups(wave) -> None:
    wave(employees=varied(0, 40), neighbours=varied(1, 30, least=2))


def test_without_a_complete_group_the_error_holds_a_command_that_works() -> None:
    """Two groups of four have a score in two dimensions, one in the first alone, one in none."""
    told = composing._usable(_profile(a=("x", "y"), b=("y", "x"), c=("x",), d=()))
    assert told == (
        "This takes 2 groups: `corus composite w --dimension x --dimension y`. "
        "Groups with a published score: x (3), y (2), z (0)."
    )
    assert "one group: `corus composite w --dimension x --dimension z`" in composing._usable(
        _profile(a=("x", "z"), b=("y",))
    )
    assert composing._usable(_profile(a=("x",), b=())).startswith("No group has one in two")


def _profile(**scored: tuple[str, ...]) -> SimpleNamespace:
    cells = [SimpleNamespace(group=g, dimension=d, score=50.0) for g, ds in scored.items()
             for d in ds]  # fmt: skip
    known = SimpleNamespace(dimensions=[SimpleNamespace(code=d) for d in "xyz"])
    return SimpleNamespace(wave="w", groups=tuple(scored), dimensions=cells, instrument=known)


def journal(tmp_path: Path, action: str = "raked") -> list[dict]:
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    with store.reading() as session:
        lines = list(
            session.scalars(select(JournalEntry.detail).where(JournalEntry.action == action))
        )
    store.engine.dispose()
    return lines


def file(tmp_path: Path, text: str, name: str = "given.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_a_composite_is_what_the_released_scores_give_and_never_stands_alone(corus, wave) -> None:
    two_groups(wave)
    cells = json.loads(corus("profile", WAVE, "--json").stdout)["dimensions"]
    scores: dict[str, dict[str, float]] = {}
    for cell in cells:
        scores.setdefault(cell["group"], {})[cell["dimension"]] = cell["score"]
    expected = compose(scores)
    found = json.loads(corus("composite", WAVE, "--json").stdout)
    assert not found["rounded"]
    assert [g["group"] for g in found["groups"]] == list(expected.units)
    for name, power in (("arithmetic", 1), ("geometric", 0), ("harmonic", -1)):
        told = [(g[name]["low"], g[name]["high"]) for g in found["groups"]]
        assert told == [pytest.approx((v, v), abs=1e-9) for v in expected.means[power]]
    assert found["preferences"][0]["share"]["low"] == pytest.approx(
        expected.preferences[0, 1], abs=1e-9
    )
    assert {"weakest", "ranks"} <= found["groups"][0].keys()
    assert len(found["importance"]) == 2
    assert "No overall score" in found["notice"][0]


def test_the_page_says_why_it_is_no_score_in_both_languages_and_speaks_of_no_impact(
    corus, wave
) -> None:
    two_groups(wave)
    french = corus("composite", WAVE, "--lang", "fr").stdout
    english = corus("composite", WAVE).stdout
    assert french.startswith("Aucune note globale.")
    assert "Pourquoi ce n’est pas une note\u202f:" in french
    assert "jamais d’un classement d’entreprises" in french
    assert "trois moyennes\u202f: arithmétique" in french
    assert "Equal weights: the default" in english
    for told in (french, english):
        assert "impact" not in told.casefold()
    assert not re.search(r"(?<!\u202f)[;:?!%](?= |$)", french.replace(" ; ", ""), re.MULTILINE)
    assert not re.search(r"\b(weight|above|rank|between)\b", french)


def test_a_rounded_score_gives_ranges_and_a_hidden_one_leaves_its_group_out(corus, wave) -> None:
    wave(employees=varied(0, 40), neighbours=varied(1, 7))
    found = json.loads(corus("composite", WAVE, "--json").stdout)
    assert found["rounded"]
    assert found["same_first"] is None
    (banded,) = [g for g in found["groups"] if g["group"] == "neighbours"]
    assert banded["arithmetic"]["high"] - banded["arithmetic"]["low"] == pytest.approx(5)
    assert all(one["effective"] is None for one in found["importance"])
    assert "figures are ranges" in corus("composite", WAVE).stdout


def test_a_group_under_the_threshold_is_named_and_not_computed(corus, wave, tmp_path: Path) -> None:
    wave(employees={"40400": 12, "31311": 8}, neighbours={"31130": 3})
    found = json.loads(corus("composite", WAVE, "--json").stdout)
    assert [g["group"] for g in found["groups"]] == ["employees"]
    assert {m["reason"] for m in found["missing"]} == {"n < 5"}
    assert "Non calculé pour Riverains" in corus("composite", WAVE, "--lang", "fr").stdout
    out = tmp_path / "composite.csv"
    corus("composite", WAVE, "-o", out)
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert rows[0]["figure"] == "notice"
    lacking = [r for r in rows if r["figure"] == "not computed"]
    assert {(r["group"], r["about"]) for r in lacking} == {("neighbours", "n < 5")}


def test_corus_ranks_no_enterprises_and_composes_one_wave_at_a_time(corus, wave) -> None:
    two_groups(wave)
    wave("panier-2027", employees={"40400": 12})
    assert "CMP-004" in corus("composite", WAVE, "panier-2027", code=1).stderr
    assert "CMP-006" in corus("composite", WAVE, "--dimension", "impact", code=1).stderr
    assert "REL-003" in corus("composite", WAVE, "--release", "7", code=1).stderr
    assert "NOT-001" in corus("composite", "nowhere", code=1).stderr


def test_negotiated_weights_carry_their_day_and_digest_and_pool_groups_a_third_way(
    corus, wave, tmp_path: Path
) -> None:
    two_groups(wave)
    weights = file(
        tmp_path,
        "dimension;groupe;poids;convenu le\n"
        f"needs;;3;{BEFORE}\ndemocracy;;1;{BEFORE:%d/%m/%Y}\n"
        f";employees;2,5;{BEFORE}\n;neighbours;1;{BEFORE}\n",
    )
    found = json.loads(corus("composite", WAVE, "--weights", weights, "--json").stdout)
    assert [one["weight"] for one in found["importance"]] == [0.75, 0.25]
    first = found["groups"][0]
    scores = [first["scores"][d]["low"] for d in ("needs", "democracy")]
    assert first["arithmetic"]["low"] == pytest.approx(0.75 * scores[0] + 0.25 * scores[1])
    assert first["near_ranks"]
    digest = found["negotiated"]["sha256"]
    assert len(digest) == 64
    assert digest in corus("composite", WAVE, "--weights", weights).stdout
    line = found["pooled"][0]
    own = [g["scores"]["needs"]["low"] for g in found["groups"]]
    assert line["equal"] == pytest.approx(sum(own) / 2)
    assert line["negotiated"] == pytest.approx((2.5 * own[0] + own[1]) / 3.5)


def test_weights_agreed_on_once_there_were_results_are_refused(corus, wave, tmp_path) -> None:
    two_groups(wave)
    head = "dimension,weight,agreed on\n"
    late = file(tmp_path, f"{head}needs,3,{make.DAY}\ndemocracy,1,{make.DAY}\n")
    assert "CMP-005" in corus("composite", WAVE, "--weights", late, code=1).stderr


def test_every_fault_of_a_file_of_weights_is_told_at_once_with_its_line(
    corus, wave, tmp_path
) -> None:
    two_groups(wave)
    bad = file(
        tmp_path,
        "dimension,weight,agreed on\n"
        f"needs,-1,{BEFORE}\nneeds,1,{BEFORE}\nimpact,1,{BEFORE}\n"
        f'democracy,"1,234",{BEFORE}\ndemocracy,nan,hier\n"=cmd()",1,{BEFORE}\n',
    )
    told = corus("composite", WAVE, "--weights", bad, code=1).stderr
    for line, code in [(2, 5), (3, 4), (4, 3), (5, 5), (6, 5), (6, 6), (7, 3)]:
        assert re.search(rf"given\.csv:{line} .*WGT-00{code}", told), (line, code, told)
    for text, code in [("", "IMP-002"), ("a,b\n1,2\n", "WGT-001"), ("\0\1", "IMP-005"),
                       ("dimension,poids,weight,date\nneeds,1,1,2026-01-01\n", "WGT-002"),
                       ("dimension,weight,date\n", "WGT-005")]:  # fmt: skip
        path = file(tmp_path, text, "hostile.csv")
        assert code in corus("composite", WAVE, "--weights", path, code=1).stderr
    assert "IMP-001" in corus("composite", WAVE, "--weights", tmp_path / "no", code=1).stderr


MARGINS = (
    "groupe,question,catégorie,personnes\n"
    "employees,since,new,20\nemployees,since,known,20\nemployees,since,old,60\n"
)


KINDS = (varied(0, 20), varied(1, 25, least=2), varied(2, 15, least=3))
"""New, known, old."""


def of_three_kinds(wave) -> None:
    wave(employees=KINDS[0] | KINDS[1] | KINDS[2])


def test_weighted_scores_are_the_cells_of_the_margin_in_their_known_proportions(
    corus, wave, tmp_path: Path
) -> None:
    of_three_kinds(wave)
    found = json.loads(corus("rake", WAVE, "--margins", file(tmp_path, MARGINS), "--json").stdout)
    (group,) = found["groups"]
    told = group["dimensions"][0]
    sizes, means = (20, 25, 15), [needs(rows) for rows in KINDS]
    weighted = 0.2 * means[0] + 0.2 * means[1] + 0.6 * means[2]
    assert abs(told["weighted"] - weighted) <= 0.5
    assert told["weighted"] == int(told["weighted"])
    unweighted = sum(n * m for n, m in zip(sizes, means, strict=True)) / 60
    assert told["unweighted"] == pytest.approx(unweighted, abs=1e-9)
    assert abs(weighted - unweighted) > 3
    assert told["low"] < told["weighted"] < told["high"]
    weights = [0.2 / (20 / 60), 0.2 / (25 / 60), 0.6 / (15 / 60)]
    assert (group["least"], group["most"]) == pytest.approx((weights[1], weights[2]))
    assert group["n_eff"] == int(60**2 / sum(n * w**2 for n, w in zip(sizes, weights, strict=True)))
    assert group["rounds"] >= 1
    (line,) = journal(tmp_path)
    assert (line["group"], line["release"]) == ("employees", 1)
    assert "20" not in json.dumps(line["questions"])


def test_the_same_margins_are_shown_again_and_others_are_not(corus, wave, tmp_path: Path) -> None:
    of_three_kinds(wave)
    first = corus("rake", WAVE, "--margins", file(tmp_path, MARGINS), "--lang", "fr").stdout
    again = corus("rake", WAVE, "--margins", file(tmp_path, MARGINS), "--lang", "fr").stdout
    assert first == again
    assert "non pondéré" in first
    assert len(journal(tmp_path)) == 1
    other = file(tmp_path, MARGINS.replace("60", "61"))
    told = corus("rake", WAVE, "--margins", other, "--lang", "fr").stdout
    assert "d’autres marges" in told
    assert "n_eff" not in told


def test_a_category_of_few_persons_is_refused_without_saying_how_few(
    corus, wave, tmp_path: Path
) -> None:
    wave(employees=KINDS[0] | KINDS[1] | varied(2, 3))
    told = corus("rake", WAVE, "--margins", file(tmp_path, MARGINS)).stdout
    assert "too few persons" in told
    assert not journal(tmp_path)
    merged = file(
        tmp_path, "group,question,category,persons\n"
        "employees,since,new,50\nemployees,since,known|old,50\n",
    )  # fmt: skip
    assert "n_eff" in corus("rake", WAVE, "--margins", merged).stdout


@pytest.mark.parametrize("paper", [10, 12])
def test_margins_and_parts_shown_as_views_must_not_leave_few_persons_between_them(
    corus, wave, tmp_path: Path, paper: int
) -> None:
    wave(employees=KINDS[0] | KINDS[1] | KINDS[2], on_paper=varied(0, paper))
    corus("view", WAVE, "--group", "employees", "--mode", "paper")
    told = corus("rake", WAVE, "--margins", file(tmp_path, MARGINS)).stdout
    assert "n_eff" in told
    refused = corus("view", WAVE, "--group", "employees", "--mode", "self", code=1).stderr
    assert "VIE-005" in refused


def test_few_persons_of_one_category_on_paper_are_not_told_by_weights_beside_a_view(
    corus, wave, tmp_path: Path
) -> None:
    wave(employees=KINDS[0] | KINDS[1] | KINDS[2], on_paper=varied(0, 8) | varied(1, 8))
    corus("view", WAVE, "--group", "employees", "--mode", "paper")
    assert "too few" in corus("rake", WAVE, "--margins", file(tmp_path, MARGINS)).stdout
    assert not journal(tmp_path)


def test_every_fault_of_a_file_of_margins_is_told_at_once_with_its_line(
    corus, wave, tmp_path: Path
) -> None:
    of_three_kinds(wave)
    bad = file(
        tmp_path,
        "group,question,category,persons\n"
        "funders,since,new,3\nemployees,needs_met,new,3\nemployees,since,never,3\n"
        "employees,since,new,0\nemployees,since,old,-inf\nemployees,since,known,4\n"
        "employees,since,known|unknown,4\n",
    )
    told = corus("rake", WAVE, "--margins", bad, code=1).stderr
    for line, code in [(2, 1), (3, 2), (4, 3), (5, 5), (6, 5), (8, 4)]:
        assert re.search(rf"given\.csv:{line} .*MRG-00{code}", told), (line, code, told)
    head = "group,question,category,persons\n"
    assert "MRG-006" in corus("rake", WAVE, "--margins", file(tmp_path, head), code=1).stderr
    lacking = file(tmp_path, f"{head}employees,since,new,3\nemployees,since,old,3\n")
    told = corus("rake", WAVE, "--margins", lacking, code=1).stderr
    assert "RAK-003" in told
    assert ":2: employees" in told
    assert not journal(tmp_path)


def test_margins_wait_for_a_release_of_a_closed_wave(corus, wave, tmp_path: Path) -> None:
    of_three_kinds(wave)
    found = read_settings(tmp_path / "instance")
    store = open_store(found.database_url, found.key("store"))
    make.open_wave(store, "panier-2028", questionnaire())
    store.engine.dispose()
    margins = file(tmp_path, MARGINS)
    assert "RAK-010" in corus("rake", "panier-2028", "--margins", margins, code=1).stderr
    out = tmp_path / "raked.csv"
    corus("rake", WAVE, "--margins", margins, "-o", out, "--lang", "fr")
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert [r["dimension"] for r in rows if r["weighted"]] == ["needs", "democracy"]
    assert "FIL-004" in corus("rake", WAVE, "--margins", margins, "-o", "x.pdf", code=1).stderr


def test_every_sentence_of_both_commands_is_said_in_french_and_none_is_orphaned() -> None:
    with (FOLDER / "fr" / "weighing.po").open("rb") as stream:
        own = {str(m.id) for m in read_po(stream, locale="fr") if m.id}
    sources = [Path(str(module.__file__)).read_text("utf-8") for module in SPEAKING]
    literals = {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
    }
    assert own <= literals
    chosen = {*weighing.NO_SCORE, *weighing.MARGINS_ONLY, *cli.REASONS.values(), raking.FEW,
              raking.ANOTHER, raking.TOO_SMALL, raking.NO_SCORE, raking.ROUNDED,
              raking.FEW_SCORED}  # fmt: skip
    said = {
        node.args[0].value
        for node in ast.walk(ast.parse(sources[0]))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"
        and node.args and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert (chosen | said) - catalogue("fr").keys() == set()
