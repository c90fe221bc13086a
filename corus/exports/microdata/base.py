"""What a format of microdata is, what it is given, what it owes, and the registry of them.

Knows no database; the libraries that only researchers need are asked for by name here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from corus.domain.base import Text
from corus.domain.instrument import InstrumentVersion
from corus.errors import UnavailableError
from corus.exports.answers import StoredAnswers
from corus.language import words
from corus.registry import Registry

INSTALL = "pip install 'corus[research]'"
"""What to type when a library is missing; the extra is declared in pyproject.toml."""


@dataclass(frozen=True)
class Microdata:
    """The answers of one closed wave and what every file says of them."""

    rows: Sequence[StoredAnswers]
    version: InstrumentVersion
    wave: str
    organization: str
    language: str
    """Of labels, where a format carries one language only, and of the manifest."""
    sites: Mapping[str, Text] = field(default_factory=dict)
    """Names of the sites of the wave; without any, no column tells sites."""


@dataclass(frozen=True)
class Written:
    """A file as written. ``beside`` holds further files by the suffix their name takes."""

    content: bytes
    columns: tuple[str, ...]
    rows_out: int
    about: Mapping[str, str]
    """How to read the file: sentences by topic, in the language asked for."""
    losses: tuple[str, ...] = ()
    """What the format could not carry, in sentences of that language."""
    beside: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Format:
    """One form in which microdata leave; ``name`` is what people type after ``--as``."""

    name: str
    summary: str
    write: Callable[[Microdata], Written]


FORMATS: Registry[Format] = Registry("format of microdata")


def register(format_: Format) -> Format:
    """Add a format to the registry under its own name."""
    return FORMATS.add(format_.name, format_)


def need(library: str, language: str = "en") -> Any:
    """The module called ``library`` (dots allowed).

    Raises ``UnavailableError`` (``EXP-003``) with the command that installs it.
    """
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        say, name = words(language), library.partition(".")[0]
        raise UnavailableError(
            say("This format needs the library {library}, which is not installed.", library=name),
            hint=say("Type: {command}", command=INSTALL), code="EXP-003",
        ) from error  # fmt: skip
