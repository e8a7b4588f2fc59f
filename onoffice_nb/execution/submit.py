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
from onoffice_nb.execution.link_order import order_note
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.states import State
from onoffice_nb.execution.undo_plan import feedback_plan, undo_plan
from onoffice_nb.formatting import counted
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.preflight import RULE_NAMES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["refuse_errors", "resume", "retry", "submit", "undo"]

_UNFINISHED: Final = frozenset({State.PLANNED, State.RESEND, State.UNKNOWN})


def submit(
    crm: Client,
    plan: Plan,
    *,
    progress: ProgressCallback = True,
    connections: int = 1,
    verify: bool = True,
    max_age: float = 900,
    force: Collection[str] = (),
    journal: Journal | None = None,
) -> Report:
    """Send a plan, link by link accounted for.

    Right before the first request, what is there is read once more: links that
    a colleague made after the plan are *already linked*, and undo leaves them
    alone. Each link is noted in the journal before it is sent. What is not answered
    is read back before anything is sent again; what fails in company is split
    until the bad id stands alone; at the end all is read back. Interrupting
    (Ctrl+C, or the stop button of a notebook) finishes the request under way.

    Args:
        crm: The client of the account that the plan was made for.
        plan: What `oo.plan`, `oo.plan_removal` or `oo.plan_info` made, or `oo.Plan.load` read.
        progress: True for a bar, False for none, or a function that is told a `Progress`.
        connections: How many requests may be under way at once, 1 to 4.
        verify: Whether everything is read back at the end; *linked* then means seen in the CRM.
        max_age: How many seconds a plan may be old, as the CRM may have changed since.
        force: The rules whose errors (see `plan.checks`) are let pass.
        journal: Where the run is written down; by default in your data folder (in memory for a sandbox in memory).

    Returns:
        A report with one row for each input row.

    Raises:
        PlanError: The plan is for another account, was submitted before, or is too old, or the frame that it was
            read from has changed since, or a look at its records has found errors. Nothing was sent.
        InputError: An argument is not what it has to be. Nothing was sent.
        JournalError: The journal cannot be written, or somebody else works on this run.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> plan = oo.plan(crm, "buyer", oo.read_pairs(parent=[1001, 1002], child=[5001, 9_000_001]))
        >>> oo.submit(crm, plan, progress=False)
        Traceback (most recent call last):
        onoffice_nb.errors.PlanError: The plan has 1 error, so nothing was sent. Mend what is wrong and plan again...
        - unknown-record, row 2: Not found: address 9000001...
        >>> report = oo.submit(crm, plan, progress=False, force=["unknown-record"])
        >>> report.frame[["parent", "child", "outcome", "code"]]
           parent    child outcome  code
        0    1001     5001  linked  <NA>
        1    1002  9000001  failed   292
    """
    options = RunOptions(progress, connections, verify)
    _check_submittable(crm, plan, max_age, force)
    journal = journal or journal_for(crm.account)
    # Links that a colleague made since the plan are theirs. Where the plan did not look, this one does not either.
    taken_up = () if (plan.linked_before < 0).any() else {State.PLANNED}
    return _execute(crm, journal, journal.open_run(plan), options, taken_up, plan.pairs.result_source)


def _check_submittable(crm: Client, plan: Plan, max_age: float, force: Collection[str]) -> None:
    require_client(crm)
    if not isinstance(plan, Plan):
        raise InputError(
            f"Expected a Plan, got {type(plan).__name__}: make one with oo.plan(crm, relation, pairs), or read one with"
            " oo.Plan.load(path)."
        )
    if isinstance(max_age, bool) or not isinstance(max_age, int | float) or not max_age >= 0:
        raise InputError(f"Expected max_age in seconds, 0 or more, got {max_age!r}. Write max_age=3600 for one hour.")
    if plan.account.fingerprint != crm.account.fingerprint:
        raise PlanError(f"The plan is for {plan.account}, but you are connected to {crm.account}. Nothing was sent.")
    age = (datetime.now(UTC) - plan.created_at).total_seconds()
    if age > max_age:
        raise PlanError(
            f"The plan is {age / 60:,.0f} min old (allowed: {max_age / 60:,.0f} min), and the CRM may have changed."
            " Nothing was sent. Make it anew with oo.plan(…), or raise max_age (seconds)."
        )
    plan.pairs.check_unchanged()
    refuse_errors(plan, force)


def refuse_errors(plan: Plan, force: Collection[str]) -> None:
    """Let no plan pass that has errors, but those that are meant to be so.

    Args:
        plan: What is to be sent.
        force: The names of the rules whose errors are meant to be so.

    Raises:
        InputError: There is no rule of such a name.
        PlanError: The plan has other errors; each is named, with its rows and what to do.
    """
    unknown = sorted({force} if isinstance(force, str) else set(force) - RULE_NAMES)
    if unknown:
        raise InputError(
            f"force={force!r}: expected a list of the names of rules, such as {sorted(RULE_NAMES)[0]!r};"
            f" plan.checks names them. There are: {', '.join(sorted(RULE_NAMES))}."
        )
    errors = plan.errors(force)
    if errors:
        lines = "".join(f"\n- {finding.where}: {finding.advice}" for finding in errors)
        raise PlanError(
            f"The plan has {counted(len(errors), 'error')}, so nothing was sent. Mend what is wrong and plan again; a"
            f" rule whose errors are meant to be so is named in force=[…].{lines}"
        )


