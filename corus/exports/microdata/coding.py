"""Numbers for codes: how statistical files and their codebook write each variable.

One plan for ``answers.sav`` and ``codebook.ddi.xml``, so that they cannot disagree;
holds no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from corus.domain.base import Text
from corus.domain.instrument import Instrument
from corus.exports.codebook import interface, languages
from corus.exports.microdata.variables import (
    NO_SITES,
    STATE_LABELS,
    STATES,
    Variable,
    variables,
)

MISSING = {
    "dont_know": -1,
    "not_concerned": -2,
    "skipped": -3,
    "not_shown": -4,
    "not_asked": -5,
}
"""Why a value is missing; declared as user-missing, never left blank."""
OTHER_SCALE = -6
"""The question was answered on another scale: the value is in the column of that scale."""
HIGHEST_MISSING, LOWEST_MISSING = max(MISSING.values()), OTHER_SCALE
NAME_BYTES = 64
RESERVED = frozenset(
    {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
)
"""Words SPSS keeps to itself."""

_OTHER_SCALE = "Answered on another scale (see the column of that scale)"
_WORDS = frozenset({"text", "cell", "reason", "evidence"})


@dataclass(frozen=True)
class Coded:
    """One variable as statistical files hold it."""

    name: str
    """At most 64 bytes, none of the reserved words, unique whatever the case."""
    variable: Variable
    type: Literal["number", "text", "day"]
    values: tuple[tuple[int, Text], ...]
    """(number, label); options and facts are numbered from 1 in the order of the instrument."""
    missing: tuple[tuple[int, Text], ...]
    """(negative number, why); empty when the variable has its state in a column of its own."""

    @property
    def measure(self) -> Literal["nominal", "ordinal", "scale"]:
        """Level of measurement: order without distance for points, amounts for numbers."""
        amounts = {"number", "allocated", "number_drawn"}
        if self.variable.role in amounts or self.type == "day":
            return "scale"
        return "ordinal" if self.variable.role in {"point", "rank"} else "nominal"


def plan(
    instrument: Instrument, organization: str = "", sites: Mapping[str, Text] = NO_SITES
) -> tuple[Coded, ...]:
    """Every variable of the statistical files, in order.

    A state has its own variable only where the values leave no room for missing codes: texts,
    and numbers or points that may be negative.
    """
    found = variables(instrument, organization, sites)
    apart = {v.item.code for v in found if v.item and v.role != "state" and not has_room(v)}
    kept = [v for v in found if v.role != "state" or (v.item and v.item.code in apart)]
    several = {v.item.code for v in found if v.role == "point" and v.item and v.name != v.item.code}
    spoken, names = languages(instrument), short_names(v.name for v in kept)
    return tuple(_coded(name, v, several, spoken) for name, v in zip(names, kept, strict=True))


def has_room(variable: Variable) -> bool:
    """Whether negative numbers are free to mean that a value is missing."""
    if variable.role in _WORDS:
        return False
    if variable.role == "number":
        lowest = variable.item.minimum if variable.item else None
        return lowest is not None and lowest >= 0
    return variable.role != "point" or all(int(code) >= 0 for code, _ in variable.values)


def _coded(name: str, variable: Variable, several: set[str], spoken: Iterable[str]) -> Coded:
    type_: Literal["number", "text", "day"] = "number"
    if variable.role in _WORDS:
        type_ = "text"
    if variable.role == "day":
        type_ = "day"
    missing: list[tuple[int, Text]] = []
    if variable.item is not None and variable.role != "state" and has_room(variable):
        missing = [(MISSING[s], interface(STATE_LABELS[s], spoken)) for s in MISSING]
        if variable.role == "point" and variable.item.code in several:
            missing.append((OTHER_SCALE, interface(_OTHER_SCALE, spoken)))
    return Coded(name, variable, type_, numbered(variable), tuple(missing))


def numbered(variable: Variable) -> tuple[tuple[int, Text], ...]:
    """(number, label): numbers stay themselves, codes count from 1."""
    if variable.role == "state":
        order = {code: MISSING.get(code, 0) for code in STATES}
        return tuple((order[str(code)], label) for code, label in variable.values)
    return tuple(
        (code if isinstance(code, int) else place, label)
        for place, (code, label) in enumerate(variable.values, start=1)
    )


def short_names(names: Iterable[str]) -> tuple[str, ...]:
    """Each name as SPSS takes it: 64 bytes, no reserved word, no final mark, none twice."""
    taken: set[str] = set()
    found = []
    for name in names:
        short = _free(name, taken)
        taken.add(short.lower())
        found.append(short)
    return tuple(found)


def _free(name: str, taken: set[str]) -> str:
    base = (f"{name}_v" if name.lower() in RESERVED else name)[:NAME_BYTES].rstrip("_.")
    number, short = 1, base
    while short.lower() in taken:
        number += 1
        short = f"{base[: NAME_BYTES - len(str(number)) - 1]}_{number}"
    return short
