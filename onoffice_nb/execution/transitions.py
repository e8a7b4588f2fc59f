"""What a reply means for each link: done, failed, in doubt, or to be sent again. Rules only; nothing is sent here.

A link counts as done by the run only where the run's own request may have done
it, so that undo can trust it: what turns out to be there although it was never
sent, or although it was refused alone, is *already linked*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from onoffice_nb.errors import ApiError, Scope
from onoffice_nb.execution.states import NOT_ANSWERED, Entries, Entry, State
from onoffice_nb.model import Verb
from onoffice_nb.planning.actions import IntArray, Items

__all__ = [
    "TransitionRules",
]


# A link that three requests left without an answer is left to the user's retry.
_SENDINGS: Final = 3

# What is noted of thousands of links is one object.
_ACCEPTED: Final = Entry(State.ACCEPTED)
_LINKED: Final = Entry(State.LINKED)
_REMOVED: Final = Entry(State.REMOVED)

_NOT_SEEN: Final = "accepted by onOffice, but not so when it was read back"
_NOT_READ: Final = "accepted by onOffice, but it could not be read back"
_UNREAD: Final = "accepted by onOffice, not read back"


class TransitionRules:
    """The rules, with what they have to know of each item: whether in doubt, and how often it was not answered."""

    def __init__(self, items: Items, states: Sequence[State]) -> None:
        self._verbs = items.listed_verbs()
        self._unanswered_count = np.zeros(len(items), dtype=np.int64)
        self._sent_alone = np.zeros(len(items), dtype=bool)
        # Sent, and not known what became of it: if the link is there, it is ours.
        self.doubt = np.array([state is State.UNKNOWN for state in states], dtype=bool)

    def accepted(self, members: IntArray) -> Entries:
        """Success, as far as the answer tells."""
        self._sent_alone[members] = len(members) == 1
        return dict.fromkeys(members.tolist(), _ACCEPTED)

    def unanswered(self, members: IntArray, seen: Mapping[int, bool]) -> tuple[Entries, list[IntArray]]:
        """No result: what is done is noted as done, the rest is sent again, but not for ever."""
        self.doubt[members] = True
        self._unanswered_count[members] += 1
        entries: Entries = {}
        again = []
        for item in members.tolist():
            if item not in seen:
                entries[item] = Entry(State.UNKNOWN, None, NOT_ANSWERED)
            elif self._is_done(item, seen[item]):
                entries[item] = self._done_by_run(item)
            elif self._unanswered_count[item] < _SENDINGS:
                entries[item] = Entry(State.PLANNED, None, NOT_ANSWERED)
                again.append(item)
            else:
                entries[item] = Entry(State.UNKNOWN, None, f"{NOT_ANSWERED}, {_SENDINGS} times over")
        return entries, [np.array(again, dtype=np.int64)] if again else []

    def refused(self, members: IntArray, error: ApiError, seen: Mapping[int, bool]) -> tuple[Entries, list[IntArray]]:
        """An error: it is that of a link that stands alone; of several, each half is tried anew."""
        alone = len(members) == 1
        words = error.message if alone else f"{error.message} (in an action of {len(members)} links, not tried alone)"
        split = not alone and error.scope is Scope.ACTION
        entries: Entries = {}
        left = []
        for item in members.tolist():
            # Nobody can look whether an info has arrived, and it does no harm twice.
            known = item in seen or self._verbs[item] is Verb.MODIFY
            if item in seen and self._is_done(item, seen[item]):
                # Several at once may have been done in part; a single one that was refused was there before us.
                entries[item] = self._done_by_run(item) if not alone or self.doubt[item] else self._done_by_others(item)
            elif split and known:
                entries[item] = Entry(State.PLANNED, None, words)
                left.append(item)
            else:
                self.doubt[item] |= split
                uncertain = self.doubt[item] and not known
                entries[item] = Entry(State.UNKNOWN if uncertain else State.FAILED, error.code, words)
        halves = np.array_split(np.array(left, dtype=np.int64), 2)
        return entries, [half for half in halves if len(half)]

    def _is_done(self, item: int, there: bool) -> bool:
        return there if self._verbs[item] is Verb.CREATE else not there

    def _done_by_run(self, item: int) -> Entry:
        """Done by this run, and seen in the CRM."""
        return _LINKED if self._verbs[item] is Verb.CREATE else _REMOVED

    def _done_by_others(self, item: int) -> Entry:
        """As it should be, but not by this run, so that undo leaves it alone."""
        if self._verbs[item] is Verb.CREATE:
            return Entry(State.ALREADY_LINKED)
        return Entry(State.SKIPPED, None, "not linked any more, so there was nothing to remove")

    def after_interruption(self, items: Iterable[int], seen: Mapping[int, bool]) -> Entries:
        """What an earlier turn of the run left: what is done is noted, the rest is planned again.

        A change of an info cannot be looked up: it is planned again as it is.
        """
        entries: Entries = {}
        for item in items:
            if item in seen:
                done = self._is_done(item, seen[item])
                here = self._done_by_run(item) if self.doubt[item] else self._done_by_others(item)
                entries[item] = here if done else Entry(State.PLANNED)
            elif self._verbs[item] is Verb.MODIFY:
                entries[item] = Entry(State.PLANNED)
        return entries

    def after_read_back(self, states: Mapping[int, State], seen: Mapping[int, bool], *, verify: bool) -> Entries:
        """What was accepted or is in doubt, once it was read back: *linked* means seen.

        What was accepted but is not there is sent once more, alone, as an
        action of several may have been done in part without a word.
        """
        entries: Entries = {}
        for item, state in states.items():
            verb, accepted = self._verbs[item], state is State.ACCEPTED
            if item in seen and self._is_done(item, seen[item]):
                entries[item] = self._done_by_run(item)
            elif item in seen and accepted:
                self.doubt[item] = True
                entries[item] = Entry(State.UNKNOWN if self._sent_alone[item] else State.PLANNED, None, _NOT_SEEN)
            elif accepted and verify and verb is not Verb.MODIFY:
                entries[item] = Entry(State.UNKNOWN, None, _NOT_READ)
            elif accepted:
                entries[item] = Entry(State.REMOVED if verb is Verb.DELETE else State.LINKED, None, _UNREAD)
        return entries
