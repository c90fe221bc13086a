"""Question types: one file each, parsing, validating and describing what it stores.

A new type is a file here and its line below. Nothing here knows the web or the database.
"""

from corus.questions.allocation import ALLOCATION
from corus.questions.base import QUESTION_TYPES
from corus.questions.level import LEVEL
from corus.questions.multiple_choice import MULTIPLE_CHOICE
from corus.questions.number import NUMBER
from corus.questions.ranking import RANKING
from corus.questions.rating import RATING
from corus.questions.single_choice import SINGLE_CHOICE
from corus.questions.text import TEXT

QUESTION_TYPES.add(RATING.name, RATING)
QUESTION_TYPES.add(SINGLE_CHOICE.name, SINGLE_CHOICE)
QUESTION_TYPES.add(MULTIPLE_CHOICE.name, MULTIPLE_CHOICE)
QUESTION_TYPES.add(RANKING.name, RANKING)
QUESTION_TYPES.add(ALLOCATION.name, ALLOCATION)
QUESTION_TYPES.add(NUMBER.name, NUMBER)
QUESTION_TYPES.add(TEXT.name, TEXT)
QUESTION_TYPES.add(LEVEL.name, LEVEL)

__all__ = ["QUESTION_TYPES"]
