"""The words of a profile in plain words: for readers who meet them for the first time.

English terms and meanings are keys of the catalogues.
"""

from __future__ import annotations

GLOSSARY = {
    "Perception": "What people say they see or feel. It proves neither that an effect took place, "
    "nor what caused it.",
    "Stakeholder group": "People with the same tie to the organization: its employees, its "
    "volunteers, its neighbours and so on. Each group is read for itself.",
    "Dimension and item": "An item is one sentence that people answered. A dimension gathers the "
    "items on one subject.",
    "Score": "A number from 0 to 100 for one group and one dimension. 50 is the middle of the "
    "scale; the higher, the more favourable the answers.",
    "n": "How many people gave an answer that counts for a figure.",
    "Favourable, mixed, unfavourable": "The good end of the answers that were offered, their "
    "middle, and their bad end.",
    "Don’t know, not concerned, skipped": "Three ways of giving no opinion. They are told apart "
    "and never counted as an opinion.",
    "95% interval": "The margin that chance alone leaves around a figure: any value between these "
    "two numbers fits the answers too. The fewer answers, the wider it is.",
    "Gap": "The distance between two groups on the same subject, in points. It is a reason to "
    "talk, not a fault.",
    "Divided opinions": "Within one group, many favourable and many unfavourable answers at once. "
    "A mean would hide it.",
    "Masked": "Not shown, so that nobody can be recognised. It says nothing of what the answers "
    "were.",
    "Unplanned effect": "Something good or bad that happened and that nobody had meant. Everybody "
    "is asked for it, and all of it is counted.",
    "Release": "A numbered publication of the results, whose figures never change afterwards.",
    "Fingerprint": "A code computed from the questionnaire. If one letter of it changes, the code "
    "changes.",
}  # fmt: skip
"""Term → meaning, in the order in which a reader meets them."""
