"""Where no thread can be started, a run does the same, one request after the other."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

import onoffice_nb as oo
from onoffice_nb.execution.workers import CallerRuns, worker_pool


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


def report(connections: int) -> oo.Report:
    """160 links, one of them with a bad id, and a line that loses an answer on the way."""
    crm = oo.Sandbox(faults=oo.Faults({2: "drop_after"})).client()
    parents, children = list(range(1001, 1161)), [*range(5001, 5160), 9_000_001]
    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=parents, child=children))
    return oo.submit(crm, plan, progress=False, connections=connections)


@pytest.mark.parametrize("connections", [1, 4])
def test_a_run_without_threads_ends_as_with_them(connections: int, request: pytest.FixtureRequest) -> None:
    with_threads = report(connections)
    request.getfixturevalue("no_threads")
    without = report(connections)
    assert without.frame.drop(columns="advice").equals(with_threads.frame.drop(columns="advice"))
    assert without.counts == Counter(linked=159, failed=1)


@pytest.mark.usefixtures("no_threads")
def test_a_run_without_threads_can_be_stopped() -> None:
    crm = oo.Sandbox().client()
    pairs = oo.read_pairs(parent=list(range(1001, 1161)), child=list(range(5001, 5161)))
    stopped = oo.submit(crm, oo.plan(crm, "buyer", pairs), progress=lambda now: oo.stop())
    assert stopped.stop_reason
    assert 0 < stopped.counts["linked"] < 160
    assert oo.resume(crm, stopped, progress=False).counts == {"linked": 160}


def test_what_a_task_raises_comes_with_its_result() -> None:
    future = CallerRuns().submit(int, "x")
    with pytest.raises(ValueError, match="'x'"):
        future.result()


@pytest.mark.usefixtures("no_threads")
def test_the_caller_works_where_nobody_else_can() -> None:
    with worker_pool(4) as pool:
        assert pool.submit(threading.get_ident).result() == threading.get_ident()
