"""Persons by group and site: counts only, with what must be withheld.

What people of a site said is no part of a release: a view shows it, where it is safe.
"""

from __future__ import annotations

from corus.domain.profile import SiteCell
from corus.domain.reading import Reading
from corus.exports.columns import Column, Masked, Record
from corus.exports.workbook.sheet import Sheet, sheet

COLUMNS = (
    Column("site_label", "Site", "Place of the organization, as it named it.", width=34),
    Column("group_label", "Group", "Stakeholder group that was asked.", width=28),
    Column("received", "Received", "Answers received.", "count", 16),
    Column("site", "Site code", "Permanent code of the site; empty where none was said.", width=20),
)  # fmt: skip


def sites(reading: Reading, name: str) -> Sheet:
    """One line per group and site, then per site for all groups shown."""
    say = reading.words
    return sheet(
        reading, "sites", name,
        title=say("Answers by site"),
        scope=say("Every site declared, and the groups whose number of answers is shown."),
        units=say("Answers."),
        columns=COLUMNS,
        printed=len(COLUMNS) - 1,
        records=(_record(reading, cell) for cell in reading.profile.by_site),
        notes=[say("A number is withheld when it is small, when a small one would follow from it, "
                   "or when closing forgot a site that few of a group had.")],
    )  # fmt: skip


def _record(reading: Reading, cell: SiteCell) -> Record:
    say = reading.words
    return {
        "site_label": reading.site(cell.site),
        "group_label": reading.group(cell.group) if cell.group else say("All groups shown"),
        "received": Masked(say("withheld")) if cell.n is None else cell.n,
        "site": cell.site,
    }
