"""The list of runs: what each did, what can be done with it, and nothing of another account."""

from __future__ import annotations

from typing import Any

import pytest

import onoffice_nb as oo
from onoffice_nb.builder.steps.runs import RunsPanel
from onoffice_nb.builder.wording import Words
from onoffice_nb.execution.journal import journal_for

ENGLISH = Words("en")


class Panel:
    """The panel of a sandbox, and what it was asked to do."""

    def __init__(self, sandbox: oo.Sandbox) -> None:
        self.done: list[tuple[str, int]] = []
        self.panel = RunsPanel(
            sandbox.account,
            resume=lambda run: self.done.append(("resume", run)),
            retry=lambda run: self.done.append(("retry", run)),
            ask_undo=lambda report: self.done.append(("undo", report.run)),
            audit=lambda run: self.done.append(("audit", run)),
            show=lambda report: self.done.append(("show", report.run)),
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.panel.view(ENGLISH)["rows"]
        return rows


@pytest.fixture
def sandbox() -> oo.Sandbox:
    return oo.Sandbox()


def plan_of(sandbox: oo.Sandbox, *pairs: tuple[int, int]) -> oo.Plan:
    parents, children = zip(*pairs, strict=True)
    return oo.plan(sandbox.client(), "buyer", oo.read_pairs(parent=list(parents), child=list(children)))


def buttons(row: dict[str, Any]) -> set[str]:
    return {name.removeprefix("can_") for name, is_possible in row.items() if name.startswith("can_") and is_possible}


def test_without_a_run_the_list_is_empty(sandbox: oo.Sandbox) -> None:
    assert Panel(sandbox).rows == []
    assert Panel(sandbox).panel.view(ENGLISH)["unfinished"] == ""


def test_each_run_tells_what_it_did_and_offers_what_can_be_done(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    finished = oo.submit(crm, plan_of(sandbox, (1001, 5001)), progress=False)
    undone = oo.submit(crm, plan_of(sandbox, (1002, 5002)), progress=False)
    undo = oo.undo(crm, undone, progress=False)
    failed = oo.submit(crm, plan_of(sandbox, (1003, 9_000_001)), progress=False, force=["unknown-record"])
    killed = journal_for(crm.account).open_run(plan_of(sandbox, (1004, 5004)))

    panel = Panel(sandbox)
    rows = {row["run"]: row for row in panel.rows}
    assert buttons(rows[finished.run]) == {"undo", "audit"}
    assert buttons(rows[undone.run]) == {"audit"}
    assert f"taken back by run {undo.run}" in rows[undone.run]["notes"]
    assert f"takes back run {undone.run}" in rows[undo.run]["notes"]
    assert buttons(rows[failed.run]) == {"retry", "audit"}
    assert buttons(rows[killed]) == {"resume", "audit"}
    assert "1 run has not come to its end" in panel.panel.view(ENGLISH)["unfinished"]
    assert "1 linked" in rows[finished.run]["result"]


def test_clicks_name_the_run_that_they_are_about(sandbox: oo.Sandbox) -> None:
    run = oo.submit(sandbox.client(), plan_of(sandbox, (1001, 5001)), progress=False).run
    panel = Panel(sandbox)
    for action in ("undo", "audit", "show"):
        panel.panel.actions[action](run=run)
    assert panel.done == [("undo", run), ("audit", run), ("show", run)]
    with pytest.raises(oo.JournalError, match="no run 77"):
        panel.panel.actions["resume"](run=77)


def test_an_audit_is_closed_again_and_a_journal_that_cannot_be_read_has_no_runs(
    sandbox: oo.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = oo.submit(sandbox.client(), plan_of(sandbox, (1001, 5001)), progress=False)
    panel = Panel(sandbox)
    panel.panel.audit = oo.audit(sandbox.client(), report)
    panel.panel.actions["close_audit"]()
    assert panel.panel.view(ENGLISH)["audit"] is None

    def unreadable(account: oo.Account) -> oo.Journal:
        raise oo.JournalError("The journal cannot be read.")

    monkeypatch.setattr("onoffice_nb.builder.steps.runs.journal_for", unreadable)
    panel.panel.refresh()
    assert panel.rows == []


def test_an_audit_is_shown_with_its_deviations(sandbox: oo.Sandbox) -> None:
    report = oo.submit(sandbox.client(), plan_of(sandbox, (1001, 5001)), progress=False)
    panel = Panel(sandbox)
    panel.panel.audit = oo.audit(sandbox.client(), report)
    assert panel.panel.view(ENGLISH)["audit"]["is_ok"]
    sandbox.unlink("buyer", [(1001, 5001)])
    panel.panel.audit = oo.audit(sandbox.client(), report)
    view = panel.panel.view(ENGLISH)["audit"]
    assert not view["is_ok"]
    assert view["deviations"] == ["1001 → 5001: removed since"]
