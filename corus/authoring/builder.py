"""From a document to an instrument, or to everything that is wrong with it, all at once.

Joins what reading, shape, rules and versions find; knows none of their details.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corus.authoring.checks import findings
from corus.authoring.places import Finding, Where, placed_items
from corus.authoring.reader import Document, parse_document, read_document
from corus.authoring.shape import shape
from corus.authoring.versioning import refusals
from corus.domain.instrument import Instrument
from corus.errors import Fault, InputError


def build(
    document: Document, previous: Instrument | None = None
) -> tuple[Instrument | None, list[Fault]]:
    """The instrument of ``document`` and its faults, sorted by line; with faults it is None.

    ``previous`` is the last published version: what its codes may not become is a fault too.
    """
    faults = list(document.faults)
    if document.data is None:
        # YAML's own "nothing" reads as None, and so does a file that could not be read.
        return None, faults or [_nothing(document)]
    instrument, misshapen, wrong = shape(document)
    faults += misshapen
    if instrument is not None:
        found = [*findings(instrument), *_refused(previous, instrument)]
        faults += [_fault(document, f) for f in found if not _told(f.where, wrong)]
    faults = sorted(set(faults))
    return (None, faults) if faults else (instrument, [])


def check_file(path: str | Path, *, previous: Instrument | None = None) -> list[Fault]:
    """Everything wrong with the instrument at ``path``, sorted by line; empty when it is sound."""
    return build(read_document(path), previous)[1]


def check_text(content: bytes, name: str, *, previous: Instrument | None = None) -> list[Fault]:
    """The same for the ``content`` of a file called ``name``."""
    return build(parse_document(content, name), previous)[1]


def load_instrument(path: str | Path, *, previous: Instrument | None = None) -> Instrument:
    """The instrument at ``path``. Raises ``InputError`` with every fault at once."""
    instrument, faults = build(read_document(path), previous)
    if instrument is None:
        count = "one fault" if len(faults) == 1 else f"{len(faults)} faults"
        message = f"{path} is not an instrument yet: {count}."
        hint = "Mend what each line says, then check again."
        raise InputError(message, hint=hint, code="INS-000", faults=faults)
    return instrument


def _nothing(document: Document) -> Fault:
    hint = "Start from one of the instruments in surveys/."
    return Fault(document.file, 1, "INS-004", "the file holds nothing.", hint)


def _fault(document: Document, finding: Finding) -> Fault:
    return document.fault(finding.where, finding.code, finding.message, finding.hint)


def _told(where: Where, wrong: set[Where]) -> bool:
    """Whether a fault of shape at this place, or around it, has already been told."""
    return any(where[:size] in wrong for size in range(len(where) + 1))


def _refused(previous: Instrument | None, instrument: Instrument) -> Iterator[Finding]:
    """What a published code may not become, placed at the item."""
    places = {item.code: where for where, item in placed_items(instrument)}
    for change in refusals(previous, instrument) if previous else ():
        hint = f'Keep it as it was, or give it a new code with "replaces: {change.code}".'
        where = (*places[change.code], "code")
        yield Finding(where, f"{change.what}.", hint, change.refusal)
