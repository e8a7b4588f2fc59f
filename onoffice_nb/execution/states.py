"""The states of an item while its run goes on, and the outcome that each of them is for its row."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from onoffice_nb.model import Outcome

__all__ = ["NOT_ANSWERED", "OUTCOMES", "STATES", "Entries", "Entry", "State"]

NOT_ANSWERED: Final = "sent, but no answer came"


class State(StrEnum):
    """Where one link of a run stands. The first three are on the way, the others are outcomes."""

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    LINKED = "linked"
    ALREADY_LINKED = "already linked"
    REMOVED = "removed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


# As State(text), in a fraction of the time.
STATES: Final = {each.value: each for each in State}


class Entry(NamedTuple):
    """What is to be noted of an item: its state and, where something went wrong, code and message."""

    state: State
    code: int | None = None
    message: str = ""


# An item's position -> what is to be noted of it.
Entries: TypeAlias = dict[int, Entry]


OUTCOMES: Final = {
    State.PLANNED: Outcome.SKIPPED,
    State.SENDING: Outcome.UNKNOWN,
    State.ACCEPTED: Outcome.UNKNOWN,
    State.LINKED: Outcome.LINKED,
    State.ALREADY_LINKED: Outcome.ALREADY_LINKED,
    State.REMOVED: Outcome.REMOVED,
    State.FAILED: Outcome.FAILED,
    State.UNKNOWN: Outcome.UNKNOWN,
    State.SKIPPED: Outcome.SKIPPED,
}
