"""Columns on whether groups understand the items alike, beside whether items may be added up.

Decides nothing: it says what the Profile holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from corus.domain.reading import Reading
from corus.domain.together import ALIKE, Level, LevelFit
from corus.exports.columns import Column, Record, Value
from corus.exports.withheld import NONE

CFI = "Comparative fit index, at most 1: under 0.90 one factor does not describe the answers."
RMSEA = "Root mean square error of approximation, to two decimals; 0 is a perfect fit."
LOST = "Probability of losing as much fit by chance (χ² of the difference from the level before)."

COLUMNS = (
    Column("alike", "Alike between groups", "Whether the groups tested use the items alike: CFI of "
           "the factor at least 0.90, then at most 0.01 lost by each level (conventions).",
           width=34),
    Column("cfi_configural", "CFI, same factor", CFI, "fine", 9),
    Column("cfi_metric", "CFI, same loadings", CFI, "fine", 9),
    Column("cfi_scalar", "CFI, same levels", CFI, "fine", 9),
    Column("rmsea_configural", "RMSEA, same factor", RMSEA, "fine", 9),
    Column("rmsea_metric", "RMSEA, same loadings", RMSEA, "fine", 9),
    Column("rmsea_scalar", "RMSEA, same levels", RMSEA, "fine", 9),
    Column("lost_metric", "p, same loadings", LOST, "fine", 9),
    Column("lost_scalar", "p, same levels", LOST, "fine", 9),
)  # fmt: skip
LEVELS: tuple[Level, ...] = ("configural", "metric", "scalar")


def alike(reading: Reading, dimension: str, group: str) -> Record:
    """What ``COLUMNS`` hold for one group: the same for all groups that were compared."""
    found = next((o for o in reading.profile.invariance if o.dimension == dimension), None)
    if found is None or group not in found.groups:
        return {"alike": reading.words(ALIKE["not_tested"]), **_figures({})}
    fits = {fit.level: fit for fit in found.fits}
    return {"alike": reading.words(ALIKE[found.reached]), **_figures(fits)}


def note(reading: Reading) -> str:
    """What was tested of the assumption that every comparison of groups makes."""
    say = reading.words
    if not any(one.was_tested for one in reading.profile.invariance):
        return say("Comparing groups also assumes that they understand the items alike: this was "
                   "not tested.")  # fmt: skip
    return say("Comparing groups also assumes that they understand the items alike: tested where "
               "two groups or more hold 200 persons each who answered every item, over the items "
               "they have in common. Decided before rounding; with many persons p is small even "
               "where little is lost.")  # fmt: skip


def _figures(fits: Mapping[Level, LevelFit]) -> dict[str, Value]:
    own = [(level, fits.get(level)) for level in LEVELS]
    return {
        **{f"cfi_{level}": fit.cfi if fit else NONE for level, fit in own},
        **{f"rmsea_{level}": fit.rmsea if fit else NONE for level, fit in own},
        **{
            f"lost_{level}": NONE if fit is None or fit.p_lost is None else fit.p_lost
            for level, fit in own[1:]
        },
    }
