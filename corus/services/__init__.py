"""One function per use case: takes ``session`` (or ``store``) first and never commits."""
