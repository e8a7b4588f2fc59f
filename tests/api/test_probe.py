"""The sheet of an account: what each account shows of itself, by reads only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onoffice_nb.api.exchange import Session
from onoffice_nb.api.probe import Probe, probe_account
from onoffice_nb.api.wire import ApiKeys, Call, Result
from onoffice_nb.errors import ApiError, ConnectionFailed, NotAuthenticated
from onoffice_nb.sandbox import Behaviour, Sandbox
from tests.api.answering import asked

KEYS = ApiKeys("T" * 32, "S" * 64)


def sheet(reply: Callable[[Call], Result], session: Session | None = None) -> tuple[list[list[Call]], dict[str, str]]:
    requests, probe = asked(probe_account(session or Session(KEYS)), reply)
    return requests, {finding.question: finding.answer for finding in probe}


def generous(call: Call) -> Result:
    """An account that answers everything, with one record."""
    return Result(0, "OK", ({"id": 7, "elements": {}},), 1234)


def test_it_only_reads() -> None:
    requests, _ = sheet(generous)
    calls = [call for request in requests for call in request]
    assert {call.verb for call in calls} <= {"read", "get"}
    assert len(requests) <= 4


def test_an_account_that_refuses_everything_still_has_a_sheet() -> None:
    """Refused action by action, or as a whole."""
    _, answers = sheet(lambda call: Result(156, "Access violation"))
    assert answers["Estates"] == "refused (156: Access violation)"
    assert answers["Asking for rights (checkuserrecordsright)"] == "not asked"

    operation = probe_account(Session(KEYS))
    next(operation)
    probe: Any = None
    try:
        while True:
            operation.throw(ApiError(156, "Access violation"))
    except StopIteration as done:
        probe = done.value
    assert {finding.question: finding.answer for finding in probe}["Users"] == "refused (156: Access violation)"


@pytest.mark.parametrize("code", [22, 137, 136])
def test_who_is_not_let_in_is_told_so(code: int) -> None:
    with pytest.raises(NotAuthenticated, match=str(code)):
        sheet(lambda call: Result(code, ""))


@pytest.mark.parametrize(
    ("records", "total", "answer"),
    [(20, 900, "counts as 20"), (500, 900, "counts as 500"), (501, 900, "counts as 501"), (7, 7, "not known")],
)
def test_a_list_that_is_asked_for_too_long(records: int, total: int, answer: str) -> None:
    def reply(call: Call) -> Result:
        if call.parameters.get("listlimit") == 501:
            return Result(0, "OK", tuple({"id": n} for n in range(1, records + 1)), total)
        return generous(call)

    assert sheet(reply)[1]["More than 500 records in a list"] == answer


@pytest.mark.parametrize(
    ("records", "answer"),
    [
        ((), "no record"),
        (({"id": "relatedIds"},), "no elements"),
        (({"id": "relatedIds", "elements": []},), "an empty map"),
        (({"id": "relatedIds", "elements": {"2147483647": []}},), "the id with an empty list"),
    ],
)
def test_the_shape_of_no_hit(records: Any, answer: str) -> None:
    def reply(call: Call) -> Result:
        return Result(0, "OK", records) if call.resourcetype == "idsfromrelation" else generous(call)

    assert sheet(reply)[1]["Links of an id that has none"] == answer


@pytest.mark.parametrize(
    ("ahead", "answer"), [(None, "not known"), (2.0, "right"), (75.0, "75 seconds behind"), (-75.0, "75 seconds ahead")]
)
def test_the_clock(ahead: float | None, answer: str) -> None:
    session = Session(KEYS)
    session.clock.measured = ahead
    assert sheet(generous, session)[1]["This computer's clock"] == answer


def test_a_clock_that_is_corrected_is_to_be_set() -> None:
    session = Session(KEYS)
    session.clock.measured = session.clock.offset = -300
    _, probe = asked(probe_account(session), generous)
    (clock,) = [finding for finding in probe if finding.question == "This computer's clock"]
    assert clock.answer == "300 seconds ahead"
    assert "Set the clock" in clock.meaning


def test_records_whose_number_is_not_told_are_readable() -> None:
    def reply(call: Call) -> Result:
        return Result(0, "OK", ({"id": 7, "elements": {}},)) if call.verb == "read" else generous(call)

    assert "readable" in sheet(reply)[1].values()


def test_one_action_a_request() -> None:
    session = Session(KEYS)
    session.actions_per_request = 1
    assert sheet(generous, session)[1]["Several actions in one request"] == "refused (141)"
    assert sheet(generous)[1]["Several actions in one request"] == "taken"


def test_a_line_that_breaks_ends_it() -> None:
    operation = probe_account(Session(KEYS))
    next(operation)
    with pytest.raises(ConnectionFailed):
        operation.throw(ConnectionFailed("down"))


def test_on_the_sandbox_it_shows_what_the_switches_say() -> None:
    def answers(**switches: Any) -> dict[str, str]:
        probe = Sandbox(behaviour=Behaviour(**switches)).client().probe()
        return {finding.question: finding.answer for finding in probe}

    assert answers()["An offset in lists of tasks"].startswith("refused (144")
    assert answers(task_listoffset="accepted")["An offset in lists of tasks"] == "taken"
    assert answers(list_limit="cut")["More than 500 records in a list"] == "counts as 500"
    assert answers(user_right="missing")["Users"].startswith("refused (170")
    assert answers()["The call appointmentList"] == "answered"


def test_how_it_looks() -> None:
    probe = Sandbox().client().probe()
    assert isinstance(probe, Probe)
    assert list(probe.frame.columns) == ["question", "answer", "meaning"]
    assert len(probe.frame) == len(probe)
    assert repr(probe).splitlines()[0].split() == ["question", "answer", "meaning"]
    hostile = Probe([type(probe[0])("<b>", "<script>", "&")])
    assert "<script>" not in hostile._repr_html_()
