"""What is wrong with the ``relevant`` expressions of an instrument, before it is published.

Knows nothing of answers.

An item may refer to items shown before it, and to later ones of its own section: sections are
the steps of the form, and a step already passed must not change behind the respondent's back.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import chain

from corus.domain.instrument import Instrument, Item, Variant
from corus.domain.scale import Scale
from corus.questions.base import QUESTION_TYPES, Problem
from corus.questions.expression import Expression, RelevanceError, Tree, parse

FIELD = "relevant"


def check_relevance(instrument: Instrument) -> Iterator[tuple[str, Problem]]:
    """(item code, problem) for every fault: syntax, names, circles, types, groups, order."""
    expressions: dict[str, Expression] = {}
    for item in instrument.items:
        if item.relevant is None:
            continue
        try:
            expression = expressions[item.code] = parse(item.relevant)
        except RelevanceError as error:
            yield item.code, Problem(error.code, error.message, error.hint, FIELD)
            continue
        for problem in _problems(instrument, item, expression):
            yield item.code, problem
    yield from _circles(instrument, expressions)


def _problems(instrument: Instrument, item: Item, expression: Expression) -> Iterator[Problem]:
    unknown = sorted(expression.names - instrument.item_by_code.keys())
    for name in unknown:
        fact = f"${{{name}}} refers to an item that does not exist."
        yield _problem("REL-002", fact, "Use the code of an item of this instrument.")
    if item.code in expression.names:
        fact = f"${{{item.code}}} refers to the item itself."
        yield _problem("REL-003", fact, "Refer to items shown before this one.")
    if not unknown:
        yield from _Types(instrument).condition(expression.tree)
    for name in sorted(expression.names - {item.code, *unknown}):
        other = instrument.item_by_code[name]
        yield from _audience(instrument, item, other)
        yield from _order(instrument, item, other)


def _problem(code: str, fact: str, hint: str) -> Problem:
    return Problem(code, fact, hint, FIELD)


def _circles(
    instrument: Instrument, expressions: dict[str, Expression]
) -> Iterator[tuple[str, Problem]]:
    known = instrument.item_by_code.keys()
    graph = {code: (found.names & known) - {code} for code, found in expressions.items()}
    while True:
        try:
            TopologicalSorter({code: sorted(names) for code, names in graph.items()}).prepare()
        except CycleError as error:
            # graphlib lists what comes first; people read “depends on”: the other way round.
            path = list(reversed(error.args[1]))
            fact = f"Items depend on each other in a circle: {' → '.join(path)}."
            yield path[0], _problem("REL-004", fact, "Take one of these references out.")
            graph[path[0]] -= {path[1]}
        else:
            return


def _audience(instrument: Instrument, item: Item, other: Item) -> Iterator[Problem]:
    variants: tuple[Variant, ...] = ("standard", "easy")
    missing = [
        group if variant == "standard" else f"{group} (easy to read)"
        for group in instrument.groups
        for variant in variants
        if (variant == "standard" or instrument.has_easy(group))
        and instrument.asks(item, group, variant)
        and not instrument.asks(other, group, variant)
    ]
    if missing:
        fact = f"${{{other.code}}} is not asked to everyone who is asked this item: "
        hint = f"Ask “{other.code}” to them too, or take them out of asked_to."
        yield _problem("REL-005", f"{fact}{', '.join(missing)}.", hint)


def _order(instrument: Instrument, item: Item, other: Item) -> Iterator[Problem]:
    position = {
        code: number
        for number, section in enumerate(instrument.form_order)
        for code in _shown(instrument, section.shows)
    }
    if position.get(other.code, -1) > position.get(item.code, len(position)):
        fact = f"${{{other.code}}} is shown in a later section than this item."
        hint = "Move it to this item's section or before, so that no passed step changes."
        yield _problem("REL-006", fact, hint)


def _shown(instrument: Instrument, shows: tuple[str, ...]) -> Iterator[str]:
    dimensions = {d.code: d for d in instrument.dimensions}
    for code in shows:
        if code in dimensions:
            yield from (item.code for c in dimensions[code].criteria for item in c.items)
        else:
            yield code


class _Types:
    """Finds what an expression cannot mean: every node has a kind, operators want some kinds.

    Kinds: ``boolean``, ``number``, ``string`` (a literal), and for references the value type
    of the question: ``number``, ``option``, ``options``, ``text`` or "" (none).
    """

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument

    def condition(self, tree: Tree) -> Iterator[Problem]:
        """Faults of a tree that must be true or false."""
        if self.kind(tree) != "boolean":
            fact = f"{_said(tree)} is not a condition."
            yield _problem("REL-007", fact, "Compare it with something, such as ${x} != ''.")
        yield from self.faults(tree)

    def faults(self, tree: Tree) -> Iterator[Problem]:
        """Faults of a tree and of what it holds."""
        if not isinstance(tree, tuple):
            return
        operator, *operands = tree
        if operator == "$":
            yield from self._reference(operands[0])
        elif operator in ("and", "or", "not"):
            yield from chain.from_iterable(map(self.condition, operands))
        elif operator in ("selected", "count-selected"):
            yield from self._selected(operator, *operands)
        else:
            yield from chain.from_iterable(map(self.faults, operands))
            compares = operator in ("=", "!=")
            yield from self._equality(*operands) if compares else self._numbers(operator, operands)

    def kind(self, tree: Tree) -> str:
        """Kind of value a tree has."""
        if not isinstance(tree, tuple):
            return "string" if isinstance(tree, str) else "number"
        if tree[0] == "$":
            return self._value_type(tree[1]) or ""
        numeric = ("+", "-", "*", "div", "mod", "neg", "count-selected")
        return "number" if tree[0] in numeric else "boolean"

    def _value_type(self, code: str) -> str | None:
        kind = QUESTION_TYPES.get(self.instrument.item_by_code[code].type)
        return kind.value_type if kind else None

    def _reference(self, code: str) -> Iterator[Problem]:
        if self._value_type(code) is None:
            kind = self.instrument.item_by_code[code].type
            fact = f"${{{code}}} is of type {kind}, whose answers cannot be compared."
            yield _problem("REL-008", fact, "Refer to a rating, a choice, a number or a text.")

    def _numbers(self, operator: str, operands: list[Tree]) -> Iterator[Problem]:
        for operand in operands:
            if self.kind(operand) not in ("number", ""):
                sign = "-" if operator == "neg" else operator
                fact = f"{_said(operand)} is not a number, and “{sign}” works on numbers."
                yield _problem("REL-009", fact, "Use = or !=, or refer to a number or a rating.")

    def _equality(self, left: Tree, right: Tree) -> Iterator[Problem]:
        first, second = self.kind(left), self.kind(right)
        if "" in (first, second, left, right):
            return  # blank may be compared with anything; types without value are told elsewhere
        if isinstance(left, str):
            left, right, first, second = right, left, second, first
        if isinstance(right, str):
            yield from self._literal(left, first, right)
        elif first != second:
            fact = f"{_said(left)} and {_said(right)} cannot be compared: one is {_NAMED[first]}, "
            hint = "Compare values of one kind; options are written in quotes."
            yield _problem("REL-010", f"{fact}the other {_NAMED[second]}.", hint)
        else:
            yield from self._points(left, right)
            yield from self._points(right, left)

    def _literal(self, tree: Tree, kind: str, literal: str) -> Iterator[Problem]:
        if kind == "options":
            hint = f"Write selected({_said(tree)}, '{literal}')."
            yield _problem("REL-011", f"{_said(tree)} holds several options.", hint)
        elif kind == "option":
            yield from self._option(tree, literal)
        elif kind == "number":
            opt_outs = sorted({o for scale in self._scales(tree) for o in scale.opt_outs})
            if literal not in opt_outs:
                fact = f"{_said(tree)} is a number and never '{literal}'."
                offered = "".join(f", or '{opt_out}'" for opt_out in opt_outs)
                yield _problem("REL-012", fact, f"Write a number without quotes{offered}.")
        elif kind == "boolean":
            fact = f"A condition is never '{literal}'."
            yield _problem("REL-010", fact, "Leave the comparison out.")

    def _points(self, tree: Tree, number: Tree) -> Iterator[Problem]:
        values = {p.value for scale in self._scales(tree) for p in scale.points}
        if values and isinstance(number, float) and number not in values:
            fact = f"{_said(tree)} is never {number:g}."
            hint = f"Its scale has {', '.join(map(str, sorted(values)))}."
            yield _problem("REL-013", fact, hint)

    def _selected(self, function: str, reference: Tree, option: str = "") -> Iterator[Problem]:
        kind = self.kind(reference)
        wanted = ("options",) if function == "count-selected" else ("option", "options")
        if kind not in wanted:
            fact = f"{function}() is for choices, and {_said(reference)} is not one of them."
            yield _problem("REL-014", fact, "Compare it with =, <, > instead.")
        elif function == "selected":
            yield from self._option(reference, option)

    def _option(self, reference: Tree, option: str) -> Iterator[Problem]:
        item = self._item(reference)
        codes = [o.code for o in item.options] if item else []
        if item and option not in codes:
            fact = f"{_said(reference)} has no option '{option}'."
            yield _problem("REL-015", fact, f"Use one of: {', '.join(codes)}.")

    def _item(self, tree: Tree) -> Item | None:
        reference = isinstance(tree, tuple) and tree[0] == "$"
        return self.instrument.item_by_code[tree[1]] if reference else None  # type: ignore[index]

    def _scales(self, tree: Tree) -> list[Scale]:
        """Every scale on which the item is answered, whoever is asked."""
        item = self._item(tree)
        if item is None:
            return []
        easy = (w.easy.scale for w in item.wording.values() if w.easy)
        codes = dict.fromkeys(code for code in (item.scale, *easy) if code)
        return [self.instrument.scales[code] for code in codes if code in self.instrument.scales]


_NAMED = {
    "boolean": "a condition",
    "number": "a number",
    "string": "a text",
    "option": "an option",
    "options": "a list of options",
    "text": "a text",
}


def _said(tree: Tree) -> str:
    if isinstance(tree, tuple):
        return f"${{{tree[1]}}}" if tree[0] == "$" else f"The result of “{tree[0]}”"
    return f"'{tree}'" if isinstance(tree, str) else f"{tree:g}"
