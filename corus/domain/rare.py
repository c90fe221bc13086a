"""What is so rare in a group that, with it, it would be a name: a site, a way, a language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

UNDETERMINED = "und"
"""The language of an answer whose own is forgotten (ISO 639-2)."""


UNKNOWN = "unknown"
"""The mode and the channel of an answer whose own are forgotten."""


def hidden(counts: Mapping[str, int], unknown: str, least: int) -> dict[str, int]:
    """How many answers of each value become ``unknown``, so that every value holds ``least``.

    The rare ones all do; where these are too few to hide among one another, others join them, of
    the most frequent value first and as few as suffice. Under ``least`` answers in all, all do.
    """
    gone = {value: n for value, n in counts.items() if value != unknown and 0 < n < least}
    together = counts.get(unknown, 0) + sum(gone.values())
    staying = {value: n for value, n in counts.items() if value != unknown and n >= least}
    for value in sorted(staying, key=lambda value: (-staying[value], value)):
        if not 0 < together < least:
            break
        taken = least - together
        gone[value] = taken if staying[value] - taken >= least else staying[value]
        together += gone[value]
    return gone


def spoken_at(group: str, site: str, language: str) -> tuple[str, str]:
    """Where a language is counted, for ``too_small``: among those of its group and site."""
    return f"{group}@{site}", "" if language == UNDETERMINED else language


def too_small(counts: Mapping[tuple[str, str], int], least: int) -> set[tuple[str, str]]:
    """Which (group, site) are to be forgotten, so that every one that stays holds ``least``.

    ``counts`` are answers by group and site, or by place and language, "" where none is said.
    Those forgotten go with the answers without one: the smallest follow until these are ``least``
    together, so that having none is no mark either.
    """
    of_group: dict[str, dict[str, int]] = defaultdict(dict)
    for (group, site), n in counts.items():
        if n:
            of_group[group][site] = n
    return {(group, site) for group, sites in of_group.items() for site in _small(sites, least)}


def _small(sites: Mapping[str, int], least: int) -> list[str]:
    smallest_first = sorted((n, site) for site, n in sites.items() if site)
    gone: list[str] = []
    without = sites.get("", 0)
    for n, site in smallest_first:
        if n < least or 0 < without < least:
            gone.append(site)
            without += n
    return gone
