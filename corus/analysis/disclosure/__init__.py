"""What may be shown, beside what, and what an attacker could still tell."""
