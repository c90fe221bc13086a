"""The API under ``/api/v1``: what the screens show, as JSON, for programs that hold a key."""

from corus.web.api import reference, views
from corus.web.api.serving import blueprint

__all__ = ["blueprint", "reference", "views"]
