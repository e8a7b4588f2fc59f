"""Submit, retry, resume, undo: each a run in the journal, each with a report."""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.errors import InputError, JournalError, OnOfficeError, PlanError
from onoffice_nb.execution.control import ProgressCallback, RunOptions, cancellation_scope, progress_reporter
from onoffice_nb.execution.executor import RunExecutor
from onoffice_nb.execution.history import build_report
from onoffice_nb.execution.journal import Journal, RunRecord, journal_for
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.states import State
from onoffice_nb.intake.pairs import read_pairs
from onoffice_nb.model import Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.current_links import currently_linked
from onoffice_nb.planning.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["resume", "retry", "submit", "undo"]

_UNFINISHED: Final = frozenset({State.PLANNED, State.UNKNOWN})


def submit(
    crm: Client,
    plan: Plan,
    *,
    progress: ProgressCallback = True,
    connections: int = 1,
    verify: bool = True,
    max_age: float = 900,
    journal: Journal | None = None,
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
    options = RunOptions(progress, connections, verify)
    _check_submittable(crm, plan, max_age)
    journal = journal or journal_for(crm.account)
    return _execute(crm, journal, journal.open_run(plan), options, source=plan.pairs.source)


def _check_submittable(crm: Client, plan: Plan, max_age: float) -> None:
    require_client(crm)
    if not isinstance(plan, Plan):
        raise InputError(
            f"{type(plan).__name__} is no plan: make one with oo.plan(crm, relation, pairs), or oo.Plan.load(path)."
        )
    if isinstance(max_age, bool) or not isinstance(max_age, int | float) or not max_age >= 0:
        raise InputError(f"max_age={max_age!r}: give the seconds that a plan may be old.")
    if plan.account.fingerprint != crm.account.fingerprint:
        raise PlanError(f"The plan is for {plan.account}, but you are connected to {crm.account}. Nothing was sent.")
    age = (datetime.now(UTC) - plan.created_at).total_seconds()
    if age > max_age:
        raise PlanError(
            f"The plan is {age / 60:,.0f} min old (allowed: {max_age / 60:,.0f} min), and the CRM may have changed."
            " Nothing was sent. Make it anew with oo.plan(…), or raise max_age (seconds)."
        )
    plan.pairs.check_unchanged()


def retry(
    crm: Client,
    run: int | Report,
    *,
    progress: ProgressCallback = True,
    connections: int = 1,
    verify: bool = True,
    journal: Journal | None = None,
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
    return _continue(crm, run, _UNFINISHED | {State.FAILED}, RunOptions(progress, connections, verify), journal)


def resume(
    crm: Client,
    run: int | Report,
    *,
    progress: ProgressCallback = True,
    connections: int = 1,
    verify: bool = True,
    journal: Journal | None = None,
) -> Report:
    """Go on with a run that was stopped or whose process died: look up what may have arrived, send the rest.

    What failed is left as it is: see `retry`. Raises PlanError for a run that was taken back.

    >>> import onoffice_nb as oo
    >>> crm = oo.Sandbox().client()
    >>> pairs = oo.read_pairs(parent=list(range(1001, 1151)), child=list(range(5001, 5151)))
    >>> report = oo.submit(crm, oo.plan(crm, "buyer", pairs), progress=lambda now: oo.stop())
    >>> report.counts, report.stop_reason
    ({'linked': 100, 'skipped': 50}, 'stopped on request')
    >>> oo.resume(crm, report, progress=False).counts
    {'linked': 150}
    """
    return _continue(crm, run, _UNFINISHED, RunOptions(progress, connections, verify), journal)


def undo(
    crm: Client,
    run: int | Report,
    *,
    progress: ProgressCallback = True,
    connections: int = 1,
    verify: bool = True,
    journal: Journal | None = None,
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
    options = RunOptions(progress, connections, verify)
    journal, record = _load_run(crm, run, journal)
    if record.verb is Verb.MODIFY:
        raise PlanError(f"Run {record.run} changed infos, and the CRM does not tell what they were: no way back.")
    with journal.lock_run(record.run):
        plan = _undo_plan(crm, journal, record)
        return _execute(crm, journal, journal.open_run(plan, undoes=record.run), options)


def _continue(
    crm: Client,
    run: int | Report,
    states: Collection[State],
    options: RunOptions,
    journal: Journal | None,
) -> Report:
    journal, record = _load_run(crm, run, journal)
    if journal.undone_pairs(record.run):
        raise PlanError(
            f"Run {record.run} was taken back, so it does not go on. Make a new plan with oo.plan(…): it sends what is"
            " missing."
        )
    if record.verb is Verb.MODIFY and State.FAILED not in states:
        # Nobody can look whether an info has arrived: sending it again takes the user's word (retry).
        states = frozenset(states) - {State.UNKNOWN}
    source = run.source if isinstance(run, Report) else None
    return _execute(crm, journal, record.run, options, states, source)


def _load_run(crm: Client, run: int | Report, journal: Journal | None) -> tuple[Journal, RunRecord]:
    require_client(crm)
    journal = journal or journal_for(crm.account)
    if not isinstance(run, int | np.integer | Report) or isinstance(run, bool):
        raise InputError(f"{run!r} is no run: give its number (oo.runs() lists them) or its report.")
    record = journal.run(run.run if isinstance(run, Report) else int(run))
    if record.account.fingerprint != crm.account.fingerprint:
        raise PlanError(f"Run {record.run} was in {record.account}, but you are connected to {crm.account}.")
    return journal, record


def _undo_plan(crm: Client, journal: Journal, record: RunRecord) -> Plan:
    """The plan that undoes a run: from the journal, checked against what is in the CRM now."""
    items, columns = journal.load_items(record.run)
    if columns["before"] and set(columns["before"]) == {-1}:
        raise PlanError(
            f"Before run {record.run} nobody looked which links were there (diff=False), so nobody can tell which are"
            " its own: no way back. oo.plan_removal(…) removes links whoever made them."
        )
    back = journal.undone_pairs(record.run)
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
    before = currently_linked(crm, record.relation, todo.parents, todo.children).astype(np.int8)
    verb = Verb.DELETE if record.verb is Verb.CREATE else Verb.CREATE
    return Plan(crm.account, record.relation, verb, pairs, todo, before, datetime.now(UTC))


def _execute(
    crm: Client,
    journal: Journal,
    number: int,
    options: RunOptions,
    again: Collection[State] = (),
    source: pd.DataFrame | None = None,
) -> Report:
    record = journal.run(number)
    began = time.monotonic()
    with (
        journal.lock_run(number),
        cancellation_scope() as stop_event,
        progress_reporter(options.progress) as report_progress,
    ):
        journal.reopen(number)
        run = RunExecutor(
            crm,
            journal,
            number,
            record.relation,
            connections=options.connections,
            verify=options.verify,
            stop=stop_event,
            tell=report_progress,
        )

        def close(reason: str) -> None:
            state = "stopped" if reason else "finished"
            journal.close_run(number, state, reason, run.requests, time.monotonic() - began)

        try:
            run.execute(again)
        except BaseException as error:
            error.add_note(f"Run {number} stands in the journal: oo.resume(crm, {number}) goes on with it.")
            how = f": {error}" if isinstance(error, OnOfficeError) else f" by {type(error).__name__}"
            # Where the journal cannot be written either, that must not hide what happened, nor the number.
            with suppress(JournalError):
                close(f"broken off{how}")
            raise
        close(run.reason)
    return build_report(journal, number, source)
