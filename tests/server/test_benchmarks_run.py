"""The benchmarks run as a person runs them and tell ratios; how fast is not asked here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SHORT = {
    "submit": ["--rounds", "1", "--seconds", "1", "--clients", "8"],
    "profile": ["--size", "20000", "--rounds", "1"],
}


def _bench(folder: Path, *arguments: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CORUS_")}
    done = subprocess.run(
        [sys.executable, "-m", "corus", "bench", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == [], "a benchmark leaves nothing behind"
    return done.stdout


@pytest.mark.parametrize("name", SHORT)
def test_a_benchmark_tells_its_ratios_as_json(name: str, tmp_path: Path) -> None:
    measures = json.loads(_bench(tmp_path, name, *SHORT[name], "--json"))
    assert measures
    for measure in measures:
        assert measure["name"].startswith(name)
        assert {"ratio", "baseline", "subject", "runs", "unit", "goal"} <= measure.keys()
        assert measure["runs"] == 1
        assert measure["ratio"] == pytest.approx(
            measure["subject"] / measure["baseline"], rel=0.05, abs=0.002
        )
