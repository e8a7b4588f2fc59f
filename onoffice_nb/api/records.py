"""Reading records, sans-I/O: by ids, by a filter, or, for appointments, by a period.

How a list is read whole differs from module to module (facts of the API's
documentation, and of tries on the live API): most take `listoffset`; tasks
refuse it and are read on by their number; appointments take a period, and no
list of them holds more than 500. A list that may be cut says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from onoffice_nb.api.operations import Operation, chunks, raise_for_errors, record_ids
from onoffice_nb.api.wire import Call, Result, read_number
from onoffice_nb.errors import InputError, OutcomeUnknown, warn_user
from onoffice_nb.formatting import quote
from onoffice_nb.model import ACTIONS_PER_REQUEST

__all__ = [
    "LARGEST_LIST",
    "UNKNOWN_RECORD",
    "Period",
    "Record",
    "calendar_period",
    "read_by_number",
    "read_by_period",
    "read_records",
]

# The most that any list holds; a listlimit above it was seen to be taken for the default of 20.
LARGEST_LIST: Final = 500

# A single record that does not exist or may not be read: an error here, where lists leave it out in silence.
UNKNOWN_RECORD: Final = frozenset({80, 121, 169})

_MOVED: Final = "The list changed while it was being read. Read it again."

Record = tuple[int, Mapping[str, Any]]
Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class _Module:
    """How a module is read.

    Attributes:
        resourcetype: its name in a call.
        key: what names its records by ids: a field of the filter, the parameter
            `recordids`, or `resourceid`, which takes one record an action.
        paging: how a list is read on.
    """

    resourcetype: str
    key: Literal["Id", "Nr", "recordids", "resourceid"]
    paging: Literal["offset", "number", "period"] = "offset"


_MODULES: Final = {
    "estate": _Module("estate", "Id"),
    "address": _Module("address", "recordids"),
    "user": _Module("user", "Nr"),
    "calendar": _Module("calendar", "resourceid", "period"),
    "task": _Module("task", "Nr", "number"),
    "agentsLog": _Module("agentslog", "Nr"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """The days of which appointments are wanted, the last one included, and whose appointments.

    Attributes:
        start: first day.
        end: last day.
        users: ids of users, or None for everybody's.
    """

    start: date
    end: date
    users: tuple[int, ...] | None = None

    @classmethod
    def read(cls, start: str | date | None, end: str | date | None, users: Iterable[int] | None = None) -> Period:
        """A period as it was passed to a call.

        Raises:
            InputError: if a day is missing or is not one, or if the period ends before it begins.

        Example:
            >>> Period.read("2026-06-01", date(2026, 6, 30)).end
            datetime.date(2026, 6, 30)
        """
        if start is None or end is None:
            raise InputError(
                "Expected a period, got none: the API lists appointments by days only."
                ' Give both, start="2026-06-01", end="2026-06-30", or read single ones by ids=[…].'
            )
        first, last = _day("start", start), _day("end", end)
        if first > last:
            raise InputError(f"Expected start to be before end, got {first} and {last}: swap them.")
        return cls(first, last, None if users is None else tuple(record_ids(users)))

    def halves(self) -> tuple[Period, Period]:
        """The first and the second half of its days; there have to be two at least."""
        middle = self.start + (self.end - self.start) // 2
        return Period(self.start, middle, self.users), Period(middle + timedelta(days=1), self.end, self.users)


def _day(name: str, value: str | date) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value).date()
    except (TypeError, ValueError):
        raise InputError(
            f"Expected {name} to be a day, got {quote(str(value))}: write it as '2026-06-01', or pass a date."
        ) from None


def read_records(
    module: str,
    fields: Sequence[str],
    *,
    ids: Iterable[int] | None = None,
    filter: Mapping[str, Any] | None = None,
    start: str | date | None = None,
    end: str | date | None = None,
    users: Iterable[int] | None = None,
    seen: Callable[[int], object] = lambda records: None,
) -> Operation[Columns]:
    """Records of one module.

    Args:
        module: estate, address, user, calendar, task or agentsLog.
        fields: names of fields; capitals count.
        ids: ids of records; those that are unknown or may not be read are left out.
        filter: the API's own, `{"ort": [{"op": "IN", "val": ["Aachen"]}]}`; not beside `ids`.
        start: first day of a list of appointments.
        end: last day of a list of appointments.
        users: ids of the users whose appointments are wanted; everybody's without.
        seen: told how many records each answer brought.

    Returns:
        Columns of equal length: `id` and the fields.

    Raises:
        InputError: for arguments that do not go together.
        ApiError: if the API refuses.
        OutcomeUnknown: if the list changes while it is read, or cannot be read.
    """
    known = _module(module)
    wanted = _fields(fields)
    _check_filter(filter, ids)
    limits_period = start is not None or end is not None or users is not None
    if limits_period and (ids is not None or known.paging != "period"):
        raise InputError(
            "Expected start, end and users with a list of appointments only: leave them out,"
            " or write crm.read('calendar', …, start=…, end=…)."
        )

    if ids is not None:
        reading = _read_by_ids(known, wanted, record_ids(ids), seen)
    elif known.paging == "period":
        reading = read_by_period(_calendar_call(wanted, filter or {}), Period.read(start, end, users), seen)
    elif known.paging == "number":
        reading = read_by_number(_task_call(known, wanted), filter or {}, known.key, seen)
    else:
        reading = _read_by_offset(known, wanted, filter or {}, seen)

    records = yield from reading
    if known.paging == "period":
        _check_fields_exist(wanted, records)
    columns: Columns = {"id": [number for number, _ in records]}
    return columns | {name: [elements.get(name) for _, elements in records] for name in wanted}


def _module(name: str) -> _Module:
    if name not in _MODULES:
        raise InputError(f"Expected one of {', '.join(_MODULES)}, got {name!r}: crm.call(…) asks for anything else.")
    return _MODULES[name]


def _check_filter(filter: object, ids: object) -> None:
    if ids is not None and filter is not None:
        raise InputError("Expected ids or a filter, got both: leave one out.")
    if not isinstance(filter, Mapping | None):
        raise InputError(
            f"Expected a filter, got {quote(str(filter))}: write it as {{'ort': [{{'op': '=', 'val': 'Aachen'}}]}}."
        )


def _fields(fields: Sequence[str]) -> list[str]:
    if isinstance(fields, str) or not fields:
        raise InputError(f"Expected a list of fields, got {fields!r}: write ['objekttitel', 'ort'], for example.")
    return list(fields)


def _read_by_ids(
    module: _Module, fields: list[str], ids: list[int], seen: Callable[[int], object]
) -> Operation[list[Record]]:
    single = module.key == "resourceid"
    groups = chunks(list(dict.fromkeys(ids)), 1 if single else LARGEST_LIST)
    records: list[Record] = []
    for request in chunks([_call_by_ids(module, fields, group) for group in groups], ACTIONS_PER_REQUEST):
        for result in (yield request):
            if single and result is not None and result.code in UNKNOWN_RECORD:
                continue
            (answered,) = raise_for_errors([result])
            records += _records(answered)
            seen(len(answered.records))
    return records


def _call_by_ids(module: _Module, fields: list[str], ids: list[int]) -> Call:
    if module.key == "resourceid":
        return Call("read", module.resourcetype, _calendar_flags(fields), resourceid=str(ids[0]))
    parameters: dict[str, Any] = {"data": fields, "listlimit": LARGEST_LIST}
    if module.key == "recordids":
        return Call("read", module.resourcetype, {**parameters, "recordids": ids})
    return Call("read", module.resourcetype, {**parameters, "filter": {module.key: [{"op": "IN", "val": ids}]}})


def _read_by_offset(
    module: _Module, fields: list[str], filter: Mapping[str, Any], seen: Callable[[int], object]
) -> Operation[list[Record]]:
    """A list, page by page. A page may lack records that may not be read, so where there is a total, it decides."""
    parameters: dict[str, Any] = {"data": fields, "listlimit": LARGEST_LIST}
    if filter:
        parameters["filter"] = dict(filter)

    records: list[Record] = []
    offset = 0
    while True:
        (result,) = raise_for_errors((yield [Call("read", module.resourcetype, {**parameters, "listoffset": offset})]))
        records += _records(result)
        seen(len(result.records))
        if len({number for number, _ in records}) < len(records):
            raise OutcomeUnknown(_MOVED)
        offset += LARGEST_LIST
        last = len(result.records) < LARGEST_LIST if result.total is None else offset >= result.total
        if last or not result.records:
            return records


def _task_call(module: _Module, fields: list[str]) -> Callable[[Mapping[str, Any]], Call]:
    """The call that lists the records of a filter, in a module that knows no offset."""
    return lambda filter: Call(
        "read", module.resourcetype, {"data": fields, "listlimit": LARGEST_LIST, "filter": filter}
    )


def read_by_number(
    call_of: Callable[[Mapping[str, Any]], Call],
    filter: Mapping[str, Any],
    key: str,
    seen: Callable[[int], object] = lambda records: None,
    on_cut: Callable[[str], object] = warn_user,
) -> Operation[list[Record]]:
    """A list that knows no offset, or only a slow one: on from the last number, as long as pages are full.

    The order of such a list is documented nowhere. Where the numbers of a full
    page do not ascend, the page is dropped and both halves of its numbers are
    asked for, which needs no order.

    Args:
        call_of: makes the call that lists the records of a filter, `LARGEST_LIST` of them.
        filter: the filter that is wanted, in the API's own form.
        key: the field that holds the number of a record.
        seen: told how many records each answer brought.
        on_cut: told why, where the list may be cut.

    Returns:
        The records.

    Raises:
        OutcomeUnknown: if the list changes while it is read.
    """
    records: list[Record] = []
    # Ranges of numbers still to be read: above the first, up to the second.
    ranges: list[tuple[int, int | None]] = [(0, None)]
    while ranges:
        low, high = ranges.pop()
        call = call_of(_within(filter, key, low, high))
        (result,) = raise_for_errors((yield [call]))
        page = list(_records(result))
        numbers = [number for number, _ in page]
        ordered = sorted(set(numbers))
        if len(ordered) < len(numbers):
            raise OutcomeUnknown(_MOVED)
        if not all(low < number and (high is None or number <= high) for number in numbers):
            on_cut(
                f"The list of {call.resourcetype} records may be cut: the API did not keep to the filter by number"
                f" that reads on after the first {LARGEST_LIST}. Give a narrower filter, and compare."
            )
            return list(dict(records + page).items())

        if len(page) >= LARGEST_LIST and numbers != ordered:
            pivot = ordered[len(ordered) // 2]
            ranges += [(pivot, high), (low, pivot)]
            continue
        records += page
        seen(len(page))
        if len(page) >= LARGEST_LIST:
            ranges.append((ordered[-1], high))
    return records


def _within(filter: Mapping[str, Any], key: str, low: int, high: int | None) -> dict[str, Any]:
    """A filter that also asks for numbers above `low` and up to `high`; conditions are joined by AND."""
    given = filter.get(key, [])
    conditions = [*(given if isinstance(given, list | tuple) else [given]), {"op": ">", "val": low}]
    if high is not None:
        conditions.append({"op": "<=", "val": high})
    return {**filter, key: conditions}


def read_by_period(
    call_of: Callable[[Period], Call], period: Period, seen: Callable[[int], object] = lambda records: None
) -> Operation[list[Record]]:
    """A list of appointments. A full one is asked for again by the halves of its days, down to single days.

    Args:
        call_of: makes the call that lists a period.
        period: the days wanted.
        seen: told how many records each answer brought.

    Returns:
        The records, those of several days once.
    """
    records: dict[str, Record] = {}
    periods = [period]
    while periods:
        days = periods.pop()
        (result,) = raise_for_errors((yield [call_of(days)]))
        full = len(result.records) >= LARGEST_LIST or (result.total or 0) > len(result.records)
        if full and days.start < days.end:
            periods += reversed(days.halves())
            continue
        if full:
            warn_user(
                f"The list of appointments of {days.start} may be cut: the API names {len(result.records)} of a day,"
                " and no more. Ask for the appointments of fewer users."
            )
        # An appointment over midnight stands in both halves; one that recurs stands there once for each of its days.
        records |= {f"{number} {dict(elements)}": (number, elements) for number, elements in _records(result)}
        seen(len(result.records))
    return list(records.values())


def calendar_period(period: Period) -> dict[str, Any]:
    """A period as `read calendar` takes it, with everybody's appointments unless users are named."""
    whose: dict[str, Any] = {"allusers": True} if period.users is None else {"users": list(period.users)}
    return {"datestart": f"{period.start} 00:00:00", "dateend": f"{period.end} 23:59:59", **whose}


def _calendar_call(fields: list[str], filter: Mapping[str, Any]) -> Callable[[Period], Call]:
    """The call that lists the appointments of a period; it takes no fields and no paging."""
    more: dict[str, Any] = _calendar_flags(fields)
    if filter:
        more["filter"] = dict(filter)
    return lambda period: Call("read", "calendar", {**calendar_period(period), **more})


def _calendar_flags(fields: list[str]) -> dict[str, Any]:
    """What makes the call tell a field that it leaves out otherwise."""
    return {"showConfirmationStatus": True} if {"addresses", "confirmationStatus"} & set(fields) else {}


def _check_fields_exist(fields: list[str], records: list[Record]) -> None:
    """Where a call takes no names of fields, nobody else would say that one is misspelt."""
    field_names = {name: None for _, elements in records for name in elements}
    unknown = [name for name in fields if name not in field_names]
    if records and unknown:
        raise InputError(
            f"Expected fields of an appointment, got {', '.join(map(repr, unknown))}:"
            f" the API tells {', '.join(field_names)}."
        )


def _records(result: Result) -> Iterator[Record]:
    for record in result.records:
        elements = record.get("elements")
        yield read_number(record.get("id")), elements if isinstance(elements, Mapping) else {}
