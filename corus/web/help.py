"""Help: the steps of a wave, how to read results, and the words in French and in English."""

from __future__ import annotations

from flask import Blueprint, Response

from corus.domain.glossary import GLOSSARY
from corus.domain.roles import Role
from corus.language import words
from corus.web import frame
from corus.web.access import public

blueprint = Blueprint("help", __name__)
WORKSPACE = {
    "Wave": "One round of asking: the same questions to every group, for some weeks, then results.",
    "Questionnaire": "The sentences that are put to each group. Once published it never changes; "
    "a new version is another one.",
    "Coverage": "How many people of each group answered, out of how many there are.",
    "Giving back": "Telling each group what it said, what is decided about it, and what came of "
    "that.",
}
"""Words of these pages that no profile holds: term → meaning."""


@blueprint.get("/help")
@public
def index() -> Response:
    """One page for everybody, signed in or not: it says nothing of any organization."""
    known = WORKSPACE | GLOSSARY
    french, english = words("fr"), words("en")
    terms = [(french(term), english(term), meaning) for term, meaning in known.items()]
    return frame.page("help/index.html", terms=terms, roles=list(Role))
