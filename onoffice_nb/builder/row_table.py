"""The table of all rows of the input: their records and states, filtered, searched and sorted in arrays, page by page.

A page of the browser holds at most `PAGE_SIZE` rows; what it shows of them is
made when it is shown. 50,000 rows are a few arrays here, and a search runs over
one long text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.builder.wording import Words
from onoffice_nb.execution.report import Report
from onoffice_nb.formatting import make_frame
from onoffice_nb.intake.mends import Mend
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.intake.repairs import Repair, RepairKind
from onoffice_nb.model import Outcome, RelationType, Verb
from onoffice_nb.planning.actions import IntArray
from onoffice_nb.planning.plan import LINKED_WITH_INFO, Plan
from onoffice_nb.planning.records import module_of_records

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "PAGE_SIZE",
    "SIDES",
    "Query",
    "RowState",
    "RowTable",
    "TablePage",
    "mended_text",
    "raw_text",
    "telling_columns",
]

PAGE_SIZE: Final = 100

# As decisions on rejects name them, in the order in which they are read.
SIDES: Final = ("parent", "child", "info")

# So many columns of the user's own stand beside the ids, and so long may their texts be on average.
_MOST_TELLING: Final = 3
_LONGEST_TELLING: Final = 40

# What such columns are called, the most telling first.
_TELLING: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bname|nachname|käufer|kaeufer|eigentümer|mieter|interessent|kunde\b|kontakt|person|buyer|owner|client",
        r"vorname|first.?name|firma|company|titel|title|bezeichnung|betreff",
        r"objekt.?nr|objektnummer|kd.?nr|kundennummer|\bnr\b|number|extern",
        r"\bort\b|stadt|city|town|straße|strasse|street|adress|address",
        r"mail|telefon|phone|datum|date",
    )
)


class RowState(StrEnum):
    """How a row stands: before it is sent, or after a run. The order is the one in which filters and sorting show."""

    MEND = "mend"
    NOT_FOUND = "not_found"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NEW = "new"
    CHANGE = "change"
    REMOVE = "remove"
    LINKED = "linked"
    CHANGED = "changed"
    REMOVED = "removed"
    ALREADY = "already"
    NOT_LINKED = "not_linked"
    DOUBLE = "double"
    LEFT_OUT = "left_out"
    MENDED = "mended"
    SKIPPED = "skipped"


_STATES: Final = tuple(RowState)
_CODE: Final = {state: code for code, state in enumerate(_STATES)}
_PENDING: Final = {Verb.CREATE: RowState.NEW, Verb.MODIFY: RowState.CHANGE, Verb.DELETE: RowState.REMOVE}
_OUTCOMES: Final = {
    Outcome.LINKED: RowState.LINKED,
    Outcome.CHANGED: RowState.CHANGED,
    Outcome.ALREADY_LINKED: RowState.ALREADY,
    Outcome.REMOVED: RowState.REMOVED,
    Outcome.FAILED: RowState.FAILED,
    Outcome.UNKNOWN: RowState.UNKNOWN,
    Outcome.SKIPPED: RowState.SKIPPED,
}

Codes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are asked for, in which order, and which page of them.

    Attributes:
        state: Only rows of this state; None for all.
        search: Only rows whose shown text holds all of these words, whatever their case.
        rows: Only rows of these numbers; None for all.
        sort: `row`, `parent`, `child`, `state`, or `column 0` and so on for the telling columns.
        is_descending: Whether the last comes first.
        page: From 0.
    """

    state: RowState | None = None
    search: str = ""
    rows: tuple[int, ...] | None = None
    sort: str = "row"
    is_descending: bool = False
    page: int = 0


@dataclass(frozen=True, slots=True)
class TablePage:
    """One page: the positions of its rows, how many rows the query has in all, and on how many pages."""

    positions: IntArray
    matching: int
    page: int
    pages: int


