"""The researcher's door: the answers of a closed wave, for a stated purpose, written down.

Microdata are not results. Every way out, frame or file, passes through ``open_microdata``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from corus.domain.wave import WaveState
from corus.errors import InputError, NotFoundError, RefusedError
from corus.exports.microdata.base import Microdata
from corus.language import words
from corus.services.closing import require_sealed
from corus.services.publishing import version_of
from corus.services.waves import plan_of
from corus.store import queries
from corus.store.engine import Store, open_store
from corus.store.models import Wave

if TYPE_CHECKING:
    import pandas as pd


def load_wave(
    store_or_url: Store | str,
    wave: str,
    *,
    purpose: str,
    role: str = "research",
    language: str = "en",
) -> pd.DataFrame:
    """The answers of a closed wave as a tidy frame: one row per respondent.

    Rows are in an order drawn at random; ``response_id`` joins nothing. Columns, in this order:

    ====================== ============= =========================================================
    column                 dtype         meaning
    ====================== ============= =========================================================
    response_id            int32         1 … n in the order drawn
    group                  category      stakeholder group, every group of the instrument
    variant                category      standard, easy, express
    mode                   category      who wrote the answers: self, assisted, paper, interview …
    channel                category      personal, open, kiosk, paper, import
    completeness           category      complete, partial
    language               category      language of the form
    received_on            datetime64    day (UTC); one day for all in an anonymous wave
    site                   category      only in waves with sites; "" where none was said
    <item>                 Int8          rating, level: point value *as asked*, never reversed
    <item>__<scale>        Int8          the same, answered on another scale (easy-to-read)
    <item>                 category      single choice: option code
    <item>__<option>       Int8          several options: 0 or 1; ranking: rank, 0 not ranked
    <item>__<option>       Int64         points shared out, summing to the item's total
    <item>                 Float64       number, in the unit of its question
    <item>                 string        text, raw and not redacted
    <item>__state          category      given, dont_know, not_concerned, skipped, not_shown,
                                         not_asked: why a value is missing, for every item
    <item>__reason         string        level: the reason written; <item>__evidence: references
    <item>__quotable       boolean       text: whether it may be quoted
    ====================== ============= =========================================================

    A missing value is ``<NA>``, never a number; ``given`` beside a missing point means that it is
    in the column of another scale. ``frame.attrs`` holds notice, wave, instrument, digest, purpose
    and ``labels`` (column → label in ``language``).

    ``store_or_url`` is a store or a database URL (sqlite:///… or postgresql+psycopg://…).
    ``purpose`` is written in the wave's journal with ``role``, who receives the answers. Raises
    ``RefusedError``: no purpose (``EXP-001``), wave not closed (``EXP-002``) or not sealed
    (``CLO-002``); ``NotFoundError``: no such database (``EXP-004``) or wave (``NOT-001``).
    """
    from corus.exports.microdata.frame import answers_frame
    from corus.exports.microdata.variables import variables

    with _opened(store_or_url) as store, store.writing() as session:
        data = open_microdata(
            session, wave, datetime.now(UTC).date(), form="frame", role=role, purpose=purpose,
            language=language,
        )  # fmt: skip
    instrument = data.version.instrument
    about = variables(instrument, data.organization, data.sites)
    frame = answers_frame(data.rows, instrument, organization=data.organization, sites=data.sites)
    frame.attrs = {
        "notice": words(language)("CONFIDENTIAL"),
        "wave": wave,
        "instrument": instrument.code,
        "instrument_digest": data.version.digest,
        "purpose": purpose,
        "labels": {v.name: v.label.get(language) or next(iter(v.label.values())) for v in about},
    }
    return frame


def open_microdata(
    session: Session,
    code: str,
    day: date,
    *,
    form: str,
    role: str,
    purpose: str,
    language: str,
) -> Microdata:
    """The answers of a closed wave, once who receives them and why is in its journal.

    Raises ``RefusedError``: no role or purpose (``EXP-001``), wave not closed (``EXP-002``) or
    its closing unfinished (``CLO-002``).
    """
    if not role.strip() or not purpose.strip():
        raise RefusedError(
            "Answers are exported for a named role and a stated purpose only.",
            hint='Add --role "research team" --purpose "thesis on …" (in Python: role=, purpose=).',
            code="EXP-001",
        )
    wave = queries.wave_by_code(session, code)
    _require_closed(session, wave)
    rows = queries.answers(session, wave.id)
    queries.note(
        session, wave, day, "microdata", role=role, purpose=purpose, rows=len(rows), form=form
    )
    version, owner = version_of(wave), wave.organization.name
    return Microdata(rows, version, code, owner, language, plan_of(wave).sites)


def _require_closed(session: Session, wave: Wave) -> None:
    if wave.state in (WaveState.DRAFT, WaveState.OPEN):
        raise RefusedError(
            f"Wave “{wave.code}” is {wave.state}: answers leave once it is closed.",
            hint=f"Close it with `corus wave close {wave.code}`.", code="EXP-002",
        )  # fmt: skip
    require_sealed(session, wave)


@contextmanager
def _opened(store_or_url: Store | str) -> Iterator[Store]:
    if isinstance(store_or_url, Store):
        yield store_or_url
        return
    _require_database(store_or_url)
    # The key turns ids of new answers into keys; nothing is answered through this door.
    store = open_store(store_or_url, b"")
    try:
        yield store
    finally:
        store.engine.dispose()


def _require_database(url: str) -> None:
    """A misspelt path must not become an empty database."""
    try:
        found = make_url(url)
    except ArgumentError as error:
        raise InputError(
            f"“{url}” is not a database URL.", hint="Use sqlite:///path/to/corus.sqlite.",
            code="CFG-002",
        ) from error  # fmt: skip
    if found.get_backend_name() == "sqlite" and not Path(found.database or "").is_file():
        raise NotFoundError(
            f"There is no database at {found.database}.",
            hint="An instance keeps its own in instance/corus.sqlite.", code="EXP-004",
        )  # fmt: skip
