"""What every authored definition shares: frozen, strict about unknown keys, translated text."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""Permanent and language-free: ``snake_case``, at most 64 characters."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]

Text = dict[Language, str]
"""A sentence in each language: ``{"fr": "…", "en": "…"}``."""


class Frozen(BaseModel):
    """A definition: immutable, and a misspelt key is a fault rather than silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @classmethod
    def unchecked(cls, **values: Any) -> Self:
        """One made of values known to be right: every required field, each of the very type.

        For what Corus itself works out, by the thousand. As ``model_construct``, several times
        faster; fields whose default is made anew each time are always to be given.
        """
        one, place = cls.__new__(cls), object.__setattr__
        place(one, "__dict__", _defaults(cls) | values)
        place(one, "__pydantic_fields_set__", set(values))
        place(one, "__pydantic_extra__", None)
        place(one, "__pydantic_private__", None)
        return one


@cache
def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    return {name: field.default for name, field in model.model_fields.items()}


def say(text: Text, language: str) -> str:
    """``text`` in ``language``, else in the first language it was written in, else ""."""
    if language in text:
        return text[language]
    return next(iter(text.values()), "")
