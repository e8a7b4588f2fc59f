"""Appointments: `get appointmentList`, and `read calendar`, which it is to succeed.

Both show one appointment by its id or those of a period, and both tell the
statuses of the participants, in English; relation calls take them in German.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final, TypeAlias

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import API_USER, Participant, Store
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.filters import Keep, read_filter
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult

__all__ = ["FIELDS", "appointment_list", "read_calendar"]

# What an appointment is made of; `user_ids` and `groups` are ids, separated by commas.
FIELDS: Final = (
    *("description", "note", "start_dt", "end_dt", "art", "ort", "von", "modified", "private", "ganztags"),
    *("abgesagt", "erledigt", "rp_flag", "user_ids", "groups"),
)

Appointment: TypeAlias = tuple[int, dict[str, str]]

_LARGEST_LIST: Final = 500
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?", re.ASCII)
_IN_ENGLISH: Final = {
    "bestätigt": "confirmed",
    "gesendet": "sent",
    "gecancelt": "canceled",
    "nicht gesetzt": "not-set",
    "aktiv": "active",
    "inaktiv": "inactive",
}
_CALENDAR_FILTERS: Final = ("start_dt", "end_dt", "rp_flag", "description", "von", "erledigt", "note", "art")
_LIST_FILTERS: Final = {"notes": "note", "createdBy": "von", "type": "art", "subject": "description"}
_LIST_FLAGS: Final = {"isCancelled": "abgesagt", "isDone": "erledigt", "isRecurrent": "rp_flag"}


# The call that is to be replaced


def read_calendar(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Appointments with all that is known of them: one by resourceid, or those of a period."""
    parameters = action.parameters
    if action.resourceid:
        appointments = _single(action.resourceid, store, behaviour)
    else:
        appointments = _calendar_list(parameters, store, behaviour)[:_LARGEST_LIST]

    show_statuses = parameters.get("showConfirmationStatus") in (True, 1, "1", "true")
    linked = _Linked(store, appointments)
    chosen = _chosen_fields(parameters) if behaviour.calendar_data == "chosen" else None

    records = []
    for number, fields in appointments:
        elements = _calendar_elements(number, fields, linked, show_statuses=show_statuses)
        if chosen is not None:
            elements = {name: value for name, value in elements.items() if name in chosen}
        records.append({"id": number, "type": "calendar", "elements": elements})
    return CallResult(records, len(records))


def _calendar_list(parameters: Mapping[str, Any], store: Store, behaviour: Behaviour) -> list[Appointment]:
    """The appointments of a period; which of both, and whose."""
    by_date = "datestart" in parameters or "dateend" in parameters
    by_change = not by_date and ("modifiedstart" in parameters or "modifiedend" in parameters)
    tests = []
    if by_date:
        tests.append(_calendar_period(parameters))
    elif by_change:
        tests.append(_changed_between(parameters))
    elif behaviour.appointments == "by period":
        raise ApiRefusal(289)

    if parameters.get("filter") and not by_date:
        raise ApiRefusal(241)
    tests.append(read_filter(parameters.get("filter") or {}, _CALENDAR_FILTERS, behaviour.unknown_field))
    if by_date or by_change:
        tests.append(_whose(parameters, store, works=by_date))
    if parameters.get("showcancelled") not in (True, 1, "1", "true"):
        tests.append(_flagged("abgesagt", wanted=False))
    return _passing(tests, store)


def _passing(tests: Collection[Keep], store: Store) -> list[Appointment]:
    return [(number, fields) for number, fields in _appointments(store) if all(test(fields) for test in tests)]


def _calendar_period(parameters: Mapping[str, Any]) -> Keep:
    start, end = (_date(parameters.get(name), 122) for name in ("datestart", "dateend"))
    if start is None:
        raise ApiRefusal(91)
    if end is None:
        raise ApiRefusal(92)
    if start > end:
        raise ApiRefusal(93)
    return _between(start, end)


def _changed_between(parameters: Mapping[str, Any]) -> Keep:
    start, end = (str(parameters.get(name) or "") for name in ("modifiedstart", "modifiedend"))
    if end and start > end:
        raise ApiRefusal(288)
    return lambda fields: bool(fields["modified"]) and start <= fields["modified"] <= (end or "9999")


