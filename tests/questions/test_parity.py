"""The page's evaluator and the server's agree: same expression, same values, same verdict."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corus.questions.expression import evaluate, parse
from tests.questions.test_expression import MEANINGS, VALUES

SCRIPT = (files("corus.web") / "static" / "relevance.js").read_text(encoding="utf-8")
CHROMIUM = Path("/usr/bin/chromium")
Judge = Callable[[Any, dict[str, Any]], bool]

LOOP = """
const window = {};
%s
const lines = require("readline").createInterface({input: process.stdin});
lines.on("line", function (line) {
  const [expr, values] = JSON.parse(line);
  console.log(JSON.stringify(window.corusRelevance(expr, values)));
});
"""


@pytest.fixture(scope="module")
def in_node() -> Iterator[Judge]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed; Chromium checks the same")
    command = [node, "-e", LOOP % SCRIPT]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def judge(expr: Any, values: dict[str, Any]) -> bool:
            process.stdin.write(json.dumps([expr, values]) + "\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return bool(json.loads(process.stdout.readline()))  # type: ignore[union-attr]

        yield judge
        process.stdin.close()


@pytest.fixture(scope="module")
def in_chromium() -> Iterator[Judge]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        page.evaluate(SCRIPT)
        yield lambda expr, values: page.evaluate(
            "([expr, values]) => window.corusRelevance(expr, values)", [expr, values]
        )
        browser.close()


codes = st.sampled_from(["a", "b", "c", "constructor", "nowhere"])
words = st.sampled_from(["", "x", "y", "dont_know", "4", " 4 ", "-.5", "5.", "1e3", "0x1", "é"])
numbers = st.sampled_from([0.0, 1.0, 2.0, 4.0, 0.1, 0.2, 2.5, 100.0])
references = codes.map(lambda code: f"${{{code}}}")
leaves = (
    references
    | words.map(lambda word: f"'{word}'")
    | numbers.map(lambda n: f"{n:g}")
    | st.builds(lambda r, w: f"selected({r}, '{w}')", references, words)
    | references.map(lambda r: f"count-selected({r})")
)
operators = st.sampled_from(
    ["=", "!=", "<", "<=", ">", ">=", "and", "or", "+", "-", "*", "div", "mod"]
)


def larger(smaller: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(smaller, operators, smaller)
    return (
        pairs.map(lambda p: f"{p[0]} {p[1]} {p[2]}")
        | pairs.map(lambda p: f"({p[0]}) {p[1]} ({p[2]})")
        | smaller.map(lambda e: f"not({e})")
        | smaller.map(lambda e: f"-({e})")
    )


expressions = st.recursive(leaves, larger, max_leaves=8).filter(lambda e: len(e) < 1000)
held = words | st.sampled_from(["x y", "y  x", "\u00a0x"]) | numbers | st.floats(-1e9, 1e9)
values = st.dictionaries(st.sampled_from(["a", "b", "c"]), held)


def agree(judge: Judge, text: str, given_values: dict[str, Any]) -> None:
    expression = parse(text)
    said = judge(expression.to_json(), given_values)
    assert said is evaluate(expression, given_values), (text, given_values)


@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=expressions, given_values=values)
def test_node_and_python_agree(in_node: Judge, text: str, given_values: dict[str, Any]) -> None:
    agree(in_node, text, given_values)


@pytest.mark.browser
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=expressions, given_values=values)
def test_chromium_and_python_agree(
    in_chromium: Judge, text: str, given_values: dict[str, Any]
) -> None:
    agree(in_chromium, text, given_values)


def test_the_table_of_meanings_holds_in_node(in_node: Judge) -> None:
    for text, holds in MEANINGS:
        assert in_node(parse(text).to_json(), VALUES) is holds, text


@pytest.mark.browser
def test_the_table_of_meanings_holds_in_chromium(in_chromium: Judge) -> None:
    for text, holds in MEANINGS:
        assert in_chromium(parse(text).to_json(), VALUES) is holds, text
