"""Entries of the CRM's log: what cannot be read is refused as a whole, never left out."""

from __future__ import annotations

from typing import Any

import pytest

from onoffice_nb.api.change_log import LinkEvent, read_link_events
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.catalogue import relation
from onoffice_nb.errors import OutcomeUnknown
from tests.api.answering import asked

ENTRY = {
    "dateTime": "2026-06-01 14:30:00",
    "userId": "21",
    "action": "link",
    "module": "owner",
    "resourcePk": "1001",
    "resourceTable": "estate",
    "resourceId": "5001",
}


def events_of(entry: dict[str, Any], number: int = 1) -> list[LinkEvent]:
    """What is made of a log in which one entry has a parent of the relation type as its origin."""

    def reply(call: Call) -> Result:
        is_mirrored = "targetPk" in call.parameters["filter"]
        return Result(0, "OK", () if is_mirrored else ({"id": number, "type": "log", "elements": entry},))

    return asked(read_link_events(relation("owner"), [1001]), reply)[1]


def test_an_entry_is_an_event() -> None:
    (event,) = events_of(ENTRY)
    assert (event.parent, event.child, event.user, event.action, event.certain) == (1001, 5001, 21, "link", True)


@pytest.mark.parametrize(
    ("unreadable", "said"),
    [
        ({"resourceTable": "Objekte"}, "names a table that is not known, 'Objekte'"),
        ({"dateTime": "gestern"}, "cannot be read"),
        ({"userId": None}, "cannot be read"),
        ({"resourceId": ""}, "cannot be read"),
    ],
    ids=str,
)
def test_an_entry_that_cannot_be_read_concludes_nothing(unreadable: dict[str, Any], said: str) -> None:
    with pytest.raises(OutcomeUnknown, match=said):
        events_of(ENTRY | unreadable)


def test_a_log_that_may_be_cut_concludes_nothing() -> None:
    # Numbers from 1 on were asked for, so the API does not keep to the filter.
    with pytest.raises(OutcomeUnknown, match=r"may be cut.*nothing was concluded"):
        events_of(ENTRY, number=0)
