"""From stored answers to a Profile: counting, statistics, disclosure; pure functions.

``tidy`` (pandas) is imported from its own module, so that counting starts without it.
"""

from corus.analysis.counting import Batch, count
from corus.analysis.layout import Stratum
from corus.analysis.ledger import unsafe_changes
from corus.analysis.profile import ProfileContext, build_profile
from corus.analysis.reach import coverage
from corus.analysis.tally import Tally, merge

__all__ = [
    "Batch",
    "ProfileContext",
    "Stratum",
    "Tally",
    "build_profile",
    "count",
    "coverage",
    "merge",
    "unsafe_changes",
]
