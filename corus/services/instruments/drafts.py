"""Drafts of an organization: copied from an instrument, saved, published, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from corus.authoring import compare
from corus.authoring.changes import Change
from corus.domain.instrument import Instrument, InstrumentVersion
from corus.errors import ConflictError, Fault, InputError, NotFoundError
from corus.services.accounts import audit
from corus.services.instruments import library
from corus.services.instruments.bounds import MAX_DRAFTS, TITLE, Faults, clean
from corus.services.instruments.document import Draft
from corus.services.instruments.faults import Placed, built
from corus.services.publishing import Published, load_version, publish
from corus.services.waves import slug
from corus.store import instrument_drafts, queries
from corus.store.account_models import InstrumentDraft
from corus.store.models import Organization

Edit = Callable[[Draft], Draft]


@dataclass(frozen=True)
class Opened:
    """A draft as it stands: its revision, its content, the version it goes on from."""

    record: InstrumentDraft
    revision: int
    draft: Draft
    previous: Instrument

    @property
    def code(self) -> str:
        """Its code, which is that of the instrument it becomes."""
        return self.record.code

    @cached_property
    def _built(self) -> tuple[Instrument | None, list[Placed]]:
        return built(self.draft, self.previous)

    @property
    def instrument(self) -> Instrument | None:
        """The instrument it would become; None while it has faults."""
        return self._built[0]

    @property
    def faults(self) -> list[Placed]:
        """Everything wrong with it, in the order of the questionnaire."""
        return self._built[1]

    @cached_property
    def changes(self) -> list[Change]:
        """What publishing would change since the version it goes on from."""
        return compare(self.previous, self.instrument) if self.instrument else []

    @property
    def published(self) -> bool:
        """Whether a version of it was published already."""
        return self.previous.code == self.code

    @property
    def is_new(self) -> bool:
        """Whether there is anything to publish."""
        if not self.published or self.instrument is None:
            return True
        same = InstrumentVersion.freeze(self.instrument).digest
        return same != self.record.base_digest


def code_for(organization: Organization, title: str) -> str:
    """The code of a new instrument: whose it is, then its title, at most 64 characters."""
    return re.sub(r"[_-]+", "_", f"{organization.code[:30]}_{slug(title)[:30]}")


def copy(session: Session, organization: Organization, name: str, title: str, day: date) -> Opened:
    """A new draft copied from the instrument ``name``, with a code and a title of its own.

    The title is a name: it stands for itself in every language until somebody translates it.

    Raises ``InputError`` (``DRF-001``) for the title, (``DRF-007``) for too many drafts,
    ``ConflictError`` (``DRF-008``) where the organization has an instrument of this name.
    """
    _check_title(title)
    instrument_drafts.one_at_a_time(session)
    offer = library.published(session, name, organization.id, day)
    if len(instrument_drafts.drafts(session, organization.id)) >= MAX_DRAFTS:
        raise InputError(
            "There are {n} drafts already.", hint="Delete some first.",
            code="DRF-007", names={"n": MAX_DRAFTS},
        )  # fmt: skip
    code = code_for(organization, clean(title))
    _check_free(session, organization, code)
    version = load_version(queries.instrument_by_name(session, offer.digest))
    titles = dict.fromkeys(version.instrument.languages, clean(title))
    return _stored(session, organization, Draft.copy_of(version, code, titles), day)


def go_on(session: Session, organization: Organization, code: str, day: date) -> Opened:
    """The draft of the organization's own instrument ``code``; made anew where it was deleted."""
    if instrument_drafts.draft(session, organization.id, code) is not None:
        return draft(session, organization, code)
    offer = library.find(session, code, organization.id)
    if not offer.own:
        raise no_draft()
    version = load_version(queries.instrument_by_name(session, offer.digest))
    again = Draft.copy_of(version, offer.instrument.code, offer.instrument.title)
    again.instrument["edition"] = offer.instrument.edition
    again.instrument["changelog"] = list(offer.instrument.changelog)
    return _stored(session, organization, again, day)


def _stored(session: Session, organization: Organization, value: Draft, day: date) -> Opened:
    record = InstrumentDraft(
        organization_id=organization.id, code=value.instrument["code"], title=_title(value),
        base_digest=value.origin["digest"], document=value.dump(), revision=1, changed_on=day,
    )  # fmt: skip
    session.add(record)
    session.flush()
    return _opened(session, record)


def _check_title(title: str) -> None:
    faults = Faults()
    faults.too_long("title", {"": clean(title)}, TITLE)
    if not clean(title):
        faults.add("title", "The questionnaire has no title.", "Give it one.")
    faults.tell()


