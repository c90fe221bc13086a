"""The way in: who is signed in, what a view needs, and the one guard that checks it."""

from corus.web.access.guard import install
from corus.web.access.needs import PUBLIC_BLUEPRINTS, needs, public

__all__ = ["PUBLIC_BLUEPRINTS", "install", "needs", "public"]
