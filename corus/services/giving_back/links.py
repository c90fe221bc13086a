"""The link of a page given back: made from the instance's secret, open until it is withdrawn.

It says nothing of who opens it. The database holds its hash alone; a page that is opened again
has the same link, so that a poster hung up once stays true.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import date

from sqlalchemy.orm import Session

from corus.domain.profile import Profile
from corus.errors import NotFoundError
from corus.services import releasing
from corus.services.accounts import audit
from corus.store import decisions as rows
from corus.store import queries
from corus.store.account_models import SharedPage
from corus.store.models import Wave

KEY = "given back"
"""Use for which the key of every function here is derived from the instance's secret."""


def token(key: bytes, wave: str, group: str) -> str:
    """The secret part of a page's link: 16 letters and digits (80 bits)."""
    found = hmac.digest(key, f"{wave}\0{group}".encode(), hashlib.sha256)
    return base64.b32encode(found[:10]).decode().lower()


def share(session: Session, key: bytes, code: str, group: str, day: date, *, by: int) -> None:
    """Open the page of a group by its link. Raises ``NotFoundError`` for a group that the wave
    lacks (``DEC-003``) and before the first release (``REL-003``)."""
    wave = _of_group(session, code, group)
    queries.hold(session, wave)
    page = rows.shared(session, wave.id).get(group)
    if page is None:
        page = SharedPage(
            wave_id=wave.id, group=group, token=_hash(token(key, code, group)), opened_on=day
        )
        session.add(page)
    elif page.withdrawn_on is None:
        return
    page.opened_on, page.withdrawn_on = day, None
    session.flush()
    audit.note(session, wave.organization_id, by, "page_shared", wave=code, group=group)


def withdraw(session: Session, code: str, group: str, day: date, *, by: int) -> None:
    """Close the page again; nothing happens to one that is not open."""
    wave = _of_group(session, code, group)
    queries.hold(session, wave)
    page = rows.shared(session, wave.id).get(group)
    if page is None or page.withdrawn_on is not None:
        return
    page.withdrawn_on = day
    session.flush()
    audit.note(session, wave.organization_id, by, "page_withdrawn", wave=code, group=group)


def opened(session: Session, text: str) -> tuple[Wave, str]:
    """(wave, group) of the page behind a link. Raises ``NotFoundError`` (``DEC-004``), in the same
    words for a link that was withdrawn and for one that never was."""
    found = rows.shared_by(session, _hash(text))
    if found is None:
        raise NotFoundError(
            "This page is not open",
            hint="It may have been closed since the link was handed out. Ask who gave it to you.",
            code="DEC-004",
        )
    return found


def group_of(profile: Profile, group: str) -> str:
    """``group``, where the profile has it. Raises ``NotFoundError`` (``DEC-003``)."""
    if group not in profile.groups:
        raise NotFoundError("This wave has no such group.", code="DEC-003")
    return group


def _of_group(session: Session, code: str, group: str) -> Wave:
    group_of(releasing.latest_profile(session, code), group)
    return queries.wave_by_code(session, code)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
