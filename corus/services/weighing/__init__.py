"""Figures that rest on weights, for whoever asks: composites and scores raked to known margins."""
