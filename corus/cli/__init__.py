"""The ``corus`` command: one file per family of commands; it says what services return."""

from __future__ import annotations

import click

from corus import __version__
from corus.cli.common import Friendly


@click.group(cls=Friendly, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="corus")
def main() -> None:
    """What stakeholders perceive of an ESS enterprise, as a profile anyone can check."""
