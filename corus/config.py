"""Settings, read once from the environment and ``instance/``; nothing else reads these."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from corus.errors import InputError
from corus.settings_file import FILE, Values, read_values, write_settings

__all__ = [
    "FILE", "Mail", "Settings", "embedded_url", "folder_of", "read_settings", "write_settings"
]  # fmt: skip

PRIVATE_FOLDER = 0o700
SECRET_BYTES = 32


@dataclass(frozen=True)
class Mail:
    """How invitations leave by e-mail; fields are named as in the settings file."""

    smtp_host: str
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    """Read when a connection is made; the password itself is in no setting."""
    smtp_security: str = "starttls"
    """``starttls``, ``tls`` or ``none``."""
    mail_from: str = ""
    mail_rate_per_minute: int = 60


@dataclass(frozen=True)
class Settings:
    """Where the data lives and the secret from which every key is derived."""

    instance: Path
    database_url: str
    secret: bytes
    max_body: int = 1_000_000
    """Largest request body, in bytes: the longest possible answer is a tenth of it."""
    public_url: str = ""
    """Scheme and host that people type, without a final slash; "" when nobody said."""
    proxies: int = 0
    """Trusted proxies in front of the server; with 0 their headers are ignored."""
    mail: Mail | None = None
    """None when no mail server is named."""
    demo: bool = False
    """Whether this is the server of ``corus demo``, where sample accounts have no password."""

    def key(self, use: str) -> bytes:
        """A 32-byte key for one use; keys of different uses tell nothing of one another."""
        return hmac.digest(self.secret, f"corus {use}".encode(), hashlib.sha256)

    @property
    def mark(self) -> str:
        """What backups carry to tell whose secret they need; it tells nothing of the secret."""
        return self.key("backup mark").hex()[:16]

    @property
    def backups(self) -> Path:
        """Where backups go unless a place is named."""
        return self.instance / "backups"


def read_settings(instance: Path | None = None, database_url: str | None = None) -> Settings:
    """Settings from arguments, then ``CORUS_…`` variables, ``settings.toml``, then defaults.

    Raises ``InputError`` listing every fault of the file and of the variables.
    """
    folder = instance or folder_of()
    found = read_values(folder / FILE, os.environ)
    url = database_url or str(found.get("database_url") or embedded_url(folder))
    return Settings(
        folder, url, _secret(folder), public_url=str(found.get("public_url", "")),
        proxies=int(str(found.get("proxies", 0))), mail=_mail(folder, found),
        demo=os.environ.get("CORUS_DEMO") == "1",
    )  # fmt: skip


def folder_of() -> Path:
    """The folder of the instance that commands look after."""
    return Path(os.environ.get("CORUS_INSTANCE", "instance"))


def embedded_url(folder: Path) -> str:
    """The database of an instance that names none: one SQLite file in its folder."""
    return f"sqlite:///{(folder / 'corus.sqlite').resolve()}"


def _mail(folder: Path, found: Values) -> Mail | None:
    if not found.get("smtp_host"):
        return None
    given: dict[str, Any] = {f.name: found[f.name] for f in fields(Mail) if f.name in found}
    if "smtp_password_file" in given:
        # Relative to the instance, so that the folder can be moved whole.
        given["smtp_password_file"] = folder / given["smtp_password_file"]
    return Mail(**given)


def _secret(folder: Path) -> bytes:
    """The instance secret, created at first need, readable by its owner only."""
    path = folder / "secret"
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if not path.exists():
            _create(path, secrets.token_hex(SECRET_BYTES))
        return _read_secret(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"The secret in {path} cannot be used: {error}.",
            hint="Check that the folder can be written, or put 64 hexadecimal characters there.",
            code="CFG-001",
        ) from error


def _read_secret(path: Path) -> bytes:
    found = bytes.fromhex(path.read_text().strip())
    # A shorter one, or none after a full disk, could be guessed: every key comes from it.
    if len(found) != SECRET_BYTES:
        raise ValueError("it does not hold 64 hexadecimal characters")
    return found


def _create(path: Path, text: str) -> None:
    # Written aside and linked: of two processes starting at once, one secret wins whole.
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
