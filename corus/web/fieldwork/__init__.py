"""Fieldwork in the browser: who was reached, invitations and reminders, what is to be printed."""

from corus.web.fieldwork import board, inviting, printing
from corus.web.fieldwork.base import blueprint

__all__ = ["blueprint", "board", "inviting", "printing"]
