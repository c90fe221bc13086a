"""Count tables of a wave: counted once, then kept up to date with each new answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from corus.analysis import Batch, Stratum, Tally, count, merge
from corus.analysis.counting.decoding import Lines
from corus.analysis.counting.tally import differing
from corus.domain.instrument import Instrument
from corus.services.publishing import version_of
from corus.store import queries
from corus.store.models import Wave

AT_ONCE = 131_072
"""Answers held in memory while they are counted: about 20 MB."""


class Checked(NamedTuple):
    """The count tables kept for a wave, and the names of those that differ from its answers."""

    tally: Tally
    differing: tuple[str, ...]


def refresh(session: Session, wave: Wave) -> Tally:
    """The wave's count tables, all its answers in; only those not yet counted are read.

    Raises ``InputError`` (``TAL-002``) when the stored tables cannot be read.
    """
    # An answer withdrawn while we count must not stay counted, nor one that comes be forgotten.
    queries.hold_all_answers(session)
    queries.hold(session, wave)
    stored = queries.stored_tally(session, wave.id)
    tally = Tally.from_bytes(stored) if stored is not None else None
    if tally is None or tally.products is None:
        # Stored before products were counted: only the answers themselves can tell them.
        return _keep(session, wave, rebuild(session, wave))
    late = _late(session, wave)
    if not late.documents:
        return tally
    return _keep(session, wave, _with(tally, late, version_of(wave).instrument))


def recount(session: Session, wave: Wave) -> Tally:
    """Count every answer afresh and keep the result, whatever was kept before."""
    queries.hold_all_answers(session)
    queries.hold(session, wave)
    return _keep(session, wave, rebuild(session, wave))


def check(session: Session, wave: Wave) -> Checked:
    """The tables brought up to date, compared one by one with those counted afresh.

    Nothing that differs is mended: ``recount`` does.
    """
    tally = refresh(session, wave)
    return Checked(tally, differing(rebuild(session, wave), tally))


def rebuild(session: Session, wave: Wave) -> Tally:
    """The same tables counted afresh from every stored answer."""
    instrument = version_of(wave).instrument
    tally = Tally.empty(instrument)
    for batch in _batches(session, wave):
        tally = _with(tally, batch, instrument)
    return tally


def _batches(session: Session, wave: Wave) -> Iterator[Batch]:
    """Every answer, many at once: counting has a fixed cost per batch."""
    held: list[_Part] = []
    for part in starmap(_Part, queries.lines(session, wave.id)):
        held.append(part)
        if _is_enough(held):
            yield _batch(held)
            held = []
    yield _batch(held)


class _Part(NamedTuple):
    """Answers of one stratum, one a line."""

    place: queries.Place
    number: int
    text: bytes


def _is_enough(parts: list[_Part]) -> bool:
    heavy = sum(len(part.text) for part in parts) >= queries.AT_ONCE
    return heavy or sum(part.number for part in parts) >= AT_ONCE


def _batch(parts: list[_Part]) -> Batch:
    where = np.repeat(np.arange(len(parts)), [part.number for part in parts])
    documents = Lines.of(b"\n".join(part.text for part in parts)) if parts else []
    return Batch([Stratum(*part.place) for part in parts], where, documents)


def _keep(session: Session, wave: Wave, tally: Tally) -> Tally:
    queries.keep_tally(session, wave.id, tally.to_bytes())
    return tally


def _late(session: Session, wave: Wave) -> Batch:
    """Late answers of every stratum as one batch: they are few, and counting has a fixed cost."""
    found = queries.untallied_documents(session, wave.id)
    where = np.repeat(np.arange(len(found)), [len(documents) for _, documents in found])
    return Batch(
        [Stratum(*place) for place, _ in found], where, [d for _, some in found for d in some]
    )


def _with(tally: Tally, batch: Batch, instrument: Instrument) -> Tally:
    return merge(tally, count(batch, instrument)) if batch.documents else tally
