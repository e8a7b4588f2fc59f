"""A second witness: what our journal says of a run, held against what the CRM's own log says of the same time.

The log names neither its time zone nor which of its users the API is signed
in as. Both are found by the run's own entries, and said: the zone is the whole
number of hours at which most of them fall into the run, the user is whoever
made most of them. Where that leaves a question open, it is said, too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from onoffice_nb.api.change_log import LINK, UNLINK, LinkEvent
from onoffice_nb.api.client import Client, require_client
from onoffice_nb.errors import InputError, PlanError
from onoffice_nb.execution.journal import Journal, RunRecord, journal_for
from onoffice_nb.execution.report import Report
from onoffice_nb.execution.states import OUTCOMES, State
from onoffice_nb.formatting import counted, escape, html_card, html_table, make_frame, text_table
from onoffice_nb.model import Account, Outcome, RelationInfo, RelationType, Verb
from onoffice_nb.planning.actions import Items
from onoffice_nb.planning.current_infos import CurrentInfo, current_infos
from onoffice_nb.planning.current_links import currently_linked

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Audit", "audit"]

_ACTION_OF: Final = {Verb.CREATE: LINK, Verb.DELETE: UNLINK}
_DONE: Final = frozenset({State.LINKED, State.REMOVED})
# Of a status: what was left out was so already, or is of no link.
_NOT_KNOWN_TO_BE_DONE: Final = frozenset(State) - {State.CHANGED, State.SKIPPED}

# The zones of the world, in hours ahead of UTC.
_ZONES: Final = range(-12, 15)

# onOffice refuses a request whose clock is further off; so far may journal and log lie apart.
_SLACK: Final = timedelta(minutes=2, seconds=30)
_SHOWN: Final = 20


class _Difference(NamedTuple):
    """One way in which the log contradicts the journal. `user` and `time` are those of its entry, if there is one."""

    deviation: str
    user: int | None
    time: datetime | None
    what: str


class Deviation(NamedTuple):
    """One link of which journal and log tell two stories. `user` and `time` are those of the log's entry, if any."""

    parent: int
    child: int
    outcome: str
    deviation: str
    user: int | None
    time: datetime | None
    what: str


