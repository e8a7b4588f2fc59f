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

# Rows compared at once: 200 rows beside 5,000 records are 4 MB, which a processor holds close at hand.
_ROWS_AT_ONCE: Final = 200


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
    comparisons = [_Comparison.of(kind, rows, records) for kind in _EVIDENCE[resource]]
    comparisons = [comparison for comparison in comparisons if comparison.has_texts]
    found: list[tuple[Candidate, ...]] = []

    for start in range(0, len(rows), _ROWS_AT_ONCE):
        chunk = slice(start, min(start + _ROWS_AT_ONCE, len(rows)))
        scores = np.zeros((chunk.stop - chunk.start, len(records)), dtype=np.float32)
        tables = [comparison.likeness(chunk) for comparison in comparisons]
        for comparison, table in zip(comparisons, tables, strict=True):
            scores += comparison.kind.weight * table.of_records

        for position, best in enumerate(_best_of_each(scores)):
            found.append(
                tuple(
                    Candidate(ids[record], labels[record], _reasons(comparisons, tables, position, record))
                    for record in best
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts, each once, and the place of each among them."""

    distinct: NDArray[np.object_]
    places: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> _Texts:
        places: dict[str, int] = {}
        codes = [places.setdefault(text, len(places)) for text in texts]
        return cls(np.array([*places], dtype=object), np.array(codes, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How alike rows and records are in one thing: `table` compares distinct texts, and `rows` and `records` say whose.

    Expanded to all rows and records it is large, so that is done once, where it is added to the scores.
    """

    table: NDArray[np.float32]
    rows: NDArray[np.int64]
    records: NDArray[np.int64]

    @property
    def of_records(self) -> NDArray[np.float32]:
        """float32[rows, records]."""
        return self.table.take(self.records, axis=1).take(self.rows, axis=0)

    def __call__(self, row: int, record: int) -> float:
        return float(self.table[self.rows[row], self.records[record]])


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One kind of evidence, and the texts of all rows and records for it."""

    kind: _Evidence
    rows: _Texts
    records: _Texts

    @classmethod
    def of(cls, kind: _Evidence, rows: Sequence[Facts], records: Sequence[Facts]) -> _Comparison:
        return cls(kind, _Texts.of(map(kind.text, rows)), _Texts.of(map(kind.text, records)))

    @property
    def has_texts(self) -> bool:
        """Whether rows and records say anything of this at all."""
        return any(self.rows.distinct) and any(self.records.distinct)

    def likeness(self, chunk: slice) -> _Likeness:
        """1 for equal texts, up to `_SIMILAR` for similar ones, 0 for others and where one is missing."""
        used, places = np.unique(self.rows.places[chunk], return_inverse=True)
        row_texts, record_texts = self.rows.distinct[used], self.records.distinct
        if self.kind.fuzzy:
            table = _similarity(row_texts.tolist(), record_texts.tolist())
        else:
            table = (row_texts[:, None] == record_texts[None, :]).astype(np.float32)

        table[row_texts == "", :] = 0
        table[:, record_texts == ""] = 0
        return _Likeness(table, places, self.records.places)


def _similarity(rows: list[str], records: list[str]) -> NDArray[np.float32]:
    from rapidfuzz import fuzz, process

    scores = process.cdist(rows, records, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.float32)
    alike = (np.asarray(scores, dtype=np.float32) - _ALIKE) / (100 - _ALIKE)
    return np.where(alike == 1, alike, _SIMILAR * np.clip(alike, 0, 1))


def _best_of_each(scores: NDArray[np.float32]) -> list[list[int]]:
    """For each row the positions of the highest scores, the highest first; equal ones in the order of the records."""
    size = min(SHOWN_CANDIDATES, scores.shape[1])
    if not size:
        return [[] for _ in scores]
    top = _highest(scores, size)
    heights = np.take_along_axis(scores, top, axis=1)
    order = np.argsort(-heights, axis=1, kind="stable")
    best = np.take_along_axis(top, order, axis=1).tolist()
    counts = np.count_nonzero(heights > 0, axis=1).tolist()
    return [positions[:count] for positions, count in zip(best, counts, strict=True)]


def _highest(scores: NDArray[np.float32], size: int) -> NDArray[np.intp]:
    """In each row the positions of the highest scores, in their order; of equal ones the first count.

    A partition alone takes any of those that equal the last, and another one on another processor.
    """
    last = -np.partition(-scores, size - 1, axis=1)[:, size - 1 : size]
    above = scores > last
    wanted = size - np.count_nonzero(above, axis=1, keepdims=True)
    equal = scores == last
    taken = above | (equal & (np.cumsum(equal, axis=1) <= wanted))
    return np.nonzero(taken)[1].reshape(len(scores), size)


def _reasons(comparisons: Sequence[_Comparison], tables: Sequence[_Likeness], row: int, record: int) -> tuple[str, ...]:
    values = [(comparison.kind.name, table(row, record)) for comparison, table in zip(comparisons, tables, strict=True)]
    return tuple(f"{'same' if value == 1 else 'similar'} {name}" for name, value in values if value)


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
