"""Sending, and after it: one confirmation, the run with its progress, its report, and the way back."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from onoffice_nb.builder.report_table import report_table
from onoffice_nb.builder.table_files import FILE_TYPES, table_content
from onoffice_nb.builder.task import Task
from onoffice_nb.builder.wording import Words
from onoffice_nb.errors import InputError
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.report import Report
from onoffice_nb.formatting import printable
from onoffice_nb.model import Account, Outcome, Verb
from onoffice_nb.planning.plan import Plan

__all__ = ["Confirmation", "SendStep"]

# So many links may be made in a real account without their number being typed.
_MOST_WITHOUT_NUMBER: Final = 100
_SHOWN_PROBLEMS: Final = 20


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What has to be confirmed before something is written.

    Attributes:
        links: How many links it is about.
        needs_number: Whether this number has to be typed.
        is_ticked: Whether the box is ticked.
        typed: What was typed.
    """

    links: int
    needs_number: bool
    is_ticked: bool = False
    typed: str = ""

    @classmethod
    def of_plan(cls, plan: Plan) -> Confirmation:
        """What a plan asks for: removals, and many links in a real account, want their number."""
        counts = plan.counts()
        links = len(plan.pending)
        is_large = plan.account.live and links > _MOST_WITHOUT_NUMBER
        return cls(links, needs_number=counts["remove"] > 0 or is_large)

    @property
    def is_given(self) -> bool:
        """Whether all that is asked for was done."""
        digits = self.typed.replace(".", "").replace(",", "").replace(" ", "")
        return self.is_ticked and (not self.needs_number or digits == str(self.links))


