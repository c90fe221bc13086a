"""Errors that give place, fact and cure; nothing here knows the web or the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in a file or a form: where it is, what is wrong, how to mend it.

    Attributes:
        file: path as the person gave it, or "" when there is no file.
        line: 1-based line (0 when the fault has no line).
        code: stable code such as ``INS-012``; tests and documentation cite it.
        message: the fact, in one sentence.
        hint: the cure, in one sentence ("" when the fact says it all).
        column: heading of the column for tables, else "".
    """

    file: str
    line: int
    code: str
    message: str
    hint: str = ""
    column: str = ""

    def __str__(self) -> str:
        """``surveys/x.yaml:42: fact. Cure. [CODE]``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        if self.column:
            place = f"{place} ({self.column})"
        text = " ".join(part for part in (self.message, self.hint) if part)
        return f"{place}: {text} [{self.code}]" if place else f"{text} [{self.code}]"


class CorusError(Exception):
    """Any error meant for a person. ``status`` is the HTTP status it maps to.

    With ``names``, ``message`` and ``hint`` are patterns such as ``No answer has {axis}.``, keys of
    the catalogue, so that the error can be told in another language too.
    """

    status = 400
    code = "ERR-000"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str | None = None,
        names: Mapping[str, object] | None = None,
    ) -> None:
        self.patterns = (message, hint)
        self.names = dict(names or {})
        self.message, self.hint = self.said(_filled)
        super().__init__(self.message)
        self.code = code or type(self).code

    def said(self, say: Callable[..., str]) -> tuple[str, str]:
        """Fact and cure as ``say(pattern, **names)`` words them; no cure stays none."""
        message, hint = (say(one, **self.names) if one else "" for one in self.patterns)
        return message, hint

    def __str__(self) -> str:
        text = " ".join(part for part in (self.message, self.hint) if part)
        return f"{text} [{self.code}]"


def _filled(pattern: str, **names: object) -> str:
    # A text without names may hold braces of its own.
    return pattern.format(**names) if names else pattern


class InputError(CorusError):
    """What was given is wrong; ``faults`` lists everything wrong with it at once."""

    status = 422
    code = "INP-000"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str | None = None,
        faults: Iterable[Fault] = (),
        names: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code, names=names)
        self.faults: tuple[Fault, ...] = tuple(faults)


class NotFoundError(CorusError):
    """The thing named does not exist here."""

    status = 404
    code = "NOT-000"


class ConflictError(CorusError):
    """The request contradicts what is already stored."""

    status = 409
    code = "CON-000"


class RefusedError(CorusError):
    """A rule of the house forbids it (disclosure, wave state, authorization)."""

    status = 403
    code = "REF-000"


class UnavailableError(CorusError):
    """The database or the disk cannot take it now; nothing was stored."""

    status = 503
    code = "UNA-000"
