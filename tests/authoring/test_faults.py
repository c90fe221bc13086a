"""Every fault in one table: what is written in the file, and which line carries which code.

A case is a list of edits to the sound instrument of ``factories``; ``#! CODE`` at the end of a
line says that this line, and no other, is told with this code.
"""

import re
from pathlib import Path

import pytest

from corus.authoring import CODES
from corus.authoring.checks import CHECKS
from tests.authoring.factories import SOUND, found, marked, spoilt, told

POINT = '      - {value: 2, label: {fr: Oui, en: "Yes"}}\n'
MANY_POINTS = "".join(
    f"      - {{value: {i}, label: {{fr: x, en: x}}}}\n" for i in range(3, 38)
)  # fmt: skip

CASES: dict[str, list[tuple[str, str]]] = {
    # Reading
    "a colon in a text that is not quoted": [
        ("title: {fr: Essai, en: Trial}", "title: Essai: un  #! INS-005"),
    ],
    "a key written twice": [("edition:", "code: again  #! INS-006\nedition:")],
    "a key that is a list": [("edition:", "[a, b]: c  #! INS-008\nedition:")],
    "a day that does not exist": [
        ("languages:", "convention: {agreed_on: 2026-02-30}  #! INS-009\nlanguages:"),
    ],
    "a number without end": [
        ("    options:\n", "    max_choices: .inf  #! INS-009\n    options:\n"),
    ],
    # Shape
    "a misspelt key": [("anchor: true", "anker: true  #! INS-010")],
    "a misspelt required key is told once": [
        ("            text: {fr: Premier", "            txt: {fr: Premier"),
        ("en: First}", "en: First}  #! INS-010"),
    ],
    "a missing key": [
        ("          - code: trust_1", "          - code: trust_1  #! INS-011"),
        ("            text: {fr: Premier, en: First}\n", ""),
    ],
    "an item without a code": [
        ("  - code: why\n    type: text\n", "  - type: text  #! INS-011\n"),
        ("needs, topics, why", "needs, topics"),
    ],
    "a number where text is expected": [('edition: "1.0"', "edition: 1.0  #! INS-013")],
    "a text that is not translated": [("title: {fr: Essai, en: Trial}", "title: x  #! INS-013")],
    "a group without anything": [
        ("  users: {label: {fr: Usagers, en: Users}}", "  users:  #! INS-013"),
    ],
    "a list that is not one": [("asked_to: [users]", "asked_to: users  #! INS-013")],
    "a word that is not among those allowed": [("reversed", "revresed  #! INS-014")],
    "a number out of range": [("    options:\n", "    max_choices: 0  #! INS-014\n    options:\n")],
    "an opt-out that does not exist": [
        ("dont_know: {", "dunno: {"), ("know}", "know}  #! INS-014"),
    ],
    "a code with a capital": [("code: trial", "code: Trial  #! INS-015")],
    "a language with a capital": [("title: {fr: Essai", "title: {FR: Essai"),
                                  ("en: Trial}", "en: Trial}  #! INS-015")],
    # Names
    "a scale that is not defined": [("scale: accord5", "scale: agree5  #! INS-012")],
    "an easy scale that is not defined": [("scale: easy2}}", "scale: easy3}}  #! INS-012")],
    "two items with one code": [("code: trust_2", "code: trust_1  #! INS-020")],
    "a question with the code of an item": [
        ("code: why", "code: trust_2  #! INS-020"), ("topics, why", "topics"),
    ],
    "two dimensions with one code": [
        ("questions:", "  - code: needs  #! INS-021 INS-043\n    label: {fr: B, en: N}\n"
         "    criteria: []\nquestions:"),
    ],
    "two criteria with one code": [
        ("questions:", "      - code: trust  #! INS-022\n        label: {fr: B, en: N}\n"
         "        items: []\nquestions:"),
    ],
    "two sections with one code": [
        ("needs, topics, why]}", "needs, topics]}\n"
         "  - {code: first, title: {fr: Un, en: One}, shows: [why]}  #! INS-023"),
    ],
    "an item with the code of a dimension": [
        ("code: why", "code: needs  #! INS-024"), ("topics, why", "topics"),
    ],
    "asked to a group that does not exist": [("[users]", "[users, boards]  #! INS-025")],
    "worded for a group that does not exist": [
        ("            wording:\n", "            wording:\n"
         "              boards: {text: {fr: x, en: x}}  #! INS-026\n"),
    ],
    "worded for a group that is not asked": [
        ("            wording:\n", "            wording:\n"
         "              board: {text: {fr: x, en: x}}  #! INS-027\n"),
    ],
    "a group that is asked nothing": [
        ("groups:\n", "groups:\n  funders: {label: {fr: F, en: F}}  #! INS-028\n"),
        ("anchor: true", "asked_to: [users, board]"),
        ("    type: multiple_choice", "    type: multiple_choice\n    asked_to: [users, board]"),
        ("    type: text", "    type: text\n    asked_to: [users, board]"),
    ],
    # Languages
    "a missing translation": [("{fr: Pourquoi, en: Why}", "{fr: Pourquoi}  #! INS-030")],
    "a blank translation": [("en: Second}", "en: ' '}  #! INS-030")],
    "a missing translation of an option": [
        ("{code: b, label: {fr: B, en: B}}", "{code: b, label: {fr: B}}  #! INS-030"),
    ],
    "a text in a language not declared": [("fr: Essai,", "de: Versuch, fr: Essai,"),
                                          ("en: Trial}", "en: Trial}  #! INS-031")],
    "a language declared twice": [("[fr, en]", "[fr, en, fr]  #! INS-032")],
    "a blank in the French spelling": [
        ("{fr: Pourquoi, en: Why}", "{fr: 'Et {organisation}', en: Why}  #! INS-033"),
    ],
    "a blank that nothing fills": [
        ("{code: b, label: {fr: B, en: B}}",
         "{code: b, label: {fr: '{organization}', en: 'B {foo}'}}  #! INS-033"),
    ],
    "a brace that is not closed": [("en: Second}", "en: 'A {organization'}  #! INS-033")],
    # Sections and references
    "a section showing what does not exist": [("topics, why]}", "topics, why, wy]}  #! INS-040")],
    "an item shown in no section": [
        ("  - code: topics", "  - code: topics  #! INS-041"), ("needs, topics,", "needs,"),
    ],
    "an item shown twice": [("topics, why]}", "topics, why, trust_1]}  #! INS-042")],
    "a dimension without items": [
        ("questions:", "  - code: bonds  #! INS-043\n    label: {fr: B, en: N}\n"
         "    criteria: []\nquestions:"),
    ],
    "a condition that is not a reference": [("[art_2]", "[art_3]  #! INS-050")],
    "a marker where a condition is meant": [("[art_2]", "[m1]  #! INS-050")],
    "a marker that is not a reference": [("[m1]", "[m2]  #! INS-051")],
    "a condition requiring what does not exist": [("requires_any: [needs]}", "requires_any: [n]}"
                                                   "  #! INS-052")],
    # Scales
    "a scale of one point": [
        ("    merges_with: accord5\n    points:\n" + POINT.replace("2", "1").replace("Oui", "Non")
         .replace("Yes", "No"), "    merges_with: accord5\n    points:  #! INS-060\n"),
    ],
    "two points with one value": [("{value: 2,", "{value: 1,"), ('en: "Yes"}}', 'en: "Yes"}}'
                                                                 "  #! INS-061")],
    "a scale of 37 points": [
        ("  accord5:\n    points:", "  accord5:\n    points:  #! INS-062"),
        (POINT, POINT + MANY_POINTS),
    ],
    "a scale that merges with none": [("merges_with: accord5", "merges_with: accord  #! INS-063")],
    "a scale that merges with itself": [("merges_with: accord5", "merges_with: easy2  #! INS-064")],
    # Questions
    "a question type that does not exist": [("type: text", "type: txt  #! INS-070")],
    "a rating without scale": [
        ("- code: trust_1\n            scale: accord5\n", "- code: trust_1  #! INS-071\n"),
    ],
    "a choice without options": [
        ("  - code: topics", "  - code: topics  #! INS-071"),
        ("    options:\n      - {code: a, label: {fr: A, en: A}}\n"
         "      - {code: b, label: {fr: B, en: B}}\n", ""),
    ],
    "a field that the type does not take": [
        ("    type: text\n", "    type: text\n    max_choices: 2  #! INS-072\n"),
    ],
    "a text reversed": [
        ("    type: text\n", "    type: text\n    direction: reversed  #! INS-073\n"),
    ],
    "an easy scale for an item without scale": [
        ("    type: text\n", "    type: text\n    wording: {users: {easy: {text: {fr: x, en: x}, "
         "scale: easy2}}}  #! INS-075\n"),
    ],
    "an item that replaces itself": [
        ("    type: text\n", "    type: text\n    replaces: why  #! INS-080\n"),
    ],
    "two anchors in one dimension": [
        ("direction: reversed", "direction: reversed\n            anchor: true  #! INS-081"),
    ],
    # Told by the question types and by relevance, placed here
    "an option written twice": [
        ("    options:", "    options:  #! QST-002"), ("code: b", "code: a"),
    ],
    "descriptors that do not match the points": [
        ("    type: text\n    text: {fr: Pourquoi, en: Why}\n", "    type: level\n"
         "    scale: accord5\n    text: {fr: Pourquoi, en: Why}\n"
         "    descriptors: [{fr: x, en: x}]  #! QST-008\n"),
    ],
    "relevance that cannot be read": [('"${trust_1} = 1"', '"${trust_1} ="  #! REL-001')],
    "relevance on what does not exist": [('"${trust_1} = 1"', '"${trust_9} = 1"  #! REL-002')],
}  # fmt: skip


