"""Weights of groups agreed on before a wave opens: declared with it, told with its results."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from corus.domain.wave import WavePlan
from corus.errors import InputError
from corus.services.publishing import version_of
from corus.services.weighing.weights_file import read_weights
from corus.store import queries

NONE = "none"


def with_weights(session: Session, code: str, plan: WavePlan, path: str, day: date) -> WavePlan:
    """The plan with the weights of a file, or without any (``"none"``).

    Raises ``InputError`` for faults of the file (``WGT-…``), weights agreed on after ``day`` among
    them (``WGT-006``).
    """
    if path == NONE:
        return plan.model_copy(update={"negotiated": None})
    instrument = version_of(queries.wave_by_code(session, code)).instrument
    groups = tuple(plan.groups) or tuple(instrument.groups)
    found = read_weights(Path(path), [d.code for d in instrument.dimensions], groups)
    if found.agreed_on > day:
        raise InputError(
            f"{found.file}: these weights would be agreed on {found.agreed_on}, a day to come.",
            hint="Give the day of the decision.", code="WGT-006",
        )  # fmt: skip
    return plan.model_copy(update={"negotiated": found})
