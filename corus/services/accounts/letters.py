"""The e-mail that carries a link to choose a password; plain text, in the person's language."""

from __future__ import annotations

import threading
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid

from corus.config import Mail, Settings
from corus.errors import CorusError
from corus.language import words
from corus.services.accounts.tickets import HOURS, Purpose
from corus.services.inviting.relay import LostError, NotTakenError, Relay
from corus.settings_file import split_sender
from corus.store.account_models import Account

SUBJECTS: dict[Purpose, str] = {
    "invitation": "Your account on Corus",
    "reset": "Choose a new password on Corus",
}
OPENINGS: dict[Purpose, str] = {
    "invitation": "An account was made for you. Choose your password here:",
    "reset": "Somebody, probably you, asked to choose a new password for your account:",
}
DAYS = ("The link works once, for {n} day.", "The link works once, for {n} days.")
SOME_HOURS = ("The link works once, for {n} hour.", "The link works once, for {n} hours.")
CLOSINGS: dict[Purpose, str] = {
    "invitation": "If you expected nothing of the kind, leave this message alone.",
    "reset": "If it was not you, leave this message alone: your password stays as it is.",
}


def link(public_url: str, token: str) -> str:
    """The address at which a password is chosen."""
    return f"{public_url}/account/link/{token}"


def compose(mail: Mail, account: Account, purpose: Purpose, address: str) -> EmailMessage:
    """The whole message; ``address`` is the link."""
    t = words(account.language)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = t(SUBJECTS[purpose])
    name, sender = split_sender(mail.mail_from)
    message["From"] = _mailbox(name, sender)
    message["To"] = _mailbox(account.name, account.email)
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    hours = HOURS[purpose]
    span, n = (DAYS, hours // 24) if hours >= 48 else (SOME_HOURS, hours)
    lines = (t("Hello,"), t(OPENINGS[purpose]), address, t.many(*span, n), t(CLOSINGS[purpose]))
    message.set_content("\n\n".join(lines) + "\n", cte="quoted-printable")
    # Last: setting the content clears every header of this kind.
    message["Content-Language"] = t.language
    return message


def can_send(settings: Settings) -> bool:
    """Whether links can go by e-mail: a mail server is named, and the address of this site."""
    return settings.mail is not None and bool(settings.public_url)


def send(settings: Settings, account: Account, purpose: Purpose, token: str) -> bool:
    """Hand the message over; False where no mail server is named or it did not take it."""
    if not can_send(settings) or settings.mail is None:
        return False
    message = compose(settings.mail, account, purpose, link(settings.public_url, token))
    try:
        with Relay(settings.mail) as relay:
            relay.offer(account.email, message.as_bytes())
            relay.conclude()
    except (NotTakenError, LostError, CorusError, OSError):
        return False
    return True


def send_later(settings: Settings, account: Account, purpose: Purpose, token: str) -> None:
    """The same without waiting: how long it takes would tell whether the address is known."""
    threading.Thread(target=send, args=(settings, account, purpose, token), daemon=True).start()


def _mailbox(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