@dataclass(frozen=True, eq=False)
class RowTable:
    """All rows of the input and, behind them, the links that are removed without a row. A value.

    Attributes:
        relation: The relation type.
        numbers: int64[n]: the number of each row in its file; 0 for a link without a row.
        parents: int64[n]: the parent's record id, 0 where none is known.
        children: int64[n]: the child's.
        codes: uint8[n]: the position of each row's state in `RowState`.
        telling: The user's own columns: label, and a text for each row.
        names: Module -> record id -> name.
        cells: (position, side from 0) -> the cell that was a reject when it was read, decided or not.
        same_as: Position -> the number of the row that has the same pair.
        changes: Position -> status before (empty if not known) and after.
        remarks: Position -> sentences of the engine on the row: why it is a reject, what the API said, what to do.
        error_codes: Position -> the API's code, after a run.
        source: The user's frame, one line for each row of the input.
        has_run: Whether it tells of a run.
    """

    relation: RelationType
    numbers: IntArray
    parents: IntArray
    children: IntArray
    codes: Codes
    telling: tuple[tuple[str, Sequence[str]], ...] = ()
    names: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    cells: Mapping[tuple[int, int], Mend] = field(default_factory=dict)
    same_as: Mapping[int, int] = field(default_factory=dict)
    changes: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    remarks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    error_codes: Mapping[int, int] = field(default_factory=dict)
    source: pd.DataFrame | None = None
    has_run: bool = False
    _searched: dict[str, tuple[str, IntArray]] = field(default_factory=dict, repr=False)

    @classmethod
    def of_plan(cls, plan: Plan, left_out: Collection[int] = ()) -> RowTable:
        """The rows as a plan sees them.

        Args:
            plan: The plan.
            left_out: The numbers of the rows that the user leaves out.

        Example:
            >>> import onoffice_nb as oo
            >>> crm = oo.Sandbox().client()
            >>> pairs = oo.read_pairs(parent=[1001, 1001, 1002], child=["5001", "5001", "5.002"])
            >>> [state.value for state in RowTable.of_plan(oo.plan(crm, "buyer", pairs)).states]
            ['new', 'double', 'mend']
        """
        pairs = plan.pairs
        rows, numbers = np.asarray(pairs.rows), np.asarray(pairs.row_numbers)
        cells = _cells_of(pairs)
        parents, children = _ids_of(pairs, cells)
        same_as = _same_as(rows, numbers)
        source = pairs.source if pairs.source is None or pairs.origins is None else pairs.source.iloc[pairs.origins]

        of_items = _codes_of_items(plan)
        codes = np.full(len(rows), _CODE[RowState.MEND], dtype=np.uint8)
        codes[rows >= 0] = of_items[rows[rows >= 0]]
        codes[list(same_as)] = _CODE[RowState.DOUBLE]
        not_found = [row for finding in plan.findings if finding.rule == "unknown-record" for row in finding.rows]
        is_pending = np.isin(codes, [_CODE[state] for state in _PENDING.values()])
        codes[np.isin(numbers, not_found) & is_pending] = _CODE[RowState.NOT_FOUND]
        codes[np.isin(numbers, list(left_out)) & ((rows < 0) | is_pending)] = _CODE[RowState.LEFT_OUT]

        table = cls(
            relation=plan.relation,
            numbers=numbers,
            parents=parents,
            children=children,
            codes=codes,
            telling=_texts_of(source, _places_of(source, pairs.columns or ())),
            names=plan.names,
            cells=cells,
            same_as=same_as,
            changes=_changes_of(plan),
            remarks={row: (reason,) for row, reason in pairs.reasons.items()},
            source=source,
        )
        n = len(pairs)
        table = table._with_decided_cells(pairs)
        return table._with_links(plan.items.parents[n:], plan.items.children[n:], of_items[n:])

    @classmethod
    def of_report(
        cls, report: Report, names: Mapping[str, Mapping[int, str]] | None = None, columns: Collection[Any] = ()
    ) -> RowTable:
        """The same rows after a run: what became of each.

        Args:
            report: The report.
            names: Module -> record id -> name, as the plan knows them.
            columns: The labels of the columns that hold the ids, which do not tell more than the ids.

        Example:
            >>> import onoffice_nb as oo
            >>> crm = oo.Sandbox().client()
            >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=["5001", "5.002"]))
            >>> [state.value for state in RowTable.of_report(oo.submit(crm, plan, progress=False)).states]
            ['linked', 'skipped']
        """
        rows = np.asarray(report.rows)
        good = rows >= 0
        of_items = np.array([_CODE[_OUTCOMES[outcome]] for outcome in report.outcomes], dtype=np.uint8)
        codes = np.full(len(rows), _CODE[RowState.SKIPPED], dtype=np.uint8)
        codes[good] = of_items[rows[good]]

        parents, children = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        parents[good], children[good] = report.items.parents[rows[good]], report.items.children[rows[good]]
        remarks = {row: (reason,) for row, reason in report.reasons.items()}
        error_codes: dict[int, int] = {}
        table = report.frame
        told = zip(*(table[name].tolist() for name in ("code", "message", "advice")), strict=True)
        for position, (code, message, advice) in enumerate(told):
            if message or advice:
                remarks[position] = tuple(filter(None, (message, advice)))
            if isinstance(code, int):
                error_codes[position] = code

        source = report.source
        same_as = _same_as(rows, report.row_numbers)
        without_rows = np.setdiff1d(np.arange(len(report.items)), rows)
        made = cls(
            relation=report.relation,
            numbers=np.asarray(report.row_numbers),
            parents=parents,
            children=children,
            codes=codes,
            telling=_texts_of(source, _places_of(source, columns)),
            names=names or {},
            same_as=same_as,
            remarks={row: texts for row, texts in remarks.items() if row not in same_as},
            error_codes=error_codes,
            source=source,
            has_run=True,
        )
        items = report.items
        return made._with_links(items.parents[without_rows], items.children[without_rows], of_items[without_rows])

    def _with_decided_cells(self, pairs: Pairs) -> RowTable:
        """The table with a row for each decided cell of two lists, as the combinations of its ids are many rows."""
        cells = [cell for cell in pairs.rejected_cells if cell.is_decided] if pairs.crossed is not None else []
        n = len(self)
        ids = np.zeros((2, len(cells)), dtype=np.int64)
        for position, cell in enumerate(cells):
            first, *others = cell.repair.values
            ids[cell.side, position] = 0 if others else first
        codes = np.full(len(cells), _CODE[RowState.MENDED], dtype=np.uint8)
        table = self._with_rows(np.arange(n + 1, n + 1 + len(cells)), ids[0], ids[1], codes)
        decided = {(n + position, cell.side): cell for position, cell in enumerate(cells)}
        return replace(table, cells={**self.cells, **decided})

    def _with_links(self, parents: IntArray, children: IntArray, codes: Codes) -> RowTable:
        """The table with links behind it that are of no row."""
        return self._with_rows(np.zeros(len(codes), dtype=np.int64), parents, children, codes)

    def _with_rows(self, numbers: IntArray, parents: IntArray, children: IntArray, codes: Codes) -> RowTable:
        """The table with rows behind it that are none of the input."""
        if not len(codes):
            return self
        return replace(
            self,
            numbers=np.concatenate([self.numbers, numbers]),
            parents=np.concatenate([self.parents, parents]),
            children=np.concatenate([self.children, children]),
            codes=np.concatenate([self.codes, codes]),
            telling=tuple((label, [*texts, *[""] * len(codes)]) for label, texts in self.telling),
        )

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def states(self) -> list[RowState]:
        """The state of each row."""
        return [_STATES[code] for code in self.codes.tolist()]

    def state(self, position: int) -> RowState:
        """The state of one row."""
        return _STATES[int(self.codes[position])]

    @cached_property
    def counts(self) -> dict[RowState, int]:
        """How many rows have each state; states without rows are left out."""
        counted = np.bincount(self.codes, minlength=len(_STATES)).tolist()
        return {state: n for state, n in zip(_STATES, counted, strict=True) if n}

    def module(self, side: int) -> str:
        """The module of the parents (side 0) or of the children (side 1)."""
        return module_of_records(self.relation.child if side else self.relation.parent)

    def record(self, side: int, words: Words) -> str:
        """What stands on a side, in words; both sides are told apart where they are of one module."""
        name = words.module(self.module(side))
        return f"{name} {side + 1}" if self.module(0) == self.module(1) else name

    def name(self, side: int, position: int) -> str:
        """What the record on one side of a row is called; an empty text if that is not known."""
        return self._names(side).get(int((self.children if side else self.parents)[position]), "")

    def label(self, side: int, number: int) -> str:
        """What a record of one side is called, by its id."""
        return self._names(side).get(number, "")

    def _names(self, side: int) -> Mapping[int, str]:
        return self.names.get(self.module(side), {})

    def with_names(self, names: Mapping[str, Mapping[int, str]]) -> RowTable:
        """The table with more names: module -> record id -> name."""
        merged = {module: {**names.get(module, {}), **self.names.get(module, {})} for module in {*self.names, *names}}
        return replace(self, names=merged, _searched={})

    def nameless(self) -> dict[str, set[int]]:
        """The records that rows to mend are about, or may be, and whose names are not known: module -> ids."""
        ids: dict[str, set[int]] = {self.module(0): set(), self.module(1): set()}
        to_mend = self.codes == _CODE[RowState.MEND]
        ids[self.module(0)].update(self.parents[to_mend].tolist())
        ids[self.module(1)].update(self.children[to_mend].tolist())
        for (_, side), cell in self.cells.items():
            if side < len(ids) and not cell.is_decided:
                ids[self.module(side)].update(_unlabelled_ids(cell))
        return {module: wanted - {0, *self.names.get(module, ())} for module, wanted in ids.items()}

    @cached_property
    def decidable(self) -> dict[tuple[int, str], Mend]:
        """The cells that were rejects, as decisions name them: by the row of their column or list, and the side."""
        return {(cell.row, SIDES[cell.side]): cell for cell in self.cells.values()}

    def positions_of(self, number: int) -> list[int]:
        """Where the row of this number stands; several places where it was split."""
        positions: list[int] = np.flatnonzero(self.numbers == number).tolist() if number > 0 else []
        return positions

    def detail(self, position: int, words: Words) -> str:
        """What is to be said of a row beside its state: the row that it repeats, the statuses, why it failed."""
        state = self.state(position)
        if state is RowState.LEFT_OUT:
            return ""
        if state is RowState.MENDED:
            cells = (self.cells.get((position, side)) for side in (0, 1))
            return " · ".join(self._cell_text(cell, words) for cell in cells if cell is not None)
        if position in self.same_as:
            return words("check.same_as", row=self.same_as[position])
        if position in self.changes:
            before, after = self.changes[position]
            return words("check.status_change", before=before or words("check.status_unknown"), after=after)
        code = self.error_codes.get(position)
        texts = [words.sentence(text) for text in self.remarks.get(position, ())]
        return " · ".join([words("check.error_code", code=str(code)), *texts] if code else texts)

    def page(self, query: Query, words: Words) -> TablePage:
        """The rows of a query.

        Args:
            query: Which rows, in which order, which page.
            words: The language that is searched in.

        Returns:
            The page; the last one there is where the query asks for a later one.
        """
        # Made when rows are first shown, so that the first letter of a search does not wait for it.
        self._search_text(words)
        positions = self.matching(query, words)
        pages = max(1, -(-len(positions) // PAGE_SIZE))
        page = min(max(query.page, 0), pages - 1)
        return TablePage(positions[page * PAGE_SIZE : (page + 1) * PAGE_SIZE], len(positions), page, pages)

    def matching(self, query: Query, words: Words) -> IntArray:
        """The positions of all rows of a query, in its order."""
        chosen = np.ones(len(self), dtype=bool)
        if query.state is not None:
            chosen &= self.codes == _CODE[query.state]
        if query.rows is not None:
            chosen &= np.isin(self.numbers, query.rows)
        for word in _folded(query.search).split():
            chosen &= self._holds(word, words)

        order = self._order(query.sort)
        if query.is_descending:
            order = order[::-1]
        return order[chosen[order]]

    def _holds(self, word: str, words: Words) -> NDArray[np.bool_]:
        """bool[n]: which rows show a word."""
        text, starts = self._search_text(words)
        # To the end of its line, so that a row is hit once.
        hits = [match.start() for match in re.finditer(f"{re.escape(word)}[^\n]*", text)]
        holds = np.zeros(len(self), dtype=bool)
        holds[np.searchsorted(starts, np.array(hits, dtype=np.int64), side="right") - 1] = True
        return holds

    def _search_text(self, words: Words) -> tuple[str, IntArray]:
        """All that is shown of the rows, a line each, and where each line starts; made once a language."""
        language = words.language
        if language not in self._searched:
            lines = (" \t".join(shown).replace("\n", " ") for shown in self._shown(words))
            # Folded as a whole: many times faster than line by line.
            text = _folded("\n".join(lines))
            ends = np.flatnonzero(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4") == ord("\n"))
            self._searched[language] = text, np.concatenate([np.zeros(1, dtype=np.int64), ends + 1])
        return self._searched[language]

    def _shown(self, words: Words) -> Iterator[tuple[str, ...]]:
        """What is shown of each row: number, own columns, both records, state, details."""
        state_words = [words(f"check.state.{state}") for state in _STATES]
        details = [""] * len(self)
        in_cells = [_CODE[RowState.MEND], _CODE[RowState.MENDED]]
        to_mend = {position for position, _ in self.cells if self.codes[position] in in_cells}
        for position in {*self.same_as, *self.changes, *self.remarks} - to_mend:
            details[position] = self.detail(position, words)
        for (position, _), cell in self.cells.items():
            details[position] += f" {self._cell_text(cell, words)}"

        columns = [
            self._number_texts,
            *(texts for _, texts in self.telling),
            *(self._record_texts(side) for side in (0, 1)),
            [state_words[code] for code in self.codes.tolist()],
            details,
        ]
        return zip(*columns, strict=True)

    def _cell_text(self, cell: Mend, words: Words) -> str:
        """All that is shown of a cell that was a reject: what was decided, or why it is one and what it may mean."""
        if cell.is_decided:
            return mended_text(cell, ", ".join(map(str, cell.repair.values)), words)
        reject = cell.reject
        offers = (self.repair_text(cell, repair, words) for repair in reject.repairs)
        sentences = map(words.sentence, (reject.reason, reject.suggestion))
        return " ".join([raw_text(cell, words), *sentences, *offers])

    def repair_text(self, cell: Mend, repair: Repair, words: Words) -> str:
        """What a repair does with a cell, as its button says it; an empty text for a look-up, which has another one."""
        if repair.kind is RepairKind.LOOK_UP:
            return ""
        values = ", ".join(self._value_text(cell.side, value, repair.label) for value in repair.values)
        key = "check.take" if repair.kind is RepairKind.TAKE else "check.split"
        return words(key, value=values, values=values)

    def _value_text(self, side: int, value: int | str, label: str) -> str:
        """An id with what its record is called, as far as that is known; a status as it is."""
        if isinstance(value, int) and side < 2:
            label = label or self.label(side, value)
        return f"{value} {label}".strip()

    @property
    def _number_texts(self) -> list[str]:
        return [str(number) if number else "" for number in self.numbers.tolist()]

    def _record_texts(self, side: int) -> list[str]:
        """Id and name of one side, for each row."""
        ids = (self.children if side else self.parents).tolist()
        names = self._names(side)
        return [f"{number} {names.get(number, '')}" if number else "" for number in ids]

    def _order(self, sort: str) -> IntArray:
        """All positions, sorted; equal rows stay in the order of the input, rows without a number come last."""
        columns: dict[str, NDArray[Any]] = {"parent": self.parents, "child": self.children, "state": self.codes}
        if sort in columns:
            return np.argsort(columns[sort], kind="stable")
        for position in range(len(self.telling)):
            if sort == f"column {position}":
                return np.argsort(self._ranks[position], kind="stable")
        return np.arange(len(self))

    @cached_property
    def _ranks(self) -> list[IntArray]:
        """For each telling column the rank of each row's text: numbers by size, texts as a dictionary has them."""
        return [_ranks_of(texts) for _, texts in self.telling]

    def frame(self, words: Words) -> pd.DataFrame:
        """The table as a frame to be saved: the user's own columns, then both records, the state and what is said."""
        import pandas as pd

        positions = range(len(self))
        added: dict[str, list[Any]] = {words("check.row"): [number or None for number in self.numbers.tolist()]}
        for side, ids in enumerate((self.parents, self.children)):
            record = self.record(side, words)
            added[words("check.id_of", record=record)] = [number or None for number in ids.tolist()]
            added[words("check.name_of", record=record)] = [self.name(side, position) for position in positions]
        added[words("check.state")] = [words(f"check.state.{state}") for state in self.states]
        added[words("check.detail")] = [self.detail(position, words) for position in positions]

        table = make_frame({name: pd.Series(values, dtype=object) for name, values in added.items()})
        if self.source is None:
            return table

        own = self.source.reset_index(drop=True).reindex(range(len(self)))
        own.columns = [f"{name} " if str(name) in added else name for name in own.columns]
        return pd.concat([own, table], axis=1)

    def links(self) -> tuple[IntArray, IntArray, Codes]:
        """Parents, children and state codes of every link that the table tells of, each once."""
        silent = [_CODE[s] for s in (RowState.MEND, RowState.DOUBLE, RowState.LEFT_OUT, RowState.NOT_LINKED)]
        linked = (self.parents > 0) & (self.children > 0) & ~np.isin(self.codes, silent)
        linked[list(self.same_as)] = False
        return self.parents[linked], self.children[linked], self.codes[linked]


def raw_text(cell: Mend, words: Words) -> str:
    """What stands in a cell that was a reject."""
    return cell.reject.raw or words("check.empty_cell")


def mended_text(cell: Mend, values: str, words: Words) -> str:
    """That the user has decided what a cell means."""
    return words("check.mended", raw=raw_text(cell, words), values=values)


def _unlabelled_ids(cell: Mend) -> set[int]:
    """The ids that a cell may mean, of those repairs that do not say themselves whose they are."""
    values = {value for repair in cell.reject.repairs if not repair.label for value in repair.values}
    return {value for value in values if isinstance(value, int)}


def telling_columns(frame: pd.DataFrame, id_columns: Collection[int] = ()) -> list[int]:
    """The columns by which a person knows what a row is about: up to three texts, beside the ids.

    Args:
        frame: The user's frame.
        id_columns: The positions of the columns that are shown anyway.

    Returns:
        Their positions, in the order of the frame.

    Example:
        >>> import pandas as pd
        >>> telling_columns(pd.DataFrame({"Id": [1], "Notiz": [None], "Ort": ["Köln"], "Name": ["Reh, Jo"]}), [0])
        [2, 3]
    """
    ranked: list[tuple[int, int]] = []
    for position in range(frame.shape[1]):
        if position in id_columns:
            continue
        column = frame.iloc[:, position].head(1000)
        texts = [value for value in column.tolist() if isinstance(value, str) and value.strip()]
        if len(texts) * 2 <= len(column) or sum(map(len, texts)) > _LONGEST_TELLING * len(texts):
            continue
        label = str(frame.columns[position]).casefold()
        rank = next((n for n, pattern in enumerate(_TELLING) if pattern.search(label)), len(_TELLING))
        ranked.append((rank, position))
    return sorted(position for _, position in sorted(ranked)[:_MOST_TELLING])


def _places_of(source: pd.DataFrame | None, labels: Collection[Any]) -> list[int]:
    """The positions of the columns with these labels."""
    names = [] if source is None else list(source.columns)
    return [position for position, name in enumerate(names) if any(name is label or name == label for label in labels)]


def _texts_of(source: pd.DataFrame | None, id_columns: Collection[int]) -> tuple[tuple[str, list[str]], ...]:
    if source is None:
        return ()
    return tuple(
        (str(source.columns[position]), _texts(source.iloc[:, position]))
        for position in telling_columns(source, id_columns)
    )


def _texts(column: pd.Series[Any]) -> list[str]:
    """The cells as texts, empty where there is nothing."""
    missing = column.isna().tolist()
    return [
        "" if is_missing else value if isinstance(value, str) else str(value)
        for value, is_missing in zip(column.tolist(), missing, strict=True)
    ]


def _cells_of(pairs: Pairs) -> dict[tuple[int, int], Mend]:
    """(Position of the row, side) -> what was a reject when it was read."""
    cells = pairs.rejected_cells
    if pairs.crossed is not None:
        # The rejects of both lists stand behind all combinations.
        waiting = [cell for cell in cells if not cell.is_decided]
        first = len(pairs.rows) - len(waiting)
        return {(position, cell.side): cell for position, cell in enumerate(waiting, first)}

    origins = np.arange(len(pairs.rows)) if pairs.origins is None else pairs.origins
    inputs = np.array([cell.position for cell in cells], dtype=np.int64)
    starts = np.searchsorted(origins, inputs).tolist()
    past = np.searchsorted(origins, inputs, side="right").tolist()
    return {
        (row, cell.side): cell
        for cell, start, stop in zip(cells, starts, past, strict=True)
        for row in range(start, stop)
    }


def _ids_of(pairs: Pairs, cells: Mapping[tuple[int, int], Mend]) -> tuple[IntArray, IntArray]:
    """Both ids of each row, those of rows that are no pair too; 0 where there is none."""
    rows = np.asarray(pairs.rows)
    good = rows >= 0
    origins = np.arange(len(rows)) if pairs.origins is None else pairs.origins
    columns = pairs.columns_read
    if pairs.crossed is not None:
        parents, children = pairs.crossed.ids
        rejects = np.zeros(len(rows) - len(parents), dtype=np.int64)
        return np.concatenate([parents, rejects]), np.concatenate([children, rejects])

    parents, children = (
        columns[side].ids[origins].copy() if columns else np.zeros(len(rows), dtype=np.int64) for side in (0, 1)
    )
    for (position, side), cell in cells.items():
        # The third column is that of statuses.
        if side > 1:
            continue
        values = cell.repair.values
        # A cell that was split is one row for each of its ids.
        value = values[(position - int(np.searchsorted(origins, origins[position]))) % len(values)] if values else 0
        if isinstance(value, int):
            (parents, children)[side][position] = value
    parents[good], children[good] = pairs.parents[rows[good]], pairs.children[rows[good]]
    return parents, children


def _codes_of_items(plan: Plan) -> Codes:
    """The state of each item of a plan."""
    codes = np.full(len(plan.items), _CODE[RowState.ALREADY], dtype=np.uint8)
    if plan.verb is not Verb.CREATE:
        codes[plan.linked_before == 0] = _CODE[RowState.NOT_LINKED]
        codes[plan.linked_before == LINKED_WITH_INFO] = _CODE[RowState.ALREADY]
    is_pending = np.zeros(len(plan.items), dtype=bool)
    is_pending[plan.pending] = True
    for verb, state in _PENDING.items():
        codes[is_pending & plan.items.with_verb(verb)] = _CODE[state]
    return codes


def _same_as(rows: IntArray, numbers: IntArray) -> dict[int, int]:
    """The position of each row that repeats a pair -> the number of the row where the pair stands first."""
    pairs, first = np.unique(rows, return_index=True)
    repeating = np.setdiff1d(np.flatnonzero(rows >= 0), first)
    stands = first[np.searchsorted(pairs, rows[repeating])]
    return dict(zip(repeating.tolist(), numbers[stands].tolist(), strict=True))


def _changes_of(plan: Plan) -> dict[int, tuple[str, str]]:
    """Position -> the status before and after, for rows whose status is to be changed."""
    if plan.verb is not Verb.MODIFY:
        return {}
    is_changed = np.zeros(len(plan.items), dtype=bool)
    is_changed[plan.pending] = True
    return {
        position: (plan.info_before.get(item, ""), str(plan.items.infos[plan.items.info[item]]))
        for position, item in enumerate(plan.pairs.rows.tolist())
        if item >= 0 and is_changed[item]
    }


def _ranks_of(texts: Sequence[str]) -> IntArray:
    """The rank of each text: numbers by size before texts, texts without accents and case, nothing last."""
    distinct = list(dict.fromkeys(texts))
    is_number = {text: text.strip().isdecimal() and len(text.strip()) < 19 for text in distinct}
    numbers = sorted((text for text in distinct if is_number[text]), key=int)
    words = sorted((text for text in distinct if not is_number[text] and text.strip()), key=_without_accents)
    nothing = [text for text in distinct if not text.strip()]
    ranks = {text: rank for rank, text in enumerate([*numbers, *words, *nothing])}
    return np.fromiter((ranks[text] for text in texts), dtype=np.int64, count=len(texts))


def _without_accents(text: str) -> str:
    """As dictionaries sort: ä beside a, ß as ss."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()
