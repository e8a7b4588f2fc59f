"""Texts of the part `data`."""

WORDS: dict[str, tuple[str, str]] = {}
