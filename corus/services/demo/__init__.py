"""The demonstration: a fictional organization whose stakeholders' opinions are known beforehand."""

from corus.services.demo.answers import Respondent, respondents
from corus.services.demo.setting import TRIAL, WAVE, prepare
from corus.services.demo.truth import TRUTH

__all__ = ["TRIAL", "TRUTH", "WAVE", "Respondent", "prepare", "respondents"]