def _check_free(session: Session, organization: Organization, code: str) -> None:
    taken = instrument_drafts.draft(session, organization.id, code)
    if taken is not None or queries.latest_edition(session, code) is not None:
        raise ConflictError(
            "You have an instrument of this name already.",
            hint="Give this one another title, or go on with the other.", code="DRF-008",
        )  # fmt: skip


def draft(session: Session, organization: Organization, code: str) -> Opened:
    """The draft that this organization calls ``code``. Raises ``NotFoundError`` (``DRF-002``)."""
    found = instrument_drafts.draft(session, organization.id, code)
    if found is None:
        raise no_draft()
    return _opened(session, found)


def no_draft() -> NotFoundError:
    """This organization has no such draft."""
    return NotFoundError("This organization has no such draft.", code="DRF-002")


def _opened(session: Session, record: InstrumentDraft) -> Opened:
    base = queries.instrument_by_name(session, record.base_digest)
    return Opened(
        record, record.revision, Draft.load(record.document), load_version(base).instrument
    )


def _title(value: Draft) -> str:
    return next((words for words in value.instrument["title"].values() if words), "")[:200]


def save(session: Session, opened: Opened, revision: int, edit: Edit, day: date) -> Opened:
    """Apply ``edit`` to the draft that its editor saw as ``revision``.

    Raises ``ConflictError`` (``DRF-009``) when somebody saved another meanwhile; what ``edit``
    raises goes on to who asked.
    """
    if revision != opened.revision:
        raise overtaken()
    _replace(session, opened, edit(opened.draft), opened.record.base_digest, day)
    return _opened(session, opened.record)


def overtaken() -> ConflictError:
    """Somebody saved this draft in another tab or on another device meanwhile."""
    return ConflictError(
        "This draft was saved elsewhere since you opened this page.",
        hint="What you typed is still here. Sending it again puts it in the place of what was "
        "saved elsewhere on this page.",
        code="DRF-009",
    )


def _replace(session: Session, opened: Opened, value: Draft, base_digest: str, day: date) -> None:
    done = instrument_drafts.replace(
        session, opened.record, opened.revision, title=_title(value), document=value.dump(),
        base_digest=base_digest, day=day,
    )  # fmt: skip
    if not done:
        raise overtaken()


def delete(session: Session, opened: Opened, revision: int, account_id: int | None) -> None:
    """Delete a draft for good; published versions stay.

    Raises ``ConflictError`` (``DRF-009``) when it is not what was looked at.
    """
    if revision != opened.revision:
        raise overtaken()
    instrument_drafts.drop(session, opened.record)
    audit.note(
        session, opened.record.organization_id, account_id, "draft_deleted", code=opened.code,
        title=opened.record.title,
    )  # fmt: skip


def publish_draft(
    session: Session, opened: Opened, revision: int, account_id: int | None, day: date
) -> Published:
    """Freeze the draft as the organization's next version; the draft goes on from there.

    Raises ``InputError`` (``INS-000``) while it has faults, ``ConflictError`` (``DRF-009``) when
    it is not what was looked at, (``DRF-010``) where nothing changed since the last version.
    """
    if revision != opened.revision:
        raise overtaken()
    instrument = opened.instrument
    if instrument is None:
        raise _faulty(opened)
    if not opened.is_new:
        raise ConflictError(
            "Nothing changed since the last version.", hint="Edit the draft first.", code="DRF-010"
        )
    value = _next_edition(opened) if opened.published else opened.draft
    ready = built(value, opened.previous)[0] or instrument
    owner = opened.record.organization_id
    # The draft first: whoever publishes it at the same moment waits for its row, then is told.
    _replace(session, opened, value, InstrumentVersion.freeze(ready).digest, day)
    done = publish(session, ready, day, owner=owner)
    audit.note(session, owner, account_id, "published", code=opened.code)
    return done


def _faulty(opened: Opened) -> InputError:
    faults = [Fault("", 0, f.code, f.fact, f.cure, f.field) for f in opened.faults]
    return InputError(
        "This questionnaire cannot be published yet: {n} things are to be mended.",
        hint="Each is said where it is.", code="INS-000", faults=faults, names={"n": len(faults)},
    )  # fmt: skip


def _next_edition(opened: Opened) -> Draft:
    """The same under the next number, which says what changed."""
    before = opened.previous.edition
    first = before.partition(".")[0]
    edition = f"{int(first) + 1}.0" if first.isdigit() else f"{before}+1"
    broken = sum(change.breaks for change in opened.changes)
    said = f"{edition}: {len(opened.changes)} changes since {before}, {broken} break comparison"
    new = opened.draft.changed()
    new.instrument["edition"] = edition
    new.instrument["changelog"] = [*new.instrument.get("changelog", ()), said]
    return new
