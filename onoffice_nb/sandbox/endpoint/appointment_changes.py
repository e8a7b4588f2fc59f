"""`modify calendar`: who takes part in an appointment, and which estate it is about.

The documentation lists many more fields; the sandbox writes those that links
hang on, and refuses the others (144).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import Store
from onoffice_nb.sandbox.endpoint.records import is_true
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult
from onoffice_nb.sandbox.endpoint.validation import read_ids

__all__ = ["modify_calendar"]

_PARTICIPANT: Final = "calendar:address"
_SHOWN_ESTATE: Final = "calendar:estate"
_UNCONFIRMED: Final = "nicht gesetzt"
_SUCCESS: Final[dict[str, Any]] = {"id": 0, "type": "calendar", "elements": {"success": "success"}}


def modify_calendar(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Change one appointment, named by the resourceid; all or nothing of it is done."""
    appointment = _appointment(action, store)
    parameters = action.parameters
    for name in parameters:
        if name not in ("relatedAddressIds", "replaceAddressIds", "relatedEstateId"):
            raise ApiRefusal(144, name)

    changes: list[Callable[[], None]] = []
    if "relatedAddressIds" in parameters or is_true(parameters.get("replaceAddressIds")):
        changes.append(_participants_of(appointment, parameters, store))
    if "relatedEstateId" in parameters:
        changes.append(_estate_of(appointment, parameters["relatedEstateId"], store))
    for change in changes:
        change()
    return CallResult([_SUCCESS])


def _appointment(action: ActionRequest, store: Store) -> int:
    if not action.resourceid:
        raise ApiRefusal(79)
    if not action.resourceid.isdecimal() or len(action.resourceid) > 18:
        raise ApiRefusal(80)
    appointment = int(action.resourceid)
    rights = store.rights("calendar", [appointment]).get(appointment)
    if rights is None:
        raise ApiRefusal(80)
    if not rights.writable:
        raise ApiRefusal(156)
    return appointment


def _participants_of(appointment: int, parameters: Mapping[str, Any], store: Store) -> Callable[[], None]:
    """What adds the addresses, and with `replaceAddressIds` removes all others; those that stay keep their status."""
    value = parameters.get("relatedAddressIds") or []
    if not isinstance(value, list | dict):
        raise ApiRefusal(74, "relatedAddressIds")
    wanted = read_ids(value, "relatedAddressIds")
    unknown = set(wanted) - store.rights("address", wanted).keys()
    if unknown:
        raise ApiRefusal(292)

    added = [(appointment, address) for address in wanted]
    there = store.pairs(_PARTICIPANT, parents=[appointment])
    removed = [pair for pair in there if pair not in added] if is_true(parameters.get("replaceAddressIds")) else []

    def change() -> None:
        store.unlink(_PARTICIPANT, removed)
        store.link(_PARTICIPANT, added, _UNCONFIRMED)

    return change


def _estate_of(appointment: int, value: object, store: Store) -> Callable[[], None]:
    """What puts the estate in the place of the one that was there; 0 or null leaves the appointment without one."""
    (estate,) = read_ids(value, "relatedEstateId") if isinstance(value, int | str) and value else [0]
    if estate and estate not in store.rights("estate", [estate]):
        raise ApiRefusal(293)

    wanted = [(appointment, estate)] if estate else []
    removed = [pair for pair in store.pairs(_SHOWN_ESTATE, parents=[appointment]) if pair not in wanted]

    def change() -> None:
        store.unlink(_SHOWN_ESTATE, removed)
        store.link(_SHOWN_ESTATE, wanted)

    return change
