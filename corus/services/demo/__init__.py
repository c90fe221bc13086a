"""The demonstration: a fictional organization whose stakeholders' opinions are known beforehand."""

from corus.services.demo.answers import Respondent, respondents
from corus.services.demo.giving_back import SHARED, give_back
from corus.services.demo.setting import AGREED, TRIAL, WAVE, prepare, weights_file
from corus.services.demo.truth import GROUPS, TRUTH

__all__ = [
    "AGREED", "GROUPS", "SHARED", "TRIAL", "TRUTH", "WAVE", "Respondent", "give_back", "prepare",
    "respondents", "weights_file",
]  # fmt: skip
