"""Relevance expressions: XLSForm's ``relevant``, read with a grammar and never with ``eval``.

Knows nothing of instruments: names mean what the caller gives as values.

**Language** (``relevance.lark``): ``${code}``, numbers, ``'strings'``, ``=``, ``!=``, ``<``,
``<=``, ``>``, ``>=``, ``and``, ``or``, ``not(…)``, ``+``, ``-``, ``*``, ``div``, ``mod``,
``selected(${x}, 'a')``, ``count-selected(${x})``, parentheses.

**Semantics**: those of XPath 1.0 on strings, numbers and booleans.

=====================  =====================================================================
value of ``${x}``      rating, level: the point's *value* (a number), not its index; number: the
                       number; single choice: the option's code; multiple choice and ranking:
                       the codes chosen, separated by spaces; text: the text. An opt-out is the
                       string ``dont_know`` or ``not_concerned``. Skipped, not shown and not
                       asked are the empty string.
``=`` and ``!=``       with a boolean on one side: as booleans; else with a number on one side:
                       as numbers; else as strings
``<  <=  >  >=``       always as numbers
as a number            a string that writes one, else NaN; true is 1, false is 0
as a boolean           0, NaN and the empty string are false
NaN                    every comparison with it is false, except ``!=``, which is true
``div``, ``mod``       IEEE division; remainder with the sign of the dividend
=====================  =====================================================================

So ``${x} > 3`` is false and ``${x} != 3`` is true for a question left blank.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, reduce
from importlib.resources import files
from typing import Any, TypeAlias

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args

from corus.errors import InputError

MAX_LENGTH = 1000
MAX_DEPTH = 20

Tree: TypeAlias = float | str | tuple[Any, ...]
"""A number, a string, or ``(operator, *operands)``; ``("$", code)`` is a reference."""

Operand: TypeAlias = bool | float | str
Values: TypeAlias = Mapping[str, float | str]
"""Item code → number or string; a missing code is the empty string."""

CHAINED = frozenset({"or", "and", "+", "*"})
"""Operators written ``(operator, a, b, c…)``, so that a long list is not a deep tree."""

_HINT = (
    "Use ${code}, numbers, 'strings', = != < <= > >=, and, or, not(…), + - * div mod, "
    "selected(${code}, 'option'), count-selected(${code}) and parentheses."
)


class RelevanceError(InputError):
    """An expression that cannot be read; ``column`` (from 1) is where reading stopped."""

    code = "REL-001"

    def __init__(self, message: str, column: int, hint: str = _HINT) -> None:
        super().__init__(message, hint=hint)
        self.column = column


@dataclass(frozen=True)
class Expression:
    """A relevance expression, read."""

    source: str
    tree: Tree

    @cached_property
    def names(self) -> frozenset[str]:
        """Codes of the items it refers to."""
        return frozenset(node[1] for node, _ in _nodes(self.tree) if node[0] == "$")

    def to_json(self) -> Any:
        """Nested lists for ``relevance.js``: ``["and", [">", ["$", "x"], 3], …]``."""
        return _json(self.tree)


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """Read an expression. Raises ``RelevanceError`` with the column of the first fault."""
    if len(text) > MAX_LENGTH:
        fact = f"The expression has {len(text)} characters; {MAX_LENGTH} at most are read."
        raise RelevanceError(fact, MAX_LENGTH + 1, "Ask one question fewer.")
    try:
        tree: Tree = _parser().parse(text)  # type: ignore[assignment]
    except UnexpectedInput as error:
        raise _unexpected(text, error) from None
    if max((depth for _, depth in _nodes(tree)), default=0) > MAX_DEPTH:
        fact = f"The expression is nested more than {MAX_DEPTH} deep."
        raise RelevanceError(fact, 1, "Take out what can be said more simply.")
    return Expression(text, tree)


def evaluate(expression: Expression, values: Values) -> bool:
    """Whether the expression holds for these values."""
    return _truth(_value(expression.tree, values))


# Reading


@v_args(inline=True)
class _Builder(Transformer[Token, Tree]):
    """Builds trees while parsing, so that depth costs no recursion."""

    def chain(self, first: Tree, *rest: Any) -> Tree:
        tree = first
        for operator, operand in zip(map(str, rest[::2]), rest[1::2], strict=True):
            joins = operator in CHAINED and isinstance(tree, tuple) and tree[0] == operator
            tree = (*tree, operand) if joins else (operator, tree, operand)  # type: ignore[misc]
        return tree

    def number(self, token: Token) -> Tree:
        return float(token)

    def string(self, token: Token) -> Tree:
        return str(token[1:-1])

    def reference(self, token: Token) -> Tree:
        return ("$", str(token))

    def negative(self, operand: Tree) -> Tree:
        return ("neg", operand)

    def negation(self, operand: Tree) -> Tree:
        return ("not", operand)

    def selected(self, reference: Tree, option: Token) -> Tree:
        return ("selected", reference, str(option[1:-1]))

    def count_selected(self, reference: Tree) -> Tree:
        return ("count-selected", reference)


@cache
def _parser() -> Lark:
    grammar = (files("corus.questions") / "relevance.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


def _unexpected(text: str, error: UnexpectedInput) -> RelevanceError:
    if not text.strip():
        return RelevanceError("The expression is empty.", 1)
    at = error.pos_in_stream
    if at is None or at < 0 or at >= len(text) or getattr(error, "token", None) == "":
        return RelevanceError("The expression ends too early.", len(text) + 1)
    found = text[at : at + 20] if isinstance(error, UnexpectedCharacters) else error.token
    return RelevanceError(f"“{found}” is not understood at column {at + 1}.", at + 1)


def _nodes(tree: Tree) -> Iterator[tuple[tuple[Any, ...], int]]:
    """Every (operation or reference, depth), without recursion."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, tuple):
            yield node, depth
            waiting.extend((operand, depth + 1) for operand in node[1:])


