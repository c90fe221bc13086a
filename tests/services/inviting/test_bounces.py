"""Notifications of mail that came back, as real servers write them."""

from __future__ import annotations

import mailbox
from email import message_from_string
from pathlib import Path

import pytest

from corus.errors import InputError
from corus.services.inviting import mailing
from corus.services.inviting.bounces import failures_of, record_bounces
from corus.services.inviting.message import message_id
from corus.store import invitations
from corus.store.engine import Store
from tests.factories import DAY
from tests.services.inviting.factories import WAVE, invited_wave

POSTFIX = """\
From: MAILER-DAEMON@relay.example
To: enquete@panier.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system at host relay.example. I'm sorry

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Tue, 3 Mar 2026 12:00:00 +0000

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: Recipient address rejected:
    User unknown in virtual mailbox table

--b
Content-Type: text/rfc822-headers

Message-ID: {name}
To: {address}

--b--
"""


def _notice(address: str, name: str = "", action: str = "failed", status: str = "5.1.1") -> str:
    return POSTFIX.format(address=address, name=name, action=action, status=status)


def _state(store: Store, wave_id: int) -> dict[str | None, str]:
    with store.reading() as session:
        return {p.address: p.state for p in invitations.people(session, wave_id)}


def _record(store: Store, *paths: Path):
    with store.writing() as session:
        return record_bounces(session, store.key, WAVE, paths)


@pytest.fixture
def wave_id(store: Store, tmp_path: Path) -> int:
    found = invited_wave(store, tmp_path / "l.csv", ["a@x.example", "b@x.example", "c@x.example"])
    with store.writing() as session:
        mailing.prepare(session, WAVE, "invitation", DAY)
    return found


def _name(store: Store, wave_id: int, address: str) -> str:
    with store.reading() as session:
        person = next(p for p in invitations.people(session, wave_id) if p.address == address)
    return message_id(store.key, 1, bytes(person.id), "panier.example")


def test_a_permanent_failure_marks_its_invitation_and_no_other(
    store: Store, tmp_path: Path, wave_id: int
) -> None:
    path = tmp_path / "one.eml"
    path.write_text(_notice("a@x.example", _name(store, wave_id, "a@x.example")))
    found = _record(store, path)
    assert (found.read, found.marked) == (1, 1)
    assert _state(store, wave_id) == {
        "a@x.example": "bounced", "b@x.example": "active", "c@x.example": "active"
    }  # fmt: skip
    assert _record(store, path).known == 1


def test_a_forwarded_address_is_found_by_the_message_that_came_back(
    store: Store, tmp_path: Path, wave_id: int
) -> None:
    path = tmp_path / "one.eml"
    path.write_text(_notice("elsewhere@y.example", _name(store, wave_id, "b@x.example")))
    assert _record(store, path).marked == 1
    assert _state(store, wave_id)["b@x.example"] == "bounced"


def test_delays_strangers_and_other_mail_mark_nobody(
    store: Store, tmp_path: Path, wave_id: int
) -> None:
    box = mailbox.mbox(tmp_path / "box")
    ours = _name(store, wave_id, "a@x.example")
    box.add(_notice("a@x.example", ours, "delayed", "4.4.1"))
    box.add(_notice("a@x.example", f"<{'f' * 32}@panier.example>"))
    box.add(_notice("stranger@x.example", ""))
    box.add("Subject: Absent\n\nJe suis absente.\n")
    box.close()
    found = _record(store, tmp_path / "box")
    assert (found.read, found.marked, found.strange, found.other) == (4, 0, 2, 2)
    assert set(_state(store, wave_id).values()) == {"active"}


def test_without_the_headers_that_came_back_the_address_decides(
    store: Store, tmp_path: Path, wave_id: int
) -> None:
    path = tmp_path / "one.eml"
    path.write_text(_notice("C@X.example"))
    assert _record(store, path).marked == 1
    assert _state(store, wave_id)["c@x.example"] == "bounced"


def test_the_note_holds_the_reason_and_no_address() -> None:
    (failure,) = failures_of(message_from_string(_notice("anne@x.example")))
    assert failure.note.startswith("5.1.1 550 5.1.1")
    assert "User unknown" in failure.note
    assert "anne" not in failure.note


@pytest.mark.parametrize("content", ["", "\x00\xff", "Content-Type: message/delivery-status\n\nx"])
def test_any_other_file_is_no_notification(
    sqlite_store: Store, tmp_path: Path, content: str
) -> None:
    invited_wave(sqlite_store, tmp_path / "l.csv", ["a@x.example"])
    (tmp_path / "x.eml").write_text(content)
    with pytest.raises(InputError, match="MAI-012"):
        _record(sqlite_store, tmp_path / "x.eml")
    # Among real ones it is left aside, and a delay is a notification.
    (tmp_path / "late.eml").write_text(_notice("a@x.example", "", "delayed", "4.4.1"))
    found = _record(sqlite_store, tmp_path / "x.eml", tmp_path / "late.eml")
    assert (found.read, found.other) == (2, 2)
    with pytest.raises(InputError, match="MAI-009"):
        _record(sqlite_store, tmp_path / "nowhere.eml")
