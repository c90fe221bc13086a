"""What is printed under a question of each type: boxes to tick, boxes to fill, lines to write on.

A part is plain data for ``questionnaire.typ``. Knows nothing of fonts and pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from corus.domain.base import Text, say
from corus.language import Words, words
from corus.questions.base import Asked

Part = dict[str, Any]
"""``kind`` (boxes, beside, cells, lines, blank, total) and what that kind of part shows."""

ROOM = 165.0
"""Width of the answers, in millimetres."""
LETTER = 0.19
"""Mean width of a letter, in millimetres per point of its size."""
LINES_OF_LABEL = 3
LINE = 0.5
"""Height of a line, in millimetres per point of its letters."""
LINE_TO_WRITE = 11.0
"""Height of a line to write on, in millimetres."""


@dataclass(frozen=True)
class Sheet:
    """For whom and how a sheet is printed."""

    language: str
    organization: str
    size: float
    """Size of the letters, in points."""
    easy: bool = False

    @property
    def t(self) -> Words:
        """Interface words in the language of the sheet."""
        return words(self.language)

    def say(self, text: Text | None) -> str:
        """Authored text in the language of the sheet, naming the organization."""
        return say(text or {}, self.language).replace("{organization}", self.organization)


def parts(asked: Asked, sheet: Sheet) -> list[Part]:
    """What to print under a question; a type not known here gets lines to write on."""
    return PRINTED.get(asked.item.type, _text)(asked, sheet)


def guide(asked: Asked, sheet: Sheet) -> str:
    """How to answer, in a sentence; "" when the boxes say it all."""
    make = GUIDES.get(asked.item.type)
    return make(asked, sheet) if make else ""


def height(part: Part, sheet: Sheet) -> float:
    """About how tall a part is, in millimetres; rather too much than too little."""
    rows = part.get("rows", ())
    texts = [f"{row['label']} {row.get('about', '')}" for row in rows] + part.get("labels", [])
    if part["kind"] == "lines":
        return float(part["n"] + 1) * LINE_TO_WRITE
    if part.get("across"):
        return (LINES_OF_LABEL + 3) * LINE * sheet.size
    if part["kind"] == "beside":
        texts = ["      ".join(texts)]
    between = 0.8 if part["kind"] == "cells" else 0.4
    return sum(_lines_of(text, sheet) + between for text in texts) * LINE * sheet.size


def _lines_of(text: str, sheet: Sheet) -> int:
    return 1 + int(len(text) * LETTER * sheet.size / ROOM)


def across(labels: list[str], size: float) -> bool:
    """Whether answers fit beside one another, in at most three lines each."""
    if not 1 < len(labels) <= 5:
        return False
    letters = ROOM / len(labels) / (LETTER * size) - 1
    longest_word = max(len(word) for label in labels for word in label.split(" "))
    longest = max(map(len, labels))
    return longest_word <= letters and longest <= letters * (LINES_OF_LABEL - 0.5)


def _boxes(labels: list[str], sheet: Sheet, **more: Any) -> Part:
    rows = [{"label": label, "symbol": "", "about": ""} for label in labels]
    return {"kind": "boxes", "rows": rows, "across": across(labels, sheet.size), **more}


def _rating(asked: Asked, sheet: Sheet) -> list[Part]:
    return [_points(asked, sheet), *_beside(asked, sheet)]


def _points(asked: Asked, sheet: Sheet) -> Part:
    points = asked.scale.points if asked.scale else ()
    found = _boxes([sheet.say(point.label) for point in points], sheet)
    for row, point in zip(found["rows"], points, strict=True):
        row["symbol"] = (point.symbol or "") if sheet.easy else ""
    return found


def _beside(asked: Asked, sheet: Sheet) -> list[Part]:
    opt_outs = asked.scale.opt_outs if asked.scale else {}
    rows = [
        {"label": sheet.say(label), "symbol": code if sheet.easy else ""}
        for code, label in opt_outs.items()
    ]
    return [{"kind": "beside", "rows": rows}] if rows else []


def _options(asked: Asked, sheet: Sheet) -> list[str]:
    return [sheet.say(option.label) for option in asked.item.options]


def _single_choice(asked: Asked, sheet: Sheet) -> list[Part]:
    return [_boxes(_options(asked, sheet), sheet), *_beside(asked, sheet)]


def _multiple_choice(asked: Asked, sheet: Sheet) -> list[Part]:
    return [_boxes(_options(asked, sheet), sheet, across=False)]


def _ranking(asked: Asked, sheet: Sheet) -> list[Part]:
    return [{"kind": "cells", "labels": _options(asked, sheet), "total": "", "wide": False}]


def _allocation(asked: Asked, sheet: Sheet) -> list[Part]:
    total = sheet.t("Total: {total}", total=sheet.t.number(asked.item.total or 0))
    return [{"kind": "cells", "labels": _options(asked, sheet), "total": total, "wide": True}]


def _number(_asked: Asked, _sheet: Sheet) -> list[Part]:
    return [{"kind": "blank"}]


def _text(asked: Asked, sheet: Sheet) -> list[Part]:
    found: list[Part] = [_lines(5 if (asked.item.max_length or 2000) > 300 else 2)]
    if asked.item.quotation:
        consent = sheet.t("These words may be quoted, without my name.")
        found.append({"kind": "beside", "rows": [{"label": consent, "symbol": ""}]})
    return found


def _level(asked: Asked, sheet: Sheet) -> list[Part]:
    levels = {**_points(asked, sheet), "across": False}
    for row, about in zip(levels["rows"], asked.item.descriptors, strict=False):
        row["about"] = sheet.say(about)
    shown = sheet.t("What shows it? One document or fact per line.")
    return [
        levels,
        *_beside(asked, sheet),
        _lines(3, sheet.t("Why this level?")),
        _lines(2, shown, sheet.say(asked.item.evidence_hint)),
    ]


def _lines(n: int, label: str = "", about: str = "") -> Part:
    return {"kind": "lines", "n": n, "label": label, "about": about}


PRINTED: dict[str, Callable[[Asked, Sheet], list[Part]]] = {
    "rating": _rating,
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "ranking": _ranking,
    "allocation": _allocation,
    "number": _number,
    "text": _text,
    "level": _level,
}


def _many(asked: Asked, sheet: Sheet) -> str:
    most = asked.item.max_choices
    if most:
        return sheet.t("Tick {n} at most.", n=sheet.t.number(most))
    return sheet.t("Tick as many as you like.")


def _ranks(asked: Asked, sheet: Sheet) -> str:
    most = asked.item.max_choices
    if most and most < len(asked.item.options):
        return sheet.t("Write 1 before what comes first, then 2, up to {n}.", n=most)
    return sheet.t("Write 1 before what comes first, then 2, and so on. You may leave some blank.")


def _shares(asked: Asked, sheet: Sheet) -> str:
    return sheet.t("Share out {total} points in all.", total=sheet.t.number(asked.item.total or 0))


def _bounds(asked: Asked, sheet: Sheet) -> str:
    low, high = asked.item.minimum, asked.item.maximum
    if low is not None and high is not None:
        sentence = "A number from {low} to {high}."
    elif low is not None:
        sentence = "A number of at least {low}."
    elif high is not None:
        sentence = "A number of at most {high}."
    else:
        return sheet.t("A number.")
    return sheet.t(sentence, low=_figure(low, sheet), high=_figure(high, sheet))


def _figure(value: float | None, sheet: Sheet) -> str:
    if value is None:
        return ""
    return sheet.t.number(value, 0 if float(value).is_integer() else 1)


def _reasons(_asked: Asked, sheet: Sheet) -> str:
    return sheet.t("A level needs a reason; say also what shows it.")


def _discretion(asked: Asked, sheet: Sheet) -> str:
    # Many instruments say it in the hint already: twice would be once too many.
    if asked.item.hint:
        return ""
    return sheet.t(
        "Write neither a name, nor health information, nor any detail that could identify someone."
    )


GUIDES: dict[str, Callable[[Asked, Sheet], str]] = {
    "multiple_choice": _many,
    "ranking": _ranks,
    "allocation": _shares,
    "number": _bounds,
    "text": _discretion,
    "level": _reasons,
}