def _whose(parameters: Mapping[str, Any], store: Store, *, works: bool) -> Keep:
    """Whether an appointment is one of those whose appointments are asked for, by default of the user who asks."""
    if parameters.get("allusers") in (True, 1, "1", "true"):
        return lambda fields: True
    named = {}
    for name, code in (("users", 301), ("groups", 295)):
        ids = php.as_list(parameters.get(name, []))
        if ids is None:
            raise ApiRefusal(code)
        named[name] = {str(number) for number in ids}
    if works and (named["users"] or named["groups"]):
        return _with(named["users"], named["groups"])
    return _with_the_api_user(store)


def _with(users: Collection[str], groups: Collection[str]) -> Keep:
    return lambda fields: _takes_part(fields, users, groups)


def _with_the_api_user(store: Store) -> Keep:
    return _with({str(API_USER)}, _groups_of(store).get(str(API_USER), set()))


def _chosen_fields(parameters: Mapping[str, Any]) -> list[Any] | None:
    return php.as_list(parameters["data"]) if "data" in parameters else None


def _calendar_elements(
    number: int, fields: Mapping[str, str], linked: _Linked, *, show_statuses: bool
) -> dict[str, Any]:
    """What `read calendar` tells of an appointment, in the order of the documentation's example."""
    users = linked.users_of(fields)
    participants = linked.participants[number]
    statuses = {
        "confirmationStatus": _overall_status(participants),
        "addresses": [
            {"id": participant.address, "confirmationStatus": _confirmation(participant)}
            for participant in participants
        ],
    }

    return {
        **{name: fields[name] for name in ("start_dt", "end_dt", "description", "note", "ort")},
        "art": {fields["art"]: fields["art"]} if fields["art"] else [],
        "fuer": [f"{user['lastName']}, {user['firstName']} ({user['userName']})" for user in users],
        "groups": _split(fields["groups"]),
        "emails": {user["userName"]: user["email"] for user in users},
        "user_ids": [int(user["id"]) for user in users],
        "ressources": [],
        "ressourcesWithKeys": [],
        "erinnerung": "",
        "ganztags": _is_set(fields["ganztags"]),
        "rp_flag": _is_set(fields["rp_flag"]),
        "abgesagt": _is_set(fields["abgesagt"]),
        "status": _status(fields),
        "assignedaddressids": [participant.address for participant in participants],
        **(statuses if show_statuses else {}),
        "assignedobjectids": linked.estates[number],
        "rp_type": "",
        "rp_tage": 0,
        "rp_beginn_datum": "0000-00-00",
        "rp_ende_datum": "0000-00-00",
        "rp_ende_status": "0",
        "allowTransitTime": False,
        "transitTime": None,
        "transitTimePre": "00:00:00",
        "transitTimePost": "00:00:00",
        "rp_exception": [],
        "ProjektNr": linked.projects.get(number),
        "von": fields["von"],
        "private": fields["private"] or "0",
        "modified": fields["modified"],
        "users": [
            {"id": user["id"], "username": user["userName"], **{key: user[key] for key in _PERSON}} for user in users
        ],
    }


# Its successor


