"""What depends on weights: pooled lines, means, known margins; each a stated convention."""
