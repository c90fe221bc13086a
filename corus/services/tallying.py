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
    found = queries.untallied_documents(session, wave.id)
    index = {place: number for number, place in enumerate(dict.fromkeys(p for p, _ in found))}
    where = np.array([index[place] for place, _ in found], np.int64)
    return Batch([Stratum(*place) for place in index], where, [text for _, text in found])


def _with(tally: Tally, batch: Batch, instrument: Instrument) -> Tally:
    return merge(tally, count(batch, instrument)) if batch.documents else tally
