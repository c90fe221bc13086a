"""What can be asked of the API: one table, from which routes, checks and the document are made.

Knows no request and no database.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from corus.domain.instrument import Instrument
from corus.domain.profile import Profile
from corus.domain.roles import Permission
from corus.web.api import answers

PREFIX = "/api/v1"
JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """Something that may stand after ``?`` in an address."""

    name: str
    about: str
    choices: tuple[str, ...]
    usual: str


@dataclass(frozen=True)
class Operation:
    """One thing to ask for; ``path`` is a rule of routing, below ``PREFIX``."""

    name: str
    path: str
    permission: Permission | None
    """None: everybody may ask."""
    summary: str
    answer: type[BaseModel] | None
    """None: a file, or a document without a model."""
    media_types: tuple[str, ...] = (JSON,)
    parameters: tuple[Parameter, ...] = ()
    kept: bool = False
    """Whether the answer has an ETag."""

    @property
    def refusals(self) -> tuple[int, ...]:
        """Statuses other than success that it may answer."""
        if self.permission is None:
            return (400, 503)
        named = (403, 404) if "<" in self.path else ()
        return (400, 401, *named, 429, 503)


LANGUAGE = Parameter("language", "Language of the file.", ("fr", "en"), "fr")
WAVE = "/waves/<wave>"

OPERATIONS = (
    Operation(
        "document", "/openapi.json", None, "All of this, for programs (OpenAPI 3.1).", None,
        kept=True,
    ),
    Operation(
        "organizations", "/organizations", Permission.OWN,
        "Your organizations.", answers.MyOrganizations,
    ),
    Operation(
        "waves", "/organizations/<organization>/waves", Permission.READ,
        "The waves of an organization.", answers.Waves,
    ),
    Operation("wave", WAVE, Permission.READ, "Where a wave stands.", answers.OneWave),
    Operation(
        "coverage", f"{WAVE}/coverage", Permission.FOLLOW,
        "Who was reached, group by group, in steps of five.", answers.Reached,
    ),
    Operation(
        "instrument", f"{WAVE}/instrument", Permission.READ,
        "What the wave asks: questions, wordings, scales, groups.", Instrument, kept=True,
    ),
    Operation(
        "releases", f"{WAVE}/releases", Permission.READ, "The releases of a wave.",
        answers.Releases,
    ),
    Operation(
        "profile", f"{WAVE}/profile", Permission.READ,
        "The profile of the last release: every figure that may be shown.", Profile, kept=True,
    ),
    Operation(
        "exports", f"{WAVE}/exports", Permission.READ, "The files made from the last release.",
        answers.Exports,
    ),
    Operation(
        "export", f"{WAVE}/exports/<name>", Permission.READ, "One of these files.", None,
        media_types=("*/*",), parameters=(LANGUAGE,), kept=True,
    ),
)  # fmt: skip
"""Everything but the reference page, in the order in which it tells them."""

REFUSALS = {
    400: "The address holds something that is not known here.",
    401: "No key, or one that ended or was taken back.",
    403: "Your role does not allow this.",
    404: "There is nothing of that name for you.",
    429: "Too many requests: wait as long as Retry-After says.",
    503: "The database cannot be asked now.",
}


def named(name: str) -> Operation:
    """The operation called ``name``."""
    return next(one for one in OPERATIONS if one.name == name)
