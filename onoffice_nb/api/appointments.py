"""Reading appointments, sans-I/O: those of a period, and the relation info of each participant.

Two calls tell of appointments, and both are documented: `get appointmentList`,
and its predecessor `read calendar`, which knows no feedback. The first is
asked first, but for everybody's appointments, which only the second is
documented to list; where an account refuses the one, the other is asked. `get
idsfromrelation` shows who takes part, but not their relation info.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.operations import Operation, chunks, raise_for_errors, record_ids
from onoffice_nb.api.records import UNKNOWN_RECORD, Period, Record, calendar_period, read_by_period
from onoffice_nb.api.wire import Call, Result, read_number
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import ApiError, InputError, NotAuthenticated, OutcomeUnknown
from onoffice_nb.model import ACTIONS_PER_REQUEST, RelationType

__all__ = ["Infos", "list_appointments", "read_infos"]

# Reading speaks English, `relationinfo` German.
_CONFIRMATIONS: Final = {
    "confirmed": "bestätigt",
    "sent": "gesendet",
    "canceled": "gecancelt",
    "not-set": "nicht gesetzt",
}
# Which language the feedback is read in is not documented, so both are understood.
_FEEDBACKS: Final = {"active": "aktiv", "inactive": "inaktiv"}

_NO_SUCH_CALL: Final = frozenset({23, 24, 25})
# There is no such call, or it was taken for a list, which lacks its period.
_NOT_KNOWN: Final = _NO_SUCH_CALL | {91, 92, 167, 230, 289}
_UNREADABLE: Final = "onOffice answered, but its list of participants cannot be read. Ask again."


@dataclass(frozen=True, slots=True, eq=False)
class Infos:
    """The relation infos of appointments' participants: five arrays of equal length, ordered by parent, then child.

    Attributes:
        parents: int64, the appointments.
        children: int64, the addresses that take part.
        confirmations: object, one of `model.CONFIRMATIONS` each, or None where the API names none.
        feedbacks: object, one of `model.FEEDBACKS` each, or None.
        feedback_known: bool; False where the API did not tell the feedback at all, so that
            None in `feedbacks` does not mean "not set".
    """

    parents: NDArray[np.int64]
    children: NDArray[np.int64]
    confirmations: NDArray[np.object_]
    feedbacks: NDArray[np.object_]
    feedback_known: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.parents)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the frame that shows them: parent, child, confirmation, feedback."""
        return {
            "parent": self.parents,
            "child": self.children,
            "confirmation": self.confirmations,
            "feedback": self.feedbacks,
        }


class _Participant(NamedTuple):
    """One participant of one appointment, as one of the two calls tells it."""

    parent: int
    child: int
    confirmation: str | None
    feedback: str | None
    feedback_known: bool


def read_infos(
    relation: str | RelationType, *, parents: Iterable[int], refused: set[str] | None = None
) -> Operation[Infos]:
    """The relation info of everybody who takes part in these appointments, one appointment an action.

    Appointments that do not exist or may not be read are left out, as the API
    leaves them out of lists.

    Args:
        relation: `calendar:address`, the only relation type that carries an info.
        parents: ids of appointments, in any order; each is asked for once.
        refused: names of calls that this account was found not to know; they are not asked
            again, and what is found out here is added.

    Returns:
        The infos, with the German values that `RelationInfo` takes. A value that is not
        documented is passed on as the API wrote it.

    Raises:
        InputError: for another relation type, or what cannot be ids.
        ApiError: if the account refuses both calls.
        OutcomeUnknown: if an answer cannot be read.
    """
    relation_type = find_relation(relation)
    if not relation_type.takes_info:
        raise InputError(
            f"Expected calendar:address, the only relation type with a relation info, got {relation_type.suffix}:"
            " crm.related(…) reads the links of other types."
        )

    known_refusals = set() if refused is None else refused
    participants: list[_Participant] = []
    for appointments in chunks(list(dict.fromkeys(record_ids(parents))), ACTIONS_PER_REQUEST):
        participants += yield from _participants(appointments, known_refusals)
    return _as_infos(participants)


def list_appointments(
    start: str | date | None,
    end: str | date | None,
    *,
    users: Iterable[int] | None = None,
    cancelled: bool = False,
    refused: set[str] | None = None,
) -> Operation[dict[str, list[Any]]]:
    """The appointments of a period, in one form whichever call tells them.

    Args:
        start: first day.
        end: last day, included.
        users: ids of users, or None for everybody's.
        cancelled: whether cancelled appointments are wanted too.
        refused: names of calls that this account was found not to know, as for `read_infos`.

    Returns:
        Columns of equal length, as `Client.appointments` describes them, ordered by start, then id.

    Raises:
        InputError: if a day is missing or is not one.
        ApiError: if the account refuses both calls.
        OutcomeUnknown: if an answer cannot be read.
    """
    period = Period.read(start, end, users)
    known_refusals = set() if refused is None else refused

    refusal: ApiError | None = None
    for listing in _listings(period, known_refusals):
        try:
            records = yield from read_by_period(listing.call_of(cancelled), period)
        except NotAuthenticated:
            raise
        except ApiError as error:
            refusal = error
            if error.code in _NO_SUCH_CALL:
                known_refusals.add(listing.name)
        else:
            return _as_columns(map(listing.row, records))
    # There is one: each call that was asked has refused.
    raise refusal or OutcomeUnknown(_UNREADABLE)


