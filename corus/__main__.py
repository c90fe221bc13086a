"""``python -m corus``: the same as the ``corus`` command."""

from corus.cli import main

main()
