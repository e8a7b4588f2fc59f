"""The relation builder without a browser: its controls are set as the page sets them, its buttons clicked."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import ipywidgets  # type: ignore[import-untyped]  # it has no type information
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.embed import dependency_state  # type: ignore[import-untyped]  # as above

import onoffice_nb as oo
from onoffice_nb.api.client import Client
from onoffice_nb.api.wire import ApiKeys
from onoffice_nb.builder import widgets
from onoffice_nb.builder.pairs_source import PairsSource
from onoffice_nb.builder.steps.ids import IdsStep
from onoffice_nb.cli import terminal
from onoffice_nb.execution.journal import journal_for
from onoffice_nb.formatting import escape
from tests.samples import ROOT, SAMPLES
from tests.scenarios import is_write, trouble

EXPORT = oo.read_table(SAMPLES / "kaeufer_export.csv")
PARENT, CHILD = "Datensatznr. Immobilie", "Datensatznr. Adresse"
BUYERS = {(1001, 5001), (1002, 5002), (1002, 5003), (1005, 5006), (1006, 5007), (1010, 5012)}
URL = "https://sandbox.invalid/api/stable/api.php"


class Page:
    """A builder as somebody in front of it has it: controls by class, what is visible, clicks."""

    def __init__(self, builder: oo.RelationBuilder) -> None:
        self.builder = builder

    def controls(self, widget: Any = None, seen: bool = True) -> Iterator[tuple[Any, bool]]:
        """Every widget, and whether it is to be seen."""
        widget = self.builder if widget is None else widget
        seen = seen and widget.layout.display != "none"
        yield widget, seen
        for child in getattr(widget, "children", ()):
            yield from self.controls(child, seen)

    def _find(self, name: str) -> tuple[Any, bool]:
        (match,) = [(widget, seen) for widget, seen in self.controls() if f"oo-{name}" in widget._dom_classes]
        return match

    def __getitem__(self, name: str) -> Any:
        return self._find(name)[0]

    def sees(self, name: str) -> bool:
        return self._find(name)[1]

    def pick(self, name: str, label: str) -> None:
        (position,) = [position for position, option in enumerate(self[name]._options_labels) if option == label]
        self[name].index = position

    def click(self, name: str) -> None:
        """Click and wait until what it starts is done."""
        assert self.sees(name), f"{name} is not there to be clicked"
        self[name].click()
        self.builder._work.wait()

    @property
    def text(self) -> str:
        """All that is to be read on the page."""
        pieces = [widget for widget, seen in self.controls() if seen and isinstance(widget, ipywidgets.HTML)]
        return "\n".join(piece.value for piece in pieces)

    def choose(self) -> None:
        """Buyer, export, its two columns."""
        self.pick("relation-list", "Buyer · Käufer (estate → address)")
        self.pick("frame", "buyers (14 rows, 6 columns)")
        self.pick("parent-column", PARENT)
        self.pick("child-column", CHILD)

    def paste(self, relation: str, parents: str, children: str) -> None:
        self.builder.choose(relation)
        self["source"].value = "pasted text"
        self["parent-text"].value, self["child-text"].value = parents, children

    def confirm_and_submit(self, *, check: bool = True) -> None:
        if check:
            self.click("check")
        self["confirm"].value = True
        self.click("submit")


@pytest.fixture
def sandbox() -> oo.Sandbox:
    return oo.Sandbox()


@pytest.fixture
def shown(sandbox: oo.Sandbox) -> Page:
    return Page(oo.RelationBuilder(sandbox.client(), frames={"buyers": EXPORT.copy()}))


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of a notebook."""
    names: dict[str, Any] = {}
    monkeypatch.setattr("onoffice_nb.builder.notebook_frames.get_ipython", lambda: SimpleNamespace(user_ns=names))
    return names


# Where we are


def test_it_says_where_it_is(sandbox: oo.Sandbox, shown: Page) -> None:
    assert repr(shown.builder) == "<RelationBuilder SANDBOX · Muster Immobilien>"
    assert "<strong>SANDBOX · Muster Immobilien</strong> Nothing here is real." in shown["header"].value
    live = Client(ApiKeys("t" * 32, "s" * 64), URL, oo.Account("Kanzlei <b>", live=True, fingerprint="f"))
    assert "<strong>LIVE · Kanzlei &lt;b&gt;</strong>" in Page(oo.RelationBuilder(live))["header"].value


def test_without_a_client_it_connects(capsys: pytest.CaptureFixture[str]) -> None:
    assert repr(oo.RelationBuilder()) == "<RelationBuilder SANDBOX · Muster Immobilien>"
    assert capsys.readouterr().out.startswith("SANDBOX · Muster Immobilien")


# Step 1: relation


