"""Match the rows of a frame with records of the CRM: by exact numbers, or by the ladder of rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.errors import InputError
from onoffice_nb.extras import extra
from onoffice_nb.formatting import quote
from onoffice_nb.intake.cells import is_missing, strip_blanks
from onoffice_nb.intake.column_names import find_column
from onoffice_nb.intake.frames import to_pandas
from onoffice_nb.intake.provenance import row_numbers
from onoffice_nb.intake.repairs import RejectKind
from onoffice_nb.matching.candidates import Candidate, find_candidates
from onoffice_nb.matching.ladder import FULL_NAME, Facts, MatchModule, Rung, match_module
from onoffice_nb.matching.matches import Match, Matches
from onoffice_nb.matching.search import (
    MOST_RECORDS_READ,
    count_records,
    requests_of_search,
    search_records,
    searched_texts,
)

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Question", "compare", "match"]

# The API takes at most so many values in one filter.
_VALUES_PER_READ: Final = 500
_MAY_BE_MORE: Final = "the CRM's search finds so many records that there may be more"


def match(
    crm: Client,
    module: str,
    frame: Any,
    *,
    by: Mapping[str, Hashable] | Sequence[str] | str,
    most_read: int = MOST_RECORDS_READ,
) -> Matches:
    """Find the record that each row of a frame means.

    With one field that identifies a record (`objektnr_extern`, `KdNr`, `Email`,
    `uuid`), only the records with these values are read, 500 a request. With
    several fields, or names and streets, all records of the module are read
    once (500 a request) and compared by the rules of
    `onoffice_nb.matching.ladder`. A row is matched only where every rule that
    applies points to one and the same record, and nothing contradicts it;
    everything else has candidates to choose from.

    A module of more than `most_read` records is not read as a whole but
    searched (50 rows a request), where that takes fewer requests. The search
    finds no misspelt names, so there are fewer candidates; a row for which it
    brings so many records that the list may be cut is not matched.

    Args:
        crm: A client.
        module: `address` or `estate`.
        frame: A DataFrame of pandas, polars, Arrow or another library, one row for each record that is looked for.
            Of a lazy one only the columns of `by` are computed.
        by: Field of the CRM to column of the frame; or fields, where the columns bear the same names.
            For addresses, `"full name"` stands for first and last name in one column.
        most_read: How many records a module may have to be read as a whole.

    Returns:
        Matches, one for each row of the frame; nothing is written.

    Raises:
        InputError: The module or a field is unknown.
        PairsError: The frame has no such column, or is not a frame.
        OnOfficeError: The records cannot be read.

    Example:
        >>> import onoffice_nb as oo, pandas as pd
        >>> crm = oo.Sandbox().client()
        >>> buyers = pd.DataFrame({"Käufer": ["Brandt, Jürgen", "Elif"], "Mail": ["kunde5001@mail.example", ""]})
        >>> oo.match(crm, "address", buyers, by={"full name": "Käufer", "Email": "Mail"}).frame[["row", "id", "rule"]]
           row    id             rule
        0    1  5001  e-mail and name
        1    2  <NA>
    """
    require_client(crm)
    _require_rapidfuzz()
    rules = match_module(module)
    columns = _columns(rules, by)
    question = Question.of(frame, columns)
    rows = question.rows

    compared = [name for name in columns if name != FULL_NAME]
    fields = list(dict.fromkeys([*rules.label_fields, *compared]))

    if len(columns) > 1 or not columns.keys() <= rules.identifiers.keys():
        tables, incomplete = _read_for_rules(crm, rules, fields, rows, most_read)
        return compare(rules, rules.rungs, question, *_facts(fields, tables), incomplete=incomplete)

    (identifier,) = columns
    askable = identifier in rules.askable
    tables = _read_by(crm, rules, fields, identifier, rows) if askable else [crm.read(rules.resource, fields)]
    return compare(rules, (rules.identifiers[identifier],), question, *_facts(fields, tables))


def _read_for_rules(
    crm: Client, rules: MatchModule, fields: Sequence[str], rows: Sequence[Facts], most_read: int
) -> tuple[Iterable[pd.DataFrame], frozenset[int]]:
    """The records to compare rows with, and the positions of the rows of which some records may be missing."""
    total = count_records(crm, rules)
    texts_of_row = [searched_texts(rules, row) for row in rows] if total is not None and total > most_read else []
    texts = list(chain.from_iterable(texts_of_row))
    if total is None or total <= most_read or requests_of_search(texts) >= -(-total // _VALUES_PER_READ):
        return [crm.read(rules.resource, fields)], frozenset()

    searched = search_records(crm, rules.resource, texts)
    tables = [_read_by(crm, rules, fields, identifier, rows) for identifier in sorted(rules.askable)]
    found = crm.read(rules.resource, fields, ids=searched.ids)
    incomplete = frozenset(row for row, texts in enumerate(texts_of_row) if searched.cut.intersection(texts))
    return chain([found], *tables), incomplete


@dataclass(frozen=True, eq=False)
class Question:
    """What is looked for.

    Attributes:
        rows: What each row says.
        numbers: By which number messages name each row.
        columns: The labels of the columns that were read.
        index: The labels of the rows.
    """

    rows: Sequence[Facts]
    numbers: Sequence[int]
    columns: tuple[Hashable, ...]
    index: pd.Index[Any]

    @classmethod
    def of_rows(cls, rows: Sequence[Facts]) -> Question:
        """Rows that come from no frame, numbered from 1."""
        import pandas as pd

        return cls(rows, range(1, len(rows) + 1), (), pd.RangeIndex(len(rows)))

    @classmethod
    def of(cls, source: Any, columns: Mapping[str, Hashable]) -> Question:
        """What the rows of a frame of any library say; empty cells are left out."""
        frame = to_pandas(source, columns.values())
        places = {field: find_column(frame, column) for field, column in columns.items()}
        texts = {field: [_text(cell) for cell in frame.iloc[:, place]] for field, place in places.items()}
        rows = [{field: cells[row] for field, cells in texts.items() if cells[row]} for row in range(len(frame))]

        # Rows of two files that were put together may have the same numbers.
        numbers = row_numbers(frame.index, len(frame)).tolist()
        if len(set(numbers)) < len(numbers):
            numbers = list(range(1, len(numbers) + 1))
        return cls(rows, numbers, tuple(frame.columns[place] for place in places.values()), frame.index)


def _require_rapidfuzz() -> None:
    with extra("match", "Matching"):
        import_module("rapidfuzz")


def _columns(rules: MatchModule, by: Mapping[str, Hashable] | Sequence[str] | str) -> dict[str, Hashable]:
    by = [by] if isinstance(by, str) else by
    columns: dict[str, Hashable] = dict(by) if isinstance(by, Mapping) else {name: name for name in by}
    unknown = [name for name in columns if name not in rules.known_fields]
    if unknown or not columns:
        got = ", ".join(quote(str(name)) for name in unknown) or "none"
        raise InputError(
            f"by= names the fields that a row of {rules.resource} is found by; got {got}."
            f" There are: {', '.join(rules.known_fields)}."
        )
    return columns


def _text(cell: object) -> str:
    if is_missing(cell):
        return ""
    # A number column with a gap makes 5006.0 of the customer number 5006.
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return strip_blanks(str(cell))


def _read_by(
    crm: Client, rules: MatchModule, fields: Sequence[str], identifier: str, rows: Sequence[Facts]
) -> Iterator[pd.DataFrame]:
    """The records that have the value of one of the rows in this field."""
    values = list(dict.fromkeys(row[identifier] for row in rows if identifier in row))
    for start in range(0, len(values), _VALUES_PER_READ):
        condition = {"op": "IN", "val": values[start : start + _VALUES_PER_READ]}
        yield crm.read(rules.resource, fields, filter={identifier: [condition]})


def _facts(fields: Sequence[str], tables: Iterable[pd.DataFrame]) -> tuple[list[int], list[Facts]]:
    """The ids of the records, each once, and what is known of each."""
    records: dict[int, Facts] = {}
    for table in tables:
        for number, *cells in table[["id", *fields]].itertuples(index=False, name=None):
            texts = zip(fields, map(_text, cells), strict=True)
            records[int(number)] = {field: text for field, text in texts if text}
    return list(records), list(records.values())


def compare(
    rules: MatchModule,
    rungs: Sequence[Rung],
    question: Question,
    ids: Sequence[int],
    records: Sequence[Facts],
    *,
    incomplete: Set[int] = frozenset(),
) -> Matches:
    """Compare rows with records by rules.

    Args:
        rules: What is known of the module.
        rungs: The rules that count.
        question: The rows.
        ids: The records' ids.
        records: What is known of each record.
        incomplete: The positions of rows of which some records may be missing, so that none of them is sure.

    Returns:
        The matches; candidates are looked for when they are first asked for.
    """
    labels = [rules.label(record) for record in records]
    indexes = [_index(rung.key(record) for record in records) for rung in rungs]
    found: dict[int, Match] = {}
    problems: dict[int, str] = {}
    kinds: dict[int, RejectKind] = {}
    row_of = dict(zip(question.numbers, question.rows, strict=True))

    cut_rows = {question.numbers[position] for position in incomplete}
    for number, row in row_of.items():
        hits = _hits(rungs, indexes, row)
        problem = _MAY_BE_MORE if hits and number in cut_rows else _problem(rungs, row, hits)
        position, problem = (None, problem) if problem else _sure_or_why_not(rules, row, hits, records)
        if position is None:
            problems[number] = problem
            kinds[number] = _kind_of(row, hits)
        else:
            found[number] = Match(ids[position], labels[position], next(iter(hits)))

    @cache
    def find() -> dict[int, tuple[Candidate, ...]]:
        likely = find_candidates(rules.resource, list(map(row_of.__getitem__, problems)), records, ids, labels)
        return dict(zip(problems, likely, strict=True))

    texts = {number: ", ".join(row.values()) for number, row in row_of.items()}
    return Matches(rules.resource, texts, found, problems, kinds, question.columns, question.index, find)


def _index(keys: Iterable[Hashable | None]) -> dict[Hashable, list[int]]:
    positions: dict[Hashable, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        if key is not None:
            positions[key].append(position)
    return dict(positions)


def _hits(rungs: Sequence[Rung], indexes: Sequence[Mapping[Hashable, list[int]]], row: Facts) -> dict[str, set[int]]:
    """The records that each rule finds for a row, without the rules that find none."""
    hits: dict[str, set[int]] = {}
    for rung, index in zip(rungs, indexes, strict=True):
        key = rung.key(row)
        if key is not None and key in index:
            hits[rung.name] = set(index[key])
    return hits


def _problem(rungs: Sequence[Rung], row: Facts, hits: Mapping[str, set[int]]) -> str:
    """Why no rule finds this row; `""` where one does."""
    if not row:
        return "empty"
    if hits:
        return ""
    applied = [rung.name for rung in rungs if rung.key(row) is not None]
    return f"no record has this {' or '.join(applied)}" if applied else "too little to be sure by any rule"


def _kind_of(row: Facts, hits: Mapping[str, set[int]]) -> RejectKind:
    """Why a row has no record, for all rows alike."""
    if not row:
        return RejectKind.EMPTY
    if not hits:
        return RejectKind.NO_RECORD
    return RejectKind.SEVERAL_RECORDS if len(set.union(*hits.values())) > 1 else RejectKind.UNSURE_RECORD


def _sure_or_why_not(
    rules: MatchModule, row: Facts, hits: Mapping[str, set[int]], records: Sequence[Facts]
) -> tuple[int | None, str]:
    position = _surely_meant(rules, row, hits, records)
    return position, "" if position is not None else _why_unsure(rules, row, hits, records)


def _surely_meant(rules: MatchModule, row: Facts, hits: Mapping[str, set[int]], records: Sequence[Facts]) -> int | None:
    """The one record that the rules point to and that nothing contradicts, if there is such a one.

    Where rules point to several records, that is the one to which all of them
    point and one of them points alone, if the others are contradicted: of a
    father and a son of the same name and address, the one whose e-mail it is.
    """
    candidates = set.union(*hits.values())
    consistent = {position for position in candidates if not rules.contradiction(row, records[position])}
    if len(consistent) != 1:
        return None
    (position,) = consistent
    agreed = position in set.intersection(*hits.values())
    alone = any(positions == consistent for positions in hits.values())
    return position if agreed and alone else None


def _why_unsure(rules: MatchModule, row: Facts, hits: Mapping[str, set[int]], records: Sequence[Facts]) -> str:
    candidates = set.union(*hits.values())
    ways = " and by ".join(hits)
    if len(candidates) > 1:
        return f"{len(candidates)} records are found by {ways}"
    (position,) = candidates
    return f"found by {ways}, but with {rules.contradiction(row, records[position])}"
