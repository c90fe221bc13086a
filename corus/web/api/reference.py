"""The reference as a page: rendered on the server from the same document that programs read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, request, url_for

from corus.domain.roles import ALLOWS, Permission, Role
from corus.web import frame
from corus.web.access import needs
from corus.web.api.answers import Problem
from corus.web.api.document import document
from corus.web.api.operations import JSON, OPERATIONS, PREFIX, REFUSALS, Operation
from corus.web.api.pace import PER_MINUTE
from corus.web.api.serving import blueprint

DOMAIN = ("Profile", "Instrument")
"""Models told elsewhere, and too long for a table: their schema is in the document."""


@dataclass(frozen=True)
class Part:
    """One field of an answer: its name, its type, what it means."""

    name: str
    kind: str
    about: str


@blueprint.get("/reference")
@needs(Permission.OWN)
def reference() -> Response:
    """What programs can ask, in the reader's words."""
    return frame.page(
        "api/reference.html", operations=OPERATIONS, prefix=PREFIX, refusals=REFUSALS,
        roles=_roles, path=_path, models=list(_models()), model_of=_model_of, json=JSON,
        per_minute=PER_MINUTE, home=_home(),
        source=url_for("api.document"),
    )  # fmt: skip


def _home() -> str:
    """Where this site is, as people type it."""
    known: str = current_app.extensions["corus"].settings.public_url
    return known.rstrip("/") or request.host_url.rstrip("/")


def _path(one: Operation) -> str:
    return PREFIX + one.path.replace("<", "{").replace(">", "}")


def _roles(one: Operation) -> list[Role]:
    """Whose keys may ask; none where every key may."""
    if one.permission in (None, Permission.OWN):
        return []
    return [role for role in Role if one.permission in ALLOWS[role]]


def _model_of(one: Operation) -> str:
    name = one.answer.__name__ if one.answer else ""
    return "" if name in DOMAIN else name


def _models() -> Iterator[tuple[str, str, list[Part]]]:
    """(name, what it is, its fields) of each model that the API alone has, as answers name them."""
    wanted = [name for one in OPERATIONS if (name := _model_of(one))]
    named = [inner for name in wanted for inner in (name, *_inside(name))]
    for name in dict.fromkeys([*named, Problem.__name__]):
        schema = _schemas()[name]
        fields = schema["properties"].items()
        parts = [Part(field, kind(about), about.get("description", "")) for field, about in fields]
        yield name, schema["description"], parts


def _schemas() -> dict[str, Any]:
    found: dict[str, Any] = document()["components"]["schemas"]
    return found


def _inside(name: str) -> list[str]:
    """The models that lists of this one hold."""
    fields = _schemas()[name]["properties"].values()
    held = (field["items"]["$ref"].rpartition("/")[2] for field in fields if "items" in field)
    return [one for one in held if "properties" in _schemas()[one]]


def kind(schema: dict[str, Any]) -> str:
    """The type of a field in a word or two: ``string``, ``date | null``, ``OneWave[]``."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        named = _schemas().get(name, {})
        return kind(named) if "enum" in named else name
    if "anyOf" in schema:
        return " | ".join(kind(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        inner = kind(schema.get("items", {}))
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    return str(schema.get("format") or schema.get("type", "any"))
