"""What a view needs of who asks for it, said beside the view and checked by the guard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from corus.domain.roles import Permission

V = TypeVar("V", bound=Callable[..., object])

PUBLIC_BLUEPRINTS = {"respond", "returning", "health", "unsubscribe", "typed_link"}
"""Respondents' pages: nobody signs in there."""
PUBLIC = "public"


def needs(permission: Permission) -> Callable[[V], V]:
    """The view is for who has this permission: in the organization of its ``wave`` or
    ``organization``, where it is about one."""

    def declared(view: V) -> V:
        view.needed = permission  # type: ignore[attr-defined]
        return view

    return declared


def public(view: V) -> V:
    """The view is for everybody; it may not rely on anybody being signed in."""
    view.needed = PUBLIC  # type: ignore[attr-defined]
    return view


def needed(view: object) -> Permission | str | None:
    """What was declared of a view; None for nothing, which opens it to nobody."""
    return getattr(view, "needed", None)
