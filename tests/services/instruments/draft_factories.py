"""An organization that copied the small instrument of the factories, in memory or stored."""

from __future__ import annotations

from sqlalchemy.orm import Session

from corus.domain.instrument import Instrument, InstrumentVersion
from corus.services import publishing, waves
from corus.services.instruments import drafts
from corus.services.instruments.document import Draft
from corus.services.instruments.drafts import Opened
from corus.services.instruments.questions import Question
from corus.store.models import Organization
from tests.factories import DAY, instrument

TITLE = "Notre utilité"
CODE = "le_panier_notre_utilite"


def copied(of: Instrument | None = None) -> Draft:
    """A draft that no database holds."""
    version = InstrumentVersion.freeze(of or instrument())
    return Draft.copy_of(version, CODE, {"fr": TITLE, "en": "Our utility"})


def house(session: Session, name: str = "Le Panier") -> Organization:
    """An organization, and the small instrument published for everybody."""
    publishing.publish(session, instrument(), DAY)
    return waves.create_organization(session, name)


def stored(session: Session, owner: Organization | None = None) -> Opened:
    """A stored draft of that organization."""
    return drafts.copy(session, owner or house(session), "small", TITLE, DAY)


def question(**changes: object) -> Question:
    """A rating in two languages, asked of everybody."""
    values: dict[str, object] = {
        "text": {"fr": "On m’écoute.", "en": "I am heard."}, "hint": {},
        "groups": ("employees", "neighbours"), "scale": "agreement_5",
    }  # fmt: skip
    return Question(**(values | changes))  # type: ignore[arg-type]
