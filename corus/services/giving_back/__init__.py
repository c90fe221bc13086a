"""Giving back to each group what it said, what was decided about it, and what came of that."""
