"""Publishing an instrument: frozen, named by its digest, compared with what it follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from corus.authoring import Change, compare, load_instrument
from corus.domain.instrument import Instrument, InstrumentVersion
from corus.store import queries
from corus.store.models import PublishedInstrument, Wave


@dataclass(frozen=True)
class Published:
    """A published version, and what changed since the one before it."""

    version: InstrumentVersion
    number: int
    new: bool
    changes: tuple[Change, ...]


def publish(session: Session, instrument: Instrument, day: date) -> Published:
    """Freeze and store ``instrument``; the same content published twice is one version."""
    version = InstrumentVersion.freeze(instrument)
    before = queries.latest_edition(session, instrument.code)
    same = session.get(PublishedInstrument, version.digest)
    if same is not None:
        return Published(version, same.number, False, ())
    changes = compare(load_version(before).instrument, instrument) if before else []
    record = PublishedInstrument(
        digest=version.digest,
        code=instrument.code,
        edition=instrument.edition,
        document=version.document,
        number=before.number + 1 if before else 1,
        published_on=day,
    )
    session.add(record)
    session.flush()
    return Published(version, record.number, True, tuple(changes))


def publish_file(session: Session, path: Path, day: date) -> Published:
    """Check the file against the version published before it, then publish.

    Raises ``InputError`` with every fault, among them a code that would change its type,
    direction or number of points under its name.
    """
    instrument = load_instrument(path)
    before = queries.latest_edition(session, instrument.code)
    if before is not None:
        load_instrument(path, previous=load_version(before).instrument)
    return publish(session, instrument, day)


def load_version(record: PublishedInstrument) -> InstrumentVersion:
    """The frozen instrument of a record; read once per process, since it never changes."""
    return _load(bytes(record.document))


def version_of(wave: Wave) -> InstrumentVersion:
    """The frozen instrument of a wave: a name that is a digest always means the same one."""
    if wave.digest in _KNOWN:
        return _KNOWN[wave.digest]
    found = load_version(wave.published)
    _KNOWN[found.digest] = found
    return found


_KNOWN: dict[str, InstrumentVersion] = {}


@lru_cache(maxsize=64)
def _load(document: bytes) -> InstrumentVersion:
    return InstrumentVersion.load(document)
