"""Confirmation, run and what follows, without a page: nothing is given that was not done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import onoffice_nb as oo
from onoffice_nb.builder.steps.send import Confirmation, SendStep
from onoffice_nb.builder.task import Task
from onoffice_nb.builder.wording import Words
from onoffice_nb.execution.control import Progress
from onoffice_nb.model import Account

ENGLISH = Words("en")
LIVE = Account("Muster GmbH", live=True, fingerprint="ff")


class Desk:
    """A step and what it was asked to do."""

    def __init__(self, account: Account) -> None:
        self.done: list[Any] = []
        self.files: list[tuple[str, str, bytes]] = []
        self.step = SendStep(
            account,
            submit=self._note("submit"),
            retry=self._note("retry"),
            undo=lambda report: self.done.append(("undo", report.run)),
            stop=self._note("stop"),
            download=lambda name, media_type, content: self.files.append((name, media_type, content)),
        )

    def _note(self, what: str) -> Callable[[], object]:
        return lambda: self.done.append(what)

    def act(self, action: str, **content: Any) -> None:
        self.step.actions[action](**content)

    @property
    def view(self) -> dict[str, Any]:
        return self.step.view(ENGLISH)


@pytest.fixture
def sandbox() -> oo.Sandbox:
    return oo.Sandbox()


@pytest.fixture
def desk(sandbox: oo.Sandbox) -> Desk:
    return Desk(sandbox.account)


def buyers(sandbox: oo.Sandbox, count: int = 2, **options: Any) -> oo.Plan:
    pairs = oo.read_pairs(parent=list(range(1001, 1001 + count)), child=list(range(5001, 5001 + count)))
    return oo.plan(sandbox.client(), "buyer", pairs, **options)


def live_plan(sandbox: oo.Sandbox, count: int) -> oo.Plan:
    from dataclasses import replace

    return replace(buyers(sandbox, count), account=LIVE)


def test_a_plan_is_confirmed_by_a_tick_and_only_while_it_is_offered(sandbox: oo.Sandbox, desk: Desk) -> None:
    plan = buyers(sandbox)
    desk.step.offer(plan)
    assert desk.step.confirmed is None
    desk.act("tick", is_ticked=True)
    assert desk.step.confirmed is plan
    desk.act("tick", is_ticked=False)
    assert desk.step.confirmed is None
    desk.act("tick", is_ticked=True)
    desk.step.offer(buyers(sandbox))
    assert desk.step.confirmed is None, "what was confirmed before is not what is shown now"


def test_once_a_run_begins_no_late_click_confirms(sandbox: oo.Sandbox, desk: Desk) -> None:
    desk.step.offer(buyers(sandbox))
    desk.act("tick", is_ticked=True)
    desk.step.begin()
    desk.act("tick", is_ticked=True)
    assert desk.step.confirmed is None


def test_verb_count_account_and_names_are_said(sandbox: oo.Sandbox, desk: Desk) -> None:
    desk.step.offer(buyers(sandbox, 6))
    confirmation = desk.view["confirmation"]
    assert confirmation["button"] == "Link 6 pairs"
    assert "SANDBOX · Muster Immobilien" in confirmation["sentence"]
    assert any("Jürgen Brandt" in detail for detail in confirmation["details"])
    assert confirmation["number"] is None


@pytest.mark.parametrize(("typed", "is_given"), [("", False), ("1", False), ("2", True), (" 2 ", True), ("22", False)])
def test_a_removal_wants_its_number(sandbox: oo.Sandbox, desk: Desk, typed: str, is_given: bool) -> None:
    sandbox.link("buyer", [(1001, 5001), (1002, 5002)])
    pairs = oo.read_pairs(parent=[1001, 1002], child=[5001, 5002])
    plan = oo.plan_removal(sandbox.client(), "buyer", pairs)
    desk.step.offer(plan, Task.REMOVE)
    assert desk.view["confirmation"]["kind"] == "danger"
    desk.act("type", typed=typed)
    assert desk.step.confirmed is None, "the box is not ticked"
    desk.act("tick", is_ticked=True)
    assert (desk.step.confirmed is plan) is is_given


@pytest.mark.parametrize(("count", "needs_number"), [(100, False), (101, True)])
def test_many_links_in_a_real_account_want_their_number(sandbox: oo.Sandbox, count: int, needs_number: bool) -> None:
    assert Confirmation.of_plan(live_plan(sandbox, count)).needs_number is needs_number
    assert not Confirmation.of_plan(buyers(sandbox, count)).needs_number


@pytest.mark.parametrize("typed", ["1,200", "1.200", "1200", "1 200"])
def test_a_number_may_be_typed_as_it_is_shown(typed: str) -> None:
    assert Confirmation(1200, needs_number=True, is_ticked=True, typed=typed).is_given


def test_a_plan_with_errors_is_not_offered(sandbox: oo.Sandbox, desk: Desk) -> None:
    desk.step.offer(oo.plan(sandbox.client(), "buyer", oo.read_pairs(parent=[1001], child=[9_000_001])))
    desk.act("tick", is_ticked=True)
    assert desk.step.confirmed is None
    assert desk.view["confirmation"] is None
    assert "1 error" in desk.view["hint"]


def test_progress_tells_how_long_it_takes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    desk.step.begin()
    assert desk.view["run"]["total"] == 0
    now[0] += 10
    desk.step.report_progress(Progress(1, done=50, total=200, failed=2))
    assert desk.view["run"]["text"] == "50 of 200 · 2 failed or unknown · 30 seconds left"
    desk.step.report_progress(Progress(1, done=1, total=200, failed=0))
    assert "33 minutes left" in desk.view["run"]["text"]


def test_stop_is_told_and_passed_on(desk: Desk) -> None:
    desk.step.begin()
    desk.act("stop")
    assert desk.done == ["stop"]
    assert desk.view["run"]["is_stopping"]


def test_undo_asks_first_and_says_what_it_will_do(sandbox: oo.Sandbox, desk: Desk) -> None:
    sandbox.link("buyer", [(1001, 5009)])
    report = oo.submit(sandbox.client(), buyers(sandbox, 2, replace=True), progress=False)
    desk.step.show(report)
    desk.act("undo")
    assert not desk.done, "nobody was asked yet"
    desk.act("ask_undo")
    text = desk.view["undo"]["text"]
    assert "2 links that it made are removed" in text
    assert "1 link that it removed is made again" in text
    desk.act("keep")
    desk.act("undo")
    assert not desk.done
    desk.act("ask_undo")
    desk.act("undo")
    assert desk.done == [("undo", report.run)]


def test_a_run_that_changed_nothing_offers_no_undo(sandbox: oo.Sandbox, desk: Desk) -> None:
    sandbox.link("buyer", [(1001, 5001)])
    desk.step.show(oo.submit(sandbox.client(), buyers(sandbox, 1), progress=False))
    assert not desk.view["after"]["can_undo"]
    desk.act("ask_undo")
    assert desk.view["undo"] is None


def test_equal_errors_stand_together_with_what_to_do(sandbox: oo.Sandbox, desk: Desk) -> None:
    pairs = oo.read_pairs(parent=[1001, 1002, 1003], child=[9_000_001, 9_000_001, 5003])
    plan = oo.plan(sandbox.client(), "buyer", pairs)
    desk.step.show(oo.submit(sandbox.client(), plan, progress=False, force=["unknown-record"]))
    after = desk.view["after"]
    assert {(count["outcome"], count["n"]) for count in after["counts"]} == {("linked", 1), ("failed", 2)}
    (problem,) = after["problems"]
    assert problem["rows"] == "2 rows"
    assert problem["advice"]
    assert after["can_retry"]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_report_is_a_file_with_a_line_for_each_row(sandbox: oo.Sandbox, desk: Desk, ending: str) -> None:
    report = oo.submit(sandbox.client(), buyers(sandbox), progress=False)
    desk.step.show(report)
    desk.act("report", ending=ending)
    ((name, _, content),) = desk.files
    assert name.endswith(f".{ending}")
    assert oo.read_table(content)["outcome"].tolist() == report.frame["outcome"].tolist()


def test_without_a_run_there_is_no_report(desk: Desk) -> None:
    with pytest.raises(oo.InputError):
        desk.act("report", ending="xlsx")
