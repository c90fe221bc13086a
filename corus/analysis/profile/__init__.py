"""From counts to a Profile: every figure of every group, disclosed as allowed."""
