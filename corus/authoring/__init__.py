"""Authored instruments: from YAML to ``Instrument``, with every fault said at once.

Knows no database and no web page; messages to authors are in English, the language of codes.
"""

from corus.authoring.builder import check_file, check_text, load_instrument
from corus.authoring.changes import Change
from corus.authoring.codes import CODES
from corus.authoring.schema import instrument_schema
from corus.authoring.versioning import compare

__all__ = [
    "CODES",
    "Change",
    "check_file",
    "check_text",
    "compare",
    "instrument_schema",
    "load_instrument",
]