def _json(tree: Tree) -> Any:
    if isinstance(tree, tuple):
        return [tree[0], *(_json(operand) for operand in tree[1:])]
    return int(tree) if isinstance(tree, float) and tree.is_integer() else tree


# Evaluating


def _value(tree: Tree, values: Values) -> Operand:
    if not isinstance(tree, tuple):
        return tree
    operator, *operands = tree
    if operator == "$":
        return values.get(operands[0], "")
    if operator == "and":
        return all(_truth(_value(operand, values)) for operand in operands)
    if operator == "or":
        return any(_truth(_value(operand, values)) for operand in operands)
    return _apply(operator, [_value(operand, values) for operand in operands])


def _apply(operator: str, operands: list[Operand]) -> Operand:
    """Apply an operator: chained ones fold from the left, the others take what they take."""
    function = _OPERATIONS[operator]
    return reduce(function, operands) if operator in CHAINED else function(*operands)


def _truth(value: Operand) -> bool:
    return bool(value) and value == value  # NaN is false, and not itself


_NUMBER = re.compile(r"[ \t\r\n]*(-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))[ \t\r\n]*")


def _number(value: Operand) -> float:
    if not isinstance(value, str):
        return float(value)
    match = _NUMBER.fullmatch(value)
    return float(match[1]) if match else math.nan


def _equal(left: Operand, right: Operand) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth(left) == _truth(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return _number(left) == _number(right)


def _divide(left: Operand, right: Operand) -> float:
    dividend, divisor = _number(left), _number(right)
    if divisor != 0:
        return dividend / divisor
    if dividend == 0 or math.isnan(dividend):
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1, divisor)


def _remainder(left: Operand, right: Operand) -> float:
    dividend, divisor = _number(left), _number(right)
    if divisor == 0 or math.isinf(dividend):
        return math.nan
    return math.fmod(dividend, divisor)


def _codes(value: Operand) -> list[str]:
    return [code for code in value.split(" ") if code] if isinstance(value, str) else []


_OPERATIONS: dict[str, Callable[..., Operand]] = {
    "=": _equal,
    "!=": lambda a, b: not _equal(a, b),
    "<": lambda a, b: _number(a) < _number(b),
    "<=": lambda a, b: _number(a) <= _number(b),
    ">": lambda a, b: _number(a) > _number(b),
    ">=": lambda a, b: _number(a) >= _number(b),
    "+": lambda a, b: _number(a) + _number(b),
    "-": lambda a, b: _number(a) - _number(b),
    "*": lambda a, b: _number(a) * _number(b),
    "div": _divide,
    "mod": _remainder,
    "neg": lambda a: -_number(a),
    "not": lambda a: not _truth(a),
    "selected": lambda value, option: option in _codes(value),
    "count-selected": lambda value: float(len(_codes(value))),
}
