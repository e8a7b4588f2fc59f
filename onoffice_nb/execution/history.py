"""What the journal tells: the history of runs, and the report of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.execution.journal import Journal, journal_for, user_journal
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.states import OUTCOMES, State
from onoffice_nb.formatting import make_frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["build_report", "runs"]


def runs(crm: Client | None = None, *, journal: Journal | None = None) -> pd.DataFrame:
    """The history, the latest run first: run, started, account, relation, verb, state, and how many of each outcome.

    Of the journal of `crm`'s account, or else of the one in the user's data folder.

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
    table: dict[str, list[object]] = {
        "run": [each.run for each in records],
        "started": [each.started for each in records],
        "account": [str(each.account) for each in records],
        "relation": [each.relation.suffix for each in records],
        "verb": [each.verb.value for each in records],
        "undoes": [each.undoes for each in records],
        "state": [each.state for each in records],
        "requests": [each.requests for each in records],
    }
    for state in State:
        if any(state in each.counts for each in records):
            table[state.value] = [each.counts.get(state, 0) for each in records]
    return make_frame(table).astype({"undoes": "Int64"})


def build_report(journal: Journal, number: int, source: pd.DataFrame | None = None) -> Report:
    """The report of a run as it stands in the journal."""
    record = journal.run(number)
    items, columns = journal.load_items(number)
    rows, reasons = journal.load_rows(number)
    messages = {item: message for item, message in enumerate(columns["message"]) if message}
    unfinished = "it has not come to its end: resume it, unless somebody is still working on it"
    stopped = unfinished if record.ended is None else record.reason
    unsent = record.reason or "the run did not get to it"
    for item, state in enumerate(columns["state"]):
        if state == State.PLANNED:
            messages.setdefault(item, f"not sent: {unsent}")
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
        reasons=reasons,
        requests=record.requests,
        seconds=record.seconds,
        stop_reason=stopped,
        undoes_run=record.undoes,
        source=source,
    )
