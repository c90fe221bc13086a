"""Style sheets and scripts at addresses that change with their content; knows no page.

An address holds the first digits of the file's SHA-256, so browsers may keep it for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corus.web.compress import squeeze

BUNDLES = {
    "respond.js": (
        "common.js", "routing.js", "counters.js", "steps.js", "waiting.js", "sending.js",
        "drafts.js", "reading.js", "kiosk.js",
    ),
    "preview.js": ("common.js", "routing.js", "counters.js", "steps.js"),
}  # fmt: skip
"""Files served as one, in this order: one request for a phone far from its antenna."""
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
    parts = [files("corus.web") / "static" / part for part in BUNDLES.get(name, (name,))]
    if suffix not in KINDS or not stem.isidentifier() or not all(p.is_file() for p in parts):
        return None
    plain = b"".join(part.read_bytes() for part in parts)
    fingerprint = hashlib.sha256(plain).hexdigest()[:16]
    return Asset(name, KINDS[suffix], fingerprint, plain, squeeze(plain))
