"""Microdata: answers as files for researchers, under a rule of their own (never results).

``formats`` lists them. Nothing is imported here: pages and commands need no frame and start sooner.
"""
