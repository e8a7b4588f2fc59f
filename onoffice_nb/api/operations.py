"""What the client does with links, sans-I/O: generators that `Client` and `AsyncClient` drive.

Each operation yields the calls of one request, is sent their results, and
returns what was wanted. How a request is sent, and what may happen to it, is
none of its business (`exchange`). Reading records stands in `records`, reading
appointments in `appointments`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from onoffice_nb.api.wire import Call, Result, read_related
from onoffice_nb.catalogue import relation as find_relation
from onoffice_nb.errors import InputError, OutcomeUnknown
from onoffice_nb.formatting import quote
from onoffice_nb.model import ACTIONS_PER_REQUEST, IDS_PER_ACTION, MAX_ID, Action, RelationInfo, RelationType, Verb

__all__ = [
    "Links",
    "Operation",
    "call_one",
    "chunks",
    "raise_for_errors",
    "read_child_order",
    "read_links",
    "record_ids",
    "write_call",
    "write_links",
]


T = TypeVar("T")
# What a client does: it yields the calls of one request, is sent their results, and returns what was wanted.
Operation: TypeAlias = Generator[list[Call], list[Result | None], T]


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Links as they are in the CRM: two arrays of equal length, ordered by parent, then child.

    Attributes:
        parents: int64.
        children: int64.
    """

    parents: NDArray[np.int64]
    children: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.parents)


def raise_for_errors(results: Iterable[Result | None]) -> list[Result]:
    """The results, where each call has one and each is a success.

    Raises:
        ApiError: the first error among them.
        OutcomeUnknown: if one is missing before any error.
    """
    good: list[Result] = []
    for result in results:
        if result is None:
            raise OutcomeUnknown("onOffice answered, but not to this action: it is not known what was done.")
        if result.error is not None:
            raise result.error
        good.append(result)
    return good


def call_one(call: Call) -> Operation[Result]:
    """Send one call, whatever it is, and return its success."""
    return raise_for_errors((yield [call]))[0]


def write_links(
    verb: Verb,
    relation: str | RelationType,
    parents: Iterable[int],
    children: Iterable[int],
    info: RelationInfo | None = None,
) -> Operation[Result]:
    """Write links by one action, held to the rules that the API has for it (errors 219, 302, 182).

    Args:
        verb: create, modify or delete.
        relation: URN, suffix or word, or a relation type.
        parents: ids of the parents.
        children: ids of the children; one of both sides is one id.
        info: the relation info that the links get.

    Returns:
        The answer, which is a success.

    Raises:
        InputError: for what the API would refuse.
        ApiError: if the API answers with an error code.
    """
    relation_type = find_relation(relation)
    if not isinstance(info, RelationInfo | None):
        raise InputError(f"Expected a relation info, got {quote(str(info))}: write oo.RelationInfo('bestätigt').")
    action = Action(verb, relation_type, tuple(record_ids(parents)), tuple(record_ids(children)), info)
    _check_sizes(len(action.parents), len(action.children))
    _check_info(action)
    return raise_for_errors((yield [write_call(action)]))[0]


def _check_sizes(parents: int, children: int) -> None:
    if min(parents, children) > 1:
        raise InputError(
            f"Expected one id on one of the sides, got {parents} parents and {children} children:"
            " the API takes no n:n. oo.plan(…) makes the actions of any number of pairs."
        )
    if min(parents, children) < 1 or max(parents, children) > IDS_PER_ACTION:
        raise InputError(
            f"Expected 1 to {IDS_PER_ACTION} ids on each side, got {parents} and {children}:"
            " oo.plan(…) makes the actions of any number of pairs."
        )


def _check_info(action: Action) -> None:
    modifies = action.verb is Verb.MODIFY
    if (action.info is not None or modifies) and not action.relation.takes_info:
        raise InputError(
            "Expected calendar:address, the only relation type that takes a relation info, got"
            f" {action.relation.suffix}: leave the info out, or create and delete links instead."
        )
    if modifies and action.info is None:
        raise InputError("Expected the relation info that the links are to have, got none: info=oo.RelationInfo(…).")
    if action.verb is Verb.CREATE and action.info is not None and action.info.feedback is not None:
        raise InputError("A feedback can only be set on a link that exists: create it first, then modify it.")


