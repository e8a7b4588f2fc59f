"""The second part of the page: the data, which columns are meant, and at once how many pairs they make."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import replace
from types import EllipsisType
from typing import Any, Final

from onoffice_nb.builder.column_guesses import Holds, holdings, name_fields
from onoffice_nb.builder.data_selection import (
    SIDES,
    Column,
    DataSelection,
    Missing,
    Pairing,
    Side,
    SideName,
    StatusAnswer,
    status_label,
)
from onoffice_nb.builder.data_table import (
    EDITABLE_CHARACTERS,
    DataTable,
    TableKind,
    check_one_column,
)
from onoffice_nb.builder.notebook_frames import FrameChoices, frame_size, unreadable
from onoffice_nb.builder.pairs_source import PairsSource
from onoffice_nb.builder.upload import Upload
from onoffice_nb.builder.wording import Words
from onoffice_nb.errors import InputError, OnOfficeError, PairsError
from onoffice_nb.formatting import printable, quote
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.intake.repairs import RejectKind
from onoffice_nb.model import CONFIRMATIONS, RelationInfo, RelationType
from onoffice_nb.planning.column_names import contradictions

__all__ = ["DataStep"]

_SAMPLE_ROWS: Final = 5
_SHOWN_COLUMNS: Final = 500
_SAMPLED_COLUMNS: Final = 40
_SHOWN_FRAMES: Final = 200
_SHOWN_REJECTS: Final = 5
_SHOWN_NOTES: Final = 20
_CELL: Final = 80

# What may be chosen to stand between the cells of a text.
_SEPARATORS: Final = [";", "|", ",", "\t"]

# What intake says of parents and children, as the page says it.
_PLAIN_WORDS: Final = (
    (re.compile(r"parent has (?P<left>[\d,]+) rows?, child has (?P<right>[\d,]+) rows?"), "data.unequal"),
    (re.compile(r"Parent and child are the same column, '(?P<column>.*)'\."), "data.same_column"),
    (re.compile(r"Parent and child are the same text"), "data.same_text"),
)

_MISSING: Final = "Both sides need ids: choose a table and its two columns, or paste both lists."
# What whoever calls check() is told of what the page asks for.
_ASKED: Final = {
    Missing.RELATION: "The relation type says which records are looked up: choose one first.",
    Missing.SHEET: "The file has several sheets: choose one.",
    Missing.STATUS_ANSWER: (
        "The table has a column of statuses. Say whether it is sent: use(…, info='its name') or one oo.RelationInfo"
        " for all, or on the page that none is."
    ),
    Missing.STATUS: "To change statuses, say which: a column of the table, or one oo.RelationInfo for all.",
}


class DataStep:
    """The choice of data.

    Whatever happens, by click or by code, makes a new selection; it is read
    once, where that needs no look into the CRM.

    Args:
        frames: The frames to pick from, by name; None for those of the notebook.
        on_change: Called whenever the pairs may be others.

    Attributes:
        source: Where the pairs come from; None as long as something is missing or cannot be read. It is another
            object as soon as something else is chosen.
        actions: What the front end may ask for, by name.
    """

    def __init__(self, frames: Mapping[str, Any] | None, on_change: Callable[[], object]) -> None:
        self._frames = FrameChoices(frames)
        self._on_change = on_change
        self.source: PairsSource | None = None
        self._selection = DataSelection()
        self._counted: Pairs | None = None
        self._problem = ""
        self._has_lists = False
        self._dropped_decisions = False
        self._decided_cells: object = None
        self._upload: Upload | None = None
        self._failed_upload = ""

        self.actions: Mapping[str, Callable[..., object]] = {
            "upload": self._take_piece,
            "cancel_upload": self._cancel_upload,
            "paste": self._paste,
            "edit": self._edit,
            "type": self._type,
            "lists": self._open_lists,
            "list_frames": lambda: None,
            "pick_frame": self._pick_frame,
            "clear": self._clear,
            "options": self._read_otherwise,
            "column": self._pick_column,
            "holds": self._pick_holding,
            "field": self._pick_field,
            "confirm": self._confirm_guess,
            "swap": self.swap,
            "pairing": self._pick_pairing,
            "status": self._answer_status,
        }

    # What is chosen

    @property
    def pairs(self) -> Pairs | None:
        """The pairs; None as long as something is missing, cannot be read, or has to be looked up in the CRM."""
        return self._counted if self.source is not None else None

    @property
    def frame_was_rebound(self) -> bool:
        """Whether the notebook has given the name of the frame that was read to another one."""
        table = self._selection.table
        if table is None or table.kind is not TableKind.FRAME:
            return False
        return self._frames.available().get(table.name) is not table.content

    def expect(self, relation: RelationType | None, task: str = "link") -> None:
        """Another relation type or task was chosen: other modules stand on the sides, and a status may have to go."""
        self._select(self._selection.with_task(relation, str(task)))

    def use(
        self,
        frame: Any,
        parent: Hashable | Mapping[str, Hashable],
        child: Hashable | Mapping[str, Hashable],
        info: RelationInfo | Hashable | None = None,
        *,
        is_crossed: bool = False,
    ) -> Pairs | None:
        """Take these ids, as if they had been picked or pasted.

        Args:
            frame: The frame that holds the columns, None for pasted text.
            parent: The label of the parents' column, or the text; or field of the CRM to label, to look ids up.
            child: The same for the children.
            info: One confirmation for all, the label of the column that holds them, or None to send none.
            is_crossed: Every parent with every child, not row by row.

        Returns:
            The pairs that they make; None if they have to be looked up in the CRM first.

        Raises:
            InputError: These cannot be chosen on the page; what was chosen before stays.
            PairsError: They make no pairs; what was chosen before stays.
        """
        try:
            selection = self._selection_of(frame, parent, child, info, is_crossed)
            source = selection.source
            if source is None:
                raise PairsError(_ASKED.get(selection.missing or Missing.DATA, _MISSING))
            pairs = None if source.needs_lookup else source.read()
        except InputError:
            # Whoever asked for other ids does not want those to be sent that were checked before.
            self._on_change()
            raise
        self._set(selection, pairs, "")
        return pairs

    def read(self) -> Pairs | None:
        """Read the ids as they are now.

        Returns:
            The pairs; None if they have to be looked up in the CRM.

        Raises:
            PairsError: They make no pairs, or something is missing.
        """
        table = self._selection.table
        if table is not None and table.kind is TableKind.FRAME:
            self._select(self._renewed())
        missing = self._selection.missing
        if missing is not None:
            raise PairsError(_ASKED.get(missing, _MISSING))
        if self._problem:
            raise PairsError(self._problem)
        return self._counted

    def decide(self, decisions: Mapping[DecisionKey, Decision | None], left_out: Collection[int] | None = None) -> None:
        """Mend rejects, as `Pairs.mended` does; earlier decisions stay until the data are others.

        Args:
            decisions: Row number, (row number, column) or kind of reject to what is decided; None takes a decision
                back.
            left_out: The numbers that the rows left out have then, None where they are the same.

        Raises:
            PairsError: A decision fits no reject; nothing is decided then.
        """
        selection = self._selection
        all_decisions = {**selection.decisions, **decisions}
        kept = {key: decision for key, decision in all_decisions.items() if decision is not None}
        kept_out = selection.left_out if left_out is None else frozenset(left_out)
        decided = replace(selection, decisions=kept, left_out=kept_out)
        source = decided.counted_source
        pairs = None if source is None or source.needs_lookup else source.read()
        self._decided_cells = _cells_of(decided)
        self._set(decided, pairs, "")

    def leave_out(self, rows: Collection[int]) -> None:
        """Leave these rows out, and take all others.

        Args:
            rows: Their numbers, as messages name them; empty to take all.
        """
        selection = replace(self._selection, left_out=frozenset(rows))
        self._decided_cells = _cells_of(selection)
        self._select(selection)

    def swap(self) -> None:
        """Parent and child in each other's place."""
        self._select(self._selection.swapped())

    def _selection_of(
        self,
        frame: Any,
        parent: Hashable | Mapping[str, Hashable],
        child: Hashable | Mapping[str, Hashable],
        info: object,
        is_crossed: bool,
    ) -> DataSelection:
        """What is to be chosen so that the page does the same as this call."""
        table = None if frame is None else DataTable.of_frame(self._frames.name_of(frame), frame)
        before = self._selection
        status = _chosen_status(info, before.relation, has_rows=frame is not None and not is_crossed)
        selection = replace(
            before.without_decisions(),
            table=table,
            pairing=Pairing.CROSS if is_crossed else Pairing.ROWS,
            status=StatusAnswer(status),
            dropped_status=None,
        )
        if table is not None:
            return replace(
                selection,
                parent=_side_by_code(parent, selection.module("parent")),
                child=_side_by_code(child, selection.module("child")),
            )

        if not isinstance(parent, str) or not isinstance(child, str):
            raise PairsError(
                f"Expected two texts, as pasted, got {type(parent).__name__} and {type(child).__name__}:"
                " put them into a DataFrame and give it as well, or call oo.read_pairs(…)."
            )
        return replace(selection, parent=Side(text=parent), child=Side(text=child))

    def _renewed(self) -> DataSelection:
        """The selection with the notebook's frame as it is now, and without decisions on cells that were changed."""
        selection = self._selection
        if selection.table is None:
            return selection
        name = selection.table.name
        frame = self._frames.available().get(name)
        if frame is None:
            return selection.with_table(None)
        is_same = frame is selection.table.content
        renewed = DataTable.of_frame(name, frame)
        selection = replace(selection, table=renewed) if is_same else selection.with_table(renewed)

        has_decisions = bool(selection.decisions or selection.left_out)
        if has_decisions and _cells_of(selection) != self._decided_cells:
            self._dropped_decisions = True
            return selection.without_decisions()
        return selection

    def _select(self, selection: DataSelection) -> None:
        """After any change by hand: read if nothing is missing, and remember what cannot be read."""
        pairs, problem = None, ""
        try:
            source = selection.counted_source
            if source is not None and not source.needs_lookup:
                pairs = source.read()
        except OnOfficeError as error:
            problem = str(error)
        self._set(selection, pairs, problem)

    def _set(self, selection: DataSelection, pairs: Pairs | None, problem: str) -> None:
        if selection.decisions or selection.left_out:
            self._dropped_decisions = False
        self._selection, self._counted, self._problem = selection, pairs, problem
        self.source = None if problem else selection.source
        self._has_lists = self._has_lists or bool(selection.parent.text or selection.child.text)
        if selection.table is not None:
            self._has_lists = False
        self._on_change()

    # What is clicked

    def _take_piece(
        self,
        number: str,
        name: str,
        size: int,
        offset: int,
        where: str | None = None,
        buffers: Sequence[memoryview] = (),
    ) -> None:
        """The next piece of a file or of a long text; with the last one it is read."""
        try:
            if offset == 0:
                self._upload = Upload(number, name, size, where)
            upload = self._upload
            if upload is None or upload.number != number:
                # Another one was begun meanwhile.
                return
            upload.add(offset, buffers)
            if upload.is_complete:
                self._take_content(upload)
        except OnOfficeError:
            self._upload, self._failed_upload = None, number
            raise

    def _take_content(self, upload: Upload) -> None:
        self._upload = None
        content = bytes(upload.content)
        if upload.where is not None:
            self._paste(content.decode("utf-8"), upload.where)
        else:
            self._take_table(DataTable.of_file(upload.name, content))

    def _cancel_upload(self) -> None:
        self._upload = None

    def _take_table(self, table: DataTable) -> None:
        if not table.needs_sheet:
            # Read here and now: what cannot be read is not chosen.
            _ = table.cells
        self._dropped_decisions = False
        self._select(self._selection.with_table(table))

    def _paste(self, text: str, where: str = "") -> None:
        """A text that was pasted: a table, or the list of one side."""
        if not text.strip():
            return
        try:
            check_one_column(text)
        except PairsError as several:
            table = DataTable.of_text(text)
            if len(table.labels) < 2:
                raise several from None
            self._take_table(table)
            return

        side = where if where in SIDES else self._side_of_list(text)
        other = self._selection if where in SIDES else DataSelection()
        self._take_list(side, text, other)

    def _side_of_list(self, text: str) -> SideName:
        """The side that a list is for, by its heading; the parents, where it says nothing."""
        relation = self._selection.relation
        heading = text.strip().split("\n", 1)[0]
        speaks_of_child = relation is not None and bool(contradictions(relation, heading, ""))
        return "child" if speaks_of_child else "parent"

    def _edit(self, text: str) -> None:
        """A pasted table that was edited."""
        if text.strip():
            self._take_table(DataTable.of_text(text))
        else:
            self._clear()

    def _type(self, side: str, text: str) -> None:
        """A list that was edited."""
        self._take_list(_side_name(side), text, self._selection)

    def _take_list(self, side: str, text: str, other: DataSelection) -> None:
        """A list for one side, beside that of the other."""
        parent = text if side == "parent" else other.parent.text
        child = text if side == "child" else other.child.text
        self._select(self._selection.with_lists(parent, child))

    def _open_lists(self) -> None:
        self._select(self._selection.with_lists("", ""))
        self._has_lists = True

    def _clear(self) -> None:
        self._has_lists = False
        self._dropped_decisions = False
        self._select(self._selection.with_lists("", ""))

    def _pick_frame(self, name: str) -> None:
        if not name:
            self._clear()
            return
        frame = self._frames.available().get(name)
        if frame is None:
            raise PairsError(f"The notebook has no frame {quote(name)} any more: open the list again.")
        reason = unreadable(frame)
        if reason:
            raise PairsError(f"{name}: {reason}.")
        self._take_table(DataTable.of_frame(name, frame))

    def _read_otherwise(
        self,
        sheet: str | EllipsisType = ...,
        header: int | EllipsisType | None = ...,
        hidden: str | EllipsisType = ...,
        sep: str | EllipsisType | None = ...,
    ) -> None:
        """Another sheet, another header, without the hidden rows, or with another separator."""
        table = self._selection.table
        if table is None or table.kind is TableKind.FRAME:
            raise PairsError("There is no file here whose sheet could be chosen: drop one first.")
        if hidden not in ("keep", "skip", ...):
            raise InputError(f"Expected keep or skip for hidden rows, got {quote(str(hidden), 20)}.")
        given: dict[str, Any] = {"sheet": sheet, "header": header, "hidden": hidden, "sep": sep}
        chosen = {name: value for name, value in given.items() if value is not ...}
        self._take_table(table.with_options(replace(table.options, **chosen)))

    def _pick_column(self, side: str, column: str) -> None:
        label = self._column(column)
        name = _side_name(side)
        if label is None:
            self._select(self._selection.without_column(name))
        else:
            self._select(self._selection.with_column(name, label.label))

    def _pick_holding(self, side: str, holds: str) -> None:
        name = _side_name(side)
        if holds not in holdings(self._selection.module(name)):
            raise InputError(f"Records of {self._selection.module(name)} are not found by {quote(holds)}.")
        self._select(self._selection.with_holding(name, Holds(holds)))

    def _pick_field(self, side: str, field: str, column: str) -> None:
        name = _side_name(side)
        if field not in name_fields(self._selection.module(name)):
            raise InputError(f"Records of {self._selection.module(name)} are not found by {quote(field)}.")
        self._select(self._selection.with_field(name, field, self._column(column)))

    def _confirm_guess(self, side: str) -> None:
        self._select(self._selection.confirmed(_side_name(side)))

    def _pick_pairing(self, pairing: str) -> None:
        if pairing not in list(Pairing):
            raise InputError(f"Expected one of {', '.join(Pairing)} as the pairing, got {pairing!r}.")
        self._select(self._selection.with_pairing(Pairing(pairing)))

    def _answer_status(self, status: str) -> None:
        """`none`, `all:` and a confirmation, or `column:` and a column."""
        kind, _, value = status.partition(":")
        info: RelationInfo | Column | None = None
        if kind == "all" and value in CONFIRMATIONS:
            info = RelationInfo(value)
        elif kind == "column":
            info = self._column(value)
        elif kind != "none":
            raise InputError(f"Expected one of {', '.join(CONFIRMATIONS)}, a column or none, got {status!r}.")
        self._select(self._selection.with_status(info))

    def _column(self, position: str) -> Column | None:
        """The column at a place, None for none."""
        labels = self._selection.labels
        if position == "":
            return None
        if not position.isdecimal() or int(position) >= len(labels):
            raise InputError("The table has other columns now: look at it and choose again.")
        return Column(labels[int(position)])

    # What is shown

    def view(self, words: Words) -> dict[str, Any]:
        """What the front end shows of it: bounded, however large the data are."""
        selection = self._selection
        upload = self._upload
        return {
            "kind": "lists" if self._has_lists else "" if selection.table is None else selection.table.kind,
            "frames": self._frames_view(words),
            "upload": None
            if upload is None
            else {"number": upload.number, "name": upload.name, "received": len(upload.content), "size": upload.size},
            "failed_upload": self._failed_upload,
            "table": None if selection.table is None else _table_view(selection.table, words),
            "columns": [
                {"value": str(position), "text": printable(label)[:_CELL]}
                for position, label in enumerate(selection.labels[:_SHOWN_COLUMNS])
            ],
            "sides": [self._side_view(name, words) for name in SIDES],
            "contradictions": [self._contradiction(name, words) for name in selection.contradicting],
            "pairing": selection.pairing,
            "status": self._status_view(words),
            "missing": selection.missing,
            "needs_lookup": self.source is not None and self.source.needs_lookup,
            "counts": None if self._counted is None else _counts_view(self._counted, words),
            "decisions": len(selection.decisions),
            "left_out": len(selection.left_out),
            "dropped_decisions": self._dropped_decisions,
            "problem": _in_plain_words(self._problem, words),
        }

    def _frames_view(self, words: Words) -> dict[str, Any]:
        table = self._selection.table
        frames = list(self._frames.available().items())[:_SHOWN_FRAMES]
        options = []
        problems = []
        for name, frame in frames:
            reason = unreadable(frame)
            if reason:
                problems.append(words("data.frame.unreadable", name=name, reason=words.sentence(reason)))
            else:
                rows, _ = frame_size(frame)
                size = "" if rows is None else f" · {words('data.rows', n=rows)}"
                options.append({"value": name, "text": f"{name}{size}"})
        picked = table.name if table is not None and table.kind is TableKind.FRAME else ""
        return {"options": options, "value": picked, "problems": problems}

    def _contradiction(self, name: SideName, words: Words) -> str:
        """What the name of a side's column says against its place, in words."""
        selection = self._selection
        column = selection.side(name).column
        modules = {side: words.module(selection.module(side)) for side in SIDES}
        if modules["parent"] == modules["child"]:
            modules = {"parent": words("data.base"), "child": words("data.unit")}
        other = modules["child" if name == "parent" else "parent"]
        label = "" if column is None else printable(column.label)
        return words("data.contradiction.of", column=label, other=other, own=modules[name])

    def _side_view(self, name: SideName, words: Words) -> dict[str, Any]:
        selection = self._selection
        side, module = selection.side(name), selection.module(name)
        labels = selection.labels
        is_editable = len(side.text) <= EDITABLE_CHARACTERS
        lines = side.text.strip("\r\n").splitlines() if side.text.strip() else []
        return {
            "name": name,
            "module": words.module(module) if module else words(f"data.{name}"),
            "holds": side.holds,
            "holdings": [{"value": holds, "text": words(f"data.holds.{holds}")} for holds in holdings(module)],
            "column": _place(labels, side.column),
            "fields": [
                {"name": field, "text": words(f"data.field.{field}"), "column": _place(labels, side.columns.get(field))}
                for field in name_fields(module)
            ]
            if side.holds is Holds.NAME
            else [],
            "is_guess": side.is_guess or (side.holds_is_guess and side.holds is not Holds.RECORD_ID),
            "text": side.text if is_editable else None,
            "lines": len(lines),
            "head": [] if is_editable else [line[:_CELL] for line in lines[:_SAMPLE_ROWS]],
        }

    def _status_view(self, words: Words) -> dict[str, Any] | None:
        selection = self._selection
        if not selection.takes_status:
            return None
        labels = selection.labels
        noticed = selection.status_columns
        chosen = None if selection.status is None else _status_key(selection.status.info, labels)
        columns = [
            {"value": f"column:{position}", "text": words("data.status.column", name=printable(label)[:_CELL])}
            for position, label in enumerate(labels[:_SHOWN_COLUMNS])
            if Column(label) in selection.statuses
        ]
        dropped = selection.dropped_status
        asked = selection.missing_status
        return {
            "options": [
                {"value": "none", "text": words("data.status.none")},
                *({"value": f"all:{text}", "text": words("data.status.all", status=text)} for text in CONFIRMATIONS),
                *columns,
            ],
            "value": chosen or ("none" if asked is None else ""),
            "noticed": [
                {"value": _status_key(Column(label), labels), "name": printable(label)[:_CELL]} for label in noticed
            ],
            "is_asked": asked is not None,
            "is_required": asked is Missing.STATUS,
            "dropped": "" if dropped is None else status_label(dropped),
        }


