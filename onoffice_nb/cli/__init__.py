"""The command line: the same pipe in a terminal."""
