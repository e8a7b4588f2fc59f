"""A report: what became of each input row, why, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.errors import api_code
from onoffice_nb.execution.report_files import write_csv, write_excel
from onoffice_nb.formatting import counted, escape, html_card, make_frame, printable
from onoffice_nb.intake.frames import in_library_of
from onoffice_nb.model import Account, Outcome, RelationType, Verb
from onoffice_nb.planning.actions import Items

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Report"]

_RESULT_COLUMNS: Final = ("row", "parent", "child", "outcome", "code", "message", "advice")
_AS_WANTED: Final = (Outcome.LINKED, Outcome.CHANGED, Outcome.ALREADY_LINKED, Outcome.REMOVED)
_SHOWN_PROBLEMS: Final = 12
_LOOK_FIRST: Final = "oo.retry(crm, report) looks first and then sends what is missing."


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """What a run did: an outcome for each of its items, and the input rows that they came from.

    `run` is its number in the journal. `outcomes` has one entry an item;
    `codes` and `messages` hold only the items that have one. `rows` gives for
    each input row its item or -1, `row_numbers` by which number messages name
    the row, `reasons` why it became none. `stop_reason` says why the run ended
    before its end, if it did; `note` what has to be known beside the outcomes.
    """

    run: int
    account: Account
    relation: RelationType
    verb: Verb
    items: Items
    outcomes: NDArray[np.object_]
    codes: Mapping[int, int]
    messages: Mapping[int, str]
    rows: NDArray[np.int64]
    row_numbers: NDArray[np.int64]
    reasons: Mapping[int, str]
    requests: int
    seconds: float
    stop_reason: str = ""
    undoes_run: int | None = None
    source: pd.DataFrame | None = None
    note: str = ""

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per input row: its own columns, then row, parent, child, outcome, code, message, advice.

        Rows that became no pair are *skipped*, with their reason; a repeated
        pair shows what became of the row that was kept.
        """
        notes = dict(self.reasons)
        numbers = self.row_numbers
        _, first = np.unique(self.rows, return_index=True)
        kept = dict(zip(self.rows[first].tolist(), first.tolist(), strict=True))
        for row in np.setdiff1d(np.flatnonzero(self.rows >= 0), first).tolist():
            notes[row] = f"the same pair as row {numbers[kept[int(self.rows[row])]]}"
        ours = self._table(self.rows, notes)
        ours["row"] = numbers
        if self.source is None:
            return ours
        import pandas as pd

        ours.index = self.source.index
        taken = {name: f"{name} (yours)" for name in _RESULT_COLUMNS if name in self.source.columns}
        return pd.concat([self.source.rename(columns=taken), ours], axis=1)

    @property
    def native_frame(self) -> Any:
        """The same as `frame`, in the library of the frame that was read: polars, pyarrow, DuckDB and so on.

        Example:
            >>> import onoffice_nb as oo, polars as pl
            >>> crm = oo.Sandbox().client()
            >>> pairs = oo.read_pairs(pl.DataFrame({"e": [1001], "a": [5001]}), parent="e", child="a")
            >>> oo.submit(crm, oo.plan(crm, "buyer", pairs), progress=False).native_frame["outcome"].to_list()
            ['linked']
        """
        return in_library_of(self.source, self.frame)

    @cached_property
    def removals(self) -> pd.DataFrame:
        """The links that were to be removed because no input row named them (`replace=True`)."""
        return self._table(np.setdiff1d(np.arange(len(self.items)), self.rows), {}).drop(columns="row")

    def _table(self, rows: NDArray[np.int64], notes: Mapping[int, str]) -> pd.DataFrame:
        good = rows >= 0
        items = rows[good]
        text = np.full(len(self.items), "", dtype=object)
        text[list(self.messages)] = list(self.messages.values())
        code = np.zeros(len(self.items), dtype=np.int64)
        code[list(self.codes)] = list(self.codes.values())
        columns: dict[str, Any] = {"row": np.arange(1, len(rows) + 1)}
        for name, per_item in (("parent", self.items.parents), ("child", self.items.children), ("code", code)):
            column = np.zeros(len(rows), dtype=np.int64)
            column[good] = per_item[items]
            columns[name] = column
        for name, fallback, values in (("outcome", Outcome.SKIPPED.value, self._outcome_texts), ("message", "", text)):
            words = np.full(len(rows), fallback, dtype=object)
            words[good] = values[items]
            columns[name] = words
        columns["message"][list(notes)] = list(notes.values())
        columns["advice"] = [
            api_code(code).advice if code else _LOOK_FIRST if outcome == Outcome.UNKNOWN else ""
            for code, outcome in zip(columns["code"].tolist(), columns["outcome"], strict=True)
        ]
        table = make_frame({name: columns[name] for name in _RESULT_COLUMNS}).astype(
            {"parent": "Int64", "child": "Int64", "code": "Int64"}
        )
        table.loc[~good, ["parent", "child"]] = None
        table.loc[table["code"] == 0, "code"] = None
        return table

    @cached_property
    def _outcome_texts(self) -> NDArray[np.object_]:
        return np.array([outcome.value for outcome in self.outcomes], dtype=object)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many input rows have each outcome (and, behind them, the links removed by a replacement)."""
        found = Counter(self.frame["outcome"].tolist()) + Counter(self.removals["outcome"].tolist())
        return {outcome.value: found[outcome] for outcome in Outcome if found[outcome]}

    @property
    def ok(self) -> bool:
        """Whether nothing failed, nothing is unknown and nothing was left because the run stopped."""
        return not self.stop_reason and not self.counts.keys() & {Outcome.FAILED, Outcome.UNKNOWN}

    def problems(self) -> list[str]:
        """Equal problems once, the most frequent first: a sentence with the number of rows and what to do.

        Returns:
            The sentences; none where every row is as wanted.
        """
        found: Counter[tuple[str, str]] = Counter()
        for table in (self.frame, self.removals):
            parts = zip(*(table[name].tolist() for name in ("outcome", "code", "message", "advice")), strict=True)
            for outcome, code, message, advice in parts:
                if message and outcome not in _AS_WANTED:
                    found[f"{outcome}: {_worded(code, message)}", advice] += 1
        return [
            f"{what.rstrip('.')}: {counted(rows, 'row')}. {advice}".rstrip()
            for (what, advice), rows in found.most_common()
        ]

    def __repr__(self) -> str:
        counts = " · ".join(f"{n:,} {outcome}" for outcome, n in self.counts.items()) or "nothing to do"
        return f"<Report {self.account} · run {self.run}: {counts}{' · stopped' if self.stop_reason else ''}>"

    def __str__(self) -> str:
        problems = [f"- {printable(problem)}" for problem in self._shown_problems()]
        return "\n".join([f"{self.account} · run {self.run}", *self._summary(), *problems])

    def _repr_html_(self) -> str:
        lines = "".join(f"<div>{escape(line)}</div>" for line in self._summary())
        problems = "".join(f"<li>{escape(problem)}</li>" for problem in self._shown_problems())
        body = f"{lines}<ul>{problems}</ul>" if problems else lines
        return html_card(f"Report of run {self.run}", body, account=self.account)

    def _summary(self) -> list[str]:
        undoing = f", taking back run {self.undoes_run}" if self.undoes_run else ""
        lines = [f"{self.relation.description}{undoing}", f"{counted(len(self.rows), 'row')}: {_counted(self.frame)}"]
        if len(self.removals):
            lines.append(f"{counted(len(self.removals), 'other link')} of these parents: {_counted(self.removals)}")
        if self.stop_reason:
            lines.append(f"Not finished: {self.stop_reason}")
        if self.note:
            lines.append(self.note)
        lines.append(f"{counted(self.requests, 'request that writes', 'requests that write')} in {self.seconds:.1f} s")
        return lines

    def _shown_problems(self) -> list[str]:
        problems = self.problems()
        more = len(problems) - _SHOWN_PROBLEMS
        return problems[:_SHOWN_PROBLEMS] + [f"… and {more:,} more: see report.frame."] * (more > 0)

    def to_csv(self, path: str | Path, *, names: bool = True) -> Path:
        """Write the rows to a CSV file as Excel in Germany writes and opens it: UTF-8, semicolons, decimal commas.

        Your own columns come first, in their rows and order, then what became of each row. `oo.read_table(path)` reads
        it too. A text that Excel would run as a formula gets an apostrophe before it.

        Args:
            path: The file, which is written over.
            names: False leaves your own columns out, so that ids, outcomes and messages stand alone.

        Returns:
            The path.

        Raises:
            InputError: The file cannot be written.
        """
        return write_csv(path, self._written(names))

    def to_excel(self, path: str | Path, *, names: bool = True) -> Path:
        """Write the rows to a workbook (.xlsx), numbers and dates as such; else as `to_csv` does.

        Args:
            path: The file, which is written over.
            names: False leaves your own columns out.

        Returns:
            The path.

        Raises:
            InputError: There are more rows than a sheet has, or the file cannot be written.
        """
        return write_excel(path, self._written(names))

    def to_markdown(self, *, names: bool = False) -> str:
        """The rows as a Markdown table; `names=True` adds your own columns.

        Args:
            names: Whether your own columns are wanted too.

        Returns:
            The table, one line a row, with nothing in it that Markdown would take for a new cell.
        """
        table = self._written(names)
        lines = [[str(name) for name in table.columns], ["---"] * len(table.columns)]
        lines += [["" if value is None or value != value else str(value) for value in row] for row in _plain(table)]
        return "\n".join(
            "| " + " | ".join(printable(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
        )

    def _written(self, names: bool) -> pd.DataFrame:
        return self.frame if names else self.frame.loc[:, list(_RESULT_COLUMNS)]


def _counted(table: pd.DataFrame) -> str:
    """How many lines have each outcome, in the order of the outcomes."""
    found = Counter(table["outcome"].tolist())
    return " · ".join(f"{found[outcome]:,} {outcome}" for outcome in Outcome if found[outcome]) or "nothing to do"


def _worded(code: object, message: str) -> str:
    """Code and message, so that equal errors read alike whatever ids the API filled in."""
    if not isinstance(code, int):
        return message
    return f"error {code} {api_code(code).message.replace('%s', '…')}"


def _plain(table: pd.DataFrame) -> list[tuple[object, ...]]:
    """The cells as Python objects, None where there is nothing."""
    import pandas as pd

    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in table.itertuples(index=False, name=None)]
