"""Drawings and the dashboard page, made from a Profile and nothing else.

Knows neither the web application nor the database: the page is plain text in, plain text out.
"""
