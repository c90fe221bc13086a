"""The workspace's people: accounts, sign-in, roles, tokens, the log."""
