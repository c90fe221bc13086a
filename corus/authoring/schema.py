"""JSON Schema of authored instruments, so that editors complete and underline while one writes.

A first line in the YAML file makes editors use it::

    # yaml-language-server: $schema=instrument.schema.json

It says what pydantic says, and which fields each question type takes; rules that join two
places are beyond it and remain the business of ``corus check``.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, get_args

from pydantic import BaseModel

from corus.domain.instrument import Instrument, Item
from corus.questions import QUESTION_TYPES
from corus.questions.base import COMMON, QuestionType

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ID = "urn:corus:instrument:1"
DEFAULT_TYPE = Item.model_fields["type"].default


def instrument_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of an instrument file."""
    schema = Instrument.model_json_schema(mode="validation")
    for model in _models(Instrument, set()):
        _describe(schema if model is Instrument else schema["$defs"][model.__name__], model)
    _type_rules(schema["$defs"]["Item"])
    _close(schema)
    return {"$schema": DRAFT, "$id": ID, **schema}


def _close(schema: Any) -> None:
    """Refuse keys that are not codes or languages, where pydantic only describes those that are."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema.setdefault("additionalProperties", False)
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        _close(part)


def _models(declared: Any, seen: set[Any]) -> Iterator[type[BaseModel]]:
    """Every model that an instrument is made of, each once."""
    if isinstance(declared, type) and issubclass(declared, BaseModel) and declared not in seen:
        seen.add(declared)
        yield declared
        for info in declared.model_fields.values():
            yield from _models(info.annotation, seen)
    for part in get_args(declared):
        yield from _models(part, seen)


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Put the sentences written under the fields of ``model`` into its schema."""
    for name, sentence in _sentences(model):
        schema["properties"][name]["description"] = sentence


def _sentences(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """(field, the docstring below it) from the source of ``model``."""
    body = ast.parse(inspect.getsource(model)).body[0]
    lines = body.body if isinstance(body, ast.ClassDef) else []
    for line, below in pairwise(lines):
        match line, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(sentence))),
            ):
                yield name, inspect.cleandoc(sentence).replace("``", '"').replace("\n", " ")


def _type_rules(item: dict[str, Any]) -> None:
    """Which types there are, and for each of them the fields it needs and refuses."""
    item["properties"]["type"]["enum"] = list(QUESTION_TYPES)
    item["allOf"] = [_type_rule(name, kind) for name, kind in QUESTION_TYPES.items()]


def _type_rule(name: str, kind: QuestionType) -> dict[str, Any]:
    taken = COMMON | kind.required | kind.optional
    refused = sorted(Item.model_fields.keys() - taken)
    condition: dict[str, Any] = {"properties": {"type": {"const": name}}}
    if name != DEFAULT_TYPE:
        # Without this, an item that leaves its type out would match every condition.
        condition["required"] = ["type"]
    then = {"required": sorted(kind.required), "properties": dict.fromkeys(refused, False)}
    return {"if": condition, "then": then}
