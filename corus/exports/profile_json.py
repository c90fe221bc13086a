"""``profile.json``: the whole release for programs; masked values are absent from it.

Knows nothing of what the figures mean.
"""

from __future__ import annotations

import hashlib

import orjson

from corus.domain.instrument import canonical
from corus.domain.profile import Profile
from corus.exports.base import Exporter


def write(profile: Profile, _language: str) -> bytes:
    """Indented JSON, keys sorted, one line at the end; the same in every language."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(profile.model_dump(mode="json"), option=options)


def profile_digest(profile: Profile) -> str:
    """SHA-256 of the profile's canonical JSON: equal digests, equal figures."""
    return hashlib.sha256(canonical(profile.model_dump(mode="json"))).hexdigest()


PROFILE_JSON = Exporter(
    "profile.json", "application/json", "The whole release, for programs.", write
)