def test_the_sound_instrument_has_no_fault() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize("edits", CASES.values(), ids=CASES.keys())
def test_fault_is_told_at_its_line_with_its_code_and_alone(edits: list[tuple[str, str]]) -> None:
    text = spoilt(*edits)
    assert marked(text), "the case expects nothing"
    assert found(text) == marked(text)


RAW: dict[str, tuple[bytes, list[str]]] = {
    "more than 2 MB": (b"#" * 2_000_001, ["0 INS-002"]),
    "not UTF-8": ("code: a\ntitle: été".encode("latin-1"), ["2 INS-003"]),
    "UTF-16": ("code: a".encode("utf-16"), ["1 INS-003"]),
    "empty": (b"", ["1 INS-004"]),
    "spaces": (b"  \n ", ["1 INS-004"]),
    "comments only": (b"# nothing\n", ["1 INS-004"]),
    "null": (b"~", ["1 INS-004"]),
    "a tab as indentation": (b"a:\n\tb: 1\n", ["2 INS-005"]),
    "an unclosed quote": (b"a: 1\nb: 'x\nc: 2\n", ["2 INS-005"]),
    "an unclosed bracket": (b"a: 1\nb: [1, 2\nc: 2\n", ["2 INS-005"]),
    "two documents": (b"a: 1\n---\nb: 2\n", ["2 INS-005"]),
    "an unknown alias": (b"a: 1\nb: *c\n", ["2 INS-005"]),
    "a hidden character": (b"a: 1\nb: \x07\n", ["2 INS-005"]),
    "an unknown YAML version": (b"%YAML 9.9\n---\na: 1\n", ["1 INS-005"]),
    "an alias bomb": (
        b"a: &a [1,1,1,1,1,1,1,1,1,1]\n"
        + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 10))
                   for i in range(8)),
        ["INS-007"],
    ),
    "a value inside itself": (b"a: &a [*a]\n", ["INS-007"]),
    "three thousand brackets": (b"[" * 3000, ["INS-007"]),
    "fifty levels": (b"a: " + b"[" * 50 + b"]" * 50, ["INS-007"]),
    "a tag": (b"!!python/object:os.system {}\n", ["1 INS-009"]),
    "a list": (b"- a\n- b\n", ["1 INS-013"]),
    "a word": (b"word\n", ["1 INS-013"]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), RAW.values(), ids=RAW.keys())
