"""Step 4: one confirmation, the run with its progress, the report, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from onoffice_nb.builder.widgets import (
    Checkbox,
    Message,
    button,
    heard_beside_cells,
    html,
    row,
    shortened,
    show,
    step_box,
    table,
    ui_wording,
    with_class,
)
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.report import Report
from onoffice_nb.formatting import counted, escape
from onoffice_nb.model import Account, Outcome, Verb
from onoffice_nb.planning.plan import Plan

__all__ = ["SendStep"]

_SHOWN_ROWS: Final = 500
_AS_WANTED: Final = (Outcome.LINKED, Outcome.CHANGED, Outcome.ALREADY_LINKED, Outcome.REMOVED)
_RETRY_LOOKS_FIRST: Final = "“Retry what is missing” looks first and sends what is not as wanted."
_HOW_TO_STOP: Final = (
    '<p class="oo-hint">Stop ends it after the request under way. If nothing answers because a cell of the notebook is'
    " running, interrupt that cell (■) as well: then Stop is heard.</p>"
)
_REPORT_COLUMNS: Final = ["row", "parent", "child", "outcome", "code", "message", "advice"]


class SendStep:
    """What is confirmed, sent and reported.

    Args:
        account: Where it is sent.
        submit: Called to send the plan that is confirmed.
        retry: Called to send again what is missing.
        undo: Called to take the last run back.
        stop: Called to stop what is under way.

    Attributes:
        report: The report of the last run, None before the first.
        message: What is told about the run.
    """

    def __init__(
        self,
        account: Account,
        submit: Callable[[], object],
        retry: Callable[[], object],
        undo: Callable[[], object],
        stop: Callable[[], object],
    ) -> None:
        self.report: Report | None = None
        self.message = Message()
        self._account = account
        self._stop_run = stop
        self._plan: Plan | None = None
        self._is_asking = False

        self._confirm = with_class("confirm", Checkbox(indent=False))
        self._submit = button("submit", "Submit", submit, style="primary")
        self._progress = html("progress")
        self._stop = heard_beside_cells(button("stop", "Stop", self._stop_clicked))
        self._card = html("report")
        self._rows = html("rows")
        self._retry = button("retry", "Retry what is missing", retry)
        self._undo = button("undo", "Undo …", lambda: self._ask_undo(True))
        self._question = html("undo-question")
        self._answers = row(
            self._question,
            button("undo-yes", "Undo", undo, style="danger"),
            button("undo-no", "Keep the links", lambda: self._ask_undo(False)),
        )

        self._confirm.observe(lambda _: self._enable_submit(), "value")
        self.view = step_box(
            *("step-send", 4, "Send"),
            *(self._confirm, self._submit, self._progress, self._stop, self.message.view, self._card),
            *(row(self._retry, self._undo), self._answers, self._rows),
        )
        self.offer(None)
        self.end()
        self._ask_undo(False)
        show(self._card, False)
        show(self._rows, False)

    def offer(self, plan: Plan | None) -> None:
        """Ask for the confirmation of a plan, or of none; whatever was confirmed before is not any more."""
        errors = plan.errors() if plan is not None else []
        self._plan = plan if plan is not None and len(plan.pending) and not errors else None
        self._confirm.value = False
        self._confirm.description = _confirmation(plan) if plan else ""
        show(self._confirm, self._plan is not None)
        show(self._submit, self._plan is not None)
        self._enable_submit()

        self.message.clear()
        if plan is None:
            self.message.say("Check first: what is confirmed here is what was shown there.")
        elif errors:
            self.message.warn(f"{counted(len(errors), 'error')}: mend what step 3 names, and check again.")
        elif self._plan is None and len(plan.pairs):
            self.message.say("Nothing to send: every pair is linked already.")
        elif self._plan is None:
            self.message.say("Nothing to send.")

    @property
    def confirmed(self) -> Plan | None:
        """The plan that is confirmed, until its run begins."""
        return self._plan if self._confirm.value else None

    @property
    def undo_confirmed(self) -> bool:
        """Whether the question of the undo stands on the page, to which a click says yes."""
        return self._is_asking

    def begin(self) -> None:
        """A run begins: no click that is still on its way starts another."""
        self._plan = None
        self._confirm.value = False
        self._ask_undo(False)
        for control in (self._confirm, self._submit, self._retry, self._undo):
            show(control, False)

        self.message.clear()
        self._progress.value = f'<p role="status">Sending …</p>{_HOW_TO_STOP}'
        self._stop.description = "Stop"
        self._stop.disabled = False
        show(self._progress, True)
        show(self._stop, True)

    def report_progress(self, now: Progress) -> None:
        """How far the run is."""
        failed = f" · {now.failed:,} failed or unknown" if now.failed else ""
        self._progress.value = (
            f'<progress max="{max(now.total, 1)}" value="{now.done}" aria-label="links settled"></progress>'
            f"<p>{now.done:,} of {counted(now.total, 'link')}{failed}</p>{_HOW_TO_STOP}"
        )

    def end(self) -> None:
        """The run is over, with a report or without."""
        show(self._progress, False)
        show(self._stop, False)

        report = self.report
        show(self._retry, report is not None and not report.ok)
        show(self._undo, report is not None and report.undoes_run is None and _created_count(report) > 0)

    def show(self, report: Report) -> None:
        """Show what became of the rows."""
        self.report = report
        self._card.value = f'<div role="status">{ui_wording(report._repr_html_())}</div>'
        self._rows.value = ui_wording(_rows_html(report))
        show(self._card, True)
        show(self._rows, True)

        what_now = "Check again to see what is left to do." if report.ok else _RETRY_LOOKS_FIRST
        self.message.say(f"This was run {report.run}. {what_now}")

    def _enable_submit(self) -> None:
        self._submit.disabled = not self._confirm.value

    def _stop_clicked(self) -> None:
        self._stop.disabled = True
        self._stop.description = "Stopping …"
        self.message.say("Stopping: the request under way is finished first.")
        self._stop_run()

    def _ask_undo(self, is_asking: bool) -> None:
        self._is_asking = is_asking and self.report is not None
        if self._is_asking and self.report is not None:
            links = counted(_created_count(self.report), "link")
            question = f"Take back run {self.report.run} in {self._account}: remove the {links} that it created?"
            self._question.value = f"<p>{escape(question)} What was linked before stays.</p>"
        show(self._answers, self._is_asking)


def _confirmation(plan: Plan) -> str:
    """What is confirmed: the count, the account, the direction.

    `Create 9 links in SANDBOX · Muster Immobilien: estate (parent) → address (child), the buyer.`
    """
    status = f", with status {plan.info_summary}" if plan.info_summary else ""
    return f"Create {counted(len(plan.pending), 'link')} in {plan.account}: {plan.relation.description}{status}."


def _created_count(report: Report) -> int:
    """How many links a run has created, as far as can be told."""
    created = report.items.with_verb(Verb.CREATE)
    return int((report.outcomes[created] == Outcome.LINKED).sum())


def _rows_html(report: Report) -> str:
    frame = report.frame
    if len(frame) > _SHOWN_ROWS:
        # Of many, those that somebody has to look at come first.
        frame = frame.iloc[frame["outcome"].isin(_AS_WANTED).argsort(kind="stable")]

    cells = frame[_REPORT_COLUMNS].head(_SHOWN_ROWS).astype(object)
    rest = "builder.report.frame, and in the file that builder.report.to_csv('report.csv') writes"
    return table(
        "What became of each row",
        _REPORT_COLUMNS,
        cells.where(cells.notna(), "").itertuples(index=False),
        numeric=[0, 1, 2],
        more=shortened(len(frame), _SHOWN_ROWS, "row", rest),
    )
