"""Step 4: one confirmation, the run with its progress, the report, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from onoffice_nb.builder.widgets import (
    Checkbox,
    Message,
    button,
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

_SHOWN: Final = 500
_AS_WANTED: Final = (Outcome.LINKED, Outcome.ALREADY_LINKED, Outcome.REMOVED)
_RETRY_LOOKS_FIRST: Final = "“Retry what is missing” looks first and sends what is not as wanted."
_HOW_TO_STOP: Final = (
    '<p class="oo-hint">To stop what was clicked, press Stop;'
    " interrupting the kernel stops only what was started by code.</p>"
)
_COLUMNS: Final = ["row", "parent", "child", "outcome", "code", "message", "advice"]


class SendStep:
    """What is confirmed, sent and reported; the four functions are called by its buttons."""

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
        self._asking = False
        self._confirm = with_class("confirm", Checkbox(indent=False))
        self._submit = button("submit", "Submit", submit, style="primary")
        self._progress = html("progress")
        self._stop = button("stop", "Stop", self._stopped)
        self._card = html("report")
        self._rows = html("rows")
        self._retry = button("retry", "Retry what is missing", retry)
        self._undo = button("undo", "Undo …", lambda: self._ask_undo(True))
        self._question = html("undo-question")
        self._really = row(
            self._question,
            button("undo-yes", "Undo", undo, style="danger"),
            button("undo-no", "Keep the links", lambda: self._ask_undo(False)),
        )
        self._confirm.observe(lambda _: self._enable_submit(), "value")
        self.view = step_box(
            *("step-send", 4, "Send"),
            *(self._confirm, self._submit, self._progress, self._stop, self.message.view, self._card),
            *(row(self._retry, self._undo), self._really, self._rows),
        )
        self.offer(None)
        self.end()
        self._ask_undo(False)
        for part in (self._card, self._rows):
            show(part, False)

    def offer(self, plan: Plan | None) -> None:
        """Ask for the confirmation of a plan, or of none; whatever was confirmed before is not any more."""
        self._plan = plan if plan is not None and len(plan.pending) else None
        self._confirm.value = False
        self._confirm.description = _sentence(plan) if plan else ""
        show(self._confirm, self._plan is not None)
        show(self._submit, self._plan is not None)
        self._enable_submit()
        self.message.clear()
        if plan is None:
            self.message.say("Check first: what is confirmed here is what was shown there.")
        elif self._plan is None:
            self.message.say(
                "Nothing to send: every pair is linked already." if len(plan.pairs) else "Nothing to send."
            )

    @property
    def confirmed(self) -> Plan | None:
        """The plan that is confirmed, until its run begins."""
        return self._plan if self._confirm.value else None

    @property
    def undo_confirmed(self) -> bool:
        """Whether the question of the undo stands on the page, to which a click says yes."""
        return self._asking

    def begin(self) -> None:
        """A run begins: no click that is still on its way starts another."""
        self._plan = None
        self._confirm.value = False
        self._ask_undo(False)
        for control in (self._confirm, self._submit, self._retry, self._undo):
            show(control, False)
        self.message.clear()
        self._progress.value = f'<p role="status">Sending …</p>{_HOW_TO_STOP}'
        self._stop.disabled = False
        for control in (self._progress, self._stop):
            show(control, True)

    def tell(self, now: Progress) -> None:
        """How far the run is."""
        failed = f" · {now.failed:,} failed or unknown" if now.failed else ""
        self._progress.value = (
            f'<progress max="{max(now.total, 1)}" value="{now.done}" aria-label="links settled"></progress>'
            f"<p>{now.done:,} of {counted(now.total, 'link')}{failed}</p>{_HOW_TO_STOP}"
        )

    def end(self) -> None:
        """The run is over, with a report or without."""
        for control in (self._progress, self._stop):
            show(control, False)
        report = self.report
        show(self._retry, report is not None and not report.ok)
        show(self._undo, report is not None and report.undoes_run is None and _made(report) > 0)

    def show(self, report: Report) -> None:
        """Show what became of the rows."""
        self.report = report
        self._card.value = f'<div role="status">{ui_wording(report._repr_html_())}</div>'
        self._rows.value = ui_wording(_rows(report))
        for part in (self._card, self._rows):
            show(part, True)
        what_now = "Check again to see what is left to do." if report.ok else _RETRY_LOOKS_FIRST
        self.message.say(f"This was run {report.run}. {what_now}")

    def _enable_submit(self) -> None:
        self._submit.disabled = not self._confirm.value

    def _stopped(self) -> None:
        self._stop.disabled = True
        self.message.say("Stopping: the request under way is finished first.")
        self._stop_run()

    def _ask_undo(self, asking: bool) -> None:
        self._asking = asking and self.report is not None
        if self._asking and self.report is not None:
            made = counted(_made(self.report), "link")
            question = f"Take back run {self.report.run} in {self._account}: remove the {made} that it created?"
            self._question.value = f"<p>{escape(question)} What was linked before stays.</p>"
        show(self._really, self._asking)


def _sentence(plan: Plan) -> str:
    """What is confirmed: the count, the account, the direction.

    `Create 9 links in SANDBOX · Muster Immobilien: estate (parent) → address (child), the buyer.`
    """
    status = f", with status {plan.info_summary}" if plan.info_summary else ""
    return f"Create {counted(len(plan.pending), 'link')} in {plan.account}: {plan.relation.description}{status}."


def _made(report: Report) -> int:
    """How many links a run has created, as far as can be told."""
    created = report.items.with_verb(Verb.CREATE)
    return sum(report.outcomes[created] == Outcome.LINKED)


def _rows(report: Report) -> str:
    frame = report.frame
    many = len(frame) > _SHOWN
    # Of many, those that somebody has to look at come first.
    order = frame["outcome"].isin(_AS_WANTED).argsort(kind="stable") if many else slice(None)
    first = frame[_COLUMNS].iloc[order].head(_SHOWN).astype(object)
    rest = "builder.report.frame, and in the file that builder.report.to_csv('report.csv') writes"
    return table(
        "What became of each row",
        _COLUMNS,
        first.where(first.notna(), "").itertuples(index=False),
        numeric=[0, 1, 2],
        more=shortened(len(frame), _SHOWN, "row", rest),
    )
