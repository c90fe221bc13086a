"""What the import tests share: the samples' questionnaires, small files, plans of them."""

from __future__ import annotations

import csv
import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from corus.authoring import load_instrument
from corus.domain.instrument import Instrument, InstrumentVersion
from corus.services.importing import ImportPlan, plan_file
from tests import factories

DATA = Path(__file__).parents[2] / "data"
SAMPLES = DATA / "samples"
KEY = b"k" * 32
DAY = date(2026, 4, 1)
OWN_HEADINGS = [
    "response_id", "group", "variant", "language", "mode", "channel", "completeness", "received_on",
]  # fmt: skip


@cache
def authored(name: str) -> Instrument:
    """An instrument of tests/data."""
    return load_instrument(DATA / f"{name}.yaml")


def plan_of(
    path: Path, instrument: Instrument | None = None, mapping: Path | None = None, **options: Any
) -> ImportPlan:
    """What importing ``path`` into a wave of all groups would store."""
    chosen = instrument or factories.instrument()
    version = InstrumentVersion.freeze(chosen)
    plan = factories.plan(groups={})
    wave = options.pop("wave", "panier-2026")
    return plan_file(path, mapping, version, plan, KEY, DAY, wave=wave, **options)


def sample(name: str, mapping: str) -> ImportPlan:
    """The plan of one sample, read with the mapping of that name in tests/data."""
    instrument = "kobo_wave" if name.startswith("kobo") else "limesurvey_wave"
    return plan_of(SAMPLES / name, authored(instrument), DATA / f"{mapping}.mapping.yaml")


def write_csv(path: Path, header: list[str], *rows: list[str], separator: str = ",") -> Path:
    """A CSV file as spreadsheets write it."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows([header, *rows])
    path.write_bytes(stream.getvalue().encode())
    return path


def write_yaml(path: Path, text: str) -> Path:
    """A mapping file."""
    path.write_text(text, encoding="utf-8")
    return path


def column(plan: ImportPlan, instrument: Instrument, code: str) -> str:
    """The marks of one item, row after row."""
    index = [item.code for item in instrument.items].index(code)
    return "".join(orjson.loads(row.document)["marks"][index] for row in plan.rows)


def rest(plan: ImportPlan, code: str) -> list[Any]:
    """What is stored beside the marks for one item: its values, None where there is none."""
    found = (orjson.loads(row.document).get("rest", {}) for row in plan.rows)
    return [extra.get(code, {}).get("value") for extra in found]


def codes(plan: ImportPlan) -> list[str]:
    """Codes of the faults, in order."""
    return [fault.code for fault in plan.faults]


def every_type() -> Instrument:
    """An instrument with one item of each question type, one of them asked of one group only."""
    options = [{"code": c, "label": {"fr": c.title(), "en": c}} for c in ("red", "green", "blue")]
    asked = [
        {"code": "colour", "type": "single_choice", "options": options},
        {"code": "colours", "type": "multiple_choice", "options": options, "max_choices": 2},
        {"code": "order", "type": "ranking", "options": options},
        {"code": "points", "type": "allocation", "options": options, "total": 100},
        {"code": "years", "type": "number", "minimum": 0, "maximum": 120},
        {"code": "words", "type": "text", "quotation": True},
        {"code": "more", "type": "text"},
        {"code": "marker", "type": "level", "scale": "agreement_5"},
        {"code": "inside", "type": "rating", "scale": "agreement_5", "asked_to": ["employees"]},
    ]
    questions = [{"text": {"fr": "Question ?", "en": "Question?"}, **item} for item in asked]
    return factories.instrument(questions=questions)
