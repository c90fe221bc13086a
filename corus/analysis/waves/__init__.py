"""Two waves side by side: what changed, or why nothing can be said."""
