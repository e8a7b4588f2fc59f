"""What the client does, written once: generators that `Client` and `AsyncClient` drive.

`exchange` is one request with its repetitions: it yields what has to happen
outside (`Send`, `Wait`) and is sent what came of it. `read_links` and
`read_records` page through the API: they yield the calls of one request and
are sent the results. Nothing here knows of sockets, threads or event loops.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.retries import only_reads, retry_delay
from onoffice_nb.api.wire import (
    ApiKeys,
    Call,
    Result,
    read_number,
    read_related,
    read_reply,
    redact,
    with_identifiers,
    write_request,
)
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import ConnectionFailed, InputError, OutcomeUnknown
from onoffice_nb.model import ACTIONS_PER_REQUEST, IDS_PER_ACTION, MAX_ID, Action, RelationInfo, RelationType, Verb

__all__ = [
    "Exchange",
    "HttpReply",
    "Links",
    "Operation",
    "Send",
    "Wait",
    "call_one",
    "chunks",
    "raise_for_errors",
    "read_links",
    "read_records",
    "record_ids",
    "request_cycle",
    "write_call",
    "write_links",
]


@dataclass(frozen=True, slots=True)
class Send:
    """Post this body, and send an `Answer` back (or throw ConnectionFailed or OutcomeUnknown)."""

    # It holds the token: never in a repr, and so in no traceback either.
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back over HTTP."""

    status: int
    body: bytes = field(repr=False)


_NOTHING_WRITTEN: Final = "Nothing was written, as this only reads: try again in a minute."
_NOT_KNOWN: Final = "It is not known what was done."

