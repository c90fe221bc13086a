"""A form sent again by a personal link that takes it no more: the receipt of what it stored before.

Stores nothing and shows no page; what is not stored with these very answers stays refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from corus.domain.answer import encode
from corus.domain.instrument import Variant
from corus.questions.base import Form
from corus.services import responding
from corus.services.receipts import id_of_code, receipt_code
from corus.services.responding import Questionnaire, Receipt
from corus.services.taking_up import repeats
from corus.services.waves import plan_of
from corus.store import changes, queries
from corus.store.changes import StoredResponse
from corus.store.engine import Store


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a form came from: what its link leads to now, and the page it was filled in on."""

    wave: str
    """The one its link leads to, perhaps by a new series since."""
    group: str
    variant: Variant
    opened: str = ""
    """The wave that the page was made for; "" when it does not say."""


def receipt_again(
    store: Store, sender: Sender, submission_id: str, form: Form, *, finished: bool
) -> tuple[Questionnaire, Receipt] | None:
    """The receipt given before for these very answers, and their questionnaire; None if none was.

    ``form`` holds the fields of the questions, ``finished`` is False for one that was saved only.
    Raises ``UnavailableError`` when the database cannot be asked.
    """
    code = receipt_code(store.key, submission_id)
    saved = _stored(store, sender, id_of_code(store.key, code))
    if saved is None:
        return None
    page = _page(store, saved)
    reading = responding.read_form(page, form)
    document = encode(reading.answers, page.version.instrument).decode()
    if reading.refusals or not repeats(page, saved, document, finished=finished):
        return None
    sent = finished or saved.completeness == "complete"
    return page, Receipt(code, reading.answered, reading.set_aside, sent)


def _stored(store: Store, sender: Sender, key: bytes) -> StoredResponse | None:
    """What is stored under this key, if it is of this group and form, and of a wave of the link."""
    with store.reading() as session:
        saved = changes.find(session, key)
        if saved is None or (saved.group, saved.variant) != (sender.group, sender.variant):
            return None
        # A link leads on when a new series begins, its answers stay where they were given.
        wave = saved.wave if sender.opened in ("", saved.wave) else ""
        while wave and wave != sender.wave:
            wave = plan_of(queries.wave_by_code(session, wave)).succeeded_by
    return saved if wave else None


def _page(store: Store, saved: StoredResponse) -> Questionnaire:
    place = saved.wave, saved.group, cast(Variant, saved.variant)
    page = responding.known_questionnaire(store, *place)
    if page.version.digest != saved.digest:
        page = responding.fresh_questionnaire(store, *place)
    return page
