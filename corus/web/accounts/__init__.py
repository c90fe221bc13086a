"""Accounts in the browser: one's own, the people of an organization, the instance's."""
