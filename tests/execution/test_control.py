"""Interrupts and progress: the request under way is finished, and whoever watches sees how far a run is."""

from __future__ import annotations

import _thread
import signal
import threading
from typing import Any

import pytest
import tqdm.auto
import tqdm.notebook

import onoffice_nb as oo
from onoffice_nb.execution.control import Progress, RunOptions, cancellation_scope, progress_reporter
from onoffice_nb.execution.states import State
from onoffice_nb.sandbox import Reply, Sandbox
from tests.scenarios import BUYER, is_write


@pytest.fixture
def box() -> Sandbox:
    made = Sandbox(empty=True)
    made.add("estate", *range(1, 121))
    made.add("address", *range(1001, 1121))
    return made


def test_an_interrupt_finishes_the_request_under_way(box: Sandbox, journal: oo.Journal) -> None:
    handler = signal.getsignal(signal.SIGINT)
    crm = box.client()
    plan = oo.plan(crm, BUYER, oo.read_pairs(parent=list(range(1, 121)), child=list(range(1001, 1121))))
    assert len(plan.requests) == 3
    answer = box.transport._handle

    def interrupt_and_answer(body: bytes) -> Reply:
        if is_write(body):
            box.transport._handle = answer
            _thread.interrupt_main()
        return answer(body)

    box.transport._handle = interrupt_and_answer
    report = oo.submit(crm, plan, progress=False, journal=journal)
    assert report.stop_reason == "stopped on request"
    assert report.requests == 1
    assert report.counts == {"linked": 50, "skipped": 70}
    assert len(box.links(BUYER)) == 50
    assert signal.getsignal(signal.SIGINT) is handler
    assert oo.resume(crm, report, progress=False, journal=journal).counts == {"linked": 120}


def test_a_second_interrupt_gets_through_and_the_journal_is_true(box: Sandbox, journal: oo.Journal) -> None:
    handler = signal.getsignal(signal.SIGINT)
    crm = box.client()
    plan = oo.plan(crm, BUYER, oo.read_pairs(parent=[1, 2], child=[1001, 1002]))

    def twice(now: Progress) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        oo.submit(crm, plan, progress=twice, journal=journal)
    record = journal.run(1)
    assert (record.state, record.reason) == ("stopped", "broken off by KeyboardInterrupt")
    assert State.SENDING not in record.counts
    assert signal.getsignal(signal.SIGINT) is handler
    assert oo.resume(crm, 1, progress=False, journal=journal).counts == {"linked": 2}


def test_outside_the_main_thread_only_stop_stops() -> None:
    handler = signal.getsignal(signal.SIGINT)
    seen: list[bool] = []

    def work() -> None:
        with cancellation_scope() as halt:
            seen.append(signal.getsignal(signal.SIGINT) is handler)
            oo.stop()
            seen.append(halt.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True, True]


def test_stop_speaks_to_those_who_run_and_to_no_later_one() -> None:
    with cancellation_scope() as one, cancellation_scope() as other:
        oo.stop()
        assert one.is_set()
        assert other.is_set()
    with cancellation_scope() as later:
        assert not later.is_set()


def test_a_handler_that_python_did_not_set_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = signal.getsignal(signal.SIGINT)
    given: list[Any] = []
    monkeypatch.setattr(signal, "signal", lambda number, handler: given.append(handler))
    with cancellation_scope():
        pass
    assert len(given) == 1, "there is nothing to put back"
    assert signal.getsignal(signal.SIGINT) is handler


def test_a_bar_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_reporter(True) as tell:
        tell(Progress(run=1, done=0, total=0, failed=0))
        tell(Progress(run=1, done=3, total=4, failed=1))
    shown = capsys.readouterr().err
    assert "3/4" in shown
    assert "failed=1" in shown


def test_a_bar_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    bars: list[Any] = []

    def bar(**options: Any) -> Any:
        bars.append(tqdm.notebook.tqdm(display=False, **options))
        return bars[-1]

    monkeypatch.setattr(tqdm.auto, "tqdm", bar)
    with progress_reporter(True) as tell:
        tell(Progress(run=1, done=3, total=4, failed=1))
        _, slider, _ = bars[0].container.children
        assert (slider.value, slider.max) == (3, 4)


def test_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_reporter(False) as tell:
        tell(Progress(run=1, done=3, total=4, failed=1))
    told: list[Progress] = []
    with progress_reporter(told.append) as tell:
        tell(Progress(run=1, done=3, total=4, failed=1))
    assert [now.done for now in told] == [3]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("connections", [0, 5, -1, "2", None, 1.5])
def test_as_many_connections_as_the_api_bears(connections: Any) -> None:
    with pytest.raises(oo.InputError, match="from 1 to 4"):
        RunOptions(progress=False, connections=connections, verify=True)
