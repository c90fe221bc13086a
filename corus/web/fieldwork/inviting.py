"""Inviting in the browser: lists of contacts, messages, reminders that name nobody, links.

Views read a form and choose a page; every rule is in ``corus.services.inviting``.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import date
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import cast

from flask import Response, redirect, request, url_for
from werkzeug.utils import secure_filename

from corus.domain.roles import Permission
from corus.errors import CorusError, InputError
from corus.services import printing
from corus.services.inviting import behind, dispatch, invite, lists, mailing
from corus.services.inviting.invite import Added
from corus.services.inviting.mailing import Kind
from corus.web import frame
from corus.web.access import needs
from corus.web.fieldwork.base import About, blueprint, file, home, note, settings, wave_about
from corus.web.fieldwork.words import STATES, plainly, rows

MOST_UNPACKED = 20_000_000
"""Bytes of a workbook once unpacked: reading more would keep a processor busy for many seconds."""
ZIP = b"PK\x03\x04"
BOXED = (
    "No font of the server has these signs: {letters}. In print, a box (□) stands in their place."
)
KIND = "<any(invitation, reminder):kind>"


@blueprint.get("/invitations")
@needs(Permission.FIELD)
def invitations(wave: str) -> Response:
    """How many are invited, what became of the messages, and what may be done next."""
    return _page(wave)


@blueprint.get("/invitations/now")
@needs(Permission.FIELD)
def sent_now(wave: str) -> Response:
    """The part of that page that moves while messages go out."""
    with frame.store().reading() as session:
        sent = lists.mailings(session, wave)
    return frame.page(
        "fieldwork/sent.html", about=wave_about(wave), mailings=sent, states=STATES,
        day_of=date.fromisoformat, going=_going(wave), unsent=_unsent(sent),
    )  # fmt: skip


@blueprint.post("/invitations/list")
@needs(Permission.FIELD)
def add_list(wave: str) -> Response:
    """Invites everybody on a list, or nobody; every fault is shown where it is."""
    try:
        added = _added(wave)
    except CorusError as error:
        return _page(wave, error=error)
    return _page(wave, added=added)


def _added(wave: str) -> Added:
    sent = request.files.get("list")
    content = sent.read() if sent else b""
    if sent is None or not sent.filename or not content:
        raise InputError("Choose a file first.", code="FIE-001")
    _check_unpacked(content)
    again = request.form.get("again") == "yes"
    store = frame.store()
    with tempfile.TemporaryDirectory(prefix="corus-") as folder:
        path = Path(folder) / (secure_filename(sent.filename) or "list")
        path.write_bytes(content)
        with store.reading() as session:
            read = invite.read_list(session, wave, path)
        with store.writing() as session:
            added = invite.import_contacts(
                session, store.key, wave, path, frame.today(), read=read,
                revoked="invited_again" if again else "left_out",
            )  # fmt: skip
            note(session, wave, "people_invited", n=sum(added.added.values()))
    return added


def _check_unpacked(content: bytes) -> None:
    if not content.startswith(ZIP):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return  # reading it says what is wrong
    if size > MOST_UNPACKED:
        raise InputError("This file is too large once unpacked.", code="FIE-002")


@blueprint.get(f"/invitations/{KIND}")
@needs(Permission.FIELD)
def before_sending(wave: str, kind: str) -> Response:
    """What would be sent, to how many, and how it reads; nothing is sent by looking."""
    return _before(wave, cast(Kind, kind))


@blueprint.post(f"/invitations/{KIND}")
@needs(Permission.FIELD)
def send(wave: str, kind: str) -> Response:
    """Sends the messages behind the page, or goes on where sending stopped."""
    store, which = frame.store(), cast(Kind, kind)
    try:
        behind.begin(store, settings(), wave, which, frame.today())
        with store.writing() as session:
            note(session, wave, "reminded" if kind == "reminder" else "invitations_sent")
    except CorusError as error:
        return _before(wave, which, error)
    told = "The reminder is on its way." if kind == "reminder" else "The messages are on their way."
    return frame.tell(_back(wave), told)


@blueprint.post("/invitations/revoke")
@needs(Permission.FIELD)
def revoke(wave: str) -> Response:
    """Takes one invitation back."""
    store = frame.store()
    try:
        with store.writing() as session:
            address = request.form.get("address", "")
            invite.revoke(session, store.key, wave, address, frame.today())
    except CorusError as error:
        return _page(wave, revoking=error)
    return frame.tell(_back(wave), "The invitation was taken back: its link opens nothing.")


@blueprint.get("/invitations/links.csv")
@needs(Permission.FIELD)
def links(wave: str) -> Response:
    """Personal links with names, for who sends them by other means; noted in the log."""
    store = frame.store()
    try:
        with store.writing() as session:
            content, _ = lists.links_csv(session, store.key, wave, home(), group=_group())
            _taken(session, wave, "links.csv")
    except CorusError as error:
        return _page(wave, error=error)
    return file(content, f"{wave}-links.csv", "text/csv; charset=utf-8")


@blueprint.get("/invitations/letters.pdf")
@needs(Permission.FIELD)
def letters(wave: str) -> Response:
    """Letters with a personal link and code each; noted in the log."""
    store, without = frame.store(), request.args.get("without_mail") == "yes"
    try:
        with store.reading() as session:
            content, _ = lists.letters_pdf(
                session, store.key, wave, home(), group=_group(), without_mail=without
            )
            boxed = _boxed(session, wave, without_mail=without)
        with store.writing() as session:
            _taken(session, wave, "letters.pdf")
    except CorusError as error:
        return _page(wave, error=error)
    made = file(content, f"{wave}-letters.pdf", "application/pdf")
    return frame.tell(made, BOXED, letters=boxed) if boxed else made


def _boxed(session, wave: str, *, without_mail: bool) -> str:
    """Letters that print as a box, for the page that comes after the file."""
    own = printing.lacking_in(session, wave)
    names = lists.lacking_in_letters(session, wave, group=_group(), without_mail=without_mail)
    return "".join(dict.fromkeys(own + names))


def _taken(session, wave: str, name: str) -> None:
    note(session, wave, "file_taken", file=name, email=frame.person().email)


def _group() -> str | None:
    return request.args.get("group") or None


def _back(wave: str) -> Response:
    return redirect(url_for("fieldwork.invitations", wave=wave), 303)


def _page(
    wave: str, *, error: CorusError | None = None, revoking: CorusError | None = None,
    added: Added | None = None,
) -> Response:  # fmt: skip
    there = wave_about(wave)
    with frame.store().reading() as session:
        groups, sent = lists.numbers(session, wave), lists.mailings(session, wave)
    wrong = error or revoking
    return frame.page(
        "fieldwork/invitations.html", status=wrong.status if wrong else 200, about=there,
        groups=groups, mailings=sent, states=STATES, added=added,
        day_of=date.fromisoformat, going=_going(wave),
        error=plainly(error) if error else None,
        faults=rows(error, frame.t(), _names(there)) if error else [],
        revoking=plainly(revoking) if revoking else None, typed=request.form,
        can_mail=settings().mail is not None and bool(settings().public_url),
        public=bool(settings().public_url), home=home(), unsent=_unsent(sent),
    )  # fmt: skip


def _names(there: About) -> dict[str, str]:
    return {
        "groups": ", ".join(there.labels.values()), "languages": ", ".join(there.plan.languages),
        "sites": ", ".join(there.plan.sites),
    }  # fmt: skip


def _going(wave: str) -> dict[str, object]:
    """Kind of mailing → whether this process is sending it, and why it stopped."""
    found = {}
    for kind in ("invitation", "reminder"):
        sending = behind.last(frame.store(), wave, cast(Kind, kind))
        stopped = plainly(sending.error) if sending.error else None
        found[kind] = {"running": sending.running, "stopped": stopped}
    return found


def _unsent(sent: list[lists.MailingLine]) -> bool:
    """Whether messages of the invitation wait, so that sending may go on."""
    return any(m.kind == "invitation" and m.messages.get("waiting") for m in sent)


def _before(wave: str, kind: Kind, error: CorusError | None = None) -> Response:
    there, sample, reach = wave_about(wave), None, None
    try:
        with frame.store().reading() as session:
            reach = mailing.reach(session, wave, kind)
            sample = _sample(session, wave, kind)
    except CorusError as refusal:
        error = error or refusal
    return frame.page(
        "fieldwork/sending.html", status=error.status if error else 200, about=there, kind=kind,
        reach=reach, sample=sample, error=plainly(error) if error else None, step=mailing.STEP,
    )  # fmt: skip


def _sample(session, wave: str, kind: Kind) -> dict[str, str] | None:
    """A message to a made-up person, in the reader's language where the wave speaks it."""
    found = list(dispatch.specimens(session, settings(), wave, kind, frame.today()))
    wanted = next((s for s in found if s.name.endswith(f"-{frame.lang()}")), *found[:1])
    if wanted is None:
        return None
    message = cast(EmailMessage, BytesParser(policy=default).parsebytes(wanted.content))
    body = message.get_body(("plain",))
    return {
        "subject": str(message["Subject"]), "sender": str(message["From"]),
        "text": body.get_content() if body is not None else "",
        "language": wanted.name.rpartition("-")[2],
    }  # fmt: skip
