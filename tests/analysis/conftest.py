"""Properties are checked without a clock: a loaded machine is no counter-example."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
