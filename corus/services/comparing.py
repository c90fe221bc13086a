"""Two typings of one sheet: what each says, where they differ, and what is kept of them.

Knows questions and answers; nothing of sheets' numbers, clerks or the database.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import orjson

from corus.domain.answer import SKIPPED, Answer, State, decode, encode
from corus.domain.instrument import Instrument
from corus.errors import InputError
from corus.questions.base import Asked, Form, Refusal
from corus.services.responding import AnswersRefused, Questionnaire, read_form

ILLEGIBLE = "illegible"
"""Field that lists the questions whose answer nobody can read; same name in the document."""
PICKS = ("first", "second", "other")
_ALIKE = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u2011": "-"})
_GUILLEMETS = str.maketrans({"«": '"', "»": '"'})


@dataclass(frozen=True)
class Typing:
    """What one person read on a sheet: answers as written, before routing sets any aside.

    An illegible answer is ``skipped``; that it was illegible is remembered until the sheet is
    stored, and then only counted.
    """

    answers: Mapping[str, Answer]
    illegible: frozenset[str] = frozenset()

    def document(self, instrument: Instrument) -> str:
        """The encoded answers, and which of them could not be read."""
        found = orjson.loads(encode(self.answers, instrument))
        if self.illegible:
            found[ILLEGIBLE] = sorted(self.illegible)
        return orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode()

    @classmethod
    def of(cls, document: str, instrument: Instrument) -> Typing:
        """The typing of a document. Raises ``InputError`` (``PAP-011``) for anything else."""
        try:
            found = orjson.loads(document)
            answers = decode(document, instrument)
            return cls(answers, frozenset(found.get(ILLEGIBLE, ())))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError("These answers cannot be compared.", code="PAP-011") from error

    @property
    def answered(self) -> int:
        """How many questions were answered, opt-outs included."""
        silent = (State.SKIPPED, State.NOT_SHOWN)
        return sum(answer.state not in silent for answer in self.answers.values())


def read_typing(page: Questionnaire, form: Form) -> Typing:
    """What was typed. Raises ``AnswersRefused``, and ``InputError`` (``PAP-012``) when empty.

    Where a question is marked illegible nothing else is read of it: a sheet may hold what no
    questionnaire allows, such as two ticks where one is asked for.
    """
    illegible = frozenset(form.get(ILLEGIBLE, ())) & page.codes
    legible = {name: sent for name, sent in form.items() if _code(name) not in illegible}
    refusals = read_form(page, legible).refusals
    if refusals:
        raise AnswersRefused(refusals)
    typed = Typing({code: parse(asked, legible) for code, asked, parse in page.parsers}, illegible)
    if not typed.answered:
        raise InputError("No question was answered on this sheet.", code="PAP-012")
    return typed


def _code(name: str) -> str:
    """The question a form field belongs to: ``q.story.quotable`` → ``story``."""
    return name.split(".")[1] if name.startswith("q.") else ""


def differing(page: Questionnaire, first: Typing, second: Typing) -> tuple[str, ...]:
    """Questions on which two typings differ, in the order of the paper.

    Spaces, typographic signs and ways of writing one character are no difference; capitals are.
    """
    return tuple(
        asked.item.code
        for _, step in page.steps()
        for asked in step
        if not same(first.answers.get(asked.item.code), second.answers.get(asked.item.code))
    )


def same(one: Answer | None, other: Answer | None) -> bool:
    """Whether two persons read the same answer."""
    return (one and _plain(one)) == (other and _plain(other))


def _plain(answer: Answer) -> Answer:
    value = _folded(answer.value) if isinstance(answer.value, str) else answer.value
    evidence = tuple(map(_folded, answer.evidence))
    return replace(answer, value=value, reason=_folded(answer.reason), evidence=evidence)


def _folded(text: str) -> str:
    """``« Bien  reçu »`` and ``"Bien reçu"`` are one text to whoever copies it."""
    quoted = text.replace("« ", "«").replace(" »", "»").replace("«\u00a0", "«")
    quoted = quoted.replace("\u00a0»", "»").replace("«\u202f", "«").replace("\u202f»", "»")
    plain = unicodedata.normalize("NFKC", quoted.translate(_GUILLEMETS).translate(_ALIKE))
    return " ".join(plain.split())


def settled_by(
    page: Questionnaire, first: Typing, second: Typing, form: Form
) -> tuple[Typing, tuple[str, ...]]:
    """What a person decided where two typings differ, and where they differed.

    ``pick.<code>`` says ``first``, ``second`` or ``other``; the answer is then in the question's
    own fields. Raises ``AnswersRefused`` naming what is undecided.
    """
    codes = differing(page, first, second)
    answers, illegible = dict(first.answers), set(first.illegible)
    refusals: dict[str, Refusal] = {}
    parsers = {code: (asked, parse) for code, asked, parse in page.parsers}
    for code in codes:
        try:
            answers[code], unread = _picked(code, first, second, form, *parsers[code])
        except Refusal as refusal:
            refusals[code] = refusal
        else:
            (illegible.add if unread else illegible.discard)(code)
    if refusals:
        raise AnswersRefused(refusals)
    return Typing(answers, frozenset(illegible) | second.illegible.difference(codes)), codes


def _picked(
    code: str,
    first: Typing,
    second: Typing,
    form: Form,
    asked: Asked,
    parse: Callable[[Asked, Form], Answer],
) -> tuple[Answer, bool]:
    """The answer decided on, and whether it is that nobody can read it."""
    pick = "".join(form.get(f"pick.{code}", ()))
    if pick in ("first", "second"):
        chosen = first if pick == "first" else second
        return chosen.answers[code], code in chosen.illegible
    if pick != "other":
        raise Refusal("PAP-010", "Choose the first typing, the second, or another answer.")
    if code in form.get(ILLEGIBLE, ()):
        return SKIPPED, True
    return parse(asked, form), False
