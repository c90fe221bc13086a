"""``evidence.xlsx``: a release as a workbook that an accreditation officer can open and trace.

Each sheet is a builder in this folder and its line in ``NAMES``; none knows the file format.
"""

from __future__ import annotations

from corus.domain.profile import Profile
from corus.domain.reading import Reading
from corus.exports.base import Exporter
from corus.exports.safe_text import clean
from corus.exports.workbook.between import adding, between
from corus.exports.workbook.cautions import cautions
from corus.exports.workbook.coverage import coverage
from corus.exports.workbook.dictionary import dictionary
from corus.exports.workbook.facts import identity, method
from corus.exports.workbook.gaps import gaps
from corus.exports.workbook.importance import importance
from corus.exports.workbook.integrity import changed_sheets, integrity
from corus.exports.workbook.items import distributions, items
from corus.exports.workbook.modes import modes
from corus.exports.workbook.package import package
from corus.exports.workbook.perceptions import overview, perceptions
from corus.exports.workbook.priorities import priorities
from corus.exports.workbook.proofs import proofs
from corus.exports.workbook.readme import readme
from corus.exports.workbook.sheet import Sheet
from corus.exports.workbook.sites import sites
from corus.exports.workbook.voices import effects, quotations
from corus.exports.workbook.writer import Frame, build

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIGURES = (
    ("Identity", identity), ("Method", method), ("Participation", coverage),
    ("Overview", overview), ("Perceptions", perceptions), ("Items", items),
    ("Counts", distributions), ("Different views", gaps), ("Unexpected effects", effects),
    ("Quotations", quotations), ("Priorities", priorities), ("Importance", importance),
    ("Conditions", proofs),
    ("Alone or helped", modes), ("Between groups", between), ("Adding items", adding),
    ("Do not conclude", cautions),
)  # fmt: skip
"""Tabs between the first sheet and the dictionary, in order, with what builds them."""
BY_SITE = (("By site", sites),)
"""One more where the wave has sites."""
LONGEST_NAME = 90


def write(profile: Profile, language: str) -> bytes:
    """The workbook; the same profile and language always give the same bytes."""
    reading = Reading(profile, language)
    frame = _frame(reading)
    sheets = build_sheets(reading, frame)
    book = build(sheets, frame)
    properties = book.properties
    properties.title = _title(reading)
    properties.creator = f"Corus {profile.corus_version}"
    properties.language, properties.subject = language, sheets[0].title
    alternatives = [[bars.alternative for bars in s.charts] for s in sheets if s.charts]
    return package(book, alternatives, profile.released_on)


def build_sheets(reading: Reading, frame: Frame) -> list[Sheet]:
    """Every sheet in order; the first and the last ones speak of the others."""
    say = reading.words
    wanted = (*FIGURES, *(BY_SITE if reading.profile.by_site else ()))
    figures = [
        builder(reading, f"{number} {say(name)}")
        for number, (name, builder) in enumerate(wanted, start=1)
    ]
    after = len(wanted) + 1
    known = dictionary(reading, f"{after} {say('Dictionary')}", figures)
    proof = f"{after + 1} {say('Integrity')}"
    # The first sheet lists the last one, which holds the first one's fingerprint: its title
    # is all the list needs, so it is built twice.
    listed = integrity(reading, proof, [], frame)
    first = readme(reading, f"0 {say('Read me')}", [*figures, known, listed])
    return [
        first, *figures, known, integrity(reading, proof, [first, *figures, known], frame)
    ]  # fmt: skip


def _frame(reading: Reading) -> Frame:
    say, profile = reading.words, reading.profile
    source = say(
        "{organization}, wave “{wave}”, release {number} of {day}, questionnaire {code} {edition}",
        organization=_short(profile.organization),
        wave=_short(profile.wave_title),
        number=profile.release,
        day=say.date(profile.released_on),
        code=profile.instrument.code,
        edition=profile.instrument.edition,
    )
    return Frame(
        source=f"{source}. {reading.arrival}".rstrip(),
        scope_word=say("Scope"),
        units_word=say("Units"),
        source_word=say("Source"),
        notes_word=say("Note"),
        foot=_title(reading),
        language=reading.language,
    )


def _title(reading: Reading) -> str:
    """``Panier · wave 2026``, with the part of it that the workbook holds."""
    profile = reading.profile
    parts = (profile.organization, profile.wave_title, reading.part_name)
    return " · ".join(_short(part) for part in parts if part)


def _short(text: str) -> str:
    """A name that fits a title, a frame or a footer, on one line."""
    line = " ".join(clean(text).split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


EVIDENCE = Exporter(
    "evidence.xlsx", MEDIA_TYPE, "The evidence workbook, for accreditation officers.", write
)

__all__ = ["EVIDENCE", "changed_sheets", "write"]
