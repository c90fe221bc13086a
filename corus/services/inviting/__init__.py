"""Inviting people: lists of contacts, messages, reminders, letters; and being left in peace."""
