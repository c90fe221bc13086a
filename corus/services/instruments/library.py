"""The instruments an organization may choose from: those we ship, the instance's, its own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from corus.authoring import load_instrument
from corus.domain.base import Text
from corus.domain.instrument import Instrument, InstrumentVersion
from corus.errors import CorusError, NotFoundError
from corus.services.publishing import load_version, publish, usable
from corus.store import accounts, instrument_drafts
from corus.store.models import Organization, PublishedInstrument

EXPRESS_MINUTES = 5
"""What a short version announces at most."""


@dataclass(frozen=True)
class Length:
    """What one group meets: how many questions, how many minutes are announced."""

    group: str
    label: Text
    questions: int
    minutes: int
    easy: bool
    express: bool


@dataclass(frozen=True)
class Offer:
    """One instrument to choose from.

    Attributes:
        instrument: the instrument.
        digest: of its published version, or "" while it is only shipped.
        number: of its published version; 0 while it is only shipped.
        own: whether it belongs to the organization that asks.
    """

    instrument: Instrument
    digest: str
    number: int
    own: bool

    @property
    def lengths(self) -> tuple[Length, ...]:
        """What each group meets, in the authored order."""
        return lengths(self.instrument)


def lengths(instrument: Instrument) -> tuple[Length, ...]:
    """What each group of ``instrument`` meets."""
    return tuple(
        Length(
            code, group.label, sum(instrument.asks(item, code) for item in instrument.items),
            group.minutes, instrument.has_easy(code), instrument.offers(code, "express"),
        )
        for code, group in instrument.groups.items()
    )  # fmt: skip


def folder() -> Path | None:
    """Where the instruments we ship are: beside the package, or where the wheel put them."""
    places = (
        Path(__file__).parents[3] / "surveys",
        Path(sys.prefix) / "share" / "corus" / "surveys",
    )
    return next((place for place in places if any(place.glob("*.yaml"))), None)


def survey(name: str) -> Path:
    """The file of the instrument called ``name`` that we ship."""
    place = folder()
    if place is None or not (place / f"{name}.yaml").exists():
        raise NotFoundError(f"The built-in instrument {name}.yaml is missing.", code="DEM-001")
    return place / f"{name}.yaml"


def shipped() -> dict[str, InstrumentVersion]:
    """Code → instrument of every file we ship; read once, until the file changes."""
    place = folder()
    files = sorted(place.glob("*.yaml")) if place else []
    found = (_frozen(file, file.stat().st_mtime_ns) for file in files)
    return {version.instrument.code: version for version in found if version}


@lru_cache(maxsize=32)
def _frozen(file: Path, _changed: int) -> InstrumentVersion | None:
    try:
        return InstrumentVersion.freeze(load_instrument(file))
    except CorusError:
        # A file somebody is working on in a checkout: `corus check` says what is wrong with it.
        return None


def offers(session: Session, organization_id: int) -> list[Offer]:
    """What this organization may choose from: its own first, then the others by title."""
    found = {r.code: _offer(r, organization_id) for r in _usable(session, organization_id)}
    for code, version in shipped().items():
        found.setdefault(code, Offer(version.instrument, "", 0, own=False))
    return sorted(
        found.values(), key=lambda offer: (not offer.own, *offer.instrument.title.values())
    )


def _usable(session: Session, organization_id: int) -> list[PublishedInstrument]:
    return instrument_drafts.usable(session, organization_id)


def _offer(record: PublishedInstrument, organization_id: int) -> Offer:
    instrument = load_version(record).instrument
    return Offer(
        instrument, record.digest, record.number, own=record.organization_id == organization_id
    )


def organization_of(session: Session, code: str) -> Organization:
    """The organization called ``code``. Raises ``NotFoundError`` (``ACC-015``)."""
    found = accounts.organization_by_code(session, code)
    if found is None:
        raise NotFoundError("There is nothing at this address for you.", code="ACC-015")
    return found


def find(session: Session, name: str, organization_id: int) -> Offer:
    """The instrument called ``name`` (code or digest), for this organization.

    Raises ``NotFoundError`` (``DRF-013``).
    """
    try:
        return _offer(usable(session, name, organization_id), organization_id)
    except NotFoundError:
        version = shipped().get(name)
        if version is None:
            raise NotFoundError(
                "This organization has no such instrument.",
                hint="Choose one of the list of instruments.", code="DRF-013",
            ) from None  # fmt: skip
        return Offer(version.instrument, "", 0, own=False)


def published(session: Session, name: str, organization_id: int, day: date) -> Offer:
    """The same, published first where it is only shipped: a wave stands on a published version."""
    offer = find(session, name, organization_id)
    if offer.digest:
        return offer
    done = publish(session, offer.instrument, day)
    return Offer(offer.instrument, done.version.digest, done.number, own=False)
