"""The parts of the site: one line each."""

from flask import Blueprint

from corus.web import (
    api,
    entering,
    exploring,
    fieldwork,
    giving_back,
    health,
    home,
    instruments,
    researching,
    respond,
    results,
    returning,
    setting_up,
    shared_page,
    typed_link,
    unsubscribe,
)
from corus.web import help as helping
from corus.web.accounts import instance, links, members, own

PARTS: tuple[Blueprint, ...] = (
    health.blueprint,
    respond.blueprint,
    returning.blueprint,
    unsubscribe.blueprint,
    typed_link.blueprint,
    home.blueprint,
    links.blueprint,
    own.blueprint,
    members.blueprint,
    instance.blueprint,
    instruments.blueprint,
    setting_up.blueprint,
    entering.blueprint,
    fieldwork.blueprint,
    results.blueprint,
    api.blueprint,
    researching.blueprint,
    exploring.blueprint,
    giving_back.blueprint,
    shared_page.blueprint,
    helping.blueprint,
)
"""Every blueprint but that of signing in, which the guard brings along."""
