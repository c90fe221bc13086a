"""Wave and response words: states, channels, modes, thresholds, the privacy notice."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
)

from corus.domain.base import Code, Frozen, Text
from corus.domain.weighing import Negotiated

Channel = Literal["personal", "open", "kiosk", "paper", "import", "unknown"]
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


MOST_PEOPLE = 10_000_000
"""Of one group: more than any survey reaches, and far from what a database can count."""
MOST_SITES = 50
"""Of one wave: with more, hardly a site would have enough answers to be shown."""
MOST_SHOWN = 10_000
"""Highest threshold: above, nothing would ever be shown."""


class Thresholds(Frozen):
    """Numbers of persons below which less is shown. May be raised per wave, never lowered."""

    shown: int = Field(default=5, ge=5, le=MOST_SHOWN)
    """Fewer persons than this: the cell is masked."""
    full: int = Field(default=10, ge=10, le=MOST_SHOWN, validate_default=True)
    """Fewer persons than this: bands only, scores rounded to 5. Never below ``shown``."""
    organizations: int = Field(default=3, ge=3, le=MOST_SHOWN)
    """For groups of organizations answering once each by personal link."""

    @field_validator("full")
    @classmethod
    def _at_least_shown(cls, full: int, info: ValidationInfo) -> int:
        # Lifted, not refused: plans stored with the lower one alone raised must still be read.
        shown: int = info.data.get("shown", full)
        return max(full, shown)


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


Sample = Literal["not_said", "everyone", "drawn", "chosen"]
"""Who of a group was asked: everyone, some drawn by lot, or some chosen by the structure."""


class GroupPlan(Frozen):
    """What is known of one group before fieldwork; None means unknown (no rate is computed)."""

    population: int | None = Field(default=None, ge=0, le=MOST_PEOPLE)
    invited: int | None = Field(default=None, ge=0, le=MOST_PEOPLE)
    open_link: bool = True
    """Whether anybody who has the group's address may answer; otherwise by personal link only."""
    sample: Sample = "not_said"


class Checklist(Frozen):
    """What is settled before answers are taken; left empty, it is not settled yet."""

    employees_informed: date | None = None
    """The day employees were told of the survey."""
    cse_informed: date | Literal["none"] | None = None
    """The day the employees' committee (CSE) was told of it, or that there is none."""
    minors: str = ""
    """``none``, or how it was seen to that minors may answer."""
    protected_adults: str = ""
    """``none``, or how it was seen to that adults under legal protection may answer."""
    results_seen_by: str = ""
    """Who may see the results."""


class WavePlan(Frozen):
    """Everything a wave declares, when it is created or later, as far as it may still change."""

    title: str
    languages: tuple[str, ...] = ("fr", "en")
    anonymity: Anonymity = "anonymous"
    opens_on: date | None = None
    closes_on: date | None = None
    thresholds: Thresholds = Thresholds()
    groups: dict[Code, GroupPlan] = {}
    """Groups surveyed in this wave; empty means every group of the instrument."""
    sites: dict[Code, Text] = Field(default={}, max_length=MOST_SITES)
    """Places of the organization that answers may be told by, with their names; none by default."""
    notice: PrivacyNotice
    checklist: Checklist = Checklist()
    negotiated: Negotiated | None = None
    """Weights of the groups, agreed on before the wave opened; none by default."""
    burst: int = Field(default=20, ge=5, le=MOST_SHOWN)
    """More answers than this in ten minutes by one open link are pointed out."""
    succeeds: str = ""
    """Code of the wave that this one goes on from, with another version of the instrument."""
    succeeded_by: str = ""
    """Code of the wave that goes on from this one."""

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # What a plan does not declare is written as before it could: earlier versions read it too.
        document: dict[str, Any] = write(self)
        for name in ("sites", "negotiated"):
            if not document.get(name, True):
                del document[name]
        return document

    def over(self, now: datetime) -> bool:
        """Whether the last day for answering has passed; ``now`` knows its time zone.

        It ends when it has ended everywhere on Earth: whoever was told "until 3 March" may
        answer on 3 March wherever they are.
        """
        last = self.closes_on
        return last is not None and (now.astimezone(UTC) - BEHIND).date() > last


BEHIND = timedelta(hours=12)
"""The last place where a day ends is twelve hours behind UTC."""


def keep_until(closed_on: date, months: int) -> date:
    """The last day on which answers are kept: as many months after the wave was closed."""
    years, month = divmod(closed_on.month - 1 + months, 12)
    year = closed_on.year + years
    return date(year, month + 1, min(closed_on.day, monthrange(year, month + 1)[1]))
