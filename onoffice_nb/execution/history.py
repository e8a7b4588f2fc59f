"""What the journal tells: the history of runs, and the report of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.execution.journal import Journal, RunRecord, journal_for, user_journal
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.states import OUTCOMES, State
from onoffice_nb.formatting import make_frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["build_report", "runs"]

_COLUMNS: Final[dict[str, Callable[[RunRecord], object]]] = {
    "run": lambda record: record.run,
    "started": lambda record: record.started,
    "account": lambda record: str(record.account),
    "relation": lambda record: record.relation.suffix,
    "verb": lambda record: record.verb.value,
    "undoes": lambda record: record.undoes,
    "state": lambda record: record.state,
    "requests": lambda record: record.requests,
}


def runs(crm: Client | None = None, *, journal: Journal | None = None) -> pd.DataFrame:
    """The history of runs, the latest first.

    Args:
        crm: The client whose account's journal is meant; without it, the one in your data folder.
        journal: A journal in another file.

    Returns:
        A frame with one row a run: `run`, `started` (UTC), `account`, `relation`, `verb`, `undoes` (the run that it
        takes back), `state`, `requests`, and for each state that occurs how many links are in it.

    Raises:
        JournalError: The journal cannot be read.
        InputError: `crm` is not a client.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> report = oo.submit(crm, oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001])), progress=False)
        >>> oo.runs(crm)[["run", "relation", "verb", "state", "linked"]]
           run              relation    verb     state  linked
        0    1  estate:address:buyer  create  finished       1
    """
    if crm is not None:
        require_client(crm)
    journal = journal or (journal_for(crm.account) if crm is not None else user_journal())
    records = journal.runs()
    states = [state for state in State if any(state in record.counts for record in records)]
    columns = {name: [read(record) for record in records] for name, read in _COLUMNS.items()}
    columns |= {state.value: [record.counts.get(state, 0) for record in records] for state in states}
    return make_frame(columns).astype({"undoes": "Int64"})


def build_report(journal: Journal, number: int, source: pd.DataFrame | None = None) -> Report:
    """The report of a run as it stands in the journal.

    Args:
        journal: Where the run is written down.
        number: The number of the run.
        source: The frame that its rows were read from; its columns then stand in the report too.

    Returns:
        What became of each row; of a run that has not come to its end, as far as it got.

    Raises:
        JournalError: There is no such run, or the journal cannot be read.
    """
    record = journal.run(number)
    items, columns = journal.load_items(number)
    rows, row_numbers, reasons = journal.load_rows(number)
    messages = {item: message for item, message in enumerate(columns["message"]) if message}
    unfinished = "it has not come to its end: resume it, unless somebody is still working on it"
    stop_reason = unfinished if record.ended is None else record.reason

    unsent = f"not sent: {record.reason or 'the run did not get to it'}"
    for item, state in enumerate(columns["state"]):
        if state is State.PLANNED:
            messages.setdefault(item, unsent)

    return Report(
        run=number,
        account=record.account,
        relation=record.relation,
        verb=record.verb,
        items=items,
        outcomes=np.array([OUTCOMES[state] for state in columns["state"]], dtype=object),
        codes={item: code for item, code in enumerate(columns["code"]) if code is not None},
        messages=messages,
        rows=rows,
        row_numbers=row_numbers,
        reasons=reasons,
        row_notes=journal.load_row_notes(number),
        requests=record.requests,
        seconds=record.seconds,
        stop_reason=stop_reason,
        undoes_run=record.undoes,
        note=record.note,
        source=source,
        source_digest=record.source_digest,
    )