def test_file_that_is_no_instrument_is_told_in_one_fault(
    content: bytes, expected: list[str]
) -> None:
    assert [fault.split()[-1] if " " not in e else fault
            for fault, e in zip(found(content), expected, strict=True)] == expected  # fmt: skip


def test_file_starting_with_a_byte_order_mark_is_read() -> None:
    assert found(b"\xef\xbb\xbf" + SOUND.encode()) == []


def test_instrument_without_group_or_item_is_told_both() -> None:
    text = "code: a\nedition: '1'\nlanguages: [fr]\ntitle: {fr: x}\nscales: {}\ngroups: {}\n"
    assert found(text) == ["1 INS-029", "6 INS-029"]


def test_all_faults_of_a_file_are_told_at_once_sorted_by_line() -> None:
    text = spoilt(
        ("fr: Essai, en: Trial}", "fr: Essai}  #! INS-030"),
        ("anchor: true", "anker: true  #! INS-010"),
        ("scale: accord5", "scale: agree5  #! INS-012"),
        ("direction: reversed", "direction: up  #! INS-014"),
        ("asked_to: [users]", "asked_to: [user]  #! INS-025"),
        ("users: {easy:", "users: {esay:"),
        ("scale: easy2}}", "scale: easy3}}  #! INS-010 INS-012 INS-027"),
        ("type: text", "type: txt  #! INS-070"),
        ("topics, why]}", "topics]}"),
        ("  - code: why", "  - code: why  #! INS-041"),
    )
    assert found(text) == marked(text)


