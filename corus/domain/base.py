"""What every authored definition shares: frozen, strict about unknown keys, translated text."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Permanent and language-free: ``snake_case``, at most 64 characters."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]

Text = dict[Language, str]
"""A sentence in each language: ``{"fr": "…", "en": "…"}``."""


class Frozen(BaseModel):
    """A definition: immutable, and a misspelt key is a fault rather than silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def say(text: Text, language: str) -> str:
    """``text`` in ``language``, else in the first language it was written in, else ""."""
    if language in text:
        return text[language]
    return next(iter(text.values()), "")
