"""`read log`: the CRM's own log of who linked and unlinked what. Of other changes the sandbox keeps none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, Final

from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.sandbox.behaviour import Behaviour
from onoffice_nb.sandbox.data.store import LinkChange, Store
from onoffice_nb.sandbox.endpoint.filters import read_filter
from onoffice_nb.sandbox.endpoint.records import list_limit, read_index
from onoffice_nb.sandbox.endpoint.refusal import ApiRefusal
from onoffice_nb.sandbox.endpoint.request import ActionRequest, CallResult

__all__ = ["read_log"]

# The modules that changes of links may be logged under; the documentation lists more, in which nothing happens here.
_MODULE_OF: Final = {
    "estate:address:owner": "owner",
    "estate:address:interested": "interested",
    "estate:address:contactPersonAll": "contact person",
    "estate:address:matching": "matching",
    "address:estate:offer": "offer",
    "address:searchcriteria": "search criteria",
}
_ACTIONS: Final = frozenset(
    {
        *("splitBooking", "extendBooking", "cancelBooking", "deleteBooking", "edit", "link", "unlink", "export"),
        *("delete", "add", "duplicate", "cancelation", "massUpdateRights", "datevSync"),
    }
)
_FILTERS: Final = (
    *("id", "action", "module", "userNr:user.Nr", "dateTime"),
    *("resourcePk", "resourceTable", "targetPk", "targetTable"),
)


def read_log(action: ActionRequest, store: Store, behaviour: Behaviour) -> CallResult:
    """Entries of the log, oldest first; with a listlimit of 0 only how many there are."""
    parameters = action.parameters
    if behaviour.log_right == "missing":
        raise ApiRefusal(156)
    if "listlimit" not in parameters:
        raise ApiRefusal(167, "listlimit")
    limit, offset = list_limit(parameters, behaviour), read_index(parameters, "listOffset", 0)
    kind_of_change = parameters.get("action")
    if kind_of_change is not None and kind_of_change not in _ACTIONS:
        raise ApiRefusal(255, "action")

    wanted = {"action": kind_of_change, "module": parameters.get("module"), "userNr:user.Nr": parameters.get("user")}
    keep = read_filter(parameters.get("filter") or {}, _FILTERS, behaviour.unknown_field)
    entries = [
        entry
        for change in store.changes()
        for entry in _entries(change, behaviour)
        if all(value in (None, "") or entry[name] == str(value) for name, value in wanted.items()) and keep(entry)
    ]
    records = [_record(entry) for entry in entries[offset : offset + limit]]
    return CallResult(records, len(entries))


def _entries(change: LinkChange, behaviour: Behaviour) -> Iterator[dict[str, str]]:
    """What the log holds of one change: one entry, or one for each side."""
    relation = find_relation(change.stored_as)
    parent, child = (relation.parent, str(change.parent)), (relation.child, str(change.child))
    sides = {
        "parent is origin": [(parent, child)],
        "child is origin": [(child, parent)],
        "both": [(parent, child), (child, parent)],
    }[behaviour.log_side]
    modules = {
        "by type": _MODULE_OF.get(change.stored_as, "relation"),
        "relation": "relation",
        "parent": relation.parent,
    }
    local = time.gmtime(change.moment + 3600 * behaviour.log_utc_offset)

    for place, ((origin_table, origin), (target_table, target)) in enumerate(sides):
        yield {
            "id": str(change.number * len(sides) + place),
            "action": change.action,
            "module": modules[behaviour.log_module],
            "userNr:user.Nr": str(change.user),
            "dateTime": time.strftime("%Y-%m-%d %H:%M:%S", local),
            "resourcePk": origin,
            "resourceTable": origin_table,
            "targetPk": target,
            "targetTable": target_table,
        }


def _record(entry: dict[str, str]) -> dict[str, Any]:
    return {
        "id": int(entry["id"]),
        "type": "Log",
        "elements": {
            **{name: entry[name] for name in ("id", "action", "module")},
            "userId": entry["userNr:user.Nr"],
            "dateTime": entry["dateTime"],
            "resourceId": entry["targetPk"],
            "resourceTable": entry["resourceTable"],
            "resourcePk": entry["resourcePk"],
        },
    }
