"""Answers by site: numbers only; what people of a site said is for a view to show."""

from __future__ import annotations

from dataclasses import dataclass

from corus.charts import phrases
from corus.charts.view import View


@dataclass(frozen=True)
class SiteTable:
    """Answers received: groups in rows, sites in columns."""

    sites: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def site_table(view: View) -> SiteTable | None:
    """Numbers by site, with what is withheld; None for a wave without sites."""
    numbers = {(c.group, c.site): _site_number(view, c.n) for c in view.profile.by_site}
    if not numbers:
        return None
    sites = tuple(dict.fromkeys(site for _, site in numbers))
    groups = dict.fromkeys(group for group, _ in numbers)
    rows = (
        (
            view.group(group) if group else view.words("All groups shown"),
            tuple(numbers.get((group, site), phrases.NOT_ASKED) for site in sites),
        )
        for group in groups
    )
    return SiteTable(tuple(map(view.site, sites)), tuple(rows))


def _site_number(view: View, n: int | None) -> str:
    return view.words("withheld") if n is None else view.words.number(n)
