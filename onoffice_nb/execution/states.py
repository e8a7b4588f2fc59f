"""The states of an item while its run goes on: which may follow which, and the outcome that each is for its row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from onoffice_nb.errors import JournalError
from onoffice_nb.model import Outcome

__all__ = [
    "INITIAL",
    "IN_DOUBT",
    "NOT_ANSWERED",
    "OUTCOMES",
    "SENT_AS",
    "STATES",
    "TRANSITIONS",
    "UNSENT_AS",
    "Entries",
    "Entry",
    "ItemStates",
    "State",
    "forbidden_change",
    "states_before",
    "transition_table",
]

NOT_ANSWERED: Final = "sent, but no answer came"


class State(StrEnum):
    """Where one item of a run stands; the journal stores these very words.

    Attributes:
        PLANNED: To be sent; nothing that was sent so far can have done it.
        SENDING: In a request that is about to leave or under way.
        ACCEPTED: The API said yes; not read back yet.
        RESEND: Sent, not known to be done, and not seen in the CRM since; to be sent again. If it turns up, it is
            ours.
        RESENDING: As SENDING, for what was *resend* before.
        LINKED: Created by this run, and seen (or not to be read back, as the user wished).
        CHANGED: Its relation info was changed by this run, and seen to be so (as far as the CRM tells it).
        ALREADY_LINKED: As wanted, but not by this run: undo leaves it alone.
        REMOVED: Removed by this run, and seen to be gone.
        FAILED: Refused by the API, and not there.
        UNKNOWN: Sent, and nobody could look what became of it. If it turns up, it is ours.
        SKIPPED: There was nothing to do.
    """

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    RESEND = "resend"
    RESENDING = "resending"
    LINKED = "linked"
    CHANGED = "changed"
    ALREADY_LINKED = "already linked"
    REMOVED = "removed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


# As State(text), in a fraction of the time.
STATES: Final = {state.value: state for state in State}

# What an item is when its run is opened.
INITIAL: Final = frozenset({State.PLANNED, State.ALREADY_LINKED, State.SKIPPED})

# What was sent once and may have arrived: where it turns out to be done, this run has done it.
IN_DOUBT: Final = frozenset({State.RESEND, State.RESENDING, State.UNKNOWN})

# What waits to be sent, and what it is from the moment before its request leaves.
SENT_AS: Final = {State.PLANNED: State.SENDING, State.RESEND: State.RESENDING}

# What it is again where the request has not left after all.
UNSENT_AS: Final = {sending: waiting for waiting, sending in SENT_AS.items()}

_DONE_BY_RUN: Final = {State.LINKED, State.CHANGED, State.REMOVED}
_DONE_BY_OTHERS: Final = {State.ALREADY_LINKED, State.SKIPPED}

# The only place that says which state may follow which. What is planned may be noted anew, with another message.
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.SENDING, State.PLANNED} | _DONE_BY_OTHERS),
    State.SENDING: frozenset(
        {State.ACCEPTED, State.FAILED, State.UNKNOWN, State.PLANNED, State.RESEND} | _DONE_BY_RUN | _DONE_BY_OTHERS
    ),
    State.ACCEPTED: frozenset({State.UNKNOWN, State.RESEND} | _DONE_BY_RUN),
    State.RESEND: frozenset({State.RESENDING} | _DONE_BY_RUN),
    State.RESENDING: frozenset({State.ACCEPTED, State.FAILED, State.UNKNOWN, State.RESEND} | _DONE_BY_RUN),
    State.UNKNOWN: frozenset({State.RESEND} | _DONE_BY_RUN),
    State.FAILED: frozenset({State.PLANNED} | _DONE_BY_OTHERS),
    State.LINKED: frozenset(),
    State.CHANGED: frozenset(),
    State.ALREADY_LINKED: frozenset(),
    State.REMOVED: frozenset(),
    State.SKIPPED: frozenset(),
}

OUTCOMES: Final = {
    State.PLANNED: Outcome.SKIPPED,
    State.SENDING: Outcome.UNKNOWN,
    State.ACCEPTED: Outcome.UNKNOWN,
    State.RESEND: Outcome.UNKNOWN,
    State.RESENDING: Outcome.UNKNOWN,
    State.LINKED: Outcome.LINKED,
    State.CHANGED: Outcome.CHANGED,
    State.ALREADY_LINKED: Outcome.ALREADY_LINKED,
    State.REMOVED: Outcome.REMOVED,
    State.FAILED: Outcome.FAILED,
    State.UNKNOWN: Outcome.UNKNOWN,
    State.SKIPPED: Outcome.SKIPPED,
}


class Entry(NamedTuple):
    """What is to be noted of an item: its state and, where something went wrong, code and message."""

    state: State
    code: int | None = None
    message: str = ""


# An item's position -> what is to be noted of it.
Entries: TypeAlias = dict[int, Entry]


class ItemStates:
    """The state of each item of a run, in memory. A state that may not follow is refused.

    Args:
        states: Where each item stands at first.

    Example:
        >>> states = ItemStates([State.PLANNED, State.FAILED])
        >>> states.change({0: State.SENDING})
        >>> states[0], states.count(State.SENDING, State.FAILED)
        (<State.SENDING: 'sending'>, 2)
    """

    def __init__(self, states: Sequence[State]) -> None:
        self._states = list(states)
        self._counts = Counter(self._states)

    def __getitem__(self, item: int) -> State:
        return self._states[item]

    def __iter__(self) -> Iterator[State]:
        return iter(self._states)

    def count(self, *states: State) -> int:
        """How many items are in one of these states."""
        return sum(self._counts[state] for state in states)

    def change(self, changes: Mapping[int, State]) -> None:
        """Set the states of some items.

        Raises:
            JournalError: The table does not allow one of the changes; none is made.
        """
        taken = Counter((self._states[item], state) for item, state in changes.items())
        for before, after in taken:
            if after not in TRANSITIONS[before]:
                raise JournalError(forbidden_change(after, states_before(after)))

        for item, state in changes.items():
            self._states[item] = state
        for (before, after), items in taken.items():
            self._counts[before] -= items
            self._counts[after] += items


def states_before(state: State) -> list[State]:
    """The states that a state may follow."""
    return [before for before, after in TRANSITIONS.items() if state in after]


def forbidden_change(after: State, allowed: Iterable[State]) -> str:
    """What to say where an item was to get a state that may not follow the one that it has."""
    return (
        f"Only an item that is {' or '.join(allowed) or 'new'} can become {after}, and one was not, so nothing was"
        " noted. This is a fault of onoffice_nb, please report it; oo.resume(crm, run) looks at the CRM and goes on."
    )


def transition_table() -> str:
    """The table of transitions in Markdown: each state, and what it may become.

    Example:
        >>> print(transition_table().splitlines()[2])
        | *planned* (first) | *planned*, *sending*, *already linked*, *skipped* |
    """
    lines = ["| state | may become |", "|---|---|"]
    for before in State:
        name = f"*{before}* (first)" if before in INITIAL else f"*{before}*"
        following = ", ".join(f"*{after}*" for after in State if after in TRANSITIONS[before])
        lines.append(f"| {name} | {following or 'stays as it is'} |")
    return "\n".join(lines)
