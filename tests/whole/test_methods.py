"""The page of methods tells the truth: every function it names exists and says the same of R."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "METHODS.md").read_text()
MODULES = {p.stem: p.parent.name for p in Path("corus/analysis").glob("*/*.py")}
NAMED = sorted(
    {(m, f) for m, f in re.findall(r"`([a-z_]+)\.([a-z_]+)`", PAGE) if m in MODULES}
)  # fmt: skip


def test_the_page_names_the_functions_of_the_floor() -> None:
    assert len(NAMED) > 25


@pytest.mark.parametrize(("module", "function"), NAMED, ids=lambda name: name)
def test_a_function_named_in_the_methods_exists_and_is_documented(
    module: str, function: str
) -> None:
    found = getattr(import_module(f"corus.analysis.{MODULES[module]}.{module}"), function)
    assert found.__doc__
