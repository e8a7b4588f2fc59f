"""Candidates for rows that no rule settled: the likeliest records, each with its reasons in words.

The order comes from likeness (rapidfuzz), but nothing is ever taken because of
it: a candidate becomes an id only when the user says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.matching.keys import city_key, fold, mail_key, name_tokens, number_key, phone_key, street_key
from onoffice_nb.matching.ladder import Facts, person_name

__all__ = ["SHOWN_CANDIDATES", "Candidate", "find_candidates"]

# As many as a person reads before choosing.
SHOWN_CANDIDATES: Final = 5

# Below this, two texts have a few letters in common and nothing else (rapidfuzz, 0 to 100).
_ALIKE: Final = 72

# What the most similar of two different texts counts for, beside equal ones.
_SIMILAR: Final = 0.6

# Rows compared at once: 500 rows beside 5,000 records are 2.5 MB.
_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a row may mean.

    Attributes:
        id: The record id.
        label: The record in words.
        reasons: What is the same, what is similar and what differs, in words.
    """

    id: int
    label: str
    reasons: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The reasons as one text: rows whose candidates have the same one may be decided at once."""
        return " · ".join(self.reasons)

    def __str__(self) -> str:
        return f"{self.id} {self.label} ({self.pattern})"


@dataclass(frozen=True, slots=True)
class _Evidence:
    """One thing that a row and a record may have in common.

    `weight` orders the candidates; `fuzzy` says whether similar texts count beside equal ones.
    """

    name: str
    weight: float
    fuzzy: bool
    text: Callable[[Facts], str]


def find_candidates(
    resource: str, rows: Sequence[Facts], records: Sequence[Facts], ids: Sequence[int], labels: Sequence[str]
) -> list[tuple[Candidate, ...]]:
    """The likeliest records of each row, best first.

    Args:
        resource: `address` or `estate`.
        rows: What is known of each row.
        records: What is known of each record.
        ids: The records' ids.
        labels: The records in words.

    Returns:
        Up to `SHOWN_CANDIDATES` candidates a row; none where no record has anything in common with it.
    """
    evidence = _EVIDENCE[resource]
    weights = np.array([fact.weight for fact in evidence], dtype=np.float32)
    record_texts = [[fact.text(record) for record in records] for fact in evidence]
    candidates: list[tuple[Candidate, ...]] = []

    for start in range(0, len(rows), _ROWS_AT_ONCE):
        chunk = rows[start : start + _ROWS_AT_ONCE]
        likeness = _likeness_by_fact(evidence, chunk, record_texts)
        total = np.einsum("k,kij->ij", weights, likeness)

        for position in range(len(chunk)):
            best = _best(total[position])
            reasons = [_reasons(evidence, likeness[:, position, record]) for record in best]
            known = zip(best, reasons, strict=True)
            candidates.append(tuple(Candidate(ids[record], labels[record], why) for record, why in known))
    return candidates


def _likeness_by_fact(
    evidence: Sequence[_Evidence], rows: Sequence[Facts], record_texts: Sequence[Sequence[str]]
) -> NDArray[np.float32]:
    """Evidence × rows × records: how alike a row and a record are in each fact."""
    tables = [
        _likeness([fact.text(row) for row in rows], texts, fuzzy=fact.fuzzy)
        for fact, texts in zip(evidence, record_texts, strict=True)
    ]
    return np.stack(tables)


def _likeness(rows: Sequence[str], records: Sequence[str], *, fuzzy: bool) -> NDArray[np.float32]:
    """Rows × records: 1 for equal texts, up to `_SIMILAR` for similar ones, 0 for others and where one is missing."""
    row_texts, row_places = np.unique(np.array(rows, dtype=object).astype(str), return_inverse=True)
    record_texts, record_places = np.unique(np.array(records, dtype=object).astype(str), return_inverse=True)

    if fuzzy:
        from rapidfuzz import fuzz, process

        scores = process.cdist(row_texts.tolist(), record_texts.tolist(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        alike = (np.asarray(scores, dtype=np.float32) - _ALIKE) / (100 - _ALIKE)
        table = np.where(alike == 1, alike, _SIMILAR * np.clip(alike, 0, 1))
    else:
        table = (row_texts[:, None] == record_texts[None, :]).astype(np.float32)

    table[row_texts == "", :] = 0
    table[:, record_texts == ""] = 0
    return table[row_places][:, record_places].astype(np.float32, copy=False)


def _best(scores: NDArray[np.float32]) -> list[int]:
    """The positions of the highest scores, the highest first; equal ones in the order of the records."""
    size = min(SHOWN_CANDIDATES, len(scores))
    top = np.argpartition(-scores, size - 1)[:size] if size else np.array([], dtype=np.int64)
    ordered = top[np.lexsort((top, -scores[top]))]
    return [int(position) for position in ordered if scores[position] > 0]


def _reasons(evidence: Iterable[_Evidence], values: Iterable[float]) -> tuple[str, ...]:
    return tuple(
        f"{'same' if value == 1 else 'similar'} {fact.name}"
        for fact, value in zip(evidence, values, strict=True)
        if value
    )


def _sorted_name(facts: Facts) -> str:
    return " ".join(name_tokens(person_name(facts)))


def _street(facts: Facts) -> str:
    street, number = street_key(facts.get("Strasse") or f"{facts.get('strasse', '')} {facts.get('hausnummer', '')}")
    return f"{street} {number}".strip()


_EVIDENCE: Final = {
    "address": (
        _Evidence("e-mail", 4.0, True, lambda facts: mail_key(facts.get("Email", ""))),
        _Evidence("telephone", 3.0, False, lambda facts: phone_key(facts.get("Telefon1", ""))),
        _Evidence("customer number", 3.0, False, lambda facts: number_key(facts.get("KdNr", ""))),
        _Evidence("name", 4.0, True, _sorted_name),
        _Evidence("first name", 1.0, True, lambda facts: fold(facts.get("Vorname", ""))),
        _Evidence("company", 2.0, True, lambda facts: fold(facts.get("Firma", ""))),
        _Evidence("street and house number", 2.0, True, _street),
        _Evidence("city", 0.5, False, lambda facts: city_key(facts.get("Ort", ""))),
    ),
    "estate": (
        _Evidence("object number", 4.0, True, lambda facts: number_key(facts.get("objektnr_extern", ""))),
        _Evidence("street and house number", 4.0, True, _street),
        _Evidence("title", 2.0, True, lambda facts: fold(facts.get("objekttitel", ""))),
        _Evidence("city", 1.0, False, lambda facts: city_key(facts.get("ort", ""))),
    ),
}
