"""What the fictional stakeholders really think, so that the profile can be checked against it.

``TRUTH[dimension][group]`` is the mean person score, 0–100, from which answers are drawn. Groups
are listed with how many people they have (None: unknown), how many answer, and how many of these
on the easy-to-read version. Funders stay under the threshold on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """One stakeholder group: known population, answers, answers on the easy version."""

    population: int | None
    answers: int
    easy: int = 0


GROUPS = {
    "employees": Group(41, 34),
    "beneficiaries": Group(210, 96, easy=36),
    "volunteers": Group(60, 38),
    "board": Group(12, 9),
    "clients": Group(None, 110),
    "suppliers": Group(22, 14),
    "partners": Group(30, 18),
    "public_authorities": Group(8, 6),
    "neighbours": Group(None, 73),
    "funders": Group(5, 3),
}

_ORDER = tuple(GROUPS)
_ROWS = {
    # employees, beneficiaries, volunteers, board, clients, suppliers, partners, public
    # authorities, neighbours, funders; dimensions that a group is not asked about are ignored
    "needs": (52, 71, 74, 68, 66, 70, 64, 58, 49, 60),
    "agency": (66, 74, 72, 70, 70, 70, 67, 62, 60, 65),
    "bonds": (75, 62, 76, 72, 63, 68, 70, 66, 61, 65),
    "territory": (69, 66, 70, 74, 71, 78, 73, 68, 57, 65),
    "democracy": (41, 46, 60, 79, 55, 63, 70, 61, 52, 60),
    "work": (48, 60, 77, 66, 60, 60, 60, 60, 60, 60),
    "ecology": (64, 62, 66, 72, 69, 70, 66, 61, 55, 60),
    "integrity": (60, 68, 73, 71, 62, 67, 68, 63, 58, 65),
}
TRUTH = {d: dict(zip(_ORDER, row, strict=True)) for d, row in _ROWS.items()}

DIVIDED = {("territory", "neighbours"), ("democracy", "employees")}
"""Cells where people hold two opposite views rather than one in between."""

PRIORITIES = {
    "needs": 5, "agency": 4, "bonds": 5, "territory": 4, "democracy": 3, "work": 2, "ecology": 3,
    "integrity": 1,
}  # fmt: skip