def _in_plain_words(problem: str, words: Words) -> str:
    """What cannot be read, without the words of programmers where it happens often."""
    for pattern, key in _PLAIN_WORDS:
        match = pattern.match(problem)
        if match is not None:
            return words(key, **match.groupdict())
    return words.sentence(problem) if problem else ""


def _table_view(table: DataTable, words: Words) -> dict[str, Any]:
    is_text = table.kind is TableKind.PASTED
    shown = {
        "title": table.title,
        "sheets": [{"value": title, "text": title} for title in table.sheets],
        "sheet": table.options.sheet or ("" if table.needs_sheet else "".join(table.sheets[:1])),
        "needs_sheet": table.needs_sheet,
        "header": table.options.header,
        "hidden": table.options.hidden,
        "text": table.content if is_text and len(table.content) <= EDITABLE_CHARACTERS else None,
        "rows": 0,
        "width": 0,
        "labels": [],
        "separators": [],
        "separator": table.options.sep,
        "has_hidden_rows": False,
        "sample": [],
        "notes": [],
    }
    if table.needs_sheet:
        return shown

    sample = [
        {"row": row, "cells": [cell[:_CELL] for cell in cells[:_SAMPLED_COLUMNS]]}
        for row, cells in table.sample(_SAMPLE_ROWS)
    ]
    notes = [words.sentence(note) for note in table.notes[:_SHOWN_NOTES]]
    return {
        **shown,
        "rows": len(table.cells),
        "width": len(table.labels),
        "labels": [printable(label)[:_CELL] for label in table.labels[:_SAMPLED_COLUMNS]],
        "separators": _SEPARATORS if table.has_unsure_separator else [],
        "has_hidden_rows": table.has_hidden_rows or table.options.hidden == "skip",
        "sample": sample,
        "notes": notes,
    }


