"""Setting up in the browser: an organization, its waves, whom they ask, opening, closing.

Views read a form and choose a page; every rule is in ``corus.services``.
"""

from corus.web.setting_up import beginning, ending, opening, planning, wave
from corus.web.setting_up.base import blueprint

__all__ = ["beginning", "blueprint", "ending", "opening", "planning", "wave"]
