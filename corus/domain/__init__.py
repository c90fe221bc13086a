"""Frozen types and the words of the house; no framework, no database, no drawing."""
