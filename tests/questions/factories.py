"""One authored item of every question type, and small instruments around items."""

from __future__ import annotations

from typing import Any

from corus.domain.base import Text
from corus.domain.instrument import Instrument, Item
from corus.domain.scale import OptOut, Point, Scale
from corus.questions.base import Asked

OPT_OUTS: dict[OptOut, Text] = {
    "dont_know": {"fr": "Je ne sais pas", "en": "I don’t know"},
    "not_concerned": {"fr": "Cela ne me concerne pas", "en": "Not applicable to me"},
}


def a_scale(size: int = 5, first: int = 1, **fields: Any) -> Scale:
    points = [
        Point(value=v, label={"fr": f"point {v}", "en": f"point {v}"})
        for v in range(first, first + size)
    ]
    return Scale(**{"points": points, "opt_outs": OPT_OUTS, **fields})


SCALES = {
    "agreement_5": a_scale(),
    "easy_3": a_scale(3),
    "levels": a_scale(5, first=0),
    "plain_2": a_scale(2, opt_outs={}),
}


def options(*codes: str) -> list[dict[str, Any]]:
    return [{"code": code, "label": {"fr": f"L’{code}", "en": f"The {code}"}} for code in codes]


FIELDS: dict[str, dict[str, Any]] = {
    "rating": {"scale": "agreement_5"},
    "single_choice": {"options": options("a", "b", "c")},
    "multiple_choice": {"options": options("a", "b", "c", "d"), "max_choices": 3},
    "ranking": {"options": options("a", "b", "c", "d"), "max_choices": 3},
    "allocation": {"options": options("a", "b", "c"), "total": 100},
    "number": {"minimum": -50, "maximum": 1e9},
    "text": {"quotation": True},
    "level": {"scale": "levels", "evidence_hint": {"fr": "Minutes", "en": "Minutes"}},
}


def an_item(kind: str = "rating", code: str = "x", **fields: Any) -> Item:
    text = {"fr": "Une phrase.", "en": "A sentence."}
    return Item(**{"code": code, "type": kind, "text": text, **FIELDS[kind], **fields})


def asked(kind: str = "rating", **fields: Any) -> Asked:
    item = an_item(kind, **fields)
    return Asked(item, "employees", "standard", item.text, SCALES.get(item.scale or ""))


def an_instrument(*items: Item, **fields: Any) -> Instrument:
    groups = {g: {"label": {"fr": g, "en": g}} for g in ("employees", "volunteers")}
    base: dict[str, Any] = {
        "code": "trial",
        "edition": "1.0",
        "languages": ("fr", "en"),
        "title": {"fr": "Essai", "en": "Trial"},
        "scales": SCALES,
        "groups": groups,
        "questions": items,
    }
    return Instrument(**{**base, **fields})
