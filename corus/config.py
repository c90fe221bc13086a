"""Settings, read once from the environment and ``instance/``; nothing else reads these."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from corus.errors import InputError


@dataclass(frozen=True)
class Settings:
    """Where the data lives and the secret from which every key is derived."""

    instance: Path
    database_url: str
    secret: bytes
    max_body: int = 1_000_000
    """Largest request body, in bytes: the longest possible answer is a tenth of it."""

    def key(self, use: str) -> bytes:
        """A 32-byte key for one use; keys of different uses tell nothing of one another."""
        return hmac.digest(self.secret, f"corus {use}".encode(), hashlib.sha256)

    @property
    def access_code(self) -> str:
        """What a person types to enter the pages behind the door (24 characters)."""
        return base64.b32encode(self.key("access"))[:24].decode().lower()


def read_settings(instance: Path | None = None, database_url: str | None = None) -> Settings:
    """Settings from arguments, then ``CORUS_INSTANCE``, ``CORUS_DATABASE_URL``, then defaults."""
    folder = instance or Path(os.environ.get("CORUS_INSTANCE", "instance"))
    url = database_url or os.environ.get("CORUS_DATABASE_URL") or _embedded(folder)
    return Settings(folder, url, _secret(folder))


def _embedded(folder: Path) -> str:
    return f"sqlite:///{(folder / 'corus.sqlite').resolve()}"


def _secret(folder: Path) -> bytes:
    """The instance secret, created at first need, readable by its owner only."""
    path = folder / "secret"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path, secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise InputError(
            f"The secret in {path} cannot be used: {error}.",
            hint="Check that the folder can be written, or put 64 hexadecimal characters there.",
            code="CFG-001",
        ) from error


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
