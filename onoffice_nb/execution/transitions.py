"""What a reply means for each item: done, failed, in doubt, or to be sent again. Rules only; nothing is sent here.

An item counts as done by the run only where the run's own request may have done
it, so that undo can trust it: what turns out to be there although it was never
sent, or although it was refused alone, is *already linked*.

All rules are told what was seen: an `Observation` of the items that could be looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from onoffice_nb.errors import ApiError, Scope
from onoffice_nb.execution.observation import Observation
from onoffice_nb.execution.states import IN_DOUBT, NOT_ANSWERED, SENT_AS, UNSENT_AS, Entries, Entry, ItemStates, State
from onoffice_nb.model import Verb
from onoffice_nb.planning.actions import IntArray, Items

__all__ = ["TransitionRules", "Verdict"]

# An item that three requests left without an answer is left to the user's retry.
_SENDINGS: Final = 3

# What is noted of thousands of items is one object.
_PLANNED: Final = Entry(State.PLANNED)
_ACCEPTED: Final = Entry(State.ACCEPTED)
_GONE: Final = "not linked any more, so there was nothing to remove"
_SO_ALREADY: Final = "it has this status already"
_DONE_BY_RUN: Final = {
    Verb.CREATE: Entry(State.LINKED),
    Verb.MODIFY: Entry(State.CHANGED),
    Verb.DELETE: Entry(State.REMOVED),
}
_DONE_BY_OTHERS: Final = {
    Verb.CREATE: Entry(State.ALREADY_LINKED),
    Verb.MODIFY: Entry(State.SKIPPED, None, _SO_ALREADY),
    Verb.DELETE: Entry(State.SKIPPED, None, _GONE),
}
_UNANSWERED: Final = Entry(State.UNKNOWN, None, NOT_ANSWERED)
_RESEND: Final = Entry(State.RESEND, None, NOT_ANSWERED)

_NOT_SEEN: Final = "accepted by onOffice, but not so when it was read back"
_NOT_READ: Final = "accepted by onOffice, but it could not be read back"
_UNREAD: Final = "accepted by onOffice, not read back"
_UNTOLD: Final = "accepted by onOffice, which does not show this status"


class Verdict(NamedTuple):
    """What is to be noted of the items of an action, and the groups of them that have to be sent (again)."""

    entries: Entries
    follow_ups: list[IntArray]


class TransitionRules:
    """The rules, with what they have to know of each item beside its state: how it was sent.

    Args:
        items: The items of the run.
        states: Where each of them stands; read only.
    """

    def __init__(self, items: Items, states: ItemStates) -> None:
        self._verbs = items.listed_verbs()
        self._states = states
        self._unanswered_count = np.zeros(len(items), dtype=np.int64)
        self._sent_alone = np.zeros(len(items), dtype=bool)

    def not_sent(self, members: Iterable[int]) -> Entries:
        """The request has not left: everything is as it was before."""
        return {item: self._waiting(UNSENT_AS[self._states[item]]) for item in members}

    def accepted(self, members: IntArray) -> Verdict:
        """Success, as far as the reply tells."""
        self._sent_alone[members] = len(members) == 1
        return Verdict(dict.fromkeys(members.tolist(), _ACCEPTED), [])

    def unanswered(self, members: IntArray, seen: Observation) -> Verdict:
        """No result: what is done is noted as done, the rest is sent again, but not for ever."""
        self._unanswered_count[members] += 1
        entries = {item: self._after_no_answer(item, seen.done.get(item)) for item in members.tolist()}
        again = _to_be_sent(entries)
        return Verdict(entries, [again] if len(again) else [])

    def _after_no_answer(self, item: int, is_done: bool | None) -> Entry:
        if is_done is None:
            return _UNANSWERED
        if is_done:
            return self._done_by_run(item)
        if self._unanswered_count[item] < _SENDINGS:
            return _RESEND
        return Entry(State.UNKNOWN, None, f"{NOT_ANSWERED}, {_SENDINGS} times over")

    def refused(self, members: IntArray, error: ApiError, seen: Observation) -> Verdict:
        """An error: it is that of an item that stands alone; of several, each half is tried anew."""
        is_alone = len(members) == 1
        if is_alone:
            refusal = Entry(State.FAILED, error.code, error.message)
        else:
            in_company = f"{error.message} (in an action of {len(members)} links, not tried alone)"
            refusal = Entry(State.FAILED, error.code, in_company)

        is_split = not is_alone and error.scope is Scope.ACTION
        entries = {
            item: self._after_refusal(item, refusal, seen, is_alone=is_alone, is_split=is_split)
            for item in members.tolist()
        }
        halves = np.array_split(_to_be_sent(entries), 2)
        return Verdict(entries, [half for half in halves if len(half)])

    def _after_refusal(self, item: int, refusal: Entry, seen: Observation, *, is_alone: bool, is_split: bool) -> Entry:
        is_in_doubt = self._states[item] in IN_DOUBT
        if seen.done.get(item):
            # Several at once may have been done in part; a single one that was refused was there before us.
            was_there_before = is_alone and not is_in_doubt
            return self._done_by_others(item) if was_there_before else self._done_by_run(item)

        # A status that the CRM does not tell does no harm twice.
        if item not in seen.done and item not in seen.untold:
            may_be_done = is_split or is_in_doubt
            return refusal._replace(state=State.UNKNOWN) if may_be_done else refusal
        if is_split:
            return Entry(State.RESEND if is_in_doubt else State.PLANNED, None, refusal.message)
        return refusal

    def after_last_look(self, items: Iterable[int], seen: Observation, *, send_untold: bool) -> Entries:
        """What was planned, and what an earlier turn of the run left: what is done is noted, the rest waits.

        Args:
            items: What was looked at.
            seen: What was seen.
            send_untold: Whether a status that may have arrived, and that the CRM does not tell, is sent again.
        """
        entries = {item: self._after_last_look(item, seen, send_untold=send_untold) for item in items}
        return {item: entry for item, entry in entries.items() if entry.state is not self._states[item]}

    def _after_last_look(self, item: int, seen: Observation, *, send_untold: bool) -> Entry:
        is_in_doubt = self._states[item] in IN_DOUBT
        if seen.done.get(item):
            return self._done_by_run(item) if is_in_doubt else self._done_by_others(item)
        if not is_in_doubt:
            return _PLANNED
        return _RESEND if item in seen.done or send_untold else _UNANSWERED

    def after_read_back(self, items: Iterable[int], seen: Observation, *, verify: bool) -> Entries:
        """What was accepted or is in doubt, once it was read back: *linked* means seen.

        What was accepted but is not there is sent once more, alone, as an
        action of several may have been done in part without a word.

        Args:
            items: What was to be read back.
            seen: What was seen; what could not be looked at is not in it.
            verify: Whether what was accepted was to be read back too, so that it counts only once it is seen.
        """
        entries: Entries = {}
        for item in items:
            if seen.done.get(item):
                entries[item] = self._done_by_run(item)
            elif self._states[item] is State.ACCEPTED:
                entries[item] = self._accepted_but(item, seen, verify=verify)
        return entries

    def _accepted_but(self, item: int, seen: Observation, *, verify: bool) -> Entry:
        """An item that was accepted, but is not there, or could or should not be read back."""
        if item in seen.done:
            return Entry(State.UNKNOWN if self._sent_alone[item] else State.RESEND, None, _NOT_SEEN)
        if item in seen.untold:
            return self._done_by_run(item)._replace(message=_UNTOLD)
        if verify:
            return Entry(State.UNKNOWN, None, _NOT_READ)
        return self._done_by_run(item)._replace(message=_UNREAD)

    def _done_by_run(self, item: int) -> Entry:
        """Done by this run, and seen in the CRM."""
        return _DONE_BY_RUN[self._verbs[item]]

    def _done_by_others(self, item: int) -> Entry:
        """As it should be, but not by this run, so that undo leaves it alone."""
        return _DONE_BY_OTHERS[self._verbs[item]]

    def _waiting(self, state: State) -> Entry:
        return _PLANNED if state is State.PLANNED else _RESEND


def _to_be_sent(entries: Entries) -> IntArray:
    return np.array([item for item, entry in entries.items() if entry.state in SENT_AS], dtype=np.int64)
