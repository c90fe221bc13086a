"""What may no longer be shown of a group once its scores were weighted to known margins.

Weighted scores tell about combinations of categories; a part of the same group, or the persons
followed from wave to wave, may be one of them but for a few.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from corus.errors import RefusedError
from corus.store import life
from corus.store.models import Wave

ACTION = "raked"
"""What the journal calls it: one line per group."""


def weighted_groups(session: Session, wave: Wave) -> frozenset[str]:
    """Groups of the wave whose weighted scores were shown."""
    return frozenset(str(line["group"]) for line in life.journal(session, wave.id, ACTION))


def refuse_parts(session: Session, wave: Wave, group: str) -> None:
    """No view of a part of a group beside its weighted scores.

    Raises ``RefusedError`` (``VIE-005``).
    """
    if group in weighted_groups(session, wave):
        raise RefusedError(
            "Scores of “{group}” were weighted to known margins: beside them, a part of the group "
            "could single somebody out.",
            hint="Use the figures of the whole group.", code="VIE-005", names={"group": group},
        )  # fmt: skip
