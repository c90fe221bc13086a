"""What the API answers, as models: its document is generated from them, its answers made of them.

Descriptions are English sentences, keys of the catalogues: the reference page shows them.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from corus.domain.base import Frozen, Text
from corus.domain.roles import Permission, Role
from corus.domain.wave import Anonymity, Sample, WaveState

CODE = "Names it in addresses."
NAME = "As people say it."
NEWEST = "Oldest first."


class MyOrganization(Frozen):
    """An organization in which you have a role."""

    code: str = Field(description=CODE)
    name: str = Field(description=NAME)
    roles: tuple[Role, ...] = Field(description="Your roles there.")
    may: tuple[Permission, ...] = Field(description="What these roles allow.")


class MyOrganizations(Frozen):
    """The organizations in which you have a role."""

    organizations: tuple[MyOrganization, ...] = Field(description="By code.")


class OneWave(Frozen):
    """Where a wave stands."""

    code: str = Field(description=CODE)
    title: str = Field(description=NAME)
    organization: str = Field(description="Code of the organization.")
    state: WaveState = Field(description="Where it stands in its life.")
    anonymity: Anonymity = Field(description="What respondents were promised.")
    instrument: str = Field(description="Code of the instrument.")
    digest: str = Field(description="SHA-256 of the frozen instrument: equal ones ask the same.")
    opens_on: date | None = Field(description="The day on which it is to open.")
    closes_on: date | None = Field(description="The last day for answering.")
    opened_on: date | None = Field(description="The day on which it was opened.")
    closed_on: date | None = Field(description="The day on which it was closed.")
    kept_until: date | None = Field(description="The last day on which answers are kept.")
    release: int = Field(ge=0, description="Number of the last release, 0 before the first.")
    succeeds: str = Field(description="Code of the wave that it goes on from, or empty.")
    succeeded_by: str = Field(description="Code of the wave that goes on from it, or empty.")


class Waves(Frozen):
    """The waves of an organization; for who does not follow fieldwork, those with a release."""

    waves: tuple[OneWave, ...] = Field(description=NEWEST)


class GroupReached(Frozen):
    """Who was reached in one group."""

    group: str = Field(description="Code of the group.")
    label: Text = Field(description="Its name in each language.")
    received: str = Field(
        description="Answers so far, in steps of five: “≥ 10”, or “n < 5”. Never exact, so that "
        "two looks do not tell when one person answered."
    )
    invited: int | None = Field(description="Persons invited, null where nobody counted them.")
    population: int | None = Field(description="Known population, null where it is unknown.")
    sample: Sample = Field(description="Who of the group was asked, as declared.")
    open_link: bool = Field(description="Whether anybody with the group’s address may answer.")


class Reached(Frozen):
    """Who was reached by a wave so far."""

    wave: str = Field(description="Code of the wave.")
    groups: tuple[GroupReached, ...] = Field(description="In the order of the instrument.")
    open_share: float | None = Field(
        ge=0,
        le=1,
        description="Share of answers by open link in steps of 0.05: of full days "
        "while the wave is open, then of its last release. Null under 20 or where withheld.",
    )


class OneRelease(Frozen):
    """A numbered, frozen publication of results."""

    number: int = Field(ge=1, description="1, 2, 3 …")
    released_on: date = Field(description="The day on which it was published.")
    last: bool = Field(description="Whether it is the one that the profile and files come from.")


class Releases(Frozen):
    """The releases of a wave; results are given of the last one only."""

    releases: tuple[OneRelease, ...] = Field(description=NEWEST)


class OneExport(Frozen):
    """A file made from the last release."""

    name: str = Field(description=CODE)
    media_type: str = Field(description="Its media type.")
    summary: Text = Field(description="What it is, in each language.")


class Exports(Frozen):
    """The files in which results leave; never single answers."""

    exports: tuple[OneExport, ...] = Field(description="In the order in which pages offer them.")


class Problem(Frozen):
    """Why a request was not answered (RFC 9457)."""

    type: str = Field(description="Tells kinds of problems apart, as ``code`` does.")
    title: str = Field(description="What happened, in a sentence.")
    status: int = Field(ge=400, le=599, description="The HTTP status.")
    detail: str = Field(description="What to do about it, or empty.")
    code: str = Field(description="Stable: programs may rely on it.")
