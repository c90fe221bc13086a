"""Corus: what stakeholders perceive of an ESS enterprise, as a profile anyone can check."""

__version__ = "0.1.0"
