"""Values: what the cells of one row say about one item, in our codes or another program's.

Question types decide what may be answered; here only spellings are translated. Knows no rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corus.domain.answer import Answer
from corus.domain.base import Text
from corus.questions.base import QUESTION_TYPES, Asked, Refusal
from corus.questions.common import NOT_ASKED_WORD, NOT_SHOWN_WORD, not_offered
from corus.services.importing import mapping as mappings
from corus.services.importing.spellings import (
    DONT_KNOW,
    EMPTY,
    IP_PATTERN,
    MAIL_PATTERN,
    NO,
    NOT_CONCERNED,
    OTHER,
    YES,
    Source,
    fold,
    fold_code,
)

OWN = "corus"
MEMORY = 10_000
"""Different cells remembered per item and group; answers repeat, texts do not."""
WRITTEN = ("text", "level")
"""Types in whose cells people write sentences."""
_WHOLE = re.compile(r"(-?[0-9]+)(?:[.,]0{1,2})?")
"""A whole number as pandas or a spreadsheet may have saved it; “1,000” could be a thousand."""
Pairs = Iterable[tuple[str, str]]


class Lexicon:
    """Text of a cell → our code, for one item as one group meets it."""

    def __init__(self, asked: Asked, mapping: mappings.Mapping) -> None:
        self._exact: dict[str, str] = {}
        self._loose: dict[str, str] = {}
        for layer in _layers(asked, mapping):
            self._learn(list(layer))
        for text in EMPTY[mapping.source] | {""}:
            self._loose.setdefault(text, "")
        for code, spellings in (("dont_know", DONT_KNOW), ("not_concerned", NOT_CONCERNED)):
            if code in (asked.scale.opt_outs if asked.scale else ()):
                for text in spellings:
                    self._loose.setdefault(text, code)
        self._points = {str(p.value) for p in asked.scale.points} if asked.scale else set()
        self._longest = max(len(text.split()) for text in self._loose)

    def _learn(self, pairs: Sequence[tuple[str, str]]) -> None:
        meant: dict[str, set[str]] = {}
        for text, code in pairs:
            self._exact.setdefault(text, code)
            meant.setdefault(fold(text), set()).add(code)
        for text, codes in meant.items():
            # Two options that look alike once folded are told apart by their exact text only.
            if len(codes) == 1:
                self._loose.setdefault(text, *codes)

    def find(self, cell: str) -> str | None:
        """The code that ``cell`` means, "" for an empty cell, None when it is unknown."""
        cell = cell.strip()
        code = self._exact.get(cell)
        code = self._loose.get(fold(cell)) if code is None else code
        return self.point(cell) if code is None else code

    def point(self, cell: str) -> str | None:
        """The point of the scale that “5.0”, “5,0” or “05” is, None when it is none."""
        whole = _WHOLE.fullmatch(cell.strip())
        point = str(int(whole[1])) if whole else ""
        return point if point in self._points else None

    def code(self, cell: str) -> str:
        """The code that ``cell`` means, else the cell itself for the question type to judge."""
        code = self.find(cell)
        return cell.strip() if code is None else code

    def several(self, cell: str) -> list[str]:
        """The codes in a cell that holds several, in its order; the longest label first.

        Kobo separates labels by the spaces that they also contain, so words are matched as long
        as they spell a known option.
        """
        whole = self.find(cell)
        if whole is not None:
            return [whole] if whole else []
        return list(self._words(cell))

    def _words(self, cell: str) -> Iterator[str]:
        words = fold(cell).split()
        start = 0
        while start < len(words):
            for size in range(min(self._longest, len(words) - start), 0, -1):
                code = self._loose.get(" ".join(words[start : start + size]))
                if code is not None:
                    break
            else:
                raise not_offered(cell.strip())
            if code:
                yield code
            start += size


def _layers(asked: Asked, mapping: mappings.Mapping) -> Iterator[Pairs]:
    """Spellings from the most to the least certain."""
    item, scale = asked.item, asked.scale
    scale_code = item.scale or ""
    for name in (item.code, scale_code, mappings.EVERYWHERE):
        yield mapping.values.get(name, {}).items()
    codes = [str(p.value) for p in scale.points] if scale else []
    codes += [option.code for option in item.options]
    states = list(scale.opt_outs) if scale else []
    yield ((code, code) for code in (*codes, *states))
    yield _labels(asked)
    yield ((fold_code(code), code) for code in codes)
    other = next((code for code in codes if code in OTHER), None)
    if other:
        yield ((text, other) for text in ("-oth-", *OTHER))


def _labels(asked: Asked) -> Iterator[tuple[str, str]]:
    named: list[tuple[Text, str]] = [(option.label, option.code) for option in asked.item.options]
    if asked.scale:
        named += [(point.label, str(point.value)) for point in asked.scale.points]
        named += [(label, code) for code, label in asked.scale.opt_outs.items()]
    for label, code in named:
        yield from ((text, code) for text in label.values())


@dataclass
class ItemReader:
    """Reads one item of one group from its columns. Remembers what it has read before."""

    asked: Asked
    mapping: mappings.Mapping
    parts: tuple[str, ...]
    removed: int = 0
    """Texts from which an e-mail or network address was removed."""
    _known: dict[tuple[str, ...], Answer | Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lexicon = Lexicon(self.asked, self.mapping)

    def read(self, cells: tuple[str, ...]) -> Answer | Refusal:
        """The answer in ``cells`` (one per part), or why it cannot be stored."""
        found = self._known.get(cells)
        if found is None:
            try:
                found = self._read(dict(zip(self.parts, cells, strict=True)))
            except Refusal as refusal:
                found = refusal
            if len(self._known) < MEMORY and self.asked.item.type not in WRITTEN:
                self._known[cells] = found
        return found

    def _read(self, cells: dict[str, str]) -> Answer:
        kind = QUESTION_TYPES[self.asked.item.type]
        if self.mapping.source == OWN:
            if cells.get("", "").strip() == NOT_ASKED_WORD:
                raise Refusal("IMP-039", "“-” says not asked, but this group is asked the item.")
            point = self.lexicon.point(cells.get("", ""))
            return kind.read(self.asked, cells if point is None else {**cells, "": point})
        if set(cells) == {""} and self.asked.item.type == "allocation":
            return kind.read(self.asked, cells)
        return kind.parse(self.asked, self._form(cells))

    def _form(self, cells: dict[str, str]) -> dict[str, list[str]]:
        """The form that a respondent would have sent."""
        asked, translate = self.asked, self.lexicon
        kind = asked.item.type
        if kind == "multiple_choice":
            chosen = translate.several(cells.get("", ""))
            boxes = {part: cell for part, cell in cells.items() if part}
            ticked = (part for part, cell in boxes.items() if _ticked(part, cell, translate))
            return {asked.field: [*chosen, *ticked]}
        if kind == "ranking":
            return dict(self._ranks(cells))
        main = cells.get("", "")
        if kind == "text":
            main = self._without_addresses(main)
        elif kind != "number":
            main = translate.code(main)
        return {asked.field: [main], **dict(self._parts(cells))}

    def _parts(self, cells: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
        for part, cell in cells.items():
            if part == "quotable":
                cell = "yes" if _is_yes(cell) else ""
            elif part in ("reason", "evidence"):
                cell = self._without_addresses(cell)
            if part:
                yield f"{self.asked.field}.{part}", [cell]

    def _ranks(self, cells: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
        whole = self.lexicon.several(cells.get("", ""))
        order = [(str(rank), code) for rank, code in enumerate(whole, start=1)]
        for part, cell in cells.items():
            if part.isdigit() and (code := self.lexicon.code(cell)):
                order.append((part, code))
            elif part and not part.isdigit() and cell.strip():
                order.append((cell, part))
        ranks: dict[str, list[str]] = {}
        for rank, code in order:
            ranks.setdefault(f"{self.asked.field}.{code}", []).append(rank)
        yield from ranks.items()

    def _without_addresses(self, text: str) -> str:
        if self.mapping.source == "limesurvey" and text.startswith("'="):
            # LimeSurvey can be set to mask formulas so; the respondent wrote no apostrophe.
            text = text[1:]
        kept = IP_PATTERN.sub("[IP]", MAIL_PATTERN.sub("[e-mail]", text))
        self.removed += kept != text
        return kept

    def silent(self, cells: tuple[str, ...]) -> bool:
        """Whether ``cells`` say nothing, as those of an item that was not asked."""
        return all(
            is_silent(cell, part, self.mapping.source)
            for part, cell in zip(self.parts, cells, strict=True)
        )


def is_silent(cell: str, part: str, source: Source) -> bool:
    """Whether one cell says nothing: empty, an unticked box, our own “-”."""
    if not cell or not cell.strip():
        return True
    if source == OWN:
        return cell.strip() in (NOT_ASKED_WORD, NOT_SHOWN_WORD, *(["no"] * (part == "quotable")))
    text = fold(cell)
    return text in EMPTY[source] or (bool(part) and text in NO)


def _is_yes(cell: str) -> bool:
    text = fold(cell)
    if text in YES:
        return True
    if text in NO:
        return False
    message = "“{sent}” is neither yes nor no. Write yes, no, 1, 0 or nothing."
    raise Refusal("IMP-037", message, {"sent": cell.strip()[:40]})


def _ticked(option: str, cell: str, lexicon: Lexicon) -> bool:
    # Some programs write the option itself into the column of its box.
    return lexicon.find(cell) == option or _is_yes(cell)