class SendStep:
    """What is confirmed, sent and reported.

    Args:
        account: Where it is sent.
        submit: Called to send the plan that is confirmed.
        retry: Called to send again what is missing of the last run.
        undo: Called to take a run back.
        stop: Called to stop what is under way.
        download: Called with name, type and content of a file for the user.

    Attributes:
        report: The report of the last run, None before the first.
    """

    def __init__(
        self,
        account: Account,
        *,
        submit: Callable[[], object],
        retry: Callable[[], object],
        undo: Callable[[Report], object],
        stop: Callable[[], object],
        download: Callable[[str, str, bytes], object],
    ) -> None:
        self.report: Report | None = None
        self._account = account
        self._undo = undo
        self._stop = stop
        self._download = download

        # The language of the page, which that of its files is too.
        self._words = Words("en")
        self._task = Task.LINK
        self._plan: Plan | None = None
        self._confirmation = Confirmation(0, needs_number=False)
        self._progress: Progress | None = None
        self._began = 0.0
        self._is_running = False
        self._is_stopping = False
        self._asked_to_undo: Report | None = None
        self.actions: Mapping[str, Callable[..., object]] = {
            "tick": self._tick,
            "type": self._type,
            "submit": submit,
            "stop": self._stop_clicked,
            "retry": retry,
            "ask_undo": lambda: self.ask_undo(self.report),
            "undo": self._undo_clicked,
            "keep": self._keep,
            "report": self._download_report,
        }

    def offer(self, plan: Plan | None, task: Task = Task.LINK) -> None:
        """Ask for the confirmation of a plan, or of none; whatever was confirmed before is not any more."""
        self._plan, self._task = plan, task
        self._confirmation = Confirmation.of_plan(plan) if plan is not None else Confirmation(0, needs_number=False)

    @property
    def is_open(self) -> bool:
        """Whether there is something to confirm."""
        return self._plan is not None and len(self._plan.pending) > 0 and not self._plan.errors()

    @property
    def confirmed(self) -> Plan | None:
        """The plan that is confirmed, until its run begins."""
        return self._plan if self.is_open and self._confirmation.is_given else None

    def begin(self) -> None:
        """A run begins: no click that is still on its way starts another."""
        self.offer(None)
        self._asked_to_undo = None
        self._progress = None
        self._began = time.monotonic()
        self._is_running, self._is_stopping = True, False

    def report_progress(self, now: Progress) -> None:
        """How far the run is."""
        self._progress = now

    def end(self) -> None:
        """The run is over, with a report or without."""
        self._is_running = False

    def show(self, report: Report) -> None:
        """Show what became of the rows."""
        self.report = report
        self._asked_to_undo = None

    def ask_undo(self, report: Report | None) -> None:
        """Ask whether a run is to be taken back."""
        self._asked_to_undo = report if report is not None and _undo_effects(report) else None

    def view(self, words: Words) -> dict[str, Any]:
        """What the front end shows of it."""
        self._words = words
        return {
            "confirmation": self._confirmation_view(words),
            "hint": "" if self.is_open or self._is_running else self._hint(words),
            "run": self._run_view(words) if self._is_running else None,
            "after": self._after_view(words) if self.report is not None and not self._is_running else None,
            "undo": self._question(words),
        }

    # What the front end shows

    def _hint(self, words: Words) -> str:
        plan = self._plan
        if plan is None:
            return words("send.check_first") if self.report is None else ""
        errors = len(plan.errors())
        if errors:
            return words("send.errors", n=errors)
        return words("send.nothing") if len(plan.items) else words("send.no_pairs")

    def _confirmation_view(self, words: Words) -> dict[str, Any] | None:
        plan = self._plan
        if plan is None or not self.is_open:
            return None

        confirmation = self._confirmation
        what = self._what(plan, words)
        relation = words.relation(plan.relation)
        details = []
        if plan.info_summary:
            details.append(words("send.with_status", status=plan.info_summary))
        example = plan.example.removeprefix("For example: ")
        if example:
            parent, _, child = example.partition(" → ")
            details.append(words("send.example", parent=printable(parent), child=printable(child)))
        return {
            "sentence": words("send.confirm", what=what, account=str(self._account), relation=relation),
            "details": details,
            "button": what,
            "kind": "danger" if plan.counts()["remove"] else "primary",
            "number": confirmation.links if confirmation.needs_number else None,
            "number_label": words("send.type_number", n=confirmation.links),
            "is_ticked": confirmation.is_ticked,
            "typed": confirmation.typed,
            "is_given": confirmation.is_given,
        }

    def _what(self, plan: Plan, words: Words) -> str:
        """What is done, and with how many links: `Link 6 pairs`."""
        counts = plan.counts()
        if counts["create"] and counts["remove"]:
            links, removals = words.number(counts["create"]), words.number(counts["remove"])
            return words("send.replace", links=links, removals=removals)
        for action, key in (("create", "link"), ("remove", "remove"), ("change", "status")):
            if counts[action]:
                return words(f"send.{key}", n=counts[action])
        return words(f"send.{self._task}", n=0)

    def _run_view(self, words: Words) -> dict[str, Any]:
        now = self._progress
        if now is None:
            return {"done": 0, "total": 0, "text": words("send.starting"), "is_stopping": self._is_stopping}

        parts = [words("send.running", done=now.done, total=now.total)]
        if now.failed:
            parts.append(words("send.failed", n=now.failed))
        seconds = self._seconds_left(now)
        if seconds is not None:
            minutes = round(seconds / 60)
            parts.append(words("send.left_minutes", n=minutes) if minutes > 1 else words("send.left", n=seconds))
        return {"done": now.done, "total": now.total, "text": " · ".join(parts), "is_stopping": self._is_stopping}

    def _seconds_left(self, now: Progress) -> int | None:
        """How long the rest takes at the pace so far; None as long as there is none."""
        elapsed = time.monotonic() - self._began
        if now.done <= 0 or now.done >= now.total:
            return None
        return max(1, round(elapsed / now.done * (now.total - now.done)))

    def _after_view(self, words: Words) -> dict[str, Any] | None:
        report = self.report
        if report is None:
            return None

        undoing = [words("after.undoes", run=report.undoes_run)] if report.undoes_run is not None else []
        return {
            "run": report.run,
            "title": " · ".join([words("after.run", run=str(report.run), time=time.strftime("%H:%M")), *undoing]),
            "counts": [
                {"text": words(f"outcome.{outcome}"), "n": n, "outcome": outcome}
                for outcome, n in report.counts.items()
            ],
            "verdict": _verdict(report, words),
            "is_ok": report.ok,
            "note": words.sentence(report.note),
            "problems": _problems(report, words),
            "can_retry": not report.ok,
            "can_undo": bool(_undo_effects(report)),
        }

    def _question(self, words: Words) -> dict[str, Any] | None:
        report = self._asked_to_undo
        if report is None or self._is_running:
            return None
        effects = " ".join(words(f"after.undo.{effect}", n=n) for effect, n in _undo_effects(report).items())
        text = words("after.undo.question", run=str(report.run), account=str(self._account), what=effects)
        return {"text": text}

    # What is clicked

    def _tick(self, is_ticked: bool) -> None:
        confirmation = self._confirmation
        self._confirmation = Confirmation(confirmation.links, confirmation.needs_number, is_ticked, confirmation.typed)

    def _type(self, typed: str) -> None:
        confirmation = self._confirmation
        self._confirmation = Confirmation(
            confirmation.links, confirmation.needs_number, confirmation.is_ticked, typed[:20]
        )

    def _stop_clicked(self) -> None:
        self._is_stopping = True
        self._stop()

    def _undo_clicked(self) -> None:
        if self._asked_to_undo is not None:
            self._undo(self._asked_to_undo)

    def _keep(self) -> None:
        self._asked_to_undo = None

    def _download_report(self, ending: str) -> None:
        report = self.report
        if report is None or ending not in FILE_TYPES:
            raise InputError(f"Expected a report as xlsx or csv after a run, got {ending!r}.")
        content = table_content(report_table(report, self._words), ending, self._words("report.sheet"))
        name = self._words("report.file", run=str(report.run))
        self._download(f"{name}.{ending}", FILE_TYPES[ending], content)


