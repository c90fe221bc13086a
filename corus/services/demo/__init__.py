"""The demonstration: a fictional organization whose stakeholders' opinions are known beforehand."""

from corus.services.demo.answers import Respondent, respondents
from corus.services.demo.setting import TRIAL, WAVE, prepare
from corus.services.demo.truth import GROUPS, TRUTH

__all__ = ["GROUPS", "TRIAL", "TRUTH", "WAVE", "Respondent", "prepare", "respondents"]
