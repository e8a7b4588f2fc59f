"""The relation builder: the same pipe as in Python, to click; one page, four steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.builder.jobs import JobRunner
from onoffice_nb.builder.notebook_frames import name_here
from onoffice_nb.builder.pairs_source import PairsSource, code_to_copy
from onoffice_nb.builder.steps.check import CheckStep
from onoffice_nb.builder.steps.ids import IdsStep
from onoffice_nb.builder.steps.relation import RelationStep
from onoffice_nb.builder.steps.send import SendStep
from onoffice_nb.builder.widgets import Message, VBox, error_boundary, html, style_sheet
from onoffice_nb.connection import connect
from onoffice_nb.errors import JournalError, PairsError, PlanError, RelationError
from onoffice_nb.execution.journal import journal_for
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.submit import retry, submit, undo
from onoffice_nb.formatting import escape, printable
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import RelationType
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.planner import plan as make_plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RelationBuilder"]


# ipywidgets has no type information.
class RelationBuilder(VBox):  # type: ignore[misc]
    """A page that leads from a relation type and two columns of ids to links in the CRM.

    Show it in a notebook, or drive it from code: `choose`, `use`, `check` and
    `submit` do what the clicks do, and wait until it is done. What was chosen
    and done is there as plain values: `relation`, `pairs`, `plan`, `report`
    (None until then). Without `crm` it connects itself. `frames` are the
    DataFrames to pick from, by name; without it, those of the notebook.

    >>> import onoffice_nb as oo
    >>> builder = RelationBuilder(oo.Sandbox().client())
    >>> builder.choose("buyer")
    <RelationType estate:address:buyer: estate (parent) → address (child), the buyer>
    >>> builder.use(parent="1003 1004", child="5001 5002")
    2 pairs · 0 duplicates · 0 rejects
    >>> builder.check()
    <Plan SANDBOX · Muster Immobilien: create 2 links in 2 actions, 1 request · estate (parent) → address (child), ...>
    >>> builder.submit()
    <Report SANDBOX · Muster Immobilien · run ...: 2 linked>
    """

    def __init__(self, crm: Client | None = None, *, frames: Mapping[str, pd.DataFrame] | None = None) -> None:
        self._crm = connect() if crm is None else crm
        require_client(self._crm)
        self._work = JobRunner()
        self._step_relation = RelationStep(self._relation_changed)
        self._step_ids = IdsStep(frames, self._changed)
        self._step_check = CheckStep(self._check_clicked)
        self._step_send = SendStep(
            self._crm.account, self._submit_clicked, self._retry_clicked, self._undo_clicked, self._work.stop
        )
        steps = (self._step_relation, self._step_ids, self._step_check, self._step_send)
        super().__init__([style_sheet(), html("header", _header(self._crm)), *(step.view for step in steps)])
        self.add_class("oo-builder")
        self._changed()

    def __repr__(self) -> str:
        return f"<RelationBuilder {printable(self._crm.account)}>"

    @property
    def relation(self) -> RelationType | None:
        """The relation type that is chosen."""
        return self._step_relation.relation

    @property
    def pairs(self) -> Pairs | None:
        """The pairs that the chosen ids make."""
        return self._step_ids.pairs

    @property
    def plan(self) -> Plan | None:
        """The plan that is shown; None again as soon as relation or ids change."""
        return self._step_check.plan

    @property
    def report(self) -> Report | None:
        """The report of the last run, be it of a submission, a retry or an undo."""
        return self._step_send.report

    @property
    def code(self) -> str:
        """A cell of Python that does the same; raises PlanError as long as something is missing."""
        relation, reading, _ = self._wanted()
        return code_to_copy(relation, reading, self._crm.account, name_here(self._crm))

    def choose(self, relation: str | RelationType) -> RelationType:
        """Choose the relation type by URN, suffix or an unambiguous word; raises RelationError otherwise."""
        return self._step_relation.choose(relation)

    def use(
        self, frame: pd.DataFrame | None = None, *, parent: Any, child: Any, info: Any = None, cross: bool = False
    ) -> Pairs:
        """Take the ids from two columns of a frame, or without one from two texts as pasted.

        `cross` pairs every parent with every child, else it goes row by row.
        `info` (calendar:address only) is a column of confirmations, or one
        `oo.RelationInfo` for all. Raises PairsError where they make no pairs.
        """
        try:
            return self._step_ids.use(frame, parent, child, info, crossed=cross)
        finally:
            self._changed()

    def check(self) -> Plan:
        """Read the ids anew, look which pairs are linked already, and show what has to be sent."""
        self._step_ids.read()
        self._changed()
        return self._work.run(partial(self._check, *self._wanted()))

    def submit(self) -> Report:
        """Send the plan that is shown; the call is the confirmation. Raises PlanError if there is none."""
        plan = self.plan
        if plan is None:
            raise PlanError("Nothing is checked, or it was changed since: call check() and look at its plan first.")
        return self._work.run(partial(self._submit, plan))

    def retry(self) -> Report:
        """Send again what failed, is unknown or was not sent; what may have arrived is looked up first."""
        return self._work.run(partial(self._again, retry))

    def undo(self) -> Report:
        """Take back the links that the last run created, and no others; an undo itself is not taken back."""
        if self.report is not None and self.report.undoes_run is not None:
            raise PlanError(f"The last run took back run {self.report.undoes_run} already: there is nothing to undo.")
        return self._work.run(partial(self._again, undo))

    def _wanted(self) -> tuple[RelationType, PairsSource, Pairs]:
        relation, reading, pairs = self.relation, self._step_ids.reading, self.pairs
        if relation is None:
            raise RelationError("No relation type is chosen yet: choose one in step 1.")
        if reading is None or pairs is None:
            raise PairsError("There are no ids yet: pick or paste them in step 2.")
        return relation, reading, pairs

    def _relation_changed(self) -> None:
        self._step_ids.expect(self.relation)

    def _changed(self) -> None:
        """What was planned and confirmed counts no more."""
        self._step_check.show(None, "")
        if not self._work.busy:
            self._step_send.offer(None)
        self._ready()

    def _ready(self) -> None:
        self._step_check.ready(self.relation is not None and bool(self.pairs) and not self._work.busy)

    def _check(self, relation: RelationType, reading: PairsSource, pairs: Pairs) -> Plan:
        self._step_check.message.say("Looking what is linked already …")
        try:
            plan = make_plan(self._crm, relation, pairs)
        finally:
            self._step_check.message.clear()
        # Whoever has changed something meanwhile has to check again.
        if self.relation is relation and self.pairs is pairs:
            self._step_check.show(plan, self.code)
            self._step_send.offer(plan)
        return plan

    def _submit(self, plan: Plan) -> Report:
        with self._sending():
            if self._step_ids.frame_was_rebound:
                raise PlanError("The notebook has another DataFrame of this name now. Nothing was sent: check again.")
            report = submit(self._crm, plan, progress=self._step_send.tell)
            self._show(report)
        return report

    def _again(self, do: Callable[..., Report]) -> Report:
        if self.report is None:
            raise PlanError("There is no run yet: submit() makes one.")
        with self._sending():
            report = do(self._crm, self.report, progress=self._step_send.tell)
            self._show(report)
        return report

    def _show(self, report: Report) -> None:
        self._step_send.show(report)
        self._step_check.mark_outdated(report.run)

    @contextmanager
    def _sending(self) -> Iterator[None]:
        self._step_send.begin()
        try:
            yield
        finally:
            self._step_send.end()

    def _check_clicked(self) -> None:
        message = self._step_check.message
        if not self._work.busy:
            with error_boundary(message):
                self._step_ids.read()
                self._changed()
                self._start(partial(self._check, *self._wanted()), message)

    def _submit_clicked(self) -> None:
        plan = self._step_send.confirmed
        if plan is not None:
            self._start(partial(self._submit, plan), self._step_send.message)

    def _retry_clicked(self) -> None:
        self._start(partial(self._again, retry), self._step_send.message)

    def _undo_clicked(self) -> None:
        if self._step_send.undo_confirmed:
            self._start(partial(self._again, undo), self._step_send.message)

    def _start(self, job: Callable[[], object], message: Message) -> None:
        self._work.start(job, message, self._ready)
        self._ready()


def _header(crm: Client) -> str:
    live = crm.account.live
    meaning = "What is sent from here is written to the real CRM." if live else "Nothing here is real."
    return (
        f'<h2>Relation builder</h2><p class="oo-account{" oo-live" if live else ""}">'
        f"<strong>{escape(crm.account)}</strong> {meaning}</p>{_unfinished(crm)}"
    )


def _unfinished(crm: Client) -> str:
    """The runs that have not come to their end, and how to go on with them."""
    try:
        runs = journal_for(crm.account).unfinished(crm.account)
    except JournalError:
        # Whoever only looks around needs no journal; whoever submits is told.
        return ""
    told = (
        f"Run {run} has not come to its end, so some of its links may be missing or in doubt. Unless somebody is still"
        f" working on it, oo.resume(crm, {run}) goes on with it."
        for run in runs
    )
    return "".join(f'<p class="oo-hint">{escape(each)}</p>' for each in told)