@dataclass(frozen=True, eq=False, repr=False)
class Audit:
    """What the CRM's log says of a run, where it differs from the journal.

    Attributes:
        run: The run's number in the journal.
        account: Whose log it is.
        relation: The relation type of the run.
        links: How many links were compared.
        deviations: Where the two differ.
        notes: What the log could not tell, and what was taken for granted.
    """

    run: int
    account: Account
    relation: RelationType
    links: int
    deviations: tuple[Deviation, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether journal and log tell the same of every link."""
        return not self.deviations

    @property
    def frame(self) -> pd.DataFrame:
        """One row a deviation: `parent`, `child`, `outcome` (run), `deviation`, `user`, `time` (log), `what`."""
        columns = {name: [getattr(row, name) for row in self.deviations] for name in Deviation._fields}
        return make_frame(columns).astype({"user": "Int64", "time": "datetime64[s]"})

    def _summary(self) -> list[str]:
        found = "the CRM's log tells the same" if self.ok else counted(len(self.deviations), "deviation")
        return [f"{self.relation.description}: {counted(self.links, 'link')} compared, {found}", *self.notes]

    def _rows(self) -> tuple[list[str], list[tuple[str, ...]]]:
        headers = ["parent", "child", "outcome", "deviation", "what"]
        shown = self.deviations[:_SHOWN]
        return headers, [(str(row.parent), str(row.child), row.outcome, row.deviation, row.what) for row in shown]

    def __repr__(self) -> str:
        return f"<Audit {self.account} · run {self.run}: {self._summary()[0]}>"

    def __str__(self) -> str:
        table = [text_table(*self._rows(), numeric=[0, 1])] if self.deviations else []
        return "\n".join([f"{self.account} · run {self.run}", *self._summary(), *table, *self._more()])

    def _repr_html_(self) -> str:
        lines = "".join(f"<div>{escape(line)}</div>" for line in self._summary())
        table = html_table(*self._rows(), numeric=[0, 1]) if self.deviations else ""
        more = "".join(f"<div>{escape(line)}</div>" for line in self._more())
        return html_card(f"Audit of run {self.run}", lines + table + more, account=self.account)

    def _more(self) -> list[str]:
        hidden = len(self.deviations) - _SHOWN
        return [f"… and {hidden:,} more: see .frame"] if hidden > 0 else []


def audit(
    crm: Client,
    run: int | Report,
    *,
    user: int | None = None,
    log_module: str | None = None,
    journal: Journal | None = None,
) -> Audit:
    """Compare what the journal says of a run with what the CRM's own log says, link by link.

    It names what was made twice, what somebody else has made meanwhile, what
    was done although the run did not know, what is missing in the log, and what
    has been changed since. Only administrators may read the log. Of statuses it
    does not tell: a run that changed some is held against what the CRM shows now.

    Args:
        crm: The client of the account that the run was in; it is read, never written.
        run: Its report, or its number as `oo.runs` lists it.
        user: The id of the user that the API is signed in as, where you know it. Without it, whoever has made most of
            the run's changes is taken for it, and the audit says so.
        log_module: What this account's log files the relation type under, where you know it.
        journal: Where the run is written down, if not in the default journal.

    Returns:
        The deviations, as text, as a table in a notebook, and as `.frame`; `.ok` if there are none.

    Raises:
        AccessDenied: The API user is no administrator.
        PlanError: The run was in another account.
        InputError: What was given is not a run.
        JournalError: There is no such run.
        OutcomeUnknown: The log cannot be read, or not as a whole.

    Example:
        >>> import onoffice_nb as oo
        >>> box = oo.Sandbox()
        >>> crm = box.client()
        >>> plan = oo.plan(crm, "owner", oo.read_pairs(parent=[1001, 1002], child=[5001, 5001]))
        >>> report = oo.submit(crm, plan, progress=False)
        >>> box.unlink("owner", [(1002, 5001)], user=22)
        >>> oo.audit(crm, report).frame[["parent", "child", "outcome", "deviation", "user"]]
           parent  child outcome      deviation  user
        0    1002   5001  linked  removed since    22
    """
    require_client(crm)
    number = run.run if isinstance(run, Report) else run
    if type(number) is not int:
        raise InputError(f"Expected a report or the number of a run, got {type(run).__name__}: oo.runs() lists them.")

    journal = journal or journal_for(crm.account)
    record = journal.run(number)
    if record.account.fingerprint != crm.account.fingerprint:
        raise PlanError(f"Run {record.run} was in {record.account}, but you are connected to {crm.account}.")
    items, columns = journal.load_items(number)
    states: list[State] = columns["state"]

    # A day before it began, by whatever zone: the window itself is found by the entries.
    after = record.started.replace(tzinfo=None) - timedelta(hours=15)
    events = crm.link_events(
        record.relation, parents=np.unique(items.parents).tolist(), after=after, log_module=log_module
    )
    events_of: dict[tuple[int, int], list[LinkEvent]] = defaultdict(list)
    for event in events:
        events_of[event.parent, event.child].append(event)
    if record.verb is Verb.MODIFY:
        return _audit_statuses(crm, record, items, states, events_of)

    pairs = list(zip(items.parents.tolist(), items.children.tolist(), strict=True))
    wanted = [_ACTION_OF[verb] for verb in items.listed_verbs()]
    claimed = [
        event
        for pair, action, state in zip(pairs, wanted, states, strict=True)
        for event in events_of.get(pair, [])
        if event.action == action and state in _DONE
    ]
    window = _window(record, claimed)
    api_user, notes = _api_user(user, [event for event in claimed if window.holds(event)])
    deviations = tuple(
        Deviation(*pair, OUTCOMES[state].value, deviation.deviation, deviation.user, deviation.time, deviation.what)
        for pair, action, state in zip(pairs, wanted, states, strict=True)
        for deviation in _compare(state, action, events_of.get(pair, []), window, api_user)
    )
    return Audit(
        number, crm.account, record.relation, len(pairs), deviations, (*notes, *_limits(events, window, deviations))
    )


_OF_STATUSES: Final = (
    "The log tells of links, not of their statuses: those were read back just now, so who changed one, and when, is"
    " not known."
)


def _audit_statuses(
    crm: Client,
    record: RunRecord,
    items: Items,
    states: Sequence[State],
    events_of: Mapping[tuple[int, int], Sequence[LinkEvent]],
) -> Audit:
    """A run that changed statuses: held against the statuses that the CRM shows now, and what the log says of links."""
    is_linked = currently_linked(crm, record.relation, items.parents, items.children).tolist()
    infos_now = current_infos(crm, record.relation, items.parents, items.children)
    pairs = list(zip(items.parents.tolist(), items.children.tolist(), strict=True))

    deviations: list[Deviation] = []
    untold = 0
    for item, (pair, state, info_now) in enumerate(zip(pairs, states, infos_now, strict=True)):
        wanted = items.infos[items.info[item]]
        difference = _compare_status(state, wanted, info_now, is_linked[item], events_of.get(pair, ()))
        if difference is not None:
            name, user, time, what = difference
            deviations.append(Deviation(*pair, OUTCOMES[state].value, name, user, time, what))
        elif is_linked[item] and (info_now is None or info_now.matches(wanted) is None):
            untold += 1

    notes = [_OF_STATUSES]
    if untold:
        notes.append(f"The CRM does not show the status of {counted(untold, 'link')}, so nothing is said of it.")
    return Audit(record.run, crm.account, record.relation, len(pairs), tuple(deviations), tuple(notes))


def _compare_status(
    state: State, wanted: RelationInfo, info_now: CurrentInfo | None, is_linked: bool, events: Sequence[LinkEvent]
) -> _Difference | None:
    """Where the CRM differs now from what the journal says of one status."""
    if state is State.CHANGED and not is_linked:
        removals = [event for event in events if event.action == UNLINK]
        if not removals:
            return _Difference("removed since", None, None, "The link is gone, but the log does not tell since when.")
        last = removals[-1]
        what = f"User {last.user} has removed the link at {last.time}, by the log's clock."
        return _Difference("removed since", last.user, last.time, what)

    matches = info_now.matches(wanted) if is_linked and info_now is not None else None
    if state is State.CHANGED and matches is False:
        return _Difference("changed since", None, None, f"Its status is {_in_words(info_now)} by now.")
    if state in _NOT_KNOWN_TO_BE_DONE and matches:
        what = "Its status is the one that was wanted, but the run does not know: oo.retry(crm, run) looks."
        return _Difference("done all the same", None, None, what)
    return None


def _in_words(info: CurrentInfo | None) -> str:
    return " · ".join(filter(None, info)) if info is not None else ""


@dataclass(frozen=True, slots=True)
class _Window:
    """The time of a run by the log's clock; `shown` where entries of the run show how that goes."""

    start: datetime
    end: datetime
    shown: bool

    def holds(self, event: LinkEvent) -> bool:
        return self.start <= event.time <= self.end


def _window(record: RunRecord, claimed: Sequence[LinkEvent]) -> _Window:
    """The run's time by the clock at which most changes fall into it; of several, that nearest to German time."""
    start = record.started.astimezone(UTC) - _SLACK
    end = (record.ended or datetime.now(UTC)).astimezone(UTC) + _SLACK
    german = start.astimezone(ZoneInfo("Europe/Berlin")).utcoffset() or timedelta()

    def fit(hours: int) -> tuple[int, timedelta]:
        ahead = timedelta(hours=hours)
        inside = sum(start <= (event.time - ahead).replace(tzinfo=UTC) <= end for event in claimed)
        return inside, -abs(ahead - german)

    hours = max(_ZONES, key=fit)
    ahead = timedelta(hours=hours)
    return _Window((start + ahead).replace(tzinfo=None), (end + ahead).replace(tzinfo=None), shown=fit(hours)[0] > 0)


def _api_user(user: int | None, claimed: Iterable[LinkEvent]) -> tuple[int | None, list[str]]:
    """The user that the API is signed in as, and what has to be said of how that is known."""
    if user is not None:
        return user, []
    ranks = Counter(event.user for event in claimed).most_common(2)
    if not ranks:
        return None, []
    (likeliest, most), *others = ranks
    if others and others[0][1] == most:
        return None, [
            f"Users {likeliest} and {others[0][0]} have made {most} of these changes each, and the log does not tell"
            " which of them the API is: name it with user=…, then what others have made is told apart."
        ]
    return likeliest, [f"User {likeliest}, who has made {most:,} of these changes, is taken for the API's: else user=…"]


def _compare(
    state: State, wanted: str, events: list[LinkEvent], window: _Window, api_user: int | None
) -> Iterator[_Difference]:
    """Where the log differs from what the journal says of one link."""
    made = [event for event in events if event.action == wanted and window.holds(event)]
    by_us = [event for event in made if api_user is None or event.user == api_user]
    if state not in _DONE:
        for event in by_us:
            what = f"User {event.user} has done it, but the run does not know: undo will leave it alone."
            yield _Difference("done all the same", event.user, event.time, what)
        return

    if not made:
        what = "The run has seen it done, but the log has no entry of it for that time."
        yield _Difference("not in the log", None, None, what)
        return
    if not by_us:
        what = f"User {made[0].user} has done it, not the API's: undo would take it back."
        yield _Difference("made by somebody else", made[0].user, made[0].time, what)
    if len(by_us) > 1:
        what = f"The log has {len(by_us)} entries of it for that time."
        if not all(event.certain for event in by_us):
            what += " Not all of them are surely of this relation type."
        yield _Difference("made twice", by_us[-1].user, by_us[-1].time, what)
    last = events[-1]
    if last.action != wanted:
        what = f"User {last.user} has done that at {last.time}, by the log's clock."
        yield _Difference("removed since" if wanted == LINK else "linked again since", last.user, last.time, what)


def _limits(events: Iterable[LinkEvent], window: _Window, deviations: Iterable[Deviation]) -> list[str]:
    """What the log could not tell."""
    notes = []
    if not window.shown:
        notes.append(
            "The log has no entry of what this run has done: there was nothing, or the log begins later, or does not"
            " note what is done by the API. Its clock is taken for German time."
        )
    shared = sorted({event.module for event in events if not event.certain})
    if shared:
        notes.append(
            f"The log files these links under {', '.join(map(repr, shared))}, where those of other types may stand too:"
            " an entry may be about one of them."
        )
    if any(row.outcome == Outcome.UNKNOWN and row.deviation == "done all the same" for row in deviations):
        notes.append("What was unknown and is done: oo.resume(crm, run) looks at the CRM and takes it into the report.")
    return notes
