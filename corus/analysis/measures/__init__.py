"""Statistics from counts and scores, each with its formula, its source and its R call."""
