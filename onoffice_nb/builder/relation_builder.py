"""The relation builder: the same pipe as in Python, to click; one page, drawn in the browser."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import numpy as np
import traitlets
from anywidget import AnyWidget

from onoffice_nb.api.client import Client, require_client
from onoffice_nb.builder import front_end
from onoffice_nb.builder.jobs import JobRunner
from onoffice_nb.builder.messages import Actions, action_of, part_of
from onoffice_nb.builder.notebook_frames import name_in_notebook
from onoffice_nb.builder.pairs_source import PairsSource, code_to_copy
from onoffice_nb.builder.steps.check import CheckStep
from onoffice_nb.builder.steps.data import DataStep
from onoffice_nb.builder.steps.runs import RunsPanel
from onoffice_nb.builder.steps.send import SendStep
from onoffice_nb.builder.steps.what import WhatStep
from onoffice_nb.builder.task import Task
from onoffice_nb.builder.wording import LANGUAGES, Language, Words, language_of
from onoffice_nb.connection import connect
from onoffice_nb.errors import InputError, OnOfficeError, PairsError, PlanError, RelationError
from onoffice_nb.execution.audit import audit
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.submit import resume, retry, submit, undo
from onoffice_nb.formatting import printable, quote
from onoffice_nb.intake.mends import DecisionKey, Meaning
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.matching.look_up import look_up_all
from onoffice_nb.model import RelationInfo, RelationType
from onoffice_nb.planning.plan import Plan
from onoffice_nb.planning.records import read_known_records

if TYPE_CHECKING:
    pass

__all__ = ["RelationBuilder"]

T = TypeVar("T")

_PARTS: Final = ("what", "data", "check", "send", "runs")


class _Step(Protocol):
    """A part of the page: what it shows, and what its front end may ask for."""

    @property
    def actions(self) -> Mapping[str, Callable[..., object]]: ...

    def view(self, words: Words) -> dict[str, Any]: ...


class RelationBuilder(AnyWidget):
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

    _esm = front_end.script()
    _css = front_end.style_sheet()

    # What the front end draws, part by part: only what has changed goes over the wire.
    _page_view = traitlets.Dict().tag(sync=True)
    _labels = traitlets.Dict().tag(sync=True)
    _what_view = traitlets.Dict().tag(sync=True)
    _data_view = traitlets.Dict().tag(sync=True)
    _check_view = traitlets.Dict().tag(sync=True)
    _send_view = traitlets.Dict().tag(sync=True)
    _runs_view = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        crm: Client | None = None,
        *,
        frames: Mapping[str, Any] | None = None,
        language: Language | None = None,
    ) -> None:
        if language not in (None, *LANGUAGES):
            raise InputError(f"Expected language='de' or 'en', got {language!r}.")
        self._crm = connect() if crm is None else crm
        require_client(self._crm)
        account = self._crm.account

        self._words = Words(language or language_of())
        self._follows_browser = language is None
        self._messages: dict[str, dict[str, str]] = {}
        self._focus: dict[str, object] = {"on": "", "turn": 0}
        self._busy = ""
        self._is_check_due = False
        self._pairs: Pairs | None = None
        # The page's thread and the one of a job both publish.
        self._publishing = threading.RLock()

        self._work = JobRunner()
        self._what_step = WhatStep(self._what_changed)
        self._data_step = DataStep(frames, self._data_changed)
        self._check_step = CheckStep(
            check=self._check_clicked,
            decide=self._decide_clicked,
            look_up=self._look_up_clicked,
            swap=self._swap_clicked,
            leave_out=self._leave_out_clicked,
            download=self._download,
            work_beside=partial(self._start, "check"),
        )
        self._send_step = SendStep(
            account,
            submit=self._submit_clicked,
            retry=self._retry_clicked,
            undo=self._undo_clicked,
            stop=self._work.stop,
            download=self._download,
        )
        self._runs_panel = RunsPanel(
            account,
            resume=self._resume_clicked,
            retry=self._retry_run_clicked,
            ask_undo=self._ask_undo,
            audit=self._audit_clicked,
            show=self._show_report,
        )
        self._steps: Mapping[str, _Step] = {
            "what": self._what_step,
            "data": self._data_step,
            "check": self._check_step,
            "send": self._send_step,
            "runs": self._runs_panel,
        }

        super().__init__()
        self._publish()
        _hear_beside_cells(self)
        self.on_msg(self._heard)

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
        return self._what_step.relation

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
        return self._pairs or self._data_step.pairs

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
        return self._check_step.plan

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
        return self._send_step.report

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
        return self._code(*self._chosen())

    def choose(self, relation: str | RelationType, *, task: str = "link") -> RelationType:
        """Choose the relation type and what is to be done, as clicks do; a plan that is shown counts no more.

        Args:
            relation: Its URN, its suffix, or a word in English or German that fits no other.
            task: `link`, `remove` (the links of the pairs), `replace` (afterwards the parents have the links of the
                pairs and no others) or `status` (existing links get another one; calendar:address only).

        Returns:
            The relation type that is chosen now.

        Raises:
            RelationError: None or several fit, or it is a custom type, which the page does not offer.
            InputError: There is no such task, or not for this relation type.

        Example:
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> builder.choose("Eigentümer")
            <RelationType estate:address:owner: estate (parent) → address (child), the owner>
        """
        with self._shown_afterwards():
            chosen = self._what_step.choose(relation)
            self._what_step.choose_task(task)
            return chosen

    def use(
        self,
        frame: Any = None,
        *,
        parent: Hashable | Mapping[str, Hashable],
        child: Hashable | Mapping[str, Hashable],
        info: RelationInfo | Hashable | None = None,
        cross: bool = False,
    ) -> Pairs | None:
        """Take the ids from two columns of a frame, or without one from two texts as pasted.

        Nothing is guessed: what is not certain becomes a reject, with its row and the reason.

        Args:
            frame: The DataFrame (of pandas, polars, Arrow …) that holds the columns; None for pasted text.
            parent: The label of the parents' column, or their ids as text; or field of the CRM to label, where the
                column holds object numbers, customer numbers, e-mails or names instead of record ids.
            child: The same for the children.
            info: The confirmation status, for calendar:address only: one `oo.RelationInfo` for all, or the
                label of the column that holds one for each row.
            cross: Every parent with every child, instead of row by row.

        Returns:
            The pairs, with the rows that became none in `rejects`; None where ids have to be looked up in the CRM
            first, which `check` does.

        Raises:
            InputError: It is not a DataFrame, or an info that cannot be sent here.
            PairsError: The columns are not there, or the two lists are not equally long. What was
                chosen before stays; a plan that was shown does not.

        Example:
            >>> import pandas as pd
            >>> import onoffice_nb as oo
            >>> builder = oo.RelationBuilder(oo.Sandbox().client())
            >>> relation = builder.choose("buyer")
            >>> buyers = pd.DataFrame({"estate": ["1003", "1.004"], "address": [5001, 5002]})
            >>> builder.use(buyers, parent="estate", child="address")
            1 pair · 0 duplicates · 1 reject (first: row 2, '1.004': a thousands separator or a fraction)
        """
        with self._shown_afterwards():
            return self._data_step.use(frame, parent, child, info, is_crossed=cross)

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
        return self._run(partial(self._make_plan, *self._chosen_now()))

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
        return self._run(partial(self._submit_plan, plan))

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
        return self._run(partial(self._go_on, retry, self._last_run()))

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
        return self._run(partial(self._go_on, resume, run))

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
        return self._run(partial(self._go_on, undo, self._last_run()))

    # What was chosen

    def _chosen(self) -> tuple[Task, RelationType, PairsSource]:
        relation, source = self.relation, self._data_step.source
        if relation is None:
            raise RelationError("No relation type is chosen yet: choose one first.")
        if source is None:
            raise PairsError("There are no ids yet: give a file, a paste or a DataFrame, and its two columns.")
        return self._what_step.task, relation, source

    def _chosen_now(self) -> tuple[Task, RelationType, PairsSource]:
        """The same, with the frame as the notebook has it now."""
        if self._data_step.source is not None:
            self._data_step.read()
        return self._chosen()

    def _is_still_chosen(self, task: Task, relation: RelationType, source: PairsSource) -> bool:
        return (self._what_step.task, self.relation) == (task, relation) and self._data_step.source is source

    def _code(self, task: Task, relation: RelationType, source: PairsSource) -> str:
        return code_to_copy(task, relation, source, self._crm.account, name_in_notebook(self._crm))

    def _what_changed(self) -> None:
        self._data_step.expect(self.relation, self._what_step.task)
        self._data_changed()

    def _data_changed(self) -> None:
        """What was planned and confirmed counts no more."""
        self._pairs = None
        self._check_step.clear()
        if not self._work.busy:
            self._send_step.offer(None)
        self._check_step.ready(self.relation is not None and self._data_step.source is not None)

    # Jobs: whoever runs one has the JobRunner

    def _run(self, job: Callable[[], T]) -> T:
        """Do a job here and now, and show what has become of it."""
        with self._shown_afterwards():
            return self._work.run(job)

    def _make_plan(self, task: Task, relation: RelationType, source: PairsSource, *, moves_focus: bool = True) -> Plan:
        pairs = source.read(self._crm)
        plan = task.plan(self._crm, relation, pairs)

        # Whoever has changed something meanwhile has to check again.
        if self._is_still_chosen(task, relation, source):
            self._pairs = pairs
            self._check_step.show(plan, source, self._code(task, relation, source))
            self._send_step.offer(plan, task)
            self._name_rows_to_mend()
            if moves_focus:
                self._move_focus(".oo-confirm input" if self._send_step.is_open else ".oo-check-result")
        return plan

    def _name_rows_to_mend(self) -> None:
        """Read what the records are called that rows to mend may mean: whoever decides sees about whom."""
        for module, ids in self._check_step.nameless().items():
            # The plan is there without them too.
            with suppress(OnOfficeError):
                names = read_known_records(self._crm, module, np.array(ids, dtype=np.int64)).names()
                self._check_step.show_names(module, dict.fromkeys(ids, "") | names)

    def _submit_plan(self, plan: Plan) -> Report:
        with self._sending():
            if self._data_step.frame_was_rebound:
                raise PlanError("The notebook has another DataFrame of this name now. Nothing was sent: check again.")
            return self._show_report(submit(self._crm, plan, progress=self._report_progress))

    def _go_on(self, operation: Callable[..., Report], run: int | Report) -> Report:
        """Retry, resume or undo a run."""
        with self._sending():
            return self._show_report(operation(self._crm, run, progress=self._report_progress))

    def _last_run(self) -> Report:
        if self.report is None:
            raise PlanError("There is no run yet: submit() makes one.")
        return self.report

    @contextmanager
    def _sending(self) -> Iterator[None]:
        self._send_step.begin()
        self._publish()
        self._move_focus(".oo-stop")
        try:
            yield
        finally:
            self._send_step.end()
            self._runs_panel.refresh()
            self._publish()

    def _report_progress(self, now: Progress) -> None:
        self._send_step.report_progress(now)
        self._publish()

    def _show_report(self, report: Report) -> Report:
        self._send_step.show(report)
        self._check_step.show_report(report)
        self._move_focus(".oo-after")
        return report

    def _run_audit(self, run: int) -> None:
        self._runs_panel.audit = audit(self._crm, run)

    def _look_up(self, module: str, texts: Mapping[tuple[int, str], str]) -> None:
        """Find the records that texts mean, and decide for each of which there is exactly one."""
        found = look_up_all(self._crm, module, list(texts.values()))
        decisions = self._check_step.show_looked_up(dict(zip(texts, found, strict=True)))
        if decisions:
            with self._check_step.kept():
                self._decide(decisions)
            self._make_plan(*self._chosen(), moves_focus=False)

    def _decide(self, decisions: Mapping[DecisionKey, Meaning | None]) -> None:
        held = self._check_step.held_to_texts(decisions)
        self._data_step.decide(held, self._check_step.left_out_with(decisions))

    # What is clicked

    def _check_clicked(self) -> None:
        self._start("check", partial(self._make_plan, *self._chosen_now()))

    def _decide_clicked(self, decisions: Mapping[DecisionKey, Meaning | None]) -> None:
        self._decide(decisions)
        self._check_anew()

    def _leave_out_clicked(self, rows: Collection[int]) -> None:
        self._data_step.leave_out(rows)
        self._check_anew()

    def _check_anew(self) -> None:
        """Check what was changed in the table, where the focus stays; during a check, as soon as that has ended."""
        self._is_check_due = self._busy == "check"
        self._start("check", lambda: self._make_plan(*self._chosen(), moves_focus=False))

    def _swap_clicked(self) -> None:
        self._data_step.swap()
        self._check_clicked()

    def _look_up_clicked(self, module: str, texts: Mapping[tuple[int, str], str]) -> None:
        self._start("check", partial(self._look_up, module, texts))

    def _submit_clicked(self) -> None:
        plan = self._send_step.confirmed
        if plan is not None:
            self._start("send", partial(self._submit_plan, plan))

    def _retry_clicked(self) -> None:
        self._start("send", partial(self._go_on, retry, self._last_run()))

    def _ask_undo(self, report: Report) -> None:
        self._send_step.ask_undo(report)
        self._move_focus(".oo-undo-yes")

    def _undo_clicked(self, report: Report) -> None:
        self._start("send", partial(self._go_on, undo, report))

    def _resume_clicked(self, run: int) -> None:
        self._start("send", partial(self._go_on, resume, run))

    def _retry_run_clicked(self, run: int) -> None:
        self._start("send", partial(self._go_on, retry, run))

    def _audit_clicked(self, run: int) -> None:
        self._start("runs", partial(self._run_audit, run))

    def _start(self, part: str, job: Callable[[], object]) -> None:
        """Do a job beside the page, which says meanwhile that it is at work; one at a time."""
        if self._work.busy:
            return
        self._busy = part
        self._work.start(job, partial(self._error_boundary, part), self._job_ended)

    def _job_ended(self) -> None:
        self._busy = ""
        if self._is_check_due:
            self._check_anew()
        self._publish()

    # Between page and kernel

    def _heard(self, _: object, content: object, buffers: Sequence[memoryview]) -> None:
        """Do what was clicked, and show what has become of it."""
        of_page: Mapping[str, Callable[..., object]] = {
            "language": self._choose_language,
            "browser_language": self._follow_browser,
        }
        actions: Actions = {"page": of_page, **{part: step.actions for part, step in self._steps.items()}}
        with self._error_boundary(part_of(content, _PARTS)):
            action_of(content, buffers, actions)()

    def _choose_language(self, language: str) -> None:
        chosen = next((known for known in LANGUAGES if known == language), None)
        if chosen is None:
            raise InputError(f"Expected one of {', '.join(LANGUAGES)} as the language, got {quote(language, 20)}.")
        self._words = Words(chosen)
        self._follows_browser = False

    def _follow_browser(self, tag: str = "") -> None:
        """Speak as the reader's browser does, as long as nobody has chosen a language."""
        if self._follows_browser:
            self._words = Words(language_of(tag))
            self._follows_browser = False

    @contextmanager
    def _error_boundary(self, part: str) -> Iterator[None]:
        """Our own errors in words, where they arose; any other is named there and goes on, into the log.

        The text of a foreign exception may hold anything, so it stays out of the page.
        """
        self._messages.pop(part, None)
        try:
            yield
        except OnOfficeError as error:
            self._messages[part] = {"level": "error", "text": str(error)}
        except Exception as error:
            self._messages[part] = {"level": "error", "unexpected": type(error).__name__}
            raise
        finally:
            self._publish()

    def _move_focus(self, selector: str) -> None:
        """On to the control that comes next, and into sight."""
        self._focus = {"on": selector, "turn": int(str(self._focus["turn"])) + 1}

    @contextmanager
    def _shown_afterwards(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._publish()

    def _publish(self) -> None:
        """Show how things stand; what is equal to what is shown goes nowhere."""
        words = self._words
        with self._publishing, self.hold_sync():
            self._labels = words.labels
            for part, step in self._steps.items():
                self.set_trait(f"_{part}_view", step.view(words))
            account = self._crm.account
            self._page_view = {
                "language": words.language,
                "account": {"label": printable(account.label), "is_live": account.live},
                "busy": self._busy,
                "messages": {part: self._message_view(message) for part, message in self._messages.items()},
                "focus": self._focus,
            }

    def _message_view(self, message: Mapping[str, str]) -> dict[str, str]:
        words = self._words
        unexpected = message.get("unexpected")
        text = words("page.unexpected", what=unexpected) if unexpected else words.sentence(message["text"])
        return {"level": message["level"], "text": text}

    def _download(self, name: str, media_type: str, content: bytes) -> None:
        self.send({"do": "save", "name": name, "type": media_type}, [content])


def _hear_beside_cells(widget: Any) -> None:
    """Have the widget's events handled even while a cell runs, where front end and kernel can do that.

    JupyterLab sends the events of widgets to a thread of the kernel beside the one
    of the cells. Newer versions of ipykernel send them on to the thread that wrote
    to the widget last, which is the one of the cells, unless the widget's channel
    says otherwise. Where this is not so, or not known, events wait for the cell.
    """
    channel = widget.comm
    if hasattr(channel, "_reply_subshell_for"):
        channel._reply_subshell_for = lambda data, sent_to: sent_to
