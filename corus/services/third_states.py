"""A release that would tell a group in a third state, or what it wrote coded a third way.

The rule is the analysis floor's (``disclosure.states``); here it meets the stored releases, and
says what may still be done.
"""

from __future__ import annotations

from collections.abc import Sequence

from corus.analysis import Tally
from corus.analysis.disclosure.states import third_states
from corus.analysis.profile.recoded import third_codings
from corus.domain.profile import Profile
from corus.errors import RefusedError
from corus.services.texts.voices import Voices
from corus.store.models import Release


def refuse_third_states(earlier: Sequence[Release], new: Tally, said: Voices) -> None:
    """Refuse a release in which a group, told in two states, would be told in another.

    ``earlier`` are the wave's releases, in any order. The refusal names no group: where one person
    took an answer back since, that would tell whose. Raises ``RefusedError``: answers of a group
    (``REL-022``), or codes of what people wrote (``REL-023``).
    """
    told = sorted(earlier, key=lambda one: one.number)
    if third_states([Tally.from_bytes(bytes(one.counts)) for one in told], new):
        raise _answers()
    profiles = [Profile.model_validate_json(bytes(one.profile)) for one in told]
    if third_codings(
        [[*one.quotations, *one.codes] for one in profiles], [*said.quotations, *said.codes]
    ):
        raise _codes()


def _answers() -> RefusedError:
    return RefusedError(
        "The answers of a group may differ between releases once. Those of one group or more "
        "differ again, after a change that a release told.",
        hint="What is published stays, and the next wave tells what came since. Other groups can "
        "be released again once these are as they were. Whatever people withdraw is erased all "
        "the same.",
        code="REL-022",
    )  # fmt: skip


def _codes() -> RefusedError:
    return RefusedError(
        "How a question’s texts are coded may differ between releases once. Those of one question "
        "or more are coded otherwise again, after a change that a release told.",
        hint="Keep the codes of one of the releases: their figures stay. Whatever people withdraw "
        "is erased all the same.",
        code="REL-023",
    )  # fmt: skip
