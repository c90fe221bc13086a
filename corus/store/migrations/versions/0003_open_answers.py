"""Open answers: redacted texts, codebooks, codings."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SAMPLED = (
    ("redacted_texts", "response_id"),
    ("redacted_texts", "mark"),
    ("redacted_texts", "text"),
    ("codings", "response_id"),
    ("codings", "mark"),
)


def upgrade() -> None:
    op.create_table(
        "codebooks",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_codebooks_numbered_from_one")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_codebooks_wave_id")),
        sa.PrimaryKeyConstraint("wave_id", "item", "version", name=op.f("pk_codebooks")),
    )
    op.create_table(
        "redacted_texts",
        sa.Column("response_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('reviewed', 'publishable')", name=op.f("ck_redacted_texts_known_state")
        ),
        sa.CheckConstraint(
            "decision IN ('accept', 'edit', 'keep', 'withhold')",
            name=op.f("ck_redacted_texts_known_decision"),
        ),
        sa.CheckConstraint(
            "state <> 'publishable' OR decision <> 'withhold'",
            name=op.f("ck_redacted_texts_withheld_is_not_published"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"],
            name=op.f("fk_redacted_texts_response_id"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_redacted_texts_wave_id")),
        sa.PrimaryKeyConstraint("response_id", "item", name=op.f("pk_redacted_texts")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_redacted_texts_wave_id", "redacted_texts", ["wave_id"])
    op.create_table(
        "codings",
        sa.Column("response_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("coder", sa.String(length=64), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("expectation", sa.String(length=16), nullable=True),
        sa.Column("valence", sa.String(length=16), nullable=True),
        sa.Column("mark", sa.LargeBinary(length=16), nullable=False),
        sa.CheckConstraint(
            "expectation IN ('expected', 'unexpected')", name=op.f("ck_codings_known_expectation")
        ),
        sa.CheckConstraint(
            "valence IN ('favourable', 'unfavourable', 'ambivalent')",
            name=op.f("ck_codings_known_valence"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["responses.id"],
            name=op.f("fk_codings_response_id"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_codings_wave_id")),
        sa.PrimaryKeyConstraint("response_id", "item", "coder", name=op.f("pk_codings")),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_codings_wave_id", "codings", ["wave_id"])
    # PostgreSQL's statistics keep values they met: words that were erased since among them.
    if op.get_bind().dialect.name == "postgresql":
        for table, column in SAMPLED:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    op.drop_index("ix_codings_wave_id", table_name="codings")
    op.drop_table("codings")
    op.drop_index("ix_redacted_texts_wave_id", table_name="redacted_texts")
    op.drop_table("redacted_texts")
    op.drop_table("codebooks")
