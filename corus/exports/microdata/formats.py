"""Every format of microdata: each is a file here and its line below.

Who may have them, when and why is decided by the service that gives the rows.
"""

from corus.exports.microdata.base import FORMATS, register
from corus.exports.microdata.csv import CSV
from corus.exports.microdata.parquet import PARQUET
from corus.exports.microdata.sav import SAV

register(CSV)
register(PARQUET)
register(SAV)

__all__ = ["FORMATS"]
