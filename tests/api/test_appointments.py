"""Relation infos of appointments, from either of the two calls that tell them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from onoffice_nb.api.appointments import Infos, read_infos
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.errors import ApiError, InputError, NotAuthenticated, OutcomeUnknown
from onoffice_nb.model import CONFIRMATIONS, FEEDBACKS, RelationInfo
from tests.api.answering import asked

RELATION = "calendar:address"
OK: Any = {"code": 0, "message": "OK"}
# Appointment -> address -> (confirmation, feedback), in the API's words.
CALENDAR: dict[int, dict[int, tuple[str, str | None]]] = {
    2909: {10823: ("sent", None), 10821: ("confirmed", "aktiv")},
    2910: {},
    2911: {10821: ("canceled", "inaktiv"), 10830: ("not-set", None)},
}


def listed(call: Call) -> Result:
    """What `get appointmentList` answers."""
    appointment = int(call.resourceid)
    if appointment not in CALENDAR:
        return Result(0, "OK")
    contacts = [
        {"id": str(address), "confirmationStatus": confirmation, "followUpAvailable": True, "followUpStatus": feedback}
        for address, (confirmation, feedback) in CALENDAR[appointment].items()
    ]
    return Result(0, "OK", ({"id": appointment, "elements": {"id": call.resourceid, "contacts": contacts}},))


def old(call: Call) -> Result:
    """What `read calendar` answers."""
    appointment = int(call.resourceid)
    if appointment not in CALENDAR:
        return Result(169, "Appointment not found")
    addresses = [
        {"id": address, "confirmationStatus": confirmation}
        for address, (confirmation, _) in CALENDAR[appointment].items()
    ]
    return Result(0, "OK", ({"id": appointment, "elements": {"addresses": addresses}},))


def answering(first: Result | None = None) -> Any:
    """The API; `first` in place of what appointmentList answers."""
    return lambda call: old(call) if call.resourcetype == "calendar" else first or listed(call)


def rows(infos: Infos) -> list[tuple[Any, ...]]:
    columns = (infos.parents, infos.children, infos.confirmations, infos.feedbacks)
    return list(zip(*(column.tolist() for column in columns), strict=True))


TOLD = [
    (2909, 10821, "bestätigt", "aktiv"),
    (2909, 10823, "gesendet", None),
    (2911, 10821, "gecancelt", "inaktiv"),
    (2911, 10830, "nicht gesetzt", None),
]


def test_confirmation_and_feedback_of_each_participant() -> None:
    requests, infos = asked(read_infos(RELATION, parents=[2911, 404, 2910, 2909, 2911]), answering())
    assert rows(infos) == TOLD
    assert len(infos) == 4
    assert infos.feedback_known.all()
    assert infos.parents.dtype == infos.children.dtype == np.dtype(np.int64)

    (calls,) = requests
    assert [call.resourceid for call in calls] == ["2911", "404", "2910", "2909"]
    assert {(call.verb, call.resourcetype) for call in calls} == {("get", "appointmentList")}
    assert calls[0].parameters == {"data": ["id", "contacts", "showFollowUpStatus"]}


def test_a_status_that_was_read_can_be_written() -> None:
    _, infos = asked(read_infos(RELATION, parents=CALENDAR), answering())
    assert set(infos.confirmations) == set(CONFIRMATIONS)
    assert set(infos.feedbacks) - {None} == set(FEEDBACKS)
    for confirmation, feedback in zip(infos.confirmations, infos.feedbacks, strict=True):
        RelationInfo(confirmation, feedback)


@pytest.mark.parametrize(
    "refusal",
    [
        Result(25, "Missing configuration for resourceType"),
        Result(23, "Missing configuration for actionId"),
        Result(24, "Missing configuration for resourceId"),
        Result(91, "Start date missing"),
        Result(156, "Access violation"),
        Result(0, "OK", ({"id": 1, "elements": {"id": "1", "contacts": []}},)),
        Result(0, "OK", ({"id": 2909, "elements": {"id": "2909"}},)),
        Result(0, "OK", ({"id": 2909, "elements": []},)),
    ],
)
def test_where_the_new_call_is_refused_the_old_one_tells_the_confirmation(refusal: Result) -> None:
    requests, infos = asked(read_infos(RELATION, parents=[2909, 404]), answering(refusal))
    assert rows(infos) == [(2909, 10821, "bestätigt", None), (2909, 10823, "gesendet", None)]
    assert not infos.feedback_known.any(), "None does not mean that no feedback is set"
    assert [call.resourcetype for calls in requests for call in calls] == ["appointmentList"] * 2 + ["calendar"] * 2
    assert requests[1][0] == Call("read", "calendar", {"showConfirmationStatus": True}, "2909")


def test_a_call_that_does_not_exist_is_asked_for_in_one_request_only() -> None:
    many = range(1, 121)
    requests, infos = asked(read_infos(RELATION, parents=many), answering(Result(25, "Missing configuration")))
    assert [(calls[0].resourcetype, len(calls)) for calls in requests] == [
        ("appointmentList", 50),
        ("calendar", 50),
        ("calendar", 50),
        ("calendar", 20),
    ]
    assert len(infos) == 0
    assert infos.parents.dtype == np.dtype(np.int64)


def test_fifty_appointments_a_request() -> None:
    requests, _ = asked(read_infos(RELATION, parents=range(1, 121)), answering())
    assert [len(calls) for calls in requests] == [50, 50, 20]


def test_one_refused_appointment_does_not_cost_the_feedback_of_the_others() -> None:
    def reply(call: Call) -> Result:
        refused = call.resourcetype == "appointmentList" and call.resourceid == "2909"
        return Result(91, "Start date missing") if refused else answering()(call)

    _, infos = asked(read_infos(RELATION, parents=[2909, 2911]), reply)
    assert rows(infos) == [(*row[:3], None if row[0] == 2909 else row[3]) for row in TOLD]
    assert infos.feedback_known.tolist() == [False, False, True, True]


def test_errors_that_no_other_call_would_mend() -> None:
    with pytest.raises(NotAuthenticated):
        asked(read_infos(RELATION, parents=[2909]), lambda call: Result(137, "The HMAC is invalid."))
    with pytest.raises(ApiError, match="156"):
        asked(read_infos(RELATION, parents=[2909]), lambda call: Result(156, "Access violation"))


@pytest.mark.parametrize("contacts", ["10821", [10821], [{"confirmationStatus": "sent"}], [{"id": "x"}], 5])
def test_participants_that_cannot_be_read_are_not_guessed(contacts: object) -> None:
    answer = Result(0, "OK", ({"id": 2909, "elements": {"contacts": contacts}},))
    with pytest.raises(OutcomeUnknown, match="cannot be read"):
        asked(read_infos(RELATION, parents=[2909]), lambda call: answer)


def test_a_list_as_php_writes_it() -> None:
    gaps = {"1": {"id": 10821, "confirmationStatus": "sent"}, "4": {"id": "10823", "confirmationStatus": None}}
    answer = Result(0, "OK", ({"id": "2909", "elements": {"contacts": gaps}},))
    _, infos = asked(read_infos(RELATION, parents=[2909]), lambda call: answer)
    assert rows(infos) == [(2909, 10821, "gesendet", None), (2909, 10823, None, None)]
    assert not infos.feedback_known.any()


@pytest.mark.parametrize("parents", [[0], ["2909"], "2909", None])
def test_what_cannot_be_appointments(parents: Any) -> None:
    with pytest.raises(InputError):
        next(read_infos(RELATION, parents=parents))


def test_other_relation_types_carry_no_info() -> None:
    with pytest.raises(InputError, match="calendar:address"):
        next(read_infos("buyer", parents=[1001]))


def test_columns_of_the_frame() -> None:
    _, infos = asked(read_infos(RELATION, parents=CALENDAR), answering())
    frame = pd.DataFrame(infos.columns)
    assert list(frame.columns) == ["parent", "child", "confirmation", "feedback"]
    assert frame["confirmation"].tolist() == [row[2] for row in TOLD]
    assert frame["feedback"].isna().tolist() == [row[3] is None for row in TOLD]
