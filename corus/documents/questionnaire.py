"""The questionnaire on paper: one group, one language, as an accessible tagged PDF.

Knows no wave record and no database: what it prints is handed to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from corus.documents.conditions import Numbered, condition
from corus.documents.notice import notice_blocks, promise
from corus.documents.parts import Sheet, guide, height, parts
from corus.documents.printer import count_pages, print_pdf
from corus.domain.instrument import InstrumentVersion, Section, Variant
from corus.domain.wave import WavePlan
from corus.questions.base import Asked

TEMPLATE = "questionnaire.typ"
STANDARD, EASY, LARGE = 10.5, 14.0, 18.0
"""Sizes of the letters, in points."""
TALLEST = 190.0
"""Answers taller than this, in millimetres, run over to the next page."""


@dataclass(frozen=True)
class Paper:
    """What to print: whose questions, for whom, in what language and size."""

    version: InstrumentVersion
    plan: WavePlan
    organization: str
    group: str
    language: str
    variant: Variant = "standard"
    large: bool = False
    return_to: str = ""
    """Where the sheet is handed in; a line to write it on when empty."""
    site: str = ""
    """Code of the site where it is filled in, named in small print for whoever types it in."""

    @property
    def sheet(self) -> Sheet:
        """Language, name and size, as the parts of a question need them."""
        easy = self.variant == "easy"
        size = LARGE if self.large else EASY if easy else STANDARD
        return Sheet(self.language, self.organization, size, easy)

    @property
    def site_name(self) -> str:
        """Name of the site, or ""."""
        return self.sheet.say(self.plan.sites[self.site]) if self.site else ""

    def asked(self) -> Numbered:
        """Questions of this group in form order, numbered from 1."""
        instrument = self.version.instrument
        items = (i for s in instrument.form_order for i in instrument.section_items(s))
        chosen = [i for i in items if instrument.asks(i, self.group, self.variant)]
        return {
            item.code: (n, Asked.of(instrument, item, self.group, self.variant))
            for n, item in enumerate(chosen, 1)
        }


def print_questionnaire(paper: Paper, *, sheets: Iterable[int] = ()) -> bytes:
    """PDF of one copy with a blank for its number, or of one copy per number of ``sheets``."""
    sheet = paper.sheet
    numbers = [_sheet_number(sheet, n) for n in sheets] or [""]
    data = {
        **_front(paper),
        "size": sheet.size,
        "easy": sheet.easy,
        "sheets": numbers[-1:],
        "pages": 0,
        "sections": list(_sections(paper, sheet)),
        "notice": [asdict(block) for block in _notice(paper)],
        "about": sheet.say(paper.version.instrument.notice),
        "words": _words(sheet),
    }
    pages = count_pages(TEMPLATE, data, paper.language)
    return print_pdf(TEMPLATE, {**data, "sheets": numbers, "pages": pages}, paper.language)


def _sheet_number(sheet: Sheet, n: int) -> str:
    return sheet.t("Sheet no. {number}", number=n)


def place(organization: str, title: str) -> list[str]:
    """Whose survey this is: the organization and the wave, naming the first only once."""
    return [title] if organization in title else [organization, title]


def _front(paper: Paper) -> dict[str, Any]:
    t, instrument = paper.sheet.t, paper.version.instrument
    group = instrument.groups[paper.group]
    facts = [
        *([t("Site: {site}", site=paper.site_name)] if paper.site else []),
        t.many("{n} question", "{n} questions", len(paper.asked())),
        t.many("{n} minute at most", "{n} minutes at most", group.minutes),
    ]
    return {
        "title": " · ".join(place(paper.organization, paper.plan.title)),
        "place": place(paper.organization, paper.plan.title),
        "group": paper.sheet.say(group.label),
        "facts": " · ".join(facts),
        "version": _version_said(paper),
        "promise": f"{promise(paper.plan, t)} {t('No question is compulsory.')}",
        "how": list(_how(paper)),
        "return_to": paper.return_to,
        "closes": t("Hand it in by {day} at the latest.", day=t.date(paper.plan.closes_on))
        if paper.plan.closes_on
        else "",
    }


def _version_said(paper: Paper) -> str:
    if paper.variant != "easy":
        return ""
    readers = paper.sheet.say(paper.version.instrument.easy_to_read.proofread_by)
    if readers:
        return paper.sheet.t("Simple version, proof-read by: {readers}", readers=readers)
    return paper.sheet.t("Simple version (draft)")


def _how(paper: Paper) -> Iterator[str]:
    t = paper.sheet.t
    yield t("Tick one box per question, unless the question says otherwise.")
    yield t("Wrong box? Black it out and tick the right one.")
    yield t("Do not write your name on this sheet.")
    yield t("The end of this document says what becomes of your answers.")


def _words(sheet: Sheet) -> dict[str, str]:
    t = sheet.t
    return {
        "how": t("How to answer"),
        "sheet": t("Sheet no."),
        "return_to": t("Hand this sheet in at:"),
        "thanks": t("Thank you for your answers."),
        "notice": t("How your answers are used"),
        "page": t("Page"),
        "about": t("About this questionnaire"),
    }


def _sections(paper: Paper, sheet: Sheet) -> Iterator[dict[str, Any]]:
    asked, instrument = paper.asked(), paper.version.instrument
    shown = [(s, [i.code for i in instrument.section_items(s)]) for s in instrument.form_order]
    filled = [(s, [c for c in codes if c in asked]) for s, codes in shown]
    steps = [step for step in filled if step[1]]
    for n, (section, codes) in enumerate(steps, 1):
        part = sheet.t("Part {step} of {steps}", step=n, steps=len(steps))
        yield _section(section, part, [_question(c, asked, sheet) for c in codes], sheet)


def _section(
    section: Section, part: str, questions: list[dict[str, Any]], sheet: Sheet
) -> dict[str, Any]:
    return {
        "part": part,
        "title": sheet.say(section.title),
        "intro": sheet.say(section.intro),
        "questions": questions,
    }


def _question(code: str, asked: Numbered, sheet: Sheet) -> dict[str, Any]:
    number, question = asked[code]
    item = question.item
    printed = parts(question, sheet)
    hints = (sheet.say(item.hint), guide(question, sheet))
    return {
        "number": sheet.t.number(number),
        "sentence": sheet.say(question.words),
        "condition": condition(item.relevant, asked, sheet.language, sheet.organization)
        if item.relevant
        else "",
        "hint": " ".join(filter(None, hints)),
        "parts": printed,
        "tall": sum(height(part, sheet) for part in printed) > TALLEST,
    }


def _notice(paper: Paper) -> Iterator[Any]:
    yield from notice_blocks(paper.plan, paper.organization, paper.language, paper.site_name)
