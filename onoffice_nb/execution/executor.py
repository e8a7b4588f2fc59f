"""A run: the loop that sends what is planned, and leaves no link in doubt that can be looked up.

Every request goes through the same four steps: noted as *sending*, sent,
judged result by result, noted again. What was not answered is read back from
the CRM: what is there is *linked*, the rest is sent again. What was refused in
company is split until the bad id stands alone with its own code. The journal
is written by the calling thread only; the workers do nothing but ask.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import repeat
from threading import Event
from typing import Any, Final

import numpy as np

from onoffice_nb.api.client import Client
from onoffice_nb.api.operations import write_call
from onoffice_nb.api.wire import Result
from onoffice_nb.errors import ApiError, ConnectionFailed, InputError, OnOfficeError, OutcomeUnknown, Scope
from onoffice_nb.execution.circuit_breaker import MAX_CONSECUTIVE_FAILURES, CircuitBreaker
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.journal import Journal
from onoffice_nb.execution.states import NOT_ANSWERED, Entries, Entry, State
from onoffice_nb.execution.transitions import TransitionRules
from onoffice_nb.model import RelationType, Verb
from onoffice_nb.planning.actions import Actions, IntArray, actions_from_groups, group
from onoffice_nb.planning.current_links import currently_linked

__all__ = ["RunExecutor"]

_PLANNED: Final = Entry(State.PLANNED)
# What the run itself has done.
_DONE_BY_RUN: Final = (State.ACCEPTED, State.LINKED, State.REMOVED)
_SPARED: Final = "kept, because its parent did not get all the links that it was to get"

# Without a connection, or through a client that was closed meanwhile.
_NOTHING_SENT: Final = (ConnectionFailed, InputError)


@dataclass(slots=True)
class _Reply:
    """What came back for one request: a result an action, or the error of the whole; and who was looked up."""

    actions: Actions
    results: Sequence[Result | None]
    error: OnOfficeError | None
    links_seen: dict[int, bool]


class RunExecutor:
    """One run on its way through a journal and a client."""

    def __init__(
        self,
        crm: Client,
        journal: Journal,
        run: int,
        relation: RelationType,
        *,
        connections: int,
        verify: bool,
        stop: Event,
        tell: Callable[[Progress], object],
    ) -> None:
        self._crm = crm
        self._journal = journal
        self._run = run
        self._relation = relation
        self._connections = connections
        self._verify = verify
        self._stop = stop
        self._tell = tell
        self._items, columns = journal.load_items(run)
        self._verbs = self._items.listed_verbs()
        self._states: list[State] = columns["state"]
        self._tally = Counter(self._states)
        self._total = 0
        self._judge = TransitionRules(self._items, self._states)
        self._patience = CircuitBreaker()
        self.requests = 0
        self.reason = ""

    def execute(self, again: Collection[State] = ()) -> None:
        """Do what is planned: first what creates and changes, then, once that is seen to stand, what removes.

        `again`: the states whose items are taken up anew; what is in doubt is
        looked up before anything is sent.
        """
        self._resolve_in_doubt([item for item, state in enumerate(self._states) if state in again])
        self._total = self._tally[State.PLANNED]
        removing = self._items.with_verb(Verb.DELETE)
        for part in (np.flatnonzero(~removing), np.flatnonzero(removing)):
            self._send_all(group(self._relation, self._items, self._sendable(part)))
            self._read_back(part)
            stray = self._sendable(part)
            if len(stray) and not self._halted:
                self._send_all(actions_from_groups(self._relation, self._items, np.split(stray, len(stray))))
                self._read_back(part)

    def _sendable(self, part: IntArray) -> IntArray:
        """The planned items of a part; a link is not removed where its parent did not get its new ones."""
        planned = part[[self._states[item] is State.PLANNED for item in part.tolist()]]
        removals = planned[self._items.with_verb(Verb.DELETE)[planned]]
        if not len(removals):
            return planned
        creating = self._items.with_verb(Verb.CREATE)
        stands = np.array([state in (State.LINKED, State.ALREADY_LINKED) for state in self._states], dtype=bool)
        spared = removals[np.isin(self._items.parents[removals], self._items.parents[creating & ~stands])]
        self._record(dict.fromkeys(spared.tolist(), Entry(State.PLANNED, None, _SPARED)))
        return np.setdiff1d(planned, spared)

    @property
    def _halted(self) -> bool:
        if self._stop.is_set() and not self.reason:
            self.reason = "stopped on request"
        return bool(self.reason)

    def _send_all(self, wanted: Actions) -> None:
        """Keep as many requests under way as there are connections, and one more noted, so that no line waits.

        A reply is judged before another request goes, as it may end the run;
        the journal is written while the next one is under way. A line that has
        nothing more to send reads back what was accepted so far.
        """
        queue = deque((actions, True) for actions in wanted.requests)
        noted: deque[tuple[Actions, bool]] = deque()
        # Each with whether it goes for the first time, and as the how manieth of all.
        flying: dict[Future[_Reply], tuple[bool, int]] = {}
        accepted: list[int] = []
        reading: set[Future[dict[int, bool]]] = set()
        with ThreadPoolExecutor(self._connections, thread_name_prefix="onoffice_nb") as pool:

            def launch() -> None:
                while noted and len(flying) + len(reading) < self._connections and not self._halted:
                    actions, first_time = noted.popleft()
                    flying[pool.submit(self._send_and_look_up, actions)] = first_time, self._patience.launched()

            while True:
                while queue and len(flying) + len(noted) <= self._connections and not self._halted:
                    self._mark_sending(queue[0][0])
                    noted.append(queue.popleft())
                    launch()
                launch()
                idle = not (queue or noted) and len(flying) + len(reading) < self._connections
                if accepted and idle and self._verify and not self._halted:
                    reading.add(pool.submit(self._try_read_links, accepted))
                    accepted = []
                under_way: list[Future[Any]] = [*flying, *reading]
                if not under_way:
                    break
                finished = wait(under_way, return_when=FIRST_COMPLETED).done
                judged = []
                for done in flying.keys() & finished:
                    (first_time, nth), reply = flying.pop(done), done.result()
                    # Where nothing was sent, the next time is the first one still.
                    still_first = first_time and isinstance(reply.error, _NOTHING_SENT)
                    judged.append((*self._evaluate_reply(reply, first_time, nth), still_first))
                launch()
                for entries, follow, still_first in judged:
                    self._record(entries)
                    accepted += [item for item, entry in entries.items() if entry.state is State.ACCEPTED]
                    queue.extendleft((actions, still_first) for actions in reversed(follow))
                for seen in (done.result() for done in reading & finished):
                    self._record(self._judge.after_read_back(dict.fromkeys(seen, State.ACCEPTED), seen, verify=True))
                reading -= finished
        for actions, _ in noted:
            self._record(dict.fromkeys(actions.all_members.tolist(), _PLANNED))

    def _mark_sending(self, actions: Actions) -> None:
        members = actions.all_members.tolist()
        self._journal.mark_sending(self._run, members)
        self._set_states(members, repeat(State.SENDING, len(members)))

    def _send_and_look_up(self, actions: Actions) -> _Reply:
        """Send one request and look up what it left in doubt. Runs in a worker; touches no journal."""
        results: Sequence[Result | None]
        try:
            results, error = self._crm.batch([write_call(action) for action in actions]), None
        except _NOTHING_SENT as failure:
            return _Reply(actions, [], failure, {})
        except ApiError as refusal:
            results, error = [Result(refusal.code, refusal.message)] * len(actions), None
        except OutcomeUnknown as lost:
            results, error = [None] * len(actions), lost
        doubtful = [
            item
            for n, result in enumerate(results)
            if result is None or (result.error is not None and result.error.scope is not Scope.RUN)
            for item in actions.members(n).tolist()
        ]
        return _Reply(actions, results, error, self._try_read_links(doubtful))

    def _try_read_links(self, items: list[int]) -> dict[int, bool]:
        """As `_read`, and nothing at all where the CRM cannot be read."""
        try:
            return self._read_links(items)
        except OnOfficeError:
            return {}

    def _read_links(self, items: list[int]) -> dict[int, bool]:
        """Which of the items are links in the CRM now; infos are left out, as the CRM does not tell them."""
        readable = [item for item in items if self._verbs[item] is not Verb.MODIFY]
        if not readable:
            return {}
        there = currently_linked(
            self._crm, self._relation, self._items.parents[readable], self._items.children[readable]
        )
        return dict(zip(readable, there.tolist(), strict=True))

    def _evaluate_reply(self, reply: _Reply, first_time: bool, nth: int) -> tuple[Entries, list[Actions]]:
        """What a reply says of each of its links, and the requests that have to be sent because of it."""
        self.requests += 1
        if isinstance(reply.error, _NOTHING_SENT):
            self._count_failure(nth, str(reply.error), together=True)
            return dict.fromkeys(reply.actions.all_members.tolist(), _PLANNED), [reply.actions]
        entries: Entries = {}
        again: list[IntArray] = []
        for n, result in enumerate(reply.results):
            members = reply.actions.members(n)
            if result is None:
                judged, parts = self._judge.unanswered(members, reply.links_seen)
            elif result.error is None:
                judged, parts = self._judge.accepted(members), []
            else:
                judged, parts = self._judge.refused(members, result.error, reply.links_seen)
                if result.error.scope is Scope.RUN and not self.reason:
                    self.reason = str(result.error)
            entries |= judged
            again += parts
        done = {State.ACCEPTED, State.LINKED, State.ALREADY_LINKED, State.REMOVED, State.SKIPPED}
        if any(entry.state in done for entry in entries.values()):
            self._patience.succeeded()
        elif reply.error is not None or first_time or not (again or any(self._tally[state] for state in _DONE_BY_RUN)):
            worst = next((entry.message for entry in entries.values() if entry.message), str(reply.error))
            self._count_failure(nth, worst, together=bool(again) or reply.error is not None)
        return entries, actions_from_groups(self._relation, self._items, again).requests

    def _count_failure(self, nth: int, why: str, *, together: bool) -> None:
        if self._patience.failed(nth, concurrent_failure=together) and not self.reason:
            self.reason = f"{MAX_CONSECUTIVE_FAILURES} requests in a row failed wholly, the last one with: {why}"

    def _resolve_in_doubt(self, items: list[int]) -> None:
        """Look up what an earlier turn left behind, before anything is sent."""
        try:
            seen = self._read_links(items)
        except OnOfficeError as error:
            self.reason = f"the CRM could not be read, so nothing was sent. {error}"
        else:
            self._record(self._judge.after_interruption(items, seen))

    def _read_back(self, part: IntArray) -> None:
        """Read back what was accepted (unless told not to) and what is in doubt."""
        open_states = (State.ACCEPTED, State.UNKNOWN)
        states = {item: self._states[item] for item in part.tolist() if self._states[item] in open_states}
        looked_at = [item for item, state in states.items() if self._verify or state is State.UNKNOWN]
        self._record(self._judge.after_read_back(states, self._try_read_links(looked_at), verify=self._verify))

    def _record(self, entries: Entries) -> None:
        """Into the journal first, then into our own memory of it.

        What is to be sent again because no answer came stays *unknown* in the
        journal: whoever goes on, should we be broken off, has to know it too.
        """
        if not entries:
            return
        doubtful = {
            item: entry._replace(state=State.UNKNOWN, message=entry.message or NOT_ANSWERED)
            for item, entry in entries.items()
            if entry.state is State.PLANNED and self._judge.doubt[item]
        }
        self._journal.record(self._run, entries | doubtful)
        self._set_states(entries, (entry.state for entry in entries.values()))
        on_the_way = self._tally[State.PLANNED] + self._tally[State.SENDING]
        failed = self._tally[State.FAILED] + self._tally[State.UNKNOWN]
        self._tell(Progress(self._run, max(0, self._total - on_the_way), self._total, failed))

    def _set_states(self, items: Collection[int], states: Iterable[State]) -> None:
        self._tally.subtract(Counter(self._states[item] for item in items))
        for item, state in zip(items, states, strict=True):
            self._states[item] = state
        self._tally.update(self._states[item] for item in items)