def _counts_view(pairs: Pairs, words: Words) -> dict[str, Any]:
    rejects = pairs.rejects[pairs.rejects["kind"] != RejectKind.LEFT_OUT]
    first = rejects[["row", "column", "raw", "reason", "suggestion"]].head(_SHOWN_REJECTS)
    left_out = len(pairs.rejects) - len(rejects)
    return {
        "pairs": len(pairs),
        "duplicates": pairs.duplicates,
        "to_mend": pairs.rejected - left_out,
        "mended": len(pairs.mends),
        "same": pairs.same_on_both_sides,
        "rejects": [
            {
                "row": int(row),
                "column": str(column),
                "raw": str(raw)[:_CELL],
                "reason": words.sentence(str(reason)),
                "advice": words.sentence(str(advice)) if advice else "",
            }
            for row, column, raw, reason, advice in first.itertuples(index=False, name=None)
        ],
    }


def _place(labels: Sequence[Hashable], column: Column | None) -> str:
    """Where a column stands, as the front end names it; `""` for none."""
    places = (str(place) for place, label in enumerate(labels) if column is not None and Column(label) == column)
    return next(places, "")


def _status_key(info: RelationInfo | Column | None, labels: Sequence[Hashable]) -> str:
    if info is None:
        return "none"
    return f"column:{_place(labels, info)}" if isinstance(info, Column) else f"all:{info.confirmation}"