def appointment_list(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Appointments with the fields that are asked for: one by its id, or those of a period."""
    parameters = action.parameters
    wanted = _wanted_elements(parameters, behaviour)
    number = action.resourceid if behaviour.appointment_id == "resourceid" else parameters.get("resourceId")
    if number:
        appointments = _single(str(number), store, behaviour)
    else:
        appointments = _filtered_list(parameters, store, behaviour)[:_LARGEST_LIST]

    linked = _Linked(store, appointments)
    follow_up = behaviour.follow_up_status if "showFollowUpStatus" in wanted else None
    records = []
    for appointment, fields in appointments:
        elements = _listed_elements(appointment, fields, linked, wanted)
        if "contacts" in wanted:
            participants = linked.participants[appointment]
            elements["contacts"] = [_contact(participant, follow_up) for participant in participants]
        records.append({"id": appointment, "type": "calendar", "elements": elements})
    return CallResult(records, len(records))


def _wanted_elements(parameters: Mapping[str, Any], behaviour: Behaviour) -> list[str]:
    wanted = php.as_list(parameters.get("data"))
    if wanted is None:
        raise ApiRefusal(167 if "data" not in parameters else 74, "data")
    for name in wanted:
        if not isinstance(name, str) or name not in _LIST_ELEMENTS:
            raise ApiRefusal(behaviour.unknown_field, name)
    return wanted


def _listed_elements(appointment: int, fields: Mapping[str, str], linked: _Linked, wanted: list[str]) -> dict[str, Any]:
    return {
        name: write(appointment, fields, linked)
        for name, write in _LIST_ELEMENTS.items()
        if write is not None and name in wanted
    }


def _filtered_list(parameters: Mapping[str, Any], store: Store, behaviour: Behaviour) -> list[Appointment]:
    conditions = php.as_map(parameters.get("filter") or {})
    if conditions is None:
        raise ApiRefusal(257, "filter")
    tests = [_list_period(conditions), *_listed_fields(conditions, behaviour)]
    users, groups = (
        {str(number) for number in php.as_list(conditions.get(name) or []) or ()} for name in ("userIds", "groupIds")
    )
    if users or groups:
        tests.append(_with(users, groups))
    elif behaviour.appointment_list_users == "own":
        tests.append(_with_the_api_user(store))
    return _passing(tests, store)


def _list_period(conditions: Mapping[str, Any]) -> Keep:
    start, end = (_date(conditions.get(name), 231) for name in ("startDate", "endDate"))
    if start is None or end is None:
        raise ApiRefusal(230)
    if start > end:
        raise ApiRefusal(231)
    return _between(start, end)


def _listed_fields(conditions: Mapping[str, Any], behaviour: Behaviour) -> list[Keep]:
    """The conditions on fields and flags of an appointment."""
    tests: list[Keep] = []
    by_field: dict[str, Any] = {}
    for name, value in conditions.items():
        if name in _LIST_FLAGS:
            tests.append(_flagged(_LIST_FLAGS[name], wanted=value in (True, 1, "1", "true")))
        elif name in _LIST_FILTERS:
            by_field[_LIST_FILTERS[name]] = value
        elif name not in ("startDate", "endDate", "userIds", "groupIds"):
            raise ApiRefusal(behaviour.unknown_field, name)
    return [*tests, read_filter(by_field, FIELDS, behaviour.unknown_field)]


def _flagged(name: str, *, wanted: bool) -> Keep:
    return lambda fields: _is_set(fields[name]) is wanted


def _contact(participant: Participant, follow_up: str | None) -> dict[str, Any]:
    contact: dict[str, Any] = {
        "id": str(participant.address),
        "confirmationStatus": _confirmation(participant),
    }
    if follow_up is not None:
        feedback = participant.feedback
        if follow_up == "in English" and feedback is not None:
            feedback = _IN_ENGLISH[feedback]
        available = follow_up != "not configured"
        contact |= {"followUpAvailable": available, "followUpStatus": feedback if available else None}
    return contact


_PERSON: Final = ("firstName", "lastName", "email")
_Element: TypeAlias = Callable[[int, Mapping[str, str], "_Linked"], Any]

# What can be asked for; `contacts` and what belongs to it are written elsewhere.
_LIST_ELEMENTS: Final[dict[str, _Element | None]] = {
    "id": lambda number, fields, linked: str(number),
    "createdBy": lambda number, fields, linked: fields["von"],
    "modified": lambda number, fields, linked: _in_iso(fields["modified"]),
    "subject": lambda number, fields, linked: fields["description"],
    "notes": lambda number, fields, linked: fields["note"],
    "confirmationStatus": lambda number, fields, linked: _overall_status(linked.participants[number]),
    "private": lambda number, fields, linked: _is_set(fields["private"]),
    "type": lambda number, fields, linked: {"value": fields["art"], "label": fields["art"]},
    "status": lambda number, fields, linked: {"value": _status(fields), "label": _status(fields)},
    "date": lambda number, fields, linked: {
        "start": _in_iso(fields["start_dt"]),
        "end": _in_iso(fields["end_dt"]),
        "allDay": _is_set(fields["ganztags"]),
    },
    "travelTime": lambda number, fields, linked: None,
    "location": lambda number, fields, linked: {"type": "customer", "value": fields["ort"]},
    "recurrence": lambda number, fields, linked: None,
    "reminder": lambda number, fields, linked: None,
    "groups": lambda number, fields, linked: [{"id": group, "name": ""} for group in _split(fields["groups"])],
    "users": lambda number, fields, linked: linked.users_of(fields),
    "resources": lambda number, fields, linked: [],
    "contacts": None,
    "showFollowUpStatus": None,
    "estate": lambda number, fields, linked: _first_linked(linked.estates[number]),
    "project": lambda number, fields, linked: _first_linked(linked.projects[number]),
    "conflicts": lambda number, fields, linked: None,
}


# What both calls share


class _Linked:
    """What hangs on some appointments: participants, estates, projects and users."""

    def __init__(self, store: Store, appointments: Iterable[Appointment]) -> None:
        numbers = [number for number, _ in appointments]
        self.participants: dict[int, list[Participant]] = defaultdict(list)
        self.estates: dict[int, list[int]] = defaultdict(list)
        self.projects: dict[int, list[int]] = defaultdict(list)
        for participant in store.participants(numbers):
            self.participants[participant.appointment].append(participant)
        for appointment, estate in store.pairs("calendar:estate", parents=numbers):
            self.estates[appointment].append(estate)
        for project, appointment in store.pairs("project:calendar", children=numbers):
            self.projects[appointment].append(project)
        self._users = {str(number): fields for number, fields in store.records("user")}
        self._groups = _groups_of(store)

    def users_of(self, fields: Mapping[str, str]) -> list[dict[str, str]]:
        """The users who take part, by themselves or with their group."""
        groups = set(_split(fields["groups"]))
        by_group = [user for user, memberships in self._groups.items() if groups & memberships]
        people = []
        for user in dict.fromkeys([*_split(fields["user_ids"]), *by_group]):
            person = self._users.get(user, {})
            people.append(
                {
                    "id": user,
                    "userName": person.get("Name", ""),
                    "firstName": person.get("Vorname", ""),
                    "lastName": person.get("Nachname", ""),
                    "email": person.get("email", ""),
                }
            )
        return people


def _appointments(store: Store) -> list[Appointment]:
    """All appointments that may be read, each with all its fields."""
    return [(number, _complete(fields)) for number, fields in store.records("calendar")]


def _single(number: str, store: Store, behaviour: Behaviour) -> list[Appointment]:
    records = store.records("calendar", [number])
    if not records and behaviour.unknown_resourceid == "refused":
        raise ApiRefusal(169)
    return [(number, _complete(fields)) for number, fields in records]


def _complete(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: fields.get(name, "") for name in FIELDS}


def _groups_of(store: Store) -> dict[str, set[str]]:
    """The groups of each user."""
    return {str(number): set(_split(fields.get("groups", ""))) for number, fields in store.records("user")}


def _takes_part(fields: Mapping[str, str], users: Collection[str], groups: Collection[str]) -> bool:
    return not {*_split(fields["user_ids"])}.isdisjoint(users) or not {*_split(fields["groups"])}.isdisjoint(groups)


def _date(value: object, code: int) -> str | None:
    """The day of a date, without its time; None where there is none."""
    if value in (None, ""):
        return None
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ApiRefusal(code)
    return match[1]


def _between(start: str, end: str) -> Keep:
    """Whether an appointment touches a period of whole days, the last one included."""

    def overlaps(fields: Mapping[str, str]) -> bool:
        begins, ends = fields["start_dt"][:10], (fields["end_dt"] or fields["start_dt"])[:10]
        return bool(begins) and begins <= end and ends >= start

    return overlaps


def _confirmation(participant: Participant) -> str:
    return _IN_ENGLISH[participant.confirmation or "nicht gesetzt"]


def _overall_status(participants: Iterable[Participant]) -> str:
    """The status of an appointment, as far as its participants' statuses agree (a guess)."""
    statuses = {_confirmation(participant) for participant in participants} - {"not-set"}
    if statuses >= {"confirmed", "canceled"}:
        return "confirmed and canceled"
    return next((status for status in ("canceled", "confirmed", "sent") if status in statuses), "not-set")


def _status(fields: Mapping[str, str]) -> str:
    if _is_set(fields["abgesagt"]):
        return "canceled"
    return "completed" if _is_set(fields["erledigt"]) else "active"


def _first_linked(numbers: list[int]) -> dict[str, str] | None:
    return {"id": str(numbers[0])} if numbers else None


def _in_iso(moment: str) -> str | None:
    """A time as `appointmentList` writes it; which zone the offset is of is a guess."""
    return f"{moment.replace(' ', 'T')}+00:00" if moment else None


def _is_set(flag: str) -> bool:
    return flag not in ("", "0")


def _split(ids: str) -> list[str]:
    return [number for number in ids.split(",") if number]