def test_broken_collection_is_told_without_everything_that_refers_to_it() -> None:
    text = spoilt(("groups:\n", "groups: [a]  #! INS-013\nold:  #! INS-010\n"))
    assert found(text) == marked(text)


def test_every_code_of_the_table_is_tested() -> None:
    here = Path(__file__).parent
    tested = {code for file in here.glob("test_*.py")
              for code in re.findall(r"INS-\d{3}", file.read_text("utf-8"))}  # fmt: skip
    assert sorted(CODES.keys() - tested) == []


def test_every_code_told_by_the_program_is_in_the_table() -> None:
    import corus.authoring

    sources = Path(corus.authoring.__path__[0]).rglob("*.py")
    used = {code for file in sources if file.name != "codes.py"
            for code in re.findall(r'"(INS-\d{3})"', file.read_text("utf-8"))}  # fmt: skip
    assert used == CODES.keys()
    assert CHECKS.keys() <= CODES.keys()


MESSAGES = {
    "undefined scale": (
        [("code: trust_2\n            scale: accord5", "code: trust_2\n            scale: agree5"),
         ("  easy2:\n    merges_with: accord5\n    points:\n      - {value: 1, label: {fr: Non, "
          'en: "No"}}\n' + POINT, ""), (", scale: easy2", "")],
        'surveys/x.yaml:32: item "trust_2" uses scale "agree5", which is not defined. '
        'Add it under "scales:" or use one of: accord5. [INS-012]',
    ),
    "misspelt key": (
        [("scale: accord5\n            dir", "sacle: accord5\n            dir")],
        'surveys/x.yaml:37: unknown key "sacle" in item "trust_2". Did you mean "scale"? [INS-010]',
    ),
    "edition as a number": (
        [('edition: "1.0"', "edition: 1.0")],
        'surveys/x.yaml:2: "edition" of the instrument should be text, not the number 1.0. '
        'Put it between quotes: "1.0". [INS-013]',
    ),
    "missing translation": (
        [("users: {easy: {text: {fr: Facile, en: Easy}", "users: {easy: {text: {fr: Facile}")],
        'surveys/x.yaml:42: "wording.users.easy.text" of item "trust_2" is missing in en. '
        'Add en: "…". [INS-030]',
    ),
    "blank in the French spelling": (
        [("en: Easy}", "en: 'Easy for {organisation}'}")],
        'surveys/x.yaml:42: "wording.users.easy.text.en" of item "trust_2" has "{organisation}", '
        'which nothing fills in. Did you mean "{organization}"? [INS-033]',
    ),
    "point of a scale": (
        [('{value: 1, label: {fr: Non, en: "No"}}', "{value: un, label: {fr: Non, en: x}}")],
        'surveys/x.yaml:11: "value" of point 1 of scale "accord5" should be a whole number, not '
        '"un". Write digits only, without quotes. [INS-013]',
    ),
    "unknown type": (
        [("type: multiple_choice", "type: multiple_choise")],
        'surveys/x.yaml:45: item "topics" has type "multiple_choise", which does not exist. '
        'Did you mean "multiple_choice"? [INS-070]',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "expected"), MESSAGES.values(), ids=MESSAGES.keys())
def test_message_gives_place_fact_and_cure(edits: list[tuple[str, str]], expected: str) -> None:
    assert told(spoilt(*edits)) == [expected]


@pytest.mark.parametrize("edits", CASES.values(), ids=CASES.keys())
def test_every_message_has_a_cure_and_no_word_of_the_program(edits: list[tuple[str, str]]) -> None:
    for message in told(spoilt(*edits)):
        assert re.search(r"[.?…] \S.*[.?] \[[A-Z]{3}-\d{3}\]$", message), message
        assert not re.search(r"Input should|Traceback|pydantic|_type\b|None|\(\)", message), message
