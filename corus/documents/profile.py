"""The profile as a tagged PDF: what to read first, then charts with their figures, then method.

Lays out what it is given: whoever fills the report reads the Profile, where masked values are
absent. Nothing here knows a profile, a wave or a database.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from corus.documents.printer import print_pdf
from corus.documents.profile_blocks import Section, Told


@dataclass(frozen=True)
class Report:
    """A whole report in one language."""

    title: str
    """The organization."""
    subtitle: str
    language: str
    facts: tuple[str, ...]
    """Release, days of answering, how answers are kept: one line each."""
    part: str
    """That these figures are of a part of the release; "" for the whole."""
    first_title: str
    first: tuple[Told, ...]
    caution: tuple[Told, ...]
    contents: str
    """Heading of the table of contents."""
    divided: str
    """What the mark of divided opinions says aloud."""
    reversed: str
    """What the mark of reversed items says aloud."""
    flagged: str
    """What the mark of wide gaps says aloud."""
    palette: dict[str, str]
    """Colours by name: ink, soft, accent, line, masked, hatch, dont_know."""
    key: tuple[tuple[str, str], ...]
    """Key of the heat map: (mark, what it means)."""
    ramp: tuple[tuple[str, float], ...]
    """Colours of the scale and where they stand, 0–100."""
    bars: tuple[tuple[tuple[str, ...], str], ...]
    """Key of the bars: (colours, what they mean)."""
    lacking: str
    """Printed where a box stands for a letter that no font of this machine has."""
    sections: tuple[Section, ...]


def as_pdf(report: Report) -> bytes:
    """The report as PDF/UA-1: the same report gives the same bytes on the same machine.

    A letter that no font has is printed as a box, and the report says so.
    """
    return print_pdf("profile.typ", asdict(report), report.language)
