"""The message itself: both languages, the words of the notice, headers that hold."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from corus.config import Mail
from corus.language import catalogue
from corus.services.inviting.message import Occasion, Recipient, compose, message_id
from corus.services.inviting.relay import Relay
from corus.settings_file import split_sender
from tests.factories import instrument, plan
from tests.services.inviting.factories import PUBLIC, SENDER, parsed

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
TO = Recipient(
    "a@panier.example", "Zoé Martin", "employees", "fr", "k" * 16, "s" * 32, f"<{'0' * 32}@x>"
)
HOSTILE = 'Évil "quoted", <b>\r\nBcc: victim@example.org\r\n\r\nbody\u202e\x00'


def _occasion(**changes: object) -> Occasion:
    values: dict[str, object] = {
        "kind": "invitation", "organization": "Le Panier des Hauts",
        "plan": plan(closes_on=date(2026, 4, 30)), "instrument": instrument(),
        "public_url": PUBLIC, "mail_from": SENDER,
    }  # fmt: skip
    return Occasion(**(values | changes))  # type: ignore[arg-type]


def _bodies(content: bytes) -> tuple[str, str]:
    message = parsed(content)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def _to(**changes: object) -> Recipient:
    return replace(TO, **changes)  # type: ignore[arg-type]


def test_a_french_message_says_what_a_person_needs() -> None:
    message = parsed(compose(_occasion(), TO, NOON))
    assert message["Subject"] == "Votre avis sur Le Panier des Hauts"
    assert message["To"] == "Zoé Martin <a@panier.example>"
    assert message["From"] == SENDER
    assert message["Reply-To"] == "donnees@panier.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == TO.message_id
    assert message["Date"] == "Tue, 03 Mar 2026 12:00:00 +0000"
    assert message["List-Unsubscribe"] == f"<{PUBLIC}/r/stop/{TO.stop}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    for body in _bodies(compose(_occasion(), TO, NOON)):
        for needed in (
            f"{PUBLIC}/i/{TO.token}", f"{PUBLIC}/r/stop/{TO.stop}", "Vague 2026",
            "Le Panier des Hauts", "10 minutes", "30 avril 2026", "donnees@panier.example",
            "Salariées et salariés", "rien ne relie vos réponses à votre nom",
            f"{PUBLIC}/i/{TO.token}/fr/notice",
        ):  # fmt: skip
            assert needed in body, needed


def test_an_english_message_to_a_confidential_wave() -> None:
    found = plan(closes_on=date(2026, 4, 30), anonymity="confidential")
    for body in _bodies(compose(_occasion(plan=found), _to(language="en"), NOON)):
        assert "30 April 2026" in body
        assert "Confidential answer: a code takes the place of your name." in body
        assert "nothing links" not in body


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_reminder_says_that_nobody_is_told_who_it_goes_to(language: str) -> None:
    content = compose(_occasion(kind="reminder"), _to(language=language), NOON)
    told = {"fr": "ne sait pas à qui ils appartiennent", "en": "is not told whose they are"}
    begins = {"fr": "Rappel", "en": "Reminder"}
    assert all(told[language] in body for body in _bodies(content))
    assert parsed(content)["Subject"].startswith(begins[language])


def test_no_sentence_of_a_french_message_is_left_in_english() -> None:
    english = {s for s in catalogue("fr") if len(s) > 25 and "{" not in s}
    for kind in ("invitation", "reminder"):
        for body in _bodies(compose(_occasion(kind=kind), TO, NOON)):
            assert [s for s in english if s in body] == []
            assert "You are asked" not in body


def test_the_html_fetches_nothing_and_runs_nothing() -> None:
    html = _bodies(compose(_occasion(), TO, NOON))[1]
    assert not re.search(r"src=|<img|<link|<script|url\(|@import|background=", html)
    assert set(re.findall(r'href="(https?://[^/"]+)', html)) == {PUBLIC}


@pytest.mark.parametrize("where", ["organization", "name", "title", "contact", "label"])
def test_no_name_breaks_out_of_a_header_or_of_the_page(where: str) -> None:
    occasion, to = _occasion(), TO
    if where == "organization":
        occasion = _occasion(organization=HOSTILE)
    elif where == "name":
        to = _to(name=HOSTILE)
    elif where == "title":
        occasion = _occasion(plan=plan(title=HOSTILE))
    elif where == "contact":
        notice = plan().notice.model_copy(update={"contact": HOSTILE})
        occasion = _occasion(plan=plan(notice=notice))
    else:
        groups = {"employees": {"label": {"fr": HOSTILE, "en": HOSTILE}}}
        occasion = _occasion(instrument=instrument(groups=groups))
    content = compose(occasion, to, NOON)
    message = parsed(content)
    assert message["Bcc"] is None
    assert message["To"].addresses[0].addr_spec == "a@panier.example"
    assert len(message["To"].addresses) == 1
    assert not message.defects
    assert "<b>" not in _bodies(content)[1]
    head = content.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


NAMES = ("Zoé " * 50, "日本語" * 40, 'O\'Brien, "Bob"', "a" * 200, "مريم", "=?utf-8?q?x?=")


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back_as_it_was(name: str) -> None:
    head = compose(_occasion(), _to(name=name), NOON).partition(b"\r\n\r\n")[0]
    # Read by the older decoder: the newer one of Python 3.11 puts spaces between encoded words.
    raw = message_from_bytes(head)["To"]
    said, address = parseaddr(raw)
    assert address == "a@panier.example"
    assert str(make_header(decode_header(said))).strip() in (name.strip(), "x")


def test_long_addresses_are_not_encoded_in_headers() -> None:
    public = f"https://{'tres-long.' * 8}enquete.example"
    content = compose(_occasion(public_url=public), TO, NOON)
    assert f"List-Unsubscribe: <{public}/r/stop/{TO.stop}>\r\n".encode() in content


def test_a_message_has_one_name_at_every_attempt_and_another_in_every_mailing() -> None:
    key, person = b"k" * 32, b"p" * 16
    first = message_id(key, 1, person, "panier.example")
    assert first == message_id(key, 1, person, "panier.example")
    others = {message_id(key, 2, person, "panier.example"),
              message_id(key, 1, b"q" * 16, "panier.example"),
              message_id(b"l" * 32, 1, person, "panier.example")}  # fmt: skip
    assert len(others | {first}) == 4
    assert compose(_occasion(), TO, NOON).count(b"Message-ID") == 1


SENDERS = ("Le Panier, des « Hauts » <enquete@exemple.fr>", '"A, B" <enquete@exemple.fr>',
           "A (b): c; <enquete@exemple.fr>")  # fmt: skip


@pytest.mark.parametrize("sender", SENDERS)
def test_a_sender_with_a_comma_in_its_name_is_one_mailbox(sender: str) -> None:
    (mailbox,) = parsed(compose(_occasion(mail_from=sender), TO, NOON))["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == split_sender(sender)
    assert Relay(Mail("h", mail_from=sender)).sender == "enquete@exemple.fr"
