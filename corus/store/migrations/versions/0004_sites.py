"""Sites: where in the organization an answer, an invitation or a sheet of paper belongs."""

import json

import sqlalchemy as sa
from alembic import op

from corus.errors import RefusedError
from corus.store.migrations.answer_tables import with_sites, without_sites

revision = "0004"
down_revision = "0003"

BESIDE = ("invitations", "paper_entries")


def upgrade() -> None:
    with_sites()
    for table in BESIDE:
        site = sa.Column("site", sa.String(length=64), server_default="", nullable=False)
        op.add_column(table, site)


def downgrade() -> None:
    """Refused while a wave has sites: what would be left could not be told apart again."""
    for wave, plan in _plans():
        if plan.get("sites"):
            raise RefusedError(
                f"Wave “{wave}” has sites, which earlier versions cannot keep.",
                hint="Restore the backup that `corus upgrade` made.", code="MIG-007",
            )  # fmt: skip
    for table in BESIDE:
        op.drop_column(table, "site")
    without_sites()


def _plans() -> list[tuple[str, dict[str, object]]]:
    rows = op.get_bind().execute(sa.text("SELECT code, plan FROM waves ORDER BY id"))
    return [(code, json.loads(plan)) for code, plan in rows]
