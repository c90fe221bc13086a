"""Routing in plain words: a relevance expression as a person with a pen can follow it.

« Répondez à cette question seulement si vous avez répondu « Oui » à la question 3. » Knows
nothing of layout.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from corus.domain.answer import State
from corus.domain.base import Text, say
from corus.language import Words, words
from corus.questions.base import QUESTION_TYPES, Asked
from corus.questions.expression import Tree, parse

Numbered = Mapping[str, tuple[int, Asked]]
"""Item code → number printed before the question, and the question as it is asked."""

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
NUMBER_IS = {
    "=": "{left} is {right}",
    "!=": "{left} is not {right}",
    "<": "{left} is less than {right}",
    "<=": "{left} is {right} or less",
    ">": "{left} is more than {right}",
    ">=": "{left} is {right} or more",
}
COUNT_IS = {
    "=": "you chose exactly {n} answers to question {number}",
    "!=": "you did not choose exactly {n} answers to question {number}",
    "<": "you chose fewer than {n} answers to question {number}",
    "<=": "you chose {n} answers at most to question {number}",
    ">": "you chose more than {n} answers to question {number}",
    ">=": "you chose {n} answers at least to question {number}",
}
SIGNS = {"+": "+", "-": "−", "*": "×", "div": "÷", "mod": "mod"}


def condition(relevant: str, asked: Numbered, language: str, name: str = "") -> str:
    """The sentence printed above a question that not everybody answers.

    ``name`` takes the place of ``{organization}`` in answers that are quoted.
    """
    reader = _Reader(asked, language, words(language), name)
    only = "Answer this question only if {condition}."
    return reader.t(only, condition=reader.clause(parse(relevant).tree))


@dataclass(frozen=True)
class _Reader:
    """Reads a tree aloud; ``no`` means that its contrary is to be said."""

    asked: Numbered
    language: str
    t: Words
    name: str

    def clause(self, tree: Tree, *, no: bool = False, inner: bool = False) -> str:
        """A condition as the end of a sentence that begins with “if”."""
        operation, *operands = tree if isinstance(tree, tuple) else ("", tree)
        if operation == "not":
            return self.clause(operands[0], no=not no, inner=inner)
        if operation in ("and", "or"):
            return self._joined(operation, operands, no=no, inner=inner)
        if operation == "selected":
            return self._chose(operands[0], [self._option(operands[0], operands[1])], no=no)
        if operation in COMPARE:
            return self._compared(operation, *operands, no=no)
        return self._number_is("!=" if not no else "=", tree, 0.0)

    def _joined(self, operation: str, operands: list[Tree], *, no: bool, inner: bool) -> str:
        # The contrary of “a and b” is “not a or not b”.
        word = "or" if (operation == "or") != no else "and"
        clauses = [self.clause(operand, no=no, inner=True) for operand in operands]
        said = self.t(f", {word} if ").join(clauses)
        return f"({said})" if inner else said

    def _compared(self, sign: str, left: Tree, right: Tree, *, no: bool) -> str:
        if _refers(right) and not _refers(left):
            left, right, sign = right, left, MIRRORED[sign]
        if _is(left, "count-selected") and isinstance(right, float):
            return self._counted(OPPOSITE[sign] if no else sign, left, right)
        if _is(left, "$") and not isinstance(right, tuple):
            return self._answer_is(sign, left, right, no=no)
        return self._number_is(OPPOSITE[sign] if no else sign, left, right)

    def _answer_is(self, sign: str, reference: Tree, value: float | str, *, no: bool) -> str:
        """What ``${x}`` is compared with: nothing, an opt-out, an option, points, a number."""
        if value == "":
            return self._answered(reference, no=no != (sign == "="))
        labels = self._labels(sign, reference, value)
        if labels is not None:
            return self._chose(reference, labels, no=no != (sign == "!="))
        if isinstance(value, str):
            return self._chose(reference, [value], no=no != (sign == "!="))
        return self._number_is(OPPOSITE[sign] if no else sign, reference, value)

    def _labels(self, sign: str, reference: Tree, value: float | str) -> list[str] | None:
        """Labels of the answers for which the comparison holds (for ``!=``: fails), or None."""
        asked = self._asked(reference)
        if asked is None:
            return None
        if isinstance(value, str):
            return [self._option(reference, value)]
        if asked.scale is None or QUESTION_TYPES[asked.item.type].value_type != "number":
            return None
        holds = COMPARE["=" if sign == "!=" else sign]
        return [self._say(p.label) for p in asked.scale.points if holds(p.value, value)]

    def _option(self, reference: Tree, code: str) -> str:
        """What a code says on the sheet: an option, an opt-out, or itself."""
        asked = self._asked(reference)
        if asked is None:
            return code
        found = {option.code: option.label for option in asked.item.options}
        if asked.scale is not None:
            found |= {State(o).value: label for o, label in asked.scale.opt_outs.items()}
        return self._say(found[code]) if code in found else code

    def _chose(self, reference: Tree, labels: list[str], *, no: bool) -> str:
        quoted = [self.t("“{answer}”", answer=label) for label in labels]
        answers = self.t(" or ").join(quoted)
        sentence = (
            "you did not answer {answers} to {question}"
            if no
            else "you answered {answers} to {question}"
        )
        return self.t(sentence, answers=answers, question=self._question(reference))

    def _answered(self, reference: Tree, *, no: bool) -> str:
        sentence = "you did not answer {question}" if no else "you answered {question}"
        return self.t(sentence, question=self._question(reference))

    def _counted(self, sign: str, left: Tree, n: float) -> str:
        reference = left[1] if isinstance(left, tuple) else left
        number = self._number(reference)
        return self.t(COUNT_IS[sign], n=self._figure(n), number=number)

    def _number_is(self, sign: str, left: Tree, right: Tree) -> str:
        return self.t(NUMBER_IS[sign], left=self._operand(left), right=self._operand(right))

    def _operand(self, tree: Tree) -> str:
        if isinstance(tree, float):
            return self._figure(tree)
        if isinstance(tree, str):
            return self.t("“{answer}”", answer=tree)
        operation, *operands = tree
        if operation == "$":
            return self.t("your answer to {question}", question=self._question(tree))
        if operation in SIGNS:
            return "(" + f" {SIGNS[operation]} ".join(map(self._operand, operands)) + ")"
        if operation == "neg":
            return "−" + self._operand(operands[0])
        if operation != "count-selected":
            return f"({self.clause(tree)})"
        number = self._number(operands[0])
        return self.t("the number of your answers to question {number}", number=number)

    def _question(self, reference: Tree) -> str:
        return self.t("question {number}", number=self._number(reference))

    def _number(self, reference: Tree) -> str:
        """The number printed before a question, or its code where it is not on this sheet."""
        code = str(reference[1]) if isinstance(reference, tuple) else str(reference)
        found = self.asked.get(code)
        return self.t.number(found[0]) if found else code

    def _asked(self, reference: Tree) -> Asked | None:
        found = self.asked.get(str(reference[1])) if isinstance(reference, tuple) else None
        return found[1] if found else None

    def _say(self, label: Text) -> str:
        return say(label, self.language).replace("{organization}", self.name)

    def _figure(self, value: float) -> str:
        return self.t.number(value, 0 if value.is_integer() else 1)


def _is(tree: Tree, operation: str) -> bool:
    return isinstance(tree, tuple) and tree[0] == operation


def _refers(tree: Tree) -> bool:
    return _is(tree, "$") or _is(tree, "count-selected")
