"""The CRM's own log, sans-I/O: its entries as they stand there, and what they tell of the links of one relation type.

An entry names an action, a user, a moment, two records and a module, but not
the relation type (facts of the API's documentation). Some modules are those of
one type, such as `owner`; others, such as `relation`, may be those of several,
and then an entry is only perhaps about the links that were asked for. Which of
the two records is the parent is told by their tables, unless both are of the
same kind. What is not certain is marked, never guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from onoffice_nb.api.operations import Operation, chunks, raise_for_errors, record_ids
from onoffice_nb.api.records import LARGEST_LIST, Record, read_by_number
from onoffice_nb.api.wire import Call
from onoffice_nb.catalogue import all_relations
from onoffice_nb.errors import AccessDenied, InputError, OutcomeUnknown
from onoffice_nb.formatting import quote
from onoffice_nb.model import IDS_PER_ACTION, RelationType

__all__ = ["LINK", "UNLINK", "LinkEvent", "log_reaches_back", "read_link_events", "read_log", "read_moment"]

LINK: Final = "link"
UNLINK: Final = "unlink"

# The modules of the log that are those of one relation type.
_TYPE_OF_MODULE: Final = {
    "owner": "estate:address:owner",
    "interested": "estate:address:interested",
    "contact person": "estate:address:contactPersonAll",
    "matching": "estate:address:matching",
    "offer": "address:estate:offer",
    "search criteria": "address:searchcriteria",
}
_ADMINISTRATORS: Final = (
    "Only administrators may read the CRM's log: connect as an API user with an administrator's rights, or ask one."
)
_UNREADABLE: Final = "onOffice answered, but its log cannot be read. Ask again."
_LINK_ACTIONS: Final = [{"op": "IN", "val": [LINK, UNLINK]}]

Filter = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """An entry of the log that is, or may be, a change of a link of the relation type that was asked for.

    Attributes:
        number: id of the entry; later entries have higher ones.
        time: when, by the log's own clock, which names no time zone.
        user: id of the user who did it.
        action: `link` or `unlink`.
        parent: id of the parent.
        child: id of the child.
        module: what the log has filed it under.
        certain: whether it is about this relation type and these two sides for sure.
    """

    number: int
    time: datetime
    user: int
    action: str
    parent: int
    child: int
    module: str
    certain: bool


def read_moment(value: str | datetime) -> datetime:
    """A moment by the log's own clock.

    Args:
        value: `'2026-06-01 14:30'`, or a datetime without a time zone.

    Raises:
        InputError: if it is neither, or names a time zone: that of the log is not known.

    Example:
        >>> read_moment("2026-06-01 14:30")
        datetime.datetime(2026, 6, 1, 14, 30)
    """
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError(
            f"Expected a moment, got {quote(str(value))}: write it as '2026-06-01 14:30', or pass a datetime."
        ) from None
    if moment.tzinfo is not None:
        raise InputError(
            f"Expected a moment without a time zone, got {moment}: the log does not tell its own, so give the time that"
            " the CRM shows, as oo.history(…) lists it."
        )
    return moment


def read_log(
    *,
    start: str | datetime | None = None,
    end: str | datetime | None = None,
    module: str | None = None,
    action: str | None = None,
    filter: Mapping[str, Any] | None = None,
    seen: Callable[[int], object] = lambda records: None,
) -> Operation[dict[str, list[Any]]]:
    """Entries of the log, by their ids.

    Args:
        start: the first moment, by the log's own clock.
        end: the last one, included.
        module: what they are filed under, such as `owner` or `relation`.
        action: such as `link`, `unlink`, `edit`.
        filter: more conditions, in the API's own form.
        seen: told how many entries each answer brought.

    Returns:
        Columns of equal length: id, time, user, action, module, origin, origin_table, target.

    Raises:
        AccessDenied: if the API user is no administrator.
        InputError: for what is no moment.
        OutcomeUnknown: if the answer cannot be read, or may be cut.
    """
    conditions: dict[str, Any] = dict(filter or {})
    if start is not None or end is not None:
        times = conditions.get("dateTime", [])
        bounds = [
            {"op": operator, "val": _written(read_moment(moment))}
            for operator, moment in ((">=", start), ("<=", end))
            if moment is not None
        ]
        conditions["dateTime"] = [*(times if isinstance(times, list) else [times]), *bounds]
    if module is not None:
        conditions["module"] = [{"op": "=", "val": module}]
    if action is not None:
        conditions["action"] = [{"op": "=", "val": action}]

    entries = [_entry(record) for record in (yield from _list(conditions, seen))]
    names = ("id", "time", "user", "action", "module", "origin", "origin_table", "target")
    return {name: [entry[name] for entry in entries] for name in names}


def log_reaches_back(moment: datetime) -> Operation[bool]:
    """Whether the log holds anything of this moment or before.

    Raises:
        AccessDenied: if the API user is no administrator.
        OutcomeUnknown: if the answer cannot be read.
    """
    earlier = {"dateTime": [{"op": "<=", "val": _written(moment)}]}
    return bool((yield from _first(earlier)))


def read_link_events(
    relation: RelationType, parents: Iterable[int], *, after: datetime | None = None, log_module: str | None = None
) -> Operation[list[LinkEvent]]:
    """What the log tells of the links of these parents.

    Args:
        relation: the relation type.
        parents: ids of parents.
        after: only what came after this moment, by the log's own clock.
        log_module: what this account's log files the type under, where you know it; entries under it are then
            certain, and others are left out.

    Returns:
        The events, in the order in which they happened. Where the log has an entry for each of the two
        sides of a link, they are one event.

    Raises:
        AccessDenied: if the API user is no administrator.
        OutcomeUnknown: if the answer cannot be read, may be cut, or names tables that are not known.
    """
    yield from _check_tables_known()
    more: Filter = {"action": _LINK_ACTIONS}
    if after is not None:
        more["dateTime"] = [{"op": ">", "val": _written(after)}]

    wanted = set(record_ids(parents))
    events: list[LinkEvent] = []
    for ids in chunks(sorted(wanted), IDS_PER_ACTION):
        by_parent = yield from _entries_between("resource", ids, relation.parent, "target", relation.child, more)
        by_child = yield from _entries_between("target", ids, relation.parent, "resource", relation.child, more)
        # Where both sides are of one kind, the same entries come twice, once for each way to read them.
        forward = [_event(entry, entry["origin"], entry["target"], relation, log_module) for entry in by_parent]
        mirrored = [_event(entry, entry["target"], entry["origin"], relation, log_module) for entry in by_child]
        events += _once([event for event in forward if event], [event for event in mirrored if event])
    return sorted(events, key=lambda event: event.number)


def _once(by_parent: list[LinkEvent], by_child: list[LinkEvent]) -> list[LinkEvent]:
    """The events of entries in which the parent is the origin, and of others only what those do not tell."""

    def content(event: LinkEvent) -> tuple[Any, ...]:
        return event.time, event.user, event.action, event.parent, event.child

    times_told = Counter(map(content, by_parent))
    untold = []
    for event in by_child:
        if times_told[content(event)] > 0:
            times_told[content(event)] -= 1
        else:
            untold.append(event)
    return by_parent + untold


def _event(
    entry: Mapping[str, Any], parent: int, child: int, relation: RelationType, log_module: str | None
) -> LinkEvent | None:
    """An entry as an event of the relation type; None where it is about another one for sure."""
    module = entry["module"]
    named = _TYPE_OF_MODULE.get(module)
    if log_module is not None:
        if module != log_module:
            return None
        certain = True
    elif named is not None and named != relation.suffix:
        return None
    else:
        certain = named is not None
    return LinkEvent(
        number=entry["id"],
        time=entry["time"],
        user=entry["user"],
        action=entry["action"],
        parent=parent,
        child=child,
        module=module,
        # Of two records of one kind, the log does not tell which is the parent.
        certain=certain and relation.parent != relation.child,
    )


def _entries_between(
    side: str, ids: list[int], table: str, other_side: str, other_table: str, more: Filter
) -> Operation[list[dict[str, Any]]]:
    """The entries in which these records stand on one side, and records of another table on the other."""
    conditions: Filter = {
        f"{side}Pk": [{"op": "IN", "val": ids}],
        f"{side}Table": [{"op": "=", "val": table}],
        f"{other_side}Table": [{"op": "=", "val": other_table}],
        **more,
    }
    entries = [_entry(record) for record in (yield from _list(conditions))]
    if any(entry["origin"] is None or entry["target"] is None for entry in entries):
        raise OutcomeUnknown(_UNREADABLE)
    return entries


def _list(
    conditions: Mapping[str, Any], seen: Callable[[int], object] = lambda records: None
) -> Operation[list[Record]]:
    try:
        return (yield from read_by_number(_call, conditions, "id", seen, on_cut=_refuse_cut))
    except AccessDenied as denied:
        raise AccessDenied(denied.code, denied.message, _ADMINISTRATORS) from None


def _call(conditions: Mapping[str, Any]) -> Call:
    return Call("read", "log", {"listlimit": LARGEST_LIST, "filter": dict(conditions)})


def _refuse_cut(reason: str) -> None:
    raise OutcomeUnknown(f"{reason} What is missing in it cannot be told, so nothing was concluded.")


def _first(conditions: Mapping[str, Any]) -> Operation[list[dict[str, Any]]]:
    """One entry that meets the conditions, if there is any."""
    try:
        (result,) = raise_for_errors((yield [Call("read", "log", {"listlimit": 1, "filter": dict(conditions)})]))
    except AccessDenied as denied:
        raise AccessDenied(denied.code, denied.message, _ADMINISTRATORS) from None
    return [dict(record.get("elements") or {}) for record in result.records]


def _check_tables_known() -> Operation[None]:
    """Raise OutcomeUnknown where the log calls its tables by names that are not those of the modules."""
    known = {module for relation in all_relations() for module in (relation.parent, relation.child)}
    for entry in (yield from _first({"action": _LINK_ACTIONS})):
        if entry.get("resourceTable") not in known:
            raise OutcomeUnknown(
                f"The CRM's log names a table that is not known, {quote(str(entry.get('resourceTable')))}, so whose"
                " links its entries are about cannot be told. Nothing was concluded; please report this name."
            )


def _entry(record: Record) -> dict[str, Any]:
    number, elements = record
    try:
        return {
            "id": number,
            "time": datetime.fromisoformat(elements["dateTime"]),
            "user": int(elements["userId"]),
            "action": str(elements["action"]),
            "module": str(elements["module"]),
            "origin": _number(elements["resourcePk"]),
            "origin_table": str(elements["resourceTable"]),
            "target": _number(elements["resourceId"]),
        }
    except (KeyError, TypeError, ValueError):
        raise OutcomeUnknown(_UNREADABLE) from None


def _number(text: object) -> int | None:
    """The id of a record; entries of some actions have none."""
    return None if text in (None, "") else int(str(text))


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
