"""Look one text up: the record that an object number, a customer number, a mail address or a name means."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from onoffice_nb.api.client import Client
from onoffice_nb.formatting import quote
from onoffice_nb.matching.candidates import Candidate
from onoffice_nb.matching.ladder import FULL_NAME, match_module
from onoffice_nb.matching.matcher import match

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LookUp", "look_up"]

# A number behind letters, as in KD-5011: some write their numbers so, the CRM may hold the digits alone.
_LETTERS_BEFORE: Final = re.compile(r"[^\W\d_]+[ .:/_-]*(\d+)", re.ASCII)


class LookUp(NamedTuple):
    """What one text may mean.

    Attributes:
        found: The only record of which it is an identifier, None if there is none or several.
        candidates: What else it may mean, for a person to judge; empty where something was found.
    """

    found: Candidate | None
    candidates: tuple[Candidate, ...] = ()


def look_up(crm: Client, module: str, text: str) -> LookUp:
    """Find the record that a text means.

    The text is looked for among all fields that identify a record of the module
    (object number, customer number, e-mail, phone, uuid). It is found where
    exactly one record has it in one of them. A name is never enough: whoever bears
    it is a candidate, and so is whose number stands in the text behind letters.

    Args:
        crm: The account; it is read, never written.
        module: `estate` or `address`.
        text: What stands in the cell.

    Returns:
        The record or the candidates; neither, where nothing is alike.

    Raises:
        InputError: The records of this module bear no numbers or names that could be looked up.
        OnOfficeError: The records cannot be read.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> look_up(crm, "estate", "A-1008").found.id
        1008
        >>> [candidate.id for candidate in look_up(crm, "address", "Brandt, Jürgen").candidates][:1]
        [5001]
    """
    text = text.strip()
    hits, likely = _by_identifiers(crm, module, text)
    if len(hits) == 1 and not likely.keys() - hits.keys():
        return LookUp(next(iter(hits.values())))
    if hits or likely:
        return LookUp(None, tuple((hits | likely).values()))

    digits = _LETTERS_BEFORE.fullmatch(text)
    if digits is not None:
        hits, _ = _by_identifiers(crm, module, digits[1])
        found_without = f"without {quote(text[: digits.start(1)])}"
        return LookUp(None, tuple(replace(hit, reasons=(*hit.reasons, found_without)) for hit in hits.values()))

    if FULL_NAME in match_module(module).known_fields:
        by_name = match(crm, module, _one_row(text), by={FULL_NAME: "text"})
        return LookUp(None, by_name.candidates.get(1, ()))
    return LookUp(None)


def _by_identifiers(crm: Client, module: str, text: str) -> tuple[dict[int, Candidate], dict[int, Candidate]]:
    """By id: the records of which the text is an identifier, and those that a field of theirs makes likely."""
    hits: dict[int, Candidate] = {}
    likely: dict[int, Candidate] = {}
    for identifier in match_module(module).identifiers:
        matches = match(crm, module, _one_row(text), by={identifier: "text"})
        for found in matches.found.values():
            hits[found.id] = Candidate(found.id, found.label, (found.rule,))
        for candidate in matches.candidates.get(1, ()):
            likely[candidate.id] = candidate
    return hits, likely


def _one_row(text: str) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"text": [text]})
