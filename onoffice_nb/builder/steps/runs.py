"""The list of earlier runs: what each did and how it ended, and the way on or back, after restarts too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from onoffice_nb.builder.wording import Words
from onoffice_nb.errors import JournalError
from onoffice_nb.execution.audit import Audit
from onoffice_nb.execution.history import build_report
from onoffice_nb.execution.journal import RunRecord, journal_for
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.states import State
from onoffice_nb.formatting import printable
from onoffice_nb.model import Account, Verb

__all__ = ["RunsPanel"]

_SHOWN_RUNS: Final = 30
_SHOWN_DEVIATIONS: Final = 50
_MISSING: Final = (State.FAILED, State.UNKNOWN, State.PLANNED, State.RESEND)
_DONE: Final = (State.LINKED, State.REMOVED, State.CHANGED)


class RunsPanel:
    """The runs of an account, the latest first.

    Args:
        account: Whose runs they are.
        resume: Called with the number of a run that is to be gone on with.
        retry: Called with the number of a run of which something is missing.
        ask_undo: Called with the report of a run that may have to be taken back.
        audit: Called with the number of a run that is to be compared with the CRM's log.
        show: Called with the report of a run that is to be looked at.
    """

    def __init__(
        self,
        account: Account,
        *,
        resume: Callable[[int], object],
        retry: Callable[[int], object],
        ask_undo: Callable[[Report], object],
        audit: Callable[[int], object],
        show: Callable[[Report], object],
    ) -> None:
        self.audit: Audit | None = None
        self._account = account
        self._records: list[RunRecord] = []
        self.actions: Mapping[str, Callable[..., object]] = {
            "resume": self._with_run(resume),
            "retry": self._with_run(retry),
            "undo": self._with_report(ask_undo),
            "audit": self._with_run(audit),
            "show": self._with_report(show),
            "close_audit": self._close_audit,
        }
        self.refresh()

    def refresh(self) -> None:
        """Read the journal anew."""
        try:
            records = journal_for(self._account).runs()
        except JournalError:
            # Whoever only looks around needs no journal; whoever submits is told.
            records = []
        self._records = [record for record in records if record.account.fingerprint == self._account.fingerprint]

    def view(self, words: Words) -> dict[str, Any]:
        """What the front end shows of it."""
        undone_by = {record.undoes: record.run for record in self._records if record.undoes is not None}
        unfinished = [record for record in self._records if record.ended is None and record.run not in undone_by]
        others = [record for record in self._records if record not in unfinished]
        shown = [*unfinished, *others][:_SHOWN_RUNS]
        return {
            "title": words("runs.title", n=len(self._records)),
            "unfinished": words("runs.unfinished", n=len(unfinished)) if unfinished else "",
            "rows": [_row(record, undone_by.get(record.run), words) for record in shown],
            "more": words("runs.shown", shown=len(shown), n=len(self._records))
            if len(shown) < len(self._records)
            else "",
            "audit": None if self.audit is None else _audit_view(self.audit, words),
        }

    def _with_run(self, action: Callable[[int], object]) -> Callable[[int], object]:
        def of_run(run: int) -> object:
            return action(self._record(run).run)

        return of_run

    def _with_report(self, action: Callable[[Report], object]) -> Callable[[int], object]:
        def of_run(run: int) -> object:
            return action(self._report(run))

        return of_run

    def _record(self, run: int) -> RunRecord:
        for record in self._records:
            if record.run == run:
                return record
        raise JournalError(f"There is no run {run!r} of this account in the list: it shows those of {self._account}.")

    def _report(self, run: int) -> Report:
        return build_report(journal_for(self._account), self._record(run).run)

    def _close_audit(self) -> None:
        self.audit = None


def _row(record: RunRecord, undone_by: int | None, words: Words) -> dict[str, Any]:
    """One line of the list. What cannot be done with a run has no button."""
    is_unfinished = record.ended is None
    is_open = undone_by is None
    states = record.counts.keys()
    can_retry = is_open and not is_unfinished and bool(states & set(_MISSING))
    notes = [words(f"runs.state.{record.state}")] if is_unfinished or record.state != "finished" else []
    if record.undoes is not None:
        notes.append(words("runs.undoes", run=str(record.undoes)))
    if undone_by is not None:
        notes.append(words("runs.undone", run=str(undone_by)))
    return {
        "run": record.run,
        "time": record.started.astimezone().strftime("%Y-%m-%d %H:%M"),
        "source": printable(record.source_name),
        "what": f"{words(f'runs.{record.verb}')}: {words.relation(record.relation)}",
        "result": " · ".join(f"{words.number(n)} {words(f'state.{state}')}" for state, n in record.counts.items()),
        "notes": notes,
        "is_unfinished": is_unfinished and is_open,
        "can_resume": is_unfinished and is_open,
        "can_retry": can_retry,
        "can_undo": is_open and bool(states & set(_DONE)),
        "can_audit": record.verb is not Verb.MODIFY,
    }


def _audit_view(audit: Audit, words: Words) -> dict[str, Any]:
    return {
        "title": words("runs.audit.title", run=str(audit.run)),
        "is_ok": audit.ok,
        "summary": words("runs.audit.ok") if audit.ok else words("runs.audit.deviations", n=len(audit.deviations)),
        "deviations": [
            f"{deviation.parent} → {deviation.child}: {words.sentence(deviation.deviation)}"
            for deviation in audit.deviations[:_SHOWN_DEVIATIONS]
        ],
        "more": words("runs.audit.more", n=len(audit.deviations) - _SHOWN_DEVIATIONS)
        if len(audit.deviations) > _SHOWN_DEVIATIONS
        else "",
        "notes": [words.sentence(note) for note in audit.notes],
    }
