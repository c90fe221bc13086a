"""Strata and responses before and after revisions 0002 (more variants and modes, changed answers),
0004 (sites) and 0005 (forgotten channels).

Kept apart from the revision, which says what changes; this says how each database changes it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

FEWER = {
    "known_variant": "variant IN ('standard', 'easy')",
    "known_mode": "mode IN ('self', 'assisted', 'paper', 'interview', 'unknown')",
}
MORE = {
    "known_variant": "variant IN ('standard', 'easy', 'express')",
    "known_mode": "mode IN ('self', 'assisted', 'assisted_relative', 'assisted_structure',"
    " 'assisted_other', 'paper', 'interview', 'unknown')",
}
CHANNELS = "channel IN ('personal', 'open', 'kiosk', 'paper', 'import')"
MORE_CHANNELS = "channel IN ('personal', 'open', 'kiosk', 'paper', 'import', 'unknown')"
NAMED = ("wave_id", "group_code", "variant", "mode", "channel", "completeness")
STRATA = "id, wave_id, group_code, variant, mode, channel, completeness"
RESPONSES = "stratum_id, id, language, received_on, document"


def widen() -> None:
    """From 0001 to 0002; every row stays as it is."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt("strata", STRATA, _strata(32, MORE))
        _rebuilt("responses", RESPONSES, [*_responses(), *_added()], sqlite_with_rowid=False)
        return
    _constrained(32, MORE)
    op.add_column("responses", sa.Column("revision", sa.SmallInteger(), server_default="1",
                                         nullable=False))  # fmt: skip
    op.add_column("responses", sa.Column("pseudonym", sa.LargeBinary(16), nullable=True))
    op.create_check_constraint(op.f("ck_responses_revised_from_one"), "responses", "revision >= 1")


def narrow() -> None:
    """Back to 0001: helpers become plain ``assisted``; refused while short forms are stored."""
    op.execute("UPDATE strata SET mode = 'assisted' WHERE mode LIKE 'assisted%'")
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt("strata", STRATA, _strata(16, FEWER))
        _rebuilt("responses", RESPONSES, _responses(), sqlite_with_rowid=False)
        return
    _constrained(16, FEWER)
    op.drop_column("responses", "revision")
    op.drop_column("responses", "pseudonym")


def with_sites() -> None:
    """From 0003 to 0004: a stratum has a site, "" for those there are."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt("strata", STRATA, [*_strata(32, MORE)[:-1], _site(), _named("site")])
        return
    op.add_column("strata", _site())
    op.drop_constraint("uq_strata", "strata", type_="unique")
    op.create_unique_constraint("uq_strata", "strata", [*NAMED, "site"])


def without_sites() -> None:
    """Back to 0003; no stratum may have a site."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuilt("strata", STRATA, _strata(32, MORE))
        return
    op.drop_constraint("uq_strata", "strata", type_="unique")
    op.drop_column("strata", "site")
    op.create_unique_constraint("uq_strata", "strata", list(NAMED))


def with_forgotten_channels() -> None:
    """From 0004 to 0005; every row stays as it is."""
    _channels(MORE_CHANNELS)


def without_forgotten_channels() -> None:
    """Back to 0004; no stratum may have forgotten its channel."""
    _channels(CHANNELS)


def _channels(rule: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        parts = [*_strata(32, MORE, rule)[:-1], _site(), _named("site")]
        _rebuilt("strata", f"{STRATA}, site", parts)
        return
    op.drop_constraint(op.f("ck_strata_known_channel"), "strata", type_="check")
    op.create_check_constraint(op.f("ck_strata_known_channel"), "strata", rule)


def _site() -> sa.Column[str]:
    return sa.Column("site", sa.String(64), server_default="", nullable=False)


def _named(*more: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*NAMED, *more, name="uq_strata")


def _constrained(length: int, rules: dict[str, str]) -> None:
    for name, rule in rules.items():
        op.drop_constraint(op.f(f"ck_strata_{name}"), "strata", type_="check")
        op.create_check_constraint(op.f(f"ck_strata_{name}"), "strata", rule)
    op.alter_column("strata", "mode", type_=sa.String(length))


def _rebuilt(table: str, columns: str, parts: list, **options: object) -> None:  # type: ignore[type-arg]
    # SQLite cannot change a rule in place: the table is copied, then takes the first one's name.
    op.create_table(f"{table}_next", *parts, **options)
    op.execute(f"INSERT INTO {table}_next ({columns}) SELECT {columns} FROM {table}")  # noqa: S608
    op.drop_table(table)
    op.rename_table(f"{table}_next", table)


def _strata(length: int, rules: dict[str, str], channels: str = CHANNELS) -> list:  # type: ignore[type-arg]
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.String(64), nullable=False),
        sa.Column("variant", sa.String(16), nullable=False),
        sa.Column("mode", sa.String(length), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("completeness", sa.String(16), nullable=False),
        sa.CheckConstraint(channels, name=op.f("ck_strata_known_channel")),
        sa.CheckConstraint(
            "completeness IN ('complete', 'partial')", name=op.f("ck_strata_known_completeness")
        ),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_strata_{n}")) for n, rule in rules.items()),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_strata_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strata")),
        _named(),
    ]


def _responses() -> list:  # type: ignore[type-arg]
    return [
        sa.Column("stratum_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.CheckConstraint("length(id) = 16", name=op.f("ck_responses_id_is_a_hash")),
        sa.ForeignKeyConstraint(
            ["stratum_id"], ["strata.id"], name=op.f("fk_responses_stratum_id")
        ),
        sa.PrimaryKeyConstraint("stratum_id", "id", name=op.f("pk_responses")),
        sa.UniqueConstraint("id", name=op.f("uq_responses_id")),
    ]


def _added() -> list:  # type: ignore[type-arg]
    return [
        sa.Column("revision", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(16), nullable=True),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_responses_revised_from_one")),
    ]
