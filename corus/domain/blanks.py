"""What stands between braces in an authored text, to be filled in where people read it."""

from __future__ import annotations

import re

ORGANIZATION = "{organization}"
"""The name of the organization; the only blank there is."""
_FILLED = re.compile(re.escape(ORGANIZATION))
_BRACED = re.compile(r"\{[^{}]*\}|[{}]")


def unfilled(sentence: str) -> str:
    """The first thing between braces that nothing fills in, or a brace alone; "" where all is."""
    found = _BRACED.search(_FILLED.sub("", sentence))
    return found[0] if found else ""
