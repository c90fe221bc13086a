"""A small sound instrument as text, and how to spoil it for a test."""

from __future__ import annotations

import re

from corus.authoring.builder import build
from corus.authoring.reader import parse_document
from corus.domain.instrument import Instrument

SOUND = """\
code: trial
edition: "1.0"
languages: [fr, en]
title: {fr: Essai, en: Trial}
references:
  art_2: {kind: condition, label: {fr: Article 2, en: Article 2}, requires_any: [needs]}
  m1: {kind: marker, label: {fr: Place, en: Place}}
scales:
  accord5:
    points:
      - {value: 1, label: {fr: Non, en: "No"}}
      - {value: 2, label: {fr: Oui, en: "Yes"}}
    opt_outs:
      dont_know: {fr: Je ne sais pas, en: I do not know}
  easy2:
    merges_with: accord5
    points:
      - {value: 1, label: {fr: Non, en: "No"}}
      - {value: 2, label: {fr: Oui, en: "Yes"}}
groups:
  board: {label: {fr: CA, en: Board}}
  users: {label: {fr: Usagers, en: Users}}
dimensions:
  - code: needs
    label: {fr: Besoins, en: Needs}
    supports: [art_2]
    markers: [m1]
    criteria:
      - code: trust
        label: {fr: Confiance, en: Trust}
        items:
          - code: trust_1
            scale: accord5
            anchor: true
            text: {fr: Premier, en: First}
          - code: trust_2
            scale: accord5
            direction: reversed
            text: {fr: Second, en: Second}
            asked_to: [users]
            wording:
              users: {easy: {text: {fr: Facile, en: Easy}, scale: easy2}}
questions:
  - code: topics
    type: multiple_choice
    text: {fr: Lesquels, en: Which}
    options:
      - {code: a, label: {fr: A, en: A}}
      - {code: b, label: {fr: B, en: B}}
  - code: why
    type: text
    text: {fr: Pourquoi, en: Why}
    relevant: "${trust_1} = 1"
sections:
  - {code: first, title: {fr: Un, en: One}, shows: [needs, topics, why]}
"""

MARK = re.compile(r"#!((?: [A-Z]{3}-\d{3})+)")


def spoilt(*edits: tuple[str, str]) -> str:
    """``SOUND`` with each (before, after) applied once; ``before`` must be there."""
    text = SOUND
    for before, after in edits:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text


def marked(text: str) -> list[str]:
    """What ``#! CODE CODE`` comments expect: ``["12 INS-012", …]``, sorted."""
    return sorted(
        (f"{number} {code}" for number, line in enumerate(text.splitlines(), 1)
         for found in MARK.findall(line) for code in found.split()),
        key=_rank,
    )  # fmt: skip


def found(text: str | bytes, previous: Instrument | None = None) -> list[str]:
    """The faults of ``text``: ``["12 INS-012", …]``, in the order they are told."""
    content = text.encode() if isinstance(text, str) else text
    _, faults = build(parse_document(content, "x.yaml"), previous)
    return [f"{fault.line} {fault.code}" for fault in faults]


def told(text: str | bytes) -> list[str]:
    """The faults of ``text`` as a person reads them."""
    content = text.encode() if isinstance(text, str) else text
    return [str(fault) for fault in build(parse_document(content, "surveys/x.yaml"))[1]]


def instrument(*edits: tuple[str, str]) -> Instrument:
    """The instrument that ``SOUND`` with ``edits`` describes; it must be sound."""
    built, faults = build(parse_document(spoilt(*edits).encode(), "x.yaml"))
    assert built is not None, faults
    return built


def _rank(expected: str) -> tuple[int, str]:
    line, code = expected.split()
    return int(line), code
