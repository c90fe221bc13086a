"""Instruments that organizations choose, copy, edit and publish without writing a file."""
