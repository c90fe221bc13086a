"""Results as files: each exporter is a file here and its line below; microdata stand apart.

Reads Profiles only; knows no database, no web, and takes no decision on disclosure.
"""

from corus.exports.base import EXPORTERS, Exporter, register
from corus.exports.codebook import CODEBOOK
from corus.exports.counts import COUNTS
from corus.exports.microdata.ddi import DDI
from corus.exports.profile_json import PROFILE_JSON
from corus.exports.workbook import EVIDENCE

register(EVIDENCE)
register(PROFILE_JSON)
register(COUNTS)
register(CODEBOOK)
register(DDI)

__all__ = ["EXPORTERS", "Exporter", "register"]