def test_all_relation_types_are_offered_and_none_is_chosen(shown: Page) -> None:
    assert len(shown["relation-list"].options) == 63
    assert shown.builder.relation is shown["relation-list"].value is None


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("käuf", "estate:address:buyer"),
        ("BUYER", "estate:address:buyer"),
        ("estate owner", "estate:address:owner"),
        ("urn:onoffice-de-ns:smart:2.5:relationTypes:calendar:address", "calendar:address"),
        ("address:user:sync", "address:user:sync"),
    ],
)
def test_search(shown: Page, search: str, first: str) -> None:
    shown["relation-search"].value = search
    shown["relation-list"].index = 0
    assert shown.builder.relation == oo.relation(first)


def test_a_wrong_name_is_answered_with_what_is_near(shown: Page) -> None:
    shown["relation-search"].value = "onoffice-en-ns:estate:address:byer"
    assert shown["relation-list"].options == ()
    assert "Probably meant:\n  estate:address:buyer" in shown["found"].value
    shown["relation-search"].value = "<b>"
    assert "&lt;b&gt;" in shown["found"].value


def test_what_is_chosen_stays_chosen_while_searching(shown: Page) -> None:
    shown["relation-list"].index = 3
    chosen = shown.builder.relation
    shown["relation-search"].value = "participant"
    shown["relation-search"].value = ""
    assert shown.builder.relation == chosen == shown["relation-list"].value


def test_the_direction_and_the_facts_are_told(shown: Page) -> None:
    shown.builder.choose("address:user:officer")
    sentence = shown["sentence"].value
    assert "address (parent) → user (child), the officer of address" in sentence
    assert "documented: read · not documented: create, delete · impossible: modify" in sentence
    assert "create seen in a reviewed plugin change" in sentence
    assert "try one pair first" in sentence


def test_custom_types_are_not_offered(shown: Page) -> None:
    custom = oo.RelationType.custom(oo.relation("buyer").urn + "s", parent="estate", child="address")
    with pytest.raises(oo.RelationError, match="custom"):
        shown.builder.choose(custom)


# Step 2: ids


def test_no_column_is_picked_silently(shown: Page) -> None:
    shown.builder.choose("buyer")
    shown.pick("frame", "buyers (14 rows, 6 columns)")
    assert shown.builder.pairs is None
    assert f"A suggestion, not chosen yet: parent &#x27;{PARENT}&#x27;, child &#x27;{CHILD}&#x27;." in shown.text
    shown.click("use-suggestion")
    assert shown.builder.pairs is not None
    assert shown.builder.pairs.columns == (PARENT, CHILD)


def test_counts_and_rejects_at_once(shown: Page) -> None:
    shown.choose()
    assert "6 pairs · 1 duplicate · 7 rejects (first: row 5, &#x27;1.003&#x27;" in shown["counts"].value
    for cell in (">5<", ">#NV<", ">2 ids in one cell<", ">one row each: 5008, 5009<"):
        assert cell in shown["counts"].value
    assert len(shown["counts"].value.split("<tr>")) == 2 + 8


def test_unequal_lists_name_both_lengths(shown: Page) -> None:
    shown.paste("buyer", "1001\n1002\n1003", "5001\n5002")
    assert "parent has 3 rows, child has 2 rows" in shown.text
    assert "or choose “every × every” for every parent with every child" in shown.text
    assert shown.builder.pairs is None
    assert shown["check"].disabled
    shown["mode"].value = "every × every"
    assert len(shown.builder.pairs or ()) == 6


def test_swapping_sides(shown: Page) -> None:
    shown.choose()
    before = shown.builder.pairs
    shown.click("swap")
    after = shown.builder.pairs
    assert before is not None
    assert after is not None
    assert after.parents.tolist() == before.children.tolist()
    shown.paste("buyer", "1", "2")
    shown.click("swap")
    assert (shown["parent-text"].value, shown["child-text"].value) == ("2", "1")


def test_the_frames_of_the_notebook(notebook: dict[str, Any], sandbox: oo.Sandbox) -> None:
    notebook |= {"one": EXPORT.head(2), "_hidden": EXPORT, "number": 1}
    shown = Page(oo.RelationBuilder(sandbox.client()))
    assert [value for _, value in shown["frame"].options] == ["", "one"]
    notebook["two"] = EXPORT.head(3)
    shown.click("refresh")
    assert shown["frame"]._options_labels[2] == "two (3 rows, 6 columns)"
    assert shown["frame"].value == ""


def test_columns_of_any_label(sandbox: oo.Sandbox) -> None:
    frame = pd.DataFrame([[1001, 5001, 3], [1002, 5002, 4]], columns=[pd.Timestamp("2024-01-31"), 7, "<b>"])
    shown = Page(oo.RelationBuilder(sandbox.client(), frames={"odd": frame}))
    shown.builder.choose("buyer")
    shown["frame"].index = 1
    shown["parent-column"].index, shown["child-column"].index = 1, 2
    assert shown.builder.pairs is not None
    assert shown.builder.pairs.children.tolist() == [5001, 5002]
    assert "odd.columns[0]" in shown.builder.code


