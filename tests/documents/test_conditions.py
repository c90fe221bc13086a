"""Routing sentences: what an expression asks, as a person with a pen reads it."""

from __future__ import annotations

import pytest

from corus.documents.conditions import condition
from corus.questions.base import Asked
from tests.questions.factories import FIELDS, an_instrument, an_item

ITEMS = [an_item(kind, code=kind) for kind in FIELDS]
INSTRUMENT = an_instrument(*ITEMS)
ASKED = {
    item.code: (n, Asked.of(INSTRUMENT, item, "employees", "standard"))
    for n, item in enumerate(INSTRUMENT.items, 1)
}

CASES = [
    ("${single_choice} = 'a'", "vous avez répondu « L’a » à la question 2"),
    ("${single_choice} != 'a'", "vous n’avez pas répondu « L’a » à la question 2"),
    ("not(${single_choice} = 'a')", "vous n’avez pas répondu « L’a » à la question 2"),
    ("${single_choice} != ''", "vous avez répondu à la question 2"),
    ("${single_choice} = ''", "vous n’avez pas répondu à la question 2"),
    ("${rating} >= 4", "vous avez répondu « point 4 » ou « point 5 » à la question 1"),
    ("4 <= ${rating}", "vous avez répondu « point 4 » ou « point 5 » à la question 1"),
    ("${rating} != 3", "vous n’avez pas répondu « point 3 » à la question 1"),
    ("${rating} = 'dont_know'", "vous avez répondu « Je ne sais pas » à la question 1"),
    ("selected(${multiple_choice}, 'b')", "vous avez répondu « L’b » à la question 3"),
    ("not(selected(${multiple_choice}, 'b'))", "vous n’avez pas répondu « L’b » à la question 3"),
    ("count-selected(${multiple_choice}) >= 2",
     "vous avez choisi au moins 2 réponses à la question 3"),
    ("not(count-selected(${multiple_choice}) >= 2)",
     "vous avez choisi moins de 2 réponses à la question 3"),
    ("${number} > 10", "votre réponse à la question 6 dépasse 10"),
    ("${number} + 1 <= 2.5", "(votre réponse à la question 6 + 1) est au plus 2,5"),
    ("${rating} = 1 and ${number} > 10",
     "vous avez répondu « point 1 » à la question 1, et si votre réponse à la question 6 "
     "dépasse 10"),
    ("not(${rating} = 1 and ${single_choice} = 'a')",
     "vous n’avez pas répondu « point 1 » à la question 1, ou si vous n’avez pas répondu « L’a » "
     "à la question 2"),
    ("${rating} = 1 and (${single_choice} = 'a' or ${single_choice} = 'b')",
     "vous avez répondu « point 1 » à la question 1, et si (vous avez répondu « L’a » à la "
     "question 2, ou si vous avez répondu « L’b » à la question 2)"),
]  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("\u202f", " ")


@pytest.mark.parametrize(("relevant", "said"), CASES)
def test_a_condition_is_said_in_plain_words(relevant: str, said: str) -> None:
    expected = f"Répondez à cette question seulement si {said}."
    assert _plain(condition(relevant, ASKED, "fr")) == expected


def test_english_is_said_as_well() -> None:
    said = condition("${rating} <= 2 and ${number} >= 3", ASKED, "en")
    assert said == (
        "Answer this question only if you answered “point 1” or “point 2” to question 1, "
        "and if your answer to question 6 is 3 or more."
    )
