"""Who of a group is asked, declared on the command line, and read in the release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SURVEY = Path(__file__).parents[2] / "surveys" / "social_utility.yaml"
WAVE = (
    "wave", "create", "w", "--organization", "Le Panier", "--instrument", "social_utility",
    "--contact", "a@panier.example", "--employees-informed", "2026-03-03", "--cse-informed",
    "none", "--minors", "none", "--protected-adults", "none", "--results-seen-by", "nous",
    "--group", "clients=40", "--group", "board=8",
)  # fmt: skip


def test_the_sample_declared_is_in_the_release(corus) -> None:
    corus("publish", SURVEY)
    corus(*WAVE, "--sample", "clients=chosen")
    corus("wave", "open", "w")
    corus("wave", "set", "w", "--sample", "board=everyone")
    corus("wave", "close", "w")
    corus("release", "w")
    told = json.loads(corus("profile", "w", "--json").output)["coverage"]
    assert {c["group"]: c["sample"] for c in told} == {"clients": "chosen", "board": "everyone"}


@pytest.mark.parametrize("said", ["clients=some", "neighbours=chosen", "clients"])
def test_a_sample_that_says_nothing_is_refused_with_the_words_there_are(corus, said: str) -> None:
    corus("publish", SURVEY)
    refused = corus(*WAVE, "--sample", said, code=1).stderr
    assert "[WAV-049]" in refused
    assert "drawn (by lot)" in refused
