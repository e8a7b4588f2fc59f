"""Submit, retry, resume, undo: each a run in the journal, each with a report."""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.errors import InputError, LedgerError, OnOfficeError, PlanError
from onoffice_nb.execution.control import Tell, Way, stoppable, telling
from onoffice_nb.execution.executor import Run
from onoffice_nb.execution.history import report_of
from onoffice_nb.execution.journal import Ledger, RunRecord, ledger_of
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.states import State
from onoffice_nb.intake.pairs import read_pairs
from onoffice_nb.model import Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.current_links import linked
from onoffice_nb.planning.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["resume", "retry", "submit", "undo"]

_UNFINISHED: Final = frozenset({State.PLANNED, State.UNKNOWN})


def submit(
    crm: Client,
    plan: Plan,
    *,
    progress: Tell = True,
    connections: int = 1,
    verify: bool = True,
    max_age: float = 900,
    ledger: Ledger | None = None,
) -> Report:
    """Send a plan, link by link accounted for; returns a report with one row per input row.

    Each link is noted in the journal before it is sent. What is not answered
    is read back before anything is sent again; what fails in company is split
    until the bad id stands alone; at the end all is read back, unless
    `verify=False`. `connections` (1 to 4) work side by side. `progress` is
    True for a bar, False, or a function that is told. Interrupting finishes
    the request under way.

    Raises PlanError, before anything is sent, if the plan is for another
    account, was submitted before, was made more than `max_age` seconds ago,
    or if the frame that it was read from has changed since.

    >>> import onoffice_nb as oo
    >>> crm = oo.Sandbox().client()
    >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 9_000_001]))
    >>> oo.submit(crm, plan, progress=False).frame[["parent", "child", "outcome", "code"]]
       parent    child outcome  code
    0    1001     5001  linked  <NA>
    1    1002  9000001  failed   292
    """
    way = Way(progress, connections, verify)
    _permit(crm, plan, max_age)
    books = ledger or ledger_of(crm.account)
    return _work(crm, books, books.open_run(plan), way, source=plan.pairs.source)


def _permit(crm: Client, plan: Plan, max_age: float) -> None:
    require_client(crm)
    if not isinstance(plan, Plan):
        raise InputError(
            f"{type(plan).__name__} is no plan: make one with oo.plan(crm, relation, pairs), or oo.Plan.load(path)."
        )
    if isinstance(max_age, bool) or not isinstance(max_age, int | float) or not max_age >= 0:
        raise InputError(f"max_age={max_age!r}: give the seconds that a plan may be old.")
    if plan.account.fingerprint != crm.account.fingerprint:
        raise PlanError(f"The plan is for {plan.account}, but you are connected to {crm.account}. Nothing was sent.")
    age = (datetime.now(UTC) - plan.made).total_seconds()
    if age > max_age:
        raise PlanError(
            f"The plan is {age / 60:,.0f} min old (allowed: {max_age / 60:,.0f} min), and the CRM may have changed."
            " Nothing was sent. Make it anew with oo.plan(…), or raise max_age (seconds)."
        )
    plan.pairs.check_unchanged()


def retry(
    crm: Client,
    report: int | Report,
    *,
    progress: Tell = True,
    connections: int = 1,
    verify: bool = True,
    ledger: Ledger | None = None,
) -> Report:
    """Send again what failed, is unknown or was not sent, in the same run; its report covers all rows.

    What may have arrived is looked up first. Raises PlanError for a run that was taken back.

    >>> import onoffice_nb as oo
    >>> box = oo.Sandbox()
    >>> crm = box.client()
    >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 9_000_001]))
    >>> report = oo.submit(crm, plan, progress=False)
    >>> report.counts
    {'linked': 1, 'failed': 1}
    >>> box.add("address", 9_000_001)  # the address that was missing, entered meanwhile
    [9000001]
    >>> oo.retry(crm, report, progress=False).counts
    {'linked': 2}
    """
    return _again(crm, report, _UNFINISHED | {State.FAILED}, Way(progress, connections, verify), ledger)


def resume(
    crm: Client,
    run: int | Report,
    *,
    progress: Tell = True,
    connections: int = 1,
    verify: bool = True,
    ledger: Ledger | None = None,
) -> Report:
    """Go on with a run that was stopped or whose process died: look up what may have arrived, send the rest.

    What failed is left as it is: see `retry`. Raises PlanError for a run that was taken back.

    >>> import onoffice_nb as oo
    >>> crm = oo.Sandbox().client()
    >>> pairs = oo.read_pairs(parent=list(range(1001, 1151)), child=list(range(5001, 5151)))
    >>> report = oo.submit(crm, oo.plan(crm, "buyer", pairs), progress=lambda now: oo.stop())
    >>> report.counts, report.stopped
    ({'linked': 100, 'skipped': 50}, 'stopped on request')
    >>> oo.resume(crm, report, progress=False).counts
    {'linked': 150}
    """
    return _again(crm, run, _UNFINISHED, Way(progress, connections, verify), ledger)


