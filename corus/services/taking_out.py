"""Single answers leave for a researcher: one archive, who took it and why in both logs.

What is refused is decided by ``researching``; here they are packed for somebody with a browser.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corus.errors import InputError
from corus.services import exporting
from corus.services.accounts import audit
from corus.services.accounts.person import Person
from corus.services.publishing import version_of
from corus.store import queries

LONGEST_ROLE, LONGEST_PURPOSE = 200, 2000
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""Zip wants a time; ours tells nothing."""


@dataclass(frozen=True)
class Wish:
    """Which file somebody wants, for whom and what for."""

    name: str
    language: str
    role: str
    purpose: str


def take(session: Session, who: Person, code: str, wish: Wish, day: date) -> bytes:
    """The answers of a closed wave as a zip: the file, its manifest, a notebook that opens it.

    Writes ``microdata`` in the journal of the wave and ``microdata_taken`` in the log of its
    organization. Raises what ``researching.open_microdata`` raises, and ``InputError``
    (``EXP-007``) for more words than the journal keeps.
    """
    # Late: pages of results need no frame of answers and start sooner.
    from corus.exports.microdata import notebook

    if len(wish.role) > LONGEST_ROLE or len(wish.purpose) > LONGEST_PURPOSE:
        raise InputError(
            "That is more than the journal keeps.",
            hint="Say it in fewer words.", code="EXP-007",
        )  # fmt: skip
    wave = queries.wave_by_code(session, code)
    file_name = f"{code}-{wish.name}"
    files = exporting.microdata(
        session, code, wish.language, day, role=wish.role, purpose=wish.purpose, name=wish.name,
        file_name=file_name,
    )  # fmt: skip
    audit.note(
        session, wave.organization_id, who.id, "microdata_taken", email=who.email, wave=code,
        purpose=wish.purpose,
    )  # fmt: skip
    instrument = version_of(wave).instrument
    opened = notebook.notebook(wish.name, file_name, instrument, wish.language)
    named = {file_name + suffix: content for suffix, content in files.items()}
    return _packed(named | {notebook.NAME: opened})


def _packed(files: dict[str, bytes]) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return found.getvalue()
