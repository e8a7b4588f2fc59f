"""What the page says, in English and German: its own labels by key, and the sentences of the engine by template."""

from __future__ import annotations

import locale
import os
from functools import cache
from importlib import import_module
from typing import Final, Literal

from onoffice_nb.builder.wording.sentences import in_german, in_words_of_the_page
from onoffice_nb.model import RelationType

__all__ = ["LANGUAGES", "Language", "Words", "language_of"]

Language = Literal["en", "de"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "de")

# Each has WORDS: key -> (English, German), for one part of the page.
_PARTS: Final = ("page", "what", "data", "check", "send", "runs")


class Words:
    """The texts of one language.

    A label of the form `{n} row|{n} rows` has two forms: the first for n = 1.

    Args:
        language: Which one.

    Attributes:
        language: Which one it is.
        labels: All labels of the page by key, as the front end takes them.

    Example:
        >>> Words("de")("page.live"), Words("en")("send.link", n=1)
        ('LIVE', 'Link 1 pair')
        >>> Words("de").number(1500), Words("en").number(1500)
        ('1.500', '1,500')
    """

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.labels = _labels(language)

    def __call__(self, key: str, **values: object) -> str:
        """A label with its values filled in."""
        text = self.labels[key]
        if "|" in text:
            one, many = text.split("|")
            text = one if values.get("n") == 1 else many
        return text.format_map({name: self._shown(value) for name, value in values.items()})

    def module(self, name: str) -> str:
        """A module by the word that agencies use; one that has none by its name."""
        return self.labels.get(f"module.{name}", name)

    def relation(self, relation: RelationType) -> str:
        """A relation type in words, with what stands on its sides: `Käufer (Immobilie → Adresse)`."""
        name = relation.label_de if self.language == "de" else relation.label_en
        return f"{name} ({self.module(relation.parent)} → {self.module(relation.child)})"

    def sentence(self, text: str) -> str:
        """A sentence of the engine, in this language and with the words of the page in place of those of Python."""
        return in_german(text) if self.language == "de" else in_words_of_the_page(text)

    def number(self, n: int) -> str:
        """A number as the language writes it."""
        written = f"{n:,}"
        return written.replace(",", ".") if self.language == "de" else written

    def _shown(self, value: object) -> str:
        return self.number(value) if isinstance(value, int) else str(value)


def language_of(tag: str | None = None) -> Language:
    """The language of a browser's or system's setting; English for whatever is not German.

    Args:
        tag: Such as `de-AT` or `de_DE.UTF-8`; None for the setting of this system.

    >>> language_of("de-AT"), language_of("en_US.UTF-8"), language_of("fr")
    ('de', 'en', 'en')
    """
    if tag is None:
        tag = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "de" if tag.casefold().startswith(("de", "german")) else "en"


@cache
def _labels(language: Language) -> dict[str, str]:
    position = LANGUAGES.index(language)
    parts = (import_module(f"{__name__}.{part}").WORDS for part in _PARTS)
    return {key: texts[position] for words in parts for key, texts in words.items()}
