"""What an exporter of results is, and the registry where stored names find it.

An exporter reads one Profile, already masked, and knows no database and no web.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corus.domain.profile import Profile
from corus.registry import Registry


@dataclass(frozen=True)
class Exporter:
    """One form in which results leave: ``write(profile, language)`` gives the file's bytes.

    ``name`` is what people type after ``--as`` and the end of the file's URL; ``summary`` is an
    English sentence, a key of the catalogue.
    """

    name: str
    media_type: str
    summary: str
    write: Callable[[Profile, str], bytes]


EXPORTERS: Registry[Exporter] = Registry("export")


def register(exporter: Exporter) -> Exporter:
    """Add ``exporter`` to the registry under its own name."""
    return EXPORTERS.add(exporter.name, exporter)
