"""Instruments in the browser: choosing, seeing what each group sees, copying, editing, publishing.

Views read a form and choose a page; every rule is in ``corus.services.instruments``.
"""

from corus.web.instruments import drafts, library, parts, preview, questions
from corus.web.instruments.base import blueprint

__all__ = ["blueprint", "drafts", "library", "parts", "preview", "questions"]
