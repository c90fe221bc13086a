"""Reads a YAML file into plain values, remembering the line of every key and every value.

Knows nothing of instruments: only of files, YAML, and what may be dangerous in them.
"""

from __future__ import annotations

import math
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from corus.authoring.places import Where
from corus.errors import Fault

MAX_BYTES = 2_000_000
MAX_VALUES = 200_000
"""Values after repetitions are written out: an alias bomb stops here."""
MAX_DEPTH = 40
LARGEST_NUMBER = 2**53
"""Beyond this, JSON readers do not agree on what a whole number is."""
PLAIN_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge")
)


@dataclass
class Document:
    """Plain values read from one file, the line of each, and what was wrong on the way.

    ``data`` is None when nothing could be read; then ``faults`` says why. ``unread`` are the
    places whose value was put aside: nobody should be told a second time about them.
    """

    file: str
    data: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unread: set[Where] = field(default_factory=set)

    def line(self, where: Where) -> int:
        """1-based line of the value at ``where``, else of the nearest value around it."""
        for size in range(len(where), -1, -1):
            if (found := self.lines.get(where[:size])) is not None:
                return found
        return 1

    def fault(self, where: Where, code: str, message: str, hint: str = "") -> Fault:
        """A fault placed at ``where``."""
        return Fault(self.file, self.line(where), code, message, hint)


class _TooMuchError(Exception):
    """The document grows beyond what any instrument needs; reading stops."""


def read_document(path: str | Path) -> Document:
    """Read ``path``; whatever is wrong with it ends up in ``faults``, never as an exception."""
    file = str(path)
    try:
        # One byte more than allowed is enough to know, whatever the file claims to weigh.
        with Path(path).open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        fault = Fault(file, 0, "INS-001", f"the file cannot be read ({why}).", "Check its name.")
        return Document(file, faults=[fault])
    return parse_document(content, file)


def parse_document(content: bytes, file: str) -> Document:
    """The document that ``content`` holds; ``file`` names it in the faults."""
    document = Document(file)
    text = _decode(content, document)
    node = None if document.faults else _compose(text, document)
    if node is not None:
        _fill(document, node)
    return document


def _decode(content: bytes, document: Document) -> str:
    """``content`` as text; a fault when it is too large, not UTF-8 or empty."""
    if len(content) > MAX_BYTES:
        hint = "Move what is not part of the questionnaire elsewhere."
        document.faults = [Fault(document.file, 0, "INS-002", "the file is over 2 MB.", hint)]
        return ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        hint = "Save the file as UTF-8 in your editor."
        fault = Fault(document.file, line, "INS-003", "this line is not UTF-8 text.", hint)
        document.faults = [fault]
        return ""
    if not text.strip():
        document.faults = [_empty(document.file)]
    return text


def _empty(file: str) -> Fault:
    hint = "Start from one of the instruments in surveys/."
    return Fault(file, 1, "INS-004", "the file is empty.", hint)


