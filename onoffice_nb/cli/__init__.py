"""The command line: the same pipe in a terminal."""

from onoffice_nb.cli.commands import app

__all__ = ["app"]
