"""The relation builder without a browser: what is clicked, what is shown, and what the sandbox holds afterwards."""

from __future__ import annotations

import inspect
import json
import threading
import time
import typing
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ipywidgets.embed import dependency_state

import onoffice_nb as oo
from onoffice_nb.api.client import Client
from onoffice_nb.api.wire import ApiKeys
from onoffice_nb.builder.pairs_source import PairsSource
from onoffice_nb.execution.journal import journal_for
from tests.builder.front_end import BUYERS, CHILD, EXPORT, PARENT, URL, FrontEnd, Gate
from tests.scenarios import trouble


@pytest.fixture
def sandbox() -> oo.Sandbox:
    return oo.Sandbox()


@pytest.fixture
def page(sandbox: oo.Sandbox) -> FrontEnd:
    return FrontEnd(oo.RelationBuilder(sandbox.client(), frames={"buyers": EXPORT.copy()}))


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of a notebook."""
    names: dict[str, Any] = {}
    monkeypatch.setattr("onoffice_nb.builder.notebook_frames.get_ipython", lambda: SimpleNamespace(user_ns=names))
    return names


def many(start: int, count: int) -> str:
    return "\n".join(str(start + number) for number in range(count))


# Where we are


def test_it_says_where_it_is(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    assert repr(page.builder) == "<RelationBuilder SANDBOX · Muster Immobilien>"
    assert page.view("page")["account"] == {"label": "Muster Immobilien", "is_live": False}
    live = Client(ApiKeys("t" * 32, "s" * 64), URL, oo.Account("Kanzlei <b>", live=True, fingerprint="f"))
    assert FrontEnd(oo.RelationBuilder(live)).view("page")["account"] == {"label": "Kanzlei <b>", "is_live": True}


def test_without_a_client_it_connects(capsys: pytest.CaptureFixture[str]) -> None:
    assert repr(oo.RelationBuilder()) == "<RelationBuilder SANDBOX · Muster Immobilien>"
    assert capsys.readouterr().out.startswith("SANDBOX · Muster Immobilien")


# Languages


def test_the_browser_says_which_language_unless_somebody_has_chosen(sandbox: oo.Sandbox) -> None:
    follows = oo.RelationBuilder(sandbox.client())
    chosen = oo.RelationBuilder(sandbox.client(), language="en")
    for builder in (follows, chosen):
        builder._heard(builder, {"do": "page.browser_language", "tag": "de-AT"}, ())
    assert follows._page_view["language"] == "de"
    assert chosen._page_view["language"] == "en"

    follows._heard(follows, {"do": "page.language", "language": "en"}, ())
    follows._heard(follows, {"do": "page.browser_language", "tag": "de"}, ())
    assert follows._page_view["language"] == "en", "a second view of the page does not undo the choice"
    with pytest.raises(oo.InputError, match="'fr'"):
        oo.RelationBuilder(sandbox.client(), language="fr")  # type: ignore[arg-type]  # that is the test


def test_the_same_page_in_both_languages(page: FrontEnd) -> None:
    page.choose()
    page.click("check.check")
    assert page.view("send")["confirmation"]["button"] == "Link 6 pairs"
    page.send("page.language", language="de")
    assert page.view("send")["confirmation"]["button"] == "6 Paare verknüpfen"
    assert page.view("what")["relation"]["name"] == "Käufer"
    assert page.is_offered, "another language changes nothing of what was planned"


def test_custom_types_are_not_offered(page: FrontEnd) -> None:
    custom = oo.RelationType.custom(oo.relation("buyer").urn + "s", parent="estate", child="address")
    with pytest.raises(oo.RelationError, match="custom"):
        page.builder.choose(custom)


# Check


def test_rows_and_names_are_shown_before_anything_leaves(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    page.choose()
    page.click("check.check")
    assert page.states["new"] == 6
    assert page.states["mend"] == 7
    assert "Jürgen Brandt" in page.text
    assert not sandbox.writes_received


def test_statuses_are_named_before_they_are_sent(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    sandbox.link("calendar:address", [(2909, 10821)])
    page.builder.choose("calendar:address")
    page.builder.use(parent="2909 2909", child="10821 10823", info=oo.RelationInfo("bestätigt"))
    page.click("check.check")
    assert "Status: 1 × bestätigt." in page.view("send")["confirmation"]["details"]


def test_the_requests_are_shown_as_they_are_sent(page: FrontEnd) -> None:
    page.paste("buyer", many(1001, 60), many(5001, 60))
    page.click("check.check")
    plan = page.builder.plan
    assert plan is not None
    page.send("check.open", part="requests", is_open=True)
    assert page.view("check")["parts"]["requests"] == len(plan.requests) == 2
    page.send("check.request", number=2)
    shown = "\n".join(page.view("check")["parts"]["request"]["lines"])
    assert '"resourcetype": "relation"' in shown
    assert "1060" in json.dumps(json.loads(plan.to_json(2)))


def test_what_cannot_be_created_is_told_at_the_check(page: FrontEnd) -> None:
    page.paste("user:messengerUser:is", "1", "2")
    page.click("check.check")
    assert "read-only-type" in [finding["rule"] for finding in page.view("check")["findings"]]
    assert not page.is_offered
    with pytest.raises(oo.PlanError, match="read-only-type"):
        page.builder.submit()


def test_what_speaks_against_a_plan_keeps_it_from_being_sent(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    page.paste("buyer", "1001\n1002", "5001\n9000001")
    page.click("check.check")
    assert "unknown-record" in [finding["rule"] for finding in page.view("check")["findings"]]
    assert not page.is_offered
    page.confirm()
    page.click("send.submit")
    assert "1 error" in page.view("send")["hint"]
    with pytest.raises(oo.PlanError, match="row 2"):
        page.builder.submit()
    assert not sandbox.writes_received

    page.paste("buyer", "1001\n1002", "5001\n5002")
    page.click("check.check")
    assert page.is_offered


def test_swapped_columns_are_refused_and_put_right_by_a_click(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    before = sandbox.links("buyer")
    frame = pd.DataFrame({"Datensatznr. Adresse": [5001, 5002, 5003], "Datensatznr. Immobilie": [1001, 1002, 1003]})
    page.builder.choose("buyer")
    page.builder.use(frame, parent="Datensatznr. Adresse", child="Datensatznr. Immobilie")
    page.click("check.check")
    assert any(finding["can_swap"] for finding in page.view("check")["findings"])
    assert not page.is_offered
    page.click("check.swap")
    page.confirm_and_submit()
    assert sandbox.links("buyer") - before == {(1001, 5001), (1002, 5002), (1003, 5003)}


# Copy as Python


def check_copied(builder: oo.RelationBuilder, names: dict[str, Any]) -> None:
    """The copied cell, but for its last lines that send, leads to the plan that is shown."""
    plan = builder.check()
    exec(builder.code.partition("report =")[0], names)  # noqa: S102 to run it is the test
    assert names["plan"].digest == plan.digest
    assert names["pairs"].rows.tolist() == plan.pairs.rows.tolist()


@pytest.mark.parametrize("cross", [False, True])
@pytest.mark.parametrize("info", [None, oo.RelationInfo("gecancelt")])
def test_the_copied_cell_makes_the_same_plan(
    notebook: dict[str, Any], sandbox: oo.Sandbox, cross: bool, info: oo.RelationInfo | None
) -> None:
    odd = pd.DataFrame({"it's": [2909, 671], 'a "b"\n': [10821, 10823]})
    notebook |= {"odd": odd, "my_crm": sandbox.client()}
    builder = oo.RelationBuilder(notebook["my_crm"])
    builder.choose("calendar:address")
    builder.use(odd, parent="it's", child='a "b"\n', info=info, cross=cross)
    check_copied(builder, {**notebook})
    builder.use(parent="2909\n'671'", child='10821\n\\"10823', info=info, cross=cross)
    check_copied(builder, {**notebook})
    assert "oo.connect" not in builder.code


@pytest.mark.parametrize("task", ["link", "remove", "replace", "status"])
def test_the_copied_cell_does_the_same_task(notebook: dict[str, Any], sandbox: oo.Sandbox, task: str) -> None:
    sandbox.link("calendar:address", [(2909, 10821), (671, 10823)])
    notebook |= {"crm": sandbox.client(), "guests": pd.DataFrame({"t": [2909, 671], "a": [10821, 10823]})}
    builder = oo.RelationBuilder(notebook["crm"])
    builder.choose("calendar:address", task=task)
    info = oo.RelationInfo("bestätigt") if task == "status" else None
    builder.use(notebook["guests"], parent="t", child="a", info=info)
    check_copied(builder, {**notebook})


def test_the_copied_cell_looks_ids_up_and_mends_as_the_page_did(notebook: dict[str, Any], sandbox: oo.Sandbox) -> None:
    notebook |= {"crm": sandbox.client()}
    notebook["buyers"] = pd.DataFrame({"Objekt-Nr": ["A-1001", "A-1002"], "Adresse": ["5001", "005002"]})
    page = FrontEnd(oo.RelationBuilder(notebook["crm"]))
    page.builder.choose("buyer")
    page.builder.use(notebook["buyers"], parent={"objektnr_extern": "Objekt-Nr"}, child="Adresse")
    page.click("check.check")
    page.click("check.take", row=2, side="child", repair=0)
    assert page.builder.plan is not None
    assert page.builder.plan.pairs.frame.to_numpy().tolist() == [[1001, 5001], [1002, 5002]]
    check_copied(page.builder, {**notebook})


def many_rejects(rows: int = 60) -> pd.DataFrame:
    """Of every four rows, one has a thousands separator, one leading zeros and one nothing at all."""
    estates = [[f"1.{row:03d}", f"{1000 + row}", f"{1000 + row}", "?"][row % 4] for row in range(rows)]
    addresses = [[f"{5000 + row}", f"00{5000 + row}", f"{5000 + row}", f"{5000 + row}"][row % 4] for row in range(rows)]
    return pd.DataFrame({"e": estates, "a": addresses})


@pytest.mark.parametrize("cross", [False, True])
def test_many_single_decisions_are_copied_compactly(notebook: dict[str, Any], sandbox: oo.Sandbox, cross: bool) -> None:
    notebook |= {"crm": sandbox.client(), "many": many_rejects()}
    page = FrontEnd(oo.RelationBuilder(notebook["crm"]))
    page.builder.choose("buyer")
    page.builder.use(notebook["many"], parent="e", child="a", cross=cross)
    decisions: dict[Any, Any] = {
        **{(row, "parent"): 1000 + row - 1 for row in range(1, 61, 4)},
        **{(row, "child"): 5000 + row - 1 for row in range(2, 61, 4)},
        **{(row, "parent"): [1100 + row, 1200 + row] if row % 8 else 1010 for row in range(4, 61, 4)},
    }
    # One cell of a kind that is decided otherwise than the others.
    decisions[2, "child"] = 5999
    page.click("check.check")
    page.builder._decide(decisions)
    check_copied(page.builder, {**notebook})

    code = page.builder.code
    assert "(5, 'parent')" not in code
    assert max(map(len, code.splitlines())) <= 120
    assert len(code.splitlines()) < 25
    # Nobody has said that all of a kind be taken: the same code over another file decides on these rows alone.
    for kind in ("thousands", "leading zeros"):
        assert kind not in code
    longer = pd.concat([many_rejects(), pd.DataFrame({"e": ["1.900"], "a": ["005900"]})], ignore_index=True)
    names = {**notebook, "many": longer}
    exec(code.partition("plan =")[0], names)  # noqa: S102 to run it is the test
    assert {1900, 5900}.isdisjoint(names["pairs"].frame.to_numpy().flat)

    # Nor do they count for what stands in their rows some other day.
    others = many_rejects()
    others.loc[4, "e"] = "1.777"
    with pytest.raises(oo.errors.PairsError, match=r"(?s)row 5\b.*1\.777.*1\.004"):
        exec(code.partition("plan =")[0], {**notebook, "many": others})  # noqa: S102 to run it is the test


def test_a_copied_decision_stays_on_its_text_while_nothing_is_checked(
    notebook: dict[str, Any], sandbox: oo.Sandbox
) -> None:
    notebook |= {"crm": sandbox.client(), "sales": pd.DataFrame({"number": ["A-1001", "A-1002"], "a": ["5.001", 5002]})}
    page = FrontEnd(oo.RelationBuilder(notebook["crm"]))
    page.builder.choose("buyer")
    page.builder.use(notebook["sales"], parent={"objektnr_extern": "number"}, child="a")
    page.click("check.check")
    page.click("check.take", row=1, side="child", repair=0)
    held = "{(1, 'child'): {'5.001': 5001}}"
    assert held in page.builder.code
    # Another task has to be checked anew, and until then there are no pairs to ask.
    page.builder.choose("buyer", task="replace")
    assert page.builder.pairs is None
    assert held in page.builder.code


def test_many_rows_left_out_are_copied_compactly(notebook: dict[str, Any], sandbox: oo.Sandbox) -> None:
    notebook |= {"crm": sandbox.client(), "many": pd.DataFrame({"e": range(1, 5001), "a": range(5001, 10_001)})}
    builder = oo.RelationBuilder(notebook["crm"])
    builder.choose("buyer")
    builder.use(notebook["many"], parent="e", child="a")
    builder._data_step.leave_out({3, 7, 8, *range(20, 5000)})
    check_copied(builder, {**notebook})
    assert "*range(20, 5000)" in builder.code
    assert len(builder.code) < 700


def test_the_copied_cell_takes_infos_from_their_column(notebook: dict[str, Any], sandbox: oo.Sandbox) -> None:
    notebook |= {"crm": sandbox.client()}
    notebook["guests"] = pd.DataFrame({"t": [2909, 671], "a": [10821, 10823], "s": ["gesendet", "bestätigt"]})
    builder = oo.RelationBuilder(notebook["crm"])
    builder.choose("participant")
    pairs = builder.use(notebook["guests"], parent="t", child="a", info="s")
    assert pairs is not None
    assert len(pairs.infos) == 2
    check_copied(builder, {**notebook})


def outcome(job: Callable[[], oo.Pairs]) -> object:
    try:
        pairs = job()
    except oo.InputError as error:
        return str(error)
    return pairs.rows.tolist(), pairs.frame.to_numpy().tolist(), pairs.rejects.to_numpy().tolist()


@given(parent=st.text(), child=st.text(), is_crossed=st.booleans())
def test_copied_texts_are_read_as_pasted(parent: str, child: str, is_crossed: bool) -> None:
    source = PairsSource(parent, child, is_crossed=is_crossed)

    def copied() -> oo.Pairs:
        names: dict[str, Any] = {"oo": oo}
        exec(source.code, names)  # noqa: S102 to run it is the test
        pairs: oo.Pairs = names["pairs"]
        return pairs

    assert outcome(copied) == outcome(source.read)


def test_the_copied_cell_runs_alone(capsys: pytest.CaptureFixture[str]) -> None:
    builder = oo.RelationBuilder()
    builder.choose("renter")
    builder.use(parent="1101 1102", child="5101 5101")
    builder.check()
    names: dict[str, Any] = {}
    exec(builder.code, names)  # noqa: S102 to run it is the test
    assert repr(names["report"]).endswith("2 linked>")
    oo.undo(names["crm"], names["report"], progress=False)


def test_a_label_cannot_break_out_of_the_comment(sandbox: oo.Sandbox) -> None:
    account = oo.Account("x\nimport os", live=False, fingerprint=sandbox.account.fingerprint, persistent=False)
    crm = Client(ApiKeys(sandbox.token, sandbox.secret), URL, account, transport=sandbox.transport)
    builder = oo.RelationBuilder(crm)
    builder.choose("buyer")
    builder.use(parent="1001", child="5001")
    assert "\nimport os" not in builder.code
    assert "x␊import os" in builder.code


# Send


def test_only_what_is_confirmed_is_sent_and_only_once(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    page.choose()
    page.click("check.check")
    page.click("send.submit")
    assert not sandbox.writes_received
    assert not page.view("send")["confirmation"]["is_given"]
    page.confirm()
    for _ in range(3):
        page.send("send.submit")
    page.builder._work.wait()
    assert not page.is_offered
    page.confirm()
    page.click("send.submit")
    assert sandbox.writes_received == {("create", "estate:address:buyer", *pair): 1 for pair in BUYERS}
    assert sandbox.links("buyer") >= BUYERS
    with pytest.raises(oo.PlanError):
        page.builder.submit()


def test_every_row_is_accounted_for(page: FrontEnd) -> None:
    page.choose()
    page.confirm_and_submit()
    report = page.builder.report
    assert report is not None
    assert len(report.frame) == page.view("check")["table"]["total"] == 14
    assert {count["outcome"]: count["n"] for count in page.view("send")["after"]["counts"]} == report.counts
    assert not page.view("send")["after"]["can_retry"]


CHANGES: dict[str, Callable[[FrontEnd], object]] = {
    "relation": lambda page: page.send("what.choose", name="estate:address:owner"),
    "task": lambda page: page.send("what.task", task="remove"),
    "column": lambda page: page.send("data.column", side="child", column="3"),
    "frame": lambda page: page.send("data.clear"),
    "pairing": lambda page: page.send("data.pairing", pairing="every"),
    "paste": lambda page: page.send("data.paste", text="Immobilie\tAdresse\n1001\t5001\n1002\t5002\n"),
    "swap": lambda page: page.send("data.swap"),
    "use": lambda page: page.builder.use(parent="1", child="2"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_takes_plan_and_confirmation_back(sandbox: oo.Sandbox, page: FrontEnd, change: str) -> None:
    page.choose()
    page.click("check.check")
    page.confirm()
    CHANGES[change](page)
    assert page.builder.plan is None
    assert not page.is_offered
    page.click("send.submit")
    assert not sandbox.writes_received
    with pytest.raises(oo.PlanError, match="check"):
        page.builder.submit()


def test_a_frame_that_was_changed_is_not_sent(sandbox: oo.Sandbox, notebook: dict[str, Any]) -> None:
    notebook["df"] = pd.DataFrame({"estate": [1001], "address": [5001]})
    page = FrontEnd(oo.RelationBuilder(sandbox.client()))
    page.builder.choose("buyer")
    page.builder.use(notebook["df"], parent="estate", child="address")
    page.click("check.check")
    notebook["df"].loc[0, "address"] = 5002
    page.confirm()
    page.click("send.submit")
    assert "row 1 was '5001', is '5002'" in page.message("send")
    page.click("check.check")
    notebook["df"] = pd.DataFrame({"estate": [1001], "address": [5003]})
    page.confirm()
    page.click("send.submit")
    assert "another table" in page.message("send")
    assert not sandbox.writes_received
    page.click("check.check")
    page.confirm()
    page.click("send.submit")
    assert set(sandbox.writes_received) == {("create", "estate:address:buyer", 1001, 5003)}, "what was checked last"


def test_undo_asks_first_and_leaves_what_was_there(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    sandbox.link("buyer", [(1001, 5001)])
    before = sandbox.links("buyer")
    page.choose()
    page.confirm_and_submit()
    page.click("send.undo")
    assert sandbox.links("buyer") == before | BUYERS, "nobody has asked for it"
    page.send("send.ask_undo")
    assert "5 links that it made are removed" in page.view("send")["undo"]["text"]
    page.click("send.keep")
    page.click("send.undo")
    assert sandbox.links("buyer") == before | BUYERS
    page.send("send.ask_undo")
    for _ in range(3):
        page.click("send.undo")
        assert sandbox.links("buyer") == before


def test_a_removal_is_sent_with_its_number_only_and_can_be_undone(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    sandbox.link("buyer", [(1001, 5001), (1002, 5002), (1003, 5003)])
    before = sandbox.links("buyer")
    page.builder.choose("buyer", task="remove")
    page.builder.use(parent="1001 1002", child="5001 5002")
    page.click("check.check")
    page.send("send.tick", is_ticked=True)
    page.send("send.type", typed="3")
    page.click("send.submit")
    assert sandbox.links("buyer") == before
    page.send("send.type", typed="2")
    page.click("send.submit")
    assert sandbox.links("buyer") == before - {(1001, 5001), (1002, 5002)}
    page.send("send.ask_undo")
    page.click("send.undo")
    assert sandbox.links("buyer") == before


def test_a_replacement_leaves_the_links_of_the_rows_and_no_others(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    sandbox.link("buyer", [(1001, 5001), (1001, 5002), (1002, 5003)])
    before = sandbox.links("buyer")
    page.builder.choose("buyer", task="replace")
    page.builder.use(parent="1001 1001", child="5002 5004")
    page.click("check.check")
    assert "Link 1, remove 1" in page.view("send")["confirmation"]["button"]
    page.confirm()
    page.click("send.submit")
    assert sandbox.links("buyer") == before - {(1001, 5001)} | {(1001, 5004)}
    page.send("send.ask_undo")
    page.click("send.undo")
    assert sandbox.links("buyer") == before


def test_statuses_are_changed_and_undone(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    guests = [(2909, 10821), (671, 10823)]
    page.builder.choose("calendar:address")
    page.builder.use(parent="2909\n671", child="10821\n10823", info=oo.RelationInfo("bestätigt"))
    page.confirm_and_submit()
    before = [sandbox.info(*guest) for guest in guests]
    page.builder.choose("calendar:address", task="status")
    page.builder.use(parent="2909\n671", child="10821\n10823", info=oo.RelationInfo("gecancelt"))
    page.confirm_and_submit()
    assert [info[0] for guest in guests if (info := sandbox.info(*guest))] == ["gecancelt", "gecancelt"]
    page.send("send.ask_undo")
    assert "2 statuses that it changed" in page.view("send")["undo"]["text"]
    page.click("send.undo")
    assert [sandbox.info(*guest) for guest in guests] == before


def test_what_failed_can_be_retried(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    page.paste("buyer", "1001\n1002", "5001\n5002")
    page.click("check.check")
    sandbox.set_rights("address", [5002], writable=False)
    page.confirm_and_submit(check=False)
    assert page.builder.report is not None
    assert page.builder.report.counts == {"linked": 1, "failed": 1}
    sandbox.set_rights("address", [5002], writable=True)
    page.click("send.retry")
    assert page.builder.report.counts == {"linked": 2}
    assert not page.view("send")["after"]["can_retry"]


def test_what_is_unknown_is_looked_up_by_a_retry(
    sandbox: oo.Sandbox, page: FrontEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    page.paste("buyer", "1003", "5001")
    page.click("check.check")
    with trouble(sandbox, {1: "drop_after"}, later_reads="late"):
        page.confirm()
        page.click("send.submit")
    assert page.view("send")["after"]["can_retry"]
    assert "oo." not in page.text
    page.click("send.retry")
    assert page.builder.report is not None
    assert page.builder.report.counts == {"linked": 1}


def test_all_linked_already(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    sandbox.link("buyer", BUYERS)
    page.choose()
    page.click("check.check")
    assert "Nothing to send" in page.view("send")["hint"]
    assert not page.is_offered


# While it is under way


def test_stop_and_retry(sandbox: oo.Sandbox) -> None:
    gate = Gate(sandbox)
    page = FrontEnd(oo.RelationBuilder(gate.client()))
    n = 120
    page.paste("buyer", many(1001, n), many(5001, n))
    page.click("check.check")
    page.confirm()
    gate.shut(only_writes=True)
    page.send("send.submit")
    assert gate.reached.wait(30)
    assert page.view("send")["run"] is not None
    assert page.view("page")["busy"] == "send"
    with pytest.raises(oo.PlanError, match="at work"):
        page.builder.submit()
    page.send("send.stop")
    assert page.view("send")["run"]["is_stopping"]
    gate.open.set()
    page.builder._work.wait()
    assert page.builder.report is not None
    assert page.builder.report.stop_reason
    assert page.view("send")["run"] is None
    assert page.view("page")["busy"] == ""
    assert len(sandbox.writes_received) == 50
    page.click("send.retry")
    assert page.builder.report.ok
    assert len(sandbox.writes_received) == n


def test_stop_stops_the_run_of_its_own_builder(sandbox: oo.Sandbox) -> None:
    gates = [Gate(sandbox), Gate(sandbox)]
    pages = [FrontEnd(oo.RelationBuilder(gate.client())) for gate in gates]
    for page, gate, relation in zip(pages, gates, ("buyer", "interested"), strict=True):
        page.paste(relation, many(1001, 120), many(5001, 120))
        page.click("check.check")
        page.confirm()
        gate.shut()
        page.send("send.submit")
        assert gate.reached.wait(30)
    pages[0].send("send.stop")
    for page, gate in zip(pages, gates, strict=True):
        gate.open.set()
        page.builder._work.wait()
    assert [bool(page.builder.report and page.builder.report.stop_reason) for page in pages] == [True, False]


def test_stop_stops_a_run_by_code_too(sandbox: oo.Sandbox) -> None:
    gate = Gate(sandbox)
    page = FrontEnd(oo.RelationBuilder(gate.client()))
    page.paste("buyer", many(1001, 120), many(5001, 120))
    page.click("check.check")
    gate.shut()
    by_code = threading.Thread(target=page.builder.submit)
    by_code.start()
    assert gate.reached.wait(30)
    page.send("send.stop")
    gate.open.set()
    by_code.join(30)
    assert page.builder.report is not None
    assert page.builder.report.stop_reason


def unfinished_run(crm: Client, *pairs: tuple[int, int]) -> int:
    """A run as a kernel leaves it that dies before it has sent anything."""
    parents, children = zip(*pairs, strict=True)
    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=list(parents), child=list(children)))
    return journal_for(crm.account).open_run(plan)


def test_a_run_without_an_end_can_be_resumed_and_undone_from_the_list(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    assert not FrontEnd(oo.RelationBuilder(crm)).view("runs")["unfinished"]

    run = unfinished_run(crm, (1001, 5001), (1002, 5002))
    page = FrontEnd(oo.RelationBuilder(crm))
    (row,) = page.view("runs")["rows"]
    assert row["can_resume"]
    assert "2 not sent" in row["result"]
    assert not sandbox.writes_received, "nothing leaves unasked"

    page.click("runs.resume", run=run)
    assert sandbox.links("buyer") >= {(1001, 5001), (1002, 5002)}
    assert not page.view("runs")["unfinished"]
    assert page.builder.report is not None
    assert page.builder.report.run == run

    restarted = FrontEnd(oo.RelationBuilder(crm))
    restarted.send("runs.undo", run=run)
    assert "2 links that it made are removed" in restarted.view("send")["undo"]["text"]
    restarted.click("send.undo")
    assert not sandbox.links("buyer") & {(1001, 5001), (1002, 5002)}


def test_an_earlier_run_is_shown_and_audited_from_the_list(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    page.choose()
    page.confirm_and_submit()
    assert page.builder.report is not None
    run = page.builder.report.run
    restarted = FrontEnd(oo.RelationBuilder(sandbox.client()))
    assert restarted.view("runs")["rows"][0]["source"] == "kaeufer_export.csv"
    restarted.send("runs.show", run=run)
    assert restarted.view("send")["after"]["run"] == run
    restarted.click("runs.audit", run=run)
    assert restarted.view("runs")["audit"]["is_ok"]


def test_what_failed_in_an_earlier_run_is_sent_again_from_the_list(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    page.paste("buyer", "1001\n1002", "5001\n5002")
    page.click("check.check")
    sandbox.set_rights("address", [5002], writable=False)
    page.confirm_and_submit(check=False)
    sandbox.set_rights("address", [5002], writable=True)
    assert page.builder.report is not None
    assert page.builder.report.counts == {"linked": 1, "failed": 1}

    restarted = FrontEnd(oo.RelationBuilder(sandbox.client()))
    restarted.click("runs.retry", run=page.builder.report.run)
    assert sandbox.links("buyer") >= {(1001, 5001), (1002, 5002)}


def test_what_is_decided_in_the_table_is_checked_at_once(page: FrontEnd) -> None:
    page.choose()
    page.click("check.check")
    page.click("check.leave_out", row=2, is_left_out=True)
    assert page.builder.plan is not None
    assert "left out" in page.builder.plan.pairs.reasons[0]

    page.click("check.look_up", row=11, side="parent", text="A-1008")
    assert page.builder.plan.pairs.mend_lines == ["mended by you: row 11, Datensatznr. Immobilie, '#NV': take 1008"]
    page.click("check.look_up", row=6, side="child", text="Schmitz, Peter")
    (row,) = [row for row in page.view("check")["table"]["rows"] if row["row"] == 6]
    candidates = row["records"][1]["reject"]["candidates"]["candidates"]
    assert "Schmitz" in str(candidates), "what is only likely is the user's to decide"


def test_all_of_a_kind_are_looked_up_on_the_page(page: FrontEnd) -> None:
    frame = pd.DataFrame(
        {"Immobilie": ["#NV"] * 3, "Adresse": [5001, 5002, 5003], "Objekt-Nr": ["A-1003", "A-1", "a-1004"]}
    )
    page.builder.choose("buyer")
    page.builder.use(frame, parent="Immobilie", child="Adresse")
    page.click("check.check")
    page.click("check.look_up_alike", row=1, side="parent", text="A-1003")
    assert page.states == {"mend": 1, "new": 2}
    assert page.builder.pairs is not None
    assert page.builder.pairs.frame.to_numpy().tolist() == [[1003, 5001], [1004, 5003]]
    assert "2 found, 0 to be judged by you, 1 not found" in page.view("check")["notes"][0]


def test_mending_a_list_leaves_the_same_pairs_out(page: FrontEnd) -> None:
    """Every id more makes other rows: whoever was left out stays so, whatever its row is called then."""
    page.builder.choose("buyer")
    page.builder.use(parent="1003\n1004", child="005001\n5002\n5003", cross=True)

    def sent() -> list[tuple[int, int]]:
        assert page.builder.pairs is not None
        return list(page.builder.pairs.frame.itertuples(index=False, name=None))

    page.click("check.check")
    page.click("check.leave_out", row=3, is_left_out=True)
    assert sent() == [(1003, 5002), (1003, 5003), (1004, 5003)]
    (reject,) = [row for row in page.view("check")["table"]["rows"] if row["state"] == "mend"]
    page.click("check.take", row=reject["row"], side="child", repair=0)
    assert (1004, 5001) in sent()
    assert (1004, 5002) not in sent()
    assert len(sent()) == 5

    page.click("check.leave_out", row=1, is_left_out=True)
    assert len(sent()) == 4
    names: dict[str, Any] = {"crm": page.builder._crm}
    code = page.builder.code
    assert ".mended({(1, 'child'): {'005001': 5001}}).without([1, 5])" in code
    exec(code[: code.index("plan =")].replace("oo.connect()", "crm"), names)  # noqa: S102  # our own code
    assert list(names["pairs"].frame.itertuples(index=False, name=None)) == sent()

    # Two decisions before the first is checked.
    (decided,) = [row for row in page.view("check")["table"]["rows"] if row["state"] == "mended"]
    page.click("check.take_back", row=decided["row"], side="child")
    assert sent() == [(1003, 5002), (1003, 5003), (1004, 5003)]


def test_the_table_is_saved_by_the_browser(page: FrontEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[tuple[Any, Any]] = []
    monkeypatch.setattr(page.builder, "send", lambda content, buffers: saved.append((content, buffers)))
    page.choose()
    page.click("check.check")
    page.click("check.download", ending="csv")
    ((content, (data,)),) = saved
    assert (content["do"], content["name"][-4:]) == ("save", ".csv")
    assert b"1001" in data


def test_an_undo_is_not_taken_back_by_code(page: FrontEnd) -> None:
    page.paste("buyer", "1001", "5001")
    page.builder.check()
    page.builder.submit()
    page.builder.undo()
    with pytest.raises(oo.PlanError, match="took back run 1 already"):
        page.builder.undo()


def test_a_run_that_was_taken_back_needs_no_end(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    oo.undo(crm, unfinished_run(crm, (1002, 5002)), progress=False)
    assert not FrontEnd(oo.RelationBuilder(crm)).view("runs")["unfinished"]


def test_a_run_on_which_somebody_works_is_left_to_them(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    run = unfinished_run(crm, (1001, 5001))
    page = FrontEnd(oo.RelationBuilder(crm))
    with journal_for(crm.account).lock_run(run):
        page.click("runs.resume", run=run)
    assert str(run) in page.message("send")
    assert not sandbox.writes_received
    page.click("runs.resume", run=run)
    assert sandbox.links("buyer") >= {(1001, 5001)}


def test_a_run_that_is_stopped_can_be_resumed_by_code(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    run = unfinished_run(crm, (1001, 5001))
    page = FrontEnd(oo.RelationBuilder(crm))
    assert page.builder.resume(run) is page.builder.report
    assert not page.view("runs")["unfinished"]
    with pytest.raises(oo.JournalError, match="no run 77"):
        page.builder.resume(77)


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a browser's Python, or in a container whose number of processes is used up."""

    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


