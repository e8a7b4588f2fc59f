"""The engine's sentences as the page says them: in German, and in the words of the page in place of Python's.

The engine speaks English, to people who write Python. In German, its sentences
are found by template (see `templates`), area by area. In English they stay as
they are, but for what names a call of Python where the page has a control.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import import_module
from typing import Final

from onoffice_nb.builder.wording.sentences.page_words import PAGE_WORDS
from onoffice_nb.builder.wording.sentences.templates import Templates

__all__ = ["AREAS", "german_templates", "in_german", "in_words_of_the_page"]

# Each has TEMPLATES: English -> German, for one area of the engine.
AREAS: Final = (
    "words",
    "intake",
    "files",
    "matching",
    "planning",
    "execution",
    "network",
    "api_codes",
    "relation_types",
    "page",
)

_PYTHON: Final = re.compile("|".join(map(re.escape, sorted(PAGE_WORDS, key=len, reverse=True))))


@lru_cache(maxsize=4096)
def in_german(text: str) -> str:
    """A text of the engine in German, as far as its sentences are known.

    Args:
        text: What the engine says: one or several sentences, in one or several lines.

    Returns:
        The same in German; a sentence that is not known stays English.

    Example:
        >>> in_german("perhaps 1003, written without separators")
        'vielleicht 1003, ohne Trennzeichen geschrieben'
        >>> in_german("Somebody said this.")
        'Somebody said this.'
    """
    translation = german_templates().translated(text)
    return in_words_of_the_page(translation.text) if translation.unknown else translation.text


@lru_cache(maxsize=4096)
def in_words_of_the_page(text: str) -> str:
    """A text of the engine in English, with the words of the page in place of those of Python.

    Args:
        text: What the engine says.

    Returns:
        The same, naming what can be clicked.

    Example:
        >>> in_words_of_the_page("its status is 'gesendet' though: oo.plan_info(…) changes it")
        "its status is 'gesendet' though: the task “change status” changes it"
    """
    return _PYTHON.sub(lambda python_words: PAGE_WORDS[python_words[0]], text)


@cache
def german_templates() -> Templates:
    """The templates of all areas."""
    areas = (import_module(f"{__name__}.{area}").TEMPLATES for area in AREAS)
    templates = {english: german for area in areas for english, german in area.items()}
    return Templates(templates, quotation_marks="„“")
