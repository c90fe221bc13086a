"""What the pages of fieldwork share: their address, the wave in words, files to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, make_response, request

from corus.config import Settings
from corus.domain.base import say
from corus.domain.wave import WavePlan
from corus.services import publishing, waves
from corus.services.accounts import audit
from corus.store import queries
from corus.store.models import Wave
from corus.web import frame

blueprint = Blueprint("fieldwork", __name__, url_prefix="/waves/<wave>/fieldwork")


@dataclass(frozen=True)
class About:
    """A wave as every page of fieldwork names it."""

    code: str
    title: str
    state: str
    over: bool
    """Its last day for answering has passed."""
    plan: WavePlan
    labels: dict[str, str]
    """Group surveyed → its name."""

    @property
    def takes_answers(self) -> bool:
        """Whether people may answer now."""
        return self.state == "open" and not self.over

    @property
    def inviting(self) -> bool:
        """Whether people may still be invited."""
        return self.state in ("draft", "open")

    @property
    def open_groups(self) -> list[str]:
        """Groups whose open address takes answers."""
        groups = self.plan.groups
        return [g for g in self.labels if g not in groups or groups[g].open_link]


def settings() -> Settings:
    """The settings of this instance."""
    found: Settings = current_app.extensions["corus"].settings
    return found


def home() -> str:
    """Scheme and host that links and posters lead to: as its owner says, else as seen here."""
    return settings().public_url or request.host_url.rstrip("/")


def about(record: Wave) -> About:
    """What pages say of this wave, in the reader's language."""
    plan = waves.plan_of(record)
    groups = publishing.version_of(record).instrument.groups
    labels = {code: say(groups[code].label, frame.lang()) for code in waves.groups_of(record)}
    over = record.state == "open" and plan.over(datetime.now(UTC))
    return About(record.code, plan.title, record.state, over, plan, labels)


def wave_about(wave: str) -> About:
    """The same, by the wave's code."""
    with frame.store().reading() as session:
        return about(queries.wave_by_code(session, wave))


def note(session, wave: str, action: str, **detail: object) -> None:
    """Write in the log who did this."""
    record, me = queries.wave_by_code(session, wave), frame.person()
    audit.note(session, record.organization_id, me.id, action, wave=wave, **detail)


def file(content: bytes, name: str, kind: str) -> Response:
    """A file to take away, which no cache keeps."""
    response = make_response(content)
    response.content_type = kind
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
