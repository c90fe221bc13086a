"""Printed matter as PDF: questionnaires, letters, posters, the processing register's page."""
