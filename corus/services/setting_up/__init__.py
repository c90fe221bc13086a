"""Setting up: an organization, its waves, who is asked, the opening; one function per step.

Rules of waves are those of ``corus.services.waves`` and its neighbours; nothing here knows the web.
"""