@pytest.mark.usefixtures("no_threads")
def test_without_threads_all_of_it_works(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    before = sandbox.links("buyer")
    page.choose()
    page.click("check.check")
    assert page.builder.plan is not None
    page.confirm()
    page.click("send.submit")
    assert sandbox.links("buyer") - before == BUYERS
    assert page.view("send")["run"] is None
    page.send("send.ask_undo")
    page.click("send.undo")
    assert sandbox.links("buyer") == before


@pytest.mark.usefixtures("no_threads")
def test_without_threads_an_error_leaves_the_page_usable(sandbox: oo.Sandbox) -> None:
    crm = Client(ApiKeys(sandbox.token, "s" * 64), URL, sandbox.account, transport=sandbox.transport)
    page = FrontEnd(oo.RelationBuilder(crm))
    page.paste("buyer", "1001", "5001")
    for _ in range(2):
        page.click("check.check")
        assert "137: The HMAC is invalid." in page.message("check")
        assert page.view("check")["is_ready"]


def test_a_change_during_the_check_drops_its_plan(sandbox: oo.Sandbox) -> None:
    gate = Gate(sandbox)
    page = FrontEnd(oo.RelationBuilder(gate.client()))
    page.paste("buyer", "1001", "5001")
    gate.shut()
    page.send("check.check")
    assert gate.reached.wait(30)
    assert page.view("page")["busy"] == "check"
    page.builder.use(parent="1001", child="5002")
    gate.open.set()
    page.builder._work.wait()
    assert page.builder.plan is None
    assert not page.is_offered
    page.click("check.check")
    assert page.builder.plan is not None


def test_progress_is_told(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    runs: list[dict[str, Any]] = []
    page.builder.observe(lambda change: runs.append(change.new["run"]), "_send_view")
    page.paste("buyer", "1001\n1002", "5001\n5002")
    page.click("check.check")
    sandbox.set_rights("address", [5002], writable=False)
    page.confirm_and_submit(check=False)
    told = [run for run in runs if run]
    assert told[0]["total"] == 0
    assert told[-1]["text"].startswith("2 of 2 · 1 failed")
    assert runs[-1] is None


# Errors, secrets, markup


def test_errors_are_told_where_they_arise(sandbox: oo.Sandbox) -> None:
    crm = Client(ApiKeys(sandbox.token, "s" * 64), URL, sandbox.account, transport=sandbox.transport)
    page = FrontEnd(oo.RelationBuilder(crm))
    page.paste("buyer", "1001", "5001")
    page.click("check.check")
    assert "137: The HMAC is invalid." in page.message("check")
    assert page.builder.plan is None
    assert page.view("check")["is_ready"]


def test_the_unexpected_is_told_without_its_text_and_goes_on(monkeypatch: pytest.MonkeyPatch, page: FrontEnd) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("hunter2")

    raised: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.append(args.exc_value))
    monkeypatch.setattr("onoffice_nb.builder.relation_builder.submit", broken)
    page.choose()
    page.confirm_and_submit()
    assert "RuntimeError" in page.message("send")
    assert "hunter2" not in page.text
    assert [str(error) for error in raised] == ["hunter2"]
    assert page.view("send")["run"] is None


def test_no_secret_is_in_any_state_or_in_the_code(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    page.choose()
    page.click("check.check")
    for part in ("requests", "python", "curl", "picture"):
        page.send("check.open", part=part, is_open=True)
    page.confirm_and_submit(check=False)
    page.send("send.ask_undo")
    page.click("send.undo")
    state = repr(dependency_state(page.builder, drop_defaults=False))
    assert "Muster Immobilien" in state
    assert sandbox.token not in state
    assert sandbox.secret not in state
    assert sandbox.token not in page.builder.code


@pytest.mark.parametrize("do", ["", "page", "what.fly", "nowhere.check", "send.undo.more", "check.take"])
def test_what_no_button_sends_changes_nothing(sandbox: oo.Sandbox, page: FrontEnd, do: str) -> None:
    page.choose()
    page.click("check.check")
    page.confirm()
    page.send(do)
    assert "Nothing was done" in page.text
    assert not sandbox.writes_received
    assert page.is_offered


def actions_of(page: FrontEnd) -> dict[str, Any]:
    steps = page.builder._steps.items()
    return {f"{part}.{name}": action for part, step in steps for name, action in step.actions.items()}


def test_every_action_says_of_what_type_its_values_are(page: FrontEnd) -> None:
    for name, action in actions_of(page).items():
        for parameter in inspect.signature(action).parameters.values():
            assert parameter.kind is parameter.POSITIONAL_OR_KEYWORD, name
            hint = typing.get_type_hints(action).get(parameter.name)
            assert hint is not None, name
            kinds = {str, int, bool} & {*(typing.get_args(hint) or (hint,))}
            assert kinds or parameter.name == "buffers", f"{name}: {hint}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(content=JSON | st.fixed_dictionaries({"do": JSON}))
def test_what_asks_for_nothing_is_refused(content: object) -> None:
    page = FrontEnd(oo.RelationBuilder(oo.Sandbox().client(), frames={}))
    page.builder._heard(page.builder, content, ())
    assert "Nothing was done" in page.message("what")


@given(data=st.data())
@settings(max_examples=60)
def test_values_of_another_type_are_refused_by_every_action(data: st.DataObject) -> None:
    """No action is begun with a value that it does not take, and nothing is said of an error of ours."""
    sandbox = oo.Sandbox()
    page = FrontEnd(oo.RelationBuilder(sandbox.client(), frames={"buyers": EXPORT}))
    page.choose()
    page.click("check.check")
    page.confirm()
    actions = {name: action for name, action in actions_of(page).items() if inspect.signature(action).parameters}
    name = data.draw(st.sampled_from(sorted(actions)))
    hints = typing.get_type_hints(actions[name])
    values: dict[str, Any] = {}
    for key in inspect.signature(actions[name]).parameters:
        if key == "buffers":
            continue
        taken = typing.get_args(hints[key]) or (hints[key],)
        values[key] = data.draw(JSON, label=key)
        assume(type(values[key]) not in taken)
    before = {part: page.view(part) for part in ("what", "data", "check", "send", "runs")}

    page.send(name, **values)
    assert "Nothing was done" in page.message(name.partition(".")[0])
    assert before == {part: page.view(part) for part in before}
    assert not sandbox.writes_received


def test_whole_numbers_that_no_browser_counts_to_are_refused(page: FrontEnd) -> None:
    page.choose()
    page.click("check.check")
    page.send("check.leave_out", row=2**70, is_left_out=True)
    assert "expected a whole number" in page.message("check")
    page.send("check.page", page=True)
    assert "page='True' for 'check.page', expected a whole number" in page.message("check")
    page.send("check.check", more=1)
    assert "with 'more'" in page.message("check")
    page.send("check.swap", buffers=[memoryview(b"x")])
    assert "with 'buffers'" in page.message("check")


# By code


def test_by_code_as_by_click(sandbox: oo.Sandbox, page: FrontEnd) -> None:
    builder = page.builder
    assert builder.choose("Käufer") is builder.relation
    assert builder.use(EXPORT, parent=PARENT, child=CHILD) is builder.pairs
    assert builder.check() is builder.plan
    assert page.is_offered
    assert builder.submit() is builder.report
    assert sandbox.links("buyer") >= BUYERS
    assert builder.undo() is builder.report


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ({"parent": [1001], "child": [5001]}, "two texts, as pasted, got list"),
        ({"frame": EXPORT, "parent": "Immobile", "child": CHILD}, "no column 'Immobile'"),
        ({"frame": EXPORT, "parent": "Immobile", "child": CHILD, "cross": True}, "no column 'Immobile'"),
        (
            {"frame": EXPORT, "parent": PARENT, "child": CHILD, "info": oo.RelationInfo("gesendet")},
            "estate:address:buyer takes none, .* calendar:address",
        ),
        ({"frame": "EXPORT", "parent": PARENT, "child": CHILD}, "got str"),
        ({"parent": "1001 1002", "child": "3"}, "parent has 2 rows, child has 1 row"),
        ({"parent": " ", "child": "3"}, "ids"),
    ],
)
def test_by_code_errors_are_raised(page: FrontEnd, use: dict[str, Any], message: str) -> None:
    page.builder.choose("buyer")
    with pytest.raises(oo.InputError, match=message):
        page.builder.use(**use)
    assert page.builder.pairs is None


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ({"parent": "2909", "child": "10821", "info": oo.RelationInfo(feedback="aktiv")}, "a confirmation alone"),
        ({"parent": "2909", "child": "10821", "info": "status"}, "one oo.RelationInfo for all"),
        ({"frame": EXPORT, "parent": PARENT, "child": CHILD, "info": "Notiz", "cross": True}, "for all, got 'Notiz'"),
        ({"frame": EXPORT, "parent": PARENT, "child": CHILD, "info": "nix"}, "no column 'nix'"),
        ({"frame": EXPORT, "parent": PARENT, "child": CHILD, "info": ["Notiz"]}, "label of a column"),
    ],
)
def test_by_code_an_info_that_cannot_be_sent_is_refused(page: FrontEnd, use: dict[str, Any], message: str) -> None:
    page.builder.choose("calendar:address")
    with pytest.raises(oo.InputError, match=message):
        page.builder.use(**use)
    assert page.builder.pairs is None


