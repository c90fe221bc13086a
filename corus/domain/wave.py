"""Wave and response words: states, channels, modes, thresholds, the privacy notice."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from corus.domain.base import Code, Frozen, Text

Channel = Literal["personal", "open", "kiosk", "paper", "import"]
Mode = Literal[
    "self",
    "assisted",
    "assisted_relative",
    "assisted_structure",
    "assisted_other",
    "paper",
    "interview",
    "unknown",
]
"""Who wrote the answer down; ``assisted`` alone when the helper is not known."""
BY_STRUCTURE = ("assisted_structure", "paper", "interview")
"""Modes in which somebody of the structure wrote the answers."""
Completeness = Literal["complete", "partial"]
Anonymity = Literal["anonymous", "confidential"]


class WaveState(StrEnum):
    """Life of a wave; only ``LEGAL_MOVES`` are possible."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


LEGAL_MOVES = {
    WaveState.DRAFT: {WaveState.OPEN},
    WaveState.OPEN: {WaveState.CLOSED},
    WaveState.CLOSED: {WaveState.ARCHIVED},
    WaveState.ARCHIVED: set(),
}


class Thresholds(Frozen):
    """Numbers of persons below which less is shown. May be raised per wave, never lowered."""

    shown: int = Field(default=5, ge=5)
    """Fewer persons than this: the cell is masked."""
    full: int = Field(default=10, ge=10)
    """Fewer persons than this: bands only, scores rounded to 5."""
    organizations: int = Field(default=3, ge=3)
    """For groups of organizations answering once each by personal link."""


class PrivacyNotice(Frozen):
    """What the respondent is told about the data.

    ``purpose``, ``legal_basis`` and ``recipients`` are needed only where they differ from the
    usual ones: left empty, the page says the standard sentence in its own language.
    """

    controller: str = Field(min_length=1)
    contact: str = Field(min_length=1)
    dpo: str = ""
    retention_months: int = Field(default=24, ge=1, le=120)
    purpose: Text = {}
    legal_basis: Text = {}
    recipients: Text = {}


class GroupPlan(Frozen):
    """What is known of one group before fieldwork; None means unknown (no rate is computed)."""

    population: int | None = Field(default=None, ge=0)
    invited: int | None = Field(default=None, ge=0)
    open_link: bool = True
    """Whether anybody who has the group's address may answer; otherwise by personal link only."""


class WavePlan(Frozen):
    """Everything a wave declares when it is created."""

    title: str
    languages: tuple[str, ...] = ("fr", "en")
    anonymity: Anonymity = "anonymous"
    opens_on: date | None = None
    closes_on: date | None = None
    thresholds: Thresholds = Thresholds()
    groups: dict[Code, GroupPlan] = {}
    """Groups surveyed in this wave; empty means every group of the instrument."""
    notice: PrivacyNotice
