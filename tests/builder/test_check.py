"""The check: what the page shows of the rows, and what its clicks decide."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

import onoffice_nb as oo
from onoffice_nb.builder.row_table import PAGE_SIZE
from onoffice_nb.builder.steps.check import CheckStep
from onoffice_nb.builder.wording import Words
from onoffice_nb.errors import OnOfficeError, PairsError
from onoffice_nb.intake.mends import Decision, DecisionKey
from onoffice_nb.intake.pairs import Pairs
from onoffice_nb.matching.look_up import LookUp, look_up_all
from onoffice_nb.planning.records import read_known_records
from tests.builder.test_row_table import export

ENGLISH, GERMAN = Words("en"), Words("de")
HOSTILE = "<img src=x onerror=alert(1)>\u202e\x00"


class Shell:
    """Stands in for the page: keeps decisions, plans anew after each, and notes what else was asked for."""

    def __init__(self, pairs: Pairs, relation: str = "buyer") -> None:
        self.sandbox = oo.Sandbox()
        self.relation = relation
        self.crm = self.sandbox.client()
        self.read = pairs
        self.decisions: dict[DecisionKey, Decision] = {}
        self.left_out: frozenset[int] = frozenset()
        self.is_swapped = False
        self.files: dict[str, bytes] = {}
        self.looked_up: list[list[str]] = []
        self.step = CheckStep(
            check=self.check,
            decide=self.decide,
            look_up=self.look_up,
            swap=self.swap,
            leave_out=self.leave_out,
            download=lambda name, media_type, content: self.files.update({name: content}),
            work_beside=lambda job: job(),
        )
        self.check()

    def check(self) -> None:
        pairs = self.read.mended(self.decisions) if self.decisions else self.read
        plan = oo.plan(self.crm, self.relation, pairs.swapped() if self.is_swapped else pairs)
        self.step.show(plan, cast(Any, SimpleNamespace(left_out=self.left_out)), "pairs = oo.read_pairs(…)")

    def decide(self, decisions: Mapping[DecisionKey, Decision | None]) -> None:
        kept = {**self.decisions, **decisions}
        self.decisions = {key: decision for key, decision in kept.items() if decision is not None}
        self.step.clear()
        self.check()

    def look_up(self, module: str, texts: Mapping[tuple[int, str], str]) -> None:
        answers = look_up_all(self.crm, module, list(texts.values()))
        self.looked_up.append(list(texts.values()))
        decisions = self.step.show_looked_up(dict(zip(texts, answers, strict=True)))
        if decisions:
            with self.step.kept():
                self.decide(decisions)

    def swap(self) -> None:
        self.is_swapped = not self.is_swapped
        self.step.clear()
        self.check()

    def leave_out(self, rows: Collection[int]) -> None:
        self.left_out = frozenset(rows)
        self.step.clear()
        self.check()

    def do(self, action: str, **content: Any) -> None:
        self.step.actions[action](**content)

    def view(self, words: Words = ENGLISH) -> dict[str, Any]:
        view = self.step.view(words)
        # What goes to the page is JSON.
        assert json.loads(json.dumps(view)) == view
        return view

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.view()["table"]["rows"]
        return rows

    def row(self, number: int) -> dict[str, Any]:
        return next(row for row in self.rows() if row["row"] == number)


def sample() -> Pairs:
    table = oo.read_table("notebooks/data/kaeufer_export.csv")
    return oo.read_pairs(table, parent="Datensatznr. Immobilie", child="Datensatznr. Adresse")


@pytest.fixture
def shell() -> Shell:
    return Shell(sample())


def test_rows_bear_the_numbers_of_the_file_the_own_columns_and_both_names(shell: Shell) -> None:
    table = shell.view(GERMAN)["table"]
    assert [column["label"] for column in table["columns"]] == [
        *("Zeile", "Objekt-Nr (extern)", "Name", "Ort", "Immobilie", "Adresse", "Stand"),
    ]
    first = table["rows"][0]
    assert (first["row"], first["texts"]) == (2, ["A-1001", "Brandt, Jürgen", "Aachen"])
    assert [record["name"] for record in first["records"]] == ["A-1001 · Doppelhaushälfte in Köln", "Jürgen Brandt"]
    assert (first["state"], first["label"]) == ("new", "neu")
    assert {filter_["state"]: filter_["n"] for filter_ in table["filters"]} == {"mend": 7, "new": 6, "double": 1}


def test_every_row_of_the_export_is_brought_home_by_clicks(shell: Shell) -> None:
    shell.do("take", row=5, side="parent", repair=0)
    shell.do("take", row=5, side="child", repair=0)
    shell.do("take", row=10, side="child", repair=0)
    shell.do("take", row=14, side="parent", repair=0)

    (offer,) = shell.row(11)["records"][0]["reject"]["look_ups"]
    assert offer["text"] == "A-1008"
    shell.do("look_up", row=11, side="parent", text=offer["text"])
    assert shell.row(11)["records"][0]["id"] == 1008

    # A number without its letters is nothing to be taken unseen.
    assert shell.row(12)["records"][1]["reject"]["look_ups"] == [
        {"text": "KD-5011", "alike": 1},
        {"text": "Lenz, Ute", "alike": 1},
    ]
    shell.do("look_up", row=12, side="child", text="KD-5011")
    (candidate,) = shell.row(12)["records"][1]["reject"]["candidates"]["candidates"]
    assert candidate["label"].startswith("5105 Ute Lenz")
    shell.do("take_candidate", row=12, side="child", record=5105)

    for row, name in ((6, "Schmitz, Peter"), (15, "Vogt, Lea")):
        shell.do("look_up", row=row, side="child", text=name)
        candidates = shell.row(row)["records"][1]["reject"]["candidates"]["candidates"]
        assert len(candidates) > 0, name
        shell.do("take_candidate", row=row, side="child", record=candidates[0]["id"])

    assert {row["state"] for row in shell.rows()} == {"new", "double"}
    plan = shell.step.plan
    assert plan is not None
    oo.submit(shell.crm, plan, progress=False)
    linked = set(
        shell.sandbox.client()
        .related("buyer", parents=range(1001, 1013))[["parent", "child"]]
        .itertuples(index=False, name=None)
    )
    assert {
        (1001, 5001), (1002, 5002), (1002, 5003), (1003, 5004), (1004, 5005), (1005, 5006), (1006, 5007),
        (1007, 5008), (1007, 5009), (1008, 5010), (1009, 5105), (1010, 5012), (1011, 5013),
    } <= linked  # fmt: skip


def test_rows_to_mend_are_named_and_so_is_what_they_may_mean(shell: Shell) -> None:
    wanted = shell.step.nameless()
    assert wanted == {"estate": [1003, 1004, 1007, 1009, 1011, 1012], "address": [5004, 5008, 5009, 5010, 5013]}
    for module, ids in wanted.items():
        names = read_known_records(shell.crm, module, np.array(ids)).names()
        shell.step.show_names(module, dict.fromkeys(ids, "") | names)

    assert shell.row(10)["records"][0]["name"].startswith("A-1007")
    (split,) = shell.row(10)["records"][1]["reject"]["repairs"]
    assert split["label"] == "split: 5008 Ruth Kern, 5009 Paul Kern"
    assert shell.row(5)["records"][1]["reject"]["repairs"][0]["label"] == "take 5004 Anna Müller-Lüdenscheidt"
    # Nobody is asked for twice, and the search finds the names.
    assert not any(shell.step.nameless().values())
    shell.do("search", text="a-1007 fachwerkhaus")
    assert [row["row"] for row in shell.rows()] == [10]


def test_a_decision_is_shown_as_yours_and_taken_back(shell: Shell) -> None:
    shell.do("take", row=5, side="parent", repair=0)
    reject = shell.row(5)["records"][0]["reject"]
    assert reject["decision"] == "mended by you: 1.003 → 1003"
    assert reject["can_take_back"]
    shell.do("take_back", row=5, side="parent")
    assert shell.decisions == {}
    assert shell.row(5)["records"][0]["reject"]["decision"] == ""


def test_all_alike_are_decided_at_once_and_one_is_taken_back() -> None:
    shell = Shell(oo.read_pairs(parent=["1.001", "1.002", "1.003"], child=[5001, 5002, 5003]))
    (repair,) = shell.row(1)["records"][0]["reject"]["repairs"]
    assert (repair["label"], repair["alike"]) == ("take 1001", 3)
    shell.do("take_alike", row=1, side="parent", repair=0)
    assert shell.decisions == {"thousands": "take"}
    assert [row["state"] for row in shell.rows()] == ["new"] * 3

    shell.do("take_back", row=2, side="parent")
    assert shell.decisions == {(1, "parent"): 1001, (3, "parent"): 1003}
    assert [row["state"] for row in shell.rows()] == ["new", "mend", "new"]


@pytest.mark.parametrize(("repair", "values"), [(0, "100100"), (1, "100, 100")])
def test_of_two_ways_to_mend_all_alike_the_chosen_one_shows_until_it_is_checked(
    repair: int, values: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = Shell(oo.read_pairs(parent=["100 100"], child=[5001]))
    monkeypatch.setattr(shell, "check", lambda: None)
    shell.do("take_alike", row=1, side="parent", repair=repair)
    assert shell.step.plan is None
    assert shell.row(1)["records"][0]["reject"]["decision"] == f"mended by you: 100 100 → {values}"


def test_one_candidate_is_taken_for_all_rows_that_are_alike(shell: Shell) -> None:
    shell.do("look_up", row=6, side="child", text="Schmitz, Peter")
    shell.do("look_up", row=15, side="child", text="Vogt, Lea")
    (candidate,) = shell.row(6)["records"][1]["reject"]["candidates"]["candidates"]
    assert candidate["alike"] == 2
    shell.do("take_candidates_alike", row=6, side="child", record=candidate["id"])
    assert shell.decisions == {(6, "child"): 5005, (15, "child"): 5014}


def without_ids() -> Pairs:
    """The export of an Excel that has lost its ids, beside object numbers: two are known, one is not, one is double."""
    frame = pd.DataFrame(
        {
            "Immobilie": ["#NV", "#NV", "#NV", "", "1.005", "#NV"],
            "Adresse": [5001, 5002, 5003, 5004, 5005, 5006],
            "Objekt-Nr": ["A-1001", "A-1002", "A-9999", "A-1004", "A-1005", None],
            "Name": ["Brandt", "Özdemir", "Lang", "Kern", "Vogt", "Reh"],
        }
    )
    return oo.read_pairs(frame, parent="Immobilie", child="Adresse")


def test_all_of_a_kind_are_looked_up_by_one_click_and_only_what_is_sure_is_taken() -> None:
    shell = Shell(without_ids())
    offers = [row["records"][0]["reject"]["look_ups"] for row in shell.rows()]
    assert offers == [
        [{"text": "A-1001", "alike": 3}],
        [{"text": "A-1002", "alike": 3}],
        [{"text": "A-9999", "alike": 3}],
        # Empty cells are another kind, a number that can be mended needs no look-up, and nothing tells of the last.
        [{"text": "A-1004", "alike": 1}],
        [],
        [],
    ]
    shell.do("look_up_alike", row=2, side="parent", text="A-1002")
    assert shell.looked_up == [["A-1001", "A-1002", "A-9999"]]
    assert shell.decisions == {(1, "parent"): 1001, (2, "parent"): 1002}
    assert [row["state"] for row in shell.rows()] == ["new", "new", "mend", "mend", "mend", "mend"]
    assert "Nothing found for A-9999" in shell.row(3)["records"][0]["reject"]["candidates"]["text"]
    assert shell.view()["notes"] == ["3 cells looked up: 2 found, 0 to be judged by you, 1 not found."]


def test_looking_all_up_takes_nothing_that_two_records_have() -> None:
    shell = Shell(without_ids())
    shell.sandbox.add("estate", 1900, objektnr_extern="A-1002")
    shell.do("look_up_alike", row=1, side="parent", text="A-1001")
    assert shell.decisions == {(1, "parent"): 1001}
    candidates = shell.row(2)["records"][0]["reject"]["candidates"]["candidates"]
    assert {candidate["id"] for candidate in candidates} == {1002, 1900}
    assert shell.view()["notes"] == ["3 cells looked up: 1 found, 1 to be judged by you, 1 not found."]


def test_what_was_decided_meanwhile_is_not_looked_up_over() -> None:
    shell = Shell(without_ids())
    shell.do("own_id", row=1, side="parent", text="1010")
    shell.do("look_up_alike", row=2, side="parent", text="A-1002")
    assert shell.looked_up == [["A-1002", "A-9999"]]
    shell.do("take_back", row=2, side="parent")
    # Somebody decides while the answer is on its way.
    shell.step._pending[2, "parent"] = 1011
    assert shell.step.show_looked_up({(2, "parent"): look_up_all(shell.crm, "estate", ["A-1002"])[0]}) == {}


def test_texts_of_lists_are_looked_up_as_they_are() -> None:
    shell = Shell(oo.read_pairs(parent=["A-1008"], child=[5001]))
    assert shell.row(1)["records"][0]["reject"]["look_ups"] == [{"text": "A-1008", "alike": 1}]


def test_all_alike_leaves_out_those_that_have_no_such_repair() -> None:
    cells = ["1.001", "5008/5009", "1.002"]
    shell = Shell(oo.read_pairs(parent=cells, child=[5001, 5002, 5003]))
    assert shell.row(2)["records"][0]["reject"]["repairs"][0]["label"] == "split: 5008, 5009"
    assert shell.row(1)["records"][0]["reject"]["repairs"][0]["alike"] == 2
    shell.do("take_alike", row=3, side="parent", repair=0)
    assert [row["state"] for row in shell.rows()] == ["new", "mend", "new"]


def test_a_status_that_is_none_is_mended_and_shown_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"t": [2909, 2910], "p": [10821, 10821], "s": ["bestaetigt", "gesendet"]})
    shell = Shell(oo.read_pairs(frame, parent="t", child="p", info="s"), "calendar:address")
    assert shell.row(1)["info"]["repairs"][0]["label"] == "take bestätigt"

    plan_anew = shell.check
    seen: list[str] = []
    monkeypatch.setattr(shell, "check", lambda: seen.append(shell.row(1)["info"]["decision"]))
    shell.do("take", row=1, side="info", repair=0)
    assert seen == ["mended by you: bestaetigt → bestätigt"]
    plan_anew()
    assert shell.row(1)["state"] == "new"
    with pytest.raises(OnOfficeError):
        shell.do("look_up", row=1, side="info", text="bestaetigt")


def test_an_id_of_ones_own_is_taken_and_several_make_rows(shell: Shell) -> None:
    shell.do("own_id", row=6, side="child", text=" 5005 ")
    assert shell.decisions[6, "child"] == 5005
    shell.do("own_id", row=15, side="child", text="5013, 5014")
    assert [row["records"][1]["id"] for row in shell.rows() if row["row"] == 15] == [5013, 5014]


@pytest.mark.parametrize("text", ["", "  ", "abc", "1.003", "-5", "9" * 400])
def test_what_is_no_id_is_refused_with_the_row(shell: Shell, text: str) -> None:
    with pytest.raises(OnOfficeError, match="Row 6: expected a record id"):
        shell.do("own_id", row=6, side="child", text=text)
    assert shell.decisions == {}


def test_a_look_up_without_hits_says_so(shell: Shell) -> None:
    shell.step.show_looked_up({(6, "child"): LookUp(None)})
    shown = shell.row(6)["records"][1]["reject"]["candidates"]
    assert shown["candidates"] == []
    assert "Nothing found" in shown["text"]


@pytest.mark.parametrize(
    ("action", "content"),
    [
        ("take", {"row": 2, "side": "parent", "repair": 0}),
        ("take", {"row": 5, "side": "parent", "repair": 7}),
        ("take", {"row": 5, "side": "parent", "repair": "0"}),
        ("take", {"row": 999, "side": "parent", "repair": 0}),
        ("take", {"row": 5, "side": "elsewhere", "repair": 0}),
        ("take", {"row": None, "side": "child", "repair": 0}),
        ("leave_out", {"row": 999, "is_left_out": True}),
        ("take_back", {"row": 5, "side": "parent"}),
        ("take_candidate", {"row": 6, "side": "child", "record": 5005}),
        ("take_candidates_alike", {"row": 6, "side": "child", "record": 5005}),
        ("own_id", {"row": 2, "side": "child", "text": "5005"}),
        ("look_up", {"row": 6, "side": "child", "text": "what was never offered"}),
        ("download", {"ending": "exe"}),
    ],
)
def test_clicks_of_an_outdated_page_are_refused(shell: Shell, action: str, content: dict[str, Any]) -> None:
    with pytest.raises(OnOfficeError):
        shell.do(action, **content)
    assert shell.decisions == {}
    assert shell.files == {}


def test_the_second_click_on_the_same_repair_changes_nothing(shell: Shell) -> None:
    shell.do("take", row=5, side="parent", repair=0)
    with pytest.raises(OnOfficeError, match="does not wait"):
        shell.do("take", row=5, side="parent", repair=0)


def test_rows_are_left_out_and_taken_in_again(shell: Shell) -> None:
    shell.do("leave_out", row=2, is_left_out=True)
    assert shell.left_out == {2}
    assert (shell.row(2)["state"], shell.row(2)["is_left_out"]) == ("left_out", True)
    shell.do("leave_out", row=2, is_left_out=False)
    assert shell.row(2)["state"] == "new"

    shell.do("search", text="köln")
    shown = [row["row"] for row in shell.rows() if row["can_leave_out"]]
    shell.do("leave_out_shown", is_left_out=True)
    assert sorted(shell.left_out) == shown
    shell.do("leave_out_shown", is_left_out=False)
    assert not shell.left_out


def test_the_rows_that_a_german_search_shows_are_left_out_and_no_others(shell: Shell) -> None:
    shell.do("search", text="neu köln")
    shown = {row["row"] for row in shell.view(GERMAN)["table"]["rows"]}
    assert shown
    shell.do("leave_out_shown", is_left_out=True)
    assert shell.left_out == shown


def test_what_is_not_sent_cannot_be_left_out(shell: Shell) -> None:
    assert {row["row"] for row in shell.rows() if not row["can_leave_out"]} == {5, 6, 8, 10, 11, 12, 14, 15}


def test_filter_search_sort_and_pages_are_asked_for_by_clicks() -> None:
    n = PAGE_SIZE + 5
    shell = Shell(oo.read_pairs(parent=[1001] * n, child=range(5001, 5001 + n)))
    assert (len(shell.rows()), shell.view()["table"]["pages"]) == (PAGE_SIZE, 2)
    shell.do("page", page=1)
    assert [row["row"] for row in shell.rows()] == [101, 102, 103, 104, 105]
    shell.do("sort", column="row")
    assert shell.rows()[0]["row"] == n
    shell.do("sort", column="child")
    assert shell.rows()[0]["row"] == 1
    shell.do("search", text="5077")
    assert [row["row"] for row in shell.rows()] == [77]
    shell.do("filter", state="double")
    assert shell.rows() == []
    shell.do("filter", state="what is this")
    assert shell.view()["table"]["state"] == ""


def test_findings_stand_above_and_at_their_rows_and_filter_them() -> None:
    shell = Shell(oo.read_pairs(export(), parent="Immobilie", child="Adresse"))
    findings = shell.view()["findings"]
    assert [finding["rule"] for finding in findings] == ["unknown-record"]
    assert shell.row(6)["findings"][0]["text"] == findings[0]["text"]
    assert shell.row(2)["findings"] == []
    shell.do("finding", position=0)
    assert [row["row"] for row in shell.rows()] == [6]
    assert shell.view()["findings"][0]["is_chosen"]
    shell.do("finding", position=0)
    assert len(shell.rows()) == 5
    shell.do("finding", position=77)
    assert len(shell.rows()) == 5


def test_swapped_sides_are_said_in_words_of_the_page_and_swapped_by_a_click() -> None:
    frame = pd.DataFrame({"Immobilie": [1001, 1002], "Adresse": [5001, 5002]})
    shell = Shell(oo.read_pairs(frame, parent="Adresse", child="Immobilie"))
    (finding, *_) = shell.view()["findings"]
    assert finding["can_swap"]
    assert "swapped()" not in finding["text"]
    shell.do("swap")
    assert shell.is_swapped
    assert not any(finding["can_swap"] for finding in shell.view()["findings"])


def test_requests_code_and_picture_are_made_only_when_they_are_opened(shell: Shell) -> None:
    parts = shell.view()["parts"]
    assert [parts[name] for name in ("request", "python", "curl", "picture")] == [None] * 4
    for part in ("requests", "python", "curl", "picture"):
        shell.do("open", part=part, is_open=True)
    parts = shell.view()["parts"]
    assert "childid" in "\n".join(parts["request"]["lines"])
    assert "SANDBOX" in parts["request"]["title"]
    assert parts["python"] == "pairs = oo.read_pairs(…)"
    assert "curl https://" in parts["curl"]
    assert sum(line[3] for line in parts["picture"]["lines"]) == 6
    text = json.dumps(shell.view())
    assert shell.sandbox.token not in text
    assert shell.sandbox.secret not in text

    shell.do("request_search", text="5012")
    assert shell.view()["parts"]["request"]["hits"] == 1
    shell.do("request", number=99)
    assert shell.view()["parts"]["request"]["number"] == 1
    shell.do("open", part="curl", is_open=False)
    assert shell.view()["parts"]["curl"] is None


def test_a_picture_of_many_links_says_what_it_leaves_out() -> None:
    shell = Shell(oo.cross(range(1001, 1031), range(5001, 5031)))
    shell.do("open", part="picture", is_open=True)
    picture = shell.view()["parts"]["picture"]
    summary, shortened, not_drawn = picture["texts"]
    assert "900 links between 30 and 30 records" in summary
    assert shortened
    assert "300" in not_drawn


def test_the_table_is_downloaded_with_all_rows_whatever_is_filtered(shell: Shell) -> None:
    shell.do("filter", state="new")
    shell.view(GERMAN)
    shell.do("download", ending="xlsx")
    (sheet,) = load_workbook(BytesIO(shell.files["pruefung.xlsx"])).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + 14
    assert rows[0][:3] == ("Objekt-Nr (extern)", "Datensatznr. Immobilie", "Datensatznr. Adresse")
    assert [row[6] for row in rows[1:]] == list(range(2, 16))

    shell.view(ENGLISH)
    shell.do("download", ending="csv")
    lines = shell.files["check.csv"].decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 14


def test_after_a_run_the_table_tells_the_outcomes_and_nothing_can_be_clicked(shell: Shell) -> None:
    plan = shell.step.plan
    assert plan is not None
    shell.step.show_report(oo.submit(shell.crm, plan, progress=False))
    view = shell.view()
    assert {filter_["state"]: filter_["n"] for filter_ in view["table"]["filters"]} == {"linked": 7, "skipped": 7}
    assert view["table"]["rows"][0]["records"][1]["name"] == "Jürgen Brandt"
    assert not any(row["can_leave_out"] for row in view["table"]["rows"])
    assert view["parts"]["requests"] == 0
    shell.do("filter_outcome", outcome="skipped")
    assert {row["row"] for row in shell.rows()} == {5, 6, 10, 11, 12, 14, 15}


def test_the_table_stays_while_its_own_clicks_are_checked_and_goes_when_data_change(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    plan_anew = shell.check
    monkeypatch.setattr(shell, "check", lambda: seen.append(shell.view()["table"] is not None))
    shell.do("take", row=5, side="parent", repair=0)
    assert seen == [True]
    assert shell.step.plan is None
    assert "again" in shell.view()["notes"][0]
    # What was decided shows at once; it can be taken back when it is checked.
    reject = shell.row(5)["records"][0]["reject"]
    assert (reject["decision"], reject["can_take_back"]) == ("mended by you: 1.003 → 1003", False)
    shell.do("leave_out", row=3, is_left_out=True)
    assert shell.row(3)["is_left_out"]
    plan_anew()
    assert shell.view()["notes"] == []

    shell.step.clear()
    assert shell.view()["table"] is None
    with pytest.raises(OnOfficeError):
        shell.do("take", row=5, side="child", repair=0)
    with pytest.raises(OnOfficeError):
        shell.do("download", ending="csv")


def test_a_decision_that_is_refused_is_not_shown_as_taken(shell: Shell) -> None:
    def refuse(decisions: Mapping[DecisionKey, Decision | None]) -> None:
        raise PairsError("Nothing was mended.")

    shell.step._on_decide = refuse
    with pytest.raises(PairsError):
        shell.do("take", row=5, side="parent", repair=0)
    assert shell.row(5)["records"][0]["reject"]["decision"] == ""


def test_nothing_from_outside_hides_or_runs_on() -> None:
    frame = pd.DataFrame(
        {
            f"Immobilie{HOSTILE}": [HOSTILE, "1001"],
            "Adresse": ["5001", HOSTILE * 500],
            f"Name{HOSTILE}": [HOSTILE, HOSTILE],
        }
    )
    shell = Shell(oo.read_pairs(frame, parent=f"Immobilie{HOSTILE}", child="Adresse"))
    text = json.dumps(shell.view(), ensure_ascii=False)
    assert "\u202e" not in text
    assert "\\u0000" not in text
    assert len(text) < 20_000


def links_of(shell: Shell) -> list[tuple[int, int]]:
    assert shell.step.plan is not None
    pairs = shell.step.plan.pairs
    return list(zip(pairs.parents.tolist(), pairs.children.tolist(), strict=True))


def test_rejects_of_lists_are_mended_in_the_table_and_taken_back() -> None:
    shell = Shell(oo.cross(["1001", "x", "1.003"], ["5001", "5002/5003"]))
    assert [row["state"] for row in shell.rows()] == ["new", "mend", "mend", "mend"]
    second, third, child = (
        row["records"][side]["reject"] for row, side in zip(shell.rows()[1:4], (0, 0, 1), strict=True)
    )
    assert (second["where"], second["raw"], second["can_mend"]) == ("Line 2 of its list:", "x", True)
    assert third["repairs"][0]["label"].startswith("take 1003")
    assert child["repairs"][0]["label"].startswith("split: 5002")

    shell.do("take", row=4, side="child", repair=0)
    assert shell.decisions == {(2, "child"): [5002, 5003]}
    assert links_of(shell) == [(1001, 5001), (1001, 5002), (1001, 5003)]
    shell.do("take", row=5, side="parent", repair=0)
    assert links_of(shell)[3:] == [(1003, 5001), (1003, 5002), (1003, 5003)]
    shell.do("own_id", row=7, side="parent", text="1005")
    assert len(links_of(shell)) == 9
    assert shell.view()["table"]["filters"] == [
        {"state": "new", "label": "new", "n": 9},
        {"state": "mended", "label": "mended", "n": 3},
    ]

    shell.do("filter", state="mended")
    assert [row["records"][0]["id"] for row in shell.rows()] == [1005, 1003, 0]
    decided = shell.rows()[1]["records"][0]["reject"]
    assert (decided["decision"], decided["can_take_back"]) == ("mended by you: 1.003 → 1003", True)
    assert not shell.rows()[1]["can_leave_out"]
    shell.do("take_back", row=shell.rows()[1]["row"], side="parent")
    assert len(links_of(shell)) == 6
    assert shell.decisions == {(2, "child"): [5002, 5003], (2, "parent"): 1005}


def test_all_alike_of_both_lists_are_decided_at_once() -> None:
    shell = Shell(oo.cross(["1001", "001002"], ["5001", "005002"]))
    assert shell.rows()[1]["records"][0]["reject"]["repairs"][0]["alike"] == 2
    shell.do("take_alike", row=2, side="parent", repair=0)
    assert shell.decisions == {"leading zeros": "take"}
    assert links_of(shell) == [(1001, 5001), (1001, 5002), (1002, 5001), (1002, 5002)]


def test_a_text_of_a_list_is_looked_up_and_its_candidates_are_taken() -> None:
    shell = Shell(oo.cross([1001], ["5001", "KD-5011"]))
    shell.do("look_up", row=2, side="child", text="KD-5011")
    (candidate,) = shell.rows()[1]["records"][1]["reject"]["candidates"]["candidates"]
    assert candidate["alike"] == 1
    shell.do("take_candidates_alike", row=2, side="child", record=candidate["id"])
    assert shell.decisions == {(2, "child"): 5105}
    shell = Shell(oo.cross([1001, "A-1008"], [5001, 5002]))
    shell.do("look_up", row=3, side="parent", text="A-1008")
    assert links_of(shell)[2:] == [(1008, 5001), (1008, 5002)]


def test_swapped_lists_are_mended_on_their_sides() -> None:
    shell = Shell(oo.cross(["1001", "1.003"], ["5001", "005002"]).swapped(), "buyer")
    rejects = [[record["reject"] and record["reject"]["raw"] for record in row["records"]] for row in shell.rows()]
    assert rejects == [[None, None], [None, "1.003"], ["005002", None]]
    assert shell.rows()[0]["records"][0]["id"] == 5001


def test_a_record_found_by_the_page_keeps_filter_and_search(shell: Shell) -> None:
    shell.do("filter", state="mend")
    shell.do("search", text="a-1008")
    with shell.step.kept():
        shell.decide({(11, "parent"): 1008})
    assert (shell.view()["table"]["state"], shell.view()["table"]["search"]) == ("mend", "a-1008")
