"""A registry exists only where stored text must find code: question types and exporters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from corus.errors import NotFoundError

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """An ordered, append-only mapping from a permanent name to the code that serves it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._members: dict[str, T] = {}

    def add(self, name: str, member: T) -> T:
        """Register ``member`` under ``name``; two members never share a name."""
        if name in self._members:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self._members[name] = member
        return member

    def find(self, name: str) -> T:
        """The member called ``name``; ``NotFoundError`` lists the names there are."""
        if name not in self._members:
            known = ", ".join(self._members)
            raise NotFoundError(
                f"There is no {self.kind} called “{name}”.",
                hint=f"Use one of: {known}.",
                code="REG-001",
            )
        return self._members[name]

    def __getitem__(self, name: str) -> T:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)