def test_what_cannot_be_used_leaves_the_choice_but_not_the_plan(page: FrontEnd) -> None:
    page.choose()
    page.builder.check()
    pairs = page.builder.pairs
    assert pairs is not None
    with pytest.raises(oo.PairsError, match="no column"):
        page.builder.use(EXPORT, parent="nix", child=CHILD)
    assert page.builder.pairs is not None
    assert page.builder.pairs.frame.equals(pairs.frame)
    assert page.builder.plan is None


def test_by_code_in_the_wrong_order(page: FrontEnd) -> None:
    builder = page.builder
    with pytest.raises(oo.RelationError, match="No relation type"):
        builder.check()
    builder.choose("buyer")
    with pytest.raises(oo.PairsError, match="ids"):
        builder.check()
    with pytest.raises(oo.PlanError, match="no run yet"):
        builder.undo()


@pytest.mark.parametrize("frames", [{"two words": EXPORT}, {"number": 1}])
def test_frames_have_names_and_are_frames(sandbox: oo.Sandbox, frames: dict[str, Any]) -> None:
    with pytest.raises(oo.InputError, match="DataFrame"):
        oo.RelationBuilder(sandbox.client(), frames=frames)


def test_a_row_that_is_left_out_still_says_whom_it_is_about() -> None:
    front_end = FrontEnd(oo.RelationBuilder(oo.Sandbox().client(), frames={"buyers": EXPORT}))
    front_end.choose()
    front_end.click("check.check")
    front_end.click("check.leave_out", row=3, is_left_out=True)
    (row,) = [row for row in front_end.view("check")["table"]["rows"] if row["row"] == 3]
    assert row["is_left_out"]
    assert [record["name"] for record in row["records"]] == [
        "A-1002 · Bürofläche in der Innenstadt in Jülich",
        "Elif Özdemir",
    ]
