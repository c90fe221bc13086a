"""Words that would outlive their author's wish: they leave every stored release at once.

A release keeps no trace of which answer a quotation came from: what is looked for is the words,
as they stand redacted beside the answer until it goes.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from corus.analysis.profile.leaving import Why, Words, unexampled, without
from corus.domain.profile import Profile
from corus.store import changes, open_answers, queries


def words_of(session: Session, response_id: bytes) -> list[Words]:
    """What was made readable of one answer; to be asked before it is erased.

    Its wave is released by nobody until the session ends.
    """
    stored = changes.find(session, response_id)
    if stored is None:
        return []
    changes.hold(session, stored.wave_id)
    made = open_answers.of_response(session, response_id)
    return [Words(item, stored.group, text) for item, text in made.items()]


def take_out(session: Session, wave_id: int, words: Collection[Words], why: Why) -> None:
    """Take these words out of every stored release of the wave, and of its codebooks' examples.

    Counts of the releases stay: a release is a release.
    """
    if not words:
        return
    changes.hold(session, wave_id)
    for record in queries.releases_to_change(session, wave_id):
        before = Profile.model_validate_json(bytes(record.profile))
        after = without(before, words, why)
        if after is not before:
            record.profile = after.model_dump_json().encode()
    for versions in open_answers.codebooks(session, wave_id).values():
        for book in versions:
            if (emptied := unexampled(book, words)) != book:
                open_answers.keep_codebook(session, wave_id, emptied)
    session.flush()
