"""A release that would tell a group in a third state, or what it wrote coded a third way.

The rule is the analysis floor's (``disclosure.states``); here it meets the stored releases, and
says what may still be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from corus.analysis import Tally
from corus.analysis.disclosure.states import third_states
from corus.analysis.profile.recoded import third_codings
from corus.domain.profile import Profile
from corus.errors import RefusedError
from corus.services.texts.voices import Voices
from corus.store.models import Release


def refuse_third_states(earlier: Sequence[Release], new: Tally, said: Voices) -> None:
    """Refuse a release in which a group, told in two states, would be told in another.

    ``earlier`` are the wave's releases, in any order; the refusal names the groups, and the release
    that first told their second state. Raises ``RefusedError``: answers of a group (``REL-022``),
    or codes of what people wrote (``REL-023``).
    """
    told = sorted(earlier, key=lambda one: one.number)
    changed = third_states([Tally.from_bytes(bytes(one.counts)) for one in told], new)
    if changed:
        raise _answers(_places((g, told[place].number) for g, place in changed.items()))
    profiles = [Profile.model_validate_json(bytes(one.profile)) for one in told]
    coded = third_codings(
        [[*one.quotations, *one.codes] for one in profiles], [*said.quotations, *said.codes]
    )
    if coded:
        of_each = {(place[0], place[1]): at for place, at in coded.items()}
        names = ((" · ".join(place), told[at].number) for place, at in of_each.items())
        raise _codes(_places(names))


def _places(found: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{place} (release {number})" for place, number in found)


def _answers(groups: str) -> RefusedError:
    return RefusedError(
        "The answers of a group may differ between releases once. These differ again, after the "
        "change told in the release named: {groups}.",
        hint="The figures of that release stay, and the next wave tells what came since. Other "
        "groups can be released again once these are as they were. Whatever people withdraw is "
        "erased all the same.",
        code="REL-022", names={"groups": groups},
    )  # fmt: skip


def _codes(places: str) -> RefusedError:
    return RefusedError(
        "How a question’s texts are coded may differ between releases once. These are coded "
        "otherwise again, after the change told in the release named: {places}.",
        hint="Keep the codes of one of the releases: their figures stay. Whatever people withdraw "
        "is erased all the same.",
        code="REL-023", names={"places": places},
    )  # fmt: skip
