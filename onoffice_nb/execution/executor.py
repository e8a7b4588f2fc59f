"""A run: the loop that sends what is planned, and leaves no item in doubt that can be looked up.

Every request goes through the same four steps: noted as *sending*, sent,
evaluated result by result, noted again. What was not answered is read back from
the CRM: what is there is *linked*, the rest is sent again. What was refused in
company is split until the bad id stands alone with its own code. The journal
is written by the calling thread only; the workers do nothing but ask.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from threading import Event
from typing import Any, Final

import numpy as np

from onoffice_nb.api.client import Client
from onoffice_nb.api.operations import chunks, write_call
from onoffice_nb.api.wire import Result
from onoffice_nb.errors import ApiError, ConnectionFailed, InputError, OnOfficeError, OutcomeUnknown, Scope
from onoffice_nb.execution.circuit_breaker import MAX_CONSECUTIVE_FAILURES, CircuitBreaker
from onoffice_nb.execution.control import Progress
from onoffice_nb.execution.journal import Journal
from onoffice_nb.execution.observation import Observation, Observer
from onoffice_nb.execution.requests import Reply, Request, Traffic
from onoffice_nb.execution.states import IN_DOUBT, SENT_AS, UNSENT_AS, Entries, Entry, ItemStates, State
from onoffice_nb.execution.transitions import TransitionRules, Verdict
from onoffice_nb.execution.workers import worker_pool
from onoffice_nb.model import IDS_PER_ACTION, RelationType, Verb
from onoffice_nb.planning.actions import Actions, IntArray, actions_from_groups, group

__all__ = ["RunExecutor"]

# What the run itself has done.
_DONE_BY_RUN: Final = (State.ACCEPTED, State.LINKED, State.CHANGED, State.REMOVED)
_DONE: Final = frozenset({*_DONE_BY_RUN, State.ALREADY_LINKED, State.SKIPPED})
_STANDS: Final = (State.LINKED, State.ALREADY_LINKED)
_TO_READ_BACK: Final = (State.ACCEPTED, State.UNKNOWN)

_WITHHELD: Final = "kept, because its parent did not get all the links that it was to get"


class RunExecutor:
    """One run on its way through a journal and a client.

    Args:
        crm: Whom to send to.
        journal: Where the run stands, locked by the caller.
        run: Its number there.
        relation: The relation type of its links.
        connections: How many requests may be under way at once.
        verify: Whether what was accepted is read back.
        stop_event: Once it is set, nothing more is sent.
        report_progress: Told whenever something was noted.
        order_before: A parent's id -> its children in the order in which the links that are created again stood.

    Attributes:
        requests: How many requests that write were sent.
        reason: Why it ended before its end; empty if it did not.
    """

    def __init__(
        self,
        crm: Client,
        journal: Journal,
        run: int,
        relation: RelationType,
        *,
        connections: int,
        verify: bool,
        stop_event: Event,
        report_progress: Callable[[Progress], object],
        order_before: Mapping[int, Sequence[int]] | None = None,
    ) -> None:
        self._crm = crm
        self._journal = journal
        self._run = run
        self._relation = relation
        self._connections = connections
        self._verify = verify
        self._stop_event = stop_event
        self._report_progress = report_progress
        self._order_before = order_before or {}

        self._items, columns = journal.load_items(run)
        self._observer = Observer(crm, relation, self._items)
        self._states = ItemStates(columns["state"])
        self._rules = TransitionRules(self._items, self._states)
        self._breaker = CircuitBreaker()
        self._total = 0
        self.requests: int = 0
        self.reason: str = ""

    def execute(self, taken_up: Collection[State] = ()) -> None:
        """Do what is planned: first what creates and changes, then, once that is seen to stand, what removes.

        Args:
            taken_up: The states whose items are looked up before anything is sent: what is as wanted by now, because
                it arrived after all or because somebody else did it, is not sent.
        """
        looked_at = [item for item, state in enumerate(self._states) if state in taken_up]
        self._look_first(looked_at, send_untold=State.FAILED in taken_up)
        self._total = self._states.count(*SENT_AS)

        removing = self._items.with_verb(Verb.DELETE)
        for phase in (np.flatnonzero(~removing), np.flatnonzero(removing)):
            self._send_chosen(self._sendable(phase))
            self._read_back(phase)

            # Accepted, but not there: an action of several may have been done in part, so now each goes alone.
            leftover = self._sendable(phase)
            if len(leftover) and not self._halted:
                self._send_all(actions_from_groups(self._relation, self._items, np.split(leftover, len(leftover))))
                self._read_back(phase)

    def _sendable(self, phase: IntArray) -> IntArray:
        """The items of a phase that wait; a link is not removed where its parent did not get its new ones."""
        waiting = phase[[self._states[item] in SENT_AS for item in phase.tolist()]]
        removals = waiting[self._items.with_verb(Verb.DELETE)[waiting]]
        if not len(removals):
            return waiting

        creating = self._items.with_verb(Verb.CREATE)
        stands = np.array([state in _STANDS for state in self._states], dtype=bool)
        incomplete_parents = self._items.parents[creating & ~stands]
        withheld_removals = removals[np.isin(self._items.parents[removals], incomplete_parents)]
        self._record({item: Entry(self._states[item], None, _WITHHELD) for item in withheld_removals.tolist()})
        return np.setdiff1d(waiting, withheld_removals)

    @property
    def _halted(self) -> bool:
        if self._stop_event.is_set() and not self.reason:
            self.reason = "stopped on request"
        return bool(self.reason)

    # Sending

    def _send_chosen(self, chosen: IntArray) -> None:
        """In the fewest actions; but where links had an order, those of a parent are created in it, in one action."""
        in_order = list(self._in_former_order(chosen)) if self._order_before else []
        self._send_all(actions_from_groups(self._relation, self._items, in_order))
        rest = np.setdiff1d(chosen, np.concatenate(in_order)) if in_order else chosen
        self._send_all(group(self._relation, self._items, rest))

    def _in_former_order(self, chosen: IntArray) -> Iterator[IntArray]:
        """Of each parent whose links had an order and that gets several back: these items in that order."""
        created = chosen[self._items.with_verb(Verb.CREATE)[chosen]]
        items_of: dict[int, dict[int, int]] = defaultdict(dict)
        for item, parent, child in zip(
            created.tolist(),
            self._items.parents[created].tolist(),
            self._items.children[created].tolist(),
            strict=True,
        ):
            items_of[parent][child] = item

        for parent, item_of_child in items_of.items():
            ordered = [item_of_child[child] for child in self._order_before.get(parent, ()) if child in item_of_child]
            if len(ordered) > 1:
                yield from (np.array(members, dtype=np.int64) for members in chunks(ordered, IDS_PER_ACTION))

    def _send_all(self, actions: Actions) -> None:
        """Keep as many requests in flight as there are connections, and one more prepared, so that none waits."""
        if not len(actions) or self._halted:
            return
        with worker_pool(self._connections) as pool:
            traffic = Traffic(pool, self._connections, deque(map(Request, actions.requests)))
            self._keep_busy(traffic)
            while pending := traffic.pending:
                finished = wait(pending, return_when=FIRST_COMPLETED).done
                self._take_replies(traffic, finished)
                self._take_read_backs(traffic, finished)
                self._keep_busy(traffic)

        for request in traffic.prepared:
            self._record(self._rules.not_sent(request.items))

    def _keep_busy(self, traffic: Traffic) -> None:
        """Give each free connection something to send, or else something to read back."""
        while traffic.may_prepare and not self._halted:
            self._mark_sending(traffic.queue[0])
            traffic.prepared.append(traffic.queue.popleft())
            self._launch(traffic)

        self._launch(traffic)
        if self._verify and traffic.may_read_back and not self._halted:
            traffic.read_backs.add(traffic.pool.submit(self._try_to_look, traffic.accepted))
            traffic.accepted = []

    def _launch(self, traffic: Traffic) -> None:
        while traffic.prepared and traffic.has_free_connection and not self._halted:
            request = replace(traffic.prepared.popleft(), number=self._breaker.launched())
            traffic.in_flight.add(traffic.pool.submit(self._send_and_look_up, request))

    def _take_replies(self, traffic: Traffic, finished: set[Future[Any]]) -> None:
        """Evaluate replies before another request leaves, as they may end the run; note them once it is in flight."""
        replies = [reply.result() for reply in traffic.in_flight & finished]
        traffic.in_flight -= finished
        evaluated = [self._evaluate_reply(reply) for reply in replies]
        self._launch(traffic)

        for reply, (entries, follow_ups) in zip(replies, evaluated, strict=True):
            self._record(entries, reply.seen)
            traffic.accepted += [item for item, entry in entries.items() if entry.state is State.ACCEPTED]
            traffic.queue.extendleft(reversed(follow_ups))

    def _take_read_backs(self, traffic: Traffic, finished: set[Future[Any]]) -> None:
        read_backs = traffic.read_backs & finished
        traffic.read_backs -= finished
        for read_back in read_backs:
            items, seen = read_back.result()
            # What could not be read stays accepted, and is read once more at the end.
            looked_at = [item for item in items if item in seen.done or item in seen.untold]
            self._record(self._rules.after_read_back(looked_at, seen, verify=True), seen)

    def _send_and_look_up(self, request: Request) -> Reply:
        """Send one request and look up what it left in doubt. Runs in a worker; touches no journal."""
        results: Sequence[Result | None]
        error: OnOfficeError | None = None
        try:
            results = self._crm.batch([write_call(action) for action in request.actions])
        except (ConnectionFailed, InputError) as failure:
            return Reply(request, [], failure)
        except ApiError as refusal:
            results = [Result(refusal.code, refusal.message)] * len(request.actions)
        except OutcomeUnknown as lost:
            results, error = [None] * len(request.actions), lost

        doubtful = [
            item
            for action, result in enumerate(results)
            if _leaves_doubt(result)
            for item in request.actions.members(action).tolist()
        ]
        return Reply(request, results, error, self._try_to_look(doubtful)[1])

    # What a reply means

    def _evaluate_reply(self, reply: Reply) -> tuple[Entries, list[Request]]:
        """What a reply says of each of its items, and the requests that have to be sent because of it."""
        self.requests += 1
        request = reply.request
        if not reply.was_sent:
            self._count_failure(request, str(reply.error), is_concurrent=True)
            # The next time is the first one still.
            return self._rules.not_sent(request.items), [request]

        entries: Entries = {}
        groups: list[IntArray] = []
        for action, result in enumerate(reply.results):
            verdict = self._evaluate_result(reply, action, result)
            entries |= verdict.entries
            groups += verdict.follow_ups
        self._watch_for_failures(reply, entries, is_sent_again=bool(groups))

        follow_ups = actions_from_groups(self._relation, self._items, groups).requests
        return entries, [Request(actions, is_first_try=False) for actions in follow_ups]

    def _evaluate_result(self, reply: Reply, action: int, result: Result | None) -> Verdict:
        members = reply.request.actions.members(action)
        if result is None:
            return self._rules.unanswered(members, reply.seen)
        if result.error is None:
            return self._rules.accepted(members)
        if result.error.scope is Scope.RUN and not self.reason:
            self.reason = str(result.error)
        return self._rules.refused(members, result.error, reply.seen)

    def _watch_for_failures(self, reply: Reply, entries: Entries, *, is_sent_again: bool) -> None:
        """Count a request that did nothing, unless it was split off from one that counted, and there is hope yet."""
        if any(entry.state in _DONE for entry in entries.values()):
            self._breaker.succeeded()
            return

        is_hopeless = not is_sent_again and not self._states.count(*_DONE_BY_RUN)
        if reply.error is not None or reply.request.is_first_try or is_hopeless:
            cause = next((entry.message for entry in entries.values() if entry.message), str(reply.error))
            self._count_failure(reply.request, cause, is_concurrent=is_sent_again or reply.error is not None)

    def _count_failure(self, request: Request, cause: str, *, is_concurrent: bool) -> None:
        is_enough = self._breaker.failed(request.number, concurrent_failure=is_concurrent)
        if is_enough and not self.reason:
            self.reason = f"{MAX_CONSECUTIVE_FAILURES} requests in a row failed wholly, the last one with: {cause}"

    # Reading

    def _look_first(self, items: list[int], *, send_untold: bool) -> None:
        """The last look before the first request leaves; the statuses that links have then are what undo restores."""
        try:
            seen = self._observer.look(items)
            order = self._observer.child_order(items)
        except OnOfficeError as error:
            self.reason = f"the CRM could not be read, so nothing was sent. {error}"
            return
        if order:
            self._journal.note_order_before(self._run, order)
        self._journal.note_infos_before(
            self._run, {item: info for item, info in seen.infos.items() if self._states[item] not in IN_DOUBT}
        )
        self._record(self._rules.after_last_look(items, seen, send_untold=send_untold), seen)

    def _read_back(self, phase: IntArray) -> None:
        """Read back what was accepted (unless told not to) and what is in doubt."""
        items = [item for item in phase.tolist() if self._states[item] in _TO_READ_BACK]
        looked_at = [item for item in items if self._verify or self._states[item] is State.UNKNOWN]
        _, seen = self._try_to_look(looked_at)
        self._record(self._rules.after_read_back(items, seen, verify=self._verify), seen)

    def _try_to_look(self, items: list[int]) -> tuple[list[int], Observation]:
        """The items, and what the CRM holds of them; nothing at all where it cannot be read."""
        try:
            return items, self._observer.look(items)
        except OnOfficeError:
            return items, Observation()

    # Noting

    def _mark_sending(self, request: Request) -> None:
        items = request.items
        self._journal.mark_sending(self._run, items)
        self._states.change({item: SENT_AS[self._states[item]] for item in items})

    def _record(self, entries: Entries, seen: Observation | None = None) -> None:
        """Into the journal first, then into our own memory of it."""
        if not entries:
            return
        if seen is not None and seen.infos:
            entries = {item: self._with_differing_status(item, entry, seen) for item, entry in entries.items()}
        self._journal.record(self._run, entries)
        self._states.change({item: entry.state for item, entry in entries.items()})

        on_the_way = self._states.count(*SENT_AS, *UNSENT_AS)
        failed = self._states.count(State.FAILED, State.UNKNOWN)
        self._report_progress(Progress(self._run, max(0, self._total - on_the_way), self._total, failed))

    def _with_differing_status(self, item: int, entry: Entry, seen: Observation) -> Entry:
        """A link that stands, but with another status than it was to be created with, says so."""
        info = seen.infos.get(item)
        if info is None or entry.state not in _STANDS or self._observer.matches(item, info) is not False:
            return entry
        return entry._replace(message=f"its status is {info.confirmation!r} though: oo.plan_info(…) changes it")


def _leaves_doubt(result: Result | None) -> bool:
    """Whether it has to be looked up what an action has done; what concerns the whole run did nothing at all."""
    return result is None or (result.error is not None and result.error.scope is not Scope.RUN)
