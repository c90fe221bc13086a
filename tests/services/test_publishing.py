"""Publishing freezes: one content, one digest, and what breaks comparison is said."""

from __future__ import annotations

import hashlib

from corus.domain.instrument import InstrumentVersion
from corus.services import publishing
from corus.store import queries
from corus.store.engine import Store
from tests import factories as make


def test_the_digest_is_the_sha256_of_the_stored_document(store: Store) -> None:
    with store.writing() as session:
        published = publishing.publish(session, make.instrument(), make.DAY)
        record = queries.instrument_by_name(session, "small")
        assert hashlib.sha256(bytes(record.document)).hexdigest() == published.version.digest
        assert publishing.load_version(record).instrument == make.instrument()


def test_publishing_the_same_content_twice_is_one_version(store: Store) -> None:
    with store.writing() as session:
        first = publishing.publish(session, make.instrument(), make.DAY)
        again = publishing.publish(session, make.instrument(), make.DAY)
    assert (first.new, again.new) == (True, False)
    assert first.version.digest == again.version.digest


def test_a_second_edition_is_version_two_and_says_what_changed(store: Store) -> None:
    shorter = make.instrument().model_dump(mode="json")["questions"][:1]
    changed = make.instrument(questions=shorter)
    with store.writing() as session:
        publishing.publish(session, make.instrument(), make.DAY)
        second = publishing.publish(session, changed, make.DAY)
        assert second.number == 2
        assert any("surprise" in change.what and change.breaks for change in second.changes)
        assert queries.instrument_by_name(session, "small").digest == second.version.digest
        assert queries.instrument_by_name(session, second.version.digest[:12]).number == 2


def test_a_frozen_document_reads_back_to_itself_byte_for_byte() -> None:
    version = InstrumentVersion.freeze(make.instrument())
    again = InstrumentVersion.freeze(InstrumentVersion.load(version.document).instrument)
    assert again.document == version.document


def test_the_order_of_groups_is_the_authored_one_after_reading_back() -> None:
    groups = {
        code: {"label": make.text(code)} for code in ("neighbours", "employees", "beneficiaries")
    }
    version = InstrumentVersion.freeze(make.instrument(groups=groups))
    assert list(InstrumentVersion.load(version.document).instrument.groups) == list(groups)
