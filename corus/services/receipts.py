"""Receipt codes: the one thing that leads to an answer, shown once and stored nowhere.

Knows neither waves nor answers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

CODE = re.compile(r"[A-Z2-7]{12}")
_LOOKALIKES = str.maketrans("018", "OIB")
"""Figures that no code holds, for the letters they are taken for."""


def receipt_code(key: bytes, submission_id: str) -> str:
    """``K7QF-29XM-4DTA``: shown to the respondent, stored nowhere, the same at every retry."""
    found = hmac.digest(key, b"receipt " + submission_id.encode(), hashlib.sha256)
    return _grouped(base64.b32encode(found[:10])[:12].decode())


def id_of_code(key: bytes, code: str) -> bytes:
    """The stored key of the answer that this receipt code gives access to.

    A keyed hash: whoever reads the database finds no code, whoever has a code finds one answer.
    """
    return hmac.digest(key, b"response " + code.encode(), hashlib.sha256)[:16]


def response_id(key: bytes, submission_id: str) -> bytes:
    """The stored key of a submission: without the instance's secret it tells nothing."""
    return id_of_code(key, receipt_code(key, submission_id))


def read_code(typed: str) -> str | None:
    """The code somebody meant: capitals, spaces and hyphens do not matter, nor do 0 for O, 1 for I
    and 8 for B; None for what no receipt ever said.
    """
    letters = "".join(c for c in typed[:200] if c.isascii() and c.isalnum())
    code = letters.upper().translate(_LOOKALIKES)
    return _grouped(code) if CODE.fullmatch(code) else None


def _grouped(code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
