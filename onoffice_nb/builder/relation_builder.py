"""The relation builder: the same pipe as in Python, to click; one page, four steps."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.builder.jobs import JobRunner
from onoffice_nb.builder.notebook_frames import name_in_notebook
from onoffice_nb.builder.pairs_source import PairsSource, code_to_copy
from onoffice_nb.builder.steps.check_figures import CheckStep
from onoffice_nb.builder.steps.ids import IdsStep
from onoffice_nb.builder.steps.relation import RelationStep
from onoffice_nb.builder.steps.send import SendStep
from onoffice_nb.builder.steps.unfinished import UnfinishedRuns
from onoffice_nb.builder.widgets import Message, PageScript, VBox, error_boundary, html, style_sheet
from onoffice_nb.connection import connect
from onoffice_nb.errors import JournalError, PairsError, PlanError, RelationError
from onoffice_nb.execution.journal import RunRecord, journal_for
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.submit import resume, retry, submit, undo
from onoffice_nb.formatting import escape, printable
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.model import Account, RelationInfo, RelationType
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.planner import plan as make_plan

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RelationBuilder"]


# ipywidgets has no type information.
class RelationBuilder(VBox):  # type: ignore[misc]
    """A page that leads from a relation type and two columns of ids to links in the CRM.

    Show it in a notebook, or drive it from code: `choose`, `use`, `check`,
    `submit`, `retry`, `resume` and `undo` do what the clicks do, and wait until it
    is done. What was chosen and done is there as plain values: `relation`, `pairs`,
    `plan`, `report`, each None until then, and `code`, the same as a cell of Python.

    Nothing is written to the CRM before somebody has confirmed the plan that is
    shown, or called `submit()`. One thing is done at a time: a call while a click is
    still at work raises PlanError.

    Args:
        crm: The client of the account to work in; without it, `oo.connect()` is asked for one.
        frames: The DataFrames to pick from, by name; without it, those of the notebook.

    Raises:
        InputError: `crm` is not a client, or `frames` are not DataFrames by name.
        SettingsError: Without `crm`: the credentials are incomplete, cut or swapped.

    Example:
        >>> import onoffice_nb as oo
        >>> builder = oo.RelationBuilder(oo.Sandbox().client())
        >>> builder.choose("buyer")
        <RelationType estate:address:buyer: estate (parent) → address (child), the buyer>
        >>> builder.use(parent="1003 1004", child="5001 5002")
        2 pairs · 0 duplicates · 0 rejects
        >>> builder.check()
        <Plan SANDBOX · Muster Immobilien: create 2 links in 2 actions, 1 request · estate (parent) → ...>
        >>> builder.submit()
        <Report SANDBOX · Muster Immobilien · run ...: 2 linked>
    """

    def __init__(self, crm: Client | None = None, *, frames: Mapping[str, pd.DataFrame] | None = None) -> None:
        self._crm = connect() if crm is None else crm
        require_client(self._crm)
        account = self._crm.account

        self._work = JobRunner()
        self._unfinished = UnfinishedRuns(account, self._resume_clicked)
        self._step_relation = RelationStep(self._relation_changed)
        self._step_ids = IdsStep(frames, self._ids_changed)
        self._step_check = CheckStep(self._check_clicked)
        self._step_send = SendStep(
            account,
            submit=self._submit_clicked,
            retry=self._retry_clicked,
            undo=self._undo_clicked,
            stop=self._work.stop,
        )

        steps = (self._step_relation, self._step_ids, self._step_check, self._step_send)
        super().__init__(
            [
                style_sheet(),
                PageScript(),
                html("header", _header(account)),
                self._unfinished.view,
                *(step.view for step in steps),
            ]
        )
        self.add_class("oo-builder")
        self._unfinished.offer(self._unfinished_runs())
        self._ids_changed()

    def __repr__(self) -> str:
        return f"<RelationBuilder {printable(self._crm.account)}>"

    @property
    def relation(self) -> RelationType | None:
        """The relation type that is chosen, None as long as none is.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> builder.choose("Käufer") is builder.relation
            True
        """
        return self._step_relation.relation

    @property
    def pairs(self) -> Pairs | None:
        """The pairs that the chosen ids make, None as long as something is missing or cannot be read.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> print(builder.pairs)
            None
            >>> builder.use(parent="1003", child="5001") is builder.pairs
            True
        """
        return self._step_ids.pairs

    @property
    def plan(self) -> Plan | None:
        """The plan that is shown; None before the check, and again as soon as relation type or ids change.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003", child="5001")
            >>> builder.check() is builder.plan
            True
            >>> pairs = builder.use(parent="1003", child="5002")
            >>> print(builder.plan)
            None
        """
        return self._step_check.plan

    @property
    def report(self) -> Report | None:
        """The report of the last run (a submission, a retry, a resumption or an undo), None before the first.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003", child="5001")
            >>> plan, report = builder.check(), builder.submit()
            >>> report is builder.report
            True
        """
        return self._step_send.report

    @property
    def code(self) -> str:
        r"""A cell of Python that does the same as the page, without the page.

        Returns:
            The lines of the cell. It names the frame and the client as the notebook does, and holds no secret.

        Raises:
            RelationError: No relation type is chosen yet.
            PairsError: There are no pairs yet.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003", child="5001")
            >>> print(builder.code)
            import onoffice_nb as oo
            <BLANKLINE>
            crm = oo.connect()  # in the builder this was SANDBOX · Muster Immobilien
            pairs = oo.read_pairs(parent='1003', child='5001')
            plan = oo.plan(crm, 'estate:address:buyer', pairs)  # estate (parent) → address (child), the buyer
            print(plan)
            <BLANKLINE>
            report = oo.submit(crm, plan)
            report
        """
        relation, source, _ = self._chosen()
        return code_to_copy(relation, source, self._crm.account, name_in_notebook(self._crm))

    def choose(self, relation: str | RelationType) -> RelationType:
        """Choose the relation type, as a click in step 1 does; a plan that is shown counts no more.

        Args:
            relation: Its URN, its suffix, or a word in English or German that fits no other.

        Returns:
            The relation type that is chosen now.

        Raises:
            RelationError: None or several fit, or it is a custom type, which the page does not offer.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> builder.choose("Eigentümer")
            <RelationType estate:address:owner: estate (parent) → address (child), the owner>
        """
        return self._step_relation.choose(relation)

    def use(
        self,
        frame: pd.DataFrame | None = None,
        *,
        parent: Hashable,
        child: Hashable,
        info: RelationInfo | Hashable | None = None,
        cross: bool = False,
    ) -> Pairs:
        """Take the ids from two columns of a frame, or without one from two texts as pasted.

        Nothing is guessed: what is not certain becomes a reject, with its row and the reason.

        Args:
            frame: The DataFrame that holds the columns; None for pasted text.
            parent: The label of the parents' column, or their ids as text.
            child: The label of the children's column, or their ids as text.
            info: The confirmation status, for calendar:address only: one `oo.RelationInfo` for all, or the
                label of the column that holds one for each row.
            cross: Every parent with every child, instead of row by row.

        Returns:
            The pairs, with the rows that became none in `rejects`.

        Raises:
            InputError: It is not a DataFrame, or an info that cannot be sent here.
            PairsError: The columns are not there, or the two lists are not equally long. What was
                chosen before stays; a plan that was shown does not.

        Example:
            >>> import pandas as pd
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> buyers = pd.DataFrame({"estate": ["1003", "1.004"], "address": [5001, 5002]})
            >>> builder.use(buyers, parent="estate", child="address")
            1 pair · 0 duplicates · 1 reject (first: row 2, '1.004': a thousands separator or a fraction)
        """
        return self._step_ids.use(frame, parent, child, info, is_crossed=cross)

    def check(self) -> Plan:
        """Read the ids anew, look which pairs are linked already, and show what has to be sent.

        Returns:
            The plan that is shown now.

        Raises:
            RelationError: No relation type is chosen yet.
            PairsError: There are no pairs, as something is missing or cannot be read.
            PlanError: The relation type cannot be created, or the builder is at work.
            ApiError: The CRM refuses to tell.
            ConnectionFailed: It cannot be reached.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003 1004", child="5001 5002")
            >>> len(builder.check().pending)
            2
        """
        self._step_ids.read()
        return self._work.run(partial(self._check, *self._chosen()))

    def submit(self) -> Report:
        """Send the plan that is shown; the call is the confirmation.

        Returns:
            What became of each row.

        Raises:
            PlanError: Nothing is checked, or it was changed since, or was sent already; nothing is sent then.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003", child="5001")
            >>> plan = builder.check()
            >>> builder.submit().frame[["parent", "child", "outcome"]]
               parent  child outcome
            0    1003   5001  linked
        """
        plan = self.plan
        if plan is None:
            raise PlanError("Nothing is checked, or it was changed since: call check() and look at its plan.")
        return self._work.run(partial(self._submit, plan))

    def retry(self) -> Report:
        """Send again what failed, is unknown or was not sent in the last run; what may have arrived is looked up first.

        Returns:
            What became of each row, in the earlier turns and in this one.

        Raises:
            PlanError: There was no run yet, or it was taken back, or the builder is at work.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003 1004", child="5001 5002")
            >>> plan = builder.check()
            >>> builder.submit().counts
            {'linked': 2}
            >>> builder.retry().counts  # nothing failed, so nothing is sent
            {'linked': 2}
        """
        return self._work.run(partial(self._go_on, retry))

    def resume(self, run: int) -> Report:
        """Go on with a run that has not come to its end, as one whose kernel died; what has arrived is looked up first.

        Args:
            run: Its number; the page lists such runs, and so does `oo.runs(crm)`.

        Returns:
            What became of each row.

        Raises:
            JournalError: There is no such run, or somebody is still working on it.
            PlanError: It was in another account, or was taken back, or the builder is at work.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003", child="5001")
            >>> plan, report = builder.check(), builder.submit()
            >>> builder.resume(report.run).counts  # it had come to its end: nothing is sent
            {'linked': 1}
        """
        return self._work.run(partial(self._resume, run))

    def undo(self) -> Report:
        """Take back the links that the last run created, and no others; an undo itself is not taken back.

        Returns:
            What became of each of these links.

        Raises:
            PlanError: There was no run yet, or the last one was an undo already, or the builder is at work.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation, pairs = builder.choose("buyer"), builder.use(parent="1003", child="5001")
            >>> plan, report = builder.check(), builder.submit()
            >>> builder.undo().counts
            {'removed': 1}
        """
        if self.report is not None and self.report.undoes_run is not None:
            raise PlanError(f"The last run took back run {self.report.undoes_run} already: there is nothing to undo.")
        return self._work.run(partial(self._go_on, undo))

    # What was chosen

    def _chosen(self) -> tuple[RelationType, PairsSource, Pairs]:
        relation, source, pairs = self.relation, self._step_ids.source, self.pairs
        if relation is None:
            raise RelationError("No relation type is chosen yet: choose one in step 1.")
        if source is None or pairs is None:
            raise PairsError("There are no ids yet: pick or paste them in step 2.")
        return relation, source, pairs

    def _relation_changed(self) -> None:
        self._step_ids.expect(self.relation)

    def _ids_changed(self) -> None:
        """What was planned and confirmed counts no more."""
        self._step_check.show(None, "")
        if not self._work.busy:
            self._step_send.offer(None)
        self._enable_controls()

    def _enable_controls(self) -> None:
        is_idle = not self._work.busy
        self._step_check.ready(self.relation is not None and bool(self.pairs) and is_idle)
        self._unfinished.ready(is_idle)

    # Jobs: whoever runs one has the JobRunner

    def _check(self, relation: RelationType, source: PairsSource, pairs: Pairs) -> Plan:
        self._step_check.message.say("Looking what is linked already …")
        try:
            plan = make_plan(self._crm, relation, pairs)
        finally:
            self._step_check.message.clear()

        # Whoever has changed something meanwhile has to check again.
        if self.relation is relation and self.pairs is pairs:
            code = code_to_copy(relation, source, self._crm.account, name_in_notebook(self._crm))
            self._step_check.show(plan, code)
            self._step_send.offer(plan)
        return plan

    def _submit(self, plan: Plan) -> Report:
        with self._sending():
            if self._step_ids.frame_was_rebound:
                raise PlanError("The notebook has another DataFrame of this name now. Nothing was sent: check again.")
            return self._show(submit(self._crm, plan, progress=self._step_send.report_progress))

    def _go_on(self, operation: Callable[..., Report]) -> Report:
        """Retry or undo the last run."""
        if self.report is None:
            raise PlanError("There is no run yet: submit() makes one.")
        with self._sending():
            return self._show(operation(self._crm, self.report, progress=self._step_send.report_progress))

    def _resume(self, run: int) -> Report:
        with self._sending():
            report = self._show(resume(self._crm, run, progress=self._step_send.report_progress))
        self._unfinished.tell_end(report)
        return report

    @contextmanager
    def _sending(self) -> Iterator[None]:
        self._step_send.begin()
        try:
            yield
        finally:
            self._step_send.end()
            self._unfinished.offer(self._unfinished_runs())

    def _show(self, report: Report) -> Report:
        self._step_send.show(report)
        self._step_check.mark_outdated(report.run)
        return report

    def _unfinished_runs(self) -> list[RunRecord]:
        account = self._crm.account
        try:
            journal = journal_for(account)
            return [journal.run(run) for run in journal.unfinished(account)]
        except JournalError:
            # Whoever only looks around needs no journal; whoever submits is told.
            return []

    # What is clicked

    def _check_clicked(self) -> None:
        message = self._step_check.message
        if not self._work.busy:
            with error_boundary(message):
                self._step_ids.read()
                self._start(partial(self._check, *self._chosen()), message)

    def _submit_clicked(self) -> None:
        plan = self._step_send.confirmed
        if plan is not None:
            self._start(partial(self._submit, plan), self._step_send.message)

    def _retry_clicked(self) -> None:
        self._start(partial(self._go_on, retry), self._step_send.message)

    def _undo_clicked(self) -> None:
        if self._step_send.undo_confirmed:
            self._start(partial(self._go_on, undo), self._step_send.message)

    def _resume_clicked(self, run: int) -> None:
        self._start(partial(self._resume, run), self._unfinished.message)

    def _start(self, job: Callable[[], object], message: Message) -> None:
        self._work.start(job, message, on_end=self._enable_controls)
        self._enable_controls()


def _header(account: Account) -> str:
    css_class = "oo-account oo-live" if account.live else "oo-account"
    meaning = "What is sent from here is written to the real CRM." if account.live else "Nothing here is real."
    return f'<h2>Relation builder</h2><p class="{css_class}"><strong>{escape(account)}</strong> {escape(meaning)}</p>'
