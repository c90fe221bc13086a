"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "instruments",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_instruments_digest_is_sha256")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_instruments")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_instruments_code_number")),
    )
    with op.batch_alter_table("instruments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instruments_code"), ["code"], unique=False)

    op.create_table(
        "organizations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("code", name=op.f("uq_organizations_code")),
        sa.UniqueConstraint("name", name=op.f("uq_organizations_name")),
    )
    op.create_table(
        "waves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state = 'draft' OR opened_on IS NOT NULL", name=op.f("ck_waves_opened_has_a_day")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open') OR closed_on IS NOT NULL",
            name=op.f("ck_waves_closed_has_a_day"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'closed', 'archived')", name=op.f("ck_waves_known_state")
        ),
        sa.ForeignKeyConstraint(["digest"], ["instruments.digest"], name=op.f("fk_waves_digest")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_waves_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
        sa.UniqueConstraint("code", name=op.f("uq_waves_code")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_journal_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_table(
        "releases",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("released_on", sa.Date(), nullable=False),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_releases_numbered_from_one")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_releases_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "number", name=op.f("pk_releases")),
    )
    op.create_table(
        "strata",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("variant", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("completeness", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "channel IN ('personal', 'open', 'kiosk', 'paper', 'import')",
            name=op.f("ck_strata_known_channel"),
        ),
        sa.CheckConstraint(
            "completeness IN ('complete', 'partial')", name=op.f("ck_strata_known_completeness")
        ),
        sa.CheckConstraint(
            "mode IN ('self', 'assisted', 'paper', 'interview', 'unknown')",
            name=op.f("ck_strata_known_mode"),
        ),
        sa.CheckConstraint("variant IN ('standard', 'easy')", name=op.f("ck_strata_known_variant")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_strata_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strata")),
        sa.UniqueConstraint(
            "wave_id", "group_code", "variant", "mode", "channel", "completeness", name="uq_strata"
        ),
    )
    op.create_table(
        "tallies",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_tallies_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_tallies")),
    )
    op.create_table(
        "responses",
        sa.Column("stratum_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_responses_id_is_a_hash")),
        sa.ForeignKeyConstraint(
            ["stratum_id"], ["strata.id"], name=op.f("fk_responses_stratum_id")
        ),
        sa.PrimaryKeyConstraint("stratum_id", "id", name=op.f("pk_responses")),
        sa.UniqueConstraint("id", name=op.f("uq_responses_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "untallied",
        sa.Column("stratum_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["stratum_id", "response_id"],
            ["responses.stratum_id", "responses.id"],
            name="fk_untallied_response",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("stratum_id", "response_id", name=op.f("pk_untallied")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("untallied")
    op.drop_table("responses")
    op.drop_table("tallies")
    op.drop_table("strata")
    op.drop_table("releases")
    op.drop_table("journal")
    op.drop_table("waves")
    op.drop_table("organizations")
    with op.batch_alter_table("instruments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instruments_code"))

    op.drop_table("instruments")
