"""The OpenAPI 3.1 document, generated from the table of operations and the models of answers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from corus import __version__
from corus.web.api.answers import Problem
from corus.web.api.operations import OPERATIONS, PREFIX, REFUSALS, Operation, Parameter
from corus.web.api.pace import PER_MINUTE

SCHEMAS = "#/components/schemas/"
PROBLEM = "application/problem+json"
ABOUT = (
    "What the screens of Corus show, for programs: waves, who was reached, profiles and files of "
    "the last release, under the same rules of disclosure. Single answers are never here. Texts "
    "come in every language of the instrument. Each key has one role in one organization. "
    f"At most {PER_MINUTE} requests a minute per key. HEAD is answered as GET is, without its "
    "body. A parameter that is not documented is refused."
)
NAMES = {
    "wave": "Code of a wave.",
    "organization": "Code of an organization.",
    "name": "Name of a file, as /exports lists it.",
}
"""What stands in paths."""


@cache
def document() -> dict[str, Any]:
    """The whole document; the same for everybody."""
    models = [one.answer for one in OPERATIONS if one.answer] + [Problem]
    _, found = models_json_schema(
        [(model, "serialization") for model in models], ref_template=SCHEMAS + "{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Corus", "version": __version__, "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": PREFIX}],
        "security": [{"key": []}],
        "paths": {path_of(one): {"get": _operation(one)} for one in OPERATIONS},
        "components": {
            "schemas": found["$defs"],
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {str(status): _refusal(status) for status in REFUSALS},
        },
    }  # fmt: skip


def path_of(one: Operation) -> str:
    """The path as OpenAPI writes it: ``/waves/{wave}``."""
    return re.sub(r"<(\w+)>", r"{\1}", one.path)


def _operation(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [
            *(_in_path(name) for name in re.findall(r"<(\w+)>", one.path)),
            *(_in_query(parameter) for parameter in one.parameters),
            *([IF_NONE_MATCH] if one.kept else []),
        ],
        "responses": {"200": _answer(one)} | {
            str(status): {"$ref": f"#/components/responses/{status}"} for status in one.refusals
        },
    }  # fmt: skip
    if one.kept:
        found["responses"]["304"] = {"description": "It is still as it was.", "headers": ETAG}
    if one.permission is None:
        found["security"] = []
    else:
        found["x-permission"] = one.permission.value
    return found


def _answer(one: Operation) -> dict[str, Any]:
    schema = {"$ref": SCHEMAS + one.answer.__name__} if one.answer else {}
    found: dict[str, Any] = {
        "description": one.summary,
        "content": {kind: {"schema": schema} if schema else {} for kind in one.media_types},
    }
    if one.kept:
        found["headers"] = ETAG
    return found


def _in_path(name: str) -> dict[str, Any]:
    return {
        "name": name, "in": "path", "required": True, "description": NAMES[name],
        "schema": {"type": "string"},
    }  # fmt: skip


def _in_query(parameter: Parameter) -> dict[str, Any]:
    schema = {"type": "string", "enum": list(parameter.choices), "default": parameter.usual}
    return {
        "name": parameter.name, "in": "query", "description": parameter.about, "schema": schema
    }  # fmt: skip


IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "schema": {"type": "string"},
    "description": "The ETag of the answer that you hold: 304 while it is still as it was.",
}  # fmt: skip
ETAG = {
    "ETag": {
        "required": True, "schema": {"type": "string"},
        "description": "Names the very bytes of the answer.",
    }
}  # fmt: skip


def _refusal(status: int) -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": SCHEMAS + Problem.__name__}}}
    found: dict[str, Any] = {"description": REFUSALS[status], "content": content}
    if status == 429:
        wait = {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds to wait."}
        found["headers"] = {"Retry-After": {**wait, "required": True}}
    if status == 401:
        found["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return found
