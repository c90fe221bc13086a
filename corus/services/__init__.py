"""One function per use case: takes ``session`` (or ``store``) first and never commits.

``load_wave`` is the door of researchers and notebooks; it is imported when asked for, so that
pages and commands start without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corus.services.researching import load_wave

__all__ = ["load_wave"]


def __getattr__(name: str) -> Any:
    if name == "load_wave":
        from corus.services.researching import load_wave

        return load_wave
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
