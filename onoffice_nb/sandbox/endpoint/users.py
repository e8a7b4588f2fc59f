"""`get users` and `get checkuserrecordsright`: who works with the CRM, and who may do what with which record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import API_USER, Store
from onoffice_nb.sandbox.endpoint import php_json as php
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult

__all__ = ["check_rights", "users"]

_FILTERS: Final = ("ownOfficeGroupOrAll", "onlyOwn", "byGroupId")
_ACTIONS: Final = ("read", "modify", "create", "delete")
# The modules' names in this call, with their names in the store; None where the sandbox keeps no such records.
_MODULES: Final = {
    "address": "address",
    "estate": "estate",
    "calendar": "calendar",
    "task": "task",
    "project": "project",
    "agents_log": "agentsLog",
    "file": "file",
    "searchCriteria": "searchcriteria",
    **dict.fromkeys(("folder", "statistic", "emailDraft", "objecttracking", "smartsite2Root", "pdfForms"), None),
    "agentslogMail": None,
}


def users(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """All users, those of a group, or the one who asks."""
    which = action.parameters.get("userfilter", "ownOfficeGroupOrAll")
    if which not in _FILTERS:
        raise ApiRefusal(255, "userfilter")
    people = store.records("user")
    if which == "onlyOwn":
        people = [(number, fields) for number, fields in people if number == API_USER] or [(API_USER, {})]
    elif which == "byGroupId":
        group = str(action.parameters.get("groupId", ""))
        if not group:
            raise ApiRefusal(167, "groupId")
        people = [(number, fields) for number, fields in people if group in fields.get("groups", "").split(",")]

    records: list[dict[str, Any]] = [
        {
            "id": number,
            "type": None,
            "elements": {
                "id": number,
                "username": fields.get("Name", ""),
                "firstname": fields.get("Vorname", ""),
                "lastname": fields.get("Nachname", ""),
                "email": fields.get("email", ""),
                "meetingurl": fields.get("meetingUrl", ""),
            },
        }
        for number, fields in people
    ]
    return CallResult(records)


def check_rights(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Those of the records that a user may read, modify, create or delete.

    The sandbox keeps the rights of the API user alone; everybody else may do everything.
    """
    if behaviour.right_checks == "refused":
        raise ApiRefusal(156)
    question = _RightsQuestion.read(action.parameters, store)
    stored_as = _MODULES[question.module]
    rights = store.rights(stored_as, question.ids) if stored_as else {}

    of_somebody_else = question.user != str(API_USER)
    about_reading = question.right == "read" or behaviour.right_checks == "reading only"
    permitted = [
        str(number)
        for number in question.ids
        if number in rights
        and (of_somebody_else or (rights[number].readable if about_reading else rights[number].writable))
    ]
    return CallResult([{"id": 0, "type": "", "elements": permitted}], len(permitted))


class _RightsQuestion(NamedTuple):
    """Whether a user has a right for some records of a module."""

    right: str
    module: str
    user: str
    ids: list[int]

    @classmethod
    def read(cls, parameters: Mapping[str, Any], store: Store) -> _RightsQuestion:
        """The question that the parameters ask; ApiRefusal where they ask none."""
        for name in ("action", "module", "userid", "recordIds"):
            if name not in parameters:
                raise ApiRefusal(167, name)
        right, module, user = (str(parameters[name]) for name in ("action", "module", "userid"))
        ids = php.as_list(parameters["recordIds"])
        if ids is None:
            raise ApiRefusal(74)
        if right not in _ACTIONS:
            raise ApiRefusal(255, "action")
        if module not in _MODULES:
            raise ApiRefusal(163)
        if user != str(API_USER) and user not in {str(number) for number, _ in store.records("user")}:
            raise ApiRefusal(251, user)
        return cls(right, module, user, [int(number) for number in ids if _is_number(number)])


def _is_number(record_id: object) -> bool:
    text = str(record_id)
    return text.isdecimal() and len(text) < 19