def _side_name(name: str) -> SideName:
    match = next((side for side in SIDES if side == name), None)
    if match is None:
        raise InputError(f"Expected one of {', '.join(SIDES)}, got {name!r}.")
    return match


def _side_by_code(wanted: Hashable | Mapping[str, Hashable], module: str) -> Side:
    """A side as a call names it: one column of ids, or fields of the CRM by which ids are looked up."""
    if not isinstance(wanted, Mapping):
        if not isinstance(wanted, Hashable):
            raise PairsError(f"Expected the label of a column, got {type(wanted).__name__}: give its name.")
        return Side(columns={"": Column(wanted)})
    return Side.looked_up(module, wanted)


def _chosen_status(info: object, relation: RelationType | None, *, has_rows: bool) -> RelationInfo | Column | None:
    """A status as it can be chosen on the page; raises InputError for any other."""
    if info is None:
        return None

    if relation is None or not relation.takes_info:
        reason = f"{relation.suffix} takes none" if relation else "no relation type is chosen yet"
        raise InputError(
            f"Expected no info, as {reason}, got {info!r}: choose calendar:address first, the only type that takes"
            " one, or leave info out."
        )
    if isinstance(info, RelationInfo):
        if info.feedback or not info.confirmation:
            raise InputError(
                f"Expected a confirmation alone, as nothing else can be sent with a new link, got {info!r}:"
                f" give oo.RelationInfo({' | '.join(map(repr, CONFIRMATIONS))})."
            )
        return info
    if not has_rows:
        raise InputError(
            f"Expected one oo.RelationInfo for all, got {info!r}: only a frame that is read row by row has a column"
            " of statuses."
        )
    if not isinstance(info, Hashable):
        raise InputError(f"Expected the label of a column as info, got {type(info).__name__}: give its name.")
    return Column(info)


def _cells_of(selection: DataSelection) -> object:
    """The cells that decisions are on, to see whether they were changed since."""
    if selection.table is None:
        return selection.parent.text, selection.child.text
    labels = {column.label for side in (selection.parent, selection.child) for column in side.columns.values()}
    cells = selection.table.cells
    used = [place for place, label in enumerate(cells.columns) if label in labels]
    return [cells.iloc[:, place].astype(str).tolist() for place in used]
