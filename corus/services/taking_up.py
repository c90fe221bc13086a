"""A form whose number is stored already: a retry, or what was saved and now goes on.

Decides what becomes of it by what is stored; reads no form and shows no page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from corus.services.mapping import same_but_for_news
from corus.store import changes
from corus.store.engine import Store
from corus.store.writer import NewResponse, Outcome

if TYPE_CHECKING:
    from corus.services.responding import Questionnaire


def stored(store: Store, row: NewResponse) -> changes.StoredResponse | None:
    """What is stored under the number of this form, or None."""
    with store.reading() as session:
        return changes.find(session, row.id)


def taken_up(
    store: Store,
    questionnaire: Questionnaire,
    row: NewResponse,
    saved: changes.StoredResponse | None,
    outcome: Outcome,
) -> Outcome:
    """What becomes of a form whose number is stored already.

    What was saved and is sent as it was becomes complete, whatever way it came. Whoever saved,
    went back and went on may send other answers without typing the code. Not at a kiosk, where
    the next person may find the page of the last; nor by a link that leads to its answer, whose
    pages may stand open on two devices.
    """
    if saved is None:
        return outcome
    unsent = (saved.completeness, row.completeness) == ("partial", "complete")
    if _place(saved) != _place(row):
        return Outcome.CONFLICT if unsent else outcome
    instrument = questionnaire.version.instrument
    same = outcome is Outcome.REPEATED or same_but_for_news(
        saved.document, row.document, instrument
    )
    if saved.completeness == "complete" or (same and not unsent):
        return Outcome.REPEATED if same else outcome
    if not questionnaire.takes_answers():
        return Outcome.REFUSED
    if same:
        # As it is stored: a form sent again after a mapping leaves the new items blank.
        return _change(store, replace(row, document=saved.document), saved.revision)
    if row.channel == "kiosk" or row.pseudonym is not None:
        return outcome
    return _change(store, row, 1)


def repeats(
    questionnaire: Questionnaire, saved: changes.StoredResponse, document: str, *, finished: bool
) -> bool:
    """Whether a form with these answers asks for nothing that is not ``saved`` already.

    A form that is ``finished`` does, of answers that were only saved.
    """
    if finished and saved.completeness == "partial":
        return False
    instrument = questionnaire.version.instrument
    return document == saved.document or same_but_for_news(saved.document, document, instrument)


def _change(store: Store, row: NewResponse, base: int) -> Outcome:
    with store.writing() as session:
        return changes.change(session, row, base)


def _place(row: NewResponse | changes.StoredResponse) -> tuple[int, str, str, str]:
    return row.wave_id, row.group, row.variant, row.channel
