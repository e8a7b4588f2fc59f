"""Above the steps: the runs that have not come to their end, each with a button that goes on with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from onoffice_nb.builder.widgets import Message, VBox, button, html, row, show, with_class
from onoffice_nb.execution.journal import RunRecord
from onoffice_nb.execution.report import Report
from onoffice_nb.formatting import escape
from onoffice_nb.model import Account

__all__ = ["UnfinishedRuns"]


class UnfinishedRuns:
    """What is left of earlier runs; nothing is shown where nothing is left.

    Args:
        account: Where we are.
        resume: Called with the number of the run that somebody wants to go on with.
    """

    def __init__(self, account: Account, resume: Callable[[int], object]) -> None:
        self.message = Message()
        self._account = account
        self._resume = resume
        self._runs = VBox()
        self.view = with_class("unfinished", VBox([self._runs, self.message.view]))
        self.offer([])

    def offer(self, records: Sequence[RunRecord]) -> None:
        """Show these runs, each with its button."""
        self._runs.children = [self._run_row(record) for record in records]
        show(self._runs, bool(records))

    def ready(self, is_ready: bool) -> None:
        """Whether a run can be gone on with now."""
        for run_row in self._runs.children:
            resume_button = run_row.children[-1]
            resume_button.disabled = not is_ready

    def tell_end(self, report: Report) -> None:
        """Say what became of a run that somebody went on with."""
        outcomes = " · ".join(f"{count:,} {outcome}" for outcome, count in report.counts.items())
        self.message.say(f"Run {report.run}: {outcomes}. Its report stands below, in step 4.")

    def _run_row(self, record: RunRecord) -> object:
        started = record.started.astimezone().strftime("%Y-%m-%d %H:%M")
        links = " · ".join(f"{count:,} {state}" for state, count in record.counts.items())
        text = (
            f"Run {record.run} of {started} ({record.relation.description}) has not come to its end: {links}."
            f" Resuming it looks up what has arrived and does the rest in {self._account}. Wait, if somebody is still"
            " working on it."
        )
        hint = html("unfinished-run", f'<p class="oo-hint">{escape(text)}</p>')
        return row(hint, button("resume", f"Resume run {record.run}", partial(self._resume, record.run)))
