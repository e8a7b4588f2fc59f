"""A report: what became of each input row, why, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.errors import InputError, api_code
from onoffice_nb.execution.report_files import write_csv, write_excel
from onoffice_nb.formatting import counted, escape, html_card, make_frame, printable
from onoffice_nb.intake.frames import in_library_of, to_pandas
from onoffice_nb.intake.provenance import is_of_digest, row_numbers
from onoffice_nb.model import Account, Outcome, RelationType, Verb
from onoffice_nb.planning.actions import Items

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RESULT_COLUMNS", "Report", "beside_source"]

RESULT_COLUMNS: Final = ("row", "parent", "child", "outcome", "code", "message", "advice")
_AS_WANTED: Final = (Outcome.LINKED, Outcome.CHANGED, Outcome.ALREADY_LINKED, Outcome.REMOVED)
_SHOWN_PROBLEMS: Final = 12
_LOOK_FIRST: Final = "oo.retry(crm, report) looks first and then sends what is missing."


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """What a run did: an outcome for each of its items, and the input rows that they came from.

    Attributes:
        run: The run's number in the journal.
        account: Where it was done.
        relation: The relation type of its links.
        verb: Whether links were to be created, changed or removed.
        items: What was to be done; with `replace=True` the removals stand behind all else.
        outcomes: object[items], an `Outcome` each.
        codes: The API's error code of each item that has one.
        messages: What there is to say of an item: the API's words, or why it was left out.
        rows: int64[m]: for each input row its item, or -1 where it became none.
        row_numbers: int64[m]: by which number messages name each input row.
        reasons: Position of an input row -> why it became no item.
        requests: How many requests have written, those that were sent again included.
        seconds: How long the run took.
        stop_reason: Why the run ended before its end; empty if it did not.
        undoes_run: The run that this one took back, if it is an undo.
        source: The user's frame with one line for each of `rows`, if there is one.
        row_notes: What was looked up or mended: its heading in `frame` -> the number of a row -> how.
        note: What has to be known beside the outcomes.
        source_digest: By which the frame of the input rows is known again; empty if there was none.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 5001]))
        >>> report = oo.submit(crm, plan, progress=False)
        >>> report.counts, report.ok
        ({'linked': 2}, True)
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
    source_digest: str = ""
    row_notes: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per input row: its own columns, then row, parent, child, outcome, code, message, advice.

        Rows that became no pair are *skipped*, with their reason; a repeated
        pair shows what became of the row that was kept. What was looked up or
        mended stands behind, as "parent found by", "child found by" and
        "mended by you". A column of the user's that is called like one of ours
        gets "(yours)" behind its name.
        """
        results = self._table(self.rows, {**self.reasons, **self._notes_on_duplicates()})
        results["row"] = self.row_numbers
        for heading, text_of in self.row_notes.items():
            results[heading] = [text_of.get(row, "") for row in self.row_numbers.tolist()]
        return beside_source(self.source, results, "{name} (yours)".format)

    def _notes_on_duplicates(self) -> dict[int, str]:
        """For each input row whose pair stands in an earlier row: which row that is."""
        _, first_rows = np.unique(self.rows, return_index=True)
        row_of_item = dict(zip(self.rows[first_rows].tolist(), first_rows.tolist(), strict=True))

        duplicates = np.setdiff1d(np.flatnonzero(self.rows >= 0), first_rows)
        kept_rows = [row_of_item[item] for item in self.rows[duplicates].tolist()]
        return {
            row: f"the same pair as row {self.row_numbers[kept_row]}"
            for row, kept_row in zip(duplicates.tolist(), kept_rows, strict=True)
        }

    def with_source(self, frame: Any) -> Report:
        """The report of a run with your own columns, which the journal does not hold, beside what became of each row.

        Args:
            frame: The frame that the run's rows were read from, unchanged: read its file again as it was read then. A
                lazy frame is computed as a whole; what was read of it has to be the same, in the same rows.

        Returns:
            A new report.

        Raises:
            InputError: The run's rows came from no frame, or from another one.

        Example:
            >>> import onoffice_nb as oo, pandas as pd
            >>> crm = oo.Sandbox().client()
            >>> sales = pd.DataFrame({"estate": [1001], "buyer": [5001], "agent": ["Kaya"]})
            >>> plan = oo.plan(crm, "buyer", oo.read_pairs(sales, parent="estate", child="buyer"))
            >>> report = oo.resume(crm, oo.submit(crm, plan, progress=False).run, progress=False)
            >>> report.with_source(sales).frame[["agent", "outcome"]]
              agent outcome
            0  Kaya  linked
        """
        source = to_pandas(frame)
        if not self.source_digest:
            raise InputError(
                f"The rows of run {self.run} were not read from a frame or a file, so none goes with them."
            )
        if not is_of_digest(source, self.source_digest):
            raise InputError(
                f"This is not what the rows of run {self.run} were read from, or it was changed since: give the frame"
                " or file of then, read as it was then (sheet, header row, separator, hidden rows)."
            )
        # Where the user split cells, one row of the frame is several of the run; they bear its number.
        numbers = row_numbers(source.index, len(source))
        if not np.array_equal(numbers, self.row_numbers):
            position_of = {number: position for position, number in enumerate(numbers.tolist())}
            if len(position_of) < len(numbers):
                raise InputError(
                    f"Several rows have the same number, so they cannot be told apart in the report of run {self.run}."
                )
            source = source.iloc[[position_of[number] for number in self.row_numbers.tolist()]]
        return replace(self, source=source)

    @property
    def native_frame(self) -> Any:
        """The same as `frame`, in the library of the frame that was read: polars, pyarrow, DuckDB and so on.

        Returns:
            A frame of that library; a pandas DataFrame where the pairs were not read from a frame.

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
        """The links that were to be removed because no input row named them (`replace=True`).

        One row a link, with the columns of `frame` but `row` and those of the user.
        """
        of_no_row = np.setdiff1d(np.arange(len(self.items)), self.rows)
        return self._table(of_no_row, {}).drop(columns="row")

    def _table(self, rows: NDArray[np.int64], notes: Mapping[int, str]) -> pd.DataFrame:
        """What became of each of `rows`, an item or -1; `notes` take the place of the message."""
        parents, children = self._spread(self.items.parents, rows, 0), self._spread(self.items.children, rows, 0)
        codes = self._spread(self._code_of_item, rows, 0)
        outcomes = self._spread(self._outcome_texts, rows, Outcome.SKIPPED.value)
        messages = self._spread(self._message_of_item, rows, "")
        messages[list(notes)] = list(notes.values())
        advice = [_advice(code, outcome) for code, outcome in zip(codes.tolist(), outcomes.tolist(), strict=True)]

        numbers = np.arange(1, len(rows) + 1)
        columns = (numbers, parents, children, outcomes, codes, messages, advice)
        table = make_frame(dict(zip(RESULT_COLUMNS, columns, strict=True)))
        table = table.astype({"parent": "Int64", "child": "Int64", "code": "Int64"})
        table.loc[rows < 0, ["parent", "child"]] = None
        table.loc[table["code"] == 0, "code"] = None
        return table

    def _spread(self, values: NDArray[Any], rows: NDArray[np.int64], fallback: Any) -> NDArray[Any]:
        """The value of each row's item, and the fallback where a row is of no item."""
        column = np.full(len(rows), fallback, dtype=values.dtype)
        of_item = rows >= 0
        column[of_item] = values[rows[of_item]]
        return column

    @cached_property
    def _outcome_texts(self) -> NDArray[np.object_]:
        return np.array([outcome.value for outcome in self.outcomes], dtype=object)

    @cached_property
    def _code_of_item(self) -> NDArray[np.int64]:
        codes = np.zeros(len(self.items), dtype=np.int64)
        codes[list(self.codes)] = list(self.codes.values())
        return codes

    @cached_property
    def _message_of_item(self) -> NDArray[np.object_]:
        messages = np.full(len(self.items), "", dtype=object)
        messages[list(self.messages)] = list(self.messages.values())
        return messages

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many input rows have each outcome (and, behind them, the links removed by a replacement)."""
        by_outcome = Counter(self.frame["outcome"].tolist()) + Counter(self.removals["outcome"].tolist())
        return {outcome.value: by_outcome[outcome] for outcome in Outcome if by_outcome[outcome]}

    @property
    def ok(self) -> bool:
        """Whether nothing failed, nothing is unknown and nothing was left because the run stopped."""
        return not self.stop_reason and not self.counts.keys() & {Outcome.FAILED, Outcome.UNKNOWN}

    def problems(self) -> list[str]:
        """Equal problems once, the most frequent first: a sentence with the number of rows and what to do.

        Returns:
            The sentences; none where every row is as wanted.
        """
        rows_of: Counter[tuple[str, str]] = Counter()
        for table in (self.frame, self.removals):
            rows_of.update(_problems_of(table))
        return [
            f"{problem.rstrip('.')}: {counted(rows, 'row')}. {advice}".rstrip()
            for (problem, advice), rows in rows_of.most_common()
        ]

    def __repr__(self) -> str:
        stopped = " · stopped" if self.stop_reason else ""
        return f"<Report {self.account} · run {self.run}: {_listed_counts(self.counts)}{stopped}>"

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

        writes = counted(self.requests, "request that writes", "requests that write")
        lines.append(f"{writes} in {self.seconds:.1f} s")
        return lines

    def _shown_problems(self) -> list[str]:
        problems = self.problems()
        hidden = len(problems) - _SHOWN_PROBLEMS
        if hidden <= 0:
            return problems
        return [*problems[:_SHOWN_PROBLEMS], f"… and {hidden:,} more: see report.frame."]

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
        """The rows as a Markdown table, for a ticket, a chat or a page of a wiki.

        Args:
            names: Whether your own columns are wanted too.

        Returns:
            The table, one line a row, with nothing in it that Markdown would take for a new cell.

        Example:
            >>> import onoffice_nb as oo
            >>> crm = oo.Sandbox().client()
            >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001]))
            >>> report = oo.submit(crm, plan, progress=False)
            >>> print(report.to_markdown())
            | row | parent | child | outcome | code | message | advice |
            | --- | --- | --- | --- | --- | --- | --- |
            | 1 | 1001 | 5001 | linked |  |  |  |
        """
        table = self._written(names)
        header = [str(name) for name in table.columns]
        rows = [["" if value is None else str(value) for value in row] for row in _plain(table)]
        return "\n".join(map(_markdown_line, [header, ["---"] * len(header), *rows]))

    def _written(self, names: bool) -> pd.DataFrame:
        return self.frame if names else self.frame.loc[:, list(RESULT_COLUMNS)]


def beside_source(source: pd.DataFrame | None, results: pd.DataFrame, renamed: Callable[..., str]) -> pd.DataFrame:
    """The user's own columns, if there are any, and behind them what became of each row.

    Args:
        source: The user's frame, with one line for each of `results`.
        results: What became of the rows.
        renamed: What a column of the user's is called that has the `name` of one of ours.

    Returns:
        A new frame.
    """
    if source is None:
        return results

    import pandas as pd

    taken = {name: renamed(name=str(name)) for name in results.columns if name in source.columns}
    return pd.concat([source.rename(columns=taken), results.set_axis(source.index)], axis=1)


def _counted(table: pd.DataFrame) -> str:
    """How many lines have each outcome, in the order of the outcomes."""
    by_outcome = Counter(table["outcome"].tolist())
    return _listed_counts({outcome.value: by_outcome[outcome] for outcome in Outcome if by_outcome[outcome]})


def _listed_counts(counts: Mapping[str, int]) -> str:
    return " · ".join(f"{count:,} {outcome}" for outcome, count in counts.items()) or "nothing to do"


def _problems_of(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Problem and advice of each line that is not as wanted."""
    columns = (table[name].tolist() for name in ("outcome", "code", "message", "advice"))
    for outcome, code, message, advice in zip(*columns, strict=True):
        if message and outcome not in _AS_WANTED:
            yield f"{outcome}: {_worded(code, message)}", advice


def _advice(code: int, outcome: str) -> str:
    """What to do about an item: what its error code asks for, or to look where nobody has seen what became of it."""
    if code:
        return api_code(code).advice
    return _LOOK_FIRST if outcome == Outcome.UNKNOWN else ""


def _worded(code: object, message: str) -> str:
    """Code and message, so that equal errors read alike whatever ids the API filled in."""
    if not isinstance(code, int):
        return message
    return f"error {code} {api_code(code).message.replace('%s', '…')}"


def _plain(table: pd.DataFrame) -> list[tuple[object, ...]]:
    """The cells as Python objects, None where there is nothing."""
    import pandas as pd

    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in table.itertuples(index=False, name=None)]


def _markdown_line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(printable(cell).replace("|", "\\|") for cell in cells) + " |"
