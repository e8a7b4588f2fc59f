"""Where a module is too large to be read as a whole: the API's search brings the records that a row may mean.

The search knows no normal forms, so each name and street is asked for in the
spellings that mean the same: umlauts as such and written out. What it brings is
compared by the same rules as if the module had been read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from onoffice_nb.api.client import Client
from onoffice_nb.api.operations import chunks
from onoffice_nb.api.wire import Call
from onoffice_nb.matching.keys import TITLES, fold
from onoffice_nb.matching.ladder import Facts, MatchModule, person_name
from onoffice_nb.model import ACTIONS_PER_REQUEST

__all__ = ["MOST_RECORDS_READ", "Searched", "count_records", "requests_of_search", "search_records", "searched_texts"]

# 40 requests of 500 records: some seconds. Larger modules are searched, where that takes fewer requests.
MOST_RECORDS_READ: Final = 20_000

# As many records as the API brings at once, of addresses because they are asked for, of estates by itself: a list of
# this length may be cut, and no total is told.
_LONGEST_ANSWER: Final = {"address": 500, "estate": 20}

# Spellings of one text that are asked for; a name of four umlauts would have sixteen.
_MOST_SPELLINGS: Final = 8

_WRITTEN_OUT: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"))
_STREET_SUFFIX: Final = re.compile(r"(strasse|straße|str)$")
_FEWEST_LETTERS: Final = 3


@dataclass(frozen=True, slots=True)
class Searched:
    """What the search brought.

    Attributes:
        ids: The records' ids, each once.
        cut: The texts whose answers were as long as answers can be, so that records may be missing.
    """

    ids: tuple[int, ...]
    cut: frozenset[str]


def count_records(crm: Client, rules: MatchModule) -> int | None:
    """How many records a module has, None if the API does not tell.

    Args:
        crm: A client.
        rules: What is known of the module.

    Raises:
        OnOfficeError: The API refuses.
    """
    return crm.call("read", rules.resource, {"data": list(rules.label_fields[:1]), "listlimit": 1}).total


def searched_texts(rules: MatchModule, row: Facts) -> tuple[str, ...]:
    """What is asked for to find the records of a row: one text a spelling, whose words all have to be there.

    Args:
        rules: What is known of the module.
        row: What the row says.

    Returns:
        The texts; none where the row holds neither a name nor a street.

    Example:
        >>> from onoffice_nb.matching.ladder import match_module
        >>> searched_texts(match_module("address"), {"Vorname": "Dr. Anna", "Name": "Müller-Groß"})
        ('anna müller groß', 'anna müller gross', 'anna mueller groß', 'anna mueller gross')
        >>> searched_texts(match_module("estate"), {"strasse": "Am Markt 12 a", "ort": "Aachen (Brand)"})
        ('markt aachen',)
    """
    words = _words_of_person(row) if rules.resource == "address" else _words_of_estate(row)
    spellings = product(*map(_spellings, words)) if words else ()
    texts = dict.fromkeys(" ".join(spelling) for spelling, _ in zip(spellings, range(_MOST_SPELLINGS), strict=False))
    return tuple(texts)


def requests_of_search(texts: Iterable[str]) -> int:
    """How many requests it takes to ask for these texts."""
    return -(-len(set(texts)) // ACTIONS_PER_REQUEST)


def search_records(crm: Client, module: str, texts: Sequence[str]) -> Searched:
    """The records that the API's search finds.

    Args:
        crm: A client.
        module: `address` or `estate`.
        texts: What is asked for, 50 a request; each is asked for once.

    Returns:
        The records' ids, and which answers may be cut.

    Raises:
        OnOfficeError: The API refuses a search, or did not answer.
    """
    ids: dict[int, None] = {}
    cut: set[str] = set()
    for some in chunks(list(dict.fromkeys(texts)), ACTIONS_PER_REQUEST):
        for text, records in zip(some, _answers(crm, module, some), strict=True):
            ids |= dict.fromkeys(int(record["id"]) for record in records)
            if len(records) >= _LONGEST_ANSWER[module]:
                cut.add(text)
    return Searched(tuple(ids), frozenset(cut))


def _answers(crm: Client, module: str, texts: Sequence[str]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """The records that one request of searches finds, text by text."""
    limit = {"listlimit": _LONGEST_ANSWER[module]} if module == "address" else {}
    for result in crm.batch([Call("get", "search", {"input": text, **limit}, module) for text in texts]):
        if result is not None and result.error is not None:
            raise result.error
        # None stands for a write that may have been done: never for a search.
        yield result.records if result is not None else ()


def _words_of_person(row: Facts) -> list[str]:
    """The parts of the name in small letters; without a name, those of the company."""
    words = [word for word in _letters(person_name(row)) if fold(word) not in TITLES]
    return words or _letters(row.get("Firma", ""))


def _words_of_estate(row: Facts) -> list[str]:
    """What is always written in a street's name, and the first word of the city."""
    stems = [_STREET_SUFFIX.sub("", word) for word in _letters(row.get("strasse", ""))]
    street = [stem for stem in stems if len(stem) >= _FEWEST_LETTERS]
    return street + _letters(row.get("ort", ""))[:1] if street else []


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def _spellings(word: str) -> tuple[str, ...]:
    """A word as it stands, with its umlauts written out, and with what may be written out as umlauts."""
    spelt_out, umlauts = word, word
    for letter, letters in _WRITTEN_OUT:
        spelt_out = spelt_out.replace(letter, letters)
        umlauts = umlauts.replace(letters, letter)
    return tuple(dict.fromkeys((word, spelt_out, umlauts)))
