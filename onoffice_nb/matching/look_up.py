"""Look texts up: the record that an object number, a customer number, a mail address or a name means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from onoffice_nb.api.client import Client
from onoffice_nb.formatting import quote
from onoffice_nb.matching.candidates import Candidate
from onoffice_nb.matching.ladder import FULL_NAME, match_module
from onoffice_nb.matching.matcher import match

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LookUp", "look_up", "look_up_all"]

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
    return look_up_all(crm, module, [text])[0]


def look_up_all(crm: Client, module: str, texts: Sequence[str]) -> list[LookUp]:
    """Find the records that texts mean, each by itself as `look_up` does, in no more requests than one alone may take.

    Args:
        crm: The account; it is read, never written.
        module: `estate` or `address`.
        texts: What stands in the cells.

    Returns:
        What each may mean, in their order.

    Raises:
        InputError: The records of this module bear no numbers or names that could be looked up.
        OnOfficeError: The records cannot be read.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> [answer.found.id for answer in look_up_all(crm, "estate", ["A-1008", "A-1001"])]
        [1008, 1001]
    """
    stripped = [text.strip() for text in texts]
    distinct = list(dict.fromkeys(stripped))
    answers = _by_identifiers(crm, module, distinct)
    digits = {text: found[1] for text in distinct if text not in answers and (found := _LETTERS_BEFORE.fullmatch(text))}
    answers |= _without_letters(crm, module, digits)

    others = [text for text in distinct if text not in answers and text not in digits]
    if FULL_NAME in match_module(module).known_fields and others:
        by_name = match(crm, module, _rows(others), by={FULL_NAME: "text"}).candidates
        answers |= {text: LookUp(None, by_name.get(row, ())) for row, text in enumerate(others, 1)}
    return [answers.get(text, LookUp(None)) for text in stripped]


def _by_identifiers(crm: Client, module: str, texts: Sequence[str]) -> dict[str, LookUp]:
    """What texts mean that are an identifier of a record, or that a field of a record makes likely."""
    if not texts:
        return {}
    hits: dict[str, dict[int, Candidate]] = {text: {} for text in texts}
    likely: dict[str, dict[int, Candidate]] = {text: {} for text in texts}
    for identifier in match_module(module).identifiers:
        matches = match(crm, module, _rows(texts), by={identifier: "text"})
        for row, found in matches.found.items():
            hits[texts[row - 1]][found.id] = Candidate(found.id, found.label, (found.rule,))
        for row, candidates in matches.candidates.items():
            # What is only similar was read for another text.
            alike = {candidate.id: candidate for candidate in candidates if _has_something_equal(candidate)}
            likely[texts[row - 1]].update(alike)
    return {text: _judged(hits[text], likely[text]) for text in texts if hits[text] or likely[text]}


def _judged(hits: Mapping[int, Candidate], likely: Mapping[int, Candidate]) -> LookUp:
    """The only record that is meant, or all that may be."""
    if len(hits) == 1 and not likely.keys() - hits.keys():
        return LookUp(next(iter(hits.values())))
    return LookUp(None, tuple({**hits, **likely}.values()))


def _has_something_equal(candidate: Candidate) -> bool:
    return any(reason.startswith("same ") for reason in candidate.reasons)


def _without_letters(crm: Client, module: str, digits: Mapping[str, str]) -> dict[str, LookUp]:
    """Whose number stands in a text behind letters, for a person to judge."""
    answers = _by_identifiers(crm, module, list(dict.fromkeys(digits.values())))
    found = {}
    for text, number in digits.items():
        answer = answers.get(number, LookUp(None))
        left_off = f"without {quote(text[: text.rindex(number)])}"
        hits = [answer.found] if answer.found else answer.candidates
        found[text] = LookUp(None, tuple(replace(hit, reasons=(*hit.reasons, left_off)) for hit in hits))
    return found


def _rows(texts: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({"text": list(texts)}, dtype=object)
