"""A closed wave in which people wrote, and files filled in as a person would."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from corus.domain.answer import Answer, State, encode
from corus.exports.safe_text import csv_bytes, unguard
from corus.services.texts import codebooks, coding, reviewing
from corus.services.texts.reading import Errand
from corus.store.engine import Store
from corus.store.writer import store_rows
from tests import factories as make

WAVE = "panier-2026"
ERRAND = Errand("chargée d’évaluation", "relecture", make.DAY)
Said = tuple[str, str, bool]
"""group, text, whether it may be quoted"""


def texts(group: str, n: int, *, quotable: bool = True) -> list[Said]:
    """Harmless texts, all different."""
    return [(group, f"Un effet numéro {i} sur le quartier.", quotable) for i in range(n)]


def written(store: Store, said: Iterable[Said]) -> int:
    """A closed wave whose respondents wrote these texts."""
    wave = make.open_wave(store)
    with store.writing() as session:
        store_rows(session, [_response(wave, *one) for one in said])
    make.close_wave(store)
    return wave


def _response(wave: int, group: str, text: str, quotable: bool) -> object:
    answers = {
        "needs_met": make.given(3), "surprise": Answer(State.GIVEN, text, quotable=quotable)
    }  # fmt: skip
    return make.response(wave, encode(answers, make.instrument()), group=group)


def rows(content: bytes) -> list[dict[str, str]]:
    """A file of ours as a spreadsheet would show it."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{name: unguard(cell) for name, cell in row.items()} for row in reader]


def save(path: Path, filled: Sequence[Mapping[str, str]]) -> Path:
    """The file given back."""
    path.write_bytes(csv_bytes(list(filled[0]), [list(row.values()) for row in filled]))
    return path


def suggested(store: Store, *, everything: bool = False) -> list[dict[str, str]]:
    with store.writing() as session:
        return rows(reviewing.suggest(session, store.key, WAVE, ERRAND, everything=everything))


def review(store: Store, path: Path, filled: Sequence[Mapping[str, str]]) -> Mapping[str, int]:
    with store.writing() as session:
        return reviewing.review(session, store.key, WAVE, save(path, filled), "MB", make.DAY)


def review_all(store: Store, path: Path, decision: str = "accept") -> None:
    """Everything suggested, decided alike."""
    review(store, path, [row | {"decision": decision} for row in suggested(store)])


def publish(store: Store) -> reviewing.Published:
    with store.writing() as session:
        return reviewing.publish(session, WAVE, make.DAY)


def codebook(store: Store, path: Path, **definitions: str) -> list[codebooks.Revised]:
    """The codes of the open question, by their definitions."""
    filled = [
        {"item": "surprise", "code": code, "name": code.title(), "definition": definition}
        for code, definition in definitions.items()
    ]
    with store.writing() as session:
        return codebooks.revise(session, WAVE, save(path, filled), make.DAY)


def to_code(store: Store, coder: str, *, second: bool = False) -> list[dict[str, str]]:
    with store.writing() as session:
        return rows(coding.to_code(session, store.key, WAVE, coder, ERRAND, second=second))


def code(
    store: Store, path: Path, coder: str, find: Callable[[str], tuple[str, str, str]],
    of: Sequence[Mapping[str, str]] | None = None,
) -> int:  # fmt: skip
    """One coder's codes, expectation and valence of each text still to code."""
    filled = []
    for row in to_code(store, coder) if of is None else of:
        codes, expectation, valence = find(row["text"])
        filled.append(row | {"codes": codes, "expectation": expectation, "valence": valence})
    with store.writing() as session:
        return coding.take_in(session, store.key, WAVE, save(path, filled), coder, make.DAY)
