"""Reading appointments, sans-I/O: the confirmation and the feedback of each participant.

`get idsfromrelation` shows who takes part in an appointment, but not their
relation info. Two other calls do, and both are documented: `get
appointmentList` tells confirmation and feedback, and its predecessor `read
calendar` the confirmation only. The first is asked; where an account refuses
it, the second is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.operations import Operation, chunks, raise_for_errors, record_ids
from onoffice_nb.api.wire import Call, Result, read_number
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import InputError, NotAuthenticated, OutcomeUnknown
from onoffice_nb.model import ACTIONS_PER_REQUEST, RelationType

__all__ = ["Infos", "read_infos"]

# Reading speaks English, `relationinfo` German.
_CONFIRMATIONS: Final = {
    "confirmed": "bestätigt",
    "sent": "gesendet",
    "canceled": "gecancelt",
    "not-set": "nicht gesetzt",
}
# Which language the feedback is read in is not documented, so both are understood.
_FEEDBACKS: Final = {"active": "aktiv", "inactive": "inaktiv"}

# A single record that does not exist or may not be read: an error here, where lists leave it out in silence.
UNKNOWN_RECORD: Final = frozenset({80, 121, 169})
_NO_SUCH_CALL: Final = frozenset({23, 24, 25})


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


def read_infos(relation: str | RelationType, *, parents: Iterable[int]) -> Operation[Infos]:
    """The relation info of everybody who takes part in these appointments, one appointment an action.

    Appointments that do not exist or may not be read are left out, as the API
    leaves them out of lists.

    Args:
        relation: `calendar:address`, the only relation type that carries an info.
        parents: ids of appointments, in any order; each is asked for once.

    Returns:
        The infos, with the German values that `RelationInfo` takes. A value that is not
        documented is passed on as the API wrote it.

    Raises:
        InputError: for another relation type, or what cannot be ids.
        ApiError: if the account refuses both calls.
        OutcomeUnknown: if an answer cannot be read.
    """
    kind = find_relation(relation)
    if not kind.takes_info:
        raise InputError(
            f"Expected calendar:address, the only relation type with a relation info, got {kind.suffix}:"
            " crm.related(…) reads the links of other types."
        )

    participants: list[_Participant] = []
    call_exists = True
    for appointments in chunks(list(dict.fromkeys(record_ids(parents))), ACTIONS_PER_REQUEST):
        unanswered = appointments
        if call_exists:
            results = yield [_list_call(appointment) for appointment in appointments]
            unanswered = []
            for appointment, result in zip(appointments, results, strict=True):
                found = _listed_participants(appointment, result)
                if found is None:
                    unanswered.append(appointment)
                else:
                    participants += found
            call_exists = not all(result is not None and result.code in _NO_SUCH_CALL for result in results)

        if unanswered:
            results = yield [_calendar_call(appointment) for appointment in unanswered]
            for appointment, result in zip(unanswered, results, strict=True):
                participants += _calendar_participants(appointment, result)

    return _as_infos(participants)


def _list_call(appointment: int) -> Call:
    return Call("get", "appointmentList", {"data": ["id", "contacts", "showFollowUpStatus"]}, str(appointment))


def _calendar_call(appointment: int) -> Call:
    return Call("read", "calendar", {"showConfirmationStatus": True}, str(appointment))


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
    # Where the id stands in the request is not quite clear on the API's page: another
    # appointment, or a whole list, means that it was not understood.
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


def _maps(value: object) -> Sequence[Mapping[str, Any]]:
    """A list of maps, as PHP writes it: empty, or with gaps and then itself a map."""
    members = list(value.values()) if isinstance(value, Mapping) else value or []
    if not isinstance(members, list) or not all(isinstance(member, Mapping) for member in members):
        raise OutcomeUnknown("onOffice answered, but its list of participants cannot be read. Ask again.")
    return members


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
