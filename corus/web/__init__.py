"""Thin pages over the services; no rule of the survey lives here."""