T = TypeVar("T")
Exchange: TypeAlias = Generator[Send | Wait, HttpReply | None, list[Result | None]]
# What a client does: it yields the calls of one request, is sent their results, and returns what was wanted.
Operation: TypeAlias = Generator[list[Call], list[Result | None], T]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links as they are in the CRM: two int64 arrays of equal length, ordered by parent, then child."""

    parents: NDArray[np.int64]
    children: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.parents)


def request_cycle(calls: Sequence[Call], keys: ApiKeys, clock: Callable[[], float]) -> Exchange:
    """One request: sent, read, and repeated where that cannot do harm, signed anew each time.

    Returns one result a call; None for a write where there is none to be trusted.
    """
    wrong = [each for each in calls if not isinstance(each, Call)] if isinstance(calls, Sequence) else [calls]
    if wrong:
        kind = type(wrong[0]).__name__
        raise InputError(f"A batch is a list of calls, not of {kind}. Write oo.Call('read', 'estate', {{…}}).")
    if not 0 < len(calls) <= ACTIONS_PER_REQUEST:
        raise InputError(f"A request holds 1 to {ACTIONS_PER_REQUEST} actions, not {len(calls)}. Split the list.")
    sent = with_identifiers(calls)
    attempt = 1
    while True:
        try:
            timestamp = int(clock())
            answer = yield Send(write_request(sent, keys, timestamp))
            if answer is None:
                raise OutcomeUnknown("The request was sent, but no answer was handed on.")
            body = redact(answer.body, sent, keys, timestamp)
            results = read_reply(body, sent, http_status=answer.status)
            if None not in results or not only_reads(calls):
                return results
            raise OutcomeUnknown("onOffice did not answer to everything that it was asked.")
        except (ConnectionFailed, OutcomeUnknown) as error:
            seconds = retry_delay(attempt, error, calls)
            if seconds is None:
                if isinstance(error, OutcomeUnknown):
                    error.args = (f"{error} {_NOTHING_WRITTEN if only_reads(calls) else _NOT_KNOWN}",)
                raise
        yield Wait(seconds)
        attempt += 1


def raise_for_errors(results: Iterable[Result | None]) -> list[Result]:
    """The results, where each call has one and each is a success; else the first error."""
    good: list[Result] = []
    for result in results:
        if result is None:
            raise OutcomeUnknown("onOffice answered, but not to this action: it is not known what was done.")
        if result.error is not None:
            raise result.error
        good.append(result)
    return good


def call_one(call: Call) -> Operation[Result]:
    """One call, whatever it is."""
    return raise_for_errors((yield [call]))[0]


def write_links(
    verb: Verb,
    relation: str | RelationType,
    parents: Iterable[int],
    children: Iterable[int],
    info: RelationInfo | None = None,
) -> Operation[Result]:
    """One action on links, held to the rules that the API has for it (errors 219, 302, 182)."""
    kind = find_relation(relation)
    if not isinstance(info, RelationInfo | None):
        raise InputError(f"{info!r} is no relationinfo. Write oo.RelationInfo('bestätigt'), for example.")
    action = Action(verb, kind, tuple(record_ids(parents)), tuple(record_ids(children)), info)
    sizes = len(action.parents), len(action.children)
    if min(sizes) > 1:
        raise InputError(f"n:n is not allowed ({sizes[0]} parents, {sizes[1]} children): one side has to be one id.")
    if min(sizes) < 1 or max(sizes) > IDS_PER_ACTION:
        raise InputError(f"An action takes 1 to {IDS_PER_ACTION} ids a side, not {sizes[0]} and {sizes[1]}.")
    if (info is not None or verb is Verb.MODIFY) and not kind.takes_info:
        raise InputError(f"Only calendar:address takes a relationinfo, {kind.suffix} does not.")
    if verb is Verb.MODIFY and info is None:
        raise InputError("Nothing to modify: give the relationinfo that the links are to have.")
    if verb is Verb.CREATE and info is not None and info.feedback is not None:
        raise InputError("A feedback can only be set on a link that exists: create it first, then modify it.")
    return raise_for_errors((yield [write_call(action)]))[0]


def write_call(action: Action) -> Call:
    """The call that asks for an action: create, modify or delete links."""
    return Call(action.verb, "relation", action.parameters)


def read_links(
    relation: str | RelationType,
    *,
    parents: Iterable[int] | None = None,
    children: Iterable[int] | None = None,
) -> Operation[Links]:
    """The links of some parents, or of some children, 500 ids an action and 50 actions a request."""
    if (parents is None) == (children is None):
        raise InputError(
            "Ask by parents or by children: related(relation, parents=[…]) or related(relation, children=[…])."
        )
    kind = find_relation(relation)
    ids = record_ids((children or ()) if parents is None else parents)
    side, asks_parents = ("childids" if parents is None else "parentids"), parents is not None
    near: list[int] = []
    far: list[int] = []
    groups = chunks(list(dict.fromkeys(ids)), IDS_PER_ACTION)
    for request in chunks(groups, ACTIONS_PER_REQUEST):
        calls = [Call("get", "idsfromrelation", {"relationtype": kind.urn, side: group}) for group in request]
        results = raise_for_errors((yield calls))
        for group, result in zip(request, results, strict=True):
            for one, others in read_related(result, group).items():
                near += [one] * len(others)
                far += others
    one_side, other_side = np.array(near, dtype=np.int64), np.array(far, dtype=np.int64)
    above, below = (one_side, other_side) if asks_parents else (other_side, one_side)
    order = np.lexsort((below, above))
    return Links(above[order], below[order])


# How each module is read by ids: its resourcetype, and what names the record
# (documented; "" means the id stands in resourceid, one record an action).
_MODULES: Final = {
    "estate": ("estate", "filter.Id"),
    "address": ("address", "recordids"),
    "user": ("user", "filter.Nr"),
    "calendar": ("calendar", ""),
    "task": ("task", "filter.Nr"),
    "agentsLog": ("agentslog", "filter.Nr"),
}
_PAGE: Final = 500


def read_records(
    module: str,
    fields: Sequence[str],
    *,
    ids: Iterable[int] | None = None,
    filter: Mapping[str, Any] | None = None,
    seen: Callable[[int], object] = lambda records: None,
) -> Operation[dict[str, list[Any]]]:
    """Records as columns: `id` and the fields. `seen` is told how many records each page brought."""
    if module not in _MODULES:
        raise InputError(f"{module!r} cannot be read by this tool. Modules that can: {', '.join(_MODULES)}.")
    if isinstance(fields, str) or not fields:
        raise InputError("Name the fields in a list, for example ['objekttitel', 'ort'].")
    if ids is not None and filter is not None:
        raise InputError("Read by ids or by filter, not both.")
    if not isinstance(filter, Mapping | None):
        raise InputError(f"{filter!r} is no filter. Write {{'ort': [{{'op': '=', 'val': 'Aachen'}}]}}, for example.")
    resourcetype, key = _MODULES[module]
    parameters: dict[str, Any] = {"data": list(fields), "listlimit": _PAGE}
    columns: dict[str, list[Any]] = {name: [] for name in ("id", *fields)}
    if ids is None:
        yield from _read_pages(resourcetype, parameters | ({"filter": dict(filter)} if filter else {}), columns, seen)
        return columns
    wanted = list(dict.fromkeys(record_ids(ids)))
    calls = [_by_ids(resourcetype, key, group, parameters) for group in chunks(wanted, _PAGE if key else 1)]
    for request in chunks(calls, ACTIONS_PER_REQUEST):
        for result in (yield request):
            # A single record that is unknown or not to be read is silently absent in lists; here it is an error 80.
            if key or result is None or result.code not in (80, 121, 169):
                seen(_gather(raise_for_errors([result])[0], columns))
    return columns


def _read_pages(
    resourcetype: str, parameters: Mapping[str, Any], columns: dict[str, list[Any]], seen: Callable[[int], object]
) -> Operation[None]:
    offset = 0
    while True:
        (result,) = raise_for_errors((yield [Call("read", resourcetype, {**parameters, "listoffset": offset})]))
        seen(_gather(result, columns))
        if len(set(columns["id"])) < len(columns["id"]):
            raise OutcomeUnknown("The list changed while it was being read. Read it again.")
        offset += _PAGE
        # A page may lack records that may not be read, so where there is a total, it decides.
        if not result.records or (len(result.records) < _PAGE if result.total is None else offset >= result.total):
            break


def _by_ids(resourcetype: str, key: str, ids: list[int], parameters: Mapping[str, Any]) -> Call:
    if not key:
        return Call("read", resourcetype, parameters, resourceid=str(ids[0]))
    if key == "recordids":
        return Call("read", resourcetype, {**parameters, "recordids": ids})
    field_name = key.removeprefix("filter.")
    return Call("read", resourcetype, {**parameters, "filter": {field_name: [{"op": "IN", "val": ids}]}})


def _gather(result: Result, columns: dict[str, list[Any]]) -> int:
    for record in result.records:
        elements = record.get("elements")
        values = elements if isinstance(elements, Mapping) else {}
        for name, column in columns.items():
            column.append(read_number(record.get("id")) if name == "id" else values.get(name))
    return len(result.records)


def record_ids(values: Iterable[int]) -> list[int]:
    """Ids as plain ints; whatever is no positive whole number is named, all at once."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InputError(f"{values!r} is no list of whole numbers. Write [1001, 1002]; oo.read_ids(…) reads text.")
    listed = [each.item() if isinstance(each, np.generic) else each for each in values]
    wrong = [each for each in listed if type(each) is not int or not 0 < each <= MAX_ID]
    if wrong:
        raise InputError(
            f"No record ids: {', '.join(map(repr, wrong[:5]))}. An id is one whole number from 1 on;"
            " oo.read_ids(…) reads them from texts and tables."
        )
    return listed


def chunks(items: list[T], size: int) -> list[list[T]]:
    """Parts of a list, of so many items each; the last may be shorter.

    >>> chunks([1, 2, 3], 2)
    [[1, 2], [3]]
    """
    return [items[start : start + size] for start in range(0, len(items), size)]