_COLUMNS: Final = (
    *("id", "start", "end", "subject", "type", "status", "confirmation", "location"),
    *("users", "addresses", "estates"),
)


def _as_columns(rows: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    """The rows as columns, ordered by start, then id."""
    ordered = sorted(rows, key=lambda row: (row["start"] or "", row["id"]))
    return {name: [row[name] for row in ordered] for name in _COLUMNS}


def _period_call(cancelled: bool) -> Callable[[Period], Call]:
    wanted = [
        *("id", "subject", "type", "status", "confirmationStatus", "date", "location"),
        *("users", "contacts", "estate"),
    ]

    def call_of(period: Period) -> Call:
        filter: dict[str, Any] = {"startDate": str(period.start), "endDate": str(period.end)}
        if not cancelled:
            filter["isCancelled"] = False
        if period.users is not None:
            filter["userIds"] = [str(user) for user in period.users]
        return Call("get", "appointmentList", {"data": wanted, "filter": filter})

    return call_of


def _calendar_period_call(cancelled: bool) -> Callable[[Period], Call]:
    def call_of(period: Period) -> Call:
        parameters = {**calendar_period(period), "showConfirmationStatus": True, "showcancelled": cancelled}
        return Call("read", "calendar", parameters)

    return call_of


def _listed_row(record: Record) -> dict[str, Any]:
    """An appointment as `appointmentList` tells it."""
    number, elements = record
    days = _map(elements.get("date"))
    estate = _map(elements.get("estate"))
    return {
        "id": number,
        "start": days.get("start"),
        "end": days.get("end"),
        "subject": elements.get("subject"),
        "type": _map(elements.get("type")).get("value"),
        "status": _map(elements.get("status")).get("value"),
        "confirmation": _in_german(elements.get("confirmationStatus"), _CONFIRMATIONS),
        "location": _map(elements.get("location")).get("value"),
        "users": [read_number(user.get("id")) for user in _maps(elements.get("users"))],
        "addresses": [read_number(contact.get("id")) for contact in _maps(elements.get("contacts"))],
        "estates": [read_number(estate["id"])] if estate.get("id") else [],
    }


def _calendar_row(record: Record) -> dict[str, Any]:
    """An appointment as `read calendar` tells it."""
    number, elements = record
    types = _map(elements.get("art"))
    return {
        "id": number,
        "start": elements.get("start_dt"),
        "end": elements.get("end_dt"),
        "subject": elements.get("description"),
        "type": next(iter(types), None),
        "status": elements.get("status"),
        "confirmation": _in_german(elements.get("confirmationStatus"), _CONFIRMATIONS),
        "location": elements.get("ort"),
        "users": _numbers(elements.get("user_ids")),
        "addresses": _numbers(elements.get("assignedaddressids")),
        "estates": _numbers(elements.get("assignedobjectids")),
    }


class _Listing(NamedTuple):
    """One call that lists a period: what makes it, with or without cancelled ones, and what reads a record."""

    name: str
    call_of: Callable[[bool], Callable[[Period], Call]]
    row: Callable[[Record], dict[str, Any]]


_NEW_LISTING: Final = _Listing("list of appointmentList", _period_call, _listed_row)
_OLD_LISTING: Final = _Listing("list of calendar", _calendar_period_call, _calendar_row)


def _listings(period: Period, known_refusals: Collection[str]) -> list[_Listing]:
    """The calls that may list a period, the better one first; both where both were refused before."""
    # Only the older call is documented to list everybody's appointments.
    listings = [_OLD_LISTING, _NEW_LISTING] if period.users is None else [_NEW_LISTING, _OLD_LISTING]
    return [listing for listing in listings if listing.name not in known_refusals] or listings


class _Way(NamedTuple):
    """One way to ask for the participants of an appointment: its call, and what reads the answer, None if refused."""

    name: str
    call_of: Callable[[int], Call]
    read: Callable[[int, Result | None], list[_Participant] | None]


_STATUSES: Final = ["id", "contacts", "showFollowUpStatus"]


def _list_call(appointment: int) -> Call:
    return Call("get", "appointmentList", {"data": _STATUSES}, str(appointment))


def _list_call_by_parameter(appointment: int) -> Call:
    """The API's page names the id as `resourceId` and leaves open where it stands."""
    return Call("get", "appointmentList", {"data": _STATUSES, "resourceId": str(appointment)})


def _calendar_call(appointment: int) -> Call:
    return Call("read", "calendar", {"showConfirmationStatus": True}, str(appointment))


def _participants(appointments: list[int], known_refusals: set[str]) -> Operation[list[_Participant]]:
    """Those who take part in up to 50 appointments, each as the first call tells them that tells of it at all."""
    participants: list[_Participant] = []
    unanswered = appointments
    for way in _WAYS:
        if unanswered and way.name not in known_refusals:
            told_of = yield from _ask_one_way(way, unanswered, known_refusals)
            participants += chain.from_iterable(told or () for told in told_of.values())
            unanswered = [appointment for appointment, told in told_of.items() if told is None]
    return participants


def _ask_one_way(
    way: _Way, appointments: list[int], known_refusals: set[str]
) -> Operation[dict[int, list[_Participant] | None]]:
    """What one call tells of each appointment; where it is not known at all, that is noted."""
    results = yield from _results([way.call_of(appointment) for appointment in appointments])
    if all(result is not None and result.code in _NOT_KNOWN for result in results):
        known_refusals.add(way.name)
    return {
        appointment: way.read(appointment, result) for appointment, result in zip(appointments, results, strict=True)
    }


def _results(calls: list[Call]) -> Operation[list[Result | None]]:
    """The results of some calls; where the request is refused as a whole, that is the result of each."""
    try:
        return (yield calls)
    except NotAuthenticated:
        raise
    except ApiError as refusal:
        return [Result(refusal.code, refusal.message)] * len(calls)


def _listed_participants(appointment: int, result: Result | None) -> list[_Participant] | None:
    """The participants that `appointmentList` tells; None if the older call has to be asked."""
    if result is None or result.code:
        if result is not None and result.code in UNKNOWN_RECORD:
            return []
        if result is not None and isinstance(result.error, NotAuthenticated):
            raise result.error
        return None

    if not result.records:
        return []
    # Another appointment, or a whole list, means that the id was not understood.
    elements = _elements_of(appointment, result)
    contacts = None if elements is None else elements.get("contacts")
    if contacts is None:
        return None

    return [
        _Participant(
            appointment,
            read_number(contact.get("id")),
            _in_german(contact.get("confirmationStatus"), _CONFIRMATIONS),
            _in_german(contact.get("followUpStatus"), _FEEDBACKS),
            feedback_known="followUpStatus" in contact,
        )
        for contact in _maps(contacts)
    ]


def _calendar_participants(appointment: int, result: Result | None) -> list[_Participant]:
    """The participants that `read calendar` tells, which knows no feedback."""
    if result is not None and result.code in UNKNOWN_RECORD:
        return []
    (answered,) = raise_for_errors([result])
    elements = _elements_of(appointment, answered)
    if elements is None:
        return []

    return [
        _Participant(
            appointment,
            read_number(address.get("id")),
            _in_german(address.get("confirmationStatus"), _CONFIRMATIONS),
            feedback=None,
            feedback_known=False,
        )
        for address in _maps(elements.get("addresses"))
    ]


def _elements_of(appointment: int, result: Result) -> Mapping[str, Any] | None:
    """What an answer holds of this appointment, if it holds it."""
    for record in result.records:
        elements = record.get("elements")
        if isinstance(elements, Mapping) and read_number(record.get("id")) == appointment:
            return elements
    return None


def _map(value: object) -> Mapping[str, Any]:
    """A map, which PHP writes as an empty list or as nothing where it is empty."""
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    """A list, which PHP writes as a map where it has gaps."""
    members = list(value.values()) if isinstance(value, Mapping) else value or []
    if not isinstance(members, list):
        raise OutcomeUnknown(_UNREADABLE)
    return members


def _maps(value: object) -> list[Mapping[str, Any]]:
    members = _list(value)
    if not all(isinstance(member, Mapping) for member in members):
        raise OutcomeUnknown(_UNREADABLE)
    return members


def _numbers(value: object) -> list[int]:
    return [read_number(number) for number in _list(value)]


def _in_german(value: object, words: Mapping[str, str]) -> str | None:
    return words.get(value, value) if isinstance(value, str) and value else None


def _as_infos(participants: Iterable[_Participant]) -> Infos:
    ordered = sorted(participants, key=lambda participant: (participant.parent, participant.child))
    return Infos(
        np.array([participant.parent for participant in ordered], dtype=np.int64),
        np.array([participant.child for participant in ordered], dtype=np.int64),
        np.array([participant.confirmation for participant in ordered], dtype=object),
        np.array([participant.feedback for participant in ordered], dtype=object),
        np.array([participant.feedback_known for participant in ordered], dtype=bool),
    )


_WAYS: Final = (
    _Way("appointmentList by resourceid", _list_call, _listed_participants),
    _Way("appointmentList by resourceId", _list_call_by_parameter, _listed_participants),
    _Way("calendar", _calendar_call, _calendar_participants),
)
