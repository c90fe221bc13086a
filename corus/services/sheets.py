"""Sheets of paper: what is said of one before it is typed, and what became of them all.

Knows numbers and counts; never what a sheet says.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, replace

from sqlalchemy.orm import Session

from corus.domain.instrument import Variant
from corus.domain.wave import Mode, WaveState
from corus.errors import InputError
from corus.store import paper, queries

TAKES_PAPER = frozenset({WaveState.OPEN.value, WaveState.CLOSED.value})
"""A closed wave still takes late paper; its figures follow at the next release."""
ON_PAPER: tuple[Mode, ...] = (
    "paper", "assisted_relative", "assisted_structure", "assisted_other", "interview"
)  # fmt: skip
"""How a sheet may have been filled in."""
SHEET = re.compile(r"[0-9A-Z][0-9A-Z./-]{0,31}")
NUMBER_SIGN = re.compile(r"^N(°|O\.?)(?=\d)")
LONGEST_CLERK = 64


@dataclass(frozen=True)
class Cover:
    """What is known of a sheet before it is typed."""

    sheet: str
    clerk: str
    group: str
    variant: Variant = "standard"
    language: str = "fr"
    mode: Mode = "paper"
    typing: int = 1
    alone: bool = False
    """Whether nobody else can do the second typing: allowed, and counted in the report."""
    site: str = ""


@dataclass(frozen=True)
class Sheet:
    """A sheet that is not stored yet."""

    sheet: str
    group: str
    variant: str
    language: str
    mode: str
    clerk: str
    differs: bool
    """True when it was typed twice and the typings differ; False when the second is awaited."""


@dataclass(frozen=True)
class Waiting:
    """Sheets of a wave on which work is not finished; a wave should not close on them."""

    once: int
    differing: int

    @property
    def sheets(self) -> int:
        """All of them."""
        return self.once + self.differing


@dataclass(frozen=True)
class PaperReport:
    """What became of the paper of a wave; counts of questions are over the sheets stored."""

    typed_once: int
    differing: int
    stored: int
    voided: int
    one_clerk: int
    fields: int
    differed: int
    illegible: int

    def plain(self) -> dict[str, object]:
        """Everything by name, the error rate among it."""
        return asdict(self) | {"error_rate": self.error_rate}

    @property
    def error_rate(self) -> float | None:
        """Share in [0, 1] of the questions on which two typings differed; None without any."""
        return self.differed / self.fields if self.fields else None


def cleaned(cover: Cover) -> Cover:
    """The same with the sheet's number and the clerk's name in one spelling each.

    Raises ``InputError`` (``PAP-020`` number, ``PAP-021`` name, ``PAP-022`` mode).
    """
    sheet = "".join(unicodedata.normalize("NFKC", cover.sheet).upper().split())
    sheet = NUMBER_SIGN.sub("", sheet)
    sheet = sheet.lstrip("0") if sheet.isdecimal() else sheet
    if not SHEET.fullmatch(sheet):
        raise InputError(
            "The number of the sheet is missing, or is not made of letters and digits.",
            hint="Copy the number printed on the sheet, or number it by hand.", code="PAP-020",
        )  # fmt: skip
    clerk = " ".join(unicodedata.normalize("NFC", cover.clerk).split())
    if not 0 < len(clerk) <= LONGEST_CLERK:
        raise InputError("Say who is typing: a first name or initials.", code="PAP-021")
    if cover.mode not in ON_PAPER:
        raise InputError("Say how the sheet was filled in.", code="PAP-022")
    return replace(cover, sheet=sheet, clerk=clerk)


def sheets(session: Session, wave: str) -> list[Sheet]:
    """Sheets that are not stored yet, in the order of their numbers; never what they say."""
    wave_id = queries.wave_by_code(session, wave).id
    twice = paper.typed_twice(session, wave_id)
    return [
        Sheet(e.sheet, e.group, e.variant, e.language, e.mode, e.clerk, e.sheet in twice)
        for e in paper.sheets(session, wave_id)
    ]


def waiting(session: Session, wave: str) -> Waiting:
    """Sheets of a wave that still need somebody: a wave should not close while there are any."""
    found = [sheet.differs for sheet in sheets(session, wave)]
    return Waiting(found.count(False), found.count(True))


def report(session: Session, wave: str) -> PaperReport:
    """What became of the paper of a wave, with how often two typings differed."""
    left = waiting(session, wave)
    counted = paper.counts(session, queries.wave_by_code(session, wave).id)
    return PaperReport(typed_once=left.once, differing=left.differing, **counted)