def retry(
    crm: Client,
    run: int | Report,
    *,
    progress: ProgressCallback = True,
    connections: int = 1,
    verify: bool = True,
    journal: Journal | None = None,
) -> Report:
    """Send again what failed, is unknown or was not sent, in the same run.

    What may have arrived is looked up first.

    Args:
        crm: The client of the account that the run was in.
        run: Its report, or its number as `oo.runs` lists it.
        progress: True for a bar, False for none, or a function that is told a `Progress`.
        connections: How many requests may be under way at once, 1 to 4.
        verify: Whether everything is read back at the end.
        journal: Where the run is written down, if not in the default journal.

    Returns:
        A report that covers all rows of the run.

    Raises:
        PlanError: The run was in another account, or was taken back since.
        InputError: An argument is not what it has to be.
        JournalError: There is no such run, somebody else works on it, or the journal cannot be written.

    Example:
        >>> import onoffice_nb as oo
        >>> box = oo.Sandbox()
        >>> crm = box.client()
        >>> pairs = oo.read_pairs(parent=[1001, 1002], child=[5001, 9_000_001])
        >>> report = oo.submit(crm, oo.plan(crm, "buyer", pairs, preflight=False), progress=False)
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

    What failed is left as it is: see `retry`.

    Args:
        crm: The client of the account that the run was in.
        run: Its report, or its number as `oo.runs` lists it.
        progress: True for a bar, False for none, or a function that is told a `Progress`.
        connections: How many requests may be under way at once, 1 to 4.
        verify: Whether everything is read back at the end.
        journal: Where the run is written down, if not in the default journal.

    Returns:
        A report that covers all rows of the run.

    Raises:
        PlanError: The run was in another account, or was taken back since.
        InputError: An argument is not what it has to be.
        JournalError: There is no such run, somebody else works on it, or the journal cannot be written.

    Example:
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
    again with the confirmation status that they had, and statuses that it
    changed become what they were. Links that were there before it are not
    touched, nor is a status that somebody has changed since, nor what an
    earlier undo of the run took back. What an undo did is taken back in the
    same way. Links that are created again may stand behind the others; where
    their order means something (contact persons), the report says so.

    Args:
        crm: The client of the account that the run was in.
        run: Its report, or its number as `oo.runs` lists it.
        progress: True for a bar, False for none, or a function that is told a `Progress`.
        connections: How many requests may be under way at once, 1 to 4.
        verify: Whether everything is read back at the end.
        journal: Where the run is written down, if not in the default journal.

    Returns:
        The report of the new run, with one row for each link that was taken back.

    Raises:
        PlanError: There is no way back, as the run's plan did not look which links were there (`diff=False`); or
            the run was in another account.
        InputError: An argument is not what it has to be.
        JournalError: There is no such run, somebody else works on it, or the journal cannot be written.

    Example:
        >>> import onoffice_nb as oo
        >>> crm = oo.Sandbox().client()
        >>> report = oo.submit(crm, oo.plan(crm, "buyer", oo.read_pairs(parent=[1001], child=[5001])), progress=False)
        >>> oo.undo(crm, report, progress=False).counts
        {'removed': 1}
    """
    options = RunOptions(progress, connections, verify)
    journal, record = _load_run(crm, run, journal)
    with journal.lock_run(record.run):
        plan = undo_plan(crm, journal, record)
        return _execute(crm, journal, journal.open_run(plan, undoes=record.run), options, {State.PLANNED})


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
    source = run.source if isinstance(run, Report) else None
    return _execute(crm, journal, record.run, options, states, source)


def _load_run(crm: Client, run: int | Report, journal: Journal | None) -> tuple[Journal, RunRecord]:
    require_client(crm)
    journal = journal or journal_for(crm.account)
    if not isinstance(run, int | np.integer | Report) or isinstance(run, bool):
        raise InputError(f"Expected a run's number or its report, got {run!r}. oo.runs() lists the runs.")
    record = journal.run(run.run if isinstance(run, Report) else int(run))
    if record.account.fingerprint != crm.account.fingerprint:
        raise PlanError(f"Run {record.run} was in {record.account}, but you are connected to {crm.account}.")
    return journal, record


def _execute(
    crm: Client,
    journal: Journal,
    number: int,
    options: RunOptions,
    taken_up: Collection[State] = (),
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
        # The order that links had before the run which this one takes back.
        order_before = {} if record.undoes is None else journal.load_order_before(record.undoes)
        executor = RunExecutor(
            crm,
            journal,
            number,
            record.relation,
            connections=options.connections,
            verify=options.verify,
            stop_event=stop_event,
            report_progress=report_progress,
            order_before=order_before,
        )

        def close(reason: str) -> None:
            state = "stopped" if reason else "finished"
            journal.close_run(number, state, reason, executor.requests, time.monotonic() - began)

        try:
            executor.execute(taken_up)
        except BaseException as error:
            error.add_note(f"Run {number} stands in the journal: oo.resume(crm, {number}) goes on with it.")
            how = f": {error}" if isinstance(error, OnOfficeError) else f" by {type(error).__name__}"
            # Where the journal cannot be written either, that must not hide what happened, nor the number.
            with suppress(JournalError):
                close(f"broken off{how}")
            raise
        close(executor.reason)

    if record.undoes is not None:
        notes = [order_note(crm, record.relation, order_before)]
        if not executor.reason:
            notes.append(_restore_feedbacks(crm, journal, record, options))
        journal.set_note(number, " ".join(filter(None, notes)))
    return build_report(journal, number, source)


def _restore_feedbacks(crm: Client, journal: Journal, undo_run: RunRecord, options: RunOptions) -> str:
    """Give links that were created again the feedback that they had: in a run of its own, as creating takes none."""
    try:
        plan = feedback_plan(crm, journal, undo_run)
    except OnOfficeError as error:
        return f"Whether links that were created again have their feedback could not be read: {error}"
    if plan is None:
        return ""
    report = _execute(crm, journal, journal.open_run(plan), options, {State.PLANNED})
    done = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
    return f"The feedback that these links had was set again in run {report.run}: {done}."
