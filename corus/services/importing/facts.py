"""Facts about a row that are no answers: group, language, mode, variant, completeness, day.

Knows nothing of files: one cell in, one code or none out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Labels
from datetime import date
from typing import cast, get_args

from corus.domain.base import Text
from corus.domain.instrument import Instrument, Variant
from corus.domain.rare import UNDETERMINED
from corus.domain.wave import Completeness, Mode, WavePlan
from corus.services.importing.mapping import Mapping
from corus.services.importing.spellings import fold
from corus.services.importing.values import OWN

PLACEHOLDER = date(1980, 1, 1)
"""LimeSurvey writes this day when a survey keeps no dates."""
FACT_CODES = {
    "group": "032", "language": "033", "mode": "035", "variant": "035", "completed": "035",
    "site": "038",
}  # fmt: skip


class Facts:
    """Group, language, mode, variant and completeness of a row, each from one cell."""

    def __init__(self, mapping: Mapping, instrument: Instrument, plan: WavePlan) -> None:
        self._mapping, self._instrument = mapping, instrument
        groups = [g for g in instrument.groups if not plan.groups or g in plan.groups]
        languages = [x for x in plan.languages if x in instrument.languages]
        self._known = {
            "group": groups,
            # Of our own files too, whose rare languages closing has forgotten.
            "language": [*languages, UNDETERMINED],
            "mode": list(get_args(Mode)),
            "variant": list(get_args(Variant)),
            "completed": list(get_args(Completeness)),
            "site": ["", *plan.sites],
        }
        self._defaults = {
            "completed": "complete",
            "language": next(iter(languages), ""),
            "site": "",
        }
        self._labels = {
            "group": _by_label({group: instrument.groups[group].label for group in groups}),
            "site": _by_label(plan.sites),
        }
        self._found: dict[tuple[str, str | None], str | None] = {}
        self._absent: dict[tuple[str, str], tuple[str, ...]] = {}

    def find(self, name: str, cell: str | None) -> str | None:
        """The code that ``cell`` means; None when it means none. ``cell`` None: no column."""
        key = (name, cell)
        if key not in self._found:
            code = self._look_up(name, cell)
            self._found[key] = code if code in self._known[name] else None
        return self._found[key]

    def _look_up(self, name: str, cell: str | None) -> str | None:
        lookup = self._mapping.lookups[name]
        if name == "completed" and cell is not None and not lookup.values:
            return "complete" if cell else "partial"
        if not cell:
            return lookup.values.get("", lookup.default or self._defaults.get(name))
        folded = {fold(text): code for text, code in lookup.values.items()}
        known = lookup.values.get(cell) or folded.get(fold(cell))
        if known or cell in self._known[name]:
            return known or cell
        if name in self._labels:
            return self._labels[name].get(fold(cell))
        # “fr-FR” and “de-informal” are languages of the same catalogue as “fr” and “de”.
        return re.split("[-_]", cell.lower())[0] if name == "language" else None

    def refusal(self, name: str, cell: str) -> tuple[str, str]:
        """Why ``cell`` is refused, and the cure."""
        known = ", ".join(filter(None, self._known[name])) or "none is declared"
        if not cell:
            return f"This row has no {name}.", f"Fill it, or give a default under “{name}:”."
        message = f"“{cell[:40]}” is no {name} of this wave."
        if self._mapping.source == OWN:
            return message, f"Use one of: {known}."
        return message, f"Say what it means under “{name}: values:”, one of: {known}."

    def absent(self, group: str, variant: str, present: frozenset[str]) -> tuple[str, ...]:
        """Items asked of this group that no column of the file answers."""
        key = (group, variant)
        if key not in self._absent:
            self._absent[key] = tuple(
                item.code for item in self._instrument.items
                if item.code not in present
                and self._instrument.asks(item, group, cast(Variant, variant))
            )  # fmt: skip
        return self._absent[key]


def _by_label(labels: Labels[str, Text]) -> dict[str, str]:
    return {fold(text): code for code, label in labels.items() for text in (code, *label.values())}


_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?![\d])")
_DAY_FIRST = re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4})(?!\d)")


def read_day(text: str) -> date | None:
    """The day at the beginning of ``text``, ISO or day first; the time after it is left behind."""
    if match := _ISO.match(text):
        year, month, day = match.groups()
    elif match := _DAY_FIRST.match(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
