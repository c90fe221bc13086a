"""The two shipped instruments, as written and as read, and ways to walk through their texts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from corus.domain.instrument import Instrument, Item

SURVEYS = Path(__file__).parents[2] / "surveys"
BUILT_IN = ("social_utility", "innovation_markers")


@cache
def raw(code: str) -> dict[str, Any]:
    """The document as its author wrote it."""
    with (SURVEYS / f"{code}.yaml").open(encoding="utf-8") as stream:
        return YAML(typ="safe").load(stream)


@cache
def built_in(code: str) -> Instrument:
    return Instrument.model_validate(raw(code))


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """(path, text) of every translated text of a document, wherever it is."""
    if isinstance(value, dict):
        if "fr" in value or "en" in value:
            yield path, value
            return
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}[{index}]")


def keys(value: Any) -> Iterator[str]:
    """Every key of a document, wherever it is."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def rated(instrument: Instrument) -> list[Item]:
    return [item for item in instrument.items if item.code in instrument.dimension_of]


def said_to_respondents(instrument: Instrument) -> Iterator[tuple[str, dict[str, str]]]:
    """Everything a respondent reads: sentences, options, scales, hints, titles of steps."""
    for item in instrument.items:
        yield item.code, item.text
        yield f"{item.code}.hint", item.hint or {}
        for option in item.options:
            yield f"{item.code}.{option.code}", option.label
        for group, wording in item.wording.items():
            yield f"{item.code}.{group}", wording.text or {}
            yield f"{item.code}.{group}.easy", wording.easy.text if wording.easy else {}
    for code, scale in instrument.scales.items():
        yield from ((f"{code}.{point.value}", point.label) for point in scale.points)
        yield from ((f"{code}.{name}", label) for name, label in scale.opt_outs.items())
    for section in instrument.sections:
        yield section.code, section.title
        yield section.code, section.intro