def _compose(text: str, document: Document) -> Node | None:
    """The YAML tree of ``text``, or a fault where its syntax breaks."""
    try:
        with warnings.catch_warnings():
            # Reused anchor names and odd directives are legal YAML; only values matter here.
            warnings.simplefilter("ignore")
            node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        document.faults.append(_syntax_fault(error, document.file))
        return None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        number = ord(text[error.position])
        message = f"a hidden character (U+{number:04X}) is in this line."
        hint = "Delete the line and type it again."
        document.faults.append(Fault(document.file, line, "INS-005", message, hint))
        return None
    except RecursionError:
        document.faults.append(_too_much(document.file, 0))
        return None
    except (YAMLError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        # The parser stumbles on some malformed directives and escapes instead of naming them.
        message = f"the file is not valid YAML ({type(error).__name__})."
        document.faults.append(Fault(document.file, 1, "INS-005", message, GENERAL_CURE))
        return None
    if node is None:
        document.faults.append(_empty(document.file))
    return node


GENERAL_CURE = "Check indentation, quotes and brackets on this line and the one above."
CURES = {
    "mapping values are not allowed here": (
        "a colon cannot stand here",
        'Put the text between quotes: "like this: ok", or check the indentation.',
    ),
    "cannot start any token": (
        "this character cannot begin a value",
        "Indent with spaces, never tabs, and put the text between quotes.",
    ),
    "found unexpected end of stream": ("a quote is opened and never closed", "Close the quote."),
    "expected ',' or": (
        "a bracket is opened and never closed",
        "Close it, and put commas between its parts.",
    ),
    "but found another document": (
        "a second document starts here",
        'Keep one instrument per file: remove the line "---".',
    ),
    "found undefined alias": (
        "this repeats something (*name) that is defined nowhere above",
        "Put the text between quotes, or define it with &name.",
    ),
    "expected <block end>": (
        "this line is not indented like its neighbours",
        "Align it with the keys or the dashes of the same list.",
    ),
    "could not find expected ':'": ("a colon is missing after a key", 'Write "key: value".'),
}
"""What the YAML parser says → what a person can do with."""


def _syntax_fault(error: MarkedYAMLError, file: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error.context or "")
    fact, cure = next(
        (pair for words, pair in CURES.items() if words in problem),
        (f"this is not valid YAML: {problem}", GENERAL_CURE),
    )
    # An unclosed quote or bracket is noticed at the end of the file but made where it opens.
    if "never closed" in fact and error.context_mark is not None:
        mark = error.context_mark
    return Fault(file, mark.line + 1 if mark else 1, "INS-005", fact + ".", cure)


def _too_much(file: str, line: int) -> Fault:
    message = "the file repeats or nests more than can be read."
    return Fault(file, line, "INS-007", message, "Write values out instead of repeating (*name).")


def _fill(document: Document, node: Node) -> None:
    """Turn the tree into plain values and lines, into ``document``."""
    walk = _Walk(document)
    try:
        document.data = walk.value(node, ())
    except _TooMuchError:
        document.data = None
        document.faults = [_too_much(document.file, walk.line)]


class _Walk:
    """One pass over a YAML tree, counting what it writes out."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.constructor = YAML(typ="safe", pure=True).constructor
        self.count = 0
        self.line = 0

    def value(self, node: Node, where: Where) -> Any:
        """The plain value of ``node``, its line noted under ``where``."""
        self.line = node.start_mark.line + 1
        self.document.lines.setdefault(where, self.line)
        self.count += 1
        if self.count > MAX_VALUES or len(where) > MAX_DEPTH:
            raise _TooMuchError
        if str(node.tag) not in PLAIN_TAGS:
            self._unread(where, f'the tag "{node.tag}" means nothing here.', "Remove it.")
            return None
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, where))
        if isinstance(node, SequenceNode):
            return [self.value(part, (*where, i)) for i, part in enumerate(node.value)]
        return self._scalar(node, where)

    def _pairs(self, node: MappingNode, where: Where) -> Iterator[tuple[str, Any]]:
        lines: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                hint = "Put text with braces or brackets between quotes."
                fault = Fault(self.document.file, line, "INS-008", "a key is not text.", hint)
                self.document.faults.append(fault)
                continue
            name = str(key.value)
            if name in lines:
                message = f'the key "{name}" is already written on line {lines[name]}.'
                fault = Fault(self.document.file, line, "INS-006", message, "Keep one of the two.")
                self.document.faults.append(fault)
                continue
            lines[name] = line
            self.document.lines[(*where, name)] = line
            yield name, self.value(value, (*where, name))

    def _scalar(self, node: Node, where: Where) -> Any:
        try:
            value = self.constructor.construct_object(node)
        except (YAMLError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError):
            self._unread(
                where,
                f'"{_short(node.value)}" looks like a date or a number but is none.',
                "Correct it, or put it between quotes if it is text.",
            )
            return None
        if problem := _unkept(value):
            self._unread(where, problem, "Correct it, or put it between quotes.")
            return None
        return value

    def _unread(self, where: Where, message: str, hint: str) -> None:
        self.document.unread.add(where)
        self.document.faults.append(self.document.fault(where, "INS-009", message, hint))


def _unkept(value: object) -> str:
    """Why ``value`` cannot be stored and read back the same, else ""."""
    if isinstance(value, str):
        hidden = next((c for c in value if unicodedata.category(c) in ("Cc", "Cs")
                       and c not in "\n\t"), "")  # fmt: skip
        return f"the text holds a hidden character (U+{ord(hidden):04X})." if hidden else ""
    if isinstance(value, float) and not math.isfinite(value):
        return "the number has no end."
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        return "the number is too large."
    if isinstance(value, bool | int | float | date | None):
        return ""
    return "the value is of a kind that instruments do not hold."


def _short(text: object, size: int = 40) -> str:
    words = str(text)
    return words if len(words) <= size else words[: size - 1] + "…"
