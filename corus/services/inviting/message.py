"""The message that invites or reminds: text and HTML, in the invitation's language.

Pure composition: the same person, mailing and moment give the same bytes. Knows no server.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, StrictUndefined, Template

from corus.documents.notice import promise
from corus.domain.base import say
from corus.domain.instrument import Instrument
from corus.domain.wave import WavePlan
from corus.language import Words, words
from corus.services.inviting.contacts import address_of, one_line
from corus.services.inviting.layout import PAGE
from corus.settings_file import split_sender

MINUTES = 10
"""Length announced where the instrument says none."""


@dataclass(frozen=True)
class Occasion:
    """What all messages of one mailing share."""

    kind: str
    """``invitation`` or ``reminder``."""
    organization: str
    plan: WavePlan
    instrument: Instrument
    public_url: str
    mail_from: str


@dataclass(frozen=True)
class Recipient:
    """One person, with the addresses made for them alone."""

    address: str
    name: str
    group: str
    language: str
    token: str
    """Of the personal link."""
    stop: str
    """Of the address that ends these messages."""
    message_id: str


def message_id(key: bytes, mailing_id: int, invitation_id: bytes, domain: str) -> str:
    """The name of a message, the same at every attempt; it tells nothing without the secret."""
    text = b"message %d " % mailing_id + invitation_id
    return f"<{hmac.digest(key, text, hashlib.sha256)[:16].hex()}@{domain}>"


def compose(occasion: Occasion, recipient: Recipient, moment: datetime) -> bytes:
    """The whole message, ready to be handed over; ``moment`` has a time zone."""
    t = words(recipient.language)
    facts = _facts(occasion, recipient, t)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = facts.subject
    message["From"] = _mailbox(*split_sender(occasion.mail_from))
    message["To"] = _mailbox(recipient.name, recipient.address)
    contact = address_of(occasion.plan.notice.contact)
    if contact:
        message["Reply-To"] = contact
    message["Date"] = format_datetime(moment)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_text(facts), cte="quoted-printable")
    message.add_alternative(_html(facts), subtype="html", cte="quoted-printable")
    # Last: setting the content clears every header of this kind.
    message["Content-Language"] = t.language
    return _unfolded(recipient, facts.stop_url) + message.as_bytes()


def _unfolded(recipient: Recipient, stop_url: str) -> bytes:
    # Long words that the library would encode to make them fit; servers want them as they are.
    lines = (
        f"Message-ID: {recipient.message_id}",
        f"List-Unsubscribe: <{stop_url}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    )
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name), local, domain)


@dataclass(frozen=True)
class _Facts:
    """The sentences of one message, in order."""

    t: Words
    subject: str
    opening: tuple[str, ...]
    link_words: str
    link: str
    facts: tuple[str, ...]
    promise: str
    closing: tuple[str, ...]
    notice_words: str
    notice_url: str
    stop_words: str
    stop_url: str
    title: str
    organization: str

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return "rtl" if self.t.locale.text_direction == "rtl" else "ltr"


def _facts(occasion: Occasion, recipient: Recipient, t: Words) -> _Facts:
    organization = one_line(occasion.organization)
    link = f"{occasion.public_url}/i/{recipient.token}"
    return _Facts(
        t=t,
        subject=_subject(occasion.kind, organization, t),
        opening=tuple(_opening(occasion.kind, organization, t)),
        link_words=t("Answer the questionnaire"),
        link=link,
        facts=tuple(_practical(occasion, recipient, t)),
        promise=promise(occasion.plan, t),
        closing=tuple(_closing(occasion, t)),
        notice_words=t("What becomes of your answers"),
        notice_url=f"{link}/{recipient.language}/notice",
        stop_words=t("I want no more messages about this survey"),
        stop_url=f"{occasion.public_url}/r/stop/{recipient.stop}",
        title=one_line(occasion.plan.title),
        organization=organization,
    )


def _subject(kind: str, organization: str, t: Words) -> str:
    if kind == "reminder":
        return t("Reminder: your opinion on {organization}", organization=organization)
    return t("Your opinion on {organization}", organization=organization)


def _opening(kind: str, organization: str, t: Words) -> Iterator[str]:
    yield t("Hello,")
    if kind == "reminder":
        yield t(
            "We wrote to you to ask how you see what {organization} does. There is still time to "
            "answer.", organization=organization,
        )  # fmt: skip
        yield t(
            "This message goes out automatically to the links that have not been used: "
            "{organization} is not told whose they are. If you answered on paper or at a kiosk, "
            "take no notice of it.", organization=organization,
        )  # fmt: skip
        return
    yield t(
        "{organization} would like to know how you see what it does: what is going well, what is "
        "missing, what has surprised you. There are no right or wrong answers.",
        organization=organization,
    )


def _practical(occasion: Occasion, recipient: Recipient, t: Words) -> Iterator[str]:
    group = occasion.instrument.groups[recipient.group]
    yield t("You are asked here as: {group}.", group=say(group.label, recipient.language))
    yield t.many(
        "Answering takes {n} minute at most. Taking part is voluntary, and every question is "
        "optional.",
        "Answering takes {n} minutes at most. Taking part is voluntary, and every question is "
        "optional.",
        group.minutes or MINUTES,
    )
    if occasion.plan.closes_on:
        yield t("You may answer until {day}.", day=t.date(occasion.plan.closes_on))
    yield t("This link is for you alone and serves once: please do not forward this message.")


def _closing(occasion: Occasion, t: Words) -> Iterator[str]:
    yield t(
        "A question, or another way of answering? Write to: {contact}",
        contact=one_line(occasion.plan.notice.contact),
    )
    yield t("Thank you for the time you give.")


def _text(facts: _Facts) -> str:
    colon = "\u202f:" if facts.t.language.startswith("fr") else ":"
    parts = (
        *facts.opening,
        f"{facts.link_words}{colon}\n{facts.link}",
        *facts.facts,
        facts.promise,
        f"{facts.notice_words}{colon}\n{facts.notice_url}",
        *facts.closing,
        f"{facts.organization}\n{facts.title}",
        "-- ",
        f"{facts.stop_words}{colon}\n{facts.stop_url}",
    )
    return "\n\n".join(parts).replace("-- \n\n", "-- \n") + "\n"


@cache
def _page() -> Template:
    # Everything authored is escaped; nothing is fetched from anywhere.
    return Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    ).from_string(PAGE)


def _html(facts: _Facts) -> str:
    return _page().render(f=facts)
