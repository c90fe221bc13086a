"""The conversation with a mail server, one message at a time, its end kept apart.

``offer`` gives everything but the final dot, ``conclude`` the dot: whoever must remember that a
message is being handed over does so between the two. Knows no wave and no database.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from corus.config import Mail
from corus.errors import InputError, UnavailableError
from corus.services.importing.spellings import MAIL_PATTERN
from corus.settings_file import split_sender

TIMEOUT = 60.0
TIMEOUT_AT_END = 600.0
"""Seconds that a server may take over a whole message (RFC 5321, 4.5.3.2.6): cutting it short
would leave us not knowing whether it took it."""
CLOSING = 421
"""The server ends the connection, whatever was asked; what had no final dot is thrown away."""
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_DOTS = re.compile(rb"^\.", re.MULTILINE)
_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.\d{1,3}\b")
_OURSELVES = (502, 503, 530, 534, 535, 538)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said: a code and a text that names no address."""

    code: int
    text: str

    @classmethod
    def of(cls, code: int, said: bytes) -> Reply:
        """The reply, cleaned: it may be stored and printed."""
        return cls(code, nameless(said.decode("utf-8", "replace")))

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


class NotTakenError(Exception):
    """The server did not take the message, and said so: it may be offered again."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class NotNowError(NotTakenError):
    """For the moment (4xx)."""


class NoSuchAddressError(NotTakenError):
    """The address does not exist or takes nothing (5xx to the recipient)."""


class NotThisMessageError(NotTakenError):
    """The server refuses this message for good, whoever it is for."""


class NotUsError(NotTakenError):
    """The server refuses us: rights, reputation, configuration. Nobody's address is wrong."""


class LostError(Exception):
    """The connection ended. After ``conclude`` began, the message may have arrived or not."""


def nameless(text: str) -> str:
    """``text`` on one line, without addresses, cut to what a note holds."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    bare = re.sub(r"<[^<>]*@[^<>]*>|\S+@\S+", "…", MAIL_PATTERN.sub("…", printable))
    return " ".join(bare.split())[:180]


def refusal(reply: Reply, *, of_recipient: bool) -> NotTakenError:
    """What a refusal means: for now, for this address, for this message, or for us altogether."""
    if reply.code < 500:
        return NotNowError(reply)
    detail = _ENHANCED.match(reply.text)
    subject = detail[2] if detail and detail[1] == "5" else ""
    if reply.code in _OURSELVES or subject == "7" or re.search(r"relay", reply.text, re.IGNORECASE):
        return NotUsError(reply)
    if of_recipient or subject in ("1", "2"):
        return NoSuchAddressError(reply)
    return NotThisMessageError(reply)


class Relay:
    """A mail server; connected at the first message and again whenever the line has ended."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self.sender = split_sender(mail.mail_from)[1]
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Relay:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Only a polite goodbye between messages: in the middle of one, QUIT could end it.
        if self._smtp is not None and error is None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self.drop()

    def drop(self) -> None:
        """End the line at once: a message without its final dot is thrown away by the server."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def offer(self, recipient: str, content: bytes) -> None:
        """Everything up to the final dot: nothing is delivered yet.

        Raises ``NotTakenError`` and its kinds, ``LostError`` when the line ended (nothing was
        delivered), ``InputError`` or ``UnavailableError`` when no connection can be made.
        """
        smtp = self._connected()
        try:
            self._check(*smtp.mail(self.sender), of_us=True)
            self._check(*smtp.rcpt(recipient), of_recipient=True)
            smtp.putcmd("data")
            self._check(*smtp.getreply(), wanted=354)
            smtp.send(_quoted(content))
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self.drop()
            raise LostError from error

    def conclude(self) -> None:
        """The final dot. Raises ``NotTakenError`` and its kinds; ``LostError``: nobody knows."""
        smtp = self._smtp
        if smtp is None or smtp.sock is None:
            raise LostError
        try:
            smtp.sock.settimeout(TIMEOUT_AT_END)
            smtp.send(b".\r\n")
            code, said = smtp.getreply()
            smtp.sock.settimeout(TIMEOUT)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self.drop()
            raise LostError from error
        if code == CLOSING:
            # A definite no, unlike a line that ends without a word.
            self.drop()
            raise NotNowError(Reply.of(code, said))
        self._check(code, said)

    def _check(
        self, code: int, said: bytes, *, wanted: int = 250, of_us: bool = False,
        of_recipient: bool = False,
    ) -> None:  # fmt: skip
        if code == wanted or (code, wanted) == (251, 250):
            return
        if code == CLOSING:
            self.drop()
            raise LostError
        self._start_again()
        reply = Reply.of(code, said)
        if of_us and code >= 500:
            raise NotUsError(reply)
        raise refusal(reply, of_recipient=of_recipient)

    def _start_again(self) -> None:
        # Some servers hang up after a refusal: the refusal still counts.
        try:
            if self._smtp is not None:
                self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.drop()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except smtplib.SMTPAuthenticationError as error:
                raise _unusable("refuses the user and password", error) from error
            except (smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
                raise _unusable("does not speak as smtp_security says", error) from error
            except (OSError, smtplib.SMTPException) as error:
                raise LostError from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        mail, name = self._mail, self.sender.rpartition("@")[2]
        if mail.smtp_security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.smtp_host, mail.smtp_port, name, timeout=TIMEOUT,
                context=ssl.create_default_context(),
            )  # fmt: skip
        else:
            # Our own domain is given as name: the machine's would tell where the server stands.
            smtp = smtplib.SMTP(mail.smtp_host, mail.smtp_port, name, timeout=TIMEOUT)
        try:
            if smtp.sock is not None:
                # The final dot is a packet of its own, which would else wait 40 ms for company.
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if mail.smtp_security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if mail.smtp_user:
                smtp.login(mail.smtp_user, password(mail))
        except BaseException:
            smtp.close()
            raise
        return smtp


def _quoted(content: bytes) -> bytes:
    lines = _LINE_ENDS.sub(b"\r\n", content)
    quoted = _DOTS.sub(b"..", lines)
    return quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n"


def password(mail: Mail) -> str:
    """The password, read from its file. Raises ``InputError`` (``MAI-003``)."""
    if mail.smtp_password_file is None:
        return ""
    try:
        return mail.smtp_password_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The password file {mail.smtp_password_file} cannot be read.",
            hint="Put the password alone in it, readable by its owner only.", code="MAI-003",
        ) from error  # fmt: skip


def _unusable(what: str, error: Exception) -> UnavailableError:
    said = nameless(str(error))
    return UnavailableError(
        f"The mail server {what}: {said}.", hint="Check [mail] in settings.toml.", code="MAI-005"
    )
