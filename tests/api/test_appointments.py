"""Relation infos of appointments, from either of the two calls that tell them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from onoffice_nb.api.appointments import Infos, list_appointments, read_infos
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
    """What `get appointmentList` answers to an appointment's id as the action's resourceid."""
    if not call.resourceid:
        return Result(230, "Missing start date")
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


def kinds(requests: list[list[Call]]) -> list[tuple[str, int]]:
    """What each request asks for, and how often."""
    return [(calls[0].resourcetype, len(calls)) for calls in requests]


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
    assert kinds(requests) == [("appointmentList", 2), ("appointmentList", 2), ("calendar", 2)]
    assert requests[-1][0] == Call("read", "calendar", {"showConfirmationStatus": True}, "2909")


def test_an_account_that_takes_the_id_among_the_parameters() -> None:
    def reply(call: Call) -> Result:
        if "resourceId" not in call.parameters:
            return Result(230, "Missing start date")
        return listed(Call(call.verb, call.resourcetype, call.parameters, resourceid=call.parameters["resourceId"]))

    refused: set[str] = set()
    requests, infos = asked(read_infos(RELATION, parents=[2909, 2911], refused=refused), reply)
    assert rows(infos) == TOLD
    assert infos.feedback_known.all()
    assert kinds(requests) == [("appointmentList", 2)] * 2

    requests, infos = asked(read_infos(RELATION, parents=[2909, 2911], refused=refused), reply)
    assert rows(infos) == TOLD
    assert kinds(requests) == [("appointmentList", 2)], "what was learnt stays"


def test_a_call_that_does_not_exist_is_asked_for_once() -> None:
    many = range(1, 121)
    refused: set[str] = set()
    api = answering(Result(25, "Missing configuration"))
    requests, infos = asked(read_infos(RELATION, parents=many, refused=refused), api)
    assert kinds(requests) == [("appointmentList", 50)] * 2 + [("calendar", 50), ("calendar", 50), ("calendar", 20)]
    assert len(infos) == 0
    assert infos.parents.dtype == np.dtype(np.int64)

    requests, _ = asked(read_infos(RELATION, parents=[2909], refused=refused), api)
    assert kinds(requests) == [("calendar", 1)]


def test_what_may_be_a_missing_right_for_one_appointment_is_not_remembered() -> None:
    refused: set[str] = set()
    asked(read_infos(RELATION, parents=[2909], refused=refused), answering(Result(156, "Access violation")))
    requests, infos = asked(read_infos(RELATION, parents=[2911], refused=refused), answering())
    assert kinds(requests) == [("appointmentList", 1)]
    assert infos.feedback_known.all()


def test_fifty_appointments_a_request() -> None:
    requests, _ = asked(read_infos(RELATION, parents=range(1, 121)), answering())
    assert [len(calls) for calls in requests] == [50, 50, 20]


def test_one_refused_appointment_does_not_cost_the_feedback_of_the_others() -> None:
    def reply(call: Call) -> Result:
        named = call.resourceid or call.parameters.get("resourceId")
        refused = call.resourcetype == "appointmentList" and named == "2909"
        return Result(91, "Start date missing") if refused else answering()(call)

    _, infos = asked(read_infos(RELATION, parents=[2909, 2911]), reply)
    assert rows(infos) == [(*row[:3], None if row[0] == 2909 else row[3]) for row in TOLD]
    assert infos.feedback_known.tolist() == [False, False, True, True]


def test_a_request_that_is_refused_as_a_whole_is_asked_by_the_older_call() -> None:
    asking = read_infos(RELATION, parents=[2909])
    next(asking)
    (call,) = asking.throw(ApiError(93, "no such resource"))
    assert call.resourcetype == "appointmentList"
    with pytest.raises(NotAuthenticated):
        asking.throw(NotAuthenticated(137, "The HMAC is invalid."))


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


# Appointments of a period

NEW = {
    "id": "7",
    "subject": "Besichtigung",
    "type": {"value": "Besichtigung", "label": "Besichtigung"},
    "status": {"value": "active", "label": "active"},
    "confirmationStatus": "sent",
    "date": {"start": "2026-06-01T08:00:00+00:00", "end": "2026-06-01T08:30:00+00:00", "allDay": False},
    "location": {"type": "customer", "value": "Aachen"},
    "users": [{"id": "21"}, {"id": "31"}],
    "contacts": [{"id": "153", "confirmationStatus": "sent"}],
    "estate": {"id": "61"},
}
OLD = {
    "start_dt": "2026-06-01 10:00:00",
    "end_dt": "2026-06-01 10:30:00",
    "description": "Besichtigung",
    "ort": "Aachen",
    "art": {"Besichtigung": "Besichtigung"},
    "status": "active",
    "confirmationStatus": "sent",
    "user_ids": [21, 31],
    "assignedaddressids": [153],
    "assignedobjectids": [61],
}
COLUMNS = [
    *("id", "start", "end", "subject", "type", "status", "confirmation", "location"),
    *("users", "addresses", "estates"),
]
ALIKE = {
    "id": [7],
    "subject": ["Besichtigung"],
    "type": ["Besichtigung"],
    "status": ["active"],
    "confirmation": ["gesendet"],
    "location": ["Aachen"],
    "users": [[21, 31]],
    "addresses": [[153]],
    "estates": [[61]],
}


def one(elements: Any) -> Result:
    return Result(0, "OK", ({"id": 7, "elements": elements},), 1)


def test_the_new_call_lists_a_period() -> None:
    requests, columns = asked(list_appointments("2026-06-01", "2026-06-30", users=[21]), lambda call: one(NEW))
    assert list(columns) == COLUMNS
    assert {name: columns[name] for name in ALIKE} == ALIKE
    assert columns["start"] == ["2026-06-01T08:00:00+00:00"]
    ((call,),) = requests
    assert (call.verb, call.resourcetype, call.resourceid) == ("get", "appointmentList", "")
    assert call.parameters["filter"] == {
        "startDate": "2026-06-01",
        "endDate": "2026-06-30",
        "isCancelled": False,
        "userIds": ["21"],
    }


def test_the_old_call_lists_the_same() -> None:
    refused: set[str] = set()

    def reply(call: Call) -> Result:
        return one(OLD) if call.resourcetype == "calendar" else Result(25, "Missing configuration")

    users: dict[str, Any] = {"users": [21], "refused": refused}
    requests, columns = asked(list_appointments("2026-06-01", "2026-06-30", **users), reply)
    assert list(columns) == COLUMNS
    assert {name: columns[name] for name in ALIKE} == ALIKE
    assert columns["start"] == ["2026-06-01 10:00:00"]
    assert kinds(requests) == [("appointmentList", 1), ("calendar", 1)]
    assert requests[1][0].parameters == {
        "datestart": "2026-06-01 00:00:00",
        "dateend": "2026-06-30 23:59:59",
        "users": [21],
        "showConfirmationStatus": True,
        "showcancelled": False,
    }
    requests, _ = asked(list_appointments("2026-06-01", "2026-06-30", **users), reply)
    assert kinds(requests) == [("calendar", 1)], "what was learnt stays"


def test_everybody_s_appointments_are_asked_for_by_the_call_that_is_documented_to_list_them() -> None:
    requests, columns = asked(list_appointments("2026-06-01", "2026-06-30"), lambda call: one(OLD))
    assert {name: columns[name] for name in ALIKE} == ALIKE
    assert kinds(requests) == [("calendar", 1)]
    assert requests[0][0].parameters["allusers"] is True


def test_an_account_without_the_older_call() -> None:
    def reply(call: Call) -> Result:
        return one(NEW) if call.resourcetype == "appointmentList" else Result(25, "Missing configuration")

    refused: set[str] = set()
    requests, columns = asked(list_appointments("2026-06-01", "2026-06-30", refused=refused), reply)
    assert kinds(requests) == [("calendar", 1), ("appointmentList", 1)]
    assert {name: columns[name] for name in ALIKE} == ALIKE
    requests, _ = asked(list_appointments("2026-06-01", "2026-06-30", refused=refused), reply)
    assert kinds(requests) == [("appointmentList", 1)]


def test_cancelled_appointments_on_demand() -> None:
    def parameters(**whose: Any) -> Any:
        listing = list_appointments("2026-06-01", "2026-06-30", cancelled=True, **whose)
        ((call,),), _ = asked(listing, lambda call: Result(0, ""))
        return call.parameters

    assert "isCancelled" not in parameters(users=[21])["filter"]
    assert parameters()["showcancelled"] is True


@pytest.mark.parametrize("elements", [{}, [], {"type": [], "estate": None, "contacts": None, "users": []}])
def test_an_appointment_of_which_little_is_told(elements: Any) -> None:
    for users in (None, [21]):
        listing = list_appointments("2026-06-01", "2026-06-30", users=users)
        _, columns = asked(listing, lambda call: one(elements))
        assert columns["id"] == [7]
        assert (columns["type"], columns["estates"], columns["addresses"]) == ([None], [[]], [[]])


def test_a_refusal_of_both_calls_is_that_of_the_last() -> None:
    def reply(call: Call) -> Result:
        return Result(156 if call.resourcetype == "calendar" else 25, "no")

    for users, code in (([21], "156"), (None, "25")):
        with pytest.raises(ApiError, match=code) as caught:
            asked(list_appointments("2026-06-01", "2026-06-30", users=users), reply)
        assert caught.value.__context__ is None
    with pytest.raises(NotAuthenticated):
        asked(list_appointments("2026-06-01", "2026-06-30"), lambda call: Result(137, ""))


def test_the_frame_is_ordered_by_start() -> None:
    def reply(call: Call) -> Result:
        days = {3: "2026-06-02", 1: "2026-06-09", 2: "2026-06-02"}
        return Result(0, "", tuple({"id": n, "elements": {"start_dt": day}} for n, day in days.items()))

    _, columns = asked(list_appointments("2026-06-01", "2026-06-30"), reply)
    assert columns["id"] == [2, 3, 1]
