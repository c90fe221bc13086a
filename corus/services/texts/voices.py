"""What a release may say of open answers: quotations, and counts of persons by valence and code.

Brings stored texts before the one rule; decides nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from corus.analysis.disclosure.rule import Rule
from corus.analysis.profile.open_answers import EVERYTHING, Place, code_counts, quotations
from corus.analysis.profile.reach import group_rule, surveyed
from corus.domain.open_answers import Codebook, Only, OpenAnswer, QuotationCell
from corus.domain.profile import ChoiceCell
from corus.services.texts.coding import Material, material
from corus.services.texts.reading import OpenText, closed_wave, open_items
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.models import Wave

VARIANTS = ("standard", "easy", "express")


@dataclass(frozen=True)
class Voices:
    """Open answers as far as they may be shown."""

    quotations: tuple[QuotationCell, ...]
    codes: tuple[ChoiceCell, ...]
    codebooks: tuple[Codebook, ...]
    """What the codes of ``codes`` mean."""


def voices(session: Session, code: str, *, only: Only = EVERYTHING) -> Voices:
    """What may be shown now of the open answers of a closed wave."""
    return of_wave(session, closed_wave(session, code), only=only)


def of_wave(session: Session, wave: Wave, *, only: Only = EVERYTHING) -> Voices:
    """The same, for a release being made."""
    found = material(session, wave)
    groups = surveyed(plan_of(wave), found.instrument)
    counts = queries.strata(session, wave.id)
    rules = {g: group_rule(counts, g, plan_of(wave), found.instrument) for g in groups}
    answers = [_answer(found, text) for text in found.texts if text.group in rules]
    books = tuple(
        found.current(item) for item in open_items(found.instrument) if found.current(item).codes
    )
    return Voices(
        quotations(answers, _places(found, answers, groups), rules, only=only),
        tuple(cell for book in books for cell in _codes(found, answers, book, groups, rules)),
        books,
    )


def _answer(found: Material, text: OpenText) -> OpenAnswer:
    coding = found.settled(text)
    return OpenAnswer(
        item=text.item, group=text.group, redaction=text.redaction, quotable=text.quotable,
        text=text.redacted.text if text.redacted else "", language=text.language,
        codes=coding.codes if coding else None,
        expectation=coding.expectation if coding else None,
        valence=coding.valence if coding else None,
    )  # fmt: skip


def _places(found: Material, answers: list[OpenAnswer], groups: tuple[str, ...]) -> list[Place]:
    """Every question with every group that is asked it, whether or not anybody wrote."""
    written = {(a.item, a.group) for a in answers}
    return [
        (item, group)
        for item in open_items(found.instrument)
        for group in groups
        if (item, group) in written or _is_asked(found, item, group)
    ]


def _is_asked(found: Material, item: str, group: str) -> bool:
    asked = found.instrument.item_by_code[item]
    return any(found.instrument.asks(asked, group, v) for v in VARIANTS)  # type: ignore[arg-type]


def _codes(
    found: Material, answers: list[OpenAnswer], book: Codebook, groups: tuple[str, ...],
    rules: dict[str, Rule],
) -> tuple[ChoiceCell, ...]:  # fmt: skip
    item = found.instrument.item_by_code[book.item]
    asked = [g for g in groups if _is_asked(found, item.code, g)]
    return code_counts(answers, book, asked, rules)
