"""A channel may be forgotten; count tables stay as they are written.

PostgreSQL would pack them anew at every refresh, which took as long as counting a thousand answers.
"""

import sqlalchemy as sa
from alembic import op

from corus.errors import RefusedError
from corus.store.migrations.answer_tables import (
    with_forgotten_channels,
    without_forgotten_channels,
)

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with_forgotten_channels()
    _stored("EXTERNAL")


def downgrade() -> None:
    """Refused once a wave was closed that forgot a channel: what it was, nobody knows."""
    asked = sa.text("SELECT EXISTS (SELECT 1 FROM strata WHERE channel = 'unknown')")
    if op.get_bind().scalar(asked):
        raise RefusedError(
            "A closed wave has forgotten by what way some answers came; earlier versions keep it.",
            hint="Restore the backup that `corus upgrade` made.", code="MIG-011",
        )  # fmt: skip
    without_forgotten_channels()
    _stored("EXTENDED")


def _stored(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE tallies ALTER COLUMN document SET STORAGE {how}")
