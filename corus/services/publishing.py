"""Publishing an instrument: frozen, named by its digest, compared with what it follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from corus.authoring import Change, compare, load_instrument
from corus.domain.instrument import Instrument, InstrumentVersion
from corus.errors import ConflictError
from corus.store import queries
from corus.store.models import PublishedInstrument, Wave


@dataclass(frozen=True)
class Published:
    """A published version, and what changed since the one before it."""

    version: InstrumentVersion
    number: int
    new: bool
    changes: tuple[Change, ...]


def publish(
    session: Session, instrument: Instrument, day: date, *, owner: int | None = None
) -> Published:
    """Freeze and store ``instrument``; the same content published twice is one version.

    ``owner`` is the organization whose it is and who alone may use it; None for the server itself,
    whose instruments everybody may use. A code belongs to whoever published it first: raises
    ``ConflictError`` (``PUB-001``) for another organization. What the server publishes under an
    organization's code is a version of that organization's.
    """
    version = InstrumentVersion.freeze(instrument)
    before = queries.latest_edition(session, instrument.code)
    if before is not None and owner not in (None, before.organization_id):
        raise ConflictError(
            "This code is taken by another instrument.",
            hint="Give yours another code: start again from a copy.", code="PUB-001",
        )  # fmt: skip
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
        organization_id=before.organization_id if before else owner,
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


def usable(session: Session, name: str, organization_id: int) -> PublishedInstrument:
    """The published instrument called ``name`` (code or digest), for this organization.

    Raises ``NotFoundError`` (``NOT-002``) for another organization's, in the same words as for
    one that does not exist.
    """
    found = queries.instrument_by_name(session, name)
    if found.organization_id not in (None, organization_id):
        raise queries.no_instrument(name)
    return found


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
