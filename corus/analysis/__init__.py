"""From stored answers to a Profile: counting, statistics, disclosure; pure functions.

``tidy`` (pandas) is imported from its own module, so that counting starts without it.
"""

from corus.analysis.counting.documents import Batch, count
from corus.analysis.counting.layout import Stratum
from corus.analysis.counting.tally import Tally, merge
from corus.analysis.disclosure.ledger import unsafe_changes
from corus.analysis.profile.build import ProfileContext, build_profile, with_invariance
from corus.analysis.profile.reach import coverage

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
    "with_invariance",
]
