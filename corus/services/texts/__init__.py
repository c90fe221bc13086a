"""Open answers after a wave: redacting them, coding them, saying what may be quoted."""