def write_call(action: Action) -> Call:
    """The call that asks for an action: create, modify or delete links."""
    return Call(action.verb, "relation", action.parameters)


def read_links(
    relation: str | RelationType,
    *,
    parents: Iterable[int] | None = None,
    children: Iterable[int] | None = None,
) -> Operation[Links]:
    """Read the links of some parents, or of some children, 500 ids an action and 50 actions a request.

    Args:
        relation: URN, suffix or word, or a relation type.
        parents: ids of parents; or else
        children: ids of children.

    Returns:
        The links; an id without any has none.

    Raises:
        InputError: for both sides or none, or what cannot be ids.
        ApiError: if the API answers with an error code.
        OutcomeUnknown: if an answer cannot be read.
    """
    if (parents is None) == (children is None):
        raise InputError(
            f"Expected ids of one side, got {'none' if parents is None else 'both'}:"
            " write related(relation, parents=[…]) or related(relation, children=[…])."
        )
    relation_type = find_relation(relation)
    ids = record_ids((children or ()) if parents is None else parents)
    side = "childids" if parents is None else "parentids"
    related = yield from _read_related(relation_type, side, ids)

    asked_array = np.array([asked_id for asked_id, linked in related.items() for _ in linked], dtype=np.int64)
    linked_array = np.array([other for linked in related.values() for other in linked], dtype=np.int64)
    if parents is None:
        parent_ids, child_ids = linked_array, asked_array
    else:
        parent_ids, child_ids = asked_array, linked_array
    order = np.lexsort((child_ids, parent_ids))
    return Links(parent_ids[order], child_ids[order])


def read_child_order(relation: str | RelationType, *, parents: Iterable[int]) -> Operation[dict[int, list[int]]]:
    """The children of some parents, in the order in which the API gives them.

    Args:
        relation: URN, suffix or word, or a relation type.
        parents: ids of parents.

    Returns:
        A parent's id -> its children; without those that have none where the API leaves them out.

    Raises:
        InputError: for what cannot be ids.
        ApiError: if the API answers with an error code.
        OutcomeUnknown: if an answer cannot be read.
    """
    return (yield from _read_related(find_relation(relation), "parentids", record_ids(parents)))


def _read_related(relation: RelationType, side: str, ids: Iterable[int]) -> Operation[dict[int, list[int]]]:
    """What is linked with each id of one side, 500 ids an action and 50 actions a request."""
    related: dict[int, list[int]] = {}
    groups = chunks(list(dict.fromkeys(ids)), IDS_PER_ACTION)
    for request in chunks(groups, ACTIONS_PER_REQUEST):
        calls = [Call("get", "idsfromrelation", {"relationtype": relation.urn, side: group}) for group in request]
        results = raise_for_errors((yield calls))
        for group, result in zip(request, results, strict=True):
            related |= read_related(result, group)
    return related


def record_ids(values: Iterable[int]) -> list[int]:
    """Ids as plain ints.

    Args:
        values: a list, a column of a frame, an array: anything that holds whole numbers.

    Returns:
        The same ids, in the same order.

    Raises:
        InputError: naming all that is not a whole number from 1 on.
    """
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InputError(
            f"Expected a list of whole numbers, got {quote(str(values))}: write [1001, 1002];"
            " oo.read_ids(…) reads text."
        )
    listed = [value.item() if isinstance(value, np.generic) else value for value in values]
    wrong = [value for value in listed if type(value) is not int or not 0 < value <= MAX_ID]
    if wrong:
        raise InputError(
            f"Expected record ids, whole numbers from 1 on, got {', '.join(map(repr, wrong[:5]))}:"
            " oo.read_ids(…) reads them from texts and tables."
        )
    return listed


def chunks(items: list[T], size: int) -> list[list[T]]:
    """Parts of a list, of so many items each; the last may be shorter.

    >>> chunks([1, 2, 3], 2)
    [[1, 2], [3]]
    """
    return [items[start : start + size] for start in range(0, len(items), size)]
