"""What is chosen of the data, as one value that does not change: what is read and what is shown follow from it."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal

from onoffice_nb.builder.column_guesses import (
    SINGLE_FIELDS,
    Guess,
    Holds,
    guess_fields,
    guess_holding,
    guess_sides,
    holdings,
    name_fields,
)
from onoffice_nb.builder.data_table import DataTable
from onoffice_nb.builder.pairs_source import PairsSource
from onoffice_nb.errors import InputError
from onoffice_nb.formatting import printable
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.model import CONFIRMATIONS, RelationInfo, RelationType
from onoffice_nb.planning.column_names import contradictions

__all__ = ["SIDES", "Column", "DataSelection", "Missing", "Pairing", "Side", "SideName", "StatusAnswer", "status_label"]

SideName = Literal["parent", "child"]
SIDES: Final[tuple[SideName, SideName]] = ("parent", "child")

# The tasks as the first part of the page names them.
_REMOVES: Final = "remove"
_CHANGES_STATUS: Final = "status"


class Pairing(StrEnum):
    """Which parent goes with which child."""

    ROWS = "rows"
    CROSS = "every"


class Missing(StrEnum):
    """What has to be chosen before anything can be read."""

    RELATION = "relation"
    DATA = "data"
    SHEET = "sheet"
    COLUMNS = "columns"
    STATUS_ANSWER = "status_answer"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table, by its label. A label may be anything, None too, so it stands in this box."""

    label: Hashable


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """Whether confirmation statuses are sent, once somebody has said so.

    Attributes:
        info: One status for all, or the column that holds one for each row; None if none is sent.
    """

    info: RelationInfo | Column | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What one side is read from: columns of the table, or a pasted list.

    Attributes:
        holds: What the columns hold.
        columns: Field of the CRM to column; a single column stands under `""` whatever it holds.
        text: The pasted list.
        is_guess: Whether the columns were guessed, and not confirmed or changed by the user.
        holds_is_guess: Whether what they hold was guessed of a column that the user chose.
    """

    holds: Holds = Holds.RECORD_ID
    columns: Mapping[str, Column] = field(default_factory=dict)
    text: str = ""
    is_guess: bool = False
    holds_is_guess: bool = False

    @classmethod
    def looked_up(cls, module: str, by: Mapping[str, Hashable]) -> Side:
        """The side that these fields of the CRM find; raises InputError if records of the module are not found so."""
        known = {field: holds for holds, field in SINGLE_FIELDS.get(module, {}).items()}
        unknown = [field for field in by if field not in known and field not in name_fields(module)]
        if unknown or not by:
            expected = ", ".join(dict.fromkeys([*known, *name_fields(module)])) or "a column of record ids"
            raise InputError(f"Records of {module or 'no relation type'} are found by {expected}; got {dict(by)!r}.")
        columns = {field: Column(label) for field, label in by.items()}
        if len(by) == 1 and (field := next(iter(by))) in known:
            return cls(known[field], {"": columns[field]})
        return cls(Holds.NAME, columns)

    @property
    def column(self) -> Column | None:
        """The column, where there is only one."""
        return self.columns.get("") if self.holds is not Holds.NAME else None

    def wanted(self, module: str) -> Hashable | dict[str, Hashable]:
        """What `PairsSource` takes for this side of a table."""
        if self.holds is Holds.NAME:
            return {name: column.label for name, column in self.columns.items()}
        label = self.columns[""].label
        return label if self.holds is Holds.RECORD_ID else {SINGLE_FIELDS[module][self.holds]: label}


@dataclass(frozen=True, slots=True, eq=False)
class DataSelection:
    """All that is chosen of the data.

    Attributes:
        relation: The relation type, which says whose records stand on the sides.
        task: What is to be done: `link`, `remove`, `replace` or `status`.
        table: The table, None for two pasted lists.
        parent: What the parents are read from.
        child: What the children are read from.
        pairing: Which parent goes with which child.
        status: What was said of statuses, None as long as nobody has said anything.
        dropped_status: What was said before, but does not fit any more.
        decisions: What was decided on rejects.
        left_out: The numbers of the rows that are left out.
    """

    relation: RelationType | None = None
    task: str = "link"
    table: DataTable | None = None
    parent: Side = Side()
    child: Side = Side()
    pairing: Pairing = Pairing.ROWS
    status: StatusAnswer | None = None
    dropped_status: RelationInfo | Column | None = None
    decisions: Mapping[DecisionKey, Decision] = field(default_factory=dict)
    left_out: Collection[int] = frozenset()

    # What can be chosen

    @property
    def labels(self) -> list[Hashable]:
        """The labels of the table's columns; none as long as a sheet has to be named."""
        return [] if self.table is None or self.table.needs_sheet else self.table.labels

    def module(self, side: SideName) -> str:
        """The module whose records stand on a side, `""` if it is not known yet."""
        return "" if self.relation is None else str(getattr(self.relation, side))

    def side(self, name: SideName) -> Side:
        """One of the sides."""
        return self.parent if name == "parent" else self.child

    @property
    def takes_status(self) -> bool:
        """Whether statuses can be sent at all: only for participants of appointments, and not with a removal."""
        return self.relation is not None and self.relation.takes_info and self.task != _REMOVES

    @property
    def status_columns(self) -> list[Hashable]:
        """The columns that hold statuses, as it seems; empty where none can be sent row by row."""
        if not self.takes_status or not self.labels or self.table is None or self.pairing is Pairing.CROSS:
            return []
        return self.table.status_columns

    @property
    def statuses(self) -> list[RelationInfo | Column]:
        """What can be chosen as status."""
        if not self.takes_status:
            return []
        has_rows = self.table is not None and self.pairing is Pairing.ROWS
        columns = [Column(label) for label in self.labels] if has_rows else []
        return [*map(RelationInfo, CONFIRMATIONS), *columns]

    # What follows from it

    @property
    def missing(self) -> Missing | None:
        """What has to be said first, None if pairs can be read."""
        if self.table is None:
            if not all(side.text.strip() for side in (self.parent, self.child)):
                return Missing.DATA
        elif self.table.needs_sheet:
            return Missing.SHEET
        elif not self.parent.columns or not self.child.columns:
            return Missing.COLUMNS
        if any(side.holds is not Holds.RECORD_ID for side in (self.parent, self.child)) and self.relation is None:
            return Missing.RELATION
        return self.missing_status

    @property
    def missing_status(self) -> Missing | None:
        """What has to be said of statuses, whatever else is missing."""
        if not self.takes_status:
            return None
        if self.task == _CHANGES_STATUS and (self.status is None or self.status.info is None):
            return Missing.STATUS
        return Missing.STATUS_ANSWER if self.status is None and self.status_columns else None

    @property
    def source(self) -> PairsSource | None:
        """Where the pairs come from, None as long as something is missing."""
        return None if self.missing is not None else self._source

    @property
    def counted_source(self) -> PairsSource | None:
        """The same without the statuses as long as only the answer on them is missing, so that ids can be counted."""
        return self._source if self.missing in (None, Missing.STATUS_ANSWER, Missing.STATUS) else None

    @property
    def _source(self) -> PairsSource:
        info = None if self.status is None or not self.takes_status else self.status.info
        label = info.label if isinstance(info, Column) else info
        is_crossed = self.pairing is Pairing.CROSS
        if self.table is None:
            return PairsSource(
                self.parent.text,
                self.child.text,
                is_crossed=is_crossed,
                info=label,
                decisions=self.decisions,
                left_out=self.left_out,
            )
        return PairsSource(
            self.parent.wanted(self.module("parent")),
            self.child.wanted(self.module("child")),
            self.table.frame,
            self.table.name,
            is_crossed,
            label,
            self.decisions,
            self.left_out,
            self.table.code,
            self.relation,
        )

    @property
    def contradicting(self) -> list[SideName]:
        """The sides whose column speaks, by its name, of the records of the other side."""
        if self.table is None or self.relation is None:
            return []
        columns = {name: self.side(name).column for name in SIDES}
        names = {name: "" if column is None else str(column.label) for name, column in columns.items()}
        parent_says = contradictions(self.relation, names["parent"], "")
        child_says = contradictions(self.relation, "", names["child"])
        return [name for name, says in zip(SIDES, (parent_says, child_says), strict=True) if says]

    # Other choices

    def with_table(self, table: DataTable | None) -> DataSelection:
        """Another table, or the same read in another way; what was chosen of the old one by hand stays if it fits."""
        status = self.status
        if status is not None and status.info is None:
            # That the statuses of one table are not sent says nothing of those of another.
            status = None
        return replace(self, table=table, status=status).without_decisions()._fitted()

    def with_lists(self, parent: str, child: str) -> DataSelection:
        """Two pasted lists, and no table."""
        lists = replace(self, table=None, parent=Side(text=parent), child=Side(text=child))
        return lists.without_decisions()._fitted()

    def with_task(self, relation: RelationType | None, task: str) -> DataSelection:
        """Another relation type or task."""
        changed = replace(self, relation=relation, task=task)._fitted()
        return changed if changed._reads_like(self) else changed.without_decisions()

    def with_column(self, name: SideName, label: Hashable) -> DataSelection:
        """One column for a side, as the user named it; what it holds is guessed unless it was told before."""
        side = self.side(name)
        is_open = side.is_guess or side.holds_is_guess or not side.columns or side.holds is Holds.NAME
        if not is_open or self.table is None:
            return self._with_side(name, Side(side.holds, {"": Column(label)}))
        holds = guess_holding(self.table.cells, label, self.module(name))
        return self._with_side(name, Side(holds, {"": Column(label)}, holds_is_guess=True))

    def without_column(self, name: SideName) -> DataSelection:
        """No column for a side."""
        return self._with_side(name, Side(self.side(name).holds))

    def confirmed(self, name: SideName) -> DataSelection:
        """What was guessed for a side, as the user's own choice."""
        side = replace(self.side(name), is_guess=False, holds_is_guess=False)
        return replace(self, parent=side) if name == "parent" else replace(self, child=side)

    def with_holding(self, name: SideName, holds: Holds) -> DataSelection:
        """What a side's column holds, as the user said.

        Raises:
            InputError: Records of this module are not found by it.
        """
        side = self.side(name)
        if holds not in holdings(self.module(name)):
            raise InputError(f"Expected one of {', '.join(holdings(self.module(name)))}, got {holds}.")
        if (holds is Holds.NAME) == (side.holds is Holds.NAME):
            return self._with_side(name, replace(side, holds=holds, is_guess=False, holds_is_guess=False))
        if holds is not Holds.NAME or self.table is None:
            return self._with_side(name, Side(holds))
        guessed = guess_fields(self.table.cells, self.module(name))
        columns = {field: Column(label) for field, label in guessed.items()}
        return self._with_side(name, Side(holds, columns, is_guess=bool(columns)))

    def with_field(self, name: SideName, field_name: str, column: Column | None) -> DataSelection:
        """The column of one of the fields that name a record together, None for no column."""
        side = self.side(name)
        columns = {key: value for key, value in side.columns.items() if key != field_name}
        if column is not None:
            columns[field_name] = column
        return self._with_side(name, replace(side, columns=columns, is_guess=False))

    def swapped(self) -> DataSelection:
        """Parent and child in each other's place."""
        parent, child = replace(self.child, is_guess=False), replace(self.parent, is_guess=False)
        return replace(self, parent=parent, child=child).without_decisions()._fitted()

    def with_pairing(self, pairing: Pairing) -> DataSelection:
        """Row by row, or every one with every other."""
        return replace(self, pairing=pairing).without_decisions()._fitted()

    def with_status(self, info: RelationInfo | Column | None) -> DataSelection:
        """What is sent as status; None for none."""
        return replace(self, status=StatusAnswer(info), dropped_status=None)

    def without_decisions(self) -> DataSelection:
        """Nothing mended and nothing left out, as rows are others now."""
        return replace(self, decisions={}, left_out=frozenset())

    def _with_side(self, name: SideName, side: Side) -> DataSelection:
        changed = replace(self, parent=side) if name == "parent" else replace(self, child=side)
        return changed.without_decisions()

    def _reads_like(self, other: DataSelection) -> bool:
        """Whether the same cells are read in the same way, so that decisions on them stay good."""
        sides = zip((self.parent, self.child), (other.parent, other.child), strict=True)
        return all(
            (one.holds, one.columns, one.text) == (another.holds, another.columns, another.text)
            for one, another in sides
        )

    def _fitted(self) -> DataSelection:
        """The same without what does not fit any more, and with guesses for what is open."""
        fitted = replace(
            self, parent=self._fitted_side("parent", self.labels), child=self._fitted_side("child", self.labels)
        )
        fitted = fitted._guessed()
        info = None if fitted.status is None else fitted.status.info
        if info is None or info in fitted.statuses:
            return fitted
        # Nobody has said anything of this one; what was said of the other must not count for it.
        return replace(fitted, status=None, dropped_status=info)

    def _fitted_side(self, name: SideName, labels: Collection[Hashable]) -> Side:
        side = self.side(name)
        if self.table is None:
            return Side(text=side.text)
        columns = {
            field: column for field, column in side.columns.items() if any(column == Column(label) for label in labels)
        }
        fits = side.holds in holdings(self.module(name)) and len(columns) == len(side.columns)
        return replace(side, columns=columns, text="") if fits and not side.is_guess else Side()

    def _guessed(self) -> DataSelection:
        if self.table is None or self.relation is None or not self.labels:
            return self
        if self.parent.columns and self.child.columns:
            return self
        parent, child = guess_sides(self.table.cells, self.relation)
        return replace(
            self, parent=_open_side(self.parent, parent, self.child), child=_open_side(self.child, child, self.parent)
        )


def _open_side(side: Side, guess: Guess | None, other: Side) -> Side:
    """The guess for a side for which nothing is chosen, unless the other side has these columns already."""
    if side.columns or guess is None:
        return side
    columns = {name: Column(label) for name, label in guess.columns.items()}
    if set(columns.values()) & set(other.columns.values()):
        return side
    if guess.holds is not Holds.NAME:
        columns = {"": next(iter(columns.values()))}
    return Side(guess.holds, columns, is_guess=True)


def status_label(info: RelationInfo | Column) -> str:
    """What is chosen as status, as one word.

    >>> status_label(RelationInfo("gesendet")), status_label(Column("Status"))
    ('gesendet', 'Status')
    """
    return printable(info.label) if isinstance(info, Column) else str(info.confirmation)
