"""Reading records without a driver: by ids, by pages, by numbers and by periods."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onoffice_nb.api.records import read_records
from onoffice_nb.api.wire import Call, Result
from onoffice_nb.errors import ApiError, InputError, OnOfficeWarning, OutcomeUnknown
from tests.api.answering import asked


def record(number: object, **elements: object) -> dict[str, object]:
    return {"id": number, "elements": elements}


def pages(total: int | None, sizes: list[int]) -> Callable[[Call], Result]:
    """Pages of so many records each, with ids counted on, in a list of so many."""
    numbers, left = count(1), iter(sizes)
    return lambda call: Result(0, "OK", tuple(record(next(numbers)) for _ in range(next(left))), total)


@pytest.mark.parametrize(
    ("total", "sizes"),
    [
        (0, [0]),
        (3, [3]),
        (500, [500]),
        (501, [500, 1]),
        (1203, [500, 500, 203]),
        (None, [500, 500, 0]),
        (None, [500, 499]),
        (1203, [499, 500, 202]),
        (10**9, [500, 0]),
    ],
)
def test_pages(total: int | None, sizes: list[int]) -> None:
    seen: list[int] = []
    requests, columns = asked(read_records("estate", ["ort"], seen=seen.append), pages(total, sizes))
    assert [call.parameters["listoffset"] for (call,) in requests] == [500 * n for n in range(len(sizes))]
    assert {call.parameters["listlimit"] for (call,) in requests} == {500}
    assert columns["id"] == list(range(1, sum(sizes) + 1))
    assert seen == sizes


def test_a_list_that_moves_is_not_taken() -> None:
    same = Result(0, "OK", tuple(record(n) for n in range(500)), 10**9)
    with pytest.raises(OutcomeUnknown, match="changed while it was being read"):
        asked(read_records("estate", ["ort"]), lambda call: same)


@pytest.mark.parametrize("odd", [record("relatedIds"), record(None), {"elements": {}}, {}, record(1.5), record(2**60)])
def test_a_record_without_an_id_is_not_taken(odd: dict[str, object]) -> None:
    with pytest.raises(OutcomeUnknown, match="cannot be read"):
        asked(read_records("estate", ["ort"]), lambda call: Result(0, "OK", (odd,), 1))


@pytest.mark.parametrize(
    ("module", "resourcetype", "n", "requests"),
    [
        ("estate", "estate", 1201, [[500, 500, 201]]),
        ("address", "address", 25_001, [[500] * 50, [1]]),
        ("user", "user", 2, [[2]]),
        ("task", "task", 2, [[2]]),
        ("agentsLog", "agentslog", 2, [[2]]),
        ("calendar", "calendar", 51, [[1] * 50, [1]]),
        ("estate", "estate", 0, []),
    ],
)
def test_reading_by_ids(module: str, resourcetype: str, n: int, requests: list[list[int]]) -> None:
    def ids_of(call: Call) -> list[int]:
        assert (call.verb, call.resourcetype) == ("read", resourcetype)
        if call.resourceid:
            return [int(call.resourceid)]
        if "recordids" in call.parameters:
            return list(call.parameters["recordids"])
        ((field, (condition,)),) = call.parameters["filter"].items()
        assert (field, condition["op"]) == ("Id" if module == "estate" else "Nr", "IN")
        return list(condition["val"])

    def reply(call: Call) -> Result:
        return Result(0, "OK", tuple(record(str(number), ort=f"Ort {number}") for number in ids_of(call)))

    wanted = list(range(1, n + 1))
    sent, columns = asked(read_records(module, ["ort"], ids=[*wanted, *wanted]), reply)
    assert [[len(ids_of(call)) for call in request] for request in sent] == requests
    assert columns == {"id": wanted, "ort": [f"Ort {number}" for number in wanted]}


def test_an_appointment_that_is_not_there_is_left_out_as_in_a_list() -> None:
    codes = {"1": 0, "2": 169, "3": 80, "4": 121}

    def reply(call: Call) -> Result:
        there = (record(call.resourceid, ort="Aachen"),) if call.resourceid == "1" else ()
        return Result(codes[call.resourceid], "", there)

    _, columns = asked(read_records("calendar", ["ort"], ids=[1, 2, 3, 4]), reply)
    assert columns == {"id": [1], "ort": ["Aachen"]}
    with pytest.raises(ApiError, match="170"):
        asked(read_records("calendar", ["ort"], ids=[1]), lambda call: Result(170, ""))
    with pytest.raises(OutcomeUnknown):
        asked(read_records("calendar", ["ort"], ids=[1]), lambda call: None)


# Tasks: no offset, no total


def tasks(numbers: list[int]) -> Callable[[Call], Result]:
    """The tasks of an API that lists them in this order, refuses an offset, and tells the total of the page only."""

    def reply(call: Call) -> Result:
        assert (call.verb, call.resourcetype) == ("read", "task")
        if "listoffset" in call.parameters:
            return Result(144, "Invalid field in input data: listoffset")
        kept = numbers
        for condition in call.parameters.get("filter", {}).get("Nr", []):
            limit = condition["val"]
            kept = [number for number in kept if (number > limit if condition["op"] == ">" else number <= limit)]
        page = kept[: call.parameters["listlimit"]]
        return Result(0, "OK", tuple(record(number, Betreff=f"Aufgabe {number}") for number in page), len(page))

    return reply


@pytest.mark.parametrize("n", [0, 1, 499, 500, 501, 1000, 1203])
def test_tasks_are_read_on_by_their_number(n: int) -> None:
    seen: list[int] = []
    numbers = [3 * step for step in range(1, n + 1)]
    requests, columns = asked(read_records("task", ["Betreff"], seen=seen.append), tasks(numbers))
    assert columns == {"id": numbers, "Betreff": [f"Aufgabe {number}" for number in numbers]}
    assert len(requests) == n // 500 + 1
    assert sum(seen) == n
    assert all(set(call.parameters) == {"data", "listlimit", "filter"} for (call,) in requests)


@given(st.lists(st.integers(1, 10**6), unique=True, max_size=4000))
def test_tasks_in_whatever_order_the_api_lists_them(numbers: list[int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, columns = asked(read_records("task", ["Betreff"]), tasks(numbers))
    assert sorted(columns["id"]) == sorted(numbers)


@pytest.mark.parametrize("order", [sorted, lambda numbers: sorted(numbers, reverse=True), lambda numbers: numbers])
def test_thousands_of_tasks_in_any_order(order: Callable[[list[int]], list[int]]) -> None:
    numbers = [n * 7919 % 10007 + 1 for n in range(5000)]
    requests, columns = asked(read_records("task", ["Betreff"]), tasks(order(numbers)))
    assert sorted(columns["id"]) == sorted(numbers)
    assert len(requests) < 60


def test_the_filter_stays_beside_the_number() -> None:
    mine = {"Status": [{"op": "=", "val": "offen"}], "Nr": [{"op": "<=", "val": 700}]}
    requests, columns = asked(read_records("task", ["Betreff"], filter=mine), tasks(list(range(1, 1001))))
    assert columns["id"] == list(range(1, 701))
    assert all(call.parameters["filter"]["Status"] == mine["Status"] for (call,) in requests)
    assert [call.parameters["filter"]["Nr"] for (call,) in requests] == [
        [{"op": "<=", "val": 700}, {"op": ">", "val": 0}],
        [{"op": "<=", "val": 700}, {"op": ">", "val": 500}],
    ]


def test_a_list_that_may_be_cut_says_so() -> None:
    """An API that does not know the filter by number answers the same page for ever."""
    page = Result(0, "OK", tuple(record(number) for number in range(1, 501)), 500)
    with pytest.warns(OnOfficeWarning, match="may be cut"):
        requests, columns = asked(read_records("task", ["Betreff"]), lambda call: page)
    assert len(requests) == 2
    assert columns["id"] == list(range(1, 501))


def test_a_task_that_is_listed_twice_is_not_taken() -> None:
    page = Result(0, "OK", tuple(record(7) for _ in range(500)), 500)
    with pytest.raises(OutcomeUnknown, match="changed while"):
        asked(read_records("task", ["Betreff"]), lambda call: page)


# Appointments: a period, and 500 at most

FIRST = date(2026, 1, 1)


def calendar(days: list[int]) -> Callable[[Call], Result]:
    """Appointments 1, 2, … on these days of the year, of which an answer tells 500 at most."""

    def reply(call: Call) -> Result:
        assert (call.verb, call.resourcetype) == ("read", "calendar")
        assert not {"data", "listlimit", "listoffset"} & set(call.parameters)
        start, end = (datetime.fromisoformat(call.parameters[name]).date() for name in ("datestart", "dateend"))
        dates = {number: FIRST + timedelta(days=day) for number, day in enumerate(days, 1)}
        kept = [(number, day) for number, day in dates.items() if start <= day <= end][:500]
        return Result(0, "OK", tuple(record(number, start_dt=str(day)) for number, day in kept), len(kept))

    return reply


@given(st.lists(st.integers(0, 364), max_size=3000))
def test_long_lists_of_appointments_are_read_in_parts(days: list[int]) -> None:
    fullest = max((days.count(day) for day in set(days)), default=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error" if fullest < 500 else "ignore")
        _, columns = asked(read_records("calendar", ["start_dt"], start="2026-01-01", end="2026-12-31"), calendar(days))
    if fullest < 500:
        assert sorted(columns["id"]) == list(range(1, len(days) + 1))


def test_a_day_with_too_many_appointments_says_that_it_may_be_cut() -> None:
    with pytest.warns(OnOfficeWarning, match="2026-01-04 may be cut"):
        _, columns = asked(
            read_records("calendar", ["start_dt"], start=FIRST, end="2026-01-10"), calendar([3] * 700 + [5])
        )
    assert len(columns["id"]) == 501


def test_an_appointment_over_midnight_is_taken_once() -> None:
    """It stands in both halves of a period that was too long."""
    filler = [n % 9 for n in range(600)]

    def reply(call: Call) -> Result:
        answered = calendar(filler)(call)
        over_midnight = record(9999, start_dt="2026-01-05")
        return Result(0, "OK", (*answered.records[:499], over_midnight), None)

    _, columns = asked(read_records("calendar", ["start_dt"], start=FIRST, end="2026-01-09"), reply)
    assert columns["id"].count(9999) == 1


def test_whose_appointments() -> None:
    def parameters(**limits: Any) -> Any:
        ((call,),), _ = asked(read_records("calendar", ["art"], start=FIRST, end=FIRST, **limits), calendar([]))
        return call.parameters

    assert parameters()["allusers"] is True
    assert parameters(users=[21, 31])["users"] == [21, 31]
    assert "allusers" not in parameters(users=[21])
    where = {"art": [{"op": "=", "val": "Besichtigung"}]}
    assert parameters(filter=where)["filter"] == where


def test_statuses_are_asked_for_where_they_are_wanted() -> None:
    def flags(fields: list[str], **limits: Any) -> Any:
        answer = Result(0, "", (record(1, addresses=[], art=[]),))
        ((call,),), _ = asked(read_records("calendar", fields, **limits), lambda call: answer)
        return call.parameters

    assert flags(["art"], ids=[1]) == {}
    assert flags(["addresses"], ids=[1]) == {"showConfirmationStatus": True}
    assert flags(["addresses"], start=FIRST, end=FIRST)["showConfirmationStatus"] is True


def test_a_field_that_appointments_do_not_have_is_named() -> None:
    with pytest.raises(InputError, match="got 'beginn': the API tells start_dt"):
        asked(read_records("calendar", ["start_dt", "beginn"], start=FIRST, end="2026-01-10"), calendar([1]))
    _, columns = asked(read_records("calendar", ["beginn"], start=FIRST, end=FIRST), calendar([]))
    assert columns == {"id": [], "beginn": []}


@pytest.mark.parametrize("day", ["2026-06-01", date(2026, 6, 1), datetime(2026, 6, 1, 12), pd.Timestamp("2026-06-01")])
def test_a_day_as_a_notebook_has_it(day: Any) -> None:
    ((call,),), _ = asked(read_records("calendar", ["art"], start=day, end=day), calendar([]))
    assert call.parameters["datestart"] == "2026-06-01 00:00:00"
    assert call.parameters["dateend"] == "2026-06-01 23:59:59"


# What is refused before anything is sent

# As a notebook calls it: without types.
records_of: Any = read_records


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (records_of("file", ["x"]), "Expected one of estate, .* got 'file'"),
        (records_of("estate", []), "list of fields"),
        (records_of("estate", "ort"), "list of fields, got 'ort'"),
        (records_of("estate", ["ort"], ids=[1], filter={}), "ids or a filter, got both"),
        (records_of("estate", ["ort"], ids=["1001"]), "record ids, .* got '1001'"),
        (records_of("estate", ["ort"], filter="ort = 'Aachen'"), "Expected a filter, got"),
        (records_of("estate", ["ort"], filter={"ort": {1}}), "cannot be sent as JSON"),
        (records_of("estate", ["ort"], start="2026-01-01", end="2026-01-02"), "appointments only"),
        (records_of("task", ["Betreff"], users=[21]), "appointments only"),
        (records_of("calendar", ["art"], ids=[1], start="2026-01-01"), "appointments only"),
        (records_of("calendar", ["art"]), "Expected a period, got none: .* start="),
        (records_of("calendar", ["art"], start="2026-01-01"), "Expected a period"),
        (records_of("calendar", ["art"], end="2026-01-01"), "Expected a period"),
        (records_of("calendar", ["art"], start="01.06.2026", end="2026-06-02"), "start to be a day, got '01.06.2026'"),
        (records_of("calendar", ["art"], start="2026-06-01", end=5), "end to be a day, got '5'"),
        (records_of("calendar", ["art"], start="2026-06-02", end="2026-06-01"), "got 2026-06-02 and 2026-06-01: swap"),
        (records_of("calendar", ["art"], start="2026-06-01", end="2026-06-02", users=["x"]), "got 'x'"),
    ],
)
def test_refused_before_anything_is_sent(operation: Generator[list[Call], Any, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        next(operation)
