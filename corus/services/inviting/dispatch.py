"""One command's work from beginning to end: prepare a mailing and send it, or only show it.

Joins what the others of this folder do, each in its own transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy.orm import Session

from corus.config import Mail, Settings
from corus.errors import InputError
from corus.services.inviting import mailing
from corus.services.inviting.lists import base
from corus.services.inviting.mailing import Kind
from corus.services.inviting.message import Occasion, Recipient, compose
from corus.services.inviting.pace import Pace
from corus.services.inviting.relay import Relay
from corus.services.inviting.sending import Fate, Run
from corus.services.publishing import version_of
from corus.services.waves import groups_of, plan_of
from corus.store.engine import Store

SPECIMEN = Recipient(
    address="camille.exemple@example.org", name="Camille Exemple", group="", language="",
    token="specimen", stop="specimen", message_id="<specimen@example.org>",  # noqa: S106 - no secret
)  # fmt: skip


def mail_of(settings: Settings) -> Mail:
    """The mail server of this instance; ``InputError`` (``MAI-010``) when none is named."""
    if settings.mail is None:
        raise InputError(
            "No mail server is named, so nothing can be sent.",
            hint=f"Fill in [mail] in {settings.instance / 'settings.toml'}.", code="MAI-010",
        )  # fmt: skip
    return settings.mail


def occasion(session: Session, wave_code: str, kind: Kind, settings: Settings) -> Occasion:
    """What all messages of this mailing share."""
    wave = mailing.open_wave(session, wave_code)
    return Occasion(
        kind, wave.organization.name, plan_of(wave), version_of(wave).instrument,
        base(settings.public_url), mail_of(settings).mail_from,
    )  # fmt: skip


def send(
    store: Store, settings: Settings, wave_code: str, kind: Kind, day: date, *,
    limit: int | None = None, per_minute: int | None = None,
    told: Callable[[Fate], None] = lambda _fate: None,
    pausing: Callable[[int, int], None] = lambda _put_off, _seconds: None,
) -> Counter[Fate]:  # fmt: skip
    """Prepare the mailing and send what waits; what became of the messages.

    ``told`` hears of each message, ``pausing`` of each pause: messages put off, and seconds.

    Raises ``RefusedError`` and ``ConflictError`` before anything is stored, ``UnavailableError``
    when the mail server stops us; running it again goes on where it stopped.
    """
    mail = mail_of(settings)
    with store.writing() as session:
        shared = occasion(session, wave_code, kind, settings)
        prepared = mailing.prepare(session, wave_code, kind, day)
        mailing_id, wave_id = prepared.id, prepared.wave_id
    pace = Pace(per_minute or mail.mail_rate_per_minute)
    with Relay(mail) as relay:
        run = Run(store, relay, shared, mailing_id, wave_id, pace, told, pausing)
        return run.send(limit)


@dataclass(frozen=True)
class Specimen:
    """A message as somebody would get it: a made-up person, links that open nothing."""

    name: str
    """For a file: ``employees-fr``."""
    content: bytes


def specimens(
    session: Session, settings: Settings, wave_code: str, kind: Kind, day: date
) -> Iterator[Specimen]:
    """One message for each group and language of the wave.

    Of nobody real: the list of those to be reminded would tell who has not answered, and a
    folder of personal links opens everybody's questionnaire.
    """
    shared = occasion(session, wave_code, kind, settings)
    wave = mailing.open_wave(session, wave_code)
    moment = datetime.combine(day, time(), UTC)
    for group in groups_of(wave):
        for language in shared.plan.languages:
            made_up = replace(SPECIMEN, group=group, language=language)
            yield Specimen(f"{group}-{language}", compose(shared, made_up, moment))