def test_a_column_without_a_name_is_not_picked_silently(sandbox: oo.Sandbox) -> None:
    frame = pd.DataFrame([[1001, 5001]], columns=[None, "address"])
    shown = Page(oo.RelationBuilder(sandbox.client(), frames={"odd": frame}))
    shown.builder.choose("buyer")
    shown["frame"].index = 1
    assert shown["parent-column"].index == shown["child-column"].index == 0
    assert shown.builder.pairs is None


def test_each_change_is_read_once_and_drawn_once(shown: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    for owner, name in ((IdsStep, "_render"), (PairsSource, "read")):
        whole = getattr(owner, name)

        def counted(self: Any, whole: Callable[[Any], Any] = whole, name: str = name) -> Any:
            calls.append(name)
            return whole(self)

        monkeypatch.setattr(owner, name, counted)

    changes: list[Callable[[], object]] = [
        lambda: shown.builder.use(EXPORT, parent=PARENT, child=CHILD),
        lambda: shown.builder.use(parent="1001", child="5001"),
        lambda: shown.builder.choose("owner"),
        lambda: setattr(shown["parent-text"], "value", "1002"),
        lambda: shown.pick("mode", "every × every"),
        lambda: shown.click("swap"),
        shown.builder.check,
    ]
    for change in changes:
        calls.clear()
        change()
        assert sorted(calls) == ["_render", "read"]


def test_info_is_offered_for_participants_only(shown: Page) -> None:
    shown.choose()
    assert not shown.sees("info")
    shown.builder.choose("calendar:address")
    assert shown.sees("info")
    shown.pick("info", "gesendet for all")
    assert shown.builder.pairs is not None
    assert shown.builder.pairs.infos == (oo.RelationInfo("gesendet"),)
    shown.pick("info", "from column Notiz")
    assert "no info" in shown["counts"].value
    shown.builder.choose("buyer")
    assert shown.builder.pairs.info is None


def test_a_status_that_does_not_fit_any_more_is_named_and_not_sent(sandbox: oo.Sandbox) -> None:
    frame = pd.DataFrame({"termin": [2909], "adresse": [10821], "status": ["bestätigt"]})
    other = pd.DataFrame({"termin": [2909], "notiz": ["gesendet"], "rest": ["gecancelt"], "status": ["gesendet"]})
    narrow = frame[["termin", "adresse"]]
    shown = Page(oo.RelationBuilder(sandbox.client(), frames={"frame": frame, "other": other, "narrow": narrow}))
    shown.builder.choose("calendar:address")
    shown.builder.use(frame, parent="termin", child="adresse", info="status")
    assert shown["info"].label == "from column status"
    shown["frame"].value = "other"
    assert shown["info"].label == "from column status", "by its label, not by its place"
    for change, back in (("mode", "row by row"), ("source", "a DataFrame of the notebook"), ("frame", "frame")):
        shown.builder.use(frame, parent="termin", child="adresse", info="status")
        shown[change].value = {"mode": "every × every", "source": "pasted text", "frame": "narrow"}[change]
        assert shown["info"].label == "none is sent (no longer from column status)"
        shown[change].value = back
        assert shown["info"].label.startswith("none is sent"), "nobody has chosen it again"
        shown.pick("info", "gesendet for all")
        shown.pick("info", "none is sent")
    shown.builder.use(parent="2909", child="10821", info=oo.RelationInfo("bestätigt"))
    shown.builder.choose("buyer")
    shown.builder.use(parent="2909", child="10821")
    shown.builder.choose("calendar:address")
    assert shown["info"].label == "none is sent"
    assert not shown.builder.check().info_summary


# Step 3: check


def test_statuses_are_named_before_they_are_sent(sandbox: oo.Sandbox, shown: Page) -> None:
    sandbox.link("calendar:address", [(2909, 10821)])
    shown.paste("calendar:address", "2909 2909", "10821 10823")
    shown.pick("info", "bestätigt for all")
    shown.click("check")
    assert "With confirmation status: 1 × bestätigt." in shown["figures"].value
    assert "The statuses of links that are there already stay as they are" in shown["figures"].value
    assert shown["confirm"].description.endswith("with status 1 × bestätigt.")
    assert "SANDBOX · Muster Immobilien" in shown["figures"].value


def test_what_was_checked_is_marked_as_past_after_a_run(shown: Page) -> None:
    shown.paste("buyer", "1003", "5001")
    shown.confirm_and_submit()
    report = shown.builder.report
    assert report is not None
    assert f"This is how it stood before run {report.run}." in shown["step-check"].children[2].value
    shown.click("check")
    assert "This is how it stood" not in shown.text


def test_the_plan_in_figures_and_as_json(sandbox: oo.Sandbox, shown: Page) -> None:
    sandbox.link("buyer", [(1001, 5001)])
    shown.choose()
    shown.click("check")
    plan = shown.builder.plan
    assert plan is not None
    for figure in ("<strong>6</strong> pairs", "<strong>1</strong> already linked", "<strong>5</strong> new links"):
        assert figure in shown["figures"].value
    assert f"<strong>{len(plan.actions)}</strong> actions" in shown["figures"].value
    assert "\n".join(map(escape, plan.to_json().splitlines())) in shown["json"].value
    assert not shown.sees("request")


def test_each_request_can_be_looked_at(shown: Page) -> None:
    pairs = [(1001 + n, 5001 + n) for n in range(60)]
    shown.paste("buyer", "\n".join(str(a) for a, _ in pairs), "\n".join(str(b) for _, b in pairs))
    shown.click("check")
    assert shown.sees("request")
    assert ">1001<" not in shown["json"].value
    shown["request"].value = 2
    assert "Request 2 of 2" in shown["json"].value
    assert "1060" in shown["json"].value


def test_what_cannot_be_created_is_told_at_the_check(shown: Page) -> None:
    shown.paste("user:messengerUser:is", "1", "2")
    shown.click("check")
    assert "unable to create links of user:messengerUser:is" in shown["figures"].value
    assert not shown.sees("submit")
    with pytest.raises(oo.PlanError, match="read-only-type"):
        shown.builder.submit()


def test_what_speaks_against_a_plan_is_told_and_keeps_it_from_being_sent(sandbox: oo.Sandbox, shown: Page) -> None:
    shown.paste("buyer", "1001\n1002", "5001\n9000001")
    shown.click("check")
    assert "unknown-record" in shown["figures"].value
    assert "row 2" in shown["figures"].value
    assert not shown.sees("confirm")
    assert not shown.sees("submit")
    assert "1 error: mend what step 3 names" in shown.text
    with pytest.raises(oo.PlanError, match="row 2"):
        shown.builder.submit()
    assert not sandbox.writes_received
    shown["child-text"].value = "5001\n5002"
    shown.click("check")
    assert "unknown-record" not in shown["figures"].value
    assert shown.sees("confirm")


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


def test_the_copied_cell_takes_infos_from_their_column(notebook: dict[str, Any], sandbox: oo.Sandbox) -> None:
    notebook |= {"crm": sandbox.client()}
    notebook["guests"] = pd.DataFrame({"t": [2909, 671], "a": [10821, 10823], "s": ["gesendet", "bestätigt"]})
    builder = oo.RelationBuilder(notebook["crm"])
    builder.choose("participant")
    assert len(builder.use(notebook["guests"], parent="t", child="a", info="s").infos) == 2
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


# Step 4: send


def test_only_what_is_confirmed_is_sent_and_only_once(sandbox: oo.Sandbox, shown: Page) -> None:
    shown.choose()
    shown.click("check")
    shown["submit"].click()
    assert not sandbox.writes_received
    assert shown["submit"].disabled
    sentence = "Create 6 links in SANDBOX · Muster Immobilien: estate (parent) → address (child), the buyer."
    assert shown["confirm"].description == sentence
    shown["confirm"].value = True
    for _ in range(3):
        shown["submit"].click()
    shown.builder._work.wait()
    assert not shown.sees("submit")
    shown["confirm"].value = True
    shown["submit"].click()
    shown.builder._work.wait()
    assert sandbox.writes_received == {("create", "estate:address:buyer", *pair): 1 for pair in BUYERS}
    assert sandbox.links("buyer") >= BUYERS
    with pytest.raises(oo.PlanError, match="submitted already"):
        shown.builder.submit()


def test_every_row_is_accounted_for(shown: Page) -> None:
    shown.choose()
    shown.confirm_and_submit()
    report = shown.builder.report
    assert report is not None
    assert len(report.frame) == 14
    assert shown["rows"].value.count("<tr>") == 15
    assert "the same pair as row 7" in shown["rows"].value
    assert "7 linked · 7 skipped" in shown["report"].value
    assert "SANDBOX · Muster Immobilien" in shown["report"].value
    assert not shown.sees("retry")


CHANGES: dict[str, Callable[[Page], object]] = {
    "relation": lambda page: page.builder.choose("owner"),
    "column": lambda page: page.pick("child-column", PARENT),
    "frame": lambda page: page.pick("frame", "choose a DataFrame …"),
    "mode": lambda page: page.pick("mode", "every × every"),
    "source": lambda page: page.pick("source", "pasted text"),
    "swap": lambda page: page.click("swap"),
    "use": lambda page: page.builder.use(parent="1", child="2"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_takes_plan_and_confirmation_back(sandbox: oo.Sandbox, shown: Page, change: str) -> None:
    shown.choose()
    shown.click("check")
    shown["confirm"].value = True
    CHANGES[change](shown)
    assert shown.builder.plan is None
    assert not shown["confirm"].value
    assert not shown.sees("submit")
    assert not shown.sees("json")
    shown["submit"].click()
    shown.builder._work.wait()
    assert not sandbox.writes_received
    with pytest.raises(oo.PlanError, match="check"):
        shown.builder.submit()


def test_a_frame_that_was_changed_is_not_sent(sandbox: oo.Sandbox, notebook: dict[str, Any]) -> None:
    notebook["df"] = pd.DataFrame({"estate": [1001], "address": [5001]})
    shown = Page(oo.RelationBuilder(sandbox.client()))
    shown.builder.choose("buyer")
    shown.builder.use(notebook["df"], parent="estate", child="address")
    shown.builder.check()
    notebook["df"].loc[0, "address"] = 5002
    shown["confirm"].value = True
    shown.click("submit")
    assert "row 1 was &#x27;5001&#x27;, is &#x27;5002&#x27;" in shown.text
    shown.click("check")
    notebook["df"] = pd.DataFrame({"estate": [1001], "address": [5003]})
    shown["confirm"].value = True
    shown.click("submit")
    assert "another DataFrame" in shown.text
    assert not sandbox.writes_received
    shown.confirm_and_submit()
    assert set(sandbox.writes_received) == {("create", "estate:address:buyer", 1001, 5003)}


def test_undo_asks_first_and_leaves_what_was_there(sandbox: oo.Sandbox, shown: Page) -> None:
    sandbox.link("buyer", [(1001, 5001)])
    before = sandbox.links("buyer")
    shown.choose()
    shown.confirm_and_submit()
    shown.click("undo")
    assert "remove the 5 links that it created?" in shown["undo-question"].value
    shown.click("undo-no")
    assert not shown.sees("undo-yes")
    assert sandbox.links("buyer") == before | BUYERS
    shown.click("undo")
    for _ in range(3):
        shown["undo-yes"].click()
        shown.builder._work.wait()
        assert sandbox.links("buyer") == before
    with pytest.raises(oo.PlanError, match="already"):
        shown.builder.undo()
    assert shown.builder.report is not None
    assert shown.builder.report.undoes_run is not None
    assert not shown.sees("undo")


def test_what_failed_can_be_retried(sandbox: oo.Sandbox, shown: Page) -> None:
    shown.paste("buyer", "1001\n1002", "5001\n5002")
    shown.click("check")
    sandbox.set_rights("address", [5002], writable=False)
    shown.confirm_and_submit(check=False)
    assert "1 linked · 1 failed" in shown["report"].value
    sandbox.set_rights("address", [5002], writable=True)
    shown.click("retry")
    assert "2 linked" in shown["report"].value
    assert not shown.sees("retry")


def test_the_first_rows_of_many_are_shown(shown: Page) -> None:
    n = 501
    shown.paste("buyer", "1001\n" * n, "5001\n" * n)
    shown.confirm_and_submit()
    assert shown["rows"].value.count("<tr>") == 1 + 500
    assert "The first 500 of 501 rows; the rest is in builder.report.frame, and in the file" in shown["rows"].value


def test_of_many_rows_those_that_failed_come_first(sandbox: oo.Sandbox, shown: Page) -> None:
    n = 501
    shown.paste("buyer", "1001\n" * n, "5001\n" * (n - 1) + "5002\n")
    shown.click("check")
    sandbox.set_rights("address", [5002], writable=False)
    shown.confirm_and_submit(check=False)
    assert shown["rows"].value.index("5002") < shown["rows"].value.index("5001")


def test_the_report_names_the_buttons_of_the_page(
    sandbox: oo.Sandbox, shown: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    shown.paste("buyer", "1003", "5001")
    shown.click("check")
    with trouble(sandbox, {1: "drop_after"}, later_reads="late"):
        shown["confirm"].value = True
        shown.click("submit")
    assert "“Retry what is missing” looks first and then sends what is missing." in shown["report"].value
    assert "“Retry what is missing” looks first and sends what is not as wanted." in shown.text
    assert "oo.retry" not in shown.text
    shown.click("retry")
    assert "1 linked" in shown["report"].value


@pytest.mark.parametrize("wording", [widgets._UI_WORDING, terminal._TERMINAL_WORDING], ids=["page", "terminal"])
def test_what_is_worded_anew_is_still_said(wording: dict[str, str]) -> None:
    """Messages change; a translation of words that nobody says any more would be silent about it."""
    sources = [path for path in (ROOT / "onoffice_nb").rglob("*.py") if path.parent.name not in ("builder", "cli")]
    said = re.sub(r'"\n\s*f?"', "", "\n".join(path.read_text(encoding="utf-8") for path in sources))
    for words in wording:
        assert words in said, words


def test_all_linked_already(sandbox: oo.Sandbox, shown: Page) -> None:
    sandbox.link("buyer", BUYERS)
    shown.choose()
    shown.click("check")
    assert "Nothing to send" in shown.text
    assert not shown.sees("confirm")


# While it is under way


class Gate(httpx.BaseTransport):
    """The way to a sandbox; once closed, requests wait there until it is opened."""

    def __init__(self, sandbox: oo.Sandbox) -> None:
        self.sandbox = sandbox
        self.open, self.reached = threading.Event(), threading.Event()
        self.open.set()
        self.only_writes = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if is_write(request.read()) or not self.only_writes:
            self.reached.set()
            assert self.open.wait(30)
        return self.sandbox.transport.handle_request(request)

    def close(self) -> None:
        """Nothing to close: the sandbox lives on."""

    def shut(self, *, only_writes: bool = False) -> None:
        self.only_writes = only_writes
        self.open.clear()
        self.reached.clear()

    def client(self) -> Client:
        keys = ApiKeys(self.sandbox.token, self.sandbox.secret)
        return Client(keys, URL, self.sandbox.account, transport=self)


def test_stop_and_retry(sandbox: oo.Sandbox) -> None:
    gate = Gate(sandbox)
    shown = Page(oo.RelationBuilder(gate.client()))
    n = 120
    shown.paste("buyer", "\n".join(str(1001 + k) for k in range(n)), "\n".join(str(5001 + k) for k in range(n)))
    shown.click("check")
    shown["confirm"].value = True
    gate.shut(only_writes=True)
    shown["submit"].click()
    assert gate.reached.wait(30)
    assert shown.sees("stop")
    assert shown["check"].disabled
    with pytest.raises(oo.PlanError, match="at work"):
        shown.builder.submit()
    shown["stop"].click()
    assert "Stopping" in shown.text
    gate.open.set()
    shown.builder._work.wait()
    assert shown.builder.report is not None
    assert shown.builder.report.stop_reason
    assert not shown.sees("stop")
    assert not shown["check"].disabled
    assert len(sandbox.writes_received) == 50
    shown.click("retry")
    assert shown.builder.report.ok
    assert len(sandbox.writes_received) == n


def test_stop_stops_the_run_of_its_own_builder(sandbox: oo.Sandbox) -> None:
    gates = [Gate(sandbox), Gate(sandbox)]
    pages = [Page(oo.RelationBuilder(gate.client())) for gate in gates]
    for page, gate, relation in zip(pages, gates, ("buyer", "interested"), strict=True):
        page.paste(relation, "\n".join(map(str, range(1001, 1121))), "\n".join(map(str, range(5001, 5121))))
        page.click("check")
        page["confirm"].value = True
        gate.shut()
        page["submit"].click()
        assert gate.reached.wait(30)
    pages[0]["stop"].click()
    for page, gate in zip(pages, gates, strict=True):
        gate.open.set()
        page.builder._work.wait()
    assert [bool(page.builder.report and page.builder.report.stop_reason) for page in pages] == [True, False]


def test_stop_stops_a_run_by_code_too(sandbox: oo.Sandbox) -> None:
    gate = Gate(sandbox)
    shown = Page(oo.RelationBuilder(gate.client()))
    shown.paste("buyer", "\n".join(map(str, range(1001, 1121))), "\n".join(map(str, range(5001, 5121))))
    shown.click("check")
    gate.shut()
    by_code = threading.Thread(target=shown.builder.submit)
    by_code.start()
    assert gate.reached.wait(30)
    shown["stop"].click()
    gate.open.set()
    by_code.join(30)
    assert shown.builder.report is not None
    assert shown.builder.report.stop_reason


def unfinished_run(crm: Client, *pairs: tuple[int, int]) -> int:
    """A run as a kernel leaves it that dies before it has sent anything."""
    parents, children = zip(*pairs, strict=True)
    plan = oo.plan(crm, "buyer", oo.read_pairs(parent=list(parents), child=list(children)))
    return journal_for(crm.account).open_run(plan)


def test_a_run_without_an_end_can_be_resumed(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    assert "not come to its end" not in Page(oo.RelationBuilder(crm)).text

    run = unfinished_run(crm, (1001, 5001), (1002, 5002))
    shown = Page(oo.RelationBuilder(crm))
    assert f"Run {run} of " in shown.text
    assert "has not come to its end: 2 planned." in shown.text
    assert "does the rest in SANDBOX · Muster Immobilien" in shown.text
    assert not sandbox.writes_received, "nothing leaves unasked"

    shown.click("resume")
    assert sandbox.links("buyer") >= {(1001, 5001), (1002, 5002)}
    assert "not come to its end" not in shown.text
    assert f"Run {run}: 2 linked. Its report stands below" in shown.text
    assert "2 linked" in shown["report"].value
    assert shown.sees("undo")
    assert shown.builder.report is not None
    assert shown.builder.report.run == run
    assert "not come to its end" not in Page(oo.RelationBuilder(crm)).text


def test_each_run_without_an_end_has_its_button(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    runs = [unfinished_run(crm, (1001, 5001)), unfinished_run(crm, (1002, 5002))]
    shown = Page(oo.RelationBuilder(crm))
    buttons = {widget.description: widget for widget, _ in shown.controls() if "oo-resume" in widget._dom_classes}
    assert set(buttons) == {f"Resume run {run}" for run in runs}

    buttons[f"Resume run {runs[0]}"].click()
    shown.builder._work.wait()
    assert sandbox.writes_received == {("create", "estate:address:buyer", 1001, 5001): 1}
    assert shown["resume"].description == f"Resume run {runs[1]}"


def test_a_run_that_was_taken_back_needs_no_end(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    oo.undo(crm, unfinished_run(crm, (1002, 5002)), progress=False)
    assert "not come to its end" not in Page(oo.RelationBuilder(crm)).text


def test_a_run_on_which_somebody_works_is_left_to_them(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    run = unfinished_run(crm, (1001, 5001))
    shown = Page(oo.RelationBuilder(crm))
    with journal_for(crm.account).lock_run(run):
        shown.click("resume")
    assert f"Run {run}" in shown.builder._unfinished.message.view.value
    assert "oo-alert" in shown.builder._unfinished.message.view.value
    assert not sandbox.writes_received
    shown.click("resume")
    assert sandbox.links("buyer") >= {(1001, 5001)}


def test_a_run_that_is_stopped_can_be_resumed_by_code(sandbox: oo.Sandbox) -> None:
    crm = sandbox.client()
    run = unfinished_run(crm, (1001, 5001))
    shown = Page(oo.RelationBuilder(crm))
    assert shown.builder.resume(run) is shown.builder.report
    assert "not come to its end" not in shown.text
    with pytest.raises(oo.JournalError, match="no run 77"):
        shown.builder.resume(77)


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a browser's Python, or in a container whose number of processes is used up."""

    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


@pytest.mark.usefixtures("no_threads")
def test_without_threads_all_of_it_works(sandbox: oo.Sandbox, shown: Page) -> None:
    before = sandbox.links("buyer")
    shown.choose()
    shown.click("check")
    assert shown.builder.plan is not None
    shown["confirm"].value = True
    shown.click("submit")
    assert "7 linked · 7 skipped" in shown["report"].value
    assert sandbox.links("buyer") - before == BUYERS
    assert not shown.sees("stop")
    shown.click("undo")
    shown.click("undo-yes")
    assert sandbox.links("buyer") == before


@pytest.mark.usefixtures("no_threads")
def test_without_threads_an_error_leaves_the_page_usable(sandbox: oo.Sandbox) -> None:
    crm = Client(ApiKeys(sandbox.token, "s" * 64), URL, sandbox.account, transport=sandbox.transport)
    shown = Page(oo.RelationBuilder(crm))
    shown.paste("buyer", "1001", "5001")
    for _ in range(2):
        shown.click("check")
        assert "137: The HMAC is invalid." in shown["step-check"].children[2].value
        assert not shown["check"].disabled


def test_a_change_during_the_check_drops_its_plan(sandbox: oo.Sandbox) -> None:
    gate = Gate(sandbox)
    shown = Page(oo.RelationBuilder(gate.client()))
    shown.paste("buyer", "1001", "5001")
    gate.shut()
    shown["check"].click()
    assert gate.reached.wait(30)
    assert "Looking what is linked already" in shown.text
    shown["child-text"].value = "5002"
    gate.open.set()
    shown.builder._work.wait()
    assert shown.builder.plan is None
    assert not shown.sees("confirm")
    shown.click("check")
    assert shown.builder.plan is not None


def test_progress_is_told(sandbox: oo.Sandbox, shown: Page) -> None:
    seen: list[str] = []
    shown["progress"].observe(lambda change: seen.append(change.new), "value")
    shown.paste("buyer", "1001\n1002", "5001\n5002")
    shown.click("check")
    sandbox.set_rights("address", [5002], writable=False)
    shown.confirm_and_submit(check=False)
    assert "Sending" in seen[0]
    assert '<progress max="2" value="2" aria-label="links settled"></progress><p>2 of 2 links · 1 failed' in seen[-1]


# Errors, secrets, markup


def test_errors_are_told_where_they_arise(sandbox: oo.Sandbox) -> None:
    crm = Client(ApiKeys(sandbox.token, "s" * 64), URL, sandbox.account, transport=sandbox.transport)
    shown = Page(oo.RelationBuilder(crm))
    shown.paste("buyer", "1001", "5001")
    shown.click("check")
    assert "137: The HMAC is invalid." in shown["step-check"].children[2].value
    assert shown.builder.plan is None
    assert not shown["check"].disabled


def test_the_unexpected_is_told_without_its_text_and_goes_on(monkeypatch: pytest.MonkeyPatch, shown: Page) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("hunter2")

    raised: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: raised.append(args.exc_value))
    monkeypatch.setattr("onoffice_nb.builder.relation_builder.submit", broken)
    shown.choose()
    shown.confirm_and_submit()
    assert "Something unexpected happened (RuntimeError)" in shown.text
    assert "hunter2" not in shown.text
    assert [str(error) for error in raised] == ["hunter2"]
    assert not shown.sees("stop")


def test_no_secret_is_in_any_state_or_in_the_code(sandbox: oo.Sandbox) -> None:
    shown = Page(oo.RelationBuilder(sandbox.client(), frames={"buyers": EXPORT}))
    shown.choose()
    shown.confirm_and_submit()
    shown.click("undo")
    shown.click("undo-yes")
    state = repr(dependency_state(shown.builder, drop_defaults=False))
    assert "Muster Immobilien" in state
    assert sandbox.token not in state
    assert sandbox.secret not in state
    assert sandbox.token not in shown.builder.code


def test_what_comes_from_outside_is_no_markup(sandbox: oo.Sandbox) -> None:
    evil = "<img src=x onerror=alert(1)>"
    frame = pd.DataFrame({f"Immobilie {evil}": ["1001", "1002", evil], f"Adresse {evil}": ["5001", "5002", evil]})
    account = oo.Account(evil, live=True, fingerprint=sandbox.account.fingerprint, persistent=False)
    crm = Client(ApiKeys(sandbox.token, sandbox.secret), URL, account, transport=sandbox.transport)
    shown = Page(oo.RelationBuilder(crm, frames={"evil": frame}))
    shown.builder.choose("buyer")
    shown["frame"].index = 1
    assert "A suggestion" in shown.text
    shown.click("use-suggestion")
    shown.confirm_and_submit()
    shown.click("undo")
    assert "2 linked · 1 skipped" in shown.text
    assert "onerror" in shown.text
    assert "<img" not in shown.text


# By code


def test_by_code_as_by_click(sandbox: oo.Sandbox, shown: Page) -> None:
    builder = shown.builder
    assert builder.choose("Käufer") is builder.relation
    assert builder.use(EXPORT, parent=PARENT, child=CHILD) is builder.pairs
    assert shown["parent-column"].label == PARENT
    assert builder.check() is builder.plan
    assert shown.sees("submit")
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
        ({"frame": "EXPORT", "parent": PARENT, "child": CHILD}, "a pandas DataFrame .* got str"),
        ({"parent": "1001 1002", "child": "3"}, "parent has 2 rows, child has 1 row"),
        ({"parent": " ", "child": "3"}, "Both sides need ids"),
    ],
)
def test_by_code_errors_are_raised(shown: Page, use: dict[str, Any], message: str) -> None:
    shown.builder.choose("buyer")
    with pytest.raises(oo.InputError, match=message):
        shown.builder.use(**use)
    assert shown.builder.pairs is None


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
def test_by_code_an_info_that_cannot_be_sent_is_refused(shown: Page, use: dict[str, Any], message: str) -> None:
    shown.builder.choose("calendar:address")
    with pytest.raises(oo.InputError, match=message):
        shown.builder.use(**use)
    assert shown.builder.pairs is None


def test_what_cannot_be_used_leaves_the_choice_but_not_the_plan(shown: Page) -> None:
    shown.choose()
    shown.builder.check()
    pairs = shown.builder.pairs
    with pytest.raises(oo.PairsError, match="no column"):
        shown.builder.use(EXPORT, parent="nix", child=CHILD)
    assert shown.builder.pairs is pairs
    assert shown["parent-column"].label == PARENT
    assert shown.builder.plan is None


def test_by_code_in_the_wrong_order(shown: Page) -> None:
    builder = shown.builder
    with pytest.raises(oo.PairsError, match="Both sides need ids"):
        builder.check()
    builder.use(EXPORT, parent=PARENT, child=CHILD)
    with pytest.raises(oo.RelationError, match="step 1"):
        builder.check()
    with pytest.raises(oo.PlanError, match="no run yet"):
        builder.undo()


@pytest.mark.parametrize("frames", [{"two words": EXPORT}, {"number": 1}])
def test_frames_have_names_and_are_frames(sandbox: oo.Sandbox, frames: dict[str, Any]) -> None:
    with pytest.raises(oo.InputError, match="DataFrame"):
        oo.RelationBuilder(sandbox.client(), frames=frames)
