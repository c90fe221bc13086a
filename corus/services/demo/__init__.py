"""The demonstration: a fictional organization whose stakeholders' opinions are known beforehand."""

from corus.services.demo.answers import Respondent, respondents
from corus.services.demo.setting import AGREED, TRIAL, WAVE, prepare, weights_file
from corus.services.demo.truth import GROUPS, TRUTH

__all__ = [
    "AGREED", "GROUPS", "TRIAL", "TRUTH", "WAVE", "Respondent", "prepare", "respondents",
    "weights_file",
]  # fmt: skip
