"""Fieldwork: invitations, mailings, paper entries, withdrawals."""

import sqlalchemy as sa
from alembic import op

from corus.store.migrations.answer_tables import narrow, widen

revision = "0002"
down_revision = "0001"

SAMPLED = (
    ("responses", "id"),
    ("responses", "document"),
    ("responses", "pseudonym"),
    ("untallied", "response_id"),
    ("used_links", "once"),
    ("deliveries", "invitation_id"),
    ("withdrawals", "id"),
    ("paper_entries", "document"),
)


def _sample(target: int, tables: set[str]) -> None:
    # PostgreSQL's statistics keep values they met: they would tell which answers came first.
    if op.get_bind().dialect.name == "postgresql":
        for table, column in SAMPLED:
            if table in tables:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS {target}")


def upgrade() -> None:
    widen()
    op.create_table(
        "bursts",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_bursts_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "group_code", "seen_on", name=op.f("pk_bursts")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("who", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("postal", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state IN ('active', 'unsubscribed', 'bounced', 'revoked')",
            name=op.f("ck_invitations_known_state"),
        ),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_invitations_id_is_random")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_invitations_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("wave_id", "address", name=op.f("uq_invitations_wave_id_address")),
        sa.UniqueConstraint("who", name=op.f("uq_invitations_who")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_invitations_wave_id_group_code", ["wave_id", "group_code"], unique=False
        )

    op.create_table(
        "mailings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invitation', 'reminder')", name=op.f("ck_mailings_known_kind")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_mailings_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailings")),
        sa.UniqueConstraint(
            "wave_id", "kind", "number", name=op.f("uq_mailings_wave_id_kind_number")
        ),
    )
    op.create_table(
        "paper_counts",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("fields", sa.Integer(), nullable=False),
        sa.Column("differed", sa.Integer(), nullable=False),
        sa.Column("illegible", sa.Integer(), nullable=False),
        sa.Column("one_clerk", sa.Integer(), nullable=False),
        sa.Column("voided", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_paper_counts_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_paper_counts")),
    )
    op.create_table(
        "paper_entries",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=32), nullable=False),
        sa.Column("typing", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("clerk", sa.String(length=64), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("typed_on", sa.Date(), nullable=False),
        sa.CheckConstraint("typing IN (1, 2)", name=op.f("ck_paper_entries_typed_once_or_twice")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_paper_entries_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "sheet", "typing", name=op.f("pk_paper_entries")),
    )
    op.create_table(
        "used_links",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("once", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_used_links_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "once", name=op.f("pk_used_links")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_withdrawals_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_withdrawals_wave_id"), ["wave_id"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'handing', 'sent', 'refused', 'dropped')",
            name=op.f("ck_deliveries_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_deliveries_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailings.id"], name=op.f("fk_deliveries_mailing_id")
        ),
        sa.PrimaryKeyConstraint("mailing_id", "invitation_id", name=op.f("pk_deliveries")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deliveries_mailing_id_state", ["mailing_id", "state"], unique=False
        )

    _sample(0, {table for table, _ in SAMPLED})


def downgrade() -> None:
    _sample(-1, {"responses", "untallied"})
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_deliveries_mailing_id_state")

    op.drop_table("deliveries")
    with op.batch_alter_table("withdrawals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_withdrawals_wave_id"))

    op.drop_table("withdrawals")
    op.drop_table("used_links")
    op.drop_table("paper_entries")
    op.drop_table("paper_counts")
    op.drop_table("mailings")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_invitations_wave_id_group_code")

    op.drop_table("invitations")
    op.drop_table("bursts")
    narrow()
