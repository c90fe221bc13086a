"""Every code that a fault in an authored instrument may carry, with what it stands for.

Documentation cites these codes, so they are permanent; nothing here knows how a fault is found.
"""

from __future__ import annotations

CODES: dict[str, str] = {
    "INS-000": "The instrument has faults; each is listed with its own code.",
    # Reading the file
    "INS-001": "The file is missing or cannot be read.",
    "INS-002": "The file is larger than 2 MB.",
    "INS-003": "The file is not UTF-8 text.",
    "INS-004": "The file is empty.",
    "INS-005": "The file is not valid YAML.",
    "INS-006": "A key is written twice in the same place.",
    "INS-007": "Repetitions (&name, *name) or nesting make the file too large to read.",
    "INS-008": "A key is not plain text.",
    "INS-009": "A value cannot be kept: impossible date, endless number, hidden character, tag.",
    # Shape: keys and kinds of values
    "INS-010": "A key is unknown.",
    "INS-011": "A required key is missing.",
    "INS-013": "A value is of the wrong kind.",
    "INS-014": "A value is not among those allowed, or out of range.",
    "INS-015": "A code or a language code is not written as codes are.",
    # Names that must exist
    "INS-012": "An item uses a scale that is not defined.",
    "INS-020": "Two items have the same code.",
    "INS-021": "Two dimensions have the same code.",
    "INS-022": "Two criteria have the same code.",
    "INS-023": "Two sections have the same code.",
    "INS-024": "A dimension and an item have the same code.",
    "INS-025": "asked_to names a group that is not defined.",
    "INS-026": "wording names a group that is not defined.",
    "INS-027": "wording is given for a group that is not asked the item.",
    "INS-028": "A group is asked nothing.",
    "INS-029": "The instrument has no group or no item.",
    # Languages
    "INS-030": "A text lacks a declared language.",
    "INS-031": "A text is in a language that is not declared.",
    "INS-032": "languages is empty or names a language twice.",
    "INS-033": "A text has something between braces that nothing fills in, or a brace alone.",
    # Sections and references
    "INS-040": "A section shows a code that does not exist.",
    "INS-041": "An item is shown in no section.",
    "INS-042": "An item is shown twice.",
    "INS-043": "A dimension has no item.",
    "INS-050": "supports names a condition that is not among the references.",
    "INS-051": "markers names a marker that is not among the references.",
    "INS-052": "requires_any names an item or a dimension that does not exist.",
    # Scales
    "INS-060": "A scale has fewer than two points.",
    "INS-061": "Two points of a scale have the same value.",
    "INS-062": "A scale has more than 36 points.",
    "INS-063": "merges_with names a scale that is not defined.",
    "INS-064": "A scale merges with itself.",
    # Questions
    "INS-070": "The question type is unknown.",
    "INS-071": "A question lacks a field that its type requires.",
    "INS-072": "A question has a field that its type does not take.",
    "INS-073": "A question without a scale is reversed.",
    "INS-075": "A question gives an easy-to-read scale but has no scale of its own.",
    "INS-080": "An item replaces itself.",
    "INS-081": "A dimension has more than one anchor.",
    # What a published code may not become
    "INS-090": "A published code changes question type.",
    "INS-091": "A published code changes direction.",
    "INS-092": "A published code changes its number of scale points.",
}
"""Code → what it stands for. Codes of question types and of relevance live beside them."""
