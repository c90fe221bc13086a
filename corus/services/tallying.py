"""Count tables of a wave: counted once, then kept up to date with each new answer."""

from __future__ import annotations

import numpy as np
from sqlalchemy.orm import Session

from corus.analysis import Batch, Stratum, Tally, count, merge
from corus.domain.instrument import Instrument
from corus.services.publishing import load_version
from corus.store import queries
from corus.store.models import Wave


def refresh(session: Session, wave: Wave) -> Tally:
    """The wave's count tables, all its answers in; only those not yet counted are read."""
    instrument = load_version(wave.published).instrument
    # An answer withdrawn while we count must not stay counted, nor one that comes be forgotten.
    queries.hold(session, wave)
    stored = queries.stored_tally(session, wave.id)
    if stored is None:
        tally = rebuild(session, wave)
    else:
        tally = _with(Tally.from_bytes(stored), _late(session, wave), instrument)
    queries.keep_tally(session, wave.id, tally.to_bytes())
    return tally


def rebuild(session: Session, wave: Wave) -> Tally:
    """The same tables counted afresh from every stored answer."""
    instrument = load_version(wave.published).instrument
    tally = Tally.empty(instrument)
    for place, documents in queries.documents(session, wave.id):
        where = np.zeros(len(documents), np.int64)
        tally = _with(tally, Batch([Stratum(*place)], where, documents), instrument)
    return tally


def _late(session: Session, wave: Wave) -> Batch:
    """Late answers of every stratum as one batch: they are few, and counting has a fixed cost."""
    found = list(queries.untallied_documents(session, wave.id))
    where = np.repeat(np.arange(len(found)), [len(documents) for _, documents in found])
    return Batch(
        [Stratum(*place) for place, _ in found], where, [d for _, some in found for d in some]
    )


def _with(tally: Tally, batch: Batch, instrument: Instrument) -> Tally:
    return merge(tally, count(batch, instrument)) if batch.documents else tally
