"""Texts of the part `check`."""

WORDS: dict[str, tuple[str, str]] = {}
