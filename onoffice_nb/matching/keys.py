"""Normal forms: what two spellings of a name, a street, an e-mail or a telephone number have in common.

Two texts with the same key mean the same to a reader; nothing here measures how
alike two different texts are (see `candidates`). Every function is pure and
answers `""` or `()` where there is nothing to compare.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["TITLES", "city_key", "fold", "mail_key", "name_tokens", "number_key", "phone_key", "street_key"]

# Umlauts are written out, as people without a German keyboard do; letters that Unicode cannot take apart are named.
_SPELT_OUT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "ł": "l", "ı": "i"}
)

TITLES: Final = frozenset(
    re.findall(r"\w+", "dr prof dipl ing kfm mag med dent jur rer nat phil oec habil mba msc bsc herr frau hr fr")
)

_STREET: Final = re.compile(r"(strasse|straße|str\.?)(?=\s|\d|$|-)")
_HOUSE_NUMBER: Final = re.compile(r"^(?P<street>.*?\D)[\s,]*(?P<number>\d+\s*[a-z]?(\s*[-/+]\s*\d+\s*[a-z]?)?)$")

_FEWEST_PHONE_DIGITS: Final = 6

# Texts repeat: cities in every row, first names often.
_MEMORY: Final = 100_000


@lru_cache(_MEMORY)
def fold(text: str) -> str:
    """A text in lower case, umlauts written out, without accents; blanks for what is no letter or digit.

    Args:
        text: Any text.

    Returns:
        The folded text; `""` where it holds neither letters nor digits.

    Example:
        >>> fold("  Jürgen-GROSS (é) "), fold("Groß")
        ('juergen gross e', 'gross')
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT_OUT)
    bare = "".join(letter for letter in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", bare))


@lru_cache(_MEMORY)
def name_tokens(text: str) -> tuple[str, ...]:
    """The parts of a person's name in the order of the alphabet, without titles.

    So the order of first and last name, a comma between them, hyphens and titles make no difference.

    Args:
        text: First names, last names, or both.

    Returns:
        The parts, folded.

    Example:
        >>> name_tokens("Prof. Dr. Anna Müller-Lüdenscheidt") == name_tokens("Mueller Luedenscheidt, Anna")
        True
    """
    return tuple(sorted(part for part in fold(text).split() if part not in TITLES))


@lru_cache(_MEMORY)
def street_key(text: str) -> tuple[str, str]:
    """A street and its house number, each in one spelling.

    Args:
        text: A street with or without a house number behind it.

    Returns:
        The street without blanks and hyphens, and the house number; `""` for what is missing.

    Example:
        >>> street_key("Jülicher Straße 12 a") == street_key("Juelicherstr. 12A") == ("juelicherstr", "12a")
        True
        >>> street_key("Straße des 17. Juni")
        ('strdes17juni', '')
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().strip()
    with_number = _HOUSE_NUMBER.match(lowered)
    street, number = (with_number["street"], with_number["number"]) if with_number else (lowered, "")
    shortened = _STREET.sub("str", street)
    return fold(shortened).replace(" ", ""), re.sub(r"\s", "", number)


@lru_cache(_MEMORY)
def city_key(text: str) -> str:
    """A city without what stands in brackets or behind a comma.

    Args:
        text: The city.

    Returns:
        The folded city.

    Example:
        >>> city_key("Aachen (Brand)"), city_key("Düren, Rheinland")
        ('aachen', 'dueren')
    """
    return fold(re.sub(r"\(.*?\)|,.*", " ", text))


@lru_cache(_MEMORY)
def mail_key(text: str) -> str:
    """An e-mail address in lower case.

    Args:
        text: An e-mail address, as typed or as a link.

    Returns:
        The address; `""` for a text without `@`.

    Example:
        >>> mail_key(" mailto:J.Brandt@Mail.Example ")
        'j.brandt@mail.example'
    """
    address = unicodedata.normalize("NFKC", text).strip().strip("<>").casefold().removeprefix("mailto:")
    return address if "@" in address else ""


@lru_cache(_MEMORY)
def phone_key(text: str) -> str:
    """A telephone number with its country, digits only; numbers without a country are German.

    Args:
        text: A telephone number in any notation.

    Returns:
        `+` and the digits; `""` for less than 6 digits.

    Example:
        >>> phone_key("0241 / 47 91-0"), phone_key("+49 (0)241 47910"), phone_key("0049241-47910")
        ('+4924147910', '+4924147910', '+4924147910')
    """
    written = unicodedata.normalize("NFKC", text).replace("(0)", "").strip()
    digits = re.sub(r"\D", "", written)
    if len(digits) < _FEWEST_PHONE_DIGITS:
        return ""
    if written.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+49{digits[1:]}" if digits.startswith("0") else f"+{digits}"


@lru_cache(_MEMORY)
def number_key(text: str) -> str:
    """An object number, customer number or uuid: without blanks around it, in lower case.

    Args:
        text: The number as text; leading zeros and punctuation count.

    Returns:
        The number.

    Example:
        >>> number_key(" A-1008 ")
        'a-1008'
    """
    return unicodedata.normalize("NFKC", text).strip().casefold()