def _verdict(report: Report, words: Words) -> str:
    """How the run ended, in a sentence; an empty text where its problems say so."""
    if report.stop_reason:
        return words("after.stopped", reason=words.sentence(report.stop_reason))
    if not report.ok:
        return ""
    left_out = report.counts.get(Outcome.SKIPPED, 0)
    return words("after.ok_but", n=left_out) if left_out else words("after.ok")


def _undo_effects(report: Report) -> dict[str, int]:
    """What taking a run back does, by the key of its sentence: to how many links."""
    effects = {
        "removes": (Verb.CREATE, Outcome.LINKED),
        "links": (Verb.DELETE, Outcome.REMOVED),
        "statuses": (Verb.MODIFY, Outcome.CHANGED),
    }
    counted: dict[str, int] = {}
    for effect, (verb, outcome) in effects.items():
        n = int((report.outcomes[report.items.with_verb(verb)] == outcome).sum())
        if n:
            counted[effect] = n
    return counted


def _problems(report: Report, words: Words) -> list[dict[str, Any]]:
    """Equal problems once, with the number of their rows and what to do. Why a row was left out its table says."""
    found: Counter[tuple[str, str, str]] = Counter()
    for table in (report.frame, report.removals):
        for outcome, message, advice in table[["outcome", "message", "advice"]].itertuples(index=False, name=None):
            if outcome in (Outcome.FAILED, Outcome.UNKNOWN):
                found[str(outcome), str(message), str(advice or "")] += 1
    return [
        {
            "outcome": words(f"outcome.{outcome}"),
            "text": words.sentence(message),
            "advice": words.sentence(advice),
            "rows": words("after.rows", n=n),
        }
        for (outcome, message, advice), n in found.most_common(_SHOWN_PROBLEMS)
    ]
