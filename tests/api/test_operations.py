"""Operations on links without a driver: what they ask for, request by request."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from onoffice_nb.api.operations import call_one, raise_for_errors, read_links, write_links
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.errors import ApiError, InputError, OutcomeUnknown, RelationError
from onoffice_nb.model import RelationInfo, Verb
from tests.api.answering import asked

READ = [Call("get", "idsfromrelation", {}), Call("read", "estate", {})]


# Paging: the calls of each request


def linked_to_the_next(call: Call) -> Result:
    """Each id is linked to the one after it, and to itself."""
    (ids,) = (ids for name, ids in call.parameters.items() if name != "relationtype")
    return Result(0, "OK", ({"elements": {str(one): [str(one + 1), one] for one in ids}},))


@pytest.mark.parametrize("n", [0, 1, 500, 501, 25_000, 25_001])
@pytest.mark.parametrize(("side", "name"), [("parents", "parentids"), ("children", "childids")])
def test_links_are_asked_for_in_chunks(n: int, side: str, name: str) -> None:
    ids = list(range(n, 0, -1))
    requests, links = asked(read_links("buyer", **{side: ids}), linked_to_the_next)
    groups = [call.parameters[name] for request in requests for call in request]
    assert [one for group in groups for one in group] == ids
    assert all(len(group) <= 500 for group in groups)
    assert [len(request) for request in requests] == [50] * (n // 25_000) + [-(-(n % 25_000) // 500)] * (n % 25_000 > 0)
    near, far = (links.parents, links.children) if side == "parents" else (links.children, links.parents)
    assert len(links) == 2 * n
    assert near.dtype == far.dtype == np.dtype(np.int64)
    expected = sorted((one, other) for one in ids for other in (one, one + 1))
    assert sorted(zip(near.tolist(), far.tolist(), strict=True)) == expected
    assert (np.lexsort((links.children, links.parents)) == np.arange(2 * n)).all()


def test_an_id_is_asked_for_once() -> None:
    requests, links = asked(read_links("buyer", parents=[7, 5, 7]), linked_to_the_next)
    assert requests[0][0].parameters["parentids"] == [7, 5]
    assert links.parents.tolist() == [5, 5, 7, 7]


# What is refused before anything is sent


def never() -> Iterator[object]:
    yield from [1001, "x"]


# As a notebook calls them: without types.
writes: Any = write_links
links_of: Any = read_links


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        (writes(Verb.CREATE, "buyer", [1, 2], [3, 4]), "got 2 parents and 2 children: the API takes no n:n"),
        (writes(Verb.CREATE, "buyer", [], [3]), "1 to 500 ids on each side, got 0 and 1"),
        (writes(Verb.CREATE, "buyer", [1], []), "1 to 500 ids on each side, got 1 and 0"),
        (writes(Verb.CREATE, "buyer", [1], range(1, 502)), "1 to 500 ids on each side, got 1 and 501"),
        (writes(Verb.CREATE, "buyer", range(1, 502), [1]), "1 to 500 ids on each side, got 501 and 1"),
        (
            writes(Verb.CREATE, "buyer", [1], [2], RelationInfo("gesendet")),
            "Expected calendar:address, .* got estate:address:buyer",
        ),
        (
            writes(Verb.MODIFY, "buyer", [1], [2], RelationInfo("gesendet")),
            "Expected calendar:address, .* got estate:address:buyer",
        ),
        (writes(Verb.MODIFY, "calendar:address", [1], [2]), "got none: info="),
        (writes(Verb.CREATE, "calendar:address", [1], [2], RelationInfo(feedback="aktiv")), "create it first"),
        (writes(Verb.CREATE, "calendar:address", [1], [2], "gesendet"), "got 'gesendet': write oo.RelationInfo"),
        (writes(Verb.CREATE, "buyer", [0], [2]), "record ids, .* got 0:"),
        (writes(Verb.CREATE, "buyer", [True], [2]), "record ids, .* got True:"),
        (writes(Verb.CREATE, "buyer", [1.0], [2]), "record ids, .* got 1.0:"),
        (writes(Verb.CREATE, "buyer", [2**53 + 1], [2]), "record ids, .* got 9007199254740993:"),
        (writes(Verb.CREATE, "buyer", never(), [2]), "record ids, .* got 'x':"),
        (writes(Verb.CREATE, "buyer", "1001", [2]), "list of whole numbers, got '1001'"),
        (writes(Verb.CREATE, "buyer", 1001, [2]), "list of whole numbers, got '1001'"),
        (writes(Verb.CREATE, "buyer", None, [2]), "list of whole numbers, got 'None'"),
        (writes(Verb.DELETE, "buyer", [None], [2]), "record ids, .* got None:"),
        (writes(Verb.CREATE, "no such thing", [1], [2]), "no such thing"),
        (links_of("buyer"), "one side, got none: .* parents="),
        (links_of("buyer", parents=[1], children=[1]), "one side, got both: .* children="),
        (links_of("buyer", parents="1001"), "got '1001'"),
        (links_of("buyer", children=5), "got '5'"),
    ],
)
def test_refused_before_anything_is_sent(flow: Generator[list[Call], Any, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        next(flow)


def test_ids_may_come_from_a_frame() -> None:
    frame = pd.DataFrame({"id": [1001, 1002]})
    for ids in (frame["id"], frame["id"].to_numpy(), pd.Index(frame["id"]), frame["id"].astype("Int64"), {1001, 1002}):
        requests, _ = asked(read_links("buyer", parents=ids), linked_to_the_next)
        assert sorted(requests[0][0].parameters["parentids"]) == [1001, 1002]
    with pytest.raises(InputError, match="got nan:"):
        next(read_links("buyer", parents=pd.Series([1.5, None])[1:]))


def test_one_call_whatever_it_is() -> None:
    requests, result = asked(call_one(READ[0]), lambda call: Result(0, "OK"))
    assert (requests, result) == ([[READ[0]]], Result(0, "OK"))


def test_an_ambiguous_relation_is_refused() -> None:
    with pytest.raises(RelationError):
        next(read_links("address", parents=[1]))


def test_checked_raises_the_first_error() -> None:
    good, bad = Result(0, "OK"), Result(292, "Unknown address")
    assert raise_for_errors([good, good]) == [good, good]
    with pytest.raises(ApiError, match="292"):
        raise_for_errors([good, bad, None])
    with pytest.raises(OutcomeUnknown):
        raise_for_errors([good, None, bad])
