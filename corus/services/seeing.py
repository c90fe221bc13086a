"""Which waves somebody may know of: all for who follows fieldwork, released ones for readers.

Pages and programs ask here, so that neither tells an accreditor of a wave in preparation.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from corus.domain.roles import Permission
from corus.errors import NotFoundError
from corus.services import following
from corus.services.accounts.person import Person
from corus.services.following import WaveStatus
from corus.store import queries
from corus.store.models import Release, Wave


def waves(session: Session, who: Person, organization: str) -> list[WaveStatus]:
    """The status of each wave of the organization that ``who`` may know of, oldest first."""
    found = following.list_waves(session, organization)
    if who.may(Permission.FOLLOW, organization):
        return found
    return [wave for wave in found if wave.releases]


def wave(session: Session, who: Person, code: str) -> tuple[Wave, Release | None]:
    """The wave called ``code`` and its last release, for who may know of it.

    Raises ``NotFoundError`` (``ACC-015``), in the words of the guard, where nothing was released
    and ``who`` does not follow fieldwork: whether there is such a wave is not theirs to know.
    """
    found = queries.wave_by_code(session, code)
    last = queries.latest_release(session, found.id)
    if last is None and not who.may(Permission.FOLLOW, found.organization.code):
        raise NotFoundError(
            "There is nothing at this address for you.",
            hint="It may be somebody else’s, or be written otherwise.", code="ACC-015",
        )  # fmt: skip
    return found, last