def undo(
    crm: Client,
    run: int | Report,
    *,
    progress: Tell = True,
    connections: int = 1,
    verify: bool = True,
    ledger: Ledger | None = None,
) -> Report:
    """Take back what a run did, and nothing else, as a run of its own.

    Links that the run created are removed, links that it removed are created
    again, without their infos, which the CRM does not tell. Links that were
    there before it are not touched, nor is what an earlier undo of the run
    took back. What an undo did is taken back in the same way.

    Raises PlanError where there is no way back: for a run that changed infos,
    and for one of a plan that did not look which links were there (`diff=False`).

    >>> import onoffice_nb as oo
    >>> crm = oo.Sandbox().client()
    >>> report = oo.submit(crm, oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001])), progress=False)
    >>> oo.undo(crm, report, progress=False).counts
    {'removed': 1}
    """
    way = Way(progress, connections, verify)
    books, record = _record(crm, run, ledger)
    if record.verb is Verb.MODIFY:
        raise PlanError(f"Run {record.run} changed infos, and the CRM does not tell what they were: no way back.")
    with books.held(record.run):
        plan = _taking_back(crm, books, record)
        return _work(crm, books, books.open_run(plan, undoes=record.run), way)


def _again(
    crm: Client,
    run: int | Report,
    states: Collection[State],
    way: Way,
    ledger: Ledger | None,
) -> Report:
    books, record = _record(crm, run, ledger)
    if books.undone(record.run):
        raise PlanError(
            f"Run {record.run} was taken back, so it does not go on. Make a new plan with oo.plan(…): it sends what is"
            " missing."
        )
    if record.verb is Verb.MODIFY and State.FAILED not in states:
        # Nobody can look whether an info has arrived: sending it again takes the user's word (retry).
        states = frozenset(states) - {State.UNKNOWN}
    source = run.source if isinstance(run, Report) else None
    return _work(crm, books, record.run, way, states, source)


def _record(crm: Client, run: int | Report, ledger: Ledger | None) -> tuple[Ledger, RunRecord]:
    require_client(crm)
    books = ledger or ledger_of(crm.account)
    if not isinstance(run, int | np.integer | Report) or isinstance(run, bool):
        raise InputError(f"{run!r} is no run: give its number (oo.runs() lists them) or its report.")
    record = books.run(run.run if isinstance(run, Report) else int(run))
    if record.account.fingerprint != crm.account.fingerprint:
        raise PlanError(f"Run {record.run} was in {record.account}, but you are connected to {crm.account}.")
    return books, record


def _taking_back(crm: Client, books: Ledger, record: RunRecord) -> Plan:
    """The plan that undoes a run: from the journal, checked against what is in the CRM now."""
    items, columns = books.items(record.run)
    if columns["before"] and set(columns["before"]) == {-1}:
        raise PlanError(
            f"Before run {record.run} nobody looked which links were there (diff=False), so nobody can tell which are"
            " its own: no way back. oo.plan_removal(…) removes links whoever made them."
        )
    back = books.undone(record.run)
    ours = {State.LINKED, State.UNKNOWN, State.SENDING, State.ACCEPTED}
    taken = {State.REMOVED, State.UNKNOWN, State.SENDING, State.ACCEPTED}
    made, removed = [], []
    for item, (state, before) in enumerate(zip(columns["state"], columns["before"], strict=True)):
        pair = int(items.parents[item]), int(items.children[item])
        creates = items.verb(item) is Verb.CREATE
        if pair in back:
            continue
        if creates and before == 0 and state in ours:
            made.append(item)
        elif not creates and before == 1 and state in taken:
            removed.append(item)
    parents, children = items.parents[made + removed], items.children[made + removed]
    pairs = read_pairs(parent=parents, child=children)
    todo = Items.of(Verb.DELETE, items.parents[made], items.children[made])
    todo += Items.of(Verb.CREATE, items.parents[removed], items.children[removed])
    before = linked(crm, record.relation, todo.parents, todo.children).astype(np.int8)
    verb = Verb.DELETE if record.verb is Verb.CREATE else Verb.CREATE
    return Plan(crm.account, record.relation, verb, pairs, todo, before, datetime.now(UTC))


def _work(
    crm: Client,
    books: Ledger,
    number: int,
    way: Way,
    again: Collection[State] = (),
    source: pd.DataFrame | None = None,
) -> Report:
    record = books.run(number)
    began = time.monotonic()
    with books.held(number), stoppable() as halt, telling(way.progress) as tell:
        books.reopen(number)
        run = Run(
            crm,
            books,
            number,
            record.relation,
            connections=way.connections,
            verify=way.verify,
            stop=halt,
            tell=tell,
        )

        def close(reason: str) -> None:
            state = "stopped" if reason else "finished"
            books.close_run(number, state, reason, run.requests, time.monotonic() - began)

        try:
            run.work(again)
        except BaseException as error:
            error.add_note(f"Run {number} stands in the journal: oo.resume(crm, {number}) goes on with it.")
            how = f": {error}" if isinstance(error, OnOfficeError) else f" by {type(error).__name__}"
            # Where the journal cannot be written either, that must not hide what happened, nor the number.
            with suppress(LedgerError):
                close(f"broken off{how}")
            raise
        close(run.reason)
    return report_of(books, number, source)
