"""What somebody has -> pairs: two columns of a frame row by row, two lists, or every id with every other.

Nothing is coerced silently and nothing is dropped silently. What is certain is
taken, and noted where it was written oddly; all else becomes a reject that
names its row, its raw text, the reason and what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from onoffice_nb.errors import PairsError, PlanError
from onoffice_nb.formatting import counted, make_frame, quote
from onoffice_nb.intake.column_names import find_column, same_value
from onoffice_nb.intake.columns import Column, check_aligned
from onoffice_nb.intake.crossed import CrossedLists
from onoffice_nb.intake.frames import library_name, to_pandas
from onoffice_nb.intake.ids import Ids, factorize, ids_of_column, read_aligned_column, read_ids, read_only
from onoffice_nb.intake.infos import Infos, conflicting_infos, mended_infos, read_infos
from onoffice_nb.intake.lookups import LookedUp, lookup_lines, lookups_frame
from onoffice_nb.intake.mends import (
    Decision,
    DecisionKey,
    Mend,
    apply_mends,
    joined_decisions,
    mends_frame,
    rejected_cells,
    resolve_decisions,
)
from onoffice_nb.intake.pasted import check_two_texts
from onoffice_nb.intake.provenance import FILE_ROW, digest_of_frame, file_notes, name_of_frame, row_numbers
from onoffice_nb.intake.rejects import LEFT_OUT, duplicate_notes, html_summary, rejects_of, summary, with_left_out
from onoffice_nb.intake.repairs import Reject, RepairKind
from onoffice_nb.model import RelationInfo

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Ids", "Pairs", "cross", "read_ids", "read_pairs"]

# Every parent with every child grows fast; past this a slip is likelier than a wish.
_MOST_COMBINATIONS = 10_000_000

_NAMED = 5
_INFO_SIDE = 2
_OTHER_SIDE = {"parent": "child", "child": "parent"}


@dataclass(frozen=True, eq=False)
class Pairs:
    """Intended links, and what became of every input row.

    Attributes:
        parents: int64[n]: the parent of each pair; each pair stands once, in order of first appearance.
        children: int64[n]: the child of each pair.
        infos: The distinct relationinfos.
        info: int16[n]: for each pair its position in `infos` or -1; None where no info was asked for.
        rows: int64[m]: for each input row the position of its pair, or -1 for a reject.
        row_numbers: int64[m]: how messages name each input row: as its file counts it, else from 1.
        reasons: The position of a row to why it is a reject.
        rejects: A DataFrame with one line per problem: `row` (its number),
            `index` (the frame's own label), `column`, `raw`, `reason`,
            `suggestion`, `kind`, `repairs` (what the cell may have meant).
        notes: What was taken although it was not a plain number, and which rows repeat others.
        source: A copy of the user's frame, its columns and order kept; of a lazy frame, the columns that were read.
        columns: The labels of parent and child in it.
        live_frame: The user's own frame and the names of its columns, to see whether it was changed.
        origins: int64[m]: the input row of each of `rows`, where the user
            split cells, so that one input row has several; else None.
        mends: A DataFrame of what the user decided on rejects, one line per cell.
        decisions: The same as it was given to `mended`.
        lookups: A DataFrame of the ids that were looked up in the CRM, one
            line each: `row`, `side` (parent or child), `id`, `rule`.
        crossed: The lists of which every id was combined with every other; None for pairs row by row.
    """

    parents: NDArray[np.int64]
    children: NDArray[np.int64]
    infos: tuple[RelationInfo, ...]
    info: NDArray[np.int16] | None
    rows: NDArray[np.int64]
    row_numbers: NDArray[np.int64]
    reasons: dict[int, str]
    rejects: pd.DataFrame
    notes: tuple[str, ...] = ()
    source: pd.DataFrame | None = None
    columns: tuple[Hashable, Hashable] | None = None
    live_frame: tuple[Any, tuple[Hashable, ...]] | None = field(default=None, repr=False)
    origins: NDArray[np.int64] | None = field(default=None, repr=False)
    mends: pd.DataFrame = field(default_factory=partial(mends_frame, ()), repr=False)
    decisions: Mapping[DecisionKey, Decision] = field(default_factory=dict, repr=False)
    lookups: pd.DataFrame = field(default_factory=partial(lookups_frame, {}), repr=False)
    _read: tuple[Column, Column, Infos | RelationInfo | None] | None = field(default=None, repr=False)
    _file_notes: tuple[str, ...] = field(default=(), repr=False)
    crossed: CrossedLists | None = field(default=None, repr=False)
    _saved_digest: str = field(default="", repr=False)

    @cached_property
    def source_digest(self) -> str:
        """By which the user's frame is known again, also where it is not at hand; empty for pairs without one."""
        return self._saved_digest if self.source is None else digest_of_frame(self.source)

    @property
    def source_name(self) -> str:
        """What the file of the user's frame is called, or whatever it came from; empty if nobody has noted it."""
        return name_of_frame(self.source)

    @property
    def duplicates(self) -> int:
        """How many input rows repeat a pair that stands above."""
        return len(self.rows) - self.rejected - len(self)

    @property
    def rejected(self) -> int:
        """How many input rows became no pair."""
        return int(np.count_nonzero(self.rows < 0))

    @property
    def same_on_both_sides(self) -> bool:
        """Whether parent and child are the same id in every pair, as they are where one column was given twice."""
        return len(self) > 0 and bool((self.parents == self.children).all())

    @property
    def frame(self) -> pd.DataFrame:
        """The pairs as a DataFrame: parent, child and, if there is one, info."""
        columns: dict[str, Any] = {"parent": self.parents, "child": self.children}
        if self.info is not None:
            columns["info"] = [str(self.infos[info]) if info >= 0 else None for info in self.info.tolist()]
        return make_frame(columns)

    @property
    def columns_read(self) -> list[Column]:
        """Parent, child and, if there is one, info as they were read, before any mend; none where not row by row."""
        if self._read is None:
            return []
        parents, children, infos = self._read
        return [parents, children, *([infos.column] if isinstance(infos, Infos) else [])]

    @property
    def can_be_mended(self) -> bool:
        """Whether decisions on rejects can be taken: not for the pairs of a saved plan or of a run."""
        return self._read is not None or self.crossed is not None

    @property
    def rejected_cells(self) -> list[Mend]:
        """Every cell that was a reject when it was read, and what was decided on it, if anything was.

        Example:
            >>> pairs = read_pairs(parent=[1001, 1002], child=["1.003", "005004"]).mended({2: "take"})
            >>> [(cell.row, cell.reject.raw, cell.is_decided) for cell in pairs.rejected_cells]
            [(1, '1.003', False), (2, '005004', True)]
        """
        if self.crossed is not None:
            return self.crossed.rejected_cells(self.decisions)
        return rejected_cells(self.columns_read, self.decisions)

    @property
    def mend_lines(self) -> list[str]:
        """What the user decided, in words."""
        lines = self.mends[["row", "column", "raw", "decision"]].itertuples(index=False, name=None)
        return [f"mended by you: row {row}, {column}, {quote(raw)}: {decision}" for row, column, raw, decision in lines]

    @property
    def lookup_lines(self) -> list[str]:
        """How many ids of each side were looked up in the CRM, and by which rules, in words."""
        return lookup_lines(self.lookups)

    @property
    def numbers_to_look_up(self) -> dict[tuple[int, str], str]:
        """The rejects that a look-up in the CRM may mend: row number and side, to the number to look up.

        Example:
            >>> read_pairs(parent=["A-1001"], child=[5001]).numbers_to_look_up
            {(1, 'parent'): 'A-1001'}
        """
        sides = () if self._read is None else zip(("parent", "child"), self._read[:2], strict=True)
        decided = set(self.mends[["row", "column"]].itertuples(index=False, name=None))
        return {
            (row, side): str(repair.values[0])
            for side, column in sides
            for row, reject in column.rejected
            for repair in reject.repairs
            if repair.kind is RepairKind.LOOK_UP and (row, column.name) not in decided
        }

    @property
    def result_source(self) -> pd.DataFrame | None:
        """The user's frame with one line for each of `rows`: a row whose cell was split stands several times."""
        import pandas as pd

        if self.source is None or self.origins is None:
            return self.source
        source = self.source.iloc[self.origins]
        if isinstance(self.source.index, pd.RangeIndex):
            source.index = pd.Index(self.row_numbers, name=FILE_ROW)
        return source

    @property
    def row_notes(self) -> dict[str, dict[int, str]]:
        """What was looked up or mended, by the heading under which a report tells it, then by the number of the row.

        Example:
            >>> read_pairs(parent=["1.003"], child=[5001]).mended({1: "take"}).row_notes
            {'mended by you': {1: 'parent: take 1003'}}
        """
        notes: dict[str, dict[int, str]] = {}
        for side in ("parent", "child"):
            lookups = self.lookups[self.lookups["side"] == side]
            if len(lookups):
                notes[f"{side} found by"] = dict(zip(lookups["row"].tolist(), lookups["rule"], strict=True))

        decisions: dict[int, list[str]] = {}
        for row, column, decision in self.mends[["row", "column", "decision"]].itertuples(index=False, name=None):
            decisions.setdefault(row, []).append(f"{column}: {decision}")
        if decisions:
            notes["mended by you"] = {row: "; ".join(texts) for row, texts in decisions.items()}
        return notes

    def mended(self, decisions: Mapping[DecisionKey, Decision]) -> Pairs:
        """The pairs with the user's decisions on rejects; what was read stays as it is.

        Args:
            decisions: A row number as in `rejects`, or (row number, column)
                where both cells of a row are rejects, or a kind of reject, for
                all cells alike, or the reasons of a candidate (`Repair.pattern`),
                for all cells that have just one of them. To it: the id that is
                meant, a list of ids, one row each, one of the reject's
                `repairs`, or `"take"` or `"split"` for the repair of that sort
                which the reject knows. `{"1.003": 1003}` counts only where the
                cell still reads so, and is refused else. Decisions of earlier
                calls stay.

        Returns:
            New pairs; `mends` lists what was decided.

        Raises:
            PairsError: A decision fits no reject; all such are named at once, and nothing is mended.

        Example:
            >>> pairs = read_pairs(parent=[1001, 1002, 1003], child=["5001", "5002/5003", "005004"])
            >>> pairs.rejects["repairs"][0][0].values
            (5002, 5003)
            >>> pairs.mended({2: "split", "leading zeros": "take"})
            4 pairs · 0 duplicates · 2 cells mended by you · 0 rejects
        """
        all_decisions = joined_decisions(self.decisions, decisions)
        if self.crossed is not None:
            return _mended_cross(self.crossed, all_decisions)
        if self._read is None:
            raise PairsError(
                "The pairs of a saved plan or of a run are as they were sent: to mend rejects, read the pairs anew with"
                " oo.read_pairs(…), mend those, and make a new plan."
            )
        _, _, infos = self._read
        columns = self.columns_read
        mends = resolve_decisions(columns, all_decisions)
        mended, origins = apply_mends(columns, mends)
        if isinstance(infos, Infos):
            wanted = {mend.position: str(mend.repair.values[0]) for mend in mends if mend.side == _INFO_SIDE}
            infos = mended_infos(infos, mended[_INFO_SIDE], origins, wanted)
        pairs = _assemble(mended[0], mended[1], infos)
        return replace(
            pairs,
            notes=(*self._file_notes, *pairs.notes),
            source=self.source,
            columns=self.columns,
            live_frame=self.live_frame,
            lookups=self.lookups,
            origins=read_only(origins),
            mends=mends_frame(mends),
            decisions=all_decisions,
            _read=self._read,
            _file_notes=self._file_notes,
        )

    def without(self, rows: Collection[int]) -> Pairs:
        """The pairs without some input rows, which the report names as left out by you.

        Args:
            rows: The numbers of the rows, as `row_numbers` has them; what is no pair anyway stays a reject.

        Returns:
            New pairs. To mend some, call `mended` first.

        Raises:
            PairsError: There is no such row.

        Example:
            >>> read_pairs(parent=[1001, 1002], child=[5001, 5002]).without([2])
            1 pair · 0 duplicates · 1 reject (first: row 2, left out by you)
        """
        unknown = sorted(set(rows) - set(self.row_numbers.tolist()))
        if unknown:
            named = ", ".join(map(str, unknown[:_NAMED]))
            raise PairsError(f"Nothing was left out: there is no row {named}. Rows are counted as in their file.")
        is_out = np.isin(self.row_numbers, list(rows)) & (self.rows >= 0)
        left = np.where(is_out, -1, self.rows)
        kept = np.unique(left[left >= 0])
        # The last place is that of -1, no pair, which stays so.
        new_places = np.full(len(self) + 1, -1, dtype=np.int64)
        new_places[kept] = np.arange(len(kept))

        positions = np.flatnonzero(is_out).tolist()
        inputs = positions if self.origins is None else self.origins[positions].tolist()
        labels = inputs if self.source is None else self.source.index.take(inputs).tolist()
        return replace(
            self,
            parents=read_only(self.parents[kept]),
            children=read_only(self.children[kept]),
            info=None if self.info is None else read_only(self.info[kept]),
            rows=read_only(new_places[left]),
            reasons={**self.reasons, **dict.fromkeys(positions, LEFT_OUT)},
            rejects=with_left_out(self.rejects, self.row_numbers[positions].tolist(), labels),
        )

    def swapped(self) -> Pairs:
        """The same pairs, with parents and children in each other's place.

        Returns:
            Pairs anew; the rows and rejects stay the same.
        """
        columns = None if self.columns is None else (self.columns[1], self.columns[0])
        read = None if self._read is None else (self._read[1], self._read[0], self._read[2])
        decisions = {_with_other_side(key): decision for key, decision in self.decisions.items()}
        return replace(
            self,
            parents=self.children,
            children=self.parents,
            columns=columns,
            decisions=decisions,
            lookups=self.lookups.assign(side=self.lookups["side"].replace(_OTHER_SIDE)),
            _read=read,
            crossed=None if self.crossed is None else self.crossed.swapped(),
        )

    def check_unchanged(self) -> None:
        """Raise PlanError, naming the rows, if the ids in the user's frame are no longer those that were read."""
        if self.live_frame is None or self.source is None:
            return
        frame, names = self.live_frame
        now = to_pandas(frame)
        if len(now) != len(self.source):
            raise PlanError(
                f"The frame had {len(self.source):,} rows when read, now {len(now):,}. Read the pairs again."
            )
        for name in names:
            try:
                column = now.iloc[:, find_column(now, name)]
            except PairsError as gone:
                raise PlanError(f"The frame was changed since it was read. {gone} Read the pairs again.") from None
            _compare(str(name), self.source.iloc[:, find_column(self.source, name)], column)

    def __len__(self) -> int:
        return len(self.parents)

    def __repr__(self) -> str:
        return summary("pair", len(self), self.duplicates, self.rejected, self.rejects, len(self.mends))

    def _repr_html_(self) -> str:
        return html_summary(repr(self), (*self.notes, *self.lookup_lines, *self.mend_lines), self.rejects)


def read_pairs(frame: Any = None, *, parent: Any, child: Any, info: Any = None) -> Pairs:
    """Pairs row by row: from two columns of a frame, or from two sources of equal length without one.

    A pair that stands twice is kept once; with two different infos all of its
    rows are rejects, as nobody can tell which one is meant.

    Args:
        frame: A DataFrame of pandas, polars, Arrow or another library; None for two sources. Of a lazy one (Dask,
            PySpark, a query) only the named columns are computed.
        parent: With a frame, the name of its column; without one, anything that
            `read_ids` takes; with or without, what `oo.match` found for these rows.
        child: As `parent`.
        info: The relationinfos of appointments, as `parent` (a column of
            confirmations such as "bestätigt"), or one `RelationInfo` for all.

    Returns:
        The pairs, and what became of every row. A bad cell never raises, it becomes a reject.

    Raises:
        PairsError: A column is missing, the lengths differ, or a source has
            lost the order of its rows (a set, `Ids` with duplicates or
            rejects), has several columns, or is the same text as the other.

    Example:
        >>> read_pairs(parent=[1001, 1001, 1002], child=["5001", "5001", "KD-5011"])
        1 pair · 1 duplicate · 1 reject (first: row 3, 'KD-5011': no id)
    """
    names = [parent, child] if info is None or isinstance(info, RelationInfo) else [parent, child, info]
    looked_up = {side: name for side, name in (("parent", parent), ("child", child)) if isinstance(name, LookedUp)}
    source = given = columns = None
    if frame is not None:
        source, columns, given = _snapshot(frame, names)
        parent, child, *rest = (
            name if isinstance(name, LookedUp) else source.iloc[:, find_column(source, name)] for name in names
        )
        info = rest[0] if rest else info
    check_two_texts(parent, child)
    parents, children = read_aligned_column(parent, "parent"), read_aligned_column(child, "child")
    infos = info if info is None or isinstance(info, RelationInfo) else read_infos(info, "info")
    check_aligned(parents, children)
    if isinstance(infos, Infos):
        check_aligned(parents, infos.column)
    pairs = _assemble(parents, children, infos)
    notes = file_notes(source, parent, child)
    return replace(
        pairs,
        notes=(*notes, *pairs.notes),
        source=source,
        columns=columns,
        live_frame=given,
        lookups=lookups_frame(
            {side: (found, parents if side == "parent" else children) for side, found in looked_up.items()}
        ),
        _read=(parents, children, infos),
        _file_notes=notes,
    )


def cross(parents: Any, children: Any, *, info: RelationInfo | None = None) -> Pairs:
    """Every parent with every child.

    Each combination counts as one input row. The rejects of either side follow
    as rows of their own; in `rejects` they bear the row of their own list.

    Args:
        parents: `Ids`, or anything that `read_ids` takes.
        children: The same.
        info: One relationinfo for all pairs.

    Returns:
        The pairs, parent by parent.

    Raises:
        PairsError: There are more than 10,000,000 combinations, or a side is not one list of cells.

    Example:
        >>> cross("1001, 1002", [5001, 5002, 5003])
        6 pairs · 0 duplicates · 0 rejects
    """
    if not isinstance(info, RelationInfo | None):
        raise PairsError(
            f"Expected one relationinfo for all pairs, got info={info!r}: write info=oo.RelationInfo('bestätigt')."
        )
    check_two_texts(parents, children)
    return _cross(read_ids(parents, name="parent"), read_ids(children, name="child"), info)


def _cross(parents: Ids, children: Ids, info: RelationInfo | None) -> Pairs:
    import pandas as pd

    sides = {"parent": parents, "child": children}
    left, right = parents.values, children.values
    n = len(left) * len(right)
    if n > _MOST_COMBINATIONS:
        raise PairsError(
            f"{counted(len(left), 'parent')} with {counted(len(right), 'child', 'children')} make {n:,} pairs; "
            f"more than {_MOST_COMBINATIONS:,} are taken for a slip. Give fewer ids, or pair them row by row."
        )
    rejects = pd.concat([ids.rejects.assign(column=side) for side, ids in sides.items()], ignore_index=True)
    reasons: dict[int, str] = {}
    lines = rejects[["column", "row", "raw", "reason", "suggestion"]].itertuples(index=False, name=None)
    for position, (side, row, raw, reason, suggestion) in enumerate(lines, n):
        reasons[position] = f"{side}, row {row}: {Reject(raw, reason, suggestion)}"
    return Pairs(
        parents=read_only(np.repeat(left, len(right))),
        children=read_only(np.tile(right, len(left))),
        infos=() if info is None else (info,),
        info=None if info is None else read_only(np.zeros(n, dtype=np.int16)),
        rows=read_only(np.concatenate([np.arange(n), np.full(len(rejects), -1)])),
        row_numbers=row_numbers(None, n + len(rejects)),
        reasons=reasons,
        rejects=rejects,
        notes=tuple(dict.fromkeys(note for ids in sides.values() for note in ids.notes)),
        mends=pd.concat([parents.mends, children.mends], ignore_index=True),
        crossed=CrossedLists(parents, children, info, (left, right)),
    )


def _mended_cross(crossed: CrossedLists, decisions: Mapping[DecisionKey, Decision]) -> Pairs:
    """Every parent with every child, once the user's decisions are applied to the cells of both lists."""
    import pandas as pd

    parents, children = crossed.parents, crossed.children
    mends = resolve_decisions([parents.column, children.column], decisions, aligned=False)
    mended = []
    for side, ids in enumerate((parents, children)):
        own = [replace(mend, side=0) for mend in mends if mend.side == side]
        (column,), _ = apply_mends([ids.column], own)
        mended.append(ids_of_column(column, ids.file_notes))

    pairs = _cross(mended[0], mended[1], crossed.info)
    told = pd.concat([parents.mends, children.mends, mends_frame(mends)], ignore_index=True)
    lists = replace(pairs.crossed, parents=parents, children=children) if pairs.crossed else None
    return replace(pairs, mends=told, decisions=dict(decisions), crossed=lists)


def _assemble(parents: Column, children: Column, infos: Infos | RelationInfo | None) -> Pairs:
    """The pairs of aligned columns: each once, whatever is no pair with its reasons."""
    columns = [parents, children]
    ok = (parents.ids > 0) & (children.ids > 0)
    if isinstance(infos, Infos):
        ok[infos.column.reject_rows] = False
        columns.append(infos.column)

    keys = _pair_keys(parents, children, ok)
    if isinstance(infos, Infos):
        conflicting = conflicting_infos(keys, ok, infos)
        ok[conflicting.reject_rows] = False
        columns.append(conflicting)

    rows, first = factorize(keys, ok)
    numbers = parents.row_numbers
    distinct_infos, info = _infos_of(infos, first)
    notes = [note for column in columns for note in column.notes]
    return Pairs(
        parents=read_only(_ids_at(parents, first)),
        children=read_only(_ids_at(children, first)),
        infos=distinct_infos,
        info=info,
        rows=read_only(rows),
        row_numbers=numbers,
        reasons=_reasons_of(columns),
        rejects=rejects_of(columns),
        notes=(*notes, *duplicate_notes(rows, first, numbers)),
    )


def _ids_at(column: Column, first: NDArray[np.int64]) -> NDArray[np.int64]:
    """The ids at the first rows of the pairs; the column's own array where every row is a pair of its own."""
    return column.ids if len(first) == len(column.ids) else column.ids[first]


def _pair_keys(parents: Column, children: Column, ok: NDArray[np.bool_]) -> NDArray[np.int64]:
    """int64[n]: a number for each row that is equal where the pair is."""
    parent_codes, _ = factorize(parents.ids, ok)
    child_codes, _ = factorize(children.ids, ok)
    return parent_codes * (int(child_codes.max(initial=0)) + 1) + child_codes


def _reasons_of(columns: list[Column]) -> dict[int, str]:
    """Why each row that became no pair did not, from all of its columns."""
    reasons: dict[int, str] = {}
    for column in columns:
        texts = column.reasons
        for row, problem in zip(column.reject_rows.tolist(), column.problem_index.tolist(), strict=True):
            reasons[row] = f"{reasons[row]}; {texts[problem]}" if row in reasons else texts[problem]
    return reasons


def _with_other_side(key: DecisionKey) -> DecisionKey:
    """The key of a decision once parent and child have changed places."""
    return (key[0], _OTHER_SIDE.get(key[1], key[1])) if isinstance(key, tuple) else key


def _infos_of(
    infos: Infos | RelationInfo | None, first: NDArray[np.int64]
) -> tuple[tuple[RelationInfo, ...], NDArray[np.int16] | None]:
    """The infos that the pairs have, and for each pair which; `first` are the rows where the pairs stand."""
    if infos is None:
        return (), None
    if isinstance(infos, RelationInfo):
        return (infos,), read_only(np.zeros(len(first), dtype=np.int16))
    codes = infos.codes[first]
    info_of_pair, first_pair = factorize(codes, codes >= 0)
    distinct_infos = tuple(infos.distinct_infos[code] for code in codes[first_pair].tolist())
    return distinct_infos, read_only(info_of_pair.astype(np.int16))


def _snapshot(frame: Any, names: list[Any]) -> tuple[pd.DataFrame, tuple[Hashable, Hashable], Any]:
    """A copy of the frame, the labels of parent and child, and what may change while the pairs are planned."""
    labels_of = [name.columns if isinstance(name, LookedUp) else (name,) for name in names]
    all_labels = tuple(chain.from_iterable(labels_of))
    source = to_pandas(frame, list(all_labels))
    places = [[find_column(source, label) for label in labels] for labels in labels_of]
    if places[0] == places[1] and len(places[0]) == 1:
        raise PairsError(f"Parent and child are the same column, {quote(str(labels_of[0][0]))}. Name two columns.")

    # A frame that is computed anew each time, such as a query, is read only once.
    stays = library_name(frame) in ("pandas", "polars", "modin") and hasattr(frame, "shape")
    live_frame = (frame, all_labels) if stays else None
    parent, child = (source.columns[column_places[0]] for column_places in places[:2])
    return source.copy(), (parent, child), live_frame


def _compare(name: str, then: pd.Series[Any], now: pd.Series[Any]) -> None:
    if then.equals(now):
        return
    changed = [
        f"row {row} was {quote(str(before))}, is {quote(str(after))}"
        for row, before, after in zip(row_numbers(then.index, len(then)), then, now, strict=True)
        if not same_value(before, after)
    ]
    if changed:
        more = f" and {len(changed) - _NAMED:,} more rows" if len(changed) > _NAMED else ""
        raise PlanError(
            f"{name} was changed since it was read: {'; '.join(changed[:_NAMED])}{more}. Read the pairs again."
        )
