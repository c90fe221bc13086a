"""Style sheets and scripts at addresses that change with their content; knows no page.

An address holds the first digits of the file's SHA-256, so browsers may keep it for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corus.web.compress import squeeze

KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True)
class Asset:
    """One static file: its content plain and gzipped, and the fingerprint in its address."""

    name: str
    kind: str
    fingerprint: str
    plain: bytes
    gzipped: bytes


@cache
def asset(name: str) -> Asset | None:
    """The file called ``name`` under ``corus/web/static``, or None."""
    stem, _, suffix = name.rpartition(".")
    source = files("corus.web") / "static" / name
    if suffix not in KINDS or not stem.isidentifier() or not source.is_file():
        return None
    plain = source.read_bytes()
    fingerprint = hashlib.sha256(plain).hexdigest()[:16]
    return Asset(name, KINDS[suffix], fingerprint, plain, squeeze(plain))
