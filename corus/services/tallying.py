"""Count tables of a wave: counted once, then kept up to date with each new answer."""

from __future__ import annotations

from collections.abc import Iterable

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
        late = queries.untallied_documents(session, wave.id)
        tally = _add(Tally.from_bytes(stored), late, instrument)
    queries.keep_tally(session, wave.id, tally.to_bytes())
    return tally


def rebuild(session: Session, wave: Wave) -> Tally:
    """The same tables counted afresh from every stored answer."""
    instrument = load_version(wave.published).instrument
    return _add(Tally.empty(instrument), queries.documents(session, wave.id), instrument)


def _add(
    tally: Tally, chunks: Iterable[tuple[queries.Place, list[str]]], instrument: Instrument
) -> Tally:
    for place, documents in chunks:
        where = np.zeros(len(documents), np.int64)
        tally = merge(tally, count(Batch([Stratum(*place)], where, documents), instrument))
    return tally
